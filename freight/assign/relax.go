package assign

import "math"

// Flow shifts between the ways of one pair.
//
// Method: gradient projection on path flows (Jayakrishnan, Tsai, Prashker,
// Rajadhyaksha, Transportation Research Record 1443, 1994). Each way dearer than
// the cheapest gives it the Newton step
//
//	cost difference / sum of time slopes over the links only one of them uses,
//
// cut at the flow it has. Link times follow at once. Where times have kinks
// (hard limits), rise like a root, or the pair's demand is elastic, the step is the root of the cost
// difference instead, found by Newton steps kept inside a bracket.
//
// Cost: O(links of the pair's ways) a call.

// Tolerances of the exact step.
const (
	rootTolerance = 1e-15 // relative width of the bracket that ends it
	rootSteps     = 100   // bisection alone needs fewer than this for doubles
)

// relaxer is the scratch space of the shifts; it belongs to one goroutine.
type relaxer struct {
	m     *model
	ps    *pairs
	r     *routes
	inA   []uint32 // stamp of the cheapest way's links
	inB   []uint32
	tickA uint32
	tickB uint32
	cost  []float64
	onlyA []int32
	onlyB []int32
	busy  []busyPair
	tried []busyPair // of those, what is left of them, see work

	shifts []shift   // see newton.go
	delta  []float64 // by link
	trust  float64   // share of the residual that the next step may leave
}

func newRelaxer(m *model, ps *pairs) *relaxer {
	return &relaxer{m: m, ps: ps, inA: make([]uint32, len(m.param)), inB: make([]uint32, len(m.param)), trust: newtonTrust}
}

// pass relaxes every pair once, in order, and returns the sum over pairs of flow
// times its cost above the pair's cheapest known way, as met. Pairs whose share
// of that is below skip (relative to their own cost) are left alone; the others
// are noted for [relaxer.again].
func (x *relaxer) pass(skip float64) float64 {
	var excess sum
	x.busy = x.busy[:0]
	for _, s := range x.ps.sources {
		elastic := x.ps.elastic[s.class]
		for row, end := x.r.rows(s); row < end; row++ {
			lo, hi := x.r.first[row], x.r.first[row+1]
			if hi-lo < 2 && !(elastic && hi > lo) {
				continue
			}
			i := x.r.pairAt(row)
			e, tried := x.pair(i, lo, hi, elastic, skip)
			excess.add(e)
			if tried {
				x.busy = append(x.busy, busyPair{i, row, elastic})
			}
		}
	}
	return excess.value()
}

// busyPair is a pair that the last pass did not skip.
type busyPair struct {
	pair    int32
	row     int32
	elastic bool
}

// again relaxes the pairs that the last pass did not skip and returns their excess.
func (x *relaxer) again(skip float64) float64 {
	var excess sum
	for _, b := range x.busy {
		e, _ := x.pair(b.pair, x.r.first[b.row], x.r.first[b.row+1], b.elastic, skip)
		excess.add(e)
	}
	return excess.value()
}

// pair relaxes pair i that owns paths lo..hi-1. It returns the pair's excess as met, and
// whether it was not skipped.
func (x *relaxer) pair(i, lo, hi int32, elastic bool, skip float64) (excess float64, tried bool) {
	m, r := x.m, x.r
	n := int(hi - lo)
	c := x.cost[:0]
	best := 0
	for k := 0; k < n; k++ {
		c = append(c, r.cost(m, lo+int32(k)))
		if c[k] < c[best] {
			best = k
		}
	}
	left := n // number of the way "not served"
	if elastic {
		price, _ := x.ps.curve[i].price(x.ps.served(i))
		c = append(c, price)
		if price < c[best] {
			best = left
		}
	}
	x.cost = c
	for k := 0; k < n; k++ {
		excess += r.flow[lo+int32(k)] * (c[k] - c[best])
	}
	if elastic {
		excess += x.ps.left(i) * (c[left] - c[best])
	}
	if excess <= skip*c[best]*x.ps.volume[i] {
		return excess, false
	}
	x.tickA++
	if x.tickA == 0 {
		clear(x.inA)
		x.tickA = 1
	}
	var wayA []int32
	if best != left {
		wayA = r.way[lo+int32(best)]
	}
	for _, l := range wayA {
		x.inA[l] = x.tickA
	}
	moved := false
	for k := range c {
		if k == best {
			continue
		}
		if k == left {
			if x.ps.left(i) > 0 {
				moved = x.shiftElastic(i, lo, best, k, left, wayA) || moved
			}
			continue
		}
		p := lo + int32(k)
		if r.flow[p] == 0 {
			continue
		}
		if elastic {
			moved = x.shiftElastic(i, lo, best, k, left, wayA) || moved
			continue
		}
		if moved {
			c[k], c[best] = r.cost(m, p), r.cost(m, lo+int32(best))
		}
		if diff := c[k] - c[best]; diff > 0 {
			x.split(wayA, r.way[p])
			step := x.step(diff, r.flow[p])
			if step > 0 {
				r.flow[p] -= step
				r.flow[lo+int32(best)] += step
				x.apply(step)
				moved = true
			}
		}
	}
	return excess, true
}

