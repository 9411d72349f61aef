package graph

import "math"

// Largest flow and smallest cut by Dinic's method (Soviet Mathematics Doklady
// 11, 1970): levels by breadth-first search, then a blocking flow by depth-first
// search with a current arc, until the target has no level. A residual is
// exactly 0 after its arc was the bottleneck, so the level of the target grows
// each phase also with capacities that are not whole, and there are at most as
// many phases as nodes. Cost: O(n^2 m) at worst, O(m sqrt(n)) for unit node
// capacities.

// FlowProblem asks for the largest flow from any of Sources to any of Targets.
// Capacities are 0 or more, +Inf for no limit.
type FlowProblem struct {
	Sources, Targets []int32
	Link             []float64 // by link
	Node             []float64 // by node, on what passes through it; nil means no limit
}

// Flow is the answer to a [FlowProblem].
type Flow struct {
	// Value is the largest flow, which equals the capacity of the cut; +Inf when
	// some way has no limit at all, and then the other fields are empty.
	Value float64
	Link  []float64 // flow by link
	// CutLinks and CutNodes, ascending, are the smallest cut nearest to the
	// sources: taking them away parts sources from targets.
	CutLinks, CutNodes []int32
	// Near marks the nodes on the sources' side of the cut. A node in CutNodes
	// is not marked.
	Near []bool
}

// residual is the network the method works on. Arc e and arc e^1 are each
// other's reverse.
type residual struct {
	first []int32 // offsets into adj
	adj   []int32 // arcs by near node
	to    []int32
	left  []float64 // what an arc can still carry
	level []int32
	at    []int32
	queue []int32
}

// MaxFlow solves p. Self loops and links into a source or out of a target are
// harmless. It panics when the capacities do not match the graph or are
// negative or not a number.
func (g *Graph) MaxFlow(p FlowProblem) Flow {
	n, m := g.Nodes(), g.Links()
	if len(p.Link) != m || (p.Node != nil && len(p.Node) != n) {
		panic("graph: capacities do not match the graph")
	}
	isTarget := make([]bool, n)
	for _, t := range p.Targets {
		isTarget[t] = true
	}
	for _, s := range p.Sources {
		if isTarget[s] {
			return Flow{Value: math.Inf(1)}
		}
	}
	// Node v is 2v on entry and 2v+1 on exit; the two ends of everything follow.
	source, target := int32(2*n), int32(2*n+1)
	var from, to []int32
	var left []float64
	add := func(u, v int32, c float64) {
		if !(c >= 0) {
			panic("graph: a capacity is negative or not a number")
		}
		from, to, left = append(from, u, v), append(to, v, u), append(left, c, 0)
	}
	for l := 0; l < m; l++ { // arcs of link l are 2l and 2l+1
		add(2*g.tail[l]+1, 2*g.head[l], p.Link[l])
	}
	for v := 0; v < n; v++ { // arcs of node v are 2(m+v) and 2(m+v)+1
		c := math.Inf(1)
		if p.Node != nil {
			c = p.Node[v]
		}
		add(int32(2*v), int32(2*v+1), c)
	}
	for _, s := range p.Sources {
		add(source, 2*s, math.Inf(1))
	}
	for _, t := range p.Targets {
		add(2*t+1, target, math.Inf(1))
	}
	r := newResidual(2*n+2, from, to, left)
	value, bounded := r.solve(source, target)
	if !bounded {
		return Flow{Value: math.Inf(1)}
	}
	f := Flow{Value: value, Link: make([]float64, m), Near: make([]bool, n)}
	for l := range f.Link {
		f.Link[l] = r.left[2*l+1] // what came back is what went
	}
	for v := range f.Near {
		f.Near[v] = r.level[2*v+1] >= 0
		if r.level[2*v] >= 0 && r.level[2*v+1] < 0 {
			f.CutNodes = append(f.CutNodes, int32(v))
		}
	}
	for l := 0; l < m; l++ {
		if p.Link[l] > 0 && r.level[2*g.tail[l]+1] >= 0 && r.level[2*g.head[l]] < 0 {
			f.CutLinks = append(f.CutLinks, int32(l))
		}
	}
	return f
}

func newResidual(nodes int, from, to []int32, left []float64) *residual {
	first, arcs := star(nodes, from, to)
	adj := make([]int32, len(arcs))
	for i, a := range arcs {
		adj[i] = a.link
	}
	return &residual{first: first, adj: adj, to: to, left: left,
		level: make([]int32, nodes), at: make([]int32, nodes), queue: make([]int32, 0, nodes)}
}

// solve returns the largest flow; bounded is false when a way without any limit
// was found. Afterwards level is 0 or more exactly on the source's side.
func (r *residual) solve(source, target int32) (value float64, bounded bool) {
	var way []int32 // arcs from source to the node in hand
	for r.levels(source, target) {
		copy(r.at, r.first)
		u := source
		way = way[:0]
		for {
			if u == target {
				c := math.Inf(1)
				for _, e := range way {
					c = math.Min(c, r.left[e])
				}
				if math.IsInf(c, 1) {
					return c, false
				}
				value += c
				back := 0
				for i := len(way) - 1; i >= 0; i-- {
					e := way[i]
					r.left[e] -= c
					r.left[e^1] += c
					if r.left[e] == 0 {
						back = i
					}
				}
				u = r.to[way[back]^1]
				way = way[:back]
				continue
			}
			moved := false
			for ; r.at[u] < r.first[u+1]; r.at[u]++ {
				e := r.adj[r.at[u]]
				if v := r.to[e]; r.left[e] > 0 && r.level[v] == r.level[u]+1 {
					way = append(way, e)
					u = v
					moved = true
					break
				}
			}
			if moved {
				continue
			}
			if u == source {
				break
			}
			r.level[u] = -1 // dead end for this phase
			e := way[len(way)-1]
			way = way[:len(way)-1]
			u = r.to[e^1]
		}
	}
	return value, true
}

func (r *residual) levels(source, target int32) bool {
	for i := range r.level {
		r.level[i] = -1
	}
	r.level[source] = 0
	q := append(r.queue[:0], source)
	for i := 0; i < len(q); i++ {
		u := q[i]
		for _, e := range r.adj[r.first[u]:r.first[u+1]] {
			if v := r.to[e]; r.left[e] > 0 && r.level[v] < 0 {
				r.level[v] = r.level[u] + 1
				q = append(q, v)
			}
		}
	}
	r.queue = q
	return r.level[target] >= 0
}
