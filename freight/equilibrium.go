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
	// hourWorth weighs hours against money where steps are measured, USD/t.
	hourWorth = 1.0
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

// equilibrium is the state of one solve. Items, nests and groups of routes that
// are open stand one after the other in flat arrays; the loop over them is all
// that a step costs.
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

	item   []int32 // items with an open route
	live   []int32 // of these, by place in item, the ones that cross an active element
	nest0  []int32 // place of item -> nests (CSR)
	kappa  []float64
	group0 []int32 // nest -> groups (CSR)
	group  []int32 // group as the bundling counts
	bundle []int32 // group -> bundle
	base   []float64
	mult   []float64

	// What the choice at the point at hand gave.
	prob   []float64 // group, within its nest
	share  []float64 // nest
	logsum []float64 // item: L
	vol    []float64 // item: tonnes
	dvol   []float64 // item: their derivative in x

	z, znew  []float64
	v, trial []float64 // tonnes at z and at a trial point
	f, fnew  []float64
	jac      []float64 // dv/dadd, row major
	kept     int       // steps jac has served, 0 when it is not of use
	before   []float64 // add at z while a trial point is looked at
	sys      []float64
	step     []float64
	local    []int32 // slots met by the nest or item at hand
	acc      []float64
	nestAcc  []float64
	unit     []float64
	used     []bool
	flow     flowState
	flowOf   []float64 // group as the bundling counts: t/yr
	pathFlow []float64
	arcFlow  []float64
	balance  []float64 // vertex: t/yr in less t/yr out
	through  []float64
	atHour   []float64 // bundle: what derive sums for columns of hours and of money
	atPrice  []float64
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
	clear(e.tonnes)
	for k, open := range w.open {
		if open {
			e.tonnes[g.path[k]] = 1 // a bundle with an open path
		}
	}
	for k := range bundles {
		if e.tonnes[k] > 0 {
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
		if int(i) < len(start) {
			z = math.Max(0, start[i])
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
	e.gather()
	k := len(e.elems)
	e.znew, e.v, e.trial, e.f, e.fnew = resize(e.znew, k), resize(e.v, k), resize(e.trial, k), resize(e.f, k), resize(e.fnew, k)
	e.add, e.slope, e.before = resize(e.add, k), resize(e.slope, k), resize(e.before, k)
	e.step, e.jac, e.sys = resize(e.step, k), resize(e.jac, k*k), resize(e.sys, k*k)
	e.acc, e.nestAcc, e.unit = resize(e.acc, k), resize(e.nestAcc, k), resize(e.unit, k)
	clear(e.acc)
	clear(e.nestAcc)
}

// gather lists the items, nests and groups that are open.
func (e *equilibrium) gather() {
	b, w, g := e.b, e.w, e.w.bundling
	e.item, e.live, e.nest0, e.kappa = e.item[:0], e.live[:0], append(e.nest0[:0], 0), e.kappa[:0]
	e.group0, e.group, e.bundle, e.base, e.mult = append(e.group0[:0], 0), e.group[:0], e.bundle[:0], e.base[:0], e.mult[:0]
	for i := range b.items {
		live := false
		cp := b.choiceOf(b.items[i].segment)
		flat := cp.route == cp.mode // nests are then no nests: their costs go with the routes
		first := len(e.group)
		for n := g.nest0[i]; n < g.nest0[i+1]; n++ {
			kappa := b.kappa(&b.items[i], g.nest[n])
			if !flat {
				first = len(e.group)
			}
			for k := g.group0[n]; k < g.group0[n+1]; k++ {
				if w.mult[k] == 0 {
					continue
				}
				u := g.bundle[k]
				e.group = append(e.group, k)
				e.bundle = append(e.bundle, u)
				base := w.base[k]
				if flat {
					base -= cp.route * kappa
				}
				e.base = append(e.base, base)
				e.mult = append(e.mult, w.mult[k])
				live = live || e.bundle0[u+1] > e.bundle0[u]
			}
			if !flat && len(e.group) > first {
				e.closeNest(first, kappa)
			}
		}
		if flat && len(e.group) > first {
			e.closeNest(first, 0)
		}
		if len(e.kappa) > int(e.nest0[len(e.nest0)-1]) {
			if live {
				e.live = append(e.live, int32(len(e.item)))
			}
			e.item = append(e.item, int32(i))
			e.nest0 = append(e.nest0, int32(len(e.kappa)))
		}
	}
	e.prob, e.share = resize(e.prob, len(e.group)), resize(e.share, len(e.kappa))
	e.logsum, e.vol, e.dvol = resize(e.logsum, len(e.item)), resize(e.vol, len(e.item)), resize(e.dvol, len(e.item))
}

// closeNest ends a nest with the groups since first.
func (e *equilibrium) closeNest(first int, kappa float64) {
	if len(e.group) == first+1 {
		e.base[first] += math.Log(e.mult[first])
		e.mult[first] = 1
	}
	e.group0 = append(e.group0, int32(len(e.group)))
	e.kappa = append(e.kappa, kappa)
}

// slots are the active elements a route crosses, none when its path is closed.
func (e *equilibrium) slots(r int32) []int32 {
	k := e.b.routes[r].path
	if !e.w.open[k] {
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

// choose fills prob and share of the item at place j and returns L. Hours weigh
// vot USD/t; prices count when priced.
func (e *equilibrium) choose(j int32, priced bool) float64 {
	b := e.b
	i := e.item[j]
	it := &b.items[i]
	cp := b.choiceOf(it.segment)
	perPrice := cp.route / b.c0[i]
	perHour := perPrice * b.vals.goods[it.commodity].vot
	if !priced {
		perPrice = 0
	}
	n0, n1 := e.nest0[j], e.nest0[j+1]
	top := math.Inf(-1)
	for n := n0; n < n1; n++ {
		g0, g1 := e.group0[n], e.group0[n+1]
		prob, base, mult, bundle := e.prob[g0:g1], e.base[g0:g1], e.mult[g0:g1], e.bundle[g0:g1]
		best := math.Inf(-1)
		for k, u := range bundle {
			v := base[k] - perHour*e.queue[u] - perPrice*e.price[u]
			prob[k] = v
			if v > best {
				best = v
			}
		}
		if len(prob) == 1 {
			prob[0] = 1
			e.share[n] = best/cp.route - e.kappa[n]
			top = max(top, e.share[n])
			continue
		}
		sum := 0.0
		for k, v := range prob {
			x := 0.0
			if d := v - best; d > leastUtility {
				x = mult[k] * math.Exp(d)
				sum += x
			}
			prob[k] = x
		}
		inv := 1 / sum
		for k := range prob {
			prob[k] *= inv
		}
		e.share[n] = (best+math.Log(sum))/cp.route - e.kappa[n]
		top = max(top, e.share[n])
	}
	if n1 == n0+1 {
		e.share[n0] = 1
		return top
	}
	sum := 0.0
	for n := n0; n < n1; n++ {
		e.share[n] = math.Exp(cp.mode * (e.share[n] - top))
		sum += e.share[n]
	}
	for n := n0; n < n1; n++ {
		e.share[n] /= sum
	}
	return top + math.Log(sum)/cp.mode
}

// rise is the relative rise x of an item's cost at logsum l.
func (b *Base) rise(i int32, l float64) float64 { return -l - b.g0[i]/b.c0[i] }

// loads computes the choice of every live item and the tonnes on every active
// element at z.
func (e *equilibrium) loads(z, v []float64) {
	e.burden(z)
	clear(e.tonnes)
	curve := e.b.curve()
	for _, j := range e.live {
		i := e.item[j]
		e.vol[j], e.dvol[j] = 0, 0
		if e.w.q0[i] <= 0 {
			continue
		}
		l := e.choose(j, true)
		e.logsum[j] = l
		d, dd := curve.at(e.b.rise(i, l))
		q := e.w.q0[i] * d
		e.vol[j], e.dvol[j] = q, e.w.q0[i]*dd
		if q <= 0 {
			continue
		}
		for n := e.nest0[j]; n < e.nest0[j+1]; n++ {
			g0, g1 := e.group0[n], e.group0[n+1]
			bundle := e.bundle[g0:g1]
			qn := q * e.share[n]
			for k, p := range e.prob[g0:g1] {
				e.tonnes[bundle[k]] += qn * p
			}
		}
	}
	copy(v, e.load0)
	for k, t := range e.tonnes {
		if t != 0 {
			for _, s := range e.crossed(int32(k)) {
				v[s] += t
			}
		}
	}
}

// derive fills jac with dv/dadd at the point loads was last called for. With a_n
// the expected use of the elements within nest n, a that over all nests, Q_n the
// tonnes of nest n:
//
//	H = -theta_r sum q_r A_r A_r' + (theta_r - theta_m) sum Q_n a_n a_n' + (theta_m q + dq/dx) a a'
//
// per unit of relative cost; a column of hours is worth vot/c0, one of money
// 1/c0. The first sum is taken over bundles, once for each column's worth.
func (e *equilibrium) derive() {
	b := e.b
	k := len(e.elems)
	clear(e.jac[:k*k])
	perHour, perPrice := resize(e.atHour, len(e.tonnes)), resize(e.atPrice, len(e.tonnes))
	e.atHour, e.atPrice = perHour, perPrice
	clear(perHour)
	clear(perPrice)
	for _, j := range e.live {
		q, dq := e.vol[j], e.dvol[j]
		if q <= 0 && dq == 0 {
			continue
		}
		i := e.item[j]
		it := &b.items[i]
		cp := b.choiceOf(it.segment)
		vot := b.vals.goods[it.commodity].vot
		all := e.local[:0]
		for n := e.nest0[j]; n < e.nest0[j+1]; n++ {
			share := e.share[n]
			if !(share > leastShare) {
				continue
			}
			t := -cp.route * q * share / b.c0[i]
			first := len(all)
			for m := e.group0[n]; m < e.group0[n+1]; m++ {
				p := e.prob[m]
				if !(share*p > leastShare) {
					continue
				}
				u := e.bundle[m]
				perPrice[u] += t * p
				perHour[u] += t * p * vot
				for _, s := range e.crossed(u) {
					if e.nestAcc[s] == 0 {
						all = append(all, s)
					}
					e.nestAcc[s] += p
				}
			}
			nest := all[first:]
			if f := (cp.route - cp.mode) * q * share / b.c0[i]; f != 0 {
				e.rankOne(nest, e.nestAcc, f, vot)
			}
			// What the nest met stays in the list once.
			kept := first
			for _, s := range nest {
				if e.acc[s] == 0 {
					all[kept] = s
					kept++
				}
				e.acc[s] += share * e.nestAcc[s]
				e.nestAcc[s] = 0
			}
			all = all[:kept]
		}
		e.rankOne(all, e.acc, (cp.mode*q+dq)/b.c0[i], vot)
		for _, s := range all {
			e.acc[s] = 0
		}
		e.local = all
	}
	for u := range e.tonnes {
		if perPrice[u] == 0 {
			continue
		}
		list := e.crossed(int32(u))
		for _, x := range list {
			row := e.jac[int(x)*k : int(x)*k+k]
			for _, y := range list {
				if e.hours[y] > 0 {
					row[y] += perHour[u]
				} else {
					row[y] += perPrice[u]
				}
			}
		}
	}
}

// rankOne adds f a a' to jac over the slots given, columns of hours times vot.
func (e *equilibrium) rankOne(slots []int32, a []float64, f, vot float64) {
	k := len(e.elems)
	col := e.unit[:0]
	for _, y := range slots {
		c := a[y]
		if e.hours[y] > 0 {
			c *= vot
		}
		col = append(col, c)
	}
	for _, x := range slots {
		row := e.jac[int(x)*k : int(x)*k+k]
		t := f * a[x]
		for m, y := range slots {
			row[y] += t * col[m]
		}
	}
}

func (b *Base) curve() *demandCurve { return &b.vals.curve }
