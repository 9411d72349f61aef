package interchange_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

func matgas(t testing.TB, name string) *energy.GasNet {
	t.Helper()
	path := filepath.Join(testdata.Dir(t, "energy/gas"), name+".m")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	g := interchange.ReadMatgas(filepath.Base(path), data, &l)
	if l.Len() > 0 {
		t.Fatalf("%s: %v", name, l.All())
	}
	return g
}

// Optima of GasModels.jl (tests and examples; the six-junction cases to 0.1, here exact)
// and of the same programmes recomputed with HiGHS.
func TestMatgasOptima(t *testing.T) {
	testdata.Need(t, lp.Available())
	for _, c := range []struct {
		name  string
		model energy.GasModel
		want  float64
		tol   float64 // relative
	}{
		{"case-6-ls", energy.Transport, 5, 1e-9},
		{"case-6-ls", energy.LinearRelaxation, 5, 1e-6},
		{"case-6-ls-priority", energy.Transport, 4.5, 1e-9},
		{"case-6-ls-priority", energy.LinearRelaxation, 4.5, 1e-6},
		{"gaslib-40-E-ls", energy.Transport, 1553, 1e-9},
		{"gaslib-40-E-ls", energy.LinearRelaxation, 836.67, 1e-4},
	} {
		r, err := energy.Gas(context.Background(), matgas(t, c.name), energy.GasOptions{Model: c.model})
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != "optimal" {
			t.Errorf("%s %s: %s %s", c.name, c.model, r.Status, r.Reason)
			continue
		}
		if math.Abs(*r.Objective-c.want) > c.tol*c.want {
			t.Errorf("%s %s: %.9g, not %v", c.name, c.model, *r.Objective, c.want)
		}
		checkGas(t, r)
		if notes := strings.Join(r.Notes, "; "); strings.HasPrefix(c.name, "gaslib") && !strings.Contains(notes, "warning: without pressures the network serves 1553") {
			t.Errorf("notes %q", notes)
		}
	}
}

// checkGas checks that gas is neither made nor lost.
func checkGas(t *testing.T, r *energy.GasReport) {
	t.Helper()
	net := map[string]float64{}
	for _, x := range r.Supplies {
		net[x.Junction] += x.Flow
	}
	for _, x := range r.Demands {
		net[x.Junction] -= x.Flow
		if x.Flow > x.Asked+1e-6 {
			t.Errorf("%s %s takes %v of %v", x.Kind, x.ID, x.Flow, x.Asked)
		}
	}
	for _, x := range r.Flows {
		net[x.From] -= x.Flow
		net[x.To] += x.Flow
	}
	for _, j := range r.Junctions {
		if math.Abs(net[j.ID]) > 1e-5 {
			t.Errorf("junction %s gains %v", j.ID, net[j.ID])
		}
	}
}
