package assign_test

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// A world closes the only link that has a limit: nothing is left for a price to
// settle, and the parent's price is gone.
func TestClosedLinkWithLimit(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 1, 0.1), linear(0, 1, 3, 0.1)})
	n.Limit = []float64{4, math.Inf(1)}
	d := demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})
	base := solve(t, one(n, d), assign.Settings{Gap: 1e-10})
	if !(base.Price[0] > 1) {
		t.Fatalf("prices %v: the limit does not bind", base.Price)
	}
	world := *n
	world.Free = []float64{math.Inf(1), 3}
	for _, warm := range []*assign.Result{nil, base} {
		r := solve(t, one(&world, d), assign.Settings{Gap: 1e-10, Warm: warm})
		if !r.Converged || r.Volume[1] != 10 || r.Price[0] != 0 {
			t.Errorf("warm %v: converged %v after %d, volumes %v, prices %v", warm != nil, r.Converged, len(r.Iterations), r.Volume, r.Price)
		}
	}
}

// A world lifts one limit of two: that link has no price any more, neither among
// the prices nor in the skims.
func TestLiftedLimit(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 1, 0.1), linear(0, 1, 3, 0.1), linear(0, 1, 9, 0.1)})
	n.Limit = []float64{4, 4, math.Inf(1)}
	d := demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})
	base := solve(t, one(n, d), assign.Settings{Gap: 1e-10})
	world := *n
	world.Limit = []float64{math.Inf(1), 4, math.Inf(1)}
	cold := solve(t, one(&world, d), assign.Settings{Gap: 1e-10})
	warm := solve(t, one(&world, d), assign.Settings{Gap: 1e-10, Warm: base})
	want, err := cold.Skims(0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := warm.Skims(0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "volume", warm.Volume[0], cold.Volume[0], 1e-8)
	near(t, "price", warm.Price[0], 0, 0)
	near(t, "cost", got.Cost[1], want.Cost[1], 1e-8)
}
