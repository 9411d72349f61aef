package assign

import "math"

// A step for all pairs together. Shifts within one pair after another are slow
// where many pairs share steep links: each shift is undone in part by the next
// pair. Newton's step for all of them looks at the whole.
//
// Variables are the flows y of the ways that are not the largest of their pair;
// the largest takes what they leave. With E the links of a way less those of the
// pair's largest, c the costs and D the time slopes at the present volumes
//
//	minimise  c'E y + 1/2 y'E'D E y
//
// by conjugate gradients with the diagonal of E'DE (Hestenes and Stiefel 1952),
// stopped early as a step far from the answer deserves (Dembo, Eisenstat,
// Steihaug 1982), later where one step after the other was needed: single pairs
// stir up what is steep between them, and what is flat must show beside that. Flows that would fall below 0 are cut there; towards the point
// so found, which is feasible, the objective is minimised exactly.
//
// Classes that differ little in what they pay beyond times can share ways in many
// proportions at almost the same cost. Along the exchange between them there is no
// curvature, and pairs by themselves would creep; the step goes on until a way is
// empty.
//
// Cost: two walks over the links of the ways of pairs with several, an iteration
// of conjugate gradients.

const (
	newtonSteps = 40   // most iterations of conjugate gradients
	newtonFlat  = 1e-9 // share of the diagonal's curvature below which a direction has none
	newtonTrust = 0.1  // they end when the residual has fallen to this share,
	newtonExact = 1e-8 // and down to this where steps follow each other, a tenth of the last each
	newtonShort = 0.05 // share of a step cut at the bounds below which edges does the work
)

// shift is one variable: way p against way b of one pair.
type shift struct {
	p, b           int32
	gain           float64 // cost of p less that of b
	curve          float64 // diagonal of the Hessian
	y, r, dir, hit float64 // step, residual, direction, Hessian times direction
}

// together takes the step for all pairs; what travels of elastic demand stays as it
// is. It says whether the objective fell.
func (x *relaxer) together() bool {
	defer func() { x.trust = max(newtonExact, newtonTrust*x.trust) }()
	x.collect()
	a, whole := x.cutStep()
	if !whole {
		if x.edges() {
			return true
		}
		x.collect()
		a, _ = x.cutStep()
	}
	x.shiftAll(a)
	return a > 0
}

// cutStep works out the step cut at the bounds, and the share of it to take. It
// says whether that is much of what the step was to be: not where the cut spoiled
// it, or where it goes as far as there is flow.
func (x *relaxer) cutStep() (share float64, whole bool) {
	flat := x.solveNewton()
	cut := x.cut()
	share = x.along(1)
	return share, !flat && !(cut && share < newtonShort)
}

// cut shortens the steps of single pairs that would leave the bounds. It says
// whether there were any.
func (x *relaxer) cut() bool {
	r, any := x.r, false
	for i := 0; i < len(x.shifts); { // the shifts of a pair follow each other
		b := x.shifts[i].b
		j, out := i, 0.0
		for ; j < len(x.shifts) && x.shifts[j].b == b; j++ {
			s := &x.shifts[j]
			any = any || s.y < -r.flow[s.p]
			s.y = max(s.y, -r.flow[s.p])
			out += s.y
		}
		if out > r.flow[b] { // the largest way cannot give so much
			any = true
			k := r.flow[b] / out
			for q := i; q < j; q++ {
				x.shifts[q].y *= k
			}
		}
		i = j
	}
	return any
}

// along is the share of the step y, at most most, at which the objective is least.
func (x *relaxer) along(most float64) float64 {
	m, r := x.m, x.r
	fixed := 0.0
	clear(x.delta)
	for i := range x.shifts {
		s := &x.shifts[i]
		fixed += s.y * (r.fixed[s.p] - r.fixed[s.b])
		x.spread(s, s.y)
	}
	fall := func(a float64) (value, slope float64) {
		value = -fixed
		for l, d := range x.delta {
			if d != 0 {
				t, h := m.at(int32(l), m.vol[l]+a*d)
				value -= d * t
				slope += d * d * h
			}
		}
		return value, slope
	}
	f0, d0 := fall(0)
	if !(f0 > 0) {
		return 0
	}
	return root(most, f0, d0, lineTolerance, fall)
}

// shiftAll takes share a of the step y that along has spread.
func (x *relaxer) shiftAll(a float64) {
	m, r := x.m, x.r
	if a == 0 {
		return
	}
	for i := 0; i < len(x.shifts); { // the largest way gives and takes in one go
		b := x.shifts[i].b
		rest := r.flow[b]
		for ; i < len(x.shifts) && x.shifts[i].b == b; i++ {
			s := &x.shifts[i]
			r.flow[s.p] = max(0, r.flow[s.p]+a*s.y)
			rest -= a * s.y
		}
		r.flow[b] = max(0, rest)
	}
	for l, d := range x.delta {
		if d != 0 {
			m.vol[l] += a * d
			m.eval(int32(l))
		}
	}
}

