package assign

import "slices"

// Sparse factors of matrices whose pattern is that of a graph made symmetric.
//
// Method: LU without pivoting, row by row, in an order of least degree that is
// found once per topology together with the fill. That is stable enough for the
// only use here, I - W with W >= 0: if the spectral radius of W is below 1 it is
// a nonsingular M-matrix, whose pivots are all positive in any order; a pivot
// that is not positive proves the contrary (Berman and Plemmons, Nonnegative
// Matrices in the Mathematical Sciences, chapter 6).

// pattern is the symbolic part, shared by all factors of one topology.
type pattern struct {
	n     int
	place []int32 // node -> row
	node  []int32 // row -> node
	// Rows in order: lower holds columns before the row, upper those after it,
	// both ascending.
	lowAt, upAt  []int
	lower, upper []int32
}

// newPattern orders n nodes with the given edges (tail, head; any direction).
func newPattern(n int, tail, head []int32) *pattern {
	adj := make([][]int32, n)
	for i := range tail {
		if u, v := tail[i], head[i]; u != v {
			adj[u], adj[v] = append(adj[u], v), append(adj[v], u)
		}
	}
	for v := range adj {
		slices.Sort(adj[v])
		adj[v] = slices.Compact(adj[v])
	}
	p := &pattern{n: n, place: make([]int32, n), node: make([]int32, n), lowAt: make([]int, n+1), upAt: make([]int, 1, n+1)}
	// Nodes wait in buckets by degree; stale entries are skipped.
	bucket := make([][]int32, n+1)
	for v := n - 1; v >= 0; v-- {
		bucket[len(adj[v])] = append(bucket[len(adj[v])], int32(v))
	}
	gone := make([]bool, n)
	stamp := make([]int32, n)
	tick := int32(0)
	least := 0
	for row := int32(0); int(row) < n; {
		for len(bucket[least]) == 0 {
			least++
		}
		b := bucket[least]
		v := b[len(b)-1]
		bucket[least] = b[:len(b)-1]
		if gone[v] || len(adj[v]) != least {
			continue
		}
		gone[v] = true
		p.place[v], p.node[row] = row, v
		row++
		near := adj[v]
		p.upper = append(p.upper, near...) // nodes for now
		p.upAt = append(p.upAt, len(p.upper))
		for _, u := range near {
			tick++
			stamp[u], stamp[v] = tick, tick
			keep := make([]int32, 0, len(adj[u])+len(near))
			for _, w := range adj[u] {
				if stamp[w] != tick {
					stamp[w] = tick
					keep = append(keep, w)
				}
			}
			for _, w := range near {
				if stamp[w] != tick {
					stamp[w] = tick
					keep = append(keep, w)
				}
			}
			adj[u] = keep
			bucket[len(keep)] = append(bucket[len(keep)], u)
			least = min(least, len(keep))
		}
		adj[v] = nil
	}
	for i := range p.upper {
		p.upper[i] = p.place[p.upper[i]]
		p.lowAt[p.upper[i]+1]++
	}
	for i := 0; i < n; i++ {
		slices.Sort(p.upper[p.upAt[i]:p.upAt[i+1]])
		p.lowAt[i+1] += p.lowAt[i]
	}
	p.lower = make([]int32, len(p.upper))
	next := append([]int(nil), p.lowAt[:n]...)
	for k := 0; k < n; k++ {
		for _, i := range p.upper[p.upAt[k]:p.upAt[k+1]] {
			p.lower[next[i]] = int32(k)
			next[i]++
		}
	}
	return p
}

// factor is the numeric part; it belongs to one goroutine.
type factor struct {
	p          *pattern
	low, up    []float64
	pivot, row []float64
}

func newFactor(p *pattern) *factor {
	return &factor{p: p, low: make([]float64, len(p.lower)), up: make([]float64, len(p.upper)),
		pivot: make([]float64, p.n), row: make([]float64, p.n)}
}

// compute factors the matrix whose row i is written by fill into a dense row of
// zeros, columns by place; entries outside the pattern are not allowed. It
// returns the first row whose pivot is at most least, or -1.
func (f *factor) compute(fill func(i int32, row []float64), least float64) int32 {
	p, w := f.p, f.row
	for i := int32(0); int(i) < p.n; i++ {
		fill(i, w)
		for q := p.lowAt[i]; q < p.lowAt[i+1]; q++ {
			k := p.lower[q]
			x := w[k] / f.pivot[k]
			w[k] = 0
			f.low[q] = x
			if x == 0 {
				continue
			}
			for t := p.upAt[k]; t < p.upAt[k+1]; t++ {
				w[p.upper[t]] -= x * f.up[t]
			}
		}
		f.pivot[i] = w[i]
		w[i] = 0
		for t := p.upAt[i]; t < p.upAt[i+1]; t++ {
			f.up[t] = w[p.upper[t]]
			w[p.upper[t]] = 0
		}
		if !(f.pivot[i] > least) {
			return i
		}
	}
	return -1
}

// solve overwrites b, by place, with the solution of A x = b.
func (f *factor) solve(b []float64) {
	p := f.p
	for i := 0; i < p.n; i++ {
		s := b[i]
		for q := p.lowAt[i]; q < p.lowAt[i+1]; q++ {
			s -= f.low[q] * b[p.lower[q]]
		}
		b[i] = s
	}
	for i := p.n - 1; i >= 0; i-- {
		s := b[i]
		for t := p.upAt[i]; t < p.upAt[i+1]; t++ {
			s -= f.up[t] * b[p.upper[t]]
		}
		b[i] = s / f.pivot[i]
	}
}

// solveT overwrites b, by place, with the solution of A^T x = b.
func (f *factor) solveT(b []float64) {
	p := f.p
	for i := 0; i < p.n; i++ {
		s := b[i] / f.pivot[i]
		b[i] = s
		if s == 0 {
			continue
		}
		for t := p.upAt[i]; t < p.upAt[i+1]; t++ {
			b[p.upper[t]] -= f.up[t] * s
		}
	}
	for i := p.n - 1; i >= 0; i-- {
		s := b[i]
		if s == 0 {
			continue
		}
		for q := p.lowAt[i]; q < p.lowAt[i+1]; q++ {
			b[p.lower[q]] -= f.low[q] * s
		}
	}
}
