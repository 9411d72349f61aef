package assign_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Equilibria and optima are found whatever makes them slow: steep times
// (powers up to 8, links at many times their capacity), times that rise without
// bound at the start (powers below 1), nearly flat ones, classes whose tolls
// differ by next to nothing, and elastic demand of which a lot, little or next to
// nothing is left. All but about one draw in some tens of thousands reach
// 1e-12; none may stand above stands.
func TestNoStall(t *testing.T) {
	const stands = 1e-9
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		for l := range links {
			links[l].pow = rapid.SampledFrom([]float64{0.5, 1, 1.5, 2, 4, 8}).Draw(t, "power")
			links[l].b *= math.Pow(10, float64(rapid.IntRange(-4, 1).Draw(t, "size of b")))
		}
		p := one(network(t, nodes, zones, links), demand(t, zones, drawTrips(t, zones)...))
		if rapid.Bool().Draw(t, "two classes") {
			p.Network.Toll = make([]float64, len(links))
			for l := range links {
				p.Network.Toll[l] = float64(rapid.IntRange(0, 5).Draw(t, "toll"))
			}
			differ := math.Pow(10, -float64(rapid.IntRange(1, 12).Draw(t, "differ")))
			p.Classes[0].TollFactor = 1
			p.Classes = append(p.Classes, assign.Class{Equivalent: 2, TollFactor: 1 + differ, Demand: demand(t, zones, drawTrips(t, zones)...)})
		}
		for k := range p.Classes {
			if rapid.Bool().Draw(t, "fixed") {
				continue
			}
			slope := math.Pow(10, rapid.Float64Range(-3, 1).Draw(t, "slope"))
			ref := make([]float64, p.Classes[k].Demand.Pairs())
			for i := range ref {
				ref[i] = min(40, rapid.Float64Range(0, 6).Draw(t, "reference")/slope)
			}
			p.Classes[k].Elastic = &assign.Elastic{Slope: slope, Reference: ref, Exponential: rapid.Bool().Draw(t, "exponential")}
		}
		for _, m := range []assign.Method{assign.Equilibrium, assign.Optimum} {
			r := solve(t, p, assign.Settings{Method: m, Gap: 1e-12, Iterations: 200})
			if r.RelativeGap > stands {
				t.Fatalf("%s: gap %g after %d sweeps", m, r.RelativeGap, len(r.Iterations))
			}
			conserved(t, r, 1e-12)
		}
	})
}

// Two classes on a steep link and a flat way beside it, of which one minds a toll on
// that way by next to nothing, and its demand is elastic. It leaves the way to the
// other. What they exchange changes no time, so pairs by themselves creep; the step for
// all pairs together, which holds what travels, ends it.
func TestClassesPartThoughDemandIsElastic(t *testing.T) {
	const toll, gap = 5.0, 1e-12
	for _, differ := range []float64{1e-4, 1e-6, 1e-8} {
		for _, slope := range []float64{0.5, 1} {
			for _, exponential := range []bool{true, false} {
				n := network(t, 4, 3, []link{linear(0, 1, 1, 0.2), linear(0, 3, 0.5, 1e-5), linear(3, 1, 1, 1e-5), linear(1, 2, 1, 0.1)})
				n.Toll = []float64{0, toll, 0, 0}
				p := &assign.Problem{Network: n, Classes: []assign.Class{
					{Name: "minds", TollFactor: differ, Demand: demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 1}),
						Elastic: &assign.Elastic{Slope: slope, Reference: []float64{4}, Exponential: exponential}},
					{Name: "does not", Demand: demand(t, 3, assign.Trip{From: 0, To: 2, Amount: 1})}}}
				s := solve(t, p, assign.Settings{Gap: gap, Iterations: 50})
				// Either it is off the tolled way or the other class is on it alone.
				stray := math.Min(s.ClassFlow[0][1], s.ClassFlow[1][0])
				if !s.Converged || stray*differ*toll > 10*gap*s.TSTT {
					t.Errorf("differ %v, slope %v, exponential %v: gap %v, %v could change places", differ, slope, exponential, s.RelativeGap, stray)
				}
			}
		}
	}
}
