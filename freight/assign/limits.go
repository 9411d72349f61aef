package assign

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/graph"
)

// Hard limits by the augmented Lagrangian (Larsson and Patriksson,
// Transportation Research B 29, 1995). Link l gets the extra time
//
//	max(0, price + rho (volume - limit))
//
// and after each solve the price becomes that extra time. With costs that do not
// depend on volume this is the proximal method on a linear programme, which ends
// after finitely many steps. It stops when the prices stand still, measured as
// the volume they answer to: |change of price| / rho <= tolerance x limit, which
// bounds both the excess over limits and the slack under limits that have a price.
// The price of a limit is its shadow price: what one more unit of it would save.

const (
	rhoGrowth  = 4.0  // rho grows so much when a step does not halve the excess
	rhoStart   = 1.0  // rho starts at this times mean time of a limited link over mean limit
	limitFloor = 1e-3 // limits below this share of the mean limit count as so large when an excess is measured
	rhoMost    = 1e4  // growth ends at this times the start: beyond, rounding rules
)

type limits struct {
	m         *model
	last      float64
	start     float64
	meanLimit float64
}

func newLimits(m *model) *limits {
	lim := &limits{m: m, last: math.Inf(1)}
	if m.limit == nil {
		return lim
	}
	times, limit, n := 0.0, 0.0, 0.0
	for l, x := range m.limit {
		if m.limited(l) {
			times += m.param[l].t0
			limit += x
			n++
		}
	}
	lim.meanLimit = 1
	if limit > 0 {
		lim.meanLimit = limit / n
	}
	if times == 0 {
		times = n
	}
	if n > 0 {
		m.rho = rhoStart * (times / n) / lim.meanLimit
	}
	lim.start = m.rho
	m.evalAll()
	return lim
}

// limited says whether link l has a limit that may have a price: one without a
// limit, or closed to everybody, has none.
func (m *model) limited(l int) bool {
	return !math.IsInf(m.limit[l], 1) && !math.IsInf(m.param[l].t0, 1)
}

// startPrices begins with the prices of another solution, where limits still are.
func (m *model) startPrices(price []float64) {
	if m.limit == nil || price == nil {
		return
	}
	for l, x := range price {
		if m.limited(l) {
			m.price[l] = x
		}
	}
}

// excess is the largest volume over a limit relative to the limit.
func (lim *limits) excess() float64 {
	m, most := lim.m, 0.0
	for l, x := range m.limit {
		if over := m.vol[l] - m.pre[l] - x; over > 0 {
			most = math.Max(most, over/lim.scale(l))
		}
	}
	return most
}

// scale is what an excess over the limit of link l is measured by: the limit, or
// for limits near 0 a small part of the mean limit.
func (lim *limits) scale(l int) float64 {
	return math.Max(lim.m.limit[l], limitFloor*lim.meanLimit)
}

// update sets the prices anew and says whether they stood still.
func (lim *limits) update(tolerance float64) bool {
	m, worst := lim.m, 0.0
	for l, x := range m.limit {
		if !m.limited(l) {
			continue
		}
		price := math.Max(0, m.price[l]+m.rho*(m.vol[l]-m.pre[l]-x))
		worst = math.Max(worst, math.Abs(price-m.price[l])/m.rho/lim.scale(l))
		m.price[l] = price
	}
	if worst > lim.last/2 && m.rho < rhoMost*lim.start {
		m.rho *= rhoGrowth
	}
	lim.last = worst
	return worst <= tolerance
}

// InfeasibleError says that hard limits cannot carry the demand, with the cut
// that proves it.
type InfeasibleError struct {
	// Zone is the origin or destination (Into) whose demand does not get through,
	// -1 when it is the demand of all pairs together.
	Zone    int
	Into    bool
	Demand  float64 // volume
	Carried float64 // the most that passes the cut
	Cut     []int32 // links of the cut
}

