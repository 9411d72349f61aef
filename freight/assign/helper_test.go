package assign_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// link is a link of a test network: time free (1 + b (v/capacity)^power).
type link struct {
	from, to               int32
	free, b, capacity, pow float64
}

// linear is a link of time a + s v.
func linear(from, to int32, a, s float64) link {
	if s == 0 {
		return link{from, to, a, 0, 1, 1}
	}
	return link{from, to, a, 1, a / s, 1}
}

type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// network makes zones of the first nodes.
func network(t failer, nodes, zones int, links []link) *assign.Network {
	t.Helper()
	n := &assign.Network{}
	var tail, head []int32
	for _, k := range links {
		tail, head = append(tail, k.from), append(head, k.to)
		n.Free, n.B = append(n.Free, k.free), append(n.B, k.b)
		n.Capacity, n.Power = append(n.Capacity, k.capacity), append(n.Power, k.pow)
	}
	g, err := graph.New(nodes, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	n.Graph = g
	for z := range zones {
		n.Centroid = append(n.Centroid, int32(z))
	}
	return n
}

func demand(t failer, zones int, trips ...assign.Trip) *assign.Demand {
	t.Helper()
	d, err := assign.NewDemand(zones, trips)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func one(n *assign.Network, d *assign.Demand) *assign.Problem {
	return &assign.Problem{Network: n, Classes: []assign.Class{{Name: "all", Demand: d}}}
}

func solve(t failer, p *assign.Problem, s assign.Settings) *assign.Result {
	t.Helper()
	r, err := assign.Solve(context.Background(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// drawNetwork draws a strongly connected network with congestion, parallel links
// and some links of constant or no cost.
func drawNetwork(t *rapid.T) ([]link, int, int) {
	nodes := rapid.IntRange(3, 8).Draw(t, "nodes")
	zones := rapid.IntRange(2, min(4, nodes)).Draw(t, "zones")
	var links []link
	add := func(u, v int) {
		k := link{from: int32(u), to: int32(v), capacity: rapid.Float64Range(5, 50).Draw(t, "capacity")}
		k.free = rapid.Float64Range(1, 10).Draw(t, "free")
		k.b = rapid.Float64Range(0.1, 1).Draw(t, "b")
		k.pow = float64(rapid.SampledFrom([]int{1, 2, 4}).Draw(t, "power"))
		links = append(links, k)
	}
	for u := range nodes { // a ring both ways
		add(u, (u+1)%nodes)
		add((u+1)%nodes, u)
	}
	for range rapid.IntRange(0, 2*nodes).Draw(t, "extra") {
		u, v := rapid.IntRange(0, nodes-1).Draw(t, "u"), rapid.IntRange(0, nodes-1).Draw(t, "v")
		if u != v {
			add(u, v)
		}
	}
	return links, nodes, zones
}

func drawTrips(t *rapid.T, zones int) []assign.Trip {
	var trips []assign.Trip
	for o := range zones {
		for d := range zones {
			if o != d && rapid.Bool().Draw(t, "has") {
				trips = append(trips, assign.Trip{From: int32(o), To: int32(d), Amount: rapid.Float64Range(0.5, 40).Draw(t, "trips")})
			}
		}
	}
	return trips
}

// conserved checks the balance of every node for each class.
func conserved(t failer, r *assign.Result, tolerance float64) {
	t.Helper()
	n := r.Problem.Network
	for k, c := range r.Problem.Classes {
		balance := make([]float64, n.Graph.Nodes())
		total := 1.0
		for i, trip := range c.Demand.Trips(nil) {
			q := r.Served[k][i]
			balance[n.Centroid[trip.From]] -= q
			balance[n.Centroid[trip.To]] += q
			total += q
		}
		for l, f := range r.ClassFlow[k] {
			if f < 0 {
				t.Fatalf("class %d has flow %v on link %d", k, f, l)
			}
			balance[n.Graph.Tail(int32(l))] += f
			balance[n.Graph.Head(int32(l))] -= f
		}
		for v, b := range balance {
			if math.Abs(b) > tolerance*total {
				t.Fatalf("class %d: node %d is out of balance by %v", k, v, b)
			}
		}
	}
}
