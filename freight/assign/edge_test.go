package assign_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// Links of no cost, also in a cycle, lose no flow.
func TestZeroCostLinks(t *testing.T) {
	n := network(t, 4, 2, []link{linear(0, 2, 0, 0), linear(2, 3, 0, 0), linear(3, 2, 0, 0), linear(3, 1, 0, 0), linear(0, 1, 0, 0)})
	for _, m := range []assign.Method{assign.AllOrNothing, assign.Equilibrium, assign.FrankWolfe} {
		r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 7})), assign.Settings{Method: m})
		conserved(t, r, 1e-15)
		if !r.Converged || r.RelativeGap != 0 || r.TSTT != 0 {
			t.Errorf("%s: gap %v, cost %v", m, r.RelativeGap, r.TSTT)
		}
	}
}

// Node 2 is a centroid that lies on the short way: barred, the long way is used.
func TestNoThrough(t *testing.T) {
	n := network(t, 4, 3, []link{linear(0, 2, 1, 0), linear(2, 1, 1, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0)})
	p := one(n, demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 1}, assign.Trip{From: 2, To: 1, Amount: 2}))
	for _, m := range []assign.Method{assign.AllOrNothing, assign.Equilibrium, assign.FrankWolfe, assign.Recursive} {
		n.NoThrough = nil
		if r := solve(t, p, assign.Settings{Method: m, Theta: 100}); r.Volume[2] > 1e-9 {
			t.Errorf("%s: the long way carries %v", m, r.Volume[2])
		}
		n.NoThrough = []bool{true, true, true, false}
		r := solve(t, p, assign.Settings{Method: m, Theta: 100})
		if math.Abs(r.Volume[2]-1) > 1e-9 || math.Abs(r.Volume[1]-2) > 1e-9 || r.Volume[0] != 0 {
			t.Errorf("%s: volumes %v, want 0 2 1 1", m, r.Volume)
		}
	}
}

func TestUnreachable(t *testing.T) {
	n := network(t, 3, 3, []link{linear(0, 1, 1, 0), linear(1, 2, 1, 1)})
	d := demand(t, 3, assign.Trip{From: 0, To: 2, Amount: 3}, assign.Trip{From: 2, To: 0, Amount: 4}, assign.Trip{From: 1, To: 1, Amount: 9})
	want := []assign.Unreachable{{Class: "all", From: 2, To: 0, Demand: 4}}
	for _, m := range assign.Methods() {
		r := solve(t, one(n, d), assign.Settings{Method: m, Theta: 1})
		if !slices.Equal(r.Unreachable, want) {
			t.Errorf("%s: unreachable %v, want %v", m, r.Unreachable, want)
		}
		if math.Abs(r.Volume[1]-3) > 1e-12 || !r.Converged {
			t.Errorf("%s: volumes %v, converged %v", m, r.Volume, r.Converged)
		}
	}
	if d.Intrazonal() != 9 {
		t.Errorf("intrazonal %v", d.Intrazonal())
	}
	empty := solve(t, one(n, demand(t, 3)), assign.Settings{})
	if !empty.Converged || empty.TSTT != 0 {
		t.Errorf("no demand: %+v", empty)
	}
}

// slow is a problem that successive averages do not solve in a few steps.
func slow(t failer) *assign.Problem {
	p := twoRoutes(t)
	p.Classes[0].Demand = demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 97.3})
	return p
}

func TestNotConvergedIsAResult(t *testing.T) {
	r := solve(t, slow(t), assign.Settings{Method: assign.Averages, Gap: 1e-12, Iterations: 3})
	if r.Converged || len(r.Iterations) != 3 || !(r.RelativeGap > 1e-12) {
		t.Errorf("converged %v after %d with gap %v", r.Converged, len(r.Iterations), r.RelativeGap)
	}
}

