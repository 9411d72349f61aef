package assign

import (
	"context"
	"slices"

	"github.com/astara-corridors/astara/graph/hierarchy"
	"github.com/astara-corridors/astara/internal/par"
)

// Equilibrium on link flows alone: no ways are kept, so memory does not grow with
// the pairs. Each iteration is one all-or-nothing sweep and one line search. The
// biconjugate method (biconjugate.go) is for networks whose ways would not fit; it
// reaches 1e-4 in some hundred sweeps. The classical Frank and Wolfe (Naval
// Research Logistics Quarterly 3, 1956) and successive averages converge slowly
// near the answer (tens of thousands of iterations below a gap of 1e-6); they are
// here to compare with and as a second opinion in tests.

// loadBlocks is the fixed number of partial sums of an all-or-nothing load, so
// that the result does not depend on the number of workers.
const loadBlocks = 8

// lineTolerance is the relative change of the step that ends the line search.
const lineTolerance = 1e-9

// linkLoad is an all-or-nothing load at the present costs by class and link.
type linkLoad struct {
	flow  [][]float64 // volume by class and link
	least sum

	part [][]*hierarchy.Load // by block and class, nil where not needed
	sums []sum               // by source
}

func newLinkLoad(w *sweeper) *linkLoad {
	out := &linkLoad{flow: make([][]float64, len(w.m.fixed)), sums: make([]sum, len(w.ps.sources))}
	for k := range out.flow {
		out.flow[k] = make([]float64, len(w.m.param))
	}
	out.part = make([][]*hierarchy.Load, min(loadBlocks, len(w.batch)))
	for b := range out.part {
		out.part[b] = make([]*hierarchy.Load, len(out.flow))
	}
	return out
}

// loadLinks sends all that is served on the cheapest ways, marks pairs without
// one, and adds up what it costs.
func (w *sweeper) loadLinks(ctx context.Context, out *linkLoad) error {
	ps := w.ps
	w.setCosts()
	n, blocks := len(w.batch), len(out.part)
	err := par.Do(ctx, w.workers, blocks, func(worker, b int) error {
		s, part := w.sweep[worker], out.part[b]
		for bi := b * n / blocks; bi < (b+1)*n/blocks; bi++ {
			batch := &w.batch[bi]
			class := batch.class
			if part[class] == nil {
				part[class] = w.h.NewLoad()
			}
			s.From(w.metric[w.kind[class]], batch.root)
			for lane, si := range batch.source {
				src := ps.sources[si]
				out.sums[si] = sum{}
				for i := src.first; i < src.last; i++ {
					if !s.Send(lane, ps.node[i], ps.served(i)) {
						ps.lose(i)
						continue
					}
					out.sums[si].addProduct(ps.served(i), s.Dist(lane, ps.node[i]))
				}
			}
			s.Carry(part[class])
		}
		return nil
	})
	if err != nil {
		return err
	}
	out.least = sum{}
	for i := range out.sums {
		out.least.merge(out.sums[i])
	}
	for k := range out.flow {
		clear(out.flow[k])
		var whole *hierarchy.Load
		for _, part := range out.part {
			if part[k] == nil {
				continue
			}
			if whole == nil {
				whole = part[k]
				continue
			}
			whole.Merge(part[k])
			part[k].Clear()
		}
		if whole != nil {
			w.metric[w.kind[k]].Unpack(whole, out.flow[k])
		}
	}
	return nil
}

