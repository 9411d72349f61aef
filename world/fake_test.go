package world

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// fake is an engine for the mechanics of worlds: a network is a vector of two
// numbers that effects add to, a solution is a fixed point that depends on its
// start in the last bits, as a real engine's does.
type fake struct {
	adds    [][2]int // by effect
	options string
	base    byte
	delay   time.Duration
	solves  *atomic.Int64
}

type fakeDelta [2]int

func (d fakeDelta) Key() [32]byte { return sha256.Sum256(fmt.Append(nil, d)) }

func (f *fake) Name() string { return "fake" }
func (f *fake) Columns() []Column {
	return []Column{{ID: "tonnes"}, {ID: "hours", Mean: true}, {ID: "constant"}}
}
func (f *fake) LostKinds() []string { return []string{"no route"} }
func (f *fake) Key() [32]byte       { return [32]byte{f.base} }
func (f *fake) Options() string     { return f.options }
func (f *fake) Touches(e int) bool  { return f.adds[e] != [2]int{} }
func (f *fake) NewWorker() Worker   { return f }
func (f *fake) Resolve(active []int) (Delta, error) {
	var d fakeDelta
	for _, e := range active {
		d[0] += f.adds[e][0]
		d[1] += f.adds[e][1]
	}
	return d, nil
}

func (f *fake) Solve(ctx context.Context, d Delta, start []float64) (*Solution, error) {
	if f.solves != nil {
		f.solves.Add(1)
	}
	time.Sleep(f.delay)
	v := d.(fakeDelta)
	x := 1.0
	if start != nil {
		x = start[0]
	}
	n := 0
	for ; n < 25; n++ { // not run to the last bit, so the start shows
		x = 0.5*x + math.Cos(0.3*x)*(1+0.1*float64(v[0])) + 0.01*float64(v[1])
	}
	hours := 10 + x
	if v[0] < 0 {
		hours = math.NaN()
	}
	return &Solution{
		Values: []float64{100*x - 100*float64(v[0]), hours, 5}, Weights: []float64{0, 100 * x, 0}, State: []float64{x}, Lost: []float64{float64(v[1])},
		Converged: v[1] != 2, Residual: 1e-9 * x, Iterations: n, Kind: "fixed point",
	}, nil
}

// variables of the fake case: an act, two events and one that nothing depends on.
func fakeSpace(t testing.TB) *formula.Space {
	t.Helper()
	s, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "in_force"}},
		{ID: "rail", Kind: "event", States: []string{"missing", "built", "both"}},
		{ID: "strait", Kind: "event", States: []string{"open", "shut"}},
		{ID: "idle", Kind: "event", States: []string{"no", "yes"}},
		{ID: "season", Kind: "event", States: []string{"mild", "hard"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func prop(t testing.TB, s *formula.Space, text string) *formula.Prop {
	t.Helper()
	var l diag.List
	p := s.Parse(text, diag.Pos{}, &l)
	if l.Failed() {
		t.Fatalf("%s: %v", text, l.All())
	}
	return p
}

// fakePlan has six effects: two that cancel in rail=both, two for part of the
// year, one that touches nothing and one that never holds.
func fakePlan(t testing.TB, f *fake) *Plan {
	t.Helper()
	s := fakeSpace(t)
	ws, err := s.Enumerate([]*formula.Prop{prop(t, s, "rail=both and strait=shut")}, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	effects := []Effect{
		{"rail_up", prop(t, s, "rail in {built, both}"), 1},
		{"rail_down", prop(t, s, "rail=both"), 1},
		{"shut", prop(t, s, "strait=shut"), 0.25},
		{"idle", prop(t, s, "idle=yes"), 1},
		{"frost", prop(t, s, "season=hard"), 0.4},
		{"never", nil, 1},
	}
	f.adds = [][2]int{{1, 0}, {-1, 0}, {-2, 1}, {}, {0, 2}, {9, 9}}
	p, err := NewPlan(s, ws, effects, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
