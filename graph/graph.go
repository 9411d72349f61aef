package graph

import (
	"fmt"
	"math"
)

// arc is one entry of a star: the node at the far end and the link number.
type arc struct{ node, link int32 }

// Graph is a directed multigraph as forward and backward star. Within one star
// links stand in ascending number. It is immutable and safe for concurrent use.
type Graph struct {
	tail, head []int32 // by link
	first      []int32 // n+1 offsets into out
	out        []arc   // forward star: node is the head
	firstIn    []int32 // n+1 offsets into in
	in         []arc   // backward star: node is the tail
}

// New builds a graph of the given number of nodes with one link for each entry
// of tail and head. It copies both. It returns an error when the slices differ
// in length or name a node out of range. Cost: O(n + m).
func New(nodes int, tail, head []int32) (*Graph, error) {
	if nodes < 0 || nodes > math.MaxInt32-2 {
		return nil, fmt.Errorf("graph: %d nodes, want 0 to %d", nodes, math.MaxInt32-2)
	}
	if len(tail) != len(head) {
		return nil, fmt.Errorf("graph: %d tails but %d heads", len(tail), len(head))
	}
	if len(tail) > math.MaxInt32/2 {
		return nil, fmt.Errorf("graph: %d links, want at most %d", len(tail), math.MaxInt32/2)
	}
	for i := range tail {
		if tail[i] < 0 || int(tail[i]) >= nodes || head[i] < 0 || int(head[i]) >= nodes {
			return nil, fmt.Errorf("graph: link %d joins node %d to node %d, want nodes 0 to %d", i, tail[i], head[i], nodes-1)
		}
	}
	g := &Graph{
		tail: append([]int32(nil), tail...),
		head: append([]int32(nil), head...),
	}
	g.first, g.out = star(nodes, g.tail, g.head)
	g.firstIn, g.in = star(nodes, g.head, g.tail)
	return g, nil
}

// star sorts links by their near node with a counting sort, which keeps the
// links of one node in ascending number.
func star(nodes int, near, far []int32) ([]int32, []arc) {
	first := make([]int32, nodes+1)
	for _, u := range near {
		first[u+1]++
	}
	for u := 0; u < nodes; u++ {
		first[u+1] += first[u]
	}
	arcs := make([]arc, len(near))
	next := append([]int32(nil), first[:nodes]...)
	for l, u := range near {
		arcs[next[u]] = arc{node: far[l], link: int32(l)}
		next[u]++
	}
	return first, arcs
}

// Nodes returns the number of nodes.
func (g *Graph) Nodes() int { return len(g.first) - 1 }

// Links returns the number of links.
func (g *Graph) Links() int { return len(g.tail) }

// Tail returns the node a link leaves.
func (g *Graph) Tail(link int32) int32 { return g.tail[link] }

// Head returns the node a link enters.
func (g *Graph) Head(link int32) int32 { return g.head[link] }

// OutDegree returns the number of links that leave a node.
func (g *Graph) OutDegree(node int32) int { return int(g.first[node+1] - g.first[node]) }

// InDegree returns the number of links that enter a node.
func (g *Graph) InDegree(node int32) int { return int(g.firstIn[node+1] - g.firstIn[node]) }

// Out appends the links that leave a node to buf, in ascending number.
func (g *Graph) Out(node int32, buf []int32) []int32 {
	for _, a := range g.out[g.first[node]:g.first[node+1]] {
		buf = append(buf, a.link)
	}
	return buf
}

// In appends the links that enter a node to buf, in ascending number.
func (g *Graph) In(node int32, buf []int32) []int32 {
	for _, a := range g.in[g.firstIn[node]:g.firstIn[node+1]] {
		buf = append(buf, a.link)
	}
	return buf
}

// CheckCosts returns an error that names the first link whose cost is negative
// or not a number, or says that the slice has the wrong length. +Inf is a closed
// link and allowed. The searches require costs that pass.
func (g *Graph) CheckCosts(cost []float64) error {
	if len(cost) != g.Links() {
		return fmt.Errorf("graph: %d costs for %d links", len(cost), g.Links())
	}
	for l, c := range cost {
		if !(c >= 0) {
			return fmt.Errorf("graph: link %d (node %d to node %d) has cost %v, want 0 or more", l, g.tail[l], g.head[l], c)
		}
	}
	return nil
}

// Below returns a mask of n nodes, true for nodes numbered below limit: the
// usual way to bar ways through zone centroids, which come first in many files.
func Below(n, limit int) []bool {
	mask := make([]bool, n)
	for i := 0; i < limit && i < n; i++ {
		mask[i] = true
	}
	return mask
}
