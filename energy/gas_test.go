package energy

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
)

// onePipe is a supply, a pipe and a demand, with the figures of a line of 36 inch.
func onePipe() *GasNet {
	return &GasNet{
		Name: "one pipe", SoundSpeed: 370,
		Junctions: []Junction{{ID: "1", Pmin: 4e6, Pmax: 7e6}, {ID: "2", Pmin: 4e6, Pmax: 7e6}},
		Pipes:     []Pipe{{ID: "p", From: 0, To: 1, Diameter: 0.9, Length: 1e5, Friction: 0.01}},
		Supplies:  []Supply{{ID: "s", Junction: 0, Max: 1000, Free: true}},
		Demands:   []GasDemand{{ID: "d", Kind: "delivery", Junction: 1, Max: 800, Free: true, Priority: 1}},
	}
}

func gas(t *testing.T, g *GasNet, opt GasOptions) *GasReport {
	t.Helper()
	r, err := Gas(context.Background(), g, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// One pipe alone is exact: f = sqrt(w (7^2 - 4^2)) MPa with w = D A^2 / (lambda L a^2).
func TestOnePipe(t *testing.T) {
	need(t)
	g := onePipe()
	a := math.Pi * 0.81 / 4
	want := math.Sqrt(0.9 * a * a / (0.01 * 1e5 * 370 * 370) * 33e12)
	r := gas(t, g, GasOptions{Model: LinearRelaxation})
	if r.Status != "optimal" || math.Abs(*r.Objective-want) > 1e-6*want {
		t.Fatalf("%s %v, not %v", r.Status, r.Objective, want)
	}
	if math.Abs(r.Junctions[0].Pressure-7e6) > 1 || math.Abs(r.Junctions[1].Pressure-4e6) > 1 {
		t.Errorf("pressures %+v", r.Junctions)
	}
	if *r.TransportObjective != 800 || math.Abs(*r.Gap-(800-want)) > 1e-3 || !strings.Contains(strings.Join(r.Notes, ";"), "warning: without pressures") {
		t.Errorf("%v %v %q", *r.TransportObjective, *r.Gap, r.Notes)
	}
	g.Pipes[0].Capacity = 50
	if r = gas(t, g, GasOptions{}); *r.Objective != 50 || r.Flows[0].Price != 1 || r.Junctions[0].Value != 0 || r.Junctions[1].Value != 1 {
		t.Errorf("with an operational capacity: %v %+v %+v", *r.Objective, r.Flows, r.Junctions)
	}
	g.Pipes[0].Capacity, g.Pipes[0].From, g.Pipes[0].To, g.Pipes[0].OneWay = 0, 1, 0, true
	if r = gas(t, g, GasOptions{}); *r.Objective != 0 {
		t.Errorf("against the only way: %v", *r.Objective)
	}
}

func TestGasFixedDemand(t *testing.T) {
	need(t)
	g := onePipe()
	g.Pipes[0].Capacity = 50
	g.Demands = append(g.Demands, GasDemand{ID: "f", Kind: "delivery", Junction: 1, Nominal: 70})
	r := gas(t, g, GasOptions{})
	if r.Status != "infeasible" || !strings.Contains(r.Reason, "fixed demand of 70 at junctions 2") {
		t.Errorf("%s %q", r.Status, r.Reason)
	}
	weight := 10.0
	r = gas(t, g, GasOptions{Shed: &weight})
	if r.Status != "optimal" || r.Unserved != 20 || r.Fixed != 50 || r.Served != 0 || *r.Objective != -200 {
		t.Errorf("%+v", r)
	}
	b, err := json.Marshal(r)
	if err != nil || !strings.HasPrefix(string(b), `{"format":1,"kind":"gas"`) {
		t.Errorf("%v %.60s", err, b)
	}
	if _, err := Gas(context.Background(), g, GasOptions{Model: "magic"}); err == nil {
		t.Error("an unknown model was taken")
	}
	g.SoundSpeed = 0
	if _, err := Gas(context.Background(), g, GasOptions{Model: LinearRelaxation}); err == nil {
		t.Error("a relaxation without a speed of sound")
	}
	if r = gas(t, g, GasOptions{Shed: &weight}); !strings.Contains(strings.Join(r.Notes, ";"), "pressures were not considered") {
		t.Errorf("notes %q", r.Notes)
	}
}

// The hull holds the curve everywhere and touches it at the ends.
func TestLawHull(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	for trial := range 200 {
		lo := rng.Float64()*20 - 10
		hi := lo + rng.Float64()*15
		if trial%10 == 0 {
			hi = lo
		}
		size := 1 + lo*lo + hi*hi
		ends := map[bool][2]float64{}
		for _, h := range lawHull(lo, hi) {
			for k := range 101 {
				f := lo + (hi-lo)*float64(k)/100
				y, line := f*math.Abs(f), h.slope*f+h.base
				if (h.below && y < line-1e-12*size) || (!h.below && y > line+1e-12*size) {
					t.Fatalf("[%v, %v]: %+v cuts the curve at %v", lo, hi, h, f)
				}
			}
			e := ends[h.below]
			for k, f := range []float64{lo, hi} {
				if math.Abs(h.slope*f+h.base-f*math.Abs(f)) < 1e-9*size {
					e[k]++
				}
			}
			ends[h.below] = e
		}
		for below, e := range ends {
			if e[0] == 0 || e[1] == 0 {
				t.Errorf("[%v, %v]: the chain (below %v) misses an end", lo, hi, below)
			}
		}
	}
}

// A compressor of ratio 1.2 between two long pipes lifts what they carry, and the
// relaxation never exceeds transport.
func TestCompressorKinds(t *testing.T) {
	need(t)
	for _, direction := range []Direction{BothWays, ForwardOnly, ReverseBypass} {
		g := onePipe()
		g.Junctions = append(g.Junctions, Junction{ID: "3", Pmin: 4e6, Pmax: 7e6}, Junction{ID: "4", Pmin: 4e6, Pmax: 7e6})
		g.Pipes = append(g.Pipes, Pipe{ID: "q", From: 2, To: 3, Diameter: 0.9, Length: 1e5, Friction: 0.01})
		g.Demands[0].Junction = 3
		plain := gas(t, g, GasOptions{Model: LinearRelaxation})
		if *plain.Objective > 1e-6 {
			t.Fatalf("served %v without a way", *plain.Objective)
		}
		var last float64
		for _, ratio := range []float64{1, 1.2, 1.4} {
			g.Compressors = []Compressor{{ID: "c", From: 1, To: 2, RatioMin: 1, RatioMax: ratio, FlowMin: -1000, FlowMax: 1000, Direction: direction}}
			r := gas(t, g, GasOptions{Model: LinearRelaxation})
			if r.Status != "optimal" || *r.Objective < last-1e-6 || *r.Objective > *r.TransportObjective+1e-6 {
				t.Errorf("direction %d, ratio %v: %s %v after %v", direction, ratio, r.Status, *r.Objective, last)
			}
			last = *r.Objective
		}
		if last <= 0 {
			t.Errorf("direction %d serves nothing", direction)
		}
		if direction == ForwardOnly {
			// Ratio 1.4 from 7 to 4 MPa, lifted to 5.6: the first pipe loses 49 - pi, the
			// second 1.96 pi - 16, both f^2/w, so pi = 65/2.96.
			w := g.Pipes[0].Weymouth(370) * 1e12
			if want := math.Sqrt(w * (49 - 65/2.96)); last < want-1e-6 {
				t.Errorf("the relaxation serves %v, less than the exact %v", last, want)
			}
		}
	}
}

func TestGasCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(g *GasNet)
		rule   string
	}{
		"unknown junction": {func(g *GasNet) { g.Pipes[0].To = 7 }, "gas-unknown-junction"},
		"twice":            {func(g *GasNet) { g.Junctions[1].ID = "1" }, "gas-junction-twice"},
		"pressures cross":  {func(g *GasNet) { g.Junctions[0].Pmin = 8e6 }, "gas-bounds"},
		"negative length":  {func(g *GasNet) { g.Pipes[0].Length = -1 }, "gas-number"},
		"kPa for Pa":       {func(g *GasNet) { g.Junctions[0].Pmax = 7e9 }, "gas-plausible"},
		"mm for m":         {func(g *GasNet) { g.Pipes[0].Diameter = 900 }, "gas-plausible"},
		"m3 for kg":        {func(g *GasNet) { g.Demands[0].Nominal = 43200 }, "gas-plausible"},
		"flows cross":      {func(g *GasNet) { g.Supplies[0].Min = 2000 }, "gas-bounds"},
		"ratio":            {func(g *GasNet) { g.Compressors = []Compressor{{From: 0, To: 1, RatioMin: 2, RatioMax: 1}} }, "compression-ratio"},
		"no supply":        {func(g *GasNet) { g.Demands[0] = GasDemand{Kind: "delivery", Junction: 1, Nominal: 2000} }, "gas-no-supply"},
	} {
		g := onePipe()
		c.change(g)
		var l diag.List
		g.Check(&l)
		if l.Len() != 1 || l.All()[0].Rule.Name != c.rule {
			t.Errorf("%s: %v", name, l.All())
		}
		if l.Failed() {
			var input *InputError
			if _, err := Gas(context.Background(), g, GasOptions{}); !errors.As(err, &input) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