// split sorts the links of the dearer way b against the marked cheaper way a.
func (x *relaxer) split(a, b []int32) {
	x.tickB++
	if x.tickB == 0 {
		clear(x.inB)
		x.tickB = 1
	}
	x.onlyA, x.onlyB = x.onlyA[:0], x.onlyB[:0]
	for _, l := range b {
		x.inB[l] = x.tickB
		if x.inA[l] != x.tickA {
			x.onlyB = append(x.onlyB, l)
		}
	}
	for _, l := range a {
		if x.inB[l] != x.tickB {
			x.onlyA = append(x.onlyA, l)
		}
	}
}

// step is how much to move from b to a, at most flow, when b costs diff more.
func (x *relaxer) step(diff, flow float64) float64 {
	slope := 0.0
	for _, l := range x.onlyA {
		slope += x.m.now[l].d
	}
	for _, l := range x.onlyB {
		slope += x.m.now[l].d
	}
	if x.m.limit != nil || x.m.steep {
		base := x.difference(0)
		return root(flow, diff, slope, rootTolerance, func(s float64) (float64, float64) {
			d, sl := x.differenceAt(s)
			return diff + (d - base), sl
		})
	}
	if !(diff < slope*flow) {
		return flow
	}
	return diff / slope
}

func (x *relaxer) difference(s float64) float64 {
	d, _ := x.differenceAt(s)
	return d
}

// differenceAt is the time of onlyB minus that of onlyA after moving s, and the
// sum of their slopes.
func (x *relaxer) differenceAt(s float64) (diff, slope float64) {
	for _, l := range x.onlyB {
		t, d := x.m.at(l, x.m.vol[l]-s)
		diff += t
		slope += d
	}
	for _, l := range x.onlyA {
		t, d := x.m.at(l, x.m.vol[l]+s)
		diff -= t
		slope += d
	}
	return diff, slope
}

// root finds where f, which falls from f(0) = f0 > 0 with slope -d0, reaches 0
// in [0, most]; most when it stays positive. f returns value and size of slope.
// It ends when the bracket or the next step is within tolerance of the answer.
func root(most, f0, d0, tolerance float64, f func(float64) (float64, float64)) float64 {
	if end, _ := f(most); end >= 0 {
		return most
	}
	lo, hi := 0.0, most
	s := most / 2
	if f0 < d0*most {
		s = f0 / d0
	}
	for range rootSteps {
		v, d := f(s)
		switch {
		case v > 0:
			lo = s
		case v < 0:
			hi = s
		default:
			return s
		}
		if hi-lo <= tolerance*hi {
			break
		}
		next := s + v/d
		if !(next > lo && next < hi) || d >= math.MaxFloat64 { // or without a slope to go by
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-s) <= tolerance*s {
			return next
		}
		s = next
	}
	return s
}

// apply moves volume s from onlyB to onlyA.
func (x *relaxer) apply(s float64) {
	for _, l := range x.onlyB {
		x.m.vol[l] -= s
		x.m.eval(l)
	}
	for _, l := range x.onlyA {
		x.m.vol[l] += s
		x.m.eval(l)
	}
}

// shiftElastic moves flow from way k to way best of pair i, where one of them
// may be "not served". It says whether anything moved.
func (x *relaxer) shiftElastic(i, lo int32, best, k, left int, wayA []int32) bool {
	r, ps := x.r, x.ps
	var wayB []int32
	fixed := 0.0
	if k != left {
		p := lo + int32(k)
		wayB = r.way[p]
		fixed += r.fixed[p]
	}
	if best != left {
		fixed -= r.fixed[lo+int32(best)]
	}
	x.split(wayA, wayB)
	diff := func(s float64) (float64, float64) {
		d, sl := x.differenceAt(s)
		d += fixed
		switch left {
		case k:
			price, ps1 := ps.curve[i].price(ps.served(i) + s)
			d, sl = d+price, sl+ps1
		case best:
			price, ps1 := ps.curve[i].price(ps.served(i) - s)
			d, sl = d-price, sl+ps1
		}
		return d, sl
	}
	d0, slope := diff(0)
	if !(d0 > 0) {
		return false
	}
	var have float64
	if k == left {
		have = ps.left(i)
	} else {
		have = r.flow[lo+int32(k)]
	}
	s := root(have, d0, slope, rootTolerance, diff)
	if !(s > 0) {
		return false
	}
	if k != left {
		r.flow[lo+int32(k)] -= s
	}
	if best != left {
		r.flow[lo+int32(best)] += s
	}
	if k == left || best == left {
		ps.send(i, r.flow[lo:lo+int32(left)])
	}
	x.apply(s)
	return true
}
