package answer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/belief/pool"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
)

// changed are the claims of a speaker under a change, and a text that tells readings
// apart; same says that the change does not touch them.
func (x *WhatIf) changed(p *opinion, ch *Change, lexicon *belief.Lexicon) (claims []belief.Claim, key string, same bool) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", p.actor.ID, lexicon.Name)
	same = lexicon.Name == x.o.lexicon.Name
	for i := range p.claims {
		c := p.claims[i]
		y, ok := ch.Claims[c.ID]
		switch {
		case ok && y.Off:
			fmt.Fprintf(&b, " -%d", i)
			same = false
			continue
		case ok && y.Interval != nil && !(c.Interval.Known && c.Interval.Low == y.Interval[0] && c.Interval.High == y.Interval[1]):
			fmt.Fprintf(&b, " %d=%x,%x", i, math.Float64bits(y.Interval[0]), math.Float64bits(y.Interval[1]))
			c.Interval = belief.Interval{Low: y.Interval[0], High: y.Interval[1], Known: true}
			same = false
		}
		claims = append(claims, c)
	}
	return claims, b.String(), same
}

// reading is a speaker's words under a change, completed.
func (x *WhatIf) reading(ctx context.Context, p *opinion, ch *Change, lexicon *belief.Lexicon) (*opinion, error) {
	claims, key, same := x.changed(p, ch, lexicon)
	if same {
		return p, nil
	}
	return x.completed(ctx, key, func() (*opinion, error) {
		q := &opinion{actor: p.actor, claims: claims}
		return q, x.finish(ctx, q, p, lexicon)
	})
}

