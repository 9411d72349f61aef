package bounds

import (
	"cmp"
	"context"
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

const (
	// generateFrom is the number of columns from which they are generated.
	generateFrom = 8192
	// perRound is how many columns come in at a time, the most promising first.
	perRound = 256
	// priceTolerance is the reduced cost at which a column is worth taking, and the
	// shortfall at which phase one has succeeded.
	priceTolerance = 1e-9
	// maxRounds bounds the rounds of a phase; each brings new columns, so it is
	// reached only if the solver stalls.
	maxRounds = 10_000
)

// generate solves a programme of many columns and few rows by column generation
// (Gilmore and Gomory, Operations Research 9, 1961): a master with some of the
// columns is solved, its multipliers price all the others, those that would
// improve it come in. A first phase of its own, least violation of the rows,
// finds a start and decides feasibility. The result is that of the whole
// programme, with a basis of it, so it is certified like any other.
func generate(ctx context.Context, q *programme) (*lp.Result, *columns, error) {
	c := &columns{q: q, in: make([]int, q.cols)}
	c.transpose()
	m, err := c.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	res, err := c.rounds(ctx, m, false, func(int) float64 { return 0 })
	if err != nil || res.Status != lp.Optimal {
		return res, c, err
	}
	if res.Objective > possibleTolerance {
		return &lp.Result{Status: lp.Infeasible}, c, nil
	}
	cost := make([]float64, c.slacks+len(c.cols))
	for k, j := range c.cols {
		cost[c.slacks+k] = q.p.Cost[j]
	}
	for k := range c.slacks {
		if err := m.SetBounds(ctx, k, 0, 0); err != nil {
			return nil, nil, err
		}
	}
	if err := m.SetObjective(ctx, q.p.Maximise, cost, 0); err != nil {
		return nil, nil, err
	}
	res, err = c.rounds(ctx, m, true, func(j int) float64 { return q.p.Cost[j] })
	if err != nil || res.Status != lp.Optimal {
		return res, c, err
	}
	return c.whole(res), c, nil
}

// again solves the programme of the generated columns from scratch, without
// slacks: the basis of a master that grew may be off by rounding.
func (c *columns) again(ctx context.Context, o lp.Options) (*lp.Result, error) {
	p := &lp.Problem{Maximise: c.q.p.Maximise}
	for _, j := range c.cols {
		p.Col(c.q.p.Cost[j], 0, lp.Inf)
	}
	for i := range c.q.rows {
		r := &c.q.rows[i]
		var terms []lp.Term
		for e, j := range r.cols {
			if k := c.in[j]; k != 0 {
				terms = append(terms, lp.Term{Col: k - 1, Value: r.float[r.kind[e]]})
			}
		}
		p.Row(c.q.p.RowLower[i], c.q.p.RowUpper[i], terms...)
	}
	o.Start = nil
	res, err := lp.Solve(ctx, p, o)
	if err != nil || res.Status != lp.Optimal {
		return res, err
	}
	c.slacks, c.rowOf = 0, nil
	return c.whole(res), nil
}

// columns is the state of a generation.
type columns struct {
	q      *programme
	first  []int32 // entries of column j: first[j] .. first[j+1]
	row    []int32
	val    []float64
	slacks int
	rowOf  []int // row of each slack
	cols   []int // columns of the master, after the slacks
	in     []int // 1 + place in cols
}

// transpose makes the matrix by columns.
func (c *columns) transpose() {
	c.first = make([]int32, c.q.cols+1)
	for i := range c.q.rows {
		for _, j := range c.q.rows[i].cols {
			c.first[j+1]++
		}
	}
	for j := range c.q.cols {
		c.first[j+1] += c.first[j]
	}
	c.row, c.val = make([]int32, c.first[c.q.cols]), make([]float64, c.first[c.q.cols])
	at := slices.Clone(c.first)
	for i := range c.q.rows {
		r := &c.q.rows[i]
		for e, j := range r.cols {
			c.row[at[j]], c.val[at[j]] = int32(i), r.float[r.kind[e]]
			at[j]++
		}
	}
}

// open starts with slacks alone: one for each side of each row.
func (c *columns) open(ctx context.Context) (*lp.Model, error) {
	p := &lp.Problem{}
	for i := range c.q.rows {
		lo, hi := c.q.p.RowLower[i], c.q.p.RowUpper[i]
		var terms []lp.Term
		if lo > -lp.Inf {
			terms = append(terms, lp.Term{Col: p.Col(1, 0, lp.Inf), Value: 1})
			c.rowOf = append(c.rowOf, i)
		}
		if hi < lp.Inf {
			terms = append(terms, lp.Term{Col: p.Col(1, 0, lp.Inf), Value: -1})
			c.rowOf = append(c.rowOf, i)
		}
		p.Row(lo, hi, terms...)
	}
	c.slacks = p.Cols()
	return lp.Open(ctx, p, lp.Options{})
}

// rounds solves and prices until no column is worth taking; the first phase also
// ends when nothing is violated.
func (c *columns) rounds(ctx context.Context, m *lp.Model, second bool, cost func(j int) float64) (*lp.Result, error) {
	type priced struct {
		j    int
		gain float64
	}
	for range maxRounds {
		res, err := m.Solve(ctx)
		if err != nil || res.Status != lp.Optimal || !second && res.Objective <= priceTolerance {
			return res, err
		}
		var better []priced
		for j := range c.q.cols {
			if c.in[j] != 0 {
				continue
			}
			d := 0.0
			if second {
				d = c.q.p.Cost[j]
			}
			for e := c.first[j]; e < c.first[j+1]; e++ {
				d -= float64(res.Dual[c.row[e]] * c.val[e])
			}
			if !second || !c.q.p.Maximise {
				d = -d
			}
			if d > priceTolerance {
				better = append(better, priced{j, d})
			}
		}
		if len(better) == 0 {
			return res, nil
		}
		slices.SortFunc(better, func(a, b priced) int {
			if x := cmp.Compare(b.gain, a.gain); x != 0 {
				return x
			}
			return a.j - b.j
		})
		for _, b := range better[:min(perRound, len(better))] {
			var terms []lp.RowTerm
			for e := c.first[b.j]; e < c.first[b.j+1]; e++ {
				terms = append(terms, lp.RowTerm{Row: int(c.row[e]), Value: c.val[e]})
			}
			if _, err := m.AddCol(ctx, cost(b.j), c.q.p.Lower[b.j], c.q.p.Upper[b.j], terms...); err != nil {
				return nil, err
			}
			c.cols = append(c.cols, b.j)
			c.in[b.j] = len(c.cols)
		}
	}
	return &lp.Result{Status: lp.Limit}, nil
}

// whole is the master's result for the whole programme. A slack that is basic at
// 0 stands for its row, which is a column of the same single entry.
func (c *columns) whole(res *lp.Result) *lp.Result {
	out := &lp.Result{Status: res.Status, Objective: res.Objective, Dual: res.Dual, Iterations: res.Iterations, X: make([]float64, c.q.cols)}
	out.Basis = &lp.Basis{Cols: make([]lp.Place, c.q.cols), Rows: slices.Clone(res.Basis.Rows)}
	for k, j := range c.cols {
		out.X[j] = res.X[c.slacks+k]
		out.Basis.Cols[j] = res.Basis.Cols[c.slacks+k]
	}
	for k, i := range c.rowOf {
		if res.Basis.Cols[k] == lp.Basic {
			out.Basis.Rows[i] = lp.Basic
		}
	}
	return out
}
