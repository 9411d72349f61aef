package freight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/units"
)

// ErrNoneFree says that no constant of the case is marked free.
var ErrNoneFree = errors.New("freight: no constant is free")

// Numbers of the fit.
const (
	// FitLogError is the standard deviation of the log of a published volume
	// about its own definition, beside its range.
	FitLogError = 0.3
	// FitIterations bounds the Gauss-Newton steps of the fit, FitRefits those of
	// a refit that leaves a group out (it starts from the fit).
	FitIterations = 12
	FitRefits     = 3
	// FitStep is the finite difference, in half ranges of a constant.
	FitStep = 0.02
	// FitFloor bounds how little a model value counts, as a share of the
	// observed one: a corridor without a tonne misses by ln(1/FitFloor).
	FitFloor = 1e-3
	// FitTolerance stops the fit when a step lowers the objective by less than
	// this share.
	FitTolerance = 1e-4
	// FitRank is the relative size below which an observation adds nothing to
	// those before it.
	FitRank = 1e-3
)

// Observation is a published figure that an outcome is held against.
type Observation struct {
	ID      string
	Outcome string // id of an outcome of the base
	Value   float64
	Low     float64 // range of the figure; 0 and 0 when it has none
	High    float64
	Group   string // figures that measure the same thing share a group; "" is a group of its own
}

// FitOptions of Calibrate.
type FitOptions struct {
	Workers int
	Holdout []Observation // evaluated with the fitted constants, never fitted
	// SkipLeaveOneOut leaves the refits out, for callers in a hurry.
	SkipLeaveOneOut bool
}

// FittedConstant is a free constant before and after the fit.
type FittedConstant struct {
	Name                     string
	Before, After, Low, High float64
	AtBound                  bool
}

// FitRow is one observation against the model.
type FitRow struct {
	ID, Outcome, Group      string
	Observed, Before, After float64
	MissBefore, MissAfter   float64 // model over observed, minus 1
	LeftOut                 float64 // model value when its group is not fitted; NaN when not computed
	MissLeftOut             float64
}

// Fit is a calibration report.
type Fit struct {
	Constants       []FittedConstant
	Observations    int
	Independent     int // see Calibrate
	Rows, Holdout   []FitRow
	MedianMiss      float64 // median absolute miss of the fitted rows
	MedianLeftOut   float64 // the same of rows that were left out; NaN when not computed
	ObjectiveBefore float64
	ObjectiveAfter  float64
	Iterations      int
	Base            *Base // the base with the fitted constants
}

// TooManyFree refuses a fit with more than half as many free constants as
// independent observations.
type TooManyFree struct{ Free, Observations, Independent int }

func (e *TooManyFree) Error() string {
	return fmt.Sprintf("freight: %d free constants for %d independent observations (of %d): at most half as many may be fitted", e.Free, e.Independent, e.Observations)
}

// Calibrate fits the free constants of the base to observations of the base
// year: the sum of squares of ln(model/observed), each over its error
// sqrt(FitLogError^2 + (ln(high/low)/2)^2), plus the squared distance of every
// constant from its start value in half ranges, is made least by a
// Levenberg-Marquardt method with finite differences (Marquardt 1963, SIAM
// Journal 11, 431-441) inside the ranges.
//
// Independent observations are the lesser of two counts: the groups, and the
// rank of the matrix whose rows are the tonnes each observation counts on each
// route of the base-year run. So two names for one flow count once, and a sum
// beside its parts adds nothing.
//
// Each group is then left out in turn, the rest fitted again, and the model's
// value of what was left out kept. A case without a free constant is
// [ErrNoneFree].
func Calibrate(ctx context.Context, b *Base, obs []Observation, opt FitOptions) (*Fit, error) {
	f := &fitter{b: b, ctx: ctx, workers: max(1, opt.Workers)}
	for i := range b.net.spec.Constants {
		k := &b.net.spec.Constants[i]
		if k.Free {
			f.free = append(f.free, k)
		}
	}
	if len(f.free) == 0 {
		return nil, ErrNoneFree
	}
	index := map[string]int{}
	for i := range b.net.spec.Outcomes {
		index[b.net.spec.Outcomes[i].ID] = i
	}
	for _, list := range [][]Observation{obs, opt.Holdout} {
		for i := range list {
			if _, ok := index[list[i].Outcome]; !ok {
				return nil, fmt.Errorf("freight: observation %q: unknown outcome %q", list[i].ID, list[i].Outcome)
			}
			if !(list[i].Value > 0) {
				return nil, fmt.Errorf("freight: observation %q: only values above zero can be fitted, it is %g", list[i].ID, list[i].Value)
			}
		}
	}
	f.obs, f.index = obs, index
	fit := &Fit{Observations: len(obs), Independent: f.independent()}
	if 2*len(f.free) > fit.Independent {
		return nil, &TooManyFree{len(f.free), len(obs), fit.Independent}
	}
	x0 := make([]float64, len(f.free))
	before, err := f.run(x0)
	if err != nil {
		return nil, err
	}
	all := make([]bool, len(obs))
	for i := range all {
		all[i] = true
	}
	x, after, steps, err := f.fit(x0, before, all, FitIterations)
	if err != nil {
		return nil, err
	}
	fit.Iterations = steps
	fit.ObjectiveBefore, fit.ObjectiveAfter = f.objective(x0, before, all), f.objective(x, after, all)
	fit.Constants = f.fitted(x)
	fit.Base = b.with(b.draw, after.override)
	if fit.Base.fault != nil {
		return nil, fit.Base.fault
	}
	for i := range obs {
		fit.Rows = append(fit.Rows, f.row(&obs[i], before, after))
	}
	for i := range opt.Holdout {
		fit.Holdout = append(fit.Holdout, f.row(&opt.Holdout[i], before, after))
	}
	fit.MedianMiss = medianMiss(fit.Rows, func(r *FitRow) float64 { return r.MissAfter })
	fit.MedianLeftOut = math.NaN()
	if opt.SkipLeaveOneOut {
		return fit, nil
	}
	if err := f.leaveOut(fit, x, after); err != nil {
		return nil, err
	}
	fit.MedianLeftOut = medianMiss(fit.Rows, func(r *FitRow) float64 { return r.MissLeftOut })
	return fit, nil
}

