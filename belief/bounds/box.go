package bounds

import (
	"context"
	"math"
	"math/big"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/lp"
)

// A direction inside an arm, P(then|if) >= P(then|not if), is
//
//	(1 - t) x - t z >= 0,   t = P(if), x = P(then and if), z = P(then and not if)
//
// which is linear once t is known. For t in a cell [t0, t1] two rows follow from
// it (McCormick, Mathematical Programming 10, 1976, for the product of t and
// P(then)):
//
//	P(then and if) >= t0 P(then),   P(not then and if) <= t1 P(not then)
//
// so the programme with them and t0 <= P(if) <= t1 bounds the cell from outside;
// the union of cells does so for all t. At the ends of a cell they are the claim
// itself, so a cell split at the t of a solution excludes that solution unless it
// keeps the claim. The search splits the cell of the best outer value, at the t of its
// solution, until that solution keeps the claims themselves (then the bound is
// attained) or MaxProgrammes are spent (then it is an outer bound, and says so).

const (
	// MaxProgrammes bounds the linear programmes for one end of one query.
	MaxProgrammes = 1024
	// keptTolerance is how far a direction may be off in a solution that counts as
	// keeping it; it guards against splitting cells over rounding.
	keptTolerance = 1e-9
	// closed is the distance between the outer value and one seen to be attained at
	// which the search ends.
	closed = 1e-6
	// middle is the part of a cell in which it is split, so that cells shrink.
	middle = 0.1
)

// cut is a direction inside one arm.
type cut struct {
	k   *belief.Constraint
	arm int
}

// cell writes the outer rows of a cell.
func (s *System) cell(c cut, t0, t1 float64, bend float64) []row {
	lo, hi := ends(c.k, bend)
	r0, r1 := rat(t0), rat(t1)
	most, least := spread(t0, t1)
	at := func(v *big.Rat, positive float64, negative float64) *big.Rat {
		if v.Sign() > 0 {
			return new(big.Rat).Mul(v, rat(positive))
		}
		return new(big.Rat).Mul(v, rat(negative))
	}
	var out []row
	// write makes the two rows of a side: of Then, and of what is not Then.
	write := func(side Side, t, u, end *big.Rat) {
		b, not := newRow(c.k.Claim, c.arm, side), newRow(c.k.Claim, c.arm, side)
		for g, w := range s.at[c.arm] {
			if w < 0 {
				continue
			}
			v, n := new(big.Rat).Neg(end), new(big.Rat).Neg(end)
			switch then, in := c.k.Then.Has(int(w)), c.k.If.Has(int(w)); {
			case then && in:
				v.Add(v, new(big.Rat).Sub(one, t))
			case then:
				v.Sub(v, t)
			case in:
				n.Sub(n, new(big.Rat).Sub(one, u))
			default:
				n.Add(n, u)
			}
			b.add(g, v)
			not.add(g, n)
		}
		b.atZero(side)
		not.atZero(side)
		out = append(out, b.row, not.row)
	}
	if lo != nil {
		write(Lower, r0, r1, at(lo, least, most))
	}
	if hi != nil {
		write(Upper, r1, r0, at(hi, most, least))
	}
	within := func(side Side, t *big.Rat) {
		b := newRow(-1, c.arm, side)
		for g, w := range s.at[c.arm] {
			if w >= 0 {
				v := new(big.Rat).Neg(t)
				if c.k.If.Has(int(w)) {
					v.Add(v, one)
				}
				b.add(g, v)
			}
		}
		b.atZero(side)
		out = append(out, b.row)
	}
	if t0 > 0 {
		within(Lower, r0)
	}
	if t1 < 1 {
		within(Upper, r1)
	}
	return out
}

// spread returns the largest and least t (1-t) over a cell.
func spread(t0, t1 float64) (most, least float64) {
	a, b := t0*(1-t0), t1*(1-t1)
	most, least = max(a, b), min(a, b)
	if t0 <= 0.5 && 0.5 <= t1 {
		most = 0.25
	}
	return most, least
}

