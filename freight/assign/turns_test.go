package assign_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// Braess's network (1968) with the turn on to its bridge forbidden is the network
// without the bridge: 83 for all instead of 92.
func TestTurnBanUndoesBraess(t *testing.T) {
	// Times 10 v, 50 + v, 50 + v, 10 v, bridge 10 + v; 6 travellers.
	n := network(t, 4, 2, []link{linear(0, 2, 0, 10), linear(0, 3, 50, 1), linear(2, 1, 50, 1), linear(3, 1, 0, 10), linear(2, 3, 10, 1)})
	// A time of a + s v with a = 0 cannot be written as a (1 + b v): a stands for almost nothing.
	for _, l := range []int{0, 3} {
		n.Free[l], n.B[l], n.Capacity[l] = 1e-9, 1, 1e-10
	}
	p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 6}))
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "time with the bridge", r.TSTT/6, 92, 1e-8)
	n.Turns = []assign.Turn{{From: 0, To: 4, Time: math.Inf(1)}}
	r = solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "time without the turn", r.TSTT/6, 83, 1e-8)
	near(t, "volume of the bridge", r.Volume[4], 0, 0)
	// A penalty that only lifts the way over the bridge: with x on it, both other
	// ways (6-x)/2 each, 10 (3 + x/2) 2 + 10 + x + p = 10 (3 + x/2) + 50 + (6-x)/2,
	// so 13 - p = 6.5 x.
	n.Turns[0].Time = 6.5
	r = solve(t, p, assign.Settings{Gap: 1e-13})
	near(t, "volume of the turn", r.TurnVolume[0], 1, 1e-8)
	near(t, "volume of the bridge", r.Volume[4], 1, 1e-8)
}

// turnNetwork draws a network with turns, at zones too.
func turnNetwork(t *rapid.T) (*assign.Network, []assign.Trip, int) {
	links, nodes, zones := drawNetwork(t)
	n := network(t, nodes, zones, links)
	n.Toll, n.Length = make([]float64, len(links)), make([]float64, len(links))
	for l := range links {
		n.Toll[l], n.Length[l] = float64(l%3), float64(1+l%5)
	}
	if rapid.Bool().Draw(t, "barred") {
		n.NoThrough = graph.Below(nodes, zones)
	}
	for a := range links {
		for b := range links {
			if links[a].to != links[b].from {
				continue
			}
			switch rapid.IntRange(0, 9).Draw(t, "turn") {
			case 0:
				n.Turns = append(n.Turns, assign.Turn{From: int32(a), To: int32(b), Time: math.Inf(1)})
			case 1, 2:
				n.Turns = append(n.Turns, assign.Turn{From: int32(a), To: int32(b), Time: rapid.Float64Range(0, 8).Draw(t, "penalty"), Toll: float64((a + b) % 2)})
			}
		}
	}
	if len(n.Turns) == 0 { // turning back at the head of link 0
		n.Turns = []assign.Turn{{From: 0, To: 1, Time: 3}}
	}
	return n, drawTrips(t, zones), zones
}

// byLinks is cheapest costs over the graph of links: the label of a link is the
// cheapest way that ends with it. It shares nothing with the solver.
type byLinks struct {
	n    *assign.Network
	cost []float64 // by link
	turn map[[2]int32]float64
}

func linkGraph(n *assign.Network, time []float64, tollFactor, distanceFactor float64) byLinks {
	g := byLinks{n: n, cost: make([]float64, len(time)), turn: map[[2]int32]float64{}}
	for l := range time {
		g.cost[l] = time[l] + tollFactor*n.Toll[l] + distanceFactor*n.Length[l]
	}
	for _, t := range n.Turns {
		g.turn[[2]int32{t.From, t.To}] = t.Time + tollFactor*t.Toll
	}
	return g
}

// to returns the cost of turning from link a to link b, +Inf where they do not meet
// or the node may not be passed.
func (g byLinks) to(a, b int32) float64 {
	v := g.n.Graph.Head(a)
	if v != g.n.Graph.Tail(b) || g.n.NoThrough != nil && g.n.NoThrough[v] {
		return math.Inf(1)
	}
	return g.turn[[2]int32{a, b}]
}

