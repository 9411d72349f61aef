package assign

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph/hierarchy"
)

// Warm starts. A world of an ensemble differs from its parent by little: the ways
// of the parent's solution, with flows scaled to the new demand and ways over
// closed links dropped, are a far better start than none. Pairs left without a way
// get the cheapest at the costs the others make. What is found is a function of
// problem, settings and parent alone; it agrees with a cold solve to the gap, not
// to the bit.

// warmFits says why a result cannot start a solve of p; "" if it can.
func warmFits(from *Result, p *Problem) string {
	switch {
	case from.r == nil:
		return "it keeps no ways"
	case from.Problem.Network.Graph != p.Network.Graph:
		return "it is of another graph"
	case len(from.Problem.Network.Centroid) != len(p.Network.Centroid) || len(from.Problem.Classes) != len(p.Classes):
		return "it has other zones or classes"
	}
	return ""
}

// resume makes routes from those of another solution.
func (w *sweeper) resume(ctx context.Context, from *Result) (*routes, error) {
	m, ps, old := w.m, w.ps, from.r
	room := len(old.way) + len(old.way)/4
	r := &routes{first: make([]int32, 1, len(ps.to)+1), way: make([][]int32, 0, room),
		flow: make([]float64, 0, room), fixed: make([]float64, 0, room)}
	same := make([]bool, len(m.fixed))
	for k := range same {
		same[k] = slices.Equal(m.fixed[k], from.m.fixed[k]) && !slices.ContainsFunc(m.param, func(q param) bool { return math.IsInf(q.t0, 1) })
	}
	needy := make([]bool, len(ps.sources))
	bare := false
	next := 0 // sources of both come by class and zone, pairs by destination
	for si, s := range ps.sources {
		for next < len(from.ps.sources) && before(from.ps.sources[next], s) {
			next++
		}
		var o source
		if next < len(from.ps.sources) && !before(s, from.ps.sources[next]) {
			o = from.ps.sources[next]
		}
		j := o.first
		for i := s.first; i < s.last; i++ {
			for j < o.last && from.ps.to[j] < ps.to[i] {
				j++
			}
			begin := len(r.flow)
			if j < o.last && from.ps.to[j] == ps.to[i] {
				w.inherit(r, old, from.ps, j, s.class, i, same[s.class])
			}
			if len(r.flow) == begin && (!ps.elastic[s.class] || ps.served(i) > 0) {
				needy[si], bare = true, true
			}
			r.first = append(r.first, int32(len(r.flow)))
		}
	}
	r.load(m)
	if !bare {
		return r, nil
	}
	w.setCosts()
	err := w.each(ctx, func(worker, si, lane int, sw *hierarchy.Sweep) {
		f := &w.news[si]
		f.clear()
		if !needy[si] {
			return
		}
		s := ps.sources[si]
		for i := s.first; i < s.last; i++ {
			switch {
			case r.first[i+1] > r.first[i] || ps.elastic[s.class] && ps.served(i) == 0:
			case math.IsInf(sw.Dist(lane, ps.node[i]), 1):
				ps.lose(i)
			default:
				way := sw.Path(lane, ps.node[i], w.way[worker][:0])
				w.way[worker] = way
				f.add(i, way)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	r = r.rebuild(ps, w.news, m)
	r.load(m)
	return r, nil
}

func before(a, b source) bool {
	return a.class < b.class || a.class == b.class && a.zone < b.zone
}

// inherit appends the open ways of pair j of old, with flows scaled to what pair
// i sends; same says that all old ways are open and pay the same beyond times. An
// elastic pair begins with what the old one served.
func (w *sweeper) inherit(r, old *routes, from *pairs, j, class, i int32, same bool) {
	m, ps := w.m, w.ps
	begin, kept := len(r.flow), 0.0
	for p := old.first[j]; p < old.first[j+1]; p++ {
		if old.flow[p] <= 0 {
			continue
		}
		way, fixed := old.way[p], old.fixed[p]
		if !same {
			time := 0.0
			fixed = 0
			for _, l := range way {
				fixed += m.fixed[class][l]
				time += m.now[l].t
			}
			if math.IsInf(time+fixed, 1) {
				continue
			}
		}
		r.add(way, old.flow[p], fixed)
		kept += old.flow[p]
	}
	if len(r.flow) == begin {
		return
	}
	if ps.elastic[class] {
		ps.left[i] = ps.volume[i] - min(ps.volume[i], max(from.served(j), ps.served(i)*warmLeast))
	}
	k := ps.served(i) / kept
	for p := begin; p < len(r.flow); p++ {
		r.flow[p] *= k
	}
	r.balance(begin, ps.served(i))
}

// warmLeast keeps an elastic pair that served nothing from starting at a price
// without bound.
const warmLeast = 1e-6
