package hierarchy

import (
	"cmp"
	"slices"
)

// Elimination order by nested dissection (George, SIAM Journal on Numerical
// Analysis 10, 1973): find a small set of nodes that parts the graph in two,
// number it last, and do the same in both parts; small parts are ordered by least
// degree. Separators come from smallest node cuts between the two ends of the
// graph along a projection (inertial flow: Schild and Sommer, SEA 2015). The
// projections are differences of hop distances from nodes far apart, not
// coordinates: a network need not have any.

const (
	leafSize    = 48  // parts up to this size are ordered by least degree
	endShare    = 0.3 // share of the nodes at each end of a projection that must be parted
	projections = 4   // tried for each separator
)

// adjacency is an undirected graph in compressed form without loops and doubles.
type adjacency struct {
	first []int32
	node  []int32
}

func (a *adjacency) of(v int32) []int32 { return a.node[a.first[v]:a.first[v+1]] }

// newAdjacency joins u[i] and v[i] for all i, on n nodes.
func newAdjacency(n int, u, v []int32) *adjacency {
	a := &adjacency{first: make([]int32, n+1)}
	for i := range u {
		if u[i] != v[i] {
			a.first[u[i]+1]++
			a.first[v[i]+1]++
		}
	}
	for i := 0; i < n; i++ {
		a.first[i+1] += a.first[i]
	}
	all := make([]int32, a.first[n])
	next := append([]int32(nil), a.first[:n]...)
	for i := range u {
		if u[i] != v[i] {
			all[next[u[i]]], all[next[v[i]]] = v[i], u[i]
			next[u[i]]++
			next[v[i]]++
		}
	}
	a.node = all[:0]
	begin := int32(0)
	for x := 0; x < n; x++ {
		end := a.first[x+1]
		row := all[begin:end]
		slices.Sort(row)
		row = slices.Compact(row)
		a.node = append(a.node, row...) // never overtakes the row it reads
		begin = end
		a.first[x+1] = int32(len(a.node))
	}
	return a
}

// dissector is the scratch space of one ordering.
type dissector struct {
	a      *adjacency
	part   []int32 // by node: number of the part it is in
	parts  int32
	local  []int32 // by node: place in the part in hand
	order  []int32
	hops   [][]int32 // by landmark and local place
	queue  []int32
	cutter cutter
}

// order returns the nodes of a, first to go first.
func order(a *adjacency) []int32 {
	n := len(a.first) - 1
	d := &dissector{a: a, part: make([]int32, n), local: make([]int32, n), order: make([]int32, 0, n)}
	nodes := make([]int32, n)
	for v := range nodes {
		nodes[v] = int32(v)
	}
	d.dissect(nodes)
	return d.order
}

// mark makes the nodes a part of their own.
func (d *dissector) mark(nodes []int32) int32 {
	d.parts++
	for i, v := range nodes {
		d.part[v] = d.parts
		d.local[v] = int32(i)
	}
	return d.parts
}

// dissect appends nodes to the order. It may permute nodes.
func (d *dissector) dissect(nodes []int32) {
	if len(nodes) <= leafSize {
		d.leastDegree(nodes)
		return
	}
	part := d.mark(nodes)
	reached := d.breadthFirst(nodes, part, nodes[0], 0)
	if reached < len(nodes) { // in pieces: no separator needed
		sorted, end := d.pieces(nodes, part)
		begin := 0
		for _, e := range end {
			if len(nodes)-begin <= leafSize {
				break
			}
			d.dissect(sorted[begin:e:e])
			begin = e
		}
		d.leastDegree(sorted[begin:])
		return
	}
	side := d.separate(nodes, part)
	var near, far, cut []int32
	for i, v := range nodes {
		switch side[i] {
		case sideNear:
			near = append(near, v)
		case sideFar:
			far = append(far, v)
		default:
			cut = append(cut, v)
		}
	}
	if len(near) == 0 || len(far) == 0 { // no cut parts it: close to a clique
		d.leastDegree(nodes)
		return
	}
	d.dissect(near)
	d.dissect(far)
	d.leastDegree(cut)
}

