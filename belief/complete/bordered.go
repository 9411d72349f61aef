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

// bordered solves H d = rhs on the rows given where most of them are apart, as the
// cells of a link are. The Hessian is
//
//	H = M - U U',   M = sum_g p_g f(g) f(g)',   U = a column a part, its E[f] by the root of its mass
//
// and the block of M over rows apart is diagonal. So M is solved by its Schur
// complement over the few other rows, and H by the identity of Woodbury (Hager,
// SIAM Review 31, 1989). ok is false where there are too few such rows or the
// result is not exact enough. Cost: rows times the square of the other rows and
// parts, and one product with H.
func (t *tilt) bordered(hess, rhs []float64, on []int) (d []float64, ok bool) {
	m, n, parts := len(t.free), len(on), len(t.centre)
	var cells, rest []int // places in on
	for i, r := range on {
		if t.apart != nil && t.apart[r] {
			cells = append(cells, i)
		} else {
			rest = append(rest, i)
		}
	}
	if len(cells) < manyApart || len(rest) > len(cells) || parts == 0 {
		return nil, false
	}
	at := func(i, j int) float64 { // of M
		r, q := on[i], on[j]
		v := hess[max(r, q)*m+min(r, q)]
		for _, u := range t.centre {
			v += float64(u[r] * u[q])
		}
		return v
	}
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
	for a, u := range t.centre {
		z[a] = solve(func(i int) float64 { return u[on[i]] })
	}
	small, g := make([]float64, parts*parts), make([]float64, parts)
	for a, u := range t.centre {
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
	for i, r := range on {
		v := rhs[i]
		for j, q := range on {
			v -= float64(hess[max(r, q)*m+min(r, q)] * d[j])
		}
		size, off = max(size, math.Abs(rhs[i])), max(off, math.Abs(v))
	}
	if !(off <= solved*size) {
		return nil, false
	}
	shorten(d)
	return d, true
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
