package lp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// Economic dispatch by hand: min 0.01 x^2 + 10 x + 0.02 y^2 + 8 y with x + y = 100 has
// equal marginal costs 0.02 x + 10 = 0.04 y + 8, so x = 100/3, y = 200/3 and the price
// is 32/3.
func TestSeparableDispatch(t *testing.T) {
	need(t)
	p := &Problem{Offset: 5, Quad: []QuadTerm{{0, 0, 0.02}, {1, 1, 0.04}}}
	x, y := p.Col(10, 0, 80), p.Col(8, 0, 90)
	p.Row(100, 100, Term{x, 1}, Term{y, 1})
	r, err := SolveSeparable(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// The slope at the solution is off by at most 2 sqrt(c gap), here with c = 0.02 and
	// c x^2 = 89; the output by that over 2 c.
	price := 2 * math.Sqrt(0.02*tangentGap*90)
	output := price / 0.02
	want := 5 + 0.01*1e4/9 + 1000.0/3 + 0.02*4e4/9 + 1600.0/3
	if r.Status != Optimal || !near(r.Objective, want) || math.Abs(r.X[0]-100.0/3) > output || math.Abs(r.Dual[0]-32.0/3) > price {
		t.Errorf("%+v, want %v", r, want)
	}
	// With y held to 50 the other gives 50 at the price 11; the bound is worth 11 - 10.
	p.Upper[y] = 50
	if r, err = SolveSeparable(context.Background(), p, Options{}); err != nil || math.Abs(r.Dual[0]-11) > price || math.Abs(r.Reduced[y]+1) > price {
		t.Errorf("%+v %v", r, err)
	}
	p.RowLower[0], p.RowUpper[0] = 200, 200
	r, err = SolveSeparable(context.Background(), p, Options{Certificate: true})
	if err != nil || r.Status != Infeasible {
		t.Fatalf("%+v %v", r, err)
	}
	if _, ok := p.Refutes(r.Farkas); !ok {
		t.Error("the certificate does not hold")
	}
}

// HiGHS' active-set method is a second opinion on random problems.
func TestSeparableAgainstActiveSet(t *testing.T) {
	need(t)
	rng := rand.New(rand.NewPCG(21, 22))
	for n := range 30 {
		p := transport(rng, 3+n%4, 3+n%5)
		for j := range p.Cols() {
			p.Upper[j] = 6
			if rng.IntN(2) == 0 {
				p.Quad = append(p.Quad, QuadTerm{j, j, rng.Float64()})
			}
		}
		if n%2 == 1 {
			p.Maximise = true
			for j := range p.Cost {
				p.Cost[j] = -p.Cost[j]
			}
			for k := range p.Quad {
				p.Quad[k].Value = -p.Quad[k].Value
			}
		}
		want := solve(t, p, Options{})
		got, err := SolveSeparable(context.Background(), p, Options{})
		if err != nil || got.Status != want.Status || math.Abs(got.Objective-want.Objective) > 1e-6*(1+math.Abs(want.Objective)) {
			t.Fatalf("problem %d: %+v, active set %v %v; %v", n, got, want.Status, want.Objective, err)
		}
	}
}

func TestSeparableRefuses(t *testing.T) {
	for name, p := range map[string]*Problem{
		"off the diagonal": {Cost: []float64{0, 0}, Lower: []float64{0, 0}, Upper: []float64{1, 1}, Quad: []QuadTerm{{1, 0, 1}}},
		"bends down":       {Cost: []float64{0}, Lower: []float64{0}, Upper: []float64{1}, Quad: []QuadTerm{{0, 0, -1}}},
		"no bound":         {Cost: []float64{0}, Lower: []float64{0}, Upper: []float64{Inf}, Quad: []QuadTerm{{0, 0, 1}}},
	} {
		if _, err := SolveSeparable(context.Background(), p, Options{}); !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
