package answer

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/world"
)

// powerCase is the starter case with power and gas.
func powerCase(t *testing.T) *casefile.Case {
	t.Helper()
	testdata.Need(t, lp.Available())
	var l diag.List
	c := casefile.Load(testdata.Overlay(t, casefile.Starter(), "testdata/power.txtar"), &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	return c
}

// powerAnswer takes the case of two engines through the whole way.
func powerAnswer(t *testing.T, opt Options) *Answer {
	t.Helper()
	c := powerCase(t)
	var l diag.List
	base, err := freight.Prepare(Spec(c), &l, freight.Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	grid, err := region.Prepare(EnergySpec(c), &l, region.Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	ws, err := c.Space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Case: c}
	engines := []Sampled{world.NewFreight(base, Changes(c)), world.NewEnergy(grid, EnergyChanges(c))}
	for i, e := range engines {
		plan, err := world.NewPlan(c.Space, ws, Effects(c), e)
		if err != nil {
			t.Fatal(err)
		}
		solver, err := world.NewSolver(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(solver.Close)
		tab, _, err := plan.SolveWith(t.Context(), solver, world.Options{})
		if err != nil {
			t.Fatal(err)
		}
		in.Tables = append(in.Tables, tab)
		if i == 0 {
			in.Freight, in.Solver = e.(*world.Freight), solver
		} else {
			in.Energy, in.EnergySolver = e, solver
		}
	}
	a, err := Compute(t.Context(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func energyRun(t *testing.T, a *Answer, id string) *EnergyRun {
	t.Helper()
	for i := range a.Energy.Runs {
		if a.Energy.Runs[i].ID == id {
			return &a.Energy.Runs[i]
		}
	}
	t.Fatalf("no run %s", id)
	return nil
}

func (r *EnergyRun) of(state, id string) float64 {
	for _, c := range r.Countries {
		if c.ID == state {
			return c.number(id).Or(math.NaN())
		}
	}
	return math.NaN()
}

// Midmark by hand. It heats with 6 mcm/d in the cold spell and has 500 MW of load,
// 250 MW of water and a line of 100 MW. Without gas of Norland 2 mcm/d of Suderia's
// are left, 0.73 bcm/yr over all days; without either nothing is, and the 150 MW
// that water and line leave are not served in any hour.
func TestPowerByHand(t *testing.T) {
	a := powerAnswer(t, Options{})
	if a.Worlds.Effective != 10 || len(a.Worlds.Engines) != 2 || a.Worlds.Engines[1].Effective != 8 {
		t.Errorf("worlds %+v", a.Worlds)
	}
	within := func(what string, got, want, slack float64) {
		t.Helper()
		if !(math.Abs(got-want) <= slack) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	line, both := energyRun(t, a, "baseline"), energyRun(t, a, "gas_north=stopped,gas_south=stopped")
	for _, id := range shortMeasures {
		within("baseline "+id, line.of("XM", id), 0, 1e-6)
	}
	within("both: gas at the peak", both.of("XM", "gas_short"), 6, 1e-6)
	within("both: power at the peak", both.of("XM", "power_short"), 150, 1e-6)
	within("both: power over the year", both.of("XM", "power_unserved"), 150*8.760, 1e-3)
	within("both: gas over the year", both.of("XM", "gas_unserved"), (6*200+2*8560)/24e3, 1e-6)
	north := energyRun(t, a, "gas_north=stopped")
	within("north: nothing of Norland's gas", north.of("XM", gasFrom+"XN"), 0, 1e-9)
	within("north: all of Suderia's", north.of("XM", gasFrom+"XS"), 1, 1e-9)
	if g := north.of("XM", "gas_short"); !(g > 0.5 && g < 6) {
		t.Errorf("without Norland's gas Midmark misses %v mcm/d", g)
	}
	joined := energyRun(t, a, "gas_north=stopped,gas_south=stopped")
	if len(joined.Changed) != 2 || joined.Name != "“Gas of Norland” is stopped and “Gas of Suderia” is stopped" {
		t.Errorf("%q changed by %+v", joined.Name, joined.Changed)
	}
	// What is said is what the numbers are.
	text := strings.Join(a.Energy.First, "\n")
	for _, want := range []string{"nobody is short of power or gas", "If “Gas of Norland” is stopped and “Gas of Suderia” is stopped, Midmark is short of 6.00 mcm/d of gas at the peak",
		"150 MW of power at the peak", "if only “Gas of Suderia” is stopped, nobody is shorter"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	if len(a.Countries) == 0 || a.Countries[0].Energy == nil || len(a.Countries[0].Energy.Rows) < 8 {
		t.Error("the page of the focus has no power and gas")
	}
	for _, s := range a.Countries {
		for _, r := range s.Energy.Rows {
			if rowMeasure(r.ID) == "" {
				t.Errorf("row %s of %s has no measure", r.ID, s.ID)
			}
		}
	}
	for _, o := range a.Outcomes {
		if o.ID == "midmark_cold" && (!o.MostInTable.OK || math.Abs(o.MostInTable.V-6) > 1e-6 || o.Unit != "mcm/d") {
			t.Errorf("%+v", o)
		}
	}
	// The act reaches both engines, and an answer comes back from JSON as it was.
	if e := a.Headlines()[0].effect("in_force", "midmark_dark"); e == nil || !e.Effect.OK || e.Effect.V <= 0 {
		t.Errorf("effect on power %+v", e)
	}
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(a); err != nil {
		t.Fatal(err)
	}
	back := &Answer{}
	if err := json.Unmarshal(buf.Bytes(), back); err != nil || back.Energy == nil || len(back.Energy.Runs) != len(a.Energy.Runs) {
		t.Errorf("read back: %v", err)
	}
	for _, all := range []bool{false, true} {
		var out bytes.Buffer
		if err := Text(&out, a, TextOptions{All: all}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if len([]rune(line)) > textWidth+nameWidth {
				t.Errorf("a line of %d characters: %s", len([]rune(line)), line)
			}
		}
	}
}

// Figures of power and gas are drawn on key worlds of their own, and every outcome
// that is asked for is split.
func TestPowerDraws(t *testing.T) {
	a := powerAnswer(t, Options{Draws: 8, Keys: 4, Seed: 1})
	split, effects := 0, 0
	for _, o := range a.Spread.Acts[0].Outcomes {
		switch o.Outcome {
		case "midmark_dark", "midmark_cold", "line_flow":
			if !o.Total.OK || o.Total.V == 0 {
				continue
			}
			split++
			if sum := o.Politics.V + o.Numbers.V + o.Interaction.V; math.Abs(sum-1) > 1e-9 || !(o.Politics.V > 0) {
				t.Errorf("%s is split %v", o.Outcome, o)
			}
		}
	}
	for _, e := range a.Spread.Acts[0].Effects {
		if e.Outcome == "midmark_cold" && e.Centre.OK && e.Low.V < e.High.V {
			effects++
		}
	}
	if split < 4 || effects != 1 {
		t.Errorf("%d splits of power and gas, %d effects with a range", split, effects)
	}
	energy := map[string]bool{}
	for _, g := range a.Spread.Groups {
		if g.Outcome == "midmark_cold" {
			for _, x := range g.Groups {
				energy[x.Table] = true
			}
		}
	}
	if energy["market"] || !energy["load"] {
		t.Errorf("the spread of gas is laid to the tables %v", energy)
	}
}

// A case without the tables answers as before: no section, no parts.
func TestNoPower(t *testing.T) {
	c := starter(t)
	if EnergySpec(c) != nil || energyStates(c) != nil {
		t.Error("power in a case without tables of it")
	}
	a, _ := answerOf(t, c, t.TempDir(), Options{})
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"energy"`, `"engines"`} {
		if bytes.Contains(b, []byte(key)) {
			t.Errorf("%s in an answer without power and gas", key)
		}
	}
}

// A state at the boundary is in the tables with what is delivered to it: no row of an
// answer calls it short, and what it wants makes no outcome.
func TestBoundaryStatesHaveNoRows(t *testing.T) {
	c := &casefile.Case{Energy: &region.Spec{
		Zones: []region.Zone{{ID: "in", Country: "XI"}, {ID: "part", Country: "XP"}, {ID: "beyond", Country: "XP", Boundary: true}, {ID: "out", Country: "XO", Boundary: true}},
		Loads: []region.Load{{Zone: "in", Carrier: region.Gas}, {Zone: "part", Carrier: region.Gas}, {Zone: "beyond", Carrier: region.Power}, {Zone: "out", Carrier: region.Gas}},
	}}
	if got := strings.Join(energyStates(c), " "); got != "XI XP" {
		t.Errorf("states %s, want XI XP", got)
	}
	for _, o := range EnergySpec(c).Outcomes {
		if o.Country == "XO" || o.Country == "XP" && o.Measure == region.PowerShort {
			t.Errorf("outcome %s of what lies beyond the boundary", o.ID)
		}
	}
}

// A state of a variable that names a state of the case is written as the case does.
func TestProperWords(t *testing.T) {
	c := &casefile.Case{Actors: []casefile.Actor{{ID: "RU", Name: "Russia", Kind: casefile.State}, {ID: "IN", Name: "India", Kind: casefile.State}, {ID: "x", Name: "Open", Kind: casefile.Person}}}
	for state, want := range map[string]string{"with_russia": "with Russia", "in_force": "in force", "open": "open"} {
		if got := properWords(c, state); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
	}
}
