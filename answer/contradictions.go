package answer

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/internal/par"
)

// armPair is two arms of an act that words are held together in. All arms at
// once would only add constraints, so what contradicts in two contradicts.
type armPair struct {
	act, state int
	arms       [2]int        // of the frame of all arms
	frame      *belief.Frame // arm 0 without the act, arm 1 with it
}

// armPairs lists the arms that answers compare: an act at its baseline and in
// another state, other acts at their baseline.
func (o *opinions) armPairs() []armPair {
	if o.framed != nil {
		return o.framed
	}
	find := func(act, st int) int {
		return slices.IndexFunc(o.frame.Arms, func(a belief.Arm) bool {
			for v, s := range a.Fixed {
				if v == act && s != st || v != act && s != o.c.Variables[v].Baseline {
					return false
				}
			}
			return true
		})
	}
	var out []armPair
	for _, act := range o.compared {
		x := o.c.Variables[act]
		for st := range x.States {
			if st != x.Baseline {
				arms := [2]int{find(act, x.Baseline), find(act, st)}
				out = append(out, armPair{act, st, arms, o.frame.Only(arms[0], arms[1])})
			}
		}
	}
	return out
}

// readFrames are the frames that words are held together in: the pairs of arms that
// answers compare, or the one arm of a case without acts.
func (o *opinions) readFrames() []*belief.Frame {
	var out []*belief.Frame
	for _, p := range o.armPairs() {
		out = append(out, p.frame)
	}
	if len(out) == 0 {
		out = append(out, o.frame.Only(o.baseArm()))
	}
	return out
}

// contradictions finds the minimal sets of claims, of one speaker or of several,
// that do not hold together in some pair of arms and speak of a common time.
func (o *opinions) contradictions(ctx context.Context, w *Words) error {
	var claims []belief.Claim
	for _, p := range o.speakers {
		claims = append(claims, p.claims...)
	}
	frames := o.readFrames()
	found := make([]*bounds.Conflicts, len(frames))
	systems := make([]*belief.Words, len(frames))
	if err := par.Do(ctx, o.workers, len(frames), func(_, i int) error {
		read, err := frames[i].Read(claims, o.readOptions(o.lexicon, calendar.Date{}))
		if err != nil {
			return err
		}
		systems[i] = read
		found[i], err = bounds.NewSystem(read, nil, false).Conflicts(ctx, bounds.ConflictOptions{})
		return err
	}); err != nil {
		return err
	}
	w.ContradictionsComplete = true
	type minimal struct {
		set   []int
		frame int
	}
	var all []minimal
	for i, f := range found {
		w.ContradictionsComplete = w.ContradictionsComplete && f.Complete
		for _, set := range f.Minimal {
			if !slices.ContainsFunc(all, func(m minimal) bool { return within(m.set, set) }) {
				all = slices.DeleteFunc(all, func(m minimal) bool { return within(set, m.set) })
				all = append(all, minimal{set, i})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b minimal) int {
		if len(a.set) != len(b.set) {
			return len(a.set) - len(b.set)
		}
		return slices.Compare(a.set, b.set)
	})
	horizon := calendar.Date{Year: o.c.Horizon}.Last()
	for _, m := range all {
		var set []*belief.Claim
		x := Contradiction{Speakers: bounds.Speakers(claims, m.set), Horizon: true}
		for _, i := range m.set {
			set = append(set, &claims[i])
			x.Claims = append(x.Claims, claims[i].ID)
			x.Horizon = x.Horizon && o.weighs(claims[i].ID)
		}
		from, until, ok := common(set, horizon)
		if !ok {
			continue // they speak of different times
		}
		x.From, x.Until = from.String(), until.String()
		bend, ok, err := bounds.NewSystem(systems[m.frame].Only(m.set), nil, false).Bend(ctx)
		if err != nil {
			return err
		}
		if ok {
			x.Bend = some(bend)
		}
		w.Contradictions = append(w.Contradictions, x)
	}
	return nil
}

// weighs reports whether a claim constrains worlds of the horizon.
func (o *opinions) weighs(claim string) bool {
	for _, p := range o.speakers {
		if slices.ContainsFunc(p.words.Constraints, func(c belief.Constraint) bool { return p.claims[c.Claim].ID == claim }) {
			return true
		}
	}
	return false
}

// within reports whether every member of a is in b; both ascending.
func within(a, b []int) bool {
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); !ok {
			return false
		}
	}
	return true
}

