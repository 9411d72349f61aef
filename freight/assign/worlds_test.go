package assign_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// drawWorld changes a few links of a network: closed, opened, dearer, cheaper,
// wider, narrower, tolled.
func drawWorld(t *rapid.T, n *assign.Network) *assign.Network {
	world := *n
	world.Free, world.Capacity, world.Toll = slices.Clone(n.Free), slices.Clone(n.Capacity), slices.Clone(n.Toll)
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		l := rapid.IntRange(0, len(n.Free)-1).Draw(t, "link")
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			world.Free[l] = math.Inf(1)
		case 1:
			if math.IsInf(world.Free[l], 1) {
				world.Free[l] = 3 // opened again
			}
			world.Free[l] *= rapid.Float64Range(0.2, 3).Draw(t, "factor")
		case 2:
			world.Capacity[l] *= rapid.Float64Range(0.2, 1).Draw(t, "factor")
		case 3:
			world.Capacity[l] *= rapid.Float64Range(1, 3).Draw(t, "factor")
		default:
			world.Toll[l] += rapid.Float64Range(0.1, 5).Draw(t, "toll")
		}
	}
	return &world
}

// trueGap works the gap out from link flows and skims alone.
func trueGap(t failer, r *assign.Result) float64 {
	t.Helper()
	total, least := 0.0, 0.0
	n := r.Problem.Network
	for k, c := range r.Problem.Classes {
		for l, f := range r.ClassFlow[k] {
			if f > 0 {
				total += f * c.Equivalent * (r.Time[l] + c.TollFactor*n.Toll[l])
			}
		}
		skim, err := r.Skims(k)
		if err != nil {
			t.Fatalf("%v", err)
		}
		for i, trip := range c.Demand.Trips(nil) {
			if q := r.Served[k][i]; q > 0 {
				least += q * c.Equivalent * skim.Cost[int(trip.From)*skim.Zones+int(trip.To)]
			}
		}
	}
	if total == 0 {
		return 0
	}
	return (total - least) / total
}

// A chain of worlds, each solved from the one before, with two classes of which
// one pays tolls and may not use some links: each world ends where it does when
// solved alone, its gap is that of its flows, and the workers change no bit.
func TestWarmChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		n := network(t, nodes, zones, links)
		n.Toll = make([]float64, len(links))
		classes := []assign.Class{
			{Demand: demand(t, zones, drawTrips(t, zones)...), Equivalent: 1},
			{Demand: demand(t, zones, drawTrips(t, zones)...), Equivalent: 2, TollFactor: 1.5},
		}
		if rapid.Bool().Draw(t, "barred") {
			classes[1].Closed = make([]bool, len(links))
			classes[1].Closed[rapid.IntRange(0, len(links)-1).Draw(t, "barred link")] = true
		}
		classes = classes[:rapid.IntRange(1, 2).Draw(t, "classes")]
		s := assign.Settings{Gap: 1e-9, Iterations: 2000, Workers: 1}
		parent := solve(t, &assign.Problem{Network: n, Classes: classes}, s)
		for range 4 {
			n = drawWorld(t, n)
			if rapid.IntRange(0, 3).Draw(t, "demand changes") == 0 {
				classes = slices.Clone(classes)
				classes[0].Demand = demand(t, zones, drawTrips(t, zones)...)
			}
			p := &assign.Problem{Network: n, Classes: classes}
			s.Warm = nil
			cold := solve(t, p, s)
			s.Warm = parent
			warm := solve(t, p, s)
			s.Workers = 5
			again := solve(t, p, s)
			s.Workers = 1
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
			if g := trueGap(t, warm); math.Abs(g-warm.RelativeGap) > 1e-12 {
				t.Fatalf("gap %v is reported, its flows have %v", warm.RelativeGap, g)
			}
			if !slices.Equal(again.Volume, warm.Volume) || again.RelativeGap != warm.RelativeGap {
				t.Fatal("the number of workers changes a warm solve")
			}
			ways, err := warm.Routes()
			if err != nil {
				t.Fatal(err)
			}
			volume := make([]float64, len(n.Free))
			for _, w := range ways {
				for _, l := range w.Links {
					volume[l] += w.Flow * classes[w.Class].Equivalent
				}
			}
			for l, v := range volume {
				if math.Abs(v-warm.Volume[l]) > 1e-9*(1+v) {
					t.Fatalf("link %d: its ways carry %v, its volume is %v", l, v, warm.Volume[l])
				}
			}
			parent = warm
		}
	})
}
