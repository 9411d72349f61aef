package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/belief/pool"
)

// keptConsensuses is how many consensuses of changed words are remembered.
const keptConsensuses = 4

// keptConsensus is what some words with some shares agree on.
type keptConsensus struct {
	list   []*opinion
	shares []float64
	weight []float64
}

// sharing returns those with a share in what all say together, and their shares.
func sharing(list []*opinion, shares []float64) (who []*opinion, of []float64) {
	for i, p := range list {
		if p != nil && shares[i] > 0 {
			who, of = append(who, p), append(of, shares[i])
		}
	}
	return who, of
}

// consensus returns what all with a share agree on ([complete.Consensus] of the words
// that each completion holds, from the reference, which no earlier consensus replaces:
// where averaging ends depends on where it starts). Of unchanged words it is the
// answer's own, bit for bit. One alone agrees with what is said: the completion. Cost:
// the averaging, some tenths of a second for 200,000 worlds and four speakers.
func (x *WhatIf) consensus(ctx context.Context, list []*opinion, shares []float64) ([]float64, error) {
	who, of := sharing(list, shares)
	switch len(who) {
	case 0:
		return nil, &ChangeError{"expert", "", "nobody has any weight in what all say together"}
	case 1:
		return who[0].full.Weight, nil
	}
	x.mu.Lock()
	for _, k := range x.agreed {
		if slices.Equal(k.list, who) && slices.Equal(k.shares, of) {
			x.mu.Unlock()
			return k.weight, nil
		}
	}
	x.mu.Unlock()
	var words []*belief.Words
	for _, p := range who {
		if !p.full.Converged {
			return nil, noConsensus(p)
		}
		words = append(words, p.held)
	}
	a, err := complete.Consensus(ctx, words, of, x.o.reference, x.o.workers)
	switch {
	case errors.Is(err, complete.ErrNoFit):
		return nil, &ChangeError{"view", ByConsensus, "the words of the experts are not found to hold together each by themselves, so there is no consensus"}
	case err != nil:
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.agreed = append(x.agreed, &keptConsensus{who, of, a.Weight}); len(x.agreed) > keptConsensuses {
		x.agreed = append([]*keptConsensus(nil), x.agreed[1:]...)
	}
	return a.Weight, nil
}

func noConsensus(p *opinion) error {
	return &ChangeError{"view", ByConsensus, fmt.Sprintf("the words of %s speak of worlds that the case gives no weight, so there is no consensus", nameOr(p.actor.Name, p.actor.ID))}
}

// jointBounds are the bounds of effects by all words with a share taken together.
func (x *WhatIf) jointBounds(ctx context.Context, list []*opinion, shares []float64, pair armPair, outcomes []string, lexicon *belief.Lexicon) ([]*Bounds, error) {
	who, _ := sharing(list, shares)
	if len(who) == 0 {
		return nil, &ChangeError{"expert", "", "nobody has any weight in what all say together"}
	}
	var all []*belief.Words
	for _, p := range who {
		w, err := pair.frame.Read(p.claims, x.o.readOptions(lexicon, x.o.c.AsOf))
		if err != nil {
			return nil, readError(err)
		}
		all = append(all, p.repair.Apply(w))
	}
	return x.o.boundsOf(ctx, pool.Joint(all), x.effectQueries(outcomes))
}

// effectQueries ask for the effects on outcomes in the frame of a pair of arms.
func (x *WhatIf) effectQueries(outcomes []string) []bounds.Query {
	var qs []bounds.Query
	for _, id := range outcomes {
		at, _ := x.tables.find(id)
		qs = append(qs, bounds.EffectOf(1, 0, x.tables.values(at), x.tables[at.table].RowOf))
	}
	return qs
}
