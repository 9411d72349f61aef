package energy_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/energy"
)

// A power flow over a ring of three equal lines: two thirds of what bus 1 sends to bus 3
// go straight, one third by way of bus 2.
func ExampleFlow() {
	g := &energy.Grid{
		Name: "ring", BaseMVA: 100,
		Buses: []energy.Bus{{ID: "1"}, {ID: "2"}, {ID: "3"}},
		Branches: []energy.Branch{
			{ID: "a", From: 0, To: 1, X: 0.1}, {ID: "b", From: 1, To: 2, X: 0.1}, {ID: "c", From: 0, To: 2, X: 0.1},
		},
		Generators: []energy.Generator{{ID: "g", Bus: 0, P: 90, Pmax: 100}},
		Loads:      []energy.Load{{Bus: 2, Demand: 90}},
	}
	r, err := energy.Flow(g, energy.Reactance)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range r.Branches {
		fmt.Printf("%s-%s %.0f MW\n", b.From, b.To, b.Flow)
	}
	n, err := energy.N1(context.Background(), g, energy.N1Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Screened, "outages,", n.Bridges, "bridges,", n.Secure, "without consequence")
	// Output:
	// 1-2 30 MW
	// 2-3 30 MW
	// 1-3 60 MW
	// 3 outages, 0 bridges, 3 without consequence
}
