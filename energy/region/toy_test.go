package region

import (
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/units"
)

func mw(x float64) units.Figure    { return units.Exactly(x, units.Power) }
func mcm(x float64) units.Figure   { return units.Exactly(x*0.365, units.Volume) } // mcm/d
func bcm(x float64) units.Figure   { return units.Exactly(x, units.Volume) }
func usd(x float64) units.Figure   { return units.Exactly(x, units.MoneyPerEnergy) }
func plain(x float64) units.Figure { return units.Exactly(x, units.Dimensionless) }

// need says what the solver is for where skips are counted.
func need(t testing.TB) {
	t.Helper()
	testdata.Need(t, lp.Available())
}

// toy is one block of the whole year over zones of a country each, with power and
// one tier of load worth 1000 USD/MWh.
type toy struct{ *Spec }

func newToy(zones ...string) toy {
	s := &Spec{BaseYear: 2024, Horizon: 2030}
	s.Blocks = []Block{{ID: "all", Season: "winter", Hours: 8760, Peak: true}}
	s.Tiers = []Tier{{ID: "use", Carrier: Power, Order: 1, Value: usd(1000)}, {ID: "heat", Carrier: Gas, Order: 1, Value: plain(900)}}
	for _, z := range zones {
		s.Zones = append(s.Zones, Zone{ID: z, Country: z, Carriers: []Carrier{Power, Gas}, X: 40, Y: 40})
	}
	return toy{s}
}

func (t toy) load(zone string, x float64) {
	t.Loads = append(t.Loads, Load{Zone: zone, Carrier: Power, Block: "*", Tier: "use", Amount: mw(x)})
}

func (t toy) heat(zone string, x float64) {
	t.Loads = append(t.Loads, Load{Zone: zone, Carrier: Gas, Block: "*", Tier: "heat", Amount: mcm(x)})
}

func (t toy) plant(id, zone string, x, cost float64) *Plant {
	t.Plants = append(t.Plants, Plant{ID: id, Zone: zone, Fuel: "coal", Capacity: mw(x), Cost: usd(cost)})
	return &t.Plants[len(t.Plants)-1]
}

func (t toy) tie(id, from, to string, c Coupling, x float64) *Tie {
	t.Ties = append(t.Ties, Tie{ID: id, From: from, To: to, KV: 220, Coupling: c, Capacity: mw(x), Reactance: plain(10)})
	return &t.Ties[len(t.Ties)-1]
}

func (t toy) constant(name string, x float64) {
	t.Constants = append(t.Constants, Constant{Name: name, Value: plain(x)})
}

func prepare(t testing.TB, s *Spec) *Base {
	t.Helper()
	need(t)
	l := &diag.List{}
	b, err := Prepare(s, l, Options{})
	if err != nil {
		t.Fatal(err, l.All())
	}
	return b
}

// resolved resolves changes over the horizon and fails on any problem.
func resolved(t testing.TB, b *Base, changes ...Change) *Delta {
	t.Helper()
	l := &diag.List{}
	d := b.Resolve(Horizon, changes, l)
	for _, x := range l.All() {
		t.Fatal(x)
	}
	return d
}

func units3(low, mid, high float64) units.Figure {
	return units.Between(low, mid, high, units.Dimensionless)
}
