package answer

import (
	"context"
	"math"
	"slices"

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

// slots numbers the pairs of a state and a cell that occur, by state and then by
// cell. Entries of the arm point into them.
type slots struct {
	start []int32 // by state: its first slot, and the end
	cell  []int32 // by slot
	of    []int32 // by entry; nil for variables that the arm fixes
}

// newChanges prepares the comparison of an act. arms are distributions over the
// worlds of each arm, by state, nil for arms that are not read; only their worlds
// count. without is the reference in the arm at the act's baseline.
func (k *computer) newChanges(ctx context.Context, act int, arms []*Distribution, without *Distribution) (*changes, error) {
	vars := k.c.Variables
	var common []int // what does not descend from the act
	for v, d := range descendants(vars, act) {
		if _, fixed := without.Fixed[v]; !d && !fixed {
			common = append(common, v)
		}
	}
	before, count := k.worldGroups(without.Rows, common)
	groupOf := make([][]int32, len(arms))
	for st, d := range arms {
		if d != nil {
			groupOf[st], _ = k.worldGroups(d.Rows, common)
		}
	}
	c := &changes{tables: k.tables, groups: count}
	for _, tab := range k.tables {
		x := cells{of: make([][]int32, len(arms)), slots: make([][]slots, len(arms))}
		var ts []term
		for i, row := range without.Rows {
			if without.Weight[i] > 0 {
				ts = append(ts, term{before[i], tab.RowOf[row], without.Weight[i]})
			}
		}
		x.without = merge(ts)
		id := newPairs(len(tab.Rows))
		for st, d := range arms {
			if d == nil {
				continue
			}
			x.of[st] = make([]int32, len(d.Rows))
			for i, row := range d.Rows {
				g, r := groupOf[st][i], tab.RowOf[row]
				n, found := id.number(r, g)
				if !found {
					x.group, x.row = append(x.group, g), append(x.row, r)
				}
				x.of[st][i] = n
			}
		}
		for st, d := range arms {
			if d == nil {
				continue
			}
			x.slots[st] = make([]slots, len(vars))
			if err := par.Do(ctx, k.opt.Workers, len(vars), func(_, v int) error {
				if _, fixed := d.Fixed[v]; !fixed {
					x.slots[st][v] = newSlots(k.statesOf(v), len(vars[v].States), d, x.of[st], len(x.group))
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

// pairs numbers pairs of two numbers by first occurrence. Few second numbers go with
// a first one, so they are looked for one after the other.
type pairs struct {
	head []int32 // by first number: the last pair with it and one
	next []int32 // by pair: another with the same first number and one
	b    []int32
}

func newPairs(firsts int) *pairs { return &pairs{head: make([]int32, firsts)} }

// number returns the number of a pair, and whether it was met before.
func (p *pairs) number(a, b int32) (n int32, found bool) {
	for n = p.head[a] - 1; n >= 0; n = p.next[n] - 1 {
		if p.b[n] == b {
			return n, true
		}
	}
	n = int32(len(p.b))
	p.b, p.next = append(p.b, b), append(p.next, p.head[a])
	p.head[a] = n + 1
	return n, false
}

// newSlots numbers the pairs of a state of a variable, by world, and one of n cells,
// by entry.
func newSlots(state []uint8, states int, d *Distribution, of []int32, n int) slots {
	at := make([]int32, states*n)
	s := slots{start: make([]int32, states+1), of: make([]int32, len(of))}
	for i, row := range d.Rows {
		at[int(state[row])*n+int(of[i])] = 1
	}
	for i := range at {
		if at[i] > 0 {
			at[i] = int32(len(s.cell))
			s.cell = append(s.cell, int32(i%n))
			s.start[i/n+1] = int32(len(s.cell))
		}
	}
	for st := range states {
		s.start[st+1] = max(s.start[st+1], s.start[st])
	}
	for i, row := range d.Rows {
		s.of[i] = at[int(state[row])*n+int(of[i])]
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
	cell  []float64
	slot  [][]float64 // by variable
	state [][]float64 // by variable: the weight of each state
}

// weigh brings a distribution over the arm of a state down to cells and slots.
func (c *changes) weigh(st, table int, d *Distribution) *cellWeights {
	x := &c.cells[table]
	w := &cellWeights{cell: make([]float64, len(x.group)), slot: make([][]float64, len(x.slots[st])), state: make([][]float64, len(x.slots[st]))}
	for i, p := range d.Weight {
		w.cell[x.of[st][i]] += p
	}
	for v := range x.slots[st] {
		s := &x.slots[st][v]
		if s.of == nil {
			continue
		}
		w.slot[v] = make([]float64, len(s.cell))
		for i, k := range s.of {
			w.slot[v][k] += d.Weight[i]
		}
		w.state[v] = make([]float64, len(s.start)-1)
		for st := range w.state[v] {
			for _, p := range w.slot[v][s.start[st]:s.start[st+1]] {
				w.state[v][st] += p
			}
		}
	}
	return w
}

// ascending orders the places of values by them, NaN left out.
func ascending(values []float64) []int32 {
	type placed struct {
		value float64
		at    int32
	}
	list := make([]placed, 0, len(values))
	for k, d := range values {
		if !math.IsNaN(d) {
			list = append(list, placed{d, int32(k)})
		}
	}
	slices.SortFunc(list, func(a, b placed) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return int(a.at - b.at)
	})
	out := make([]int32, len(list))
	for i := range list {
		out[i] = list[i].at
	}
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
	scale, blank := 0.0, false
	off := make([]float64, len(change)) // from the mean; 0 where there is no change
	for k, d := range change {
		if math.IsNaN(d) {
			blank = blank || w.cell[k] > 0
			continue
		}
		off[k] = d - m
		if w.cell[k] > 0 {
			scale = max(scale, math.Abs(values[x.row[k]]))
		}
	}
	variance := sumOf(len(off), func(k int) float64 { return w.cell[k] * off[k] * off[k] }) / defined
	if !(variance > rounding*scale*scale) {
		return nil
	}
	var out []Settle
	for v := range x.slots[st] {
		s := &x.slots[st][v]
		if s.of == nil {
			continue
		}
		fall := 0.0
		for state := range w.state[v] {
			sum, weight := 0.0, w.state[v][state]
			lo, hi := s.start[state], s.start[state+1]
			cell, slot := s.cell[lo:hi], w.slot[v][lo:hi]
			for i, k := range cell {
				sum += float64(slot[i] * off[k])
			}
			if blank {
				weight = 0
				for i, k := range cell {
					if !math.IsNaN(change[k]) {
						weight += slot[i]
					}
				}
			}
			if weight > 0 {
				fall += sum * sum / weight
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
