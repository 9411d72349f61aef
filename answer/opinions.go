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
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
)

// opinions are the words of all experts of a case, brought to its worlds in all
// arms of its acts together.
type opinions struct {
	c         *casefile.Case
	workers   int
	frame     *belief.Frame
	rows      armRows // of frame
	parents   [][]int
	acts      []int     // variables, ascending
	compared  []int     // acts whose arms are held against each other
	framed    []armPair // those arms, where they are kept; nil: made when asked for
	reference []float64 // by world row, each arm sums to 1
	// neutral is, by act, the reference with every arrow out of the act cut: each
	// arm has the weights of the arm with the act at its baseline (see cut).
	neutral  map[int][]float64
	columns  *columns
	lexicon  *belief.Lexicon
	plain    bool           // complete by least relative entropy over all variables at once
	plan     *complete.Plan // what all completions share
	speakers []*opinion
	// agreed is the consensus of all speakers, and agreedWords the same with the
	// neutral reference of each act.
	agreed      *complete.Agreed
	agreedWords map[int]*complete.Agreed
}

// opinion is what one expert said.
type opinion struct {
	actor  casefile.Actor
	claims []belief.Claim
	weight float64 // in the mixture
	// words are as said; held are their soft ends without what cannot be, bent
	// until the rest hold together. The completion keeps held.
	words, held *belief.Words
	repair      *bounds.Repair
	groups      int // of worlds that the words tell apart
	full        *complete.Completion
	// alone is, by act, the completion to the neutral reference: what the words
	// make of the act by themselves.
	alone map[int]*complete.Completion
	// widened says, by act, that the words speak of worlds that the neutral reference
	// rules out, so that alone is completed to the widened one.
	widened map[int]bool
	levels  [][]armLevel         // of words under full, by constraint; nil: not read
	bounds  map[boundKey]*Bounds // of effects
	cores   [][]int              // minimal sets of claims that completions cannot keep together
	alike   []int32              // one world of each class that the words treat alike
}

// newOpinions reads the claims of a case and completes every expert's words.
// Without tables claims about outcomes weigh nothing. It returns nil when no claim
// is of a kind that weighs.
func newOpinions(ctx context.Context, c *casefile.Case, worlds *formula.Worlds, ts tables, reference Weighting, compared []int, plain bool, workers int) (*opinions, error) {
	speakers := speakersOf(c, len(ts) > 0)
	if len(speakers) == 0 {
		return nil, nil
	}
	o, err := newGround(c, worlds, ts, reference, compared, plain, workers)
	if err != nil {
		return nil, err
	}
	o.speakers = speakers
	for _, p := range o.speakers {
		if p.words, err = o.read(p, o.lexicon); err != nil {
			return nil, err
		}
	}
	for _, act := range o.acts {
		o.neutral[act] = o.cut(act)
	}
	return o, o.complete(ctx)
}

// speakersOf lists who said something that weighs, with equal weights; claims about
// outcomes are left out where there are none.
func speakersOf(c *casefile.Case, outcomes bool) []*opinion {
	var out []*opinion
	for _, a := range c.Actors {
		p := &opinion{actor: a, alone: map[int]*complete.Completion{}, widened: map[int]bool{}}
		weighs := false
		for i := range c.Claims {
			k := &c.Claims[i]
			if k.Speaker != a.ID || k.Kind == belief.Outcome && !outcomes {
				continue
			}
			p.claims = append(p.claims, *k)
			weighs = weighs || k.Kind.Weighs()
		}
		if weighs {
			out = append(out, p)
		}
	}
	for i, w := range pool.Equal(len(out)) {
		out[i].weight = w
	}
	return out
}

