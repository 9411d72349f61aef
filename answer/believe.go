package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// BeliefFormat is the version of the JSON form of [Beliefs].
const BeliefFormat = 1

// Asked is a question about the worlds: the probability of a proposition, under a
// condition where Given is not nil.
type Asked struct{ Prop, Given *formula.Prop }

// BelieveInput is what experts' words are read against.
type BelieveInput struct {
	Case   *casefile.Case
	Worlds *formula.Worlds
	// Tables are needed for claims about outcomes; without them such claims are
	// left out, which the result says.
	Tables    []*world.Table
	Reference Weighting // nil: the case's
	Queries   []Asked   // none: every state of every variable that no arm fixes
	Lexicon   string    // "": the case's
	Plain     bool      // complete by least relative entropy over all variables at once, not in their order
	Workers   int
}

// Beliefs is what the words of each expert imply about the worlds of a case.
type Beliefs struct {
	Format  int         `json:"format"`
	Kind    string      `json:"kind"`
	Case    string      `json:"case"`
	AsOf    string      `json:"as_of"`
	Plain   bool        `json:"plain"`
	Words   *Words      `json:"words"`
	LeftOut []string    `json:"left_out"` // claims about outcomes, when none are at hand
	Views   []View      `json:"views"`
	Queries []QueryRead `json:"queries"`
}

// QueryRead is a query in every arm.
type QueryRead struct {
	Query string    `json:"query"`
	Given string    `json:"given,omitempty"`
	Arms  []ArmRead `json:"arms"`
}

// ArmRead is a query in one arm, under each view in the order of [Beliefs.Views].
type ArmRead struct {
	Arm   string     `json:"arm"`
	Views []ViewRead `json:"views"`
}

// ViewRead is a probability under one view. Low and High are what words alone
// allow: of a mixture the hull of its experts', of the consensus those of all words
// together; the reference has none.
type ViewRead struct {
	View   string  `json:"view"`
	Value  Number  `json:"value"` // under the completion; absent where the condition is impossible
	Bounds *Bounds `json:"bounds,omitempty"`
	// Silent says that the view's words are about none of the query's variables: the
	// value is the reference's.
	Silent bool `json:"silent"`
}

// Believe reads the claims of a case and answers queries about its worlds, with no
// network solved. The error joins a *[belief.ClaimError] for each claim that
// cannot be read.
func Believe(ctx context.Context, in BelieveInput) (*Beliefs, error) {
	c := *in.Case
	if in.Lexicon != "" {
		c.Lexicon = in.Lexicon
	}
	reference := in.Reference
	if reference == nil {
		ref, err := NewCaseReference(&c, in.Worlds)
		if err != nil {
			return nil, err
		}
		reference = ref
	}
	var acts []int
	for v, x := range c.Variables {
		if isAct(x) {
			acts = append(acts, v)
		}
	}
	b := &Beliefs{Format: BeliefFormat, Kind: "beliefs", Case: c.ID, AsOf: c.AsOf.String(), Plain: in.Plain, LeftOut: []string{}, Queries: []QueryRead{}}
	if len(in.Tables) == 0 {
		for i := range c.Claims {
			if c.Claims[i].Kind == belief.Outcome {
				b.LeftOut = append(b.LeftOut, c.Claims[i].ID)
			}
		}
	}
	o, err := newOpinions(ctx, &c, in.Worlds, in.Tables, reference, acts, in.Plain, in.Workers)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return b, nil
	}
	if b.Words, err = o.wording(ctx); err != nil {
		return nil, err
	}
	lenses, err := o.lenses(reference)
	if err != nil {
		return nil, err
	}
	for _, l := range lenses {
		b.Views = append(b.Views, l.View())
	}
	queries := in.Queries
	if len(queries) == 0 {
		queries = everyState(&c)
	}
	return b, o.answer(ctx, b, lenses, queries)
}

// everyState asks for every state of every variable that is no act.
func everyState(c *casefile.Case) []Asked {
	var out []Asked
	for v, x := range c.Variables {
		if isAct(x) {
			continue
		}
		for st := range x.States {
			out = append(out, Asked{Prop: c.Space.Is(v, st)})
		}
	}
	return out
}

// answer reads the queries in every arm and finds their bounds.
func (o *opinions) answer(ctx context.Context, b *Beliefs, lenses []lens, queries []Asked) error {
	events, conditions := make([]formula.Set, len(queries)), make([]formula.Set, len(queries))
	for i, q := range queries {
		events[i] = o.frame.Worlds.Select(q.Prop)
		r := QueryRead{Query: q.Prop.Text()}
		if q.Given != nil {
			r.Given = q.Given.Text()
			conditions[i] = o.frame.Worlds.Select(q.Given)
			events[i] = events[i].And(conditions[i])
		}
		for a, arm := range o.frame.Arms {
			x := ArmRead{Arm: arm.Name}
			for _, l := range lenses {
				weight := o.reference
				if h, ok := l.Weighting.(*held); ok {
					weight = h.weight
				}
				v := ViewRead{View: l.View().ID}
				if q.Given == nil {
					v.Value = some(complete.Chance(o.frame, weight, a, events[i]))
				} else if p, ok := complete.Given(o.frame, weight, a, events[i], conditions[i]); ok {
					v.Value = some(p)
				}
				if l.opinion != nil {
					v.Silent = silentOn(l.opinion.full.Silent, q.Prop)
				}
				x.Views = append(x.Views, v)
			}
			r.Arms = append(r.Arms, x)
		}
		b.Queries = append(b.Queries, r)
	}
	return o.bound(ctx, b, events, conditions)
}

func silentOn(silent []int, p *formula.Prop) bool {
	for _, v := range p.Vars() {
		if !contains(silent, v) {
			return false
		}
	}
	return true
}

func contains(xs []int, x int) bool {
	for _, y := range xs {
		if x == y {
			return true
		}
	}
	return false
}

// bound finds the bounds of every query in every arm, by each speaker's words, by
// those of all together, and for the mixture the hull.
func (o *opinions) bound(ctx context.Context, b *Beliefs, events, conditions []formula.Set) error {
	for a, arm := range o.frame.Arms {
		base := o.baseArm()
		frame := o.frame.Only(a)
		if a != base {
			frame = o.frame.Only(a, base)
		}
		var qs []bounds.Query
		for q := range events {
			qs = append(qs, bounds.Probability(0, events[q], conditions[q]))
		}
		found, err := o.boundsIn(ctx, frame, qs)
		if err != nil {
			return fmt.Errorf("bounds with %s: %w", arm.Name, err)
		}
		for q := range b.Queries {
			for v := range b.Queries[q].Arms[a].Views {
				x := &b.Queries[q].Arms[a].Views[v]
				if list := found[x.View]; list != nil {
					x.Bounds = list[q]
				}
			}
		}
	}
	return nil
}

// JSON writes the beliefs.
func (b *Beliefs) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(b)
}
