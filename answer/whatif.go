package answer

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// Own is the speaker, and the view, of what somebody thinks who asks.
const Own = "own"

// possibleTolerance is the least probability that a condition must keep for a
// completion to show that its claims hold together; bounds ask for as much.
const possibleTolerance = 1e-7

// keptReadings is how many readings of speakers' changed words are remembered: some
// megabytes each for a case of 200,000 worlds.
const keptReadings = 16

// WhatIf reads the words of a case again and again, changed: with other intervals, by
// another lexicon, without a claim, with claims of one's own. All that does not depend
// on the change is made once: worlds, arms, reference, the columns of outcomes and the
// completion of the words as they stand, from which changed words are completed. What
// comes back is a function of the case and the change alone, never of what was asked
// before. Safe for concurrent use.
type WhatIf struct {
	o      *opinions // the ground; its speakers have the words as they stand
	tables tables

	mu   sync.Mutex     // guards what follows, and the levels and bounds of every opinion
	kept []*keptReading // the one used last at the end
	was  map[claimForm][]mass

	agreed []*keptConsensus // the one made last at the end
}

type keptReading struct {
	key string
	p   *opinion
}

// ClaimChange is what becomes of a claim.
type ClaimChange struct {
	Off      bool        // it is not said
	Interval *[2]float64 // in the place of the lexicon's or the case's; nil: as it stands
}

// Change is what is changed of what a case's experts said. The zero value changes
// nothing.
type Change struct {
	Lexicon string                 // "": the case's
	Claims  map[string]ClaimChange // by id
	// Weights are those of speakers in the mixture, and of [Own]; they need not sum to
	// 1. Nil: equal ones of the speakers.
	Weights map[string]float64
	Own     []belief.Claim // what the asker thinks; the speaker is set here
}

// ChangeError says which part of a change means nothing.
type ChangeError struct{ What, Name, Problem string }

func (e *ChangeError) Error() string {
	if e.Name == "" {
		return e.What + ": " + e.Problem
	}
	return fmt.Sprintf("%s %q: %s", e.What, e.Name, e.Problem)
}

// NewWhatIf prepares a case with its tables, of which it reads the worlds, their rows
// and the columns, as [KeptTables] has them.
func NewWhatIf(ctx context.Context, c *casefile.Case, ts []*world.Table, workers int) (*WhatIf, error) {
	worlds := ts[0].Worlds
	reference, err := NewCaseReference(c, worlds)
	if err != nil {
		return nil, err
	}
	k := &computer{c: c}
	x := &WhatIf{tables: ts, was: map[claimForm][]mass{}}
	if x.o, err = newGround(c, worlds, ts, reference, k.comparedActs(), false, workers); err != nil {
		return nil, err
	}
	x.o.speakers = speakersOf(c, len(ts) > 0)
	x.o.framed = x.o.armPairs()
	return x, par.Do(ctx, workers, len(x.o.speakers), func(_, i int) error {
		p := x.o.speakers[i]
		var err error
		if p.words, err = x.o.read(p, x.o.lexicon); err != nil {
			return err
		}
		soft := p.words.Soft()
		if p.repair, err = bounds.FindRepair(ctx, soft); err != nil {
			return fmt.Errorf("the words of %s: %w", p.actor.ID, err)
		}
		p.held = p.repair.Apply(soft)
		if p.full, err = complete.Complete(ctx, p.held, x.o.reference, x.o.options(nil)); err != nil {
			return err
		}
		p.findAlike()
		return p.findCores(ctx)
	})
}

// Case is the case that is read.
func (x *WhatIf) Case() *casefile.Case { return x.o.c }

// Speakers lists who speaks, in the order of the case.
func (x *WhatIf) Speakers() []View {
	var out []View
	for _, p := range x.o.speakers {
		out = append(out, View{p.actor.ID, nameOr(p.actor.Name, p.actor.ID), BySpeaker})
	}
	return out
}

// Arms returns the worlds of the arm without an act and of the arm with it in a state,
// ascending, the other acts at their baseline. Both are shared.
func (x *WhatIf) Arms(act, state string) (without, with []int32, err error) {
	p, err := x.pair(act, state)
	if err != nil {
		return nil, nil, err
	}
	return x.o.rows[p.arms[0]], x.o.rows[p.arms[1]], nil
}

