package interchange_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// valley reads the folder of testdata, whose README tells what it holds.
func valley(t testing.TB) ([]energy.Snapshot, *diag.List) {
	t.Helper()
	var l diag.List
	s := interchange.ReadPyPSA(os.DirFS("testdata/pypsa"), "valley", &l)
	if l.Failed() || len(s) != 2 {
		t.Fatalf("%d snapshots: %v", len(s), l.All())
	}
	return s, &l
}

func TestReadPyPSA(t *testing.T) {
	s, l := valley(t)
	if s[1].ID != "2030-01-15 18:00:00" || s[1].Hours != 5 || s[1].Weight != 5 {
		t.Errorf("%+v", s[1])
	}
	g := s[1].Grid
	if g.Name != "valley" || len(g.Buses) != 5 || len(g.Branches) != 3 || len(g.Generators) != 5 || len(g.Links) != 2 || len(g.Loads) != 2 {
		t.Fatalf("%+v", g)
	}
	if b := g.Buses[0]; !b.Reference || b.KV != 220 || b.X != 45 || b.Carrier != "" || g.Buses[3].Carrier != "DC" {
		t.Errorf("%+v", b)
	}
	// 0.301 ohm/km x 50 km on 220 kV; 2 ohm of a direct current line on 200 kV; 0.1 on 200 MVA.
	for i, want := range []float64{15.05 * 100 / 220 / 220, 2.0 * 100 / 200 / 200, 0.1 * 100 / 200} {
		if x := g.Branches[i]; math.Abs(x.X-want) > 1e-15 {
			t.Errorf("branch %s has reactance %v, not %v", x.ID, x.X, want)
		}
	}
	if x := g.Branches[2]; x.ID != "transformer 1" || math.Abs(x.RateA-140) > 1e-9 || s[0].Grid.Branches[2].RateA != 200 {
		t.Errorf("%+v", x)
	}
	if x := g.Generators[1]; x.ID != "wind" || x.Pmax != 10 || s[0].Grid.Generators[1].Pmax != 50 || x.Fuel != "wind" {
		t.Errorf("%+v", x)
	}
	if x := g.Generators[2]; x.Cost.C != [3]float64{0, 60, 0.01} || !g.Generators[3].Out {
		t.Errorf("%+v", x)
	}
	if x := g.Generators[4]; x.ID != "lake" || x.Pmin != -5 || x.Pmax != -5 {
		t.Errorf("%+v", x)
	}
	if x := g.Links[0]; math.Abs(x.Loss1-0.02) > 1e-15 || x.Pmax != 50 || x.Pmin != 0 {
		t.Errorf("%+v", x)
	}
	// What bears on the answer and is not modelled is said.
	all := fmt.Sprint(l.All())
	for _, want := range []string{
		"capacities that may be extended are not part of the model: 1 generator stands at p_nom_opt (1) or p_nom (0)",
		"storage is not dispatched: 1 storage_unit of 5 MW is left out (pond)",
		"global_constraints.csv has 1 row that is not part of the model",
		"columns of buses.csv are not read: country",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
}

// By hand. First snapshot: demand 160, the lake gives 10, wind 50, coal 100 at 20. Second:
// Town needs 155 with what the lake takes, 140 through the transformer and 15 over the
// converters, which take 15/0.98^2 from Ridge; wind 10. The price at Town is 20/0.98^2.
func TestValleyDispatch(t *testing.T) {
	testdata.Need(t, lp.Available())
	s, _ := valley(t)
	for _, workers := range []int{1, 3} {
		r, err := energy.OPFSeries(context.Background(), s, energy.SeriesOptions{Workers: workers})
		if err != nil || r.Status != "optimal" {
			t.Fatalf("%+v %v", r, err)
		}
		first, second := 20.0*100, 20*(40+140+15/0.9604-10)
		if want := 3*first + 5*second; math.Abs(*r.Objective-want) > 1e-6 {
			t.Errorf("objective %v, not %v", *r.Objective, want)
		}
		if d := r.Snapshots[1].Dispatch; math.Abs(*d.Objective-second) > 1e-6 || math.Abs(d.Buses[2].Price-20/0.9604) > 1e-6 {
			t.Errorf("%v at price %v", *d.Objective, d.Buses[2].Price)
		}
		if math.Abs(r.Demand-(3*160+5*190)) > 1e-6 || math.Abs(r.Served-r.Demand) > 1e-6 {
			t.Errorf("demand %v MWh, served %v", r.Demand, r.Served)
		}
		var text, table bytes.Buffer
		if err := r.WriteText(&text, energy.All); err != nil || !strings.Contains(text.String(), "no storage, ramp or start of a plant reaches from one into the next") {
			t.Errorf("%v\n%s", err, text.String())
		}
		if err := r.WriteCSV(&table); err != nil || !strings.Contains(table.String(), "\n2030-01-15 18:00:00,branch,transformer 1,Ford,Town,140,") {
			t.Errorf("%v\n%s", err, table.String())
		}
	}
}

// pypsaFiles collects what WritePyPSA writes.
func pypsaFiles(t testing.TB, s []energy.Snapshot) (fstest.MapFS, []string) {
	t.Helper()
	files := fstest.MapFS{}
	left, err := interchange.WritePyPSA(func(name string, write func(io.Writer) error) error {
		var b bytes.Buffer
		if files["x/"+name] != nil {
			t.Errorf("%s is written twice", name)
		}
		err := write(&b)
		files["x/"+name] = &fstest.MapFile{Data: b.Bytes()}
		return err
	}, s)
	if err != nil {
		t.Fatal(err)
	}
	return files, left
}

// same compares grids but for places in files and rounding in the last digits.
func same(t testing.TB, what string, a, b *energy.Grid) {
	t.Helper()
	const digits = 1e-13
	var walk func(path string, x, y reflect.Value)
	walk = func(path string, x, y reflect.Value) {
		switch x.Kind() {
		case reflect.Float64:
			p, q := x.Float(), y.Float()
			if p != q && !(math.Abs(p-q) <= digits*math.Max(1, math.Max(math.Abs(p), math.Abs(q)))) {
				t.Errorf("%s%s: %v and %v", what, path, p, q)
			}
		case reflect.Struct:
			for i := range x.NumField() {
				if x.Type().Field(i).Name != "Pos" {
					walk(path+"."+x.Type().Field(i).Name, x.Field(i), y.Field(i))
				}
			}
		case reflect.Slice:
			if x.Len() != y.Len() {
				t.Errorf("%s%s: %d and %d", what, path, x.Len(), y.Len())
				return
			}
			for i := range x.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), x.Index(i), y.Index(i))
			}
		case reflect.Array:
			for i := range x.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), x.Index(i), y.Index(i))
			}
		default:
			if !x.Equal(y) {
				t.Errorf("%s%s: %v and %v", what, path, x, y)
			}
		}
	}
	walk("", reflect.ValueOf(*a), reflect.ValueOf(*b))
}