// breadthFirst fills hops[k] with distances from root within the part, -1 where
// there is no way, and returns how many nodes it reached.
func (d *dissector) breadthFirst(nodes []int32, part, root int32, k int) int {
	for len(d.hops) <= k {
		d.hops = append(d.hops, make([]int32, len(d.part)))
	}
	hops := d.hops[k]
	for i := range nodes {
		hops[i] = -1
	}
	hops[d.local[root]] = 0
	d.queue = append(d.queue[:0], root)
	for i := 0; i < len(d.queue); i++ {
		u := d.queue[i]
		for _, v := range d.a.of(u) {
			if d.part[v] == part && hops[d.local[v]] < 0 {
				hops[d.local[v]] = hops[d.local[u]] + 1
				d.queue = append(d.queue, v)
			}
		}
	}
	return len(d.queue)
}

// pieces sorts the nodes of a part by the connected pieces they are in, pieces in
// the order of their first nodes, and says where each ends. Cost: linear, however
// many there are.
func (d *dissector) pieces(nodes []int32, part int32) (sorted []int32, end []int) {
	piece := make([]int32, len(nodes)) // by local number, from 1
	for i, root := range nodes {
		if piece[i] != 0 {
			continue
		}
		n := int32(len(end) + 1)
		piece[i] = n
		d.queue = append(d.queue[:0], root)
		for k := 0; k < len(d.queue); k++ {
			for _, v := range d.a.of(d.queue[k]) {
				if d.part[v] == part && piece[d.local[v]] == 0 {
					piece[d.local[v]] = n
					d.queue = append(d.queue, v)
				}
			}
		}
		end = append(end, len(d.queue))
	}
	next := make([]int, len(end))
	for n := 1; n < len(end); n++ {
		next[n] = end[n-1]
		end[n] += end[n-1]
	}
	sorted = make([]int32, len(nodes))
	for i, v := range nodes {
		n := piece[i] - 1
		sorted[next[n]] = v
		next[n]++
	}
	return sorted, end
}

// separate tries projections and returns the side of each node for the best cut.
func (d *dissector) separate(nodes []int32, part int32) []uint8 {
	n := len(nodes)
	// Landmarks: the last node of a search lies far off; each next one lies
	// farthest from all before.
	mark := []int32{d.queue[n-1]}
	d.breadthFirst(nodes, part, mark[0], 0)
	for len(mark) < 4 {
		best, at := int32(-1), 0
		for i := range nodes {
			h := d.hops[0][i]
			for k := 1; k < len(mark); k++ {
				h = min(h, d.hops[k][i])
			}
			if h > best {
				best, at = h, i
			}
		}
		mark = append(mark, nodes[at])
		d.breadthFirst(nodes, part, nodes[at], len(mark)-1)
	}
	pairs := [projections][2]int{{0, 1}, {2, 3}, {0, 2}, {1, 2}}
	d.cutter.lay(d, nodes, part)
	byKey := make([]int32, n)
	key := make([]int32, n)
	best, score := make([]uint8, n), -1.0
	side := make([]uint8, n)
	for _, p := range pairs {
		a, b := d.hops[p[0]], d.hops[p[1]]
		for i := range nodes {
			byKey[i] = int32(i)
			key[i] = a[i] - b[i]
		}
		slices.SortFunc(byKey, func(i, j int32) int {
			return cmp.Or(cmp.Compare(key[i], key[j]), cmp.Compare(a[i], a[j]), cmp.Compare(nodes[i], nodes[j]))
		})
		ends := max(1, int(endShare*float64(n)))
		near, far, cut := d.cutter.cut(byKey[:ends], byKey[n-ends:], side)
		if near == 0 || far == 0 {
			continue
		}
		// The usual quality of a cut: small, and parts of like size.
		if s := float64(cut) / (float64(near) * float64(far)); score < 0 || s < score {
			score = s
			copy(best, side)
		}
	}
	if score < 0 {
		clear(best)
	}
	return best
}

// leastDegree appends nodes to the order, always the one with the fewest
// neighbours left among them, lowest number first.
func (d *dissector) leastDegree(nodes []int32) {
	slices.Sort(nodes)
	if len(nodes) < 3 {
		d.order = append(d.order, nodes...)
		return
	}
	part := d.mark(nodes)
	n := len(nodes)
	words := (n + 63) / 64
	row := make([]uint64, n*words) // neighbours as bits
	for i, v := range nodes {
		for _, u := range d.a.of(v) {
			if d.part[u] == part {
				j := d.local[u]
				row[i*words+int(j>>6)] |= 1 << (j & 63)
			}
		}
	}
	eliminate(row, n, words, func(i int) { d.order = append(d.order, nodes[i]) })
}
