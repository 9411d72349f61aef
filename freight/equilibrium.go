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
	// maxPolish bounds the steps from ResidualTolerance to stillResidual.
	maxPolish = 12
	// keepWhile is what a step must leave of the residual at most for the Jacobian
	// to be kept for another.
	keepWhile = 0.5
	// nearCapacity is the share of its capacity from which on a link without a price
	// is looked at as one that may get one in the next step.
	nearCapacity = 0.95
	// hourWorth weighs hours against money where steps are measured, USD/t.
	hourWorth = 1.0
	// leastLoad is the share of a capacity below which what an alternative brings is
	// left out of the Jacobian (never of the flows).
	leastLoad = 1e-7
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

// equilibrium is the state of one solve. What items choose from stands in flat
// arrays of the world; the loop over them is all that a step costs.
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

	bundle0 []int32 // bundle -> slots (CSR): the active elements it crosses
	slotsOf []int32
	queue   []float64 // bundle: hours added at the point at hand
	price   []float64 // bundle: USD/t added
	border  []float64 // bundle: of the hours added, those at borders; for outcomes
	tonnes  []float64 // bundle: t/yr at the point at hand
	worth   []float64 // commodity, bundle: USD/t that its queue and price are worth
	calm    []float64 // the same without prices, once flows are known

	// What the choice at the point at hand gave.
	weight     []float64 // alternative in a nest of several, see chooseBlock
	nestSum    []float64 // nest of several: sum of the weights of its alternatives
	nestWeight []float64 // nest
	itemSum    []float64 // item: sum of the weights of its nests
	logsum     []float64 // item: L
	vol        []float64 // item: tonnes
	dvol       []float64 // item: their derivative in x
	nestTonnes []float64 // nest
	nestEach   []float64 // nest of several: tonnes for each unit of weight
	byGoods    []float64 // commodity, bundle: t/yr
	small      []float64 // bundle: tonnes of no weight for the Jacobian, +Inf where it crosses nothing
	least      float64   // the least of small

	z, znew  []float64
	v, trial []float64 // tonnes at z and at a trial point
	f, fnew  []float64
	acting   []int32   // slots of the elements that act, see act
	place    []int32   // slot -> its place in acting, -1
	meets    rows      // bundle -> places of the acting elements it crosses
	jac      []float64 // dv/dadd of the acting elements, row major
	kept     int       // steps jac has served, 0 when it is not of use
	before   []float64 // add at z while a trial point is looked at
	sys      []float64
	step     []float64
	local    []int32 // places met by the nest or item at hand
	acc      []float64
	nestAcc  []float64
	unit     []float64
	half     []float64 // of one commodity's part of jac, see derive
	used     []bool
	flow     flowState
	flowOf   []float64 // group as the bundling counts: t/yr
	atHour   []float64 // bundle: what derive sums for columns of hours and of money
	atPrice  []float64
	atOne    []float64 // bundle: the same for one commodity
	sums     tallySums
}

