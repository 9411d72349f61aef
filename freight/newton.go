package freight

import (
	"context"
	"math"
)

// fischer is phi(a, b) and its two partial derivatives.
func fischer(a, b float64) (phi, da, db float64) {
	r := math.Hypot(a, b)
	if r == 0 {
		return 0, 1 - math.Sqrt2/2, 1 - math.Sqrt2/2
	}
	return a + b - r, 1 - a/r, 1 - b/r
}

// slack is ln(cap/v), bounded where nothing flows, and its derivative in v.
func (e *equilibrium) slack(s int, v float64) (b, db float64) {
	x := v / e.cap[s]
	if x < leastFill {
		return -math.Log(leastFill), 0
	}
	return -math.Log(x), -1 / v
}

// residual fills f at z and v. It returns the largest miss in shares of a
// capacity, by the plain measure min(p/sigma, (cap - v)/cap), and the squared
// size of F.
func (e *equilibrium) residual(z, v, f []float64) (worst, square float64) {
	for s := range e.elems {
		miss := 0.0
		if e.hours[s] > 0 {
			f[s] = z[s] - v[s]/e.cap[s]
			miss = f[s]
		} else {
			b, _ := e.slack(s, v[s])
			f[s], _, _ = fischer(z[s]/priceScale, b)
			miss = math.Min(z[s]/priceScale, (e.cap[s]-v[s])/e.cap[s])
		}
		worst = math.Max(worst, math.Abs(miss))
		square += f[s] * f[s]
	}
	return worst, square
}

// solve runs Newton rounds with averaging between them, then steps on until the
// next cannot move an outcome, as far as rounding lets it.
func (e *equilibrium) solve(ctx context.Context) (iterations int, worst float64, err error) {
	e.loads(e.z, e.v)
	e.kept = 0
	worst, square := e.residual(e.z, e.v, e.f)
	for round := 0; round < MaxRounds && worst > ResidualTolerance; round++ {
		if round > 0 {
			worst, square = e.average(worst)
			iterations += MaxAveraging
		}
		for k := 0; k < MaxNewton && worst > ResidualTolerance; k++ {
			if err := ctx.Err(); err != nil {
				return iterations, worst, err
			}
			iterations++
			w, sq, ok := e.newton(worst, square)
			if !ok {
				break
			}
			worst, square = w, sq
		}
	}
	// A start point that is already still is kept as it is, bit for bit.
	if worst <= ResidualTolerance && worst > stillResidual {
		steps, left := e.polish(worst, square)
		iterations, worst = iterations+steps, left
	}
	return iterations, worst, nil
}

// newton takes one damped step; ok is false when no step lowers the residual.
// The Jacobian of the choice costs several times what its tonnes do. So it is
// kept from step to step, put right in the direction of each by Broyden's update
// (1965, Mathematics of Computation 19, 577-593), and worked out anew when a
// step brings less than keepWhile.
func (e *equilibrium) newton(worst, square float64) (w, sq float64, ok bool) {
	if e.kept > 0 && e.unforeseen() {
		e.kept = 0
	}
	if e.kept > 0 {
		e.linearise(0)
		if e.direction() {
			w, sq, ok = e.try(e.firstStep(), square)
			if ok {
				return w, sq, true
			}
		}
		e.loads(e.z, e.v)
		e.kept = 0
	}
	e.derive()
	e.kept = 1
	for _, ridge := range [...]float64{0, 1e-8, 1e-4, 1e-2} {
		if ridge > 0 {
			e.burden(e.z) // slopes are those of the last trial point
		}
		e.linearise(ridge)
		if !e.direction() {
			continue
		}
		for t := e.firstStep(); t >= 1.0/4096; t /= 2 {
			if w, sq, ok = e.try(t, square); ok {
				return w, sq, true
			}
		}
	}
	e.loads(e.z, e.v)
	e.kept = 0
	return worst, square, false
}

// polish takes full steps while they lower the residual and it is above
// stillResidual.
func (e *equilibrium) polish(worst, square float64) (steps int, left float64) {
	for steps < maxPolish && worst > stillResidual {
		steps++
		fresh := e.kept == 0 || e.unforeseen()
		if fresh {
			e.derive()
			e.kept = 1
		}
		e.linearise(0)
		if e.direction() {
			if w, sq, ok := e.try(1, square); ok {
				worst, square = w, sq
				continue
			}
		}
		e.loads(e.z, e.v)
		e.kept = 0
		if fresh {
			break // rounding is all that is left
		}
	}
	return steps, worst
}

// direction solves for the step; false when the system is singular.
func (e *equilibrium) direction() bool {
	k := len(e.acting)
	for x, s := range e.acting {
		e.unit[x] = -e.f[s]
	}
	if !solveDense(e.sys, e.unit[:k], k) {
		return false
	}
	clear(e.step)
	for x, s := range e.acting {
		e.step[s] = e.unit[x]
	}
	return true
}

// try goes t of the step and stays there when the residual falls.
func (e *equilibrium) try(t, square float64) (w, sq float64, ok bool) {
	for s := range e.znew {
		e.znew[s] = math.Max(0, e.z[s]+t*e.step[s])
	}
	copy(e.before, e.add)
	e.loads(e.znew, e.trial)
	w, sq = e.residual(e.znew, e.trial, e.fnew)
	if !(sq <= square*(1-1e-4*t)) {
		copy(e.add, e.before)
		return w, sq, false
	}
	if sq <= keepWhile*keepWhile*square {
		e.broyden()
	} else {
		e.kept = 0
	}
	copy(e.z, e.znew)
	copy(e.v, e.trial)
	copy(e.f, e.fnew)
	return w, sq, true
}

