package assign

import (
	"math"

	"github.com/astara-corridors/astara/graph"
)

// model is a problem compiled for the inner loops: flat arrays by link, no
// interfaces. All costs are in time; class k pays now[l].t + fixed[k][l].
type model struct {
	g         *graph.Graph
	noThrough []bool
	param     []param
	now       []state   // time and slope at vol
	vol       []float64 // volume, Preload and influences included
	pre       []float64 // the part of vol that is not the demand's
	fixed     [][]float64
	hasFixed  []bool // class pays something fixed, or may not use some link
	congested bool   // some time depends on volume
	steep     bool   // some time rises without bound at the start: Newton steps from there lead nowhere

	// Hard limits by the augmented Lagrangian: the extra time of link l is
	// max(0, price[l] + rho (vol - pre - limit[l])). nil without limits.
	limit, price []float64
	rho          float64
}

type state struct{ t, d float64 }

// param is the time function t0 + tb (v inv)^power of one link.
type param struct {
	t0, tb, inv, power float64
	kind               uint8
}

const (
	kindConstant uint8 = iota
	kindLinear
	kindFour
	kindWhole // whole power above 1
	kindReal
)

// wholePowerLimit is the largest power computed by repeated multiplication.
const wholePowerLimit = 64

// compile builds the model of a symmetric problem; marginal multiplies B by
// 1 + power, which turns times into marginal times:
// d/dv (v t(v)) = free (1 + B (1 + power) (v/capacity)^power).
func compile(p *Problem, marginal bool) *model {
	n := p.Network
	links := n.Graph.Links()
	m := &model{
		g: n.Graph, noThrough: n.NoThrough,
		param: make([]param, links), now: make([]state, links),
		vol: make([]float64, links), pre: make([]float64, links),
	}
	copy(m.pre, n.Preload)
	single := p.felt()
	for l := range m.param {
		q := param{t0: n.Free[l]}
		if single && p.Classes[0].Scale != nil && !math.IsInf(q.t0, 1) {
			q.t0 *= p.Classes[0].Scale[l]
		}
		if n.B != nil && n.B[l] > 0 && q.t0 > 0 && !math.IsInf(q.t0, 1) {
			q.tb, q.power, q.inv = q.t0*n.B[l], n.Power[l], 1/n.Capacity[l]
			if marginal {
				q.tb *= 1 + q.power
			}
			switch {
			case q.power == 0 || math.IsInf(n.Capacity[l], 1):
				if q.power == 0 {
					q.t0 += q.tb
				}
				q.tb = 0
			case q.power == 1:
				q.kind = kindLinear
			case q.power == 4:
				q.kind = kindFour
			case q.power == math.Trunc(q.power) && q.power <= wholePowerLimit:
				q.kind = kindWhole
			default:
				q.kind = kindReal
			}
			m.congested = m.congested || q.kind != kindConstant
			m.steep = m.steep || q.kind == kindReal && q.power < 1
		}
		m.param[l] = q
	}
	for k := range p.Classes {
		f, any := fixedCosts(n, &p.Classes[k], single)
		m.fixed = append(m.fixed, f)
		m.hasFixed = append(m.hasFixed, any)
	}
	if n.Limit != nil {
		for _, x := range n.Limit {
			if !math.IsInf(x, 1) {
				m.limit = n.Limit
				m.price = make([]float64, links)
				m.congested = true
				break
			}
		}
	}
	m.reset()
	return m
}

// scaleOf returns the one factor with which a class feels delay; symmetric
// problems have no more than one.
func scaleOf(n *Network, c *Class) float64 {
	for l, x := range c.Scale {
		if n.B != nil && n.B[l] > 0 {
			return x
		}
	}
	return 1
}

// felt says whether costs are counted as the one class of p feels them: where its
// factor differs between congested links, or is 0 on some. Otherwise the cost of a
// class is divided by its one factor, whether it is alone or not.
func (p *Problem) felt() bool {
	if len(p.Classes) != 1 || p.Classes[0].Scale == nil || p.Network.B == nil {
		return false
	}
	lowest, highest := math.Inf(1), 0.0
	for l, x := range p.Classes[0].Scale {
		if p.Network.B[l] > 0 {
			lowest, highest = math.Min(lowest, x), math.Max(highest, x)
		}
	}
	return lowest == 0 || highest > lowest
}

