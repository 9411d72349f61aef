package answer_test

import (
	"fmt"

	"github.com/astara-corridors/astara/answer"
)

// The 5 % and 95 % points of weighted worlds.
func ExampleQuantile() {
	worlds := []answer.Weighted{{Value: 2, Weight: 0.1}, {Value: 6, Weight: 0.15}, {Value: 10, Weight: 0.3}, {Value: 14, Weight: 0.45}}
	fmt.Println(answer.Quantile(worlds, 0.05), answer.Quantile(worlds, 0.95))
	// Output: 2 14
}

// Two worlds of equal weight in two draws: the worlds differ by 2, the draws by
// 2, and one does not change the other.
func ExampleTwoWay() {
	total, politics, numbers, both := answer.TwoWay([][]float64{{9, 11}, {11, 13}}, []float64{0.5, 0.5})
	fmt.Println(total, politics, numbers, both)
	// Output: 2 1 1 0
}