func linkFlows(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	m, ps := compile(p, false), layPairs(p)
	w := newSweeper(m, ps, s)
	load := newLinkLoad(w)
	flow := make([][]float64, len(p.Classes))
	if err := w.loadLinks(ctx, load); err != nil {
		return nil, err
	}
	for k := range flow {
		flow[k] = slices.Clone(load.flow[k])
	}
	res := &Result{Problem: p, Settings: s, m: m, ps: ps, Statement: statementOf(p, s)}
	step := make([]float64, len(m.param))
	var turn conjugate
	for {
		total := m.setFlows(flow)
		if err := w.loadLinks(ctx, load); err != nil {
			return nil, err
		}
		g := gap{total: total, least: load.least}
		res.RelativeGap = g.relative()
		res.Objective = m.linkObjective(flow)
		row := Iteration{Iteration: len(res.Iterations) + 1, Gap: res.RelativeGap, Objective: res.Objective}
		res.Iterations = append(res.Iterations, row)
		if s.Each != nil {
			s.Each(row)
		}
		res.Converged = res.RelativeGap <= s.Gap
		if res.Converged || len(res.Iterations) >= s.Iterations {
			break
		}
		a := 1 / float64(len(res.Iterations)+1)
		target := load.flow
		switch s.Method {
		case FrankWolfe:
			a = m.line(flow, target, step)
		case Biconjugate:
			target = turn.target(m, flow, load.flow)
			a = m.line(flow, target, step)
			if a < leastStep { // the mixed direction leads nowhere: start over
				turn.drop()
				target = turn.target(m, flow, load.flow)
				a = m.line(flow, target, step)
			}
			turn.step = a
		}
		for k := range flow {
			to := target[k]
			for l, f := range flow[k] {
				flow[k][l] = f + a*(to[l]-f)
			}
		}
	}
	res.finish()
	res.setClassFlows(flow)
	res.account()
	total := m.setFlows(flow)
	res.TSTT = total.value()
	return res, nil
}

// setClassFlows fills ClassFlow from volumes by class and link.
func (res *Result) setClassFlows(flow [][]float64) {
	for k := range flow {
		eq := res.Problem.Classes[k].equivalent()
		for l, f := range flow[k] {
			res.ClassFlow[k][l] = f / eq
		}
	}
}

// setFlows sets volumes and times and returns the total cost.
func (m *model) setFlows(flow [][]float64) sum {
	m.addFlows(flow)
	m.evalAll()
	var total sum
	for l := range m.now {
		if v := m.vol[l] - m.pre[l]; v != 0 {
			total.addProduct(v, m.now[l].t)
		}
	}
	for k := range flow {
		if !m.hasFixed[k] {
			continue
		}
		for l, f := range flow[k] {
			if f != 0 {
				total.addProduct(f, m.fixed[k][l])
			}
		}
	}
	return total
}

// addFlows sets volumes, not times.
func (m *model) addFlows(flow [][]float64) {
	copy(m.vol, m.pre)
	for k := range flow {
		for l, f := range flow[k] {
			m.vol[l] += f
		}
	}
}

func (m *model) linkObjective(flow [][]float64) float64 {
	var z sum
	for l := range m.param {
		if m.vol[l] != m.pre[l] {
			z.add(m.area(l, m.vol[l]))
			z.add(-m.area(l, m.pre[l]))
		}
	}
	for k := range flow {
		for l, f := range flow[k] {
			if f != 0 && m.fixed[k][l] != 0 {
				z.addProduct(f, m.fixed[k][l])
			}
		}
	}
	return z.value()
}

// line finds the step in [0, 1] at which the objective stops falling, by Newton
// steps on its derivative kept inside a bracket.
func (m *model) line(flow, target [][]float64, step []float64) float64 {
	clear(step)
	fixed := 0.0
	for k := range flow {
		to, cost := target[k], m.fixed[k]
		for l, f := range flow[k] {
			if d := to[l] - f; d != 0 {
				step[l] += d
				fixed += d * cost[l]
			}
		}
	}
	fall := func(a float64) (value, slope float64) {
		value = -fixed
		for l, d := range step {
			if d != 0 {
				t, s := m.at(int32(l), m.vol[l]+a*d)
				value -= d * t
				slope += d * d * s
			}
		}
		return value, slope
	}
	f0, d0 := fall(0)
	if !(f0 > 0) {
		return 0
	}
	return root(1, f0, d0, lineTolerance, fall)
}