// common returns the days that all claims speak of.
func common(claims []*belief.Claim, horizon calendar.Date) (from, until calendar.Date, ok bool) {
	for i, c := range claims {
		f, u := c.Span(horizon)
		if i == 0 || from.Before(f) {
			from = f
		}
		if i == 0 || u.Before(until) {
			until = u
		}
	}
	return from, until, !until.Before(from)
}

// pairs holds against each other, under every lexicon, the claims of two speakers
// that put a probability on the same variable.
func (o *opinions) pairs(ctx context.Context, w *Words) error {
	frames := o.readFrames()
	type pair struct{ a, b *belief.Claim }
	var list []pair
	for i, p := range o.speakers {
		for _, q := range o.speakers[i+1:] {
			for a := range p.claims {
				for b := range q.claims {
					if comparablePair(&p.claims[a], &q.claims[b]) {
						list = append(list, pair{&p.claims[a], &q.claims[b]})
					}
				}
			}
		}
	}
	made := make([]ClaimPair, len(list))
	horizon := calendar.Date{Year: o.c.Horizon}.Last()
	err := par.Do(ctx, o.workers, len(list), func(_, i int) error {
		x := list[i]
		p, err := bounds.Against(ctx, frames[0], *x.a, *x.b, belief.Lexicons(), horizon, o.readOptions(o.lexicon, calendar.Date{}))
		if err != nil {
			return err
		}
		made[i] = ClaimPair{A: x.a.ID, B: x.b.ID, Apart: p.Apart}
		if !p.Apart {
			made[i].From, made[i].Until = p.From.String(), p.Until.String()
		}
		for _, v := range p.Verdicts {
			made[i].Verdicts = append(made[i].Verdicts, PairVerdict(v))
		}
		return nil
	})
	w.Pairs = made
	return err
}

// comparablePair reports whether two claims each put an interval on something about a
// variable that both speak of.
func comparablePair(a, b *belief.Claim) bool {
	shares := func(c *belief.Claim) bool {
		return c.Then != nil && (c.Kind == belief.Level || c.Kind == belief.Possibility || c.Kind == belief.Fact)
	}
	if !shares(a) || !shares(b) {
		return false
	}
	return slices.ContainsFunc(a.Then.Vars(), func(v int) bool { return slices.Contains(b.Then.Vars(), v) })
}