// newGround brings a case to its worlds in all arms together: all that words are read
// and completed against. Nobody speaks yet.
func newGround(c *casefile.Case, worlds *formula.Worlds, ts tables, reference Weighting, compared []int, plain bool, workers int) (*opinions, error) {
	o := &opinions{c: c, plain: plain, workers: workers, compared: compared, neutral: map[int][]float64{}, agreedWords: map[int]*complete.Agreed{}}
	for v, x := range c.Variables {
		o.parents = append(o.parents, x.InfluencedBy)
		if isAct(x) {
			o.acts = append(o.acts, v)
		}
	}
	var err error
	if o.frame, err = belief.NewFrame(worlds, c.Space, o.parents, o.acts, nil); err != nil {
		return nil, err
	}
	o.rows = newArmRows(o.frame)
	if err := o.weigh(reference); err != nil {
		return nil, err
	}
	against := slices.IndexFunc(c.Variables, isAct)
	if len(ts) > 0 {
		o.columns = newColumns(c, ts, against, o.reference)
	}
	var ok bool
	if o.lexicon, ok = belief.LexiconNamed(c.Lexicon); !ok {
		o.lexicon = &belief.Lexicons()[0]
	}
	o.plan = complete.NewPlan(o.frame)
	return o, nil
}

// read brings a speaker's claims to the worlds of the horizon.
func (o *opinions) read(p *opinion, lexicon *belief.Lexicon) (*belief.Words, error) {
	w, err := o.frame.Read(p.claims, o.readOptions(lexicon, o.c.AsOf))
	if err != nil {
		return nil, fmt.Errorf("reading the claims of %s: %w", p.actor.ID, err)
	}
	return w, nil
}

// readOptions are those of every reading; a zero date lets claims of all times
// count.
func (o *opinions) readOptions(lexicon *belief.Lexicon, asOf calendar.Date) belief.ReadOptions {
	opt := belief.ReadOptions{Lexicon: lexicon, Fallback: fallbacks(lexicon), AsOf: asOf}
	if o.columns != nil {
		opt.Columns = o.columns
	}
	return opt
}

// fallbacks are the published lexicons but one, in their order.
func fallbacks(but *belief.Lexicon) []*belief.Lexicon {
	var out []*belief.Lexicon
	all := belief.Lexicons()
	for i := range all {
		if all[i].Name != but.Name {
			out = append(out, &all[i])
		}
	}
	return out
}

// weigh lays the reference out over all arms.
func (o *opinions) weigh(reference Weighting) error {
	worlds := o.frame.Worlds
	o.reference = make([]float64, worlds.Len())
	for _, arm := range o.frame.Arms {
		d, err := reference.Distribution(arm.Fixed)
		if err != nil {
			return err
		}
		for i, row := range d.Rows {
			o.reference[row] = d.Weight[i]
		}
	}
	return nil
}

// cut returns the reference with every arrow out of an act cut. A world without the
// act may have no twin with it; then the worlds of an arm that are alike in what does
// not descend from the act get the weight that those have without it, in proportion,
// or as the arm's own reference has them where no twin of theirs has weight: so what
// the act does not move has one distribution in all arms.
func (o *opinions) cut(act int) []float64 {
	worlds, space, vars := o.frame.Worlds, o.c.Space, o.c.Variables
	q := make([]float64, worlds.Len())
	sum := make([]float64, len(o.frame.Arms))
	missing := false
	for row, code := range worlds.Codes {
		if r, ok := worlds.Row(space.With(code, act, vars[act].Baseline)); ok {
			q[row] = o.reference[r]
			sum[o.frame.ArmOf[row]] += q[row]
		}
	}
	for _, s := range sum {
		missing = missing || s < 1-massTolerance
	}
	if missing {
		type cell struct {
			code formula.World // of what does not descend from the act
			st   int           // of the act
		}
		desc := descendants(vars, act)
		of := func(row int) cell {
			code := worlds.Codes[row]
			st := space.State(code, act)
			for v, d := range desc {
				if d {
					code = space.With(code, v, vars[v].Baseline)
				}
			}
			return cell{code, st}
		}
		twins, own := map[cell]float64{}, map[cell]float64{}
		for row := range worlds.Codes {
			twins[of(row)] += q[row]
			own[of(row)] += o.reference[row]
		}
		clear(sum)
		for row := range worlds.Codes {
			at := of(row)
			want := own[cell{at.code, vars[act].Baseline}]
			switch s := twins[at]; {
			case s > 0:
				q[row] *= want / s
			case own[at] > 0:
				q[row] = o.reference[row] * want / own[at]
			}
			sum[o.frame.ArmOf[row]] += q[row]
		}
	}
	for row := range q {
		if s := sum[o.frame.ArmOf[row]]; s > 0 {
			q[row] /= s
		}
	}
	return q
}

