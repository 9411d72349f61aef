package assign

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/internal/par"
)

// Loading and equilibrium with recursive logit (markov.go, walks.go). The
// equilibrium is the fixed point of volumes -> costs -> loads, found by mixing
// (accelerate.go).

// toward groups the pairs of a class by destination node.
type toward struct {
	class int32
	node  int32
	zone  int32
	pairs []int32 // index into pairs
	from  []int32 // origin node of each
}

type recursiveLoader struct {
	m      *model
	ps     *pairs
	names  []string
	towers []toward
	chains []*chain
	costs  [][]float64 // by class and link, as the class feels them
	scale  []float64   // by class: what the model's costs are divided by
	theta  float64
	logsum []float64 // by pair
	work   int
	walker *walker // nil when loads go destination by destination
}

func newRecursive(p *Problem, m *model, ps *pairs, s Settings) *recursiveLoader {
	links := len(m.param)
	r := &recursiveLoader{m: m, ps: ps, theta: s.Theta, logsum: make([]float64, len(ps.to))}
	for k := range p.Classes {
		r.names = append(r.names, p.Classes[k].Name)
		r.costs = append(r.costs, make([]float64, links))
		scale := 1.0
		if !p.felt() {
			scale = scaleOf(p.Network, &p.Classes[k])
		}
		r.scale = append(r.scale, scale)
		at := make([]int32, p.Classes[k].Demand.zones) // 1 + index into towers
		for _, src := range ps.sources {
			if int(src.class) != k {
				continue
			}
			for i := src.first; i < src.last; i++ {
				z := ps.to[i]
				if at[z] == 0 {
					r.towers = append(r.towers, toward{class: int32(k), node: ps.node[i], zone: z})
					at[z] = int32(len(r.towers))
				}
				t := &r.towers[at[z]-1]
				t.pairs, t.from = append(t.pairs, i), append(t.from, src.node)
			}
		}
	}
	r.work = max(1, min(s.Workers, loadBlocks))
	r.walker = newWalker(r, s.Order.h, len(p.Classes))
	return r
}

// byDestination makes ready for the way by destination.
func (r *recursiveLoader) byDestination() {
	g := r.m.g
	tail, head := make([]int32, g.Links()), make([]int32, g.Links())
	for l := range tail {
		tail[l], head[l] = g.Tail(int32(l)), g.Head(int32(l))
	}
	pat := newPattern(g.Nodes(), tail, head)
	for range r.work {
		r.chains = append(r.chains, newChain(r.m, pat))
	}
}

// load puts into flow, by class and link, the volumes at the present costs.
func (r *recursiveLoader) load(ctx context.Context, flow [][]float64) error {
	m, ps := r.m, r.ps
	for k := range r.costs {
		m.classCost(k, r.costs[k])
		if scale := r.scale[k]; scale != 1 {
			for l := range r.costs[k] {
				r.costs[k][l] *= scale
			}
		}
	}
	if r.walker != nil {
		if ok, err := r.loadTogether(ctx, flow); ok || err != nil {
			return err
		}
		r.walker = nil
	}
	if r.chains == nil {
		r.byDestination()
	}
	n := len(r.towers)
	blocks := min(loadBlocks, n)
	parts := make([][][]float64, blocks)
	err := par.Do(ctx, r.work, blocks, func(worker, b int) error {
		c := r.chains[worker]
		part := make([][]float64, len(flow))
		for ti := b * n / blocks; ti < (b+1)*n/blocks; ti++ {
			t := &r.towers[ti]
			if part[t.class] == nil {
				part[t.class] = make([]float64, len(m.param))
			}
			if !c.prepare(t.node, r.costs[t.class], r.theta) {
				return &SpectralError{Class: r.names[t.class], Zone: int(t.zone), Theta: r.theta, Radius: c.radius(t.node)}
			}
			for j, i := range t.pairs {
				if math.IsInf(c.search.Dist(t.from[j]), 1) {
					ps.lost[i] = true
					continue
				}
				r.logsum[i] = c.expected(t.from[j], r.theta)
				if t.from[j] != t.node {
					c.y[c.f.p.place[t.from[j]]] += ps.volume[i]
				}
			}
			c.load(part[t.class])
		}
		parts[b] = part
		return nil
	})
	if err != nil {
		return err
	}
	addParts(flow, parts)
	return nil
}

func solveRecursive(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	m, ps := compile(p, false), layPairs(p)
	r := newRecursive(p, m, ps, s)
	if err := markLost(ctx, m, ps, s); err != nil {
		return nil, err
	}
	links := len(m.param)
	all, loads := make([]float64, links*len(p.Classes)), make([]float64, links*len(p.Classes))
	flow, load := make([][]float64, len(p.Classes)), make([][]float64, len(p.Classes))
	for k := range flow { // both ways of looking at the same numbers
		flow[k], load[k] = all[k*links:(k+1)*links], loads[k*links:(k+1)*links]
	}
	res := &Result{Problem: p, Settings: s, m: m, ps: ps, Objective: math.NaN()}
	if err := r.load(ctx, flow); err != nil {
		return nil, err
	}
	var total sum
	if s.Method == Recursive {
		res.Statement = "recursive logit loading at the costs without the demand; TSTT at those costs"
		res.Converged = true
		total = m.costOf(flow)
		res.Iterations = []Iteration{{Iteration: 1}}
		if s.Each != nil {
			s.Each(res.Iterations[0])
		}
		res.Time = p.clock(m)
		copy(m.vol, m.pre)
		for k := range flow {
			for l, f := range flow[k] {
				m.vol[l] += f
			}
		}
	} else {
		res.Statement = "stochastic user equilibrium with recursive logit: a fixed point of volumes; the gap is the relative residual of volumes"
		mix := newMixer()
		for {
			m.setFlows(flow)
			if err := r.load(ctx, load); err != nil {
				return nil, err
			}
			var diff, size sum
			for k := range flow {
				for l, f := range flow[k] {
					d := load[k][l] - f
					diff.addProduct(d, d)
					size.addProduct(f, f)
				}
			}
			residual := 0.0
			if size.value() > 0 {
				residual = math.Sqrt(diff.value() / size.value())
			}
			row := Iteration{Iteration: len(res.Iterations) + 1, Gap: residual}
			res.Iterations = append(res.Iterations, row)
			if s.Each != nil {
				s.Each(row)
			}
			res.RelativeGap = residual
			res.Converged = residual <= s.Gap
			if res.Converged || len(res.Iterations) >= s.Iterations {
				copy(all, loads) // the volumes between loads need not conserve
				total = m.setFlows(flow)
				break
			}
			mix.next(all, loads, residual)
		}
		res.Time = p.clock(m)
	}
	at := res.Time
	res.finish()
	res.Time = at
	res.TSTT = total.value()
	res.Logsum = make([][]float64, len(p.Classes))
	for _, src := range ps.sources {
		for i := src.first; i < src.last; i++ {
			x := r.logsum[i]
			if ps.lost[i] {
				x = math.Inf(1)
			}
			res.Logsum[src.class] = append(res.Logsum[src.class], x)
		}
	}
	res.setClassFlows(flow)
	return res, nil
}

func times(m *model) []float64 {
	t := make([]float64, len(m.now))
	for l := range t {
		t[l] = m.now[l].t
	}
	return t
}

// costOf is the total cost of flows at the present times.
func (m *model) costOf(flow [][]float64) sum {
	var total sum
	for k := range flow {
		for l, f := range flow[k] {
			if f != 0 {
				total.addProduct(f, m.now[l].t+m.fixed[k][l])
			}
		}
	}
	return total
}
