package bounds

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/lp"
)

const (
	// ConditionFloor is the probability that every condition must be able to have,
	// all at once, for words to hold together under a bend.
	ConditionFloor = 1e-3
	// bendTolerance is how finely the bend is found.
	bendTolerance = 1e-7
)

// Bend returns the smallest widening of every interval, cut to 0 and 1, under
// which the claims hold together with every condition at ConditionFloor or more.
// 0 means they do as they are. Means are widened by that share of the span of
// their column. Whether a widening suffices is monotone, so it is found by
// bisection, to 1e-7 on the side that suffices. ok is false when even intervals
// of 0 to 1 do not help: facts exclude a condition altogether.
func (s *System) Bend(ctx context.Context) (bend float64, ok bool, err error) {
	t := *s.fitting()
	suffices := func(b float64) (bool, error) {
		t.rows = nil
		t.write(b)
		ok, err := t.possible(ctx, false, ConditionFloor*(1-bendTolerance))
		if errors.Is(err, lp.ErrUndecided) {
			return false, nil // on the rim: a little more is on the safe side
		}
		return ok, err
	}
	if ok, err = suffices(0); ok || err != nil {
		return 0, ok, err
	}
	if ok, err = suffices(1); !ok || err != nil {
		return 1, false, err
	}
	low, high := 0.0, 1.0
	for high-low > bendTolerance {
		mid := (low + high) / 2
		if ok, err = suffices(mid); err != nil {
			return 0, false, err
		}
		if ok {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true, nil
}

// Violation returns the least sum and the least maximum, over the claims, of how
// far their rows are off: the sum over claims of
// max(0, l P(if) - P(then and if), P(then and if) - u P(if)). It is the usual
// measure of the literature; it can be lowered by making conditions improbable,
// which the bend cannot. Directions inside an arm are left out.
func (s *System) Violation(ctx context.Context) (sum, most float64, err error) {
	for _, total := range []bool{true, false} {
		q := s.base()
		s.sums(q)
		off := map[int]int{}
		for i := range q.rows {
			r := &q.rows[i]
			if r.claim < 0 {
				continue
			}
			key := 0
			if total {
				key = r.claim
			}
			if _, ok := off[key]; !ok {
				col := q.addCol()
				off[key] = col
				q.setCost(col, one)
			}
		}
		// Each row is loosened by its claim's column; an equation by both sides.
		loose := &programme{p: lp.Problem{Cost: q.p.Cost, Lower: q.p.Lower, Upper: q.p.Upper}, cost: q.cost, cols: q.cols}
		for _, r := range q.rows {
			if r.claim < 0 {
				loose.addRow(r)
				continue
			}
			key := 0
			if total {
				key = r.claim
			}
			for _, side := range []Side{Lower, Upper} {
				if side == Lower && r.lo == nil || side == Upper && r.hi == nil {
					continue
				}
				b := &builder{row: row{claim: r.claim, arm: r.arm, side: side, cols: append([]int32(nil), r.cols...), kind: append([]uint32(nil), r.kind...),
					float: append([]float64(nil), r.float...), exact: append([]*big.Rat(nil), r.exact...)}, seen: map[string]uint32{}}
				if side == Lower {
					b.add(off[key], one)
					b.lo = r.lo
				} else {
					b.add(off[key], big.NewRat(-1, 1))
					b.hi = r.hi
				}
				loose.addRow(b.row)
			}
		}
		res, err := lp.Solve(ctx, &loose.p, lp.Options{})
		if err != nil {
			return 0, 0, fmt.Errorf("bounds: %w", err)
		}
		if res.Status != lp.Optimal {
			return 0, 0, fmt.Errorf("bounds: loosened rows are %v", res.Status)
		}
		if total {
			sum = res.Objective
		} else {
			most = res.Objective
		}
	}
	return sum, most, nil
}

// Conditions returns, for each claim with a condition, the largest probability
// that the condition can have while all claims hold, the smallest over its arms.
// 0 means that the claims hold only by making it impossible. Claims are keyed by
// index.
func (s *System) Conditions(ctx context.Context) (map[int]float64, error) {
	out := map[int]float64{}
	s = s.fitting()
	for _, c := range s.conditions() {
		f, ok, err := s.search(ctx, true, func() *programme {
			q := s.base()
			s.sums(q)
			for _, g := range c.groups {
				q.setCost(int(g), one)
			}
			return q
		}, s.bent, nil)
		if err != nil {
			return nil, fmt.Errorf("bounds: %w", err)
		}
		v := 0.0
		if ok {
			v = f.res.Objective
		}
		if old, seen := out[c.claim]; !seen || v < old {
			out[c.claim] = v
		}
	}
	return out, nil
}

// Widen returns the words with every interval widened by a bend.
func Widen(w *belief.Words, bend float64) *belief.Words {
	v := *w
	v.Constraints = append([]belief.Constraint(nil), w.Constraints...)
	for i := range v.Constraints {
		k := &v.Constraints[i]
		floor, ceiling := 0.0, 1.0
		switch k.Form {
		case belief.Mean:
			floor, ceiling = -lp.Inf, lp.Inf
		case belief.Between, belief.Bilinear:
			floor = -1
		}
		by := bend * k.Scale
		k.Low, k.SoftLow = max(floor, k.Low-by), max(floor, k.SoftLow-by)
		k.High, k.SoftHigh = min(ceiling, k.High+by), min(ceiling, k.SoftHigh+by)
	}
	return &v
}
