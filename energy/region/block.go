package region

import (
	"context"
	"fmt"
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
	// start is the baseline's optimum in the block, where every solve of it sets out from.
	start outset
	row   []int // own row -> of the programme

	gaps     [][2]int
	delivery []int // own column of a delivery -> the row that limits it with its gap, else -1
	undel    []int // the same -> the column of what is not delivered, else -1
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
	b.gaps = gaps(b.mark)
	b.delivery, b.undel = make([]int, len(b.cols)), make([]int, len(b.cols))
	for c := range b.cols {
		b.delivery[c], b.undel[c] = -1, -1
	}
	for c, i := range b.row {
		if m := pr.rows[i]; m.kind != rowExc && m.kind != rowCon {
			continue
		}
		undel := -1
		for e := b.p.First[c]; e < b.p.First[c+1]; e++ {
			if b.mark[b.p.Index[e]].kind == colUndel {
				undel = int(b.p.Index[e])
			}
		}
		for e := b.p.First[c]; e < b.p.First[c+1]; e++ {
			if m := b.mark[b.p.Index[e]].kind; m == colExc || m == colCon {
				b.delivery[b.p.Index[e]], b.undel[b.p.Index[e]] = c, undel
			}
		}
	}
	return b
}

// blockRun is a block of a dispatch as an incident finds it: sellers deliver at most
// what they did or their contract allows, and cut before their own load.
type blockRun struct {
	*problem
	part  *blockPart
	d     *dispatch
	m     *model
	r     *lp.Result
	x     []float64 // what it settles at before any loss
	base  float64   // value of what is unserved there, millions of USD
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
	b := &blockRun{problem: &problem{w, &p, part.mark, w.weightsOf(part.mark, &p)}, part: part, d: d}
	for _, g := range part.gaps {
		p.Upper[g[0]] = math.Min(w.gapLimit(&part.mark[g[0]]), p.Upper[g[1]])
		b.cap(g, p.Upper[g[1]])
	}
	var err error
	if b.m, err = b.problem.open(ctx, part.start.basis); err != nil {
		return nil, err
	}
	if err := b.reference(ctx); err != nil {
		b.m.close()
		return nil, err
	}
	x := b.x
	b.short, b.dry = b.shed(x)
	for t := range w.b.net.Ties {
		b.load = append(b.load, x[part.at[w.b.prog.ac[t][part.k]]])
	}
	return b, nil
}

func (b *blockRun) close() { b.m.close() }

// cap limits a delivery with its gap to what the seller has settled to give: a gap
// may take its place and no more.
func (b *blockRun) cap(g [2]int, most float64) {
	b.p.Upper[g[1]], b.p.Upper[g[0]] = most, math.Min(b.p.Upper[g[0]], most)
	row := b.part.delivery[g[1]]
	if row < 0 || b.several(g[1]) {
		return
	}
	if u := b.part.undel[g[1]]; u >= 0 {
		b.p.Lower[u] = math.Max(0, b.p.RowUpper[row]-most)
	} else if b.p.RowLower[row] < b.p.RowUpper[row] {
		b.p.RowUpper[row] = math.Min(b.p.RowUpper[row], most)
	}
}

// several says whether a delivery shares its contract's limit with other zones.
func (b *blockRun) several(c int) bool {
	m := &b.part.mark[c]
	return m.kind == colCon && len(b.w.b.net.buyers[m.a]) > 1
}

// reference settles the block before any loss and keeps what sellers give there.
func (b *blockRun) reference(ctx context.Context) error {
	for range maxRounds {
		r, err := b.m.solve(ctx)
		if err != nil {
			return err
		}
		b.r = r
		b.x, _, _ = choose(b.p, b.p.Lower, b.p.Upper, b.p.RowLower, b.p.RowUpper, b.weight, r, b.part.start.x)
		if !b.held(b.x) {
			b.base = b.value(b.x)
			return nil
		}
		for _, g := range b.part.gaps {
			if b.x[g[0]] > settleTolerance {
				b.cap(g, math.Max(0, b.x[g[1]]))
				if b.several(g[1]) || b.p.Upper[g[1]] == 0 {
					b.p.Upper[g[0]] = 0
				}
			}
		}
		b.m.close()
		if b.m, err = b.problem.open(ctx, r.Basis); err != nil {
			return err
		}
	}
	return fmt.Errorf("sellers' deliveries did not settle in %d rounds", maxRounds)
}

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
// and puts the bounds back. It is a function of its arguments alone.
func (b *blockRun) run(ctx context.Context, limits []limit, free []int) ([]float64, error) {
	lower, upper := slices.Clone(b.p.Lower), slices.Clone(b.p.Upper)
	var touched []int
	set := func(j int, lo, hi float64) error {
		touched = append(touched, j)
		lower[j], upper[j] = lo, hi
		return b.m.setBounds(ctx, j, lo, hi)
	}
	if err := b.m.start(ctx, b.r.Basis); err != nil {
		return nil, err
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
		if err := b.m.setRow(ctx, i, rowLower[i], rowUpper[i]); err != nil {
			return nil, err
		}
	}
	var x []float64
	for range maxRounds {
		r, err := b.m.solve(ctx)
		if err != nil {
			return nil, err
		}
		x = r.X
		if b.held(x) || b.value(x) > b.base*(1+valueTolerance)+valueTolerance {
			x, _, _ = choose(b.p, lower, upper, rowLower, rowUpper, b.weight, r, b.x)
		}
		open := false
		for _, g := range b.part.gaps {
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
		if err := b.m.setBounds(ctx, j, b.p.Lower[j], b.p.Upper[j]); err != nil {
			return nil, err
		}
	}
	for _, i := range free {
		if err := b.m.setRow(ctx, i, b.p.RowLower[i], b.p.RowUpper[i]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// valueTolerance is the share by which the value of unserved load must rise to count.
const valueTolerance = 1e-9

// value is that of what is unserved, millions of USD over the block.
func (b *blockRun) value(x []float64) float64 {
	sum := 0.
	for j, m := range b.cols {
		if m.kind == colShed || m.kind == colElecOff {
			sum += b.p.Cost[j] * x[j]
		}
	}
	return sum
}

// held says whether a seller would deliver less than its contract.
func (b *blockRun) held(x []float64) bool {
	for _, g := range b.part.gaps {
		if x[g[0]] > settleTolerance {
			return true
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
