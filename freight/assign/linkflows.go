package assign

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/internal/par"
)

// Frank and Wolfe (Naval Research Logistics Quarterly 3, 1956) and successive
// averages on link flows. They keep no ways and converge slowly near the answer
// (tens of thousands of iterations below a gap of 1e-6); they are here to compare
// with and as a second opinion in tests.

// loadBlocks is the fixed number of partial sums of an all-or-nothing load, so
// that the result does not depend on the number of workers.
const loadBlocks = 16

// lineTolerance is the relative width of the bracket that ends the line search.
const lineTolerance = 1e-12

// linkLoad is an all-or-nothing load at the present costs by class and link.
type linkLoad struct {
	flow  [][]float64 // volume by class and link
	least sum
}

func (w *sweeper) loadLinks(ctx context.Context, out *linkLoad) error {
	m, ps := w.m, w.ps
	w.setCosts()
	n := len(ps.sources)
	blocks := min(loadBlocks, n)
	parts := make([][][]float64, blocks)
	sums := make([]sum, n)
	err := par.Do(ctx, w.workers, blocks, func(worker, b int) error {
		part := make([][]float64, len(m.fixed))
		node := make([]float64, m.g.Nodes())
		sr := w.search[worker]
		for si := b * n / blocks; si < (b+1)*n/blocks; si++ {
			s := ps.sources[si]
			if part[s.class] == nil {
				part[s.class] = make([]float64, len(m.param))
			}
			sr.From(s.node, w.costs[s.class])
			clear(node)
			for i := s.first; i < s.last; i++ {
				u := sr.Dist(ps.node[i])
				if math.IsInf(u, 1) {
					ps.lost[i] = true
					continue
				}
				node[ps.node[i]] += ps.volume[i]
				sums[si].addProduct(ps.volume[i], u)
			}
			order := sr.Order()
			for j := len(order) - 1; j > 0; j-- {
				v := order[j]
				if f := node[v]; f != 0 {
					l := sr.Link(v)
					part[s.class][l] += f
					node[m.g.Tail(l)] += f
				}
			}
		}
		parts[b] = part
		return nil
	})
	if err != nil {
		return err
	}
	out.least = sum{}
	for i := range sums {
		out.least.merge(sums[i])
	}
	for k := range out.flow {
		clear(out.flow[k])
		for _, part := range parts {
			for l, f := range part[k] {
				out.flow[k][l] += f
			}
		}
	}
	return nil
}

func linkFlows(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	m, ps := compile(p, false), layPairs(p)
	w := newSweeper(m, ps, s.Workers)
	newFlows := func() [][]float64 {
		f := make([][]float64, len(p.Classes))
		for k := range f {
			f[k] = make([]float64, len(m.param))
		}
		return f
	}
	load := &linkLoad{flow: newFlows()}
	flow := newFlows()
	if err := w.loadLinks(ctx, load); err != nil {
		return nil, err
	}
	for k := range flow {
		copy(flow[k], load.flow[k])
	}
	res := &Result{Problem: p, Settings: s, m: m, ps: ps, Statement: statementOf(p, s)}
	step := make([]float64, len(m.param))
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
		if s.Method == FrankWolfe {
			a = m.line(flow, load.flow, step)
		}
		for k := range flow {
			for l := range flow[k] {
				flow[k][l] += a * (load.flow[k][l] - flow[k][l])
			}
		}
	}
	res.finish()
	for k := range flow {
		eq := p.Classes[k].equivalent()
		for l, f := range flow[k] {
			res.ClassFlow[k][l] = f / eq
		}
	}
	res.account()
	total := m.setFlows(flow)
	res.TSTT = total.value()
	return res, nil
}

// setFlows sets volumes and times and returns the total cost.
func (m *model) setFlows(flow [][]float64) sum {
	copy(m.vol, m.pre)
	for k := range flow {
		for l, f := range flow[k] {
			m.vol[l] += f
		}
	}
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

// line finds the step in [0, 1] at which the objective stops falling, by
// bisection on its derivative.
func (m *model) line(flow, target [][]float64, step []float64) float64 {
	clear(step)
	fixed := 0.0
	for k := range flow {
		for l := range flow[k] {
			d := target[k][l] - flow[k][l]
			step[l] += d
			if d != 0 {
				fixed += d * m.fixed[k][l]
			}
		}
	}
	slope := func(a float64) float64 {
		s := fixed
		for l, d := range step {
			if d != 0 {
				t, _ := m.at(int32(l), m.vol[l]+a*d)
				s += d * t
			}
		}
		return s
	}
	if slope(1) <= 0 {
		return 1
	}
	lo, hi := 0.0, 1.0
	for hi-lo > lineTolerance*hi {
		mid := lo + (hi-lo)/2
		if slope(mid) > 0 {
			hi = mid
		} else {
			lo = mid
		}
		if hi < lineTolerance {
			break
		}
	}
	return lo
}
