package freight

import (
	"context"
	"math"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// toy builds small specs for tests: free terminals, no time costs and chosen
// constants, so that answers can be had by hand.
type toy struct{ Spec }

func money(v float64) units.Figure  { return units.Exactly(v, units.MoneyPerTonne) }
func hoursF(v float64) units.Figure { return units.Exactly(v, units.Time) }
func tonnesF(v float64) units.Figure {
	f := units.Exactly(v, units.Rate)
	f.Source = []string{"by hand"}
	return f
}
func plain(v float64) units.Figure { return units.Exactly(v, units.Dimensionless) }

// toyConstants are chosen for hand computing, not for realism.
var toyConstants = map[string]float64{
	ConstDispersionRoute: 10, ConstDispersionMode: 10, ConstElasticity: 0, ConstChoke: 100, ConstVOTFactor: 1,
	ConstQueueAlpha: 1, ConstQueueBeta: 2, ConstRailSpeed: 1, ConstRoadSpeed: 1, ConstCaptive: 10,
}

func newToy() *toy {
	t := &toy{}
	t.BaseYear, t.Horizon = 2024, 2030
	for _, name := range RequiredConstants() {
		t.Constants = append(t.Constants, Constant{Name: name, Value: plain(toyConstants[name])})
	}
	t.Commodities = []Commodity{{ID: "goods", Name: "goods", ValueOfTime: units.Exactly(1, units.MoneyPerTonneHour), Value: money(1000), Container: true, TonnesPerTEU: plain(10)}}
	for _, m := range []string{"rail", "road", "sea"} {
		t.Terminals = append(t.Terminals, Terminal{ID: "load-" + m, Node: "*", ModeFrom: "zone", ModeTo: m, Commodity: "*"})
	}
	return t
}

func (t *toy) constant(name string, v float64) *toy {
	for i := range t.Constants {
		if t.Constants[i].Name == name {
			t.Constants[i].Value = plain(v)
			return t
		}
	}
	t.Constants = append(t.Constants, Constant{Name: name, Value: plain(v)})
	return t
}

func (t *toy) node(id, country string, x, y float64) *toy {
	t.Nodes = append(t.Nodes, Node{ID: id, Name: id, Country: country, X: x, Y: y})
	return t
}

func (t *toy) zone(id, area, country, node string) *toy {
	t.Zones = append(t.Zones, Zone{ID: id, Area: area, Country: country, Node: node})
	return t
}

// link adds an open two-way link of 100 km whose use costs usd a tonne, paid as
// a tariff on its own tag to the country it lies in.
func (t *toy) link(id, from, to, mode string, usd float64) *Link {
	t.Links = append(t.Links, Link{ID: id, From: from, To: to, Mode: mode, Length: 100, Speed: 1e6, Open: true, Tags: []string{id}})
	t.Tariffs = append(t.Tariffs, Tariff{ID: "t-" + id, Kind: "infrastructure", Country: "*", Mode: mode, Commodity: "*", Tag: id, PerTonne: money(usd), Payer: "cargo owner", Earner: ""})
	return &t.Links[len(t.Links)-1]
}

func (t *toy) border(id, from, to, cf, ct, mode string, h float64) *toy {
	t.Borders = append(t.Borders,
		Border{ID: id, NodeFrom: from, NodeTo: to, CountryFrom: cf, CountryTo: ct, Mode: mode, Hours: hoursF(h), Open: true},
		Border{ID: id, NodeFrom: to, NodeTo: from, CountryFrom: ct, CountryTo: cf, Mode: mode, Hours: hoursF(h), Open: true})
	return t
}

func (t *toy) market(id, from, to string, tonnes float64, pairs ...string) *toy {
	t.Markets = append(t.Markets, Market{ID: id, Origin: from, Destination: to, Commodity: "goods", Tonnes: tonnesF(tonnes), Share: plain(1), Growth: plain(1), Modes: []string{"rail", "road", "sea"}})
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Demand = append(t.Demand, Demand{Market: id, OriginZone: pairs[i], DestinationZone: pairs[i+1], Fraction: 2 / float64(len(pairs))})
	}
	return t
}

