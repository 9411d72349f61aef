package region

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/units"
)

const near = 1e-6

// solved dispatches the horizon of a toy under changes.
func solved(t testing.TB, b *Base, changes ...Change) *dispatch {
	t.Helper()
	d := resolved(t, b, changes...)
	run, err := b.dispatch(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(run.close)
	if s := run.summary(); !s.Converged {
		t.Fatalf("did not settle: residual %g, exact %v", s.Residual, run.exact)
	}
	return run
}

func same(t testing.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > near*(1+math.Abs(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// flow, output and shed read the first block.
func (d *dispatch) flow(tie string) float64 { return d.tieFlow(d.w.b.net.tie[tie])[0] }

func (d *dispatch) output(plant string) float64 {
	return d.x[d.w.b.prog.gen[d.w.b.net.plant[plant]][0]]
}

func (d *dispatch) lost(zone string, c Carrier) float64 {
	return d.unserved(d.w.b.net.zone[zone], c, 0)
}

// Two zones and a tie of 40 MW: the cheap side fills the tie, prices part.
func TestTwoZones(t *testing.T) {
	s := newToy("A", "B")
	s.load("A", 100)
	s.load("B", 100)
	s.plant("a", "A", 300, 10)
	s.plant("b", "B", 50, 30)
	s.tie("ab", "A", "B", AC, 40)
	b := prepare(t, s.Spec)
	d := solved(t, b)
	same(t, "flow", d.flow("ab"), 40)
	same(t, "a", d.output("a"), 140)
	same(t, "b", d.output("b"), 50)
	same(t, "unserved in B", d.lost("B", Power), 10)
	same(t, "cost", d.objective(), 8760*(140*10+50*30+10*1000))
	x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "price of A", x.Zones[0].PriceHigh[0], 10)
	same(t, "price of B", x.Zones[1].PriceLow[0], 1000)
	if x.Zones[0].Scarce[0] || !x.Zones[1].Scarce[0] {
		t.Errorf("scarcity: %v, %v", x.Zones[0].Scarce, x.Zones[1].Scarce)
	}
	// One MW more of the tie is worth 1000 - 10 in every hour.
	if len(x.Binding) != 2 || x.Binding[1].Element != "ab" || x.Binding[1].Direction != "A > B" {
		t.Fatalf("binding: %+v", x.Binding)
	}
	same(t, "worth of the tie", x.Binding[1].Worth, 8760*990)
	if len(x.Shortages) != 1 || !strings.Contains(x.Shortages[0].Words, "need 100 MW and supply 50 MW themselves; tie ab is full at 40 MW") {
		t.Errorf("shortage: %+v", x.Shortages)
	}
}

// Three zones in a ring of equal reactances: two thirds of what A sends to C go the
// direct way. With the direct tie limited to 60 MW and 150 MW wanted in C, A (10) and
// B (40) must give a and b with 2a/3 + b/3 = 60, a + b = 150: a = 30, b = 120.
func ring(direct Coupling) toy {
	s := newToy("A", "B", "C")
	s.load("C", 150)
	s.plant("a", "A", 300, 10)
	s.plant("b", "B", 300, 40)
	s.tie("ab", "A", "B", AC, 1000)
	s.tie("bc", "B", "C", AC, 1000)
	s.tie("ac", "A", "C", direct, 60)
	return s
}

func TestRing(t *testing.T) {
	d := solved(t, prepare(t, ring(AC).Spec))
	same(t, "a", d.output("a"), 30)
	same(t, "b", d.output("b"), 120)
	same(t, "ac", d.flow("ac"), 60)
	same(t, "bc", d.flow("bc"), 90)
	same(t, "ab", d.flow("ab"), -30)
}

// TestLoopFlowMakesMergerDearer is the named case: a third tie closes a ring. Left
// open, A serves C through B at 10 USD/MWh; as an AC tie its 60 MW force 120 MW from
// the dear plant, for the loop flow through it cannot be chosen; controllable, it only
// helps.
func TestLoopFlowMakesMergerDearer(t *testing.T) {
	s := ring(Open)
	s.Ties[2].Joined = AC
	for i, area := range []string{"N", "N", "S"} {
		s.Zones[i].Area = area
	}
	s.Ties[1].Coupling = HVDC // B-C and A-C both cross between the areas
	s.Ties[1].Joined = AC
	b := prepare(t, s.Spec)
	apart := solved(t, b)
	joined := solved(t, b, Change{Op: OpJoin, On: Selector{Areas: []string{"N", "S"}}})
	same(t, "apart", apart.objective(), 8760*150*(10+leastWheeling))
	same(t, "joined", joined.objective(), 8760*(30*10+120*40))
	hvdc := solved(t, b, Change{Op: OpCoupling, On: Selector{Tie: "ac"}, Coupling: HVDC})
	if hvdc.objective() > apart.objective()*(1+near) {
		t.Errorf("a controllable tie costs %v more", hvdc.objective()-apart.objective())
	}
}

// A joins B and B is joined to C already: C comes along, and the ring over C gets its
// voltage law.
func TestMergerPullsThirdIn(t *testing.T) {
	s := newToy("AM", "AZ", "IR", "RU")
	for i, area := range []string{"IRAN", "IPS", "IRAN", "IPS"} {
		s.Zones[i].Area = area
	}
	s.load("AM", 10)
	s.plant("ru", "RU", 100, 10)
	s.tie("am_ir", "AM", "IR", AC, 100)
	s.tie("az_ru", "AZ", "RU", AC, 100)
	s.tie("az_ir", "AZ", "IR", Radial, 100).Joined = AC
	b := prepare(t, s.Spec)
	if d := solved(t, b); d.w.areas != 2 {
		t.Errorf("%d areas apart", d.w.areas)
	}
	dl := b.Resolve(Horizon, []Change{{Op: OpJoin, On: Selector{Areas: []string{"IPS", "IRAN"}}}}, nil)
	x, err := b.Detail(context.Background(), dl, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Areas) != 1 || len(x.Areas[0].Zones) != 4 || x.Areas[0].Name != "IPS+IRAN" {
		t.Errorf("joined: %+v", x.Areas)
	}
	same(t, "unserved", x.Zones[0].Unserved[0], 0)
}

// A radial block serves load of the zone it reaches and is not passed on: B has 30 MW
// of load and no plant, so nothing reaches C although both ties would carry 100 MW.
func TestRadialDoesNotWheel(t *testing.T) {
	s := newToy("A", "B", "C")
	s.load("B", 30)
	s.load("C", 50)
	s.plant("a", "A", 300, 10)
	s.tie("ab", "A", "B", Radial, 100)
	s.tie("bc", "B", "C", Radial, 100)
	b := prepare(t, s.Spec)
	d := solved(t, b)
	same(t, "ab", d.flow("ab"), 30)
	same(t, "unserved in C", d.lost("C", Power), 50)
	hvdc := solved(t, b, Change{Op: OpCoupling, On: Selector{Tie: "ab"}, Coupling: HVDC}, Change{Op: OpCoupling, On: Selector{Tie: "bc"}, Coupling: HVDC})
	same(t, "unserved in C over controllable ties", hvdc.lost("C", Power), 0)
	same(t, "ab then", hvdc.flow("ab"), 80)
}

// gasToy: RU and IR sell to AM; RU's gas crosses GE. A plant of 8 GJ/MWh makes 187.5
// MW of a mcm/d of 36 MJ/m3.
func gasToy() toy {
	s := newToy("AM", "GE", "IR", "RU")
	s.constant(ConstCalorific, 36)
	s.constant(ConstFirmGas, 300)
	s.constant(ConstStock, 200)
	s.heat("AM", 6)
	s.heat("GE", 5)
	s.heat("RU", 10)
	s.Sources = []Source{
		{ID: "ru", Zone: "RU", Origin: "RU", Capacity: bcm(20), Cost: plain(60)},
		{ID: "ir", Zone: "IR", Origin: "IR", Capacity: bcm(5), Cost: plain(90)},
		{ID: "ge", Zone: "GE", Origin: "AZ", Capacity: bcm(10), Cost: plain(100)},
	}
	s.Pipes = []Pipe{
		{ID: "ru_ge", From: "RU", To: "GE", Capacity: bcm(10)},
		{ID: "ge_am", From: "GE", To: "AM", Capacity: bcm(5)},
		{ID: "ir_am", From: "IR", To: "AM", Capacity: bcm(0.365)}, // 1 mcm/d
	}
	s.Contracts = []Contract{
		{ID: "ru_am", Origin: "RU", Buyer: "AM", Amount: bcm(3), Price: plain(165)},
		{ID: "ir_am", Origin: "IR", Buyer: "AM", Amount: bcm(2)},
		{ID: "az_ge", Origin: "AZ", Buyer: "GE", Amount: bcm(3)},
		{ID: "ru_ge", Origin: "RU", Buyer: "GE", Amount: bcm(3)},
	}
	return s
}

// Russia stops selling to Georgia, not to Armenia: its gas still crosses Georgia.
func TestStopOfOriginLeavesTransit(t *testing.T) {
	s := gasToy()
	s.Outcomes = []Outcome{
		{ID: "transit", Measure: PipeFlow, Pipe: "ge_am", Origin: "RU"},
		{ID: "ge_from_ru", Measure: GasShare, Country: "GE", Origin: "RU"},
		{ID: "am_short", Measure: GasShort, Country: "AM"},
		{ID: "dep", Measure: GasDependence, Country: "AM", Origin: "RU"},
	}
	b := prepare(t, s.Spec)
	run := func(c ...Change) []float64 {
		x, err := b.Solve(context.Background(), resolved(t, b, c...), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return x.Outcomes
	}
	base := run()
	// AM takes 6 mcm/d, of it Russian: all, for it is cheaper (60 against 90).
	same(t, "transit", base[0], 6*0.365)
	same(t, "Russian share in GE", base[1], 1)
	// Without Russia, AM has 1 mcm/d from Iran: five sixths are shed.
	same(t, "dependence of AM", base[3], 5./6)
	stop := run(Change{Op: OpSale, On: Selector{Origin: "RU", Buyer: "GE"}, How: Off})
	same(t, "transit after the stop", stop[0], 6*0.365)
	same(t, "Russian share in GE after", stop[1], 0)
	gone := run(Change{Op: OpSale, On: Selector{Origin: "RU", Buyer: "AM"}, How: Off})
	same(t, "AM short", gone[2], 5)
	same(t, "Russian gas in GE stays", gone[1], 1)
}

// A swap that stops takes its export along, and the other way round.
func TestSwapStopsTogether(t *testing.T) {
	s := gasToy()
	s.constant(ConstFirmPower, 200)
	s.load("IR", 500)
	s.load("AM", 100)
	s.plant("am", "AM", 900, 20)
	s.plant("ir", "IR", 900, 10)
	s.tie("am_ir", "AM", "IR", AC, 400)
	s.Exchanges = []Exchange{{ID: "am_ir_power", From: "AM", To: "IR", Kind: Swap, With: "ir_am", Ratio: plain(3)}}
	b := prepare(t, s.Spec)
	// Only Iranian gas: without Russia, AM takes 1 mcm/d and returns 3 GWh a day.
	ru := Change{Op: OpSale, On: Selector{Origin: "RU", Buyer: "AM"}, How: Off}
	d := solved(t, b, ru)
	same(t, "export", d.exchanged(0), 3*365)
	same(t, "flow", d.flow("am_ir"), 3000/24.)
	for _, stop := range []Change{
		{Op: OpClose, On: Selector{Contract: "ir_am"}},
		{Op: OpSale, On: Selector{Origin: "IR", Buyer: "AM"}, How: Off},
		{Op: OpClose, On: Selector{Exchange: "am_ir_power"}},
	} {
		d := solved(t, b, ru, stop)
		same(t, "export after "+describe(&stop.On), d.exchanged(0), 0)
		same(t, "AM without any gas after "+describe(&stop.On), d.lost("AM", Gas), 6)
		if list := resolved(t, b, stop).Stopped; len(list) != 1 {
			t.Errorf("stopped: %v", list)
		}
	}
}

// A store of 140 mcm that gives 9 mcm/d: the rate holds on the peak, the volume over
// the winter.
func TestStorageRateAndVolume(t *testing.T) {
	s := gasToy()
	s.Blocks = []Block{{ID: "peak", Season: "winter", Hours: 240, Peak: true}, {ID: "winter", Season: "winter", Hours: 2400}, {ID: "rest", Season: "summer", Hours: 6120}}
	s.Loads = nil
	for _, l := range []struct {
		block string
		x     float64
	}{{"peak", 12}, {"winter", 7}, {"rest", 3}} {
		s.Loads = append(s.Loads, Load{Zone: "AM", Carrier: Gas, Block: l.block, Tier: "heat", Amount: mcm(l.x)})
	}
	s.Storages = []Storage{{ID: "abovyan", Zone: "AM", Working: units.Exactly(0.14, units.VolumeStock), Withdrawal: mcm(9)}}
	s.Outcomes = []Outcome{{ID: "days", Measure: GasDays, Country: "AM"}, {ID: "gone", Measure: GasUnserved, Country: "AM"}}
	b := prepare(t, s.Spec)
	stop := []Change{
		{Op: OpSale, On: Selector{Origin: "RU", Buyer: "AM"}, How: Off},
		{Op: OpSale, On: Selector{Origin: "IR", Buyer: "AM"}, How: Off},
	}
	d := solved(t, b, stop...)
	pr := b.prog
	out := 0.
	for k := range b.net.Blocks {
		x := d.x[pr.out[0][k]]
		if x > 9+near {
			t.Errorf("block %s takes %v mcm/d, above the rate", b.net.Blocks[k].ID, x)
		}
		out += (x - d.x[pr.in[0][k]]) * b.net.days[k]
	}
	same(t, "taken over the year, mcm", out, 140)
	same(t, "stock not put back, bcm", d.x[pr.missing[0]], 0.14)
	x, err := b.Solve(context.Background(), resolved(t, b, stop...), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "days", x.Outcomes[0], 140./9)
	same(t, "unserved, bcm", x.Outcomes[1], (10*12+100*7+255*3-140)/1000.)
	// In a year with gas the store is put back and nothing is missing.
	same(t, "missing in a normal year", solved(t, b).x[pr.missing[0]], 0)
}

// Gas short derates the gas plant, and power goes short by what it would have given.
func TestGasShortReachesPower(t *testing.T) {
	s := gasToy()
	s.load("AM", 400)
	g := s.plant("ccgt", "AM", 375, 3)
	g.Fuel, g.HeatRate = "gas", plain(8)
	s.plant("hydro", "AM", 200, 0)
	b := prepare(t, s.Spec)
	d := solved(t, b)
	same(t, "plant", d.output("ccgt"), 200)
	same(t, "gas of the plant", b.vals.heat[b.net.plant["ccgt"]]*187.5, 1)
	stop := Change{Op: OpSale, On: Selector{Origin: "RU", Buyer: "AM"}, How: Off}
	// 1 mcm/d is left. Heat is worth 900 USD/1000 m3; a MWh, worth 1000, takes 222 m3:
	// the plant gets it all.
	d = solved(t, b, stop)
	same(t, "plant after the stop", d.output("ccgt"), 187.5)
	same(t, "power short", d.lost("AM", Power), 12.5)
	same(t, "heat short", d.lost("AM", Gas), 6)
	x, err := b.Detail(context.Background(), resolved(t, b, stop), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := x.Plants[0]; p.Plant != "ccgt" || !p.Derated {
		t.Errorf("%+v is not said to be derated", p)
	}
	// With electric heating in place of half the gas heat, power is wanted too: 5 mcm/d
	// at least of 36 MJ/m3 are 2083 MW of heat.
	s.Tiers[1].Electric = plain(0.5)
	s.constant(ConstHeating, 0.4)
	d = solved(t, prepare(t, s.Spec), stop)
	want := 0.5 * 0.4 * d.lost("AM", Gas) * 36e6 / 3600 / 24
	same(t, "power wanted for heating", d.x[d.w.b.prog.elec[0][0]], want)
	if want < 400 || d.lost("AM", Power) < want-400 {
		t.Errorf("heating wants %v MW, %v MW are short", want, d.lost("AM", Power))
	}
}

// A seller that is short cuts exports before its own load, even where the buyer's
// load is worth more.
func TestExportsAreCutFirst(t *testing.T) {
	s := newToy("A", "B")
	s.Tiers[0].Value = usd(500)
	s.Tiers = append(s.Tiers, Tier{ID: "vital", Carrier: Power, Order: 2, Value: usd(5000)})
	s.constant(ConstFirmPower, 200)
	s.load("A", 100)
	s.Loads = append(s.Loads, Load{Zone: "B", Carrier: Power, Block: "*", Tier: "vital", Amount: mw(80)})
	s.plant("a", "A", 130, 10)
	s.plant("b", "B", 20, 300)
	s.tie("ab", "A", "B", HVDC, 1000)
	s.Exchanges = []Exchange{{ID: "ab", From: "A", To: "B", Kind: Firm, Power: mw(60), Price: usd(50)}}
	s.Outcomes = []Outcome{{ID: "cost_a", Measure: EnergyCost, Country: "A"}, {ID: "cost_b", Measure: EnergyCost, Country: "B"}}
	b := prepare(t, s.Spec)
	d := solved(t, b)
	// A has 30 MW to spare. B runs its dear plant (300, above the value of the
	// contract) and sheds the rest.
	same(t, "delivered", d.flow("ab"), 30)
	same(t, "short in A", d.lost("A", Power), 0)
	same(t, "b", d.output("b"), 20)
	same(t, "short in B", d.lost("B", Power), 30)
	same(t, "undelivered, GWh", d.summary().Lost.Exports, 30*8.76)
	if d.rounds < 2 {
		t.Errorf("%d rounds", d.rounds)
	}
	x := b.BaselineRun().Outcomes
	same(t, "cost of A", x[0], 8760*(130*10-30*50))
	same(t, "cost of B", x[1], 8760*(20*300+30*50))
	// An option is not delivered above its price.
	s.Exchanges[0] = Exchange{ID: "ab", From: "A", To: "B", Kind: Option, Power: mw(60), Price: usd(5)}
	same(t, "option below cost", solved(t, prepare(t, s.Spec)).flow("ab"), 0)
	// Without any exchange the region is a pool: B's load is worth more.
	s.Exchanges = nil
	d = solved(t, prepare(t, s.Spec))
	same(t, "pool: short in A", d.lost("A", Power), 30)
}

// Hydro with little energy goes where it saves most: to the block that is short.
func TestHydroEnergy(t *testing.T) {
	s := newToy("A")
	s.Blocks = []Block{{ID: "peak", Season: "winter", Hours: 1000, Peak: true}, {ID: "rest", Season: "summer", Hours: 7760}}
	s.Loads = []Load{{Zone: "A", Carrier: Power, Block: "peak", Tier: "use", Amount: mw(150)}, {Zone: "A", Carrier: Power, Block: "rest", Tier: "use", Amount: mw(100)}}
	s.plant("coal", "A", 100, 40)
	s.plant("hydro", "A", 80, 0).Energy = units.Exactly(50, units.EnergyRate)
	d := solved(t, prepare(t, s.Spec))
	same(t, "hydro on the peak", d.output("hydro"), 50)
	same(t, "shed", d.lost("A", Power), 0)
}

// Must-run output that nothing can take is spilled and shown; a must-run gas plant
// without gas stands still: neither makes the programme infeasible.
func TestMustRun(t *testing.T) {
	s := newToy("A", "B")
	s.load("A", 50)
	s.load("B", 200)
	s.plant("nuclear", "A", 100, 5).MustRun = plain(1)
	s.plant("b", "B", 300, 30)
	s.tie("ab", "A", "B", AC, 20)
	g := s.plant("gas", "B", 100, 3)
	g.Fuel, g.HeatRate, g.MustRun = "gas", plain(8), plain(1)
	s.constant(ConstCalorific, 36)
	b := prepare(t, s.Spec)
	d := solved(t, b)
	same(t, "nuclear", d.output("nuclear"), 100)
	same(t, "spilled", d.x[b.prog.spill[0][0]], 30)
	same(t, "gas plant without gas", d.output("gas"), 0)
	same(t, "idle", d.x[b.prog.idle[b.net.plant["gas"]][0]], 100)
	x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Forced) != 2 || !strings.Contains(strings.Join(x.Forced, "\n"), "30 MW") || !strings.Contains(strings.Join(x.Forced, "\n"), "gas") {
		t.Errorf("forced: %q", x.Forced)
	}
}

// An island without plants is a result.
func TestIslandWithoutPlants(t *testing.T) {
	s := newToy("A", "B")
	s.load("A", 50)
	s.load("B", 70)
	s.plant("a", "A", 100, 5)
	d := solved(t, prepare(t, s.Spec))
	same(t, "unserved", d.lost("B", Power), 70)
	if d.w.areas != 2 {
		t.Errorf("%d areas", d.w.areas)
	}
}
