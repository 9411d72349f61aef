package freight

import "math"

// The exponential and the logarithm of the choice model. A solve takes some
// hundred thousand of each; the ones of package math are general, and differ in
// the last bit between processors. These are table-driven (Tang 1989, ACM TOMS
// 15, 144-157, and 1990, 16, 378-400), use no fused operation, and give the same
// bits on every machine:
//
//	exp x = 2^(n/64) exp r,     n = round(64 x/ln 2), |r| <= ln 2/128
//	ln x  = k ln 2 - ln c + ln(1 + r),  x = 2^k m, c near 1/m, r = m c - 1
//
// with exp r - 1 by its Taylor series to r^5 (what is left out is below 4e-17)
// and ln(1 + r) to r^7 (below 2e-18; |r| < 1/128). Errors: exp 1.5 units in the
// last place; ln 4e-16 and one unit in the last place, which near 1 is not small
// against the logarithm itself, but is beside the utilities that it is added to.

const (
	expScale  = 0x1.71547652b82fep+6  // 64/ln 2
	expStepHi = 0x1.62e42fep-7        // ln 2/64: n times the first part is exact
	expStepLo = 0x1.f473de6af278fp-36 // and the rest
	roundBias = 3 << 51               // adding it rounds to the nearest integer
	ln2Hi     = 0x1.62e42fefa3p-1     // ln 2: k times the first part is exact
	ln2Lo     = 0x1.3de6af278ece6p-42 // and the rest
)

// exp is e^x; 0 below -700 and +Inf above 700.
func exp(x float64) float64 {
	switch {
	case x < -700:
		return 0
	case x > 700:
		return math.Inf(1)
	}
	t := float64(x*expScale) + roundBias
	n := int64(math.Float64bits(t)<<13) >> 13 // the bits below the bias, with sign
	t -= roundBias
	r := x - float64(t*expStepHi) - float64(t*expStepLo)
	q := float64(r * r)
	p := r + float64(q*(0.5+float64(r*(1.0/6))+float64(q*(1.0/24+float64(r*(1.0/120))))))
	s := expTable[n&63]
	return math.Float64frombits(math.Float64bits(s+float64(s*p)) + uint64(n>>6)<<52)
}

// ln is the natural logarithm of a positive, normal, finite x.
func ln(x float64) float64 {
	bits := math.Float64bits(x)
	k := float64(int64(bits>>52) - 1023)
	j := bits >> 45 & 127
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	r := float64(m*lnInverse[j]) - 1
	q := float64(r * r)
	p := float64(q * (-0.5 + float64(r*(1.0/3)) + float64(q*(-0.25+float64(r*0.2)+float64(q*(-1.0/6+float64(r*(1.0/7))))))))
	return float64(k*ln2Hi) + lnTable[j] + (r + (p + float64(k*ln2Lo)))
}

// exps replaces each x, none above 700, by e^x, below -700 by 0. It is exp written
// out: a call for each would cost as much again.
func exps(x []float64) {
	for k, v := range x {
		if v < -700 {
			x[k] = 0
			continue
		}
		t := float64(v*expScale) + roundBias
		n := int64(math.Float64bits(t)<<13) >> 13
		t -= roundBias
		r := v - float64(t*expStepHi) - float64(t*expStepLo)
		q := float64(r * r)
		p := r + float64(q*(0.5+float64(r*(1.0/6))+float64(q*(1.0/24+float64(r*(1.0/120))))))
		s := expTable[n&63]
		x[k] = math.Float64frombits(math.Float64bits(s+float64(s*p)) + uint64(n>>6)<<52)
	}
}

// lns fills y with the logarithms of x, positive, normal and finite. It is ln
// written out.
func lns(y, x []float64) {
	y = y[:len(x)]
	for i, v := range x {
		bits := math.Float64bits(v)
		k := float64(int64(bits>>52) - 1023)
		j := bits >> 45 & 127
		m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
		r := float64(m*lnInverse[j]) - 1
		q := float64(r * r)
		p := float64(q * (-0.5 + float64(r*(1.0/3)) + float64(q*(-0.25+float64(r*0.2)+float64(q*(-1.0/6+float64(r*(1.0/7))))))))
		y[i] = float64(k*ln2Hi) + lnTable[j] + (r + (p + float64(k*ln2Lo)))
	}
}
