package bounds

import (
	"context"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
)

// PairVerdict is whether two claims contradict each other, under one lexicon.
type PairVerdict struct {
	Lexicon  string
	Conflict bool
	Bend     float64 // by which both must be widened to fit; 0 when they do
	// Unread says why the lexicon reads one of them not, "" when it reads both.
	Unread string
}

// Pair is two claims held against each other.
type Pair struct {
	// From and Until are the days that both speak of; Apart says that there are
	// none, so they fit side by side in time whatever they say.
	From, Until calendar.Date
	Apart       bool
	Verdicts    []PairVerdict // by lexicon, as though both spoke of the same days
}

// Against holds two claims against each other under every lexicon, first as to
// time and then as to what they say. o.Lexicon and o.AsOf are not used; a lexicon
// that lacks a phrase reads it by o.Fallback.
func Against(ctx context.Context, f *belief.Frame, a, b belief.Claim, lexicons []belief.Lexicon, horizon calendar.Date, o belief.ReadOptions) (*Pair, error) {
	p := &Pair{}
	var ok bool
	p.From, p.Until, ok = belief.Overlap(&a, &b, horizon)
	p.Apart = !ok
	o.AsOf = calendar.Date{}
	var read []*belief.Words // by lexicon; nil: unread
	for i := range lexicons {
		v := PairVerdict{Lexicon: lexicons[i].Name}
		o.Lexicon = &lexicons[i]
		w, err := f.Read([]belief.Claim{a, b}, o)
		if err != nil {
			v.Unread = err.Error()
			p.Verdicts, read = append(p.Verdicts, v), append(read, nil)
			continue
		}
		// Most claims mean the same under every lexicon.
		if same := slices.IndexFunc(read, func(x *belief.Words) bool { return x != nil && sameEnds(x, w) }); same >= 0 {
			v.Conflict, v.Bend = p.Verdicts[same].Conflict, p.Verdicts[same].Bend
			p.Verdicts, read = append(p.Verdicts, v), append(read, w)
			continue
		}
		s := newFitting(w)
		fits, err := s.Consistent(ctx, ConflictOptions{})
		if err != nil {
			return nil, err
		}
		if !fits {
			v.Conflict = true
			if v.Bend, _, err = s.Bend(ctx); err != nil {
				return nil, err
			}
		}
		p.Verdicts, read = append(p.Verdicts, v), append(read, w)
	}
	return p, nil
}

// sameEnds reports whether two readings of the same claims bound the same.
func sameEnds(a, b *belief.Words) bool {
	return slices.EqualFunc(a.Constraints, b.Constraints, func(x, y belief.Constraint) bool { return x.Low == y.Low && x.High == y.High })
}
