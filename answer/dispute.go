package answer

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/pool"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/voi"
)

// What the experts dispute: how far apart they stand on the expected change
//
//	m_e = E_e[ y(w) - y0(w) ],    y0(w) = E_reference, without[ Y | non-descendants as in w ]
//
// in the arm of a state of an act. y0 is the same for all, so it is the experts'
// view of what comes with the act that is compared. docs/methods/disputes.md.

const (
	// apartFloor is the share of an outcome's level below which experts do not
	// stand apart: completions keep their rows to 1e-9.
	apartFloor = 1e-9
	// fallFloor is the fall of a dispute below which a variable is not listed.
	fallFloor = 1e-4
)

// contrast is the arm of a state of an act held against the arm without it.
type contrast struct {
	tables  tables
	rows    []int32   // worlds of the arm
	state   [][]uint8 // by variable, by entry of rows; nil for what the arm fixes
	states  []int     // by variable
	group   []int32   // by entry: what is so of the non-descendants
	groups  int
	without [][]term // by table: group, row; reference weights without the act
}

// contrast prepares a state of an act. Groups of worlds alike in what does not
// descend from the act are numbered in mixed radix.
func (k *computer) contrast(r *actReading, st int) (*contrast, error) {
	vars := k.c.Variables
	d := r.readings[st].dist
	c := &contrast{tables: k.tables, rows: d.Rows, state: make([][]uint8, len(vars)), states: make([]int, len(vars))}
	desc := descendants(vars, r.variable)
	var common []int
	for v := range vars {
		c.states[v] = len(vars[v].States)
		if _, fixed := d.Fixed[v]; fixed {
			continue
		}
		state := k.statesOf(v)
		c.state[v] = make([]uint8, len(d.Rows))
		for i, row := range d.Rows {
			c.state[v][i] = state[row]
		}
		if !desc[v] {
			common = append(common, v)
		}
	}
	c.group, c.groups = k.worldGroups(d.Rows, common)
	fixed := map[int]int{}
	for v, s := range d.Fixed {
		fixed[v] = s
	}
	fixed[r.variable] = r.without(k)
	ref, err := k.reference.Distribution(fixed)
	if err != nil {
		return nil, err
	}
	of, _ := k.worldGroups(ref.Rows, common)
	for _, tab := range k.tables {
		var ts []term
		for i, row := range ref.Rows {
			if ref.Weight[i] > 0 {
				ts = append(ts, term{of[i], tab.RowOf[row], ref.Weight[i]})
			}
		}
		c.without = append(c.without, merge(ts))
	}
	return c, nil
}

// worldGroups numbers worlds by their states of some variables, in mixed base, and
// says how many numbers there can be.
func (k *computer) worldGroups(rows []int32, vars []int) (group []int32, count int) {
	group, count = make([]int32, len(rows)), 1
	for _, v := range vars {
		n := int32(len(k.c.Variables[v].States))
		state := k.statesOf(v)
		for i, row := range rows {
			group[i] = group[i]*n + int32(state[row])
		}
		count *= int(n)
	}
	return group, count
}

// disputes fills in how far the experts stand apart on the outcomes that
// questions ask for, and what would settle it. Bounds are read where effects have
// them.
func (k *computer) disputes(ctx context.Context, w *Words) error {
	if w == nil || len(k.opinions.speakers) < 2 {
		return nil
	}
	var speakers []int // lenses
	var weights []float64
	for i, l := range k.lenses {
		if l.opinion != nil {
			speakers, weights = append(speakers, i), append(weights, l.opinion.weight)
		}
	}
	asked := k.asked()
	for a, r := range k.acts {
		if r.exact {
			continue
		}
		for st := range r.act.Arms {
			if st == r.without(k) {
				continue
			}
			c, err := k.contrast(r, st)
			if err != nil {
				return err
			}
			var ps [][]float64
			for _, i := range speakers {
				ps = append(ps, k.all[i][a].readings[st].dist.Weight)
			}
			divergence, err := pool.JensenShannon(ps, weights)
			if err != nil {
				return err
			}
			s := c.split(ps, weights)
			var of []Dispute
			var columns []ref
			for _, o := range k.c.Outcomes {
				if !slices.Contains(asked, o.ID) {
					continue
				}
				at, ok := k.tables.find(o.ID)
				if !ok {
					return fmt.Errorf("answer: no column %s", o.ID)
				}
				d := Dispute{Act: r.act.ID, State: r.act.Arms[st].State, Outcome: o.ID, JensenShannon: some(divergence)}
				var es []*Effect
				for _, i := range speakers {
					es = append(es, k.all[i][a].act.effect(d.State, o.ID))
				}
				d.bounds(es)
				of, columns = append(of, d), append(columns, at)
			}
			if err := par.Do(ctx, k.opt.Workers, len(of), func(_, i int) error {
				s.settle(&of[i], k.c.Variables, columns[i].table, k.column(columns[i]).values)
				return nil
			}); err != nil {
				return err
			}
			w.Disputes = append(w.Disputes, of...)
		}
	}
	return nil
}

