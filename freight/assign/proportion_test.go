package assign_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Two choices one after the other, each of two like links: of all route flows
// that fit, the one of largest entropy uses all four ways, each with the product
// of the shares.
func TestProportionsInSeries(t *testing.T) {
	n := network(t, 3, 2, []link{linear(0, 2, 1, 1), linear(0, 2, 2, 1), linear(2, 1, 1, 1), linear(2, 1, 3, 1)})
	// 10 units: the first choice is 5.5 and 4.5, the second 6 and 4.
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})), assign.Settings{Gap: 1e-13})
	routes, err := r.Routes()
	if err != nil {
		t.Fatal(err)
	}
	if len(routes) != 4 {
		t.Fatalf("%d ways, want 4", len(routes))
	}
	first, second := map[int32]float64{0: 5.5, 1: 4.5}, map[int32]float64{2: 6, 3: 4}
	for _, w := range routes {
		near(t, "flow of a way", w.Flow, first[w.Links[0]]*second[w.Links[1]]/10, 1e-7)
	}
}

// What keeps flows from being proportional is told: eight choices one after the
// other make 256 ways, of which 64 are kept for a pair.
func TestProportionsOfMoreWaysThanAreKept(t *testing.T) {
	for _, x := range []struct{ choices, ways, full int }{{5, 32, 0}, {8, 64, 1}} {
		var links []link
		at := func(k int) int32 { // zones are nodes 0 and 1
			return map[int]int32{0: 0, x.choices: 1}[k] + map[bool]int32{true: int32(k) + 1}[k > 0 && k < x.choices]
		}
		for k := range x.choices {
			links = append(links, linear(at(k), at(k+1), 1, 1), linear(at(k), at(k+1), 2, 1))
		}
		n := network(t, x.choices+1, 2, links)
		r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})), assign.Settings{Gap: 1e-12})
		routes, err := r.Routes()
		if err != nil {
			t.Fatal(err)
		}
		p, ok, err := r.Proportions()
		if err != nil || !ok || p.Full != x.full || p.Settled() != (x.full == 0) || len(routes) != x.ways {
			t.Errorf("%d choices: %d ways, %+v, known %v, %v", x.choices, len(routes), p, ok, err)
		}
	}
	// Methods that do not make flows proportional say nothing of it.
	n := network(t, 2, 2, []link{linear(0, 1, 1, 1), linear(0, 1, 2, 1)})
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})), assign.Settings{Method: assign.AllOrNothing})
	if p, ok, err := r.Proportions(); ok || err != nil {
		t.Errorf("all-or-nothing: %+v, known %v, %v", p, ok, err)
	}
}

// Two origins share two like roads (the network of Bar-Gera 2010, figure 1, in
// idea): each divides itself between them as all do.
func TestProportionsAcrossPairs(t *testing.T) {
	n := network(t, 6, 4, []link{
		linear(0, 4, 1, 0), linear(1, 4, 1, 0), linear(4, 5, 10, 1), linear(4, 5, 16, 1), linear(5, 2, 1, 0), linear(5, 3, 1, 0),
	})
	r := solve(t, one(n, demand(t, 4, assign.Trip{From: 0, To: 2, Amount: 10}, assign.Trip{From: 1, To: 3, Amount: 20},
		assign.Trip{From: 1, To: 2, Amount: 4})), assign.Settings{Gap: 1e-13})
	near(t, "the nearer road", r.Volume[2], 20, 1e-6)
	s, err := r.SelectLink(2)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Trips[0]) != 3 {
		t.Fatalf("%v use the road, want all three pairs", s.Trips[0])
	}
	for _, x := range s.Trips[0] {
		want := map[[2]int32]float64{{0, 2}: 10, {1, 3}: 20, {1, 2}: 4}[[2]int32{x.From, x.To}] * 20 / 34
		near(t, "flow on the nearer road", x.Amount, want, 1e-6)
	}
}

