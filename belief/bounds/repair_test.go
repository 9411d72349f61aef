package bounds

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/formula"
)

// A statement that holds in no world is set aside; the two others, .2 and .8, are
// bent by .3 and completed.
func TestRepair(t *testing.T) {
	need(t)
	f := arms(t, influence)
	w := readAll(t, f, claim(t, f, "never", belief.Level, "rail=built", "", 0.9, 1), claim(t, f, "a", belief.Level, "ties=weak", "", 0.2, 0.2), claim(t, f, "b", belief.Level, "ties=weak", "", 0.8, 0.8))
	w.Constraints[0].Then = formula.NewSet(len(f.ArmOf)) // as of an outcome that no world reaches
	r, err := FindRepair(ctx, w)
	if err != nil || len(r.Aside) != 1 || r.Aside[0] != 0 || math.Abs(r.Bend-0.3) > 1e-6 {
		t.Fatalf("%+v %v", r, err)
	}
	bent := r.Apply(w)
	if ok, err := NewSystem(bent, nil, false).Consistent(ctx, ConflictOptions{}); err != nil || !ok || len(bent.Constraints) != 2 {
		t.Errorf("%v %v %d", ok, err, len(bent.Constraints))
	}
	c, err := complete.Complete(ctx, bent, halves(f), complete.Options{Parents: influence})
	if err != nil || !c.Converged {
		t.Fatal(err, c.Residual)
	}
	if p := complete.Chance(f, c.Weight, 0, f.Worlds.Select(parse(t, f, "ties=weak"))); math.Abs(p-0.5) > 1e-5 {
		t.Errorf("P(weak) = %v", p)
	}
	whole := readAll(t, f, claim(t, f, "a", belief.Level, "ties=weak", "", 0.2, 0.4))
	if r, err := FindRepair(ctx, whole); err != nil || len(r.Aside) != 0 || r.Bend != 0 || r.Apply(whole) != whole {
		t.Errorf("words that hold together: %+v %v", r, err)
	}
}
