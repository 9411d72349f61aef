package answer

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/units"
)

// Words about what the reference rules out without the act, by hand: without the pact
// there is no rail at all, with it 0.6.
//
//	a: 0.9: 10 + 3.6 - 2 = 11.6 against 8. With a reference that the pact does not move
//	   there is no rail in either arm: all of the effect is words.
//	b: on the strait alone, none of it words.
func TestWordsWhereTheActMakesPossible(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0}, rows: []given{{"pact=in_force", 0.6}, {"", 0}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 1},
		said{id: "mute", speaker: "b", then: "strait=shut", low: 0.4, high: 0.5})
	a := compute(t, c, tab, e, Options{})
	for _, x := range []struct {
		view                    string
		effect, words, referenc float64
	}{{"a", 3.6, 3.6, 0}, {"b", 2.4, 0, 2.4}, {"mixture", 3, 1.8, 1.2}} {
		ef := effectIn(t, a, x.view, "pact", "tonnes")
		if !closeTo(ef.Effect, x.effect) || !closeTo(ef.Words, x.words) || !closeTo(ef.Reference, x.referenc) {
			t.Errorf("%s: effect %v, words %v, reference %v; want %+v", x.view, ef.Effect.V, ef.Words.V, ef.Reference.V, x)
		}
	}
	if ef := effectIn(t, a, "consensus", "pact", "tonnes"); !ef.Words.OK || math.Abs(ef.Words.V-ef.Effect.V) > 1e-6 {
		t.Errorf("consensus: words %v of %v", ef.Words, ef.Effect)
	}
}

// Words that no distribution on the worlds of the reference keeps are told, and do
// not take the answer with them.
func TestWordsAgainstTheReference(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0}, rows: []given{{"", 0}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 1},
		said{id: "mute", speaker: "b", then: "strait=shut", low: 0.4, high: 0.5})
	a := compute(t, c, tab, e, Options{})
	if s := a.Words.Speakers; s[0].Converged || !s[1].Converged {
		t.Errorf("converged: %v and %v", s[0].Converged, s[1].Converged)
	}
	if a.Words.Consensus != nil {
		t.Errorf("a consensus with words that fit nowhere: %+v", a.Words.Consensus)
	}
}

// A fact that only the pact brings about: with it a shut strait forces the rail. What
// does not descend from the pact has one distribution in both arms of the neutral
// reference all the same, by hand:
//
//	neutral: P(shut) 1/4, P(rail) 1/5 with an open strait; with the pact and a shut one 1:
//	         4 (0.15 + 0.25) against 4 (0.2): +0.8
//	b:       P(shut) 0.4: 4 (0.12 + 0.4) against 4 (0.2): +1.28, of which 0.48 is words
//	         (the case forces the rail, the words shut the strait)
func TestNeutralReferenceKeepsWhatThePactDoesNotMove(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0, 2},
			rows: []given{{"pact=in_force and strait=shut", 1}, {"pact=in_force", 0.6}, {"", 0.2}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}, []string{"pact=in_force and strait=shut and rail=missing"}, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	speak(t, c, said{id: "mute", speaker: "b", then: "strait=shut", low: 0.4, high: 0.5})
	ask(c, []string{"pact"}, "tonnes")
	k := reading2(t, c, tab, e)
	shut := c.Space.Is(2, 1)
	for st := range 2 {
		p := 0.0
		d := k.all[0][0].neutral[st].dist
		for i, row := range d.Rows {
			if shut.Eval(tab.Worlds.Codes[row]) {
				p += d.Weight[i]
			}
		}
		if math.Abs(p-0.25) > 1e-12 {
			t.Errorf("P(shut) %v in arm %d of the neutral reference, want 1/4", p, st)
		}
	}
	if w := k.all[0][0].act.Effects[0].Words; !closeTo(w, 0.48) {
		t.Errorf("words %v, want 0.48", w)
	}
}

// Without any act experts still contradict each other, and outcomes can be spoken of.
func TestWordsWithoutAnAct(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, rows: []given{{"", 0.2}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
	speak(t, c, said{id: "shut", speaker: "a", then: "strait=shut", low: 0.7, high: 0.9},
		said{id: "open", speaker: "b", then: "strait=shut", low: 0, high: 0.3})
	c.Claims = append(c.Claims, belief.Claim{ID: "more", Speaker: "a", Kind: belief.Outcome, Reading: belief.See, Date: c.AsOf, Paraphrase: "as said",
		Statement: &belief.Statement{Outcomes: []string{"tonnes"}, Change: belief.Absolute, Expected: true, AtLeast: units.Exactly(5, units.Dimensionless)}})
	a := compute(t, c, tab, e, Options{})
	if len(a.Words.Contradictions) != 1 || len(a.Words.Pairs) != 1 {
		t.Errorf("contradictions %+v, pairs %+v", a.Words.Contradictions, a.Words.Pairs)
	}
	if len(a.Acts) != 0 || a.Headline != "mixture" {
		t.Errorf("acts %+v under %s", a.Acts, a.Headline)
	}
}

// The same bytes whatever the number of workers, with claims, contradictions,
// disputes, decisions and bounds in the answer.
func TestWordsAreTheSameForAllWorkers(t *testing.T) {
	c, tab, e := small(t)
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 1},
		said{id: "doubt", speaker: "b", when: "pact=in_force", then: "rail=built", low: 0, high: 0.5},
		said{id: "idle", speaker: "b", when: "rail=built", then: "idle=yes", low: 0.2, high: 0.4},
		said{id: "shut", speaker: "d", then: "strait=shut", low: 0.4, high: 0.5})
	c.Claims = append(c.Claims, belief.Claim{ID: "beyond", Speaker: "d", Kind: belief.Outcome, Reading: belief.See, Date: c.AsOf, Paraphrase: "as said",
		Interval:  belief.Interval{Known: true, Low: 0.6, High: 0.9},
		Statement: &belief.Statement{Outcomes: []string{"tonnes"}, Quantifier: belief.Any, Change: belief.NoPact, Beyond: units.Exactly(1, units.Dimensionless)}})
	ask(c, []string{"pact"}, "tonnes", "hours")
	c.Focus = "x"
	for i := range c.Outcomes {
		c.Outcomes[i].Country, c.Outcomes[i].Good = "x", "up"
	}
	var first []byte
	for _, workers := range []int{1, 2, 7} {
		a := compute(t, c, tab, e, Options{Workers: workers})
		a.Run = nil
		if len(a.Words.Contradictions) == 0 || len(a.Words.Disputes) == 0 || len(a.Decisions) == 0 || len(a.Words.Thresholds) == 0 {
			t.Fatalf("too little to compare: %+v", a.Words)
		}
		got, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		} else if !bytes.Equal(first, got) {
			t.Errorf("%d workers give another answer", workers)
		}
	}
}
