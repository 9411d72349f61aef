package energy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// exact is the size of rounding in direct solves, relative to the flows.
const exact = 1e-9

// Kirchhoff's current law holds at every bus after a solve, islands and all.
func TestFlowBalances(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	for trial := range 30 {
		g := join(randomGrid(rng, 3+rng.IntN(20)), randomGrid(rng, 2+rng.IntN(9)))
		s := []Susceptance{Reactance, Series}[trial%2]
		r, err := Flow(g, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Islands) != 2 || r.Correction > exact {
			t.Fatalf("%d islands, correction %v", len(r.Islands), r.Correction)
		}
		out, scale := map[string]float64{}, 1.0
		for _, b := range r.Branches {
			out[b.From] += b.Flow
			out[b.To] -= b.Flow
			scale = max(scale, math.Abs(b.Flow))
		}
		for _, b := range r.Buses {
			if math.Abs(out[b.ID]-b.Injection) > exact*scale {
				t.Errorf("bus %s: outflow %v, injection %v", b.ID, out[b.ID], b.Injection)
			}
		}
	}
}

// The choice of slack does not change flows of balanced injections, and another slack
// takes one column off every row.
func TestSlackIdentities(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 44))
	g := randomGrid(rng, 12)
	ref, err := PTDF(g, PTDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if ref.References[0] == "3" {
		t.Fatal("choose another bus")
	}
	other, err := PTDF(g, PTDFOptions{Slack: map[string]float64{"3": 2}})
	if err != nil {
		t.Fatal(err)
	}
	spread, err := PTDF(g, PTDFOptions{Slack: map[string]float64{"1": 1, "5": 3}})
	if err != nil {
		t.Fatal(err)
	}
	for l := range ref.Factors {
		for i := range ref.Buses {
			if want := ref.Factors[l][i] - ref.Factors[l][2]; math.Abs(other.Factors[l][i]-want) > exact {
				t.Errorf("slack 3: %v, not %v", other.Factors[l][i], want)
			}
			if want := ref.Factors[l][i] - ref.Factors[l][0]/4 - 3*ref.Factors[l][4]/4; math.Abs(spread.Factors[l][i]-want) > exact {
				t.Errorf("spread slack: %v, not %v", spread.Factors[l][i], want)
			}
		}
	}
	if _, err := PTDF(g, PTDFOptions{Slack: map[string]float64{"nowhere": 1}}); err == nil {
		t.Error("a slack share at an unknown bus was taken")
	}
}

// Every outage factor agrees with taking the branch out and solving again; every bridge
// splits its island when taken out, and nothing else does.
func TestOutagesAgainstSolvingAgain(t *testing.T) {
	rng := rand.New(rand.NewPCG(45, 46))
	bridges := 0
	for range 12 {
		g := randomGrid(rng, 10)
		base, err := Flow(g, Reactance)
		if err != nil {
			t.Fatal(err)
		}
		f, err := LODF(g, Reactance)
		if err != nil {
			t.Fatal(err)
		}
		for c := range g.Branches {
			g.Branches[c].Out = true
			again, err := Flow(g, Reactance)
			g.Branches[c].Out = false
			if err != nil {
				t.Fatal(err)
			}
			if split := len(again.Islands) > len(base.Islands); split != f.Bridge[c] {
				t.Fatalf("branch %d: splits %v, bridge %v", c, split, f.Bridge[c])
			}
			if f.Bridge[c] {
				bridges++
				continue
			}
			for l, k := 0, 0; l < len(g.Branches); l++ {
				want := 0.0
				if l != c {
					want = again.Branches[k].Flow
					k++
				}
				if got := base.Branches[l].Flow + f.Factors[l][c]*base.Branches[c].Flow; math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
					t.Errorf("loss of %d: branch %d carries %v, not %v", c, l, got, want)
				}
			}
		}
	}
	if bridges == 0 {
		t.Error("no bridge was met")
	}
}

