package discover

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/testdata"
)

// The data of Bryant and Lempert (2010): box 21 of the EMA workbench, or one at
// least as good on coverage and density.
func TestBryantLempert(t *testing.T) {
	dir := testdata.Dir(t, "cases-external/scenario-discovery")
	data, err := os.ReadFile(filepath.Join(dir, "bryant-lempert-2010.csv"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Rows  int `json:"rows"`
		Box21 struct {
			Coverage, Density float64
			QuasiP            map[string]float64 `json:"quasi_p"`
			Limits            map[string][2]float64
		} `json:"box_21"`
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	header := strings.Split(strings.SplitN(string(data), "\n", 2)[0], ",")
	var l diag.List
	tab := FromCSV("bryant-lempert-2010.csv", data, "Greater than 90%", header[2:11], &l)
	if tab == nil {
		t.Fatal(l.All())
	}
	if len(tab.Interest) != want.Rows {
		t.Fatalf("%d rows, want %d", len(tab.Interest), want.Rows)
	}
	bs, err := Peel(tab, Options{Alpha: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	reached := false
	for _, b := range bs {
		t.Logf("coverage %.3f density %.3f mass %.3f limits %d", b.Coverage, b.Density, b.Mass, len(b.Limits))
		reached = reached || b.Coverage >= want.Box21.Coverage-1e-9 && b.Density >= want.Box21.Density-1e-9
	}
	if !reached {
		t.Errorf("no box has coverage %.3f and density %.3f", want.Box21.Coverage, want.Box21.Density)
	}
	// Their box, tested limit by limit.
	box := Box{}
	for c := range tab.Columns {
		if lim, ok := want.Box21.Limits[tab.Columns[c].Name]; ok {
			// Their limits have nine digits and stand at the ends of the range where open.
			x := Limit{Column: c, Low: lim[0] - 1e-6, High: lim[1] + 1e-6}
			if x.Low <= slices.Min(tab.Columns[c].Values) {
				x.Low = math.Inf(-1)
			}
			if x.High >= slices.Max(tab.Columns[c].Values) {
				x.High = math.Inf(1)
			}
			box.Limits = append(box.Limits, x)
		}
	}
	tested := 0
	for _, s := range Supports(tab, box) {
		end := map[string]string{"low": "lower", "high": "upper"}[s.End]
		p, ok := want.Box21.QuasiP[s.Column+" "+end]
		if !ok {
			continue
		}
		tested++
		if math.Abs(math.Log(s.QuasiP/p)) > 1e-6 {
			t.Errorf("quasi-p of %s %s: %v, want %v", s.Column, end, s.QuasiP, p)
		}
	}
	if tested != len(want.Box21.QuasiP) {
		t.Errorf("%d limits tested, want %d", tested, len(want.Box21.QuasiP))
	}
	again, err := Peel(tab, Options{Alpha: 0.1})
	if err != nil || !reflect.DeepEqual(bs, again) {
		t.Errorf("peeled twice, two results (%v)", err)
	}
}

// A box that is there is found: interest is exactly where a is x and n >= 5.
func TestPlantedBox(t *testing.T) {
	tab := &Table{Columns: []Column{{Name: "a", Categories: []string{"x", "y", "z"}}, {Name: "n"}, {Name: "noise"}}}
	for i := range 300 {
		code, n := i%3, float64(i/3%10)
		tab.Columns[0].Code = append(tab.Columns[0].Code, code)
		tab.Columns[1].Values = append(tab.Columns[1].Values, n)
		tab.Columns[2].Values = append(tab.Columns[2].Values, float64(i*7919%300))
		in := 0.0
		if code == 0 && n >= 5 {
			in = 1
		}
		tab.Interest = append(tab.Interest, in)
	}
	bs, err := Peel(tab, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := bs[Best(bs)]
	if b.Coverage != 1 || b.Density != 1 || len(b.Limits) != 2 {
		t.Errorf("%+v", b)
	}
	want := "where a is x and n is at least 4.5: 100 % of the cases of interest lie there (coverage), and 100 % of what lies there is of interest (density)"
	if got := Sentence(tab, b); got != want {
		t.Errorf("%q", got)
	}
	use, err := Resample(tab, Options{}, 10, 1)
	if err != nil || use[0] != 1 || use[1] != 1 {
		t.Errorf("limits in %v of the runs (%v)", use, err)
	}
	// A row of weight 0 does not count.
	tab.Weight = make([]float64, 300)
	for i := range tab.Weight {
		tab.Weight[i] = 1
		if i%3 == 1 {
			tab.Weight[i] = 0
		}
	}
	heavy, err := Peel(tab, Options{})
	if err != nil || math.Abs(heavy[0].Density-50.0/200) > 1e-12 {
		t.Errorf("density %v (%v)", heavy[0].Density, err)
	}
}

func TestRefusals(t *testing.T) {
	if _, err := Peel(&Table{Interest: []float64{0, 0}}, Options{}); err == nil {
		t.Error("nothing of interest is searched")
	}
	if _, err := Peel(&Table{Interest: []float64{0, 1}, Columns: []Column{{Name: "short", Values: []float64{1}}}}, Options{}); err == nil {
		t.Error("a short column is taken")
	}
	var l diag.List
	if FromCSV("a.csv", []byte("x,y\n1,2\n"), "z", nil, &l) != nil || l.All()[0].Rule != RuleColumn {
		t.Errorf("%v", l.All())
	}
	var m diag.List
	if FromCSV("a.csv", []byte("x,y\n1,maybe\n"), "y", nil, &m) != nil || m.All()[0].Rule != RuleInterest || m.All()[0].Pos.Line != 2 {
		t.Errorf("%v", m.All())
	}
}
