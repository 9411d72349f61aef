package region

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

// blockPart is the part of the programme that belongs to one block: an hour of an
// incident, in which budgets of the year do not bind.
type blockPart struct {
	k    int
	cols []int // of the programme
	at   []int // column of the programme -> own, -1
	p    lp.Problem
	mark []mark
	row  []int // own row -> of the programme
}

// partOf cuts a block out of the programme.
func (pr *program) partOf(k int) *blockPart {
	b := &blockPart{k: k, at: make([]int, pr.Cols())}
	for j, m := range pr.cols {
		b.at[j] = -1
		if int(m.k) == k {
			b.at[j] = b.p.Col(0, 0, 0)
			b.cols = append(b.cols, j)
			b.mark = append(b.mark, m)
		}
	}
	for i, m := range pr.rows {
		if int(m.k) != k {
			continue
		}
		var terms []lp.Term
		for e := pr.First[i]; e < pr.First[i+1]; e++ {
			terms = append(terms, lp.Term{Col: b.at[pr.Index[e]], Value: pr.Value[e]})
		}
		b.p.Row(0, 0, terms...)
		b.row = append(b.row, i)
	}
	return b
}

// blockRun is a block of a dispatch as an incident finds it: sellers deliver at most
// what they did or their contract allows, and cut before their own load.
type blockRun struct {
	*problem
	part  *blockPart
	d     *dispatch
	m     *lp.Model
	r     *lp.Result
	x     []float64 // what it settles at before any loss
	gaps  [][2]int
	short []float64 // by zone, MW
	dry   []float64 // by zone, mcm/d
	load  []float64 // tie: flow before
}

// open sets up a block of a settled dispatch. It must be closed.
func (d *dispatch) open(ctx context.Context, part *blockPart) (*blockRun, error) {
	w := d.w
	p := part.p
	n := len(part.cols)
	p.Cost, p.Lower, p.Upper = make([]float64, n), make([]float64, n), make([]float64, n)
	for c, j := range part.cols {
		p.Cost[c], p.Lower[c], p.Upper[c] = w.cost[j], w.lower[j], w.upper[j]
		if part.mark[c].kind == colExc && math.IsInf(p.Upper[c], 1) {
			p.Upper[c] = math.Max(0, d.x[j]) // without a limit of its own, what it delivers
		}
	}
	p.RowLower, p.RowUpper = make([]float64, len(part.row)), make([]float64, len(part.row))
	for c, i := range part.row {
		p.RowLower[c], p.RowUpper[c] = w.rowLower[i], w.rowUpper[i]
	}
	b := &blockRun{problem: &problem{w, &p, part.mark, w.weightsOf(part.mark, &p)}, part: part, d: d, gaps: gaps(part.mark)}
	for _, g := range b.gaps {
		limit := w.gapLimit(&part.mark[g[0]])
		p.Upper[g[0]] = math.Min(limit, p.Upper[g[1]])
	}
	var err error
	if b.m, err = lp.Open(ctx, b.p, lp.Options{}); err != nil {
		return nil, err
	}
	x, err := b.run(ctx, nil, nil)
	if err != nil {
		b.m.Close()
		return nil, err
	}
	b.x = x
	b.short, b.dry = b.shed(x)
	for t := range w.b.net.Ties {
		b.load = append(b.load, x[part.at[w.b.prog.ac[t][part.k]]])
	}
	return b, nil
}

func (b *blockRun) close() { b.m.Close() }

// gapLimit is the most that a gap of a delivery may be: nothing where the seller has
// no load of its own.
func (w *world) gapLimit(m *mark) float64 {
	if m.kind == colExcGap {
		x := &w.b.net.Exchanges[m.a]
		seller := x.From
		if m.c == 1 {
			seller = x.To
		}
		if !w.serves(w.b.net.zone[seller], Power) {
			return 0
		}
		return math.Inf(1)
	}
	if !w.originServes(w.b.net.origin[w.b.net.Contracts[m.a].Origin]) {
		return 0
	}
	return math.Inf(1)
}

// limit is a change of a column's upper bound.
type limit struct {
	col   int
	upper float64
}

// run solves the block with some upper bounds lowered (and the lower ones of signed
// flows raised to match) and some rows set free, in rounds as [problem.settle] does,
// and puts the bounds back. It is a function of its arguments alone. The first run
// finds the common start.
func (b *blockRun) run(ctx context.Context, limits []limit, free []int) ([]float64, error) {
	lower, upper := slices.Clone(b.p.Lower), slices.Clone(b.p.Upper)
	var touched []int
	set := func(j int, lo, hi float64) error {
		touched = append(touched, j)
		lower[j], upper[j] = lo, hi
		return b.m.SetBounds(ctx, j, lo, hi)
	}
	if b.r != nil {
		if err := b.m.StartFrom(ctx, b.r.Basis); err != nil {
			return nil, err
		}
	}
	for _, l := range limits {
		if err := set(l.col, math.Max(lower[l.col], -l.upper), math.Min(upper[l.col], l.upper)); err != nil {
			return nil, err
		}
	}
	rowLower, rowUpper := b.p.RowLower, b.p.RowUpper
	if len(free) > 0 {
		rowLower, rowUpper = slices.Clone(rowLower), slices.Clone(rowUpper)
	}
	for _, i := range free {
		rowLower[i], rowUpper[i] = math.Inf(-1), math.Inf(1)
		if err := b.m.SetRowBounds(ctx, i, rowLower[i], rowUpper[i]); err != nil {
			return nil, err
		}
	}
	var x []float64
	for range maxRounds {
		r, err := b.m.Solve(ctx)
		if err = optimal(r, err); err != nil {
			return nil, err
		}
		if b.r == nil {
			b.r = r
		}
		x = r.X
		if b.undecided(x) {
			x, _, _ = choose(b.p, lower, upper, rowLower, rowUpper, b.weight, r)
		}
		open := false
		for _, g := range b.gaps {
			if x[g[0]] > settleTolerance {
				open = true
				if err := set(g[0], 0, 0); err != nil {
					return nil, err
				}
				if err := set(g[1], 0, math.Max(0, x[g[1]])); err != nil {
					return nil, err
				}
			}
		}
		if !open {
			break
		}
	}
	for _, j := range touched {
		if err := b.m.SetBounds(ctx, j, b.p.Lower[j], b.p.Upper[j]); err != nil {
			return nil, err
		}
	}
	for _, i := range free {
		if err := b.m.SetRowBounds(ctx, i, b.p.RowLower[i], b.p.RowUpper[i]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// undecided says whether it matters which optimum is taken: something is shed or not
// delivered.
func (b *blockRun) undecided(x []float64) bool {
	for j, m := range b.cols {
		switch m.kind {
		case colShed, colElecOff, colExcGap, colConGap:
			if x[j] > settleTolerance {
				return true
			}
		}
	}
	return false
}

// shed sums unserved load by zone.
func (b *blockRun) shed(x []float64) (power, gas []float64) {
	n := b.w.b.net
	power, gas = make([]float64, len(n.Zones)), make([]float64, len(n.Zones))
	for j, m := range b.cols {
		switch {
		case m.kind == colElecOff:
			power[m.a] += x[j]
		case m.kind != colShed:
		case n.Tiers[n.loads[m.a].tier].Carrier == Power:
			power[n.loads[m.a].zone] += x[j]
		default:
			gas[n.loads[m.a].zone] += x[j]
		}
	}
	return power, gas
}
