package graph_test

import (
	"fmt"

	"github.com/astara-corridors/astara/graph"
)

// Two ways from 0 to 3; the second is cheaper until its first link is closed.
func ExampleSearch() {
	g, err := graph.New(4, []int32{0, 1, 0, 2}, []int32{1, 3, 2, 3})
	if err != nil {
		panic(err)
	}
	s := graph.NewSearch(g)
	s.From(0, []float64{2, 2, 1, 2})
	fmt.Println(s.Dist(3), s.Path(3, nil))
	// Output: 3 [2 3]
}
