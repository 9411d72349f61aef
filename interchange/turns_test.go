package interchange_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/testdata"
)

// Movements of a GMNS folder: at node b the link from a goes on to c only by the
// second of two links, for 30 seconds; what has no movement goes on freely.
func TestGMNSMovements(t *testing.T) {
	files := small()
	files["link.csv"] = "link_id,from_node_id,to_node_id,directed,length,free_speed\n1,a,b,0,1,60\n2,b,c,1,1,60\n3,b,c,1,1,30\n4,c,b,1,1,60\n"
	files["movement.csv"] = "mvmt_id,node_id,ib_link_id,ob_link_id,type,penalty\n1,b,1,3,thru,90\n2,b,1,3,thru,30\n"
	files["demand.csv"] = "o,d,volume\nA,C,10\nC,A,4\n"
	var l diag.List
	g := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	p := g.Problem(0, 0, &l)
	if l.Len() != 0 || p == nil {
		t.Fatalf("%v", l.All())
	}
	// Links of the problem: 1 there, 1 back, 2, 3, 4.
	want := []assign.Turn{{From: 0, To: 1, Time: math.Inf(1)}, {From: 0, To: 2, Time: math.Inf(1)}, {From: 0, To: 3, Time: 0.5}}
	if !slices.Equal(p.Network.Turns, want) {
		t.Errorf("turns %v, want %v", p.Network.Turns, want)
	}
	r := solve(t, p.Problem, assign.Settings{Method: assign.AllOrNothing})
	if !slices.Equal(r.Volume, []float64{10, 4, 0, 10, 4}) || r.TSTT != 10*(1+0.5+2)+4*2 {
		t.Errorf("volumes %v, cost %v", r.Volume, r.TSTT)
	}
	var b bytes.Buffer
	if err := interchange.WriteGMNSMovements(&b, g.Movements); err != nil {
		t.Fatal(err)
	}
	files["movement.csv"] = b.String()
	again := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	if !slices.EqualFunc(g.Movements, again.Movements, func(a, b interchange.GMNSMovement) bool {
		return a.ID == b.ID && a.Node == b.Node && a.In == b.In && a.Out == b.Out && a.Penalty == b.Penalty
	}) {
		t.Errorf("%v came back as %v", g.Movements, again.Movements)
	}
	if none := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{NoMovements: true}, &l); none.Movements != nil {
		t.Errorf("movements that were to be left: %v", none.Movements)
	}
}

// The movement tables of the GMNS samples join links at their nodes, but for one row.
func TestPublishedMovements(t *testing.T) {
	fsys := os.DirFS(testdata.Dir(t, "data/gmns"))
	for _, c := range []struct {
		name            string
		movements, turn int // rows; pairs of links that a movement joins
		wrong           int
	}{{"Cambridge_Intersection", 20, 16, 0}, {"Freeway_Interchange", 17, 12, 0}, {"Arlington_Signals", 26, 22, 1}} {
		var l diag.List
		g := interchange.ReadGMNS(fsys, c.name, interchange.GMNSOptions{}, &l)
		pairs := map[[2]string]bool{}
		for _, m := range g.Movements {
			pairs[[2]string{m.In, m.Out}] = true
		}
		wrong := find(&l, "gmns-movement")
		if len(g.Movements) != c.movements || len(pairs) != c.turn || len(wrong) != c.wrong {
			t.Errorf("%s: %d movements of %d pairs of links, %v", c.name, len(g.Movements), len(pairs), wrong)
		}
	}
}