// broyden puts jac right for the step just taken: with s the change of what the
// elements add and y that of the tonnes, jac += (y - jac s) s' / s's. Hours are
// measured in USD at hourWorth.
func (e *equilibrium) broyden() {
	k := len(e.acting)
	moved := e.unit[:k]
	size := 0.0
	for x, s := range e.acting {
		d := e.add[s] - e.before[s]
		moved[x] = d
		if e.hours[s] > 0 {
			d *= hourWorth
		}
		size += d * d
	}
	if size == 0 {
		return
	}
	for x, s := range e.acting {
		row := e.jac[x*k : (x+1)*k]
		miss := e.trial[s] - e.v[s]
		for t, d := range moved {
			miss -= row[t] * d
		}
		miss /= size
		for t, d := range moved {
			if e.hours[e.acting[t]] > 0 {
				d *= hourWorth * hourWorth
			}
			row[t] += miss * d
		}
	}
	e.kept++
}

// firstStep is the longest step to try, 1 or less: fills and prices may not
// move by more than stepFills and stepPrice, or their own size, at once.
func (e *equilibrium) firstStep() float64 {
	t := 1.0
	for s := range e.elems {
		limit := math.Max(stepFill, e.z[s])
		if e.hours[s] <= 0 {
			limit = math.Max(stepPrice, e.z[s])
		}
		if d := math.Abs(e.step[s]); d*t > limit && e.z[s]+e.step[s] > 0 {
			t = limit / d
		}
	}
	return t
}

// linearise writes the generalised Jacobian of F at the current point, of the
// elements that act.
func (e *equilibrium) linearise(ridge float64) {
	k := len(e.acting)
	for x, s := range e.acting {
		row := e.sys[x*k : (x+1)*k]
		jac := e.jac[x*k : (x+1)*k]
		if e.hours[s] > 0 {
			for t := range row {
				row[t] = -jac[t] * e.slope[e.acting[t]] / e.cap[s]
			}
			row[x] += 1 + ridge
			continue
		}
		b, db := e.slack(int(s), e.v[s])
		_, fa, fb := fischer(e.z[s]/priceScale, b)
		for t := range row {
			row[t] = fb * db * jac[t] * e.slope[e.acting[t]]
		}
		row[x] += (fa + ridge) / priceScale
	}
}

// average takes diagonal steps of falling size (a damped fixed point for
// queues, a relative tatonnement for prices): slow, but it never needs the
// residual to fall at once.
func (e *equilibrium) average(worst float64) (float64, float64) {
	var square float64
	e.kept = 0
	for it := 0; it < MaxAveraging; it++ {
		e.derive()
		gamma := 1 / (1 + 0.2*float64(it))
		k := len(e.acting)
		for s := range e.elems {
			if e.hours[s] > 0 {
				x := int(e.place[s])
				d := -e.jac[x*k+x]
				y := e.v[s] / e.cap[s]
				next := math.Max(0, e.z[s]+gamma*(y-e.z[s])/(1+math.Max(d, 0)*e.slope[s]/e.cap[s]))
				if !math.IsNaN(next) && !math.IsInf(next, 0) { // loads far beyond a capacity overflow: the element stays
					e.z[s] = next
				}
				continue
			}
			over := math.Max(-1, math.Min(1, (e.v[s]-e.cap[s])/e.cap[s]))
			e.z[s] = math.Max(0, e.z[s]+gamma*over*math.Max(priceScale, e.z[s]))
		}
		e.loads(e.z, e.v)
		if worst, square = e.residual(e.z, e.v, e.f); worst <= ResidualTolerance {
			break
		}
	}
	return worst, square
}

// solveDense solves a x = rhs in place by elimination with partial pivoting;
// false when a is singular to working precision.
func solveDense(a, rhs []float64, n int) bool {
	for c := 0; c < n; c++ {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r*n+c]) > math.Abs(a[p*n+c]) {
				p = r
			}
		}
		if !(math.Abs(a[p*n+c]) > 1e-300) {
			return false
		}
		if p != c {
			for k := c; k < n; k++ {
				a[p*n+k], a[c*n+k] = a[c*n+k], a[p*n+k]
			}
			rhs[p], rhs[c] = rhs[c], rhs[p]
		}
		inv := 1 / a[c*n+c]
		for r := c + 1; r < n; r++ {
			f := a[r*n+c] * inv
			if f == 0 {
				continue
			}
			row, piv := a[r*n+c:r*n+n], a[c*n+c:c*n+n]
			for k := range row {
				row[k] -= f * piv[k]
			}
			rhs[r] -= f * rhs[c]
		}
	}
	for r := n - 1; r >= 0; r-- {
		s := rhs[r]
		for k := r + 1; k < n; k++ {
			s -= a[r*n+k] * rhs[k]
		}
		rhs[r] = s / a[r*n+r]
		if math.IsNaN(rhs[r]) || math.IsInf(rhs[r], 0) {
			return false
		}
	}
	return true
}
