package region

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/lp"
)

// Base is a prepared case: the programme of everything listed, with the runs of the
// base year and the baseline. It is immutable and safe for concurrent use.
type Base struct {
	spec *Spec
	net  *network
	lay  layout
	vals *values
	draw drawer
	prog *program

	lowest   []float64    // zone: least value of lost load among its power tiers, USD/MWh
	peaks    []*blockPart // peak blocks
	queries  []query
	start    outset // the baseline's optimum, where every solve sets out from
	baseYear *Solution
	baseline *Solution
}

// Prepare lays out the programme of the union network and runs the base year and the
// baseline. The spec must have passed [Check]; what cannot be read then is an error.
// Problems of outcomes and of the years' own changes go to l.
func Prepare(s *Spec, l *diag.List, opt Options) (*Base, error) {
	if l == nil {
		l = &diag.List{}
	}
	own := &diag.List{}
	Check(s, own)
	if own.Failed() {
		l.Merge(own)
		return nil, errors.New("region: the energy tables have problems")
	}
	b := &Base{spec: s, net: newNetwork(s)}
	b.lay = newLayout(b.net)
	own = &diag.List{}
	b.queries = b.compile(own)
	l.Merge(own)
	if own.Failed() {
		return nil, errors.New("region: the outcomes of the energy engine have problems")
	}
	defer lp.Release() // what solves next may come long after
	return b, b.ready(opt.Context, l)
}

// ready evaluates the figures, builds the programme and runs the two years.
func (b *Base) ready(ctx context.Context, l *diag.List) error {
	if ctx == nil {
		ctx = context.Background()
	}
	var err error
	if b.vals, err = b.net.evaluate(b.lay, b.draw); err != nil {
		return fmt.Errorf("region: figures: %w", err)
	}
	b.lowest = b.lowestWorth()
	b.prog = b.net.newProgram(b.vals)
	for k := range b.net.Blocks {
		if b.net.Blocks[k].Peak {
			b.peaks = append(b.peaks, b.prog.partOf(k))
		}
	}
	own := &diag.List{}
	year, line := b.Resolve(BaseYear, nil, own), b.Resolve(Horizon, nil, own)
	l.Merge(own)
	if own.Failed() {
		return errors.New("region: the changes of the base year or the baseline do not fit the tables")
	}
	first, err := b.problem(b.worldOf(b.params(line))).solve(ctx, b.start)
	if err != nil {
		return fmt.Errorf("region: baseline: %w", err)
	}
	b.start = first
	if err := b.setOut(ctx, line); err != nil {
		return fmt.Errorf("region: baseline: %w", err)
	}
	if b.baseline, err = b.Solve(ctx, line, nil, nil); err != nil {
		return fmt.Errorf("region: baseline: %w", err)
	}
	if b.baseYear, err = b.Solve(ctx, year, nil, nil); err != nil {
		return fmt.Errorf("region: base year: %w", err)
	}
	return nil
}

// setOut solves the peak blocks of the baseline without losses, where all others set
// out from.
func (b *Base) setOut(ctx context.Context, line *Delta) error {
	run, err := b.dispatch(ctx, line)
	if err != nil {
		return err
	}
	defer run.close()
	for _, part := range b.peaks {
		block, err := run.open(ctx, part)
		if err != nil {
			return err
		}
		part.start = outset{block.r.Basis, block.x}
		block.close()
	}
	return nil
}

// lowestWorth is the value of the power tier that each zone sheds first: that of
// electric heating, which nobody counted on. A zone without power load takes the
// lowest of all.
func (b *Base) lowestWorth() []float64 {
	out := make([]float64, len(b.net.Zones))
	all := math.Inf(1)
	for z := range out {
		out[z] = math.Inf(1)
	}
	for _, key := range b.net.loads {
		if b.net.Tiers[key.tier].Carrier == Power {
			out[key.zone] = math.Min(out[key.zone], b.vals.worth[key.tier])
			all = math.Min(all, out[key.zone])
		}
	}
	for z := range out {
		if math.IsInf(out[z], 1) {
			out[z] = finite(all)
		}
	}
	return out
}

// Draw is the base with every ranged figure, and the amount of every change, at the
// quantile u gives it by name; u must be a function of the name alone.
func (b *Base) Draw(u func(name string) float64) (*Base, error) {
	d := &Base{spec: b.spec, net: b.net, lay: b.lay, draw: u, queries: b.queries, start: b.start}
	return d, d.ready(context.Background(), &diag.List{})
}

// Outcomes returns the outcomes in the order of [Solution].Outcomes.
func (b *Base) Outcomes() []Outcome { return b.spec.Outcomes }

// Spec returns the spec the base was prepared from; it must not be modified.
func (b *Base) Spec() *Spec { return b.spec }

// BaseYearRun returns the run of the base year, the only one that meets observed
// figures.
func (b *Base) BaseYearRun() *Solution { return b.baseYear }

// BaselineRun returns the run of the baseline of the horizon year.
func (b *Base) BaselineRun() *Solution { return b.baseline }

// Figures lists the figures that runs depend on, in a fixed order: those of the
// tables, then the amounts of the years' own changes.
func (b *Base) Figures() []NamedFigure {
	var out []NamedFigure
	v := &values{listed: make([]float64, b.lay.size), growth: make([]float64, b.lay.size), cons: map[string]float64{}}
	b.net.eachFigure(b.lay, v, func(name string, f figure, to *float64, scale, missing float64) {
		if given(f) {
			out = append(out, NamedFigure{name, f})
		}
	})
	for _, list := range [][]Change{b.net.BaseYearChanges, b.net.BaselineChanges} {
		for i := range list {
			if f := FigureOf(&list[i]); given(f.Figure) {
				out = append(out, f)
			}
		}
	}
	return out
}

// Statistics say what Prepare built.
type Statistics struct {
	Zones, Blocks, Columns, Rows, Entries int
	Markets                               []string
	Commodities                           int
}

// Statistics returns what Prepare built.
func (b *Base) Statistics() Statistics {
	return Statistics{len(b.net.Zones), len(b.net.Blocks), b.prog.Cols(), b.prog.Rows(), len(b.prog.Value), slices.Clone(b.net.markets), len(b.net.goods)}
}
