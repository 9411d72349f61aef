package answer

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// parser parses propositions of a case and fails the test on a bad one.
func parser(t testing.TB, c *casefile.Case) func(text string) *formula.Prop {
	return func(text string) *formula.Prop {
		t.Helper()
		var l diag.List
		p := c.Space.Parse(text, diag.Pos{}, &l)
		if l.Failed() {
			t.Fatalf("%s: %v", text, l.All())
		}
		return p
	}
}

// kept makes the figure of a duty that is kept with probability p.
func keptFigure(p float64) units.Figure {
	f := units.Between(max(0, p-0.1), p, min(1, p+0.1), units.Share)
	f.Letter, f.Note = units.Estimate, "by hand"
	return f
}

// promise adds an agreement of one clause to a case: in worlds with inForce its
// bearer owes what.
func promise(t testing.TB, c *casefile.Case, id, inForce, what string, kept float64) *treaty.Clause {
	t.Helper()
	p := parser(t, c)
	a := treaty.Agreement{ID: id, Name: id, Parties: []string{"XA", "XB"}, Signed: calendar.Date{Year: 2020}, InForce: calendar.Date{Year: 2021}, KnownSince: calendar.Date{Year: 2020}}
	if inForce != "" {
		a.InForceIf = p(inForce)
	}
	x := treaty.Clause{ID: "1", Bearers: []string{"XA"}, Modality: treaty.Obligation, What: p(what), Standing: treaty.Standing{Kind: treaty.InText}, Paraphrase: "a promise"}
	if kept >= 0 {
		x.Kept = keptFigure(kept)
	}
	a.Clauses = []treaty.Clause{x}
	c.Agreements = append(c.Agreements, a)
	return &c.Agreements[len(c.Agreements)-1].Clauses[0]
}

// chance is the weight of the worlds of an arm in which a proposition holds.
func chance(c *casefile.Case, ws *formula.Worlds, d *Distribution, p *formula.Prop) float64 {
	sum := 0.0
	for i, row := range d.Rows {
		if p.Eval(ws.Codes[row]) {
			sum += d.Weight[i]
		}
	}
	return sum
}

