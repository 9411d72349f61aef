package freight

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

func TestResolveReportsEverything(t *testing.T) {
	s := checked()
	b := prepare(t, &s.Spec)
	for _, c := range []struct {
		change Change
		rule   string
		says   string
	}{
		{Change{Op: OpClose, On: Selector{Border: "abb"}}, "unknown-target", "did you mean ab?"},
		{Change{Op: OpClose, On: Selector{Border: "abb", Strait: "canel"}}, "unknown-target", "did you mean canal?"},
		{Change{Op: OpOpen, On: Selector{Project: "lien"}}, "unknown-target", "unknown project"},
		{Change{Op: OpClose}, "empty-selector", "nothing in particular"},
		{Change{Op: OpClose, On: Selector{Border: "ab", Modes: []string{"rail"}}}, "nothing-matched", "border ab, modes rail"},
		{Change{Op: OpHours, On: Selector{Tariff: "t-l1"}, How: Times, Amount: plain(2)}, "change-does-not-fit", "no way to be closed"},
		{Change{Op: OpHours, On: Selector{Border: "ab"}, Amount: plain(2)}, "bad-amount", "set, add or times"},
		{Change{Op: OpHours, On: Selector{Border: "ab"}, How: Times, Amount: plain(-2)}, "bad-amount", "negative"},
		{Change{Op: OpOpen, On: Selector{Border: "ab"}, How: Times, Amount: plain(2)}, "bad-amount", "no amount"},
		{Change{Op: OpRule, On: Selector{Rule: "pay"}}, "bad-amount", "on or off"},
		{Change{Op: OpCapacity, On: Selector{Border: "ab"}, How: Times, Amount: plain(2)}, "bad-amount", "give one with set"},
		{Change{Op: OpDemand, On: Selector{Border: "ab"}, How: Times, Amount: plain(2)}, "change-does-not-fit", "markets"},
		{Change{Op: OpMoney, On: Selector{Country: "AA"}, How: Set, Amount: money(2)}, "change-does-not-fit", "add or times"},
		{Change{Op: "shut", On: Selector{Border: "ab"}}, "change-does-not-fit", "unknown kind"},
		{Change{Op: OpClose, On: Selector{Country: "AA", Flow: "through"}}, "unknown-target", "flow type"},
	} {
		c.change.Pos = diag.Pos{File: "effects.yaml", Line: 3}
		var l diag.List
		d := b.Resolve(Horizon, []Change{c.change, {Op: OpClose, On: Selector{Border: "bc"}}}, &l)
		hit := slices.ContainsFunc(l.All(), func(d diag.Diagnostic) bool {
			return d.Rule.Name == c.rule && d.Pos.Line == 3 && strings.Contains(d.Message+" "+d.Hint, c.says)
		})
		if !hit {
			t.Errorf("%+v: %v", c.change, l.All())
		}
		if d.Touched[0] != 0 && c.rule != "bad-amount" || d.Touched[1] == 0 {
			t.Errorf("%+v touched %v: the bad change must do nothing, the next must act", c.change, d.Touched)
		}
	}
}

func TestChangesAct(t *testing.T) {
	s := corridor()
	b := prepare(t, &s.Spec)
	base := solve(t, b, Horizon)
	for _, c := range []struct {
		name   string
		change Change
		delta  map[int]float64 // outcome -> its change
	}{
		{"fee row", Change{Op: OpMoney, On: Selector{Fee: "transit"}, How: Times, Amount: plain(2)}, map[int]float64{2: 300, 6: 150, 7: 0}},
		{"tariff row", Change{Op: OpMoney, On: Selector{Tariff: "t-l2"}, How: Add, Amount: money(1)}, map[int]float64{2: 200}},
		{"whole country", Change{Op: OpMoney, On: Selector{Country: "BB"}, How: Times, Amount: plain(0)}, map[int]float64{2: -1630}},
		{"added on entry is nobody's", Change{Op: OpMoney, On: Selector{Country: "BB"}, How: Add, Amount: money(3)}, map[int]float64{2: 0}},
		{"demand", Change{Op: OpDemand, On: Selector{Markets: []string{"t"}}, How: Times, Amount: plain(2)}, map[int]float64{7: 100}},
		{"country shut to transit", Change{Op: OpClose, On: Selector{Country: "BB", Flow: "transit"}}, map[int]float64{7: -100, 4: -200}},
		{"country shut to transit by rail", Change{Op: OpClose, On: Selector{Country: "BB", Flow: "transit", Modes: []string{"rail"}}}, map[int]float64{7: 0, 4: 0}},
		{"one direction", Change{Op: OpClose, On: Selector{Country: "AA-BB", Direction: "AA"}}, map[int]float64{7: 0}},
		{"the other", Change{Op: OpClose, On: Selector{Country: "AA-BB", Direction: "BB"}}, map[int]float64{7: -100}},
	} {
		got := solve(t, b, Horizon, c.change)
		for i, d := range c.delta {
			near(t, c.name+": "+s.Outcomes[i].ID, got.Outcomes[i]-base.Outcomes[i], d, 1e-9)
		}
	}
}