func (g byLinks) from(zone int32) []float64 {
	n := g.n
	label, dist := make([]float64, len(g.cost)), make([]float64, n.Graph.Nodes())
	for l := range label {
		label[l] = math.Inf(1)
		if n.Graph.Tail(int32(l)) == n.Centroid[zone] {
			label[l] = g.cost[l]
		}
	}
	for range label {
		for a := range label {
			for b := range label {
				label[b] = math.Min(label[b], label[a]+g.to(int32(a), int32(b))+g.cost[b])
			}
		}
	}
	for v := range dist {
		dist[v] = math.Inf(1)
	}
	dist[n.Centroid[zone]] = 0
	for l, x := range label {
		v := n.Graph.Head(int32(l))
		dist[v] = math.Min(dist[v], x)
	}
	return dist
}

// Equilibria with turns, checked over the graph of links: nobody has a cheaper way,
// forbidden turns carry nothing, volumes of turns are those of the routes.
func TestTurnsAgainstGraphOfLinks(t *testing.T) {
	used, banned := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n, trips, zones := turnNetwork(t)
		p := one(n, demand(t, zones, trips...))
		c := &p.Classes[0]
		c.TollFactor, c.DistanceFactor, c.Equivalent = 0.5, 0.1, 2
		for _, m := range []assign.Method{assign.AllOrNothing, assign.Equilibrium, assign.Biconjugate} {
			s := assign.Settings{Method: m, Gap: 1e-10, Iterations: 500}
			if m == assign.Biconjugate {
				s.Gap, s.Iterations = 5e-3, 2000 // it has no ways to go by
			}
			r := solve(t, p, s)
			conserved(t, r, 1e-10)
			time := r.Time
			if m == assign.AllOrNothing {
				time = n.Free
			}
			g := linkGraph(n, time, 0.5, 0.1)
			least, total := 0.0, 0.0
			for i, trip := range c.Demand.Trips(nil) {
				u := g.from(trip.From)[n.Centroid[trip.To]]
				if math.IsInf(u, 1) != (r.Served[0][i] == 0) {
					t.Fatalf("%s: pair %d costs %v and is served %v", m, i, u, r.Served[0][i])
				}
				if !math.IsInf(u, 1) {
					least += 2 * trip.Amount * u
				}
			}
			for l, v := range r.Volume {
				total += v * g.cost[l]
			}
			for i, turn := range n.Turns {
				if v := r.TurnVolume[i]; v > 0 {
					used++
					total += v * (turn.Time + 0.5*turn.Toll)
				}
			}
			if math.IsNaN(total) || math.Abs(total-least) > (s.Gap+1e-9)*(1+total) && r.Converged {
				t.Fatalf("%s: total cost %v, cheapest %v, gap %v", m, total, least, r.RelativeGap)
			}
			if !r.Converged {
				t.Fatalf("%s: gap %g", m, r.RelativeGap)
			}
			if math.Abs(total-r.TSTT) > 1e-9*(1+total) {
				t.Fatalf("%s: TSTT %v, by hand %v", m, r.TSTT, total)
			}
			if m == assign.Biconjugate {
				continue
			}
			routes, err := r.Routes()
			if err != nil {
				t.Fatal(err)
			}
			volume, turns := make([]float64, len(r.Volume)), map[[2]int32]float64{}
			for _, route := range routes {
				for i, l := range route.Links {
					volume[l] += 2 * route.Flow
					if i > 0 {
						turns[[2]int32{route.Links[i-1], l}] += 2 * route.Flow
						if math.IsInf(g.to(route.Links[i-1], l), 1) {
							t.Fatalf("%s: a way turns from link %d to link %d", m, route.Links[i-1], l)
						}
					}
				}
			}
			for l, v := range volume {
				if math.Abs(v-r.Volume[l]) > 1e-6*(1+v) {
					t.Fatalf("%s: ways put %v on link %d, volume %v", m, v, l, r.Volume[l])
				}
			}
			for i, turn := range n.Turns {
				if math.IsInf(turn.Time, 1) {
					banned++
				}
				if want := turns[[2]int32{turn.From, turn.To}]; math.Abs(want-r.TurnVolume[i]) > 1e-6*(1+want) {
					t.Fatalf("%s: ways put %v on turn %d, volume %v", m, want, i, r.TurnVolume[i])
				}
			}
			skim, err := r.Skims(0)
			if err != nil {
				t.Fatal(err)
			}
			g = linkGraph(n, r.Time, 0.5, 0.1)
			for o := range zones {
				dist := g.from(int32(o))
				for d := range zones {
					if got, want := skim.Cost[o*zones+d], dist[n.Centroid[d]]; o != d && got != want && !(math.Abs(got-want) <= 1e-9*(1+want)) {
						t.Fatalf("%s: skim %d to %d is %v, want %v", m, o, d, got, want)
					}
				}
			}
			selected, err := r.SelectLink(0)
			if err != nil {
				t.Fatal(err)
			}
			if len(selected.Links) != len(r.Volume) || math.Abs(selected.Volume-r.Volume[0]) > 1e-6*(1+r.Volume[0]) {
				t.Fatalf("%s: link 0 selected with %v, volume %v", m, selected.Volume, r.Volume[0])
			}
		}
	})
	if used == 0 || banned == 0 {
		t.Fatalf("%d turns used and %d forbidden: the test tests nothing", used, banned)
	}
}

