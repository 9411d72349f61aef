package energy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// small is the size of differences that solver tolerances allow, MW on grids of some
// hundred MW.
const small = 1e-6

func need(t testing.TB) {
	t.Helper()
	testdata.Need(t, lp.Available())
}

// line makes a branch without resistance.
func line(id string, from, to int, x, rate float64) Branch {
	return Branch{ID: id, From: from, To: to, X: x, RateA: rate, AngMin: math.Inf(-1), AngMax: math.Inf(1)}
}

func buses(n int) []Bus {
	b := make([]Bus, n)
	for i := range b {
		b[i].ID = fmt.Sprint(i + 1)
	}
	return b
}

func plant(id string, bus int, price, most float64) Generator {
	return Generator{ID: id, Bus: bus, Pmax: most, P: most / 2, Cost: Cost{C: [3]float64{0, price, 0}}}
}

// triangle is three buses in a ring of equal lines: cheap power at 1, dear at 2, demand
// at 3. Two thirds of what 1 sends to 3 go straight.
func triangle() *Grid {
	return &Grid{
		Name: "triangle", BaseMVA: 100, Buses: buses(3),
		Branches:   []Branch{line("a", 0, 1, 0.1, 0), line("b", 1, 2, 0.1, 0), line("c", 0, 2, 0.1, 60)},
		Generators: []Generator{plant("cheap", 0, 10, 200), plant("dear", 1, 30, 200)},
		Loads:      []Load{{Bus: 2, Demand: 120}},
	}
}

