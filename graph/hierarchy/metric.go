package hierarchy

import (
	"container/heap"
	"math"
	"slices"
)

// Metric is the costs of one cost vector on a hierarchy. Customize and Update
// write, everything else reads.
type Metric struct {
	h    *Hierarchy
	cost []float64 // by link; copied
	// By edge times 2, plus 1 downwards: cost, and what it stands for. A link l is
	// {-1-l, 0}; a shortcut is the two edges of its lowest node that it joins, the
	// one travelled first in front; an edge without a way is {closed, 0}.
	dir []float64
	via [][2]int32

	lists *lists // for Update, made when first needed
}

const closed = math.MinInt32

// NewMetric makes room for the costs of one cost vector; all links are closed.
func (h *Hierarchy) NewMetric() *Metric {
	m := &Metric{h: h, cost: make([]float64, len(h.slot)), dir: make([]float64, 2*len(h.upper)), via: make([][2]int32, 2*len(h.upper))}
	for l := range m.cost {
		m.cost[l] = math.Inf(1)
	}
	m.clear()
	return m
}

func (m *Metric) clear() {
	inf := math.Inf(1)
	for d := range m.dir {
		m.dir[d] = inf
		m.via[d] = [2]int32{closed, 0}
	}
}

// Customize sets all costs. Cost: one step a triangle.
func (m *Metric) Customize(cost []float64) {
	h := m.h
	if len(cost) != len(h.slot) {
		panic("hierarchy: costs do not match the links")
	}
	copy(m.cost, cost)
	m.clear()
	for l, s := range h.slot {
		if s >= 0 && cost[l] < m.dir[s] {
			m.dir[s] = cost[l]
			m.via[s] = [2]int32{int32(-1 - l), 0}
		}
	}
	dir, via := m.dir, m.via
	t := 0
	for v := 0; v < h.core; v++ {
		a, b := h.first[v], h.first[v+1]
		for x := a; x < b; x++ {
			upX, downX := dir[2*x], dir[2*x+1]
			cross := h.cross[t : t+int(b-x-1)]
			t += len(cross)
			edges := dir[2*x+2 : 2*b]
			for k, e := range cross {
				// From x over v to y, and back.
				y := x + 1 + int32(k)
				if c := downX + edges[2*k]; c < dir[2*e] {
					dir[2*e] = c
					via[2*e] = [2]int32{x, y}
				}
				if c := edges[2*k+1] + upX; c < dir[2*e+1] {
					dir[2*e+1] = c
					via[2*e+1] = [2]int32{y, x}
				}
			}
		}
	}
}

// lists are the reverse lists that Update needs.
type lists struct {
	down  star // by place: edges of which it is the upper end, in far their lower ends
	links star // by edge times 2 + direction: its links
}

func (h *Hierarchy) lists() *lists {
	s := &lists{}
	s.down.first = make([]int32, h.core+1)
	for _, u := range h.upper {
		s.down.first[u+1]++
	}
	for v := 0; v < h.core; v++ {
		s.down.first[v+1] += s.down.first[v]
	}
	s.down.link, s.down.far = make([]int32, len(h.upper)), make([]int32, len(h.upper))
	next := slices.Clone(s.down.first)
	for e, u := range h.upper {
		i := next[u]
		next[u]++
		s.down.link[i], s.down.far[i] = int32(e), h.lower[e]
	}
	s.links.first = make([]int32, 2*len(h.upper)+1)
	for _, d := range h.slot {
		if d >= 0 {
			s.links.first[d+1]++
		}
	}
	for d := range 2 * len(h.upper) {
		s.links.first[d+1] += s.links.first[d]
	}
	s.links.link = make([]int32, s.links.first[2*len(h.upper)])
	s.links.far = s.links.link // not used
	next = slices.Clone(s.links.first)
	for l, d := range h.slot {
		if d >= 0 {
			s.links.link[next[d]] = int32(l)
			next[d]++
		}
	}
	return s
}

// edgeHeap holds edges to look at again, lowest number first: an edge has a
// higher lower end than the edges it is made of, so a higher number.
type edgeHeap []int32

func (q edgeHeap) Len() int           { return len(q) }
func (q edgeHeap) Less(i, j int) bool { return q[i] < q[j] }
func (q edgeHeap) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *edgeHeap) Push(x any)        { *q = append(*q, x.(int32)) }
func (q *edgeHeap) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

// Update sets the costs of the changed links alone, to those of cost, and looks
// again only at the shortcuts they touch. The result is that of Customize(cost),
// bit for bit, if cost differs from the costs before at most in changed. It
// returns the number of edges looked at.
func (m *Metric) Update(cost []float64, changed []int32) int {
	h := m.h
	if m.lists == nil {
		m.lists = h.lists()
	}
	var queue edgeHeap
	waiting := map[int32]bool{}
	push := func(e int32) {
		if !waiting[e] {
			waiting[e] = true
			heap.Push(&queue, e)
		}
	}
	for _, l := range changed {
		m.cost[l] = cost[l]
		if s := h.slot[l]; s >= 0 {
			push(s >> 1)
		}
	}
	looked := 0
	for len(queue) > 0 {
		e := heap.Pop(&queue).(int32)
		delete(waiting, e)
		looked++
		before := [2]float64{m.dir[2*e], m.dir[2*e+1]}
		m.again(e)
		if before == [2]float64{m.dir[2*e], m.dir[2*e+1]} {
			continue // what it stands for may have changed, but no cost above
		}
		// Edge e with any other edge of its lower end makes a triangle.
		v := h.lower[e]
		for x := h.first[v]; x < h.first[v+1]; x++ {
			if x != e {
				push(h.edge(h.upper[x], h.upper[e]))
			}
		}
	}
	return looked
}

// again works out edge e from its links and its triangles.
func (m *Metric) again(e int32) {
	h := m.h
	for s := 2 * e; s < 2*e+2; s++ {
		m.dir[s] = math.Inf(1)
		m.via[s] = [2]int32{closed, 0}
		links, _ := m.lists.links.of(int(s))
		for _, l := range links {
			if m.cost[l] < m.dir[s] {
				m.dir[s] = m.cost[l]
				m.via[s] = [2]int32{-1 - l, 0}
			}
		}
	}
	// Common lower neighbours of both ends, lowest first.
	edgesX, lowerX := m.lists.down.of(int(h.lower[e]))
	edgesY, lowerY := m.lists.down.of(int(h.upper[e]))
	j := 0
	for i, v := range lowerX {
		for j < len(lowerY) && lowerY[j] < v {
			j++
		}
		if j == len(lowerY) || lowerY[j] != v {
			continue
		}
		x, y := edgesX[i], edgesY[j]
		if c := m.dir[2*x+1] + m.dir[2*y]; c < m.dir[2*e] {
			m.dir[2*e] = c
			m.via[2*e] = [2]int32{x, y}
		}
		if c := m.dir[2*y+1] + m.dir[2*x]; c < m.dir[2*e+1] {
			m.dir[2*e+1] = c
			m.via[2*e+1] = [2]int32{y, x}
		}
	}
}

// unpack appends the links that direction s of an edge stands for to buf, in the
// direction of travel.
func (m *Metric) unpack(s int32, buf, stack []int32) (links, scratch []int32) {
	stack = append(stack[:0], s)
	for len(stack) > 0 {
		s = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		v := m.via[s]
		if v[0] < 0 {
			buf = append(buf, -1-v[0])
			continue
		}
		// Down the first edge to the low node, up the second.
		stack = append(stack, 2*v[1], 2*v[0]+1)
	}
	return buf, stack
}
