package interchange_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// islands is a case made for this test: two islands joined by a DC line, a dead bus,
// both kinds of cost, names, a continued row, commas and comments.
const islands = `function mpc = islands
% two islands
mpc.version = "2";  mpc.baseMVA = 100;
mpc.bus = [ % bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin
 10 3 0 0 0 0 1 1 0 220 1 1.1 0.9; 20, 1, 60, 0, 0, 0, 1, 1, 0, 220, 1, 1.1, 0.9
 30 2 40 0 5 0 1 1 0 ...
    220 1 1.1 0.9;
 40 1 20 0 0 0 1 1 0 220 1 1.1 0.9;
 50 4 99 0 0 0 1 1 0 220 1 1.1 0.9;
];
mpc.gen = [
 10 50 0 0 0 1 100 1 200 0;
 30 30 0 0 0 1 100 1 100 0;
 30 0 0 0 0 1 100 0 100 0;
];
mpc.gencost = [
 1 0 0 3 0 0 100 1000 200 3000;
 2 0 0 3 0 50 7 0 0 0;
 2 0 0 2 1 0 0 0 0 0;
];
mpc.branch = [
 10 20 0.01 0.1 0 100 0 0 0.98 -2 1 -30 30;
 30 40 0.01 0.1 0 0 0 0 0 0 1 -360 360;
 30 40 0.01 0.1 0 0 0 0 0 0 0 0 0;
];
mpc.dcline = [
 10 30 1 10 10 0 0 1 1 0 25 0 0 0 0 1 0.02;
];
mpc.bus_name = { 'One'; 'Two; or 2'; 'Three'; 'Four'; 'Dead' };
`

func TestReadMATPOWER(t *testing.T) {
	var l diag.List
	g := interchange.ReadMATPOWER("islands.m", []byte(islands), &l)
	if l.Len() > 0 {
		t.Fatal(l.All())
	}
	if g.Name != "islands" || g.BaseMVA != 100 || len(g.Buses) != 5 || len(g.Loads) != 4 || len(g.Generators) != 3 || len(g.Branches) != 3 || len(g.Links) != 1 {
		t.Fatalf("%+v", g)
	}
	if b := g.Buses[1]; b.ID != "20" || b.Name != "Two; or 2" {
		t.Errorf("%+v", b)
	}
	if b := g.Buses[2]; b.Shunt != 5 || b.Pos.Line != 6 || !g.Buses[4].Isolated || !g.Buses[0].Reference {
		t.Errorf("%+v", b)
	}
	if x := g.Generators[0]; len(x.Cost.Points) != 3 || x.Cost.At(150) != 2000 {
		t.Errorf("%+v", x)
	}
	if x := g.Generators[1]; x.Cost.C != [3]float64{7, 50, 0} || !g.Generators[2].Out {
		t.Errorf("%+v", x)
	}
	if b := g.Branches[0]; b.Tap != 0.98 || math.Abs(b.Shift+2*math.Pi/180) > 1e-15 || math.Abs(b.AngMax-math.Pi/6) > 1e-15 {
		t.Errorf("%+v", b)
	}
	if b := g.Branches[1]; !math.IsInf(b.AngMin, -1) || !math.IsInf(b.AngMax, 1) || b.RateA != 0 || !g.Branches[2].Out {
		t.Errorf("%+v", b)
	}
}