func dispatchOf(t testing.TB, g *Grid, opt OPFOptions) *OPFReport {
	t.Helper()
	r, err := OPF(context.Background(), g, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// By hand: p from bus 1 and 120 - p from bus 2 put 2p/3 + (120-p)/3 on line c, at most
// 60, so p = 60. The price at 3 is that of raising demand by 1 with line c full: 2 MW
// more from bus 2 and 1 MW less from bus 1, 2 x 30 - 10 = 50. Line c: one MW more of
// rating shifts 3 MW from 30 to 10, worth 60.
func TestTriangle(t *testing.T) {
	need(t)
	r := dispatchOf(t, triangle(), OPFOptions{})
	if r.Status != "optimal" || math.Abs(*r.Objective-2400) > small {
		t.Fatalf("%s %v", r.Status, r.Objective)
	}
	for i, want := range []float64{10, 30, 50} {
		if math.Abs(r.Buses[i].Price-want) > small {
			t.Errorf("price %d is %v, not %v", i+1, r.Buses[i].Price, want)
		}
	}
	// Two zeros are no angle bounds, as infinite ones are.
	g := triangle()
	for k := range g.Branches {
		g.Branches[k].AngMin, g.Branches[k].AngMax = 0, 0
	}
	if z := dispatchOf(t, g, OPFOptions{}); *z.Objective != *r.Objective {
		t.Errorf("without angle bounds: %v, not %v", *z.Objective, *r.Objective)
	}
	if math.Abs(r.Branches[2].Price-60) > small || len(r.Binding) != 1 || r.Binding[0].ID != "c" {
		t.Errorf("binding %+v", r.Binding)
	}
}

func TestShedding(t *testing.T) {
	need(t)
	g := triangle()
	g.Loads[0].Demand = 300
	r := dispatchOf(t, g, OPFOptions{})
	if r.Status != "infeasible" || r.Infeasible == nil {
		t.Fatalf("%s", r.Status)
	}
	price := 1000.0
	r = dispatchOf(t, g, OPFOptions{Shed: &price})
	// Line c holds 2 p1 + p2 to 180 and p2 stops at 200: p1 = 0, p2 = 180, 120 MW unserved.
	if r.Status != "optimal" || math.Abs(r.Unserved-120) > small || math.Abs(r.Served-180) > small || math.Abs(r.Buses[2].Shed-120) > small || math.Abs(r.Buses[2].Price-1000) > small {
		t.Errorf("%s: unserved %v, served %v, price %v", r.Status, r.Unserved, r.Served, r.Buses[2].Price)
	}
	if !strings.Contains(strings.Join(r.Notes, "; "), "120 MW of 300 MW demand is not served, at 3 (120 MW)") {
		t.Errorf("notes %q", r.Notes)
	}
	g.Loads[0].Value = 20 // cheaper to shed than to run the dear plant
	r = dispatchOf(t, g, OPFOptions{Shed: &price})
	if math.Abs(r.Unserved-210) > small {
		t.Errorf("unserved %v, not 210", r.Unserved)
	}
	negative := -1.0
	if _, err := OPF(context.Background(), g, OPFOptions{Shed: &negative}); err == nil {
		t.Error("a negative price of unserved energy was taken")
	}
}

// An area behind a cut: the words name demand, plants, branches and the shortage.
func TestInfeasibleWords(t *testing.T) {
	need(t)
	g := &Grid{
		Name: "cut", BaseMVA: 100, Buses: buses(4),
		Branches:   []Branch{line("a", 0, 1, 0.1, 0), line("tie1", 1, 2, 0.1, 50), line("tie2", 0, 2, 0.2, 40), line("d", 2, 3, 0.1, 0)},
		Generators: []Generator{plant("big", 0, 10, 500), plant("local", 3, 30, 20)},
		Loads:      []Load{{Bus: 1, Demand: 100}, {Bus: 2, Demand: 60}, {Bus: 3, Demand: 80}},
	}
	r := dispatchOf(t, g, OPFOptions{})
	x := r.Infeasible
	if r.Status != "infeasible" || x == nil {
		t.Fatalf("%s", r.Status)
	}
	want := "the area of buses 3, 4 demands 140 MW, its plants can give 20 MW, the 2 branches into it (tie1, tie2) can bring 90 MW: short by 30 MW"
	if x.Words != want || math.Abs(x.Short-30) > small {
		t.Errorf("words %q, short %v", x.Words, x.Short)
	}
	// Plants that must run give more than can leave.
	g.Loads[1].Demand, g.Loads[2].Demand = 0, 10
	g.Generators[1].Pmin, g.Generators[1].Pmax = 150, 200
	x = dispatchOf(t, g, OPFOptions{}).Infeasible
	if x == nil || !strings.Contains(x.Words, "its plants must give 150 MW") || !strings.Contains(x.Words, "50 MW too much") || math.Abs(x.Short+50) > small {
		t.Errorf("%+v", x)
	}
	// A conflict of Kirchhoff's laws: the ring splits flow 2:1, so line c overloads
	// though the cut would carry everything.
	k := triangle()
	k.Branches[1].RateA, k.Loads[0].Demand = 200, 150
	k.Generators = k.Generators[:1]
	x = dispatchOf(t, k, OPFOptions{}).Infeasible
	if x == nil || !strings.Contains(x.Words, "Kirchhoff") || len(x.Branches) == 0 || x.Branches[0] != "c" {
		t.Errorf("%+v", x)
	}
	// Nothing leads in.
	k.Branches = k.Branches[:1]
	x = dispatchOf(t, k, OPFOptions{}).Infeasible
	if x == nil || x.Words != "bus 3 demands 150 MW, its plants can give 0 MW and nothing leads into it: short by 150 MW" {
		t.Errorf("%+v", x)
	}
}

// A link carries what is worth carrying, with its loss, between islands.
func TestLinks(t *testing.T) {
	need(t)
	g := &Grid{
		Name: "two islands", BaseMVA: 100, Buses: buses(2),
		Generators: []Generator{plant("cheap", 0, 10, 200), plant("dear", 1, 30, 200)},
		Loads:      []Load{{Bus: 1, Demand: 100}},
		Links:      []Link{{ID: "hvdc", From: 0, To: 1, Pmax: 50, Loss1: 0.1}},
	}
	r := dispatchOf(t, g, OPFOptions{})
	// 50 MW leave and 45 arrive; 55 at 30.
	if len(r.Islands) != 2 || math.Abs(*r.Objective-(500+1650)) > small || math.Abs(r.Links[0].Arrives-45) > small {
		t.Errorf("%+v %+v", *r.Objective, r.Links)
	}
	// One more MW of link saves 0.9 x 30 - 10.
	if math.Abs(r.Links[0].Price-17) > small {
		t.Errorf("the link is worth %v, not 17", r.Links[0].Price)
	}
	g.Generators = g.Generators[:1]
	x := dispatchOf(t, g, OPFOptions{}).Infeasible
	if x == nil || math.Abs(x.Short-55) > small || !strings.Contains(x.Words, "links can bring 45 MW") {
		t.Errorf("%+v", x)
	}
	f, err := Flow(g, Reactance)
	if err != nil {
		t.Fatal(err)
	}
	// The schedule has the link at 0 and no plant at bus 2.
	if f.Islands[1].Unserved != 100 {
		t.Errorf("islands %+v", f.Islands)
	}
}

// A piecewise linear cost agrees with the quadratic it follows at its corners, and its
// price is the slope.
func TestPiecewise(t *testing.T) {
	need(t)
	g := &Grid{Name: "pw", BaseMVA: 100, Buses: buses(1), Loads: []Load{{Bus: 0, Demand: 70}}}
	c := Cost{Points: []Point{{0, 100}, {50, 600}, {100, 1600}}}
	g.Generators = []Generator{{ID: "1", Pmax: 100, Cost: c}}
	r := dispatchOf(t, g, OPFOptions{})
	if math.Abs(*r.Objective-1000) > small || math.Abs(r.Buses[0].Price-20) > small || math.Abs(r.Generators[0].Cost-1000) > small {
		t.Errorf("objective %v, price %v", *r.Objective, r.Buses[0].Price)
	}
	if c.At(-10) != 0 || c.At(120) != 2000 {
		t.Errorf("outside: %v, %v", c.At(-10), c.At(120))
	}
}

// Joining two grids by lines without limit never costs more; with the laws of the ring
// it can: here the new line b makes power from 1 loop over c, which is full.
func TestMergingAndLoopFlow(t *testing.T) {
	need(t)
	rng := rand.New(rand.NewPCG(31, 32))
	for range 15 {
		a, b := randomGrid(rng, 6), randomGrid(rng, 5)
		both := join(a, b)
		apart := *dispatchOf(t, both, OPFOptions{}).Objective
		both.Branches = append(both.Branches, line("tie", rng.IntN(6), 6+rng.IntN(5), 0.05, 0))
		if together := *dispatchOf(t, both, OPFOptions{}).Objective; together > apart+small*(1+apart) {
			t.Errorf("joined by one line: %v, apart %v", together, apart)
		}
	}
	g := triangle()
	g.Branches[2].RateA = 120
	// Without b nothing loops: all 120 MW come from bus 1 over c.
	g.Branches[1].Out = true
	if r := dispatchOf(t, g, OPFOptions{}); math.Abs(*r.Objective-1200) > small {
		t.Errorf("radial: %v", *r.Objective)
	}
	// With b and a small rating there, a third of the power loops over it: at most
	// 60 MW come from bus 1 (a third of them, 20, over b) unless bus 2 runs, which only
	// loads b more. 120 MW cannot be served by bus 1 alone.
	g.Branches[1] = line("b", 1, 2, 0.1, 20)
	g.Generators = append(g.Generators, plant("at home", 2, 50, 200))
	r := dispatchOf(t, g, OPFOptions{})
	if math.Abs(*r.Objective-(600+3000)) > small {
		t.Errorf("with the loop: %v, not 3600", *r.Objective)
	}
}

// randomGrid is a connected grid without limits.
func randomGrid(rng *rand.Rand, n int) *Grid {
	g := &Grid{Name: "random", BaseMVA: 100, Buses: buses(n)}
	for i := 1; i < n; i++ {
		g.Branches = append(g.Branches, line(fmt.Sprint("t", i), rng.IntN(i), i, 0.02+rng.Float64()*0.2, 0))
	}
	for k := range n {
		if i, j := rng.IntN(n), rng.IntN(n); i != j {
			br := line(fmt.Sprint("e", k), i, j, 0.02+rng.Float64()*0.2, 0)
			br.R, br.Tap, br.Shift = 0.01, 0.95+rng.Float64()*0.1, rng.Float64()*0.1-0.05
			g.Branches = append(g.Branches, br)
		}
	}
	for i := range n {
		g.Loads = append(g.Loads, Load{Bus: i, Demand: rng.Float64() * 50})
		g.Generators = append(g.Generators, plant(fmt.Sprint(i), i, 10+rng.Float64()*40, 60+rng.Float64()*60))
	}
	return g
}

// join puts two grids side by side.
func join(a, b *Grid) *Grid {
	g := &Grid{Name: a.Name + "+" + b.Name, BaseMVA: a.BaseMVA}
	off := len(a.Buses)
	g.Buses = append(append(g.Buses, a.Buses...), b.Buses...)
	for i := off; i < len(g.Buses); i++ {
		g.Buses[i].ID = "b" + g.Buses[i].ID
	}
	g.Branches = append(g.Branches, a.Branches...)
	g.Generators = append(g.Generators, a.Generators...)
	g.Loads = append(g.Loads, a.Loads...)
	for _, x := range b.Branches {
		x.ID, x.From, x.To = "b"+x.ID, x.From+off, x.To+off
		g.Branches = append(g.Branches, x)
	}
	for _, x := range b.Generators {
		x.ID, x.Bus = "b"+x.ID, x.Bus+off
		g.Generators = append(g.Generators, x)
	}
	for _, x := range b.Loads {
		x.Bus += off
		g.Loads = append(g.Loads, x)
	}
	return g
}

func TestCheckReports(t *testing.T) {
	for name, c := range map[string]struct {
		change func(g *Grid)
		rule   string
	}{
		"unknown bus":      {func(g *Grid) { g.Branches[0].To = 9 }, "power-unknown-bus"},
		"zero reactance":   {func(g *Grid) { g.Branches[0].X = 0 }, "zero-reactance"},
		"loop":             {func(g *Grid) { g.Branches[0].To = 0 }, "branch-loop"},
		"base":             {func(g *Grid) { g.BaseMVA = 0 }, "power-base"},
		"twice":            {func(g *Grid) { g.Buses[1].ID = "1" }, "power-bus-twice"},
		"rating":           {func(g *Grid) { g.Branches[0].RateA = -1 }, "negative-rating"},
		"angles":           {func(g *Grid) { g.Branches[0].AngMin, g.Branches[0].AngMax = 1, 0 }, "angle-bounds"},
		"output":           {func(g *Grid) { g.Generators[0].Pmin = 500 }, "output-bounds"},
		"concave":          {func(g *Grid) { g.Generators[0].Cost.C[2] = -1 }, "cost-shape"},
		"concave points":   {func(g *Grid) { g.Generators[0].Cost.Points = []Point{{0, 0}, {1, 5}, {2, 6}} }, "cost-shape"},
		"no bounds":        {func(g *Grid) { g.Generators[0].Cost.C[2], g.Generators[0].Pmax = 1, math.Inf(1) }, "cost-shape"},
		"not a number":     {func(g *Grid) { g.Loads[0].Demand = math.NaN() }, "power-number"},
		"MWh for MW":       {func(g *Grid) { g.Loads[0].Demand *= 8760 }, "power-scale"},
		"island":           {func(g *Grid) { g.Branches = g.Branches[:1] }, "island-without-plants"},
		"negative x noted": {func(g *Grid) { g.Branches[0].X = -0.05 }, "negative-reactance"},
	} {
		g := triangle()
		c.change(g)
		var l diag.List
		g.Check(&l)
		if l.Len() != 1 || l.All()[0].Rule.Name != c.rule {
			t.Errorf("%s: %v", name, l.All())
		}
		if l.Failed() {
			var input *InputError
			if _, err := Flow(g, Reactance); !errors.As(err, &input) || input.List.Len() != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	var l diag.List
	if triangle().Check(&l); l.Len() != 0 {
		t.Errorf("sound grid: %v", l.All())
	}
}
