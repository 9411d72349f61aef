package interchange_test

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/interchange"
)

// Readers must not panic, whatever comes, and what they accept without an error
// must make a problem.
func FuzzTNTPNetwork(f *testing.F) {
	f.Add([]byte(smallNet))
	f.Add([]byte("<NUMBER OF ZONES> 1\n<END OF METADATA>\n1 2 ;"))
	f.Add([]byte(strings.Replace(smallNet, "~	init_node", "~	id	init_node", 1)))
	f.Add([]byte("<NUMBER OF ZONES> 5\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 0\n<END OF METADATA>\n"))
	f.Add([]byte("\ufeff<A>\r\n~~;;\r\n\t\xff\xfe"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		n := interchange.ReadTNTPNetwork("net", data, &l)
		if l.Failed() || n.Nodes > 1000 {
			return
		}
		trips := &interchange.TNTPTrips{Zones: n.Zones}
		p, _, err := n.Problem(trips, interchange.TNTPOptions{})
		if err != nil {
			t.Fatalf("accepted, but: %v", err)
		}
		sound(t, p)
		var b bytes.Buffer
		if err := interchange.WriteTNTPNetwork(&b, n); err != nil {
			t.Fatal(err)
		}
		again := interchange.ReadTNTPNetwork("net", b.Bytes(), &l)
		for i := range again.Links {
			again.Links[i].Pos = n.Links[i].Pos
		}
		if l.Failed() || !reflect.DeepEqual(n, again) {
			t.Fatalf("%+v came back as %+v: %v", n, again, l.All())
		}
	})
}

func FuzzTNTPTrips(f *testing.F) {
	f.Add([]byte(smallTrips))
	f.Add([]byte("<NUMBER OF ZONES> 3\n<END OF METADATA>\nOrigin 1\n2:1;;3:x;:\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		trips := interchange.ReadTNTPTrips("trips", data, &l)
		if l.Failed() {
			return
		}
		var b bytes.Buffer
		if err := interchange.WriteTNTPTrips(&b, trips); err != nil {
			t.Fatal(err)
		}
		again := interchange.ReadTNTPTrips("trips", b.Bytes(), &l)
		for i := range again.Pairs {
			again.Pairs[i].Pos = trips.Pairs[i].Pos
		}
		if l.Failed() || !reflect.DeepEqual(trips, again) {
			t.Fatalf("%+v came back as %+v: %v", trips, again, l.All())
		}
		n := &interchange.TNTPNetwork{Zones: trips.Zones, Nodes: trips.Zones, FirstThru: 1}
		if trips.Zones > 1000 {
			return
		}
		if _, _, err := n.Problem(trips, interchange.TNTPOptions{}); err != nil {
			t.Fatalf("accepted, but: %v", err)
		}
	})
}

func FuzzTNTPTables(f *testing.F) {
	f.Add([]byte("Node X Y ;\n1 2 3 ;\n"))
	f.Add([]byte("From To Volume Cost\n1 2 3 4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		interchange.ReadTNTPNodes("node", data, &l)
		flows := interchange.ReadTNTPFlows("flow", data, &l)
		(&interchange.TNTPNetwork{}).MatchFlows(flows, &l)
	})
}

func FuzzGMNS(f *testing.F) {
	s := small()
	f.Add([]byte(s["config.csv"]), []byte(s["node.csv"]), []byte(s["link.csv"]), []byte(s["demand.csv"]), []byte("mvmt_id,node_id,ib_link_id,ob_link_id,penalty\n1,b,1,2,30\n2,b,1,1,\n"))
	f.Add([]byte("long_length,speed\nmile,mph\n"), []byte("node_id,x_coord,y_coord,zone_id\n1,1e308,-1e308,1\n2,0,0,1\n"), []byte("link_id,from_node_id,to_node_id,length,free_speed\n1,1,2,1e308,1e-308\n"), []byte("o,d,value\n1,1,1\n"), []byte("mvmt_id,node_id,ib_link_id,ob_link_id\n1,2,1,1\n"))
	f.Fuzz(func(t *testing.T, config, node, link, demand, movement []byte) {
		fsys := fstest.MapFS{"x/config.csv": {Data: config}, "x/node.csv": {Data: node}, "x/link.csv": {Data: link}, "x/demand.csv": {Data: demand}, "x/movement.csv": {Data: movement}}
		var l diag.List
		g := interchange.ReadGMNS(fsys, "x", interchange.GMNSOptions{}, &l)
		p := g.Problem(0.15, 4, &l) // says what else is wrong where the tables are
		if p == nil {
			if !l.Failed() {
				t.Fatal("no problem and no reason")
			}
			return
		}
		sound(t, p.Problem)
	})
}

func FuzzMatrix(f *testing.F) {
	f.Add([]byte("origin,destination,value\nA,B,1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		interchange.ReadMatrix("m", data, "", []string{"A", "B"}, &l)
		for _, c := range interchange.ReadTrips("m", data, "", nil, &l) {
			if !(c.Value >= 0) || math.IsInf(c.Value, 1) {
				t.Fatalf("accepted: %+v", c)
			}
		}
	})
}

// sound says that a problem can be solved, if its costs together are no larger than
// numbers are: that is refused later, with all of them.
func sound(t *testing.T, p *assign.Problem) {
	t.Helper()
	if err := p.Check(); err != nil && !strings.Contains(err.Error(), "beyond numbers") {
		t.Fatalf("accepted, but: %v", err)
	}
}

// What is accepted as turns can be solved and reads back.
func FuzzTurns(f *testing.F) {
	g, err := graph.New(3, []int32{0, 1, 1, 2}, []int32{1, 0, 2, 1})
	if err != nil {
		f.Fatal(err)
	}
	name := func(l int32) string { return string("abcd"[l]) }
	links := func(s string) []int32 {
		switch {
		case len(s) == 1 && s[0] >= 'a' && s[0] <= 'd':
			return []int32{int32(s[0] - 'a')}
		case s == "both":
			return []int32{0, 1, 2, 3}
		}
		return nil
	}
	f.Add([]byte("from_link,to_link,penalty,toll\na,c,1.5,2\nd,b,ban,\n"))
	f.Add([]byte("from_link,to_link,penalty\nboth,both,1e308\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		turns := interchange.ReadTurns("t", data, links, g, &l)
		if l.Failed() {
			return
		}
		d, err := assign.NewDemand(2, []assign.Trip{{From: 0, To: 1, Amount: 1}})
		if err != nil {
			t.Fatal(err)
		}
		p := &assign.Problem{Network: &assign.Network{Graph: g, Centroid: []int32{0, 2}, Free: make([]float64, 4), Turns: turns}, Classes: []assign.Class{{Demand: d}}}
		sound(t, p)
		var b bytes.Buffer
		if err := interchange.WriteTurns(&b, turns, name); err != nil {
			t.Fatal(err)
		}
		if again := interchange.ReadTurns("t", b.Bytes(), links, g, &l); l.Failed() || !slices.Equal(turns, again) {
			t.Fatalf("%v came back as %v: %v", turns, again, l.All())
		}
	})
}