// violation says how far a solution is from keeping a direction, and its t.
func (s *System) violation(c cut, x []float64, bend float64) (by, t float64) {
	var all, in, xt, zt float64
	for g, w := range s.at[c.arm] {
		if w < 0 {
			continue
		}
		all += x[g]
		if c.k.If.Has(int(w)) {
			in += x[g]
			if c.k.Then.Has(int(w)) {
				xt += x[g]
			}
		} else if c.k.Then.Has(int(w)) {
			zt += x[g]
		}
	}
	if all <= 0 {
		return 0, 0.5
	}
	t = in / all
	d := ((1-t)*xt - t*zt) / all
	lo, hi := ends(c.k, bend)
	if lo != nil {
		l, _ := lo.Float64()
		by = max(by, l*t*(1-t)-d)
	}
	if hi != nil {
		h, _ := hi.Float64()
		by = max(by, d-h*t*(1-t))
	}
	return by, t
}

// box is a cell for each direction, with its programme solved.
type box struct {
	t         [][2]float64
	q         *programme
	res       *lp.Result
	generated *columns // nil unless the columns were generated
	worst     int      // direction that the solution keeps least
	by        float64  // by how much
	at        float64  // its t
}

// found is the best value over all boxes.
type found struct {
	*box
	programmes int
	outer      bool    // the value is a bound from outside
	inner      float64 // best value that a solution was seen to attain; NaN: none
}

// search solves a programme with the directions on top. ok is false when no box
// has a solution.
func (s *System) search(ctx context.Context, maximise bool, build func() *programme, bend float64, enough func(value float64) bool) (*found, bool, error) {
	f := &found{inner: math.NaN()}
	solve := func(t [][2]float64) (*box, error) {
		b := &box{t: t, q: build()}
		for i, c := range s.bilinear {
			for _, r := range s.cell(c, t[i][0], t[i][1], bend) {
				b.q.addRow(r)
			}
		}
		b.q.p.Maximise = maximise
		var res *lp.Result
		var err error
		if b.q.cols >= generateFrom && bounded(&b.q.p) {
			res, b.generated, err = generate(ctx, b.q)
		} else {
			res, err = lp.Solve(ctx, &b.q.p, lp.Options{})
		}
		f.programmes++
		if err != nil {
			return nil, err
		}
		b.res = res
		if res.Status != lp.Optimal {
			return b, nil
		}
		for i, c := range s.bilinear {
			if by, at := s.violation(c, res.X, bend); by > b.by {
				b.worst, b.by, b.at = i, by, at
			}
		}
		return b, nil
	}
	start := make([][2]float64, len(s.bilinear))
	for i := range start {
		start[i] = [2]float64{0, 1}
	}
	first, err := solve(start)
	if err != nil {
		return nil, false, err
	}
	better := func(a, b float64) bool { return maximise && a > b || !maximise && a < b }
	open := []*box{first}
	for {
		best := -1
		for i, b := range open {
			if b.res.Status == lp.Optimal && (best < 0 || better(b.res.Objective, open[best].res.Objective)) {
				best = i
			}
		}
		if best < 0 {
			return f, false, nil
		}
		b := open[best]
		f.box = b
		if b.by <= keptTolerance {
			f.inner = b.res.Objective
			return f, true, nil
		}
		if enough != nil && !enough(b.res.Objective) {
			return f, false, nil // no box can reach what is asked
		}
		if math.Abs(b.res.Objective-f.inner) <= closed {
			return f, true, nil
		}
		if f.programmes+2 > MaxProgrammes {
			f.outer = true
			return f, true, nil
		}
		cell := b.t[b.worst]
		width := cell[1] - cell[0]
		at := min(max(b.at, cell[0]+middle*width), cell[1]-middle*width)
		for side := range 2 {
			t := append([][2]float64(nil), b.t...)
			t[b.worst][1-side] = at
			child, err := solve(t)
			if err != nil {
				return nil, false, err
			}
			if child.res.Status == lp.Optimal && child.by <= keptTolerance && (math.IsNaN(f.inner) || better(child.res.Objective, f.inner)) {
				f.inner = child.res.Objective
			}
			if side == 0 {
				open[best] = child
			} else {
				open = append(open, child)
			}
		}
	}
}

// bounded reports whether every column has the bounds 0 and infinity, as column
// generation takes them.
func bounded(p *lp.Problem) bool {
	for j := range p.Lower {
		if p.Lower[j] != 0 || p.Upper[j] != lp.Inf {
			return false
		}
	}
	return true
}
