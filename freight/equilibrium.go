package freight

import (
	"context"
	"math"
)

// Tolerances and limits of the equilibrium.
const (
	// ResidualTolerance stops a solve: the largest miss of a fill or of a
	// capacity, in shares of the capacity.
	ResidualTolerance = 1e-8
	// OutcomeTolerance is how still the outcomes must stand in the last step,
	// relative, unless they move by less than a thousandth of their materiality.
	OutcomeTolerance = 1e-3
	// MaxNewton bounds the Newton steps, MaxAveraging the steps of the fallback
	// between two rounds of them, MaxRounds the rounds.
	MaxNewton    = 60
	MaxAveraging = 150
	MaxRounds    = 4
	// priceScale puts rationing prices on the scale of relative capacity, USD/t.
	priceScale = 10.0
	// minCapacityLeft is the share of a capacity that background traffic always
	// leaves; Check warns where it would not.
	minCapacityLeft = 1e-3
	// leastFill is the share of a capacity below which its logarithm stops.
	leastFill = 1e-9
	// stepFill and stepPrice (USD/t) bound one Newton step.
	stepFill  = 1.0
	stepPrice = 20.0
	// nearlyThere is the residual below which the next Newton step is expected to
	// be the last.
	nearlyThere = 1e-4
	// leastShare is the share of a unit of demand below which a route is left
	// out of the Jacobian (never of the flows).
	leastShare = 1e-7
	// minQueueHours is the scale of a queue at a place that takes no time itself.
	minQueueHours = 0.1
)

// The unknowns of an equilibrium are, for every element with a capacity that is
// in use, how full its queue is (borders, terminals) or its rationing price
// (links, ferries):
//
//	queue:  y = v(z)/cap, adding h alpha y^beta hours     v the tonnes at z
//	price:  p >= 0,  v <= cap,  p (cap - v) = 0
//
// written as F(z) = 0 with F = y - v/cap and F = phi(p/sigma, ln(cap/v)), where
// phi(a, b) = a + b - sqrt(a^2 + b^2) vanishes when a, b >= 0 and a b = 0
// (Fischer 1992, Optimization 24, 269-284), and solved by a damped semismooth
// Newton method (De Luca, Facchinei and Kanzow 1996, Mathematical Programming
// 75, 407-439) with the exact Jacobian of the choice model. The fill of a queue
// and the logarithm of a flow are better to work with than hours and tonnes: F
// is close to linear in the unknowns.

// With queues only, or prices only, or one value of time, v is minus the
// gradient of a convex function of z and the problem is a convex programme.
// With both, hours weigh differently from money for different goods: it is only
// a fixed point. Solution.Kind says which.

// equilibrium is the state of one solve.
type equilibrium struct {
	b *Base
	w *world

	elems []int32 // active elements: capacity finite, on an open route
	slot  []int32 // element -> index into elems, -1
	cap   []float64
	load0 []float64 // background, t/yr
	hours []float64 // queue elements: hours without the queue times alpha; 0 for prices
	add   []float64 // hours or USD/t the element adds at the point at hand
	slope []float64 // derivative of add

	pathElem0, pathElem []int32 // path -> slots (CSR)
	routeSlot0          []int32
	routeSlot           []int32 // route -> slots (CSR), in the order routes are met
	live                []int32 // items with an open route over an active element

	z, znew  []float64
	v, trial []float64 // tonnes at z and at a trial point
	f, fnew  []float64
	fresh    bool      // jac belongs to z
	jac      []float64 // dv/dadd, row major
	sys      []float64
	step     []float64
	cost     []float64 // route
	prob     []float64 // route, within its nest
	nests    []nestChoice
	local    []int32 // slots met by the item at hand
	place    []int32 // slot -> index in local, -1
	acc      []float64
	nestAcc  []float64
	pairWise []float64
}

