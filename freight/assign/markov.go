package assign

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/graph"
)

// Recursive logit: at each node the next link is chosen by a logit over link
// cost plus expected cost to go (Akamatsu, Transportation Research B 30, 1996;
// Fosgerau, Frejinger, Karlstrom, Transportation Research B 56, 2013). For one
// destination d, dispersion theta and weights w_ij = sum over links of exp(-theta c)
//
//	z = W z + e_d    with row d of W empty: ways end on arrival
//	P(link a from i to j) = w_a z_j / z_i      expected cost = -ln(z_i)/theta
//
// It equals a logit over all ways, with loops, without listing them. Only ways
// that exist count: nodes that cannot be passed have no weight into them.
//
// Weights are taken relative to the cheapest cost to go u: exp(-theta (c + u_j -
// u_i)) <= 1. This changes no probability, no spectral radius, and lets costs be
// of any size. A solution exists when the spectral radius of W is below 1; that
// is checked for each destination by the pivots (see sparse.go), and otherwise a
// [*SpectralError] is returned: there are so many, or so cheap, round trips that
// their weights do not add up. A cycle of cost 0 is the plainest case.
//
// Cost: one backward tree and one factorisation a destination.

// pivotTolerance is the smallest pivot taken for positive. Pivots are at most 1.
const pivotTolerance = 1e-10

// powerSteps is the number of power iterations for the radius in the message.
const powerSteps = 500

// SpectralError says that recursive logit has no solution for a destination.
type SpectralError struct {
	Class  string
	Zone   int     // destination
	Theta  float64 // dispersion asked for
	Radius float64 // about the spectral radius of the weights
}

// Error gives radius and remedy.
func (e *SpectralError) Error() string {
	return fmt.Sprintf("assign: recursive logit has no solution towards zone %d of class %q: the weights of links at theta %g have spectral radius %.4g, "+
		"want below 1, so round trips weigh without bound; a larger theta or no cycles of cost near 0 are needed", e.Zone, e.Class, e.Theta, e.Radius)
}

// chain loads one destination at a time; it belongs to one goroutine.
type chain struct {
	g      *graph.Graph
	no     []bool
	f      *factor
	search *graph.Search
	weight []float64 // by link; 0 where no way uses it
	z, y   []float64 // by place
	links  []int32
}

func newChain(m *model, p *pattern) *chain {
	c := &chain{g: m.g, no: m.noThrough, f: newFactor(p), search: graph.NewSearch(m.g),
		weight: make([]float64, len(m.param)), z: make([]float64, p.n), y: make([]float64, p.n)}
	c.search.NoThrough = m.noThrough
	return c
}

// prepare solves for z towards node d; false when there is no solution.
func (c *chain) prepare(d int32, cost []float64, theta float64) bool {
	c.search.To(d, cost)
	for l := range c.weight {
		c.weight[l] = 0
		i, j := c.g.Tail(int32(l)), c.g.Head(int32(l))
		if i == d || (c.no != nil && c.no[j] && j != d) {
			continue
		}
		ui, uj := c.search.Dist(i), c.search.Dist(j)
		if math.IsInf(uj, 1) || math.IsInf(cost[l], 1) {
			continue
		}
		c.weight[l] = math.Exp(-theta * (cost[l] + uj - ui))
	}
	p := c.f.p
	clear(c.z)
	bad := c.f.compute(func(row int32, w []float64) {
		w[row] += 1
		c.links = c.g.Out(p.node[row], c.links[:0])
		for _, l := range c.links {
			x := c.weight[l]
			if x == 0 {
				continue
			}
			if j := c.g.Head(l); j == d {
				c.z[row] += x
			} else {
				w[p.place[j]] -= x
			}
		}
	}, pivotTolerance)
	if bad >= 0 {
		return false
	}
	c.f.solve(c.z)
	c.z[p.place[d]] = 1
	return true
}

// expected is the expected cost from node i to the prepared destination.
func (c *chain) expected(i int32, theta float64) float64 {
	return c.search.Dist(i) - math.Log(c.z[c.f.p.place[i]])/theta
}

// load adds to flow what leaves the origins set in c.y (by place, volumes) for
// the prepared destination, and clears c.y.
func (c *chain) load(flow []float64) {
	p := c.f.p
	for i, q := range c.y {
		if q != 0 {
			c.y[i] = q / c.z[i]
		}
	}
	c.f.solveT(c.y)
	for l, w := range c.weight {
		if w != 0 {
			flow[l] += c.y[p.place[c.g.Tail(int32(l))]] * w * c.z[p.place[c.g.Head(int32(l))]]
		}
	}
	clear(c.y)
}

// radius estimates the spectral radius of the weights by power iteration on
// I + W, which does not oscillate.
func (c *chain) radius(d int32) float64 {
	n := c.g.Nodes()
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	r := 0.0
	for range powerSteps {
		copy(y, x)
		for l, w := range c.weight {
			if j := c.g.Head(int32(l)); j != d {
				y[c.g.Tail(int32(l))] += w * x[j]
			}
		}
		r = 0
		for _, v := range y {
			r = math.Max(r, v)
		}
		for i := range y {
			x[i] = y[i] / r
		}
	}
	return r - 1
}