// tower is a case whose duty binds in a part of an arm: the pact (0) and the mood
// (1), which the pact does not move, bear on the rail (2); the idle one (3) hangs
// on the rail, and the strait (4) on nothing.
func tower(t testing.TB) (*casefile.Case, *formula.Worlds) {
	c, tab, _ := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "mood", kind: "event", states: []string{"bad", "good"}, rows: []given{{"", 0.4}}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0, 1},
			rows: []given{{"pact=in_force and mood=good", 0.5}, {"pact=in_force", 0.3}, {"", 0.2}}},
		{id: "idle", kind: "event", parents: []int{2}, rows: []given{{"rail=built", 0.5}, {"", 0.1}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	return c, tab.Worlds
}

// A duty that binds in one arm is kept there as often as it says, moves nothing
// that comes before it or beside it, and nothing at all in the other arm. By hand:
// with P(built) tilted from 0.5 and 0.3 to q and r with one factor on their odds
// and 0.4 q + 0.6 r = 0.7. What follows from the rail keeps its table:
// P(idle=yes) = 0.7 * 0.5 + 0.3 * 0.1 = 0.38.
func TestDutyByHand(t *testing.T) {
	c, ws := tower(t)
	p := parser(t, c)
	plain, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := plain.(*Reference); !ok {
		t.Fatalf("without duties the reference is a %T", plain)
	}
	promise(t, c, "pact", "pact=in_force", "rail=built", 0.7)
	with, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	odds := func(p float64) float64 { return p / (1 - p) }
	// The factor f solves 0.4 * 1 f/(1+f) + 0.6 * (3/7) f/(1+(3/7)f) = 0.7.
	g := func(f float64) float64 {
		return 0.4*f*odds(0.5)/(1+f*odds(0.5)) + 0.6*f*odds(0.3)/(1+f*odds(0.3))
	}
	lo, hi := 1.0, 100.0
	for range 200 {
		if m := (lo + hi) / 2; g(m) < 0.7 {
			lo = m
		} else {
			hi = m
		}
	}
	q := lo * odds(0.5) / (1 + lo*odds(0.5))
	for st := range 2 {
		fixed := map[int]int{0: st}
		d0, err := plain.Distribution(fixed)
		if err != nil {
			t.Fatal(err)
		}
		d1, err := with.Distribution(fixed)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sumOf(len(d1.Weight), func(i int) float64 { return d1.Weight[i] }); math.Abs(sum-1) > massTolerance {
			t.Errorf("arm %d sums to %v", st, sum)
		}
		if st == 0 {
			for i := range d0.Weight {
				if math.Abs(d0.Weight[i]-d1.Weight[i]) > 1e-15 {
					t.Fatalf("the duty does not bind without the pact, and world %d moves from %v to %v", i, d0.Weight[i], d1.Weight[i])
				}
			}
			continue
		}
		for _, x := range []struct {
			text string
			want float64
		}{
			{"rail=built", 0.7}, {"idle=yes", 0.38}, {"mood=good", 0.4}, {"strait=shut", 0.25}, {"mood=good and strait=shut", 0.1},
			{"mood=good and rail=built", 0.4 * q}, {"strait=shut and rail=built", 0.25 * 0.7},
		} {
			if got := chance(c, ws, d1, p(x.text)); math.Abs(got-x.want) > 1e-9 {
				t.Errorf("P(%s) = %v, want %v", x.text, got, x.want)
			}
		}
	}
	k := with.(*Duties).kept
	if len(k) != 1 || !k[0].Held || len(k[0].Arms) != 1 || k[0].Arms[0].Arm != "pact=in_force" {
		t.Fatalf("kept: %+v", k)
	}
	a := k[0].Arms[0]
	if math.Abs(a.Binds.V-1) > 1e-12 || math.Abs(a.Tables.V-0.38) > 1e-12 || math.Abs(a.Reference.V-0.7) > 1e-9 {
		t.Errorf("the duty binds in %v, is kept in %v by the tables (0.4*0.5 + 0.6*0.3) and %v", a.Binds, a.Tables, a.Reference)
	}
}

// The row is a conditional one: where the duty does not bind, nothing moves.
func TestDutyBindsInPart(t *testing.T) {
	c, ws := tower(t)
	p := parser(t, c)
	x := promise(t, c, "pact", "pact=in_force", "rail=built", 0.9)
	x.When = p("mood=good")
	w, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Distribution(map[int]int{0: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range []struct {
		text string
		want float64
	}{{"mood=good", 0.4}, {"mood=good and rail=built", 0.4 * 0.9}, {"mood=bad and rail=built", 0.6 * 0.3}} {
		if got := chance(c, ws, d, p(y.text)); math.Abs(got-y.want) > 1e-9 {
			t.Errorf("P(%s) = %v, want %v", y.text, got, y.want)
		}
	}
}

// A certain duty and a broken one are rows like others.
func TestDutyCertain(t *testing.T) {
	for _, kept := range []float64{0, 1} {
		c, ws := tower(t)
		promise(t, c, "pact", "pact=in_force", "rail=built", kept)
		w, err := NewCaseReference(c, ws)
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.Distribution(map[int]int{0: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := chance(c, ws, d, parser(t, c)("rail=built")); math.Abs(got-kept) > 1e-9 || !w.(*Duties).kept[0].Held {
			t.Errorf("kept with probability %v: P = %v, held %v", kept, got, w.(*Duties).kept[0].Held)
		}
	}
}

// What is asserted or hypothetical, and what nobody gives a number, weighs nothing.
func TestDutyStanding(t *testing.T) {
	for _, k := range []treaty.Standing{{Kind: treaty.AssertedBy, Claim: "x"}, {Kind: treaty.Hypothetical}} {
		c, ws := tower(t)
		promise(t, c, "pact", "pact=in_force", "rail=built", 0.9).Standing = k
		promise(t, c, "other", "pact=in_force", "rail=built", -1)
		w, err := NewCaseReference(c, ws)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := w.(*Reference); !ok {
			t.Errorf("a clause with standing %s weighs worlds", k.Kind)
		}
	}
}

// Two duties that ask for opposites in the same worlds cannot both be kept with
// probability 0.9: the second is set aside and the answer says so.
func TestDutyAside(t *testing.T) {
	c, ws := tower(t)
	promise(t, c, "a", "pact=in_force", "rail=built", 0.9)
	promise(t, c, "b", "pact=in_force", "rail=missing", 0.9)
	w, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	d := w.(*Duties)
	if len(d.kept) != 2 || !d.kept[0].Held || d.kept[1].Held || d.kept[1].Why == "" {
		t.Fatalf("kept: %+v", d.kept)
	}
	got, err := w.Distribution(map[int]int{0: 1})
	if err != nil {
		t.Fatal(err)
	}
	if p := chance(c, ws, got, parser(t, c)("rail=built")); math.Abs(p-0.9) > 1e-9 {
		t.Errorf("P(rail=built) = %v, want 0.9", p)
	}
}

// With every arrow out of the act cut, the effect of the act is 0 to the last bit
// though a duty weighs; and in the tower the act moves nothing that it does not
// influence.
func TestDutyActCut(t *testing.T) {
	vars := []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, rows: []given{{"", 0.3}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}
	c, tab, e := build(t, vars, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	promise(t, c, "old", "", "rail=built", 0.6)
	a := compute(t, c, tab, e, Options{})
	act := a.Headlines()[0]
	if len(act.Effects) == 0 {
		t.Fatal("no effects")
	}
	for _, x := range act.Effects {
		if x.Effect.V != 0 {
			t.Errorf("effect on %s is %v with every arrow cut", x.Outcome, x.Effect.V)
		}
	}
	// 10 + 4 * 0.6 - 8 * 0.25 = 10.4: the duty weighs in both arms.
	if m := act.Effects[slices.IndexFunc(act.Effects, func(x Effect) bool { return x.Outcome == "tonnes" })].With; math.Abs(m.V-10.4) > 1e-8 {
		t.Errorf("expected tonnes %v, want 10.4", m.V)
	}
	// What hangs on the weights: the rail's own weight is overruled by the duty.
	for _, x := range act.Effects {
		for _, s := range x.Sways {
			t.Errorf("an effect of 0 hangs on %+v", s)
		}
	}
}

// Moving a weight of the tables keeps the duty: of the weights of the rail only
// how they part the moods can still bear on an effect.
func TestDutySways(t *testing.T) {
	c, ws := tower(t)
	promise(t, c, "pact", "pact=in_force", "rail=built", 0.7)
	for g := range c.Variables[2].Given {
		f := &c.Variables[2].Given[g].Weights[1]
		*f = units.Between(f.Central-0.1, f.Central, f.Central+0.1, units.Share)
	}
	w, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	d := w.(*Duties)
	all := make([]bool, len(c.Variables))
	for i := range all {
		all[i] = true
	}
	shifts := d.shifts(all)
	if len(shifts) != 6 {
		t.Fatalf("%d shifts, want both ends of 3 weights", len(shifts))
	}
	for st, want := range map[int]float64{0: -1, 1: 0.7} {
		of, err := w.Distribution(map[int]int{0: st})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shifts {
			m, err := d.reweigh(of, s)
			if err != nil {
				t.Fatal(err)
			}
			got := chance(c, ws, m, parser(t, c)("rail=built"))
			expect := want
			if st == 0 { // the third row alone holds without the pact, the duty does not bind
				if expect = 0.2; s.row == 2 {
					expect = s.value
				}
			}
			if math.Abs(got-expect) > 1e-9 {
				t.Errorf("arm %d, %+v: P(rail=built) = %v, want %v", st, s, got, expect)
			}
		}
	}
}

// The answer lists the duty, its reason and what it does.
func TestDutyInAnswer(t *testing.T) {
	c, tab, e := small(t)
	promise(t, c, "pact", "pact=in_force", "rail=built", 0.8)
	a := compute(t, c, tab, e, Options{})
	if a.Agreements == nil || len(a.Agreements.Kept) != 1 || a.Agreements.Kept[0].Reason != "by hand" {
		t.Fatalf("agreements: %+v", a.Agreements)
	}
	// By the tables the pact takes the rail from 0.2 to 0.6, with the duty to 0.8:
	// 4 tonnes more on 0.6 of the weight.
	x := a.Headlines()[0].Effects[slices.IndexFunc(a.Headlines()[0].Effects, func(x Effect) bool { return x.Outcome == "tonnes" })]
	if math.Abs(x.Effect.V-2.4) > 1e-8 {
		t.Errorf("effect %v, want 2.4", x.Effect.V)
	}
	var b strings.Builder
	if err := Text(&b, a, TextOptions{All: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "pact/1 is kept in 80 %") {
		t.Errorf("the text does not name the duty:\n%s", b.String())
	}
}

// kept_if narrows the row: in the worlds it leaves out the tables stand.
func TestDutyKeptIf(t *testing.T) {
	c, ws := tower(t)
	p := parser(t, c)
	promise(t, c, "pact", "pact=in_force", "rail=built", 0.9).KeptIf = p("mood=good")
	w, err := NewCaseReference(c, ws)
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Distribution(map[int]int{0: 1})
	if err != nil {
		t.Fatal(err)
	}
	// 0.4 * 0.9 + 0.6 * 0.3
	if got := chance(c, ws, d, p("rail=built")); math.Abs(got-0.54) > 1e-9 {
		t.Errorf("P(rail=built) = %v, want 0.54", got)
	}
}
