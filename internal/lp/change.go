package lp

import (
	"context"
	"fmt"
	"math"
)

// The changes below keep the basis, so the next Solve starts from it. Each checks
// its arguments and leaves the model as it was when they are wrong.

// StartFrom makes the next Solve start from a basis, as if the model had been opened as
// it stands now with that start: what earlier solves left behind is dropped, so the
// result has the same bits whatever was solved before. This is how many variants of one
// problem are solved from one common optimum, each independent of the others. A nil
// basis starts from scratch.
//
// A start basis is used without presolve and pays off when few bounds or costs differ
// from those it was optimal for.
func (m *Model) StartFrom(ctx context.Context, b *Basis) error {
	if err := b.check(m.p.Cols(), m.p.Rows()); err != nil {
		return err
	}
	m.start = b
	return m.ins.highsOK(ctx, "Highs_clearSolver", m.h)
}

func (m *Model) column(j int) error {
	if j < 0 || j >= m.p.Cols() {
		return fmt.Errorf("%w: no column %d of %d", ErrProblem, j, m.p.Cols())
	}
	return nil
}

// SetCost changes the cost of one column.
func (m *Model) SetCost(ctx context.Context, j int, cost float64) error {
	if err := m.column(j); err != nil {
		return err
	}
	if !finite(cost) {
		return fmt.Errorf("%w: cost of column %d is %v", ErrProblem, j, cost)
	}
	m.p.Cost[j] = cost
	return m.ins.highsOK(ctx, "Highs_changeColCost", m.h, j, cost)
}

// SetObjective changes the costs of all columns, the offset and the sense.
func (m *Model) SetObjective(ctx context.Context, maximise bool, cost []float64, offset float64) error {
	if len(cost) != m.p.Cols() {
		return fmt.Errorf("%w: %d costs for %d columns", ErrProblem, len(cost), m.p.Cols())
	}
	for j, c := range cost {
		if !finite(c) {
			return fmt.Errorf("%w: cost of column %d is %v", ErrProblem, j, c)
		}
	}
	if !finite(offset) {
		return fmt.Errorf("%w: offset is %v", ErrProblem, offset)
	}
	copy(m.p.Cost, cost)
	m.p.Maximise, m.p.Offset = maximise, offset
	sense := 1
	if maximise {
		sense = -1
	}
	if err := m.ins.highsOK(ctx, "Highs_changeObjectiveSense", m.h, sense); err != nil {
		return err
	}
	if err := m.ins.highsOK(ctx, "Highs_changeObjectiveOffset", m.h, offset); err != nil {
		return err
	}
	if len(cost) == 0 {
		return nil
	}
	at, err := m.ins.place(ctx, cost)
	if err != nil {
		return err
	}
	return m.ins.highsOK(ctx, "Highs_changeColsCostByRange", m.h, 0, len(cost)-1, at[0])
}

// SetBounds changes the bounds of one column.
func (m *Model) SetBounds(ctx context.Context, j int, lower, upper float64) error {
	if err := m.column(j); err != nil {
		return err
	}
	if err := checkBounds("column", []float64{lower}, []float64{upper}); err != nil {
		return err
	}
	m.p.Lower[j], m.p.Upper[j] = lower, upper
	if lower > upper {
		return nil // HiGHS refuses such bounds; Solve sees them first
	}
	return m.ins.highsOK(ctx, "Highs_changeColBounds", m.h, j, lower, upper)
}

// SetRowBounds changes the bounds of one row.
func (m *Model) SetRowBounds(ctx context.Context, i int, lower, upper float64) error {
	if i < 0 || i >= m.p.Rows() {
		return fmt.Errorf("%w: no row %d of %d", ErrProblem, i, m.p.Rows())
	}
	if err := checkBounds("row", []float64{lower}, []float64{upper}); err != nil {
		return err
	}
	m.p.RowLower[i], m.p.RowUpper[i] = lower, upper
	if lower > upper {
		return nil
	}
	return m.ins.highsOK(ctx, "Highs_changeRowBounds", m.h, i, lower, upper)
}

