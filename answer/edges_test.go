package answer

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/units"
	"pgregory.net/rapid"
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
		d, err := k.lenses[0].neutral[k.all[0][0].variable].Distribution(k.all[0][0].readings[st].dist.Fixed)
		if err != nil {
			t.Fatal(err)
		}
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

// How a change is spread over worlds and what settles it, for every view, against the
// definitions world by world: with a column that has no value in some worlds, an act
// of three states whose baseline is the second, facts, and words under which variables
// depend on each other.
func TestChangesAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.1, 0.9).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "partly", "full"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=full and a=no", 0}, {"pact=full", weight("b1")}, {"pact=none", weight("b2")}, {"", weight("b3")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
			{id: "f", kind: "event", rows: []given{{"", weight("f")}}},
		}, []string{"pact=full and a=no and b=yes"},
			[]effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}, {"low", "d=yes and f=yes", -8}})
		x, y := weight("x"), weight("y")
		speak(t, c, said{id: "x", speaker: "s", when: "f=yes", then: "a=yes", low: x, high: x},
			said{id: "y", speaker: "r", then: "a=yes and d=yes or a=no and b=no", low: y, high: y})
		c.Variables[0].Baseline = 1
		ask(c, []string{"pact"}, "tonnes", "hours")
		for i := range c.Outcomes {
			c.Outcomes[i].Materiality = rapid.SampledFrom([]float64{0, 0.01, 1.1}).Draw(rt, "materiality")
		}
		k := reading2(t, c, tab, e)
		without, err := k.reference.Distribution(map[int]int{0: 1})
		if err != nil {
			rt.Fatal(err)
		}
		group := func(row int32) [2]int { // a and f do not descend from the pact
			code := tab.Worlds.Codes[row]
			return [2]int{c.Space.State(code, 1), c.Space.State(code, 4)}
		}
		for o, out := range c.Outcomes {
			value := func(row int32) float64 { return tab.At(int(tab.RowOf[row]), o) }
			sum, mass := map[[2]int]float64{}, map[[2]int]float64{}
			for i, row := range without.Rows {
				if v := value(row); !math.IsNaN(v) {
					sum[group(row)] += without.Weight[i] * v
					mass[group(row)] += without.Weight[i]
				}
			}
			for lens := range k.lenses {
				r := k.all[lens][0]
				for _, st := range []int{0, 2} {
					ef := r.act.effect(c.Variables[0].States[st], out.ID)
					d := r.readings[st].dist
					var xs []Weighted
					var rows []int32
					more, less, total := 0.0, 0.0, 0.0
					for i, row := range d.Rows {
						v := value(row) - sum[group(row)]/mass[group(row)]
						if math.IsNaN(v) || d.Weight[i] == 0 {
							continue
						}
						// Values on the threshold are on one side or the other by rounding.
						if m := out.Materiality; m > 0 && math.Abs(math.Abs(v)-m) < 1e-9 || m == 0 && math.Abs(v) < 1e-9 {
							return
						}
						xs, rows = append(xs, Weighted{v, d.Weight[i]}), append(rows, row)
						total += d.Weight[i]
						if v > 0 && v >= out.Materiality {
							more += d.Weight[i]
						}
						if v < 0 && v <= -out.Materiality {
							less += d.Weight[i]
						}
					}
					near := func(what string, got Number, want float64) {
						if !got.OK || math.Abs(got.V-want) > 1e-6 {
							rt.Fatalf("%s, %s, %s: %s %v, want %v", k.lenses[lens].View().ID, out.ID, ef.State, what, got, want)
						}
					}
					near("more", ef.More, more/total)
					near("less", ef.Less, less/total)
					m := 0.0
					for _, x := range xs {
						m += x.Weight * x.Value / total
					}
					variance := 0.0
					for _, x := range xs {
						variance += x.Weight * (x.Value - m) * (x.Value - m) / total
					}
					for v := 1; v < 5; v++ {
						s, p := [2]float64{}, [2]float64{}
						for i, x := range xs {
							b := c.Space.State(tab.Worlds.Codes[rows[i]], v)
							s[b] += x.Weight * (x.Value - m)
							p[b] += x.Weight
						}
						fall := 0.0
						for b := range s {
							if p[b] > 0 {
								fall += s[b] * s[b] / p[b] / total / variance
							}
						}
						got := some(0)
						for _, x := range ef.Settles {
							if x.Variable == c.Variables[v].ID {
								got = some(x.Fall)
							}
						}
						if math.Abs(got.V-fall) > 2*driverFloor {
							rt.Fatalf("%s, %s, %s: %s settles %v, want %v", k.lenses[lens].View().ID, out.ID, ef.State, c.Variables[v].ID, got, fall)
						}
					}
					// A quantile jumps where weights meet its share: between a little less
					// and a little more.
					for _, q := range []struct {
						got   Number
						share float64
					}{{ef.ChangeLow, lowPoint}, {ef.ChangeHigh, highPoint}} {
						lo, hi := Quantile(xs, q.share-1e-6), Quantile(xs, q.share+1e-6)
						if !q.got.OK || q.got.V < lo-1e-9 || q.got.V > hi+1e-9 {
							rt.Fatalf("point %v: %v, want %v to %v", q.share, q.got, lo, hi)
						}
					}
				}
			}
		}
	})
}
