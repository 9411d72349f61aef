package answer

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/world"
)

// partners is a case of two agreements that do not name each other: XA owes XC its
// support for the way, in the text; and, where the pact is in force, as the expert
// asserts, it must stand on the way where XB stands. XB opposes with 0.7.
func partners(t testing.TB) (*casefile.Case, *world.Table, *linear) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "position(XB,way)", kind: "position", states: []string{"tolerate", "oppose"}, rows: []given{{"", 0.7}}},
		{id: "position(XA,way)", kind: "position", states: []string{"support", "obstruct"}, parents: []int{0, 1},
			rows: []given{{"pact=in_force", 0.5}, {"", 0.2}}},
	}, nil, []effect{{"obstructed", "position(XA,way)=obstruct", -4}})
	c.AsOf, c.Focus = calendar.Date{Year: 2025, Month: 1, Day: 16}, "XC"
	c.Variables[0].Name, c.Variables[1].Name = "Pact of A and B", "Stand of B on the way"
	for _, id := range []string{"XA", "XB", "XC"} {
		c.Actors = append(c.Actors, casefile.Actor{ID: id, Name: "Land " + id[1:], Kind: casefile.State})
	}
	c.Actors = append(c.Actors, casefile.Actor{ID: "expert", Name: "An Expert", Kind: casefile.Person})
	p := parser(t, c)
	c.Agreements = []treaty.Agreement{
		{ID: "old", Name: "Old promise", Parties: []string{"XA", "XC"}, Signed: calendar.Date{Year: 2020}, InForce: calendar.Date{Year: 2021}, KnownSince: calendar.Date{Year: 2020},
			Clauses: []treaty.Clause{{ID: "help", Bearers: []string{"XA"}, Toward: []string{"XC"}, Modality: treaty.Obligation, What: p("position(XA,way)=support"),
				Standing: treaty.Standing{Kind: treaty.InText}, Paraphrase: "A helps to open the way."}}},
		{ID: "new", Name: "New pact", Parties: []string{"XA", "XB"}, InForceIf: p("pact=in_force"),
			Clauses: []treaty.Clause{{ID: "align", Bearers: []string{"XA"}, Toward: []string{"XB"}, Modality: treaty.Align, Scope: []string{"way"},
				What:     p("position(XB,way)=oppose and position(XA,way)=obstruct or position(XB,way)=tolerate and position(XA,way)=support"),
				Standing: treaty.Standing{Kind: treaty.AssertedBy, Claim: "expert-align"}, Paraphrase: "A stands where B stands."}}},
	}
	said := func(id string) belief.Claim {
		return belief.Claim{ID: id, Speaker: "expert", Kind: belief.Possibility, Reading: belief.See, Hedge: "might", If: p("pact=in_force"),
			Date: c.AsOf, Paraphrase: "said"}
	}
	align, clash := said("expert-align"), said("expert-clash")
	align.Kind = belief.Record
	clash.Clash = []string{"new", "old"}
	c.Claims = []belief.Claim{align, clash}
	return c, tab, e
}

// conflictsOf lists the conflicts of a reading as kind, clauses and condition.
func conflictsOf(r *DutyReading) []string {
	var out []string
	for i := range r.Verdicts {
		if v := &r.Verdicts[i]; v.Conflict() {
			out = append(out, string(v.Kind)+" "+strings.Join(v.Clauses(), " ")+" if "+v.Condition.Shortest.Text)
		}
	}
	return out
}