func (t *toy) outcome(o Outcome) *toy {
	t.Outcomes = append(t.Outcomes, o)
	return t
}

func prepare(t *testing.T, s *Spec) *Base {
	t.Helper()
	var l diag.List
	b, err := Prepare(s, &l, Options{})
	if err != nil || l.Failed() {
		t.Fatalf("prepare: %v %v", err, l.All())
	}
	return b
}

func solve(t *testing.T, b *Base, year Year, changes ...Change) *Solution {
	t.Helper()
	var l diag.List
	d := b.Resolve(year, changes, &l)
	if l.Failed() {
		t.Fatalf("resolve: %v", l.All())
	}
	s, err := b.Solve(context.Background(), d, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Converged {
		t.Fatalf("not converged: residual %g after %d steps", s.Residual, s.Iterations)
	}
	return s
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

// parallel is two nodes in one country joined by links a, b, c ... of the given
// costs.
func parallel(usd ...float64) *toy {
	t := newToy()
	t.node("o", "AA", 0, 0).node("d", "AA", 0.5, 0).zone("zo", "AA", "AA", "o").zone("zd", "AA", "AA", "d")
	for i, c := range usd {
		id := string(rune('a' + i))
		t.link(id, "o", "d", "road", c)
		t.outcome(Outcome{ID: id, Measure: Tonnes, Query: PathQuery{Passes: []string{id}}})
	}
	return t
}

func TestTwoRouteLogit(t *testing.T) {
	s := parallel(20, 25)
	s.market("m", "AA", "AA", 100, "zo", "zd")
	b := prepare(t, &s.Spec)
	got := solve(t, b, BaseYear)
	// Closed form: theta 10 relative to the cheapest cost 20 (moves take 1e-4 h).
	c0 := 20 + 1e-4
	p := 1 / (1 + math.Exp(-10*5/c0))
	near(t, "tonnes a", got.Outcomes[0], 100*p, 1e-9)
	near(t, "tonnes b", got.Outcomes[1], 100*(1-p), 1e-9)
	if got.Kind != KindFree {
		t.Errorf("kind %q", got.Kind)
	}
}

func TestRationingByHand(t *testing.T) {
	for _, theta := range []float64{10, 200} {
		s := parallel(20, 10, 5)
		s.constant(ConstDispersionRoute, theta).constant(ConstDispersionMode, theta)
		for i, c := range []float64{400, 100, 50} {
			s.Links[i].Capacity = tonnesF(c)
		}
		s.market("m", "AA", "AA", 450, "zo", "zd")
		b := prepare(t, &s.Spec)
		got := solve(t, b, BaseYear)
		near(t, "tonnes a", got.Outcomes[0], 300, 1e-6)
		near(t, "tonnes b", got.Outcomes[1], 100, 1e-6)
		near(t, "tonnes c", got.Outcomes[2], 50, 1e-6)
		// Shadow prices 10 and 15 of the linear programme, plus what the logit asks:
		// q_a/q_b = exp(theta/c0 (c_b + p_b - c_a)).
		c0 := 5 + 1e-4
		near(t, "price b", got.State[price(b, "b")], 10+c0/theta*math.Log(3), 1e-5)
		near(t, "price c", got.State[price(b, "c")], 15+c0/theta*math.Log(6), 1e-5)
		near(t, "price a", got.State[price(b, "a")], 0, 1e-9)
	}
}

// price is the place of the element of a link in Solution.State.
func price(b *Base, link string) int {
	for i, e := range b.net.elems {
		if e.kind == elemLink && e.name == link && !e.back {
			return int(b.bundlings.place[i])
		}
	}
	return -1
}
