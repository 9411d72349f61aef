package lp

import (
	"context"
	"fmt"
	"slices"
)

// DefaultIterations is the iteration limit when Options says none. It is far above
// what the largest programmes of this project need and bounds a stalled solve.
const DefaultIterations = 2_000_000

// DefaultTolerance is how far a row, bound or reduced cost may be off in HiGHS'
// scaled problem. HiGHS' own default is 1e-7; answers here are compared to 1e-7, so
// the solver works two digits finer.
const DefaultTolerance = 1e-9

// Options steer a solve; the zero value is the default.
type Options struct {
	Iterations  int     // limit of simplex or active-set steps; 0 is DefaultIterations
	Tolerance   float64 // 0 is DefaultTolerance; HiGHS takes 1e-10 and more
	NoPresolve  bool    // solve the problem as given, which keeps a start basis exact
	Certificate bool    // find the Farkas certificate of an infeasible linear programme
	Start       *Basis  // where the simplex method starts; nil: from scratch
}

// Solve solves a problem. The error wraps [ErrProblem] or [ErrMissing], is the cause
// of ctx when that ended, or is a fault of the solver; infeasible, unbounded and
// limit are results.
func Solve(ctx context.Context, p *Problem, opt Options) (*Result, error) {
	m, err := Open(ctx, p, opt)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return m.Solve(ctx)
}

// Model is a problem that stands in the solver and is changed and solved again,
// each time from the last basis. It holds an instance until Close. Not for
// concurrent use.
type Model struct {
	e     *engine
	ins   *instance
	h     uint32 // the Highs object; 0 until there are columns
	opt   Options
	p     *Problem // own copy, in step with the solver once settled
	start *Basis

	pending []entry // of columns added since the copy was settled
}

