package interchange_test

import (
	"fmt"
	"math"
	"os"

	"github.com/astara-corridors/astara/interchange"
)

// A missing number is an empty cell, text is coded.
func ExampleWriteCSV() {
	t := &interchange.Table{Name: "outcomes", Rows: 2, Columns: []interchange.Column{
		{Name: "world", Type: interchange.Text, Words: []string{"baseline", "pact=in_force"}, Codes: []uint32{0, 1}},
		{Name: "hours", Type: interchange.Number, Unit: "h", Floats: []float64{312.5, math.NaN()}},
	}}
	if err := interchange.WriteCSV(os.Stdout, t); err != nil {
		fmt.Println(err)
	}
	// Output:
	// world,hours
	// baseline,312.5
	// pact=in_force,
}
