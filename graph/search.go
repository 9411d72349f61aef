package graph

import "math"

// Cheapest trees by Dijkstra's method (Numerische Mathematik 1, 1959) with an
// indexed four-way heap and decrease-key. Labels carry a time stamp, so a
// workspace is reused without clearing: a search costs only what it touches.
//
// Ties are broken the same way whatever the heap does: nodes are settled in the
// order (label, node number), and among equal ways into a node the lowest link
// number from a node settled earlier wins. A parent is therefore always settled
// before its child, so links of cost 0, also in cycles, give a proper tree.
//
// Cost: O((n + m) log n) a tree.

// label is what a search knows of one node.
type label struct {
	dist  float64
	link  int32 // link to the parent, -1 at the root
	pos   int32 // place in the heap, settled once taken out
	stamp uint32
}

const settled = -1

type heapItem struct {
	key  float64
	node int32
}

// Search is a reusable workspace for cheapest trees over one graph. It belongs
// to one goroutine. The zero value is not ready; use [NewSearch].
type Search struct {
	// NoThrough marks nodes that ways may start or end at but not pass; nil
	// means that all nodes may be passed. The slice stays the caller's.
	NoThrough []bool
	// Limit stops a search at labels above it; 0 means no limit.
	Limit float64

	g       *Graph
	labels  []label
	heap    []heapItem
	order   []int32
	stamp   uint32
	reverse bool
}

// NewSearch makes a workspace for g.
func NewSearch(g *Graph) *Search {
	return &Search{
		g:      g,
		labels: make([]label, g.Nodes()),
		heap:   make([]heapItem, 0, g.Nodes()),
		order:  make([]int32, 0, g.Nodes()),
	}
}

// From finds the cheapest ways from source to every node. cost is by link and
// must pass [Graph.CheckCosts]; it is not kept.
func (s *Search) From(source int32, cost []float64) {
	s.run(source, -1, cost, false)
}

// To finds the cheapest ways from every node to target. Links of the tree point
// towards target: [Search.Link] is the first link of the way.
func (s *Search) To(target int32, cost []float64) {
	s.run(target, -1, cost, true)
}

// Between finds the cheapest way from source to target and stops once target is
// settled. It returns the cost, +Inf when there is no way. Labels of nodes not
// settled by then are upper bounds.
func (s *Search) Between(source, target int32, cost []float64) float64 {
	s.run(source, target, cost, false)
	return s.Dist(target)
}

// Dist returns the cost between the root and a node, +Inf when there is no way.
func (s *Search) Dist(node int32) float64 {
	if l := &s.labels[node]; l.stamp == s.stamp {
		return l.dist
	}
	return math.Inf(1)
}

// Link returns the link that joins a node to the tree: the last link of the way
// after From, the first after To; -1 at the root and at nodes not reached.
func (s *Search) Link(node int32) int32 {
	if l := &s.labels[node]; l.stamp == s.stamp {
		return l.link
	}
	return -1
}

// Order returns the settled nodes, root first; a parent stands before its
// children. The slice is valid until the next search.
func (s *Search) Order() []int32 { return s.order }

// Path appends the links between root and node to buf in the direction of
// travel and returns it. It appends nothing for the root and for nodes not
// reached; ask [Search.Dist] to tell them apart.
func (s *Search) Path(node int32, buf []int32) []int32 {
	start := len(buf)
	for l := s.Link(node); l >= 0; l = s.Link(node) {
		buf = append(buf, l)
		if s.reverse {
			node = s.g.head[l]
		} else {
			node = s.g.tail[l]
		}
	}
	if !s.reverse {
		for i, j := start, len(buf)-1; i < j; i, j = i+1, j-1 {
			buf[i], buf[j] = buf[j], buf[i]
		}
	}
	return buf
}

func (s *Search) run(root, stop int32, cost []float64, reverse bool) {
	if len(cost) != s.g.Links() {
		panic("graph: costs do not match the links")
	}
	first, arcs := s.g.first, s.g.out
	if reverse {
		first, arcs = s.g.firstIn, s.g.in
	}
	s.reverse = reverse
	s.stamp++
	if s.stamp == 0 { // the counter wrapped: old stamps could look new
		clear(s.labels)
		s.stamp = 1
	}
	s.order = s.order[:0]
	s.heap = s.heap[:0]
	limit := s.Limit
	if limit == 0 {
		limit = math.MaxFloat64
	}
	labels, stamp := s.labels, s.stamp
	labels[root] = label{dist: 0, link: -1, stamp: stamp}
	s.push(heapItem{key: 0, node: root})
	for len(s.heap) > 0 {
		top := s.pop()
		u, du := top.node, top.key
		s.order = append(s.order, u)
		if u == stop {
			return
		}
		if s.NoThrough != nil && s.NoThrough[u] && u != root {
			continue
		}
		for _, a := range arcs[first[u]:first[u+1]] {
			d := du + cost[a.link]
			lv := &labels[a.node]
			if lv.stamp != stamp {
				if d <= limit {
					*lv = label{dist: d, link: a.link, stamp: stamp}
					s.push(heapItem{key: d, node: a.node})
				}
				continue
			}
			if lv.pos == settled {
				continue
			}
			if d < lv.dist {
				lv.dist, lv.link = d, a.link
				s.up(int(lv.pos), heapItem{key: d, node: a.node})
			} else if d == lv.dist && a.link < lv.link {
				lv.link = a.link
			}
		}
	}
}

func (a heapItem) before(b heapItem) bool {
	return a.key < b.key || (a.key == b.key && a.node < b.node)
}

func (s *Search) push(it heapItem) {
	s.heap = append(s.heap, it)
	s.up(len(s.heap)-1, it)
}

// up moves it towards the root from place i.
func (s *Search) up(i int, it heapItem) {
	h := s.heap
	for i > 0 {
		p := (i - 1) >> 2
		if !it.before(h[p]) {
			break
		}
		h[i] = h[p]
		s.labels[h[i].node].pos = int32(i)
		i = p
	}
	h[i] = it
	s.labels[it.node].pos = int32(i)
}

func (s *Search) pop() heapItem {
	h := s.heap
	top := h[0]
	s.labels[top.node].pos = settled
	n := len(h) - 1
	last := h[n]
	h = h[:n]
	s.heap = h
	if n == 0 {
		return top
	}
	i := 0
	for {
		c := i<<2 + 1
		if c >= n {
			break
		}
		best := c
		for k := c + 1; k < c+4 && k < n; k++ {
			if h[k].before(h[best]) {
				best = k
			}
		}
		if !h[best].before(last) {
			break
		}
		h[i] = h[best]
		s.labels[h[i].node].pos = int32(i)
		i = best
	}
	h[i] = last
	s.labels[last.node].pos = int32(i)
	return top
}
