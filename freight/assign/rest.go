package assign

// rest holds the ways of pairs at rest: those that have one way, on which all they
// send goes. The ways of a source share their beginnings, so they are kept as a
// tree: one step over a node does for all ways through it. Nodes follow the nodes
// before them. Nothing of it ever changes; results share it.
type rest struct {
	full  *routes // where the ways are, by pair
	first []int32 // by source, +1: its nodes
	up    []int32 // by node: the one before, counted from 1 in the source's; 0 at the origin
	link  []int32 // by node: the link that leads to it
	leaf  []int32 // by pair: node at its end, counted as up; 0 if it is in hand
}

// newRest lays the ways of pairs with one way that carries something.
func newRest(r *routes, ps *pairs, links int) *rest {
	t := &rest{full: r, first: make([]int32, 1, len(ps.sources)+1), leaf: make([]int32, len(ps.to))}
	at := make([]int32, links) // last node over a link, counted from 1 over all sources
	var twin []int32           // by node: the one before over the same link, likewise
	for _, s := range ps.sources {
		begin := int32(len(t.up))
		if !ps.elastic[s.class] {
			for i := s.first; i < s.last; i++ {
				p := r.first[i]
				if r.first[i+1] != p+1 || !(r.flow[p] > 0) {
					continue
				}
				up := int32(0)
				for _, l := range r.way[p] {
					n := at[l]
					for n > begin && t.up[n-1] != up {
						n = twin[n-1]
					}
					if n <= begin {
						t.up, t.link, twin = append(t.up, up), append(t.link, l), append(twin, at[l])
						n = int32(len(t.up))
						at[l] = n
					}
					up = n - begin
				}
				t.leaf[i] = up
			}
		}
		t.first = append(t.first, int32(len(t.up)))
	}
	return t
}

// way is the way of pair i.
func (t *rest) way(i int32) []int32 { return t.full.way[t.full.first[i]] }

// costs appends the cost of each node of a source to buf[:0], the origin first.
func (t *rest) costs(source int32, cost, buf []float64) []float64 {
	a, b := t.first[source], t.first[source+1]
	buf = append(buf[:0], 0)
	up := t.up[a:b]
	for k, l := range t.link[a:b] {
		buf = append(buf, buf[up[k]]+cost[l])
	}
	return buf
}

// passed appends for each node of a source whether the way to it passes a marked
// link.
func (t *rest) passed(source int32, mark, buf []bool) []bool {
	a, b := t.first[source], t.first[source+1]
	buf = append(buf[:0], false)
	up := t.up[a:b]
	for k, l := range t.link[a:b] {
		buf = append(buf, buf[up[k]] || mark[l])
	}
	return buf
}

// load adds what pairs at rest send to volume; in hand says which others there are.
func (t *rest) load(ps *pairs, inHand func(i int32) bool, volume []float64) {
	var flow []float64
	for si, s := range ps.sources {
		a, b := t.first[si], t.first[si+1]
		flow = append(flow[:0], make([]float64, b-a+1)...)
		for i := s.first; i < s.last; i++ {
			if n := t.leaf[i]; n > 0 && !inHand(i) {
				flow[n] += ps.volume[i]
			}
		}
		for k := b - a; k > 0; k-- {
			if f := flow[k]; f != 0 {
				volume[t.link[a+k-1]] += f
				flow[t.up[a+k-1]] += f
			}
		}
	}
}
