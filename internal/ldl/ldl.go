// Package ldl factors sparse symmetric matrices as P A P' = L D L', with L unit
// lower triangular, D diagonal and P a fill-reducing order, and solves with them.
//
// Method: the up-looking factorisation of Davis, "Algorithm 849: A concise sparse
// Cholesky factorization package", ACM TOMS 31 (2005): the elimination tree gives
// the pattern of each row of L, and a sparse triangular solve its values. The order
// is minimum degree on a quotient graph (George and Liu, "The evolution of the
// minimum degree ordering algorithm", SIAM Review 31, 1989; exact degrees, no
// supernodes, ties to the lowest index).
//
// There is no pivoting for size, so a matrix must have nonzero leading minors in the
// chosen order. Positive definite ones always do; grid matrices with some negative
// reactances nearly always. A pivot that vanishes is a [PivotError], and
// [Factor.Solve] takes one step of iterative refinement, whose correction it
// returns, so that a caller can see an ill-conditioned solve.
//
// Determinism: fixed order of operations, products rounded before they are added.
package ldl

import (
	"fmt"
	"math"
	"slices"
)

// Matrix is a symmetric matrix. Only the entries with row >= column are held, column
// by column, rows ascending.
type Matrix struct {
	N     int
	Start []int32 // N+1
	Row   []int32
	Value []float64
}

// Entry is A[Row][Col] = Value, and by symmetry A[Col][Row].
type Entry struct {
	Row, Col int
	Value    float64
}

// New makes a matrix of size n from entries; each off-diagonal pair is given once, on
// either side, and entries of the same place are added in the order given. It
// panics when an index is out of range. O(k log k).
func New(n int, entries []Entry) *Matrix {
	type key struct {
		row, col int32
		value    float64
	}
	keys := make([]key, len(entries))
	for i, e := range entries {
		if e.Row < 0 || e.Col < 0 || e.Row >= n || e.Col >= n {
			panic(fmt.Sprintf("ldl: entry (%d, %d) in a matrix of size %d", e.Row, e.Col, n))
		}
		keys[i] = key{int32(max(e.Row, e.Col)), int32(min(e.Row, e.Col)), e.Value}
	}
	slices.SortStableFunc(keys, func(a, b key) int {
		if a.col != b.col {
			return int(a.col) - int(b.col)
		}
		return int(a.row) - int(b.row)
	})
	m := &Matrix{N: n, Start: make([]int32, n+1)}
	for i, k := range keys {
		if i > 0 && keys[i-1].row == k.row && keys[i-1].col == k.col {
			m.Value[len(m.Value)-1] += k.value
			continue
		}
		m.Row, m.Value = append(m.Row, k.row), append(m.Value, k.value)
		m.Start[k.col+1]++
	}
	for j := range n {
		m.Start[j+1] += m.Start[j]
	}
	return m
}

// Mul sets y = A x.
func (m *Matrix) Mul(y, x []float64) {
	clear(y)
	for j := range m.N {
		for k := m.Start[j]; k < m.Start[j+1]; k++ {
			i := m.Row[k]
			y[i] += float64(m.Value[k] * x[j])
			if int(i) != j {
				y[j] += float64(m.Value[k] * x[i])
			}
		}
	}
}

// PivotError says that elimination met a pivot of 0 (or not a number): the matrix is
// singular, or indefinite with a vanishing minor. Index is the row of the matrix.
type PivotError struct {
	Index int
	Pivot float64
}

func (e *PivotError) Error() string {
	return fmt.Sprintf("ldl: the pivot of row %d is %v", e.Index, e.Pivot)
}

// tinyPivot is the size of a pivot, relative to the largest entry of its column,
// below which it counts as 0: some hundred roundings.
const tinyPivot = 1e-13

// Factor is a factored matrix. It is immutable; a [Work] holds what a solve needs, so
// goroutines share a factor and have a work each.
type Factor struct {
	a         *Matrix
	perm, inv []int32 // perm[k] is the row of A that is eliminated as k-th
	start     []int32 // columns of L below the diagonal
	row       []int32
	value     []float64
	d         []float64
	negative  int
}

// Factor factors the matrix and keeps it. The error is a *[PivotError]. Cost: that of
// the fill; a grid of 10,000 buses takes some ten milliseconds.
func (m *Matrix) Factor() (*Factor, error) {
	f := &Factor{a: m, perm: order(m)}
	f.inv = make([]int32, m.N)
	for k, v := range f.perm {
		f.inv[v] = int32(k)
	}
	up := m.upper(f.inv)
	parent := f.symbolic(up)
	return f, f.numeric(up, parent)
}

// FactorLike factors a matrix with the pattern of one that was factored before, in the
// same order: what looking for the order costs is saved. The error is a *[PivotError].
// A matrix of another size panics; of another pattern, it only takes more fill.
func (m *Matrix) FactorLike(o *Factor) (*Factor, error) {
	if m.N != len(o.perm) {
		panic("ldl: factor of another size")
	}
	f := &Factor{a: m, perm: o.perm, inv: o.inv}
	up := m.upper(f.inv)
	parent := f.symbolic(up)
	return f, f.numeric(up, parent)
}

