package energy

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// GLPK, an independent solver, has the same objective for the programmes of random grids
// with ratings, links, piecewise costs and shedding.
func TestDispatchAgainstGLPK(t *testing.T) {
	need(t)
	tool := testdata.Tool(t, "glpsol")
	rng := rand.New(rand.NewPCG(61, 62))
	price := 300.0
	bound, solved := 0, 0
	for trial := range 12 {
		g := randomGrid(rng, 6+2*trial)
		for k := range g.Branches {
			g.Branches[k].Shift /= 10
			g.Branches[k].RateA = 15 + 40*rng.Float64()
		}
		g.Links = []Link{{ID: "l", From: 0, To: len(g.Buses) - 1, Pmin: -20, Pmax: 20, Loss1: 0.03, Cost: Cost{C: [3]float64{0, 1, 0}}}}
		g.Generators[0].Cost = Cost{Points: []Point{{0, 0}, {20, 300}, {60, 1500}}}
		r := dispatchOf(t, g, OPFOptions{Shed: &price})
		bound += len(r.Binding)
		d := newDispatch(build(g, Reactance), &price)
		var b bytes.Buffer
		if err := lp.WriteMPS(&b, &d.p); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		file, out := filepath.Join(dir, "p.mps"), filepath.Join(dir, "p.txt")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if msg, err := exec.Command(tool, "--freemps", file, "-o", out).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, msg)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if feasible := strings.Contains(string(text), "OPTIMAL"); feasible != (r.Status == "optimal") {
			t.Errorf("trial %d: %s, GLPK finds an optimum: %v", trial, r.Status, feasible)
		}
		if r.Status != "optimal" {
			continue // phase shifts that no rating leaves room for
		}
		solved++
		_, rest, ok := strings.Cut(string(text), "Objective:")
		if !ok {
			t.Fatalf("%s", text)
		}
		want, err := strconv.ParseFloat(strings.Fields(rest)[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		// glpsol prints ten digits.
		if math.Abs(*r.Objective-want) > 1e-7*math.Abs(want) {
			t.Errorf("trial %d: %v, GLPK %v", trial, *r.Objective, want)
		}
	}
	if bound == 0 || solved < 6 {
		t.Errorf("%d of the grids have a dispatch, with %d binding limits", solved, bound)
	}
}
