package world_test

import (
	"fmt"

	"github.com/astara-corridors/astara/world"
)

// One effect all year and two for a part of it, independent of each other.
func ExamplePeriods() {
	for _, p := range world.Periods([]int{0}, []int{3, 5}, []float64{0.25, 0.5}) {
		fmt.Printf("%v %.3f\n", p.Active, p.Share)
	}
	// Output:
	// [0 3 5] 0.125
	// [0 5] 0.375
	// [0 3] 0.125
	// [0] 0.375
}
