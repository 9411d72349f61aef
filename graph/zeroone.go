package graph

import "math"

// ZeroOne finds, from a set of sources, the least number of counted links on a
// way to every node (0-1 breadth-first search over a double-ended queue). step
// is by link: 0 free, 1 counted, anything above 1 closed. noThrough bars ways
// through nodes that are not sources; nil bars none. The results are by node:
// the count, [Unreached] where there is no way, and the link into the node on
// one least way (-1 at sources and at nodes not reached). Cost: O(n + m).
func (g *Graph) ZeroOne(sources []int32, step []uint8, noThrough []bool) (count, link []int32) {
	if len(step) != g.Links() {
		panic("graph: steps do not match the links")
	}
	n := g.Nodes()
	count, link = make([]int32, n), make([]int32, n)
	for i := range count {
		count[i], link[i] = Unreached, -1
	}
	isSource, done := make([]bool, n), make([]bool, n)
	// Two stacks of levels stand for the deque: nodes at the present count and
	// nodes one above.
	var now, next []int32
	for _, s := range sources {
		if !isSource[s] {
			isSource[s], count[s] = true, 0
			now = append(now, s)
		}
	}
	for len(now) > 0 || len(next) > 0 {
		if len(now) == 0 {
			now, next = next, now[:0]
		}
		for i := 0; i < len(now); i++ { // now grows by free links
			u := now[i]
			if done[u] {
				continue
			}
			done[u] = true
			if noThrough != nil && noThrough[u] && !isSource[u] {
				continue
			}
			for _, a := range g.out[g.first[u]:g.first[u+1]] {
				st := step[a.link]
				if st > 1 || done[a.node] {
					continue
				}
				c := count[u] + int32(st)
				if c >= count[a.node] {
					continue
				}
				count[a.node], link[a.node] = c, a.link
				if st == 0 {
					now = append(now, a.node)
				} else {
					next = append(next, a.node)
				}
			}
		}
		now = now[:0]
	}
	return count, link
}

// Unreached is the count of [Graph.ZeroOne] at nodes without a way.
const Unreached = math.MaxInt32
