package answer

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
	"pgregory.net/rapid"
)

func TestQuantile(t *testing.T) {
	xs := func() []Weighted { return []Weighted{{3, 0.5}, {1, 0.3}, {2, 0.2}, {9, 0}} }
	for _, c := range []struct{ p, want float64 }{{0, 1}, {0.3, 1}, {0.31, 2}, {0.5, 2}, {0.51, 3}, {1, 3}} {
		if got := Quantile(xs(), c.p); got != c.want {
			t.Errorf("quantile %v is %v, want %v", c.p, got, c.want)
		}
	}
	if got := Quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("quantile of nothing is %v", got)
	}
}

// A mean over equal values is that value, to the last bit.
func TestMeanOfEqualValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.Float64Range(-1e9, 1e9).Draw(rt, "value")
		weights := rapid.SliceOfN(rapid.Float64Range(1e-9, 1), 1, 50).Draw(rt, "weights")
		values := make([]float64, len(weights))
		for i := range values {
			values[i] = v
		}
		if m, _ := mean(values, weights); m != v {
			rt.Fatalf("mean %v, want %v", m, v)
		}
	})
}

// Drivers, changes and quantiles against their definitions on random cases.
func TestDriversAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.05, 0.95).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=in_force and a=yes", weight("b1")}, {"a=yes", weight("b2")}, {"", weight("b3")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}})
		a := compute(t, c, tab, e, Options{})
		ref, err := NewReference(c.Variables, c.Space, tab.Worlds)
		if err != nil {
			rt.Fatal(err)
		}
		d, err := ref.Distribution(map[int]int{0: 1})
		if err != nil {
			rt.Fatal(err)
		}
		y := func(row int32) float64 { return tab.At(int(tab.RowOf[row]), 0) }
		m, total := 0.0, 0.0
		for i, row := range d.Rows {
			m += d.Weight[i] * y(row)
		}
		for i, row := range d.Rows {
			total += d.Weight[i] * (y(row) - m) * (y(row) - m)
		}
		for x := 1; x <= 3; x++ {
			// Group by the states of x, and by those of all others.
			alone, only := 0.0, 0.0
			for _, by := range []func(int32) string{
				func(row int32) string { return fmt.Sprint(c.Space.State(tab.Worlds.Codes[row], x)) },
				func(row int32) string { return fmt.Sprint(c.Space.With(tab.Worlds.Codes[row], x, 0)) },
			} {
				p, s, q := map[string]float64{}, map[string]float64{}, map[string]float64{}
				var keys []string
				for i, row := range d.Rows {
					g := by(row)
					if _, ok := p[g]; !ok {
						keys = append(keys, g)
					}
					p[g] += d.Weight[i]
					s[g] += d.Weight[i] * y(row)
					q[g] += d.Weight[i] * y(row) * y(row)
				}
				between, within := 0.0, 0.0
				for _, g := range keys {
					between += p[g] * (s[g]/p[g] - m) * (s[g]/p[g] - m)
					within += q[g] - s[g]*s[g]/p[g]
				}
				if len(keys) == 2 {
					alone = between / total
				} else {
					only = within / total
				}
			}
			got := Driver{}
			for _, g := range a.Acts[0].Arms[1].Drivers[0].Drivers {
				if g.Variable == c.Variables[x].ID {
					got = g
				}
			}
			if math.Abs(got.Alone-alone) > 1e-5 || math.Abs(got.Only-only) > 1e-5 {
				rt.Fatalf("%s: %+v, want %v and %v", c.Variables[x].ID, got, alone, only)
			}
		}
	})
}

