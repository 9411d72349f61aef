package answer

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/belief"
)

// WordsNow is what changed words alone allow, whatever the reference says, and where
// they contradict each other.
type WordsNow struct {
	View string `json:"view"`
	// Bounds are those of the effect on each outcome asked for: of a speaker and of the
	// asker by their own words, of the mixture the hull of all with any share in it, of
	// the consensus by all their words together; none under the reference, which is no
	// words.
	Bounds                 []OutcomeBounds `json:"bounds"`
	Contradictions         []Contradiction `json:"contradictions"`
	ContradictionsComplete bool            `json:"contradictions_complete"`
}

// OutcomeBounds are the bounds of the effect on one outcome.
type OutcomeBounds struct {
	Outcome string  `json:"outcome"`
	Bounds  *Bounds `json:"bounds"`
}

type boundKey struct {
	act, state int
	outcome    string
}

// Bounds finds what the words of a view allow for the effects of an act under a
// change, and the contradictions among all that is said.
func (x *WhatIf) Bounds(ctx context.Context, ch Change, view, act, state string, outcomes []string) (*WordsNow, error) {
	if err := x.check(&ch); err != nil {
		return nil, err
	}
	if err := x.hasView(view); err != nil {
		return nil, err
	}
	pair, err := x.pair(act, state)
	if err != nil {
		return nil, err
	}
	for _, id := range outcomes {
		if _, ok := x.tables.find(id); !ok {
			return nil, &ChangeError{"outcome", id, "the case has none of this name"}
		}
	}
	list, shares, err := x.all(ctx, &ch)
	if err != nil {
		return nil, err
	}
	said := *x.o
	said.speakers, said.lexicon = nil, x.lexicon(&ch)
	found := make([][]*Bounds, len(outcomes))
	for i, p := range list {
		if p == nil {
			continue
		}
		said.speakers = append(said.speakers, p)
		if view == x.id(i) || view == ByMixture && shares[i] > 0 {
			bs, err := x.boundsOf(ctx, p, pair, outcomes, said.lexicon)
			if err != nil {
				return nil, err
			}
			for o, b := range bs {
				found[o] = append(found[o], b)
			}
		}
	}
	if view == ByConsensus {
		joint, err := x.jointBounds(ctx, list, shares, pair, outcomes, said.lexicon)
		if err != nil {
			return nil, err
		}
		for o, b := range joint {
			found[o] = []*Bounds{b}
		}
	}
	w := &WordsNow{View: view, Bounds: []OutcomeBounds{}}
	for o, id := range outcomes {
		if len(found[o]) > 0 {
			w.Bounds = append(w.Bounds, OutcomeBounds{id, hull(found[o])})
		}
	}
	var all Words
	if err := said.contradictions(ctx, &all); err != nil {
		return nil, err
	}
	w.Contradictions, w.ContradictionsComplete = all.Contradictions, all.ContradictionsComplete
	if w.Contradictions == nil {
		w.Contradictions = []Contradiction{}
	}
	return w, nil
}

// boundsOf returns the bounds of effects by a speaker's words, which are remembered
// with them.
func (x *WhatIf) boundsOf(ctx context.Context, p *opinion, pair armPair, outcomes []string, lexicon *belief.Lexicon) ([]*Bounds, error) {
	out := make([]*Bounds, len(outcomes))
	var missing []int
	x.mu.Lock()
	for i, id := range outcomes {
		if out[i] = p.bounds[boundKey{pair.act, pair.state, id}]; out[i] == nil {
			missing = append(missing, i)
		}
	}
	x.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	var wanted []string
	for _, i := range missing {
		wanted = append(wanted, outcomes[i])
	}
	w, err := pair.frame.Read(p.claims, x.o.readOptions(lexicon, x.o.c.AsOf))
	if err != nil {
		return nil, fmt.Errorf("reading the claims of %s: %w", p.actor.ID, err)
	}
	found, err := x.o.boundsOf(ctx, p.repair.Apply(w), x.effectQueries(wanted))
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if p.bounds == nil {
		p.bounds = map[boundKey]*Bounds{}
	}
	for n, i := range missing {
		out[i] = found[n]
		p.bounds[boundKey{pair.act, pair.state, outcomes[i]}] = found[n]
	}
	return out, nil
}
