package freight

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
	"pgregory.net/rapid"
)

// randomToy draws a connected network over three countries with borders,
// capacities, a strait, a rule, two commodities and a few markets. Some links
// are closed, some parallel, some free.
func randomToy(t *rapid.T) *toy {
	s := newToy()
	s.constant(ConstElasticity, 0.7).constant(ConstChoke, 2).constant(ConstDispersionMode, 4).constant(ConstQueueBeta, 4)
	s.Commodities = append(s.Commodities, Commodity{ID: "slow", ValueOfTime: units.Exactly(0.1, units.MoneyPerTonneHour), Value: money(100)})
	s.Terminals = append(s.Terminals, Terminal{ID: "rr", Node: "*", ModeFrom: "rail", ModeTo: "road", Commodity: "*", Money: money(2), Hours: hoursF(5)})
	n := rapid.IntRange(3, 7).Draw(t, "nodes")
	countries := []string{"AA", "BB", "CC"}
	for i := 0; i < n; i++ {
		c := countries[i*3/n]
		s.node(fmt.Sprint("n", i), c, float64(i)/2, 0)
		s.zone(fmt.Sprint("z", i), fmt.Sprint("n", i), c, fmt.Sprint("n", i))
	}
	seen := map[string]bool{}
	link := func(k, i, j int) {
		m := rapid.SampledFrom([]string{"road", "rail"}).Draw(t, "mode")
		l := s.link(fmt.Sprint("l", k), fmt.Sprint("n", i), fmt.Sprint("n", j), m, float64(rapid.IntRange(0, 30).Draw(t, "usd")))
		if m == "rail" {
			l.Gauge = []int{1520}
		}
		l.Open = rapid.IntRange(0, 5).Draw(t, "open") > 0
		if rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
			l.Capacity = tonnesF(float64(rapid.IntRange(20, 200).Draw(t, "cap")))
		}
		cf, ct := s.Nodes[i].Country, s.Nodes[j].Country
		key := l.From + l.To + m
		if cf != ct && !seen[key] && !seen[l.To+l.From+m] {
			seen[key] = true
			s.border("b"+key, l.From, l.To, cf, ct, m, float64(rapid.IntRange(0, 20).Draw(t, "hours")))
			if rapid.Bool().Draw(t, "queue") {
				s.Borders[len(s.Borders)-1].Capacity = tonnesF(float64(rapid.IntRange(50, 300).Draw(t, "queue cap")))
			}
		}
	}
	k := 0
	for i := 1; i < n; i++ {
		link(k, i-1, i)
		k++
	}
	for extra := rapid.IntRange(0, 6).Draw(t, "extra"); extra > 0; extra-- {
		i := rapid.IntRange(0, n-2).Draw(t, "i")
		link(k, i, rapid.IntRange(i+1, n-1).Draw(t, "j"))
		k++
	}
	s.Rules = append(s.Rules, Rule{ID: "tax", Kind: "money", Through: "BB", Amount: money(6), Active: rapid.Bool().Draw(t, "tax"), Earner: "BB"})
	for m := rapid.IntRange(1, 4).Draw(t, "markets"); m > 0; m-- {
		i := rapid.IntRange(0, n-1).Draw(t, "from")
		j := rapid.IntRange(0, n-1).Draw(t, "to")
		if i == j {
			j = (i + 1) % n
		}
		s.market(fmt.Sprint("m", m), fmt.Sprint("n", i), fmt.Sprint("n", j), float64(rapid.IntRange(1, 200).Draw(t, "t")), fmt.Sprint("z", i), fmt.Sprint("z", j))
		x := &s.Markets[len(s.Markets)-1]
		x.Share = plain(rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "share"))
		x.Commodity = rapid.SampledFrom([]string{"goods", "slow"}).Draw(t, "goods")
		x.Modes = rapid.SampledFrom([][]string{{"rail"}, {"road"}, {"rail", "road"}}).Draw(t, "usual")
		x.Growth = plain(1.2)
	}
	s.outcome(Outcome{ID: "all", Measure: Served})
	s.outcome(Outcome{ID: "b", Measure: Tonnes, Query: PathQuery{Passes: []string{"BB"}}})
	s.outcome(Outcome{ID: "rev", Measure: Revenue, Country: "BB"})
	s.outcome(Outcome{ID: "benefit", Measure: Benefit, Country: "AA"})
	s.outcome(Outcome{ID: "hours", Measure: Hours})
	return s
}

