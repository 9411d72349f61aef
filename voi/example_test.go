package voi_test

import (
	"fmt"

	"github.com/astara-corridors/astara/voi"
)

// A corridor worth 10 when open and -8 when closed, or the sea worth 3 whatever
// happens: knowing first gives 7.9 in the mean, choosing blind 4.6.
func ExampleEVPPI() {
	payoff := [][]float64{{10, -8}, {3, 3}}
	v, _ := voi.EVPPI(payoff, []float64{0.7, 0.3}, []int{0, 1})
	fmt.Printf("%.1f\n", v)
	// Output: 3.3
}
