package region

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/ldl"
	"github.com/astara-corridors/astara/internal/lp"
)

// Tolerances of the choice among optima.
const (
	// faceTolerance is the reduced cost or dual, millions of USD a unit, above which a
	// bound is part of every optimum. The smallest real differences are some 1e-6
	// (a cent a MWh over a hundred hours), rounding is some 1e-11.
	faceTolerance = 1e-8
	// chooseTolerance is the residual, relative to a row's size, at which the choice
	// is made.
	chooseTolerance = 1e-11
	chooseSteps     = 200
)

// choose returns the optimum of least sum of weight x^2. The result r is an optimum
// of p with these bounds. moved is how many columns had a choice; exact is false
// when the choice did not settle, and the vertex stands for the rest.
//
// The optimal set of a linear programme is cut out by the bounds of columns with a
// reduced cost and of rows with a dual, whatever optimal dual these are from
// (complementary slackness), so the point chosen on it does not depend on the vertex
// that the simplex method ended in. Only columns that hang together with one that
// can move at no cost are worked on.
func choose(p *lp.Problem, lower, upper, rowLower, rowUpper, weight []float64, r *lp.Result) (x []float64, moved int, exact bool) {
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
	// Columns and rows that hang together, apart from settled columns.
	u := newUnion(cols + rows)
	for i := range rows {
		l, h := rowRange(p, i, x, fixed, lower, upper)
		if lo[i] < hi[i] && l >= lo[i]-chooseTolerance*math.Abs(lo[i]) && h <= hi[i]+chooseTolerance*math.Abs(hi[i]) {
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
			if s.solve() {
				s.copyTo(x)
			} else {
				exact = false
			}
		}
	}
	return x, moved, exact
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

// projection is the choice on one part: the point of least weighted squares on
//
//	A x = b (equal rows),  A x = z, lo <= z <= hi (others),  l <= x <= u
//
// found by Newton's method on its dual, which is concave and piecewise quadratic:
// x(y) = clip(A'y/w), z(y) = clip(-y/v), gradient b - A x(y) (Li, Sun and Toh, "On
// the efficient computation of a projector onto the Birkhoff polytope", SIAM J.
// Optim. 30, 2020, for another polyhedron; the idea is Mangasarian's). Each step ends
// at the best point of its line, found by bisection, so the dual rises every time.
// Columns are counted in units of their size and rows divided by theirs.
type projection struct {
	cols   []int
	unit   []float64 // size of each column
	w      []float64
	l, u   []float64
	first  []int32 // rows
	index  []int32 // own columns
	value  []float64
	lo, hi []float64
	v      []float64 // weight of a row's sum; 0 for equal rows
	x, y   []float64
	size   []float64 // of a row's terms, for the tolerance
}

func newProjection(p *lp.Problem, cols, rows []int, x []float64, fixed []bool, lower, upper, lo, hi, weight []float64) *projection {
	s := &projection{cols: cols, first: []int32{0}}
	own := make(map[int32]int32, len(cols))
	for c, j := range cols {
		own[int32(j)] = int32(c)
		unit := 1.
		if m := math.Max(math.Abs(lower[j]), math.Abs(upper[j])); m > 0 && !math.IsInf(m, 1) {
			unit = m
		} else if a := math.Abs(x[j]); a > 1 {
			unit = a
		}
		s.unit = append(s.unit, unit)
		s.w = append(s.w, weight[j]*unit*unit)
		s.l, s.u = append(s.l, lower[j]/unit), append(s.u, upper[j]/unit)
	}
	mean := 0.
	for _, w := range s.w {
		mean += w / float64(len(s.w))
	}
	for c := range s.w {
		s.w[c] /= mean
	}
	for _, i := range rows {
		rest, big := 0., 0.
		from := len(s.index)
		for e := p.First[i]; e < p.First[i+1]; e++ {
			j := p.Index[e]
			if fixed[j] {
				rest += p.Value[e] * x[j]
				continue
			}
			c := own[j]
			a := p.Value[e] * s.unit[c]
			s.index, s.value = append(s.index, c), append(s.value, a)
			big = math.Max(big, math.Abs(a))
		}
		for e := from; e < len(s.value); e++ {
			s.value[e] /= big
		}
		s.first = append(s.first, int32(len(s.index)))
		l, h := (lo[i]-rest)/big, (hi[i]-rest)/big
		s.lo, s.hi = append(s.lo, l), append(s.hi, h)
		v := 0.
		if lo[i] < hi[i] {
			v = 1e-3 // a row's sum hardly counts
		}
		s.v = append(s.v, v)
		s.size = append(s.size, math.Max(1, math.Max(finite(l), finite(h))))
	}
	s.x, s.y = make([]float64, len(s.cols)), make([]float64, len(rows))
	return s
}

func finite(x float64) float64 {
	if math.IsInf(x, 0) {
		return 0
	}
	return math.Abs(x)
}

// point sets x for y and returns in g the gradient of the dual.
func (s *projection) point(y, x, g []float64) {
	clear(x)
	for i := range y {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			x[s.index[e]] += s.value[e] * y[i]
		}
	}
	for c := range x {
		x[c] = math.Min(math.Max(x[c]/s.w[c], s.l[c]), s.u[c])
	}
	for i := range y {
		sum := 0.
		for e := s.first[i]; e < s.first[i+1]; e++ {
			sum += s.value[e] * x[s.index[e]]
		}
		b := s.lo[i]
		if s.v[i] > 0 {
			b = math.Min(math.Max(-y[i]/s.v[i], s.lo[i]), s.hi[i])
		}
		g[i] = b - sum
	}
}

