package assign_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// A warm solve of a changed world ends where a cold one does: same objective to
// the gap, conservation, the same pairs without a way, and the same bits whatever
// the workers.
func TestWarmAsCold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		n := network(t, nodes, zones, links)
		before, after := drawTrips(t, zones), drawTrips(t, zones)
		s := assign.Settings{Gap: 1e-10, Iterations: 2000}
		if rapid.Bool().Draw(t, "optimum") {
			s.Method = assign.Optimum
		}
		base := solve(t, one(n, demand(t, zones, before...)), s)
		world := *n
		world.Free, world.Capacity = slices.Clone(n.Free), slices.Clone(n.Capacity)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			l := rapid.IntRange(0, len(links)-1).Draw(t, "link")
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				world.Free[l] = math.Inf(1)
			case 1:
				world.Free[l] *= rapid.Float64Range(0.2, 3).Draw(t, "factor")
			default:
				world.Capacity[l] *= rapid.Float64Range(0.2, 3).Draw(t, "factor")
			}
		}
		trips := before
		if rapid.Bool().Draw(t, "other demand") {
			trips = after
		}
		p := one(&world, demand(t, zones, trips...))
		cold := solve(t, p, s)
		s.Warm = base
		s.Workers = 1
		warm := solve(t, p, s)
		if !cold.Converged || !warm.Converged {
			t.Fatalf("gaps: cold %v, warm %v", cold.RelativeGap, warm.RelativeGap)
		}
		conserved(t, warm, 1e-12)
		if !slices.Equal(cold.Unreachable, warm.Unreachable) {
			t.Fatalf("unreachable: cold %v, warm %v", cold.Unreachable, warm.Unreachable)
		}
		if math.Abs(cold.Objective-warm.Objective) > 1e-8*(1+cold.Objective) {
			t.Fatalf("objective: cold %v, warm %v", cold.Objective, warm.Objective)
		}
		s.Workers = 7
		again := solve(t, p, s)
		if !slices.Equal(again.Volume, warm.Volume) {
			t.Fatal("the number of workers changes a warm solve")
		}
	})
}

// Limits keep their shadow prices, elastic demand its level.
func TestWarmLimitsAndElastic(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 1, 0.1), linear(0, 1, 3, 0.1)})
	n.Limit = []float64{4, math.Inf(1)}
	d := demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})
	base := solve(t, one(n, d), assign.Settings{Gap: 1e-10})
	world := *n
	world.Limit = []float64{5, math.Inf(1)}
	cold := solve(t, one(&world, d), assign.Settings{Gap: 1e-10})
	warm := solve(t, one(&world, d), assign.Settings{Gap: 1e-10, Warm: base})
	near(t, "shadow price", warm.Price[0], cold.Price[0], 1e-6)
	near(t, "volume", warm.Volume[0], 5, 1e-6)

	n.Limit = nil
	p := one(n, d)
	p.Classes[0].Elastic = &assign.Elastic{Slope: 0.1, Reference: []float64{1}}
	base = solve(t, p, assign.Settings{Gap: 1e-10})
	n2 := *n
	n2.Free = []float64{2, 3}
	q := &assign.Problem{Network: &n2, Classes: p.Classes}
	cold = solve(t, q, assign.Settings{Gap: 1e-10})
	warm = solve(t, q, assign.Settings{Gap: 1e-10, Warm: base})
	near(t, "served", warm.Served[0][0], cold.Served[0][0], 1e-7)
}

func TestWarmRefusals(t *testing.T) {
	p := twoRoutes(t)
	base := solve(t, p, assign.Settings{})
	aon := solve(t, p, assign.Settings{Method: assign.AllOrNothing})
	for _, s := range []assign.Settings{{Method: assign.AllOrNothing, Warm: base}, {Warm: aon}} {
		_, err := assign.Solve(t.Context(), p, s)
		var input *assign.InputError
		if !errors.As(err, &input) {
			t.Errorf("error %v, want one of input", err)
		}
	}
	var input *assign.InputError
	if _, err := assign.Solve(t.Context(), twoRoutes(t), assign.Settings{Warm: base}); !errors.As(err, &input) {
		t.Errorf("another graph: error %v", err)
	}
}
