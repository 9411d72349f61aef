package world

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Freight adapts the freight engine. It is immutable.
type Freight struct {
	Base    *freight.Base
	changes [][]freight.Change // by effect
	columns []Column
	key     func() [32]byte
}

// NewFreight adapts a prepared freight base and the freight changes of each
// effect.
func NewFreight(base *freight.Base, changes [][]freight.Change) *Freight {
	f := &Freight{Base: base, changes: changes, key: sync.OnceValue(func() [32]byte { return keyOf(base) })}
	for _, o := range base.Outcomes() {
		f.columns = append(f.columns, Column{ID: o.ID, Mean: o.Measure.Mean()})
	}
	return f
}

// Name is "freight".
func (f *Freight) Name() string { return "freight" }

// Columns are the outcomes of the base.
func (f *Freight) Columns() []Column { return f.columns }

// LostKinds names the accounts of [freight.Lost].
func (f *Freight) LostKinds() []string {
	return []string{"demand", "served", "no route", "priced out", "rationed", "induced"}
}

// Key covers the spec with all its figures and outcomes, and the numbers of the
// base year and baseline runs, which tell draws and fitted constants apart.
func (f *Freight) Key() [32]byte { return f.key() }

func keyOf(base *freight.Base) [32]byte {
	h := sha256.New()
	canonical(h, reflect.ValueOf(*base.Spec()))
	for _, run := range []*freight.Solution{base.BaseYearRun(), base.BaselineRun()} {
		if run == nil {
			number(h, 0)
			continue
		}
		number(h, 1)
		canonical(h, reflect.ValueOf(run.Outcomes))
		canonical(h, reflect.ValueOf(run.State))
	}
	return [32]byte(h.Sum(nil))
}

// Options is empty: how a base was prepared shows in its key.
func (f *Freight) Options() string { return "" }

// Touches reports whether the effect has freight changes.
func (f *Freight) Touches(effect int) bool { return len(f.changes[effect]) > 0 }

// ResolveError says that changes cannot be applied to the network; the list
// holds every problem with its place in the case.
type ResolveError struct{ List *diag.List }

func (e *ResolveError) Error() string {
	all := e.List.All()
	return fmt.Sprintf("%d problems in the changes of the network, the first: %s", len(all), all[0].Message)
}

// Resolve joins the changes of the effects over the horizon's baseline.
func (f *Freight) Resolve(active []int) (Delta, error) {
	var all []freight.Change
	for _, e := range active {
		all = append(all, f.changes[e]...)
	}
	return f.resolve(freight.Horizon, all)
}

// BaseYear is the network of the base year.
func (f *Freight) BaseYear() (Delta, error) { return f.resolve(freight.BaseYear, nil) }

// With is the network of the baseline with further changes.
func (f *Freight) With(changes []freight.Change) (Delta, error) {
	return f.resolve(freight.Horizon, changes)
}

func (f *Freight) resolve(year freight.Year, changes []freight.Change) (Delta, error) {
	var l diag.List
	d := f.Base.Resolve(year, changes, &l)
	if l.Failed() {
		return nil, &ResolveError{&l}
	}
	return d, nil
}

// Reach is how many routes a delta touches.
func (f *Freight) Reach(d Delta) int { return f.Base.Reach(d.(*freight.Delta)) }

// NewWorker returns a worker with its own workspace.
func (f *Freight) NewWorker() Worker { return &freightWorker{base: f.Base} }

type freightWorker struct {
	base *freight.Base
	ws   *freight.Workspace
}

func (w *freightWorker) Solve(ctx context.Context, d Delta, start []float64) (*Solution, error) {
	if w.ws == nil {
		w.ws = freight.NewWorkspace()
	}
	s, err := w.base.Solve(ctx, d.(*freight.Delta), start, w.ws)
	if err != nil {
		return nil, err
	}
	return &Solution{
		Values: s.Outcomes, Weights: s.Weights, State: s.State,
		Lost:      []float64{s.Lost.Demand, s.Lost.Served, s.Lost.NoRoute, s.Lost.PricedOut, s.Lost.Rationed, s.Lost.Induced},
		Converged: s.Converged, Residual: s.Residual, Iterations: s.Iterations, Kind: s.Kind,
	}, nil
}

// Detail opens a solution up into routes, operations and flows.
func (f *Freight) Detail(d Delta, s *Solution) *freight.Detail {
	l := s.Lost
	return f.Base.Detail(d.(*freight.Delta), &freight.Solution{
		Outcomes: s.Values, Weights: s.Weights, State: s.State,
		Converged: s.Converged, Residual: s.Residual, Iterations: s.Iterations, Kind: s.Kind,
		Lost: freight.Lost{Demand: l[0], Served: l[1], NoRoute: l[2], PricedOut: l[3], Rationed: l[4], Induced: l[5]},
	})
}

// Ranged is a figure of the case that has a range.
type Ranged struct {
	Name   string
	Table  string // of the case folder
	Letter units.Letter
}

// Figures lists the figures with a range that runs depend on, in a fixed order:
// those of the network, then the amounts of the effects' changes.
func (f *Freight) Figures() []Ranged {
	var out []Ranged
	seen := map[string]bool{}
	add := func(x freight.NamedFigure) {
		if x.Figure.Fixed() || seen[x.Name] {
			return
		}
		seen[x.Name] = true
		table, _, _ := strings.Cut(x.Name, ":")
		out = append(out, Ranged{x.Name, table, x.Figure.Letter})
	}
	for _, x := range f.Base.Figures() {
		add(x)
	}
	for _, list := range f.changes {
		for i := range list {
			add(freight.FigureOf(&list[i]))
		}
	}
	return out
}

// AmountsKey is a hash of the changes of the active effects, ranges and letters
// included. The key of a delta holds their central amounts only; a draw reads the
// rest.
func (f *Freight) AmountsKey(active []int) [32]byte {
	h := sha256.New()
	for _, e := range active {
		canonical(h, reflect.ValueOf(f.changes[e]))
	}
	return [32]byte(h.Sum(nil))
}

// Statistics says what the preparation of the network built and left out.
func (f *Freight) Statistics() freight.Statistics { return f.Base.Statistics() }

// OpenLinks says which links can be used, forward and back, in the baseline of
// the horizon year.
func (f *Freight) OpenLinks() [][2]bool { return f.Base.OpenLinks(freight.Horizon) }

// Drawn is the engine with every ranged figure at the quantile u gives it.
func (f *Freight) Drawn(u func(name string) float64) (Engine, error) {
	base := f.Base.Draw(u)
	return &Freight{Base: base, changes: f.changes, columns: f.columns, key: sync.OnceValue(func() [32]byte { return keyOf(base) })}, nil
}
