package answer

import (
	"math"
	"slices"
)

// blockSize is the number of terms summed before a partial sum is kept apart;
// blocks are added in order. It fixes the order of every sum over worlds.
const blockSize = 1024

// sumOf adds f(0..n-1) in fixed blocks.
func sumOf(n int, f func(i int) float64) float64 {
	total := 0.0
	for lo := 0; lo < n; lo += blockSize {
		part := 0.0
		for i := lo; i < min(lo+blockSize, n); i++ {
			part += f(i)
		}
		total += part
	}
	return total
}

// reach is by what share a quantile's weight may fall short: rounding must not
// push the last value out of reach.
const reach = 1e-12

// Weighted is a value with its weight.
type Weighted struct{ Value, Weight float64 }

// Quantile returns the smallest value at which the weights of values up to it
// reach the share p of all weight. It sorts xs. It returns NaN for no weight.
func Quantile(xs []Weighted, p float64) float64 {
	slices.SortFunc(xs, func(a, b Weighted) int {
		switch {
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		case a.Weight < b.Weight:
			return -1
		case a.Weight > b.Weight:
			return 1
		}
		return 0
	})
	total := sumOf(len(xs), func(i int) float64 { return xs[i].Weight })
	if !(total > 0) {
		return math.NaN()
	}
	want := p * total * (1 - reach)
	acc := 0.0
	for _, x := range xs {
		acc += x.Weight
		if x.Weight > 0 && acc >= want {
			return x.Value
		}
	}
	return xs[len(xs)-1].Value
}

// mean is the weighted mean of values around ref, so that equal values give
// themselves exactly. NaN values are left out; defined is the weight of the
// others.
func mean(values, weights []float64) (m, defined float64) {
	ref := math.NaN()
	for i, v := range values {
		if !math.IsNaN(v) && weights[i] > 0 {
			ref = v
			break
		}
	}
	if math.IsNaN(ref) {
		return ref, 0
	}
	sum := 0.0
	for lo := 0; lo < len(values); lo += blockSize {
		part, weight := 0.0, 0.0
		hi := min(lo+blockSize, len(values))
		ws := weights[lo:hi]
		for i, v := range values[lo:hi] {
			if w := ws[i]; w != 0 && v == v {
				part += float64(w * (v - ref))
				weight += w
			}
		}
		sum, defined = sum+part, defined+weight
	}
	return ref + sum/defined, defined
}