// The clash comes out by itself, with its condition, the standing of each clause,
// what ends it, and the weight of the worlds in which it bites: 0.7 in the arm of
// the pact, nothing without it.
func TestAgreementsClash(t *testing.T) {
	c, tab, e := partners(t)
	a := compute(t, c, tab, e, Options{})
	g := a.Agreements
	want := []string{"latent new/align old/help if pact=in_force and position(XB,way)=oppose"}
	if got := conflictsOf(&g.Horizon); !slices.Equal(got, want) {
		t.Fatalf("up to the horizon: %v, want %v", got, want)
	}
	if got := conflictsOf(&g.Today); len(got) > 0 {
		t.Errorf("on the as-of date: %v", got)
	}
	v := g.Horizon.Verdicts[slices.IndexFunc(g.Horizon.Verdicts, func(f Finding) bool { return f.Conflict() })]
	standings := map[string]string{}
	for _, m := range v.Core {
		standings[m.Clause] = StandingText(*m.Standing)
	}
	if standings["old/help"] != "in the text" || standings["new/align"] != "asserted by expert-align" || v.Standing != treaty.AssertedBy {
		t.Errorf("standings: %v, weakest %s", standings, v.Standing)
	}
	if len(v.Concessions) != 2 {
		t.Errorf("concessions: %+v", v.Concessions)
	}
	for _, w := range v.Weights {
		want := 0.0
		if w.State == "in_force" {
			want = 0.7
		}
		if math.Abs(w.Weight.V-want) > 1e-12 {
			t.Errorf("%s, %s=%s: bites in %v, want %v", w.View, w.Act, w.State, w.Weight.V, want)
		}
	}
	if len(v.Weights) != len(a.Views)*2 {
		t.Errorf("%d weights for %d views and 2 states", len(v.Weights), len(a.Views))
	}
	first := "Land A cannot keep both what it owes Land B (“align” of the New pact) and what it owes Land C (“help” of the Old promise) once the Pact of A and B is in force and Stand of B on the way is “oppose”." +
		" Of these, “align” is only asserted by An Expert and “help” stands in the text."
	if !strings.HasPrefix(g.First, first) {
		t.Errorf("first sentence %q, want %q", g.First, first)
	}
	if len(g.Claims) != 1 || !g.Claims[0].Arises || !g.Claims[0].Own || !slices.Equal(g.Claims[0].Asserted, []string{"expert-align"}) {
		t.Errorf("the claim of a clash: %+v", g.Claims)
	}
	if x := g.Parties[0]; !x.Focus || x.Actor != "XC" || len(x.Owes) != 0 || len(x.Owed) != 1 || x.Owed[0].Clause != "old/help" || x.Owed[0].Today != treaty.Binds {
		t.Errorf("the focus: %+v", x)
	}
	if l := g.Lives; len(l) != 2 || l[0].Agreement != "old" || l[0].Today.State != treaty.Binds || l[1].If != "pact=in_force" || l[1].Today.State != treaty.NotYet || l[1].Horizon.State != treaty.BindsIf {
		t.Errorf("lives: %+v", l)
	}
	// What the answer shows survives its JSON form.
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Answer
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	quotes := TextOptions{All: true, Quotes: func(claim string) (string, bool) { return "the very words of " + claim, claim == "expert-clash" }}
	var x, y strings.Builder
	if err := Text(&x, a, quotes); err != nil {
		t.Fatal(err)
	}
	back.Run = a.Run
	if err := Text(&y, &back, quotes); err != nil {
		t.Fatal(err)
	}
	if x.String() != y.String() {
		t.Error("the text of an answer that was kept differs")
	}
	for _, part := range []string{first[:40], "[asserted by expert-align]", "It bites in 70 % of the weight with pact in force", "the very words of expert-clash", "What Land C is owed:"} {
		if !strings.Contains(x.String(), part) {
			t.Errorf("the text has no %q:\n%s", part, x.String())
		}
	}
	for line := range strings.Lines(x.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > textWidth {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// Deleting either side removes the clash, and the claim is answered so. So does a
// pact that the claim's condition excludes.
func TestAgreementsWithoutEither(t *testing.T) {
	for _, gone := range []string{"old", "new"} {
		c, tab, e := partners(t)
		c.Agreements = slices.DeleteFunc(c.Agreements, func(a treaty.Agreement) bool { return a.ID == gone })
		g := compute(t, c, tab, e, Options{}).Agreements
		if got := conflictsOf(&g.Horizon); len(got) > 0 {
			t.Errorf("without %s: %v", gone, got)
		}
		if g.Claims[0].Arises || !strings.Contains(g.Claims[0].Sentence, "no such clash can arise") {
			t.Errorf("without %s the claim is answered %+v", gone, g.Claims[0])
		}
		if !strings.HasPrefix(g.First, "All duties of the agreements can be kept together") {
			t.Errorf("without %s: %q", gone, g.First)
		}
	}
	c, tab, e := partners(t)
	c.Claims[1].If = parser(t, c)("pact=none")
	if x := compute(t, c, tab, e, Options{}).Agreements.Claims[0]; x.Arises {
		t.Errorf("a clash under a condition that excludes it: %+v", x)
	}
}

// A clause in the text in the place of the asserted one: the clash rests on nobody.
func TestAgreementsInText(t *testing.T) {
	c, tab, e := partners(t)
	c.Agreements[1].Clauses[0].Standing = treaty.Standing{Kind: treaty.InText}
	if x := compute(t, c, tab, e, Options{}).Agreements.Claims[0]; !x.Arises || x.Own || len(x.Asserted) > 0 {
		t.Errorf("the claim: %+v", x)
	}
}

// Without agreements there is nothing to say.
func TestNoAgreements(t *testing.T) {
	c, tab, e := small(t)
	if a := compute(t, c, tab, e, Options{}); a.Agreements != nil {
		t.Errorf("agreements of none: %+v", a.Agreements)
	}
}
