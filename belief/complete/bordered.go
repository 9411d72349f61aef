package complete

import "math"

const (
	// manyApart is the number of rows apart from which a step is worth solving by
	// their block.
	manyApart = 64
	// solved is how exactly a step by blocks must solve its equations, relative to
	// the right side; else the dense solution is taken.
	solved = 1e-8
)

// bordered solves H d = rhs on the rows given where H is kept in pieces. M is solved
// by its Schur complement over the rows that are not apart, and H by the identity of
// Woodbury (Hager, SIAM Review 31, 1989). ok is false where H is whole, too few of
// the rows are apart or the result is not exact enough. Cost: rows times the square
// of the other rows and parts.
func (h *curvature) bordered(rhs []float64, on []int) (d []float64, ok bool) {
	n, parts := len(on), len(h.centre)
	if h.place == nil || parts == 0 {
		return nil, false
	}
	var cells, rest []int // places in on
	for i, r := range on {
		if h.place[r] < 0 {
			cells = append(cells, i)
		} else {
			rest = append(rest, i)
		}
	}
	if len(cells) < manyApart || len(rest) > len(cells) {
		return nil, false
	}
	at := func(i, j int) float64 { return h.moment(on[i], on[j]) }
	largest := 0.0
	for i := range on {
		largest = max(largest, at(i, i))
	}
	diag := make([]float64, len(cells))
	for k, i := range cells {
		diag[k] = at(i, i) + ridge*largest
	}
	k := len(rest)
	border := make([]float64, k*len(cells)) // by row of rest
	for a, i := range rest {
		for b, j := range cells {
			border[a*len(cells)+b] = at(i, j)
		}
	}
	schur := make([]float64, k*k)
	for a := range rest {
		for b := range a + 1 {
			v := at(rest[a], rest[b])
			for c := range cells {
				v -= float64(border[a*len(cells)+c] * border[b*len(cells)+c] / diag[c])
			}
			schur[a*k+b] = v
		}
		schur[a*k+a] += ridge * largest
	}
	if !cholesky(schur, k) {
		return nil, false
	}
	// solve returns M^-1 v, by place in on.
	solve := func(v func(i int) float64) []float64 {
		x := make([]float64, n)
		y := make([]float64, k)
		for a, i := range rest {
			y[a] = v(i)
			for c, j := range cells {
				y[a] -= float64(border[a*len(cells)+c] * v(j) / diag[c])
			}
		}
		back(schur, y, k)
		for a, i := range rest {
			x[i] = y[a]
		}
		for c, j := range cells {
			w := v(j)
			for a := range rest {
				w -= float64(border[a*len(cells)+c] * y[a])
			}
			x[j] = w / diag[c]
		}
		return x
	}
	d = solve(func(i int) float64 { return rhs[i] })
	z := make([][]float64, parts)
	for a, u := range h.centre {
		z[a] = solve(func(i int) float64 { return u[on[i]] })
	}
	small, g := make([]float64, parts*parts), make([]float64, parts)
	for a, u := range h.centre {
		for b := range a + 1 {
			for i, r := range on {
				small[a*parts+b] -= float64(u[r] * z[b][i])
			}
		}
		small[a*parts+a] += 1 + ridge
		for i, r := range on {
			g[a] += float64(u[r] * d[i])
		}
	}
	if !cholesky(small, parts) {
		return nil, false
	}
	back(small, g, parts)
	for i := range d {
		for a := range z {
			d[i] += float64(z[a][i] * g[a])
		}
	}
	// The equations themselves decide.
	size, off := 0.0, 0.0
	for i, v := range h.times(d, on, cells, rest) {
		size, off = max(size, math.Abs(rhs[i])), max(off, math.Abs(rhs[i]-v))
	}
	if !(off <= solved*size) {
		return nil, false
	}
	shorten(d)
	return d, true
}

// times returns H d on the rows given; cells are the places of those apart, rest of
// the others.
func (h *curvature) times(d []float64, on, cells, rest []int) []float64 {
	out := make([]float64, len(on))
	for _, i := range cells {
		out[i] = float64(h.moment(on[i], on[i]) * d[i])
	}
	for _, i := range rest {
		for _, j := range cells {
			v := h.moment(on[i], on[j])
			out[i] += float64(v * d[j])
			out[j] += float64(v * d[i])
		}
		for _, j := range rest {
			out[i] += float64(h.moment(on[i], on[j]) * d[j])
		}
	}
	for _, u := range h.centre {
		s := 0.0
		for i, r := range on {
			s += float64(u[r] * d[i])
		}
		for i, r := range on {
			out[i] -= float64(u[r] * s)
		}
	}
	return out
}

// back solves A x = b in place from the Cholesky factor of A.
func back(a, b []float64, n int) {
	for i := range n {
		for j := range i {
			b[i] -= float64(a[i*n+j] * b[j])
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			b[i] -= float64(a[j*n+i] * b[j])
		}
		b[i] /= a[i*n+i]
	}
}
