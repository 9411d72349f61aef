package interchange_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/testdata"
)

func find(l *diag.List, rule string) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, d := range l.All() {
		if d.Rule.ID == rule || d.Rule.Name == rule {
			out = append(out, d)
		}
	}
	return out
}

// The GMNS samples (zephyr-data-specs/GMNS, Apache-2.0, read from outside the
// repository). Lima declares miles and stores feet: median ratio of length to
// coordinate distance 0.9997 in one unit.
func TestLimaTripsTheUnitCheck(t *testing.T) {
	fsys := os.DirFS(testdata.Dir(t, "data/gmns"))
	var l diag.List
	g := interchange.ReadGMNS(fsys, "Lima", interchange.GMNSOptions{}, &l)
	if len(g.Nodes) != 2232 || len(g.Links) != 6095 {
		t.Errorf("%d nodes and %d links, want 2232 and 6095", len(g.Nodes), len(g.Links))
	}
	trips := find(&l, "gmns-unit")
	if len(trips) != 1 || !strings.Contains(trips[0].Hint, "foot") {
		t.Fatalf("unit check: %v", trips)
	}
	t.Log(trips[0].String(), "|", trips[0].Hint)
	if p := trips[0].Pos; p.File != "Lima/config.csv" || p.Line != 2 {
		t.Errorf("position %v", p)
	}
	ratio, n := g.LengthRatio("us survey foot")
	if math.Abs(ratio-0.9997) > 5e-5 {
		t.Errorf("median ratio %.5f over %d links, want 0.9997", ratio, n)
	}
	unknown := find(&l, "gmns-unknown-id")
	total := 0.0
	for _, d := range g.Demand {
		total += d.Amount
	}
	t.Logf("%d demand rows with %v trips, %d cells name unknown zones", len(g.Demand), total, len(unknown))

	// Told the unit, the check passes.
	var fixed diag.List
	interchange.ReadGMNS(fsys, "Lima", interchange.GMNSOptions{LongLength: "foot"}, &fixed)
	if d := find(&fixed, "gmns-unit"); len(d) != 0 {
		t.Errorf("with feet: %v", d)
	}
	// Arlington declares miles and stores miles.
	var arlington diag.List
	interchange.ReadGMNS(fsys, "Arlington_Signals", interchange.GMNSOptions{}, &arlington)
	if d := find(&arlington, "gmns-unit"); len(d) != 0 {
		t.Errorf("Arlington: %v", d)
	}
	// Freeway_Interchange declares miles and stores feet too, in degrees.
	var freeway diag.List
	interchange.ReadGMNS(fsys, "Freeway_Interchange", interchange.GMNSOptions{}, &freeway)
	if d := find(&freeway, "gmns-unit"); len(d) != 1 {
		t.Errorf("Freeway_Interchange: %v", d)
	}
}

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m["x/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// A small folder of three zones on a line, 1 km apart (0.009 degrees at the
// equator), one link both ways, one one way.
func small() map[string]string {
	return map[string]string{
		"config.csv": "dataset_name,short_length,long_length,speed,crs\nsmall,metre,km,km/h,EPSG:4326\n",
		"node.csv":   "node_id,x_coord,y_coord,zone_id\na,0,0,A\nb,0.009,0,B\nc,0.018,0,C\n",
		"link.csv":   "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,toll\n1,a,b,0,1,60,100,2,\n2,b,c,1,1,30,,,5\n",
		"zone.csv":   "zone_id,name\nA,first\nB,second\nC,third\n",
		"demand.csv": "o_zone_id,d_zone_id,volume\nA,C,10\nC,A,4\n",
	}
}

func TestGMNSProblem(t *testing.T) {
	var l diag.List
	g := interchange.ReadGMNS(folder(small()), "x", interchange.GMNSOptions{}, &l)
	p := g.Problem(0, 0, &l)
	if l.Len() != 0 || p == nil {
		t.Fatalf("%v", l.All())
	}
	if !slices.Equal(p.Row, []int{0, 0, 1}) || !slices.Equal(p.Backward, []bool{false, true, false}) {
		t.Errorf("rows %v, backward %v", p.Row, p.Backward)
	}
	r, err := assign.Solve(context.Background(), p.Problem, assign.Settings{Method: assign.AllOrNothing})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Volume, []float64{10, 0, 10}) || r.TSTT != 10*(1+2) { // minutes
		t.Errorf("volumes %v, cost %v", r.Volume, r.TSTT)
	}
	if len(r.Unreachable) != 1 || p.Zones[r.Unreachable[0].From] != "C" {
		t.Errorf("unreachable %v", r.Unreachable)
	}
	if got := p.Network.Capacity[0]; got != 200 {
		t.Errorf("capacity %v, want 100 a lane on 2 lanes", got)
	}
}

