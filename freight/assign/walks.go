package assign

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/graph/hierarchy"
	"github.com/astara-corridors/astara/internal/par"
)

// Recursive logit for all destinations with one factorization. Where no
// destination may be passed, the weights among the other nodes are the same for
// all of them: I - W is eliminated once for each class and cost vector, on the
// order of the hierarchy, and solved for [hierarchy.Lanes] destinations at a time.
//
// Weights are exp(-theta c) as they are, not relative to cheapest costs, so z falls
// below the smallest double where theta times a cost exceeds some 700. Then, and
// when a pivot is not above 0, the way by destination (markov.go) takes over for
// good: it decides about the spectral radius and names the destination.

// leastWeight is the smallest z taken for more than underflow.
const leastWeight = 1e-290

// crowd is up to Lanes destinations of one class.
type crowd struct {
	class  int32
	towers []int32
	nodes  []int32
}

type walker struct {
	factor []*hierarchy.Factor // by class
	walk   []*hierarchy.Walk   // by worker
	crowds []crowd
	weight []float64
}

// newWalker returns nil when some destination may be passed.
func newWalker(r *recursiveLoader, h *hierarchy.Hierarchy, classes int) *walker {
	w := &walker{weight: make([]float64, len(r.m.param))}
	for i := range r.towers {
		t := &r.towers[i]
		if !h.Barred(t.node) {
			return nil
		}
		n := len(w.crowds)
		if n == 0 || w.crowds[n-1].class != t.class || len(w.crowds[n-1].nodes) == hierarchy.Lanes {
			w.crowds = append(w.crowds, crowd{class: t.class})
			n++
		}
		c := &w.crowds[n-1]
		c.towers, c.nodes = append(c.towers, int32(i)), append(c.nodes, t.node)
	}
	for range classes {
		w.factor = append(w.factor, h.NewFactor())
	}
	for range r.work {
		w.walk = append(w.walk, h.NewWalk())
	}
	return w
}

// markLost marks pairs without a way.
func markLost(ctx context.Context, m *model, ps *pairs, s Settings) error {
	w := newSweeper(m, ps, s)
	w.setCosts()
	return w.each(ctx, func(_, si, lane int, sw *hierarchy.Sweep) {
		src := ps.sources[si]
		for i := src.first; i < src.last; i++ {
			ps.lost[i] = math.IsInf(sw.Dist(lane, ps.node[i]), 1)
		}
	})
}

// loadTogether is load for all destinations at once; false when it is not fit.
func (r *recursiveLoader) loadTogether(ctx context.Context, flow [][]float64) (bool, error) {
	w, ps := r.walker, r.ps
	for k, f := range w.factor {
		for l, c := range r.costs[k] {
			w.weight[l] = math.Exp(-r.theta * c)
		}
		if !f.Factorize(w.weight, pivotTolerance) {
			return false, nil
		}
	}
	n := len(w.crowds)
	blocks := min(loadBlocks, n)
	parts := make([][][]float64, blocks)
	fit := make([]bool, blocks)
	err := par.Do(ctx, r.work, blocks, func(worker, b int) error {
		walk := w.walk[worker]
		part := make([][]float64, len(flow))
		for ci := b * n / blocks; ci < (b+1)*n/blocks; ci++ {
			c := &w.crowds[ci]
			if part[c.class] == nil {
				part[c.class] = make([]float64, len(r.m.param))
			}
			walk.Toward(w.factor[c.class], c.nodes)
			for lane, ti := range c.towers {
				t := &r.towers[ti]
				for j, i := range t.pairs {
					if ps.lost[i] {
						continue
					}
					z := walk.Z(lane, t.from[j])
					if !(z > leastWeight) {
						return nil
					}
					r.logsum[i] = -math.Log(z) / r.theta
					walk.Send(lane, t.from[j], ps.volume[i])
				}
			}
			walk.Carry(part[c.class])
		}
		parts[b], fit[b] = part, true
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, ok := range fit {
		if !ok {
			return false, nil
		}
	}
	addParts(flow, parts)
	return true, nil
}

// addParts sums partial flows in order.
func addParts(flow [][]float64, parts [][][]float64) {
	for k := range flow {
		clear(flow[k])
		for _, part := range parts {
			for l, f := range part[k] {
				flow[k][l] += f
			}
		}
	}
}
