package assign_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// Costs beyond numbers are refused by name: added to others they would close links
// that are open, or make gaps that are no number.
func TestCostsBeyondNumbers(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(p *assign.Problem)
	}{
		{"capacity", "link 1: ", func(p *assign.Problem) { p.Network.Capacity[1] = 1e-310 }},
		{"no demand", "link 1: ", func(p *assign.Problem) {
			p.Network.Capacity[1] = 1e-310
			p.Classes[0].Demand = demand(t, 2)
		}},
		{"power", "link 0: ", func(p *assign.Problem) { p.Network.Power[0], p.Network.Capacity[0] = 1e6, 1 }},
		{"time", "link 1: ", func(p *assign.Problem) { p.Network.Free[1] = 1e308 }},
		{"times together", "links together", func(p *assign.Problem) {
			p.Network.B = nil
			p.Network.Free = []float64{1e306, 1e306}
		}},
		{"toll", "link 0: ", func(p *assign.Problem) {
			p.Network.Toll, p.Classes[0].TollFactor = []float64{1e200, 0}, 1e200
		}},
		{"scale", "link 0: ", func(p *assign.Problem) { p.Classes[0].Scale = []float64{1e308, 1} }},
		{"elastic", "class 0, pair 0: ", func(p *assign.Problem) {
			p.Classes[0].Elastic = &assign.Elastic{Exponential: true, Slope: 100, Reference: []float64{30}}
		}},
		{"influence", "link 0: ", func(p *assign.Problem) {
			p.Network.Influences = []assign.Influence{{On: 0, From: 1, Weight: 1e308}}
		}},
		{"demand", "link 0: ", func(p *assign.Problem) {
			p.Classes[0].Demand = demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1e200})
		}},
	} {
		p := twoRoutes(t)
		c.change(p)
		for _, m := range assign.Methods() {
			if m != assign.Equilibrium && (p.Classes[0].Elastic != nil || p.Network.Influences != nil) {
				continue // refused for another reason
			}
			_, err := assign.Solve(context.Background(), p, assign.Settings{Method: m, Theta: 1})
			var input *assign.InputError
			if !errors.As(err, &input) || !strings.Contains(strings.Join(input.Problems, "\n"), c.want) {
				t.Errorf("%s, %s: error %v, want %q", c.name, m, err, c.want)
			}
		}
	}
	p := twoRoutes(t)
	p.Network.Free[1] = math.Inf(1) // a closed link is none of these
	solve(t, p, assign.Settings{})
}

// A time of -0, as a file may have it, is 0: labels are compared by their bits.
func TestNegativeZero(t *testing.T) {
	zero := math.Copysign(0, -1)
	for _, noThrough := range [][]bool{nil, {true, true, false}} {
		n := network(t, 3, 2, []link{linear(0, 2, zero, 0), linear(2, 1, zero, 0), linear(0, 1, 5, 0)})
		n.NoThrough = noThrough
		for _, m := range []assign.Method{assign.AllOrNothing, assign.Equilibrium} {
			r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 3})), assign.Settings{Method: m})
			if r.Volume[0] != 3 || r.Volume[2] != 0 || r.TSTT != 0 {
				t.Errorf("%s, barred %v: volumes %v, cost %v", m, noThrough, r.Volume, r.TSTT)
			}
		}
	}
}
