package answer

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// Options of an answer. Draws, Keys and Seed are part of its identity.
type Options struct {
	Draws   int    // draws of ranged figures on the key worlds, 0: none
	Keys    int    // key worlds for each act, over its arms together
	Seed    uint64 // of the draws
	Workers int    // 0: as many as the program may use
	// Progress is told of the solves beside the table; may be nil.
	Progress func(what string, p world.Progress)
}

// The defaults of the design.
const (
	DefaultDraws = 64
	DefaultKeys  = 12
	DefaultSeed  = 20250117
)

// DefaultOptions draws on the key worlds.
func DefaultOptions() Options {
	return Options{Draws: DefaultDraws, Keys: DefaultKeys, Seed: DefaultSeed}
}

// Check refuses options that mean nothing.
func (o Options) Check() error {
	switch {
	case o.Draws < 0 || o.Draws == 1:
		return fmt.Errorf("%d draws; expected 0 for none, or at least 2 to have a spread", o.Draws)
	case o.Draws > 0 && o.Keys < 1:
		return fmt.Errorf("%d key worlds; expected at least 1", o.Keys)
	}
	return nil
}

// Engine is what answers need of the freight engine beside its table.
type Engine interface {
	world.Engine
	BaseYear() (world.Delta, error)
	With([]freight.Change) (world.Delta, error)
	Figures() []world.Ranged
	// AmountsKey is a hash of the ranges of what the active effects change.
	AmountsKey(active []int) [32]byte
	// Statistics says what the preparation of the network left out.
	Statistics() freight.Statistics
	// OpenLinks says which links can be used, forward and back, in the baseline.
	OpenLinks() [][2]bool
	Drawn(u func(name string) float64) (world.Engine, error)
}

// Input is what an answer is made of.
type Input struct {
	Case   *casefile.Case
	Tables []*world.Table // one an engine, over the same worlds
	// Weighting is read in the place of the case's reference; nil: the reference.
	Weighting Weighting
	// Freight and Solver make the extra runs: base year, borders shut, draws.
	// The table of Freight must be among Tables.
	Freight Engine
	Solver  *world.Solver
	// Run says how the table was solved; may be nil.
	Run *world.Run
}

// computer holds what the parts of an answer share.
type computer struct {
	in        Input
	opt       Options
	c         *casefile.Case
	tables    tables
	freight   *world.Table
	reference Weighting
	opinions  *opinions // nil when no claim weighs
	lenses    []lens    // the headline first
	extra     *extras
	labels    map[string]label
	run       world.Run
	acts      []*actReading   // of the headline
	all       [][]*actReading // by lens
	notes     []string
}

// Compute makes the answer. It solves what the answer needs beside the table;
// with a warm cache it solves nothing.
func Compute(ctx context.Context, in Input, opt Options) (*Answer, error) {
	if err := opt.Check(); err != nil {
		return nil, err
	}
	k := &computer{in: in, opt: opt, c: in.Case, tables: in.Tables, reference: in.Weighting}
	if in.Run != nil {
		k.run = *in.Run
	}
	for _, t := range in.Tables {
		if t.Engine.Name() == in.Freight.Name() {
			k.freight = t
		}
	}
	if k.freight == nil {
		return nil, fmt.Errorf("answer: no table of the engine %s", in.Freight.Name())
	}
	if k.reference == nil {
		ref, err := NewReference(k.c.Variables, k.c.Space, k.freight.Worlds)
		if err != nil {
			return nil, err
		}
		k.reference = ref
	}
	k.labels = labelsOf(k.c)
	var err error
	if k.opinions, err = newOpinions(ctx, k.c, k.tables, k.reference, opt.Workers); err != nil {
		return nil, err
	}
	if k.lenses, err = k.opinions.lenses(k.reference); err != nil {
		return nil, err
	}
	if k.extra, err = k.solveExtras(ctx); err != nil {
		return nil, err
	}
	a := &Answer{Format: Format, Case: k.caseInfo(), Worlds: k.worldsInfo(), Headline: k.lenses[0].View().ID}
	a.Outcomes = k.outcomes()
	if err := k.readActs(ctx); err != nil {
		return nil, err
	}
	for i, rs := range k.all {
		a.Views = append(a.Views, k.lenses[i].View())
		for _, r := range rs {
			a.Acts = append(a.Acts, r.act)
		}
	}
	a.Observed = k.observed()
	a.Fit = fitSummary(a.Observed)
	a.Corridors = k.corridors()
	a.Countries = k.countries()
	a.Claims = claims(k.c)
	a.Hangs = hangs(k.c)
	if opt.Draws > 0 && len(k.acts) > 0 {
		if a.Spread, err = k.spread(ctx); err != nil {
			return nil, err
		}
	}
	a.Questions = k.questions()
	Sentences(a)
	a.Notes = k.allNotes(a)
	a.Run = &Run{k.run.Solved, k.run.Cached, k.run.Seconds, k.run.PerSecond, k.run.Workers}
	return a, nil
}