type fitter struct {
	b       *Base
	ctx     context.Context
	free    []*Constant
	obs     []Observation
	index   map[string]int
	workers int
}

// start is what a constant was before any fit.
func (k *Constant) start() units.Figure {
	if k.Start.Known {
		return k.Start
	}
	return k.Value
}

// run prepares the base at x, in half ranges from the start values.
func (f *fitter) run(x []float64) (*Base, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	v := map[string]float64{}
	for name, old := range f.b.override {
		v[name] = old
	}
	for i, k := range f.free {
		v[k.Name] = f.value(i, x[i])
	}
	c := f.b.withYear(f.b.draw, v, false)
	return c, c.fault
}

func (f *fitter) value(i int, x float64) float64 {
	k := f.free[i].start()
	return math.Max(k.Low, math.Min(k.High, k.Central+x*(k.High-k.Low)/2))
}

// bounds of x for a constant.
func (f *fitter) bounds(i int) (lo, hi float64) {
	k := f.free[i].start()
	half := (k.High - k.Low) / 2
	return (k.Low - k.Central) / half, (k.High - k.Central) / half
}

// residual of one observation under a base.
func (f *fitter) residual(o *Observation, b *Base) float64 {
	m := math.Max(b.baseYear.Outcomes[f.index[o.Outcome]], FitFloor*o.Value)
	if math.IsNaN(m) {
		m = FitFloor * o.Value
	}
	err := FitLogError
	if o.Low > 0 && o.High > o.Low {
		err = math.Hypot(err, math.Log(o.High/o.Low)/2)
	}
	return math.Log(m/o.Value) / err
}

