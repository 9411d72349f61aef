package ldl

import "slices"

// order returns a fill-reducing elimination order: perm[k] is eliminated as k-th.
//
// An eliminated vertex lives on as an element: the clique of its neighbours. A
// remaining vertex keeps a list of neighbours it has by entries of the matrix and a
// list of elements it belongs to; its degree is the size of their union. Eliminating
// the vertex of least degree merges its elements into a new one.
func order(m *Matrix) []int32 {
	n := m.N
	q := newQuotient(m)
	perm := make([]int32, 0, n)
	least := 0
	for len(perm) < n {
		for q.head[least] < 0 {
			least++
		}
		v := q.head[least]
		q.unlink(v)
		perm = append(perm, v)
		for _, u := range q.eliminate(v) {
			q.unlink(u)
			q.degree[u] = q.count(u)
			q.link(u)
			least = min(least, int(q.degree[u]))
		}
	}
	return perm
}

// quotient is the quotient graph with the vertices in lists by degree.
type quotient struct {
	near   [][]int32 // neighbours by entries, remaining vertices
	elems  [][]int32 // elements a vertex belongs to
	member [][]int32 // remaining vertices of an element; nil when merged
	gone   []bool
	degree []int32
	mark   []int32
	stamp  int32
	head   []int32 // first vertex of a degree, -1 none
	next   []int32
	prev   []int32 // -1 - degree at the head
}

func newQuotient(m *Matrix) *quotient {
	n := m.N
	q := &quotient{
		near: make([][]int32, n), elems: make([][]int32, n), member: make([][]int32, n), gone: make([]bool, n),
		degree: make([]int32, n), mark: make([]int32, n), head: make([]int32, n+1), next: make([]int32, n), prev: make([]int32, n),
	}
	for j := range n {
		for k := m.Start[j]; k < m.Start[j+1]; k++ {
			if i := m.Row[k]; int(i) != j {
				q.near[i] = append(q.near[i], int32(j))
				q.near[j] = append(q.near[j], i)
			}
		}
	}
	for d := range q.head {
		q.head[d] = -1
	}
	// Backwards, so that the head of each list has the lowest index at the start.
	for v := int32(n) - 1; v >= 0; v-- {
		slices.Sort(q.near[v])
		q.degree[v] = int32(len(q.near[v]))
		q.link(v)
	}
	return q
}

func (q *quotient) link(v int32) {
	d := q.degree[v]
	q.next[v], q.prev[v] = q.head[d], -1-d
	if h := q.head[d]; h >= 0 {
		q.prev[h] = v
	}
	q.head[d] = v
}

func (q *quotient) unlink(v int32) {
	if p := q.prev[v]; p < 0 {
		q.head[-1-p] = q.next[v]
	} else {
		q.next[p] = q.next[v]
	}
	if x := q.next[v]; x >= 0 {
		q.prev[x] = q.prev[v]
	}
}

// eliminate turns v into an element and returns its members, whose lists it updates.
func (q *quotient) eliminate(v int32) []int32 {
	q.gone[v] = true
	q.stamp++
	q.mark[v] = q.stamp
	var members []int32
	take := func(u int32) {
		if !q.gone[u] && q.mark[u] != q.stamp {
			q.mark[u] = q.stamp
			members = append(members, u)
		}
	}
	for _, u := range q.near[v] {
		take(u)
	}
	for _, e := range q.elems[v] {
		for _, u := range q.member[e] {
			take(u)
		}
		q.member[e] = nil // merged
	}
	slices.Sort(members)
	q.member[v] = members
	q.near[v], q.elems[v] = nil, nil
	for _, u := range members {
		// Neighbours inside the clique are now neighbours through the element.
		q.near[u] = slices.DeleteFunc(q.near[u], func(x int32) bool { return q.gone[x] || q.mark[x] == q.stamp })
		q.elems[u] = append(slices.DeleteFunc(q.elems[u], func(e int32) bool { return q.member[e] == nil }), v)
	}
	return members
}

// count returns the exact degree of a remaining vertex.
func (q *quotient) count(u int32) int32 {
	q.stamp++
	q.mark[u] = q.stamp
	d := int32(0)
	for _, x := range q.near[u] {
		if !q.gone[x] && q.mark[x] != q.stamp {
			q.mark[x] = q.stamp
			d++
		}
	}
	for _, e := range q.elems[u] {
		for _, x := range q.member[e] {
			if !q.gone[x] && q.mark[x] != q.stamp {
				q.mark[x] = q.stamp
				d++
			}
		}
	}
	return d
}