// Writing a folder and reading it gives the same grids, snapshot by snapshot.
func TestPyPSARoundTrip(t *testing.T) {
	s, _ := valley(t)
	for k := range s {
		s[k].Grid.Generators[0].P = 100 + float64(k)
		s[k].Grid.Links[0].P = 5
		s[k].Grid.Branches[0].RateB, s[k].Grid.Branches[0].RateC = 330, 360
		s[k].Grid.Loads[0].Value = 500
	}
	files, left := pypsaFiles(t, s)
	var l diag.List
	again := interchange.ReadPyPSA(files, "x", &l)
	if l.Failed() || len(again) != len(s) {
		t.Fatal(l.All())
	}
	for _, d := range l.All() {
		if d.Rule.Name != "pypsa-not-modelled" {
			t.Errorf("reading what was written: %v", d)
		}
	}
	for k := range s {
		if again[k].ID != s[k].ID || again[k].Hours != s[k].Hours || again[k].Weight != s[k].Weight {
			t.Errorf("%+v", again[k])
		}
		// The lake comes back as a plant that gives what it must.
		same(t, s[k].ID, s[k].Grid, again[k].Grid)
	}
	if words := strings.Join(left, "\n"); !strings.Contains(words, "short-term ratings of 1 branch") || !strings.Contains(words, "shed_price") {
		t.Errorf("left %q", left)
	}
	twice, _ := pypsaFiles(t, again)
	for name := range files {
		if twice[name] == nil || !bytes.Equal(files[name].Data, twice[name].Data) {
			t.Errorf("%s differs when written again", name)
		}
	}
}

