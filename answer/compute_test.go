package answer

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
	"pgregory.net/rapid"
)

// near is the tolerance of sums of a handful of numbers of size 10.
const near = 1e-12

func alike(a, b float64) bool { return math.Abs(a-b) <= near }

// By hand, on the small case: tonnes 10, rail +4, strait -8.
//
//	with the pact:    P(rail) 0.6: 10 + 2.4 - 2 = 10.4
//	without the pact: P(rail) 0.2: 10 + 0.8 - 2 =  8.8
func TestAnswerByHand(t *testing.T) {
	c, tab, e := small(t)
	c.Questions = []casefile.Question{{ID: "q", Text: "What does it change?", Acts: []string{"pact"}, Outcomes: []string{"tonnes", "hours"}}}
	a := compute(t, c, tab, e, Options{})
	act := a.Acts[0]
	if act.ID != "pact" || act.Without != "none" || !reflect.DeepEqual(act.Reaches, []string{"rail"}) ||
		!reflect.DeepEqual(act.Descendants, []string{"rail", "idle"}) {
		t.Errorf("act %+v", act)
	}
	ef := act.Effects[0]
	if !alike(ef.With.V, 10.4) || !alike(ef.Without.V, 8.8) || !alike(ef.Effect.V, 1.6) || !ef.Material {
		t.Errorf("effect %+v, want 10.4 against 8.8", ef)
	}
	if ef.Words != some(0) || ef.Reference != ef.Effect {
		t.Errorf("parts %+v, want all of it from the reference", ef)
	}
	// The baseline world has 10.
	if !alike(ef.AgainstStart.V, 0.4) {
		t.Errorf("against the baseline %v, want 0.4", ef.AgainstStart)
	}
	// y0 is 10.8 with the strait open and 2.8 with it shut: the change is +3.2
	// with the rail (0.6) and -0.8 without.
	if !alike(ef.More.V, 0.6) || !alike(ef.Less.V, 0.4) || !alike(ef.SignHolds.V, 0.6) || !alike(ef.ChangeLow.V, -0.8) || !alike(ef.ChangeHigh.V, 3.2) {
		t.Errorf("change %+v", ef)
	}
	// Only the rail moves the change. The idle variable tells something about the
	// rail: P(yes) = 0.6*0.5 + 0.4*0.1 = 0.34, P(rail|yes) = 0.3/0.34,
	// P(rail|no) = 0.3/0.66; variance of these means over 0.6*0.4.
	r1, r0 := 0.3/0.34, 0.3/0.66
	idle := (0.34*(r1-0.6)*(r1-0.6) + 0.66*(r0-0.6)*(r0-0.6)) / 0.24
	if s := ef.Settles; len(s) != 2 || s[0].Variable != "rail" || !alike(s[0].Fall, 1) || s[1].Variable != "idle" || !alike(s[1].Fall, idle) {
		t.Errorf("settles %+v, want rail 1 and idle %v", s, idle)
	}
	// Var = 16*0.24 + 64*0.1875 = 3.84 + 12.
	w := act.Arms[1].Drivers[0]
	if !alike(w.Variance, 15.84) {
		t.Errorf("variance %v, want 15.84", w.Variance)
	}
	// Given idle the rail still varies: E[Var(rail|idle)] = 0.24 (1 - idle).
	want := []Driver{{"strait", 12 / 15.84, 12 / 15.84}, {"rail", 3.84 / 15.84, 3.84 * (1 - idle) / 15.84}, {"idle", idle * 3.84 / 15.84, 0}}
	for i, d := range want {
		if got := w.Drivers[i]; got.Variable != d.Variable || !alike(got.Alone, d.Alone) || !alike(got.Only, d.Only) {
			t.Errorf("driver %d: %+v, want %+v", i, got, d)
		}
	}
	if got := act.Arms[1].Expected[0]; got.Low.V != 2 || got.High.V != 14 || got.Defined != 1 {
		t.Errorf("range %+v, want 2 to 14", got)
	}
	// Hours have a value unless the strait is shut and the rail missing.
	if got := act.Arms[1].Expected[1]; !alike(got.Defined, 0.9) {
		t.Errorf("hours are defined in %v of the weight, want 0.9", got.Defined)
	}
	first := a.First
	for _, part := range []string{"More: the tonnes, expected ", "+18 %) with the pact in force", "of the 2 numbers", "the case has no expert's words"} {
		if !strings.Contains(first, part) {
			t.Errorf("first sentence %q lacks %q", first, part)
		}
	}
	if a.Outcomes[0].BaseYear.V != 9 || a.Outcomes[0].Baseline.V != 10 || a.Outcomes[0].LeastInTable.V != 2 || a.Outcomes[0].MostInTable.V != 14 {
		t.Errorf("outcome %+v", a.Outcomes[0])
	}
}