func TestTwoWay(t *testing.T) {
	// By hand: rows 0 and 2, draws -1 and 1, no interaction.
	total, rows, draws, both := TwoWay([][]float64{{-1, 1}, {1, 3}}, []float64{0.5, 0.5})
	if total != 2 || rows != 1 || draws != 1 || both != 0 {
		t.Errorf("%v = %v + %v + %v, want 2 = 1 + 1 + 0", total, rows, draws, both)
	}
	// Pure interaction.
	total, rows, draws, both = TwoWay([][]float64{{-1, 1}, {1, -1}}, []float64{0.5, 0.5})
	if total != 1 || rows != 0 || draws != 0 || both != 1 {
		t.Errorf("%v = %v + %v + %v, want 1 = 0 + 0 + 1", total, rows, draws, both)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n, d := rapid.IntRange(1, 6).Draw(rt, "rows"), rapid.IntRange(2, 9).Draw(rt, "draws")
		y, w, sum := make([][]float64, n), make([]float64, n), 0.0
		for i := range y {
			y[i] = rapid.SliceOfN(rapid.Float64Range(-5, 5), d, d).Draw(rt, "y")
			w[i] = rapid.Float64Range(0.1, 1).Draw(rt, "w")
			sum += w[i]
		}
		for i := range w {
			w[i] /= sum
		}
		total, rows, draws, both := TwoWay(y, w)
		if math.Abs(total-rows-draws-both) > 1e-12*max(1, total) {
			rt.Fatalf("%v is not %v + %v + %v", total, rows, draws, both)
		}
	})
}

func TestSpearman(t *testing.T) {
	// Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 - 6*4/(5*24) = 0.8.
	if got := Spearman([]float64{1, 2, 3, 4, 5}, []float64{20, 10, 40, 30, 500}); !alike(got, 0.8) {
		t.Errorf("%v, want 0.8", got)
	}
	// Ties take their mean rank: ranks 1.5 1.5 3 against 1 2 3.
	if got := Spearman([]float64{1, 1, 2}, []float64{1, 2, 3}); !alike(got, math.Sqrt(3)/2) {
		t.Errorf("with ties %v, want %v", got, math.Sqrt(3)/2)
	}
	if got := Spearman([]float64{1, 2, 3}, []float64{4, 4, 4}); got != 0 {
		t.Errorf("against a constant %v, want 0", got)
	}
}

// The normal quantile behind the noise level: with one figure and many draws
// Fisher's z of 1.96 at 5 %.
func TestRankNoise(t *testing.T) {
	if got, want := rankNoise(1, 10003), math.Tanh(1.959964/100); math.Abs(got-want) > 1e-7 {
		t.Errorf("%v, want %v", got, want)
	}
	if rankNoise(1000, 64) <= rankNoise(10, 64) {
		t.Error("more figures must pass a higher noise level")
	}
}

