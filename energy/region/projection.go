package region

import (
	"math"

	"github.com/astara-corridors/astara/internal/ldl"
	"github.com/astara-corridors/astara/internal/lp"
)

// projection is the choice on one part: the point of least weighted squares
//
//	min sum w x^2/2  subject to  A x = b,  l <= x <= u
//
// Rows that are not equations have a column of their own for their sum, which hardly
// counts. Columns are in units of their size, rows divided by their largest entry.
//
// Method: Mehrotra's predictor-corrector interior point method (S. Mehrotra, "On the
// implementation of a primal-dual interior point method", SIAM J. Optim. 2, 1992; for
// convex quadratics as in Nocedal and Wright, "Numerical Optimization", ch. 16.6) to
// about six digits, then Newton's method on the dual, which is concave and piecewise
// quadratic and so ends exactly once the columns at bounds are right.
type projection struct {
	cols  []int // of the programme; sums of rows come after them
	unit  []float64
	w     []float64
	l, u  []float64
	first []int32 // rows
	index []int32
	value []float64
	b     []float64
	size  []float64 // of a row's bounds, for the tolerance

	byCol  [][]int32 // column -> its entries
	rowOf  []int32   // entry -> row
	matrix *ldl.Matrix
	slots  [][]int32 // column -> where its products go in matrix
	diag   []int32   // row -> its place in matrix
	like   *ldl.Factor

	x, y []float64
}

const (
	// sumWeight is the weight of a row's sum beside those of columns, whose mean is 1.
	sumWeight = 1e-3
	// interiorSteps and interiorGap bound the interior point method.
	interiorSteps = 60
	interiorGap   = 1e-9
	// polishSteps bounds Newton's method after it.
	polishSteps = 12
	// dampShare keeps the Newton systems of dependent rows from being singular.
	dampShare = 1e-11
)

func newProjection(p *lp.Problem, cols, rows []int, x []float64, fixed []bool, lower, upper, lo, hi, weight []float64) *projection {
	s := &projection{cols: cols, first: []int32{0}}
	own := make(map[int32]int32, len(cols))
	for c, j := range cols {
		own[int32(j)] = int32(c)
		unit := 1.
		if m := math.Max(finite(lower[j]), finite(upper[j])); m > 0 {
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
		if len(s.index) == from {
			continue
		}
		for e := from; e < len(s.value); e++ {
			s.value[e] /= big
		}
		l, h := (lo[i]-rest)/big, (hi[i]-rest)/big
		s.size = append(s.size, math.Max(1, math.Max(finite(l), finite(h))))
		if lo[i] < hi[i] {
			s.index, s.value = append(s.index, int32(len(s.l))), append(s.value, -1)
			s.l, s.u, s.w = append(s.l, l), append(s.u, h), append(s.w, sumWeight)
			l = 0
		}
		s.b = append(s.b, l)
		s.first = append(s.first, int32(len(s.index)))
	}
	s.pattern()
	return s
}

// pattern lays out the normal matrix A D A'.
func (s *projection) pattern() {
	m := len(s.b)
	s.x, s.y = make([]float64, len(s.l)), make([]float64, m)
	s.byCol, s.slots = make([][]int32, len(s.l)), make([][]int32, len(s.l))
	s.rowOf = make([]int32, len(s.index))
	for i := range m {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			s.rowOf[e] = int32(i)
			s.byCol[s.index[e]] = append(s.byCol[s.index[e]], e)
		}
	}
	var entries []ldl.Entry
	for i := range m {
		entries = append(entries, ldl.Entry{Row: i, Col: i})
	}
	for _, list := range s.byCol {
		for a := range list {
			for b := range a {
				entries = append(entries, ldl.Entry{Row: int(s.rowOf[list[a]]), Col: int(s.rowOf[list[b]])})
			}
		}
	}
	s.matrix = ldl.New(m, entries)
	at := make(map[[2]int32]int32, len(s.matrix.Row))
	for j := range int32(m) {
		for k := s.matrix.Start[j]; k < s.matrix.Start[j+1]; k++ {
			at[[2]int32{s.matrix.Row[k], j}] = k
		}
	}
	for i := range int32(m) {
		s.diag = append(s.diag, at[[2]int32{i, i}])
	}
	for c, list := range s.byCol {
		for a := range list {
			for b := range a + 1 {
				i, j := s.rowOf[list[a]], s.rowOf[list[b]]
				s.slots[c] = append(s.slots[c], at[[2]int32{max(i, j), min(i, j)}])
			}
		}
	}
}