// upper returns the permuted matrix by columns of its upper triangle (row <= column).
func (m *Matrix) upper(inv []int32) *Matrix {
	u := &Matrix{N: m.N, Start: make([]int32, m.N+1), Row: make([]int32, len(m.Row)), Value: make([]float64, len(m.Row))}
	for j := range m.N {
		for k := m.Start[j]; k < m.Start[j+1]; k++ {
			u.Start[max(inv[j], inv[m.Row[k]])+1]++
		}
	}
	for j := range m.N {
		u.Start[j+1] += u.Start[j]
	}
	next := slices.Clone(u.Start[:m.N])
	for j := range m.N {
		for k := m.Start[j]; k < m.Start[j+1]; k++ {
			a, b := inv[j], inv[m.Row[k]]
			c := max(a, b)
			u.Row[next[c]], u.Value[next[c]] = min(a, b), m.Value[k]
			next[c]++
		}
	}
	return u
}

// symbolic finds the elimination tree and the column counts of L.
func (f *Factor) symbolic(up *Matrix) (parent []int32) {
	n := up.N
	parent = make([]int32, n)
	flag := make([]int32, n)
	count := make([]int32, n)
	for k := range int32(n) {
		parent[k], flag[k] = -1, k
		for p := up.Start[k]; p < up.Start[k+1]; p++ {
			for i := up.Row[p]; flag[i] != k; i = parent[i] {
				if parent[i] < 0 {
					parent[i] = k
				}
				count[i]++
				flag[i] = k
			}
		}
	}
	f.start = make([]int32, n+1)
	for k := range n {
		f.start[k+1] = f.start[k] + count[k]
	}
	f.row, f.value = make([]int32, f.start[n]), make([]float64, f.start[n])
	f.d = make([]float64, n)
	return parent
}

func (f *Factor) numeric(up *Matrix, parent []int32) error {
	n := up.N
	y := make([]float64, n)
	pattern, flag, used := make([]int32, n), make([]int32, n), make([]int32, n)
	for k := range int32(n) {
		// The pattern of row k of L, in topological order, from the tree.
		top := n
		flag[k] = k
		largest := 0.0
		for p := up.Start[k]; p < up.Start[k+1]; p++ {
			i := up.Row[p]
			y[i] += up.Value[p]
			largest = max(largest, math.Abs(up.Value[p]))
			depth := 0
			for ; flag[i] != k; i = parent[i] {
				pattern[depth] = i
				depth++
				flag[i] = k
			}
			for depth > 0 {
				depth--
				top--
				pattern[top] = pattern[depth]
			}
		}
		d := y[k]
		y[k] = 0
		for ; top < n; top++ {
			i := pattern[top]
			yi := y[i]
			y[i] = 0
			end := f.start[i] + used[i]
			for p := f.start[i]; p < end; p++ {
				y[f.row[p]] -= float64(f.value[p] * yi)
			}
			l := yi / f.d[i]
			d -= float64(l * yi)
			f.row[end], f.value[end] = k, l
			used[i]++
		}
		if !(math.Abs(d) > tinyPivot*largest) || math.IsInf(d, 0) {
			return &PivotError{int(f.perm[k]), d}
		}
		if d < 0 {
			f.negative++
		}
		f.d[k] = d
	}
	return nil
}

// N returns the size of the matrix.
func (f *Factor) N() int { return f.a.N }

// Fill returns the number of entries of L below the diagonal.
func (f *Factor) Fill() int { return len(f.row) }

// Negative returns the number of negative pivots, by Sylvester's law that of negative
// eigenvalues; 0 for a positive definite matrix.
func (f *Factor) Negative() int { return f.negative }

// Work is the scratch space of a solve.
type Work struct{ y, r, c []float64 }

// NewWork makes scratch space for one goroutine.
func (f *Factor) NewWork() *Work {
	return &Work{make([]float64, f.a.N), make([]float64, f.a.N), make([]float64, f.a.N)}
}

// SolveFast sets x = A^-1 b without refinement; x and b may be the same slice.
// O(Fill).
func (f *Factor) SolveFast(x, b []float64, w *Work) {
	y := w.y
	for k, v := range f.perm {
		y[k] = b[v]
	}
	for j := range f.d {
		yj := y[j]
		if yj == 0 {
			continue // right-hand sides of contingencies are nearly all zeros
		}
		for p := f.start[j]; p < f.start[j+1]; p++ {
			y[f.row[p]] -= float64(f.value[p] * yj)
		}
	}
	for j, d := range f.d {
		y[j] /= d
	}
	for j := len(f.d) - 1; j >= 0; j-- {
		s := y[j]
		for p := f.start[j]; p < f.start[j+1]; p++ {
			s -= float64(f.value[p] * y[f.row[p]])
		}
		y[j] = s
	}
	for k, v := range f.perm {
		x[v] = y[k]
	}
}

// Solve sets x = A^-1 b with one step of iterative refinement and returns the size of
// the step relative to x (largest absolute values): near 1e-16 for a well-conditioned
// matrix. x and b must be different slices.
func (f *Factor) Solve(x, b []float64, w *Work) (correction float64) {
	f.SolveFast(x, b, w)
	f.a.Mul(w.r, x)
	for i, v := range b {
		w.r[i] = v - w.r[i]
	}
	f.SolveFast(w.c, w.r, w)
	var step, size float64
	for i, v := range w.c {
		x[i] += v
		step, size = max(step, math.Abs(v)), max(size, math.Abs(x[i]))
	}
	if size == 0 {
		return 0
	}
	return step / size
}