// Cutting every arrow out of the act gives effect exactly 0, also where the
// weights of what does not matter differ between arms.
func TestCutArrowsExactlyZero(t *testing.T) {
	for _, vars := range [][]variable{
		{ // nothing descends from the act
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "rail", kind: "event", rows: []given{{"", 0.37}}},
			{id: "strait", kind: "event", parents: []int{1}, rows: []given{{"rail=yes", 0.21}, {"", 0.93}}},
		},
		{ // what descends reaches no network
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "rail", kind: "event", rows: []given{{"", 0.37}}},
			{id: "strait", kind: "event", parents: []int{1}, rows: []given{{"rail=yes", 0.21}, {"", 0.93}}},
			{id: "talk", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=in_force and rail=yes", 0.77}, {"", 0.13}}},
		},
		{ // the arrow is there and the weights do not use it
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "rail", kind: "event", parents: []int{0}, rows: []given{{"pact=in_force", 0.37}, {"", 0.37}}},
			{id: "strait", kind: "event", parents: []int{1}, rows: []given{{"rail=yes", 0.21}, {"", 0.93}}},
		},
	} {
		c, tab, e := build(t, vars, nil, []effect{{"rail", "rail=yes", 4.1}, {"strait", "strait=yes", -3.7}})
		a := compute(t, c, tab, e, Options{Draws: 8, Keys: 4, Seed: 1})
		for _, ef := range a.Acts[0].Effects {
			if ef.Effect != (Number{0, true}) {
				t.Errorf("effect on %s is %v, want exactly 0", ef.Outcome, ef.Effect)
			}
		}
		for _, ef := range a.Spread.Acts[0].Effects {
			if ef.Centre.V != 0 || ef.Low.V != 0 || ef.High.V != 0 {
				t.Errorf("effect over draws on %s is %+v, want exactly 0", ef.Outcome, ef)
			}
		}
	}
}

// What does not descend from the act has the same joint distribution in every
// arm.
func TestNonDescendantsKeepTheirJoint(t *testing.T) {
	c, tab, _ := small(t)
	ref, err := NewReference(c.Variables, c.Space, tab.Worlds)
	if err != nil {
		t.Fatal(err)
	}
	var joint [2][2]float64
	for arm := range joint {
		d, err := ref.Distribution(map[int]int{0: arm})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range d.Rows {
			joint[arm][c.Space.State(tab.Worlds.Codes[row], 2)] += d.Weight[i]
		}
	}
	for st := range 2 {
		if !alike(joint[0][st], joint[1][st]) {
			t.Errorf("state %d of the strait: %v and %v", st, joint[0][st], joint[1][st])
		}
	}
	if _, err := ref.Distribution(nil); err == nil {
		t.Error("a distribution without the state of the act")
	}
}

func TestReferenceRefuses(t *testing.T) {
	pact := variable{id: "pact", kind: "act", states: []string{"none", "in_force"}}
	for name, x := range map[string]struct {
		vars       []variable
		impossible []string
		want       string
	}{
		"no row holds":     {[]variable{pact, {id: "rail", kind: "event", parents: []int{0}, rows: []given{{"pact=none", 0.5}}}}, nil, "no row holds"},
		"negative":         {[]variable{pact, {id: "rail", kind: "event", rows: []given{{"", -0.5}}}}, nil, "expected 0 to 1"},
		"impossible world": {[]variable{pact, {id: "rail", kind: "event", rows: []given{{"", 0.5}}}}, []string{"pact=in_force and rail=yes"}, "impossible worlds"},
	} {
		c, tab, _ := build(t, x.vars, x.impossible, nil)
		ref, err := NewReference(c.Variables, c.Space, tab.Worlds)
		if err == nil {
			_, err = ref.Distribution(map[int]int{0: 1})
		}
		var re *ReferenceError
		if !errors.As(err, &re) || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rows that sum to 1 but for rounding are divided by their sum; a fact without
// weights is as the case says.
func TestReferenceRounding(t *testing.T) {
	c, tab, _ := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "known", kind: "fact"},
		{id: "rail", kind: "event", rows: []given{{"", 0.5}}},
	}, nil, nil)
	c.Variables[2].Given[0].Weights[0].Central = 0.501
	ref, err := NewReference(c.Variables, c.Space, tab.Worlds)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ref.Distribution(map[int]int{0: 0})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range d.Rows {
		w := tab.Worlds.Codes[row]
		want := []float64{0.501 / 1.001, 0.5 / 1.001}[c.Space.State(w, 2)]
		if c.Space.State(w, 1) == 1 {
			want = 0
		}
		if !alike(d.Weight[i], want) {
			t.Errorf("world %s: %v, want %v", c.Space.Format(w), d.Weight[i], want)
		}
	}
}