// Open hands a copy of the problem to the solver.
func Open(ctx context.Context, p *Problem, opt Options) (*Model, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := opt.Start.check(p.Cols(), p.Rows()); err != nil {
		return nil, err
	}
	e, err := shared()
	if err != nil {
		return nil, err
	}
	ins, err := e.borrow(ctx)
	if err != nil {
		return nil, err
	}
	m := &Model{e: e, ins: ins, opt: opt, p: p.clone(), start: opt.Start}
	if err := m.load(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func (p *Problem) clone() *Problem {
	c := *p
	for _, s := range []*[]float64{&c.Cost, &c.Lower, &c.Upper, &c.RowLower, &c.RowUpper, &c.Value} {
		*s = slices.Clone(*s)
	}
	c.First, c.Index = slices.Clone(c.First), slices.Clone(c.Index)
	c.Quad = slices.Clone(c.Quad)
	return &c
}

func (b *Basis) check(cols, rows int) error {
	if b == nil {
		return nil
	}
	if len(b.Cols) != cols || len(b.Rows) != rows {
		return fmt.Errorf("%w: start basis for %d columns and %d rows, not %d and %d", ErrProblem, len(b.Cols), len(b.Rows), cols, rows)
	}
	basic := 0
	for _, s := range [][]Place{b.Cols, b.Rows} {
		for _, x := range s {
			if x > Outside {
				return fmt.Errorf("%w: start basis has a place %d", ErrProblem, x)
			}
			if x == Basic {
				basic++
			}
		}
	}
	if basic != rows {
		return fmt.Errorf("%w: start basis has %d basic places for %d rows", ErrProblem, basic, rows)
	}
	return nil
}

// Problem returns the model's own copy of the problem as it stands now; do not
// change it.
func (m *Model) Problem() *Problem {
	m.settle()
	return m.p
}

// load makes the Highs object, sets every option that bears on the result and
// passes the problem.
func (m *Model) load(ctx context.Context) error {
	r, err := m.ins.call(ctx, "Highs_create")
	if err != nil {
		return err
	}
	if m.h = uint32(r); m.h == 0 {
		return errMemory
	}
	iterations := m.opt.Iterations
	if iterations <= 0 {
		iterations = DefaultIterations
	}
	tolerance := m.opt.Tolerance
	if tolerance <= 0 {
		tolerance = DefaultTolerance
	}
	presolve := "on"
	if m.opt.NoPresolve {
		presolve = "off"
	}
	for _, o := range []struct {
		name  string
		value any
	}{
		{"output_flag", false}, {"threads", 1}, {"parallel", "off"}, {"random_seed", 0},
		{"solver", "choose"}, {"simplex_strategy", 1}, {"presolve", presolve},
		{"simplex_iteration_limit", iterations}, {"qp_iteration_limit", iterations},
		{"primal_feasibility_tolerance", tolerance}, {"dual_feasibility_tolerance", tolerance},
	} {
		if err := m.option(ctx, o.name, o.value); err != nil {
			return err
		}
	}
	p := m.p
	qStart, qIndex, qValue := p.hessian()
	first := p.First
	if len(first) == 0 {
		first = []int32{0}
	}
	at, err := m.ins.place(ctx, p.Cost, p.Lower, p.Upper, p.RowLower, p.RowUpper, first, p.Index, p.Value, qStart, qIndex, qValue)
	if err != nil {
		return err
	}
	const rowwise, triangular, minimise, maximise = 2, 1, 1, -1
	sense := minimise
	if p.Maximise {
		sense = maximise
	}
	return m.ins.highsOK(ctx, "Highs_passModel", m.h, p.Cols(), p.Rows(), len(p.Index), len(qIndex), rowwise, triangular, sense, p.Offset,
		at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9], at[10], uint32(0))
}

// hessian returns the lower triangle column by column, empty for a linear problem.
func (p *Problem) hessian() (start, index []int32, value []float64) {
	if len(p.Quad) == 0 {
		return nil, nil, nil
	}
	quad := slices.Clone(p.Quad)
	slices.SortFunc(quad, func(a, b QuadTerm) int {
		if a.Col != b.Col {
			return a.Col - b.Col
		}
		return a.Row - b.Row
	})
	start = make([]int32, p.Cols()+1)
	for _, q := range quad {
		start[q.Col+1]++
		index = append(index, int32(q.Row))
		value = append(value, q.Value)
	}
	for j := range p.Cols() {
		start[j+1] += start[j]
	}
	return start, index, value
}

func (m *Model) option(ctx context.Context, name string, value any) error {
	var err error
	switch v := value.(type) {
	case string:
		var at []uint32
		if at, err = m.ins.place(ctx, name, v); err == nil {
			err = m.ins.highsOK(ctx, "Highs_setStringOptionValue", m.h, at[0], at[1])
		}
	case bool:
		var at []uint32
		if at, err = m.ins.place(ctx, name); err == nil {
			err = m.ins.highsOK(ctx, "Highs_setBoolOptionValue", m.h, at[0], v)
		}
	case int:
		var at []uint32
		if at, err = m.ins.place(ctx, name); err == nil {
			err = m.ins.highsOK(ctx, "Highs_setIntOptionValue", m.h, at[0], v)
		}
	case float64:
		var at []uint32
		if at, err = m.ins.place(ctx, name); err == nil {
			err = m.ins.highsOK(ctx, "Highs_setDoubleOptionValue", m.h, at[0], v)
		}
	}
	if err != nil {
		return fmt.Errorf("set option %s: %w", name, err)
	}
	return nil
}

// Close gives the instance back. The model is of no use afterwards; closing twice
// does nothing.
func (m *Model) Close() {
	if m.ins == nil {
		return
	}
	ins := m.ins
	m.ins = nil
	if !ins.broken && m.h != 0 {
		// Not under the caller's context: the object must go even when that ended.
		if _, err := ins.call(context.Background(), "Highs_destroy", m.h); err == nil {
			m.e.give(ins)
			return
		}
	}
	if ins.broken || m.h == 0 {
		m.e.drop(ins)
	}
}