// Proportional flows keep link volumes, and do not depend on the order in which
// links, nodes and so pairs were given.
func TestProportionsUnique(t *testing.T) {
	several := 0
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		trips := drawTrips(t, zones)
		s := assign.Settings{Gap: 1e-13, Iterations: 2000}
		a := solve(t, one(network(t, nodes, zones, links), demand(t, zones, trips...)), s)
		routes, err := a.Routes()
		if err != nil {
			t.Fatal(err)
		}
		volume := make([]float64, len(links))
		for _, r := range routes {
			for _, l := range r.Links {
				volume[l] += r.Flow
			}
		}
		for l := range volume {
			if math.Abs(volume[l]-a.Volume[l]) > 1e-9*(1+volume[l]) {
				t.Fatalf("link %d: routes carry %v, volume is %v", l, volume[l], a.Volume[l])
			}
		}
		if len(routes) > len(trips) {
			several++
		}
		order := rapid.Permutation(seq(len(links))).Draw(t, "order")
		node := rapid.Permutation(seq(nodes)).Draw(t, "node")
		moved := make([]link, len(links))
		for i, l := range order {
			moved[i] = links[l]
			moved[i].from, moved[i].to = int32(node[links[l].from]), int32(node[links[l].to])
		}
		n := network(t, nodes, 0, moved)
		for z := range zones {
			n.Centroid = append(n.Centroid, int32(node[z]))
		}
		b := solve(t, one(n, demand(t, zones, trips...)), s)
		if !a.Converged || !b.Converged {
			return // measured below at volumes that agree
		}
		chosen := rapid.IntRange(0, len(links)-1).Draw(t, "selected")
		at := 0
		for i, l := range order {
			if l == chosen {
				at = i
			}
		}
		x, err := a.SelectLink(int32(chosen))
		if err != nil {
			t.Fatal(err)
		}
		y, err := b.SelectLink(int32(at))
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range order {
			if d := math.Abs(x.Links[l] - y.Links[i]); d > 1e-3*(1+x.Volume) {
				t.Fatalf("over link %d with link %d go %v, in another order %v", chosen, l, x.Links[l], y.Links[i])
			}
		}
	})
	t.Logf("%d problems with several ways for a pair", several)
	if several == 0 {
		t.Fatal("no pair ever had several ways: the test tests nothing")
	}
}

// Classes that pay different tolls share two ways that cost both the same: flows
// of each class are proportional there, whatever they pay elsewhere. Where the
// difference between the ways is not the same to both, each keeps its own.
func TestProportionalAcrossTolls(t *testing.T) {
	n := network(t, 3, 3, []link{linear(0, 1, 1, 0.1), linear(0, 1, 1, 0.3), linear(1, 2, 1, 0.1)})
	n.Toll = []float64{0, 0, 4}
	classes := []assign.Class{
		{Demand: demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 3}, assign.Trip{From: 0, To: 2, Amount: 5}), Equivalent: 1},
		{Demand: demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 6}, assign.Trip{From: 0, To: 2, Amount: 10}), Equivalent: 1, TollFactor: 1.5},
	}
	r := solve(t, &assign.Problem{Network: n, Classes: classes}, assign.Settings{Gap: 1e-12})
	// 1 + 0.1 x = 1 + 0.3 (24 - x): three quarters of everything on the first link.
	for k, sent := range []float64{8, 16} {
		near(t, "class flow", r.ClassFlow[k][0], 0.75*sent, 1e-8)
	}
	ways, err := r.Routes()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range ways {
		whole := classes[w.Class].Demand.Trips(nil)[w.To-1].Amount
		want := 0.25 * whole
		if w.Links[0] == 0 {
			want = 0.75 * whole
		}
		near(t, "route flow", w.Flow, want, 1e-8)
	}

	n.Toll = []float64{1, 0, 0} // the first link costs the second class more
	r = solve(t, &assign.Problem{Network: n, Classes: classes}, assign.Settings{Gap: 1e-12})
	// The first class takes it as a whole, and y of the second: 2.5 + 0.1 (8 + y) =
	// 1 + 0.3 (16 - y), so y = 6.25.
	near(t, "free of toll", r.ClassFlow[0][0], 8, 1e-9)
	near(t, "tolled", r.ClassFlow[1][0], 6.25, 1e-8)
}
