package answer

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
)

// changes compares the arms of an act with the arm without it, world by world:
// y(w) - y0(w), where y0(w) is the expectation of the case's reference in the arm
// without the act given what w has of the variables that do not descend from the
// act. Whose weights the changes are read with comes later, so this is made once
// an act.
//
// A cell is a group of worlds that share y0 and a row of a table: they share the
// change of every outcome.
type changes struct {
	tables tables
	groups int
	cells  []cells // by table
}

// cells are the cells of one table.
type cells struct {
	group, row []int32   // by cell
	of         [][]int32 // by state of the act, by entry of the arm: its cell
	without    []term    // group, row; reference weights of the arm without
	// slots are the pairs of a state of a variable and a cell that occur in an
	// arm: by state of the act, by variable.
	slots [][]slots
}

// slots numbers the pairs of a state and a cell. Entries of the arm point into
// them; pairs come by state.
type slots struct {
	state, cell []int32 // by slot
	of          []int32 // by entry; nil for variables that the arm fixes
}

// newChanges prepares the comparison of an act. arms are distributions over the
// worlds of each arm, by state; only their worlds count. without is the reference
// in the arm at the act's baseline.
func newChanges(ctx context.Context, ts tables, space *formula.Space, vars []casefile.Variable, act int, arms []*Distribution, without *Distribution, workers int) (*changes, error) {
	desc := descendants(vars, act)
	codes := ts[0].Worlds.Codes
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
	groupsOf := func(d *Distribution) []int32 {
		out := make([]int32, len(d.Rows))
		for i, row := range d.Rows {
			out[i] = group(codes[row])
		}
		return out
	}
	before := groupsOf(without)
	groupOf := make([][]int32, len(arms))
	for st, d := range arms {
		groupOf[st] = groupsOf(d)
	}
	c := &changes{tables: ts, groups: len(number)}
	for _, tab := range ts {
		x := cells{of: make([][]int32, len(arms)), slots: make([][]slots, len(arms))}
		var ts []term
		for i, row := range without.Rows {
			if without.Weight[i] > 0 {
				ts = append(ts, term{before[i], tab.RowOf[row], without.Weight[i]})
			}
		}
		x.without = merge(ts)
		id := map[[2]int32]int32{}
		for st, d := range arms {
			x.of[st] = make([]int32, len(d.Rows))
			for i, row := range d.Rows {
				key := [2]int32{groupOf[st][i], tab.RowOf[row]}
				k, ok := id[key]
				if !ok {
					k = int32(len(id))
					id[key] = k
					x.group, x.row = append(x.group, key[0]), append(x.row, key[1])
				}
				x.of[st][i] = k
			}
		}
		for st, d := range arms {
			x.slots[st] = make([]slots, len(vars))
			if err := par.Do(ctx, workers, len(vars), func(_, v int) error {
				if _, fixed := d.Fixed[v]; !fixed {
					x.slots[st][v] = newSlots(space, codes, d, v, x.of[st], len(x.group))
				}
				return nil
			}); err != nil {
				return nil, err
			}
		}
		c.cells = append(c.cells, x)
	}
	return c, nil
}

func newSlots(space *formula.Space, codes []formula.World, d *Distribution, v int, of []int32, n int) slots {
	states := len(space.Vars()[v].States)
	at := make([]int32, states*n)
	s := slots{of: make([]int32, len(of))}
	for i, row := range d.Rows {
		st := space.State(codes[row], v)
		k := st*n + int(of[i])
		if at[k] == 0 {
			s.state, s.cell = append(s.state, int32(st)), append(s.cell, of[i])
			at[k] = int32(len(s.cell))
		}
		s.of[i] = at[k] - 1
	}
	return s
}