// Everything that is wrong with tables, capacities and movements, in one pass.
func TestGMNSAllInOnePass(t *testing.T) {
	files := small()
	files["link.csv"] = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity\n" +
		"1,a,b,1,1,60,100\n2,b,c,1,1,30,0\n3,c,b,1,1,60,-5\n4,b,a,1,x,60,100\n5,b,a,1,1,0,100\n6,b,nowhere,1,1,60,100\n7,a,b,1,1,60,\n"
	files["movement.csv"] = "mvmt_id,node_id,ib_link_id,ob_link_id,type,penalty\n1,b,1,9,,\n2,b,2,1,,\n3,b,1,2,,-4\n4,b,1,6,,\n,b,1,2,,\n"
	files["demand.csv"] = "o,d,volume\nA,C,ten\nC,A,-4\nA,Z,1\nA,B,1\n"
	var l diag.List
	g := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l)
	if p := g.Problem(0.15, 4, &l); p != nil {
		t.Error("a problem all the same")
	}
	var got []string
	for _, d := range l.All() {
		got = append(got, strings.TrimPrefix(d.Pos.String(), "x/")+" "+d.Rule.ID)
	}
	want := []string{"demand.csv:2:5 A110", "demand.csv:3:5 A383", "demand.csv:4:3 A283",
		"link.csv:3:1 A267", "link.csv:4:14 A281", "link.csv:5:9 A110", "link.csv:6:1 A287", "link.csv:7:5 A283", "link.csv:8:1 A267",
		"movement.csv:2:7 A283", "movement.csv:3:5 A290", "movement.csv:3:7 A290", "movement.csv:4:10 A281", "movement.csv:6:1 A281"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestReadTurns(t *testing.T) {
	g, err := graph.New(3, []int32{0, 1, 1, 2}, []int32{1, 0, 2, 1}) // 0 - 1 both ways, 1 - 2 both ways
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]int32{"a": {0, 1}, "b": {2, 3}, "c": {2}}
	links := func(name string) []int32 { return names[name] }
	var l diag.List
	turns := interchange.ReadTurns("t.csv", []byte("from_link,to_link,penalty,toll\na,b,1.5,2\nb,a,ban,\n"), links, g, &l)
	want := []assign.Turn{{From: 0, To: 2, Time: 1.5, Toll: 2}, {From: 3, To: 1, Time: math.Inf(1)}}
	if l.Len() > 0 || !slices.Equal(turns, want) {
		t.Errorf("turns %v, want %v: %v", turns, want, l.All())
	}
	var b bytes.Buffer
	if err := interchange.WriteTurns(&b, turns, func(l int32) string { return string("aabb"[l]) }); err != nil {
		t.Fatal(err)
	}
	if again := interchange.ReadTurns("t.csv", b.Bytes(), links, g, &l); !slices.Equal(turns, again) {
		t.Errorf("%v came back as %v", turns, again)
	}
	interchange.ReadTurns("t.csv", []byte("from_link,to_link,penalty,toll\nx,b,1,\na,b,-1,\na,b,,\na,b,1,-2\na,b,NaN,\nc,c,1,\na,b,1,\na,c,1,\n"), links, g, &l)
	var got []int
	for _, d := range l.All() {
		got = append(got, d.Pos.Line)
	}
	if want := []int{2, 3, 4, 5, 6, 7, 9}; !slices.Equal(got, want) {
		t.Errorf("reports at lines %v, want %v: %v", got, want, l.All())
	}
	l = diag.List{}
	interchange.ReadTurns("t.csv", []byte("from,to\n"), links, g, &l)
	if l.Count(diag.Error) != 3 {
		t.Errorf("three columns missing: %v", l.All())
	}
	joined := interchange.JoinTurns(want, []assign.Turn{{From: 0, To: 2, Time: 1}, {From: 1, To: 0, Time: 1}})
	if want := []assign.Turn{{From: 0, To: 2, Time: 2.5, Toll: 2}, {From: 3, To: 1, Time: math.Inf(1)}, {From: 1, To: 0, Time: 1}}; !slices.Equal(joined, want) {
		t.Errorf("joined %v, want %v", joined, want)
	}
	// Nodes 0 and 2 are dead ends.
	if back := interchange.TurnsBack(g); !slices.Equal(back, []assign.Turn{{From: 0, To: 1, Time: math.Inf(1)}, {From: 3, To: 2, Time: math.Inf(1)}}) {
		t.Errorf("turns back %v", back)
	}
}

func TestParseTransfer(t *testing.T) {
	if from, to, time, err := interchange.ParseTransfer("rail:road=7.5"); from != "rail" || to != "road" || time != 7.5 || err != nil {
		t.Errorf("%q %q %v %v", from, to, time, err)
	}
	for _, s := range []string{"", "rail:road", "rail=7", "rail:road=x", "rail:road=-1", "rail:road=Inf", "rail:road=1 2"} {
		if _, _, _, err := interchange.ParseTransfer(s); err == nil {
			t.Errorf("%q passes", s)
		}
	}
}

// A pair whose only chain of links takes a forbidden turn is told so.
func TestUnreachableForTurns(t *testing.T) {
	files := small()
	files["movement.csv"] = "mvmt_id,node_id,ib_link_id,ob_link_id\n1,b,1,1\n"
	var l diag.List
	p := interchange.ReadGMNS(folder(files), "x", interchange.GMNSOptions{}, &l).Problem(0, 0, &l)
	r, err := assign.Solve(context.Background(), p.Problem, assign.Settings{})
	if err != nil || len(r.Unreachable) != 2 {
		t.Fatalf("%v, unreachable %v", err, r)
	}
	interchange.ReportUnreachable(p.Problem, []interchange.Unreached{{Unreachable: r.Unreachable[0], From: "A", To: "C"}}, &l)
	if all := l.All(); len(all) != 1 || !strings.Contains(all[0].Text+all[0].String(), "forbidden turn") {
		t.Errorf("%v", all)
	}
}
