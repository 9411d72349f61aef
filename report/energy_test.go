package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// powerAndGas adds three zones with ties and pipes to a case and runs over them to
// its answer.
func powerAndGas(c *casefile.Case, a *answer.Answer) {
	at := region.Ref{Source: []string{"S001"}, Letter: units.Estimate}
	mw := func(v float64) units.Figure { return units.Between(0.9*v, v, 1.1*v, units.Power) }
	both := []region.Carrier{region.Power, region.Gas}
	c.Energy = &region.Spec{
		Zones: []region.Zone{{ID: "az", Name: "Azerbaijan", Country: "AZ", X: 48, Y: 40.4, Carriers: both, Ref: at},
			{ID: "ge", Name: "Georgia", Country: "GE", X: 43.8, Y: 42, Carriers: both, Ref: at}, {ID: "ru", Name: "Russia (south)", Country: "RU", X: 44, Y: 45, Carriers: both, Ref: at}},
		Blocks: []region.Block{{ID: "peak", Name: "Peak", Hours: 100, Peak: true, Ref: at}, {ID: "rest", Name: "Rest", Hours: 8660, Ref: at}},
		Tiers:  []region.Tier{{ID: "homes", Carrier: region.Power, Name: "Homes", Value: units.Exactly(3000, units.MoneyPerEnergy), Ref: at}},
		Loads:  []region.Load{{Zone: "az", Carrier: region.Power, Block: "*", Tier: "homes", Amount: mw(3000), Ref: at}},
		Ties: []region.Tie{{ID: "az-ge", Name: "Line <500>", From: "az", To: "ge", Coupling: region.AC, Capacity: mw(700), Ref: at},
			{ID: "az-ru", Name: "Derbent", From: "ru", To: "az", Coupling: region.Radial, Capacity: mw(300), Ref: at}},
		Pipes: []region.Pipe{{ID: "p", Name: "North", From: "ru", To: "ge", Capacity: units.Exactly(4, units.Volume), Ref: at}},
	}
	run := func(id, name string, short float64) answer.EnergyRun {
		return answer.EnergyRun{ID: id, Name: name, Share: 1, Areas: []string{"south", "north"},
			Countries: []answer.EnergyCountry{{ID: "AZ", Name: "Azerbaijan", Numbers: []answer.EnergyNumber{{ID: "power_short", Value: num(short)}, {ID: "power_import", Value: num(2300)}}},
				{ID: "GE", Name: "Georgia", Numbers: []answer.EnergyNumber{{ID: "power_short", Value: num(0)}, {ID: "power_import", Value: num(120)}}}},
			Ties: []answer.EnergyTie{{ID: "az-ge", Name: "Line <500>", From: "az", To: "ge", Coupling: "ac", InService: true, Energy: num(-1500), Bridge: true},
				{ID: "az-ru", Name: "Derbent", From: "ru", To: "az", Coupling: "radial", Energy: num(0)}},
			Pipes:     []answer.EnergyPipe{{ID: "p", Name: "North", From: "ru", To: "ge", InService: true, Volume: num(3.2), Origins: []answer.EnergyShare{{Origin: "RU", Amount: num(3.2), Share: num(1)}}}},
			Shortages: []answer.EnergyShort{{Country: "AZ", Block: "peak", Carrier: "power", Amount: num(short), Words: "What is left of Azerbaijan’s plants & ties."}},
			Dependence: []answer.EnergyDependence{{Carrier: "gas", Consumer: "GE", Origin: "RU", Delivered: num(3.2), Share: num(0.8), ShedShare: num(0.42), PowerShed: num(310)},
				{Carrier: "gas", Consumer: "GE", Origin: "AZ", Delivered: num(0.8), Share: num(0.2), ShedShare: num(0)}},
			Contingencies: []answer.EnergyContingency{{Kind: "tie", Element: "az-ge", Name: "Line <500>", Block: "peak", Country: "AZ", PowerShed: num(250), Reason: "bridge", Words: "An island."}},
			Binding:       []answer.EnergyBinding{{Kind: "tie", Element: "az-ge", Name: "Line <500>", Block: "peak", Limit: num(700), Unit: "MW", Worth: 1.25e5}},
			Stopped:       []string{"Power for gas"},
		}
	}
	joined := run("grid=joined", "Joint grid joined", 400)
	joined.Changed, joined.Share = []answer.EnergyChanged{{Variable: "rail", State: "built", Text: "joint grid joined"}}, 0.25
	a.Energy = &answer.Energy{First: []string{"In the baseline world of 2030 nobody is short of power or gas.", "With joint grid joined, Azerbaijan is short."},
		Blocks:      []answer.EnergyBlock{{ID: "peak", Name: "Peak", Hours: 100, Peak: true}, {ID: "rest", Name: "Rest", Hours: 8660}},
		Runs:        []answer.EnergyRun{run("base_year", "Base-year run, 2024", 0), run("baseline", "Baseline world, 2030", 0), joined},
		NotAnswered: []string{"Voltage and what a fault does in seconds"}}
	for i := range a.Countries {
		a.Countries[i].Energy = &answer.CountryEnergy{Rows: []answer.CountryRow{{ID: "power_short", Name: "Short of power at the peak", Unit: "MW", BaseYear: num(0), Baseline: num(12)}},
			Dependence: a.Energy.Runs[1].Dependence, Worst: a.Energy.Runs[1].Contingencies}
	}
}

func TestEnergySection(t *testing.T) {
	page := string(write(t))
	_, section, ok := strings.Cut(page, `<section id="energy"`)
	if !ok {
		t.Fatal("no section on power and gas")
	}
	section, _, _ = strings.Cut(section, "</section>")
	for _, want := range []string{"nobody is short of power or gas", "Georgia → Azerbaijan", "1.50 TWh/yr", "ac, bridge", "out of service", "Russia → Georgia", "3.20 bcm/yr", "RU 100 %",
		"80 % · 42 % (and 310 GWh/yr of power)", "20 % · 0 %", "250 MW", "An island.", "Line &lt;500&gt;", "125 k USD/yr for 1 MW", "Power for gas", "Voltage and what a fault does",
		`href="#in-energy-tie-az-ge"`, "of its effects, 25 %", "400 (&#43;400)", "AC tie", "carries nothing", "1 TWh a year"} {
		if !strings.Contains(strings.ReplaceAll(section, "\u00a0", " "), want) {
			t.Errorf("the section does not say %q", want)
		}
	}
	if n := strings.Count(section, `class="map"`); n != 6 {
		t.Errorf("%d maps, want two a run", n)
	}
	// The arrow of a flow points where it flows: the tie's from west to east.
	_, arrows, _ := strings.Cut(section, `<g class="arrows">`)
	m := regexp.MustCompile(`M([\d.]+) [\d.]+L([\d.]+) `).FindStringSubmatch(arrows)
	if m == nil || !(m[1] > m[2]) {
		t.Errorf("the arrow %v does not point east", m)
	}
	for _, want := range []string{`id="in-energy-tie-az-ge"`, "Power and gas of", "42 % of its gas without"} {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

// Without tables of power and gas the page has no trace of them.
func TestNoEnergySection(t *testing.T) {
	in := synthetic()
	in.Case.Energy, in.Answer.Energy = nil, nil
	for i := range in.Answer.Countries {
		in.Answer.Countries[i].Energy = nil
	}
	var b strings.Builder
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "Power and gas") {
		t.Error("power and gas in a case without them")
	}
}
