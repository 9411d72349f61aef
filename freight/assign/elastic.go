package assign

import "math"

// Elastic lets the demand of a class fall as its cost rises. For a pair with
// listed demand q0 and reference cost u0:
//
//	linear       q = q0 (1 - Slope (u - u0)), 0 from the choke cost u0 + 1/Slope on
//	exponential  q = q0 exp(-Slope (u - u0)), 0 from the cost 53 ln 2 / Slope on,
//	             where taking it from the demand at cost 0 changes no bit of that
//
// Slope is per unit of generalised cost. The equilibrium is that of Beckmann's
// programme with the area under the inverse demand curve taken off; it is solved
// inside the assignment as flow on one more way, "not served", whose cost is the
// inverse demand (the excess-demand form of Gartner, Transportation Science 14,
// 1980), never around it.
type Elastic struct {
	Exponential bool
	Slope       float64   // above 0
	Reference   []float64 // u0 by pair in the order of [Demand.Trips]
}

func (e *Elastic) check(c *checker, class int, d *Demand) {
	if !(e.Slope > 0) || math.IsInf(e.Slope, 1) {
		c.addf("class %d: slope of demand is %v, want above 0", class, e.Slope)
	}
	if len(e.Reference) != d.Pairs() {
		c.addf("class %d: %d reference costs for %d pairs", class, len(e.Reference), d.Pairs())
	}
	for i, u := range e.Reference {
		if !(u >= 0) || math.IsInf(u, 1) {
			c.addf("class %d, pair %d: reference cost is %v, want 0 or more", class, i, u)
		}
	}
}

// curve is the demand curve of one pair in volume units.
type curve struct {
	exponential bool
	q0, u0, s   float64
	most        float64 // the demand at cost 0
}

func newCurve(exponential bool, q0, u0, s float64) curve {
	c := curve{exponential, q0, u0, s, q0 * (1 + s*u0)}
	if exponential {
		c.most = q0 * math.Exp(s*u0)
	}
	return c
}

// faint is the share of the demand at cost 0 below which demand is none: half a unit
// in its last place, so that what stays is all of it. An exponential curve, which
// never ends and whose price at 0 is no number, ends there.
const faint = 0x1p-53

// price is the inverse demand at q and the size of its derivative, counted from the
// demand at cost 0 so that it is never below 0 by rounding. That of an exponential
// curve ends at the cost at which demand is [faint].
func (c curve) price(q float64) (u, slope float64) {
	if !c.exponential {
		return (c.most - q) / (c.s * c.q0), 1 / (c.s * c.q0)
	}
	if q <= faint*c.most {
		return -math.Log(faint) / c.s, 1 / (c.s * faint * c.most)
	}
	return math.Log(c.most/q) / c.s, 1 / (c.s * q)
}

// area is the integral of the inverse demand from 0 to q.
func (c curve) area(q float64) float64 {
	if c.exponential {
		if q <= 0 {
			return 0
		}
		return q*c.u0 + q*(math.Log(c.q0/q)+1)/c.s
	}
	return q*c.u0 + (q-q*q/(2*c.q0))/c.s
}