// Projects: by date as the year says, by effect only by name; opening one opens
// its links and their posts and gives them its capacity.
// A project that opens by date opens the crossing on it in the horizon, whatever
// the crossing's row says of today; what a project must build stays shut.
func TestOpenLinks(t *testing.T) {
	s := newToy()
	s.node("o", "AA", 0, 0).node("d", "BB", 0.5, 0).zone("zo", "AA", "AA", "o").zone("zd", "BB", "BB", "d")
	s.link("road", "o", "d", "road", 10)
	s.link("late", "o", "d", "rail", 10).Open = false
	s.link("never", "d", "o", "river", 10).Open = false
	s.border("x", "o", "d", "AA", "BB", "road", 5).border("y", "o", "d", "AA", "BB", "rail", 5)
	s.Borders[1].Open = false // the road's way back
	s.Borders[2].Open, s.Borders[3].Open = false, false
	s.Projects = []Project{{ID: "p", Links: []string{"late"}, OpensBy: "date", Year: plain(2030), KnownSince: "2020"},
		{ID: "q", Links: []string{"never"}, OpensBy: "effect"}}
	s.market("m", "AA", "BB", 10, "zo", "zd")
	b := prepare(t, &s.Spec)
	for year, want := range map[Year][][2]bool{
		BaseYear: {{true, false}, {false, false}, {false, false}},
		Horizon:  {{true, false}, {true, true}, {false, false}},
	} {
		if got := b.OpenLinks(year); !slices.Equal(got, want) {
			t.Errorf("year %v: %v, want %v", year, got, want)
		}
	}
}

func TestProjects(t *testing.T) {
	s := corridor()
	l := s.link("new", "a0", "b2", "road", 3)
	l.Open, l.Project = false, "tunnel"
	s.border("nb", "a0", "b2", "AA", "BB", "road", 0)
	s.Borders[len(s.Borders)-2].Open, s.Borders[len(s.Borders)-1].Open = false, false
	s.Projects = []Project{{ID: "tunnel", OpensBy: "date", Year: units.Between(2028, 2029, 2034, units.Year), Capacity: tonnesF(40)}}
	s.outcome(Outcome{ID: "new", Measure: Tonnes, Query: PathQuery{Passes: []string{"nb"}}})
	k := len(s.Outcomes) - 1
	b := prepare(t, &s.Spec)
	if v := b.BaseYearRun().Outcomes[k]; v != 0 {
		t.Errorf("base year: %g t in the tunnel", v)
	}
	near(t, "horizon", b.BaselineRun().Outcomes[k], 40, 1e-6)
	late := b.Draw(func(name string) float64 {
		if name == "project:tunnel:year" {
			return 1
		}
		return 0.5
	})
	if v := late.BaselineRun().Outcomes[k]; v != 0 {
		t.Errorf("opened in 2034: %g t in 2030", v)
	}
	s.Projects[0].OpensBy = "effect"
	b = prepare(t, &s.Spec)
	if v := b.BaselineRun().Outcomes[k]; v != 0 {
		t.Errorf("by effect: %g t in the baseline", v)
	}
	open := solve(t, b, Horizon, Change{Op: OpOpen, On: Selector{Project: "tunnel"}})
	near(t, "by effect", open.Outcomes[k], 40, 1e-6)
}

// A shut strait sends ships round by the detour, and both ways are in the set.
func TestStraitDetour(t *testing.T) {
	s := checked()
	s.Terminals = append(s.Terminals, Terminal{ID: "port", Node: "*", ModeFrom: "sea", ModeTo: "road", Commodity: "*", Money: money(1)})
	s.zone("zp1", "p1", "AA", "p1").zone("zp2", "p2", "BB", "p2")
	s.market("ship", "p1", "p2", 100, "zp1", "zp2")
	s.outcome(Outcome{ID: "canal", Measure: Tonnes, Query: PathQuery{Passes: []string{"canal"}, Markets: []string{"ship"}}})
	s.outcome(Outcome{ID: "cape", Measure: Tonnes, Query: PathQuery{Passes: []string{"cape"}, Markets: []string{"ship"}}})
	k := len(s.Outcomes) - 2
	b := prepare(t, &s.Spec)
	got := solve(t, b, Horizon)
	if c := got.Outcomes[k]; c < 80 {
		t.Errorf("open: %g t by the canal", c)
	}
	got = solve(t, b, Horizon, Change{Op: OpClose, On: Selector{Strait: "canal"}})
	near(t, "canal shut", got.Outcomes[k], 0, 0)
	near(t, "round", got.Outcomes[k+1], 100, 1e-12)
	got = solve(t, b, Horizon, Change{Op: OpClose, On: Selector{Strait: "canal"}}, Change{Op: OpClose, On: Selector{Strait: "cape"}})
	near(t, "both shut", got.Lost.NoRoute, 100, 1e-12)
}