func rapidPrepare(t *rapid.T, s *Spec, workers int) *Base {
	var l diag.List
	b, err := Prepare(s, &l, Options{Workers: workers})
	if err != nil || l.Failed() {
		t.Fatalf("prepare: %v %v", err, l.All())
	}
	return b
}

func rapidSolve(t *rapid.T, b *Base, d *Delta) *Solution {
	s, err := b.Solve(context.Background(), d, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Converged {
		t.Fatalf("not converged: residual %g", s.Residual)
	}
	return s
}

func sameBits(x, y []float64) bool {
	return slices.EqualFunc(x, y, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}

// A world that changes nothing, or nothing that can matter, is the baseline bit
// for bit, the base stays as it was, and closing and reopening restores it.
func TestNothingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomToy(t)
		s.node("far", "CC", 50, 50).node("far2", "CC", 50.5, 50)
		s.link("island", "far", "far2", "road", 3)
		b := rapidPrepare(t, &s.Spec, 1)
		listed := slices.Clone(b.vals.listed)
		same := func(name string, d *Delta) {
			got := rapidSolve(t, b, d)
			if !sameBits(got.Outcomes, b.baseline.Outcomes) || !sameBits(got.State, b.baseline.State) {
				t.Fatalf("%s: %v, baseline %v", name, got.Outcomes, b.baseline.Outcomes)
			}
		}
		empty := b.Resolve(Horizon, nil, nil)
		same("empty", empty)
		one := Change{Op: OpHours, On: Selector{Link: "l0"}, How: Times, Amount: plain(1)}
		if d := b.Resolve(Horizon, []Change{one}, nil); !d.Equal(empty) || d.Key() != empty.Key() {
			t.Fatal("times 1 changes the network")
		}
		island := Change{Op: OpHours, On: Selector{Link: "island"}, How: Set, Amount: hoursF(9)}
		d := b.Resolve(Horizon, []Change{island}, nil)
		if d.Equal(empty) {
			t.Fatal("hours of the island do not differ")
		}
		same("island", d)
		if s.Links[0].Open {
			again := []Change{{Op: OpClose, On: Selector{Link: "l0"}}, {Op: OpOpen, On: Selector{Link: "l0"}}}
			if d := b.Resolve(Horizon, again, nil); !d.Equal(empty) {
				t.Fatal("closing and reopening leaves a trace")
			}
			rapidSolve(t, b, b.Resolve(Horizon, again[:1], nil))
			same("after another world", empty)
		}
		if !sameBits(listed, b.vals.listed) {
			t.Fatal("the base changed")
		}
	})
}

// Demand is served or lost, whatever is shut; a solve that breaks conservation
// is an error, so reaching the end is the test.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomToy(t)
		b := rapidPrepare(t, &s.Spec, 1)
		var c []Change
		for i := range s.Links {
			if rapid.IntRange(0, 3).Draw(t, "shut") == 0 {
				c = append(c, Change{Op: OpClose, On: Selector{Link: s.Links[i].ID}})
			}
		}
		got := rapidSolve(t, b, b.Resolve(Horizon, c, nil))
		l := got.Lost
		if d := l.Demand + l.Induced - l.Served - l.NoRoute - l.PricedOut - l.Rationed; math.Abs(d) > 1e-6 {
			t.Fatalf("%+v misses %g", l, d)
		}
		for k, e := range b.net.elems {
			p := b.params(b.Resolve(Horizon, c, nil))
			at := int(b.bundlings.place[k])
			if at >= len(got.State) {
				continue // not in use
			}
			if v := got.State[at]; e.kind == elemLink && v < 0 || math.IsNaN(v) {
				t.Fatalf("%s has price %g under capacity %g", e.name, v, p[b.lay.cap+k])
			}
		}
	})
}

