package astara

import (
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/world"
)

func powerModel(t *testing.T) *Model {
	t.Helper()
	testdata.Need(t, lp.Available())
	var l diag.List
	c := Load(testdata.Overlay(t, casefile.Starter(), "answer/testdata/power.txtar"), &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	m, err := Prepare(t.Context(), c, &l, Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	return m
}

// A run opened by itself has the outcomes that the table has in its row, of both
// engines; the table of either engine is found again in the cache after the other's
// numbers have changed.
func TestPowerRun(t *testing.T) {
	m := powerModel(t)
	o := Options{Cache: &world.Cache{Dir: t.TempDir(), Warn: func(s string) { t.Error(s) }}, Answer: answer.Options{}}
	s, err := m.Solve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(s.Table.Networks) != 2 || len(s.EnergyTable.Networks) != 8 || s.Run.Solved != 10 {
		t.Errorf("%d networks of freight, %d of power and gas, %d solved", len(s.Table.Networks), len(s.EnergyTable.Networks), s.Run.Solved)
	}
	w, err := m.Case.Space.ParseWorld("gas_north=stopped,rail_bridge=built,grid=joined")
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.World(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Outcomes(r)
	for _, tab := range s.Tables() {
		row := tab.Row(w)
		for c, col := range tab.Columns {
			want := tab.At(row, c)
			if have := got[col.ID]; !(math.Abs(have-want) <= 1e-6*(1+math.Abs(want))) && !(math.IsNaN(have) && math.IsNaN(want)) {
				t.Errorf("%s is %v in the run, %v in the table", col.ID, have, want)
			}
		}
	}
	flows, err := r.EnergyFlows(t.Context(), m.Case.Energy)
	if err != nil || len(flows.Ties) != 1 || math.Abs(flows.Ties[0].Energy-got["line_flow"]) > 1e-6 {
		t.Errorf("flows %+v, %v; the outcome is %v", flows, err, got["line_flow"])
	}
	a, err := s.Answer(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Energy == nil || len(a.Energy.Runs) < 5 {
		t.Error("no section on power and gas in the answer")
	}
	// Files of both engines.
	files, err := s.WriteAll(t.Context(), t.TempDir(), a, "test", o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"energy_outcomes.parquet", "ties.csv", "energy.geojson", "report.html"} {
		if !strings.Contains(strings.Join(files, " "), want) {
			t.Errorf("no %s", want)
		}
	}
	// One more line leaves freight as it was.
	c := *m.Case
	energy := *c.Energy
	energy.Ties = append(energy.Ties[:1:1], energy.Ties[0])
	energy.Ties[1].ID, energy.Ties[1].From, energy.Ties[1].To, energy.Ties[1].Coupling = "second", "n", "m", region.HVDC
	c.Energy = &energy
	var l diag.List
	next, err := Prepare(t.Context(), &c, &l, Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	again, err := next.Solve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.Run.Cached != 2 || again.Run.Solved != 8 || again.Table.Hash() != s.Table.Hash() {
		t.Errorf("%d from the cache, %d solved; want freight's 2 and power's 8", again.Run.Cached, again.Run.Solved)
	}
}

// BenchmarkPowerAndGas solves power and gas of all worlds of the flagship case, with
// nothing in a cache. The goal is 5 s on two processors.
func BenchmarkPowerAndGas(b *testing.B) {
	testdata.Need(b, lp.Available())
	plans, err := flagship(b).Plans()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := world.NewSolver(plans[1].Engine, nil)
		if err != nil {
			b.Fatal(err)
		}
		table, _, err := plans[1].SolveWith(b.Context(), s, world.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i, x := range table.Solutions {
			if !x.Converged {
				b.Errorf("network %d did not settle", i)
			}
		}
		s.Close()
	}
	b.ReportMetric(float64(len(plans[1].Networks)), "networks")
}
