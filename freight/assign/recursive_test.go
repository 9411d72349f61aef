package assign_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
)

// Without cycles recursive logit is a logit over routes: costs 1 and 2 at theta
// 1 give 1/(1+1/e). The expected cost is -ln(e^-1 + e^-2).
func TestRecursiveLogitIsLogit(t *testing.T) {
	n := network(t, 3, 2, []link{linear(0, 1, 1, 0), linear(0, 2, 0, 0), linear(2, 1, 2, 0)})
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 10})), assign.Settings{Method: assign.Recursive, Theta: 1})
	near(t, "flow", r.Volume[0], 10/(1+math.Exp(-1)), 1e-14)
	near(t, "flow of the second", r.Volume[2], 10/(1+math.E), 1e-14)
	near(t, "expected cost", r.Logsum[0][0], -math.Log(math.Exp(-1)+math.Exp(-2)), 1e-14)
	conserved(t, r, 1e-14)
}

// With a cycle 0 -> 2 -> 0 beside the link 0 -> 1 the ways are k rounds and then
// the link: weights w^k a. With round cost 3 and theta 1 the mean number of
// rounds is w/(1-w), w = e^-3.
func TestRecursiveLogitWithCycle(t *testing.T) {
	n := network(t, 3, 2, []link{linear(0, 1, 1, 0), linear(0, 2, 1, 0), linear(2, 0, 2, 0)})
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1})), assign.Settings{Method: assign.Recursive, Theta: 1})
	w := math.Exp(-3)
	near(t, "rounds", r.Volume[1], w/(1-w), 1e-14)
	near(t, "arrivals", r.Volume[0], 1, 1e-14)
}

// Two cycles of cost 0.1 through node 0 weigh 2 e^-0.1 > 1 at theta 1: refused.
// At theta 10 they weigh 2 e^-1 < 1.
func TestRecursiveLogitRefused(t *testing.T) {
	links := []link{linear(0, 1, 1, 0), linear(0, 2, 0.1, 0), linear(2, 0, 0, 0), linear(0, 2, 0.1, 0)}
	p := one(network(t, 3, 2, links), demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1}))
	_, err := assign.Solve(context.Background(), p, assign.Settings{Method: assign.Recursive, Theta: 1})
	var spectral *assign.SpectralError
	if !errors.As(err, &spectral) {
		t.Fatalf("error is %v", err)
	}
	// W has 0 -> 2 with 2 e^-0.1 and 2 -> 0 with 1: radius sqrt(2 e^-0.1).
	near(t, "radius", spectral.Radius, math.Sqrt(2*math.Exp(-0.1)), 1e-6)
	if spectral.Zone != 1 || spectral.Theta != 1 {
		t.Errorf("%+v", spectral)
	}
	solve(t, p, assign.Settings{Method: assign.Recursive, Theta: 10})
}

// Costs far beyond the range of exp are no obstacle.
func TestRecursiveLogitLargeCosts(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 1e6, 0), linear(0, 1, 1e6+1, 0)})
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 1})), assign.Settings{Method: assign.Recursive, Theta: 1})
	near(t, "flow", r.Volume[0], 1/(1+math.Exp(-1)), 1e-12)
}

// Stochastic equilibrium on two routes: v solves v = 100/(1 + exp(theta (t1-t2))).
func TestStochasticEquilibrium(t *testing.T) {
	p := twoRoutes(t)
	const theta = 0.3
	r := solve(t, p, assign.Settings{Method: assign.Stochastic, Theta: theta, Gap: 1e-10})
	if !r.Converged {
		t.Fatalf("residual %g", r.RelativeGap)
	}
	lo, hi := 0.0, 100.0
	for range 200 {
		v := (lo + hi) / 2
		if 100/(1+math.Exp(theta*(10+v/10-15-(100-v)/20))) > v {
			lo = v
		} else {
			hi = v
		}
	}
	near(t, "volume", r.Volume[0], lo, 1e-8)
}

// On random networks loads conserve and equal the sum of walks by repeated
// multiplication.
func TestRecursiveLogitAgainstWalks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		links, nodes, zones := drawNetwork(t)
		trips := drawTrips(t, zones)
		n := network(t, nodes, zones, links)
		barred := rapid.Bool().Draw(t, "barred")
		if barred {
			n.NoThrough = make([]bool, nodes)
			n.NoThrough[0] = true
		}
		const theta = 2.0
		r := solve(t, one(n, demand(t, zones, trips...)), assign.Settings{Method: assign.Recursive, Theta: theta})
		conserved(t, r, 1e-10)
		want := make([]float64, len(links))
		for d := range int32(zones) {
			walks(links, nodes, d, n.NoThrough, theta, trips, want)
		}
		for l := range want {
			if math.Abs(want[l]-r.Volume[l]) > 1e-9*(1+want[l]) {
				t.Fatalf("link %d: %v, walks give %v", l, r.Volume[l], want[l])
			}
		}
	})
}

// walks adds the flow towards d found by iterating values and then flows.
func walks(links []link, nodes int, d int32, barred []bool, theta float64, trips []assign.Trip, flow []float64) {
	const rounds = 20000
	no := func(v int32) bool { return barred != nil && barred[v] && v != d }
	z := make([]float64, nodes)
	for range rounds {
		next := make([]float64, nodes)
		next[d] = 1
		for _, k := range links {
			if k.from != d && !no(k.to) {
				next[k.from] += math.Exp(-theta*k.free) * z[k.to]
			}
		}
		change := 0.0
		for i := range z {
			change = math.Max(change, math.Abs(next[i]-z[i])/math.Max(next[i], 1e-300))
		}
		z = next
		if change < 1e-15 {
			break
		}
	}
	at := make([]float64, nodes)
	for _, t := range trips {
		if t.To == d {
			at[t.From] += t.Amount
		}
	}
	for range rounds {
		next := make([]float64, nodes)
		moving := 0.0
		for l, k := range links {
			if k.from != d && !no(k.to) && at[k.from] > 0 {
				f := at[k.from] * math.Exp(-theta*k.free) * z[k.to] / z[k.from]
				flow[l] += f
				next[k.to] += f
				if k.to != d {
					moving += f
				}
			}
		}
		at = next
		at[d] = 0
		if moving < 1e-14 {
			break
		}
	}
}