// Another weighting reads the same table; nothing else changes.
type certain struct {
	space *formula.Space
	tab   *world.Table
}

func (certain) View() View { return View{"certain", "one who is certain of the baseline", "test"} }
func (c certain) Distribution(fixed map[int]int) (*Distribution, error) {
	d := &Distribution{Fixed: fixed}
	for i, w := range c.tab.Worlds.Codes {
		if c.space.State(w, 0) != fixed[0] {
			continue
		}
		d.Rows = append(d.Rows, int32(i))
		weight := 0.0
		if c.space.With(w, 0, 0) == c.space.Baseline() {
			weight = 1
		}
		d.Weight = append(d.Weight, weight)
	}
	return d, nil
}

func TestOtherWeights(t *testing.T) {
	c, tab, e := small(t)
	solver, err := world.NewSolver(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Compute(t.Context(), Input{Case: c, Tables: []*world.Table{tab}, Freight: e, Solver: solver, Weighting: certain{c.Space, tab}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ef := a.Acts[0].Effects[0]; ef.Effect.V != 0 || ef.With.V != 10 || a.Views[0].ID != "certain" {
		t.Errorf("effect %+v under %v", ef, a.Views)
	}
}

func TestOptionsRefused(t *testing.T) {
	c, tab, e := small(t)
	for _, o := range []Options{{Draws: -1}, {Draws: 1, Keys: 3}, {Draws: 8}} {
		if _, err := Compute(t.Context(), Input{Case: c, Tables: []*world.Table{tab}, Freight: e}, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

// Same case, same bytes, whatever the number of workers; and the JSON form
// comes back.
func TestAnswerIsAFunctionOfTheCase(t *testing.T) {
	c, tab, e := small(t)
	c.Questions = []casefile.Question{{ID: "q", Acts: []string{"pact"}, Outcomes: []string{"tonnes"}}}
	var want []byte
	for _, workers := range []int{1, 2, 7} {
		a := compute(t, c, tab, e, Options{Draws: 16, Keys: 6, Seed: 3, Workers: workers})
		a.Run = nil
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = b
		} else if string(b) != string(want) {
			t.Errorf("%d workers: another answer", workers)
		}
		var back Answer
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(&back); string(again) != string(b) {
			t.Error("the JSON form does not come back")
		}
		if other := compute(t, c, tab, e, Options{Draws: 16, Keys: 6, Seed: 4, Workers: workers}); reflect.DeepEqual(other.Spread.Acts, a.Spread.Acts) {
			t.Error("another seed gives the same draws")
		}
	}
}

func TestTextFitsTheTerminal(t *testing.T) {
	c, tab, e := small(t)
	c.Questions = []casefile.Question{{ID: "q", Text: strings.Repeat("What does it change? ", 12), Acts: []string{"pact"}, Outcomes: []string{"tonnes", "hours"}}}
	a := compute(t, c, tab, e, Options{Draws: 8, Keys: 4, Seed: 1})
	var b strings.Builder
	if err := Text(&b, a, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "More: the tonnes, expected") {
		t.Errorf("the text begins with %q, want the plain sentence", b.String()[:40])
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > textWidth {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	for _, part := range []string{"Effect of pact, in force against none", "Where the spread comes from", "To know"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the text lacks %q", part)
		}
	}
}

// Descendants that reach no network split the rows' weights differently in each
// arm; the sums would differ in the last bits were they read arm by arm.
func TestIdleDescendantsExactlyZero(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := func(name string) float64 { return rapid.Float64Range(0.01, 0.99).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "rail", kind: "event", rows: []given{{"", w("rail")}}},
			{id: "strait", kind: "event", parents: []int{1}, rows: []given{{"rail=yes", w("s1")}, {"", w("s2")}}},
			{id: "talk", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=in_force and rail=yes", w("t1")}, {"pact=in_force", w("t2")}, {"", w("t3")}}},
			{id: "visit", kind: "event", parents: []int{3}, rows: []given{{"talk=yes", w("v1")}, {"", w("v2")}}},
			{id: "summit", kind: "event", parents: []int{0, 4}, rows: []given{{"visit=yes and pact=in_force", w("u1")}, {"", w("u2")}}},
		}, nil, []effect{{"rail", "rail=yes", w("add")}, {"strait", "strait=yes", -w("take")}})
		for _, ef := range compute(t, c, tab, e, Options{}).Acts[0].Effects {
			if ef.Effect != (Number{0, true}) {
				rt.Fatalf("effect on %s is %v, want exactly 0", ef.Outcome, ef.Effect)
			}
			if ef.ChangeLow.V != 0 || ef.ChangeHigh.V != 0 {
				rt.Fatalf("change of %s from %v to %v, want exactly 0", ef.Outcome, ef.ChangeLow, ef.ChangeHigh)
			}
		}
	})
}
