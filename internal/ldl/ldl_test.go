package ldl

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// roundoff is the relative difference to gonum that rounding explains on these
// matrices (condition below 1e5).
const roundoff = 1e-9

// mesh makes the reduced matrix of a random grid: a tree with extra lines, one
// reference taken out by adding its line to the diagonal. Some weights are negative
// when signs is set.
func mesh(rng *rand.Rand, n, extra int, signs bool) *Matrix {
	var entries []Entry
	line := func(i, j int) {
		b := 1 + rng.Float64()*20
		if signs && rng.IntN(12) == 0 {
			b = -b * 0.3
		}
		entries = append(entries, Entry{i, i, b}, Entry{j, j, b}, Entry{i, j, -b})
	}
	entries = append(entries, Entry{0, 0, 5})
	for i := 1; i < n; i++ {
		line(i, rng.IntN(i))
	}
	for range extra {
		if i, j := rng.IntN(n), rng.IntN(n); i != j {
			line(i, j)
		}
	}
	return New(n, entries)
}

func dense(m *Matrix) *mat.SymDense {
	d := mat.NewSymDense(m.N, nil)
	for j := range m.N {
		for k := m.Start[j]; k < m.Start[j+1]; k++ {
			d.SetSym(int(m.Row[k]), j, m.Value[k])
		}
	}
	return d
}

func TestAgainstDense(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	negative := 0
	for trial := range 60 {
		n := 1 + rng.IntN(60)
		m := mesh(rng, n, rng.IntN(2*n), trial%2 == 1)
		f, err := m.Factor()
		if err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
		negative += f.Negative()
		b, x := make([]float64, n), make([]float64, n)
		for i := range b {
			b[i] = rng.NormFloat64()
		}
		if c := f.Solve(x, b, f.NewWork()); c > roundoff {
			t.Errorf("trial %d: correction %v", trial, c)
		}
		var want mat.VecDense
		if err := want.SolveVec(dense(m), mat.NewVecDense(n, b)); err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if math.Abs(x[i]-want.AtVec(i)) > roundoff*(1+mat.Norm(&want, math.Inf(1))) {
				t.Fatalf("trial %d: x[%d] is %v, gonum has %v", trial, i, x[i], want.AtVec(i))
			}
		}
	}
	if negative == 0 {
		t.Error("no matrix was indefinite")
	}
}

// The number of negative pivots is that of negative eigenvalues.
func TestInertia(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 20 {
		m := mesh(rng, 25, 20, true)
		f, err := m.Factor()
		if err != nil {
			t.Fatal(err)
		}
		var e mat.EigenSym
		if !e.Factorize(dense(m), false) {
			t.Fatal("gonum found no eigenvalues")
		}
		want := 0
		for _, v := range e.Values(nil) {
			if v < 0 {
				want++
			}
		}
		if f.Negative() != want {
			t.Errorf("%d negative pivots, %d negative eigenvalues", f.Negative(), want)
		}
	}
}

func TestOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	m := mesh(rng, 300, 200, false)
	perm := order(m)
	sorted := slices.Clone(perm)
	slices.Sort(sorted)
	for i, v := range sorted {
		if int(v) != i {
			t.Fatal("not a permutation")
		}
	}
	if !reflect.DeepEqual(perm, order(m)) {
		t.Error("the order is not the same twice")
	}
	// A tree has no fill: each column of L but the last has one entry.
	tree := mesh(rng, 500, 0, false)
	f, err := tree.Factor()
	if err != nil {
		t.Fatal(err)
	}
	if f.Fill() != 499 {
		t.Errorf("fill of a tree is %d, not 499", f.Fill())
	}
	// A star eliminated from its centre would fill wholly.
	var star []Entry
	for i := range 200 {
		star = append(star, Entry{i, i, 10})
		if i > 0 {
			star = append(star, Entry{0, i, -0.01})
		}
	}
	if f, err = New(200, star).Factor(); err != nil || f.Fill() != 199 {
		t.Errorf("fill of a star is %d: %v", f.Fill(), err)
	}
}

func TestSingular(t *testing.T) {
	// A grid without reference: rows sum to 0.
	m := New(3, []Entry{{0, 0, 2}, {1, 1, 2}, {2, 2, 2}, {0, 1, -1}, {1, 2, -1}, {0, 2, -1}})
	var pivot *PivotError
	if _, err := m.Factor(); !errors.As(err, &pivot) {
		t.Errorf("got %v", err)
	}
	if _, err := New(1, nil).Factor(); !errors.As(err, &pivot) || pivot.Index != 0 {
		t.Errorf("zero matrix: %v", err)
	}
	if f, err := New(0, nil).Factor(); err != nil || f.N() != 0 {
		t.Errorf("empty matrix: %v", err)
	}
}

func TestNewAddsUp(t *testing.T) {
	m := New(2, []Entry{{0, 1, 1}, {1, 0, 2}, {1, 1, 4}, {0, 0, 3}})
	want := &Matrix{N: 2, Start: []int32{0, 2, 3}, Row: []int32{0, 1, 1}, Value: []float64{3, 3, 4}}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got %+v", m)
	}
	y := make([]float64, 2)
	if m.Mul(y, []float64{1, 2}); y[0] != 9 || y[1] != 11 {
		t.Errorf("product %v", y)
	}
}

// lattice is a grid of side x side buses, a stand-in for a large network.
func lattice(side int) *Matrix {
	var e []Entry
	at := func(i, j int) int { return i*side + j }
	line := func(a, b int) { e = append(e, Entry{a, a, 1}, Entry{b, b, 1}, Entry{a, b, -1}) }
	for i := range side {
		for j := range side {
			if i > 0 {
				line(at(i, j), at(i-1, j))
			}
			if j > 0 {
				line(at(i, j), at(i, j-1))
			}
		}
	}
	return New(side*side, append(e, Entry{0, 0, 1}))
}

func BenchmarkFactor10000(b *testing.B) {
	m := lattice(100)
	for b.Loop() {
		if _, err := m.Factor(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSolve10000(b *testing.B) {
	f, err := lattice(100).Factor()
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("fill %d", f.Fill())
	x, rhs, w := make([]float64, f.N()), make([]float64, f.N()), f.NewWork()
	for i := range rhs {
		rhs[i] = float64(i % 7)
	}
	for b.Loop() {
		f.SolveFast(x, rhs, w)
	}
}
