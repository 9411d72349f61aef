package hierarchy

import (
	"fmt"
	"slices"

	"github.com/astara-corridors/astara/graph"
)

// Hierarchy is the part that depends on the topology alone: order, shortcuts and
// triangles. It is immutable and safe for concurrent use.
//
// Nodes have places: those that may be passed come first, in the order in which
// they go (the core); then those that may not be passed, by number. Edge e joins
// its lower end, the node that goes first, to upper[e]; edges are numbered by
// lower end, then by upper end. An edge has a cost upwards and a cost downwards.
type Hierarchy struct {
	g     *graph.Graph
	core  int     // places below are nodes of the core
	place []int32 // node -> place
	node  []int32 // place -> node
	head  []int32 // by link, the graph's

	first []int32 // by place of the core, +1: edges of which it is the lower end
	upper []int32 // by edge
	lower []int32 // by edge

	// Triangle t belongs to a node v and two of its edges, to x and to y above x;
	// cross[t] is the edge from x to y. Triangles come by v, x, y.
	cross []int32
	at    []int // by place of the core: first triangle

	// slot says what a link of the core sets: its edge times 2, plus 1 downwards;
	// none for other links.
	slot []int32

	// Links into nodes that may not be passed and out of them.
	in, out star
}

// star lists links by place - core.
type star struct {
	first []int32
	link  []int32
	far   []int32 // place at the other end
}

func (s *star) of(place int) (links, far []int32) {
	a, b := s.first[place], s.first[place+1]
	return s.link[a:b], s.far[a:b]
}

const none = -1

// DenseError says that the nodes of a graph cannot be taken away one after the
// other without joining too many: no small sets of nodes part it. Road, rail and
// shipping networks are far from that.
type DenseError struct {
	Edges, Triangles int
}

// Error gives the size.
func (e *DenseError) Error() string {
	return fmt.Sprintf("hierarchy: the graph is too dense: %d edges and %d triangles after its nodes are ordered, want at most %d triangles",
		e.Edges, e.Triangles, mostTriangles)
}

// mostTriangles is what a hierarchy may hold: a gigabyte of them.
const mostTriangles = 1 << 28

// New orders the nodes of g and lays out the shortcuts. noThrough marks nodes at
// which ways may start and end but which they do not pass; nil marks none. The
// error, if any, is a [*DenseError].
func New(g *graph.Graph, noThrough []bool) (*Hierarchy, error) {
	n, m := g.Nodes(), g.Links()
	if noThrough != nil && len(noThrough) != n {
		panic("hierarchy: marks do not match the nodes")
	}
	h := &Hierarchy{g: g, place: make([]int32, n), node: make([]int32, 0, n)}
	core := make([]int32, 0, n)
	id := make([]int32, n) // node -> number among the core, before ordering
	for v := range id {
		id[v] = none
		if noThrough == nil || !noThrough[v] {
			id[v] = int32(len(core))
			core = append(core, int32(v))
		}
	}
	h.core = len(core)
	var tail, head []int32
	for l := int32(0); int(l) < m; l++ {
		if u, v := id[g.Tail(l)], id[g.Head(l)]; u >= 0 && v >= 0 {
			tail, head = append(tail, u), append(head, v)
		}
	}
	a := newAdjacency(h.core, tail, head)
	for _, v := range postorder(a, order(a)) {
		h.place[core[v]] = int32(len(h.node))
		h.node = append(h.node, core[v])
	}
	for v := range id {
		if id[v] == none {
			h.place[v] = int32(len(h.node))
			h.node = append(h.node, int32(v))
		}
	}
	h.fill(a, id, core)
	if err := h.triangles(); err != nil {
		return nil, err
	}
	h.link()
	h.head = make([]int32, m)
	for l := range h.head {
		h.head[l] = g.Head(int32(l))
	}
	return h, nil
}

// parents returns the elimination tree of a under an order: the lowest neighbour
// above each node in the filled graph, by place (Liu, ACM Transactions on
// Mathematical Software 12, 1986); none at the roots.
func parents(a *adjacency, sequence []int32) []int32 {
	n := len(sequence)
	place := make([]int32, n)
	for i, v := range sequence {
		place[v] = int32(i)
	}
	parent, top := make([]int32, n), make([]int32, n)
	for i, v := range sequence {
		parent[i], top[i] = none, none
		for _, u := range a.of(v) {
			for k := place[u]; k < int32(i); {
				up := top[k]
				top[k] = int32(i)
				if up == none {
					parent[k] = int32(i)
					break
				}
				k = up
			}
		}
	}
	return parent
}

// postorder renumbers an order so that what hangs below a node in the
// elimination tree stands right before it. The shortcuts stay the same; memory is
// walked more closely.
func postorder(a *adjacency, sequence []int32) []int32 {
	n := len(sequence)
	parent := parents(a, sequence)
	child, sibling := make([]int32, n+1), make([]int32, n)
	for i := range child {
		child[i] = none
	}
	for i := n - 1; i >= 0; i-- { // children end up in ascending order
		p := parent[i]
		if p == none {
			p = int32(n)
		}
		sibling[i] = child[p]
		child[p] = int32(i)
	}
	out := make([]int32, 0, n)
	var stack []int32
	for v := child[n]; v != none; v = sibling[v] {
		stack = append(stack, v)
		for len(stack) > 0 {
			u := stack[len(stack)-1]
			if c := child[u]; c != none {
				stack = append(stack, c)
				child[u] = sibling[c]
				continue
			}
			stack = stack[:len(stack)-1]
			out = append(out, sequence[u])
		}
	}
	return out
}