// A MATPOWER case with links, islands, taps and piecewise costs has the same optimum as
// a PyPSA folder, and as a MATPOWER case written again.
func TestMATPOWERThroughPyPSA(t *testing.T) {
	var l diag.List
	g := interchange.ReadMATPOWER("islands.m", []byte(islands), &l)
	one := []energy.Snapshot{{Hours: 1, Weight: 1, Grid: g}}
	files, left := pypsaFiles(t, one)
	back := interchange.ReadPyPSA(files, "x", &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	if !strings.Contains(strings.Join(left, ";"), "constant losses of 1 link") {
		t.Errorf("left %q", left)
	}
	var b bytes.Buffer
	if _, err := interchange.WriteMATPOWER(&b, g); err != nil {
		t.Fatal(err)
	}
	again := interchange.ReadMATPOWER("again.m", b.Bytes(), &l)
	if l.Failed() {
		t.Fatalf("%v\n%s", l.All(), b.String())
	}
	same(t, "MATPOWER", g, again)
	testdata.Need(t, lp.Available())
	for name, x := range map[string]*energy.Grid{"PyPSA": back[0].Grid, "MATPOWER": again} {
		r, err := energy.OPF(context.Background(), x, energy.OPFOptions{})
		if err != nil {
			t.Fatal(err)
		}
		// As in TestIslandsCase.
		if want := 850 + 7 + 50*(65-23.5); r.Status != "optimal" || math.Abs(*r.Objective-want) > 1e-6 {
			t.Errorf("%s: %s %v, not %v", name, r.Status, r.Objective, want)
		}
	}
}

// Cases of PGLib are the same grid after MATPOWER, and after PyPSA up to names, and keep
// their recomputed objectives.
func TestPGLibThroughFormats(t *testing.T) {
	testdata.Need(t, lp.Available())
	objective := map[string]string{}
	for _, r := range rows(t, filepath.Join(testdata.Dir(t, "energy/pglib"), "recomputed.csv")) {
		objective[r["case"]] = r["own_dc_objective_form_B"]
	}
	for _, name := range []string{"pglib_opf_case14_ieee", "pglib_opf_case24_ieee_rts", "pglib_opf_case240_pserc", "pglib_opf_case300_ieee"} {
		g := pglib(t, name)
		var b bytes.Buffer
		if left, err := interchange.WriteMATPOWER(&b, g); err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
		var l diag.List
		same(t, name, g, interchange.ReadMATPOWER(name+".m", b.Bytes(), &l))
		files, _ := pypsaFiles(t, []energy.Snapshot{{Hours: 1, Weight: 1, Grid: g}})
		s := interchange.ReadPyPSA(files, "x", &l)
		if l.Failed() {
			t.Fatal(l.All())
		}
		r, err := energy.OPF(context.Background(), s[0].Grid, energy.OPFOptions{})
		if err != nil || r.Status != "optimal" {
			t.Fatalf("%s: %+v %v", name, r, err)
		}
		if want := number(t, objective[name]); math.Abs(*r.Objective-want) > 1e-7*want {
			t.Errorf("%s through PyPSA: %v, not %v", name, *r.Objective, want)
		}
	}
}

// A branch of which an expansion built nothing is out of service, not without a limit.
func TestPyPSAUnbuilt(t *testing.T) {
	files := fstest.MapFS{
		"x/buses.csv":        {Data: []byte("name,v_nom\na,110\nb,110\n")},
		"x/lines.csv":        {Data: []byte("name,bus0,bus1,x,s_nom,s_nom_extendable,s_nom_opt\nbuilt,a,b,10,5,True,80\nnot,a,b,10,5,True,1e-12\nstands,a,b,10,5,False,\n")},
		"x/transformers.csv": {Data: []byte("name,bus0,bus1,x,s_nom,s_nom_extendable,s_nom_opt\nt,a,b,0.1,0,True,0\n")},
	}
	var l diag.List
	s := interchange.ReadPyPSA(files, "x", &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	for i, want := range []struct {
		rate float64
		out  bool
	}{{80, false}, {1e-12, true}, {5, false}, {0, true}} {
		if b := s[0].Grid.Branches[i]; b.Out != want.out || (!b.Out && b.RateA != want.rate) {
			t.Errorf("%+v", b)
		}
	}
	if strings.Contains(fmt.Sprint(l.All()), "no s_nom") {
		t.Errorf("%v", l.All())
	}
}

// Each slip is reported at its place, with the rule that names it.
func TestPyPSABadInput(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("testdata/pypsa/valley", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, c := range []struct{ file, old, new, want string }{
		{"lines.csv", "Ridge,Ford", "Ridge,Frod", `x/lines.csv:2:9: error A852 pypsa-unknown-name: lines bus1 of 1 is "Frod", and there is no such bus`},
		{"lines.csv", "Al/St 240/40 2", "Al/St 2", "x/lines.csv:2:14: error A852 pypsa-unknown-name: line 1 is of the type"},
		{"lines.csv", "Ridge,Ford", "Ridge,Town", "x/lines.csv:2:1: error A851 pypsa-value: line 1 joins 220 kV and 110 kV"},
		{"lines.csv", ",300.0", ",", "warning A857 pypsa-no-rating: 1 line has no s_nom (1)"},
		{"generators.csv", "coal,20.0", "coal,x20", `x/generators.csv:2:36: error A851 pypsa-value: generators marginal_cost of coal is "x20"`},
		{"generators.csv", "coal,20.0,0.0,True", "coal,20.0,0.0,Yes", `error A851 pypsa-value: generators active of coal is "Yes"`},
		{"generators.csv", "wind,Ridge", "coal,Ridge", `x/generators.csv:3:1: error A853 pypsa-twice: generators has two rows "coal"`},
		{"generators-p_max_pu.csv", ",wind", ",wnid", "error A852 pypsa-unknown-name: generators-p_max_pu.csv has a column \"wnid\""},
		{"generators-p_max_pu.csv", "1,0.1\n", "", "x/generators-p_max_pu.csv: error A854 pypsa-series: generators-p_max_pu.csv has 1 row for 2 snapshots"},
		{"transformers.csv", ",200.0", ",0", "x/transformers.csv:2:25: error A851 pypsa-value: s_nom of transformer 1 is 0 MVA"},
		{"buses.csv", "Ford,220.0", "Ford,-220", "error A851 pypsa-value: v_nom of bus Ford is -220 kV"},
		{"snapshots.csv", "08:00:00,3.0", "08:00:00,-3", "error A851 pypsa-value: snapshot 2030-01-15 08:00:00 has the weights -3 and 3"},
		{"links.csv", "name,bus0,bus1,carrier", "name,bus0,bus1,bus2", "warning A855 pypsa-not-modelled: bus2 of 2 links is not part of the model"},
		{"links.csv", "efficiency,marginal_cost", "efficiency,p_set", "note A858 pypsa-set-point: p_set holds 2 links where it says, whatever their bounds and costs: west, east"},
		{"generators.csv", "name,bus,control", "name,bus,ramp_limit_up", "warning A855 pypsa-not-modelled: ramp_limit_up of 4 generators"},
	} {
		files := fstest.MapFS{}
		entries, err := os.ReadDir("testdata/pypsa/valley")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			text := read(e.Name())
			if e.Name() == c.file {
				changed := strings.Replace(text, c.old, c.new, 1)
				if changed == text {
					t.Fatalf("%q is not in %s", c.old, c.file)
				}
				text = changed
			}
			files["x/"+e.Name()] = &fstest.MapFile{Data: []byte(text)}
		}
		var l diag.List
		interchange.ReadPyPSA(files, "x", &l)
		var got []string
		for _, d := range l.All() {
			got = append(got, fmt.Sprint(d))
		}
		if !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%q for %q: got\n%s\nwant %s", c.new, c.old, strings.Join(got, "\n"), c.want)
		}
	}
	var l diag.List
	if interchange.ReadPyPSA(fstest.MapFS{"x/a.txt": {}}, "x", &l); !strings.Contains(fmt.Sprint(l.All()), "there is no buses.csv in the folder") {
		t.Errorf("%v", l.All())
	}
}

// What is read without an error makes grids that can be checked, and written and read
// again.
func FuzzReadPyPSA(f *testing.F) {
	get := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata/pypsa/valley", name))
		if err != nil {
			f.Fatal(err)
		}
		return data
	}
	f.Add(get("buses.csv"), get("lines.csv"), get("generators.csv"), get("links.csv"), get("loads-p_set.csv"))
	f.Add([]byte("name\na\nb\n"), []byte("name,bus0,bus1,x\n1,a,b,1e300\n"), []byte("name,bus,p_nom,p_min_pu,p_max_pu\ng,a,inf,-inf,nan\n"), []byte("name,bus0,bus1,efficiency\nl,a,b,1e309\n"), []byte(",Town\n0,1\n1,inf\n"))
	f.Fuzz(func(t *testing.T, buses, lines, generators, links, series []byte) {
		files := fstest.MapFS{"x/loads.csv": {Data: []byte("name,bus\nTown,Town\n")}, "x/snapshots.csv": {Data: []byte(",snapshot\n0,a\n1,b\n")}}
		for name, data := range map[string][]byte{"buses": buses, "lines": lines, "generators": generators, "links": links, "loads-p_set": series} {
			files["x/"+name+".csv"] = &fstest.MapFile{Data: data}
		}
		var l diag.List
		s := interchange.ReadPyPSA(files, "x", &l)
		if l.Failed() {
			return
		}
		var k diag.List
		for _, x := range s {
			x.Grid.Check(&k)
		}
		if k.Failed() {
			return
		}
		again, _ := pypsaFiles(t, s)
		var m diag.List
		if back := interchange.ReadPyPSA(again, "x", &m); m.Failed() || len(back) != len(s) {
			t.Fatalf("accepted, but not what was written from it: %v", m.All())
		}
	})
}
