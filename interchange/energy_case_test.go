package interchange

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// powerNetwork is two zones with a line and a pipe, in two runs.
func powerNetwork() (*region.Spec, []EnergyRun) {
	s := &region.Spec{
		Zones:  []region.Zone{{ID: "n", X: 20, Y: 52}, {ID: "m", X: 20.5, Y: 50}},
		Blocks: []region.Block{{ID: "cold", Hours: 200}, {ID: "rest", Hours: 8560}},
		Ties:   []region.Tie{{ID: "line", Name: "Line \"A\"", From: "n", To: "m", Status: "operating", Capacity: units.Exactly(300, units.Power)}},
		Pipes:  []region.Pipe{{ID: "pipe", From: "n", To: "m", Status: "planned", Capacity: units.Exactly(4, units.Volume), CapacityBack: units.Exactly(1, units.Volume)}},
	}
	return s, []EnergyRun{
		{ID: "base_year", Name: "Base year", Ties: []TieFlow{{"ac", true, -438, []float64{-50, -50}}}, Pipes: []PipeFlow{{}}},
		{ID: "world", Name: "World", Ties: []TieFlow{{"open", false, 0, []float64{0, 0}}}, Pipes: []PipeFlow{{true, 1.5, []float64{7, 4}}}},
	}
}

func TestEnergyTables(t *testing.T) {
	s, runs := powerNetwork()
	for _, c := range []struct {
		table *Table
		want  string
	}{
		{TieTable(s, runs), "run,tie_id,zone_from,zone_to,coupling,in_service,energy,capacity,capacity_back,block_cold,block_rest\n" +
			"base_year,line,n,m,ac,true,-438,300,,-50,-50\nworld,line,n,m,open,false,0,300,,0,0\n"},
		{PipeTable(s, runs), "run,pipe_id,zone_from,zone_to,in_service,volume,capacity,capacity_back,block_cold,block_rest\n" +
			"base_year,pipe,n,m,false,0,4,1,,\nworld,pipe,n,m,true,1.5,4,1,7,4\n"},
	} {
		var b bytes.Buffer
		if err := WriteCSV(&b, c.table); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.table.Name, b.String(), c.want)
		}
	}
}

func TestEnergyGeoJSON(t *testing.T) {
	s, runs := powerNetwork()
	var b bytes.Buffer
	if err := WriteEnergyGeoJSON(&b, Origin{Case: "c"}, s, runs); err != nil {
		t.Fatal(err)
	}
	var v struct {
		Astara   struct{ Unit string }
		Features []struct {
			ID         string
			Geometry   struct{ Coordinates [][2]float64 }
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	if len(v.Features) != 2 || v.Astara.Unit != "GWh/yr, bcm/yr" {
		t.Fatalf("%d features, unit %q", len(v.Features), v.Astara.Unit)
	}
	line, pipe := v.Features[0], v.Features[1]
	if line.ID != "line" || line.Geometry.Coordinates[1] != [2]float64{20.5, 50} || line.Properties["base_year_gwh"] != -438.0 || line.Properties["world_coupling"] != "open" ||
		line.Properties["world_in_service"] != false || line.Properties["name"] != `Line "A"` {
		t.Errorf("line %+v", line)
	}
	if pipe.Properties["carrier"] != "gas" || pipe.Properties["world_bcm"] != 1.5 || pipe.Properties["status"] != "planned" {
		t.Errorf("pipe %+v", pipe)
	}
	s.Ties[0].To = "nowhere"
	if err := WriteEnergyGeoJSON(&b, Origin{}, s, runs); err == nil {
		t.Error("an unknown zone is no fault")
	}
}

// Tables of power and gas are written beside the others, and only where there are
// any; flows of another network are a fault before anything is written.
func TestExportWithEnergy(t *testing.T) {
	s, runs := powerNetwork()
	e := Export{Spec: &freight.Spec{}, Energy: s, EnergyRuns: runs}
	dir := t.TempDir()
	files, err := e.Write(dir, FormGeoJSON, FormCSV)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(files, "\n")
	for _, want := range []string{"energy.geojson", "ties.csv", "pipes.csv"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s among %s", want, all)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
	if err != nil || !bytes.Contains(b, []byte(`"block_cold"`)) {
		t.Errorf("the data package does not describe blocks: %v", err)
	}
	e.EnergyRuns = []EnergyRun{{ID: "x"}}
	if files, err := e.Write(t.TempDir(), FormCSV); err == nil || len(files) > 0 {
		t.Errorf("flows of another network: %v, %v", files, err)
	}
	e.Energy = nil
	if files, err = e.Write(t.TempDir(), FormGeoJSON, FormCSV); err != nil || strings.Contains(strings.Join(files, " "), "energy") {
		t.Errorf("without power and gas: %v, %v", files, err)
	}
}
