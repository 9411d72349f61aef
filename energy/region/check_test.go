package region

import (
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// sound is a small case with one row of everything, without findings.
func sound() *Spec {
	s := gasToy()
	s.constant(ConstFirmPower, 200)
	s.Spec.Zones[0].Area, s.Spec.Zones[2].Area = "IRAN", "IRAN"
	s.load("AM", 400)
	s.load("IR", 500)
	s.plant("am", "AM", 900, 20)
	g := s.plant("ccgt", "AM", 375, 3)
	g.Fuel, g.HeatRate, g.Energy, g.MustRun = "gas", plain(8), units.Exactly(3000, units.EnergyRate), plain(0.1)
	s.plant("ir", "IR", 900, 10)
	s.tie("am_ir", "AM", "IR", AC, 400)
	s.Exchanges = []Exchange{
		{ID: "swap", From: "AM", To: "IR", Kind: Swap, With: "ir_am", Ratio: plain(3)},
		{ID: "firm", From: "IR", To: "AM", Kind: Firm, Power: mw(50)},
	}
	s.Storages = []Storage{{ID: "store", Zone: "AM", Working: units.Exactly(0.14, units.VolumeStock), Withdrawal: mcm(9)}}
	at(s.Spec)
	return s.Spec
}

// at gives every row a place.
func at(s *Spec) {
	for i := range s.Zones {
		s.Zones[i].Pos = diag.Pos{File: "energy/zone.csv", Line: 2 + i}
	}
	for i := range s.Blocks {
		s.Blocks[i].Pos = diag.Pos{File: "energy/block.csv", Line: 2 + i}
	}
	for i := range s.Tiers {
		s.Tiers[i].Pos = diag.Pos{File: "energy/tier.csv", Line: 2 + i}
	}
	for i := range s.Loads {
		s.Loads[i].Pos = diag.Pos{File: "energy/load.csv", Line: 2 + i}
	}
	for i := range s.Plants {
		s.Plants[i].Pos = diag.Pos{File: "energy/plant.csv", Line: 2 + i}
	}
	for i := range s.Ties {
		s.Ties[i].Pos = diag.Pos{File: "energy/tie.csv", Line: 2 + i}
	}
	for i := range s.Exchanges {
		s.Exchanges[i].Pos = diag.Pos{File: "energy/exchange.csv", Line: 2 + i}
	}
	for i := range s.Pipes {
		s.Pipes[i].Pos = diag.Pos{File: "energy/pipe.csv", Line: 2 + i}
	}
	for i := range s.Sources {
		s.Sources[i].Pos = diag.Pos{File: "energy/gas_source.csv", Line: 2 + i}
	}
	for i := range s.Contracts {
		s.Contracts[i].Pos = diag.Pos{File: "energy/gas_contract.csv", Line: 2 + i}
	}
	for i := range s.Storages {
		s.Storages[i].Pos = diag.Pos{File: "energy/storage.csv", Line: 2 + i}
	}
	for i := range s.Constants {
		s.Constants[i].Pos = diag.Pos{File: "energy/constant.csv", Line: 2 + i}
	}
}

func findings(s *Spec) []diag.Diagnostic {
	l := &diag.List{}
	Check(s, l)
	return l.All()
}

func TestCheckFindsNothingInASoundCase(t *testing.T) {
	for _, d := range findings(sound()) {
		t.Error(d, d.Hint)
	}
	if list := findings(&Spec{}); len(list) > 0 {
		t.Error("a case without energy:", list)
	}
}

// Each kind of bad row is found at its place, with a hint.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		bad  func(s *Spec)
		rule *diag.Rule
		at   string // file:line
		hint string
	}{
		{"unknown zone", func(s *Spec) { s.Plants[0].Zone = "AMM" }, ruleReference, "energy/plant.csv:2", "did you mean AM?"},
		{"unknown zone of a tie", func(s *Spec) { s.Ties[0].To = "QQQQ" }, ruleReference, "energy/tie.csv:2", "known: AM, GE, IR, RU"},
		{"unknown tier", func(s *Spec) { s.Loads[0].Tier = "heats" }, ruleReference, "energy/load.csv:2", "did you mean heat?"},
		{"unknown block", func(s *Spec) { s.Loads[0].Block = "al" }, ruleReference, "energy/load.csv:2", "did you mean all?"},
		{"unknown origin", func(s *Spec) { s.Contracts[0].Origin = "TM" }, ruleReference, "energy/gas_contract.csv:2", "known"},
		{"unknown pipe in via", func(s *Spec) { s.Contracts[0].Via = []string{"ru_gee"} }, ruleReference, "energy/gas_contract.csv:2", "did you mean ru_ge?"},
		{"a way with a hole", func(s *Spec) { s.Contracts[0].Via = []string{"ge_am"} }, ruleTrade, "energy/gas_contract.csv:2", "every pipe"},
		{"swap without its contract", func(s *Spec) { s.Exchanges[0].With = "" }, ruleReference, "energy/exchange.csv:2", "known"},
		{"swap without ratio", func(s *Spec) { s.Exchanges[0].Ratio = units.Figure{} }, ruleTrade, "energy/exchange.csv:2", "kWh"},
		{"firm without amount", func(s *Spec) { s.Exchanges[1].Power = units.Figure{} }, ruleTrade, "energy/exchange.csv:3", "GWh/yr"},
		{"row twice", func(s *Spec) { s.Ties = append(s.Ties, s.Ties[0]) }, ruleTwice, "energy/tie.csv:2", "id of its own"},
		{"hours", func(s *Spec) { s.Blocks[0].Hours = 8000 }, ruleBlocks, "energy/block.csv:2", "-760 hours are missing"},
		{"no peak", func(s *Spec) { s.Blocks[0].Peak = false }, ruleBlocks, "energy/block.csv:2", "peak yes"},
		{"zero reactance", func(s *Spec) { s.Ties[0].Reactance = units.Exactly(0, units.Dimensionless) }, ruleReactance, "energy/tie.csv:2", "leave it empty"},
		{"no reactance at all", func(s *Spec) { s.Ties[0].Reactance = units.Figure{} }, ruleReactance, "energy/tie.csv:2", "reactance.220"},
		{"no capacity", func(s *Spec) { s.Ties[0].Capacity = units.Figure{} }, ruleFigure, "energy/tie.csv:2", "write a number"},
		{"negative", func(s *Spec) { s.Plants[0].Cost = usd(-3) }, ruleFigure, "energy/plant.csv:2", ""},
		{"share above 1", func(s *Spec) { s.Plants[0].Availability = plain(90) }, ruleFigure, "energy/plant.csv:2", "90 %"},
		{"two areas in one grid", func(s *Spec) { s.Zones[2].Area = "IPS" }, ruleAreas, "energy/tie.csv:2", "radial"},
		{"tie to itself", func(s *Spec) { s.Ties[0].To = "AM" }, ruleLoop, "energy/tie.csv:2", ""},
		{"gas plant without gas", func(s *Spec) { s.Zones[0].Carriers = []Carrier{Power} }, ruleCarrier, "energy/plant.csv:3", "add gas"},
		{"tier of the other carrier", func(s *Spec) { s.Loads[0].Carrier = Power }, ruleCarrier, "energy/load.csv:2", ""},
		{"unknown coupling", func(s *Spec) { s.Ties[0].Coupling = "hvcd" }, ruleWord, "energy/tie.csv:2", "did you mean hvdc?"},
		{"unknown status", func(s *Spec) { s.Pipes[0].Status = "operatin" }, ruleWord, "energy/pipe.csv:2", "did you mean operating?"},
		{"dates", func(s *Spec) { s.Pipes[0].Opens, s.Pipes[0].Closes = "2030", "2020" }, ruleDates, "energy/pipe.csv:2", ""},
		{"missing constant", func(s *Spec) { s.Constants = s.Constants[1:] }, ruleConstant, "energy/constant.csv:5", "constant.csv"},
		{"unknown constant", func(s *Spec) { s.Constants[0].Name = "calorific_valu" }, ruleConstant, "energy/constant.csv:2", "did you mean calorific_value?"},
		{"order of tiers", func(s *Spec) {
			s.Tiers = append(s.Tiers, Tier{ID: "low", Carrier: Power, Order: 2, Value: usd(400)})
		}, ruleValues, "", "change order or value"},
		{"own load first", func(s *Spec) { s.Constants[3].Value = plain(5000) }, ruleOwnFirst, "energy/constant.csv:5", "lower the constant"},

		{"island without plants", func(s *Spec) { s.Ties, s.Exchanges, s.Plants = nil, nil, s.Plants[:2] }, ruleIsland, "energy/load.csv:6", "is a result"},
		{"MWh for MW", func(s *Spec) { s.Loads[3].Amount = mw(400 * 8760) }, ruleScale, "energy/load.csv:5", "MWh of a block"},
		{"MWh for GWh", func(s *Spec) { s.Plants[1].Energy = units.Exactly(3e6, units.EnergyRate) }, ruleScale, "energy/plant.csv:3", "MWh would be 1000 times"},
		{"TWh for GWh", func(s *Spec) { s.Plants[1].Energy = units.Exactly(3, units.EnergyRate) }, ruleScale, "energy/plant.csv:3", "TWh"},
		{"bcm for mcm/d", func(s *Spec) { s.Sources[0].Peak = mcm(20) }, ruleScale, "energy/gas_source.csv:2", "2.74 mcm/d"},
		{"mcm/d for bcm", func(s *Spec) { s.Contracts[0].Amount, s.Contracts[0].Peak = bcm(3), mcm(300) }, ruleScale, "energy/gas_contract.csv:2", "2.74 mcm/d"},
		{"mcm/d load in bcm", func(s *Spec) { s.Loads[0].Amount = bcm(6 * 365) }, ruleScale, "energy/load.csv:2", "mcm/d"},
		{"kW for MW", func(s *Spec) { s.Ties[0].Capacity = mw(400e3) }, ruleScale, "energy/tie.csv:2", "kW"},
		{"heat rate of a loss-free plant", func(s *Spec) { s.Plants[1].HeatRate = plain(0.55) }, ruleScale, "energy/plant.csv:3", "GJ/MWh"},
		{"bcm for mcm in a store", func(s *Spec) { s.Storages[0].Working = units.Exactly(140, units.VolumeStock) }, ruleScale, "energy/storage.csv:2", "volume and rate"},
		{"a string larger than its pipe", func(s *Spec) { s.Pipes[0].Unit = bcm(2 * s.Pipes[0].Capacity.High) }, ruleScale, "energy/pipe.csv:2", "largest string"},
		{"a field larger than its source", func(s *Spec) { s.Sources[0].Unit = bcm(1e3) }, ruleScale, "energy/gas_source.csv:2", "2.74 mcm/d"},
		{"a store larger than its group", func(s *Spec) { s.Storages[0].Unit = mcm(1e3) }, ruleScale, "energy/storage.csv:2", "one store"},
		{"a unit larger than its plant", func(s *Spec) { s.Plants[0].Unit = mw(1e6) }, ruleScale, "energy/plant.csv:2", "single unit"},
		{"calorific value in kWh", func(s *Spec) { s.Constants[0].Value = plain(10) }, ruleScale, "energy/constant.csv:2", "MJ/m3"},
		{"must-run beyond all use", func(s *Spec) { s.Plants[0].Capacity, s.Plants[0].MustRun = mw(9000), plain(1) }, ruleMustRun, "energy/load.csv:5", "spilled"},
	} {
		s := sound()
		c.bad(s)
		var got []string
		found := false
		for _, d := range findings(s) {
			got = append(got, d.String()+" ["+d.Hint+"]")
			if d.Rule == c.rule && strings.Contains(d.Hint, c.hint) && (c.at == "" || strings.HasPrefix(d.Pos.String(), c.at)) {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: want %s at %s with hint %q, got\n%s", c.name, c.rule.Name, c.at, c.hint, strings.Join(got, "\n"))
		}
	}
}

