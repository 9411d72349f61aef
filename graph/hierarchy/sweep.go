package hierarchy

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph"
)

// Lanes is the number of roots of one sweep.
const Lanes = 8

// Sweep is a workspace for the cheapest ways from up to [Lanes] roots to all
// nodes. It belongs to one goroutine.
//
// Labels first spread upwards from the roots, over the nodes above them alone,
// then downwards over all nodes from the last to the first. Both passes keep
// their parents: a way climbs by up parents to its highest node and descends by
// down parents.
//
// Why no parent leads round in a circle: labels are set only when they fall, and
// adding costs of 0 or more never lowers a label. Down parents have higher
// places, up parents lower ones, and a way changes over once.
type Sweep struct {
	h *Hierarchy
	m *Metric

	roots []int32 // places
	label [][Lanes]float64
	// By place and lane: the edge the label came over, none at the root and where
	// no label came, or below none a link: -2 - link. Outside the core only down.
	up, down [][Lanes]int32

	touched []bool  // by place: above a root
	above   []int32 // places above the roots, ascending

	way, stack []int32 // scratch of Path
	seen       []bool  // by node: on the way in hand
	flow       [][Lanes]float64
}

// NewSweep makes a workspace.
func (h *Hierarchy) NewSweep() *Sweep {
	n := len(h.node)
	s := &Sweep{h: h, label: make([][Lanes]float64, n), up: make([][Lanes]int32, h.core), down: make([][Lanes]int32, n),
		touched: make([]bool, h.core)}
	var nowhere [Lanes]int32
	for i := range nowhere {
		nowhere[i] = none
	}
	for p := range s.up {
		s.up[p] = nowhere
	}
	return s
}

// From finds the cheapest ways from each root (a node; a root may come twice),
// one a lane.
func (s *Sweep) From(m *Metric, roots []int32) {
	if len(roots) > Lanes || m.h != s.h {
		panic("hierarchy: too many roots, or the metric of another hierarchy")
	}
	s.m = m
	h := s.h
	inf := math.Inf(1)
	var far [Lanes]float64
	var nowhere [Lanes]int32
	for k := range far {
		far[k], nowhere[k] = inf, none
	}
	for _, p := range s.above {
		s.up[p], s.touched[p] = nowhere, false
	}
	s.above = s.above[:0]
	s.roots = s.roots[:0]
	for p := range s.label {
		s.label[p] = far
	}
	for k, r := range roots {
		p := h.place[r]
		s.roots = append(s.roots, p)
		if int(p) < h.core {
			s.climb(p)
			s.label[p][k] = 0
			continue
		}
		links, heads := h.out.of(int(p) - h.core)
		for i, v := range heads {
			if int(v) < h.core {
				s.climb(v)
				if c := 0 + m.cost[links[i]]; c < s.label[v][k] { // -0 becomes 0
					s.label[v][k], s.up[v][k] = c, -2-links[i]
				}
			}
		}
	}
	slices.Sort(s.above)
	rise(s.above, h.first, h.upper, m.dir, s.label[:h.core], s.up)
	sweepDown(h.first, h.upper, m.dir, s.label[:h.core], s.down[:h.core])
	s.arrive()
}

// climb touches the places above p and p.
func (s *Sweep) climb(p int32) {
	h := s.h
	for !s.touched[p] {
		s.touched[p] = true
		s.above = append(s.above, p)
		if h.first[p] == h.first[p+1] {
			return
		}
		p = h.upper[h.first[p]]
	}
}

// riseGo spreads labels upwards from the given places, lowest first. They are
// ancestors of the roots in the elimination tree, and so are all their upper ends.
func riseGo(places, first, upper []int32, dir []float64, label [][Lanes]float64, up [][Lanes]int32) {
	for _, p := range places {
		from := &label[p]
		for e := first[p]; e < first[p+1]; e++ {
			c := dir[2*e]
			to, by := &label[upper[e]], &up[upper[e]]
			for k := range from {
				if x := from[k] + c; x < to[k] {
					to[k], by[k] = x, e
				}
			}
		}
	}
}

