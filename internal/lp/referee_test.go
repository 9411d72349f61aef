package lp

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
)

// glpk solves a problem with GLPK's glpsol: status and objective.
func glpk(t *testing.T, tool string, p *Problem) (Status, float64) {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	if err := WriteMPS(&b, p); err != nil {
		t.Fatal(err)
	}
	file, out := filepath.Join(dir, "p.mps"), filepath.Join(dir, "p.txt")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	// --nopresol: its presolver cannot tell infeasible from unbounded.
	if msg, err := exec.Command(tool, "--freemps", file, "--nopresol", "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var status string
	var value float64
	for _, l := range strings.Split(string(text), "\n") {
		if s, ok := strings.CutPrefix(l, "Status:"); ok {
			status = strings.TrimSpace(s)
		}
		if s, ok := strings.CutPrefix(l, "Objective:"); ok {
			f := strings.Fields(s)
			if value, err = strconv.ParseFloat(f[2], 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	if p.Maximise {
		value = -value
	}
	switch status {
	case "OPTIMAL":
		return Optimal, value
	case "INFEASIBLE (FINAL)", "INFEASIBLE (INTERMEDIATE)", "UNDEFINED":
		return Infeasible, 0
	case "UNBOUNDED", "FEASIBLE":
		return Unbounded, 0
	}
	t.Fatalf("glpsol says %q", status)
	return 0, 0
}

// GLPK is an independent referee on small linear problems of every outcome. It does
// not read quadratic ones.
func TestAgainstGLPK(t *testing.T) {
	need(t)
	tool := testdata.Tool(t, "glpsol")
	rng := rand.New(rand.NewPCG(11, 12))
	// glpsol prints ten significant digits.
	const printed = 1e-7
	for n := range 40 {
		p := random(rng, 3+n%8, 2+n%6)
		want, value := glpk(t, tool, p)
		r := solve(t, p, Options{})
		if r.Status != want {
			t.Errorf("problem %d: %v, GLPK %v", n, r.Status, want)
			continue
		}
		if r.Status == Optimal && math.Abs(r.Objective-value) > printed*(1+math.Abs(value)) {
			t.Errorf("problem %d: %v, GLPK %v", n, r.Objective, value)
		}
	}
}

func TestWriteMPS(t *testing.T) {
	var b bytes.Buffer
	p := wyndor()
	p.Offset = 2
	p.Row(1, 9, Term{0, 1}, Term{1, 1})
	p.Col(0, -Inf, 4)
	p.Col(1, 3, 3)
	if err := WriteMPS(&b, p); err != nil {
		t.Fatal(err)
	}
	want := `NAME problem
ROWS
 N COST
 L R0
 L R1
 L R2
 G R3
COLUMNS
 C0 COST -3
 C0 R0 1
 C0 R2 3
 C0 R3 1
 C1 COST -5
 C1 R1 2
 C1 R2 2
 C1 R3 1
 C2 COST -0
 C3 COST -1
 OFFSET COST -2
RHS
 RHS R0 4
 RHS R1 12
 RHS R2 18
 RHS R3 1
RANGES
 RNG R3 8
BOUNDS
 LO BND C0 0
 LO BND C1 0
 MI BND C2
 UP BND C2 4
 FX BND C3 3
 FX BND OFFSET 1
ENDATA
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	if err := WriteMPS(&b, &Problem{Cost: []float64{1}, Lower: []float64{0}, Upper: []float64{1}, Quad: []QuadTerm{{0, 0, 1}}}); !errors.Is(err, ErrProblem) {
		t.Errorf("quadratic: %v", err)
	}
}