// RowTerm is a coefficient of a column: Value in row Row.
type RowTerm struct {
	Row   int
	Value float64
}

// AddCol adds a column with its coefficients in existing rows, each at most once,
// and returns its number: the step of column generation.
func (m *Model) AddCol(ctx context.Context, cost, lower, upper float64, terms ...RowTerm) (int, error) {
	if len(m.p.Quad) > 0 {
		return 0, fmt.Errorf("%w: a quadratic problem takes no further columns", ErrProblem)
	}
	if !finite(cost) {
		return 0, fmt.Errorf("%w: cost of the new column is %v", ErrProblem, cost)
	}
	if err := checkBounds("new column", []float64{lower}, []float64{upper}); err != nil {
		return 0, err
	}
	if lower > upper {
		return 0, fmt.Errorf("%w: bounds of the new column cross", ErrProblem)
	}
	index, value := make([]int32, 0, len(terms)), make([]float64, 0, len(terms))
	in := map[int]bool{}
	for _, t := range terms {
		if t.Row < 0 || t.Row >= m.p.Rows() || in[t.Row] || math.IsNaN(t.Value) || math.IsInf(t.Value, 0) {
			return 0, fmt.Errorf("%w: the new column has the entry %v in row %d", ErrProblem, t.Value, t.Row)
		}
		in[t.Row] = true
		index, value = append(index, int32(t.Row)), append(value, t.Value)
	}
	at, err := m.ins.place(ctx, index, value)
	if err != nil {
		return 0, err
	}
	if err := m.ins.highsOK(ctx, "Highs_addCol", m.h, cost, lower, upper, len(index), at[0], at[1]); err != nil {
		return 0, err
	}
	j := m.p.Col(cost, lower, upper)
	for k, i := range index {
		m.pending = append(m.pending, entry{i, int32(j), value[k]})
	}
	m.start = nil
	return j, nil
}

// entry is a coefficient of the matrix.
type entry struct {
	row, col int32
	value    float64
}

// settle brings the entries of added columns into the model's own copy of the matrix,
// in one pass however many they are.
func (m *Model) settle() {
	if len(m.pending) == 0 {
		return
	}
	p, add := m.p, make([][]entry, m.p.Rows())
	for _, e := range m.pending {
		add[e.row] = append(add[e.row], e)
	}
	index := make([]int32, 0, len(p.Index)+len(m.pending))
	value := make([]float64, 0, cap(index))
	first := make([]int32, 1, len(p.First))
	for i := range p.Rows() {
		index = append(index, p.Index[p.First[i]:p.First[i+1]]...)
		value = append(value, p.Value[p.First[i]:p.First[i+1]]...)
		for _, e := range add[i] {
			index, value = append(index, e.col), append(value, e.value)
		}
		first = append(first, int32(len(index)))
	}
	p.First, p.Index, p.Value = first, index, value
	m.pending = nil
}

// AddRow adds a row and returns its number: the step of row generation.
func (m *Model) AddRow(ctx context.Context, lower, upper float64, terms ...Term) (int, error) {
	if err := checkBounds("new row", []float64{lower}, []float64{upper}); err != nil {
		return 0, err
	}
	if lower > upper {
		return 0, fmt.Errorf("%w: bounds of the new row cross", ErrProblem)
	}
	for _, t := range terms {
		if err := m.column(t.Col); err != nil {
			return 0, err
		}
		if !finite(t.Value) {
			return 0, fmt.Errorf("%w: the new row has the value %v in column %d", ErrProblem, t.Value, t.Col)
		}
	}
	m.settle()
	i := m.p.Row(lower, upper, terms...)
	a, b := m.p.First[i], m.p.First[i+1]
	at, err := m.ins.place(ctx, m.p.Index[a:b], m.p.Value[a:b])
	if err != nil {
		return 0, err
	}
	m.start = nil
	return i, m.ins.highsOK(ctx, "Highs_addRow", m.h, lower, upper, int(b-a), at[0], at[1])
}
