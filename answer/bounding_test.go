package answer

import (
	"fmt"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/units"
	"pgregory.net/rapid"
)

// Whatever is said, also what does not hold together, the effect under each view lies
// within what the view's words alone allow: those of the experts, of the mixture the
// hull. (A consensus averages where experts contradict each other, so it may lie
// outside of all words together.) An act of three states whose baseline is the second,
// and claims of every kind.
func TestBoundsHoldTheEffects(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.1, 0.9).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "partly", "full"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=full and a=no", weight("b0")}, {"pact=full", weight("b1")}, {"pact=none", weight("b2")}, {"", weight("b3")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}})
		c.Variables[0].Baseline = 1
		ask(c, []string{"pact"}, "tonnes")
		things := []string{"a=yes", "b=yes", "d=yes", "a=yes and d=yes", "b=no or d=no"}
		conditions := []string{"", "pact=full", "pact!=none", "a=yes", "pact=full and b=yes", "d=no"}
		for i := range rapid.IntRange(1, 5).Draw(rt, "claims") {
			thousandths := func(from, to int, name string) float64 {
				return float64(rapid.IntRange(from, to).Draw(rt, name)) / 1000
			}
			low := thousandths(0, 900, "low")
			speak(t, c, said{id: fmt.Sprintf("c%d", i), speaker: "ann", then: rapid.SampledFrom(things).Draw(rt, "then"),
				when: rapid.SampledFrom(conditions).Draw(rt, "if"), low: low, high: min(1, low+thousandths(20, 300, "width"))})
			k := &c.Claims[len(c.Claims)-1]
			k.Speaker = rapid.SampledFrom([]string{"ann", "bo"}).Draw(rt, "speaker")
			switch rapid.IntRange(0, 7).Draw(rt, "kind") {
			case 0:
				k.Kind = belief.Possibility
			case 1:
				k.Kind, k.Way = belief.Direction, rapid.SampledFrom([]belief.Way{belief.Raises, belief.Lowers}).Draw(rt, "way")
				var l diag.List
				k.If = c.Space.Parse("pact=full", diag.Pos{}, &l)
			case 2:
				k.Kind = belief.Outcome
				k.Statement = &belief.Statement{Outcomes: []string{"tonnes"}, Quantifier: belief.Any, Change: belief.NoPact, Beyond: units.Exactly(0.7, units.Dimensionless)}
			case 3:
				k.Kind, k.Interval = belief.Outcome, belief.Interval{}
				k.Statement = &belief.Statement{Outcomes: []string{"tonnes"}, Change: belief.NoPact, Expected: true, AtLeast: units.Exactly(thousandths(-500, 1000, "least"), units.Dimensionless)}
			case 4:
				k.Kind, k.Interval = belief.Comparison, belief.Interval{}
				k.Compared = &belief.Compared{More: k.Then, Less: c.Space.Is(1, 0)}
				k.Then = nil
			}
		}
		c.Actors = nil
		for _, id := range []string{"ann", "bo"} {
			c.Actors = append(c.Actors, casefile.Actor{ID: id, Name: id, Kind: "person"})
		}
		a := compute(t, c, tab, e, Options{})
		for _, s := range a.Words.Speakers {
			if !s.Converged {
				rt.Fatalf("%s: bent by %v, off by %v", s.ID, s.Bend, s.Residual)
			}
		}
		for _, x := range a.Acts {
			for _, ef := range x.Effects {
				if ef.Outcome != "tonnes" || x.View == "reference" || x.View == "consensus" {
					continue
				}
				b := ef.Bounds
				switch {
				case b == nil:
					rt.Fatalf("%s, %s: no bounds", x.View, ef.State)
				case b.Status != "found":
					rt.Fatalf("%s, %s: %s", x.View, ef.State, b.Status)
				case ef.Effect.V < b.Low.V-1e-6 || ef.Effect.V > b.High.V+1e-6:
					rt.Fatalf("%s, %s: effect %v outside %v to %v", x.View, ef.State, ef.Effect.V, b.Low.V, b.High.V)
				}
			}
		}
	})
}