// By hand: the link brings 25 - 1 - 0.5 = 23.5 MW to the dear island, whose demand is
// 40 + 20 + 5; bus 10 gives 60 + 25 at 10 per MWh.
func TestIslandsCase(t *testing.T) {
	testdata.Need(t, lp.Available())
	var l diag.List
	g := interchange.ReadMATPOWER("islands.m", []byte(islands), &l)
	r, err := energy.OPF(context.Background(), g, energy.OPFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := 850 + 7 + 50*(65-23.5); r.Status != "optimal" || math.Abs(*r.Objective-want) > 1e-6 {
		t.Errorf("%s %v, not %v", r.Status, *r.Objective, want)
	}
	if len(r.Islands) != 2 || r.Islands[0].Reference != "10" || r.Islands[1].Reference != "30" || r.Links[0].Arrives != 23.5 {
		t.Errorf("%+v %+v", r.Islands, r.Links)
	}
	if notes := strings.Join(r.Notes, "; "); !strings.Contains(notes, "1 bus is out of service and left out, with 99 MW of demand") || !strings.Contains(notes, "2 islands") {
		t.Errorf("notes %q", notes)
	}
	checkDispatch(t, &energy.Grid{BaseMVA: 100, Branches: g.Branches}, r)
}

// Each slip is reported at its place, with the rule that names it.
func TestMATPOWERBadInput(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"10 20 0.01", "10 21 0.01", "islands.m:22:5: error A826 matlab-unknown-id"},
		{" 10 50 0", " 11 50 0", "islands.m:12:2: error A826 matlab-unknown-id"},
		{"0.01 0.1 0 100", "0.01 x 0 100", "islands.m:22:13: error A821 matlab-number"},
		{"30 40 0.01 0.1 0 0 0 0 0 0 1 -360 360", "30 40 0.01 0.1", "islands.m:23:2: error A822 matlab-columns"},
		{"\"2\"", "\"1\"", "islands.m:3:15: error A827 matpower-version"},
		{"mpc.gen = [", "mpc.plants = [", "islands.m: error A823 matlab-missing"},
		{"2 0 0 3 0 50 7", "2 0 0 4 0 50 7", "error A828 matpower-cost: a cost has degree 3"},
		{"2 0 0 3 0 50 7", "3 0 0 3 0 50 7", "islands.m:18:2: error A828 matpower-cost"},
		{"20, 1, 60", "20.5, 1, 60", "islands.m:5:36: error A821 matlab-number"},
		{"20, 1, 60", "20, 7, 60", "islands.m:5:40: error A821 matlab-number"},
		{"20, 1, 60", "20, 1, Inf", "islands.m:5:43: error A821 matlab-number"},
		{"'One'", "'One", "error A820 matlab-syntax"},
		{"mpc.dcline = [", "mpc.bus(1, 3) = 5;\nmpc.dcline = [", "islands.m:26:1: error A820 matlab-syntax"},
		{"mpc.dcline = [", "mpc.baseMVA = 10;\nmpc.dcline = [", "islands.m:26:1: error A824 matlab-twice"},
		{"mpc.dcline = [", "mpc.reserves = [];\nmpc.dcline = [", "islands.m:26:1: warning A829 matlab-not-modelled"},
		{"mpc.dcline = [", "mpc.colour = 'red';\nmpc.dcline = [", "islands.m:26:1: note A825 matlab-ignored"},
		{"'Dead' };", "'Dead' ", "error A820 matlab-syntax: the table bus_name does not end"},
	} {
		var l diag.List
		text := strings.Replace(islands, c.old, c.new, 1)
		if c.old == "2 0 0 3 0 50 7" && strings.HasPrefix(c.new, "2 0 0 4") {
			text = strings.Replace(islands, "2 0 0 3 0 50 7", "2 0 0 4 1 50 7", 1)
		}
		if text == islands {
			t.Fatalf("%q is not in the case", c.old)
		}
		interchange.ReadMATPOWER("islands.m", []byte(text), &l)
		var got []string
		for _, d := range l.All() {
			got = append(got, fmt.Sprint(d))
		}
		if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%q for %q: got %q, want %q", c.new, c.old, got, c.want)
		}
	}
}

// A small gas case: a one-way pipe, a short pipe, a regulator, priorities.
const gasCase = `function mgc = two
mgc.sound_speed = 370; mgc.units = 'si'; mgc.is_per_unit = 0;
mgc.junction = [
1 3000000 6000000 4000000 1 1
2 3000000 6000000 4000000 0 1
3 3000000 6000000 4000000 0 1
];
mgc.pipe = [
1 1 2 0.6 50000 0.01 3000000 6000000 1 0
];
mgc.short_pipe = [
2 2 3 1 1
];
mgc.regulator = [
3 1 3 0 1 0 5 1 1
];
mgc.compressor = [ ];
mgc.receipt = [
1 1 0 40 0 1 1
];
mgc.delivery = [
1 2 0 30 10 0 1
2 3 0 50 0 1 1
];
%column_names% priority
mgc.delivery_data = [
1
2
];
`