// collect lists the shifts that may help: ways with flow, and ways without that
// are cheaper than the largest.
func (x *relaxer) collect() {
	m, r, ps := x.m, x.r, x.ps
	x.shifts = x.shifts[:0]
	if x.delta == nil {
		x.delta = make([]float64, len(m.param))
	}
	for _, s := range ps.sources {
		for row, end := r.rows(s); row < end; row++ {
			lo, hi := r.first[row], r.first[row+1]
			if hi-lo < 2 {
				continue
			}
			b := lo
			for p := lo + 1; p < hi; p++ {
				if r.flow[p] > r.flow[b] {
					b = p
				}
			}
			base := r.cost(m, b)
			x.tickA++
			if x.tickA == 0 {
				clear(x.inA)
				x.tickA = 1
			}
			slopes := 0.0
			for _, l := range r.way[b] {
				x.inA[l] = x.tickA
				slopes += m.now[l].d
			}
			for p := lo; p < hi; p++ {
				if p == b {
					continue
				}
				gain := r.cost(m, p) - base
				if r.flow[p] == 0 && gain >= 0 {
					continue
				}
				curve := slopes
				for _, l := range r.way[p] {
					if x.inA[l] == x.tickA {
						curve -= m.now[l].d
					} else {
						curve += m.now[l].d
					}
				}
				if curve > 0 && curve < math.MaxFloat64 {
					x.shifts = append(x.shifts, shift{p: p, b: b, gain: gain, curve: curve})
				}
			}
		}
	}
}

// spread adds f on the links of a shift to delta.
func (x *relaxer) spread(s *shift, f float64) {
	r := x.r
	for _, l := range r.way[s.p] {
		x.delta[l] += f
	}
	for _, l := range r.way[s.b] {
		x.delta[l] -= f
	}
}

// solveNewton sets y of all shifts by preconditioned conjugate gradients. It says
// whether it ended along a direction without curvature.
func (x *relaxer) solveNewton() (flat bool) {
	m, r := x.m, x.r
	rho := 0.0
	for i := range x.shifts {
		s := &x.shifts[i]
		s.y, s.r = 0, -s.gain
		s.dir = s.r / s.curve
		rho += s.r * s.dir
	}
	end := rho * x.trust * x.trust
	for range newtonSteps {
		if !(rho > end) {
			return false
		}
		clear(x.delta)
		for i := range x.shifts {
			x.spread(&x.shifts[i], x.shifts[i].dir)
		}
		for l := range x.delta {
			x.delta[l] *= m.now[l].d
		}
		curvature, whole := 0.0, 0.0
		for i := range x.shifts {
			s := &x.shifts[i]
			hit := 0.0
			for _, l := range r.way[s.p] {
				hit += x.delta[l]
			}
			for _, l := range r.way[s.b] {
				hit -= x.delta[l]
			}
			s.hit = hit
			curvature += s.dir * hit
			whole += s.dir * s.dir * s.curve
		}
		if !(curvature > newtonFlat*whole) { // the model falls for ever along dir: as far as flows allow
			if far := x.room(); far > 0 {
				for i := range x.shifts {
					x.shifts[i].y += far * x.shifts[i].dir
				}
			}
			return true
		}
		a, next := rho/curvature, 0.0
		for i := range x.shifts {
			s := &x.shifts[i]
			s.y += a * s.dir
			s.r -= a * s.hit
			next += s.r * s.r / s.curve
		}
		for i := range x.shifts {
			s := &x.shifts[i]
			s.dir = s.r/s.curve + next/rho*s.dir
		}
		rho = next
	}
	return false
}

// room is how far the step y can go on along dir until a way that has flow left is
// empty; 0 if none ever is.
func (x *relaxer) room() float64 {
	far := x.reach(func(s *shift) (begin, change float64) { return s.y, s.dir })
	if math.IsInf(far, 1) {
		return 0
	}
	return far
}

// reach is how far a change of the step can go on from where it begins until a way
// that has flow left is empty; +Inf if none ever is.
func (x *relaxer) reach(of func(*shift) (begin, change float64)) float64 {
	r, far := x.r, math.Inf(1)
	limit := func(flow, change float64) {
		if change < 0 && flow > 0 {
			far = min(far, flow/-change)
		}
	}
	for i := 0; i < len(x.shifts); { // shifts of a pair follow each other
		b := x.shifts[i].b
		left, taken := r.flow[b], 0.0
		for ; i < len(x.shifts) && x.shifts[i].b == b; i++ {
			s := &x.shifts[i]
			begin, change := of(s)
			limit(r.flow[s.p]+begin, change)
			left -= begin
			taken += change
		}
		limit(left, -taken)
	}
	return far
}
