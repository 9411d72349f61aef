package hierarchy

// Sides of a cut; the zero value belongs to neither.
const (
	sideCut uint8 = iota
	sideNear
	sideFar
)

// cutter finds smallest node cuts in one part by augmenting ways that share no
// node (Ford and Fulkerson; Menger). Local node i is entered at state 2i and left
// at state 2i+1. Cost: O(links) for each node of the cut.
type cutter struct {
	first, node []int32 // adjacency by local number
	from, to    []int32 // flow into and out of a node: the neighbour, -1 none, ends for the ends
	source      []bool
	sink        []bool
	parent      []int32 // by state: the state it was reached from, -1 not reached
	queue       []int32
}

const (
	ends    = -2 // flow comes from or goes to outside
	nowhere = -1
)

// lay copies a part to local numbers.
func (c *cutter) lay(d *dissector, nodes []int32, part int32) {
	n := len(nodes)
	c.first, c.node = append(c.first[:0], 0), c.node[:0]
	for _, v := range nodes {
		for _, u := range d.a.of(v) {
			if d.part[u] == part {
				c.node = append(c.node, d.local[u])
			}
		}
		c.first = append(c.first, int32(len(c.node)))
	}
	c.from, c.to = resized(c.from, n), resized(c.to, n)
	c.parent = resized(c.parent, 2*n)
	c.source, c.sink = resized(c.source, n), resized(c.sink, n)
}

func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// cut parts sources from sinks by fewest nodes, which may be among them. It
// fills side and returns the number of nodes near the sources, far from them and
// in the cut; the cut is the one nearest to the sources.
func (c *cutter) cut(sources, sinks []int32, side []uint8) (near, far, cut int) {
	n := len(side)
	for i := 0; i < n; i++ {
		c.from[i], c.to[i] = nowhere, nowhere
		c.source[i], c.sink[i] = false, false
	}
	for _, s := range sources {
		c.source[s] = true
	}
	for _, t := range sinks {
		c.sink[t] = true
	}
	for c.augment(sources) {
	}
	for i := 0; i < n; i++ {
		in, out := c.parent[2*i] != nowhere, c.parent[2*i+1] != nowhere
		switch {
		case out:
			side[i] = sideNear
			near++
		case in:
			side[i] = sideCut
			cut++
		default:
			side[i] = sideFar
			far++
		}
	}
	return near, far, cut
}

// augment adds one way from a source to a sink, if there is one.
func (c *cutter) augment(sources []int32) bool {
	for i := range c.parent {
		c.parent[i] = nowhere
	}
	c.queue = c.queue[:0]
	for _, s := range sources {
		if c.from[s] != ends { // its own entry is free
			c.parent[2*s] = ends
			c.queue = append(c.queue, 2*s)
		}
	}
	for i := 0; i < len(c.queue); i++ {
		state := c.queue[i]
		v := state >> 1
		if state&1 == 0 { // at the entry of v
			if c.from[v] == nowhere && c.to[v] == nowhere { // unused: pass through
				c.reach(2*v+1, state)
			} else if u := c.from[v]; u >= 0 { // push the flow that comes in back
				c.reach(2*u+1, state)
			}
			continue
		}
		// At the exit of v.
		if c.sink[v] && c.to[v] != ends {
			c.push(state)
			return true
		}
		if c.from[v] != nowhere { // take back the flow through v
			c.reach(2*v, state)
		}
		for _, u := range c.node[c.first[v]:c.first[v+1]] {
			if c.to[v] != u {
				c.reach(2*u, state)
			}
		}
	}
	return false
}

func (c *cutter) reach(state, by int32) {
	if c.parent[state] == nowhere {
		c.parent[state] = by
		c.queue = append(c.queue, state)
	}
}

// push turns the way that ends at a state into flow.
func (c *cutter) push(state int32) {
	// Collect the way, then replay it from the source: links added overwrite what
	// a link taken back has left behind.
	way := c.queue[:0]
	for s := state; s != ends; s = c.parent[s] {
		way = append(way, s)
	}
	// Exits whose successor goes away are cleared first.
	for i := len(way) - 1; i > 0; i-- {
		a, b := way[i], way[i-1]
		if a&1 == 0 && b&1 == 1 && a>>1 != b>>1 { // back over the link b -> a
			c.to[b>>1], c.from[a>>1] = nowhere, nowhere
		}
		if a&1 == 1 && b&1 == 0 && a>>1 == b>>1 { // back through a node
			continue
		}
	}
	for i := len(way) - 1; i > 0; i-- {
		a, b := way[i], way[i-1]
		if a&1 == 1 && b&1 == 0 && a>>1 != b>>1 {
			c.to[a>>1], c.from[b>>1] = b>>1, a>>1
		}
	}
	c.from[way[len(way)-1]>>1] = ends
	c.to[state>>1] = ends
}
