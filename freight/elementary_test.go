package freight

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

// bigExp is e^x to 100 bits, by halving x and the series.
func bigExp(x *big.Float) *big.Float {
	const halvings = 20
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	r := new(big.Float).SetPrec(200).SetMantExp(x, -halvings)
	sum, term := num(1), num(1)
	for k := 1; k < 30; k++ {
		term.Mul(term, r)
		term.Quo(term, num(float64(k)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLn is ln x to 100 bits, by Newton's method on e^y = x.
func bigLn(x float64) *big.Float {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	y := num(math.Log(x))
	for range 4 {
		e := bigExp(new(big.Float).SetPrec(200).Neg(y))
		e.Mul(e, num(x))
		y.Add(y, e.Sub(e, num(1)))
	}
	return y
}

func float(x *big.Float) float64 {
	f, _ := x.Float64()
	return f
}

// The tables are the nearest numbers to what they stand for.
func TestTables(t *testing.T) {
	ln2 := bigLn(2)
	for j, got := range expTable {
		x := new(big.Float).SetPrec(200).Mul(ln2, big.NewFloat(float64(j)/64))
		if want := float(bigExp(x)); got != want {
			t.Errorf("2^(%d/64) is %x, listed %x", j, want, got)
		}
	}
	for j, c := range lnInverse {
		middle := 1 + (float64(j)+0.5)/128
		if j == 0 {
			middle = 1
		}
		if math.Abs(c*middle-1) > 1e-15 {
			t.Errorf("%x is not near 1/%v", c, middle)
		}
		if want := -float(bigLn(c)); lnTable[j] != want {
			t.Errorf("-ln %x is %x, listed %x", c, want, lnTable[j])
		}
	}
}

// exp and ln are as near as their comment says.
func TestElementary(t *testing.T) {
	if exp(0) != 1 || ln(1) != 0 || exp(-701) != 0 || !math.IsInf(exp(701), 1) || !math.IsNaN(exp(math.NaN())) {
		t.Error("exp or ln of a special number")
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-690, 690).Draw(t, "x")
		want := float(bigExp(big.NewFloat(x)))
		if miss := math.Abs(exp(x)-want) / want; miss > 1.5*0x1p-52 {
			t.Fatalf("exp %v: %v, off by %.3g", x, exp(x), miss)
		}
		y := math.Exp(rapid.Float64Range(-300, 300).Draw(t, "ln y"))
		l := float(bigLn(y))
		if miss := math.Abs(ln(y) - l); miss > 4e-16+math.Abs(l)*0x1p-52 {
			t.Fatalf("ln %v: %v, off by %.3g", y, ln(y), miss)
		}
		d := []float64{rapid.Float64Range(-720, 10).Draw(t, "d")}
		want = exp(d[0])
		if exps(d); d[0] != want {
			t.Fatalf("written out exp gives %x, called %x", d[0], want)
		}
		if lns(d, []float64{y}); d[0] != ln(y) {
			t.Fatalf("written out ln gives %x, called %x", d[0], ln(y))
		}
	})
}