// setup finds the active elements of the world.
func (e *equilibrium) setup(b *Base, w *world, start []float64) {
	e.b, e.w = b, w
	n := b.net
	ne := len(n.elems)
	e.slot = resize(e.slot, ne)
	used := make([]bool, ne)
	for k := range b.paths {
		if !w.open[k] {
			continue
		}
		for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
			for o := n.arcs[a].op0; o < n.arcs[a].op1; o++ {
				if el := n.ops[o].elem; el >= 0 {
					used[el] = true
				}
			}
		}
	}
	hours := make([]float64, ne)
	for i := range n.ops {
		if el := n.ops[i].elem; el >= 0 {
			hours[el] = math.Max(hours[el], w.p[b.lay.hours+i])
		}
	}
	e.elems, e.cap, e.load0, e.hours, e.z = e.elems[:0], e.cap[:0], e.load0[:0], e.hours[:0], e.z[:0]
	for i := range n.elems {
		e.slot[i] = -1
		c := w.p[b.lay.cap+i]
		if !used[i] || math.IsInf(c, 1) || c <= 0 {
			continue
		}
		e.slot[i] = int32(len(e.elems))
		e.elems = append(e.elems, int32(i))
		e.cap = append(e.cap, c)
		bg := math.Min(b.vals.background[i], c*(1-minCapacityLeft))
		if n.elems[i].queue() {
			bg = b.vals.background[i]
			h := math.Max(hours[i], minQueueHours) * b.vals.cons.alpha
			e.hours = append(e.hours, h)
		} else {
			e.hours = append(e.hours, 0)
		}
		e.load0 = append(e.load0, bg)
		z := 0.0
		if i < len(start) {
			z = start[i]
		}
		e.z = append(e.z, z)
	}
	e.index()
	k := len(e.elems)
	e.znew, e.v, e.trial, e.f, e.fnew = resize(e.znew, k), resize(e.v, k), resize(e.trial, k), resize(e.f, k), resize(e.fnew, k)
	e.add, e.slope = resize(e.add, k), resize(e.slope, k)
	e.step, e.jac, e.sys = resize(e.step, k), resize(e.jac, k*k), resize(e.sys, k*k)
	e.place = resize(e.place, k)
	for i := range e.place {
		e.place[i] = -1
	}
	e.acc, e.nestAcc = resize(e.acc, k), resize(e.nestAcc, k)
	e.pairWise = resize(e.pairWise, k*k)
	e.cost, e.prob = resize(e.cost, len(b.routes)), resize(e.prob, len(b.routes))
}

// index lists the active elements of each path and the items that meet one.
func (e *equilibrium) index() {
	b, n := e.b, e.b.net
	e.pathElem0, e.pathElem = e.pathElem0[:0], e.pathElem[:0]
	e.pathElem0 = append(e.pathElem0, 0)
	for k := range b.paths {
		if e.w.open[k] && len(e.elems) > 0 {
			for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
				for o := n.arcs[a].op0; o < n.arcs[a].op1; o++ {
					if el := n.ops[o].elem; el >= 0 && e.slot[el] >= 0 {
						e.pathElem = append(e.pathElem, e.slot[el])
					}
				}
			}
		}
		e.pathElem0 = append(e.pathElem0, int32(len(e.pathElem)))
	}
	e.routeSlot0, e.routeSlot = append(e.routeSlot0[:0], 0), e.routeSlot[:0]
	for r := range b.routes {
		k := b.routes[r].path
		e.routeSlot = append(e.routeSlot, e.pathElem[e.pathElem0[k]:e.pathElem0[k+1]]...)
		e.routeSlot0 = append(e.routeSlot0, int32(len(e.routeSlot)))
	}
	e.live = e.live[:0]
	for i := range b.items {
		it := &b.items[i]
		for r := it.route0; r < it.route1; r++ {
			k := b.routes[r].path
			if e.w.avail[r] && e.pathElem0[k+1] > e.pathElem0[k] {
				e.live = append(e.live, int32(i))
				break
			}
		}
	}
}

// slots are the active elements a route crosses.
func (e *equilibrium) slots(r int32) []int32 {
	return e.routeSlot[e.routeSlot0[r]:e.routeSlot0[r+1]]
}

