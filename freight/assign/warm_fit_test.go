package assign_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// through is four nodes of which 2 lies on the short way from 0 to 1.
func through(t failer) *assign.Problem {
	n := network(t, 4, 3, []link{linear(0, 2, 1, 0), linear(2, 1, 1, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0), linear(2, 3, 1, 0)})
	return one(n, demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 1}, assign.Trip{From: 2, To: 1, Amount: 2}))
}

// Ways of a parent that go to other nodes, or pass nodes that are barred now, would
// count as ways of the child: such a parent is refused. One whose ways are all ways
// of the child is not.
func TestWarmElsewhere(t *testing.T) {
	p := through(t)
	base := solve(t, p, assign.Settings{})
	barred := *p.Network
	barred.NoThrough = []bool{false, false, true, false}
	moved := *p.Network
	moved.Centroid = []int32{0, 3, 2}
	for _, c := range []struct {
		network *assign.Network
		want    string
	}{{&barred, "pass node 2"}, {&moved, "zone 1 is at node 1 there, at node 3 here"}} {
		_, err := assign.Solve(t.Context(), one(c.network, p.Classes[0].Demand), assign.Settings{Warm: base})
		var input *assign.InputError
		if !errors.As(err, &input) || !strings.Contains(input.Problems[0], c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	child := one(&barred, p.Classes[0].Demand)
	parent := solve(t, child, assign.Settings{})
	r := solve(t, p, assign.Settings{Warm: parent})
	if parent.Volume[2] != 1 || r.Volume[0] != 1 || r.Volume[2] != 0 {
		t.Errorf("barred: %v, opened again: %v", parent.Volume, r.Volume)
	}
}

// A fixed point of asymmetric costs has ways like any other equilibrium; a world
// without what makes them so begins with them. The other way round it begins afresh,
// which the statement says.
func TestWarmFromAsymmetric(t *testing.T) {
	p := twoRoutes(t)
	world := *p.Network
	world.Influences = []assign.Influence{{On: 0, From: 1, Weight: 0.2}}
	q := one(&world, p.Classes[0].Demand)
	s := assign.Settings{Gap: 1e-12}
	cold, apart := solve(t, p, s), solve(t, q, s)
	s.Warm = apart
	near(t, "volume", solve(t, p, s).Volume[0], cold.Volume[0], 1e-9)
	s.Warm = cold
	r := solve(t, q, s)
	near(t, "volume with influence", r.Volume[0], apart.Volume[0], 1e-9)
	if !strings.Contains(r.Statement, "begun afresh") || strings.Contains(apart.Statement, "afresh") {
		t.Errorf("statements %q and %q", r.Statement, apart.Statement)
	}
}
