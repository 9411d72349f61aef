package answer

import (
	"cmp"
	"math"
	"slices"

	"github.com/astara-corridors/astara/world"
)

// tables are the tables of all engines, over the same worlds.
type tables []*world.Table

// ref is a column of one of the tables.
type ref struct{ table, column int }

// find returns the column of an outcome.
func (ts tables) find(id string) (ref, bool) {
	for t, tab := range ts {
		if c := tab.Column(id); c >= 0 {
			return ref{t, c}, true
		}
	}
	return ref{}, false
}

// values copies a column, one value a row.
func (ts tables) values(r ref) []float64 {
	tab := ts[r.table]
	out := make([]float64, len(tab.Rows))
	for row := range out {
		out[row] = tab.At(row, r.column)
	}
	return out
}

// baseline returns the column's value in the baseline world, NaN when that
// world is impossible.
func (ts tables) baseline(r ref) float64 {
	tab := ts[r.table]
	row := tab.Row(tab.Space.Baseline())
	if row < 0 {
		return math.NaN()
	}
	return tab.At(row, r.column)
}

// reading is a distribution brought down to the rows of each table.
type reading struct {
	dist    *Distribution
	weights [][]float64 // by table, by row
}

func (ts tables) read(d *Distribution) reading {
	r := reading{d, make([][]float64, len(ts))}
	for t, tab := range ts {
		w := make([]float64, len(tab.Rows))
		for i, row := range d.Rows {
			w[tab.RowOf[row]] += d.Weight[i]
		}
		r.weights[t] = w
	}
	return r
}

// column is one of a table with its rows in rising order of it. Both are shared and
// must not be modified.
type column struct {
	values []float64
	order  []int32 // rows with a value, ascending by it
}

// column returns a column, which is put in order once.
func (k *computer) column(at ref) *column {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.columns[at]
	if c == nil {
		c = &column{values: k.tables.values(at)}
		c.order = ascending(c.values)
		if k.columns == nil {
			k.columns = map[ref]*column{}
		}
		k.columns[at] = c
	}
	return c
}

// statesOf returns the state of a variable in every world of the table, made once
// and shared.
func (k *computer) statesOf(v int) []uint8 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.states == nil {
		k.states = make([][]uint8, len(k.c.Variables))
	}
	if k.states[v] == nil {
		codes := k.freight.Worlds.Codes
		k.states[v] = make([]uint8, len(codes))
		for row, code := range codes {
			k.states[v][row] = uint8(k.c.Space.State(code, v))
		}
	}
	return k.states[v]
}

// expected reads one column.
func (c *column) expected(weights []float64, id string) Expected {
	m, defined := mean(c.values, weights)
	e := Expected{Outcome: id, Mean: some(m), Defined: min(defined, 1)}
	low, high := c.quantiles(weights)
	e.Low, e.High = some(low), some(high)
	return e
}

// quantiles returns the smallest values at which the weights of values up to them
// reach lowPoint and highPoint of all weight; NaN for no weight. See [Quantile].
func (c *column) quantiles(weights []float64) (low, high float64) {
	low, high = math.NaN(), math.NaN()
	total := sumOf(len(c.order), func(i int) float64 { return weights[c.order[i]] })
	if !(total > 0) {
		return low, high
	}
	acc, last := 0.0, math.NaN()
	for _, row := range c.order {
		w := weights[row]
		if !(w > 0) {
			continue
		}
		acc, last = acc+w, c.values[row]
		if math.IsNaN(low) && acc >= lowPoint*total*(1-reach) {
			low = last
		}
		if acc >= highPoint*total*(1-reach) {
			return low, last
		}
	}
	return low, last
}

// The ends of the range of weighted worlds that is shown.
const (
	lowPoint  = 0.05
	highPoint = 0.95
)

// term is a weight on a pair of numbers: a group and a row, a state and a row,
// or two rows.
type term struct {
	a, b   int32
	weight float64
}

// merge adds up the weights of equal pairs, in the order in which they came, and
// returns them by pair.
func merge(ts []term) []term {
	slices.SortStableFunc(ts, func(x, y term) int {
		if c := cmp.Compare(x.a, y.a); c != 0 {
			return c
		}
		return cmp.Compare(x.b, y.b)
	})
	out := ts[:0]
	for _, t := range ts {
		if n := len(out); n > 0 && out[n-1].a == t.a && out[n-1].b == t.b {
			out[n-1].weight += t.weight
			continue
		}
		out = append(out, t)
	}
	return slices.Clip(out)
}
