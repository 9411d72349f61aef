package lp

import (
	"context"
	"fmt"
	"math"
)

// Tolerances of SolveSeparable.
const (
	// tangentGap is the distance between a quadratic and its tangents at the solution,
	// relative to the quadratic (and at least absolute), at which a column is done: a few
	// times the solver's own tolerance. A quadratic c x^2 then has a slope, and so a dual
	// value, that is off by at most 2 sqrt(c gap).
	tangentGap = 4 * DefaultTolerance
	// mostRounds bounds the rounds; each halves the distance of the tangents around
	// the solution, so some thirty are enough.
	mostRounds = 80
	// firstTangents is the number of tangents a column starts with.
	firstTangents = 5
)

// SolveSeparable solves a problem whose Hessian is diagonal by tangents (Kelley, "The
// cutting-plane method for solving convex programs", J. SIAM 8, 1960): each quadratic
// is replaced by the highest of its tangents, and each round adds the tangents at the
// last solution and solves the linear programme from the last basis. The result is a
// point whose objective is within tangentGap of the optimum for each quadratic; rows and
// bounds hold as in any linear programme. HiGHS' own active-set method is faster on small
// problems but loses feasibility on some grids of 800 buses, which this cannot.
//
// Columns with a quadratic need finite bounds. The result has no basis. The error wraps
// [ErrProblem] when an entry is off the diagonal, bends the wrong way or has an infinite
// bound.
func SolveSeparable(ctx context.Context, p *Problem, opt Options) (*Result, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	sense := 1.0
	if p.Maximise {
		sense = -1
	}
	curve := make([]float64, p.Cols()) // half the Hessian's diagonal: curve x^2
	for _, q := range p.Quad {
		j := q.Col
		if q.Row != j || q.Value*sense < 0 || math.IsInf(p.Lower[j], 0) || math.IsInf(p.Upper[j], 0) {
			return nil, fmt.Errorf("%w: entry %v at (%d, %d) of a separable problem, with bounds %v and %v", ErrProblem, q.Value, q.Row, j, p.Lower[j], p.Upper[j])
		}
		curve[j] += q.Value / 2
	}
	if opt.Start != nil {
		return nil, fmt.Errorf("%w: a separable problem takes no start basis", ErrProblem)
	}
	cols, rows := p.Cols(), p.Rows()
	linear := p.clone()
	linear.Quad = nil
	height := make([]int, cols) // column that stands for curve x^2
	for j, c := range curve {
		if height[j] = -1; c == 0 {
			continue
		}
		height[j] = linear.Col(1, -Inf, Inf)
		for k := range firstTangents {
			at := p.Lower[j] + (p.Upper[j]-p.Lower[j])*float64(k)/(firstTangents-1)
			lo, hi, terms := tangent(j, height[j], c, at)
			linear.Row(lo, hi, terms...)
		}
	}
	m, err := Open(ctx, linear, opt)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	steps := 0
	for range mostRounds {
		r, err := m.Solve(ctx)
		if err != nil {
			return nil, err
		}
		steps += r.Iterations
		r.Iterations = steps
		if r.Status != Optimal {
			if r.Farkas != nil {
				r.Farkas = r.Farkas[:rows] // tangents cannot conflict: their columns are free
			}
			r.Basis = nil
			if r.X != nil {
				r.X, r.Activity = r.X[:cols], r.Activity[:rows]
			}
			return r, nil
		}
		added := 0
		for j, h := range height {
			if h < 0 {
				continue
			}
			x := r.X[j]
			gap := math.Abs(curve[j]*x*x - r.X[h])
			if gap > tangentGap*(1+math.Abs(r.X[h])) {
				lo, hi, terms := tangent(j, h, curve[j], x)
				if _, err := m.AddRow(ctx, lo, hi, terms...); err != nil {
					return nil, err
				}
				added++
			}
		}
		if added == 0 {
			// The true objective at the solution, an upper bound that the gaps tie to
			// the lower one.
			r.Objective = p.Offset
			for j := range cols {
				r.Objective += float64(p.Cost[j]*r.X[j]) + float64(float64(curve[j]*r.X[j])*r.X[j])
			}
			for j, h := range height {
				if h >= 0 {
					r.Reduced[j] = 0
				}
			}
			r.X, r.Reduced, r.Activity, r.Dual, r.Basis = r.X[:cols], r.Reduced[:cols], r.Activity[:rows], r.Dual[:rows], nil
			p.reduce(curve, r)
			return r, nil
		}
	}
	return nil, fmt.Errorf("lp: tangents did not close in on the optimum within %d rounds", mostRounds)
}

// tangent is the row height >= c at^2 + 2 c at (x - at) for c > 0, and <= for c < 0.
func tangent(x, height int, c, at float64) (lo, hi float64, terms []Term) {
	lo, hi = -c*at*at, Inf
	if c < 0 {
		lo, hi = -Inf, lo
	}
	return lo, hi, []Term{{height, 1}, {x, -2 * c * at}}
}

// reduce sets the reduced costs of columns with a quadratic from the duals.
func (p *Problem) reduce(curve []float64, r *Result) {
	sum := make([]float64, p.Cols())
	for i, y := range r.Dual {
		for k := p.First[i]; k < p.First[i+1]; k++ {
			sum[p.Index[k]] += float64(y * p.Value[k])
		}
	}
	for j, c := range curve {
		if c == 0 {
			continue
		}
		// Inside its bounds a column has no reduced cost; what is left there is the
		// error of the tangents.
		size := math.Max(1, math.Max(math.Abs(p.Lower[j]), math.Abs(p.Upper[j])))
		if r.X[j]-p.Lower[j] > atBound*size && p.Upper[j]-r.X[j] > atBound*size {
			continue
		}
		r.Reduced[j] = p.Cost[j] + 2*c*r.X[j] - sum[j]
	}
}

// atBound is the distance to a bound, relative to the bounds, at which a column stands
// at it.
const atBound = 1e-9
