package answer

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// starter loads the small case that the program writes for newcomers.
func starter(t *testing.T) *casefile.Case {
	t.Helper()
	var l diag.List
	c := casefile.Load(casefile.Starter(), &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	return c
}

// answerOf takes a case through the whole way, with the real engine.
func answerOf(t *testing.T, c *casefile.Case, dir string, opt Options) (*Answer, *freight.Base) {
	t.Helper()
	var l diag.List
	base, err := freight.Prepare(Spec(c), &l, freight.Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	var impossible []*formula.Prop
	for _, x := range c.Impossible {
		impossible = append(impossible, x.Prop)
	}
	ws, err := c.Space.Enumerate(impossible, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	engine := world.NewFreight(base, Changes(c))
	plan, err := world.NewPlan(c.Space, ws, Effects(c), engine)
	if err != nil {
		t.Fatal(err)
	}
	solver, err := world.NewSolver(engine, &world.Cache{Dir: dir, Warn: func(m string) { t.Error(m) }})
	if err != nil {
		t.Fatal(err)
	}
	defer solver.Close()
	tab, run, err := plan.SolveWith(t.Context(), solver, world.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Compute(t.Context(), Input{Case: c, Tables: []*world.Table{tab}, Freight: engine, Solver: solver, Run: &run}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return a, base
}

func TestStarterCase(t *testing.T) {
	c := starter(t)
	opt := Options{Draws: 8, Keys: 4, Seed: 1}
	dir := t.TempDir()
	a, base := answerOf(t, c, dir, opt)
	if a.Run.Cached != 0 || a.Run.Solved == 0 {
		t.Errorf("cold run %+v", a.Run)
	}
	for i, o := range c.Freight.Outcomes { // the base's outcomes begin with these
		got := a.Outcomes[i]
		if year := base.BaseYearRun().Outcomes[i]; got.ID != o.ID || math.Abs(got.BaseYear.V-year) > 1e-6*math.Abs(year) {
			t.Errorf("%s in the base year is %v, the engine's run has %v", o.ID, got.BaseYear, year)
		}
		if line := base.BaselineRun().Outcomes[i]; math.Abs(got.Baseline.V-line) > 1e-6*math.Abs(line) {
			t.Errorf("%s in the baseline world is %v, the engine's run has %v", o.ID, got.Baseline, line)
		}
	}
	for _, x := range a.Countries {
		for _, n := range x.Neighbours {
			if n.Exposure.OK && (n.Exposure.V < 0 || n.Exposure.V > 1+1e-9) {
				t.Errorf("exposure of %s to %s is %v", x.ID, n.ID, n.Exposure.V)
			}
		}
		if x.Focus != (x.ID == c.Focus) {
			t.Errorf("focus is on %s", x.ID)
		}
	}
	if len(a.Countries) == 0 || a.Countries[0].ID != c.Focus {
		t.Fatalf("the first page is not that of %s", c.Focus)
	}
	for _, o := range a.Spread.Acts[0].Outcomes {
		if sum := o.Politics.V + o.Numbers.V + o.Interaction.V; o.Total.Or(0) > 0 && math.Abs(sum-1) > 1e-9 {
			t.Errorf("the parts of %s sum to %v", o.Outcome, sum)
		}
	}
	if a.First == "" || a.First != a.Questions[0].First {
		t.Errorf("first sentence %q", a.First)
	}
	if len(a.Claims) != len(c.Claims) || len(a.Observed) != len(c.Observed) || len(a.Corridors) != len(c.Corridors) {
		t.Error("claims, observed figures or corridors are missing")
	}

	// Warm: nothing is solved and the bytes are the same.
	b, _ := answerOf(t, c, dir, opt)
	if b.Run.Solved != 0 {
		t.Errorf("warm run solved %d networks", b.Run.Solved)
	}
	a.Run, b.Run = nil, nil
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if string(x) != string(y) {
		t.Error("the warm answer differs from the cold one")
	}
	var text strings.Builder
	if err := Text(&text, a, TextOptions{}); err != nil || !strings.HasPrefix(text.String(), a.First[:20]) {
		t.Errorf("text: %v", err)
	}
}

// The case as shipped has an effect; with every arrow out of the acts cut it is
// exactly 0 for everything.
func TestStarterCutArrows(t *testing.T) {
	whole, _ := answerOf(t, starter(t), t.TempDir(), Options{})
	moved := false
	for _, e := range whole.Acts[0].Effects {
		moved = moved || e.Effect.Or(0) != 0
	}
	if !moved {
		t.Error("the starter case has no effect to cut")
	}
	c := starter(t)
	for v := range c.Variables {
		x := &c.Variables[v]
		var parents []int
		act := false
		for _, p := range x.InfluencedBy {
			if isAct(c.Variables[p]) {
				act = true
			} else {
				parents = append(parents, p)
			}
		}
		if act {
			x.InfluencedBy = parents
			x.Given = x.Given[:1]
			x.Given[0].When = nil
		}
	}
	cut, _ := answerOf(t, c, t.TempDir(), Options{Draws: 4, Keys: 2, Seed: 1})
	for _, act := range cut.Acts {
		if len(act.Reaches) != 0 {
			t.Errorf("%s still reaches %v", act.ID, act.Reaches)
		}
		for _, e := range act.Effects {
			if e.Effect.OK && e.Effect.V != 0 {
				t.Errorf("effect of %s on %s is %v, want exactly 0", act.ID, e.Outcome, e.Effect.V)
			}
		}
	}
	for _, x := range cut.Countries {
		for _, r := range x.Rows {
			for _, e := range r.Effects {
				if e.With != e.Without {
					t.Errorf("%s of %s: %v and %v", r.ID, x.ID, e.With, e.Without)
				}
			}
		}
	}
	if !strings.HasPrefix(cut.First, "Nothing to see: ") || strings.Contains(cut.First, "expert") {
		t.Errorf("first sentence %q", cut.First)
	}
}

// Another range around the same centre is another draw: a cache filled before
// the range was changed gives what a new one gives.
func TestDrawsReadRangesOfEffects(t *testing.T) {
	ranged := func(high float64) *casefile.Case {
		c := starter(t)
		border := c.Freight.Borders[0].ID
		c.Effects[0].Freight = append(c.Effects[0].Freight, freight.Change{Op: freight.OpHours, On: freight.Selector{Border: border},
			How: freight.Times, Amount: units.Between(0.5, 0.8, high, units.Dimensionless), Why: c.Effects[0].ID})
		return c
	}
	opt := Options{Draws: 4, Keys: 2, Seed: 1}
	dir := t.TempDir()
	before, _ := answerOf(t, ranged(0.9), dir, opt)
	after, _ := answerOf(t, ranged(4), dir, opt)
	fresh, _ := answerOf(t, ranged(4), t.TempDir(), opt)
	text := func(a *Answer) string {
		b, err := json.Marshal(a.Spread)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if text(before) == text(fresh) {
		t.Fatal("the range moves nothing, the test is idle")
	}
	if text(after) != text(fresh) {
		t.Error("draws of the old range came from the cache")
	}
}
