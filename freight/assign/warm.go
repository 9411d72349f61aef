package assign

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/astara-corridors/astara/graph/hierarchy"
)

// Warm starts. A world of an ensemble differs from its parent by little: the ways
// of the parent's solution, with flows scaled to the new demand and ways over
// closed links dropped, are a far better start than none. Pairs left without a way
// get the cheapest at the costs the others make. What is found is a function of
// problem, settings and parent alone; it agrees with a cold solve to the gap, not
// to the bit.

// warmFits says why a result cannot start a solve of p; "" if it can. Its ways must
// be ways of p but for links that are closed: they lead to the same nodes and pass
// none that p bars.
func warmFits(from *Result, p *Problem) string {
	was, is := from.Problem.Network, p.Network
	switch {
	case from.r == nil:
		return "it keeps no ways"
	case was.Graph != is.Graph:
		return "it is of another graph"
	case len(was.Centroid) != len(is.Centroid) || len(from.Problem.Classes) != len(p.Classes):
		return "it has other zones or classes"
	}
	for z, v := range was.Centroid {
		if v != is.Centroid[z] {
			return fmt.Sprintf("zone %d is at node %d there, at node %d here", z, v, is.Centroid[z])
		}
	}
	for v, barred := range is.NoThrough {
		if barred && (was.NoThrough == nil || !was.NoThrough[v]) {
			return fmt.Sprintf("its ways may pass node %d, which is barred here", v)
		}
	}
	return ""
}

// solved is where a solve ended, as those that begin with it need it.
type solved struct {
	r    *routes
	once sync.Once
	open *routes // r with pairs at rest
}

// rested returns the routes with pairs at rest. They are made once.
func (s *solved) rested(from *Result) *routes {
	s.once.Do(func() {
		if s.open = s.r; s.r.rest == nil {
			s.open = s.r.split(from.ps, len(from.m.param))
			s.open.payRest(from.ps, from.m)
		}
	})
	return s.open
}

// pairsAfter lays the pairs of p. Those of a parent with the same demand are
// shared, but for what a solve writes.
func pairsAfter(from *Result, p *Problem) *pairs {
	if from == nil || from.ps.sent != nil {
		return layPairs(p)
	}
	for k := range p.Classes {
		a, b := &from.Problem.Classes[k], &p.Classes[k]
		if b.Elastic != nil || a.Demand != b.Demand || a.equivalent() != b.equivalent() {
			return layPairs(p)
		}
	}
	ps := *from.ps
	ps.lost = make([]bool, len(ps.to))
	return &ps
}

// alike says whether two problems have the same pairs, each at rest or not in both.
func (ps *pairs) alike(o *pairs) bool {
	return slices.Equal(ps.elastic, o.elastic) && slices.Equal(ps.sources, o.sources) &&
		(len(ps.to) == 0 || &ps.to[0] == &o.to[0] || slices.Equal(ps.to, o.to))
}

// resume makes routes from those of another solution.
func (w *sweeper) resume(ctx context.Context, from *Result) (*routes, error) {
	m, ps := w.m, w.ps
	same := make([]bool, len(m.fixed)) // all ways are as open and pay the same beyond times
	for k := range same {
		same[k] = from.m != nil && slices.Equal(m.fixed[k], from.m.fixed[k]) // a fixed point of asymmetric costs has no model of its own
	}
	var r *routes
	var needy []bool
	if from.solved != nil && ps.alike(from.ps) {
		r, needy = w.follow(from, same)
	} else {
		r, needy = w.adopt(from, same)
	}
	r.load(m)
	if !slices.Contains(needy, true) {
		return r, nil
	}
	return w.supply(ctx, r, needy)
}

// follow is resume where the pairs are the same: those at rest there rest here,
// too. It marks the sources of pairs without a way.
func (w *sweeper) follow(from *Result, same []bool) (*routes, []bool) {
	m, ps, old := w.m, w.ps, from.solved.rested(from)
	room := len(old.way) + len(old.way)/4
	r := &routes{first: make([]int32, 1, len(old.first)+len(old.first)/4), pair: make([]int32, 0, len(old.pair)+len(old.pair)/4),
		way: make([][]int32, 0, room), flow: make([]float64, 0, room), fixed: make([]float64, 0, room), rest: old.rest}
	needy := make([]bool, len(ps.sources))
	var shut, passed []bool
	row := int32(0)
	for si, s := range ps.sources {
		passed = passed[:0]
		if !same[s.class] {
			if si == 0 || ps.sources[si-1].class != s.class {
				shut = closedLinks(m.fixed[s.class])
			}
			passed = old.rest.passed(int32(si), shut, passed)
		}
		_, end := old.rows(s)
		add := func(i int32) {
			begin := len(r.flow)
			if row < end && old.pair[row] == i {
				w.inherit(r, old, row, from.ps, s.class, i, same[s.class])
				row++
			}
			if len(r.flow) == begin && (!ps.elastic[s.class] || ps.served(i) > 0) {
				needy[si] = true
			}
			r.pair = append(r.pair, i)
			r.first = append(r.first, int32(len(r.flow)))
		}
		if len(passed) == 0 {
			for row < end {
				add(old.pair[row])
			}
			continue
		}
		for i := s.first; i < s.last; i++ {
			if row < end && old.pair[row] == i || passed[old.rest.leaf[i]] {
				add(i)
			}
		}
	}
	w.still(r, old, from, same)
	return r, needy
}

