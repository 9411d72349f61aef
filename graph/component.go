package graph

// Weak numbers the weakly connected components: nodes joined by open links in
// either direction share a number. open is by link; nil means all. Numbers run
// from 0 in the order of each component's lowest node. Cost: O(n + m).
func (g *Graph) Weak(open []bool) (component []int32, count int) {
	n := g.Nodes()
	component = make([]int32, n)
	for i := range component {
		component[i] = -1
	}
	var stack []int32
	for r := 0; r < n; r++ {
		if component[r] >= 0 {
			continue
		}
		id := int32(count)
		count++
		component[r] = id
		stack = append(stack[:0], int32(r))
		for len(stack) > 0 {
			u := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, a := range g.out[g.first[u]:g.first[u+1]] {
				if (open == nil || open[a.link]) && component[a.node] < 0 {
					component[a.node] = id
					stack = append(stack, a.node)
				}
			}
			for _, a := range g.in[g.firstIn[u]:g.firstIn[u+1]] {
				if (open == nil || open[a.link]) && component[a.node] < 0 {
					component[a.node] = id
					stack = append(stack, a.node)
				}
			}
		}
	}
	return component, count
}

// Strong numbers the strongly connected components: two nodes share a number
// when open links lead from each to the other. open is by link; nil means all.
// Numbers run from 0 in the order of each component's lowest node. The method is
// Tarjan's (SIAM Journal on Computing 1, 1972) without recursion. Cost: O(n + m).
func (g *Graph) Strong(open []bool) (component []int32, count int) {
	n := g.Nodes()
	index := make([]int32, n) // visit number from 1, 0 not visited
	low := make([]int32, n)
	at := make([]int32, n) // next arc to look at
	component = make([]int32, n)
	for i := range component {
		component[i] = -1
	}
	var call, stack []int32
	visit := int32(0)
	for r := 0; r < n; r++ {
		if index[r] != 0 {
			continue
		}
		call = append(call[:0], int32(r))
		for len(call) > 0 {
			u := call[len(call)-1]
			if index[u] == 0 {
				visit++
				index[u], low[u] = visit, visit
				at[u] = g.first[u]
				stack = append(stack, u)
			}
			down := false
			for at[u] < g.first[u+1] {
				a := g.out[at[u]]
				at[u]++
				if open != nil && !open[a.link] {
					continue
				}
				if index[a.node] == 0 {
					call = append(call, a.node)
					down = true
					break
				}
				if component[a.node] < 0 && index[a.node] < low[u] {
					low[u] = index[a.node]
				}
			}
			if down {
				continue
			}
			if low[u] == index[u] {
				for {
					v := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					component[v] = int32(count)
					if v == u {
						break
					}
				}
				count++
			}
			call = call[:len(call)-1]
			if len(call) > 0 {
				if p := call[len(call)-1]; low[u] < low[p] {
					low[p] = low[u]
				}
			}
		}
	}
	// Renumber by lowest node.
	renamed := make([]int32, count)
	for i := range renamed {
		renamed[i] = -1
	}
	next := int32(0)
	for v, c := range component {
		if renamed[c] < 0 {
			renamed[c] = next
			next++
		}
		component[v] = renamed[c]
	}
	return component, count
}

// Reach marks the nodes that open links lead to from the sources, the sources
// among them; backwards marks the nodes that lead to them instead. open is by
// link; nil means all. noThrough bars ways through nodes that are not sources.
func (g *Graph) Reach(sources []int32, open, noThrough []bool, backwards bool) []bool {
	first, arcs := g.first, g.out
	if backwards {
		first, arcs = g.firstIn, g.in
	}
	seen := make([]bool, g.Nodes())
	var stack []int32
	for _, s := range sources {
		if !seen[s] {
			seen[s] = true
			stack = append(stack, s)
		}
	}
	starts := len(stack)
	for i := 0; i < len(stack); i++ { // breadth first, so sources come first
		u := stack[i]
		if i >= starts && noThrough != nil && noThrough[u] {
			continue
		}
		for _, a := range arcs[first[u]:first[u+1]] {
			if (open == nil || open[a.link]) && !seen[a.node] {
				seen[a.node] = true
				stack = append(stack, a.node)
			}
		}
	}
	return seen
}