// change returns the change of a column by cell; NaN where it has none.
func (c *changes) change(at ref, values []float64) []float64 {
	x := &c.cells[at.table]
	y0 := startOf(x.without, values, c.groups)
	out := make([]float64, len(x.group))
	for k := range out {
		out[k] = values[x.row[k]] - y0[x.group[k]]
	}
	return out
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

// cellWeights is one distribution over an arm, brought down to the cells and slots
// of one table.
type cellWeights struct {
	cell []float64
	slot [][]float64 // by variable
}

// weigh brings a distribution over the arm of a state down to cells and slots.
func (c *changes) weigh(st, table int, d *Distribution) *cellWeights {
	x := &c.cells[table]
	w := &cellWeights{cell: make([]float64, len(x.group)), slot: make([][]float64, len(x.slots[st]))}
	for i, p := range d.Weight {
		w.cell[x.of[st][i]] += p
	}
	for v, s := range x.slots[st] {
		w.slot[v] = make([]float64, len(s.cell))
		for i, k := range s.of {
			w.slot[v][k] += d.Weight[i]
		}
	}
	return w
}

// ascending orders the cells with a change by it.
func ascending(change []float64) []int32 {
	var out []int32
	for k, d := range change {
		if !math.IsNaN(d) {
			out = append(out, int32(k))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		switch x, y := change[a], change[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(a - b)
	})
	return out
}

// changeStats is how a change is spread over the worlds of the arm.
type changeStats struct {
	low, high        float64
	more, less, flat float64 // shares of the weight where the change has a value
}

// stats reads a change, whose cells come ascending in order, with weights.
func stats(change []float64, order []int32, w *cellWeights, materiality float64) changeStats {
	s := changeStats{low: math.NaN(), high: math.NaN()}
	total := sumOf(len(order), func(i int) float64 { return w.cell[order[i]] })
	if !(total > 0) {
		s.more, s.less, s.flat = math.NaN(), math.NaN(), math.NaN()
		return s
	}
	acc := 0.0
	for _, k := range order {
		p, d := w.cell[k], change[k]
		if p == 0 {
			continue
		}
		acc += p
		if math.IsNaN(s.low) && acc >= lowPoint*total*(1-reach) {
			s.low = d
		}
		if math.IsNaN(s.high) && acc >= highPoint*total*(1-reach) {
			s.high = d
		}
		switch {
		case d >= materiality && d > 0:
			s.more += p
		case d <= -materiality && d < 0:
			s.less += p
		default:
			s.flat += p
		}
	}
	s.more, s.less, s.flat = s.more/total, s.less/total, s.flat/total
	return s
}

// settles lists variables by how much of the variance of the change they explain
// alone in the arm of a state.
func (c *changes) settles(space *formula.Space, st int, at ref, change, values []float64, w *cellWeights) []Settle {
	x := &c.cells[at.table]
	m, defined := mean(change, w.cell)
	if defined == 0 {
		return nil
	}
	scale := 0.0
	variance := sumOf(len(change), func(k int) float64 {
		if w.cell[k] == 0 || math.IsNaN(change[k]) {
			return 0
		}
		scale = max(scale, math.Abs(values[x.row[k]]))
		return w.cell[k] * (change[k] - m) * (change[k] - m)
	}) / defined
	if !(variance > rounding*scale*scale) {
		return nil
	}
	var out []Settle
	for v, s := range x.slots[st] {
		if s.of == nil {
			continue
		}
		states := len(space.Vars()[v].States)
		sum, weight := make([]float64, states), make([]float64, states)
		for i, k := range s.cell {
			if p := w.slot[v][i]; p != 0 && !math.IsNaN(change[k]) {
				sum[s.state[i]] += p * (change[k] - m)
				weight[s.state[i]] += p
			}
		}
		fall := 0.0
		for st := range sum {
			if weight[st] > 0 {
				fall += sum[st] * sum[st] / weight[st]
			}
		}
		if fall = fall / defined / variance; fall >= driverFloor {
			out = append(out, Settle{space.Vars()[v].ID, fall})
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
