package lp

import (
	"fmt"
	"math"
)

// Status says how a solve ended.
type Status uint8

// The ways a solve can end.
const (
	Optimal    Status = iota
	Infeasible        // no point satisfies the rows and bounds
	Unbounded         // the objective has no best value
	Limit             // stopped at Options.Iterations; the point is the last one, of no guaranteed quality
)

func (s Status) String() string {
	switch s {
	case Optimal:
		return "optimal"
	case Infeasible:
		return "infeasible"
	case Unbounded:
		return "unbounded"
	case Limit:
		return "iteration limit"
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// Place is where a column or row stands in a basis.
type Place uint8

// The places, in HiGHS' numbering.
const (
	AtLower Place = 0
	Basic   Place = 1
	AtUpper Place = 2
	AtZero  Place = 3 // a free column or row out of the basis
	Outside Place = 4 // out of the basis at a bound that HiGHS may pick; only in a start basis
)

// Basis is a simplex basis. As a start it must name as many Basic places as there
// are rows; HiGHS repairs a singular one.
type Basis struct {
	Cols, Rows []Place
}

// Result is what a solve found. Slices are new and the caller's own.
type Result struct {
	Status     Status
	Objective  float64   // with the offset; meaningful when Optimal or Limit
	X          []float64 // one a column; nil unless Optimal or Limit
	Activity   []float64 // one a row: the row's sum
	Iterations int       // simplex or active-set steps

	// Dual has for each row the change of the objective per unit by which its
	// binding bound grows, for a minimisation and a maximisation alike, and Reduced
	// the same for columns' bounds; 0 where no bound binds. In a degenerate optimum
	// they are one choice of several. nil unless Optimal.
	Dual, Reduced []float64

	// Basis is nil for a quadratic programme and unless Optimal or Limit.
	Basis *Basis

	// Farkas is the certificate of an infeasible linear programme, when
	// Options.Certificate asked for it: one multiplier a row such that the weighted
	// sum of the rows cannot be met within the columns' bounds; see
	// [Problem.Refutes]. All zeros when a column's own bounds cross.
	Farkas []float64
}

// tinyShare is the size, relative to the sum of the sizes of its parts, below which
// a coefficient of a sum of rows counts as rounding and is taken as 0.
const tinyShare = 1e-9

// Refutes reports whether multipliers y of the rows prove that the problem has no
// solution, and by how much: the sum of y_i times row i lies within [lo, hi] for all
// x within the columns' bounds, the rows' bounds want it within [lo', hi'], and the
// two do not meet; gap is the distance between them. Coefficients that are rounding
// are dropped (relative 1e-9), so this is a check in floating point, not a proof in
// rationals. O(size).
func (p *Problem) Refutes(y []float64) (gap float64, ok bool) {
	for j, lo := range p.Lower {
		if lo > p.Upper[j] {
			return lo - p.Upper[j], true
		}
	}
	sum, size := make([]float64, p.Cols()), make([]float64, p.Cols())
	var want interval
	for i, yi := range y {
		if yi == 0 {
			continue
		}
		want.add(yi, p.RowLower[i], p.RowUpper[i])
		for k := p.First[i]; k < p.First[i+1]; k++ {
			v := yi * p.Value[k]
			sum[p.Index[k]] += v
			size[p.Index[k]] += math.Abs(v)
		}
	}
	var have interval
	for j, c := range sum {
		if math.Abs(c) > tinyShare*size[j] {
			have.add(c, p.Lower[j], p.Upper[j])
		}
	}
	gap = max(want.lo-have.hi, have.lo-want.hi)
	return gap, gap > 0
}

// interval is a sum of scaled intervals.
type interval struct{ lo, hi float64 }

func (s *interval) add(c, lo, hi float64) {
	if c < 0 {
		lo, hi = hi, lo
	}
	s.lo += c * lo
	s.hi += c * hi
}