// fill lists the edges: the links of the core made symmetric, and the shortcuts.
func (h *Hierarchy) fill(a *adjacency, id, core []int32) {
	n := h.core
	h.first = make([]int32, n+1)
	seen := make([]int32, n)
	for i := range seen {
		seen[i] = none
	}
	child, sibling := make([]int32, n), make([]int32, n) // of the elimination tree
	for i := range child {
		child[i] = none
	}
	for v := int32(0); int(v) < n; v++ {
		begin := len(h.upper)
		seen[v] = v
		add := func(u int32) {
			if u > v && seen[u] != v {
				seen[u] = v
				h.upper = append(h.upper, u)
			}
		}
		for _, u := range a.of(id[h.node[v]]) {
			add(h.place[core[u]])
		}
		for c := child[v]; c != none; c = sibling[c] {
			for _, u := range h.upper[h.first[c]:h.first[c+1]] {
				add(u)
			}
		}
		row := h.upper[begin:]
		slices.Sort(row)
		if len(row) > 0 {
			p := row[0]
			sibling[v] = child[p]
			child[p] = v
		}
		for range row {
			h.lower = append(h.lower, v)
		}
		h.first[v+1] = int32(len(h.upper))
	}
}

// triangles finds the edge across each pair of edges of a node.
func (h *Hierarchy) triangles() error {
	n := h.core
	h.at = make([]int, n+1)
	for v := 0; v < n; v++ {
		k := int(h.first[v+1] - h.first[v])
		h.at[v+1] = h.at[v] + k*(k-1)/2
	}
	if h.at[n] > mostTriangles {
		return &DenseError{Edges: len(h.upper), Triangles: h.at[n]}
	}
	h.cross = make([]int32, h.at[n])
	t := 0
	for v := 0; v < n; v++ {
		row := h.upper[h.first[v]:h.first[v+1]]
		for i, x := range row {
			// The edges of x hold all of row after x, both ascending.
			e := h.first[x]
			for _, y := range row[i+1:] {
				for h.upper[e] != y {
					e++
				}
				h.cross[t] = e
				t++
			}
		}
	}
	return nil
}

// edge finds the edge between two places of the core.
func (h *Hierarchy) edge(u, v int32) int32 {
	u, v = min(u, v), max(u, v)
	k, ok := slices.BinarySearch(h.upper[h.first[u]:h.first[u+1]], v)
	if !ok {
		panic("hierarchy: nodes without an edge")
	}
	return h.first[u] + int32(k)
}

// link says what each link does.
func (h *Hierarchy) link() {
	m, outer := h.g.Links(), len(h.node)-h.core
	h.slot = make([]int32, m)
	h.in.first, h.out.first = make([]int32, outer+1), make([]int32, outer+1)
	for l := range h.slot {
		u, v := h.place[h.g.Tail(int32(l))], h.place[h.g.Head(int32(l))]
		h.slot[l] = none
		switch {
		case u == v:
		case int(u) < h.core && int(v) < h.core:
			h.slot[l] = h.edge(u, v) << 1
			if u > v {
				h.slot[l]++
			}
		default:
			if k := int(u) - h.core; k >= 0 {
				h.out.first[k+1]++
			}
			if k := int(v) - h.core; k >= 0 {
				h.in.first[k+1]++
			}
		}
	}
	for _, s := range []*star{&h.in, &h.out} {
		for k := 0; k < outer; k++ {
			s.first[k+1] += s.first[k]
		}
		s.link = make([]int32, s.first[outer])
		s.far = make([]int32, s.first[outer])
	}
	nextIn := append([]int32(nil), h.in.first...)
	nextOut := append([]int32(nil), h.out.first...)
	for l := range h.slot {
		u, v := h.place[h.g.Tail(int32(l))], h.place[h.g.Head(int32(l))]
		if u == v {
			continue
		}
		if k := int(u) - h.core; k >= 0 {
			i := nextOut[k]
			nextOut[k]++
			h.out.link[i], h.out.far[i] = int32(l), v
		}
		if k := int(v) - h.core; k >= 0 {
			i := nextIn[k]
			nextIn[k]++
			h.in.link[i], h.in.far[i] = int32(l), u
		}
	}
}

// Size tells how much a sweep has to do: edges of the hierarchy, each with two
// directions, and triangles, the steps of [Metric.Customize].
func (h *Hierarchy) Size() (edges, triangles int) { return len(h.upper), len(h.cross) }

// Nodes returns the number of nodes of the graph.
func (h *Hierarchy) Nodes() int { return len(h.node) }

// Rank orders nodes so that neighbours are close: roots swept together should be
// close, because they share the upper parts of their ways. Nodes that may not be
// passed rank with the lowest core node their links lead to.
func (h *Hierarchy) Rank(node int32) int32 {
	p := h.place[node]
	if int(p) < h.core {
		return p
	}
	best := int32(len(h.node))
	_, far := h.out.of(int(p) - h.core)
	for _, v := range far {
		best = min(best, v)
	}
	return best
}
