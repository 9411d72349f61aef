package answer

import (
	"math"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

// twoEngines is the small case with a second engine that sees the strait only.
func twoEngines(t *testing.T) (*casefile.Case, []*world.Table, [2]*linear, [2]*world.Solver) {
	t.Helper()
	c, first, e := small(t)
	power := &linear{adds: []float64{0, 6}, scale: 1, c: c, other: "power_"}
	for _, o := range []freight.Outcome{{ID: "power_tonnes", Measure: freight.Tonnes, Materiality: 0.01}, {ID: "power_hours", Measure: freight.Hours, Materiality: 0.01}} {
		c.Outcomes = append(c.Outcomes, casefile.Outcome{Outcome: o, Name: "the " + o.ID})
	}
	plan, err := world.NewPlan(c.Space, first.Worlds, Effects(c), power)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := plan.Solve(t.Context(), world.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var solvers [2]*world.Solver
	for i, engine := range []*linear{e, power} {
		if solvers[i], err = world.NewSolver(engine, nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(solvers[i].Close)
	}
	return c, []*world.Table{first, second}, [2]*linear{e, power}, solvers
}

// An answer over two engines holds what answers over either alone hold: the first
// engine's numbers bit for bit, and the second's as worked out by hand.
func TestTwoEngines(t *testing.T) {
	opt := Options{Draws: 8, Keys: 4, Seed: 1}
	alone, table, e := small(t)
	want := compute(t, alone, table, e, opt)
	c, tables, engines, solvers := twoEngines(t)
	got, err := Compute(t.Context(), Input{Case: c, Tables: tables, Freight: engines[0], Solver: solvers[0],
		Energy: engines[1], EnergySolver: solvers[1]}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if got.Worlds.Effective != want.Worlds.Effective+2 || len(got.Worlds.Engines) != 2 || got.Worlds.Engines[1] != (EngineInfo{"linearpower_", 2, 2, 0}) {
		t.Errorf("worlds %+v", got.Worlds)
	}
	for i, act := range want.Acts {
		for _, x := range act.Effects {
			if y := got.Acts[i].effect(x.State, x.Outcome); y == nil || y.With != x.With || y.Without != x.Without || y.ChangeLow != x.ChangeLow {
				t.Errorf("%s of %s: %+v, alone %+v", x.Outcome, act.ID, y, x)
			}
		}
		// The pact does not reach the strait: its effect on power is exactly 0, with
		// a quarter of the weight on 10 + 6.
		y := got.Acts[i].effect("in_force", "power_tonnes")
		if y.Effect != (Number{0, true}) || math.Abs(y.With.V-11.5) > 1e-12 || y.Material {
			t.Errorf("power under %s: %+v", act.View, y)
		}
	}
	power := got.Outcomes[2]
	if power.ID != "power_tonnes" || power.BaseYear.V != 9 || power.Baseline.V != 10 || power.LeastInTable.V != 10 || power.MostInTable.V != 16 {
		t.Errorf("power %+v", power)
	}
	// Draws: each engine's figures on its own key worlds.
	if got.Spread.Figures != 2*want.Spread.Figures {
		t.Errorf("%d figures, alone %d", got.Spread.Figures, want.Spread.Figures)
	}
	act := got.Spread.Acts[0]
	for _, x := range want.Spread.Acts[0].Outcomes {
		if !slices.Contains(act.Outcomes, x) {
			t.Errorf("the split %+v is lost among %+v", x, act.Outcomes)
		}
	}
	for _, x := range act.Outcomes {
		if x.Outcome == "power_tonnes" && !(x.Numbers.V > 0 && x.Politics.V > 0 && math.Abs(x.Numbers.V+x.Politics.V+x.Interaction.V-1) < 1e-9) {
			t.Errorf("power is split %+v", x)
		}
	}
	drawn := 0
	for _, key := range act.Keys {
		if key.Engine == "linearpower_" {
			drawn++
		}
	}
	if drawn == 0 || drawn == len(act.Keys) {
		t.Errorf("%d of %d key worlds are the second engine's", drawn, len(act.Keys))
	}
}

// A table without its engine is a fault, not an answer without it.
func TestTableWithoutEngine(t *testing.T) {
	c, tables, engines, solvers := twoEngines(t)
	if _, err := Compute(t.Context(), Input{Case: c, Tables: tables, Freight: engines[0], Solver: solvers[0]}, Options{}); err == nil {
		t.Error("no error")
	}
}