func TestN1(t *testing.T) {
	g := triangle()
	g.Buses = append(g.Buses, Bus{ID: "4"})
	g.Branches = append(g.Branches, line("d", 2, 3, 0.1, 0))
	g.Loads = append(g.Loads, Load{Bus: 3, Demand: 30})
	g.Branches[2].RateA, g.Branches[1].RateA = 90, 100
	g.Branches[1].RateC = 80
	r, err := N1(context.Background(), g, N1Options{Output: []float64{120, 30}})
	if err != nil {
		t.Fatal(err)
	}
	// Flows: a = (120-30)/3 = 30, c = 90, b = 60. Loss of a: c = 120 over 90, b = 30. Loss of
	// c: b = 150 over 80. Loss of b: c = 150 over 90 (bus 2 sends its 30 over a). Loss of d:
	// bus 4 dark.
	if r.Screened != 4 || r.Bridges != 1 || r.Secure != 0 || len(r.Contingencies) != 4 {
		t.Fatalf("%+v", r)
	}
	dark := r.Contingencies[0]
	if dark.ID != "d" || !dark.Bridge || dark.Lost.Unserved != 30 || dark.Lost.Buses != 1 || !strings.Contains(dark.Words, "goes dark") {
		t.Errorf("%+v %+v", dark, dark.Lost)
	}
	var order []string
	for _, c := range r.Contingencies[1:] {
		order = append(order, fmt.Sprintf("%s>%s:%.0f/%.0f", c.ID, c.Overloads[0].ID, c.Overloads[0].After, c.Overloads[0].Rating))
	}
	if got := strings.Join(order, " "); got != "c>b:150/80 b>c:150/90 a>c:120/90" {
		t.Errorf("got %s", got)
	}
	if !strings.Contains(strings.Join(r.Notes, ";"), "1 branch has no rating C") && !strings.Contains(strings.Join(r.Notes, ";"), "no rating C") {
		t.Errorf("notes %q", r.Notes)
	}
	// The absolute filter: an excess below 65 MW is not listed.
	r, err = N1(context.Background(), g, N1Options{Output: []float64{120, 30}, MinOverload: 65})
	if err != nil || len(r.Contingencies) != 2 {
		t.Errorf("%+v %v", r.Contingencies, err)
	}
	// Any number of workers gives the same report.
	var text []string
	for _, w := range []int{1, 2, 7} {
		r, err := N1(context.Background(), g, N1Options{Workers: w})
		if err != nil {
			t.Fatal(err)
		}
		r.Run = Run{}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, string(b))
	}
	if text[0] != text[1] || text[0] != text[2] {
		t.Error("the report depends on the number of workers")
	}
	if _, err := Flow(g, "other"); err == nil {
		t.Error("an unknown susceptance was taken")
	}
	if _, err := N1(context.Background(), g, N1Options{Rating: "D"}); err == nil {
		t.Error("rating D was taken")
	}
}

