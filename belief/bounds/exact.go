package bounds

import (
	"math/big"

	"github.com/astara-corridors/astara/internal/lp"
)

// Certificate says how far a value is proved.
type Certificate uint8

// The certificates.
const (
	// Floating: HiGHS' word, tolerance 1e-9.
	Floating Certificate = iota
	// Exact: the basis that HiGHS ended with, solved in rational numbers, is
	// feasible and has reduced costs of the right sign, each checked exactly.
	// The value is the rational optimum.
	Exact
)

func (c Certificate) String() string { return [...]string{"floating", "exact"}[c] }

// proof is an exactly optimal vertex.
type proof struct {
	value *big.Rat
	dual  map[int]*big.Rat // by row number, rows that bind
}

// certify solves the basis of a result in rationals and checks it. ok is false
// when the basis is not optimal in exact arithmetic, or singular.
func (q *programme) certify(b *lp.Basis, maximise bool) (*proof, bool) {
	if b == nil {
		return nil, false
	}
	var js, rs []int
	at := make([]int, q.cols) // column -> place in js, -1
	for j, place := range b.Cols {
		at[j] = -1
		if place == lp.Basic {
			at[j] = len(js)
			js = append(js, j)
		}
	}
	side := make([]*big.Rat, len(q.rows))
	for i, place := range b.Rows {
		if place == lp.Basic {
			continue
		}
		r := &q.rows[i]
		switch {
		case place == lp.AtUpper && r.hi != nil:
			side[i] = r.hi
		case place == lp.AtLower && r.lo != nil:
			side[i] = r.lo
		case r.lo != nil:
			side[i] = r.lo
		default:
			side[i] = r.hi
		}
		if side[i] == nil {
			return nil, false
		}
		rs = append(rs, i)
	}
	if len(js) != len(rs) {
		return nil, false
	}
	m := newSquare(len(js))
	rhs := make([]*big.Rat, len(rs))
	for k, i := range rs {
		r := &q.rows[i]
		for e, c := range r.cols {
			if at[c] >= 0 {
				m.set(k, at[c], r.exact[r.kind[e]])
			}
		}
		rhs[k] = side[i]
	}
	x, ok := m.solve(rhs, false)
	if !ok || !q.primal(x, at, side) {
		return nil, false
	}
	cost := make([]*big.Rat, len(js))
	for k, j := range js {
		cost[k] = q.cost[j]
	}
	y, ok := m.solve(cost, true)
	if !ok || !q.dual(y, rs, at, maximise) {
		return nil, false
	}
	pr := &proof{value: new(big.Rat), dual: map[int]*big.Rat{}}
	t := new(big.Rat)
	for k, j := range js {
		if q.cost[j] != nil {
			pr.value.Add(pr.value, t.Mul(q.cost[j], x.at(k)))
		}
	}
	for k, i := range rs {
		if v := y.at(k); v.Sign() != 0 {
			pr.dual[i] = v
		}
	}
	return pr, true
}

// primal checks that the basic weights are not negative and that rows which do
// not bind hold.
func (q *programme) primal(x *vector, at []int, side []*big.Rat) bool {
	for _, n := range x.num {
		if n.Sign() < 0 {
			return false
		}
	}
	sum, t := new(big.Rat), new(big.Rat)
	for i := range q.rows {
		if side[i] != nil {
			continue
		}
		r := &q.rows[i]
		sum.SetInt64(0)
		for e, c := range r.cols {
			if k := at[c]; k >= 0 && x.num[k].Sign() != 0 {
				sum.Add(sum, t.Mul(r.exact[r.kind[e]], x.at(k)))
			}
		}
		if r.lo != nil && sum.Cmp(r.lo) < 0 || r.hi != nil && sum.Cmp(r.hi) > 0 {
			return false
		}
	}
	return true
}

// dual checks the signs of the multipliers and of the reduced costs of all
// columns that are not basic.
func (q *programme) dual(y *vector, rs, at []int, maximise bool) bool {
	sign := 1
	if !maximise {
		sign = -1
	}
	for k, i := range rs {
		r := &q.rows[i]
		if r.lo != nil && r.hi != nil && r.lo.Cmp(r.hi) == 0 {
			continue
		}
		// Under maximising, relaxing an upper side cannot hurt: y >= 0 there.
		want := sign
		if r.hi == nil {
			want = -sign
		} else if r.lo != nil {
			return false // ranged rows are never written
		}
		if y.num[k].Sign()*want < 0 {
			return false
		}
	}
	// reduced cost times the common denominators: cost * den - sum num_i a_ij
	scale := big.NewInt(1) // common denominator of all coefficients used
	for _, i := range rs {
		for _, e := range q.rows[i].exact {
			scale = lcm(scale, e.Denom())
		}
	}
	reduced := make([]big.Int, q.cols)
	t := new(big.Int)
	for k, i := range rs {
		if y.num[k].Sign() == 0 {
			continue
		}
		r := &q.rows[i]
		times := make([]*big.Int, len(r.exact))
		for e, v := range r.exact {
			f := new(big.Int).Mul(v.Num(), t.Quo(scale, v.Denom()))
			times[e] = f.Mul(f, y.num[k])
		}
		for e, c := range r.cols {
			if at[c] < 0 {
				reduced[c].Sub(&reduced[c], times[r.kind[e]])
			}
		}
	}
	full := new(big.Int).Mul(scale, y.den)
	u := new(big.Int)
	for j := range reduced {
		if at[j] >= 0 {
			continue
		}
		d := &reduced[j]
		if c := q.cost[j]; c != nil {
			u.Mul(c.Num(), full)
			t.Mul(d, c.Denom())
			d = u.Add(u, t)
		}
		if d.Sign()*sign > 0 {
			return false
		}
	}
	return true
}

func lcm(a, b *big.Int) *big.Int {
	if b.IsInt64() && b.Int64() == 1 {
		return a
	}
	g := new(big.Int).GCD(nil, nil, a, b)
	return new(big.Int).Mul(a, new(big.Int).Quo(b, g))
}
