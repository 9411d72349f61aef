package bounds

import "math/big"

// square is a square system of linear equations with rational coefficients,
// solved exactly by p-adic lifting (J. D. Dixon, Numerische Mathematik 40,
// 1982): invert modulo a prime, improve the solution one p-adic digit at a time,
// read the rationals off, and check them. Cost: n^3 operations on machine words
// for the inverse, then n^2 for each digit. The check makes the result exact
// whatever happened before.
type square struct {
	n    int
	rows []sparse // scaled to integers
	mult []*big.Int
	inv  [2][]uint64 // inverse modulo prime, of the matrix and its transpose
}

type sparse struct {
	at  []int32
	val []*big.Rat
	num []*big.Int // val times the row's denominator
}

// vector is a list of rationals over one denominator.
type vector struct {
	num []*big.Int
	den *big.Int
}

func (v *vector) at(k int) *big.Rat { return new(big.Rat).SetFrac(v.num[k], v.den) }

// prime is the Mersenne prime 2^31 - 1: products of two residues fit a word.
const prime = 1<<31 - 1

func newSquare(n int) *square { return &square{n: n, rows: make([]sparse, n)} }

func (m *square) set(i, j int, v *big.Rat) {
	r := &m.rows[i]
	r.at, r.val = append(r.at, int32(j)), append(r.val, v)
}

// scaled clears the denominators of the rows.
func (m *square) scaled() {
	if m.mult != nil {
		return
	}
	m.mult = make([]*big.Int, m.n)
	for i := range m.rows {
		r := &m.rows[i]
		d := big.NewInt(1)
		for _, v := range r.val {
			d = lcm(d, v.Denom())
		}
		for _, v := range r.val {
			f := new(big.Int).Quo(d, v.Denom())
			r.num = append(r.num, f.Mul(f, v.Num()))
		}
		m.mult[i] = d
	}
}

// maxDigits bounds the lifting; 2^31 to that power is far beyond the
// determinants of the systems here.
const maxDigits = 4096

// solve returns x with M x = b, or with M' x = b when transposed; nil entries of b
// are 0. ok is false when the matrix is singular modulo the prime.
func (m *square) solve(b []*big.Rat, transposed bool) (*vector, bool) {
	m.scaled()
	if m.inv[0] == nil && !m.invert() {
		return nil, false
	}
	n := m.n
	// Integer right-hand side: of M the rows are scaled by mult, so is b; of the
	// transpose the unknowns are.
	den := big.NewInt(1)
	for _, v := range b {
		if v != nil {
			den = lcm(den, v.Denom())
		}
	}
	target := make([]*big.Int, n)
	for i := range target {
		target[i] = new(big.Int)
		if b[i] == nil {
			continue
		}
		target[i].Mul(b[i].Num(), new(big.Int).Quo(den, b[i].Denom()))
		if !transposed {
			target[i].Mul(target[i], m.mult[i])
		}
	}
	x, ok := m.lift(target, transposed)
	if !ok {
		return nil, false
	}
	x.den.Mul(x.den, den)
	if transposed {
		for i := range x.num {
			x.num[i].Mul(x.num[i], m.mult[i])
		}
	}
	return x, true
}

func (m *square) lift(b []*big.Int, transposed bool) (*vector, bool) {
	n := m.n
	inv := m.inv[0]
	if transposed {
		inv = m.inv[1]
	}
	rest := make([]*big.Int, n)
	sum := make([]*big.Int, n)
	for i := range b {
		rest[i], sum[i] = new(big.Int).Set(b[i]), new(big.Int)
	}
	power, p := big.NewInt(1), big.NewInt(prime)
	mod := make([]uint64, n)
	digit := make([]*big.Int, n)
	t := new(big.Int)
	next := 4
	for d := 1; d <= maxDigits; d++ {
		done := true
		for i := range rest {
			mod[i] = t.Mod(rest[i], p).Uint64()
			done = done && rest[i].Sign() == 0
		}
		if done {
			return &vector{sum, big.NewInt(1)}, true // an integer solution
		}
		for i := range digit {
			acc := uint64(0)
			for j, v := range inv[i*n : (i+1)*n] {
				acc = (acc + v*mod[j]) % prime
			}
			digit[i] = new(big.Int).SetUint64(acc)
			sum[i].Add(sum[i], t.Mul(digit[i], power))
		}
		m.subtract(rest, digit, transposed)
		for i := range rest {
			rest[i].Quo(rest[i], p)
		}
		power.Mul(power, p)
		if d == next {
			if x, ok := rationals(sum, power); ok && m.holds(x, b, transposed) {
				return x, true
			}
			next += next/2 + 2
		}
	}
	return nil, false
}