// All methods of user equilibrium agree, and the optimum is no dearer.
func TestTurnsAllMethods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, trips, zones := turnNetwork(t)
		p := one(n, demand(t, zones, trips...))
		ue := solve(t, p, assign.Settings{Gap: 1e-10})
		for _, m := range []assign.Method{assign.FrankWolfe, assign.Averages} {
			r := solve(t, p, assign.Settings{Method: m, Gap: 1e-3, Iterations: 20000})
			if !r.Converged || r.Objective < ue.Objective*(1-1e-9) || r.Objective-ue.Objective > 1e-3*(1+r.TSTT) {
				t.Fatalf("%s: objective %v, ue %v", m, r.Objective, ue.Objective)
			}
		}
		if so := solve(t, p, assign.Settings{Method: assign.Optimum, Gap: 1e-8}); so.TSTT > ue.TSTT*(1+1e-7) {
			t.Fatalf("optimum %v, equilibrium %v", so.TSTT, ue.TSTT)
		}
	})
}

// radius is the spectral radius of the weights exp(-theta (turn + cost)) between
// links, by power iteration on one more than them, which does not oscillate.
func (g byLinks) radius(theta float64) float64 {
	m := int32(len(g.cost))
	x, weight := make([]float64, m), make([][]float64, m)
	for a := range m {
		x[a] = 1
		for b := range m {
			weight[a] = append(weight[a], math.Exp(-theta*(g.to(a, b)+g.cost[b])))
		}
	}
	r := 0.0
	for range 2000 {
		y := slices.Clone(x)
		for a := range m {
			for b := range m {
				y[a] += weight[a][b] * x[b]
			}
		}
		r = slices.Max(y)
		for a := range y {
			x[a] = y[a] / r
		}
	}
	return r - 1
}

// Recursive logit with turns against the value functions of links, iterated: for a
// destination d, z of a link is the sum over the next links b of
// exp(-theta (cost of b + turn)) z_b, and 1 more where the link ends at d.
func TestTurnsRecursive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, trips, zones := turnNetwork(t)
		n.NoThrough = graph.Below(n.Graph.Nodes(), zones)
		const theta = 1.5
		r, err := assign.Solve(context.Background(), one(n, demand(t, zones, trips...)), assign.Settings{Method: assign.Recursive, Theta: theta})
		var spectral *assign.SpectralError
		g := linkGraph(n, n.Free, 0, 0)
		if errors.As(err, &spectral) { // rightly: round trips weigh without bound
			if radius := g.radius(theta); radius < 1-1e-6 {
				t.Fatalf("refused, but the spectral radius of the weights between links is %v: %v", radius, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		m := int32(len(n.Free))
		want := make([]float64, m)
		for _, trip := range trips {
			z := make([]float64, m)
			for range 4000 {
				for a := range m {
					z[a] = 0
					if n.Graph.Head(a) == n.Centroid[trip.To] {
						z[a] = 1
					}
					for b := range m {
						z[a] += math.Exp(-theta*(g.to(a, b)+g.cost[b])) * z[b]
					}
				}
			}
			first := 0.0
			for a := range m {
				if n.Graph.Tail(a) == n.Centroid[trip.From] {
					first += math.Exp(-theta*g.cost[a]) * z[a]
				}
			}
			if first == 0 {
				continue
			}
			flow := make([]float64, m)
			for range 4000 {
				next := make([]float64, m)
				for a := range m {
					if n.Graph.Tail(a) == n.Centroid[trip.From] {
						next[a] += trip.Amount * math.Exp(-theta*g.cost[a]) * z[a] / first
					}
					for b := range m {
						if flow[a] > 0 {
							next[b] += flow[a] * math.Exp(-theta*(g.to(a, b)+g.cost[b])) * z[b] / z[a]
						}
					}
				}
				flow = next
			}
			for a := range m {
				want[a] += flow[a]
			}
		}
		for l, v := range r.Volume {
			if math.Abs(v-want[l]) > 1e-6*(1+want[l]) {
				t.Fatalf("link %d carries %v, want %v", l, v, want[l])
			}
		}
	})
}

