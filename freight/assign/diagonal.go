package assign

import (
	"context"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/graph/hierarchy"
)

// Asymmetric costs by diagonalisation (Florian, Transportation Science 11, 1977;
// Dafermos, Transportation Science 16, 1982): whatever makes the costs asymmetric
// is frozen at the present volumes, the rest is solved as a convex programme, and
// so on in turn, Gauss-Seidel. Influences between links are frozen for all
// classes together; where classes feel delay in different proportion, each class
// is solved against the frozen volume of the others.
//
// It stops at the gap of the true costs. A fixed point is an equilibrium; there
// may be others, and the turns need not converge when the asymmetry is strong:
// then the result says that it did not.

// innerGapShare is the gap of the inner solves relative to the outer aim.
const innerGapShare = 0.1

func diagonalise(ctx context.Context, p *Problem, s Settings, why string) (*Result, error) {
	n := p.Network
	links := n.Graph.Links()
	// Groups of classes that are solved together.
	groups := [][]int{nil}
	for k := range p.Classes {
		groups[0] = append(groups[0], k)
	}
	without := *p
	plain := *n
	plain.Influences = nil
	without.Network = &plain
	if ok, _ := without.symmetric(); !ok {
		groups = groups[:0]
		for k := range p.Classes {
			groups = append(groups, []int{k})
		}
	}
	volume := make([][]float64, len(groups)) // by group and link
	for i := range volume {
		volume[i] = make([]float64, links)
	}
	total := make([]float64, links) // of all groups
	results := make([]*Result, len(groups))
	s.Warm = nil
	res := &Result{Problem: p, Settings: s, Objective: math.NaN(),
		Statement: fmt.Sprintf("user equilibrium as a fixed point by diagonalisation over %d group(s) of classes, because %s; no convex programme stands behind it and there may be other equilibria", len(groups), why)}
	inner := s
	inner.Gap, inner.Each = s.Gap*innerGapShare, nil
	for outer := 1; ; outer++ {
		change := 0.0
		for gi, group := range groups {
			net := plain
			net.Preload = frozen(n, total, volume[gi])
			sub := &Problem{Network: &net}
			for _, k := range group {
				sub.Classes = append(sub.Classes, p.Classes[k])
			}
			inner.Warm = results[gi] // nil in the first turn
			r, _, err := settle(ctx, sub, inner)
			if err != nil {
				return nil, err
			}
			r.finish()
			r.account()
			results[gi] = r
			for l, v := range r.Volume {
				change = math.Max(change, math.Abs(v-volume[gi][l])/math.Max(1, v))
				total[l] += v - volume[gi][l]
				volume[gi][l] = v
			}
		}
		g, err := trueGap(ctx, p, results, groups, total, s)
		if err != nil {
			return nil, err
		}
		res.RelativeGap = g.relative()
		row := Iteration{Iteration: outer, Gap: res.RelativeGap, Outer: outer, Change: change}
		res.Iterations = append(res.Iterations, row)
		if s.Each != nil {
			s.Each(row)
		}
		res.TSTT = g.total.value()
		res.Converged = res.RelativeGap <= s.Gap
		if res.Converged || outer >= s.Iterations {
			break
		}
	}
	res.join(results, total)
	return res, nil
}

// frozen is the Preload a group sees: the listed one, the volume of the other
// groups, and what comes over from other links.
func frozen(n *Network, total, own []float64) []float64 {
	pre := make([]float64, len(total))
	copy(pre, n.Preload)
	for l := range pre {
		pre[l] += math.Max(0, total[l]-own[l])
	}
	for _, f := range n.Influences {
		v := total[f.From]
		if n.Preload != nil {
			v += n.Preload[f.From]
		}
		pre[f.On] += f.Weight * v
	}
	return pre
}

// trueGap is the gap of the flows at the costs they really cause. Each group is
// measured in its own unit of cost and weighed by its volume.
func trueGap(ctx context.Context, p *Problem, results []*Result, groups [][]int, total []float64, s Settings) (gap, error) {
	var g gap
	zero := make([]float64, len(total))
	pre := frozen(p.Network, total, zero) // all volume, own and others
	for gi := range groups {
		r := results[gi]
		m := r.m
		keepPre, keepVol := m.pre, m.vol
		m.pre, m.vol = zero, pre
		m.evalAll()
		w := newSweeper(m, r.ps, s)
		w.setCosts()
		for l, v := range r.Volume {
			if v != 0 {
				g.total.addProduct(v, m.now[l].t)
			}
		}
		for q, f := range r.r.flow {
			g.total.addProduct(f, r.r.fixed[q])
		}
		least := make([]gap, len(r.ps.sources))
		err := w.each(ctx, func(_, i, lane int, sw *hierarchy.Sweep) {
			s := r.ps.sources[i]
			for j := s.first; j < s.last; j++ {
				if r.ps.lost[j] {
					continue
				}
				u := sw.Dist(lane, r.ps.node[j])
				if r.ps.elastic[s.class] {
					price, _ := r.ps.curve[j].price(r.ps.served(j))
					if r.ps.left[j] > 0 {
						least[i].total.addProduct(r.ps.left[j], price)
					}
					u = math.Min(u, price)
				}
				least[i].least.addProduct(r.ps.volume[j], u)
			}
		})
		m.pre, m.vol = keepPre, keepVol
		if err != nil {
			return g, err
		}
		for i := range least {
			g.total.merge(least[i].total)
			g.least.merge(least[i].least)
		}
	}
	return g, nil
}

// join puts the parts of the groups together. Groups hold classes in order, so
// their routes follow each other.
func (res *Result) join(results []*Result, total []float64) {
	res.Volume = append([]float64(nil), total...)
	res.Time = results[len(results)-1].Time
	r := &routes{first: make([]int32, 1)}
	for _, part := range results {
		res.ClassFlow = append(res.ClassFlow, part.ClassFlow...)
		res.Served = append(res.Served, part.Served...)
		res.Unreachable = append(res.Unreachable, part.Unreachable...)
		res.Excess = math.Max(res.Excess, part.Excess)
		paths := int32(len(r.flow))
		for _, f := range part.r.first[1:] {
			r.first = append(r.first, paths+f)
		}
		r.way = append(r.way, part.r.way...)
		r.flow = append(r.flow, part.r.flow...)
		r.fixed = append(r.fixed, part.r.fixed...)
		if part.Price != nil {
			res.Price = part.Price
		}
	}
	res.r = r
	res.ps = layPairs(res.Problem)
	i := 0
	for _, part := range results {
		for j := range part.ps.to {
			res.ps.lost[i] = part.ps.lost[j]
			if res.ps.left != nil && part.ps.left != nil {
				res.ps.left[i] = part.ps.left[j]
			}
			i++
		}
	}
}
