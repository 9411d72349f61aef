package graph

import "math"

// Ways holds a largest set of ways that share nothing of what was asked, and
// the smallest cut that proves no larger set exists (Menger's theorem).
type Ways struct {
	Paths              [][]int32 // links of each way in the direction of travel
	CutLinks, CutNodes []int32   // as many in all as there are ways
}

// LinkDisjoint returns a largest set of ways from sources to targets that share
// no link. open is by link; nil means all. noThrough bars ways through nodes
// that are neither source nor target; nil bars none. It returns false when a
// source is also a target.
func (g *Graph) LinkDisjoint(sources, targets []int32, open, noThrough []bool) (Ways, bool) {
	return g.disjoint(sources, targets, open, func(v int32) float64 {
		if noThrough != nil && noThrough[v] {
			return 0
		}
		return math.Inf(1)
	})
}

// NodeDisjoint returns a largest set of ways from sources to targets that share
// no link and no node other than sources, targets and the nodes marked in
// shared (nil: none). open is by link; nil means all. It returns false when a
// source is also a target.
func (g *Graph) NodeDisjoint(sources, targets []int32, open, shared []bool) (Ways, bool) {
	return g.disjoint(sources, targets, open, func(v int32) float64 {
		if shared != nil && shared[v] {
			return math.Inf(1)
		}
		return 1
	})
}

func (g *Graph) disjoint(sources, targets []int32, open []bool, limit func(v int32) float64) (Ways, bool) {
	p := FlowProblem{Sources: sources, Targets: targets,
		Link: make([]float64, g.Links()), Node: make([]float64, g.Nodes())}
	for l := range p.Link {
		if open == nil || open[l] {
			p.Link[l] = 1
		}
	}
	for v := range p.Node {
		p.Node[v] = limit(int32(v))
	}
	isTarget := make([]bool, g.Nodes())
	for _, s := range sources {
		p.Node[s] = math.Inf(1)
	}
	for _, t := range targets {
		p.Node[t] = math.Inf(1)
		isTarget[t] = true
	}
	f := g.MaxFlow(p)
	if math.IsInf(f.Value, 1) {
		return Ways{}, false
	}
	return Ways{Paths: g.unravel(sources, isTarget, f.Link), CutLinks: f.CutLinks, CutNodes: f.CutNodes}, true
}

// unravel takes a unit flow apart into ways, lowest link first, and drops loops.
// Flow that goes round in circles without touching a source is left aside.
func (g *Graph) unravel(sources []int32, isTarget []bool, flow []float64) [][]int32 {
	used := make([]bool, g.Links())
	for l, x := range flow {
		used[l] = x > 0.5 // unit flows are 0 or 1 exactly
	}
	// A source may be passed by a way of another source, so only the surplus of a
	// source starts ways.
	surplus := make([]int, g.Nodes())
	for l := range used {
		if used[l] {
			surplus[g.tail[l]]++
			surplus[g.head[l]]--
		}
	}
	placed := make([]int, g.Nodes()) // 1 + place in the way in hand
	var paths [][]int32
	for _, s := range sources {
		for ; surplus[s] > 0; surplus[s]-- {
			var path []int32
			u := s
			placed[u] = 1
			for !(isTarget[u] && surplus[u] < 0) {
				l := g.lowestUsed(u, used)
				used[l] = false
				path = append(path, l)
				u = g.head[l]
				if k := placed[u]; k > 0 { // a loop: drop it
					for _, x := range path[k-1 : len(path)-1] {
						placed[g.head[x]] = 0
					}
					placed[u] = k
					path = path[:k-1]
				} else {
					placed[u] = len(path) + 1
				}
			}
			surplus[u]++
			placed[s] = 0
			for _, l := range path {
				placed[g.head[l]] = 0
			}
			paths = append(paths, path)
		}
	}
	return paths
}

func (g *Graph) lowestUsed(u int32, used []bool) int32 {
	for _, a := range g.out[g.first[u]:g.first[u+1]] {
		if used[a.link] {
			return a.link
		}
	}
	panic("graph: a flow does not balance")
}