// subtract takes M x, or M' x, from r.
func (m *square) subtract(r, x []*big.Int, transposed bool) {
	t := new(big.Int)
	for i := range m.rows {
		row := &m.rows[i]
		for e, j := range row.at {
			if transposed {
				r[j].Sub(r[j], t.Mul(row.num[e], x[i]))
			} else {
				r[i].Sub(r[i], t.Mul(row.num[e], x[j]))
			}
		}
	}
}

// holds checks M x = b exactly.
func (m *square) holds(x *vector, b []*big.Int, transposed bool) bool {
	r := make([]*big.Int, m.n)
	for i := range r {
		r[i] = new(big.Int).Mul(b[i], x.den)
	}
	m.subtract(r, x.num, transposed)
	for _, v := range r {
		if v.Sign() != 0 {
			return false
		}
	}
	return true
}

// rationals reads fractions with one denominator off residues modulo m, by the
// extended algorithm of Euclid stopped half way (Wang 1981).
func rationals(res []*big.Int, m *big.Int) (*vector, bool) {
	limit := new(big.Int).Sqrt(new(big.Int).Rsh(m, 1))
	v := &vector{make([]*big.Int, len(res)), big.NewInt(1)}
	half := new(big.Int).Rsh(m, 1)
	for i, r := range res {
		a := new(big.Int).Mul(r, v.den)
		a.Mod(a, m)
		if a.Cmp(half) > 0 {
			a.Sub(a, m)
		}
		if a.CmpAbs(limit) <= 0 {
			v.num[i] = a
			continue
		}
		a.Mod(a, m)
		r0, r1 := new(big.Int).Set(m), a
		t0, t1 := new(big.Int), big.NewInt(1)
		q, s := new(big.Int), new(big.Int)
		for r1.Cmp(limit) > 0 {
			q.QuoRem(r0, r1, s)
			r0, r1, s = r1, s, r0
			t0.Sub(t0, new(big.Int).Mul(q, t1))
			t0, t1 = t1, t0
		}
		if t1.Sign() < 0 {
			t1.Neg(t1)
			r1.Neg(r1)
		}
		if t1.Sign() == 0 || t1.Cmp(limit) > 0 {
			return nil, false
		}
		for k := range i {
			v.num[k].Mul(v.num[k], t1)
		}
		v.num[i] = new(big.Int).Set(r1)
		v.den.Mul(v.den, t1)
		if v.den.Cmp(limit) > 0 {
			return nil, false
		}
	}
	return v, true
}

// invert finds the inverse modulo the prime by Gauss and Jordan.
func (m *square) invert() bool {
	n := m.n
	a, inv := make([]uint64, n*n), make([]uint64, n*n)
	p, t := big.NewInt(prime), new(big.Int)
	for i := range m.rows {
		inv[i*n+i] = 1
		for e, j := range m.rows[i].at {
			a[i*n+int(j)] = t.Mod(m.rows[i].num[e], p).Uint64()
		}
	}
	for c := range n {
		pivot := -1
		for r := c; r < n; r++ {
			if a[r*n+c] != 0 {
				pivot = r
				break
			}
		}
		if pivot < 0 {
			return false
		}
		if pivot != c {
			for k := range n {
				a[c*n+k], a[pivot*n+k] = a[pivot*n+k], a[c*n+k]
				inv[c*n+k], inv[pivot*n+k] = inv[pivot*n+k], inv[c*n+k]
			}
		}
		f := inverse(a[c*n+c])
		for k := range n {
			a[c*n+k] = a[c*n+k] * f % prime
			inv[c*n+k] = inv[c*n+k] * f % prime
		}
		for r := range n {
			g := a[r*n+c]
			if r == c || g == 0 {
				continue
			}
			g = prime - g
			ar, ac, ir, ic := a[r*n:(r+1)*n], a[c*n:(c+1)*n], inv[r*n:(r+1)*n], inv[c*n:(c+1)*n]
			for k := range n {
				ar[k] = (ar[k] + g*ac[k]) % prime
				ir[k] = (ir[k] + g*ic[k]) % prime
			}
		}
	}
	tr := make([]uint64, n*n)
	for i := range n {
		for j := range n {
			tr[j*n+i] = inv[i*n+j]
		}
	}
	m.inv = [2][]uint64{inv, tr}
	return true
}

// inverse is the power prime - 2 of x.
func inverse(x uint64) uint64 {
	y := uint64(1)
	for e := prime - 2; e > 0; e >>= 1 {
		if e&1 == 1 {
			y = y * x % prime
		}
		x = x * x % prime
	}
	return y
}