func TestGMNSRoundTrip(t *testing.T) {
	var l diag.List
	g := interchange.ReadGMNS(folder(small()), "x", interchange.GMNSOptions{}, &l)
	out := map[string]string{}
	write := func(name string, f func(b *bytes.Buffer) error) {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	write("config.csv", func(b *bytes.Buffer) error { return interchange.WriteGMNSConfig(b, g.Config) })
	write("node.csv", func(b *bytes.Buffer) error { return interchange.WriteGMNSNodes(b, g.Nodes) })
	write("link.csv", func(b *bytes.Buffer) error { return interchange.WriteGMNSLinks(b, g.Links) })
	write("zone.csv", func(b *bytes.Buffer) error { return interchange.WriteGMNSZones(b, g.Zones) })
	write("demand.csv", func(b *bytes.Buffer) error { return interchange.WriteGMNSDemand(b, g.Demand) })
	again := interchange.ReadGMNS(folder(out), "x", interchange.GMNSOptions{}, &l)
	if l.Len() != 0 {
		t.Fatalf("%v", l.All())
	}
	for i := range g.Links {
		a, b := g.Links[i], again.Links[i]
		a.Pos, b.Pos = diag.Pos{}, diag.Pos{}
		for _, x := range []*float64{&a.Toll, &b.Toll, &a.Capacity, &b.Capacity, &a.Lanes, &b.Lanes, &a.Alpha, &b.Alpha, &a.Beta, &b.Beta} {
			if math.IsNaN(*x) {
				*x = -1
			}
		}
		if a != b {
			t.Errorf("link %+v came back as %+v", a, b)
		}
	}
	if len(again.Nodes) != 3 || again.Nodes[2].X != 0.018 || again.Nodes[2].Zone != "C" || len(again.Zones) != 3 || again.Zones[1].Name != "second" ||
		len(again.Demand) != 2 || again.Demand[1].Amount != 4 || again.Config.CRS != "EPSG:4326" {
		t.Errorf("came back as %+v", again)
	}
}

func TestGMNSProblems(t *testing.T) {
	for _, c := range []struct {
		name, file, old, new, rule, at string
	}{
		{"no link table", "link.csv", "", "", "gmns-missing", "x/link.csv"},
		{"no column", "link.csv", "to_node_id", "to_node", "gmns-missing", "x/link.csv:1"},
		{"unknown node", "link.csv", "2,b,c", "2,b,z", "gmns-unknown-id", "x/link.csv:3:5"},
		{"id twice", "node.csv", "c,0.018", "b,0.018", "gmns-duplicate-id", "x/node.csv:4:1"},
		{"direction", "link.csv", "a,b,0", "a,b,maybe", "gmns-value", "x/link.csv:2:7"},
		{"no direction", "link.csv", "a,b,0", "a,b,", "gmns-no-direction", "x/link.csv:2:7"},
		{"negative", "link.csv", "1,60,100", "1,60,-100", "gmns-value", "x/link.csv:2:14"},
		{"no number", "node.csv", "0.009", "1e", "A110", "x/node.csv:3:3"},
		{"unknown zone", "demand.csv", "C,A,4", "Q,A,4", "gmns-unknown-id", "x/demand.csv:3:1"},
		{"pair twice", "demand.csv", "C,A,4", "A,C,4", "pair-twice", "x/demand.csv:3:1"},
		{"negative demand", "demand.csv", "C,A,4", "C,A,-4", "bad-trips", "x/demand.csv:3:5"},
		{"no demand column", "demand.csv", "volume", "cargo", "gmns-missing", "x/demand.csv:1"},
		{"unit", "config.csv", ",km,km/h", ",mile,km/h", "", ""}, // 1.6 times the straight line could be a road
		{"unit by far", "config.csv", ",km,km/h", ",foot,km/h", "gmns-unit", "x/config.csv:2:13"},
		{"unknown unit", "config.csv", ",km,km/h", ",league,km/h", "gmns-unknown-unit", "x/config.csv:2:13"},
		{"speed", "config.csv", ",km,km/h", ",km,m/s", "", ""}, // 108 to 216 km/h: fast, not absurd
		{"speed by far", "link.csv", ",60,", ",6000,", "gmns-speed", "x/config.csv:2:16"},
		{"short", "link.csv", "0,1,60", "0,0.7,60", "gmns-short-link", "x/link.csv:2:1"},
	} {
		files := small()
		if c.old == "" {
			delete(files, c.file)
		} else {
			if !strings.Contains(files[c.file], c.old) {
				t.Fatalf("%s: %q is not in the file", c.name, c.old)
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
		}
		var l diag.List
		interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
		found := find(&l, c.rule)
		if c.rule == "" {
			if l.Len() != 0 {
				t.Errorf("%s: %v", c.name, l.All())
			}
			continue
		}
		if len(found) == 0 {
			t.Errorf("%s: no %s in %v", c.name, c.rule, l.All())
		} else if got := found[0].Pos.String(); got != c.at {
			t.Errorf("%s: at %s, want %s", c.name, got, c.at)
		}
	}
}

func TestMatrix(t *testing.T) {
	var b bytes.Buffer
	zones := []string{"A", "B"}
	if err := interchange.WriteMatrix(&b, zones, "cost", []float64{0, 2.5, math.Inf(1), 0}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "origin,destination,cost\nA,A,0\nA,B,2.5\nB,B,0\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var l diag.List
	cells := interchange.ReadMatrix("m.csv", b.Bytes(), "cost", zones, &l)
	if l.Len() != 0 || len(cells) != 3 || cells[1].Value != 2.5 || cells[1].To != "B" {
		t.Errorf("%v %v", cells, l.All())
	}
	interchange.ReadMatrix("m.csv", []byte("origin,destination,value\nA,Z,1\nA,B,x\nA,B,\nA,B,1\nA,B,2\n"), "", zones, &l)
	var got []string
	for _, d := range l.All() {
		got = append(got, d.Pos.String()+" "+d.Rule.ID)
	}
	want := []string{"m.csv:2:3 A386", "m.csv:3:5 A110", "m.csv:4:5 A383", "m.csv:6:1 A381"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if err := interchange.WriteMatrix(&b, zones, "x", nil); err == nil {
		t.Error("a wrong size passes")
	}
	l = diag.List{}
	if interchange.ReadMatrix("m.csv", []byte("a,b\n1,2\n"), "", nil, &l); len(find(&l, "matrix-columns")) != 3 {
		t.Errorf("%v", l.All())
	}
}

// Delay functions by link, lanes of 0, and what is not read is said.
func TestGMNSDelayByLink(t *testing.T) {
	files := small()
	files["link.csv"] = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,toll,VDF_alpha1,VDF_beta1,vdf_fftt\n" +
		"1,a,b,0,1,60,100,2,,0.3,2,\n2,b,c,1,1,30,50,,5,,,7\n3,b,c,1,1,30,50,0,,0,1,\n"
	var l diag.List
	g := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	p := g.Problem(0.15, 4, &l)
	if p == nil {
		t.Fatalf("%v", l.All())
	}
	if n := p.Network; !slices.Equal(n.B, []float64{0.3, 0.3, 0.15, 0}) || !slices.Equal(n.Power, []float64{2, 2, 4, 1}) || !slices.Equal(n.Capacity, []float64{200, 200, 50, 0}) {
		t.Errorf("B %v, powers %v, capacities %v", n.B, n.Power, n.Capacity)
	}
	if d := find(&l, "gmns-not-read"); len(d) != 1 || d[0].Pos.String() != "x/link.csv:3:22" {
		t.Errorf("%v", l.All())
	}
	for _, c := range []struct{ old, new, rule, at string }{
		{"0.3,2,", "0.3,,", "gmns-value", "x/link.csv:2:1"},
		{"0.3,2,", "0.3,-2,", "gmns-value", "x/link.csv:2:25"},
		{"50,0,,0,1", "50,0,,,", "tntp-capacity", "x/link.csv:4:1"}, // no lane, no capacity
	} {
		bad := small()
		bad["link.csv"] = strings.Replace(files["link.csv"], c.old, c.new, 1)
		var l diag.List
		p := interchange.ReadGMNS(folder(bad), "x", interchange.GMNSOptions{}, &l).Problem(0.15, 4, &l)
		if d := find(&l, c.rule); p != nil || len(d) != 1 || d[0].Pos.String() != c.at {
			t.Errorf("%q -> %q: %v", c.old, c.new, l.All())
		}
	}
}

// Capacities and uses of movements are not read, which is said at their rows.
func TestGMNSMovementsNotRead(t *testing.T) {
	files := small()
	files["movement.csv"] = "mvmt_id,node_id,ib_link_id,ob_link_id,penalty,capacity,allowed_uses\n1,b,1,2,30,400,\n2,b,1,1,,,bus\n"
	var l diag.List
	interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	d := find(&l, "gmns-not-read")
	if len(d) != 2 || d[0].Pos.String() != "x/movement.csv:2:12" || d[1].Pos.String() != "x/movement.csv:3:11" {
		t.Errorf("%v", l.All())
	}
	text := "mvmt_id,node_id,ib_link_id,ob_link_id,capacity\n"
	for i := range 100 {
		text += fmt.Sprintf("%d,b,1,2,400\n", i)
	}
	files["movement.csv"] = text
	l = diag.List{}
	interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	if d := find(&l, "gmns-not-read"); len(d) != 21 || !slices.ContainsFunc(d, func(d diag.Diagnostic) bool { return strings.Contains(d.Message, "80 rows more") }) {
		t.Errorf("%d reports, %v", len(d), d[len(d)-1])
	}
}

// Links are for the uses that they name, by themselves or as members of a group.
func TestGMNSUses(t *testing.T) {
	files := small()
	files["link.csv"] = "link_id,from_node_id,to_node_id,directed,length,free_speed,allowed_uses\n1,a,b,1,1,60,\"walk, BUS\"\n2,a,b,1,1,60,motor\n3,b,c,1,1,60,all\n4,b,c,1,1,60,\n5,a,c,1,2,,walk\n"
	files["use_group.csv"] = "use_group,uses\nmotor,\"car, heavy\"\nheavy,\"truck,bus\"\nround,\"round,car\"\n"
	files["demand.csv"] = "o_zone_id,d_zone_id,volume\nA,C,10\n"
	for _, c := range []struct {
		use  string
		want []int // rows of links
	}{
		{"car", []int{1, 2, 3}}, {"bus", []int{0, 1, 2, 3}}, {"Truck", []int{1, 2, 3}}, {"heavy", []int{1, 2, 3}}, {"motor", []int{1, 2, 3}},
	} {
		var l diag.List
		g := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{Uses: []string{c.use}}, &l)
		p := g.Problem(0, 0, &l)
		if p == nil || l.Len() != 0 || !slices.Equal(p.Row, c.want) {
			t.Errorf("%s: %v, %v", c.use, p, l.All())
		}
	}
	var l diag.List
	g := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{Uses: []string{"bus", "car"}}, &l)
	p := g.Problem(0, 0, &l)
	if got := g.Closed(p, "car"); !slices.Equal(got, []bool{true, false, false, false}) {
		t.Errorf("closed to cars: %v", got)
	}
	l = diag.List{}
	interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{Uses: []string{"cra"}}, &l)
	if d := find(&l, "gmns-unknown-id"); len(d) != 1 || !strings.Contains(d[0].Hint, "car") {
		t.Errorf("unknown use: %v", l.All())
	}
	l = diag.List{}
	interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	if d := find(&l, "gmns-uses"); len(d) != 1 {
		t.Errorf("no use asked for: %v", l.All())
	}
}
