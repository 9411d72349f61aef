package lp

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// HiGHS' model statuses that a solve can return here.
const (
	highsSolveError            = 4
	highsModelEmpty            = 6
	highsOptimal               = 7
	highsInfeasible            = 8
	highsUnboundedOrInfeasible = 9
	highsUnbounded             = 10
	highsIterationLimit        = 14
	highsUnknown               = 15
)

// ErrUndecided is the error of a problem at the rim of what is feasible, which the
// solver can tell neither from one that is nor from one that is not.
var ErrUndecided = errors.New("lp: the solver cannot decide whether the problem is feasible")

// Solve solves the model as it stands, from its last basis when it has one.
func (m *Model) Solve(ctx context.Context) (*Result, error) {
	p := m.p
	if crossed, row := p.crossed(); crossed {
		r := &Result{Status: Infeasible}
		if m.opt.Certificate && len(p.Quad) == 0 {
			r.Farkas = make([]float64, p.Rows())
			if row >= 0 {
				r.Farkas[row] = 1
			}
		}
		return r, nil
	}
	if p.Cols() == 0 {
		return p.empty(m.opt), nil
	}
	if m.start != nil && len(p.Quad) == 0 {
		if err := m.setBasis(ctx, m.start); err != nil {
			return nil, err
		}
		m.start = nil
	}
	code, err := m.run(ctx)
	if err != nil {
		return nil, err
	}
	steps := 0
	if code == highsUnboundedOrInfeasible || code == highsUnknown || code == highsSolveError {
		// Presolve can see that one of two things holds without seeing which; and a
		// numerically hard start is best left. Both are settled from scratch.
		n, err := m.iterations(ctx)
		if err != nil {
			return nil, err
		}
		steps += n
		if code, err = m.scratch(ctx); err != nil {
			return nil, err
		}
	}
	r := &Result{}
	switch code {
	case highsOptimal:
		r.Status = Optimal
	case highsInfeasible:
		r.Status = Infeasible
	case highsUnbounded:
		r.Status = Unbounded
	case highsIterationLimit:
		r.Status = Limit
	case highsUnknown:
		return nil, fmt.Errorf("%w%s", ErrUndecided, m.ins.said())
	default:
		return nil, fmt.Errorf("lp: the solver ended with its status %d%s", code, m.ins.said())
	}
	n, err := m.iterations(ctx)
	if err != nil {
		return nil, err
	}
	r.Iterations = steps + n
	switch r.Status {
	case Optimal, Limit:
		err = m.read(ctx, r)
	case Infeasible:
		if m.opt.Certificate && len(p.Quad) == 0 {
			r.Farkas, err = m.farkas(ctx)
			if errors.Is(err, errFeasible) {
				// At the rim of what is feasible presolve is stricter than the simplex method,
				// whose point keeps all tolerances.
				r.Status = Optimal
				err = m.read(ctx, r)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// crossed looks for bounds that cross; row is -1 when they are a column's.
func (p *Problem) crossed() (found bool, row int) {
	for j, lo := range p.Lower {
		if lo > p.Upper[j] {
			return true, -1
		}
	}
	for i, lo := range p.RowLower {
		if lo > p.RowUpper[i] {
			return true, i
		}
	}
	return false, -1
}

// empty solves a problem without columns: every row's sum is 0.
func (p *Problem) empty(opt Options) *Result {
	for i, lo := range p.RowLower {
		if lo > 0 || p.RowUpper[i] < 0 {
			r := &Result{Status: Infeasible}
			if opt.Certificate {
				r.Farkas = make([]float64, p.Rows())
				r.Farkas[i] = 1
			}
			return r
		}
	}
	rows := make([]Place, p.Rows())
	for i := range rows {
		rows[i] = Basic
	}
	return &Result{Objective: p.Offset, X: []float64{}, Reduced: []float64{}, Activity: make([]float64, p.Rows()), Dual: make([]float64, p.Rows()), Basis: &Basis{Rows: rows}}
}

func (m *Model) run(ctx context.Context) (int, error) {
	m.ins.host.printed = m.ins.host.printed[:0]
	// The result of the run is in the model status; its own status is an error for
	// statuses that are dealt with by the caller.
	if _, err := m.ins.call(ctx, "Highs_run", m.h); err != nil {
		return 0, err
	}
	code, err := m.ins.call(ctx, "Highs_getModelStatus", m.h)
	return int(int32(code)), err
}

// scratch solves without presolve and without a start.
func (m *Model) scratch(ctx context.Context) (int, error) {
	if err := m.option(ctx, "presolve", "off"); err != nil {
		return 0, err
	}
	if err := m.ins.highsOK(ctx, "Highs_clearSolver", m.h); err != nil {
		return 0, err
	}
	code, err := m.run(ctx)
	if err == nil && !m.opt.NoPresolve {
		err = m.option(ctx, "presolve", "on")
	}
	return code, err
}

func (m *Model) iterations(ctx context.Context) (int, error) {
	total := 0
	for _, name := range []string{"simplex_iteration_count", "qp_iteration_count"} {
		at, err := m.ins.place(ctx, name, []int32{0})
		if err != nil {
			return 0, err
		}
		if err := m.ins.highsOK(ctx, "Highs_getIntInfoValue", m.h, at[0], at[1]); err != nil {
			return 0, err
		}
		total += max(0, int(m.ins.ints(at[1], 1)[0]))
	}
	return total, nil
}

// read copies the solution out of the module.
func (m *Model) read(ctx context.Context, r *Result) error {
	n, k := m.p.Cols(), m.p.Rows()
	at, err := m.ins.place(ctx, make([]float64, n), make([]float64, n), make([]float64, k), make([]float64, k), make([]int32, n), make([]int32, k))
	if err != nil {
		return err
	}
	if err := m.ins.highsOK(ctx, "Highs_getSolution", m.h, at[0], at[1], at[2], at[3]); err != nil {
		return err
	}
	r.X, r.Activity = m.ins.floats(at[0], n), m.ins.floats(at[2], k)
	if r.Status == Optimal {
		r.Reduced, r.Dual = m.ins.floats(at[1], n), m.ins.floats(at[3], k)
	}
	if len(m.p.Quad) == 0 {
		if err := m.ins.highsOK(ctx, "Highs_getBasis", m.h, at[4], at[5]); err != nil {
			return err
		}
		r.Basis = &Basis{Cols: places(m.ins.ints(at[4], n)), Rows: places(m.ins.ints(at[5], k))}
	}
	v, err := m.ins.call(ctx, "Highs_getObjectiveValue", m.h)
	r.Objective = math.Float64frombits(v)
	return err
}

func places(x []int32) []Place {
	out := make([]Place, len(x))
	for i, v := range x {
		out[i] = Place(v)
	}
	return out
}

func (m *Model) setBasis(ctx context.Context, b *Basis) error {
	cols, rows := make([]int32, len(b.Cols)), make([]int32, len(b.Rows))
	for i, v := range b.Cols {
		cols[i] = int32(v)
	}
	for i, v := range b.Rows {
		rows[i] = int32(v)
	}
	at, err := m.ins.place(ctx, cols, rows)
	if err != nil {
		return err
	}
	return m.ins.highsOK(ctx, "Highs_setBasis", m.h, at[0], at[1])
}

// refutedRow looks for a row that cannot be met within the columns' bounds alone: the
// plainest certificate there is, and one that HiGHS has no ray for.
func (p *Problem) refutedRow() (int, bool) {
	for i := range p.Rows() {
		var have interval
		for k := p.First[i]; k < p.First[i+1]; k++ {
			j := p.Index[k]
			have.add(p.Value[k], p.Lower[j], p.Upper[j])
		}
		if size := 1 + math.Abs(p.RowLower[i]); have.hi < p.RowLower[i]-tinyShare*size {
			return i, true
		}
		if size := 1 + math.Abs(p.RowUpper[i]); have.lo > p.RowUpper[i]+tinyShare*size {
			return i, true
		}
	}
	return 0, false
}

// errFeasible says that the problem has an optimum without presolve.
var errFeasible = errors.New("lp: feasible without presolve")

// farkas returns the certificate of infeasibility. Presolve leaves none, so the
// problem is solved once more without it when needed. Signs are turned so that the
// sum of the rows is what wants more than the columns can give.
func (m *Model) farkas(ctx context.Context) ([]float64, error) {
	m.settle()
	if i, ok := m.p.refutedRow(); ok {
		y := make([]float64, m.p.Rows())
		y[i] = 1
		return y, nil
	}
	for try := range 2 {
		if try == 1 {
			code, err := m.scratch(ctx)
			if err != nil {
				return nil, err
			}
			if code == highsOptimal {
				return nil, errFeasible
			}
			if code != highsInfeasible {
				return nil, fmt.Errorf("%w: infeasible with presolve, status %d without", ErrUndecided, code)
			}
		}
		at, err := m.ins.place(ctx, []int32{0}, make([]float64, m.p.Rows()))
		if err != nil {
			return nil, err
		}
		if err := m.ins.highsOK(ctx, "Highs_getDualRay", m.h, at[0], at[1]); err != nil {
			return nil, err
		}
		if m.ins.ints(at[0], 1)[0] != 0 {
			y := m.ins.floats(at[1], m.p.Rows())
			if _, ok := m.p.Refutes(y); ok {
				return y, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: it says that it is not, but its certificate does not hold", ErrUndecided)
}