func (f *fitter) objective(x []float64, b *Base, in []bool) float64 {
	sum := 0.0
	for i := range f.obs {
		if in[i] {
			r := f.residual(&f.obs[i], b)
			sum += r * r
		}
	}
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// fit runs Levenberg-Marquardt from x over the observations in.
func (f *fitter) fit(x []float64, at *Base, in []bool, limit int) ([]float64, *Base, int, error) {
	x = slices.Clone(x)
	p := len(f.free)
	damping := 1e-2
	obj := f.objective(x, at, in)
	for step := 0; step < limit; step++ {
		jac, err := f.jacobian(x, at)
		if err != nil {
			return nil, nil, step, err
		}
		h, g := make([]float64, p*p), make([]float64, p)
		for i := range f.obs {
			if !in[i] {
				continue
			}
			r := f.residual(&f.obs[i], at)
			for a := 0; a < p; a++ {
				g[a] += jac[a][i] * r
				for c := 0; c < p; c++ {
					h[a*p+c] += jac[a][i] * jac[c][i]
				}
			}
		}
		for a := 0; a < p; a++ {
			g[a] += x[a]
			h[a*p+a]++
		}
		moved := false
		for try := 0; try < 6; try++ {
			sys, rhs := slices.Clone(h), make([]float64, p)
			for a := 0; a < p; a++ {
				sys[a*p+a] *= 1 + damping
				rhs[a] = -g[a]
			}
			if !solveDense(sys, rhs, p) {
				damping *= 10
				continue
			}
			next := slices.Clone(x)
			for a := range next {
				lo, hi := f.bounds(a)
				next[a] = math.Max(lo, math.Min(hi, x[a]+rhs[a]))
			}
			nb, err := f.run(next)
			if err != nil {
				return nil, nil, step, err
			}
			if o := f.objective(next, nb, in); o < obj {
				moved = obj-o > FitTolerance*obj
				x, at, obj = next, nb, o
				damping /= 5
				break
			}
			damping *= 10
		}
		if !moved {
			return x, at, step + 1, nil
		}
	}
	return x, at, limit, nil
}

// jacobian of the residuals by forward (at an upper bound backward) differences.
func (f *fitter) jacobian(x []float64, at *Base) ([][]float64, error) {
	jac := make([][]float64, len(x))
	err := par.Do(f.ctx, f.workers, len(x), func(_, a int) error {
		h := FitStep
		if _, hi := f.bounds(a); x[a]+h > hi {
			h = -h
		}
		y := slices.Clone(x)
		y[a] += h
		nb, err := f.run(y)
		if err != nil {
			return err
		}
		jac[a] = make([]float64, len(f.obs))
		for i := range f.obs {
			jac[a][i] = (f.residual(&f.obs[i], nb) - f.residual(&f.obs[i], at)) / h
		}
		return nil
	})
	return jac, err
}

// independent counts the observations that tell something of their own.
func (f *fitter) independent() int {
	groups := map[string]bool{}
	for i := range f.obs {
		groups[f.group(i)] = true
	}
	var basis [][]float64
	ws := NewWorkspace()
	b := f.b
	b.load(&ws.w, b.params(b.Resolve(BaseYear, nil, nil)))
	ws.e.setup(b, &ws.w, b.baseYear.State)
	ws.e.loads(ws.e.z, ws.e.v)
	flows := ws.e.flows()
	for i := range f.obs {
		v := b.countOf(f.index[f.obs[i].Outcome], flows)
		norm := math.Sqrt(dot(v, v))
		if norm == 0 {
			continue
		}
		for _, e := range basis {
			c := dot(v, e)
			for k := range v {
				v[k] -= c * e[k]
			}
		}
		left := math.Sqrt(dot(v, v))
		if left <= FitRank*norm {
			continue
		}
		for k := range v {
			v[k] /= left
		}
		basis = append(basis, v)
	}
	return min(len(groups), len(basis))
}

// countOf is what an outcome counts on each route (then each item).
func (b *Base) countOf(outcome int, f *flowState) []float64 {
	q := b.queries[outcome]
	v := make([]float64, len(b.routes)+len(b.items))
	for k, r := range q.routes {
		v[r] += q.weightAt(k) * f.tonnes[r]
	}
	for k, i := range q.items {
		v[len(b.routes)+int(i)] += q.weight[k] * f.served[i]
	}
	return v
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

func (f *fitter) group(i int) string {
	if g := f.obs[i].Group; g != "" {
		return "group " + g
	}
	return "row " + f.obs[i].ID
}

// leaveOut refits without each group and notes the model's value of its rows.
func (f *fitter) leaveOut(fit *Fit, x []float64, at *Base) error {
	var groups []string
	for i := range f.obs {
		if g := f.group(i); !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	one := *f
	one.workers = 1
	return par.Do(f.ctx, f.workers, len(groups), func(_, k int) error {
		in := make([]bool, len(f.obs))
		for i := range in {
			in[i] = f.group(i) != groups[k]
		}
		_, nb, _, err := one.fit(x, at, in, FitRefits)
		if err != nil {
			return err
		}
		for i := range in {
			if !in[i] {
				r := &fit.Rows[i]
				r.LeftOut = nb.baseYear.Outcomes[f.index[r.Outcome]]
				r.MissLeftOut = r.LeftOut/r.Observed - 1
			}
		}
		return nil
	})
}

func (f *fitter) row(o *Observation, before, after *Base) FitRow {
	k := f.index[o.Outcome]
	r := FitRow{
		ID: o.ID, Outcome: o.Outcome, Group: o.Group, Observed: o.Value,
		Before: before.baseYear.Outcomes[k], After: after.baseYear.Outcomes[k], LeftOut: math.NaN(), MissLeftOut: math.NaN(),
	}
	r.MissBefore, r.MissAfter = r.Before/o.Value-1, r.After/o.Value-1
	return r
}

func (f *fitter) fitted(x []float64) []FittedConstant {
	var out []FittedConstant
	for i, k := range f.free {
		lo, hi := f.bounds(i)
		out = append(out, FittedConstant{
			Name: k.Name, Before: k.start().Central, After: f.value(i, x[i]), Low: k.Value.Low, High: k.Value.High,
			AtBound: x[i] <= lo || x[i] >= hi,
		})
	}
	return out
}

func medianMiss(rows []FitRow, miss func(*FitRow) float64) float64 {
	var v []float64
	for i := range rows {
		if m := miss(&rows[i]); !math.IsNaN(m) {
			v = append(v, math.Abs(m))
		}
	}
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
