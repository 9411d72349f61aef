package bounds

import (
	"math"
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
	value   *big.Rat
	moves   []float64 // by row: its multiplier
	weights []float64 // by column
}

// vertex is a basis solved in rationals, which keeps all rows.
type vertex struct {
	q  *programme
	js []int // basic columns
	rs []int // rows that bind
	at []int // column -> place in js, -1
	m  *square
	x  *vector
}

// certify solves the basis of a result in rationals and checks it. ok is false
// when the basis is not optimal in exact arithmetic, or singular.
func (q *programme) certify(b *lp.Basis, maximise bool) (*proof, bool) {
	if b == nil {
		return nil, false
	}
	v, ok := q.vertex(b.Cols, b.Rows)
	if !ok {
		return nil, false
	}
	size := 0.0
	for _, c := range q.p.Cost {
		size = max(size, math.Abs(c))
	}
	return v.optimal(&cost{func(j int) float64 { return q.p.Cost[j] }, func(j int) *big.Rat {
		if q.cost[j] == nil {
			return zero
		}
		return q.cost[j]
	}, size}, maximise)
}

// cost is an objective: by column as a float and as the rational it stands for,
// and the size that floats are rounded at.
type cost struct {
	float func(j int) float64
	exact func(j int) *big.Rat
	size  float64
}

// vertex solves a basis; false when it is singular or breaks a row.
func (q *programme) vertex(cols, rows []lp.Place) (*vertex, bool) {
	v := &vertex{q: q, at: make([]int, q.cols)}
	for j, place := range cols {
		v.at[j] = -1
		if place == lp.Basic {
			v.at[j] = len(v.js)
			v.js = append(v.js, j)
		}
	}
	side := make([]*big.Rat, len(q.rows))
	for i, place := range rows {
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
		v.rs = append(v.rs, i)
	}
	if len(v.js) != len(v.rs) {
		return nil, false
	}
	v.m = newSquare(len(v.js))
	rhs := make([]*big.Rat, len(v.rs))
	for k, i := range v.rs {
		r := &q.rows[i]
		for e, c := range r.cols {
			if v.at[c] >= 0 {
				v.m.set(k, v.at[c], r.exact[r.kind[e]])
			}
		}
		rhs[k] = side[i]
	}
	var ok bool
	if v.x, ok = v.m.solve(rhs, false); !ok || !q.primal(v.x, v.at, side) {
		return nil, false
	}
	return v, true
}

// optimal checks that no column and no row would improve an objective at the
// vertex.
func (v *vertex) optimal(o *cost, maximise bool) (*proof, bool) {
	exact := make([]*big.Rat, len(v.js))
	for k, j := range v.js {
		exact[k] = o.exact(j)
	}
	y, ok := v.m.solve(exact, true)
	if !ok || !v.dual(y, o, maximise) {
		return nil, false
	}
	pr := &proof{value: new(big.Rat), moves: make([]float64, len(v.q.rows)), weights: make([]float64, v.q.cols)}
	t := new(big.Rat)
	for k, j := range v.js {
		if v.x.num[k].Sign() != 0 {
			x := v.x.at(k)
			pr.value.Add(pr.value, t.Mul(exact[k], x))
			pr.weights[j], _ = x.Float64()
		}
	}
	for k, i := range v.rs {
		if y.num[k].Sign() != 0 {
			pr.moves[i], _ = y.at(k).Float64()
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
// columns that are not basic. A reduced cost further from 0 than rounding can have
// moved it has the sign it shows; the others are computed as rationals.
func (v *vertex) dual(y *vector, o *cost, maximise bool) bool {
	sign := 1
	if !maximise {
		sign = -1
	}
	q := v.q
	for k, i := range v.rs {
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
	// Each product is off by three roundings at most, each sum by one a row.
	share := 4 * float64(len(v.rs)+8) * 0x1p-53
	reduced, size := make([]float64, q.cols), make([]float64, q.cols)
	for k, i := range v.rs {
		if y.num[k].Sign() == 0 {
			continue
		}
		f, _ := y.at(k).Float64()
		r := &q.rows[i]
		for e, c := range r.cols {
			p := float64(f * r.float[r.kind[e]])
			reduced[c] -= p
			size[c] += math.Abs(p)
		}
	}
	var near []int32
	place := make([]int32, q.cols) // 1 + place in near
	for j, d := range reduced {
		if v.at[j] >= 0 {
			continue
		}
		if d += o.float(j); !(d*float64(sign) < -share*(size[j]+o.size)) {
			near = append(near, int32(j))
			place[j] = int32(len(near))
		}
	}
	if len(near) == 0 {
		return true
	}
	// reduced cost times the common denominators: cost * den - sum num_i a_ij
	scale := big.NewInt(1) // common denominator of all coefficients used
	for k, i := range v.rs {
		if y.num[k].Sign() == 0 {
			continue
		}
		for _, e := range q.rows[i].exact {
			scale = lcm(scale, e.Denom())
		}
	}
	exact := make([]big.Int, len(near))
	t := new(big.Int)
	for k, i := range v.rs {
		if y.num[k].Sign() == 0 {
			continue
		}
		r := &q.rows[i]
		times := make([]*big.Int, len(r.exact))
		for e, c := range r.cols {
			n := place[c]
			if n == 0 {
				continue
			}
			kind := r.kind[e]
			if times[kind] == nil {
				a := r.exact[kind]
				f := new(big.Int).Mul(a.Num(), t.Quo(scale, a.Denom()))
				times[kind] = f.Mul(f, y.num[k])
			}
			exact[n-1].Sub(&exact[n-1], times[kind])
		}
	}
	full := new(big.Int).Mul(scale, y.den)
	u := new(big.Int)
	for n, j := range near {
		d := &exact[n]
		if o.float(int(j)) != 0 || o.size > 0 {
			c := o.exact(int(j))
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