func (k *computer) caseInfo() CaseInfo {
	c := k.c
	return CaseInfo{c.ID, c.Title, c.Focus, c.AsOf.String(), c.BaseYear, c.Horizon, c.Currency, c.PriceYear}
}

func (k *computer) worldsInfo() WorldsInfo {
	w := WorldsInfo{Worlds: len(k.freight.Worlds.Codes)}
	var hashes []byte
	for _, t := range k.tables {
		w.Effective += len(t.Rows)
		w.Networks += len(t.Networks)
		w.NotConverged += t.NotConverged()
		h := t.Hash()
		hashes = append(hashes, h[:]...)
	}
	w.TableHash = hex.EncodeToString(hashes)
	return w
}

// baseYear returns a freight column of the base-year run.
func (k *computer) baseYear(id string) Number {
	at, ok := k.tables.find(id)
	if !ok || k.tables[at.table] != k.freight {
		return Number{}
	}
	return some(k.extra.baseYear.Values[at.column])
}

// baseline returns a column in the baseline world.
func (k *computer) baseline(id string) Number {
	at, ok := k.tables.find(id)
	if !ok {
		return Number{}
	}
	return some(k.tables.baseline(at))
}

func (k *computer) outcomes() []Outcome {
	var out []Outcome
	for _, o := range k.c.Outcomes {
		x := Outcome{ID: o.ID, Name: o.Name, Measure: string(o.Measure), Unit: casefile.MeasureDim(o.Measure).Unit(),
			Good: o.Good, Corridor: o.Corridor, Materiality: o.Materiality, Source: o.Ref.Source,
			BaseYear: k.baseYear(o.ID), Baseline: k.baseline(o.ID)}
		x.LetterC = over(k.baseline(letterCID(o.ID)), x.Baseline)
		x.OurCapacity = k.ourCapacity(o.ID, x.Baseline)
		if at, ok := k.tables.find(o.ID); ok {
			lo, hi := math.Inf(1), math.Inf(-1)
			for _, v := range k.tables.values(at) {
				if !math.IsNaN(v) {
					lo, hi = min(lo, v), max(hi, v)
				}
			}
			x.LeastInTable, x.MostInTable = some(lo), some(hi)
		}
		out = append(out, x)
	}
	return out
}

// ourCapacity is the share of an outcome's tonnes in the baseline world that use
// a capacity of the makers' own conversion: all less those that avoid them.
func (k *computer) ourCapacity(id string, tonnes Number) Number {
	avoiding := over(k.baseline(ourCapacityID(id)), tonnes)
	return minus(some(1), avoiding)
}

// actReading is an act with its arms as read.
type actReading struct {
	act      Act
	variable int
	readings []reading // by state
	exact    bool      // no descendant reaches a network: one reading for all arms
	alone    []reading // by state, with the neutral reference; nil: no words, or exact
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
	for i := range k.lenses {
		var rs []*actReading
		for _, v := range k.comparedActs() {
			r, err := k.readAct(ctx, &k.lenses[i], v)
			if err != nil {
				return err
			}
			rs = append(rs, r)
		}
		k.all = append(k.all, rs)
	}
	k.acts = k.all[0]
	return nil
}

func (k *computer) readAct(ctx context.Context, l *lens, act int) (*actReading, error) {
	c := k.c
	x := c.Variables[act]
	r := &actReading{variable: act}
	r.act = Act{ID: x.ID, Name: nameOr(x.Name, x.ID), View: l.View().ID, Without: x.States[x.Baseline]}
	fixed := map[int]int{}
	for v, y := range c.Variables {
		if isAct(y) {
			fixed[v] = y.Baseline
			if v != act {
				r.act.Held = append(r.act.Held, Held{y.ID, y.States[y.Baseline]})
			}
		}
	}
	desc := descendants(c.Variables, act)
	depends := make([]bool, len(c.Variables))
	for _, t := range k.tables {
		for v, d := range t.Depends() {
			depends[v] = depends[v] || d
		}
	}
	for v, d := range desc {
		if d && v != act {
			r.act.Descendants = append(r.act.Descendants, c.Variables[v].ID)
		}
		if d && depends[v] {
			r.act.Reaches = append(r.act.Reaches, c.Variables[v].ID)
		}
	}
	r.exact = len(r.act.Reaches) == 0
	var err error
	for st := range x.States {
		at := map[int]int{}
		for v, s := range fixed {
			at[v] = s
		}
		at[act] = st
		d, err := l.Distribution(at)
		if err != nil {
			return nil, err
		}
		r.readings = append(r.readings, k.tables.read(d))
	}
	if r.alone, err = k.readAlone(l, act, fixed); err != nil {
		return nil, err
	}
	if r.exact {
		// Rows do not depend on the act or on what descends from it, and the rest
		// has one joint distribution in all arms: so have the rows. Reading one
		// arm for all makes this hold to the last bit.
		for st := range r.readings {
			r.readings[st].weights = r.readings[x.Baseline].weights
		}
		r.alone = nil
	}
	for st, name := range x.States {
		arm, err := k.arm(ctx, name, r.readings[st])
		if err != nil {
			return nil, err
		}
		r.act.Arms = append(r.act.Arms, arm)
	}
	for st := range x.States {
		if st == x.Baseline {
			continue
		}
		effects, err := k.effects(ctx, r, st)
		if err != nil {
			return nil, err
		}
		r.act.Effects = append(r.act.Effects, effects...)
	}
	if err := k.sways(ctx, l, r, r.act.Effects); err != nil {
		return nil, err
	}
	return r, nil
}

