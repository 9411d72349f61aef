package assign

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/astara-corridors/astara/graph"
)

// One elimination for all destinations gives the loads and expected costs of the
// way by destination.
func TestWalksAgreeWithChains(t *testing.T) {
	compared := 0
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		const zones = 12 // more than one batch of destinations
		nodes := zones + 4 + rnd.IntN(12)
		n := &Network{NoThrough: graph.Below(nodes, zones)}
		var tail, head []int32
		add := func(u, v int) {
			tail, head = append(tail, int32(u)), append(head, int32(v))
			n.Free = append(n.Free, 0.2+2*rnd.Float64())
		}
		for z := range zones {
			n.Centroid = append(n.Centroid, int32(z))
			add(z, zones+rnd.IntN(nodes-zones))
			add(zones+rnd.IntN(nodes-zones), z)
			add(z, rnd.IntN(zones)) // straight to another zone, or a loop
		}
		for range 3 * nodes {
			add(zones+rnd.IntN(nodes-zones), zones+rnd.IntN(nodes-zones)) // loops and parallel links among them
		}
		n.Free[rnd.IntN(len(n.Free))] = math.Inf(1)
		g, err := graph.New(nodes, tail, head)
		if err != nil {
			t.Fatal(err)
		}
		n.Graph = g
		var trips []Trip
		for a := range int32(zones) {
			for b := range int32(zones) {
				if a != b && rnd.IntN(3) > 0 {
					trips = append(trips, Trip{a, b, 1 + 9*rnd.Float64()})
				}
			}
		}
		d, err := NewDemand(zones, trips)
		if err != nil {
			t.Fatal(err)
		}
		p := &Problem{Network: n, Classes: []Class{{Name: "all", Demand: d}}}
		s := Settings{Method: Recursive, Theta: 3}.withDefaults().prepared(p)
		m, ps := compile(p, false), layPairs(p)
		if err := markLost(context.Background(), m, ps, s); err != nil {
			t.Fatal(err)
		}
		load := func(together bool) ([]float64, []float64, error) {
			r := newRecursive(p, m, ps, s)
			if r.walker == nil {
				t.Fatal("zones that may not be passed are not taken together")
			}
			if !together {
				r.walker = nil
			}
			flow := [][]float64{make([]float64, len(m.param))}
			err := r.load(context.Background(), flow)
			if together && err == nil && r.walker == nil {
				t.Fatalf("seed %d: fell back", seed)
			}
			return flow[0], r.logsum, err
		}
		want, wantSum, err := load(false)
		if err != nil {
			continue // radius above 1: told by both, see below
		}
		got, gotSum, err := load(true)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		compared++
		for l := range want {
			if math.Abs(got[l]-want[l]) > 1e-9*(1+want[l]) {
				t.Fatalf("seed %d: link %d carries %v, want %v", seed, l, got[l], want[l])
			}
		}
		for i := range wantSum {
			if !ps.lost[i] && math.Abs(gotSum[i]-wantSum[i]) > 1e-9 {
				t.Fatalf("seed %d: pair %d costs %v, want %v", seed, i, gotSum[i], wantSum[i])
			}
		}
	}
	if compared < 20 {
		t.Fatalf("only %d of the problems have a solution: the test tests little", compared)
	}
	t.Logf("%d problems compared", compared)
}

// Costs beyond what weights can hold go by destination, with the same result
// whatever the unit of cost.
func TestWalksUnderflow(t *testing.T) {
	g, err := graph.New(4, []int32{0, 2, 2, 3}, []int32{2, 3, 3, 1})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDemand(2, []Trip{{0, 1, 10}})
	if err != nil {
		t.Fatal(err)
	}
	n := &Network{Graph: g, NoThrough: graph.Below(4, 2), Centroid: []int32{0, 1}, Free: []float64{0, 2000, 2001, 0}}
	r, err := Solve(context.Background(), &Problem{Network: n, Classes: []Class{{Demand: d}}}, Settings{Method: Recursive, Theta: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := 10 / (1 + math.Exp(-1)); math.Abs(r.Volume[1]-want) > 1e-9 {
		t.Errorf("the cheaper link carries %v, want %v", r.Volume[1], want)
	}
}
