package freight

import "math"

// The choice model. For one item (goods of a market's segment between two
// zones) with routes r in nests n (sets of main-haul modes):
//
//	u_r = c_r / c0                             relative cost, c0 the pair's cheapest of the base year
//	V_r = -theta_r u_r + ln PS_r               path-size logit within a nest
//	I_n = ln(sum exp V_r) / theta_r - kappa_n  inclusive value, kappa_n the cost of the nest's modes
//	L   = ln(sum exp(theta_m I_n)) / theta_m   0 < theta_m <= theta_r
//	G   = -c0 L                                logsum cost, USD/t
//	x   = (G - G0) / c0                        relative rise over the base year
//	q   = q0 exp(-e x) s(x)                    tonnes, s a smooth step from 1 at 0.8 X to 0 at the choke X
//
// Path-size logit: Ben-Akiva and Bierlaire (1999), Discrete choice methods and
// their applications to short term travel decisions, in Handbook of
// Transportation Science. Nested logit: Williams (1977), Environment and
// Planning A 9, 285-344.

// chokeStart is where, as a share of the choke, the volume begins its smooth
// way to zero.
const chokeStart = 0.8

// leastUtility is how far below the best a route's utility may lie before its
// share, below 1e-19, is taken as zero.
const leastUtility = -44.0

// demandCurve is the reaction of a volume to the relative rise of cost.
type demandCurve struct {
	e, choke float64
	tail     float64 // integral of q/q0 from the start of the smooth step to the choke
	atStart  float64 // q/q0 there
}

func newDemandCurve(e, choke float64) demandCurve {
	d := demandCurve{e: e, choke: choke}
	start := chokeStart * choke
	d.tail, d.atStart = d.gauss(start), math.Exp(-e*start)
	return d
}

// at returns q/q0 and its derivative at x.
func (d *demandCurve) at(x float64) (f, df float64) {
	if x >= d.choke {
		return 0, 0
	}
	g := exp(-d.e * x)
	start := chokeStart * d.choke
	if x <= start {
		return g, -d.e * g
	}
	w := d.choke - start
	t := (x - start) / w
	s := 1 - t*t*t*(10-15*t+6*t*t)
	ds := -30 * t * t * (1 - t) * (1 - t) / w
	return g * s, g * (ds - d.e*s)
}

// gauss8 are the nodes and weights of 8-point Gauss-Legendre on [-1, 1]
// (Abramowitz and Stegun 1964, table 25.4).
var gauss8 = [4][2]float64{
	{0.1834346424956498, 0.3626837833783620},
	{0.5255324099163290, 0.3137066458778873},
	{0.7966664774136267, 0.2223810344533745},
	{0.9602898564975363, 0.1012285362903763},
}

// surplus is the integral of q/q0 from x to the choke: the user benefit in
// units of c0 a tonne of q0.
func (d *demandCurve) surplus(x float64) float64 {
	if x >= d.choke {
		return 0
	}
	start := chokeStart * d.choke
	switch {
	case x >= start:
		return d.gauss(x)
	case d.e > 0:
		return (exp(-d.e*x)-d.atStart)/d.e + d.tail
	}
	return start - x + d.tail
}

// gauss is the integral from x, at or beyond the start of the step, to the choke.
func (d *demandCurve) gauss(x float64) float64 {
	sum := 0.0
	half, mid := (d.choke-x)/2, (d.choke+x)/2
	for _, g := range gauss8 {
		for _, s := range [2]float64{-1, 1} {
			f, _ := d.at(mid + s*half*g[0])
			sum += half * g[1] * f
		}
	}
	return sum
}

// choiceParams are the dispersions of one segment.
type choiceParams struct{ route, mode float64 }

func (b *Base) choiceOf(s segment) choiceParams {
	c := &b.vals.cons
	if s == captive {
		return choiceParams{c.thetaCaptive, c.thetaCaptive}
	}
	return choiceParams{c.thetaRoute, c.thetaMode}
}

// chooser is what the choice of an item needs again and again.
type chooser struct {
	perPrice  float64 // theta_r/c0
	ratio     float64 // theta_m/theta_r
	perMode   float64 // 1/theta_m
	commodity int32
}

// setChoosers fills choosers once c0 is known.
func (b *Base) setChoosers() {
	b.choosers = make([]chooser, len(b.items))
	for i := range b.items {
		cp := b.choiceOf(b.items[i].segment)
		b.choosers[i] = chooser{cp.route / b.c0[i], cp.mode / cp.route, 1 / cp.mode, int32(b.items[i].commodity)}
	}
}

// nestChoice is the outcome of the choice within one nest.
type nestChoice struct {
	r0, r1 int32   // routes of the nest
	share  float64 // P_n
	value  float64 // I_n
}

// choose fills prob (share of each route of an item, over all nests) from the
// routes' costs and path sizes and returns the nests and L; ok is false when no route is open.
// The nests slice is reused.
func (b *Base) choose(w *world, i int32, cost, lnPS, prob []float64, nests []nestChoice) (ns []nestChoice, l float64, ok bool) {
	it := &b.items[i]
	cp := b.choiceOf(it.segment)
	c0 := b.c0[i]
	nests = nests[:0]
	top := math.Inf(-1)
	for r := it.route0; r < it.route1; {
		nest := b.nests[b.routes[r].path]
		r0 := r
		best := math.Inf(-1)
		for ; r < it.route1 && b.nests[b.routes[r].path] == nest; r++ {
			if !w.avail[r] {
				prob[r] = 0
				continue
			}
			v := -cp.route*(cost[r]/c0) + lnPS[r-it.route0]
			prob[r] = v
			best = math.Max(best, v)
		}
		if math.IsInf(best, -1) {
			continue
		}
		sum := 0.0
		for k := r0; k < r; k++ {
			if w.avail[k] {
				if v := prob[k] - best; v > leastUtility {
					prob[k] = math.Exp(v)
					sum += prob[k]
				} else {
					prob[k] = 0
				}
			}
		}
		for k := r0; k < r; k++ {
			prob[k] /= sum
		}
		n := nestChoice{r0: r0, r1: r}
		n.value = (best+math.Log(sum))/cp.route - b.kappa(it, nest)
		top = math.Max(top, n.value)
		nests = append(nests, n)
	}
	if len(nests) == 0 {
		return nests, math.Inf(-1), false
	}
	sum := 0.0
	for k := range nests {
		nests[k].share = math.Exp(cp.mode * (nests[k].value - top))
		sum += nests[k].share
	}
	for k := range nests {
		nests[k].share /= sum
	}
	return nests, top + math.Log(sum)/cp.mode, true
}

// kappa is the relative cost of a nest's modes for an item's goods.
func (b *Base) kappa(it *item, nest modeSet) float64 {
	return b.vals.kappa[it.commodity][nest]
}
