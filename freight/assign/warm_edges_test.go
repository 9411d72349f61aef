package assign_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Worlds at the edges, each from the one before: links shut and opened again so that
// pairs lose and find their ways, capacities next to nothing or without bound, links
// whose time does not depend on volume, nodes that open, demand that falls with its cost.
func TestWarmAtTheEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		n := network(t, nodes, zones, links)
		n.Toll = make([]float64, len(links))
		if rapid.Bool().Draw(t, "bars") {
			n.NoThrough = make([]bool, nodes)
			for z := range zones {
				n.NoThrough[z] = true
			}
		}
		classes := []assign.Class{
			{Name: "fixed", Demand: demand(t, zones, drawTrips(t, zones)...), Equivalent: 1},
			{Name: "other", Demand: demand(t, zones, drawTrips(t, zones)...), Equivalent: 2, TollFactor: rapid.SampledFrom([]float64{0, 1e-9, 1}).Draw(t, "toll factor")},
		}
		if rapid.Bool().Draw(t, "elastic") {
			ref := make([]float64, classes[1].Demand.Pairs())
			for i := range ref {
				ref[i] = rapid.Float64Range(1, 20).Draw(t, "ref")
			}
			classes[1].Elastic = &assign.Elastic{Slope: rapid.Float64Range(0.02, 0.3).Draw(t, "slope"), Reference: ref, Exponential: rapid.Bool().Draw(t, "exp")}
		}
		s := assign.Settings{Gap: 1e-8, Iterations: 2000, Workers: 1}
		parent := solve(t, &assign.Problem{Network: n, Classes: classes}, s)
		for range 4 {
			world := *n
			world.Free, world.Capacity, world.B = slices.Clone(n.Free), slices.Clone(n.Capacity), slices.Clone(n.B)
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				l := rapid.IntRange(0, len(links)-1).Draw(t, "link")
				switch rapid.IntRange(0, 5).Draw(t, "change") {
				case 0, 1:
					v := n.Graph.Tail(int32(l)) // everything out of a node
					for k := range links {
						if n.Graph.Tail(int32(k)) == v {
							world.Free[k] = math.Inf(1)
						}
					}
				case 2:
					for k := range links {
						if math.IsInf(world.Free[k], 1) {
							world.Free[k] = links[k].free
						}
					}
				case 3:
					world.Capacity[l] = rapid.SampledFrom([]float64{0.5, 1e12, math.Inf(1)}).Draw(t, "capacity")
				case 4:
					world.B[l] = 0
				default:
					// Not 0: where all trips cost nothing, a gap relative to their cost
					// is one of roundings.
					world.Free[l] = 1e-3
				}
			}
			if rapid.IntRange(0, 3).Draw(t, "opens") == 0 {
				world.NoThrough = nil
			}
			if rapid.IntRange(0, 3).Draw(t, "demand changes") == 0 {
				classes = slices.Clone(classes)
				classes[0].Demand = demand(t, zones, drawTrips(t, zones)...)
			}
			n = &world
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
			// The programme is convex: neither stands further above the least than its gap says.
			size := math.Max(gapCost(cold), gapCost(warm))
			apart := math.Max(cold.RelativeGap, warm.RelativeGap)*size + 1e-12*(1+size+math.Abs(cold.Objective))
			if d := math.Abs(cold.Objective - warm.Objective); d > apart {
				t.Fatalf("objective: cold %v, warm %v", cold.Objective, warm.Objective)
			}
			if !slices.Equal(again.Volume, warm.Volume) || again.RelativeGap != warm.RelativeGap {
				t.Fatal("the number of workers changes a warm solve")
			}
			for k := range classes {
				if !slices.Equal(again.ClassFlow[k], warm.ClassFlow[k]) {
					t.Fatal("the number of workers changes class flows")
				}
			}
			if classes[1].Elastic == nil {
				if g := trueGap(t, warm); math.Abs(g-warm.RelativeGap) > 1e-11 {
					t.Fatalf("gap %v is reported, its flows have %v", warm.RelativeGap, g)
				}
			}
			parent = warm
		}
	})
}

// A pair whose only way costs so much that next to nothing of an exponential demand
// is left has a gap like any other: what stays costs what demand ends at.
func TestDemandEndsAtWhatNumbersTell(t *testing.T) {
	links := []link{linear(0, 1, 500, 0)}
	n := network(t, 2, 2, links)
	e := &assign.Elastic{Slope: 0.25, Reference: []float64{10}, Exponential: true}
	p := &assign.Problem{Network: n, Classes: []assign.Class{{Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 3}), Equivalent: 1, Elastic: e}}}
	s := solve(t, p, assign.Settings{Gap: 1e-12, Iterations: 50, Workers: 1})
	if !s.Converged || s.Served[0][0] != 0 || s.Volume[0] != 0 {
		t.Fatalf("gap %v, served %v", s.RelativeGap, s.Served)
	}
}

// gapCost is what a relative gap is a share of: the cost of all that travels, and of
// what stays at the price of its demand.
func gapCost(r *assign.Result) float64 {
	cost := r.TSTT
	for k, c := range r.Problem.Classes {
		e := c.Elastic
		if e == nil {
			continue
		}
		lost := map[[2]int]bool{}
		for _, u := range r.Unreachable {
			if u.Class == c.Name {
				lost[[2]int{u.From, u.To}] = true
			}
		}
		for i, trip := range c.Demand.Trips(nil) {
			if lost[[2]int{int(trip.From), int(trip.To)}] {
				continue
			}
			served := r.Served[k][i]
			most, price := trip.Amount*(1+e.Slope*e.Reference[i]), 0.0
			if e.Exponential {
				most = trip.Amount * math.Exp(e.Slope*e.Reference[i])
				price = math.Min(math.Log(most/served), 53*math.Ln2) / e.Slope
			} else {
				price = (most - served) / (e.Slope * trip.Amount)
			}
			cost += c.Equivalent * (most - served) * price
		}
	}
	return cost
}

// Next to nothing of a demand travels: a 1e14th of what would at no cost. Its price
// depends on how little that is, so the gap closes only if it is known to its digits;
// as the difference of all and what stays it had two of them. Who stays pays no more
// than a trip costs, to the gap: what travels is at least amount exp(-slope cost).
func TestNextToNothingTravels(t *testing.T) {
	const slope, amount, gap = 0.3, 10.0, 1e-12
	for cost := 90.0; cost < 122; cost += 0.4 {
		n := network(t, 2, 2, []link{linear(0, 1, cost, 0)})
		e := &assign.Elastic{Slope: slope, Reference: []float64{0}, Exponential: true}
		p := &assign.Problem{Network: n, Classes: []assign.Class{{Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: amount}), Elastic: e}}}
		s := solve(t, p, assign.Settings{Gap: gap, Iterations: 50})
		least := amount * math.Exp(-slope*cost*(1+2*gap))
		if got := s.Served[0][0]; !s.Converged || got < least {
			t.Errorf("cost %v: gap %v, served %v, want %v", cost, s.RelativeGap, got, least)
		}
	}
}
