package answer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// linear is an engine whose outcome "tonnes" is 10 plus what each active effect
// adds, so that every answer on it can be worked out by hand. "hours" is a mean
// that has no value while tonnes are below 5. A ranged figure scales the adds.
type linear struct {
	adds  []float64
	scale float64
	c     *casefile.Case
	stats freight.Statistics
	other string // name of a second engine and start of its outcomes' names; "" is the first
}

type linearDelta struct {
	active string
	sum    float64
}

func (d linearDelta) Key() [32]byte { return sha256.Sum256([]byte(d.active)) }

func (e *linear) Name() string { return "linear" + e.other }
func (e *linear) Columns() []world.Column {
	return []world.Column{{ID: e.other + "tonnes"}, {ID: e.other + "hours", Mean: true}}
}
func (e *linear) LostKinds() []string            { return nil }
func (e *linear) Key() [32]byte                  { return [32]byte{1} }
func (e *linear) Options() string                { return "" }
func (e *linear) Touches(effect int) bool        { return e.adds[effect] != 0 }
func (e *linear) NewWorker() world.Worker        { return e }
func (e *linear) BaseYear() (world.Delta, error) { return linearDelta{"base year", -1}, nil }
func (e *linear) With([]freight.Change) (world.Delta, error) {
	return linearDelta{"with", 0}, nil
}
func (e *linear) Figures() []world.Ranged {
	return []world.Ranged{{Name: "market:x:tonnes", Table: "market", Letter: units.Estimate}, {Name: "border:y:hours", Table: "border", Letter: units.Read}}
}
func (e *linear) AmountsKey(active []int) [32]byte { return sha256.Sum256(fmt.Append(nil, active)) }
func (e *linear) Statistics() freight.Statistics   { return e.stats }
func (e *linear) OpenLinks() [][2]bool             { return make([][2]bool, len(e.c.Freight.Links)) }
func (e *linear) Drawn(u func(string) float64) (world.Engine, error) {
	return &linear{adds: e.adds, scale: 2 * u("market:x:tonnes"), c: e.c, other: e.other}, nil
}

func (e *linear) Resolve(active []int) (world.Delta, error) {
	d := linearDelta{active: fmt.Sprint(active)}
	for _, i := range active {
		d.sum += e.adds[i] * e.scale
	}
	return d, nil
}

func (e *linear) Solve(_ context.Context, d world.Delta, _ []float64) (*world.Solution, error) {
	t := 10 + d.(linearDelta).sum
	h := 100 - t
	if t < 5 {
		h = math.NaN()
	}
	return &world.Solution{Values: []float64{t, h}, Weights: []float64{0, t}, State: []float64{t}, Converged: true}, nil
}

// given is a row of a reference table: where when holds, the second state has
// this weight.
type given struct {
	when   string
	second float64
}

type variable struct {
	id, kind string
	states   []string
	parents  []int
	rows     []given
}

type effect struct {
	id, when string
	add      float64
}

// build makes a case of two-state variables with its table over the linear
// engine.
func build(t testing.TB, vars []variable, impossible []string, effects []effect) (*casefile.Case, *world.Table, *linear) {
	t.Helper()
	c := &casefile.Case{ID: "hand", Title: "A case by hand", BaseYear: 2024, Horizon: 2030, Freight: &freight.Spec{BaseYear: 2024, Horizon: 2030}}
	var fv []formula.Variable
	for _, v := range vars {
		if v.states == nil {
			v.states = []string{"no", "yes"}
		}
		fv = append(fv, formula.Variable{ID: v.id, Kind: v.kind, States: v.states})
	}
	s, err := formula.NewSpace(fv)
	if err != nil {
		t.Fatal(err)
	}
	c.Space = s
	parse := func(text string) *formula.Prop {
		var l diag.List
		p := s.Parse(text, diag.Pos{}, &l)
		if l.Failed() {
			t.Fatalf("%s: %v", text, l.All())
		}
		return p
	}
	for i, v := range vars {
		x := casefile.Variable{Variable: s.Vars()[i], InfluencedBy: v.parents}
		for _, g := range v.rows {
			row := casefile.Given{Rest: -1}
			if g.when != "" {
				row.When = parse(g.when)
			}
			row.Weights = []units.Figure{units.Exactly(1-g.second, units.Share), units.Exactly(g.second, units.Share)}
			x.Given = append(x.Given, row)
		}
		c.Variables = append(c.Variables, x)
	}
	var imp []*formula.Prop
	for _, text := range impossible {
		imp = append(imp, parse(text))
		c.Impossible = append(c.Impossible, casefile.Impossible{Prop: imp[len(imp)-1]})
	}
	e := &linear{scale: 1, c: c}
	for _, x := range effects {
		c.Effects = append(c.Effects, casefile.Effect{ID: x.id, When: parse(x.when), ShareOfYear: units.Exactly(1, units.Share)})
		e.adds = append(e.adds, x.add)
	}
	for _, o := range []freight.Outcome{{ID: "tonnes", Measure: freight.Tonnes, Materiality: 0.01}, {ID: "hours", Measure: freight.Hours, Materiality: 0.01}} {
		c.Outcomes = append(c.Outcomes, casefile.Outcome{Outcome: o, Name: "the " + o.ID})
	}
	ws, err := s.Enumerate(imp, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := world.NewPlan(s, ws, Effects(c), e)
	if err != nil {
		t.Fatal(err)
	}
	tab, _, err := plan.Solve(t.Context(), world.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c, tab, e
}

// small is the case of most tests: the pact makes the rail likelier, the rail
// adds 4, a closed strait takes 8 and does not descend from the pact.
func small(t testing.TB) (*casefile.Case, *world.Table, *linear) {
	return build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "rail", kind: "event", states: []string{"missing", "built"}, parents: []int{0}, rows: []given{{"pact=in_force", 0.6}, {"", 0.2}}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
		{id: "idle", kind: "event", parents: []int{1}, rows: []given{{"rail=built", 0.5}, {"", 0.1}}},
	}, nil, []effect{{"rail", "rail=built", 4}, {"strait", "strait=shut", -8}})
}

func compute(t testing.TB, c *casefile.Case, tab *world.Table, e *linear, opt Options) *Answer {
	t.Helper()
	solver, err := world.NewSolver(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer solver.Close()
	a, err := Compute(t.Context(), Input{Case: c, Tables: []*world.Table{tab}, Freight: e, Solver: solver}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
