package answer

import (
	"errors"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
)

// The consensus of changed words is the averaging of exactly these words from the
// reference, whatever was asked before; of one expert alone it is what that one says.
func TestWhatIfConsensus(t *testing.T) {
	_, x := whatIf(t)
	first := complete1(t, x, Change{}, ByConsensus).Weight
	moved := Change{Claims: map[string]ClaimChange{"korybko-ties": {Interval: &[2]float64{0.1, 0.2}}}}
	got := complete1(t, x, moved, ByConsensus).Weight
	if slices.Equal(got, first) {
		t.Error("a moved claim does not move the consensus")
	}
	list, shares, err := x.all(t.Context(), &moved)
	if err != nil {
		t.Fatal(err)
	}
	who, of := sharing(list, shares)
	if len(who) != 4 {
		t.Fatalf("%d experts share", len(who))
	}
	var words []*belief.Words
	for _, p := range who {
		words = append(words, p.held)
	}
	want, err := complete.Consensus(t.Context(), words, of, x.o.reference, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want.Weight) {
		t.Error("other weights than those of the averaging by one worker")
	}
	if again := complete1(t, x, Change{}, ByConsensus).Weight; !slices.Equal(again, first) {
		t.Error("it depends on what was asked before")
	}
	only := moved
	only.Weights = map[string]float64{"korybko": 0.5}
	if a, b := complete1(t, x, only, ByConsensus).Weight, complete1(t, x, moved, "korybko").Weight; !slices.Equal(a, b) {
		t.Error("of one alone it is not the completion")
	}
	only.Weights = map[string]float64{"korybko": 0}
	var c *ChangeError
	if _, err := x.Complete(t.Context(), only, ByConsensus, "", ""); !errors.As(err, &c) {
		t.Errorf("of nobody: %v", err)
	}
}