// All problems come in one pass, whatever stands before them.
func TestCheckInOnePass(t *testing.T) {
	s := sound()
	s.Plants[0].Zone = "nowhere"
	s.Blocks[0].Hours = 1
	s.Ties[0].Coupling = "dc"
	s.Contracts[0].Buyer = "nobody"
	s.Outcomes = []Outcome{{ID: "o", Measure: "power_shorts"}, {ID: "p", Measure: TieFlow}}
	s.BaselineChanges = []Change{{Op: OpClose, On: Selector{Tie: "am_irr"}}, {Op: OpLoad, On: Selector{Zone: "AM"}}}
	var rules []string
	for _, d := range findings(s) {
		rules = append(rules, d.Rule.ID)
	}
	for _, r := range []*diag.Rule{ruleReference, ruleBlocks, ruleWord, ruleMeasure, ruleOutcome, ruleTarget, ruleAmount} {
		if !slices.Contains(rules, r.ID) {
			t.Errorf("%s is missing in %v", r.Name, rules)
		}
	}
	if _, err := Prepare(s, nil, Options{}); err == nil {
		t.Error("a case with problems was prepared")
	}
}

// Changes that do not fit are reported at their place and change nothing.
func TestBadChanges(t *testing.T) {
	s := sound()
	b := prepare(t, s)
	want := b.Resolve(Horizon, nil, nil).Key()
	for _, c := range []struct {
		change Change
		rule   *diag.Rule
	}{
		{Change{Op: OpClose, On: Selector{Pipe: "ru_gee"}}, ruleTarget},
		{Change{Op: OpClose, On: Selector{Zone: "AM"}}, ruleFit},
		{Change{Op: OpCost, On: Selector{Tie: "am_ir"}, How: Set, Amount: plain(1)}, ruleFit},
		{Change{Op: OpCoupling, On: Selector{Tie: "am_ir"}, Coupling: "dc"}, ruleFit},
		{Change{Op: OpCapacity, On: Selector{Tie: "am_ir"}}, ruleAmount},
		{Change{Op: OpCapacity, On: Selector{Tie: "am_ir"}, How: Set, Amount: plain(-5)}, ruleAmount},
		{Change{Op: OpCapacity, On: Selector{Pipe: "ru_ge", Direction: "RU"}, How: Set, Amount: plain(5)}, ruleFit},
		{Change{Op: OpSale, On: Selector{Buyer: "AM"}, How: Off}, ruleFit},
		{Change{Op: OpSale, On: Selector{Origin: "RU", Buyer: "AM"}}, ruleAmount},
		{Change{Op: OpJoin, On: Selector{Areas: []string{"IRAN"}}}, ruleFit},
		{Change{Op: OpJoin, On: Selector{Areas: []string{"IRAN", "UCTE"}}}, ruleTarget},
		{Change{Op: OpLoad, On: Selector{Zone: "GE", Tier: "use"}, How: Times, Amount: plain(2)}, ruleNothing},
		{Change{Op: "shut", On: Selector{Tie: "am_ir"}}, ruleFit},
	} {
		c.change.Pos = diag.Pos{File: "effects.yaml", Line: 7}
		l := &diag.List{}
		d := b.Resolve(Horizon, []Change{c.change}, l)
		list := l.All()
		if len(list) == 0 || list[0].Rule != c.rule || list[0].Pos.Line != 7 {
			t.Errorf("%+v: %v", c.change, list)
		}
		if d.Key() != want {
			t.Errorf("%+v changed the network", c.change)
		}
	}
}

// Dates and statuses: what is there when.
func TestCalendar(t *testing.T) {
	r := &resolver{network: &network{Spec: Spec{AsOf: "2025-06-01"}}}
	for _, c := range []struct {
		status, opens, closes, since string
		year                         int
		want                         bool
	}{
		{"", "", "", "", 2024, true},
		{operating, "2026", "", "", 2024, false},
		{operating, "2020", "2028", "", 2030, false},
		{operating, "2020", "2028", "", 2027, true},
		{planned, "", "", "", 2040, false},
		{planned, "2029-05-01", "", "", 2030, true},
		{planned, "2029", "", "2026-01-01", 2030, false}, // not known on the as-of date
		{closed, "", "", "", 2024, false},
		{closed, "", "2025", "", 2024, true}, // was there in the base year
		{closed, "", "2025", "", 2030, false},
		{operating, "", "2028", "2026-01-01", 2030, true},
	} {
		if got := r.inService(c.status, c.opens, c.closes, c.since, c.year); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
