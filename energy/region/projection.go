package region

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/ldl"
	"github.com/astara-corridors/astara/internal/lp"
)

// projection is the choice on one part: the point of least weighted squares
//
//	min sum w x^2/2  subject to  A x = b,  l <= x <= u
//
// Rows that are not equations have a column of their own for their sum, which does
// not count. Columns are in units of their size, rows divided by their largest entry.
//
// Method: Mehrotra's predictor-corrector interior point method (S. Mehrotra, "On the
// implementation of a primal-dual interior point method", SIAM J. Optim. 2, 1992; for
// convex quadratics as in Nocedal and Wright, "Numerical Optimization", ch. 16.6), then
// one exact solve with the columns fixed that it holds at bounds.
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
	scale  []float64 // of a row of matrix
	scaled []float64 // right side

	x, y, zl, zu []float64
}

const (
	// sumWeight is the weight of a row's sum in the interior point method, beside those
	// of columns, whose mean is 1. In exact solves it is noWeight, which is not felt beside
	// those of the smallest columns, some 1e-8, whatever the sum.
	sumWeight = 1e-10
	noWeight  = 1e-30
	// interiorSteps and interiorGap bound the interior point method.
	interiorSteps = 60
	interiorGap   = 1e-11
	// interiorResidual is how far rows and the dual may be off when it ends.
	interiorResidual = 1e-9
	// polishSteps bounds the exact solves after it and guessSteps those from the bounds
	// of a similar choice, refinements those of each; one stops where rows are met to
	// refinedTo of their size.
	// blockSteps is how often many columns may change sides at once without becoming
	// fewer.
	polishSteps = 400
	blockSteps  = 8
	guessSteps  = 15
	refinements = 5
	refinedTo   = 1e-14
	// dampShare keeps the Newton systems of dependent rows from being singular.
	dampShare = 1e-11
	// roundingShare is the rounding of a multiplier, relative to its size.
	roundingShare = 1e-13
	// atBound is how near, in units of its size, a column of a similar choice must be
	// to a bound to be tried there.
	atBound = 1e-7
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
	n := len(s.l)
	s.x, s.zl, s.zu, s.y = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, m)
	s.byCol, s.slots = make([][]int32, len(s.l)), make([][]int32, len(s.l))
	s.rowOf = make([]int32, len(s.index))
	for i := range m {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			s.rowOf[e] = int32(i)
			s.byCol[s.index[e]] = append(s.byCol[s.index[e]], e)
		}
	}
	s.scale, s.scaled = make([]float64, m), make([]float64, m)
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
	place := func(i, j int32) int32 { // of an entry below the diagonal; rows of a column ascend
		i, j = max(i, j), min(i, j)
		from := s.matrix.Start[j]
		k, _ := slices.BinarySearch(s.matrix.Row[from:s.matrix.Start[j+1]], i)
		return from + int32(k)
	}
	for i := range int32(m) {
		s.diag = append(s.diag, place(i, i))
	}
	for c, list := range s.byCol {
		s.slots[c] = make([]int32, 0, len(list)*(len(list)+1)/2)
		for a := range list {
			for b := range a + 1 {
				s.slots[c] = append(s.slots[c], place(s.rowOf[list[a]], s.rowOf[list[b]]))
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

// factor factors A diag(d) A', its rows and columns scaled to a diagonal of 1, with a
// little on the diagonal: what columns give differs by many powers of ten.
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
	for i, k := range s.diag {
		s.scale[i] = 1
		if v := s.matrix.Value[k]; v > 0 {
			s.scale[i] = 1 / math.Sqrt(v)
		}
	}
	for i := range s.diag {
		for k := s.matrix.Start[i]; k < s.matrix.Start[i+1]; k++ {
			s.matrix.Value[k] *= s.scale[i] * s.scale[s.matrix.Row[k]]
		}
	}
	for _, k := range s.diag {
		s.matrix.Value[k] += dampShare
	}
	var err error
	if s.like == nil {
		s.like, err = s.matrix.Factor()
	} else {
		s.like, err = s.matrix.FactorLike(s.like)
	}
	return err == nil
}

// newton solves with the factored matrix.
func (s *projection) newton(out, rhs []float64, work *ldl.Work) {
	for i := range rhs {
		s.scaled[i] = rhs[i] * s.scale[i]
	}
	s.like.Solve(out, s.scaled, work)
	for i := range out {
		out[i] *= s.scale[i]
	}
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

// rounding sets out to what A' y may be off by: its terms are sums of numbers as large
// as the largest y beside them.
func (s *projection) rounding(y, out []float64) {
	clear(out)
	for i := range y {
		for e := s.first[i]; e < s.first[i+1]; e++ {
			out[s.index[e]] += roundingShare * math.Abs(s.value[e]*y[i])
		}
	}
}

// solve finds the point and says whether it meets the rows, and whether it is exact: the
// interior point method alone comes within some 1e-6. like is as for [choose].
func (s *projection) solve(like []float64) (found, exact bool) {
	if len(s.b) == 0 {
		for c := range s.x {
			s.x[c] = math.Min(math.Max(0, s.l[c]), s.u[c])
		}
		return true, true
	}
	if like != nil && s.active(s.sides(like), guessSteps) {
		return true, true
	}
	s.interior()
	if s.active(s.held(), polishSteps) {
		return true, true
	}
	for c := range s.x {
		s.x[c] = math.Min(math.Max(s.x[c], s.l[c]), s.u[c])
	}
	return s.meets(s.x), false
}

func (s *projection) copyTo(x []float64) {
	for c, j := range s.cols {
		x[j] = s.x[c] * s.unit[c]
	}
}

// held are the columns that the interior point method holds at bounds: -1 at the lower
// one, 1 at the upper one, 0 free.
func (s *projection) held() []int8 {
	side := make([]int8, len(s.x))
	for c := range side {
		switch {
		case s.zl[c] > s.x[c]-s.l[c] && s.zl[c] >= s.zu[c]:
			side[c] = -1
		case s.zu[c] > s.u[c]-s.x[c]:
			side[c] = 1
		}
	}
	return side
}

// sides are the columns that a point of the programme has at bounds of this one.
func (s *projection) sides(point []float64) []int8 {
	side, x := make([]int8, len(s.x)), make([]float64, len(s.x))
	for c, j := range s.cols {
		x[c] = point[j] / s.unit[c]
	}
	for i := range s.b { // the sum of a row is that of its other columns
		sum, own := 0., -1
		for e := s.first[i]; e < s.first[i+1]; e++ {
			if c := int(s.index[e]); c >= len(s.cols) {
				own = c
			} else {
				sum += s.value[e] * x[c]
			}
		}
		if own >= 0 {
			x[own] = sum
		}
	}
	for c := range side {
		switch {
		case x[c] <= s.l[c]+atBound:
			side[c] = -1
		case x[c] >= s.u[c]-atBound:
			side[c] = 1
		}
	}
	return side
}

// turn is a column that changes its side.
type turn struct {
	col  int
	from int8
}

// active takes the columns of side as fixed at their bounds and solves for the others
// exactly; columns that then leave their bounds are fixed, and those whose multiplier
// has the wrong sign set free, until nothing changes (the primal-dual active set
// method: Bergounioux, Ito and Kunisch, SIAM J. Control Optim. 37, 1999). It says
// whether it came to an end within steps; then the point meets all conditions of an
// optimum, wherever side came from.
//
// Turning many at once may go in circles. When they have not become fewer for some steps,
// one at a time is turned, the last, until they have: block principal pivoting, which ends
// (Portugal, Júdice and Vicente, Math. Comp. 63, 1994, after Murty).
func (s *projection) active(side []int8, steps int) bool {
	n, m := len(s.x), len(s.b)
	x, free, t, noise := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	w := slices.Clone(s.w)
	least := 1.
	for c := range w {
		if c < len(s.cols) {
			least = math.Min(least, w[c])
		} else {
			w[c] = noWeight
		}
	}
	rhs, y, dy := make([]float64, m), make([]float64, m), make([]float64, m)
	var turned []turn
	fewest, blocks := n+1, blockSteps
	for range steps {
		for c := range x {
			switch free[c] = 0; side[c] {
			case -1:
				x[c] = s.l[c]
			case 1:
				x[c] = s.u[c]
			default:
				x[c], free[c] = 0, 1/w[c]
			}
		}
		if !s.factor(free) {
			return false
		}
		clear(y)
		work := s.like.NewWork()
		for range refinements {
			s.times(x, rhs)
			off := 0.
			for i := range rhs {
				rhs[i] = s.b[i] - rhs[i]
				off = math.Max(off, math.Abs(rhs[i])/s.size[i])
			}
			if off < refinedTo {
				break
			}
			s.newton(dy, rhs, work)
			s.transposed(dy, t)
			for c := range x {
				x[c] += free[c] * t[c]
			}
			for i := range y {
				y[i] += dy[i]
			}
		}
		s.transposed(y, t)
		s.rounding(y, noise)
		most := 0.
		for i := range y {
			most = math.Max(most, math.Abs(y[i]))
		}
		turned := turned[:0]
		for c := range x {
			old := side[c]
			// What a column would move by is its pull over its weight.
			small := acceptTolerance*math.Min(1, w[c]) + noise[c]
			if c >= len(s.cols) {
				small = acceptTolerance*least + roundingShare*most
			}
			switch pull := w[c]*x[c] - t[c]; {
			case old == 0 && x[c] < s.l[c]-acceptTolerance:
				side[c] = -1
			case old == 0 && x[c] > s.u[c]+acceptTolerance:
				side[c] = 1
			case old == -1 && pull < -small, old == 1 && pull > small:
				side[c] = 0
			}
			if side[c] != old {
				turned = append(turned, turn{c, old})
			}
		}
		if len(turned) > 0 {
			switch {
			case len(turned) < fewest:
				fewest, blocks = len(turned), blockSteps
			case blocks > 0:
				blocks--
			default: // all but the last one wait
				for _, x := range turned[:len(turned)-1] {
					side[x.col] = x.from
				}
			}
			continue
		}
		for c := range x {
			x[c] = math.Min(math.Max(x[c], s.l[c]), s.u[c])
		}
		if !s.meets(x) {
			return false
		}
		copy(s.x, x)
		return true
	}
	return false
}

// meets says whether a point meets the rows.
func (s *projection) meets(x []float64) bool {
	ax := make([]float64, len(s.b))
	s.times(x, ax)
	for i := range ax {
		if !(math.Abs(s.b[i]-ax[i]) <= acceptTolerance*s.size[i]) {
			return false
		}
	}
	return true
}
