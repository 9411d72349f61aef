package assign_test

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// A closed link stays closed to a class that feels no time on it.
func TestClosedLinkOfNoFeltTime(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 1, 0.1), linear(0, 1, 3, 0.1)})
	n.Free[0] = math.Inf(1)
	p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10}))
	p.Classes[0].Scale = []float64{0, 1}
	for _, m := range assign.Methods() {
		r := solve(t, p, assign.Settings{Method: m, Theta: 1})
		if !r.Converged || r.Volume[0] != 0 || math.Abs(r.Volume[1]-10) > 1e-12 || len(r.Unreachable) > 0 {
			t.Errorf("%s: converged %v, volumes %v, unreachable %v", m, r.Converged, r.Volume, r.Unreachable)
		}
		s, err := r.Skims(0)
		if err != nil {
			t.Fatal(err)
		}
		if want := r.Time[1]; !(want >= 3 && math.Abs(s.Cost[1]-want) <= 1e-12) {
			t.Errorf("%s: cost %v, want %v", m, s.Cost[1], want)
		}
	}
}
