package freight

import (
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

	facts routeFacts

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
		if !used[i] || math.IsInf(c, 1) || c <= 0 || n.elems[i].queue() && b.vals.cons.alpha == 0 {
			continue // a queue that adds no hours bounds nothing either
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
			if !(n.share*e.prob[r] > leastShare) { // as above, for what is no number too
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