func finite(x float64) float64 {
	if math.IsInf(x, 0) {
		return 0
	}
	return math.Abs(x)
}

// factor factors A diag(d) A' with a little on the diagonal.
func (s *projection) factor(d []float64) bool {
	clear(s.matrix.Value)
	for c, list := range s.byCol {
		if d[c] == 0 {
			continue
		}
		k := 0
		for a := range list {
			va := s.value[list[a]] * d[c]
			for b := range a + 1 {
				s.matrix.Value[s.slots[c][k]] += va * s.value[list[b]]
				k++
			}
		}
	}
	for _, k := range s.diag {
		s.matrix.Value[k] += dampShare * (1 + s.matrix.Value[k])
	}
	var err error
	if s.like == nil {
		s.like, err = s.matrix.Factor()
	} else {
		s.like, err = s.matrix.FactorLike(s.like)
	}
	return err == nil
}

// times sets out = A x.
func (s *projection) times(x, out []float64) {
	for i := range out {
		sum := 0.
		for e := s.first[i]; e < s.first[i+1]; e++ {
			sum += s.value[e] * x[s.index[e]]
		}
		out[i] = sum
	}
}

// transposed sets out = A' y.
func (s *projection) transposed(y, out []float64) {
	clear(out)
	for i := range y {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			out[s.index[e]] += s.value[e] * y[i]
		}
	}
}

func (s *projection) solve() bool {
	if len(s.b) > 0 && !s.interior() {
		return false
	}
	return s.polish()
}

func (s *projection) copyTo(x []float64) {
	for c, j := range s.cols {
		x[j] = s.x[c] * s.unit[c]
	}
}

// polish is Newton's method on the dual from the multipliers y: x(y) = clip(A'y/w),
// gradient b - A x(y), each step to the best point of its line.
func (s *projection) polish() bool {
	m := len(s.b)
	g, d, yt, gt := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
	xt, free := make([]float64, len(s.x)), make([]float64, len(s.x))
	s.point(s.y, s.x, g)
	for range polishSteps {
		if s.settled(g, chooseTolerance) {
			return true
		}
		for c := range free {
			if free[c] = 0; s.x[c] > s.l[c] && s.x[c] < s.u[c] {
				free[c] = 1 / s.w[c]
			}
		}
		if !s.factor(free) {
			return false
		}
		s.like.Solve(d, g, s.like.NewWork())
		slope := func(t float64) float64 {
			for i := range yt {
				yt[i] = s.y[i] + t*d[i]
			}
			s.point(yt, xt, gt)
			return dot(gt, d)
		}
		s0 := slope(0)
		if !(s0 > 0) || math.IsInf(s0, 1) {
			return false
		}
		a, b := 0., 1.
		s1 := slope(1)
		for s1 < -1e-6*s0 && b-a > 1e-15 { // the slope falls along the line
			t := (a + b) / 2
			if st := slope(t); st > 0 {
				a = t
			} else {
				b, s1 = t, st
			}
		}
		slope(b)
		copy(s.y, yt)
		copy(s.x, xt)
		copy(g, gt)
	}
	return s.settled(g, acceptTolerance)
}

// point sets x for y and returns in g the gradient of the dual.
func (s *projection) point(y, x, g []float64) {
	s.transposed(y, x)
	for c := range x {
		x[c] = math.Min(math.Max(x[c]/s.w[c], s.l[c]), s.u[c])
	}
	s.times(x, g)
	for i := range g {
		g[i] = s.b[i] - g[i]
	}
}

func (s *projection) settled(g []float64, tolerance float64) bool {
	for i := range g {
		if !(math.Abs(g[i]) <= tolerance*s.size[i]) {
			return false
		}
	}
	return true
}

func dot(a, b []float64) float64 {
	sum := 0.
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