// A class that may not turn goes round; the other turns.
func TestTurnClosedToAClass(t *testing.T) {
	// 0 -> 2 -> 1 turns from link 0 to link 1; 0 -> 3 -> 1 is the long way.
	n := network(t, 4, 2, []link{linear(0, 2, 1, 0), linear(2, 1, 1, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0)})
	n.Turns = []assign.Turn{{From: 0, To: 1, Time: 2}, {From: 2, To: 3, Toll: 4}}
	d := demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1})
	p := &assign.Problem{Network: n, Classes: []assign.Class{{Name: "light", Demand: d, TollFactor: 3}, {Name: "heavy", Demand: d, TollFactor: 0.25, Equivalent: 3, ClosedTurns: []bool{true, false}}}}
	r := solve(t, p, assign.Settings{})
	if !slices.Equal(r.ClassFlow[0], []float64{1, 1, 0, 0}) || !slices.Equal(r.ClassFlow[1], []float64{0, 0, 1, 1}) || !slices.Equal(r.TurnVolume, []float64{1, 3}) {
		t.Errorf("flows %v, turns %v", r.ClassFlow, r.TurnVolume)
	}
	near(t, "TSTT", r.TSTT, 1+1+2+3*(5+5+0.25*4), 1e-12)
	for k, want := range []float64{4, 11} {
		s, err := r.Skims(k)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "cost of a class", s.Cost[1], want, 1e-12)
	}
}

// Limits, elastic demand and influences keep their meaning beside turns.
func TestTurnsBesideTheRest(t *testing.T) {
	// The turn of the short way costs 3, so it takes 5; the other 10. Ten units, of
	// which the first link lets 4 through: its price is 5.
	n := network(t, 4, 2, []link{linear(0, 2, 1, 0), linear(2, 1, 1, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0)})
	n.Turns = []assign.Turn{{From: 0, To: 1, Time: 3}}
	n.Limit = []float64{4, math.Inf(1), math.Inf(1), math.Inf(1)}
	p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10}))
	r := solve(t, p, assign.Settings{Gap: 1e-10})
	near(t, "volume", r.Volume[0], 4, 1e-8)
	near(t, "shadow price", r.Price[0], 5, 1e-8)
	n.Limit[2] = 5
	_, err := assign.Solve(context.Background(), p, assign.Settings{})
	var infeasible *assign.InfeasibleError
	if !errors.As(err, &infeasible) || infeasible.Carried != 9 || !slices.Equal(infeasible.Cut, []int32{0, 2}) {
		t.Errorf("ten over limits of nine: %v", err)
	}
	n.Limit = nil
	// q = 10 (1 - 0.1 (u - 3)) at u = 5.
	p.Classes[0].Elastic = &assign.Elastic{Slope: 0.1, Reference: []float64{3}}
	r = solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "served", r.Served[0][0], 8, 1e-9)
	// 10 + 1 for the turn + (v + w/2)/10 = 15 + w/20 with v + w = 100: v = 40.
	n = network(t, 3, 2, []link{linear(0, 2, 10, 0.1), linear(2, 1, 0, 0), linear(0, 1, 15, 0.05)})
	n.Influences = []assign.Influence{{On: 0, From: 2, Weight: 0.5}}
	n.Turns = []assign.Turn{{From: 0, To: 1, Time: 1}}
	r = solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 100})), assign.Settings{Gap: 1e-10})
	near(t, "volume beside an influence", r.Volume[0], 40, 1e-7)
	near(t, "volume of the turn", r.TurnVolume[0], 40, 1e-7)
}

