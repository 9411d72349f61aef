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
// It stops at the gap of the true costs. A fixed point is an equilibrium; whether
// there may be others is said by the condition of monotone costs, checked where
// the solve ends. The turns need not converge when the asymmetry is strong: then
// the result says that it did not.
//
// Classes that are solved one by one cannot share a hard limit, because its price
// must be one for all of them; such problems are refused.

// innerGapShare is the gap of the inner solves relative to the outer aim.
const innerGapShare = 0.1

func diagonalise(ctx context.Context, p *Problem, s Settings, why string) (*Result, error) {
	n := p.Network
	links := n.Graph.Links()
	groups := p.groups()
	plain := *n
	plain.Influences = nil
	volume := make([][]float64, len(groups)) // by group and link
	for i := range volume {
		volume[i] = make([]float64, links)
	}
	total := make([]float64, links) // of all groups
	results := make([]*Result, len(groups))
	begun := ""
	if s.Warm != nil {
		begun = ", begun afresh and not with the result given to start from"
	}
	s.Warm = nil
	res := &Result{Problem: p, Settings: s, Objective: math.NaN(),
		Statement: fmt.Sprintf("user equilibrium as a fixed point by diagonalisation over %d group(s) of classes, because %s; no convex programme stands behind it%s", len(groups), why, begun)}
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
		g, tstt, err := trueGap(ctx, p, results, volume, total, s)
		if err != nil {
			return nil, err
		}
		res.RelativeGap = g.relative()
		row := Iteration{Iteration: outer, Gap: res.RelativeGap, Outer: outer, Change: change}
		res.Iterations = append(res.Iterations, row)
		if s.Each != nil {
			s.Each(row)
		}
		res.TSTT = tstt.value()
		res.Converged = res.RelativeGap <= s.Gap
		if res.Converged || outer >= s.Iterations {
			break
		}
	}
	res.join(results, total)
	res.Statement += "; " + p.monotone(total)
	return res, nil
}

// groups lists the classes that are solved together: all, where only influences
// between links make the costs asymmetric, else each alone.
func (p *Problem) groups() [][]int {
	plain := *p.Network
	plain.Influences = nil
	together, _ := (&Problem{Network: &plain, Classes: p.Classes}).symmetric()
	groups := [][]int{nil}
	for k := range p.Classes {
		if !together && k > 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], k)
	}
	return groups
}

// monotone says whether the equilibrium with the given volumes can have another
// near it. Costs whose Jacobian is positive definite are strictly monotone, and
// their equilibrium is the only one (Dafermos, Transportation Science 14, 1980).
// Between links that is checked by the sufficient condition that the symmetric
// part of the Jacobian is diagonally dominant: with the slope d of the time of
// each link and influences w,
//
//	2 d_a (1 + w_aa) > sum over b other than a of d_a w_ab + d_b w_ba
//
// Classes that feel one delay by different factors s make the matrix s_k d on each
// link, whose symmetric part has a negative eigenvalue whatever d is.
func (p *Problem) monotone(total []float64) string {
	if len(p.groups()) > 1 {
		return "classes that feel delay differently make costs that are not monotone, so there may be other equilibria"
	}
	m := p.plain(total)
	room := make([]float64, len(total))
	for l := range room {
		room[l] = 2 * m.now[l].d
	}
	for _, f := range p.Network.Influences {
		w := f.Weight * m.now[f.On].d
		if f.On == f.From {
			room[f.On] += 2 * w
			continue
		}
		room[f.On] -= w
		room[f.From] -= w
	}
	for l, x := range room {
		if x < 0 || x == 0 && m.now[l].d > 0 {
			return fmt.Sprintf("the Jacobian of the costs there is not diagonally dominant (link %d), so there may be other equilibria", l)
		}
	}
	return "the Jacobian of the costs there is diagonally dominant, so no other equilibrium is near"
}

// plain is the model of p at the given volumes: limits left out, influences and
// other traffic counted.
func (p *Problem) plain(total []float64) *model {
	m := compile(&Problem{Network: withoutLimits(p.Network), Classes: p.Classes}, false)
	copy(m.vol, frozen(p.Network, total, make([]float64, len(total))))
	m.evalAll()
	return m
}

// constant is p with the times that links have without the demand: each class then
// feels them by its own factors, whatever those are.
func (p *Problem) constant() *Problem {
	n := *p.Network
	none := make([]float64, n.Graph.Links())
	at := compile(&Problem{Network: withoutLimits(&n), Classes: []Class{{}}}, false)
	copy(at.vol, frozen(&n, none, none))
	at.evalAll()
	n.Free, n.B, n.Influences, n.Preload = times(at), nil, nil, nil
	return &Problem{Network: &n, Classes: p.Classes}
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

// trueGap is the gap of the flows at the costs they really cause, and their total
// cost without shadow prices. Each group is measured in its own unit of cost and
// weighed by its volume.
func trueGap(ctx context.Context, p *Problem, results []*Result, volume [][]float64, total []float64, s Settings) (g gap, tstt sum, err error) {
	for gi, r := range results {
		m := r.m
		keepPre, keepVol, limit := m.pre, m.vol, m.limit
		m.pre = frozen(p.Network, total, volume[gi])
		m.vol = make([]float64, len(total))
		for l, v := range volume[gi] {
			m.vol[l] = m.pre[l] + v
		}
		m.limit = nil
		m.evalAll()
		for l, v := range volume[gi] {
			if v != 0 {
				tstt.addProduct(v, m.now[l].t)
			}
		}
		for q, f := range r.r.flow {
			tstt.addProduct(f, r.r.fixed[q])
		}
		m.limit = limit
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
		err = w.each(ctx, func(_, i, lane int, sw *hierarchy.Sweep) {
			s := r.ps.sources[i]
			for j := s.first; j < s.last; j++ {
				if r.ps.lost[j] {
					continue
				}
				u := sw.Dist(lane, r.ps.node[j])
				if r.ps.elastic[s.class] {
					price, _ := r.ps.curve[j].price(r.ps.served(j))
					if left := r.ps.left(j); left > 0 {
						least[i].total.addProduct(left, price)
					}
					u = math.Min(u, price)
				}
				least[i].least.addProduct(r.ps.volume[j], u)
			}
		})
		m.pre, m.vol = keepPre, keepVol
		if err != nil {
			return g, tstt, err
		}
		for i := range least {
			g.total.merge(least[i].total)
			g.least.merge(least[i].least)
		}
	}
	return g, tstt, nil
}

// join puts the parts of the groups together. Groups hold classes in order, so
// their routes follow each other.
func (res *Result) join(results []*Result, total []float64) {
	res.Volume = append([]float64(nil), total...)
	res.Time = res.Problem.clock(res.Problem.plain(total))
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
			if res.ps.sent != nil && part.ps.sent != nil {
				res.ps.sent[i] = part.ps.sent[j]
			}
			i++
		}
	}
}
