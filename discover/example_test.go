package discover_test

import (
	"fmt"

	"github.com/astara-corridors/astara/discover"
)

func ExamplePeel() {
	t := &discover.Table{Columns: []discover.Column{{Name: "pact", Categories: []string{"none", "in_force"}}, {Name: "sanctions", Categories: []string{"eased", "tighter"}}}}
	for pact := range 2 {
		for sanctions := range 2 {
			t.Columns[0].Code = append(t.Columns[0].Code, pact)
			t.Columns[1].Code = append(t.Columns[1].Code, sanctions)
			t.Interest = append(t.Interest, float64(pact*(1-sanctions)))
		}
	}
	boxes, _ := discover.Peel(t, discover.Options{})
	fmt.Println(discover.Sentence(t, boxes[discover.Best(boxes)]))
	// Output: where pact is in_force and sanctions is eased: 100 % of the cases of interest lie there (coverage), and 100 % of what lies there is of interest (density)
}
