package bounds

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
)

// Ties are strong with .8 or more; strong ties move the outcome by 2 or 4, weak
// ones by 1. "Unlikely to move by more than x", .45 at most, then conflicts as
// long as every strong world counts as moved, x below 2; and that it moves by
// more than x with .1 or more cannot be kept from 4 on.
func TestThresholds(t *testing.T) {
	need(t)
	f := arms(t, nil)
	raw := make([]float64, len(f.ArmOf))
	strong, built := column(f, "ties=strong", t), column(f, "rail=built", t)
	for i := range raw {
		raw[i] = 1 + strong[i] + 2*strong[i]*built[i]
	}
	size := NewSizes(raw)
	w := readAll(t, f, claim(t, f, "ties", belief.Level, "ties=strong", "", 0.8, 1), claim(t, f, "minor", belief.Level, "rail=built", "", 0.1, 0.45))
	r, err := Thresholds(ctx, w, 1, size, nil, ConflictOptions{})
	if err != nil || r.From != 2 || r.To != 4 {
		t.Errorf("%+v %v", r, err)
	}
	few, sizes := Condense(w, size)
	if got, err := Thresholds(ctx, few, 1, sizes, nil, ConflictOptions{}); err != nil || got != r || few.Frame.Worlds.Len() >= f.Worlds.Len() {
		t.Errorf("on %d of %d worlds %+v %v, want %+v", few.Frame.Worlds.Len(), f.Worlds.Len(), got, err, r)
	}
	// Within what the claim allows by itself: the same.
	alone, err := Thresholds(ctx, w.Only([]int{1}), 1, size, nil, ConflictOptions{})
	if err != nil || alone.From > r.From || alone.To < r.To {
		t.Errorf("alone %+v %v", alone, err)
	}
	for _, c := range []struct {
		w    *belief.Words
		want Range
	}{{w, r}, {w.Only([]int{1}), alone}} {
		if got, err := Thresholds(ctx, c.w, 1, size, &alone, ConflictOptions{}); err != nil || got != c.want {
			t.Errorf("within %+v: %+v %v, want %+v", alone, got, err, c.want)
		}
	}
	w.Constraints[1].High = 1
	if r, err = Thresholds(ctx, w, 1, size, nil, ConflictOptions{}); err != nil || r.From != 0 {
		t.Errorf("without an upper end: %+v %v", r, err)
	}
	w.Constraints[1].Low, w.Constraints[1].High = 0, 0.45
	if r, err = Thresholds(ctx, w, 1, size, nil, ConflictOptions{}); err != nil || r.From != 2 || !math.IsInf(r.To, 1) {
		t.Errorf("without a lower end: %+v %v", r, err)
	}
}