// readAlone reads the arms of an act as a lens's words make them by themselves:
// with a reference that the act does not move. Nil where there are no words.
func (k *computer) readAlone(l *lens, act int, fixed map[int]int) ([]reading, error) {
	if l.alone == nil {
		return nil, nil
	}
	var out []reading
	for st := range k.c.Variables[act].States {
		at := maps.Clone(fixed)
		at[act] = st
		d, err := l.alone[act].Distribution(at)
		if err != nil {
			return nil, err
		}
		out = append(out, k.tables.read(d))
	}
	return out, nil
}

func (k *computer) arm(ctx context.Context, state string, r reading) (Arm, error) {
	a := Arm{State: state}
	for _, w := range r.dist.Weight {
		if w > 0 {
			a.Worlds++
		}
	}
	vs := make([]*variances, len(k.tables))
	if err := par.Do(ctx, k.opt.Workers, len(vs), func(_, t int) error {
		vs[t] = newVariances(k.c.Space, k.tables[t], r, t)
		return nil
	}); err != nil {
		return a, err
	}
	n := len(k.c.Outcomes)
	a.Expected, a.Drivers = make([]Expected, n), make([]OutcomeWhy, n)
	err := par.Do(ctx, k.opt.Workers, n, func(_, i int) error {
		id := k.c.Outcomes[i].ID
		at, ok := k.tables.find(id)
		if !ok {
			return fmt.Errorf("answer: no column %s", id)
		}
		a.Expected[i] = k.tables.expected(r, id, at)
		variance, drivers := vs[at.table].why(k.c.Space, k.tables.values(at))
		a.Drivers[i] = OutcomeWhy{id, variance, drivers}
		return nil
	})
	return a, err
}

func (k *computer) effects(ctx context.Context, r *actReading, st int) ([]Effect, error) {
	base := r.without(k)
	ch := newChanges(k.tables, k.c.Space, k.c.Variables, r.variable, r.readings[base], r.readings[st])
	out := make([]Effect, len(k.c.Outcomes))
	err := par.Do(ctx, k.opt.Workers, len(out), func(_, i int) error {
		o := k.c.Outcomes[i]
		at, ok := k.tables.find(o.ID)
		if !ok {
			return fmt.Errorf("answer: no column %s", o.ID)
		}
		values := k.tables.values(at)
		e := Effect{State: r.act.Arms[st].State, Outcome: o.ID,
			With: r.act.Arms[st].Expected[i].Mean, Without: r.act.Arms[base].Expected[i].Mean}
		e.Effect = minus(e.With, e.Without)
		e.Words, e.Reference = k.parts(r, st, at, values, e)
		e.Material = e.Effect.OK && e.Effect.V != 0 && math.Abs(e.Effect.V) >= o.Materiality
		s := ch.stats(at, values, o.Materiality)
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
		e.AgainstStart = minus(e.With, some(k.tables.baseline(at)))
		e.Settles = ch.settles(at, values)
		out[i] = e
		return nil
	})
	return out, err
}

// parts splits an effect into what the words make of it by themselves and what
// the reference adds where they are silent.
func (k *computer) parts(r *actReading, st int, at ref, values []float64, e Effect) (words, reference Number) {
	if r.alone == nil {
		return some(0), e.Effect
	}
	with, _ := mean(values, r.alone[st].weights[at.table])
	without, _ := mean(values, r.alone[r.without(k)].weights[at.table])
	w := with - without
	if math.Abs(w) <= wordsFloor*max(math.Abs(with), math.Abs(without)) {
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
	values := k.tables.values(at)
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

func nameOr(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

// label is a name and a dimension for people.
type label struct {
	name string
	dim  units.Dim
}

func labelsOf(c *casefile.Case) map[string]label {
	out := map[string]label{}
	for _, o := range c.Outcomes {
		out[o.ID] = label{nameOr(o.Name, o.ID), casefile.MeasureDim(o.Measure)}
	}
	return out
}