func TestHypercube(t *testing.T) {
	figures := []world.Ranged{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	h := newHypercube(figures, 64, 5)
	for _, f := range figures {
		seen := make([]bool, 64)
		for _, u := range h.u[f.Name] {
			if seen[int(u*64)] {
				t.Fatalf("figure %s: a stratum is met twice", f.Name)
			}
			seen[int(u*64)] = true
		}
	}
	if slices.Equal(h.u["a"], h.u["b"]) {
		t.Error("two figures have the same draws")
	}
	alone := newHypercube(figures[1:2], 64, 5)
	if !slices.Equal(alone.u["b"], h.u["b"]) {
		t.Error("a figure's draws depend on the other figures")
	}
	s := &drawSet{cube: h, vary: map[string]bool{"a": true}}
	if u := s.quantile(3); u("a") != h.u["a"][3] || u("b") != 0.5 || u("unknown") != 0.5 {
		t.Error("figures outside the set do not stay at their centres")
	}
}

// By hand: the drawn figure scales the effects by 2u, uniform with mean 1 and
// variance 1/3; with the key worlds standing for all rows the arm without the
// pact has rail 0.2 and strait 0.25.
func TestSpreadByHand(t *testing.T) {
	c, tab, e := small(t)
	c.Questions = []casefile.Question{{ID: "q", Acts: []string{"pact"}, Outcomes: []string{"tonnes"}}}
	const draws = 512
	a := compute(t, c, tab, e, Options{Draws: draws, Keys: 8, Seed: 9})
	s := a.Spread
	act := s.Acts[0]
	if len(act.Keys) != 8 {
		t.Fatalf("%d key worlds, want all 4 rows in 2 arms", len(act.Keys))
	}
	for _, q := range act.Keys {
		if !alike(q.Weight, q.Stands) {
			t.Errorf("%+v stands for more than itself though every row is a key world", q)
		}
	}
	for _, o := range act.Outcomes {
		p := map[string]float64{"none": 0.2, "in_force": 0.6}[o.State]
		m := 4*p - 8*0.25                        // mean of what is added
		v := 16*p*(1-p) + 64*0.25*0.75           // its variance over worlds
		politics, numbers, both := v, m*m/3, v/3 // y = 10 + 2u x
		total := politics + numbers + both
		tolerance := 1e-3 // of a Latin hypercube of 512 draws in one dimension
		for _, x := range []struct {
			got  Number
			want float64
		}{{o.Politics, politics / total}, {o.Numbers, numbers / total}, {o.Interaction, both / total}, {o.Captured, 1}} {
			if math.Abs(x.got.V-x.want) > tolerance {
				t.Errorf("%s: %+v, want politics %v numbers %v both %v", o.State, o, politics/total, numbers/total, both/total)
			}
		}
	}
	// The effect is 1.6 * 2u: always of one sign, 5-95 % from 0.16 to 3.04.
	ef := act.Effects[0]
	if !alike(ef.Centre.V, 1.6) || ef.SignHolds.V != 1 || math.Abs(ef.Low.V-0.16) > 0.01 || math.Abs(ef.High.V-3.04) > 0.01 {
		t.Errorf("effect over draws %+v", ef)
	}
	// The heaviest world with the pact has the rail and the strait open: 10 + 8u.
	r := s.Ranks[0]
	if r.Figures[0].Name != "market:x:tonnes" || math.Abs(r.Figures[0].Rank) < 0.99 || math.Abs(r.Figures[1].Rank) > r.Noise {
		t.Errorf("ranks %+v", r)
	}
	g := s.Groups[0]
	if math.Abs(g.LetterC.V-1) > 1e-9 || g.Groups[0].Table != "market" || g.Groups[0].Letter != "c" || g.Groups[1].Share.V != 0 {
		t.Errorf("groups %+v", g)
	}
	if s.Figures != 2 || s.FiguresC != 1 {
		t.Errorf("%d figures of which %d estimates, want 2 and 1", s.Figures, s.FiguresC)
	}
}

// Fewer key worlds than rows: the heaviest first, then each state of the
// strongest driver, and every row stands somewhere.
func TestKeyWorlds(t *testing.T) {
	c, tab, e := small(t)
	a := compute(t, c, tab, e, Options{Draws: 2, Keys: 4, Seed: 9})
	var with []KeyWorld
	total := 0.0
	for _, q := range a.Spread.Acts[0].Keys {
		if q.State == "in_force" {
			with = append(with, q)
			total += q.Stands
		}
	}
	if len(with) != 2 || !alike(total, 1) {
		t.Fatalf("key worlds %+v standing for %v", with, total)
	}
	if !strings.Contains(with[0].World, "rail=built") || strings.Contains(with[0].World, "strait") {
		t.Errorf("the heaviest world is %s", with[0].World)
	}
	if !strings.Contains(with[1].World, "strait=shut") {
		t.Errorf("no key world has the strongest driver's other state: %s", with[1].World)
	}
	// 14 stands for 14 and 10 (0.75), 6 for 6 and 2.
	if !alike(with[0].Stands, 0.75) {
		t.Errorf("%+v, want to stand for 0.75", with[0])
	}
}

func TestObserve(t *testing.T) {
	obs := func(outcome, period string) casefile.Observation {
		return casefile.Observation{Outcome: outcome, Period: period, Value: units.Exactly(1, units.Rate)}
	}
	c := &casefile.Case{BaseYear: 2024, Observed: []casefile.Observation{obs("x", "2024"), obs("y", "2021-2023"), obs("", "2022"), obs("gone", "H1 2024"), obs("x", "all years")}}
	got := Observe(c, []string{"y", "x"})
	want := []Match{{Column: 1}, {Column: 0, BackCast: true}, {Column: -1, BackCast: true}, {Column: -1}, {Column: 1}}
	for i, m := range got {
		if m.Column != want[i].Column || m.BackCast != want[i].BackCast || m.Observation != &c.Observed[i] {
			t.Errorf("row %d: %+v, want %+v", i, m, want[i])
		}
	}
	for i, use := range []string{"fit", "holdout", "fit", "fit", "never"} {
		c.Observed[i].Use = use
	}
	c.Observed[0].Value = units.Between(1, 2, 4, units.Rate)
	fit, holdout, back := Calibration(c, []string{"y", "x"})
	if len(fit) != 1 || fit[0].Outcome != "x" || fit[0].Value != 2 || fit[0].Low != 1 || fit[0].High != 4 || len(holdout) != 0 || len(back) != 1 || back[0].Outcome != "y" {
		t.Errorf("calibration gets %+v, %+v and %+v", fit, holdout, back)
	}
	if got := median([]float64{4, 1, 3}); got != 3 {
		t.Errorf("median %v, want 3", got)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("median %v, want 2.5", got)
	}
}

func TestFitSummary(t *testing.T) {
	row := func(use string, back, inside bool, miss float64) Observed {
		return Observed{Use: use, BackCast: back, Inside: inside, Miss: some(miss)}
	}
	s := fitSummary([]Observed{row("fit", false, true, -0.1), row("fit", false, false, 0.5), row("holdout", false, true, 0.2),
		row("holdout", true, false, -0.9), row("never", false, true, 0), {Use: "fit"}})
	if s.Fit.Rows != 2 || s.Fit.Inside != 1 || !alike(s.Fit.MedianMiss.V, 0.3) || s.Holdout.Rows != 1 || s.Back.Rows != 1 || s.Back.MedianMiss.V != 0.9 {
		t.Errorf("%+v", s)
	}
}

// A landlocked state H between A, B and an inland sea with D behind it. A and B
// have ports; C has one too, but is reached through B only.
//
//	H -(h_a, h_a2)- A   H -(h_b)- B - C   H ~inland~ D - A
func TestWaysOut(t *testing.T) {
	s := &freight.Spec{Horizon: 2030}
	for _, n := range [][2]string{{"h", "H"}, {"hp", "H"}, {"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"ocean", "XZ"}, {"pa", "A"}, {"pb", "B"}, {"pc", "C"}} {
		s.Nodes = append(s.Nodes, freight.Node{ID: n[0], Country: n[1]})
	}
	link := func(id, from, to, mode string, open bool) {
		s.Links = append(s.Links, freight.Link{ID: id, From: from, To: to, Mode: mode, Open: open})
	}
	border := func(id, from, to, mode string, open bool) {
		country := func(node string) string {
			return s.Nodes[slices.IndexFunc(s.Nodes, func(n freight.Node) bool { return n.ID == node })].Country
		}
		for _, d := range [][2]string{{from, to}, {to, from}} {
			s.Borders = append(s.Borders, freight.Border{ID: id, NodeFrom: d[0], NodeTo: d[1], Mode: mode, Open: open,
				CountryFrom: country(d[0]), CountryTo: country(d[1])})
		}
	}
	link("h1", "h", "a", "rail", true)
	border("h_a", "h", "a", "rail", true)
	link("h2", "h", "a", "road", true)
	border("h_a2", "h", "a", "road", true)
	link("h3", "h", "b", "road", true)
	border("h_b", "h", "b", "road", true)
	link("h4", "h", "c", "road", true)
	border("h_c", "h", "c", "road", false) // shut
	link("h5", "h", "c", "rail", false)    // not built
	link("h6", "h", "hp", "road", true)
	link("lake", "hp", "d", "ferry", true)
	link("d1", "d", "a", "road", true)
	link("b1", "b", "c", "road", true)
	for _, p := range []string{"a", "b", "c"} {
		link("p"+p, p, "p"+p, "road", true)
		link("s"+p, "p"+p, "ocean", "sea", true)
	}
	s.Zones = []freight.Zone{{ID: "H1", Country: "H", Node: "h"}, {ID: "A1", Country: "A", Node: "a"}, {ID: "N1", Country: "N", Node: "nowhere"}}
	// What the engine says is open: the link itself, and its border's row.
	open := func() [][2]bool {
		out := make([][2]bool, len(s.Links))
		for i, l := range s.Links {
			ok := l.Open && !slices.ContainsFunc(s.Borders, func(b freight.Border) bool {
				return !b.Open && b.Mode == l.Mode && (b.NodeFrom == l.From && b.NodeTo == l.To || b.NodeFrom == l.To && b.NodeTo == l.From)
			})
			out[i] = [2]bool{ok, ok}
		}
		return out
	}
	w := newOutlets(s, open()).from("H")
	// By country: A and B. C is behind B, D is behind nothing but A.
	if !w.Landlocked || w.Countries != 2 || !slices.Equal(w.Through, []string{"A", "B"}) {
		t.Errorf("ways by country %+v, want 2 through A and B", w)
	}
	// By crossing: two into A, one into B, and the lake to D, whose road to A is
	// a crossing of its own without a row.
	if w.Crossings != 4 || len(w.CutBorders) != 4 {
		t.Errorf("ways by crossing %+v, want 4", w)
	}
	if w := newOutlets(s, open()).from("A"); w.Landlocked {
		t.Errorf("a state with a port: %+v", w)
	}
	if w := newOutlets(s, open()).from("N"); w.Landlocked || w.Countries != 0 {
		t.Errorf("a state without a zone on the map: %+v", w)
	}
	// Once the railway is open, C is a way of its own.
	s.Links[slices.IndexFunc(s.Links, func(l freight.Link) bool { return l.ID == "h5" })].Open = true
	if w := newOutlets(s, open()).from("H"); w.Countries != 3 || w.Crossings != 5 {
		t.Errorf("with the project %+v, want 3 countries and 5 crossings", w)
	}
}

// One sentence for each kind of movement, from arms made for it.
func TestSentences(t *testing.T) {
	n := func(v float64) Number { return Number{v, true} }
	outcomes := []Outcome{{ID: "tonnes", Name: "Strait", Measure: "tonnes", Materiality: 1e4}, {ID: "hours", Name: "Hours", Measure: "hours", Materiality: 1},
		{ID: "borders", Name: "Border share", Measure: "border_share", Materiality: 0.01}, {ID: "hhi", Name: "HHI", Measure: "hhi", Materiality: 0.01}}
	materiality := map[string]float64{"tonnes": 1e4, "hours": 1, "borders": 0.01, "hhi": 0.01}
	with := func(names []string, states ...[]Effect) *Answer {
		a := &Answer{Outcomes: outcomes, Questions: []Question{{Acts: names, Outcomes: []string{"tonnes", "hours", "borders", "hhi"}}}}
		for i, name := range names {
			a.Acts = append(a.Acts, Act{ID: name, Name: name, Without: "none", Arms: []Arm{{State: "none"}, {State: "in_force"}}, Reaches: []string{name}, Effects: states[i]})
		}
		Sentences(a)
		return a
	}
	move := func(outcome string, with, without float64) Effect {
		more, less := 0.6, 0.1
		if with < without {
			more, less = less, more
		}
		return Effect{State: "in_force", Outcome: outcome, With: n(with), Without: n(without), Effect: n(with - without),
			Material: math.Abs(with-without) >= materiality[outcome], More: n(more), Less: n(less)}
	}
	for _, x := range []struct {
		with, without float64
		outcome, want string
	}{
		{2e6, 0, "tonnes", "Open: Strait, expected 2.000 Mt/yr instead of next to nothing (0.000 Mt/yr) with the Pact in force. It is more in 60 % of the weight, less in 10 %."},
		{0, 2e6, "tonnes", "Closed: Strait, expected next to nothing (0.000 Mt/yr) instead of 2.000 Mt/yr with the Pact in force."},
		{3e6, 2e6, "tonnes", "More: Strait, expected 3.000 instead of 2.000 Mt/yr (+1.000 Mt/yr, +50 %) with the Pact in force."},
		{2e6, 3e6, "tonnes", "Less: Strait, expected 2.000 instead of 3.000 Mt/yr (-1.000 Mt/yr, -33 %) with the Pact in force."},
		{90, 100, "hours", "Less: Hours, expected 90.0 instead of 100.0 h (-10.0 h) with the Pact in force."},
		{0.17, 0.12, "borders", "More: Border share, expected 17.0 instead of 12.0 % (+5.0 points) with the Pact in force."},
		{0.30, 0.32, "hhi", "Less: HHI, expected 3000 instead of 3200 (-200) with the Pact in force."},
		{5e6, 5.005e6, "tonnes", "Nothing to see: with the Pact in force no number of this question is expected to move by more than its threshold; the largest move is Strait by -0.005 Mt/yr (threshold 0.010 Mt/yr)."},
		{5e6, 5e6, "tonnes", "Nothing to see: with the Pact in force no number of this question is expected to move at all."},
	} {
		if got := with([]string{"Pact"}, []Effect{move(x.outcome, x.with, x.without)}).First; !strings.HasPrefix(got, x.want) {
			t.Errorf("%v against %v:\n%s\nwant\n%s", x.with, x.without, got, x.want)
		}
	}

	// The range and what is left of the weight, for one act.
	e := move("tonnes", 3e6, 2e6)
	e.ChangeLow, e.ChangeHigh = n(-1e6), n(4e6)
	if got := with([]string{"Pact"}, []Effect{e}).First; !strings.Contains(got, "between -1.000 and +4.000 Mt/yr; it is more in 60 % of the weight, less in 10 %, below the threshold in 30 %.") {
		t.Errorf("range: %q", got)
	}
	// Several acts: a short sentence each; without words that is said, in full
	// only for the first question.
	a := with([]string{"Pact", "A treaty"}, []Effect{e}, []Effect{e})
	if strings.Count(a.First, "More: ") != 2 || !strings.Contains(a.First, "with a treaty in force") && !strings.Contains(a.First, "with A treaty in force") ||
		strings.Contains(a.First, "between") || strings.Count(a.First, sayReference) != 1 {
		t.Errorf("two acts: %q", a.First)
	}
	a.Questions = append(a.Questions, a.Questions[0])
	if Sentences(a); !strings.HasSuffix(a.Questions[1].First, sayShortly) || a.First != a.Questions[0].First {
		t.Errorf("second question: %q", a.Questions[1].First)
	}
	// What names add in brackets is dropped; an act that reaches nothing says so.
	a = &Answer{Acts: []Act{{ID: "pact", Name: "Pact (long name)", Without: "none", Arms: []Arm{{State: "none"}, {State: "in_force"}}}}}
	if Sentences(a); a.First != "Nothing to see: the Pact in force reaches no network in this case, so it moves none of these numbers." {
		t.Errorf("unreached: %q", a.First)
	}
	if a = (&Answer{}); a.First != "" {
		t.Fatal("not empty")
	}
	if Sentences(a); a.First != sayNoAct {
		t.Errorf("no act: %q", a.First)
	}
}

// The numbers of a row share a unit and its decimals.
func TestStyle(t *testing.T) {
	n := func(v float64) Number { return Number{v, true} }
	s := StyleOf("tonnes", 1e5, n(30_800), n(279_000))
	if got := s.Changes(n(30_800), n(279_000)); got != "+0.031 to +0.279 Mt/yr" {
		t.Errorf("range %q", got)
	}
	if got := s.Change(n(-100)); got != "0.000 Mt/yr" {
		t.Errorf("what rounds to nothing reads %q", got)
	}
	if got := StyleOf("border_share", 0.01, n(0.17)).Change(n(-0.000147)); got != "0.0 points" {
		t.Errorf("share %q", got)
	}
	if got := StyleOf("tonnes", 0, n(98_765_432)).Level(n(98_765_432)); got != "98.8 Mt/yr" {
		t.Errorf("large %q", got)
	}
	if got := StyleOf("money", 0, n(1_234_567)).Level(n(1_234_567)); got != "1,234,567 USD/t" {
		t.Errorf("thousands %q", got)
	}
	if got := s.Level(Number{}) + s.Changes(Number{}, Number{}); got != "--" {
		t.Errorf("absent %q", got)
	}
}

func TestSpecAddsOutcomes(t *testing.T) {
	c := &casefile.Case{Focus: "A", Freight: &freight.Spec{
		Zones:    []freight.Zone{{ID: "A1", Country: "A", Area: "A"}, {ID: "B1", Country: "B", Area: "B"}},
		Borders:  []freight.Border{{ID: "x", CountryFrom: "A", CountryTo: "B", Capacity: units.Figure{Known: true, Letter: units.Estimate}}},
		Markets:  []freight.Market{{ID: "m1", Ref: freight.Ref{Letter: units.Estimate}}, {ID: "m2", Ref: freight.Ref{Letter: units.Read}}},
		Outcomes: []freight.Outcome{{ID: "own", Measure: freight.Tonnes}},
	}, Corridors: []casefile.Corridor{{ID: "k", Path: freight.PathQuery{Passes: []string{"A"}}}},
		Actors: []casefile.Actor{{ID: "B", Kind: casefile.State}, {ID: "A", Kind: casefile.State}, {ID: "Z", Kind: casefile.State}}}
	before := len(c.Freight.Outcomes)
	s := Spec(c)
	at := map[string]freight.Outcome{}
	for _, o := range s.Outcomes {
		if _, twice := at[o.ID]; twice {
			t.Errorf("outcome %s is there twice", o.ID)
		}
		at[o.ID] = o
	}
	for _, id := range []string{"own", "~letter_c/own", "~without_our_capacity/own", "~country/A/transit_tonnes", "~country/B/hhi", "~country/A/export_over/B",
		"~country/A/paid_by/B", "~corridor/k/hours", "~corridor/k/across_revenue"} {
		if _, ok := at[id]; !ok {
			t.Errorf("no outcome %s", id)
		}
	}
	for id := range at {
		if strings.HasPrefix(id, "~country/Z/") || strings.HasPrefix(id, "~country/B/paid_by") {
			t.Errorf("outcome %s should not be there", id)
		}
	}
	if got := at["~letter_c/own"].Query.Markets; !slices.Equal(got, []string{"m1"}) {
		t.Errorf("markets of letter c: %v", got)
	}
	if got := at["~without_our_capacity/~corridor/k/tonnes"].Query; !slices.Equal(got.Avoids, []string{"x"}) || !slices.Equal(got.Passes, []string{"A"}) {
		t.Errorf("without our capacities: %+v", got)
	}
	for id := range at {
		if Made(id) != (id != "own") {
			t.Errorf("%s made: %v", id, Made(id))
		}
	}
	if q := at["~country/A/export_over/B"].Query; !q.Both || !slices.Equal(q.Passes, []string{"A-B"}) || !slices.Equal(q.Destinations, []string{"!A"}) {
		t.Errorf("exposure asks for %+v", q)
	}
	if len(c.Freight.Outcomes) != before {
		t.Error("the case was modified")
	}
}

func TestKeepAndRecall(t *testing.T) {
	c, tab, e := small(t)
	c.Files = []casefile.FileHash{{Path: "case.yaml", SHA256: "00"}}
	opt := Options{Draws: 4, Keys: 2, Seed: 1}
	view := View{ID: "reference"}
	key, err := Key(c, view, opt)
	if err != nil {
		t.Fatal(err)
	}
	cache := &world.Cache{Dir: filepath.Join(t.TempDir(), "cache"), Warn: func(m string) { t.Error(m) }}
	if _, ok := Recall(cache, key); ok {
		t.Error("an empty cache has an answer")
	}
	a := compute(t, c, tab, e, opt)
	if err := Keep(cache, key, a); err != nil {
		t.Fatal(err)
	}
	b, ok := Recall(cache, key)
	if !ok {
		t.Fatal("the answer is not there")
	}
	var x, y strings.Builder
	a.Run = nil
	if err := Text(&x, a, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := Text(&y, b, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if x.String() != y.String() || b.Run != nil {
		t.Error("the answer recalled reads otherwise")
	}
	for name, change := range map[string]func() ([32]byte, error){
		"draws": func() ([32]byte, error) { return Key(c, view, Options{Draws: 5, Keys: 2, Seed: 1}) },
		"keys":  func() ([32]byte, error) { return Key(c, view, Options{Draws: 4, Keys: 3, Seed: 1}) },
		"seed":  func() ([32]byte, error) { return Key(c, view, Options{Draws: 4, Keys: 2, Seed: 2}) },
		"view":  func() ([32]byte, error) { return Key(c, View{ID: "other"}, opt) },
		"file": func() ([32]byte, error) {
			d := *c
			d.Files = []casefile.FileHash{{Path: "case.yaml", SHA256: "01"}}
			return Key(&d, view, opt)
		},
	} {
		if other, err := change(); err != nil || other == key {
			t.Errorf("another %s has the same key (%v)", name, err)
		}
	}
	if same, err := Key(c, view, Options{Draws: 4, Keys: 2, Seed: 1, Workers: 7}); err != nil || same != key {
		t.Errorf("the number of workers counts in the key (%v)", err)
	}
	if err := os.RemoveAll(cache.Dir); err != nil {
		t.Fatal(err)
	}
}

// By hand on the small case: the effect is 4 (P(rail|pact) - P(rail|none)), so a
// range of 0.4 to 0.9 for the first weight moves it from 0.8 to 2.8, one of 0.1
// to 0.2 for the second from 2 to 1.6. The strait sways nothing.
func TestSways(t *testing.T) {
	c, tab, e := small(t)
	rail := c.Variables[1].Given
	rail[0].Weights[1] = units.Between(0.4, 0.6, 0.9, units.Share)
	rail[0].Letter = units.Estimate
	rail[1].Weights[1] = units.Between(0.1, 0.2, 0.2, units.Share)
	c.Variables[2].Given[0].Weights[1] = units.Between(0.1, 0.25, 0.5, units.Share)
	a := compute(t, c, tab, e, Options{})
	got := a.Acts[0].Effects[0].Sways
	if len(got) != 2 {
		t.Fatalf("%+v, want two weights of the rail", got)
	}
	for i, want := range []Sway{
		{"rail", "pact=in_force", "built", "c", 0.4, 0.9, Number{0.8, true}, Number{2.8, true}},
		{"rail", "", "built", "?", 0.1, 0.2, Number{2, true}, Number{1.6, true}},
	} {
		g := got[i]
		if !alike(g.AtLow.V, want.AtLow.V) || !alike(g.AtHigh.V, want.AtHigh.V) {
			t.Errorf("sway %d: %+v, want %+v", i, g, want)
		}
		g.AtLow, g.AtHigh = want.AtLow, want.AtHigh
		if g != want {
			t.Errorf("sway %d: %+v, want %+v", i, g, want)
		}
	}
	// A weight that was 0 and gets some: the effect becomes 4 (0.6 - 0.5).
	rail[1].Weights[0], rail[1].Weights[1] = units.Exactly(1, units.Share), units.Between(0, 0, 0.5, units.Share)
	for _, s := range compute(t, c, tab, e, Options{}).Acts[0].Effects[0].Sways {
		if s.When == "" && (!alike(s.AtLow.V, 2.4) || !alike(s.AtHigh.V, 0.4)) {
			t.Errorf("from no weight: %+v", s)
		}
	}
	// Three states: the others move in proportion, a certain row opens evenly.
	r := &Reference{table: [][][]float64{{{0.5, 0.3, 0.2}, {0, 1, 0}}}}
	if row := r.moved(shift{0, 0, 0, 0.6}); !alike(row[1], 0.24) || !alike(row[2], 0.16) {
		t.Errorf("moved row %v", row)
	}
	if row := r.moved(shift{0, 1, 1, 0.8}); !alike(row[0], 0.1) || !alike(row[2], 0.1) {
		t.Errorf("moved certain row %v", row)
	}
	if r.table[0][0][0] != 0.5 {
		t.Error("the reference itself was changed")
	}
}

// The page on the format names every field of the JSON form.
func TestFormatPageNamesEveryField(t *testing.T) {
	page, err := os.ReadFile("../docs/formats/answer.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	top := reflect.TypeFor[Answer]()
	for i := range top.NumField() {
		if !top.Field(i).IsExported() {
			continue
		}
		name, _, _ := strings.Cut(top.Field(i).Tag.Get("json"), ",")
		if !strings.Contains(text, "`"+name+"`") && !strings.Contains(text, "`"+name+"[]`") {
			t.Errorf("docs/formats/answer.md does not name %s", name)
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[Act](), reflect.TypeFor[Effect](), reflect.TypeFor[Spread](), reflect.TypeFor[SpreadOutcome](),
		reflect.TypeFor[Dispute](), reflect.TypeFor[Decision](), reflect.TypeFor[Payoff](), reflect.TypeFor[PayoffView](), reflect.TypeFor[OptionValue](), reflect.TypeFor[Discovery](), reflect.TypeFor[DiscoveryLimit]()} {
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if !strings.Contains(text, name) {
				t.Errorf("docs/formats/answer.md does not name %s of %s", name, typ.Name())
			}
		}
	}
}