// pair finds the two arms of an act; an empty act is the first that questions compare,
// an empty state its first one but the baseline.
func (x *WhatIf) pair(act, state string) (armPair, error) {
	vars := x.o.c.Variables
	found := false
	for _, p := range x.o.framed {
		v := vars[p.act]
		if act == "" || v.ID == act {
			if state == "" || v.States[p.state] == state {
				return p, nil
			}
			found = true
		}
	}
	switch {
	case len(x.o.framed) == 0:
		return armPair{}, &ChangeError{"act", act, "no question of the case compares acts"}
	case found:
		return armPair{}, &ChangeError{"state", state, "the act has no such state beside the one without it"}
	}
	return armPair{}, &ChangeError{"act", act, "no question of the case compares it"}
}

// check refuses what names nothing and numbers that mean nothing.
func (x *WhatIf) check(ch *Change) error {
	if ch.Lexicon != "" {
		if _, ok := belief.LexiconNamed(ch.Lexicon); !ok {
			return &ChangeError{"lexicon", ch.Lexicon, "there is none of this name; there are " + strings.Join(belief.LexiconNames(), ", ")}
		}
	}
	for _, id := range sorted(ch.Claims) {
		at := slices.IndexFunc(x.o.c.Claims, func(c belief.Claim) bool { return c.ID == id })
		if at < 0 {
			return &ChangeError{"claim", id, "the case has none of this name"}
		}
		i := ch.Claims[id].Interval
		if i == nil {
			continue
		}
		if !ranged(&x.o.c.Claims[at]) {
			return &ChangeError{"claim", id, fmt.Sprintf("a claim of kind %s has no interval to change", x.o.c.Claims[at].Kind)}
		}
		if err := interval("claim", id, *i); err != nil {
			return err
		}
	}
	for _, id := range sorted(ch.Weights) {
		if id != Own && !slices.ContainsFunc(x.o.speakers, func(p *opinion) bool { return p.actor.ID == id }) {
			return &ChangeError{"expert", id, "nobody of this name says anything that weighs worlds"}
		}
		if w := ch.Weights[id]; !(w >= 0) || w > 1 {
			return &ChangeError{"expert", id, fmt.Sprintf("the weight %v is not within 0 to 1", w)}
		}
	}
	seen := map[string]bool{}
	for i := range ch.Own {
		c := &ch.Own[i]
		if c.ID == "" || seen[c.ID] {
			return &ChangeError{"own claim", c.ID, "every claim needs a name of its own"}
		}
		if slices.ContainsFunc(x.o.c.Claims, func(k belief.Claim) bool { return k.ID == c.ID }) {
			return &ChangeError{"own claim", c.ID, "the case has a claim of this name"}
		}
		seen[c.ID] = true
		if !ranged(c) || !c.Interval.Known {
			continue
		}
		if err := interval("own claim", c.ID, [2]float64{c.Interval.Low, c.Interval.High}); err != nil {
			return err
		}
	}
	return nil
}

func interval(what, id string, i [2]float64) error {
	if !(i[0] >= 0 && i[0] <= i[1] && i[1] <= 1) {
		return &ChangeError{what, id, fmt.Sprintf("%v to %v is not within 0 to 1 in rising order", i[0], i[1])}
	}
	return nil
}

// ranged reports whether a claim has an interval of probability.
func ranged(c *belief.Claim) bool {
	switch c.Kind {
	case belief.Level, belief.Possibility:
		return len(c.Clash) == 0
	case belief.Outcome:
		return !c.Statement.Expected
	}
	return false
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// lexicon is the one that hedges are read by.
func (x *WhatIf) lexicon(ch *Change) *belief.Lexicon {
	if l, ok := belief.LexiconNamed(ch.Lexicon); ok {
		return l
	}
	return x.o.lexicon
}

// hasView refuses a view that is none.
func (x *WhatIf) hasView(view string) error {
	if view == ByReference || view == ByMixture || view == ByConsensus || view == Own || slices.ContainsFunc(x.o.speakers, func(p *opinion) bool { return p.actor.ID == view }) {
		return nil
	}
	return &ChangeError{"view", view, fmt.Sprintf("there is none of this name; there are %s, %s, %s, %s and the experts", ByMixture, ByConsensus, Own, ByReference)}
}
