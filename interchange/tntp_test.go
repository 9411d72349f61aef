package interchange_test

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
)

const smallNet = `<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<ORIGINAL HEADER>~ Init node 	Term node 	;
<END OF METADATA>


~	init_node	term_node	capacity	length	free_flow_time	b	power	speed	toll	link_type	;
	1	3	10	1.5	2	0.15	4	0	0.25	1	;
	3	2	1	1	1	0	0	0	0	9	;
	3	2	20	1	1	1e-3	16	0	0	9	;
`

const smallTrips = `<NUMBER OF ZONES> 2
<TOTAL OD FLOW> 30.5
<END OF METADATA>

~ a comment
Origin 	1
    1 :      0.0;     2 :    20.5;
Origin 2
 1 : 10 ;
`

func rulesOf(l *diag.List) []string {
	var out []string
	for _, d := range l.All() {
		out = append(out, d.Pos.String()+" "+d.Rule.Name)
	}
	return out
}

func TestTNTPSmall(t *testing.T) {
	var l diag.List
	n := interchange.ReadTNTPNetwork("net", []byte(smallNet), &l)
	trips := interchange.ReadTNTPTrips("trips", []byte(smallTrips), &l)
	if got, want := rulesOf(&l), []string{"net:12:1 tntp-duplicate-link"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if n.Zones != 2 || n.Nodes != 3 || n.FirstThru != 3 || len(n.Links) != 3 || n.Links[2].Power != 16 || n.Links[0].Toll != 0.25 {
		t.Errorf("network %+v", n)
	}
	if len(trips.Pairs) != 3 || trips.Pairs[1].Amount != 20.5 || trips.Pairs[2].From != 2 || trips.Total != 30.5 {
		t.Errorf("trips %+v", trips)
	}
	p, rows, err := n.Problem(trips, interchange.TNTPOptions{})
	if err != nil || rows != nil {
		t.Fatal(rows, err)
	}
	r := solve(t, p, assign.Settings{Method: assign.AllOrNothing})
	if r.Volume[0] != 20.5 || len(r.Unreachable) != 1 {
		t.Errorf("volumes %v, unreachable %v", r.Volume, r.Unreachable)
	}
	p, rows, err = n.Problem(trips, interchange.TNTPOptions{FirstOfPair: true})
	if err != nil || !slices.Equal(rows, []int{0, 1}) || p.Network.Graph.Links() != 2 {
		t.Errorf("first of pair: rows %v, %v", rows, err)
	}
}

func TestTNTPRoundTrip(t *testing.T) {
	var l diag.List
	n := interchange.ReadTNTPNetwork("net", []byte(smallNet), &l)
	n.TollFactor, n.DistanceFactor = 0.02, 0.1
	trips := interchange.ReadTNTPTrips("trips", []byte(smallTrips), &l)
	var b bytes.Buffer
	if err := interchange.WriteTNTPNetwork(&b, n); err != nil {
		t.Fatal(err)
	}
	again := interchange.ReadTNTPNetwork("net", b.Bytes(), &l)
	for i := range again.Links {
		again.Links[i].Pos = n.Links[i].Pos
	}
	if !reflect.DeepEqual(n, again) {
		t.Errorf("%+v came back as %+v", n, again)
	}
	b.Reset()
	if err := interchange.WriteTNTPTrips(&b, trips); err != nil {
		t.Fatal(err)
	}
	trips2 := interchange.ReadTNTPTrips("trips", b.Bytes(), &l)
	for i := range trips2.Pairs {
		trips2.Pairs[i].Pos = trips.Pairs[i].Pos
	}
	if !reflect.DeepEqual(trips, trips2) {
		t.Errorf("%+v came back as %+v", trips, trips2)
	}
	b.Reset()
	nodes := []interchange.TNTPNode{{Node: 1, X: -96.5, Y: 43}, {Node: 2, X: 1e-7, Y: 0}}
	if err := interchange.WriteTNTPNodes(&b, nodes); err != nil {
		t.Fatal(err)
	}
	nodes2 := interchange.ReadTNTPNodes("node", b.Bytes(), &l)
	for i := range nodes2 {
		nodes2[i].Pos = diag.Pos{}
	}
	if !slices.Equal(nodes, nodes2) {
		t.Errorf("%v came back as %v", nodes, nodes2)
	}
	b.Reset()
	flows := []interchange.TNTPFlow{{From: 3, To: 2, Volume: 5, Cost: 1}, {From: 1, To: 3, Volume: 20.5, Cost: 2.25}, {From: 3, To: 2, Volume: 6, Cost: 1.5}}
	if err := interchange.WriteTNTPFlows(&b, flows); err != nil {
		t.Fatal(err)
	}
	volume, cost := n.MatchFlows(interchange.ReadTNTPFlows("flow", b.Bytes(), &l), &l)
	if !slices.Equal(volume, []float64{20.5, 5, 6}) || !slices.Equal(cost, []float64{2.25, 1, 1.5}) {
		t.Errorf("volumes %v, costs %v", volume, cost)
	}
	if l.Failed() {
		t.Errorf("%v", l.All())
	}
}

// Bad input: what is wrong, and where.
func TestTNTPNetworkProblems(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     []string // beside the duplicate of the sample
	}{
		{"<NUMBER OF ZONES> 2\n", "", []string{"net tntp-metadata"}},
		{"<NUMBER OF ZONES> 2", "<NUMBER OF ZONES> 7", []string{"net:1:19 tntp-metadata", "net:3:19 tntp-first-thru"}},
		{"<NUMBER OF NODES> 3", "<NUMBER OF NODES> many", []string{"net:2:19 tntp-number"}},
		{"<NUMBER OF NODES> 3", "<NUMBER OF NODES> 2", []string{"net:10:4 tntp-node", "net:11:2 tntp-node", "net:12:2 tntp-node", "-"}},
		{"<NUMBER OF NODES> 3", "<NUMBER OF NODES> 99999999999", []string{"net:2:19 tntp-metadata"}},
		{"<FIRST THRU NODE> 3\n", "", []string{"net tntp-metadata"}},
		{"<FIRST THRU NODE> 3", "<FIRST THRU NODE> 0", []string{"net:3:19 tntp-metadata", "net:3:19 tntp-first-thru"}},
		{"<FIRST THRU NODE> 3", "<FIRST THRU NODE> 1", []string{"net:3:19 tntp-first-thru"}},
		{"<FIRST THRU NODE> 3", "<FIRST THRU NODE> 3000", []string{"net:3:19 tntp-no-thru"}},
		{"<NUMBER OF LINKS> 3", "<NUMBER OF LINKS> 4", []string{"net:4:19 tntp-count"}},
		{"<NUMBER OF LINKS> 3", "<NUMBER OF LINKS> 3\n<NUMBER OF LINKS> 3", []string{"net:5:1 tntp-metadata"}},
		{"<END OF METADATA>\n", "", []string{"net:5:1 tntp-metadata"}},
		{"<NUMBER OF LINKS>", "<NUMBER OF LINKS", []string{"net tntp-metadata", "net:4:1 tntp-syntax"}},
		{"	1	3	10", "	1	3	0", []string{"net:10:6 tntp-capacity"}},
		{"	1	3	10", "	1	3	-10", []string{"net:10:6 tntp-negative"}},
		{"	1	3	10", "	1	3	NaN", []string{"net:10:6 tntp-number"}},
		{"	1	3	10", "	1	3	+Inf", []string{"net:10:6 tntp-number"}},
		{"	1	3	10", "	1.5	3	10", []string{"net:10:2 tntp-number"}},
		{"	1	3	10", "	1	1	10", []string{"net:10:1 tntp-loop"}},
		{"	1	3	10	1.5	2", "	1	3	10	1.5	0", []string{"net:10:1 tntp-zero-time"}},
		{"	0.15	4	", "	0.15	0	", []string{"net:10:20 tntp-power"}},
		{"	0.25	1	;", "	0.25	;", []string{"net:10:1 tntp-columns"}},
		{"	0.25	1	;", "	0.25	1", nil},
		{"capacity	length", "length	kapazitaet", []string{"net:9:1 tntp-columns", "net:9:30 tntp-columns"}},
		{"~	init_node", "~	id	init_node", []string{"net:9:3 tntp-columns"}}, // rows of ten fields have none for the last
		{"~	init_node", "~	b	init_node", []string{"net:9:56 tntp-columns"}},
	} {
		if !strings.Contains(smallNet, c.old) {
			t.Fatalf("%q is not in the file", c.old)
		}
		var l diag.List
		interchange.ReadTNTPNetwork("net", []byte(strings.Replace(smallNet, c.old, c.new, 1)), &l)
		var got []string
		for _, r := range rulesOf(&l) {
			if !strings.HasSuffix(r, "duplicate-link") {
				got = append(got, r)
			}
		}
		want := c.want
		if len(want) > 0 && want[len(want)-1] == "-" {
			want = want[:len(want)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q -> %q: %v, want %v", c.old, c.new, got, want)
		}
	}
}

// Columns in another order are read by their names.
func TestTNTPColumnsByName(t *testing.T) {
	text := "<NUMBER OF ZONES> 1\n<NUMBER OF NODES> 2\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 1\n<END OF METADATA>\n" +
		"~ link_type init_node term_node length capacity free_flow_time b power speed toll ;\n7 1 2 3 100 4 0.5 2 60 1 ;\n"
	var l diag.List
	n := interchange.ReadTNTPNetwork("net", []byte(text), &l)
	k := n.Links[0]
	if l.Failed() || k.Type != 7 || k.Length != 3 || k.Capacity != 100 || k.FreeFlowTime != 4 || k.Toll != 1 {
		t.Errorf("%+v %v", k, l.All())
	}
}

func TestTNTPTripsProblems(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     []string
	}{
		{"<TOTAL OD FLOW> 30.5", "<TOTAL OD FLOW> 31", []string{"trips:2:17 tntp-total"}},
		{"<TOTAL OD FLOW> 30.5\n", "", nil},
		{"<NUMBER OF ZONES> 2\n", "", []string{"trips tntp-metadata"}},
		{"20.5", "-20.5", []string{"trips:2:17 tntp-total", "trips:7:30 bad-trips"}},
		{"20.5", "x", []string{"trips:2:17 tntp-total", "trips:7:30 tntp-number"}},
		{"2 :    20.5", "3 :    20.5", []string{"trips:2:17 tntp-total", "trips:7:23 tntp-node"}},
		{"2 :    20.5", "1 :    20.5", []string{"trips:7:23 pair-twice"}},
		{"2 :    20.5", "2 20.5", []string{"trips:2:17 tntp-total", "trips:7:23 tntp-syntax"}},
		{"0.0;", "0.0", []string{"trips:2:17 tntp-total", "trips:7:22 tntp-syntax"}},
		{"Origin 	1", "~ Origin", []string{"trips:2:17 tntp-total", "trips:7:1 tntp-origin"}},
		{"Origin 2", "Origin 9", []string{"trips:2:17 tntp-total", "trips:8:8 tntp-node"}},
		{"Origin 2", "Origin", []string{"trips:2:17 tntp-total", "trips:8:1 tntp-syntax", "trips:9:1 tntp-origin"}},
	} {
		if !strings.Contains(smallTrips, c.old) {
			t.Fatalf("%q is not in the file", c.old)
		}
		var l diag.List
		interchange.ReadTNTPTrips("trips", []byte(strings.Replace(smallTrips, c.old, c.new, 1)), &l)
		if got := rulesOf(&l); !slices.Equal(got, c.want) {
			t.Errorf("%q -> %q: %v, want %v", c.old, c.new, got, c.want)
		}
	}
}

