package interchange_test

import (
	"slices"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/interchange"
)

// Every reason once: 0 and 1 are centroids that may not be passed, 2 has no link
// out, 3 none in, 4 and 5 hang together on their own; the way from 0 to 4 is closed.
func TestReasonsOfNoWay(t *testing.T) {
	tail := []int32{0, 1, 3, 0, 5, 4}
	head := []int32{1, 2, 0, 4, 4, 5}
	g, err := graph.New(6, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	var trips []assign.Trip
	want := map[[2]int32]string{
		{0, 2}: "every chain of links between them passes a node that may only start and end ways",
		{2, 0}: "no link leaves the origin",
		{0, 3}: "no link enters the destination",
		{5, 0}: "no chain of links joins them",
		{0, 4}: "every chain of links between them has one that is closed",
	}
	for pair := range want {
		trips = append(trips, assign.Trip{From: pair[0], To: pair[1], Amount: 1})
	}
	d, err := assign.NewDemand(6, append(trips, assign.Trip{From: 0, To: 1, Amount: 1}))
	if err != nil {
		t.Fatal(err)
	}
	p := &assign.Problem{Network: &assign.Network{Graph: g, Centroid: []int32{0, 1, 2, 3, 4, 5}, NoThrough: graph.Below(6, 2), Free: slices.Repeat([]float64{1}, 6)},
		Classes: []assign.Class{{Name: "all", Demand: d, Closed: []bool{false, false, false, true, false, false}}}}
	r, err := assign.Solve(t.Context(), p, assign.Settings{Method: assign.AllOrNothing})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Unreachable) != len(want) {
		t.Fatalf("unreachable: %v", r.Unreachable)
	}
	for _, u := range r.Unreachable {
		var l diag.List
		interchange.ReportUnreachable(p, []interchange.Unreached{{From: "x", To: "y", Unreachable: u, Pos: diag.Pos{File: "trips", Line: 7}}}, &l)
		text := `1 trips from zone "x" to zone "y" have no way: ` + want[[2]int32{int32(u.From), int32(u.To)}]
		if all := l.All(); len(all) != 1 || all[0].Message != text || all[0].Pos.Line != 7 || !l.Failed() {
			t.Errorf("%d to %d: %v, want %s", u.From, u.To, all, text)
		}
	}
}

func TestReadTrips(t *testing.T) {
	var l diag.List
	cells := interchange.ReadTrips("m.csv", []byte("o,d,volume,pm\nA,B,1,5\nB,A,-2,6\nA,C,NaN,7\nA,A,,8\n"), "", []string{"A", "B", "C"}, &l)
	if got, want := rulesOf(&l), []string{"m.csv:3:1 bad-trips", "m.csv:4:5 cell-number", "m.csv:5:5 bad-trips"}; !slices.Equal(got, want) || len(cells) != 1 {
		t.Errorf("%v %v, want %v", cells, got, want)
	}
	l = diag.List{}
	cells = interchange.ReadTrips("m.csv", []byte("o,d,volume,pm\nA,B,1,5\n"), "pm", nil, &l)
	if len(cells) != 1 || cells[0].Value != 5 || l.Len() > 0 {
		t.Errorf("the column pm: %v %v", cells, l.All())
	}
}
