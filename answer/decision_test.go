package answer

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/world"
)

// sign lets an agreement of some parties bind where an act is in a state.
func sign(t testing.TB, c *casefile.Case, id, when string, parties ...string) {
	t.Helper()
	var l diag.List
	p := c.Space.Parse(when, diag.Pos{}, &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	c.Agreements = append(c.Agreements, treaty.Agreement{ID: id, Parties: parties, InForceIf: p})
}

// toll is a case in which AZ decides whether to sign. Unsigned it has 10; signed
// it has 14 with the strait open (0.6) and 4 with it shut. The strait does not
// descend from the act.
func toll(t testing.TB) (*casefile.Case, *world.Table, *linear) {
	c, tab, e := build(t, []variable{
		{id: "treaty", kind: "act", states: []string{"none", "signed"}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.4}}},
	}, nil, []effect{{"gain", "treaty=signed and strait=open", 4}, {"loss", "treaty=signed and strait=shut", -6}})
	c.Focus = "AZ"
	c.Outcomes[0].Country, c.Outcomes[0].Good = "AZ", "up"
	ask(c, []string{"treaty"}, "tonnes")
	return c, tab, e
}

func viewOf(t testing.TB, p Payoff, id string) PayoffView {
	t.Helper()
	i := slices.IndexFunc(p.Views, func(v PayoffView) bool { return v.View == id })
	if i < 0 {
		t.Fatalf("no view %s", id)
	}
	return p.Views[i]
}

// By hand, the reference alone. Signed: 0.6 x 14 + 0.4 x 4 = 10, as unsigned. With
// the strait known: 0.6 x 14 + 0.4 x 10 = 12.4, so knowing it is worth 2.4. Regret
// of unsigned 4 with the strait open, 2.4 expected; of signed 6 with it shut, 2.4.
func TestDecisionByHand(t *testing.T) {
	c, tab, e := toll(t)
	sign(t, c, "x", "treaty=signed", "AZ", "TR")
	a := compute(t, c, tab, e, Options{})
	if len(a.Decisions) != 1 || len(a.Decisions[0].Payoffs) != 1 {
		t.Fatalf("decisions %+v", a.Decisions)
	}
	d := a.Decisions[0]
	if !reflect.DeepEqual(d.Common, []string{"strait"}) || len(d.Options) != 2 || d.Options[1].ID != "treaty=signed" {
		t.Errorf("common %v, options %+v", d.Common, d.Options)
	}
	if !d.Acts[0].Own || !reflect.DeepEqual(d.Acts[0].Parties, []string{"AZ", "TR"}) {
		t.Errorf("act %+v", d.Acts[0])
	}
	v := viewOf(t, d.Payoffs[0], "reference")
	for i, want := range []struct{ expected, regret, most, worst float64 }{{10, 2.4, 4, 10}, {10, 2.4, 6, 4}} {
		x := v.Options[i]
		if !closeTo(x.Expected, want.expected) || !closeTo(x.Regret, want.regret) || !closeTo(x.MaxRegret, want.most) || !closeTo(x.Worst, want.worst) {
			t.Errorf("option %d: %+v, want %+v", i, x, want)
		}
	}
	if !closeTo(v.Perfect, 2.4) || len(v.Informs) != 1 || v.Informs[0].Variable != "strait" || math.Abs(v.Informs[0].Worth-2.4) > completed {
		t.Errorf("information %v, %+v", v.Perfect, v.Informs)
	}
	if got := d.Payoffs[0].Robust; len(got) != 2 {
		t.Errorf("both are as good under the reference; robust %v", got)
	}
	if !strings.Contains(d.First, "AZ is a party to treaty") {
		t.Errorf("%q", d.First)
	}
}

// Two experts on the strait: open with 0.9 under a, 0.2 under b. Signed is worth 13
// and 6: best under a by 3, worst under b by 4, so nothing is robust. Maximin over
// experts is not to sign; knowing who is right is worth (13 + 10)/2 - 10 = 1.5.
// With b at 0.55 signed is worth 9.5, short of the best by 0.5, and with a threshold
// of 0.5 robust.
func TestRobustOverExperts(t *testing.T) {
	for _, x := range []struct {
		open, materiality float64
		robust            []string
		maximin           string
		expert            float64
	}{
		{0.2, 0.01, nil, "treaty=none", 1.5},
		{0.55, 0.5 + 1e-6, []string{"treaty=signed"}, "treaty=none", 0.25},
	} {
		c, tab, e := toll(t)
		c.Outcomes[0].Materiality = x.materiality
		speak(t, c, said{id: "x", speaker: "a", then: "strait=open", low: 0.9, high: 0.9}, said{id: "y", speaker: "b", then: "strait=open", low: x.open, high: x.open})
		sign(t, c, "x", "treaty=signed", "TR", "AM")
		d := compute(t, c, tab, e, Options{}).Decisions[0]
		p := d.Payoffs[0]
		if !reflect.DeepEqual(p.Robust, x.robust) || p.Maximin != x.maximin || !closeTo(p.Expert, x.expert) {
			t.Errorf("robust %v, maximin %s, expert %+v; want %+v", p.Robust, p.Maximin, p.Expert, x)
		}
		if !closeTo(p.Least[1], 4+10*x.open) || !closeTo(p.Regret[0], 3) || !closeTo(p.Regret[1], 6-10*x.open) {
			t.Errorf("least %v, regret %v", p.Least, p.Regret)
		}
		if none := x.robust == nil; none != strings.HasPrefix(d.First, "No option is robust") || none != (d.Robust == "") {
			t.Errorf("%q", d.First)
		}
		if !strings.Contains(d.First, "compared as if it could be chosen") || d.Acts[0].Own {
			t.Errorf("%q", d.First)
		}
	}
}