func TestTNTPTablesProblems(t *testing.T) {
	var l diag.List
	nodes := interchange.ReadTNTPNodes("node", []byte("Node\tX\tY\t;\n1\t2\t3\t;\n1\t2\t3\n0 1 1\n2 1\n3 a 1\n"), &l)
	if got, want := rulesOf(&l), []string{"node:3:1 tntp-node", "node:4:1 tntp-node", "node:5:1 tntp-columns", "node:6:3 tntp-number"}; !slices.Equal(got, want) || len(nodes) != 1 {
		t.Errorf("%v, want %v", got, want)
	}
	l = diag.List{}
	n := interchange.ReadTNTPNetwork("net", []byte(smallNet), &diag.List{})
	n.MatchFlows(interchange.ReadTNTPFlows("flow", []byte("<NUMBER OF LINKS> 3\n~ head\nTail Head Volume Cost\n1 3 5 1\n1 3 5 1\n3 2 x 1\n3 2 1 1\n"), &l), &l)
	if got, want := rulesOf(&l), []string{"flow:5:1 tntp-flow-link", "flow:6:5 tntp-number", "net:12:1 tntp-flow-link"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Link costs of the equilibrium are those of the published best-known solutions.
// Volumes are not compared: on links whose time hardly depends on volume they are
// not unique.
func TestPublishedCosts(t *testing.T) {
	const tolerance = 1e-4 // relative; a gap of 1e-9 leaves costs of single links that uncertain
	for _, c := range []published{siouxFalls, anaheim, barcelona, chicagoSketch} {
		n, p := load(t, c)
		var l diag.List
		file, data := read(t, c, "flow")
		_, cost := n.MatchFlows(interchange.ReadTNTPFlows(file, data, &l), &l)
		if l.Failed() {
			t.Fatalf("%v", l.All())
		}
		r := solve(t, p, assign.Settings{Gap: 1e-9})
		worst := 0.0
		for i, want := range cost {
			got := r.Time[i] + c.toll*n.Links[i].Toll + c.distance*n.Links[i].Length
			off := math.Abs(got-want) / math.Max(want, 1)
			worst = math.Max(worst, off)
			if off > tolerance {
				t.Errorf("%s: cost of link %d is %v, published %v", c.name, i, got, want)
			}
		}
		t.Logf("%s: link costs differ from the published by at most %.2g", c.name, worst)
	}
}

// What is missing from a file without a line is said of the file.
func TestTNTPEmpty(t *testing.T) {
	var l diag.List
	interchange.ReadTNTPNetwork("net", nil, &l)
	interchange.ReadTNTPTrips("trips", nil, &l)
	for _, d := range l.All() {
		if d.Pos.File == "" {
			t.Errorf("%q has no place", d.Message)
		}
	}
	if n := len(find(&l, "tntp-metadata")); n != 6 { // five of the network, one of the trips
		t.Errorf("%d reports: %v", n, l.All())
	}
}
