package freight

import "math"

// searcher runs shortest-path searches over the graph of operations. It owns
// its buffers and serves one goroutine.
type searcher struct {
	net  *network
	heap []heapEntry
	dist []float64
	via  []int32 // arc that reached the vertex, -1
	done []bool
}

type heapEntry struct {
	key float64
	v   int32
}

func newSearcher(n *network) *searcher {
	nv := len(n.vertices)
	return &searcher{net: n, dist: make([]float64, nv), via: make([]int32, nv), done: make([]bool, nv)}
}

// less orders heap entries by cost, then vertex: ties never depend on history.
func (e heapEntry) less(o heapEntry) bool { return e.key < o.key || e.key == o.key && e.v < o.v }

func (s *searcher) push(e heapEntry) {
	h := append(s.heap, e)
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) / 4
		if !e.less(h[p]) {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = e
	s.heap = h
}

func (s *searcher) pop() heapEntry {
	h := s.heap
	top := h[0]
	last := h[len(h)-1]
	h = h[:len(h)-1]
	s.heap = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		c := 4*i + 1
		if c >= len(h) {
			break
		}
		m := c
		for k := c + 1; k < len(h) && k < c+4; k++ {
			if h[k].less(h[m]) {
				m = k
			}
		}
		if !h[m].less(last) {
			break
		}
		h[i] = h[m]
		i = m
	}
	h[i] = last
	return top
}

func (s *searcher) reset(root int32) {
	for i := range s.dist {
		s.dist[i] = math.Inf(1)
		s.via[i] = -1
		s.done[i] = false
	}
	s.heap = s.heap[:0]
	s.dist[root] = 0
	s.push(heapEntry{0, root})
}

// tree computes the cheapest cost from root to every vertex (or, reverse, from
// every vertex to root) under arc costs; an infinite cost is a closed arc.
// Dist and via are written to the slices given. Dijkstra with a 4-ary heap and
// lazy deletion.
func (s *searcher) tree(root int32, cost []float64, reverse bool, dist []float64, via []int32) {
	s.reset(root)
	n := s.net
	start, list := n.outStart, n.outArc
	if reverse {
		start, list = n.inStart, n.inArc
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if s.done[e.v] {
			continue
		}
		s.done[e.v] = true
		for k := start[e.v]; k < start[e.v+1]; k++ {
			a := list[k]
			w := n.arcs[a].to
			if reverse {
				w = n.arcs[a].from
			}
			if d := e.key + cost[a]; d < s.dist[w] {
				s.dist[w] = d
				s.via[w] = a
				s.push(heapEntry{d, w})
			}
		}
	}
	copy(dist, s.dist)
	copy(via, s.via)
}

// path finds the cheapest path from root to goal by A* with the lower bounds
// low (cost from a vertex to goal when nothing is banned). Arcs with ban[a] ==
// stamp are closed. It returns nil when there is none, else arcs in order.
func (s *searcher) path(root, goal int32, cost, low []float64, ban []int32, stamp int32) ([]int32, float64) {
	if math.IsInf(low[root], 1) {
		return nil, math.Inf(1)
	}
	s.reset(root)
	s.heap[0].key = low[root]
	n := s.net
	for len(s.heap) > 0 {
		e := s.pop()
		if s.done[e.v] {
			continue
		}
		s.done[e.v] = true
		if e.v == goal {
			return s.trace(goal), s.dist[goal]
		}
		for k := n.outStart[e.v]; k < n.outStart[e.v+1]; k++ {
			a := n.outArc[k]
			if ban[a] == stamp {
				continue
			}
			w := n.arcs[a].to
			if math.IsInf(low[w], 1) {
				continue
			}
			if d := s.dist[e.v] + cost[a]; d < s.dist[w] {
				s.dist[w] = d
				s.via[w] = a
				s.done[w] = false // bounds are exact up to rounding: reopen rather than lose a path
				s.push(heapEntry{d + low[w], w})
			}
		}
	}
	return nil, math.Inf(1)
}

// trace returns the arcs of the path found to v, first to last.
func (s *searcher) trace(v int32) []int32 {
	var arcs []int32
	for s.via[v] >= 0 {
		a := s.via[v]
		arcs = append(arcs, a)
		v = s.net.arcs[a].from
	}
	for i, j := 0, len(arcs)-1; i < j; i, j = i+1, j-1 {
		arcs[i], arcs[j] = arcs[j], arcs[i]
	}
	return arcs
}
