package answer

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/par"
)

// actReading is an act with its arms as read.
type actReading struct {
	act      Act
	variable int
	readings []reading // by state
	exact    bool      // no descendant reaches a network: one reading for all arms
	still    []bool    // by table: the same of the networks of one engine
	// alone reads, by state, the words with the neutral reference, and neutral that
	// reference; nil: no words, or exact.
	alone, neutral []reading
}

func (r *actReading) without(k *computer) int { return k.c.Variables[r.variable].Baseline }

// comparedActs lists the acts that questions compare, in the order of the
// questions; all acts when no question names one.
func (k *computer) comparedActs() []int {
	var out []int
	for _, q := range k.c.Questions {
		for _, id := range q.Acts {
			if v, ok := k.c.Space.Index(id); ok && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	if len(out) == 0 {
		for v, x := range k.c.Variables {
			if isAct(x) {
				out = append(out, v)
			}
		}
	}
	return out
}

// readActs reads every act under every lens.
func (k *computer) readActs(ctx context.Context) error {
	k.all = make([][]*actReading, len(k.lenses))
	for _, v := range k.comparedActs() {
		rs, err := k.readAct(ctx, v)
		if err != nil {
			return err
		}
		for i, r := range rs {
			k.all[i] = append(k.all[i], r)
		}
	}
	k.acts = k.all[0]
	return nil
}

// beginAct reads the weights of an act's arms under every lens, with the states that
// all acts are held at.
func (k *computer) beginAct(act int) ([]*actReading, map[int]int, error) {
	c := k.c
	x := c.Variables[act]
	about := Act{ID: x.ID, Name: nameOr(x.Name, x.ID), Without: x.States[x.Baseline]}
	fixed := map[int]int{}
	for v, y := range c.Variables {
		if isAct(y) {
			fixed[v] = y.Baseline
			if v != act {
				about.Held = append(about.Held, Held{y.ID, y.States[y.Baseline]})
			}
		}
	}
	desc := descendants(c.Variables, act)
	depends := make([]bool, len(c.Variables))
	still := make([]bool, len(k.tables))
	for i, t := range k.tables {
		still[i] = true
		for v, d := range t.Depends() {
			depends[v] = depends[v] || d
			still[i] = still[i] && !(d && desc[v])
		}
	}
	for v, d := range desc {
		if d && v != act {
			about.Descendants = append(about.Descendants, c.Variables[v].ID)
		}
		if d && depends[v] {
			about.Reaches = append(about.Reaches, c.Variables[v].ID)
		}
	}
	var out []*actReading
	for i := range k.lenses {
		r := &actReading{act: about, variable: act, exact: len(about.Reaches) == 0, still: still}
		r.act.View = k.lenses[i].View().ID
		if err := k.readArms(&k.lenses[i], r, fixed); err != nil {
			return nil, nil, err
		}
		out = append(out, r)
	}
	return out, fixed, nil
}

// readAct compares the states of an act under every lens.
func (k *computer) readAct(ctx context.Context, act int) ([]*actReading, error) {
	x := k.c.Variables[act]
	out, fixed, err := k.beginAct(act)
	if err != nil {
		return nil, err
	}
	for st, name := range x.States {
		if err := k.arms(ctx, name, st, out); err != nil {
			return nil, err
		}
	}
	if err := k.effects(ctx, fixed, out); err != nil {
		return nil, err
	}
	for i, r := range out {
		r.alone, r.neutral = nil, nil // read, and large
		if err := k.sways(ctx, &k.lenses[i], r, r.act.Effects); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readArms reads the table with a lens's distribution in every arm of an act, and
// with what its words make of the act by themselves.
func (k *computer) readArms(l *lens, r *actReading, fixed map[int]int) error {
	x := k.c.Variables[r.variable]
	read := func(w Weighting) ([]reading, error) {
		var out []reading
		for st := range x.States {
			at := maps.Clone(fixed)
			at[r.variable] = st
			d, err := w.Distribution(at)
			if err != nil {
				return nil, err
			}
			out = append(out, k.tables.read(d))
		}
		return out, nil
	}
	var err error
	if r.readings, err = read(l); err != nil {
		return err
	}
	// Where rows do not depend on the act or on what descends from it, and the rest
	// has one joint distribution in all arms, so have the rows. Reading one arm for
	// all makes this hold to the last bit.
	for t, same := range r.still {
		for st := range r.readings {
			if same {
				r.readings[st].weights[t] = r.readings[x.Baseline].weights[t]
			}
		}
	}
	if r.exact || l.alone == nil {
		return nil
	}
	if r.alone, err = read(l.alone[r.variable]); err != nil {
		return err
	}
	r.neutral, err = read(l.neutral[r.variable])
	return err
}

// arms reads every outcome in the arm of a state, and what makes those vary that
// questions ask for.
func (k *computer) arms(ctx context.Context, state string, st int, rs []*actReading) error {
	layouts := make([]*layout, len(k.tables))
	var err error
	for t := range k.tables {
		if layouts[t], err = k.newLayout(ctx, k.tables[t], rs[0].readings[st].dist); err != nil {
			return err
		}
	}
	asked := k.asked()
	arms := make([]Arm, len(rs))
	err = par.Do(ctx, k.opt.Workers, len(rs), func(_, i int) error {
		r := rs[i].readings[st]
		a := Arm{State: state}
		for _, w := range r.dist.Weight {
			if w > 0 {
				a.Worlds++
			}
		}
		vs := make([]*variances, len(k.tables))
		for t := range vs {
			vs[t] = layouts[t].weigh(r.dist, r.weights[t])
		}
		for _, o := range k.c.Outcomes {
			at, ok := k.tables.find(o.ID)
			if !ok {
				return fmt.Errorf("answer: no column %s", o.ID)
			}
			col := k.column(at)
			a.Expected = append(a.Expected, col.expected(r.weights[at.table], o.ID))
			if slices.Contains(asked, o.ID) {
				variance, drivers := vs[at.table].why(k.c.Space, col.values)
				a.Drivers = append(a.Drivers, OutcomeWhy{o.ID, variance, drivers})
			}
		}
		arms[i] = a
		return nil
	})
	for i, r := range rs {
		r.act.Arms = append(r.act.Arms, arms[i])
	}
	return err
}

// effects compares every state of an act with the one without it, under every
// lens.
func (k *computer) effects(ctx context.Context, fixed map[int]int, rs []*actReading) error {
	act := rs[0].variable
	base := rs[0].without(k)
	without, err := k.reference.Distribution(fixed)
	if err != nil {
		return err
	}
	states := len(k.c.Variables[act].States)
	dists := make([]*Distribution, states)
	for st := range dists {
		if st != base {
			dists[st] = rs[0].readings[st].dist
		}
	}
	ch, err := k.newChanges(ctx, act, dists, without)
	if err != nil {
		return err
	}
	// By reading, state and table.
	weights := make([][][]*cellWeights, len(rs))
	if err := par.Do(ctx, k.opt.Workers, len(rs), func(_, i int) error {
		weights[i] = make([][]*cellWeights, states)
		for st := range states {
			for t := range k.tables {
				if st == base {
					continue
				}
				weights[i][st] = append(weights[i][st], ch.weigh(st, t, rs[i].readings[st].dist))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	asked := k.asked()
	outcomes := k.c.Outcomes
	found := make([][][]Effect, len(outcomes)) // by outcome, reading and state
	err = par.Do(ctx, k.opt.Workers, len(outcomes), func(_, o int) error {
		at, ok := k.tables.find(outcomes[o].ID)
		if !ok {
			return fmt.Errorf("answer: no column %s", outcomes[o].ID)
		}
		values := k.column(at).values
		change := ch.change(at, values)
		order := ascending(change)
		for i, r := range rs {
			found[o] = append(found[o], make([]Effect, states))
			for st := range states {
				if st == base {
					continue
				}
				e := k.effect(r, st, o, at, values)
				w := weights[i][st][at.table]
				k.spreadOver(&e, stats(change, order, w, outcomes[o].Materiality))
				if slices.Contains(asked, outcomes[o].ID) {
					e.Settles = ch.settles(k.c.Space, st, at, change, values, w)
				}
				found[o][i][st] = e
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, r := range rs {
		for st := range states {
			for o := range outcomes {
				if st != base {
					r.act.Effects = append(r.act.Effects, found[o][i][st])
				}
			}
		}
	}
	return nil
}

// effect is what a state of an act does to an outcome on the average.
func (k *computer) effect(r *actReading, st, outcome int, at ref, values []float64) Effect {
	base := r.without(k)
	o := k.c.Outcomes[outcome]
	e := Effect{State: r.act.Arms[st].State, Outcome: o.ID,
		With: r.act.Arms[st].Expected[outcome].Mean, Without: r.act.Arms[base].Expected[outcome].Mean}
	e.Effect = minus(e.With, e.Without)
	e.Words, e.Reference = k.parts(r, st, at, values, e)
	e.Material = e.Effect.OK && e.Effect.V != 0 && math.Abs(e.Effect.V) >= o.Materiality
	e.AgainstStart = minus(e.With, some(k.tables.baseline(at)))
	return e
}

// spreadOver fills in how the change is spread over worlds.
func (k *computer) spreadOver(e *Effect, s changeStats) {
	e.ChangeLow, e.ChangeHigh = some(s.low), some(s.high)
	e.More, e.Less = some(s.more), some(s.less)
	switch {
	case !e.Material:
		e.SignHolds = some(s.flat)
	case e.Effect.V > 0:
		e.SignHolds = e.More
	default:
		e.SignHolds = e.Less
	}
}

// parts splits an effect into what the words make of it and what the case does.
// With the reference's arrows out of the act cut, words alone move the act's
// descendants; what the act then does without any words it does by the effects of
// the case, which are the reference's.
func (k *computer) parts(r *actReading, st int, at ref, values []float64, e Effect) (words, reference Number) {
	if r.alone == nil {
		return some(0), e.Effect
	}
	base := r.without(k)
	scale := 0.0
	effect := func(rs []reading) float64 {
		with, _ := mean(values, rs[st].weights[at.table])
		without, _ := mean(values, rs[base].weights[at.table])
		scale = max(scale, math.Abs(with), math.Abs(without))
		return with - without
	}
	w := effect(r.alone) - effect(r.neutral)
	if math.Abs(w) <= wordsFloor*scale {
		w = 0
	}
	return some(w), minus(e.Effect, some(w))
}

// wordsFloor is the share of a level below which an effect of words is rounding:
// completions keep their rows to 1e-9.
const wordsFloor = 1e-8

// armMeans reads one column in all arms of all acts.
func (k *computer) armMeans(id string) []CountryEffect {
	at, ok := k.tables.find(id)
	if !ok {
		return nil
	}
	values := k.column(at).values
	var out []CountryEffect
	for _, r := range k.acts {
		base := r.without(k)
		m0, _ := mean(values, r.readings[base].weights[at.table])
		for st, arm := range r.act.Arms {
			if st == base {
				continue
			}
			m, _ := mean(values, r.readings[st].weights[at.table])
			out = append(out, CountryEffect{r.act.ID, arm.State, some(m), some(m0)})
		}
	}
	return out
}