// An option is dominated when the words alone settle it: with the strait open for
// sure signing is better under every distribution that fits a's words; b's leave
// it open.
func TestDominanceByWords(t *testing.T) {
	c, tab, e := toll(t)
	speak(t, c, said{id: "x", speaker: "a", then: "strait=open", low: 0.7, high: 1}, said{id: "y", speaker: "b", then: "strait=open", low: 0.5, high: 1})
	d := compute(t, c, tab, e, Options{}).Decisions[0]
	for view, want := range map[string][]string{"a": {"treaty=signed"}, "b": nil, "reference": nil, "mixture": nil} {
		v := viewOf(t, d.Payoffs[0], view)
		if !reflect.DeepEqual(v.Options[0].DominatedBy, want) || v.Options[1].DominatedBy != nil {
			t.Errorf("%s: %v and %v, want %v", view, v.Options[0].DominatedBy, v.Options[1].DominatedBy, want)
		}
	}
}

// Where less is good the same numbers say the opposite, and the acts that the
// focus may choose are compared by themselves as well.
func TestDecisionDown(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "treaty", kind: "act", states: []string{"none", "signed"}},
	}, nil, []effect{{"pact", "pact=in_force", 2}, {"treaty", "treaty=signed", 3}})
	c.Focus = "AZ"
	c.Outcomes[0].Country, c.Outcomes[0].Good = "AZ", "down"
	ask(c, []string{"pact", "treaty"}, "tonnes")
	sign(t, c, "x", "treaty=signed", "AZ")
	ds := compute(t, c, tab, e, Options{}).Decisions
	if len(ds) != 2 || len(ds[0].Options) != 4 || len(ds[1].Options) != 2 || ds[1].Held[0] != (Held{"pact", "none"}) {
		t.Fatalf("%+v", ds)
	}
	v := viewOf(t, ds[0].Payoffs[0], "reference")
	if v.Best != "pact=none, treaty=none" || !closeTo(v.Options[3].Expected, 15) || !closeTo(v.Options[3].Regret, 5) {
		t.Errorf("%+v", v)
	}
	if ds[0].Robust != v.Best || !strings.HasPrefix(ds[0].First, "Robust: pact none, treaty none is best for AZ") {
		t.Errorf("%q", ds[0].First)
	}
}

// Options that differ in two acts are held against each other by words as well:
// with the pact and the treaty both 15 is sure, against 10 with neither, whatever
// anyone says of the strait; with one act each, 12 against 13.
func TestDominanceBetweenActs(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "treaty", kind: "act", states: []string{"none", "signed"}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.4}}},
	}, nil, []effect{{"pact", "pact=in_force", 2}, {"treaty", "treaty=signed", 3}})
	c.Focus = "AZ"
	c.Outcomes[0].Country, c.Outcomes[0].Good = "AZ", "up"
	ask(c, []string{"pact", "treaty"}, "tonnes")
	speak(t, c, said{id: "x", speaker: "a", then: "strait=open", low: 0.7, high: 1}, said{id: "y", speaker: "b", then: "strait=open", low: 0, high: 0.5})
	d := compute(t, c, tab, e, Options{}).Decisions[0]
	for _, view := range []string{"a", "b", "mixture"} {
		v := viewOf(t, d.Payoffs[0], view)
		for i, want := range []int{3, 1, 2, 0} { // none, treaty, pact, both
			if got := len(v.Options[i].DominatedBy); got != want {
				t.Errorf("%s: %s is ruled out by %v, want %d", view, d.Options[i].ID, v.Options[i].DominatedBy, want)
			}
		}
	}
	if v := viewOf(t, d.Payoffs[0], "reference"); v.Options[0].DominatedBy != nil {
		t.Error("the reference has no words")
	}
}