// sweepDownGo spreads labels downwards: the label of a place may come from the
// upper end of each of its edges. Labels are compared as whole numbers, which
// orders numbers of 0 and more alike and lets the compiler choose without a
// branch; four lanes at a time stay in registers.
func sweepDownGo(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32) {
	for p := len(label) - 1; p >= 0; p-- {
		to, by := &label[p], &down[p]
		a, b := first[p], first[p+1]
		heads := upper[a:b]
		costs := dir[2*a : 2*b]
		costs = costs[:2*len(heads)]
		for k := 0; k < Lanes; k += 4 {
			x0, x1 := math.Float64bits(to[k&4]), math.Float64bits(to[k&4+1])
			x2, x3 := math.Float64bits(to[k&4+2]), math.Float64bits(to[k&4+3])
			p0, p1, p2, p3 := int32(none), int32(none), int32(none), int32(none)
			for i, u := range heads {
				c := costs[2*i+1]
				from := &label[u]
				e := a + int32(i)
				y0, y1 := math.Float64bits(from[k&4]+c), math.Float64bits(from[k&4+1]+c)
				y2, y3 := math.Float64bits(from[k&4+2]+c), math.Float64bits(from[k&4+3]+c)
				if y0 < x0 {
					p0 = e
				}
				if y1 < x1 {
					p1 = e
				}
				if y2 < x2 {
					p2 = e
				}
				if y3 < x3 {
					p3 = e
				}
				x0, x1, x2, x3 = min(x0, y0), min(x1, y1), min(x2, y2), min(x3, y3)
			}
			to[k&4], to[k&4+1] = math.Float64frombits(x0), math.Float64frombits(x1)
			to[k&4+2], to[k&4+3] = math.Float64frombits(x2), math.Float64frombits(x3)
			by[k&4], by[k&4+1], by[k&4+2], by[k&4+3] = p0, p1, p2, p3
		}
	}
}

// arrive sets labels of nodes that may not be passed.
func (s *Sweep) arrive() {
	h, m := s.h, s.m
	for p := h.core; p < len(h.node); p++ {
		to, by := &s.label[p], &s.down[p]
		for k := range by {
			by[k] = none
		}
		links, tails := h.in.of(p - h.core)
		for i, l := range links {
			c := m.cost[l]
			from := &s.label[tails[i]]
			if int(tails[i]) >= h.core { // passable only as the root itself
				for k, r := range s.roots {
					if r == tails[i] && c < to[k] {
						to[k], by[k] = c, -2-l
					}
				}
				continue
			}
			for k := range from {
				if x := from[k] + c; x < to[k] {
					to[k], by[k] = x, -2-l
				}
			}
		}
	}
	for k, r := range s.roots {
		if int(r) >= h.core {
			s.label[r][k], s.down[r][k] = 0, none
		}
	}
}

// Dist returns the cost from the root of a lane to a node, +Inf when there is no
// way.
func (s *Sweep) Dist(lane int, node int32) float64 { return s.label[s.h.place[node]][lane] }

// Path appends the links from the root of a lane to a node to buf in the
// direction of travel. It appends nothing for the root and for nodes without a
// way. A node is passed once: rounds of cost 0 (or within rounding of it) that a
// shortcut stands for are cut out.
func (s *Sweep) Path(lane int, node int32, buf []int32) []int32 {
	h := s.h
	p := h.place[node]
	if s.label[p][lane] == math.Inf(1) || p == s.roots[lane] {
		return buf
	}
	// Directions of edges from the end back to the root; links as they are, below
	// none.
	way := s.way[:0]
	e := s.down[p][lane]
	if e < none {
		way = append(way, e)
		p = h.place[h.g.Tail(-2-e)]
		if int(p) >= h.core {
			return append(buf, -2-e) // straight from the root
		}
		e = s.down[p][lane]
	}
	for ; e != none; e = s.down[p][lane] {
		way = append(way, 2*e+1)
		p = h.upper[e]
	}
	for e = s.up[p][lane]; e >= 0; e = s.up[p][lane] {
		way = append(way, 2*e)
		p = h.lower[e]
	}
	if e < none {
		way = append(way, e)
	}
	s.way = way
	begin := len(buf)
	for i := len(way) - 1; i >= 0; i-- {
		if way[i] < none {
			buf = append(buf, -2-way[i])
			continue
		}
		buf, s.stack = s.m.unpack(way[i], buf, s.stack)
	}
	return s.straight(buf, begin)
}

// straight cuts out rounds from buf[begin:].
func (s *Sweep) straight(buf []int32, begin int) []int32 {
	g := s.h.g
	if s.seen == nil {
		s.seen = make([]bool, g.Nodes())
	}
	way, head, seen := buf[begin:], s.h.head, s.seen
	start := g.Tail(way[0])
	round := false
	seen[start] = true
	for _, l := range way {
		v := head[l]
		round = round || seen[v]
		seen[v] = true
	}
	seen[start] = false
	for _, l := range way {
		seen[head[l]] = false
	}
	if !round {
		return buf
	}
	return buf[:begin+cutRounds(g, way)]
}

// cutRounds takes rounds out of a way in place and returns how many links stay.
func cutRounds(g *graph.Graph, way []int32) int {
	start := g.Tail(way[0])
	n := 0
	for _, l := range way {
		way[n] = l
		n++
		v := g.Head(l)
		if v == start {
			n = 0
			continue
		}
		for i := 0; i < n-1; i++ {
			if g.Head(way[i]) == v {
				n = i + 1
				break
			}
		}
	}
	return n
}
