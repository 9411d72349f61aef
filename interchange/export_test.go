package interchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/astara-corridors/astara/freight"
)

func sample() *Table {
	return &Table{Name: "outcomes", About: "One row an effective world", Rows: 3, Columns: []Column{
		{Name: "world", Type: Text, Words: []string{"baseline", "a, \"quoted\" world"}, Codes: []uint32{0, 1, 0}},
		{Name: "row", Type: Integer, Ints: []int64{0, 1, 2}},
		{Name: "hours", Type: Number, Unit: "h", About: "mean of the paths", Floats: []float64{0.1, math.NaN(), 1e300}},
		{Name: "converged", Type: Boolean, Bools: []bool{true, false, true}},
	}}
}

var origin = Origin{Case: "demo", Title: "Demo <case>", TableHash: "00ff", Program: "astara test"}

func TestCSVReadsBack(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, sample()); err != nil {
		t.Fatal(err)
	}
	want := "world,row,hours,converged\nbaseline,0,0.1,true\n\"a, \"\"quoted\"\" world\",1,,false\nbaseline,2,1e+300,true\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 4 || rows[2][0] != "a, \"quoted\" world" {
		t.Errorf("read back %v, %v", rows, err)
	}
}

func TestPackageDescribesColumns(t *testing.T) {
	var b bytes.Buffer
	if err := WritePackage(&b, origin, sample()); err != nil {
		t.Fatal(err)
	}
	var p dataPackage
	if err := json.Unmarshal(b.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Format != ExportFormat || len(p.Resources) != 1 || p.Resources[0].Path != "outcomes.csv" || len(p.Resources[0].Schema.Fields) != 4 || p.Resources[0].Schema.Fields[2].Unit != "h" {
		t.Errorf("package %+v", p)
	}
}

func TestParquetReadsBack(t *testing.T) {
	var b bytes.Buffer
	if err := WriteParquet(&b, origin, sample()); err != nil {
		t.Fatal(err)
	}
	again := bytes.Buffer{}
	if err := WriteParquet(&again, origin, sample()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("two writes of one table differ")
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range f.Schema().Columns() {
		names = append(names, strings.Join(c, "."))
	}
	if got := strings.Join(names, ","); got != "world,row,hours,converged" {
		t.Errorf("columns %s", got)
	}
	if v, ok := f.Lookup("astara.export"); !ok || v != "1" {
		t.Errorf("version %q, %v", v, ok)
	}
	if v, _ := f.Lookup("astara.columns"); !strings.Contains(v, `"unit":"h"`) {
		t.Errorf("columns metadata %q", v)
	}
	type record struct {
		World     string   `parquet:"world"`
		Row       int64    `parquet:"row"`
		Hours     *float64 `parquet:"hours,optional"`
		Converged bool     `parquet:"converged"`
	}
	rows := make([]record, 4)
	n, err := parquet.NewGenericReader[record](f).Read(rows)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if n != 3 || rows[1].World != "a, \"quoted\" world" || rows[1].Hours != nil || *rows[0].Hours != 0.1 || *rows[2].Hours != 1e300 || rows[1].Converged || !rows[2].Converged || rows[2].Row != 2 {
		t.Errorf("read back %d rows %+v", n, rows)
	}
}

// More rows than one batch, so that the last, short one is written too.
func TestParquetBatches(t *testing.T) {
	n := parquetBatch + 7
	c := Column{Name: "i", Type: Integer, Ints: make([]int64, n)}
	for i := range c.Ints {
		c.Ints[i] = int64(i)
	}
	var b bytes.Buffer
	if err := WriteParquet(&b, origin, &Table{Name: "t", Rows: n, Columns: []Column{c}}); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || f.NumRows() != int64(n) {
		t.Errorf("%d rows, %v", f.NumRows(), err)
	}
}

func TestTableFaults(t *testing.T) {
	for name, spoil := range map[string]func(*Table){
		"too few values":  func(t *Table) { t.Columns[1].Ints = nil },
		"code past words": func(t *Table) { t.Columns[0].Codes[0] = 9 },
		"two of a name":   func(t *Table) { t.Columns[1].Name = "world" },
		"unknown type":    func(t *Table) { t.Columns[1].Type = "date" },
	} {
		tab := sample()
		spoil(tab)
		if WriteCSV(io.Discard, tab) == nil {
			t.Errorf("%s: CSV written", name)
		}
		if WriteParquet(io.Discard, origin, tab) == nil {
			t.Errorf("%s: Parquet written", name)
		}
	}
}

func flowNetwork() *freight.Spec {
	return &freight.Spec{
		Nodes: []freight.Node{{ID: "a", Country: "AZ", X: 49.9, Y: 40.4}, {ID: "b", Country: "GE", X: 44.8, Y: 41.7}, {ID: "w", Country: "XZ", X: 170, Y: 10}, {ID: "e", Country: "XZ", X: -170, Y: 20}},
		Links: []freight.Link{{ID: "L\"1", From: "a", To: "b", Mode: "rail", Length: 552}, {ID: "L2", From: "w", To: "e", Mode: "sea", Length: 2400, Straits: []string{"none"}}},
	}
}

func TestGeoJSON(t *testing.T) {
	runs := []FlowRun{
		{ID: "baseline", Name: "Baseline", Flow: []LinkFlow{{Total: 10, Domestic: 1, Import: 2, Export: 3, Transit: 4}, {Total: 5}}},
		{ID: "pact", Name: "Pact", Flow: []LinkFlow{{Total: 12.5, Transit: 12.5}, {Total: 5}}},
	}
	var b bytes.Buffer
	if err := WriteGeoJSON(&b, origin, flowNetwork(), runs); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Type   string
		Astara struct {
			Format int
			Runs   []struct{ ID, Name string }
		}
		Features []struct {
			ID       string
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	if got.Type != "FeatureCollection" || got.Astara.Format != ExportFormat || len(got.Astara.Runs) != 2 || len(got.Features) != 2 {
		t.Fatalf("collection %+v", got)
	}
	p := got.Features[0].Properties
	if p["link_id"] != "L\"1" || p["country"] != "AZ-GE" || p["baseline_transit_t"] != 4.0 || p["pact_t"] != 12.5 || p["change_t"] != 2.5 {
		t.Errorf("properties %v", p)
	}
	if string(got.Features[0].Geometry.Coordinates) != "[[49.9,40.4],[44.8,41.7]]" {
		t.Errorf("coordinates %s", got.Features[0].Geometry.Coordinates)
	}
	// Half of the way from 170 E to 170 W lies at 180, at half the height.
	if g := got.Features[1].Geometry; g.Type != "MultiLineString" || string(g.Coordinates) != "[[[170,10],[180,15]],[[-180,15],[-170,20]]]" {
		t.Errorf("over the antimeridian: %s %s", g.Type, g.Coordinates)
	}
	if _, ok := got.Features[1].Properties["baseline_transit_t"]; ok {
		t.Error("flow types of a sea leg, where none are known")
	}
}

func TestGeoJSONFaults(t *testing.T) {
	s := flowNetwork()
	if WriteGeoJSON(io.Discard, origin, s, []FlowRun{{ID: "short", Flow: make([]LinkFlow, 1)}}) == nil {
		t.Error("a run with too few links was written")
	}
	s.Links[0].To = "nowhere"
	if WriteGeoJSON(io.Discard, origin, s, nil) == nil {
		t.Error("a link to nowhere was written")
	}
}
