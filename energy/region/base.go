package region

import (
	"context"
	"errors"

	"github.com/astara-corridors/astara/diag"
)

// Base is a prepared case. It is immutable and safe for concurrent use.
type Base struct{ spec *Spec }

// Delta is what a list of changes does to the networks as listed, in canonical
// form: equal keys mean equal networks.
type Delta struct {
	year Year
	// Touched counts, per change, the numbers it set (also to the value they had).
	Touched []int
}

var errUnfinished = errors.New("region: the engine is not complete")

// Check reports every problem of a spec in one pass.
func Check(s *Spec, l *diag.List) {}

// Prepare lays out the programme of the union network and runs the base year and
// the baseline. The spec must have passed [Check].
func Prepare(s *Spec, l *diag.List, opt Options) (*Base, error) { return nil, errUnfinished }

// Resolve turns changes into a [Delta]: first the year's own changes, then the list
// in order. Every problem is reported; a change with a problem changes nothing. A
// nil list drops the problems.
func (b *Base) Resolve(year Year, changes []Change, l *diag.List) *Delta { return &Delta{year: year} }

// Year returns the year the delta was resolved for.
func (d *Delta) Year() Year { return d.year }

// Key is a canonical hash of what the delta changes.
func (d *Delta) Key() [32]byte { return [32]byte{} }

// Key is a hash of everything a solve of this base depends on besides its delta.
func (b *Base) Key() [32]byte { return [32]byte{} }

// Solve dispatches the network of a delta. The result is a function of base and
// delta alone: start is not used, every solve starts from the basis of the baseline.
func (b *Base) Solve(ctx context.Context, d *Delta, start []float64, ws *Workspace) (*Solution, error) {
	return nil, errUnfinished
}

// Detail opens a solution up.
func (b *Base) Detail(ctx context.Context, d *Delta, s *Solution) (*Detail, error) {
	return nil, errUnfinished
}

// Figures lists the figures that runs depend on, in a fixed order.
func (b *Base) Figures() []NamedFigure { return nil }

// FigureOf is the amount of a change as a figure to draw.
func FigureOf(c *Change) NamedFigure { return NamedFigure{Name: "change:" + c.Why, Figure: c.Amount} }

// Draw is the base with every ranged figure at the quantile u gives it by name.
func (b *Base) Draw(u func(name string) float64) (*Base, error) { return nil, errUnfinished }

// Outcomes returns the outcomes in the order of [Solution].Outcomes.
func (b *Base) Outcomes() []Outcome { return b.spec.Outcomes }

// Spec returns the spec the base was prepared from; it must not be modified.
func (b *Base) Spec() *Spec { return b.spec }

// BaseYearRun and BaselineRun are the runs of the base year and of the baseline of
// the horizon year.
func (b *Base) BaseYearRun() *Solution { return nil }

// BaselineRun is the run of the baseline of the horizon year.
func (b *Base) BaselineRun() *Solution { return nil }
