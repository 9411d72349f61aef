package answer

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
)

// changes compares an arm of an act with the arm without it, world by world:
// y(w) - y0(w), where y0(w) is the expectation in the arm without the act given
// what w has of the variables that do not descend from the act.
type changes struct {
	tables    tables
	space     *formula.Space
	with      reading
	groupOf   []int32  // by entry of with.dist
	without   [][]term // by table: group, row; weights of the arm without
	with0     [][]term // by table: group, row; weights of this arm
	groups    int
	entryRows [][]int32 // by table: row of each entry of with.dist
}

func newChanges(ts tables, space *formula.Space, vars []casefile.Variable, act int, without, with reading) *changes {
	desc := descendants(vars, act)
	number := map[formula.World]int32{}
	group := func(code formula.World) int32 {
		for v, d := range desc {
			if d {
				code = space.With(code, v, vars[v].Baseline)
			}
		}
		id, ok := number[code]
		if !ok {
			id = int32(len(number))
			number[code] = id
		}
		return id
	}
	c := &changes{tables: ts, space: space, with: with}
	codes := ts[0].Worlds.Codes
	groupsOf := func(d *Distribution) []int32 {
		out := make([]int32, len(d.Rows))
		for i, row := range d.Rows {
			out[i] = group(codes[row])
		}
		return out
	}
	before := groupsOf(without.dist)
	c.groupOf = groupsOf(with.dist)
	c.groups = len(number)
	for _, tab := range ts {
		terms := func(d *Distribution, groups []int32) []term {
			var out []term
			for i, row := range d.Rows {
				if d.Weight[i] > 0 {
					out = append(out, term{groups[i], tab.RowOf[row], d.Weight[i]})
				}
			}
			return merge(out)
		}
		c.without = append(c.without, terms(without.dist, before))
		c.with0 = append(c.with0, terms(with.dist, c.groupOf))
		rows := make([]int32, len(with.dist.Rows))
		for i, row := range with.dist.Rows {
			rows[i] = tab.RowOf[row]
		}
		c.entryRows = append(c.entryRows, rows)
	}
	return c
}

// start returns y0 by group, NaN where it has no value.
func (c *changes) start(table int, values []float64) []float64 {
	return startOf(c.without[table], values, c.groups)
}

// startOf returns the mean of values in each group by the weights of terms, which
// come by group; NaN where a group has no weight on a value.
func startOf(ts []term, values []float64, groups int) []float64 {
	y0 := make([]float64, groups)
	for g := range y0 {
		y0[g] = math.NaN()
	}
	for lo := 0; lo < len(ts); {
		hi := lo
		ref, sum, weight := math.NaN(), 0.0, 0.0
		for ; hi < len(ts) && ts[hi].a == ts[lo].a; hi++ {
			v := values[ts[hi].b]
			if math.IsNaN(v) {
				continue
			}
			if math.IsNaN(ref) {
				ref = v
			}
			sum += ts[hi].weight * (v - ref)
			weight += ts[hi].weight
		}
		if weight > 0 {
			y0[ts[lo].a] = ref + sum/weight
		}
		lo = hi
	}
	return y0
}

// changeStats is how a change is spread over the worlds of the arm.
type changeStats struct {
	low, high        float64
	more, less, flat float64 // shares of the weight where the change has a value
}

func (c *changes) stats(at ref, values []float64, materiality float64) changeStats {
	y0 := c.start(at.table, values)
	var xs []Weighted
	var s changeStats
	total := 0.0
	for _, t := range c.with0[at.table] {
		d := values[t.b] - y0[t.a]
		if math.IsNaN(d) {
			continue
		}
		xs = append(xs, Weighted{d, t.weight})
		total += t.weight
		switch {
		case d >= materiality && d > 0:
			s.more += t.weight
		case d <= -materiality && d < 0:
			s.less += t.weight
		default:
			s.flat += t.weight
		}
	}
	s.low, s.high = Quantile(xs, lowPoint), Quantile(xs, highPoint)
	if total > 0 {
		s.more, s.less, s.flat = s.more/total, s.less/total, s.flat/total
	} else {
		s.more, s.less, s.flat = math.NaN(), math.NaN(), math.NaN()
	}
	return s
}

// settles lists variables by how much of the variance of the change they explain
// alone.
func (c *changes) settles(at ref, values []float64) []Settle {
	y0 := c.start(at.table, values)
	d := c.with.dist
	change := make([]float64, len(d.Rows))
	for i := range change {
		change[i] = values[c.entryRows[at.table][i]] - y0[c.groupOf[i]]
	}
	m, defined := mean(change, d.Weight)
	if defined == 0 {
		return nil
	}
	scale := 0.0
	variance := sumOf(len(change), func(i int) float64 {
		if d.Weight[i] == 0 || math.IsNaN(change[i]) {
			return 0
		}
		scale = max(scale, math.Abs(values[c.entryRows[at.table][i]]))
		return d.Weight[i] * (change[i] - m) * (change[i] - m)
	}) / defined
	if !(variance > rounding*scale*scale) {
		return nil
	}
	var out []Settle
	codes := c.tables[0].Worlds.Codes
	for x, v := range c.space.Vars() {
		if _, fixed := d.Fixed[x]; fixed {
			continue
		}
		sum := make([]float64, len(v.States))
		weight := make([]float64, len(v.States))
		for i, row := range d.Rows {
			if d.Weight[i] == 0 || math.IsNaN(change[i]) {
				continue
			}
			st := c.space.State(codes[row], x)
			sum[st] += d.Weight[i] * (change[i] - m)
			weight[st] += d.Weight[i]
		}
		fall := 0.0
		for st := range sum {
			if weight[st] > 0 {
				fall += sum[st] * sum[st] / weight[st]
			}
		}
		if fall = fall / defined / variance; fall >= driverFloor {
			out = append(out, Settle{v.ID, fall})
		}
	}
	slices.SortStableFunc(out, func(a, b Settle) int {
		switch {
		case a.Fall > b.Fall:
			return -1
		case a.Fall < b.Fall:
			return 1
		}
		return 0
	})
	return out
}