func TestReadMatgas(t *testing.T) {
	var l diag.List
	g := interchange.ReadMatgas("two.m", []byte(gasCase), &l)
	if l.Len() > 0 {
		t.Fatal(l.All())
	}
	if g.Name != "two" || g.SoundSpeed != 370 || !g.Pipes[0].OneWay || len(g.Passages) != 2 || !g.Passages[0].EqualPressure || g.Passages[1].FlowMax != 5 || g.Demands[1].Priority != 2 {
		t.Errorf("%+v", g)
	}
	testdata.Need(t, lp.Available())
	r, err := energy.Gas(context.Background(), g, energy.GasOptions{})
	// 40 in, 10 fixed, so 30 served at weight 2.
	if err != nil || r.Status != "optimal" || math.Abs(*r.Objective-60) > 1e-9 || math.Abs(r.Served-30) > 1e-9 || r.Fixed != 10 {
		t.Errorf("%+v %v", r, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"1 1 2 0.6", "1 1 9 0.6", "two.m:9:5: error A826 matlab-unknown-id"},
		{"'si'", "'usc'", "two.m:2:36: error A830 matgas-units"},
		{"is_per_unit = 0", "is_per_unit = 1", "error A830 matgas-units"},
		{"mgc.compressor = [ ];", "mgc.storage = [ 1 2 3 ];", "two.m:17:1: warning A829 matlab-not-modelled"},
		{"1\n2\n];", "1\n];", "error A822 matlab-columns"},
		{"mgc.junction", "mgc.nodes", "error A823 matlab-missing"},
	} {
		var l diag.List
		interchange.ReadMatgas("two.m", []byte(strings.Replace(gasCase, c.old, c.new, 1)), &l)
		if got := fmt.Sprint(l.All()); !strings.Contains(got, c.want) {
			t.Errorf("%q for %q: got %s", c.new, c.old, got)
		}
	}
}

// The speed of sound follows from gas data when the file does not state it.
func TestMatgasSoundSpeed(t *testing.T) {
	var l diag.List
	text := strings.Replace(gasCase, "mgc.sound_speed = 370;", "mgc.temperature = 273.15; mgc.compressibility_factor = 0.8; mgc.R = 8.314; mgc.gas_molar_mass = 0.01857;", 1)
	// GasLib-40 in matgas form states 312.8060 m/s with these figures.
	if g := interchange.ReadMatgas("two.m", []byte(text), &l); l.Len() > 0 || math.Abs(g.SoundSpeed-312.806) > 0.2 {
		t.Errorf("%v %v", g.SoundSpeed, l.All())
	}
}

// What is accepted can be checked, and is the same after it was written and read again.
func FuzzReadMATPOWER(f *testing.F) {
	f.Add([]byte(islands))
	f.Add([]byte("mpc.bus = [1 2;;,\n];mpc.x={'a' ; \"b};"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l, k diag.List
		g := interchange.ReadMATPOWER("f.m", data, &l)
		g.Check(&k)
		if l.Failed() || k.Failed() {
			return
		}
		var b bytes.Buffer
		if _, err := interchange.WriteMATPOWER(&b, g); err != nil {
			t.Fatal(err)
		}
		again := interchange.ReadMATPOWER("f.m", b.Bytes(), &l)
		if l.Failed() || len(again.Buses) != len(g.Buses) || len(again.Branches) != len(g.Branches) || len(again.Generators) != len(g.Generators) || len(again.Links) != len(g.Links) {
			t.Fatalf("came back otherwise: %v\n%s", l.All(), b.String())
		}
	})
}

func FuzzReadMatgas(f *testing.F) {
	f.Add([]byte(gasCase))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l, k diag.List
		g := interchange.ReadMatgas("f.m", data, &l)
		g.Check(&k)
		if l.Failed() || k.Failed() {
			return
		}
		var b bytes.Buffer
		if _, err := interchange.WriteMatgas(&b, g); err != nil {
			t.Fatal(err)
		}
		if again := interchange.ReadMatgas("f.m", b.Bytes(), &l); l.Failed() || len(again.Junctions) != len(g.Junctions) || len(again.Pipes) != len(g.Pipes) || len(again.Supplies) != len(g.Supplies) || len(again.Demands) != len(g.Demands) {
			t.Fatalf("came back otherwise: %v\n%s", l.All(), b.String())
		}
	})
}

// The examples in the format pages read without a complaint and have an answer.
func TestEnergyExamplesInDocuments(t *testing.T) {
	examples := map[string]string{}
	for _, page := range []string{"matpower.md", "matgas.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", "formats", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			examples[m[1]] = m[2]
		}
	}
	var l diag.List
	grid := interchange.ReadMATPOWER("two_buses.m", []byte(examples["matpower"]), &l)
	net := interchange.ReadMatgas("two_junctions.m", []byte(examples["matgas"]), &l)
	if l.Len() > 0 {
		t.Fatal(l.All())
	}
	testdata.Need(t, lp.Available())
	r, err := energy.OPF(context.Background(), grid, energy.OPFOptions{})
	if err != nil || r.Status != "optimal" || math.Abs(*r.Objective-2000) > 1e-6 {
		t.Errorf("%+v %v", r, err)
	}
	x, err := energy.Gas(context.Background(), net, energy.GasOptions{})
	if err != nil || x.Status != "optimal" || math.Abs(*x.Objective-50) > 1e-6 {
		t.Errorf("%+v %v", x, err)
	}
}