func (s *projection) solve() bool {
	m := len(s.y)
	g, d, yt, xt, gt := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, len(s.x)), make([]float64, m)
	s.point(s.y, s.x, g)
	for range chooseSteps {
		if s.settled(g) {
			return true
		}
		if !s.direction(g, d) {
			return false
		}
		slope := func(t float64) float64 {
			for i := range yt {
				yt[i] = s.y[i] + t*d[i]
			}
			s.point(yt, xt, gt)
			sum := 0.
			for i := range gt {
				sum += gt[i] * d[i]
			}
			return sum
		}
		s0 := slope(0)
		if !(s0 > 0) {
			return false
		}
		// The slope along the line falls; the best point is where it is 0.
		a, b := 0., 1.
		for s1 := slope(b); s1 > 1e-3*s0; s1 = slope(b) {
			a = b
			b *= 4
			if b > 1e18 {
				return false // no end: the rows cannot be met
			}
		}
		if sb := slope(b); sb < -1e-3*s0 {
			for range 60 {
				t := (a + b) / 2
				st := slope(t)
				if st > 0 {
					a = t
				} else {
					b = t
				}
				if math.Abs(st) <= 1e-3*s0 {
					a, b = t, t
					break
				}
			}
			slope((a + b) / 2)
		}
		copy(s.y, yt)
		copy(s.x, xt)
		copy(g, gt)
	}
	return s.settled(g)
}

func (s *projection) settled(g []float64) bool {
	for i := range g {
		if math.Abs(g[i]) > chooseTolerance*s.size[i] {
			return false
		}
	}
	return true
}

// direction solves the Newton system of the columns and rows off their bounds.
func (s *projection) direction(g, d []float64) bool {
	m := len(g)
	byCol := make([][]ldl.Entry, len(s.x))
	for i := range m {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			if c := s.index[e]; s.x[c] > s.l[c] && s.x[c] < s.u[c] {
				byCol[c] = append(byCol[c], ldl.Entry{Row: i, Value: s.value[e]})
			}
		}
	}
	var entries []ldl.Entry
	for i := range m {
		damp := 1e-12
		if s.v[i] > 0 {
			if z := -s.y[i] / s.v[i]; z > s.lo[i] && z < s.hi[i] {
				damp = 1 / s.v[i]
			}
		}
		entries = append(entries, ldl.Entry{Row: i, Col: i, Value: damp})
	}
	for c, list := range byCol {
		for a := range list {
			for b := range a + 1 {
				entries = append(entries, ldl.Entry{Row: list[a].Row, Col: list[b].Row, Value: list[a].Value * list[b].Value / s.w[c]})
			}
		}
	}
	f, err := ldl.New(m, entries).Factor()
	if err != nil {
		return false
	}
	f.Solve(d, g, f.NewWork())
	for _, x := range d {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

func (s *projection) copyTo(x []float64) {
	for c, j := range s.cols {
		x[j] = s.x[c] * s.unit[c]
	}
}
