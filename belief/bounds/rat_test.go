package bounds

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

// A number is read as the fraction that its shortest decimal stands for, however it is
// written.
func TestRat(t *testing.T) {
	values := []float64{0, 1, -1, 0.55, -0.55, 10, 100, 123456, 0.1, 1e-9, 1e-17, 1e-18, 1e-19, 1e18, 1e22, 0.1 + 0.2, math.MaxFloat64,
		math.SmallestNonzeroFloat64, 12345678.90123, 9007199254740993, math.Copysign(0, -1)}
	r := rand.New(rand.NewPCG(1, 7))
	for range 2000 {
		values = append(values, r.Float64(), (r.Float64()-0.5)*math.Pow(10, float64(r.IntN(40)-20)), float64(r.IntN(1000))/1000)
	}
	for _, v := range values {
		want, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
		if !ok {
			t.Fatal(v)
		}
		if got := rat(v); got.Cmp(want) != 0 || got.String() != want.String() {
			t.Errorf("%v is read as %v, not %v", v, got, want)
		}
	}
}

func BenchmarkRat(b *testing.B) {
	for b.Loop() {
		rat(0.123456789)
	}
}
