package answer

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// driverFloor is the share of variance below which a variable is not listed.
const driverFloor = 1e-6

// layout is what the drivers of any column of one table need of the worlds of an
// arm, whosever the weights.
//
// Var(E[Y|X]) needs the weight of each row by state of X. E[Var(Y|others)] sums,
// over sets of worlds that differ in X only with weights p_i and total P, the
// term sum over i<j of p_i p_j / P (y_i - y_j)^2: only pairs of worlds in
// different rows count, so they are kept as pairs of rows.
type layout struct {
	rowOf    []int32    // by entry
	byState  []slots    // by variable; the cells are rows
	siblings []siblings // by variable
}

// siblings are the worlds of an arm that differ in one variable only.
type siblings struct {
	set  []int32 // by entry
	sets int
	a, b []int32    // entries of one set in different rows
	pair []int32    // which of rows they are
	rows [][2]int32 // the pairs of rows that occur
}

func (k *computer) newLayout(ctx context.Context, tab *world.Table, d *Distribution) (*layout, error) {
	vars := k.c.Variables
	l := &layout{make([]int32, len(d.Rows)), make([]slots, len(vars)), make([]siblings, len(vars))}
	for i, row := range d.Rows {
		l.rowOf[i] = tab.RowOf[row]
	}
	at := newEntries(k.c.Space, tab.Worlds.Codes, d.Rows)
	depends := tab.Depends()
	return l, par.Do(ctx, k.opt.Workers, len(vars), func(_, x int) error {
		if _, fixed := d.Fixed[x]; fixed {
			return nil
		}
		l.byState[x] = newSlots(k.statesOf(x), len(vars[x].States), d, l.rowOf, len(tab.Rows))
		if depends[x] {
			l.siblings[x] = newSiblings(k.c.Space, x, at, l.rowOf, len(tab.Rows))
		}
		return nil
	})
}

// entries finds the entry of a world in an arm.
type entries struct {
	codes []formula.World // by entry
	table []int32         // by world: its entry and one; nil where worlds are few among the possible codes
	seen  map[formula.World]int32
}

// mostSparse is how many codes there may be for a world of the arm in a table by code.
const mostSparse = 64

func newEntries(space *formula.Space, codes []formula.World, rows []int32) *entries {
	e := &entries{codes: make([]formula.World, len(rows))}
	if space.Size() <= mostSparse*uint64(len(rows)) {
		e.table = make([]int32, space.Size())
	} else {
		e.seen = make(map[formula.World]int32, len(rows))
	}
	for i, row := range rows {
		e.codes[i] = codes[row]
		if e.table != nil {
			e.table[codes[row]] = int32(i) + 1
		} else {
			e.seen[codes[row]] = int32(i)
		}
	}
	return e
}

func (e *entries) find(w formula.World) (int32, bool) {
	if e.table != nil {
		i := e.table[w]
		return i - 1, i > 0
	}
	i, ok := e.seen[w]
	return i, ok
}

func newSiblings(space *formula.Space, x int, at *entries, rowOf []int32, rows int) siblings {
	s := siblings{set: make([]int32, len(at.codes))}
	id := newPairs(rows)
	states := len(space.Vars()[x].States)
	var members []int32
	for i, code := range at.codes {
		// A set is met once, at its first world that is possible.
		members = members[:0]
		first := true
		st := space.State(code, x)
		for k := range states {
			j, ok := int32(i), true
			if k != st {
				j, ok = at.find(space.With(code, x, k))
			}
			switch {
			case !ok:
			case k < st:
				first = false
			default:
				members = append(members, j)
			}
			if !first {
				break
			}
		}
		if !first {
			continue
		}
		for n, j := range members {
			s.set[j] = int32(s.sets)
			for _, k := range members[n+1:] {
				a, b := min(rowOf[j], rowOf[k]), max(rowOf[j], rowOf[k])
				if a == b {
					continue
				}
				n, found := id.number(a, b)
				if !found {
					s.rows = append(s.rows, [2]int32{a, b})
				}
				s.a, s.b, s.pair = append(s.a, j), append(s.b, k), append(s.pair, n)
			}
		}
		s.sets++
	}
	return s
}

