package interchange

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// ensemble is a table of four worlds and two effective worlds, by hand.
func ensemble(t *testing.T) *world.Table {
	t.Helper()
	s, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Name: "The pact", Kind: "act", States: []string{"none", "in_force"}},
		{ID: "rail", Name: "The railway", Kind: "event", States: []string{"missing", "built"}}})
	if err != nil {
		t.Fatal(err)
	}
	worlds, err := s.Enumerate(nil, 8)
	if err != nil {
		t.Fatal(err)
	}
	p := &world.Plan{Space: s, Worlds: worlds, RowOf: []int32{0, 1, 0, 1}, Rows: []world.Row{{First: worlds.Codes[0], Worlds: 2}, {First: worlds.Codes[1], Worlds: 2}}}
	return &world.Table{Plan: p, Columns: []world.Column{{ID: "west"}, {ID: "hours", Mean: true}}, LostKinds: []string{"no route"},
		Values: []float64{1e6, math.NaN(), 2e6, 300},
		Status: []world.Status{{Solved: true, Converged: true, Residual: 1e-9, Lost: []float64{5}}, {Solved: true, Lost: []float64{0}}}}
}

func (t *Table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

func TestWorldTables(t *testing.T) {
	weights := []WorldWeight{{Name: "weight_in_force", About: "reference", OfWorld: []float64{0, 0, 0.25, 0.75}}}
	worlds, outcomes, err := WorldTables(ensemble(t), weights, map[string]ColumnInfo{"west": {"t/yr", "western branch"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tab := range []*Table{worlds, outcomes} {
		if err := tab.check(); err != nil {
			t.Error(err)
		}
	}
	if worlds.Rows != 4 || outcomes.Rows != 2 {
		t.Fatalf("%d worlds, %d outcomes", worlds.Rows, outcomes.Rows)
	}
	if got := worlds.column("pact").cell(2) + " " + worlds.column("rail").cell(3) + " " + worlds.column("outcome_row").cell(3); got != "in_force built 1" {
		t.Errorf("world row %q", got)
	}
	// The weight of an effective world is that of its worlds: 0 + 0.25, 0 + 0.75.
	if w := outcomes.column("weight_in_force").Floats; w[0] != 0.25 || w[1] != 0.75 {
		t.Errorf("weights %v", w)
	}
	west := outcomes.column("west")
	if west.Unit != "t/yr" || west.Floats[1] != 2e6 || outcomes.column("hours").cell(0) != "" || outcomes.column("lost_no_route").Floats[0] != 5 || outcomes.column("converged").Bools[1] {
		t.Errorf("outcomes %+v", outcomes.Columns)
	}
	if _, _, err := WorldTables(ensemble(t), []WorldWeight{{Name: "short", OfWorld: []float64{1}}}, nil); err == nil {
		t.Error("weights of one world for four")
	}
}

func caseNetwork() *freight.Spec {
	s := flowNetwork()
	s.Links[0].ID, s.Links[0].Speed, s.Links[0].Open = "L1", 45, true
	s.Links[0].Capacity = units.Between(1e6, 2e6, 3e6, units.Rate)
	s.Links[1].Hours, s.Links[1].Length = units.Exactly(100, units.Time), 2600
	s.Links[1].Open = true
	s.Zones = []freight.Zone{{ID: "za", Name: "Baku", Node: "a"}, {ID: "zb", Name: "Tbilisi", Node: "b"}}
	s.Markets = []freight.Market{{ID: "m1", Tonnes: units.Exactly(1000, units.Rate)}, {ID: "m2", Tonnes: units.Exactly(500, units.Rate)}}
	s.Demand = []freight.Demand{{Market: "m1", OriginZone: "za", DestinationZone: "zb", Fraction: 1}, {Market: "m2", OriginZone: "za", DestinationZone: "zb", Fraction: 0.5}, {Market: "m2", OriginZone: "zb", DestinationZone: "za", Fraction: 0.5}}
	return s
}

func sampleExport(t *testing.T) Export {
	worlds, outcomes, err := WorldTables(ensemble(t), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	runs := []FlowRun{{ID: "baseline", Name: "Baseline", Flow: []LinkFlow{{Total: 10, Transit: 10}, {Total: 5}}}}
	return Export{Origin: origin, Spec: caseNetwork(), Runs: runs, Tables: []*Table{worlds, outcomes}}
}

// The GMNS folder is read back by the reader of this package without a problem.
func TestExportReadsBack(t *testing.T) {
	dir := t.TempDir()
	files, err := sampleExport(t).Write(dir, Forms()...)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 14 {
		t.Errorf("%d files: %v", len(files), files)
	}
	var l diag.List
	g := ReadGMNS(os.DirFS(dir), "gmns", GMNSOptions{}, &l)
	for _, d := range l.All() {
		if d.Rule.Severity != diag.Note && d.Rule.Name != "gmns-uses" { // goods change from mode to mode
			t.Errorf("%v: %s", d.Pos, d.Message)
		}
	}
	if len(g.Nodes) != 4 || len(g.Links) != 2 || len(g.Zones) != 2 || len(g.Demand) != 2 {
		t.Fatalf("read back %d nodes, %d links, %d zones, %d demands", len(g.Nodes), len(g.Links), len(g.Zones), len(g.Demand))
	}
	// 1000 + half of 500; 2600 km in 100 h.
	if g.Demand[0].Amount != 1250 || g.Links[1].FreeSpeed != 26 || g.Links[0].FreeSpeed != 45 {
		t.Errorf("demand %v, speeds %v and %v", g.Demand[0].Amount, g.Links[0].FreeSpeed, g.Links[1].FreeSpeed)
	}
	flows, err := os.ReadFile(filepath.Join(dir, "flows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := "run,link_id,mode,tonnes,domestic,import,export,transit,capacity\nbaseline,L1,rail,10,0,0,0,10,2e+06\nbaseline,L2,sea,5,,,,,\n"
	if string(flows) != want {
		t.Errorf("flows\n%s\nwant\n%s", flows, want)
	}
}

func TestExportSameBytes(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	files, err := sampleExport(t).Write(a, Forms()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sampleExport(t).Write(b, Forms()...); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		rel, err := filepath.Rel(a, f)
		if err != nil {
			t.Fatal(err)
		}
		x, err1 := os.ReadFile(f)
		y, err2 := os.ReadFile(filepath.Join(b, rel))
		if err1 != nil || err2 != nil || string(x) != string(y) {
			t.Errorf("%s differs between two writes", rel)
		}
	}
}

func TestExportFaults(t *testing.T) {
	e := sampleExport(t)
	if _, err := e.Write(t.TempDir(), "shapefile"); err == nil || !strings.Contains(err.Error(), "shapefile") {
		t.Errorf("unknown form: %v", err)
	}
	// A file where the folder should be.
	blocked := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Write(blocked, FormCSV); err == nil {
		t.Error("wrote below a file")
	}
	e.Runs[0].Flow = e.Runs[0].Flow[:1]
	if _, err := e.Write(t.TempDir(), FormCSV); err == nil {
		t.Error("a run with too few links was written")
	}
}