// setup finds the active elements of the world.
func (e *equilibrium) setup(b *Base, w *world, start []float64) {
	e.b, e.w = b, w
	n := b.net
	b.groupRoutes(w)
	g := w.bundling
	bundles := len(g.crosses.at) - 1
	used := resize(e.used, len(g.elems))
	clear(used)
	e.used = used
	e.queue, e.price, e.tonnes = resize(e.queue, bundles), resize(e.price, bundles), resize(e.tonnes, bundles)
	for k, open := range w.openWays {
		if open > 0 {
			for _, s := range g.crosses.of(int32(k)) {
				used[s] = true
			}
		}
	}
	e.slot = resize(e.slot, len(n.elems))
	for i := range e.slot {
		e.slot[i] = -1
	}
	e.elems, e.cap, e.load0, e.hours, e.z = e.elems[:0], e.cap[:0], e.load0[:0], e.hours[:0], e.z[:0]
	for k, i := range g.elems {
		c := w.p[b.lay.cap+int(i)]
		if !used[k] || math.IsInf(c, 1) || c <= 0 || n.elems[i].queue() && b.vals.cons.alpha == 0 {
			continue // a queue that adds no hours bounds nothing either
		}
		e.slot[i] = int32(len(e.elems))
		e.elems = append(e.elems, i)
		e.cap = append(e.cap, c)
		bg := math.Min(b.vals.background[i], c*(1-minCapacityLeft))
		if n.elems[i].queue() {
			bg = b.vals.background[i]
		}
		e.hours = append(e.hours, 0)
		e.load0 = append(e.load0, bg)
		z := 0.0
		if at := int(b.bundlings.place[i]); at < len(start) {
			z = math.Max(0, start[at])
		}
		e.z = append(e.z, z)
	}
	for i := range n.ops {
		if el := n.ops[i].elem; el >= 0 && e.slot[el] >= 0 && n.elems[el].queue() {
			e.hours[e.slot[el]] = math.Max(e.hours[e.slot[el]], w.p[b.lay.hours+i])
		}
	}
	for s, el := range e.elems {
		if n.elems[el].queue() {
			e.hours[s] = math.Max(e.hours[s], minQueueHours) * b.vals.cons.alpha
		}
	}
	e.bundle0, e.slotsOf = append(e.bundle0[:0], 0), e.slotsOf[:0]
	for k := range bundles {
		for _, x := range g.crosses.of(int32(k)) {
			if s := e.slot[g.elems[x]]; s >= 0 {
				e.slotsOf = append(e.slotsOf, s)
			}
		}
		e.bundle0 = append(e.bundle0, int32(len(e.slotsOf)))
	}
	e.weight, e.nestSum, e.nestWeight = resize(e.weight, len(g.bundle)), resize(e.nestSum, len(g.nest)), resize(e.nestWeight, len(g.nest))
	e.nestTonnes, e.nestEach, e.itemSum = resize(e.nestTonnes, len(g.nest)), resize(e.nestEach, len(g.nest)), resize(e.itemSum, len(b.items))
	e.logsum, e.vol, e.dvol = resize(e.logsum, len(b.items)), resize(e.vol, len(b.items)), resize(e.dvol, len(b.items))
	e.small = resize(e.small, bundles)
	e.worth, e.calm = resize(e.worth, len(b.vals.goods)*bundles), resize(e.calm, len(b.vals.goods)*bundles)
	e.byGoods = resize(e.byGoods, len(b.vals.goods)*bundles)
	k := len(e.elems)
	e.znew, e.v, e.trial, e.f, e.fnew = resize(e.znew, k), resize(e.v, k), resize(e.trial, k), resize(e.f, k), resize(e.fnew, k)
	e.add, e.slope, e.before = resize(e.add, k), resize(e.slope, k), resize(e.before, k)
	e.step, e.jac, e.sys = resize(e.step, k), resize(e.jac, k*k), resize(e.sys, k*k)
	e.acc, e.nestAcc, e.unit, e.half = resize(e.acc, k), resize(e.nestAcc, k), resize(e.unit, k), resize(e.half, k*k)
}

// slots are the active elements a route crosses, none when its path is closed.
func (e *equilibrium) slots(r int32) []int32 {
	k := e.b.routes[r].path
	if e.w.way[k].shut {
		return nil
	}
	return e.crossed(e.w.bundling.path[k])
}

// crossed are the active elements of a bundle.
func (e *equilibrium) crossed(k int32) []int32 { return e.slotsOf[e.bundle0[k]:e.bundle0[k+1]] }

// burden turns the unknowns z into added hours and money and their slopes, and
// sums them over each bundle.
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
	for k := range e.queue {
		queue, price := 0.0, 0.0
		for _, s := range e.crossed(int32(k)) {
			if e.hours[s] > 0 {
				queue += e.add[s]
			} else {
				price += e.add[s]
			}
		}
		e.queue[k], e.price[k] = queue, price
	}
}

// rise is the relative rise x of an item's cost at logsum l.
func (b *Base) rise(i int32, l float64) float64 { return -l - b.g0[i]/b.c0[i] }

func (b *Base) curve() *demandCurve { return &b.vals.curve }
