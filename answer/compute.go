package answer

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/coalition"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// Options of an answer. Draws, Keys and Seed are part of its identity.
type Options struct {
	Draws   int    // draws of ranged figures on the key worlds, 0: none
	Keys    int    // key worlds for each act, over its arms together
	Seed    uint64 // of the draws
	Players int    // states that play the game of leverage at most, 0: no leverage
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
	return Options{Draws: DefaultDraws, Keys: DefaultKeys, Seed: DefaultSeed, Players: DefaultPlayers}
}

// Check refuses options that mean nothing.
func (o Options) Check() error {
	switch {
	case o.Draws < 0 || o.Draws == 1:
		return fmt.Errorf("%d draws; expected 0 for none, or at least 2 to have a spread", o.Draws)
	case o.Draws > 0 && o.Keys < 1:
		return fmt.Errorf("%d key worlds; expected at least 1", o.Keys)
	case o.Players < 0 || o.Players == 1 || o.Players > coalition.MostPlayers:
		return fmt.Errorf("%d players; expected 0 for no leverage, or 2 to %d", o.Players, coalition.MostPlayers)
	}
	return nil
}

// Sampled is an engine with a base-year run whose ranged figures can be drawn.
type Sampled interface {
	world.Engine
	BaseYear() (world.Delta, error)
	Figures() []world.Ranged
	// AmountsKey is a hash of the ranges of what the active effects change.
	AmountsKey(active []int) [32]byte
	Drawn(u func(name string) float64) (world.Engine, error)
}

// Engine is what answers need of the freight engine beside its table.
type Engine interface {
	Sampled
	With([]freight.Change) (world.Delta, error)
	// Statistics says what the preparation of the network left out.
	Statistics() freight.Statistics
	// OpenLinks says which links can be used, forward and back, in the baseline.
	OpenLinks() [][2]bool
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
	// Energy and EnergySolver are the same of power and gas; nil where the case has
	// none. The table of Energy must be among Tables.
	Energy       Sampled
	EnergySolver *world.Solver
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
	engines   []*part // by table
	reference Weighting
	opinions  *opinions // nil when no claim weighs
	lenses    []lens    // the headline first
	extra     *extras
	labels    map[string]label
	run       world.Run
	acts      []*actReading   // of the headline
	all       [][]*actReading // by lens
	notes     []string

	mu      sync.Mutex
	columns map[ref]*column
	states  [][]uint8 // by variable and world
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
	if err := k.join(); err != nil {
		return nil, err
	}
	if k.reference == nil {
		ref, err := NewCaseReference(k.c, k.freight.Worlds)
		if err != nil {
			return nil, err
		}
		k.reference = ref
	}
	k.labels = labelsOf(k.c)
	var err error
	if k.opinions, err = newOpinions(ctx, k.c, k.freight.Worlds, k.tables, k.reference, k.comparedActs(), false, opt.Workers); err != nil {
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
	k.letGo()
	if a.Words, err = k.words(ctx); err != nil {
		return nil, err
	}
	if a.Decisions, err = k.decisions(ctx); err != nil {
		return nil, err
	}
	if a.Discovery, err = k.discovery(ctx); err != nil {
		return nil, err
	}
	for i, rs := range k.all {
		a.Views = append(a.Views, k.lenses[i].View())
		for _, r := range rs {
			a.Acts = append(a.Acts, r.act)
		}
	}
	a.rows = k.rowWeights()
	a.weights = weightsOf(k.c, k.freight.Worlds, k.lenses, k.opinions)
	if a.Agreements, err = k.agreements(); err != nil {
		return nil, err
	}
	a.Observed = k.observed()
	a.Fit = fitSummary(a.Observed)
	a.Corridors = k.corridors()
	a.Countries = k.countries()
	if err := k.addPayers(ctx, a); err != nil {
		return nil, err
	}
	if a.Energy, err = k.readEnergy(ctx, a); err != nil {
		return nil, err
	}
	if a.Leverage, err = k.leverage(ctx); err != nil {
		return nil, err
	}
	a.Claims = claims(k.c)
	a.Hangs = hangs(k.c)
	if opt.Draws > 0 && len(k.acts) > 0 {
		if a.Spread, err = k.spread(ctx); err != nil {
			return nil, err
		}
	}
	a.Questions, a.Variables = k.questions(), k.variables()
	Sentences(a)
	a.Notes = k.allNotes(a)
	a.Run = &Run{k.run.Solved, k.run.Cached, k.run.Seconds, k.run.PerSecond, k.run.Workers}
	return a, nil
}

// letGo forgets what only the two parts of effects are read from: by view and act a
// number for each world.
func (k *computer) letGo() {
	for i := range k.lenses {
		k.lenses[i].alone, k.lenses[i].neutral = nil, nil
	}
	if o := k.opinions; o != nil {
		o.neutral, o.agreedWords = nil, nil
		for _, p := range o.speakers {
			p.alone = nil
		}
	}
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
		if len(k.tables) > 1 {
			w.Engines = append(w.Engines, EngineInfo{t.Engine.Name(), len(t.Rows), len(t.Networks), t.NotConverged()})
		}
	}
	w.TableHash = hex.EncodeToString(hashes)
	return w
}

// baseYear returns a column of the base-year run of its engine.
func (k *computer) baseYear(id string) Number {
	at, ok := k.tables.find(id)
	if !ok {
		return Number{}
	}
	return some(k.engines[at.table].baseYear.Values[at.column])
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
			for _, v := range k.column(at).values {
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

// RowWeights returns the weight of every row of the freight table under the
// headline with an act in a state; nil for an answer that was recalled.
func (a *Answer) RowWeights(act, state string) []float64 { return a.rows[[2]string{act, state}] }

// Weights are those of every view by world; nil for an answer that was recalled. They
// must not be changed.
func (a *Answer) Weights() []ViewWeights { return a.weights }

func (k *computer) rowWeights() map[[2]string][]float64 {
	out := map[[2]string][]float64{}
	for _, r := range k.acts {
		for st, arm := range r.act.Arms {
			out[[2]string{r.act.ID, arm.State}] = r.readings[st].weights[slices.Index(k.tables, k.freight)]
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
