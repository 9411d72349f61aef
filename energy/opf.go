package energy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/astara-corridors/astara/internal/lp"
)

// OPFOptions steer a dispatch.
type OPFOptions struct {
	Susceptance Susceptance // "" is Reactance
	// Shed, when not nil, lets demand go unserved at this price per MWh (a load's own
	// Value comes first). nil: demand must be served, or the dispatch is infeasible.
	Shed       *float64
	Iterations int // limit of solver steps; 0 is the solver's default
}

// Undecided is the status of a dispatch at the rim of what is feasible.
const Undecided = "undecided"

// GeneratorOutput is a generator in a dispatch report.
type GeneratorOutput struct {
	ID     string  `json:"id"`
	Bus    string  `json:"bus"`
	Output float64 `json:"output_mw"`
	Cost   float64 `json:"cost"` // per hour
	// Price is what one more MW of the binding output bound would save per hour.
	Price float64 `json:"price,omitempty"`
}

// LinkFlow is a link in a dispatch report.
type LinkFlow struct {
	ID      string  `json:"id"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	Flow    float64 `json:"flow_mw"` // at the from side
	Arrives float64 `json:"arrives_mw"`
	Cost    float64 `json:"cost,omitempty"` // per hour
	Price   float64 `json:"price,omitempty"`
}

// Binding is a limit that holds the dispatch back.
type Binding struct {
	Kind  string  `json:"kind"` // "rating", "angle", "output-max", "output-min", "link"
	ID    string  `json:"id"`
	Limit float64 `json:"limit"` // MW, or degrees for an angle
	Price float64 `json:"price"` // saved per hour by one more MW of room
	Words string  `json:"words"`
}

// OPFReport is a dispatch.
type OPFReport struct {
	Format      int         `json:"format"`
	Kind        string      `json:"kind"` // "opf"
	Grid        string      `json:"grid"`
	Susceptance Susceptance `json:"susceptance"`
	Model       string      `json:"model"`  // "linear programme" or "quadratic programme"
	Status      string      `json:"status"` // "optimal", "infeasible", "unbounded", "iteration limit", "undecided"
	Objective   *float64    `json:"objective,omitempty"`
	ShedPrice   *float64    `json:"shed_price,omitempty"`
	Demand      float64     `json:"demand_mw"`
	Served      float64     `json:"served_mw"`
	Unserved    float64     `json:"unserved_mw"`
	// Residual is by how much the dispatch misses Kirchhoff's laws at most: of the balance of
	// a bus, or of a flow against its angles.
	Residual   float64           `json:"residual_mw"`
	Islands    []Island          `json:"islands"`
	Generators []GeneratorOutput `json:"generators,omitempty"`
	Buses      []BusState        `json:"buses,omitempty"`
	Branches   []BranchFlow      `json:"branches,omitempty"`
	Links      []LinkFlow        `json:"links,omitempty"`
	Binding    []Binding         `json:"binding,omitempty"`
	Infeasible *Infeasible       `json:"infeasible,omitempty"`
	Notes      []string          `json:"notes"`
	Run        Run               `json:"run"`
}

// dispatch is the programme of a grid with the columns that stand for its parts.
//
// Columns: output of each generator (and its cost segments), shed demand of each load,
// flow of each link, angle of each bus, flow of each branch. Rows: balance of each
// bus, Kirchhoff's voltage law of each branch. Ratings and angle bounds are bounds of
// the flow column, since flow and angle difference are one quantity.
type dispatch struct {
	n       *network
	p       lp.Problem
	shed    *float64
	gen     []int // column of a generator, -1 out of service
	load    []int // column of a load's shed part, -1 none
	link    []int
	angle   []int // column of a bus's angle, -1 out of service
	flow    []int // column of an in-service branch
	balance []int // row of a bus
	law     []int // row of a branch
	byAngle []bool
	byBus   [][]int // loads of a bus

	segments []segmented
}

// OPF finds the cheapest dispatch under Kirchhoff's laws, ratings and angle bounds:
//
//	min   sum of costs + price x shed demand
//	s.t.  generation + arriving links - leaving links - outflow = demand - shed   at each bus (dual: nodal price)
//	      f_l / (S b_l) = theta_from - theta_to - phi_l                           at each branch
//	      |f_l| <= rateA,  angmin <= theta_from - theta_to <= angmax,  Pmin <= p <= Pmax,  0 <= shed <= demand
//
// Infeasible is a result that carries its reason in words. The error is an
// *[InputError], a fault of the solver, or the cause of ctx.
func OPF(ctx context.Context, g *Grid, opt OPFOptions) (*OPFReport, error) {
	begin := time.Now()
	var err error
	if opt.Susceptance, err = ParseSusceptance(string(opt.Susceptance)); err != nil {
		return nil, err
	}
	if opt.Shed != nil && !(*opt.Shed >= 0 && !math.IsInf(*opt.Shed, 0)) {
		return nil, fmt.Errorf("energy: the price of unserved energy is %v, not a finite number of 0 or more", *opt.Shed)
	}
	n, err := newNetwork(g, opt.Susceptance)
	if err != nil {
		return nil, err
	}
	d := newDispatch(n, opt.Shed)
	r := &OPFReport{Format: Format, Kind: "opf", Grid: g.Name, Susceptance: opt.Susceptance, Model: "linear programme", ShedPrice: opt.Shed, Islands: n.describe(), Notes: n.notes()}
	if len(d.p.Quad) > 0 {
		r.Model = "quadratic programme"
	}
	for _, x := range r.Islands {
		r.Demand += x.Demand
	}
	solver := lp.Solve
	if len(d.p.Quad) > 0 {
		solver = lp.SolveSeparable
	}
	sol, err := solver(ctx, &d.p, lp.Options{Certificate: true, Iterations: opt.Iterations})
	switch {
	case errors.Is(err, lp.ErrUndecided):
		r.Status = Undecided
		r.Notes = append(r.Notes, "the limits meet so closely that rounding decides whether a dispatch exists; there is none to show")
		r.Run.Seconds = time.Since(begin).Seconds()
		return r, nil
	case err != nil:
		return nil, fmt.Errorf("energy: dispatch of %s: %w", g.Name, err)
	}
	r.Status = sol.Status.String()
	switch sol.Status {
	case lp.Optimal:
		d.fill(r, sol)
	case lp.Infeasible:
		if r.Infeasible, err = d.why(ctx, sol.Farkas, opt.Iterations); errors.Is(err, lp.ErrUndecided) {
			r.Infeasible = d.explain(sol.Farkas)
		} else if err != nil {
			return nil, fmt.Errorf("energy: why the dispatch of %s is infeasible: %w", g.Name, err)
		}
	case lp.Limit:
		r.Notes = append(r.Notes, "the solver stopped at its iteration limit; there is no dispatch to show")
	}
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// newDispatch writes the programme.
func newDispatch(n *network, shed *float64) *dispatch {
	g := n.g
	d := &dispatch{n: n, shed: shed}
	terms := make([][]lp.Term, len(g.Buses))
	demand := make([]float64, len(g.Buses))
	for i, b := range g.Buses {
		demand[i] = b.Shunt
	}
	d.gen = make([]int, len(g.Generators))
	for k := range g.Generators {
		x := &g.Generators[k]
		d.gen[k] = -1
		if x.Out || !n.live[x.Bus] {
			continue
		}
		d.gen[k] = d.priced(&x.Cost, x.Pmin, x.Pmax)
		terms[x.Bus] = append(terms[x.Bus], lp.Term{Col: d.gen[k], Value: 1})
	}
	d.load = make([]int, len(g.Loads))
	for k, x := range g.Loads {
		d.load[k] = -1
		if !n.live[x.Bus] {
			continue
		}
		demand[x.Bus] += x.Demand
		if shed != nil && x.Demand > 0 {
			price := x.Value
			if price == 0 {
				price = *shed
			}
			d.load[k] = d.p.Col(price, 0, x.Demand)
			terms[x.Bus] = append(terms[x.Bus], lp.Term{Col: d.load[k], Value: 1})
		}
	}
	d.link = make([]int, len(g.Links))
	for k, x := range g.Links {
		d.link[k] = -1
		if x.Out || !n.live[x.From] || !n.live[x.To] {
			continue
		}
		j := d.priced(&x.Cost, x.Pmin, x.Pmax)
		d.link[k] = j
		terms[x.From] = append(terms[x.From], lp.Term{Col: j, Value: -1})
		terms[x.To] = append(terms[x.To], lp.Term{Col: j, Value: 1 - x.Loss1})
		demand[x.To] += x.Loss0
	}
	d.angle = make([]int, len(g.Buses))
	for i := range g.Buses {
		d.angle[i] = -1
		if k := n.island[i]; k >= 0 {
			bound := lp.Inf
			if n.islands[k].reference == int32(i) {
				bound = 0
			}
			d.angle[i] = d.p.Col(0, -bound, bound)
		}
	}
	d.flow, d.byAngle = make([]int, len(n.b)), make([]bool, len(n.b))
	for k := range n.b {
		lo, hi, byAngle := n.limits(k)
		d.byAngle[k] = byAngle
		d.flow[k] = d.p.Col(0, lo, hi)
		terms[n.from[k]] = append(terms[n.from[k]], lp.Term{Col: d.flow[k], Value: -1})
		terms[n.to[k]] = append(terms[n.to[k]], lp.Term{Col: d.flow[k], Value: 1})
	}
	d.balance = make([]int, len(g.Buses))
	for i := range g.Buses {
		d.balance[i] = -1
		if n.live[i] {
			d.balance[i] = d.p.Row(demand[i], demand[i], terms[i]...)
		}
	}
	d.law = make([]int, len(n.b))
	for k, b := range n.b {
		// In hundredths of a radian, which keeps the coefficients near 1.
		const unit = 100
		d.law[k] = d.p.Row(-unit*n.shift[k], -unit*n.shift[k],
			lp.Term{Col: d.flow[k], Value: unit / b},
			lp.Term{Col: d.angle[n.from[k]], Value: -unit}, lp.Term{Col: d.angle[n.to[k]], Value: unit})
	}
	for _, s := range d.segments {
		d.p.Row(s.sum, s.sum, s.terms...)
	}
	return d
}

// segmented is the row that ties a column to the segments of its cost.
type segmented struct {
	terms []lp.Term
	sum   float64
}

// priced adds a column with its cost.
func (d *dispatch) priced(c *Cost, lo, hi float64) int {
	if len(c.Points) > 0 {
		j := d.p.Col(0, lo, hi)
		d.piecewise(j, c.Points)
		return j
	}
	j := d.p.Col(c.C[1], lo, hi)
	d.p.Offset += c.C[0]
	if c.C[2] != 0 {
		d.p.Quad = append(d.p.Quad, lp.QuadTerm{Row: j, Col: j, Value: 2 * c.C[2]})
	}
	return j
}

// piecewise adds the segments of a convex piecewise linear cost: the column is the first
// point plus the sum of segments, each with its slope as cost; convexity fills them in
// order. Outer segments go on without end.
func (d *dispatch) piecewise(col int, points []Point) {
	d.p.Offset += points[0].Money
	row := []lp.Term{{Col: col, Value: 1}}
	for s := 1; s < len(points); s++ {
		a, b := points[s-1], points[s]
		lo, hi := 0.0, b.P-a.P
		if s == 1 {
			lo = -lp.Inf
		}
		if s == len(points)-1 {
			hi = lp.Inf
		}
		j := d.p.Col((b.Money-a.Money)/(b.P-a.P), lo, hi)
		row = append(row, lp.Term{Col: j, Value: -1})
	}
	d.segments = append(d.segments, segmented{row, points[0].P})
}

// limits returns the bounds of a branch's flow, in MW, from its rating and its angle
// bounds, and whether one of the bounds comes from an angle.
func (n *network) limits(k int) (lo, hi float64, byAngle bool) {
	br := &n.g.Branches[n.branch[k]]
	lo, hi = -lp.Inf, lp.Inf
	if br.RateA > 0 {
		lo, hi = -br.RateA, br.RateA
	}
	if br.AngMin == 0 && br.AngMax == 0 {
		return lo, hi, false
	}
	b, phi := n.b[k], n.shift[k]
	aLo, aHi := b*(br.AngMin-phi), b*(br.AngMax-phi)
	if b < 0 {
		aLo, aHi = aHi, aLo
	}
	if aLo > lo {
		lo, byAngle = aLo, true
	}
	if aHi < hi {
		hi, byAngle = aHi, true
	}
	return lo, hi, byAngle
}
