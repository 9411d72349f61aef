package lp

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

	"github.com/astara-corridors/astara/internal/testdata"
)

// clp solves a problem with Clp: status and objective.
func clp(t *testing.T, tool string, p *Problem) (Status, float64) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteMPS(&b, p); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.mps"), filepath.Join(dir, "p.sol")
	// Clp takes columns for fields unless the first line says FREE.
	if err := os.WriteFile(file, bytes.Replace(b.Bytes(), []byte("NAME problem"), []byte("NAME problem FREE"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(tool, file, "-presolve", "off", "-solve", "-solution", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	status, value, _ := strings.Cut(first, " - objective value")
	switch strings.TrimSpace(status) {
	case "Optimal":
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			t.Fatal(err)
		}
		if p.Maximise {
			v = -v
		}
		return Optimal, v
	case "Infeasible":
		return Infeasible, 0
	case "Unbounded":
		return Unbounded, 0
	}
	t.Fatalf("clp says %q", first)
	return 0, 0
}

// Clp is a second referee, of another family of programs than GLPK, on larger problems.
func TestAgainstClp(t *testing.T) {
	need(t)
	tool := testdata.Tool(t, "clp")
	rng := rand.New(rand.NewPCG(21, 22))
	const printed = 1e-6 // clp prints eight digits
	count := map[Status]int{}
	for n := range 40 {
		p := random(rng, 6+n, 4+n/2)
		want, value := clp(t, tool, p)
		count[want]++
		r := solve(t, p, Options{})
		if r.Status != want {
			t.Errorf("problem %d: %v, Clp %v", n, r.Status, want)
			continue
		}
		if r.Status == Optimal && math.Abs(r.Objective-value) > printed*(1+math.Abs(value)) {
			t.Errorf("problem %d: %v, Clp %v", n, r.Objective, value)
		}
	}
	if count[Optimal] < 5 {
		t.Errorf("outcomes %v", count)
	}
}
