package assign_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// Two parallel links of time 10 + v/10 and 15 + v/20 share a demand of 100.
func ExampleSolve() {
	g, err := graph.New(2, []int32{0, 0}, []int32{1, 1})
	if err != nil {
		panic(err)
	}
	trips, err := assign.NewDemand(2, []assign.Trip{{From: 0, To: 1, Amount: 100}})
	if err != nil {
		panic(err)
	}
	p := &assign.Problem{
		Network: &assign.Network{
			Graph: g, Centroid: []int32{0, 1},
			Free: []float64{10, 15}, B: []float64{1, 1}, Capacity: []float64{100, 300}, Power: []float64{1, 1},
		},
		Classes: []assign.Class{{Name: "all", Demand: trips}},
	}
	for _, m := range []assign.Method{assign.Equilibrium, assign.Optimum} {
		r, err := assign.Solve(context.Background(), p, assign.Settings{Method: m, Gap: 1e-12})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %.2f and %.2f, total %.1f\n", m, r.Volume[0], r.Volume[1], r.TSTT)
	}
	// Output:
	// ue: 66.67 and 33.33, total 1666.7
	// so: 50.00 and 50.00, total 1625.0
}
