package energy

import (
	"math"
	"time"

	"github.com/astara-corridors/astara/internal/ldl"
)

// Format is the number of the report formats of this package.
const Format = 1

// Run holds what differs from run to run.
type Run struct {
	Seconds float64 `json:"seconds"`
}

// Island is a connected part of the grid.
type Island struct {
	Reference string  `json:"reference"` // bus of angle 0
	Buses     int     `json:"buses"`
	Branches  int     `json:"branches"`
	Demand    float64 `json:"demand_mw"` // with shunts
	Capacity  float64 `json:"capacity_mw"`
	// Spread is the difference of demand and scheduled supply that was spread over the
	// generators in service by their largest output; MW, positive when they had to
	// give more. Only in flow reports.
	Spread float64 `json:"spread_mw,omitempty"`
	// Unserved is demand of an island without supply.
	Unserved float64 `json:"unserved_mw,omitempty"`
}

// BranchFlow is a branch in a report.
type BranchFlow struct {
	ID     string  `json:"id"`
	From   string  `json:"from"`
	To     string  `json:"to"`
	Flow   float64 `json:"flow_mw"`
	Rating float64 `json:"rating_mw,omitempty"` // 0: unlimited
	// Price is what one more MW of the binding rating or angle bound would save per
	// hour. Only in dispatch reports.
	Price float64 `json:"price,omitempty"`
}

// BusState is a bus in a report.
type BusState struct {
	ID        string  `json:"id"`
	Angle     float64 `json:"angle_deg"`
	Injection float64 `json:"injection_mw"`    // supply less served demand
	Price     float64 `json:"price,omitempty"` // per MWh; only in dispatch reports
	Shed      float64 `json:"shed_mw,omitempty"`
}

// FlowReport is a DC power flow.
type FlowReport struct {
	Format      int          `json:"format"`
	Kind        string       `json:"kind"` // "power-flow"
	Grid        string       `json:"grid"`
	Susceptance Susceptance  `json:"susceptance"`
	Islands     []Island     `json:"islands"`
	Buses       []BusState   `json:"buses"`
	Branches    []BranchFlow `json:"branches"` // in service
	Overloads   []string     `json:"overloads"`
	Notes       []string     `json:"notes"`
	Correction  float64      `json:"correction"` // of the linear solve, relative
	Run         Run          `json:"run"`
}