// The loss of units and links, by hand: what is lost is made up by room.
func TestN1Supply(t *testing.T) {
	g := triangle()
	g.Branches[2].RateA = 70
	g.Buses = append(g.Buses, Bus{ID: "4"})
	g.Generators = []Generator{{ID: "a", Bus: 0, P: 60, Pmax: 100}, {ID: "b", Bus: 1, P: 50, Pmax: 70}, {ID: "d", Bus: 3, P: 30, Pmax: 200}}
	g.Loads[0].Demand = 120
	g.Links = []Link{{ID: "l", From: 3, To: 2, P: 10, Pmax: 10}}
	g.Loads = append(g.Loads, Load{Bus: 3, Demand: 20})
	r, err := N1(context.Background(), g, N1Options{Supply: true})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Supply || r.Screened != 3+3+1 {
		t.Fatalf("%+v", r)
	}
	by := map[string]Contingency{}
	for _, c := range r.Contingencies {
		by[c.Kind+" "+c.ID] = c
	}
	// a: 60 lost, b has room for 20, so 40 unserved. b: 50 lost, a has room for 40, so 10
	// unserved, and of its 100 MW two thirds, 66.7, go over line c: within 70. d: its island has nothing
	// else, 30 lost and 20 of demand there, the link keeps its flow: 30 unserved of which
	// only 20 can be demand; the rest is what the link takes.
	for id, want := range map[string]float64{"generator a": 40, "generator b": 10, "generator d": 30} {
		c := by[id]
		if c.Lost == nil || math.Abs(c.Lost.Unserved-want) > small || len(c.Overloads) != 0 {
			t.Errorf("%s: %+v %+v", id, c, c.Lost)
		}
	}
	if c, ok := by["link l"]; ok {
		t.Errorf("the loss of the link has room on both sides: %+v", c)
	}
	// With more room at a, its 110 MW put 73.3 over line c.
	g.Generators[0].Pmax = 200
	if r, err = N1(context.Background(), g, N1Options{Supply: true}); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, c := range r.Contingencies {
		if c.Kind == "generator" && c.ID == "b" {
			found = len(c.Overloads) == 1 && math.Abs(c.Overloads[0].After-220.0/3) < small && strings.Contains(c.Words, "without generator b at bus 2 (50 MW), 1 branch is above the rating; worst 1-3 with 73.33 MW of 70 MW")
		}
	}
	if !found {
		t.Errorf("%+v", r.Contingencies)
	}
}

// Reports go through JSON, and functions leave the grid as it was.
func TestReportsAndUntouchedGrid(t *testing.T) {
	need(t)
	g, before := triangle(), triangle()
	reports := []any{}
	f, err := Flow(g, Series)
	if err != nil {
		t.Fatal(err)
	}
	p, err := PTDF(g, PTDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := N1(context.Background(), g, N1Options{Output: []float64{120, 0}})
	if err != nil {
		t.Fatal(err)
	}
	reports = append(reports, f, p, n, dispatchOf(t, g, OPFOptions{}))
	for _, r := range reports {
		b, err := json.Marshal(r)
		if err != nil || !strings.HasPrefix(string(b), `{"format":1,"kind":"`) {
			t.Errorf("%v: %.60s", err, b)
		}
	}
	if !reflect.DeepEqual(g, before) {
		t.Error("the grid was changed")
	}
	var out strings.Builder
	if err := p.WriteCSV(&out); err != nil || !strings.HasPrefix(out.String(), "branch,from,to,1,2,3\n") {
		t.Errorf("%v %q", err, out.String())
	}
	l, err := LODF(g, Reactance)
	if err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := l.WriteCSV(&out); err != nil || !strings.HasPrefix(out.String(), "monitored_branch,outage_a,outage_b,outage_c\na,-1,") {
		t.Errorf("%v %q", err, out.String())
	}
}

// Reactances that cancel exactly leave angles undefined; that is said, with the bus.
func TestCancellingReactances(t *testing.T) {
	g := &Grid{Name: "cancel", BaseMVA: 100, Buses: buses(2), Branches: []Branch{line("a", 0, 1, 0.1, 0), line("b", 0, 1, -0.1, 0)}, Generators: []Generator{plant("1", 0, 1, 10)}}
	var s *SingularError
	if _, err := Flow(g, Reactance); !errors.As(err, &s) {
		t.Errorf("got %v", err)
	}
	g.Branches[1].X = -0.2 // a series capacitor: net susceptance 10 - 5
	g.Loads = []Load{{Bus: 1, Demand: 5}}
	f, err := Flow(g, Reactance)
	if err != nil || math.Abs(f.Branches[0].Flow-10) > exact || math.Abs(f.Branches[1].Flow+5) > exact {
		t.Errorf("%+v %v", f, err)
	}
}

func BenchmarkFlow2000(b *testing.B) {
	g := randomGrid(rand.New(rand.NewPCG(47, 48)), 2000)
	for b.Loop() {
		if _, err := Flow(g, Reactance); err != nil {
			b.Fatal(err)
		}
	}
}
