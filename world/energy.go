package world

import (
	"context"
	"crypto/sha256"
	"reflect"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
)

// Energy adapts the engine of power and gas. It is immutable.
type Energy struct {
	Base    *region.Base
	changes [][]region.Change // by effect
	columns []Column
}

// NewEnergy adapts a prepared base and the energy changes of each effect.
func NewEnergy(base *region.Base, changes [][]region.Change) *Energy {
	e := &Energy{Base: base, changes: changes}
	for _, o := range base.Outcomes() {
		e.columns = append(e.columns, Column{ID: o.ID, Mean: o.Measure.Mean()})
	}
	return e
}

// Name is "energy".
func (e *Energy) Name() string { return "energy" }

// Columns are the outcomes of the base.
func (e *Energy) Columns() []Column { return e.columns }

// LostKinds names the accounts of [region.Lost]; power in GWh/yr, gas in bcm/yr.
func (e *Energy) LostKinds() []string {
	return []string{"power demand", "power unserved", "gas demand", "gas unserved", "power exports undelivered"}
}

// Key covers the networks, their figures and outcomes.
func (e *Energy) Key() [32]byte { return e.Base.Key() }

// Options is empty: how a base was prepared shows in its key.
func (e *Energy) Options() string { return "" }

// Independent is true: every solve starts from the basis of the baseline.
func (e *Energy) Independent() bool { return true }

// Touches reports whether the effect has energy changes.
func (e *Energy) Touches(effect int) bool { return len(e.changes[effect]) > 0 }

// Resolve joins the changes of the effects over the horizon's baseline.
func (e *Energy) Resolve(active []int) (Delta, error) {
	var all []region.Change
	for _, i := range active {
		all = append(all, e.changes[i]...)
	}
	return e.resolve(region.Horizon, all)
}

// BaseYear is the network of the base year.
func (e *Energy) BaseYear() (Delta, error) { return e.resolve(region.BaseYear, nil) }

func (e *Energy) resolve(year region.Year, changes []region.Change) (Delta, error) {
	var l diag.List
	d := e.Base.Resolve(year, changes, &l)
	if l.Failed() {
		return nil, &ResolveError{&l}
	}
	return d, nil
}

// NewWorker returns a worker with its own workspace.
func (e *Energy) NewWorker() Worker { return &energyWorker{base: e.Base, ws: region.NewWorkspace()} }

type energyWorker struct {
	base *region.Base
	ws   *region.Workspace
}

// Close gives back what the workspace holds.
func (w *energyWorker) Close() { w.ws.Close() }

func (w *energyWorker) Solve(ctx context.Context, d Delta, start []float64) (*Solution, error) {
	s, err := w.base.Solve(ctx, d.(*region.Delta), start, w.ws)
	if err != nil {
		return nil, err
	}
	l := s.Lost
	return &Solution{
		Values: s.Outcomes, Weights: s.Weights, State: s.State,
		Lost:      []float64{l.PowerDemand, l.PowerUnserved, l.GasDemand, l.GasUnserved, l.Exports},
		Converged: s.Converged, Residual: s.Residual, Iterations: s.Iterations, Kind: s.Kind,
	}, nil
}

// Detail opens a solution up into flows, sheds and limits, with losses also into
// what is missing once an element or an origin is lost. Prices are not read.
func (e *Energy) Detail(ctx context.Context, d Delta, s *Solution, losses bool) (*region.Detail, error) {
	return e.Base.Open(ctx, d.(*region.Delta), region.Parts{Losses: losses})
}

// Figures lists the figures with a range that runs depend on, in a fixed order:
// those of the networks, then the amounts of the effects' changes.
func (e *Energy) Figures() []Ranged {
	var out []Ranged
	seen := map[string]bool{}
	add := func(x region.NamedFigure) {
		if !x.Figure.Known || x.Figure.Fixed() || seen[x.Name] {
			return
		}
		seen[x.Name] = true
		table, _, _ := strings.Cut(x.Name, ":")
		out = append(out, Ranged{x.Name, table, x.Figure.Letter})
	}
	for _, x := range e.Base.Figures() {
		add(x)
	}
	for _, list := range e.changes {
		for i := range list {
			add(region.FigureOf(&list[i]))
		}
	}
	return out
}

// AmountsKey is a hash of the changes of the active effects, ranges and letters
// included: see [Freight.AmountsKey].
func (e *Energy) AmountsKey(active []int) [32]byte {
	h := sha256.New()
	for _, i := range active {
		canonical(h, reflect.ValueOf(e.changes[i]))
	}
	return [32]byte(h.Sum(nil))
}

// Drawn is the engine with every ranged figure at the quantile u gives it.
func (e *Energy) Drawn(u func(name string) float64) (Engine, error) {
	base, err := e.Base.Draw(u)
	if err != nil {
		return nil, err
	}
	return &Energy{Base: base, changes: e.changes, columns: e.columns}, nil
}