// With costs that do not depend on flows, an added link raises no cheapest cost.
// The tax is left out: it is due once a route however often the route enters the
// country, which the search, a sum over arcs, takes for more; a route that enters
// twice may then be missed beside a new one that it takes for cheaper.
func TestAddedLink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomToy(t)
		s.Rules[0].Active = false
		for i := range s.Links {
			s.Links[i].Capacity, s.Links[i].Open = units.Figure{}, true
		}
		for i := range s.Borders {
			s.Borders[i].Capacity = units.Figure{}
		}
		before := rapidPrepare(t, &s.Spec, 1)
		i := rapid.IntRange(0, len(s.Nodes)-2).Draw(t, "added from")
		j := rapid.IntRange(i+1, len(s.Nodes)-1).Draw(t, "added to")
		s.link("added", s.Nodes[i].ID, s.Nodes[j].ID, "road", float64(rapid.IntRange(0, 20).Draw(t, "added usd")))
		after := rapidPrepare(t, &s.Spec, 1)
		for k := range before.items {
			if before.items[k].segment == captive {
				continue // a captive market may have been relaxed before
			}
			if after.c0[k] > before.c0[k]*(1+1e-12) {
				t.Fatalf("%s: %g became %g", before.itemName(&before.items[k]), before.c0[k], after.c0[k])
			}
		}
	})
}

// The order of rows means nothing: outcomes agree to the tolerance of a solve.
// Costs are made unequal first, for between equal paths the order of the rows
// decides which enter a route set.
func TestRelabelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomToy(t)
		for i := range s.Tariffs {
			s.Tariffs[i].PerTonne = money(s.Tariffs[i].PerTonne.Central + 0.1*math.Sqrt(float64(i+2)))
		}
		a := rapidPrepare(t, &s.Spec, 1)
		r := s.Spec
		r.Nodes, r.Links, r.Zones = slices.Clone(r.Nodes), slices.Clone(r.Links), slices.Clone(r.Zones)
		r.Markets, r.Demand, r.Commodities = slices.Clone(r.Markets), slices.Clone(r.Demand), slices.Clone(r.Commodities)
		slices.Reverse(r.Nodes)
		slices.Reverse(r.Links)
		slices.Reverse(r.Zones)
		slices.Reverse(r.Markets)
		slices.Reverse(r.Demand)
		slices.Reverse(r.Commodities)
		b := rapidPrepare(t, &r, 1)
		if a.stats.Truncated+b.stats.Truncated > 0 {
			return // a cut set may be cut elsewhere
		}
		for i := range a.baseline.Outcomes {
			x, y := a.baseline.Outcomes[i], b.baseline.Outcomes[i]
			if math.IsNaN(x) && math.IsNaN(y) {
				continue
			}
			if math.Abs(x-y) > 1e-6*math.Max(a.baseline.Lost.Demand, math.Abs(x)) {
				t.Fatalf("outcome %s: %g, relabelled %g (%d and %d routes)", s.Outcomes[i].ID, x, y, a.stats.Routes, b.stats.Routes)
			}
		}
	})
}

// The number of workers leaves no trace in what Prepare builds.
func TestWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := randomToy(t)
		a := rapidPrepare(t, &s.Spec, 1)
		for _, w := range []int{2, 7} {
			b := rapidPrepare(t, &s.Spec, w)
			if !slices.Equal(a.pathArcs, b.pathArcs) || !slices.Equal(a.routes, b.routes) || !sameBits(a.c0, b.c0) || !sameBits(a.g0, b.g0) ||
				!sameBits(a.baseline.Outcomes, b.baseline.Outcomes) || a.Key() != b.Key() {
				t.Fatalf("%d workers build something else", w)
			}
		}
	})
}
