package carto_test

import (
	"fmt"

	"github.com/astara-corridors/astara/report/carto"
)

// The sizes of a legend for ribbons of up to 8.4 million tonnes.
func ExampleSamples() {
	fmt.Println(carto.Samples(8.4e6))
	// Output: [5e+06 2e+06 200000]
}
