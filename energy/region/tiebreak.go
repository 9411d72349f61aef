package region

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

// Tolerances of the choice among optima.
const (
	// faceTolerance is the reduced cost or dual, millions of USD a unit, above which a
	// bound is part of every optimum. The smallest real differences are some 1e-6
	// (a cent a MWh over a hundred hours), rounding is some 1e-11.
	faceTolerance = 1e-8
	// acceptTolerance is the residual of a row, relative to its size, up to which a
	// choice counts as made.
	acceptTolerance = 1e-9
)

// choose returns the optimum of least sum of weight x^2. The result r is an optimum
// of p with these bounds. moved is how many columns had a choice; exact is false
// when the choice did not settle: then the point is near the one wanted, or, where not
// even that meets the rows, at the vertex.
//
// The optimal set of a linear programme is cut out by the bounds of columns with a
// reduced cost and of rows with a dual, whatever optimal dual these are from
// (complementary slackness), so the point chosen on it does not depend on the vertex
// that the simplex method ended in. Only columns that hang together with one that
// can move at no cost are worked on.
//
// like is the choice in a programme with similar bounds, or nil: the bounds that hold
// there are tried first, which saves time and bears on no result.
func choose(p *lp.Problem, lower, upper, rowLower, rowUpper, weight []float64, r *lp.Result, like []float64) (x []float64, moved int, exact bool) {
	x = slices.Clone(r.X)
	cols, rows := p.Cols(), p.Rows()
	fixed := make([]bool, cols)
	loose := make([]bool, cols) // nonbasic and free to move: the reason for a choice
	some := false
	for j := range cols {
		if r.Basis.Cols[j] != lp.Basic && lower[j] < upper[j] && (r.Basis.Cols[j] == lp.AtLower || r.Basis.Cols[j] == lp.AtUpper) {
			if math.Abs(x[j]-lower[j]) <= math.Abs(x[j]-upper[j]) {
				x[j] = lower[j]
			} else {
				x[j] = upper[j]
			}
		}
		switch {
		case lower[j] == upper[j]:
			fixed[j], x[j] = true, lower[j]
		case math.Abs(r.Reduced[j]) > faceTolerance:
			fixed[j] = true
			if x[j] = lower[j]; r.Reduced[j] < 0 {
				x[j] = upper[j]
			}
		case r.Basis.Cols[j] != lp.Basic:
			loose[j], some = true, true
		}
	}
	lo, hi := slices.Clone(rowLower), slices.Clone(rowUpper)
	looseRow := make([]bool, rows)
	for i := range rows {
		switch {
		case lo[i] == hi[i]:
		case math.Abs(r.Dual[i]) > faceTolerance:
			if r.Dual[i] > 0 {
				hi[i] = lo[i]
			} else {
				lo[i] = hi[i]
			}
		case r.Basis.Rows[i] != lp.Basic:
			looseRow[i], some = true, true
		}
	}
	if !some {
		return x, 0, true // the vertex is the only optimum
	}
	force(p, x, fixed, lower, upper, lo, hi)
	// Columns and rows that hang together, apart from settled columns.
	u := newUnion(cols + rows)
	for i := range rows {
		l, h := rowRange(p, i, x, fixed, lower, upper)
		if lo[i] < hi[i] && l >= lo[i]-acceptTolerance*math.Abs(lo[i]) && h <= hi[i]+acceptTolerance*math.Abs(hi[i]) {
			lo[i], hi[i] = math.Inf(-1), math.Inf(1) // cannot bind
			looseRow[i] = false
			continue
		}
		for e := p.First[i]; e < p.First[i+1]; e++ {
			if j := int(p.Index[e]); !fixed[j] {
				u.join(cols+i, j)
			}
		}
	}
	groups := map[int][]int{} // root -> columns
	want := map[int]bool{}
	for j := range cols {
		if !fixed[j] {
			g := u.find(j)
			groups[g] = append(groups[g], j)
			want[g] = want[g] || loose[j]
		}
	}
	rowsOf := map[int][]int{}
	for i := range rows {
		if math.IsInf(lo[i], -1) && math.IsInf(hi[i], 1) {
			continue
		}
		g := u.find(cols + i)
		if len(groups[g]) > 0 {
			rowsOf[g] = append(rowsOf[g], i)
			want[g] = want[g] || looseRow[i]
		}
	}
	exact = true
	for _, g := range keysOf(want) {
		if want[g] {
			moved += len(groups[g])
			s := newProjection(p, groups[g], rowsOf[g], x, fixed, lower, upper, lo, hi, weight)
			found, settled := s.solve(like)
			if found {
				s.copyTo(x)
			}
			exact = exact && settled
		}
	}
	return x, moved, exact
}

// forceTolerance is how near, relative to its size, a row must be to the end of its
// range to leave its columns no choice.
const forceTolerance = 1e-10

// force settles columns that rows leave no choice: where a row can only just be met,
// its columns are at the bounds that do so; a row with one column left gives it.
func force(p *lp.Problem, x []float64, fixed []bool, lower, upper, lo, hi []float64) {
	for again := true; again; {
		again = false
		for i := range p.Rows() {
			if math.IsInf(lo[i], -1) && math.IsInf(hi[i], 1) {
				continue
			}
			count, only := 0, int32(-1)
			rest, slope := 0., 0.
			for e := p.First[i]; e < p.First[i+1]; e++ {
				if j := p.Index[e]; fixed[j] {
					rest += p.Value[e] * x[j]
				} else {
					count++
					only, slope = j, p.Value[e]
				}
			}
			if count == 0 {
				continue
			}
			l, h := rowRange(p, i, x, fixed, lower, upper)
			tolerance := forceTolerance * math.Max(1, math.Max(finite(lo[i]), finite(hi[i])))
			switch {
			case l >= hi[i]-tolerance:
				settleRow(p, i, x, fixed, lower, upper, 1)
			case h <= lo[i]+tolerance:
				settleRow(p, i, x, fixed, lower, upper, -1)
			case count == 1 && lo[i] == hi[i]:
				x[only] = math.Min(math.Max((lo[i]-rest)/slope, lower[only]), upper[only])
				fixed[only] = true
			default:
				continue
			}
			again = true
		}
	}
}

// settleRow puts the columns of a row where its sum is least (side 1) or most (-1).
func settleRow(p *lp.Problem, i int, x []float64, fixed []bool, lower, upper []float64, side float64) {
	for e := p.First[i]; e < p.First[i+1]; e++ {
		j := p.Index[e]
		if fixed[j] {
			continue
		}
		fixed[j] = true
		if x[j] = lower[j]; p.Value[e]*side < 0 {
			x[j] = upper[j]
		}
	}
}

func keysOf(m map[int]bool) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// rowRange is the least and the most that a row can sum to within the columns'
// bounds.
func rowRange(p *lp.Problem, i int, x []float64, fixed []bool, lower, upper []float64) (lo, hi float64) {
	for e := p.First[i]; e < p.First[i+1]; e++ {
		j, a := p.Index[e], p.Value[e]
		switch {
		case fixed[j]:
			lo += a * x[j]
			hi += a * x[j]
		case a > 0:
			lo += a * lower[j]
			hi += a * upper[j]
		case a < 0:
			lo += a * upper[j]
			hi += a * lower[j]
		}
	}
	return lo, hi
}