// own is what the asker thinks, nil for nothing.
func (x *WhatIf) own(ctx context.Context, ch *Change, lexicon *belief.Lexicon) (*opinion, error) {
	if len(ch.Own) == 0 {
		return nil, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", Own, lexicon.Name)
	q := &opinion{actor: casefile.Actor{ID: Own, Name: "what I think"}}
	for _, c := range ch.Own {
		c.Speaker, c.Date = Own, x.o.c.AsOf
		fmt.Fprintf(&b, " %q %s %s %q %q %q %x %x %v %p", c.ID, c.Kind, c.Reading, propText(c.If), propText(c.Then), c.Way,
			math.Float64bits(c.Interval.Low), math.Float64bits(c.Interval.High), c.Interval.Known, c.Statement)
		q.claims = append(q.claims, c)
	}
	return x.completed(ctx, b.String(), func() (*opinion, error) { return q, x.finish(ctx, q, nil, lexicon) })
}

func propText(p *formula.Prop) string {
	if p == nil {
		return ""
	}
	return p.Text()
}

// completed returns what is remembered under a key, or makes it.
func (x *WhatIf) completed(ctx context.Context, key string, build func() (*opinion, error)) (*opinion, error) {
	x.mu.Lock()
	for i, k := range x.kept {
		if k.key == key {
			x.kept = append(append(x.kept[:i:i], x.kept[i+1:]...), k)
			x.mu.Unlock()
			return k.p, nil
		}
	}
	x.mu.Unlock()
	p, err := build()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.kept = append(x.kept, &keptReading{key, p}); len(x.kept) > keptReadings {
		x.kept = append([]*keptReading(nil), x.kept[len(x.kept)-keptReadings:]...)
	}
	return p, nil
}

// finish reads and completes the words of q, which change those of p, nil for none: as
// [opinions.complete] does, started from the completion of p, with the repair sought on
// few worlds, and last. Words of which a completion keeps every row, with conditions of
// some probability, hold together, and it is wanted anyway; claims that the repair of p
// sets aside and that read as they did are impossible still.
func (x *WhatIf) finish(ctx context.Context, q, p *opinion, lexicon *belief.Lexicon) error {
	var err error
	if q.words, err = x.o.read(q, lexicon); err != nil {
		return readError(err)
	}
	soft := q.words.Soft()
	opt := x.o.options(nil)
	q.repair = &bounds.Repair{}
	if p != nil {
		opt, q.alike = x.o.options(p.full), p.alike
		q.repair.Aside = stillAside(p, q, soft)
	} else {
		q.findAlike()
	}
	// Where a claim that was set aside reads otherwise, that is not tried first.
	if p == nil || len(q.repair.Aside) == len(p.repair.Aside) {
		q.held = q.repair.Apply(soft)
		if q.full, err = complete.Complete(ctx, q.held, x.o.reference, opt); err != nil {
			return err
		}
		if q.full.Converged && conditionsHold(q.held, q.full.Weight) {
			return q.findCores(ctx)
		}
	}
	if q.repair, err = repairOf(ctx, q, p, soft.At(q.alike)); err != nil {
		return fmt.Errorf("the words of %s: %w", q.actor.ID, err)
	}
	q.held = q.repair.Apply(soft)
	if q.full, err = complete.Complete(ctx, q.held, x.o.reference, opt); err != nil {
		return err
	}
	return q.findCores(ctx)
}

// conditionsHold reports whether weights are a distribution in every arm, which those of
// two contrary certainties are not, and give every condition some probability wherever
// its claim binds.
func conditionsHold(w *belief.Words, weight []float64) bool {
	sum := make([]float64, len(w.Frame.Arms))
	for row, a := range w.Frame.ArmOf {
		if a >= 0 {
			sum[a] += weight[row]
		}
	}
	for _, s := range sum {
		if !(math.Abs(s-1) <= metTolerance) {
			return false
		}
	}
	for i := range w.Constraints {
		k := &w.Constraints[i]
		if len(k.IfVars) == 0 || k.Form == belief.Between {
			continue
		}
		for _, a := range k.Arms {
			p := complete.Chance(w.Frame, weight, a, k.If)
			if p <= possibleTolerance || k.Form == belief.Bilinear && 1-p <= possibleTolerance {
				return false
			}
		}
	}
	return true
}

// repairOf is [bounds.FindRepair] of the words of q, which change those of p: what the
// repair of p sets aside and reads as it did is impossible still, so where the rest holds
// together nothing else is to be tried.
func repairOf(ctx context.Context, q, p *opinion, soft *belief.Words) (*bounds.Repair, error) {
	if p != nil && len(p.repair.Aside) > 0 {
		aside := stillAside(p, q, soft)
		rest := slices.DeleteFunc(weighing(soft), func(c int) bool { return slices.Contains(aside, c) })
		ok, err := bounds.NewSystem(soft.Only(rest), nil, false).Consistent(ctx, bounds.ConflictOptions{})
		if err != nil || ok {
			return &bounds.Repair{Aside: aside}, err
		}
	}
	return bounds.FindRepair(ctx, soft)
}

// stillAside lists the claims of q that the repair of p sets aside and that read as
// they do there.
func stillAside(p, q *opinion, soft *belief.Words) []int {
	var out []int
	for _, a := range p.repair.Aside {
		at := slices.IndexFunc(q.claims, func(c belief.Claim) bool { return c.ID == p.claims[a].ID })
		if at >= 0 && slices.Equal(softEnds(p.words, a), softEnds(soft, at)) {
			out = append(out, at)
		}
	}
	return out
}

// findAlike finds one world of each class that a speaker's words, whatever their
// intervals, and the links of the arms treat alike: what concerns the words alone is the
// same on these few.
func (p *opinion) findAlike() {
	g, _ := p.words.Groups(nil, false)
	p.alike = g.First()
}

// findCores finds which claims of a speaker do not hold together: each that is set
// aside by itself, and of those that are bent the minimal sets.
func (p *opinion) findCores(ctx context.Context) error {
	p.cores = nil
	for _, i := range p.repair.Aside {
		p.cores = append(p.cores, []int{i})
	}
	if p.repair.Bend == 0 {
		return nil
	}
	soft := p.words.Soft().At(p.alike)
	rest := slices.DeleteFunc(weighing(soft), func(c int) bool { return slices.Contains(p.repair.Aside, c) })
	found, err := bounds.NewSystem(soft.Only(rest), nil, false).Conflicts(ctx, bounds.ConflictOptions{})
	if err != nil {
		return err
	}
	p.cores = append(p.cores, found.Minimal...)
	return nil
}

// readError puts the first claim that cannot be read into the place of a fault.
func readError(err error) error {
	var c *belief.ClaimError
	if errors.As(err, &c) {
		return &ChangeError{"claim", c.Claim, strings.TrimPrefix(c.Error(), "claim "+c.Claim+": ")}
	}
	return err
}

// all reads every speaker, and the asker last, nil where there are no own claims.
// Shares are those of the mixture; of no weight at all they are 0.
func (x *WhatIf) all(ctx context.Context, ch *Change) (list []*opinion, shares []float64, err error) {
	lexicon := x.lexicon(ch)
	n := len(x.o.speakers)
	list, shares = make([]*opinion, n+1), make([]float64, n+1)
	total := 0.0
	for i := range list {
		switch id := x.id(i); {
		case i == n && len(ch.Own) == 0:
		case ch.Weights != nil:
			shares[i] = ch.Weights[id]
		case i < n:
			shares[i] = 1
		}
		total += shares[i]
	}
	if total > 0 {
		for i := range shares {
			shares[i] /= total
		}
	}
	err = par.Do(ctx, x.o.workers, n+1, func(_, i int) error {
		var err error
		if i == n {
			list[i], err = x.own(ctx, ch, lexicon)
		} else {
			list[i], err = x.reading(ctx, x.o.speakers[i], ch, lexicon)
		}
		return err
	})
	return list, shares, err
}

// id is the speaker's, and of the one after the last the asker's.
func (x *WhatIf) id(i int) string {
	if i < len(x.o.speakers) {
		return x.o.speakers[i].actor.ID
	}
	return Own
}

// weigh returns the weights of a view by world row over all arms: shared, not to be
// modified.
func (x *WhatIf) weigh(ctx context.Context, list []*opinion, shares []float64, view string) ([]float64, error) {
	if view == ByConsensus {
		return x.consensus(ctx, list, shares)
	}
	if view == ByMixture {
		var ps [][]float64
		var weights []float64
		for i, p := range list {
			if shares[i] > 0 {
				ps, weights = append(ps, p.full.Weight), append(weights, shares[i])
			}
		}
		switch len(ps) {
		case 0:
			return nil, &ChangeError{"expert", "", "nobody has any weight in what all say together"}
		case 1:
			return ps[0], nil
		}
		return pool.Mixture(ps, weights)
	}
	for i, p := range list {
		if p != nil && x.id(i) == view {
			return p.full.Weight, nil
		}
	}
	return x.o.reference, nil // nobody has said anything
}
