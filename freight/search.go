package freight

import (
	"math"
	"slices"
)

// searcher runs shortest-path searches over the graph of operations. It owns
// its buffers and serves one goroutine.
type searcher struct {
	net    *network
	heap   []heapEntry
	dist   []float64
	via    []int32 // arc that reached the vertex, -1
	done   []bool
	seen   []int32 // vertex -> search that labelled it last
	now    int32   // the search at hand
	arcs   []int32 // the path found last
	ban    []int32 // arc -> stamp of the condition that closes it
	stamp  int32
	on     []uint8 // arc -> alternatives it is on, as bits; all 0 between uses
	left   []int32 // node -> 1 + the test that left it last, see loops
	tests  int32
	line   []int32 // of a walk over vertices
	clean  []int32 // vertex -> 2 search + 1 when the tree's way on is free, 2 search when it is not
	walked []int32
	from   []int32 // vertex -> last search that found goal within reach of it
	spare  []*tree // trees nobody needs any longer
	meets  []meeting
}

type heapEntry struct {
	key float64
	v   int32
}

func newSearcher(n *network) *searcher {
	nv := len(n.vertices)
	return &searcher{net: n, dist: make([]float64, nv), via: make([]int32, nv), done: make([]bool, nv),
		seen: make([]int32, nv), clean: make([]int32, nv), ban: make([]int32, len(n.arcs)), on: make([]uint8, len(n.arcs)),
		left: make([]int32, len(n.spec.Nodes)), from: make([]int32, nv)}
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

// begin starts a search: every label is that of an earlier one.
func (s *searcher) begin(root int32, key float64) {
	s.now++
	s.heap = s.heap[:0]
	s.label(root)
	s.dist[root] = 0
	s.push(heapEntry{key, root})
}

// label makes the label of a vertex one of the search at hand.
func (s *searcher) label(v int32) {
	if s.seen[v] != s.now {
		s.seen[v] = s.now
		s.dist[v], s.via[v], s.done[v] = math.Inf(1), -1, false
	}
}

// newTree returns a tree with room for every vertex.
func (s *searcher) newTree() *tree {
	if n := len(s.spare); n > 0 {
		t := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return t
	}
	nv := len(s.net.vertices)
	return &tree{dist: make([]float64, nv), via: make([]int32, nv)}
}

// free keeps the trees of states for further use; the states are not needed any
// longer.
func (s *searcher) free(states map[ends][]*state) {
	for _, list := range states {
		for _, st := range list {
			for _, t := range st.fwd {
				s.spare = append(s.spare, t)
			}
			for _, t := range st.bwd {
				s.spare = append(s.spare, t)
			}
			for _, t := range st.around {
				s.spare = append(s.spare, t)
			}
		}
	}
}

// tree computes the cheapest cost from root to every vertex (or, reverse, from
// every vertex to root) under arc costs; an infinite cost is a closed arc.
// Dijkstra with a 4-ary heap and lazy deletion.
func (s *searcher) tree(root int32, cost []float64, reverse bool) *tree {
	s.begin(root, 0)
	t := s.newTree()
	t.order = t.order[:0]
	start, out := s.net.outStart, s.net.outHop
	if reverse {
		start, out = s.net.inStart, s.net.inHop
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if s.done[e.v] {
			continue
		}
		s.done[e.v] = true
		t.order = append(t.order, e.v)
		for _, h := range out[start[e.v]:start[e.v+1]] {
			s.label(h.to)
			if d := e.key + cost[h.arc]; d < s.dist[h.to] {
				s.dist[h.to] = d
				s.via[h.to] = h.arc
				s.push(heapEntry{d, h.to})
			}
		}
	}
	for v := range t.dist {
		s.label(int32(v))
	}
	copy(t.dist, s.dist)
	copy(t.via, s.via)
	return t
}

// around is a tree to a goal put right for the arcs banned with the searcher's
// stamp: what comes by none of them stays, the rest is searched anew from there.
func (s *searcher) around(cost []float64, to *tree) *tree {
	n := s.net
	t := s.newTree()
	copy(t.dist, to.dist)
	copy(t.via, to.via)
	s.now++
	s.heap, s.line = s.heap[:0], s.line[:0]
	for _, v := range to.order {
		a := to.via[v]
		if a >= 0 && (s.ban[a] == s.stamp || s.seen[n.arcs[a].to] == s.now) {
			s.seen[v], s.done[v] = s.now, false
			t.dist[v], t.via[v] = math.Inf(1), -1
			s.line = append(s.line, v)
		}
	}
	for _, v := range s.line {
		for _, h := range n.outHop[n.outStart[v]:n.outStart[v+1]] {
			if s.ban[h.arc] == s.stamp || s.seen[h.to] == s.now {
				continue
			}
			if d := t.dist[h.to] + cost[h.arc]; d < t.dist[v] {
				t.dist[v], t.via[v] = d, h.arc
			}
		}
		if t.via[v] >= 0 {
			s.push(heapEntry{t.dist[v], v})
		}
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if s.done[e.v] {
			continue
		}
		s.done[e.v] = true
		for _, h := range n.inHop[n.inStart[e.v]:n.inStart[e.v+1]] {
			if s.seen[h.to] != s.now || s.ban[h.arc] == s.stamp {
				continue
			}
			if d := e.key + cost[h.arc]; d < t.dist[h.to] {
				t.dist[h.to], t.via[h.to] = d, h.arc
				s.push(heapEntry{d, h.to})
			}
		}
	}
	return t
}

// path finds the cheapest path from root to goal by A* with a tree of lower
// bounds: to is the cost from a vertex to goal when nothing is banned, and the arc
// that its cheapest path takes. Arcs banned with the searcher's stamp are closed.
// It returns nil when there is none, else arcs in order, good until the next search.
//
// A vertex whose cheapest path meets no closed arc need not be searched on from:
// what it was reached with and that path is the cheapest of all that is left.
func (s *searcher) path(root, goal int32, cost []float64, to *tree) ([]int32, float64) {
	low := to.dist
	if math.IsInf(low[root], 1) {
		return nil, math.Inf(1)
	}
	s.begin(root, low[root])
	n := s.net
	for looked := 0; len(s.heap) > 0; looked++ {
		e := s.pop()
		if s.done[e.v] {
			continue
		}
		if looked == longSearch && !s.reaches(root, goal, low) {
			return nil, math.Inf(1)
		}
		s.done[e.v] = true
		if s.freeOn(e.v, goal, to) {
			return s.join(e.v, goal, cost, to)
		}
		at := s.dist[e.v]
		for _, h := range n.outHop[n.outStart[e.v]:n.outStart[e.v+1]] {
			if s.ban[h.arc] == s.stamp || math.IsInf(low[h.to], 1) {
				continue
			}
			s.label(h.to)
			if d := at + cost[h.arc]; d < s.dist[h.to] {
				s.dist[h.to] = d
				s.via[h.to] = h.arc
				s.done[h.to] = false // bounds are exact up to rounding: reopen rather than lose a path
				s.push(heapEntry{d + low[h.to], h.to})
			}
		}
	}
	return nil, math.Inf(1)
}

// longSearch is after how many vertices a search asks whether there is a path at
// all: what cuts the goal off is often close to it, and then found from there at
// once.
const longSearch = 96

// reaches says whether goal can be reached from root over arcs that are not
// closed.
func (s *searcher) reaches(root, goal int32, low []float64) bool {
	n := s.net
	s.line = append(s.line[:0], goal)
	s.from[goal] = s.now
	for len(s.line) > 0 {
		v := s.line[len(s.line)-1]
		s.line = s.line[:len(s.line)-1]
		if v == root {
			return true
		}
		for _, h := range n.inHop[n.inStart[v]:n.inStart[v+1]] {
			if s.ban[h.arc] != s.stamp && s.from[h.to] != s.now && !math.IsInf(low[h.to], 1) {
				s.from[h.to] = s.now
				s.line = append(s.line, h.to)
			}
		}
	}
	return false
}

// freeOn says whether the tree's path from v to goal meets no closed arc.
func (s *searcher) freeOn(v, goal int32, to *tree) bool {
	s.walked = s.walked[:0]
	free := true
	for u := v; u != goal; u = s.net.arcs[to.via[u]].to {
		if s.clean[u]>>1 == s.now {
			free = s.clean[u]&1 == 1
			break
		}
		s.walked = append(s.walked, u)
		if s.ban[to.via[u]] == s.stamp {
			free = false
			break
		}
	}
	mark := s.now << 1
	if free {
		mark |= 1
	}
	for _, u := range s.walked {
		s.clean[u] = mark
	}
	return free
}

// join is the path found to v and on by the tree.
func (s *searcher) join(v, goal int32, cost []float64, to *tree) ([]int32, float64) {
	s.arcs = s.trace(s.arcs[:0], v)
	for u := v; u != goal; u = s.net.arcs[to.via[u]].to {
		s.arcs = append(s.arcs, to.via[u])
	}
	sum := 0.0
	for _, a := range s.arcs {
		sum += cost[a]
	}
	return s.arcs, sum
}

// trace appends the arcs of the path found to v, first to last, to a slice that is
// empty.
func (s *searcher) trace(arcs []int32, v int32) []int32 {
	for ; s.via[v] >= 0; v = s.net.arcs[s.via[v]].from {
		arcs = append(arcs, s.via[v])
	}
	slices.Reverse(arcs)
	return arcs
}
