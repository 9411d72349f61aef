package region

import (
	"context"
	"errors"
	"math"

	"github.com/astara-corridors/astara/internal/lp"
)

// model is a programme that stands in the solver without what cannot bear on it, under
// the numbers of the whole: columns that are fixed at 0, rows that are free or have no
// column left, and rows of one column whose own bounds are as tight. A union network
// has many of each: ties out of service, gas that reaches no buyer.
//
// What is left out has a place in every basis: columns at their bound, rows basic. So
// it is only left out where the start basis has it there too, and the basis of what is
// left is one.
type model struct {
	m         *lp.Model
	p         *lp.Problem // as it was when opened; bounds may have moved since
	cols      []int       // kept -> of the whole
	rows      []int
	at, rowAt []int32  // of the whole -> kept, -1
	single    [][2]int // row that is left out for the bounds of its one column
}

// errTrimmed says that a bound is moved that was left out: a broken invariant.
var errTrimmed = errors.New("region: a column or row that is out of the programme comes back")

// openModel hands a programme to the solver. Columns that wide says may get wider bounds
// later are kept whatever their bounds.
func openModel(ctx context.Context, p *lp.Problem, wide func(j int) bool, start *lp.Basis) (*model, error) {
	m := &model{p: p, at: make([]int32, p.Cols()), rowAt: make([]int32, p.Rows())}
	q := &lp.Problem{First: []int32{0}}
	var kept lp.Basis
	for j := range p.Cols() {
		m.at[j] = -1
		if p.Lower[j] == 0 && p.Upper[j] == 0 && !wide(j) && (start == nil || start.Cols[j] != lp.Basic) {
			continue
		}
		m.at[j] = int32(q.Col(p.Cost[j], p.Lower[j], p.Upper[j]))
		m.cols = append(m.cols, j)
		if start != nil {
			kept.Cols = append(kept.Cols, start.Cols[j])
		}
	}
	for i := range p.Rows() {
		m.rowAt[i] = -1
		if (start == nil || start.Rows[i] == lp.Basic) && m.idle(i, wide) {
			continue
		}
		m.rowAt[i] = int32(len(m.rows))
		m.rows = append(m.rows, i)
		for e := p.First[i]; e < p.First[i+1]; e++ {
			if c := m.at[p.Index[e]]; c >= 0 {
				q.Index, q.Value = append(q.Index, c), append(q.Value, p.Value[e])
			}
		}
		q.First = append(q.First, int32(len(q.Index)))
		q.RowLower, q.RowUpper = append(q.RowLower, p.RowLower[i]), append(q.RowUpper, p.RowUpper[i])
		if start != nil {
			kept.Rows = append(kept.Rows, start.Rows[i])
		}
	}
	opt := lp.Options{}
	if start != nil {
		opt.Start = &kept
	}
	var err error
	m.m, err = lp.Open(ctx, q, opt)
	return m, err
}

// idle says whether a row cannot bind, given the columns that are kept.
func (m *model) idle(i int, wide func(j int) bool) bool {
	p := m.p
	if math.IsInf(p.RowLower[i], -1) && math.IsInf(p.RowUpper[i], 1) {
		return true
	}
	only, a := -1, 0.
	for e := p.First[i]; e < p.First[i+1]; e++ {
		if j := int(p.Index[e]); m.at[j] >= 0 && p.Value[e] != 0 {
			if only >= 0 || wide(j) {
				return false
			}
			only, a = j, p.Value[e]
		}
	}
	if only < 0 {
		return p.RowLower[i] <= 0 && p.RowUpper[i] >= 0
	}
	if a != 1 || p.Lower[only] < p.RowLower[i] || p.Upper[only] > p.RowUpper[i] {
		return false
	}
	m.single = append(m.single, [2]int{i, only})
	return true
}

func (m *model) close() { m.m.Close() }

// start makes the next solve start from a basis of this model.
func (m *model) start(ctx context.Context, b *lp.Basis) error {
	var kept lp.Basis
	for _, j := range m.cols {
		kept.Cols = append(kept.Cols, b.Cols[j])
	}
	for _, i := range m.rows {
		kept.Rows = append(kept.Rows, b.Rows[i])
	}
	return m.m.StartFrom(ctx, &kept)
}

// setBounds changes the bounds of a column.
func (m *model) setBounds(ctx context.Context, j int, lower, upper float64) error {
	c := m.at[j]
	if c < 0 {
		if lower != 0 || upper != 0 {
			return errTrimmed
		}
		return nil
	}
	return m.m.SetBounds(ctx, int(c), lower, upper)
}

// setRow changes the bounds of a row.
func (m *model) setRow(ctx context.Context, i int, lower, upper float64) error {
	c := m.rowAt[i]
	if c < 0 {
		if lower > m.p.RowLower[i] || upper < m.p.RowUpper[i] {
			return errTrimmed
		}
		return nil
	}
	return m.m.SetRowBounds(ctx, int(c), lower, upper)
}

// solve solves the programme as it stands; the result is that of the whole. What bounds
// a single column counts as the row's, if it has one.
func (m *model) solve(ctx context.Context) (*lp.Result, error) {
	r, err := m.m.Solve(ctx)
	if err = optimal(r, err); err != nil {
		return nil, err
	}
	n, k := m.p.Cols(), m.p.Rows()
	out := &lp.Result{Status: r.Status, Objective: r.Objective, Iterations: r.Iterations,
		X: make([]float64, n), Reduced: make([]float64, n), Dual: make([]float64, k),
		Basis: &lp.Basis{Cols: make([]lp.Place, n), Rows: make([]lp.Place, k)}}
	for j := range n {
		out.Basis.Cols[j] = lp.AtLower
	}
	for i := range k {
		out.Basis.Rows[i] = lp.Basic
	}
	for c, j := range m.cols {
		out.X[j], out.Reduced[j], out.Basis.Cols[j] = r.X[c], r.Reduced[c], r.Basis.Cols[c]
	}
	for c, i := range m.rows {
		out.Dual[i], out.Basis.Rows[i] = r.Dual[c], r.Basis.Rows[c]
	}
	for _, s := range m.single {
		if i, j := s[0], s[1]; out.Reduced[j] < 0 && m.p.Upper[j] == m.p.RowUpper[i] {
			out.Dual[i], out.Reduced[j] = out.Reduced[j], 0
		}
	}
	return out, nil
}
