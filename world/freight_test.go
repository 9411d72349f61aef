package world

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// two builds a case of the real engine: from A to B by a road over their border
// with a queue, or by a railway through M that a project opens.
func two() *freight.Spec {
	value := map[string]float64{
		freight.ConstDispersionRoute: 5, freight.ConstDispersionMode: 4, freight.ConstElasticity: 0.5, freight.ConstChoke: 3,
		freight.ConstVOTFactor: 1, freight.ConstQueueAlpha: 1, freight.ConstQueueBeta: 2, freight.ConstRailSpeed: 0.5,
		freight.ConstRoadSpeed: 0.5, freight.ConstCaptive: 5,
	}
	s := &freight.Spec{BaseYear: 2024, Horizon: 2030}
	for _, name := range freight.RequiredConstants() {
		s.Constants = append(s.Constants, freight.Constant{Name: name, Value: units.Exactly(value[name], units.Dimensionless)})
	}
	usd := func(v float64) units.Figure { return units.Exactly(v, units.MoneyPerTonne) }
	tonnes := func(lo, v, hi float64) units.Figure {
		f := units.Between(lo, v, hi, units.Rate)
		f.Source, f.Letter = []string{"by hand"}, units.Estimate
		return f
	}
	s.Commodities = []freight.Commodity{{ID: "goods", Name: "goods", ValueOfTime: units.Exactly(1, units.MoneyPerTonneHour), Value: usd(1000), Container: true, TonnesPerTEU: units.Exactly(10, units.PerTEU)}}
	for _, m := range []string{"rail", "road"} {
		s.Terminals = append(s.Terminals, freight.Terminal{ID: "load-" + m, Node: "*", ModeFrom: "zone", ModeTo: m, Commodity: "*", Money: usd(2)})
	}
	for _, n := range []freight.Node{{ID: "a", Country: "AA", X: 0, Y: 0}, {ID: "m", Country: "MM", X: 2, Y: 1}, {ID: "b", Country: "BB", X: 4, Y: 0}} {
		n.Name = n.ID
		s.Nodes = append(s.Nodes, n)
	}
	s.Links = []freight.Link{
		{ID: "road", From: "a", To: "b", Mode: "road", Length: 500, Speed: 50, Open: true},
		{ID: "rail1", From: "a", To: "m", Mode: "rail", Length: 300, Speed: 50, Project: "railway"},
		{ID: "rail2", From: "m", To: "b", Mode: "rail", Length: 300, Speed: 50, Project: "railway"},
	}
	for _, x := range [][3]string{{"a", "b", "road"}, {"a", "m", "rail"}, {"m", "b", "rail"}} {
		for _, d := range [][2]string{{x[0], x[1]}, {x[1], x[0]}} {
			country := map[string]string{"a": "AA", "m": "MM", "b": "BB"}
			s.Borders = append(s.Borders, freight.Border{ID: x[0] + x[1], NodeFrom: d[0], NodeTo: d[1], CountryFrom: country[d[0]], CountryTo: country[d[1]],
				Mode: x[2], Hours: units.Between(5, 10, 20, units.Time), Capacity: tonnes(8e5, 1e6, 1e6), Open: true})
		}
	}
	s.Projects = []freight.Project{{ID: "railway", Links: []string{"rail1", "rail2"}, OpensBy: "effect"}}
	s.Zones = []freight.Zone{{ID: "A1", Area: "AA", Country: "AA", Node: "a"}, {ID: "B1", Area: "BB", Country: "BB", Node: "b"}}
	s.Markets = []freight.Market{{ID: "ab", Origin: "AA", Destination: "BB", Commodity: "goods", Tonnes: tonnes(5e5, 1e6, 2e6), Share: units.Exactly(1, units.Share)}}
	s.Demand = []freight.Demand{{Market: "ab", OriginZone: "A1", DestinationZone: "B1", Fraction: 1}}
	s.Tariffs = []freight.Tariff{{ID: "t", Kind: "infrastructure", Country: "*", Mode: "*", Commodity: "*", PerTonneKm: units.Exactly(0.02, units.MoneyPerTonneKm)}}
	s.Outcomes = []freight.Outcome{
		{ID: "rail", Measure: freight.Tonnes, Query: freight.PathQuery{Passes: []string{"MM"}}, Materiality: 1},
		{ID: "all", Measure: freight.Served, Materiality: 1},
		{ID: "hours", Measure: freight.Hours, Materiality: 0.01},
		{ID: "rail_hours", Measure: freight.Hours, Query: freight.PathQuery{Passes: []string{"MM"}}, Materiality: 0.01},
	}
	return s
}

