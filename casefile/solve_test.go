package casefile

import (
	"context"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
)

// TestStarterSolves runs the engine on the starter case: its effect must
// resolve, both networks must be solved, and the railway bridge must bring rail
// freight across.
func TestStarterSolves(t *testing.T) {
	var l diag.List
	c := Load(Starter(), &l)
	base, err := freight.Prepare(c.Freight, &l, freight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rail := func(changes []freight.Change) float64 {
		s, err := base.Solve(context.Background(), base.Resolve(freight.Horizon, changes, &l), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !s.Converged {
			t.Errorf("not converged: residual %g", s.Residual)
		}
		return s.Outcomes[0]
	}
	without, with := rail(nil), rail(c.Effects[0].Freight)
	if !(with > without+c.Outcomes[0].Materiality) {
		t.Errorf("%s: %g t/yr without the bridge, %g with it", c.Outcomes[0].ID, without, with)
	}
	if l.Failed() {
		t.Errorf("diagnostics: %v", l.All())
	}
}