// bounds fills in the hull of what the words of each expert allow, the gap and
// the claims that hold the two bounds furthest apart.
func (d *Dispute) bounds(es []*Effect) {
	var os []pool.Opinion
	var claims []string
	end := func(n Number, infinite int, holds []HoldsEnd) bounds.End {
		e := bounds.End{Value: math.Inf(infinite)}
		if n.OK {
			e.Value = n.V
		}
		for _, h := range holds {
			e.Holds = append(e.Holds, bounds.Hold{Claim: len(claims), Moves: h.Moves})
			claims = append(claims, h.Claim)
		}
		return e
	}
	for _, e := range es {
		if e == nil || e.Bounds == nil || e.Bounds.Status != bounds.Found.String() {
			continue
		}
		b := e.Bounds
		os = append(os, pool.Opinion{Low: end(b.Low, -1, b.HoldsLow), High: end(b.High, 1, b.HoldsHigh), Speaks: len(b.HoldsLow)+len(b.HoldsHigh) > 0})
	}
	g := pool.Disagree(os)
	d.Low, d.High = some(g.Low), some(g.High)
	if speak := len(slices.DeleteFunc(os, func(o pool.Opinion) bool { return !o.Speaks })); speak > 1 {
		d.Gap = some(g.Gap)
	}
	for _, i := range []int{g.AboveClaim, g.BelowClaim} {
		if i >= 0 && !slices.Contains(d.Between, claims[i]) {
			d.Between = append(d.Between, claims[i])
		}
	}
}

// split is the weights of speakers over an arm by what may be learnt: the means
// of any outcome given a state of a variable follow from the weights by state and
// row of a table, and by state and group.
type split struct {
	*contrast
	ps      [][]float64 // by speaker and entry
	weights []float64
	mixture []float64
	chance  [][][]float64   // by speaker, variable, state
	byGroup [][][]float64   // by speaker, variable; state x group
	byRow   [][][][]float64 // by speaker, variable, table; state x row
}

func (c *contrast) split(ps [][]float64, weights []float64) *split {
	s := &split{contrast: c, ps: ps, weights: weights, mixture: make([]float64, len(c.rows))}
	rowOf := make([][]int32, len(c.tables))
	for t, tab := range c.tables {
		rowOf[t] = make([]int32, len(c.rows))
		for i, row := range c.rows {
			rowOf[t][i] = tab.RowOf[row]
		}
	}
	for e, p := range ps {
		for i, v := range p {
			s.mixture[i] += weights[e] * v
		}
		chance, byGroup, byRow := make([][]float64, len(c.state)), make([][]float64, len(c.state)), make([][][]float64, len(c.state))
		for v, state := range c.state {
			if state == nil {
				continue
			}
			chance[v], byGroup[v] = make([]float64, c.states[v]), make([]float64, c.states[v]*c.groups)
			for i, st := range state {
				chance[v][st] += p[i]
				byGroup[v][int(st)*c.groups+int(c.group[i])] += p[i]
			}
			for t, tab := range c.tables {
				by := make([]float64, c.states[v]*len(tab.Rows))
				for i, st := range state {
					by[int(st)*len(tab.Rows)+int(rowOf[t][i])] += p[i]
				}
				byRow[v] = append(byRow[v], by)
			}
		}
		s.chance, s.byGroup, s.byRow = append(s.chance, chance), append(s.byGroup, byGroup), append(s.byRow, byRow)
	}
	return s
}

