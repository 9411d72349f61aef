package complete_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// What is said of the company in the red area leaves the areas as they were.
func ExampleComplete() {
	space, _ := formula.NewSpace([]formula.Variable{
		{ID: "area", Kind: "event", States: []string{"red", "blue"}},
		{ID: "company", Kind: "event", States: []string{"second", "headquarters"}},
	})
	worlds, _ := space.Enumerate(nil, formula.MaxWorlds)
	frame, _ := belief.NewFrame(worlds, space, nil, nil, nil)
	var l diag.List
	words, _ := frame.Read([]belief.Claim{{ID: "radio", Kind: belief.Level, Reading: belief.See,
		If: space.Parse("area=red", diag.Pos{}, &l), Then: space.Parse("company=second", diag.Pos{}, &l),
		Interval: belief.Interval{Low: 0.75, High: 0.75, Known: true}}}, belief.ReadOptions{})
	for _, plain := range []bool{false, true} {
		c, _ := complete.Complete(context.Background(), words, []float64{0.25, 0.25, 0.25, 0.25}, complete.Options{Plain: plain})
		fmt.Printf("P(red) = %.3f\n", complete.Chance(frame, c.Weight, 0, worlds.Select(space.Is(0, 0))))
	}
	// Output:
	// P(red) = 0.500
	// P(red) = 0.467
}
