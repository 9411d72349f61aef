package freight_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Two roads join a port and a town over one border each; the shorter border
// closes.
func Example() {
	usd := func(v float64) units.Figure { return units.Exactly(v, units.MoneyPerTonne) }
	number := func(v float64) units.Figure { return units.Exactly(v, units.Dimensionless) }
	s := &freight.Spec{BaseYear: 2024, Horizon: 2030}
	s.Nodes = []freight.Node{{ID: "port", Country: "GE"}, {ID: "town", Country: "AM", X: 1}}
	s.Zones = []freight.Zone{
		{ID: "z1", Area: "GE", Country: "GE", Node: "port"}, {ID: "z2", Area: "AM", Country: "AM", Node: "town"},
	}
	for _, l := range []struct {
		id   string
		mode string
		km   float64
	}{{"lorry", "road", 150}, {"train", "rail", 180}} {
		s.Links = append(s.Links, freight.Link{ID: l.id, From: "port", To: "town", Mode: l.mode, Length: l.km, Speed: 50, Gauge: []int{1520}, Open: true})
		for _, d := range [2][4]string{{"port", "town", "GE", "AM"}, {"town", "port", "AM", "GE"}} {
			s.Borders = append(s.Borders, freight.Border{
				ID: l.id, NodeFrom: d[0], NodeTo: d[1], CountryFrom: d[2], CountryTo: d[3], Mode: l.mode, Open: true,
				Hours: units.Exactly(10, units.Time),
			})
		}
		s.Tariffs = append(s.Tariffs, freight.Tariff{ID: l.mode, Kind: "infrastructure", Country: "*", Mode: l.mode, Commodity: "*", PerTonneKm: usd(0.1), Payer: "cargo"})
		s.Terminals = append(s.Terminals, freight.Terminal{ID: l.mode, Node: "*", ModeFrom: "zone", ModeTo: l.mode, Commodity: "*", Money: usd(1)})
	}
	s.Commodities = []freight.Commodity{{ID: "goods", ValueOfTime: units.Exactly(0.2, units.MoneyPerTonneHour)}}
	s.Markets = []freight.Market{{
		ID: "m", Origin: "GE", Destination: "AM", Commodity: "goods", Tonnes: units.Exactly(1000, units.Rate), Share: number(1), Growth: number(1.1),
	}}
	s.Demand = []freight.Demand{{Market: "m", OriginZone: "z1", DestinationZone: "z2", Fraction: 1}}
	for _, name := range freight.RequiredConstants() {
		v := 1.0
		switch name {
		case freight.ConstDispersionRoute, freight.ConstDispersionMode, freight.ConstCaptive:
			v = 8
		}
		s.Constants = append(s.Constants, freight.Constant{Name: name, Value: number(v)})
	}
	s.Outcomes = []freight.Outcome{
		{ID: "rail", Measure: freight.Tonnes, Query: freight.PathQuery{Modes: []string{"rail"}}},
		{ID: "all", Measure: freight.Served},
	}

	var problems diag.List
	b, err := freight.Prepare(s, &problems, freight.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	shut := freight.Change{Op: freight.OpClose, On: freight.Selector{Border: "lorry"}}
	d := b.Resolve(freight.Horizon, []freight.Change{shut}, &problems)
	got, err := b.Solve(context.Background(), d, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("baseline %.0f t, %.0f by rail\n", b.BaselineRun().Outcomes[1], b.BaselineRun().Outcomes[0])
	fmt.Printf("road shut %.0f t, %.0f by rail\n", got.Outcomes[1], got.Outcomes[0])
	// Output:
	// baseline 1100 t, 241 by rail
	// road shut 910 t, 910 by rail
}
