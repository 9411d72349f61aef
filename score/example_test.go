package score_test

import (
	"fmt"

	"github.com/astara-corridors/astara/score"
)

// Ten realisations, five of them below the expert's 5 % quantile: overconfident.
func ExampleCalibration() {
	fmt.Printf("%.6f\n", score.Calibration([]int{5, 1, 3, 1}, []float64{0.05, 0.45, 0.45, 0.05}))
	// Output: 0.000277
}