// Error names the demand, the cut and what it carries.
func (e *InfeasibleError) Error() string {
	who := "all demand together"
	if e.Zone >= 0 && e.Into {
		who = fmt.Sprintf("the demand into zone %d", e.Zone)
	} else if e.Zone >= 0 {
		who = fmt.Sprintf("the demand from zone %d", e.Zone)
	}
	return fmt.Sprintf("assign: %s is a volume of %g, but the limits of links %v let only %g through", who, e.Demand, e.Cut, e.Carried)
}

// feasibilityTolerance is the relative shortfall below which a cut is taken for
// rounding.
const feasibilityTolerance = 1e-9

// feasible looks for a cut that proves the limits too tight: for each origin
// alone, each destination alone, and all pairs as if goods were alike. These are
// necessary conditions; several commodities may be infeasible although all hold,
// and then the prices do not settle and the result is not converged.
func feasible(p *Problem) error {
	n := p.Network
	zones := len(n.Centroid)
	from, into := make([]float64, zones), make([]float64, zones)
	type cell struct {
		from, to int32
		volume   float64
	}
	var cells []cell
	for k := range p.Classes {
		c := &p.Classes[k]
		if c.Elastic != nil {
			continue // whatever does not get through is not served
		}
		reach := make([][]bool, zones)
		open := make([]bool, n.Graph.Links())
		for l := range open {
			open[l] = !(c.Closed != nil && c.Closed[l]) && !math.IsInf(n.Free[l], 1)
		}
		for _, t := range c.Demand.Trips(nil) {
			if reach[t.From] == nil {
				reach[t.From] = n.Graph.Reach([]int32{n.Centroid[t.From]}, open, n.NoThrough, false)
			}
			if !reach[t.From][n.Centroid[t.To]] {
				continue // reported as unreachable, not as rationed
			}
			v := t.Amount * c.equivalent()
			from[t.From] += v
			into[t.To] += v
			cells = append(cells, cell{t.From, t.To, v})
		}
	}
	// A source node and a target node are joined to the centroids by links whose
	// capacity is the demand.
	links, nodes := n.Graph.Links(), n.Graph.Nodes()
	tail, head := make([]int32, 0, links+2*zones), make([]int32, 0, links+2*zones)
	for l := int32(0); int(l) < links; l++ {
		tail, head = append(tail, n.Graph.Tail(l)), append(head, n.Graph.Head(l))
	}
	for _, v := range n.Centroid {
		tail, head = append(tail, int32(nodes)), append(head, v)
	}
	for _, v := range n.Centroid {
		tail, head = append(tail, v), append(head, int32(nodes+1))
	}
	g, err := graph.New(nodes+2, tail, head)
	if err != nil {
		return fmt.Errorf("assign: checking limits: %w", err)
	}
	capacity := make([]float64, links+2*zones)
	copy(capacity, n.Limit)
	for l, t := range n.Free {
		if math.IsInf(t, 1) {
			capacity[l] = 0
		}
	}
	try := func(zone int, isInto bool, out, in []float64) error {
		copy(capacity[links:], out)
		copy(capacity[links+zones:], in)
		var demand sum
		for _, v := range out {
			demand.add(v)
		}
		f := g.MaxFlow(graph.FlowProblem{Sources: []int32{int32(nodes)}, Targets: []int32{int32(nodes + 1)}, Link: capacity})
		if f.Value >= demand.value()*(1-feasibilityTolerance) {
			return nil
		}
		e := &InfeasibleError{Zone: zone, Into: isInto, Demand: demand.value(), Carried: f.Value}
		for _, l := range f.CutLinks {
			if int(l) < links {
				e.Cut = append(e.Cut, l)
			}
		}
		return e
	}
	out, in := make([]float64, zones), make([]float64, zones)
	for z := 0; z < zones; z++ {
		for _, isInto := range []bool{false, true} {
			clear(out)
			clear(in)
			for _, c := range cells {
				if !isInto && int(c.from) == z || isInto && int(c.to) == z {
					out[c.from] += c.volume
					in[c.to] += c.volume
				}
			}
			if err := try(z, isInto, out, in); err != nil {
				return err
			}
		}
	}
	return try(-1, false, from, into)
}