// settle reads one column.
func (s *split) settle(d *Dispute, vars []casefile.Variable, table int, values []float64) {
	y0 := startOf(s.without[table], values, s.groups)
	rowOf := s.tables[table].RowOf
	// The change is around its mean under the mixture, so that little is lost to
	// differences of large numbers.
	centre, defined, scale := 0.0, 0.0, 0.0
	blank := false
	for i, row := range s.rows {
		y, start := values[rowOf[row]], y0[s.group[i]]
		if math.IsNaN(y) || math.IsNaN(start) {
			blank = blank || s.mixture[i] > 0
			continue
		}
		centre += s.mixture[i] * (y - start)
		defined += s.mixture[i]
		if s.mixture[i] > 0 {
			scale = max(scale, math.Abs(y))
		}
	}
	if !(defined > 0) {
		return
	}
	centre /= defined
	variance := sumOf(len(s.rows), func(i int) float64 {
		x := values[rowOf[s.rows[i]]] - y0[s.group[i]] - centre
		if math.IsNaN(x) {
			return 0
		}
		return s.mixture[i] * x * x
	}) / defined
	shifted := make([]float64, len(y0))
	for g := range y0 {
		shifted[g] = y0[g] + centre
	}
	told := func(v int) (voi.Told, bool) {
		if blank {
			return s.listen(v, rowOf, values, shifted)
		}
		return s.told(v, table, values, shifted), true
	}
	first := true
	before := 0.0
	for v := range vars {
		if s.state[v] == nil {
			continue
		}
		t, ok := told(v)
		if !ok {
			return // an expert for whom the outcome has no value
		}
		if first {
			if before, _ = t.Before(s.weights); before <= apartFloor*scale {
				before = 0
			}
			d.Apart, first = some(before), false
			if variance > rounding*scale*scale {
				d.Speaker = some(before * before / variance)
			}
			if before == 0 {
				return
			}
		}
		after := t.After(s.weights)
		if fall := 1 - after/before; math.Abs(fall) >= fallFloor {
			d.Settles = append(d.Settles, DisputeAfter{vars[v].ID, after, fall})
		}
	}
	slices.SortStableFunc(d.Settles, func(a, b DisputeAfter) int {
		switch {
		case a.Fall > b.Fall:
			return -1
		case a.Fall < b.Fall:
			return 1
		}
		return 0
	})
}

// told is the change that each speaker expects given each state of a variable,
// for a column that has a value in every world with weight.
func (s *split) told(v, table int, values, start []float64) voi.Told {
	var out voi.Told
	rows := len(values)
	for e := range s.ps {
		mean := make([]float64, s.states[v])
		for st := range mean {
			sum := 0.0
			for row, p := range s.byRow[e][v][table][st*rows : (st+1)*rows] {
				if p > 0 {
					sum += p * values[row]
				}
			}
			for g, p := range s.byGroup[e][v][st*s.groups : (st+1)*s.groups] {
				if p > 0 {
					sum -= p * start[g]
				}
			}
			mean[st] = sum / s.chance[e][v][st]
		}
		out.Chance, out.Mean = append(out.Chance, s.chance[e][v]), append(out.Mean, mean)
	}
	return out
}

// listen is told for a column without a value in some worlds, which are left out;
// false when a speaker gives weight to no other.
func (s *split) listen(v int, rowOf []int32, values, start []float64) (voi.Told, bool) {
	var out voi.Told
	for _, p := range s.ps {
		chance, mean := make([]float64, s.states[v]), make([]float64, s.states[v])
		defined := 0.0
		for i, st := range s.state[v] {
			if x := values[rowOf[s.rows[i]]] - start[s.group[i]]; p[i] > 0 && !math.IsNaN(x) {
				chance[st] += p[i]
				mean[st] += p[i] * x
				defined += p[i]
			}
		}
		if !(defined > 0) {
			return out, false
		}
		for st := range chance {
			mean[st] /= chance[st]
			chance[st] /= defined
		}
		out.Chance, out.Mean = append(out.Chance, chance), append(out.Mean, mean)
	}
	return out, true
}
