package assign_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Flows conserve, the objective lies between the bounds of Frank-Wolfe, routes
// add up to flows, and the optimum costs no more than the equilibrium.
func TestEquilibriumProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		p := one(network(t, nodes, zones, links), demand(t, zones, drawTrips(t, zones)...))
		if rapid.Bool().Draw(t, "two classes") { // one that counts double, minds tolls and may not go everywhere
			p.Network.Toll = make([]float64, len(links))
			closed := make([]bool, len(links))
			for l := range links {
				p.Network.Toll[l] = float64(rapid.IntRange(0, 5).Draw(t, "toll"))
				closed[l] = l > 2*nodes && rapid.Bool().Draw(t, "closed")
			}
			p.Classes = append(p.Classes, assign.Class{Name: "heavy", Equivalent: 2, TollFactor: 0.7, Closed: closed,
				Demand: demand(t, zones, drawTrips(t, zones)...)})
		}
		ue := solve(t, p, assign.Settings{Gap: 1e-9, Iterations: 2000})
		if !ue.Converged {
			t.Fatalf("gap %g", ue.RelativeGap)
		}
		conserved(t, ue, 1e-12)
		if len(p.Classes) == 1 { // the objective is that of the volumes reported
			z := 0.0
			for l, k := range links {
				v := ue.Volume[l]
				z += k.free * (v + k.b*v*math.Pow(v/k.capacity, k.pow)/(k.pow+1))
			}
			if math.Abs(z-ue.Objective) > 1e-10*(1+z) {
				t.Fatalf("objective %v, of the volumes %v", ue.Objective, z)
			}
		}
		fw := solve(t, p, assign.Settings{Method: assign.FrankWolfe, Gap: 1e-3, Iterations: 500})
		conserved(t, fw, 1e-12)
		const slack = 1e-8
		size := 1 + math.Abs(fw.Objective)
		if ue.Objective > fw.Objective+slack*size || ue.Objective < fw.Objective-fw.RelativeGap*fw.TSTT-slack*size {
			t.Fatalf("objective %v outside [%v, %v]", ue.Objective, fw.Objective-fw.RelativeGap*fw.TSTT, fw.Objective)
		}
		bfw := solve(t, p, assign.Settings{Method: assign.Biconjugate, Gap: 1e-3, Iterations: 2000})
		conserved(t, bfw, 1e-12)
		if !bfw.Converged || bfw.Objective < ue.Objective-slack*size || bfw.Objective > ue.Objective+1e-3*bfw.TSTT+slack*size {
			t.Fatalf("biconjugate: gap %v, objective %v, least %v", bfw.RelativeGap, bfw.Objective, ue.Objective)
		}
		so := solve(t, p, assign.Settings{Method: assign.Optimum, Gap: 1e-9, Iterations: 2000})
		if !so.Converged {
			t.Fatalf("optimum: gap %g", so.RelativeGap)
		}
		conserved(t, so, 1e-12)
		if so.TSTT > ue.TSTT*(1+1e-7) {
			t.Fatalf("optimum costs %v, equilibrium %v", so.TSTT, ue.TSTT)
		}
		routes, err := ue.Routes()
		if err != nil {
			t.Fatal(err)
		}
		flow := make([]float64, len(links))
		for _, r := range routes {
			for _, l := range r.Links {
				flow[l] += r.Flow * float64(1+r.Class) // class 1 counts double
			}
		}
		for l := range flow {
			if math.Abs(flow[l]-ue.Volume[l]) > 1e-9*(1+flow[l]) {
				t.Fatalf("routes put %v on link %d, volume is %v", flow[l], l, ue.Volume[l])
			}
		}
	})
}