func TestDrawAndFigures(t *testing.T) {
	s := corridor()
	s.Fees[0].Money = units.Between(1, 3, 7, units.MoneyPerTonne)
	b := prepare(t, &s.Spec)
	f := b.Figures()
	if len(f) != 1 || f[0].Name != "fee:transit:money" {
		t.Fatalf("figures %+v", f)
	}
	for _, c := range []struct{ u, usd float64 }{{0, 1}, {0.25, 2}, {0.5, 3}, {1, 7}} {
		d := b.Draw(func(string) float64 { return c.u })
		near(t, "revenue", d.BaselineRun().Outcomes[2]-b.BaselineRun().Outcomes[2], 100*(c.usd-3), 1e-9)
		if (d.Key() == b.Key()) != (c.u == 0.5) {
			t.Errorf("key at %g", c.u)
		}
	}
	if again := b.Draw(nil); again.Key() != b.Key() || !sameBits(again.BaselineRun().Outcomes, b.BaselineRun().Outcomes) {
		t.Error("the centre drawn is not the base")
	}
}

func TestChains(t *testing.T) {
	s := corridor()
	s.link("dear", "b1", "b2", "road", 9)
	b := prepare(t, &s.Spec)
	d := b.Detail(b.Resolve(Horizon, nil, nil), b.BaselineRun())
	got, err := d.Chains(ChainQuery{From: "za0", To: "zc2", Commodity: "goods"})
	if err != nil || len(got) == 0 {
		t.Fatal(got, err)
	}
	near(t, "money", got[0].Money, 10+3+5, 1e-9)
	near(t, "km", got[0].Km, 500, 1e-12)
	near(t, "hours", got[0].Hours, 2+5e-4, 1e-9)
	last := got[0].At[len(got[0].At)-1]
	if last.Km != got[0].Km || last.Money != got[0].Money || !slices.IsSortedFunc(got[0].At, func(x, y ChainPoint) int {
		return int(math.Copysign(1, x.Hours-y.Hours))
	}) {
		t.Errorf("running totals %+v", got[0].At)
	}
	via, err := d.Chains(ChainQuery{From: "a0", To: "c2", Commodity: "goods", Via: []string{"b2", "b1"}})
	if err != nil || len(via) != 1 {
		t.Fatal(via, err)
	}
	near(t, "back and forth", via[0].Km, 700, 1e-12)
	none, err := d.Chains(ChainQuery{From: "a0", To: "c2", Commodity: "goods", Modes: []string{"rail"}})
	if err != nil || len(none) != 0 {
		t.Errorf("by rail: %v %v", none, err)
	}
	if _, err := d.Chains(ChainQuery{From: "a9", To: "c2", Commodity: "goods"}); err == nil {
		t.Error("unknown node")
	}
}

// Free links, disconnected pairs and parallel links are no trouble.
func TestDegenerate(t *testing.T) {
	s := parallel(0, 0, 0)
	s.constant(ConstElasticity, 0.5)
	for i := range s.Links {
		s.Links[i].Speed, s.Links[i].Length = 0, 0
	}
	s.node("x", "BB", 9, 9).zone("zx", "BB", "BB", "x")
	s.market("m", "AA", "AA", 90, "zo", "zd").market("n", "AA", "BB", 10, "zo", "zx")
	b := prepare(t, &s.Spec)
	got := solve(t, b, BaseYear)
	for i := 0; i < 3; i++ {
		near(t, "a third each", got.Outcomes[i], 30, 1e-9)
	}
	near(t, "no route", got.Lost.NoRoute, 10, 0)
	if st := b.Statistics(); len(st.NoPath) != 1 || !strings.Contains(st.NoPath[0], "zo-zx") {
		t.Errorf("%+v", st.NoPath)
	}
}

// One-way closures: the other direction stays open.
func TestOneWay(t *testing.T) {
	s := corridor()
	s.market("back", "c2", "a0", 10, "zc2", "za0")
	s.outcome(Outcome{ID: "back", Measure: Served, Query: PathQuery{Markets: []string{"back"}}})
	b := prepare(t, &s.Spec)
	k := len(s.Outcomes) - 1
	got := solve(t, b, Horizon, Change{Op: OpClose, On: Selector{Border: "bc", Direction: "CC"}})
	near(t, "back", got.Outcomes[k], 10, 0)
	near(t, "transit there and back", got.Outcomes[7], 10, 0)
}