// twoChanges are the changes of three effects: the railway opens, the road
// border shuts, and one of an engine that is not this one.
func twoChanges() [][]freight.Change {
	return [][]freight.Change{
		{{Op: freight.OpOpen, On: freight.Selector{Project: "railway"}}},
		{{Op: freight.OpClose, On: freight.Selector{Country: "AA-BB"}}},
		nil,
	}
}

func prepare(t testing.TB, s *freight.Spec) *Freight {
	t.Helper()
	var l diag.List
	b, err := freight.Prepare(s, &l, freight.Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	return NewFreight(b, twoChanges())
}

func twoPlan(t testing.TB, f *Freight) *Plan {
	t.Helper()
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "rail", States: []string{"missing", "built"}}, {ID: "border", States: []string{"open", "strikes", "shut"}}, {ID: "grid", States: []string{"no", "yes"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	changes := append(twoChanges(), f.changes[1])
	f.changes = changes
	p, err := NewPlan(space, ws, []Effect{
		{"railway", prop(t, space, "rail=built"), 1}, {"shut", prop(t, space, "border=shut"), 1}, {"grid", prop(t, space, "grid=yes"), 1},
		{"strikes", prop(t, space, "border=strikes"), 0.25},
	}, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFreightWorlds(t *testing.T) {
	f := prepare(t, two())
	p := twoPlan(t, f)
	// rail x border; strikes use the networks of open and shut.
	if len(p.Rows) != 6 || len(p.Networks) != 4 {
		t.Fatalf("%d rows and %d networks, want 6 and 4", len(p.Rows), len(p.Networks))
	}
	tab, _ := solve(t, p, Options{})
	at := func(world, column string) float64 {
		w, err := p.Space.ParseWorld(world)
		if err != nil {
			t.Fatal(err)
		}
		return tab.At(p.Row(w), tab.Column(column))
	}
	if got := at("", "rail"); got != 0 {
		t.Errorf("%v t by a railway that is not there", got)
	}
	if got := at("", "rail_hours"); !math.IsNaN(got) {
		t.Errorf("mean hours of nothing are %v", got)
	}
	if got := at("border=shut", "all"); got != 0 {
		t.Errorf("%v t moved with the only border shut", got)
	}
	if st := tab.Status[p.Row(mustWorld(t, p, "border=shut"))]; st.Lost[2] == 0 || st.Lost[1] != 0 {
		t.Errorf("with the border shut %v is lost by %v, want all of it without a route", st.Lost, tab.LostKinds)
	}
	if got := at("border=strikes", "all"); math.Abs(got-0.75*at("", "all")) > 1e-9*got {
		t.Errorf("strikes for a quarter of the year leave %v of %v t", got, at("", "all"))
	}
	// Hours are weighted by tonnes: nothing moves during the strikes.
	if got := at("border=strikes", "hours"); math.Abs(got-at("", "hours")) > 1e-9*got {
		t.Errorf("mean hours with strikes %v, want those of the open border %v", got, at("", "hours"))
	}
	if got, less := at("rail=built", "hours"), at("", "rail"); got == 0 || less != 0 {
		t.Errorf("rail built: %v h", got)
	}
	if got := at("rail=built,border=shut", "rail"); got <= at("rail=built", "rail") {
		t.Errorf("shutting the road border leaves %v t on the railway", got)
	}
}

func mustWorld(t testing.TB, p *Plan, text string) formula.World {
	t.Helper()
	w, err := p.Space.ParseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Identical tables by the real engine, whatever the workers, the order and the
// cache; a world that changes nothing has the baseline's bits.
func TestFreightSameBytes(t *testing.T) {
	p := twoPlan(t, prepare(t, two()))
	cold, _ := solve(t, p, Options{Workers: 1})
	want := cold.Hash()
	for _, workers := range []int{2, 7} {
		again := twoPlan(t, prepare(t, two()))
		if tab, _ := solve(t, again, Options{Workers: workers, Order: []int{3, 2, 1, 0}}); tab.Hash() != want {
			t.Errorf("%d workers in reverse: another table", workers)
		}
	}
	dir := t.TempDir()
	solve(t, p, Options{Cache: cacheAt(t, dir), Order: []int{2}})
	tab, run := solve(t, twoPlan(t, prepare(t, two())), Options{Cache: cacheAt(t, dir)})
	if tab.Hash() != want || run.Cached != 2 || run.Solved != 2 {
		t.Errorf("resumed: %+v, or another table", run)
	}
	a, b := p.Row(mustWorld(t, p, "")), p.Row(mustWorld(t, p, "grid=yes"))
	if a != b {
		t.Errorf("a world without a change here has row %d, the baseline %d", b, a)
	}
	f := p.Engine.(*Freight)
	d, err := f.With(nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.Key() != p.Networks[0].Key {
		t.Error("no changes make another network than no effects")
	}
	sol := cold.Solutions[0]
	if got := f.Detail(d, sol).Solution().Outcomes[1]; got != sol.Values[1] {
		t.Errorf("the detail has %v t, the solution %v", got, sol.Values[1])
	}
}

func TestFreightKey(t *testing.T) {
	want := prepare(t, two()).Key()
	moved := two()
	moved.Links[0].Pos = diag.Pos{File: "link.csv", Line: 9}
	if prepare(t, moved).Key() != want {
		t.Error("a comment more in a file is another network")
	}
	for name, change := range map[string]func(*freight.Spec){
		"length":   func(s *freight.Spec) { s.Links[0].Length++ },
		"range":    func(s *freight.Spec) { s.Borders[0].Hours.High++ },
		"constant": func(s *freight.Spec) { s.Constants[0].Value.Central += 0.1; s.Constants[0].Value.High += 0.1 },
		"outcome":  func(s *freight.Spec) { s.Outcomes[0].Query.Both = true },
		"horizon":  func(s *freight.Spec) { s.Horizon++ },
		"demand":   func(s *freight.Spec) { s.Markets[0].Tonnes.Central++ },
	} {
		s := two()
		change(s)
		if prepare(t, s).Key() == want {
			t.Errorf("another %s has the same key", name)
		}
	}
	f := prepare(t, two())
	drawn, err := f.Drawn(func(string) float64 { return 0.9 })
	if err != nil {
		t.Fatal(err)
	}
	if drawn.Key() == want {
		t.Error("a draw has the key of the centre")
	}
}

func TestFreightFigures(t *testing.T) {
	f := prepare(t, two())
	wide := freight.Change{Op: freight.OpHours, On: freight.Selector{Border: "ab"}, How: freight.Times, Amount: units.Between(0.5, 1, 2, units.Dimensionless), Why: "strikes"}
	f.changes = append(f.changes, []freight.Change{wide})
	// Its range is no part of a delta's key, so it has one of its own.
	narrow := wide
	narrow.Amount.High = 1.5
	g := *f
	g.changes = append(slices.Clone(f.changes[:len(f.changes)-1]), []freight.Change{narrow})
	last := len(f.changes) - 1
	if f.AmountsKey([]int{last}) == g.AmountsKey([]int{last}) {
		t.Error("another range of an effect's change has the same key")
	}
	if f.AmountsKey([]int{0}) != g.AmountsKey([]int{0}) {
		t.Error("the range of one effect's change shows in the key of another")
	}
	names := map[string]Ranged{}
	for _, x := range f.Figures() {
		if _, twice := names[x.Name]; twice {
			t.Errorf("figure %s is listed twice", x.Name)
		}
		names[x.Name] = x
	}
	market, ok := names["market:ab:tonnes"]
	if !ok || market.Table != "market" || market.Letter != units.Estimate {
		t.Errorf("the market's tonnes are %+v", market)
	}
	if _, ok := names[freight.FigureOf(&wide).Name]; !ok {
		t.Error("the range of an effect's change is not a figure")
	}
	// A draw moves what it should: twice the tonnes at the top of the range.
	drawn, err := f.Drawn(func(name string) float64 {
		if name == "market:ab:tonnes" {
			return 1
		}
		return 0.5
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := drawn.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	sol, err := drawn.NewWorker().Solve(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := sol.Lost[0]; got != 2e6 {
		t.Errorf("demand of the draw is %v t, want 2e6", got)
	}
}

func TestResolveReportsProblems(t *testing.T) {
	f := prepare(t, two())
	_, err := f.With([]freight.Change{{Op: freight.OpOpen, On: freight.Selector{Project: "nothing"}}})
	var re *ResolveError
	if !errors.As(err, &re) || re.List.Count(diag.Error) == 0 || re.Error() == "" {
		t.Errorf("an unknown project: %v", err)
	}
	if d, err := f.BaseYear(); err != nil || d == nil {
		t.Errorf("base year: %v", err)
	}
}