// A link that no cheapest way uses, even with room to spare, may be made dearer
// or closed: all-or-nothing stays the same bit for bit, equilibrium to the gap.
func TestUnusedLinkMayClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		d := demand(t, zones, drawTrips(t, zones)...)
		for _, m := range []assign.Method{assign.AllOrNothing, assign.Equilibrium} {
			s := assign.Settings{Method: m, Gap: 1e-11, Iterations: 300}
			n := network(t, nodes, zones, links)
			base := solve(t, one(n, d), s)
			unused := -1
			for l := range links {
				if reducedCost(base, l) > 1e-3 {
					unused = l
				}
			}
			if unused < 0 {
				continue
			}
			for _, closed := range []bool{true, false} {
				n := network(t, nodes, zones, links)
				n.Free[unused] *= 1.5
				if closed {
					n.Free[unused] = math.Inf(1)
				}
				r := solve(t, one(n, d), s)
				for l := range links {
					if m == assign.AllOrNothing && r.Volume[l] != base.Volume[l] {
						t.Fatalf("all-or-nothing: link %d changed from %v to %v", l, base.Volume[l], r.Volume[l])
					}
					if math.Abs(r.Volume[l]-base.Volume[l]) > 1e-3*(1+base.Volume[l]) {
						t.Fatalf("%s: link %d changed from %v to %v (gap %g)", m, l, base.Volume[l], r.Volume[l], r.RelativeGap)
					}
				}
				if math.Abs(r.Objective-base.Objective) > 1e-8*(1+base.Objective) {
					t.Fatalf("%s: objective changed from %v to %v", m, base.Objective, r.Objective)
				}
			}
		}
	})
}

// reducedCost is the least over origins of what a link costs beyond the
// difference of the labels of its ends.
func reducedCost(r *assign.Result, link int) float64 {
	n := r.Problem.Network
	least := math.Inf(1)
	for _, o := range n.Centroid {
		dist := labels(r, o)
		u, v := n.Graph.Tail(int32(link)), n.Graph.Head(int32(link))
		least = math.Min(least, dist[u]+r.Time[link]-dist[v])
	}
	return least
}

func labels(r *assign.Result, from int32) []float64 {
	n := r.Problem.Network
	d := make([]float64, n.Graph.Nodes())
	for i := range d {
		d[i] = math.Inf(1)
	}
	d[from] = 0
	for range d {
		for l, c := range r.Time {
			u, v := n.Graph.Tail(int32(l)), n.Graph.Head(int32(l))
			d[v] = math.Min(d[v], d[u]+c)
		}
	}
	return d
}

// New names of nodes and another order of links move objective and volumes no
// further than the gap allows.
func TestRelabelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		trips := drawTrips(t, zones)
		base := solve(t, one(network(t, nodes, zones, links), demand(t, zones, trips...)), assign.Settings{Gap: 1e-11, Iterations: 300})
		node := rapid.Permutation(seq(nodes)).Draw(t, "node")
		order := rapid.Permutation(seq(len(links))).Draw(t, "order")
		moved := make([]link, len(links))
		for i, l := range order {
			moved[i] = links[l]
			moved[i].from, moved[i].to = int32(node[links[l].from]), int32(node[links[l].to])
		}
		n := network(t, nodes, 0, moved)
		for z := range zones {
			n.Centroid = append(n.Centroid, int32(node[z]))
		}
		r := solve(t, one(n, demand(t, zones, trips...)), assign.Settings{Gap: 1e-11, Iterations: 300})
		if math.Abs(r.Objective-base.Objective) > 1e-9*(1+base.Objective) {
			t.Fatalf("objective %v became %v", base.Objective, r.Objective)
		}
		if !base.Converged || !r.Converged {
			t.Fatalf("gaps %g and %g", base.RelativeGap, r.RelativeGap)
		}
		// At volumes v with gap g, t(v).(v - w) <= g TSTT for every other w that carries
		// the demand. So for two solutions sum (t(v) - t(w)).(v - w) is at most both
		// together; no link's part of it is negative.
		most := base.RelativeGap*base.TSTT + r.RelativeGap*r.TSTT + 1e-13*(base.TSTT+r.TSTT)
		for i, l := range order {
			if part := (r.Time[i] - base.Time[l]) * (r.Volume[i] - base.Volume[l]); part > most {
				t.Fatalf("link %d: volume %v became %v, time %v became %v: %g, at most %g", l, base.Volume[l], r.Volume[i], base.Time[l], r.Time[i], part, most)
			}
		}
	})
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// With costs that do not depend on flow a new link raises no cheapest cost.
func TestAddedLinkRaisesNoCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		for i := range links {
			links[i].b = 0
		}
		d := demand(t, zones, drawTrips(t, zones)...)
		without := links[:len(links)-1]
		before, err := solve(t, one(network(t, nodes, zones, without), d), assign.Settings{Method: assign.AllOrNothing}).Skims(0)
		if err != nil {
			t.Fatal(err)
		}
		after, err := solve(t, one(network(t, nodes, zones, links), d), assign.Settings{Method: assign.AllOrNothing}).Skims(0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range before.Cost {
			if after.Cost[i] > before.Cost[i] {
				t.Fatalf("pair %d: cost rose from %v to %v", i, before.Cost[i], after.Cost[i])
			}
		}
	})
}