func TestRefusals(t *testing.T) {
	fresh := func() *assign.Problem { return twoRoutes(t) }
	for _, c := range []struct {
		name, want string
		change     func(p *assign.Problem, s *assign.Settings)
	}{
		{"method", "unknown method", func(p *assign.Problem, s *assign.Settings) { s.Method = "best" }},
		{"theta", "needs a dispersion theta", func(p *assign.Problem, s *assign.Settings) { s.Method = assign.Stochastic }},
		{"gap", "gap is -1", func(p *assign.Problem, s *assign.Settings) { s.Gap = -1 }},
		{"iterations", "iterations", func(p *assign.Problem, s *assign.Settings) { s.Iterations = -1 }},
		{"capacity", "link 1: Capacity is 0", func(p *assign.Problem, s *assign.Settings) { p.Network.Capacity[1] = 0 }},
		{"negative capacity", "link 0: Capacity is -5", func(p *assign.Problem, s *assign.Settings) { p.Network.Capacity[0] = -5 }},
		{"not a number", "link 0: Free is NaN", func(p *assign.Problem, s *assign.Settings) { p.Network.Free[0] = math.NaN() }},
		{"negative time", "link 1: Free is -1", func(p *assign.Problem, s *assign.Settings) { p.Network.Free[1] = -1 }},
		{"power", "link 1: Power is -1", func(p *assign.Problem, s *assign.Settings) { p.Network.Power[1] = -1 }},
		{"column", "Toll has 1 entries for 2 links", func(p *assign.Problem, s *assign.Settings) { p.Network.Toll = []float64{1} }},
		{"centroid", "zone 1: centroid is node 7", func(p *assign.Problem, s *assign.Settings) { p.Network.Centroid[1] = 7 }},
		{"class", "there is no class", func(p *assign.Problem, s *assign.Settings) { p.Classes = nil }},
		{"demand", "no demand", func(p *assign.Problem, s *assign.Settings) { p.Classes[0].Demand = nil }},
		{"network", "no network", func(p *assign.Problem, s *assign.Settings) { p.Network = nil }},
		{"slope", "slope of demand", func(p *assign.Problem, s *assign.Settings) {
			p.Classes[0].Elastic = &assign.Elastic{Reference: []float64{1}}
		}},
		{"limits", "does not do limits", func(p *assign.Problem, s *assign.Settings) {
			p.Network.Limit, s.Method = []float64{1, 1}, assign.FrankWolfe
		}},
		{"influence", "is not possible", func(p *assign.Problem, s *assign.Settings) {
			p.Network.Influences = []assign.Influence{{On: 0, From: 9, Weight: 1}}
		}},
	} {
		p, s := fresh(), assign.Settings{}
		c.change(p, &s)
		_, err := assign.Solve(context.Background(), p, s)
		var input *assign.InputError
		if !errors.As(err, &input) || !strings.Contains(strings.Join(input.Problems, "\n"), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := assign.NewDemand(2, []assign.Trip{{From: 0, To: 1, Amount: 1}, {From: 0, To: 1, Amount: 1}}); err == nil {
		t.Error("a pair given twice passes")
	}
	for _, bad := range []assign.Trip{{From: 0, To: 2}, {From: -1, To: 0}, {From: 0, To: 1, Amount: -1}, {From: 0, To: 1, Amount: math.NaN()}} {
		if _, err := assign.NewDemand(2, []assign.Trip{bad}); err == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := assign.Solve(ctx, slow(t), assign.Settings{Method: assign.Averages, Gap: 1e-15, Each: func(i assign.Iteration) {
		if i.Iteration == 5 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestSelectLinkAndSkims(t *testing.T) {
	// 0 -> 2 -> 1 with a toll, 0 -> 3 -> 1 without; 2 -> 1 shared with the demand of zone 2.
	n := network(t, 4, 3, []link{linear(0, 2, 1, 0), linear(2, 1, 2, 0), linear(0, 3, 5, 0), linear(3, 1, 5, 0)})
	n.Toll, n.Length = []float64{3, 0, 0, 0}, []float64{10, 20, 30, 40}
	p := one(n, demand(t, 3, assign.Trip{From: 0, To: 1, Amount: 1}, assign.Trip{From: 2, To: 1, Amount: 2}))
	p.Classes[0].TollFactor = 0.5
	rep, err := assign.Run(context.Background(), assign.Options{Problem: p, Settings: assign.Settings{Method: assign.AllOrNothing}, SelectLinks: []int32{1, 0}, Skims: true, ParseSeconds: 2})
	if err != nil {
		t.Fatal(err)
	}
	if s := rep.Selected[0]; s.Volume != 3 || !slices.Equal(s.Links, []float64{1, 3, 0, 0}) || len(s.Trips[0]) != 2 {
		t.Errorf("link 1: %+v", s)
	}
	if s := rep.Selected[1]; s.Volume != 1 || !slices.Equal(s.Trips[0], []assign.Trip{{From: 0, To: 1, Amount: 1}}) {
		t.Errorf("link 0: %+v", s)
	}
	s := rep.Skims[0]
	if s.Cost[0*3+1] != 4.5 || s.Time[0*3+1] != 3 || s.Toll[0*3+1] != 3 || s.Length[0*3+1] != 30 || !math.IsInf(s.Cost[1*3+0], 1) || s.Cost[4] != 0 {
		t.Errorf("skims %+v", s)
	}
	if rep.TSTT != 1*4.5+2*2 || *rep.Objective != rep.TSTT {
		t.Errorf("cost %v", rep.TSTT)
	}
	text, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"version":1`, `"method":"aon"`, `"objective":8.5`, `"relative_gap":0`, `"unreachable":[]`, `"parse_seconds":2`, `"peak_rss_bytes":`} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
	r := solve(t, p, assign.Settings{Method: assign.FrankWolfe})
	if _, err := r.SelectLink(0); !errors.Is(err, assign.ErrNoRoutes) {
		t.Errorf("error %v", err)
	}
	if _, err := rep.Result.SelectLink(99); err == nil {
		t.Error("link 99 passes")
	}
}

// Traffic outside the demand takes room: with 30 on link 0 ahead, times are
// 13 + v/10 and 15 + w/20, v = 140/3.
func TestPreload(t *testing.T) {
	p := twoRoutes(t)
	p.Network.Preload = []float64{30, 0}
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "volume", r.Volume[0], 140.0/3, 1e-10)
}

// A class that may not use a link stays off it, and pairs it leaves without a
// way are unreachable for that class only.
func TestClosedToAClass(t *testing.T) {
	p := twoRoutes(t)
	d := p.Classes[0].Demand
	p.Classes = []assign.Class{{Name: "any", Demand: d}, {Name: "second only", Demand: d, Closed: []bool{true, false}}, {Name: "none", Demand: d, Closed: []bool{true, true}}}
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	if r.ClassFlow[1][0] != 0 || math.Abs(r.ClassFlow[1][1]-100) > 1e-9 {
		t.Errorf("class 1 flows %v", r.ClassFlow[1])
	}
	if len(r.Unreachable) != 1 || r.Unreachable[0].Class != "none" {
		t.Errorf("unreachable %v", r.Unreachable)
	}
}