// possible is the share of the arms' own reference in the neutral one where words are
// about worlds that have no weight without the act: enough for words to lift them.
const possible = 1e-9

// widened is the neutral reference of an act with all worlds of the reference in it.
func (o *opinions) widened(act int) []float64 {
	q := make([]float64, len(o.reference))
	for row, v := range o.neutral[act] {
		q[row] = (1-possible)*v + possible*o.reference[row]
	}
	return q
}

// options are those of every completion, from an earlier one of similar words or
// none. Speakers and claims are completed side by side, each by one worker.
func (o *opinions) options(start *complete.Completion) complete.Options {
	return complete.Options{Plain: o.plain, Parents: o.parents, Plan: o.plan, Start: start, Workers: 1}
}

// complete finds every speaker's distribution, with the reference and with the
// neutral ones, and what all of them agree on.
func (o *opinions) complete(ctx context.Context) error {
	opt := o.options(nil)
	err := par.Do(ctx, o.workers, len(o.speakers), func(_, i int) error {
		p := o.speakers[i]
		soft := p.words.Soft()
		var err error
		if p.repair, err = bounds.FindRepair(ctx, soft); err != nil {
			return fmt.Errorf("the words of %s: %w", p.actor.ID, err)
		}
		p.held = p.repair.Apply(soft)
		apart, _ := p.words.Groups(nil, false)
		p.groups = apart.Count
		if p.full, err = complete.Complete(ctx, p.held, o.reference, opt); err != nil {
			return err
		}
		for _, act := range o.acts {
			if p.alone[act], err = complete.Complete(ctx, p.held, o.neutral[act], opt); err != nil {
				return err
			}
			if p.alone[act].Converged || !p.full.Converged {
				continue
			}
			if p.alone[act], err = complete.Complete(ctx, p.held, o.widened(act), opt); err != nil {
				return err
			}
			p.widened[act] = true
		}
		return nil
	})
	// Words that fit nowhere on the worlds of the reference, which the speaker's
	// Converged tells, have no consensus with others.
	if err != nil || len(o.speakers) < 2 || slices.ContainsFunc(o.speakers, func(p *opinion) bool { return !p.full.Converged }) {
		return err
	}
	var words []*belief.Words
	var weights []float64
	for _, p := range o.speakers {
		words, weights = append(words, p.held), append(weights, p.weight)
	}
	agreed := make([]*complete.Agreed, 1+len(o.acts))
	err = par.Do(ctx, o.workers, len(agreed), func(_, i int) error {
		q := o.reference
		if i > 0 {
			act := o.acts[i-1]
			if q = o.neutral[act]; slices.ContainsFunc(o.speakers, func(p *opinion) bool { return p.widened[act] }) {
				q = o.widened(act)
			}
		}
		var err error
		agreed[i], err = complete.Consensus(ctx, words, weights, q, 1)
		if errors.Is(err, complete.ErrNoFit) {
			return nil
		}
		return err
	})
	if err != nil || slices.Contains(agreed, nil) {
		return err
	}
	o.agreed = agreed[0]
	for i, act := range o.acts {
		o.agreedWords[act] = agreed[i+1]
	}
	return nil
}