// burden turns the unknowns z into added hours and money and their slopes.
func (e *equilibrium) burden(z []float64) {
	beta := e.b.vals.cons.beta
	for s := range e.elems {
		if h := e.hours[s]; h > 0 {
			e.add[s] = h * math.Pow(z[s], beta)
			e.slope[s] = h * beta * math.Pow(z[s], beta-1)
		} else {
			e.add[s], e.slope[s] = z[s], 1
		}
	}
}

// routeCosts adds the queues and prices at hand to the costs of an item's
// routes.
func (e *equilibrium) routeCosts(i int32) {
	b := e.b
	it := &b.items[i]
	vot := b.vals.goods[it.commodity].vot
	for r := it.route0; r < it.route1; r++ {
		c := e.w.cost[r]
		for _, s := range e.slots(r) {
			if e.hours[s] > 0 {
				c += vot * e.add[s]
			} else {
				c += e.add[s]
			}
		}
		e.cost[r] = c
	}
}

// loads computes the tonnes on every active element at z and, when asked, the
// Jacobian dv/dz.
func (e *equilibrium) loads(z, v []float64, withJacobian bool) {
	e.burden(z)
	copy(v, e.load0)
	k := len(e.elems)
	if withJacobian {
		clear(e.jac[:k*k])
	}
	b := e.b
	for _, i := range e.live {
		if e.w.q0[i] <= 0 {
			continue
		}
		e.routeCosts(i)
		nests, l, ok := b.choose(e.w, i, e.cost, e.prob, e.nests)
		e.nests = nests
		if !ok {
			continue
		}
		x := -l - b.g0[i]/b.c0[i]
		d, dd := b.curve().at(x)
		q, dq := e.w.q0[i]*d, e.w.q0[i]*dd
		if q <= 0 && dq == 0 {
			continue
		}
		for _, n := range nests {
			for r := n.r0; r < n.r1; r++ {
				if t := q * n.share * e.prob[r]; t != 0 {
					for _, s := range e.slots(r) {
						v[s] += t
					}
				}
			}
		}
		if withJacobian {
			e.jacobian(i, nests, q, dq)
		}
	}
}

// jacobian adds an item's part of dv/dz. With a_n the expected use of the
// elements within nest n, a that over all nests, Q_n the tonnes of nest n:
//
//	H = -theta_r sum q_r A_r A_r' + (theta_r - theta_m) sum Q_n a_n a_n' + (theta_m q + dq/dx) a a'
//
// per unit of relative cost; a column of hours is worth vot/c0, one of money
// 1/c0.
func (e *equilibrium) jacobian(i int32, nests []nestChoice, q, dq float64) {
	b := e.b
	it := &b.items[i]
	cp := b.choiceOf(it.segment)
	e.local = e.local[:0]
	for _, n := range nests {
		for r := n.r0; r < n.r1; r++ {
			if n.share*e.prob[r] > leastShare {
				for _, s := range e.slots(r) {
					if e.place[s] < 0 {
						e.place[s] = int32(len(e.local))
						e.local = append(e.local, s)
					}
				}
			}
		}
	}
	m := len(e.local)
	h := e.pairWise[:m*m]
	clear(h)
	a := e.acc[:m]
	clear(a)
	for _, n := range nests {
		an := e.nestAcc[:m]
		clear(an)
		for r := n.r0; r < n.r1; r++ {
			if n.share*e.prob[r] <= leastShare {
				continue
			}
			s := e.slots(r)
			t := -cp.route * q * n.share * e.prob[r]
			for _, x := range s {
				row := h[int(e.place[x])*m:]
				for _, y := range s {
					row[e.place[y]] += t
				}
				an[e.place[x]] += e.prob[r]
			}
		}
		if f := (cp.route - cp.mode) * q * n.share; f != 0 {
			rankOne(h, an, f)
		}
		for x, y := range an {
			a[x] += n.share * y
		}
	}
	rankOne(h, a, cp.mode*q+dq)
	c0 := b.c0[i]
	vot := b.vals.goods[it.commodity].vot
	k := len(e.elems)
	for x, sx := range e.local {
		row := e.jac[int(sx)*k:]
		for y, sy := range e.local {
			u := 1 / c0
			if e.hours[sy] > 0 {
				u = vot / c0
			}
			row[sy] += h[x*m+y] * u
		}
	}
	for _, s := range e.local {
		e.place[s] = -1
	}
}