// Flow solves the DC power flow of a grid's own schedule. Each island has its own
// reference; where its scheduled supply and demand differ, the difference is spread
// over its generators by largest output and reported. An island without supply serves
// nothing; its demand is reported as unserved. The error is an *[InputError] or
// *[SingularError].
func Flow(g *Grid, s Susceptance) (*FlowReport, error) {
	begin := time.Now()
	s, err := ParseSusceptance(string(s))
	if err != nil {
		return nil, err
	}
	n, err := newNetwork(g, s)
	if err != nil {
		return nil, err
	}
	if err := n.factorise(); err != nil {
		return nil, err
	}
	r := &FlowReport{Format: Format, Kind: "power-flow", Grid: g.Name, Susceptance: s, Notes: n.notes(), Overloads: []string{}}
	r.Islands = n.describe()
	injection := n.schedule(r.Islands)
	flow, theta, correction := n.solve(injection, n.factor.NewWork())
	r.Correction = correction
	for i, live := range n.live {
		if live {
			r.Buses = append(r.Buses, BusState{ID: g.Buses[i].ID, Angle: theta[i] * degrees, Injection: injection[i]})
		}
	}
	for k, f := range flow {
		b := n.report(k, f)
		r.Branches = append(r.Branches, b)
		if b.Rating > 0 && math.Abs(f) > b.Rating*(1+ratingSlack) {
			r.Overloads = append(r.Overloads, b.ID)
		}
	}
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// ratingSlack is the relative excess over a rating that counts as rounding.
const ratingSlack = 1e-7

// solve returns flows (one an in-service branch) and angles (one a bus) for injections
// in MW, phase shifts included.
func (n *network) solve(injection []float64, w *ldl.Work) (flow, theta []float64, correction float64) {
	net := append([]float64(nil), injection...)
	for k, phi := range n.shift {
		if phi != 0 {
			// A shift acts like an injection of b phi at the from end, taken out at the to end.
			net[n.from[k]] += float64(n.b[k] * phi)
			net[n.to[k]] -= float64(n.b[k] * phi)
		}
	}
	theta = make([]float64, len(n.live))
	correction = n.angles(theta, net, w)
	flow = make([]float64, len(n.b))
	for k := range flow {
		flow[k] = n.b[k] * (theta[n.from[k]] - theta[n.to[k]] - n.shift[k])
	}
	return flow, theta, correction
}

// describe lists the islands with demand and capacity.
func (n *network) describe() []Island {
	out := make([]Island, len(n.islands))
	for k, x := range n.islands {
		out[k] = Island{Reference: n.g.Buses[x.reference].ID, Buses: x.buses, Branches: x.branches}
	}
	for i, b := range n.g.Buses {
		if k := n.island[i]; k >= 0 {
			out[k].Demand += b.Shunt
		}
	}
	for _, d := range n.g.Loads {
		if k := n.island[d.Bus]; k >= 0 {
			out[k].Demand += d.Demand
		}
	}
	for _, x := range n.g.Generators {
		if k := n.island[x.Bus]; k >= 0 && !x.Out {
			out[k].Capacity += x.Pmax
		}
	}
	return out
}

// schedule returns the balanced injections of the grid's own schedule and writes what
// it spread into the islands.
func (n *network) schedule(islands []Island) []float64 {
	injection := make([]float64, len(n.live))
	supplied := make([]bool, len(islands))
	for i, b := range n.g.Buses {
		injection[i] -= b.Shunt
	}
	for _, d := range n.g.Loads {
		injection[d.Bus] -= d.Demand
	}
	weight, count := make([]float64, len(islands)), make([]float64, len(islands))
	for _, x := range n.g.Generators {
		if k := n.island[x.Bus]; !x.Out && k >= 0 {
			injection[x.Bus] += x.P
			weight[k] += max(x.Pmax, 0)
			count[k]++
			supplied[k] = true
		}
	}
	for _, x := range n.g.Links {
		if kf, kt := n.island[x.From], n.island[x.To]; !x.Out && kf >= 0 && kt >= 0 {
			injection[x.From] -= x.P
			injection[x.To] += x.P - x.Loss0 - float64(x.Loss1*x.P)
		}
	}
	excess := make([]float64, len(islands))
	for i, p := range injection {
		if k := n.island[i]; k >= 0 {
			excess[k] += p
		}
	}
	served := make([]float64, len(islands)) // share of the demand of an island without generators
	for k := range islands {
		switch {
		case supplied[k]:
			islands[k].Spread = -excess[k]
		case excess[k] < 0 && islands[k].Demand > 0:
			// Nothing here can give more: demand beyond what links bring goes unserved.
			islands[k].Unserved = min(-excess[k], islands[k].Demand)
			served[k] = 1 - islands[k].Unserved/islands[k].Demand
		default:
			served[k] = 1
			islands[k].Spread = -excess[k]
			injection[n.islands[k].reference] -= excess[k]
		}
	}
	for i, b := range n.g.Buses {
		if k := n.island[i]; k >= 0 && !supplied[k] {
			injection[i] += float64((1 - served[k]) * b.Shunt)
		}
	}
	for _, d := range n.g.Loads {
		if k := n.island[d.Bus]; k >= 0 && !supplied[k] {
			injection[d.Bus] += float64((1 - served[k]) * d.Demand)
		}
	}
	for _, x := range n.g.Generators {
		k := n.island[x.Bus]
		if x.Out || k < 0 {
			continue
		}
		share := 1 / count[k]
		if weight[k] > 0 {
			share = max(x.Pmax, 0) / weight[k]
		}
		injection[x.Bus] -= float64(excess[k] * share)
	}
	for i := range injection {
		if n.island[i] < 0 {
			injection[i] = 0
		}
	}
	return injection
}

// report makes the entry of an in-service branch.
func (n *network) report(k int, flow float64) BranchFlow {
	br := &n.g.Branches[n.branch[k]]
	return BranchFlow{ID: br.ID, From: n.g.Buses[br.From].ID, To: n.g.Buses[br.To].ID, Flow: flow, Rating: br.RateA}
}

// notes says what the grid leaves out.
func (n *network) notes() []string {
	notes := []string{}
	var dead int
	var lost float64
	for i := range n.live {
		if !n.live[i] {
			dead++
		}
	}
	for _, d := range n.g.Loads {
		if !n.live[d.Bus] {
			lost += d.Demand
		}
	}
	if dead > 0 {
		notes = append(notes, plural(dead, "bus is", "buses are")+" out of service and left out, with "+megawatts(lost)+" of demand")
	}
	if len(n.islands) > 1 {
		notes = append(notes, plural(len(n.islands), "island", "islands")+", each with its own reference")
	}
	return notes
}