// still works out what the pairs at rest put on links and pay beyond times.
func (w *sweeper) still(r, old *routes, from *Result, same []bool) {
	m, ps := w.m, w.ps
	inHand := make([]bool, len(ps.to))
	for _, i := range r.pair {
		inHand[i] = true
	}
	if len(r.pair) == len(old.pair) && slices.Equal(ps.volume, from.ps.volume) {
		r.still = slices.Clone(old.still)
		for l := range r.still { // what rounding left there would cost without bound
			if math.IsInf(m.now[l].t, 1) {
				r.still[l] = 0
			}
		}
		if !slices.Contains(same, false) {
			r.restFixed = old.restFixed
			return
		}
	} else {
		r.still = make([]float64, len(m.param))
		r.rest.load(ps, func(i int32) bool { return inHand[i] }, r.still)
	}
	r.payRest(ps, m)
}

// payRest adds up what the pairs at rest pay beyond times, where classes differ.
func (r *routes) payRest(ps *pairs, m *model) {
	r.restFixed = sum{}
	if len(m.fixed) == 1 {
		return
	}
	var tree []float64
	for si, s := range ps.sources {
		if !m.hasFixed[s.class] {
			continue
		}
		tree = r.rest.costs(int32(si), m.fixed[s.class], tree)
		row, end := r.rows(s)
		for i := s.first; i < s.last; i++ {
			if row < end && r.pair[row] == i {
				row++
				continue
			}
			r.restFixed.addProduct(ps.volume[i], tree[r.rest.leaf[i]])
		}
	}
}

func closedLinks(fixed []float64) []bool {
	shut := make([]bool, len(fixed))
	for l, x := range fixed {
		shut[l] = math.IsInf(x, 1)
	}
	return shut
}

// adopt is resume where the pairs differ: each gets what it had.
func (w *sweeper) adopt(from *Result, same []bool) (*routes, []bool) {
	ps := w.ps
	old := from.r
	if from.solved != nil {
		old = from.solved.r
	}
	old = old.pack(from.ps, from.m)
	room := len(old.way) + len(old.way)/4
	r := &routes{first: make([]int32, 1, len(ps.to)+1), way: make([][]int32, 0, room),
		flow: make([]float64, 0, room), fixed: make([]float64, 0, room)}
	needy := make([]bool, len(ps.sources))
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
				w.inherit(r, old, j, from.ps, s.class, i, same[s.class])
			}
			if len(r.flow) == begin && (!ps.elastic[s.class] || ps.served(i) > 0) {
				needy[si] = true
			}
			r.first = append(r.first, int32(len(r.flow)))
		}
	}
	return r, needy
}

// supply gives pairs without a way the cheapest at the costs the others make.
func (w *sweeper) supply(ctx context.Context, r *routes, needy []bool) (*routes, error) {
	m, ps := w.m, w.ps
	w.setCosts()
	err := w.each(ctx, func(worker, si, lane int, sw *hierarchy.Sweep) {
		f := &w.news[si]
		f.clear()
		if !needy[si] {
			return
		}
		s := ps.sources[si]
		for row, end := r.rows(s); row < end; row++ {
			i := r.pairAt(row)
			switch {
			case r.first[row+1] > r.first[row] || ps.elastic[s.class] && ps.served(i) == 0:
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

// inherit appends the open ways of a row of old, with flows scaled to what pair
// i sends; same says that all old ways are open and pay the same beyond times. An
// elastic pair begins with what the old one served.
func (w *sweeper) inherit(r, old *routes, row int32, from *pairs, class, i int32, same bool) {
	m, ps := w.m, w.ps
	j := old.pairAt(row)
	begin, kept := len(r.flow), 0.0
	for p := old.first[row]; p < old.first[row+1]; p++ {
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
		ps.sent[i] = min(ps.volume[i], max(from.served(j), ps.served(i)*warmLeast))
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
