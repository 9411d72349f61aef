package answer

import (
	"math"
	"reflect"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// said is one claim: what is so under a condition, with an interval.
type said struct {
	id, speaker, when, then string
	low, high               float64
	from, until             int // years, 0: none
}

// speak gives a case its claims and their speakers.
func speak(t testing.TB, c *casefile.Case, claims ...said) {
	t.Helper()
	c.AsOf = calendar.Date{Year: 2025, Month: 1, Day: 1}
	c.Lexicon = "icd-203"
	seen := map[string]bool{}
	for _, x := range claims {
		if !seen[x.speaker] {
			seen[x.speaker] = true
			c.Actors = append(c.Actors, casefile.Actor{ID: x.speaker, Name: "Speaker " + x.speaker, Kind: "person"})
		}
		var l diag.List
		k := belief.Claim{ID: x.id, Speaker: x.speaker, Kind: belief.Level, Reading: belief.See, Date: c.AsOf,
			Interval: belief.Interval{Known: true, Low: x.low, High: x.high}, Paraphrase: "as said"}
		k.Then = c.Space.Parse(x.then, diag.Pos{}, &l)
		if x.when != "" {
			k.If = c.Space.Parse(x.when, diag.Pos{}, &l)
		}
		if l.Failed() {
			t.Fatal(l.All())
		}
		if x.from != 0 {
			k.From = calendar.Date{Year: x.from}
		}
		if x.until != 0 {
			k.Until = calendar.Date{Year: x.until}
		}
		c.Claims = append(c.Claims, k)
	}
}

// effectIn finds an effect under a view.
func effectIn(t testing.TB, a *Answer, view, act, outcome string) *Effect {
	t.Helper()
	for _, x := range a.In(view) {
		for i := range x.Effects {
			if x.ID == act && x.Effects[i].Outcome == outcome {
				return &x.Effects[i]
			}
		}
	}
	t.Fatalf("no effect of %s on %s under %s", act, outcome, view)
	return nil
}

// completed is the tolerance of what rests on a completion.
const completed = 1e-8

func closeTo(a Number, b float64) bool { return a.OK && math.Abs(a.V-b) <= completed }

// By hand, on the small case. "sure" lifts P(rail) with the pact from 0.6 to 0.9;
// "mute" speaks of the strait alone, which the pact does not move.
//
//	sure:     10 + 3.6 - 2 = 11.6 against 8.8: +2.8. With a reference that the pact does not
//	          move P(rail) is 0.2 in both arms, 0.9 by the words: +2.8. All of it is words.
//	mute:     P(shut) 0.4: 9.2 against 7.6: +1.6, none of it words.
//	together: 10.4 against 8.2.
func TestTwoPartsByHand(t *testing.T) {
	c, tab, e := small(t)
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 1},
		said{id: "mute", speaker: "b", then: "strait=shut", low: 0.4, high: 0.5})
	a := compute(t, c, tab, e, Options{})
	if a.Headline != "mixture" || len(a.Views) != 5 {
		t.Fatalf("headline %q, views %v", a.Headline, a.Views)
	}
	for _, x := range []struct {
		view                            string
		with, without, words, reference float64
	}{
		{"a", 11.6, 8.8, 2.8, 0},
		{"b", 9.2, 7.6, 0, 1.6},
		{"mixture", 10.4, 8.2, 1.4, 0.8},
		{"reference", 10.4, 8.8, 0, 1.6},
	} {
		ef := effectIn(t, a, x.view, "pact", "tonnes")
		if !closeTo(ef.With, x.with) || !closeTo(ef.Without, x.without) || !closeTo(ef.Words, x.words) || !closeTo(ef.Reference, x.reference) {
			t.Errorf("%s: %v against %v, words %v, reference %v; want %+v", x.view, ef.With.V, ef.Without.V, ef.Words.V, ef.Reference.V, x)
		}
	}
	if ef := effectIn(t, a, "b", "pact", "tonnes"); ef.Words.V != 0 {
		t.Errorf("words that say nothing about the pact make %g of its effect, want exactly 0", ef.Words.V)
	}
	if !reflect.DeepEqual(a.Words.Speakers[1].Silent, []string{"rail", "idle"}) {
		t.Errorf("silent of b: %v", a.Words.Speakers[1].Silent)
	}
	// The one claim of a: 0.6 in the reference, 0.9 once completed; without it the
	// effect is the reference's.
	r := a.Words.Readings[0]
	if r.Claim != "sure" || len(r.Arms) != 1 || !closeTo(r.Arms[0].Completed, 0.9) || !closeTo(r.Arms[0].Reference, 0.6) || !closeTo(r.Arms[0].If, 1) {
		t.Errorf("reading %+v", r)
	}
	found := false
	for _, d := range r.Without {
		if d.Outcome == "tonnes" {
			found = closeTo(some(d.Effect), 2.8) && closeTo(some(d.Without), 1.6)
		}
	}
	if !found {
		t.Errorf("without the claim: %+v", r.Without)
	}
}

// An act that a network reaches by itself: that part is the case's, not a
// speaker's who does not speak of the act.
func TestDirectEffectIsTheReferences(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0}, rows: []given{{"pact=in_force", 0.6}, {"", 0.2}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"fees", "pact=in_force", 1}})
	speak(t, c, said{id: "high", speaker: "a", then: "rail=built", low: 0.7, high: 0.7})
	a := compute(t, c, tab, e, Options{})
	ef := effectIn(t, a, "a", "pact", "tonnes")
	// 0.7 in both arms: the pact's own 1 is all.
	if !closeTo(ef.Effect, 1) || ef.Words.V != 0 || !closeTo(ef.Reference, 1) {
		t.Errorf("effect %+v", ef)
	}
}

// Two who contradict each other, one of them only about an earlier time.
func TestContradictionsShareATime(t *testing.T) {
	c, tab, e := small(t)
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 1},
		said{id: "doubt", speaker: "b", when: "pact=in_force", then: "rail=built", low: 0, high: 0.5},
		said{id: "old", speaker: "c", when: "pact=in_force", then: "rail=built", low: 0, high: 0.1, from: 2020, until: 2023},
		said{id: "idle", speaker: "c", then: "idle=yes", low: 0, high: 1})
	a := compute(t, c, tab, e, Options{})
	w := a.Words
	if len(w.Contradictions) != 1 || !reflect.DeepEqual(w.Contradictions[0].Claims, []string{"sure", "doubt"}) || !w.Contradictions[0].Horizon {
		t.Fatalf("contradictions %+v", w.Contradictions)
	}
	if b := w.Contradictions[0].Bend; math.Abs(b.V-0.2) > 1e-6 {
		t.Errorf("bend %v, want 0.2: both must reach 0.7", b)
	}
	apart := 0
	for _, p := range w.Pairs {
		if p.B == "old" && p.Apart && p.Verdicts[0].Conflict == (p.A == "sure") {
			apart++
		}
	}
	if apart != 2 {
		t.Errorf("pairs %+v", w.Pairs)
	}
}

// Cutting every arrow out of the act leaves no effect at all, whatever is said of
// what does not descend from it.
func TestNoArrowsNoEffect(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, rows: []given{{"", 0.2}}},
	}, nil, []effect{{"rail", "rail=built", 4}})
	speak(t, c, said{id: "high", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.7, high: 0.7})
	a := compute(t, c, tab, e, Options{})
	if ef := effectIn(t, a, "a", "pact", "tonnes"); ef.Effect.V != 0 || ef.Words.V != 0 {
		t.Errorf("effect %+v", ef)
	}
}
