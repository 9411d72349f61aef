package coalition_test

import (
	"fmt"

	"github.com/astara-corridors/astara/coalition"
)

// Players 0 and 1 own a left glove each, player 2 a right one.
func ExampleShapley() {
	v := []float64{0b011: 0, 0b101: 1, 0b110: 1, 0b111: 1}
	phi, err := coalition.Shapley(v)
	fmt.Printf("%.4f %v\n", phi, err)
	fmt.Println("the right glove adds", coalition.Adds(v, coalition.All(3), 2))
	// Output:
	// [0.1667 0.1667 0.6667] <nil>
	// the right glove adds 1
}
