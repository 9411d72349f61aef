package answer

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/par"
)

// droppedFloor is the share of an outcome's materiality below which dropping a
// claim is taken to change nothing.
const droppedFloor = 0.1

// words says how the claims are read and what becomes of them, and fills in the
// lexicon spread of the effects. The acts must have been read.
func (k *computer) words(ctx context.Context) (*Words, error) {
	if k.opinions == nil {
		return nil, nil
	}
	w, err := k.opinions.wording(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.withoutOne(ctx, w); err != nil {
		return nil, err
	}
	if err := k.effectBounds(ctx); err != nil {
		return nil, err
	}
	if err := k.disputes(ctx, w); err != nil {
		return nil, err
	}
	return w, k.lexiconSpread(ctx)
}

// wording says how the claims are read, what becomes of them and where they
// contradict each other.
func (o *opinions) wording(ctx context.Context) (*Words, error) {
	w := &Words{Lexicon: o.lexicon.Name, Lexicons: belief.LexiconNames()}
	for _, a := range o.frame.Arms {
		w.Arms = append(w.Arms, a.Name)
	}
	for _, p := range o.speakers {
		w.Speakers = append(w.Speakers, o.speaker(p))
		w.Readings = append(w.Readings, o.readings(p)...)
	}
	if o.agreed != nil {
		w.Consensus = &Agreed{o.agreed.Rounds, o.agreed.Converged, o.agreed.Change}
	}
	for _, step := range []func(context.Context, *Words) error{o.contradictions, o.pairs, o.thresholds} {
		if err := step(ctx, w); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (o *opinions) speaker(p *opinion) Speaker {
	vars := o.c.Variables
	s := Speaker{ID: p.actor.ID, Name: nameOr(p.actor.Name, p.actor.ID), About: p.actor.About, Weight: p.weight, Claims: len(p.claims),
		Weighing: len(weighing(p.words)), Bend: p.repair.Bend, Converged: p.full.Converged, Residual: p.full.Residual, Divergence: p.full.Divergence,
		Groups: p.groups}
	for _, x := range p.words.Idle {
		s.Idle = append(s.Idle, Idle{p.claims[x.Claim].ID, x.Why})
	}
	for _, i := range p.repair.Aside {
		s.Aside = append(s.Aside, p.claims[i].ID)
	}
	for _, m := range p.full.Moved {
		s.Moved = append(s.Moved, Moved{p.claims[m.Claim].ID, p.words.Frame.Arms[m.Arm].Name, m.Before, m.After})
	}
	for _, v := range p.full.Silent {
		s.Silent = append(s.Silent, vars[v].ID)
	}
	return s
}

// weighing lists the claims that constrain some world, ascending.
func weighing(w *belief.Words) []int {
	var out []int
	for i := range w.Constraints {
		out = append(out, w.Constraints[i].Claim)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// forms names the shapes of constraints.
var forms = map[belief.Form]string{belief.Share: "share", belief.Mean: "mean", belief.Between: "between", belief.Bilinear: "bilinear"}

// readings lists the constraints of a speaker with what the completion makes of
// each.
func (o *opinions) readings(p *opinion) []ClaimReading {
	var out []ClaimReading
	for i := range p.words.Constraints {
		c := &p.words.Constraints[i]
		r := ClaimReading{Claim: p.claims[c.Claim].ID, Speaker: p.actor.ID, Form: forms[c.Form], Low: some(c.Low), High: some(c.High),
			SoftLow: some(c.SoftLow), SoftHigh: some(c.SoftHigh), Centre: some(c.Centre), Lexicon: c.Lexicon, Phrase: c.Term.Phrase}
		for _, a := range c.Arms {
			x := ClaimArm{Arm: o.frame.Arms[a].Name, If: some(complete.Chance(o.frame, p.full.Weight, a, c.If))}
			x.Completed, x.Reference = o.level(c, a, p.full.Weight), o.level(c, a, o.reference)
			r.Arms = append(r.Arms, x)
		}
		for _, pair := range c.Pairs {
			x := ClaimArm{Arm: o.frame.Arms[pair[0]].Name + " against " + o.frame.Arms[pair[1]].Name}
			between := func(weight []float64) Number {
				return some(complete.Chance(o.frame, weight, pair[0], c.Then) - complete.Chance(o.frame, weight, pair[1], c.Then))
			}
			x.Completed, x.Reference = between(p.full.Weight), between(o.reference)
			r.Arms = append(r.Arms, x)
		}
		out = append(out, r)
	}
	return out
}

// level is what a constraint bounds, in one arm under weights.
func (o *opinions) level(c *belief.Constraint, arm int, weight []float64) Number {
	switch c.Form {
	case belief.Mean:
		sum, total := 0.0, 0.0
		for row := range c.If.Rows() {
			if int(o.frame.ArmOf[row]) == arm {
				sum += weight[row] * c.Value[row]
				total += weight[row]
			}
		}
		return over(some(sum), some(total))
	case belief.Bilinear:
		with, ok := complete.Given(o.frame, weight, arm, c.Then, c.If)
		rest := complete.Chance(o.frame, weight, arm, c.Then) - complete.Chance(o.frame, weight, arm, c.Then.And(c.If))
		no := 1 - complete.Chance(o.frame, weight, arm, c.If)
		if !ok || !(no > 0) {
			return Number{}
		}
		return some(with - rest/no)
	}
	p, ok := complete.Given(o.frame, weight, arm, c.Then, c.If)
	if !ok {
		return Number{}
	}
	return some(p)
}

// effectsOf reads the effects of every act that questions ask for, by act, state
// and outcome of the case (NaN: not asked for), with weights by world row over all
// arms.
func (k *computer) effectsOf(weight []float64) ([][][]float64, error) {
	h := &held{frame: k.opinions.frame, rows: k.opinions.rows, weight: weight}
	asked := k.asked()
	out := make([][][]float64, len(k.acts))
	for i, r := range k.acts {
		x := k.c.Variables[r.variable]
		means := make([][]float64, len(x.States))
		for st := range x.States {
			if r.exact && st != x.Baseline {
				continue
			}
			d, err := h.Distribution(r.readings[st].dist.Fixed)
			if err != nil {
				return nil, err
			}
			read := k.tables.read(d)
			for _, o := range k.c.Outcomes {
				m := math.NaN()
				if slices.Contains(asked, o.ID) {
					at, _ := k.tables.find(o.ID)
					m, _ = mean(k.column(at).values, read.weights[at.table])
				}
				means[st] = append(means[st], m)
			}
		}
		for st := range means {
			if means[st] == nil { // rows have one distribution in all arms
				means[st] = means[x.Baseline]
			}
		}
		out[i] = make([][]float64, len(x.States))
		for st := range x.States {
			for o := range k.c.Outcomes {
				out[i][st] = append(out[i][st], means[st][o]-means[x.Baseline][o])
			}
		}
	}
	return out, nil
}

// withoutOne finds what each speaker's effects become when one claim is dropped.
func (k *computer) withoutOne(ctx context.Context, w *Words) error {
	o := k.opinions
	type task struct {
		p     *opinion
		claim int
	}
	var tasks []task
	for _, p := range o.speakers {
		for _, c := range weighing(p.held) {
			tasks = append(tasks, task{p, c})
		}
	}
	effects := make([][][][]float64, len(tasks))
	err := par.Do(ctx, k.opt.Workers, len(tasks), func(_, i int) error {
		t := tasks[i]
		left := slices.DeleteFunc(weighing(t.p.held), func(c int) bool { return c == t.claim })
		c, err := complete.Complete(ctx, t.p.held.Only(left), o.reference, o.options(t.p.full))
		if err != nil {
			return err
		}
		effects[i], err = k.effectsOf(c.Weight)
		return err
	})
	if err != nil {
		return err
	}
	asked := k.asked()
	for i, t := range tasks {
		full, err := k.effectsOf(t.p.full.Weight)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(w.Readings, func(r ClaimReading) bool { return r.Claim == t.p.claims[t.claim].ID })
		for a, r := range k.acts {
			for st, arm := range r.act.Arms {
				for j, x := range k.c.Outcomes {
					e, without := full[a][st][j], effects[i][a][st][j]
					if !(math.Abs(e-without) > droppedFloor*x.Materiality) || !slices.Contains(asked, x.ID) {
						continue
					}
					w.Readings[at].Without = append(w.Readings[at].Without, Dropped{r.act.ID, arm.State, x.ID, e, without})
				}
			}
		}
	}
	return nil
}

// lexiconSpread reads the hedges by every published lexicon and fills in the range of
// each expert's effects, and of the mixture's and the consensus's, over them.
func (k *computer) lexiconSpread(ctx context.Context) error {
	o := k.opinions
	all := belief.Lexicons()
	type key struct{ speaker, lexicon int }
	weights := map[key][]float64{}
	var tasks []key
	words := map[key]*belief.Words{}
	for s, p := range o.speakers {
		for i := range all {
			w, err := o.read(p, &all[i])
			if err != nil {
				return err
			}
			at := slices.IndexFunc(tasks, func(t key) bool { return t.speaker == s && sameReading(words[t], w) })
			switch {
			case sameReading(p.words, w):
				weights[key{s, i}] = p.full.Weight
			case at >= 0:
				words[key{s, i}] = words[tasks[at]]
			default:
				words[key{s, i}] = w
				tasks = append(tasks, key{s, i})
			}
		}
	}
	made := make([][]float64, len(tasks))
	held := make([]*belief.Words, len(tasks))
	if err := par.Do(ctx, k.opt.Workers, len(tasks), func(_, i int) error {
		p := o.speakers[tasks[i].speaker]
		soft := words[tasks[i]].Soft()
		// What no distribution keeps however hedges are read is known already.
		if aside := setAside(p, soft); len(aside) > 0 {
			soft = soft.Only(slices.DeleteFunc(weighing(soft), func(c int) bool { return slices.Contains(aside, c) }))
		}
		repair, err := bounds.FindRepair(ctx, soft)
		if err != nil {
			return err
		}
		held[i] = repair.Apply(soft)
		c, err := complete.Complete(ctx, held[i], o.reference, o.options(p.full))
		if err == nil {
			made[i] = c.Weight
		}
		return err
	}); err != nil {
		return err
	}
	by := make([][]*belief.Words, len(all)) // by lexicon and speaker
	for s, p := range o.speakers {
		for i := range all {
			at := slices.IndexFunc(tasks, func(t key) bool { return t.speaker == s && words[t] == words[key{s, i}] })
			if weights[key{s, i}] != nil {
				by[i] = append(by[i], p.held)
				continue
			}
			weights[key{s, i}] = made[at]
			by[i] = append(by[i], held[at])
		}
	}
	for s, p := range o.speakers {
		var list [][]float64
		for i := range all {
			list = append(list, weights[key{s, i}])
		}
		if err := k.spanOver(p.actor.ID, list); err != nil {
			return err
		}
	}
	if len(o.speakers) < 2 {
		return nil
	}
	var list [][]float64
	for i := range all {
		mixed := make([]float64, len(o.reference))
		for s, p := range o.speakers {
			for row, v := range weights[key{s, i}] {
				mixed[row] += p.weight * v
			}
		}
		list = append(list, mixed)
	}
	if err := k.spanOver("mixture", list); err != nil || o.agreed == nil {
		return err
	}
	agreed, err := o.consensuses(ctx, by)
	if err != nil || agreed == nil {
		return err
	}
	return k.spanOver("consensus", agreed)
}

// consensuses finds the consensus of several readings, by reading and speaker; nil
// where the words of one have none.
func (o *opinions) consensuses(ctx context.Context, by [][]*belief.Words) ([][]float64, error) {
	var shares []float64
	var own []*belief.Words
	for _, p := range o.speakers {
		shares, own = append(shares, p.weight), append(own, p.held)
	}
	var tasks [][]*belief.Words
	place := make([]int, len(by)) // -1: the consensus of the case's own lexicon
	for i, words := range by {
		place[i] = -1
		if slices.Equal(words, own) {
			continue
		}
		if place[i] = slices.IndexFunc(tasks, func(t []*belief.Words) bool { return slices.Equal(t, words) }); place[i] < 0 {
			place[i] = len(tasks)
			tasks = append(tasks, words)
		}
	}
	made := make([][]float64, len(tasks))
	err := par.Do(ctx, o.workers, len(tasks), func(_, i int) error {
		a, err := complete.Consensus(ctx, tasks[i], shares, o.reference, 1)
		if errors.Is(err, complete.ErrNoFit) {
			return nil
		}
		if err == nil {
			made[i] = a.Weight
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(by))
	for i, at := range place {
		out[i] = o.agreed.Weight
		if at >= 0 {
			if out[i] = made[at]; out[i] == nil {
				return nil, nil
			}
		}
	}
	return out, nil
}

// setAside lists the claims that a speaker's repair sets aside and that another
// reading bounds alike.
func setAside(p *opinion, soft *belief.Words) []int {
	var out []int
	for _, c := range p.repair.Aside {
		if slices.Equal(softEnds(p.words, c), softEnds(soft, c)) {
			out = append(out, c)
		}
	}
	return out
}

// softEnds are the ends of a claim's constraints that a completion keeps.
func softEnds(w *belief.Words, claim int) (out [][2]float64) {
	for i := range w.Constraints {
		if c := &w.Constraints[i]; c.Claim == claim {
			out = append(out, [2]float64{c.SoftLow, c.SoftHigh})
		}
	}
	return out
}

// sameReading reports whether two readings of the same claims bound the same.
func sameReading(a, b *belief.Words) bool {
	return slices.EqualFunc(a.Constraints, b.Constraints, func(x, y belief.Constraint) bool {
		return x.Claim == y.Claim && x.Low == y.Low && x.High == y.High && x.SoftLow == y.SoftLow && x.SoftHigh == y.SoftHigh
	})
}

// spanOver fills in the range of a view's effects over several weights.
func (k *computer) spanOver(view string, list [][]float64) error {
	at := slices.IndexFunc(k.lenses, func(l lens) bool { return l.View().ID == view })
	var low, high [][][]float64
	for i, weight := range list {
		if i > 0 && &weight[0] == &list[i-1][0] {
			continue
		}
		e, err := k.effectsOf(weight)
		if err != nil {
			return err
		}
		if low == nil {
			low, high = e, clone3(e)
			continue
		}
		for a := range e {
			for st := range e[a] {
				for j, v := range e[a][st] {
					low[a][st][j], high[a][st][j] = min(low[a][st][j], v), max(high[a][st][j], v)
				}
			}
		}
	}
	for a, r := range k.all[at] {
		for i := range r.act.Effects {
			e := &r.act.Effects[i]
			st := slices.IndexFunc(r.act.Arms, func(x Arm) bool { return x.State == e.State })
			j := slices.IndexFunc(k.c.Outcomes, func(x casefile.Outcome) bool { return x.ID == e.Outcome })
			if !math.IsNaN(low[a][st][j]) {
				e.Lexicons = &Span{some(low[a][st][j]), some(high[a][st][j])}
			}
		}
	}
	return nil
}

func clone3(x [][][]float64) [][][]float64 {
	out := make([][][]float64, len(x))
	for i := range x {
		out[i] = make([][]float64, len(x[i]))
		for j := range x[i] {
			out[i][j] = slices.Clone(x[i][j])
		}
	}
	return out
}