// variances are the weights of a layout under one distribution.
type variances struct {
	*layout
	entries []float64   // by entry
	weights []float64   // by row
	byState [][]float64 // by variable and slot
	pairs   [][]float64 // by variable and pair of rows
}

func (l *layout) weigh(d *Distribution, rows []float64) *variances {
	v := &variances{l, d.Weight, rows, make([][]float64, len(l.byState)), make([][]float64, len(l.byState))}
	for x := range l.byState {
		by := make([]float64, len(l.byState[x].cell))
		for i, k := range l.byState[x].of {
			by[k] += d.Weight[i]
		}
		s := &l.siblings[x]
		total, pairs := make([]float64, s.sets), make([]float64, len(s.rows))
		if s.sets > 0 {
			for i, k := range s.set {
				total[k] += d.Weight[i]
			}
		}
		for n, a := range s.a {
			if p := d.Weight[a] * d.Weight[s.b[n]]; p > 0 {
				pairs[s.pair[n]] += p / total[s.set[a]]
			}
		}
		v.byState[x], v.pairs[x] = by, pairs
	}
	return v
}

// why returns the variance of a column and what each variable explains of it.
// Worlds where the column has no value are left out.
func (v *variances) why(space *formula.Space, values []float64) (variance float64, drivers []Driver) {
	m, defined := mean(values, v.weights)
	if defined == 0 {
		return 0, nil
	}
	variance = sumOf(len(values), func(i int) float64 {
		if v.weights[i] == 0 || math.IsNaN(values[i]) {
			return 0
		}
		return v.weights[i] * (values[i] - m) * (values[i] - m)
	}) / defined
	if !(variance > rounding*m*m) {
		return 0, nil
	}
	blank := false // somewhere with weight
	for i, y := range values {
		blank = blank || math.IsNaN(y) && v.weights[i] > 0
	}
	for x := range v.byState {
		if v.layout.byState[x].of == nil {
			continue
		}
		d := Driver{Variable: space.Vars()[x].ID}
		d.Alone = v.between(x, values, m, defined) / variance
		only := v.within(x, values, blank)
		d.Only = only / defined / variance
		if d.Alone >= driverFloor || d.Only >= driverFloor {
			drivers = append(drivers, d)
		}
	}
	slices.SortStableFunc(drivers, func(a, b Driver) int {
		switch {
		case a.Alone > b.Alone:
			return -1
		case a.Alone < b.Alone:
			return 1
		}
		return 0
	})
	return variance, drivers
}

// within is the sum, over sets of worlds that differ in x only, of their weight times
// the variance inside the set. In a set where the column has no value in some worlds
// the others are all there is.
func (v *variances) within(x int, values []float64, blank bool) float64 {
	s := &v.siblings[x]
	if !blank {
		return sumOf(len(s.rows), func(i int) float64 {
			diff := values[s.rows[i][0]] - values[s.rows[i][1]]
			if v.pairs[x][i] == 0 || math.IsNaN(diff) {
				return 0
			}
			return v.pairs[x][i] * diff * diff
		})
	}
	total := make([]float64, s.sets)
	if s.sets > 0 {
		for i, k := range s.set {
			if !math.IsNaN(values[v.rowOf[i]]) {
				total[k] += v.entries[i]
			}
		}
	}
	return sumOf(len(s.a), func(n int) float64 {
		a, b := s.a[n], s.b[n]
		diff := values[v.rowOf[a]] - values[v.rowOf[b]]
		p := v.entries[a] * v.entries[b]
		if p == 0 || math.IsNaN(diff) {
			return 0
		}
		return p / total[s.set[a]] * diff * diff
	})
}

// rounding is the relative variance below which values count as equal: the
// square of rounding errors in a column.
const rounding = 1e-24

// between is the variance around m of the means by state of a variable.
func (v *variances) between(x int, values []float64, m, defined float64) float64 {
	s := &v.layout.byState[x]
	total := 0.0
	for st := range len(s.start) - 1 {
		sum, weight := 0.0, 0.0
		lo, hi := s.start[st], s.start[st+1]
		by := v.byState[x][lo:hi]
		for i, row := range s.cell[lo:hi] {
			if y := values[row]; y == y {
				sum += float64(by[i] * (y - m))
				weight += by[i]
			}
		}
		if weight > 0 {
			total += sum * sum / weight
		}
	}
	return total / defined
}
