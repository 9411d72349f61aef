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
// Steihaug 1982). Flows that would fall below 0 are cut there; towards the point
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
	newtonTrust = 0.1  // they end when the residual has fallen to this share
)

// shift is one variable: way p against way b of one pair.
type shift struct {
	p, b           int32
	gain           float64 // cost of p less that of b
	curve          float64 // diagonal of the Hessian
	y, r, dir, hit float64 // step, residual, direction, Hessian times direction
}

// together takes the step for all pairs whose demand is fixed. It says whether
// the objective fell.
func (x *relaxer) together() bool {
	m, r := x.m, x.r
	x.collect()
	if len(x.shifts) == 0 {
		return false
	}
	x.solveNewton()
	// Cut at the bounds, pair by pair; the shifts of a pair follow each other.
	for i := 0; i < len(x.shifts); {
		b := x.shifts[i].b
		j, out := i, 0.0
		for ; j < len(x.shifts) && x.shifts[j].b == b; j++ {
			s := &x.shifts[j]
			s.y = max(s.y, -r.flow[s.p])
			out += s.y
		}
		if out > r.flow[b] { // the largest way cannot give so much
			k := r.flow[b] / out
			for q := i; q < j; q++ {
				x.shifts[q].y *= k
			}
		}
		i = j
	}
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
		return false
	}
	a := root(1, f0, d0, lineTolerance, fall)
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
	return true
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
		if ps.elastic[s.class] {
			continue
		}
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
				if curve > 0 {
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

// solveNewton sets y of all shifts by preconditioned conjugate gradients.
func (x *relaxer) solveNewton() {
	m, r := x.m, x.r
	rho := 0.0
	for i := range x.shifts {
		s := &x.shifts[i]
		s.y, s.r = 0, -s.gain
		s.dir = s.r / s.curve
		rho += s.r * s.dir
	}
	end := rho * newtonTrust * newtonTrust
	for range newtonSteps {
		if !(rho > end) {
			return
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
			return
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
}

// room is how far the step y can go on along dir until a way that has flow left is
// empty; 0 if none ever is.
func (x *relaxer) room() float64 {
	r, far := x.r, math.Inf(1)
	limit := func(flow, change float64) {
		if change < 0 && flow > 0 {
			far = min(far, flow/-change)
		}
	}
	for i := 0; i < len(x.shifts); { // shifts of a pair follow each other
		b := x.shifts[i].b
		left, change := r.flow[b], 0.0
		for ; i < len(x.shifts) && x.shifts[i].b == b; i++ {
			s := &x.shifts[i]
			limit(r.flow[s.p]+s.y, s.dir)
			left -= s.y
			change -= s.dir
		}
		limit(left, change)
	}
	if math.IsInf(far, 1) {
		return 0
	}
	return far
}
