package ledger

import (
	"fmt"

	"github.com/astara-corridors/astara/belief"
)

// Probability is the interval that a claim gives to one thing coming true, with
// its centre and where it is from.
type Probability struct {
	Low    float64 `json:"low"`
	Centre float64 `json:"centre"`
	High   float64 `json:"high"`
	From   string  `json:"from"` // "interval of the case", the phrase and the lexicon that knows it, or "stated as a fact"
}

// ProbabilityOf returns the probability that a claim states: its own interval,
// else that of its hedge in the lexicon named, else in the first other lexicon
// that knows it; a fact without either is certain. Of a possibility this is the soft interval: what readers
// understand, not the floor that its words alone guarantee. ok is false for claims
// that give no probability to one thing that could be seen to happen: directions,
// comparisons, quantities, clashes of duties, changes against a world that is not
// ours.
func ProbabilityOf(c *belief.Claim, lexicon string) (p Probability, ok bool) {
	switch c.Kind {
	case belief.Level, belief.Possibility:
		if c.Then == nil {
			return p, false
		}
	case belief.Record, belief.Fact:
	case belief.Outcome:
		if c.Statement == nil || c.Statement.Expected || counterfactual(c) {
			return p, false
		}
	default:
		return p, false
	}
	if in := c.Interval; in.Known {
		centre := (in.Low + in.High) / 2
		if in.HasCentre {
			centre = in.Centre
		}
		return Probability{in.Low, centre, in.High, "interval of the case"}, true
	}
	if c.Hedge == "" && c.Kind == belief.Fact { // package belief reads it so, too
		return Probability{1, 1, 1, "stated as a fact"}, true
	}
	if c.Hedge == "" {
		return p, false
	}
	lexicons := belief.Lexicons()
	if own, ok := belief.LexiconNamed(lexicon); ok {
		lexicons = append([]belief.Lexicon{*own}, lexicons...)
	}
	for i := range lexicons {
		if t, ok := lexicons[i].Find(c.Hedge); ok {
			return Probability{t.Low, t.Centre, t.High, fmt.Sprintf("%q in lexicon %s", t.Phrase, lexicons[i].Name)}, true
		}
	}
	return p, false
}

// counterfactual reports whether a claim compares our world with another one.
func counterfactual(c *belief.Claim) bool {
	return c.Statement != nil && c.Statement.Change != belief.Absolute
}