// rankOne adds f a a' to a square matrix.
func rankOne(h, a []float64, f float64) {
	m := len(a)
	for i, x := range a {
		if x == 0 {
			continue
		}
		row := h[i*m : (i+1)*m]
		t := f * x
		for j, y := range a {
			row[j] += t * y
		}
	}
}

func (b *Base) curve() demandCurve {
	return demandCurve{b.vals.cons.elasticity, b.vals.cons.choke}
}

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

// solve runs Newton rounds with averaging between them.
func (e *equilibrium) solve(ctx context.Context) (iterations int, worst float64, err error) {
	e.at(e.z, e.v, true)
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
	return iterations, worst, nil
}

// newton takes one damped step; ok is false when no step lowers the residual.
// worst is the present residual: near the end the Jacobian of the next point is
// likely not to be needed and is left for later.
func (e *equilibrium) newton(worst, square float64) (w, sq float64, ok bool) {
	k := len(e.elems)
	for _, ridge := range [...]float64{0, 1e-8, 1e-4, 1e-2} {
		if !e.fresh {
			e.at(e.z, e.v, true)
		}
		e.linearise(ridge)
		for s := 0; s < k; s++ {
			e.step[s] = -e.f[s]
		}
		if !solveDense(e.sys, e.step, k) {
			continue
		}
		t0 := e.firstStep()
		for t := t0; t >= 1.0/4096; t /= 2 {
			for s := 0; s < k; s++ {
				e.znew[s] = math.Max(0, e.z[s]+t*e.step[s])
			}
			e.at(e.znew, e.trial, t == t0 && worst > nearlyThere)
			w, sq = e.residual(e.znew, e.trial, e.fnew)
			if sq <= square*(1-1e-4*t) {
				copy(e.z, e.znew)
				copy(e.v, e.trial)
				copy(e.f, e.fnew)
				return w, sq, true
			}
			e.fresh = false
		}
	}
	e.at(e.z, e.v, true)
	return worst, square, false
}

// at computes the tonnes at z; with the Jacobian, e.fresh says so.
func (e *equilibrium) at(z, v []float64, withJacobian bool) {
	e.loads(z, v, withJacobian)
	e.fresh = withJacobian
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

// linearise writes the generalised Jacobian of F at the current point.
func (e *equilibrium) linearise(ridge float64) {
	k := len(e.elems)
	for s := 0; s < k; s++ {
		row := e.sys[s*k : (s+1)*k]
		jac := e.jac[s*k : (s+1)*k]
		if e.hours[s] > 0 {
			for t := range row {
				row[t] = -jac[t] * e.slope[t] / e.cap[s]
			}
			row[s] += 1 + ridge
			continue
		}
		b, db := e.slack(s, e.v[s])
		_, fa, fb := fischer(e.z[s]/priceScale, b)
		for t := range row {
			row[t] = fb * db * jac[t] * e.slope[t]
		}
		row[s] += (fa + ridge) / priceScale
	}
}

// average takes diagonal steps of falling size (a damped fixed point for
// queues, a relative tatonnement for prices): slow, but it never needs the
// residual to fall at once.
func (e *equilibrium) average(worst float64) (float64, float64) {
	k := len(e.elems)
	var square float64
	for it := 0; it < MaxAveraging; it++ {
		gamma := 1 / (1 + 0.2*float64(it))
		for s := 0; s < k; s++ {
			if e.hours[s] > 0 {
				d := -e.jac[s*k+s]
				y := e.v[s] / e.cap[s]
				e.z[s] = math.Max(0, e.z[s]+gamma*(y-e.z[s])/(1+math.Max(d, 0)*e.slope[s]/e.cap[s]))
				continue
			}
			over := math.Max(-1, math.Min(1, (e.v[s]-e.cap[s])/e.cap[s]))
			e.z[s] = math.Max(0, e.z[s]+gamma*over*math.Max(priceScale, e.z[s]))
		}
		e.at(e.z, e.v, true)
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
