package answer

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/pool"
)

// baseArm is the arm with every act at its baseline.
func (o *opinions) baseArm() int {
	return slices.IndexFunc(o.frame.Arms, func(a belief.Arm) bool {
		for v, st := range a.Fixed {
			if st != o.c.Variables[v].Baseline {
				return false
			}
		}
		return true
	})
}

// boundsIn answers queries by words alone in a frame of some arms, by view: for
// each speaker, for the consensus by all words together, for the mixture the hull of
// the speakers'. A speaker's words are taken as said; where they do not hold
// together the bounds are of what is left once they are mended, as in the
// completion.
func (o *opinions) boundsIn(ctx context.Context, frame *belief.Frame, qs []bounds.Query) (map[string][]*Bounds, error) {
	out := map[string][]*Bounds{}
	var all []*belief.Words
	for _, p := range o.speakers {
		w, err := frame.Read(p.claims, o.readOptions(o.lexicon, o.c.AsOf))
		if err != nil {
			return nil, err
		}
		w = p.repair.Apply(w)
		all = append(all, w)
		if out[p.actor.ID], err = o.boundsOf(ctx, w, qs); err != nil {
			return nil, err
		}
	}
	if len(all) < 2 {
		return out, nil
	}
	var err error
	if out["consensus"], err = o.boundsOf(ctx, pool.Joint(all), qs); err != nil {
		return nil, err
	}
	for q := range qs {
		var list []*Bounds
		for _, p := range o.speakers {
			list = append(list, out[p.actor.ID][q])
		}
		out["mixture"] = append(out["mixture"], hull(list))
	}
	return out, nil
}

// hull is what any of several speakers' words allow; where one of them has no bounds,
// nothing but why.
func hull(list []*Bounds) *Bounds {
	h := &Bounds{Status: bounds.Found.String(), Exact: true}
	for i, b := range list {
		if b.Status != h.Status {
			return &Bounds{Status: b.Status}
		}
		if i == 0 || b.Low.V < h.Low.V {
			h.Low, h.HoldsLow = b.Low, b.HoldsLow
		}
		if i == 0 || b.High.V > h.High.V {
			h.High, h.HoldsHigh = b.High, b.HoldsHigh
		}
		h.Exact, h.Outer = h.Exact && b.Exact, h.Outer || b.Outer
	}
	return h
}

// boundsOf answers queries by some words.
func (o *opinions) boundsOf(ctx context.Context, w *belief.Words, qs []bounds.Query) ([]*Bounds, error) {
	found, err := bounds.NewSystem(w, nil, true).BoundsAll(ctx, qs, o.workers)
	if err != nil {
		return nil, err
	}
	out := make([]*Bounds, len(qs))
	for i, b := range found {
		out[i] = &Bounds{Status: b.Status.String(), Groups: b.Groups}
		if b.Status != bounds.Found {
			continue
		}
		x := out[i]
		x.Low, x.High = end(b.Low), end(b.High)
		x.Exact = b.Low.Certificate == bounds.Exact && b.High.Certificate == bounds.Exact
		x.Outer = b.Low.Outer || b.High.Outer
		x.HoldsLow, x.HoldsHigh = holds(w, b.Low), holds(w, b.High)
	}
	return out, nil
}

func end(e bounds.End) Number {
	if math.IsInf(e.Value, 0) {
		return Number{}
	}
	return some(e.Value)
}

func holds(w *belief.Words, e bounds.End) []HoldsEnd {
	var out []HoldsEnd
	for _, h := range e.Holds {
		if h.Moves == 0 {
			continue // tight, and another would hold the bound as well
		}
		out = append(out, HoldsEnd{w.Claims[h.Claim].ID, h.Side.String(), h.Moves})
	}
	return out
}

// effectBounds fills in what words alone allow for the effects that questions ask
// for.
func (k *computer) effectBounds(ctx context.Context) error {
	o := k.opinions
	asked := k.asked()
	for _, pair := range o.armPairs() {
		r := slices.IndexFunc(k.acts, func(r *actReading) bool { return r.variable == pair.act })
		var qs []bounds.Query
		for _, id := range asked {
			at, _ := k.tables.find(id)
			qs = append(qs, bounds.EffectOf(1, 0, k.column(at).values, k.tables[at.table].RowOf))
		}
		found, err := o.boundsIn(ctx, pair.frame, qs)
		if err != nil {
			return err
		}
		for i, l := range k.lenses {
			list := found[l.View().ID]
			if list == nil {
				continue
			}
			act := &k.all[i][r].act
			for e := range act.Effects {
				x := &act.Effects[e]
				if q := slices.Index(asked, x.Outcome); q >= 0 && x.State == k.c.Variables[pair.act].States[pair.state] {
					x.Bounds = list[q]
				}
			}
		}
	}
	return nil
}