// clock is the time of each link at the present volumes as clocks have it: not as
// a class feels it, and without prices of limits.
func (p *Problem) clock(m *model) []float64 {
	if p.felt() {
		plain := compile(&Problem{Network: withoutLimits(p.Network), Classes: []Class{{Demand: p.Classes[0].Demand}}}, false)
		copy(plain.vol, m.vol)
		plain.evalAll()
		m = plain
	}
	return times(m)
}

// fixedCosts returns what a class pays beyond the common time, divided by the
// class's scale, +Inf where it may not go.
func fixedCosts(n *Network, c *Class, single bool) (fixed []float64, any bool) {
	fixed = make([]float64, n.Graph.Links())
	scale := 1.0
	if !single {
		scale = scaleOf(n, c)
	}
	for l := range fixed {
		x := 0.0
		if n.Toll != nil {
			x += c.TollFactor * n.Toll[l]
		}
		if n.Length != nil {
			x += c.DistanceFactor * n.Length[l]
		}
		x /= scale
		if !single && c.Scale != nil && !(n.B != nil && n.B[l] > 0) {
			x += (c.Scale[l]/scale - 1) * n.Free[l]
		}
		if c.Closed != nil && c.Closed[l] || math.IsInf(n.Free[l], 1) {
			x = math.Inf(1)
		}
		fixed[l] = x
		any = any || x != 0
	}
	return fixed, any
}

// reset takes the demand's volume off all links.
func (m *model) reset() {
	copy(m.vol, m.pre)
	m.evalAll()
}

func (m *model) evalAll() {
	for l := range m.now {
		m.eval(int32(l))
	}
}

// eval refreshes time and slope of a link after its volume changed.
func (m *model) eval(l int32) {
	t, d := m.at(l, m.vol[l])
	m.now[l] = state{t, d}
}

// at returns time and slope of link l at volume v. Rounding may leave a volume
// a hair below 0; it counts as 0.
func (m *model) at(l int32, v float64) (t, d float64) {
	q := &m.param[l]
	if v < 0 {
		v = 0
	}
	switch q.kind {
	case kindConstant:
		t = q.t0
	case kindLinear:
		d = q.tb * q.inv
		t = q.t0 + d*v
	case kindFour:
		x := v * q.inv
		x3 := x * x * x
		t, d = q.t0+q.tb*(x3*x), 4*q.tb*q.inv*x3
	case kindWhole:
		x := v * q.inv
		y := wholePower(x, int(q.power)-1)
		t, d = q.t0+q.tb*(y*x), q.power*q.tb*q.inv*y
	default:
		x := v * q.inv
		t = q.t0 + q.tb*math.Pow(x, q.power)
		if x > 0 {
			d = q.power * q.tb * q.inv * math.Pow(x, q.power-1)
		} else if q.power < 1 {
			d = math.MaxFloat64 // the true slope is infinite
		}
	}
	if m.limit != nil {
		if over := m.price[l] + m.rho*(v-m.pre[l]-m.limit[l]); over > 0 {
			t += over
			d += m.rho
		}
	}
	return t, d
}

func wholePower(x float64, n int) float64 {
	y := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}

// area is the integral of the time of link l, limits left out, from 0 to v.
func (m *model) area(l int, v float64) float64 {
	q := &m.param[l]
	a := q.t0 * v
	if q.kind == kindConstant || v <= 0 {
		return a
	}
	y := 0.0
	if q.kind == kindReal {
		y = math.Pow(v*q.inv, q.power)
	} else {
		y = wholePower(v*q.inv, int(q.power))
	}
	return a + q.tb*v*y/(q.power+1)
}

// classCost fills cost with what class k pays on each link now.
func (m *model) classCost(k int, cost []float64) {
	fixed := m.fixed[k]
	for l := range cost {
		cost[l] = m.now[l].t + fixed[l]
	}
}
