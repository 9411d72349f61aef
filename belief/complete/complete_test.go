package complete

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/testdata"
)

var ctx = context.Background()

// frame makes a space of variables "name: state state" and its frame of one arm.
func frame(t testing.TB, vars ...string) *belief.Frame {
	t.Helper()
	var list []formula.Variable
	for _, v := range vars {
		name, states, _ := strings.Cut(v, ": ")
		list = append(list, formula.Variable{ID: name, Kind: "event", States: strings.Fields(states)})
	}
	space, err := formula.NewSpace(list)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := belief.NewFrame(ws, space, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func prop(t testing.TB, f *belief.Frame, text string) *formula.Prop {
	t.Helper()
	if text == "" {
		return nil
	}
	var l diag.List
	p := f.Space.Parse(text, diag.Pos{}, &l)
	if p == nil {
		t.Fatalf("%q: %v", text, l.All())
	}
	return p
}

// level is a claim of kind level.
func level(t testing.TB, f *belief.Frame, id, then, cond string, low, high float64) belief.Claim {
	return belief.Claim{ID: id, Kind: belief.Level, Reading: belief.See, Then: prop(t, f, then), If: prop(t, f, cond), Interval: belief.Interval{Low: low, High: high, Known: true}}
}

func read(t testing.TB, f *belief.Frame, claims ...belief.Claim) *belief.Words {
	t.Helper()
	w, err := f.Read(claims, belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func uniform(f *belief.Frame) []float64 {
	n := make([]int, len(f.Arms))
	for _, a := range f.ArmOf {
		if a >= 0 {
			n[a]++
		}
	}
	q := make([]float64, len(f.ArmOf))
	for row, a := range f.ArmOf {
		if a >= 0 {
			q[row] = 1 / float64(n[a])
		}
	}
	return q
}

func complete(t testing.TB, w *belief.Words, q []float64, o Options) *Completion {
	t.Helper()
	c, err := Complete(ctx, w, q, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func p(t testing.TB, f *belief.Frame, c *Completion, then string) float64 {
	return Chance(f, c.Weight, 0, f.Worlds.Select(prop(t, f, then)))
}

// near is the tolerance of the textbook values, which have six digits.
const near = 1e-6

// The problem of Judy Benjamin (van Fraassen 1981): plain least relative entropy
// moves the condition from 1/2 to .467, order-aware completion does not.
func TestJudyBenjamin(t *testing.T) {
	f := frame(t, "area: red blue", "company: second headquarters")
	w := read(t, f, level(t, f, "radio", "company=second", "area=red", 0.75, 0.75))
	plain := complete(t, w, uniform(f), Options{Plain: true})
	for then, want := range map[string]float64{"area=red and company=second": 0.350508, "area=red and company=headquarters": 0.116836, "area=blue and company=second": 0.266328} {
		if got := p(t, f, plain, then); math.Abs(got-want) > near {
			t.Errorf("plain: P(%s) = %v, want %v", then, got, want)
		}
	}
	if len(plain.Moved) != 1 || math.Abs(plain.Moved[0].After-0.467344) > near {
		t.Errorf("plain: moved %+v", plain.Moved)
	}
	aware := complete(t, w, uniform(f), Options{})
	for then, want := range map[string]float64{"area=red": 0.5, "area=red and company=second": 0.375, "company=second": 0.625} {
		if got := p(t, f, aware, then); math.Abs(got-want) > near {
			t.Errorf("order-aware: P(%s) = %v, want %v", then, got, want)
		}
	}
	if len(aware.Moved) != 0 || !aware.Converged {
		t.Errorf("order-aware: %+v", aware)
	}
}

// Jaynes' dice (the Brandeis lectures, 1963): mean 4.5.
func TestJaynesDice(t *testing.T) {
	var all []struct {
		ID string
		P  json.RawMessage
	}
	readJSON(t, "maxent.json", &all)
	var want []float64
	for _, x := range all {
		if x.ID == "jaynes-dice" {
			if err := json.Unmarshal(x.P, &want); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := frame(t, "half: low high", "spot: one two three")
	value := []float64{1, 2, 3, 4, 5, 6}
	w := &belief.Words{Frame: f, Claims: []belief.Claim{{ID: "mean"}}, Constraints: []belief.Constraint{{
		Form: belief.Mean, If: f.Worlds.Select(f.Space.True()), Value: value, SoftLow: 4.5, SoftHigh: 4.5, Low: 4.5, High: 4.5, Scale: 5, Arms: []int{0}, AllVars: true}}}
	c := complete(t, w, uniform(f), Options{Plain: true})
	for i, v := range want {
		if math.Abs(c.Weight[i]-v) > near {
			t.Errorf("P(%d) = %v, want %v", i+1, c.Weight[i], v)
		}
	}
	if len(want) != 6 {
		t.Errorf("%d values", len(want))
	}
}

// The flu example of the TweetyProject library, values recomputed in the data:
// one claim is certain, which takes worlds away.
func TestFlu(t *testing.T) {
	f := frame(t, "g: y n", "k: y n", "s: y n")
	w := read(t, f, level(t, f, "a", "k=y", "g=y", 1, 1), level(t, f, "b", "s=y", "g=y", 0.9, 0.9), level(t, f, "c", "k=y", "s=y", 0.8, 0.8))
	c := complete(t, w, uniform(f), Options{Plain: true})
	for then, want := range map[string]float64{"g=y": 0.290739, "k=y": 0.692355, "s=y": 0.592727} {
		if got := p(t, f, c, then); math.Abs(got-want) > near {
			t.Errorf("P(%s) = %v, want %v", then, got, want)
		}
	}
	if !c.Converged {
		t.Errorf("residual %v", c.Residual)
	}
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/probability-logic"), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

type dnf [][]string

func (d dnf) text() string {
	var alts []string
	for _, a := range d {
		alts = append(alts, "("+strings.ReplaceAll(strings.Join(a, " and "), "!", "not ")+")")
	}
	return strings.Join(alts, " or ")
}

// The plain completions of the random knowledge bases: 1e-6 is the tolerance of
// the data.
func TestKnowledgeBases(t *testing.T) {
	var bases []struct {
		ID         string
		Variables  map[string][]string
		Statements []struct {
			ID       string
			If, Then dnf
			Lo, Hi   float64
		}
		Expected struct {
			Feasible bool
			MaxEnt   []struct {
				If, Then dnf
				P        *float64
			}
			Entropy float64 `json:"maxent_entropy_nats"`
		}
	}
	readJSON(t, "knowledge-bases.json", &bases)
	if len(bases) != 24 {
		t.Fatalf("%d knowledge bases, want 24", len(bases))
	}
	for _, b := range bases {
		t.Run(b.ID, func(t *testing.T) {
			var vars []string
			for k, v := range b.Variables {
				vars = append(vars, k+": "+strings.Join(v, " "))
			}
			sort.Strings(vars)
			f := frame(t, vars...)
			var claims []belief.Claim
			for _, s := range b.Statements {
				claims = append(claims, level(t, f, s.ID, s.Then.text(), s.If.text(), s.Lo, s.Hi))
			}
			c := complete(t, read(t, f, claims...), uniform(f), Options{Plain: true})
			if c.Converged != b.Expected.Feasible {
				t.Fatalf("converged %v with residual %v; consistent: %v", c.Converged, c.Residual, b.Expected.Feasible)
			}
			for _, a := range b.Expected.MaxEnt {
				if a.P == nil {
					continue
				}
				given := f.Worlds.Select(f.Space.True())
				if len(a.If) > 0 {
					given = f.Worlds.Select(prop(t, f, a.If.text()))
				}
				both := f.Worlds.Select(prop(t, f, a.Then.text())).And(given)
				got := Chance(f, c.Weight, 0, both) / Chance(f, c.Weight, 0, given)
				if math.Abs(got-*a.P) > near {
					t.Errorf("P(%s | %s) = %v, want %v", a.Then.text(), a.If.text(), got, *a.P)
				}
			}
			if !b.Expected.Feasible {
				return
			}
			entropy := 0.0
			for _, w := range c.Weight {
				if w > 0 {
					entropy -= w * math.Log(w)
				}
			}
			if math.Abs(entropy-b.Expected.Entropy) > near {
				t.Errorf("entropy %v, want %v", entropy, b.Expected.Entropy)
			}
		})
	}
}