// The number of workers changes no bit.
func TestWorkersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		p := one(network(t, nodes, zones, links), demand(t, zones, drawTrips(t, zones)...))
		for _, s := range []assign.Settings{
			{Method: assign.AllOrNothing}, {Method: assign.Equilibrium}, {Method: assign.Optimum},
			{Method: assign.FrankWolfe, Iterations: 20}, {Method: assign.Biconjugate, Iterations: 20}, {Method: assign.Recursive, Theta: 2}, {Method: assign.Stochastic, Theta: 2, Iterations: 20},
		} {
			s.Workers = 1
			want := solve(t, p, s)
			for _, w := range []int{2, 7} {
				s.Workers = w
				got := solve(t, p, s)
				if !slices.Equal(got.Volume, want.Volume) || !slices.Equal(got.Iterations, want.Iterations) || got.TSTT != want.TSTT {
					t.Fatalf("%s differs with %d workers", s.Method, w)
				}
			}
		}
	})
}

// Hard limits with fixed costs are a linear programme. Its duals are the prices:
// primal cost = sum of demand x cheapest cost with prices - sum of price x limit,
// which proves both optimal without another solver.
func TestLimitsStrongDuality(t *testing.T) {
	bound, most := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		trips := drawTrips(t, zones)
		for i := range links {
			links[i].b = 0
		}
		own := len(links)
		for _, trip := range trips { // a dear way that always has room
			links = append(links, linear(trip.From, trip.To, 100, 0))
		}
		n := network(t, nodes, zones, links)
		n.Limit = make([]float64, len(links))
		for l := range n.Limit {
			n.Limit[l] = math.Inf(1)
			if l < own {
				n.Limit[l] = rapid.SampledFrom([]float64{0, 1, 2.5, 7, 15, 40}).Draw(t, "limit")
			}
		}
		r := solve(t, one(n, demand(t, zones, trips...)), assign.Settings{Gap: 1e-10, Iterations: 20000})
		if !r.Converged {
			t.Fatalf("gap %g, excess %g after %d", r.RelativeGap, r.Excess, len(r.Iterations))
		}
		most = max(most, len(r.Iterations))
		conserved(t, r, 1e-12)
		s, err := r.Skims(0)
		if err != nil {
			t.Fatal(err)
		}
		dual := 0.0
		for _, trip := range trips {
			dual += trip.Amount * s.Cost[int(trip.From)*zones+int(trip.To)]
		}
		for l, price := range r.Price {
			if price < 0 {
				t.Fatalf("price %v on link %d", price, l)
			}
			if price > 0 {
				bound++
				dual -= price * n.Limit[l]
			}
		}
		if math.Abs(dual-r.TSTT) > 1e-6*(1+r.TSTT) {
			t.Fatalf("cost %v, dual bound %v", r.TSTT, dual)
		}
	})
	t.Logf("%d prices above 0; at most %d sweeps", bound, most)
	if bound == 0 {
		t.Fatal("no limit ever had a price: the test tests nothing")
	}
}
