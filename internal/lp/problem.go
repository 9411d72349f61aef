package lp

import (
	"errors"
	"fmt"
	"math"
)

// Inf is an absent bound, with its sign.
var Inf = math.Inf(1)

// ErrProblem is wrapped by the errors for malformed problems: lengths that
// disagree, indices out of range, NaN, a lower bound above its upper bound by
// its very type (an infinite one of the wrong sign), a Hessian that is not lower
// triangular.
var ErrProblem = errors.New("lp: malformed problem")

// Term is a coefficient of a row: Value times column Col.
type Term struct {
	Col   int
	Value float64
}

// Problem is a linear or convex quadratic programme. The matrix is held by rows.
// The zero value is an empty minimisation; [Problem.Col] and [Problem.Row] append.
// Solving reads a problem and never writes it, so goroutines may share one.
type Problem struct {
	Maximise bool
	Offset   float64

	Cost, Lower, Upper []float64 // one a column

	RowLower, RowUpper []float64 // one a row
	First              []int32   // row i has the entries First[i]..First[i+1]; empty when there are no rows
	Index              []int32   // column of an entry
	Value              []float64

	// Quad holds the Hessian Q's lower triangle with its diagonal. The objective
	// has x'Qx/2, so the term k x_j^2 is {j, j, 2k}. A minimisation needs Q
	// positive semidefinite, a maximisation negative semidefinite.
	Quad []QuadTerm
}

// QuadTerm is the entry Value of the Hessian at row Row and column Col <= Row. Each
// place may occur once.
type QuadTerm struct {
	Row, Col int
	Value    float64
}

// Cols returns the number of columns.
func (p *Problem) Cols() int { return len(p.Cost) }

// Rows returns the number of rows.
func (p *Problem) Rows() int { return len(p.RowLower) }

// Col appends a column and returns its number.
func (p *Problem) Col(cost, lower, upper float64) int {
	p.Cost = append(p.Cost, cost)
	p.Lower = append(p.Lower, lower)
	p.Upper = append(p.Upper, upper)
	return len(p.Cost) - 1
}

// longRow is the number of terms above which a row is built with a map.
const longRow = 32

// Row appends the row lower <= sum of terms <= upper and returns its number.
// Terms of one column are added up; zeros are kept out.
func (p *Problem) Row(lower, upper float64, terms ...Term) int {
	if len(p.First) == 0 {
		p.First = append(p.First, 0)
	}
	begin := len(p.Index)
	var at map[int]int // place of a column in the row, for rows too long to search
	if len(terms) > longRow {
		at = make(map[int]int, len(terms))
	}
	find := func(col int) int {
		if at != nil {
			if k, ok := at[col]; ok {
				return k
			}
			return -1
		}
		for k := begin; k < len(p.Index); k++ {
			if int(p.Index[k]) == col {
				return k
			}
		}
		return -1
	}
	for _, t := range terms {
		if t.Value == 0 {
			continue
		}
		if k := find(t.Col); k >= 0 {
			p.Value[k] += t.Value
			continue
		}
		if at != nil {
			at[t.Col] = len(p.Index)
		}
		p.Index = append(p.Index, int32(t.Col))
		p.Value = append(p.Value, t.Value)
	}
	p.First = append(p.First, int32(len(p.Index)))
	p.RowLower = append(p.RowLower, lower)
	p.RowUpper = append(p.RowUpper, upper)
	return len(p.RowLower) - 1
}

// Check returns an error that wraps [ErrProblem] and names the first thing that is
// wrong with the shape of the problem. Bounds that cross (lower above upper) are
// well formed: such a problem is infeasible. O(size).
func (p *Problem) Check() error {
	n, m := p.Cols(), p.Rows()
	if len(p.Lower) != n || len(p.Upper) != n {
		return fmt.Errorf("%w: %d costs but %d lower and %d upper bounds", ErrProblem, n, len(p.Lower), len(p.Upper))
	}
	if len(p.RowUpper) != m || (m > 0 && len(p.First) != m+1) || (m == 0 && len(p.Index) > 0) {
		return fmt.Errorf("%w: %d row lower bounds, %d row upper bounds, %d row starts", ErrProblem, m, len(p.RowUpper), len(p.First))
	}
	if len(p.Index) != len(p.Value) {
		return fmt.Errorf("%w: %d column numbers but %d values", ErrProblem, len(p.Index), len(p.Value))
	}
	if m > 0 && (p.First[0] != 0 || int(p.First[m]) != len(p.Index)) {
		return fmt.Errorf("%w: row starts do not span the entries", ErrProblem)
	}
	for j, c := range p.Cost {
		if !finite(c) {
			return fmt.Errorf("%w: cost of column %d is %v", ErrProblem, j, c)
		}
	}
	if !finite(p.Offset) {
		return fmt.Errorf("%w: offset is %v", ErrProblem, p.Offset)
	}
	if err := checkBounds("column", p.Lower, p.Upper); err != nil {
		return err
	}
	if err := checkBounds("row", p.RowLower, p.RowUpper); err != nil {
		return err
	}
	seen := make([]int32, n) // row number + 1 of the last entry in a column
	for i := range m {
		if p.First[i] > p.First[i+1] {
			return fmt.Errorf("%w: row %d ends before it starts", ErrProblem, i)
		}
		for k := p.First[i]; k < p.First[i+1]; k++ {
			j := p.Index[k]
			if j < 0 || int(j) >= n {
				return fmt.Errorf("%w: row %d names column %d of %d", ErrProblem, i, j, n)
			}
			if seen[j] == int32(i)+1 {
				return fmt.Errorf("%w: row %d names column %d twice", ErrProblem, i, j)
			}
			seen[j] = int32(i) + 1
			if !finite(p.Value[k]) {
				return fmt.Errorf("%w: row %d has the value %v in column %d", ErrProblem, i, p.Value[k], j)
			}
		}
	}
	for _, q := range p.Quad {
		if q.Col < 0 || q.Row < q.Col || q.Row >= n || !finite(q.Value) {
			return fmt.Errorf("%w: Hessian entry %v at (%d, %d) of %d columns; give the lower triangle", ErrProblem, q.Value, q.Row, q.Col, n)
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func checkBounds(what string, lower, upper []float64) error {
	for i, lo := range lower {
		if hi := upper[i]; math.IsNaN(lo) || math.IsNaN(hi) || math.IsInf(lo, 1) || math.IsInf(hi, -1) {
			return fmt.Errorf("%w: %s %d has the bounds %v and %v", ErrProblem, what, i, lo, hi)
		}
	}
	return nil
}
