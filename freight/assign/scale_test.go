package assign_test

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// A class that feels all times double is the same class whether it is alone or
// another without demand stands beside it: volumes, times of links, costs, prices,
// skims and logsums. Times of links are those of clocks.
func TestScaleAloneAndBeside(t *testing.T) {
	problem := func(beside bool) *assign.Problem {
		p := twoRoutes(t)
		p.Network.Toll = []float64{4, 0}
		p.Classes[0].Scale = []float64{2, 2}
		p.Classes[0].TollFactor = 1
		if beside {
			p.Classes = append(p.Classes, assign.Class{Name: "none", Demand: demand(t, 2)})
		}
		return p
	}
	plain := func(p *assign.Problem) {}
	for _, c := range []struct {
		name    string
		methods []assign.Method
		change  func(p *assign.Problem)
	}{
		{"plain", assign.Methods(), plain},
		{"limits", []assign.Method{assign.Equilibrium, assign.Optimum}, func(p *assign.Problem) { p.Network.Limit = []float64{40, math.Inf(1)} }},
		{"elastic", []assign.Method{assign.Equilibrium}, func(p *assign.Problem) {
			p.Classes[0].Elastic = &assign.Elastic{Slope: 0.01, Reference: []float64{20}}
		}},
		{"without congestion", assign.Methods(), func(p *assign.Problem) { p.Network.B = nil }},
		{"turns", assign.Methods(), func(p *assign.Problem) {
			p.Network = network(t, 3, 2, []link{linear(0, 2, 10, 0.1), linear(2, 1, 1, 0), linear(0, 1, 15, 0.05)})
			p.Network.Toll = []float64{4, 0, 0}
			p.Network.Turns = []assign.Turn{{From: 0, To: 1, Time: 3}}
			p.Classes[0].Scale = []float64{2, 2, 2}
		}},
	} {
		for _, m := range c.methods {
			s := assign.Settings{Method: m, Theta: 0.1, Gap: 1e-10, Iterations: 3000}
			if m == assign.Averages {
				s.Gap = 1e-4
			}
			p, q := problem(false), problem(true)
			c.change(p)
			c.change(q)
			a, b := solve(t, p, s), solve(t, q, s)
			what := c.name + ", " + string(m)
			ua, err := a.Skims(0)
			if err != nil {
				t.Fatal(err)
			}
			ub, err := b.Skims(0)
			if err != nil {
				t.Fatal(err)
			}
			for l := range a.Volume {
				near(t, what+": volume", a.Volume[l], b.Volume[l], 1e-6)
				near(t, what+": time", a.Time[l], b.Time[l], 1e-6)
				if a.Price != nil {
					near(t, what+": price", a.Price[l], b.Price[l], 1e-6)
				}
			}
			near(t, what+": cost", a.TSTT, b.TSTT, 1e-6)
			near(t, what+": skim", ua.Cost[1], ub.Cost[1], 1e-6)
			near(t, what+": time of the skim", ua.Time[1], ub.Time[1], 1e-6)
			if a.Logsum != nil {
				near(t, what+": logsum", a.Logsum[0][0], b.Logsum[0][0], 1e-6)
			} else {
				near(t, what+": objective", a.Objective, b.Objective, 1e-6)
			}
			free, slope := []float64{10, 15}, []float64{0.1, 0.05}
			if c.name == "plain" && m != assign.AllOrNothing && m != assign.Recursive {
				for l := range free {
					near(t, what+": time of link", a.Time[l], free[l]+slope[l]*a.Volume[l], 1e-12)
				}
			}
		}
	}
}

// Recursive logit weighs costs as the class feels them: shares of two ways of felt
// costs 2 x 10 + 4 and 2 x 15 at theta 0.1.
func TestScaleInLogit(t *testing.T) {
	for _, beside := range []bool{false, true} {
		p := twoRoutes(t)
		p.Network.Toll = []float64{4, 0}
		p.Classes[0].Scale, p.Classes[0].TollFactor = []float64{2, 2}, 1
		if beside {
			p.Classes = append(p.Classes, assign.Class{Name: "none", Demand: demand(t, 2)})
		}
		r := solve(t, p, assign.Settings{Method: assign.Recursive, Theta: 0.1})
		total := p.Classes[0].Demand.Total()
		a, b := math.Exp(-2.4), math.Exp(-3.0)
		near(t, "volume", r.Volume[0], total*a/(a+b), 1e-12)
		near(t, "logsum", r.Logsum[0][0], -math.Log(a+b)/0.1, 1e-12)
	}
}

// One class that feels links by different factors: times are those of clocks, the
// skim is what it feels. Two such classes under all-or-nothing each take the way
// that is cheapest as they feel it.
func TestScaleByLink(t *testing.T) {
	p := twoRoutes(t)
	p.Classes[0].Scale = []float64{2, 1}
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "time of link 0", r.Time[0], 10+0.1*r.Volume[0], 1e-12)
	near(t, "felt alike", 2*r.Time[0], r.Time[1], 1e-9)
	s, err := r.Skims(0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "skim", s.Cost[1], r.Time[1], 1e-9)

	p = twoRoutes(t)
	other := p.Classes[0]
	p.Classes[0].Scale = []float64{1, 9}
	other.Scale = []float64{9, 0}
	p.Classes = append(p.Classes, other)
	r = solve(t, p, assign.Settings{Method: assign.AllOrNothing})
	total := other.Demand.Total()
	if r.ClassFlow[0][0] != total || r.ClassFlow[1][1] != total || r.TSTT != 10*total {
		t.Errorf("flows %v, cost %v", r.ClassFlow, r.TSTT)
	}
	if r.Time[0] != 10 || r.Time[1] != 15 {
		t.Errorf("times %v, want 10 and 15", r.Time)
	}
}
