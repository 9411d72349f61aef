package ldl

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Other values in the same pattern, factored in the order found before: the bits of a
// factorisation of its own.
func TestFactorLike(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a := mesh(rng, 60, 40, false)
	fa, err := a.Factor()
	if err != nil {
		t.Fatal(err)
	}
	b := *a
	b.Value = slices.Clone(a.Value)
	for k := range b.Value {
		b.Value[k] *= 2.5
	}
	like, err := b.FactorLike(fa)
	if err != nil {
		t.Fatal(err)
	}
	own, err := b.Factor()
	if err != nil {
		t.Fatal(err)
	}
	rhs := make([]float64, b.N)
	for i := range rhs {
		rhs[i] = rng.Float64()
	}
	x, y := make([]float64, b.N), make([]float64, b.N)
	like.Solve(x, rhs, like.NewWork())
	own.Solve(y, rhs, own.NewWork())
	if !slices.Equal(x, y) {
		t.Errorf("%v\n%v", x, y)
	}
	r := make([]float64, b.N)
	b.Mul(r, x)
	for i := range r {
		if d := r[i] - rhs[i]; d > 1e-9 || d < -1e-9 {
			t.Errorf("row %d is off by %g", i, d)
		}
	}
}
