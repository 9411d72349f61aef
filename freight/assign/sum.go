package assign

import "math"

// sum is a compensated sum (Ogita, Rump, Oishi, SIAM Journal on Scientific
// Computing 26, 2005): as if accumulated in twice the working precision.
type sum struct{ high, low float64 }

func (s *sum) add(x float64) {
	t := s.high + x
	z := t - s.high
	s.low += (s.high - (t - z)) + (x - z)
	s.high = t
}

// addProduct adds x*y with the rounding error of the product.
func (s *sum) addProduct(x, y float64) {
	p := float64(x * y)
	s.add(p)
	s.low += math.FMA(x, y, -p)
}

func (s *sum) merge(o sum) {
	s.add(o.high)
	s.low += o.low
}

func (s sum) value() float64 { return s.high + s.low }

// minus returns s - o without losing what cancels.
func (s sum) minus(o sum) float64 {
	s.add(-o.high)
	s.low -= o.low
	return s.value()
}
