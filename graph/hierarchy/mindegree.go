package hierarchy

import "math/bits"

// eliminate takes n nodes away by least degree and joins the neighbours of each.
// Row i of the symmetric bit matrix holds the neighbours of i in words words; it
// is used up. take is called with each node in turn. Cost: O(n^2 + fill x words).
func eliminate(row []uint64, n, words int, take func(i int)) {
	degree := make([]int32, n)
	for i := range degree {
		degree[i] = count(row[i*words : (i+1)*words])
	}
	for range n {
		v := -1
		for i, g := range degree {
			if g >= 0 && (v < 0 || g < degree[v]) {
				v = i
			}
		}
		take(v)
		degree[v] = -1
		mine := row[v*words : (v+1)*words]
		mine[v>>6] &^= 1 << (v & 63)
		for w, set := range mine {
			for ; set != 0; set &= set - 1 {
				u := w<<6 + bits.TrailingZeros64(set)
				other := row[u*words : (u+1)*words]
				for k, x := range mine {
					other[k] |= x
				}
				other[v>>6] &^= 1 << (v & 63)
				other[u>>6] &^= 1 << (u & 63)
				degree[u] = count(other)
			}
		}
	}
}

func count(set []uint64) int32 {
	n := 0
	for _, x := range set {
		n += bits.OnesCount64(x)
	}
	return int32(n)
}
