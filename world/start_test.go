package world

import (
	"slices"
	"testing"
)

// Starts have fewer effects than what starts from them, sum to one whole state,
// and come earlier in turn; the order holds every network once.
func TestStartsComeFirst(t *testing.T) {
	p := fakePlan(t, &fake{})
	at := make([]int, len(p.Networks))
	order := p.inTurn()
	for k, i := range order {
		at[i] = k
	}
	if s := slices.Sorted(slices.Values(order)); len(s) != len(p.Networks) || len(slices.Compact(s)) != len(s) {
		t.Fatalf("order %v of %d networks", order, len(p.Networks))
	}
	most := 0
	for i, n := range p.Networks {
		sum := 0.0
		for _, s := range n.Start {
			sum += s.Weight
			if from := p.Networks[s.Network]; len(from.Active) >= len(n.Active) || at[s.Network] >= at[i] {
				t.Errorf("network %v starts from %v", n.Active, from.Active)
			}
		}
		if want := min(i, 1); sum != float64(want) {
			t.Errorf("network %d: weights sum to %g, want %d", i, sum, want)
		}
		most = max(most, len(n.Start))
	}
	if most < 7 {
		t.Errorf("networks start from %d at most: the plan is too small to tell", most)
	}
}
