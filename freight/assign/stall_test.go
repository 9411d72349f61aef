package assign_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Equilibria and optima are found whatever makes them slow: steep times
// (powers up to 8, links at many times their capacity), times that rise without
// bound at the start (powers below 1), nearly flat ones, and classes whose tolls
// differ by next to nothing. All but about one draw in some tens of thousands reach
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
		for _, m := range []assign.Method{assign.Equilibrium, assign.Optimum} {
			r := solve(t, p, assign.Settings{Method: m, Gap: 1e-12, Iterations: 200})
			if r.RelativeGap > stands {
				t.Fatalf("%s: gap %g after %d sweeps", m, r.RelativeGap, len(r.Iterations))
			}
			conserved(t, r, 1e-12)
		}
	})
}