// Prepared orders, warm starts and workers.
func TestTurnsPreparedAndWarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, trips, zones := turnNetwork(t)
		p := one(n, demand(t, zones, trips...))
		base := solve(t, p, assign.Settings{Gap: 1e-10, Workers: 1})
		again := solve(t, p, assign.Settings{Gap: 1e-10, Workers: 3, Order: assign.Prepare(n)})
		if !slices.Equal(base.Volume, again.Volume) || !slices.Equal(base.Iterations, again.Iterations) {
			t.Fatal("an order made ahead or workers change bits")
		}
		world := *n
		world.Turns = slices.Clone(n.Turns)
		for i := range world.Turns {
			world.Turns[i].Time += 1
		}
		next := one(&world, p.Classes[0].Demand)
		cold := solve(t, next, assign.Settings{Gap: 1e-10})
		warm := solve(t, next, assign.Settings{Gap: 1e-10, Warm: base})
		if math.Abs(cold.Objective-warm.Objective) > 1e-8*(1+cold.Objective) {
			t.Fatalf("cold %v, warm %v", cold.Objective, warm.Objective)
		}
	})
}

// Turns are refused with the reason; other turns do not fit an order or a result.
func TestTurnRefusals(t *testing.T) {
	n := network(t, 4, 2, []link{linear(0, 2, 1, 0), linear(2, 1, 1, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0)})
	p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1}))
	plain := solve(t, p, assign.Settings{})
	n.Turns = []assign.Turn{{From: 0, To: 1}}
	turned := solve(t, p, assign.Settings{})
	for _, c := range []struct {
		want  string
		turns []assign.Turn
		s     assign.Settings
	}{
		{"want links 0 to 3", []assign.Turn{{From: 0, To: 9}}, assign.Settings{}},
		{"link 0 ends at node 2, but link 3 begins at node 3", []assign.Turn{{From: 0, To: 3}}, assign.Settings{}},
		{"turn 0: Time is -1", []assign.Turn{{From: 0, To: 1, Time: -1}}, assign.Settings{}},
		{"turn 0: Time is NaN", []assign.Turn{{From: 0, To: 1, Time: math.NaN()}}, assign.Settings{}},
		{"turn 0: Toll is +Inf", []assign.Turn{{From: 0, To: 1, Toll: math.Inf(1)}}, assign.Settings{}},
		{"as turn 0 already", []assign.Turn{{From: 0, To: 1}, {From: 0, To: 1}}, assign.Settings{}},
		{"order prepared ahead", n.Turns, assign.Settings{Order: plain.Settings.Order}},
		{"order prepared ahead", nil, assign.Settings{Order: turned.Settings.Order}},
		{"does not fit", n.Turns, assign.Settings{Warm: plain}},
		{"does not fit", []assign.Turn{{From: 2, To: 3}}, assign.Settings{Warm: turned}},
		{"does not fit", nil, assign.Settings{Warm: turned}},
		{"unknown method", n.Turns, assign.Settings{Method: "best"}},
	} {
		q := *n
		q.Turns = c.turns
		_, err := assign.Solve(context.Background(), one(&q, p.Classes[0].Demand), c.s)
		var input *assign.InputError
		if !errors.As(err, &input) || !strings.Contains(strings.Join(input.Problems, "\n"), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// Transfers between links of two modes cost time, those within a mode nothing.
func TestTransfers(t *testing.T) {
	n := network(t, 3, 2, []link{linear(0, 2, 1, 0), linear(0, 2, 2, 0), linear(2, 1, 1, 0), linear(2, 1, 9, 0)})
	n.Turns = assign.Transfers(n.Graph, []string{"rail", "road", "road", "rail"}, func(from, to string) float64 {
		if from == "rail" && to == "road" {
			return 4
		}
		return 0
	})
	if want := []assign.Turn{{From: 0, To: 2, Time: 4}}; !slices.Equal(n.Turns, want) {
		t.Fatalf("turns %v, want %v", n.Turns, want)
	}
	rep, err := assign.Run(context.Background(), assign.Options{Problem: one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1})), SelectLinks: []int32{2}, Skims: true})
	if err != nil {
		t.Fatal(err)
	}
	if rep.TSTT != 3 || rep.Skims[0].Cost[1] != 3 || rep.Links != 4 || rep.Nodes != 3 || !slices.Equal(rep.Selected[0].Links, []float64{0, 1, 1, 0}) {
		t.Errorf("report %+v, selected %+v", rep, rep.Selected[0])
	}
	if _, err := json.Marshal(rep); err != nil {
		t.Error(err)
	}
}