// thresholds finds, for each claim that an outcome moves beyond a threshold and
// each claim of another speaker, for which thresholds the two fit. Listed are those
// that the other claim narrows.
func (o *opinions) thresholds(ctx context.Context, w *Words) error {
	type task struct {
		a     *belief.Claim
		b     *belief.Claim // nil: a by itself
		alone int           // task of a by itself
	}
	var tasks []task
	for _, p := range o.speakers {
		for i := range p.claims {
			a := &p.claims[i]
			if a.Kind != belief.Outcome || !a.Statement.Beyond.Known || !o.weighs(a.ID) {
				continue
			}
			alone := len(tasks)
			tasks = append(tasks, task{a, nil, alone})
			for _, q := range o.speakers {
				for j := range q.claims {
					if b := &q.claims[j]; q != p && o.weighs(b.ID) && !slices.Contains(q.repair.Aside, j) {
						tasks = append(tasks, task{a, b, alone})
					}
				}
			}
		}
	}
	frames := o.readFrames()
	// Each claim against the others of a frame is read from one world of each class
	// that any of them tells apart.
	type reading struct {
		words *belief.Words
		size  *bounds.Sizes
	}
	var claims []belief.Claim
	for _, p := range o.speakers {
		claims = append(claims, p.claims...)
	}
	words := make([]*belief.Words, len(frames))
	if err := par.Do(ctx, o.workers, len(frames), func(_, f int) error {
		var err error
		words[f], err = frames[f].Read(claims, o.readOptions(o.lexicon, o.c.AsOf))
		return err
	}); err != nil {
		return err
	}
	readings := make([][]reading, len(tasks)) // by frame; of tasks of a claim by itself
	made := make([][]bounds.Range, len(tasks))
	number := func(c *belief.Claim) int {
		return slices.IndexFunc(claims, func(x belief.Claim) bool { return x.ID == c.ID })
	}
	find := func(i int) error {
		t := tasks[i]
		if t.b == nil {
			size, err := o.sizes(t.a.Statement)
			if err != nil {
				return err
			}
			all := bounds.NewSizes(size)
			for f := range frames {
				w, s := bounds.Condense(words[f], all)
				readings[i] = append(readings[i], reading{w, s})
			}
		}
		for _, x := range readings[t.alone] {
			r := bounds.Range{To: math.Inf(1)}
			a := number(t.a)
			read := *x.words
			read.Constraints = nil
			for _, c := range []*belief.Claim{t.a, t.b} {
				for _, k := range x.words.Constraints {
					if c != nil && k.Claim == number(c) {
						read.Constraints = append(read.Constraints, k)
					}
				}
			}
			if slices.ContainsFunc(read.Constraints, func(c belief.Constraint) bool { return c.Claim == a }) {
				var within *bounds.Range
				if t.b != nil {
					within = &made[t.alone][len(made[i])]
				}
				var err error
				if r, err = bounds.Thresholds(ctx, &read, a, x.size, within, bounds.ConflictOptions{}); err != nil {
					return err
				}
			}
			made[i] = append(made[i], r)
		}
		return nil
	}
	for _, pairs := range []bool{false, true} {
		if err := par.Do(ctx, o.workers, len(tasks), func(_, i int) error {
			if pairs != (tasks[i].b != nil) {
				return nil
			}
			return find(i)
		}); err != nil {
			return err
		}
	}
	// In whatever arms two claims conflict, they conflict.
	overall := func(i int) bounds.Range {
		r := bounds.Range{To: math.Inf(1)}
		for _, x := range made[i] {
			r.From, r.To = max(r.From, x.From), min(r.To, x.To)
		}
		return r
	}
	for i, t := range tasks {
		r := overall(i)
		if t.b == nil || r == overall(t.alone) {
			continue
		}
		x := Threshold{Claim: t.a.ID, Against: t.b.ID, Stated: some(t.a.Statement.Beyond.Central), Always: r.From >= r.To, Relative: t.a.Statement.Relative}
		if r.From > 0 && !math.IsInf(r.From, 1) {
			x.From = some(r.From)
		}
		if !math.IsInf(r.To, 1) {
			x.To = some(r.To)
		}
		w.Thresholds = append(w.Thresholds, x)
	}
	return nil
}

// sizes is by world row the size that a statement holds against its threshold:
// of the largest change where any of its outcomes counts, of the smallest where
// all do.
func (o *opinions) sizes(s *belief.Statement) ([]float64, error) {
	var out []float64
	for i, id := range s.Outcomes {
		col, err := o.columns.Column(id, s.Change, s.Relative)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			out = make([]float64, col.Len())
		}
		for row := range out {
			v := math.Abs(col.At(row))
			switch {
			case math.IsNaN(v):
				v = 0
			case i == 0:
			case s.Quantifier == belief.Any:
				v = max(v, out[row])
			default:
				v = min(v, out[row])
			}
			out[row] = v
		}
	}
	return out, nil
}
