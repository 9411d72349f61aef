package energy

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/astara-corridors/astara/internal/lp"
)

// GasModel is a model of a gas network.
type GasModel string

// The models.
const (
	// Transport counts flows alone: junctions balance, edges have capacities.
	Transport GasModel = "transport"
	// LinearRelaxation adds squared pressures with a linear hull of the pressure law: an
	// upper bound of what physics allows, far below Transport where pipes are long.
	LinearRelaxation GasModel = "linear-relaxation"
)

// GasOptions steer a gas dispatch.
type GasOptions struct {
	Model GasModel // "" is Transport
	// Shed, when not nil, lets fixed demand go unserved at this weight per unit, next to
	// the priorities of free demand. nil: fixed demand must be served, or the case is
	// infeasible.
	Shed       *float64
	Iterations int
}

// GasPoint is a supply or demand in a report.
type GasPoint struct {
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`
	Junction string  `json:"junction"`
	Flow     float64 `json:"flow"`
	Asked    float64 `json:"asked,omitempty"` // of a demand: nominal or most
	Unserved float64 `json:"unserved,omitempty"`
}

// GasFlow is an edge in a report.
type GasFlow struct {
	ID   string  `json:"id"`
	Kind string  `json:"kind"`
	From string  `json:"from"`
	To   string  `json:"to"`
	Flow float64 `json:"flow"`
	// Price is what one more unit of the binding flow bound is worth.
	Price float64 `json:"price,omitempty"`
}

// GasNode is a junction in a report.
type GasNode struct {
	ID       string  `json:"id"`
	Value    float64 `json:"value"`                 // of one more unit of gas there
	Pressure float64 `json:"pressure_pa,omitempty"` // only in the relaxation, where it need not be one that physics allows
}

// GasReport is a dispatch of gas: the most (priority-weighted) free demand that can be
// served beside fixed demand.
type GasReport struct {
	Format    int      `json:"format"`
	Kind      string   `json:"kind"` // "gas"
	Network   string   `json:"network"`
	Model     GasModel `json:"model"`
	Status    string   `json:"status"`
	Objective *float64 `json:"objective,omitempty"` // weighted free demand served less the weight of unserved fixed demand
	Served    float64  `json:"served"`              // free demand
	Fixed     float64  `json:"fixed"`               // fixed demand served
	Unserved  float64  `json:"unserved"`            // fixed demand not served
	// The objectives of both models and their distance, when both have an optimum.
	TransportObjective  *float64   `json:"transport_objective,omitempty"`
	RelaxationObjective *float64   `json:"relaxation_objective,omitempty"`
	Gap                 *float64   `json:"gap,omitempty"` // transport less relaxation
	Supplies            []GasPoint `json:"supplies,omitempty"`
	Demands             []GasPoint `json:"demands,omitempty"`
	Flows               []GasFlow  `json:"flows,omitempty"`
	Junctions           []GasNode  `json:"junctions,omitempty"`
	Reason              string     `json:"reason,omitempty"` // why infeasible
	Notes               []string   `json:"notes"`
	Run                 Run        `json:"run"`
}

// gasProgramme is the programme of a network.
type gasProgramme struct {
	g        *GasNet
	p        lp.Problem
	squared  []int // column of a junction's squared pressure, -1 none
	balance  []int // row of a junction, -1 out
	terms    [][]lp.Term
	demand   []float64
	edges    []gasEdge
	supply   []int
	taken    []int
	unserved []int
	most     float64 // that all supply can bring
	notes    []string
}

type gasEdge struct {
	kind, id string
	from, to int
	column   int
}

// Gas finds the most demand a network can serve. Both models are solved, so that a
// report of either says how far they are apart. The error is an *[InputError], a fault
// of the solver, or the cause of ctx.
func Gas(ctx context.Context, g *GasNet, opt GasOptions) (*GasReport, error) {
	begin := time.Now()
	switch opt.Model {
	case "":
		opt.Model = Transport
	case Transport, LinearRelaxation:
	default:
		return nil, fmt.Errorf("energy: the gas model is %q, not transport or linear-relaxation", opt.Model)
	}
	if opt.Shed != nil && !(*opt.Shed >= 0 && !math.IsInf(*opt.Shed, 0)) {
		return nil, fmt.Errorf("energy: the weight of unserved demand is %v, not a finite number of 0 or more", *opt.Shed)
	}
	l, err := checkGas(g)
	if err != nil {
		return nil, err
	}
	r := &GasReport{Format: Format, Kind: "gas", Network: g.Name, Model: opt.Model, Notes: []string{}}
	for _, d := range l.All() {
		r.Notes = append(r.Notes, d.Message)
	}
	for _, model := range []GasModel{Transport, LinearRelaxation} {
		if model == LinearRelaxation && g.SoundSpeed <= 0 {
			if opt.Model == model {
				return nil, fmt.Errorf("energy: %s has no speed of sound, so there is no pressure law", g.Name)
			}
			continue
		}
		d := newGasProgramme(g, model, opt.Shed)
		sol, err := lp.Solve(ctx, &d.p, lp.Options{Certificate: model == opt.Model, Iterations: opt.Iterations})
		if err != nil {
			return nil, fmt.Errorf("energy: gas dispatch of %s: %w", g.Name, err)
		}
		if sol.Status == lp.Optimal {
			v := sol.Objective
			if model == Transport {
				r.TransportObjective = &v
			} else {
				r.RelaxationObjective = &v
			}
		}
		if model != opt.Model {
			continue
		}
		r.Status = sol.Status.String()
		r.Notes = append(r.Notes, d.notes...)
		switch sol.Status {
		case lp.Optimal:
			d.fill(r, sol)
		case lp.Infeasible:
			r.Reason = d.reason(sol.Farkas)
		}
	}
	r.compare()
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// compare writes the warning that belongs to a transport model.
func (r *GasReport) compare() {
	a, b := r.TransportObjective, r.RelaxationObjective
	switch {
	case a != nil && b != nil:
		gap := *a - *b
		r.Gap = &gap
		if gap > smallPrice*math.Abs(*a) {
			r.Notes = append(r.Notes, fmt.Sprintf("warning: without pressures the network serves %s, with a linear relaxation of pressure drop %s; what physics allows is lower still", digits(*a), digits(*b)))
		} else {
			r.Notes = append(r.Notes, "the linear relaxation of pressure drop allows the same as flows alone; it is an upper bound of what physics allows")
		}
	case a != nil && r.Model == Transport:
		r.Notes = append(r.Notes, "warning: pressures were not considered or leave no solution, so what is served may be more than physics allows")
	}
}

// newGasProgramme writes the programme of a model.
func newGasProgramme(g *GasNet, model GasModel, shed *float64) *gasProgramme {
	n := len(g.Junctions)
	d := &gasProgramme{g: g, squared: make([]int, n), terms: make([][]lp.Term, n), demand: make([]float64, n)}
	d.p.Maximise = true
	d.points(shed)
	for i := range d.squared {
		d.squared[i] = -1
		if x := g.Junctions[i]; model == LinearRelaxation && !x.Out {
			d.squared[i] = d.p.Col(0, square(x.Pmin), square(x.Pmax))
		}
	}
	for k := range g.Pipes {
		d.pipe(&g.Pipes[k], model)
	}
	for k := range g.Compressors {
		d.compressor(&g.Compressors[k], model)
	}
	for k := range g.Passages {
		d.passage(&g.Passages[k], model)
	}
	d.balance = make([]int, n)
	for i := range d.balance {
		d.balance[i] = -1
		if !g.Junctions[i].Out {
			d.balance[i] = d.p.Row(d.demand[i], d.demand[i], d.terms[i]...)
		}
	}
	return d
}

// points adds supplies and demands.
func (d *gasProgramme) points(shed *float64) {
	g := d.g
	d.supply, d.taken, d.unserved = make([]int, len(g.Supplies)), make([]int, len(g.Demands)), make([]int, len(g.Demands))
	for k, x := range g.Supplies {
		d.supply[k] = -1
		if x.Out || g.Junctions[x.Junction].Out {
			continue
		}
		lo, hi := x.Nominal, x.Nominal
		if x.Free {
			lo, hi = x.Min, x.Max
		}
		d.most += max(hi, 0)
		d.supply[k] = d.p.Col(0, lo, hi)
		d.terms[x.Junction] = append(d.terms[x.Junction], lp.Term{Col: d.supply[k], Value: 1})
	}
	for k, x := range g.Demands {
		d.taken[k], d.unserved[k] = -1, -1
		if x.Out || g.Junctions[x.Junction].Out {
			continue
		}
		if !x.Free {
			d.demand[x.Junction] += x.Nominal
			if shed != nil && x.Nominal > 0 {
				d.unserved[k] = d.p.Col(-*shed, 0, x.Nominal)
				d.terms[x.Junction] = append(d.terms[x.Junction], lp.Term{Col: d.unserved[k], Value: 1})
			}
			continue
		}
		weight := 0.0
		if x.Kind == "delivery" {
			weight = x.Priority
		}
		if x.Min < 0 {
			d.most -= x.Min
		}
		d.taken[k] = d.p.Col(weight, x.Min, x.Max)
		d.terms[x.Junction] = append(d.terms[x.Junction], lp.Term{Col: d.taken[k], Value: -1})
	}
}

// edge adds a flow column.
func (d *gasProgramme) edge(kind, id string, from, to int, lo, hi float64) int {
	j := d.p.Col(0, lo, hi)
	d.edges = append(d.edges, gasEdge{kind, id, from, to, j})
	d.terms[from] = append(d.terms[from], lp.Term{Col: j, Value: -1})
	d.terms[to] = append(d.terms[to], lp.Term{Col: j, Value: 1})
	return j
}

func (d *gasProgramme) dead(out bool, from, to int) bool {
	return out || d.g.Junctions[from].Out || d.g.Junctions[to].Out
}

// fill reads an optimum into the report.
func (d *gasProgramme) fill(r *GasReport, sol *lp.Result) {
	g := d.g
	v := sol.Objective
	r.Objective = &v
	for k, j := range d.supply {
		if j >= 0 {
			x := &g.Supplies[k]
			r.Supplies = append(r.Supplies, GasPoint{ID: x.ID, Kind: "receipt", Junction: g.Junctions[x.Junction].ID, Flow: sol.X[j]})
		}
	}
	for k := range g.Demands {
		x := &g.Demands[k]
		p := GasPoint{ID: x.ID, Kind: x.Kind, Junction: g.Junctions[x.Junction].ID}
		switch {
		case d.dead(x.Out, x.Junction, x.Junction):
			continue
		case x.Free:
			p.Flow, p.Asked = sol.X[d.taken[k]], x.Max
			if x.Kind == "delivery" {
				r.Served += p.Flow
			}
		default:
			p.Flow, p.Asked = x.Nominal, x.Nominal
			if j := d.unserved[k]; j >= 0 {
				p.Unserved = sol.X[j]
				p.Flow -= p.Unserved
			}
			r.Fixed += p.Flow
			r.Unserved += p.Unserved
		}
		r.Demands = append(r.Demands, p)
	}
	for _, e := range d.edges {
		r.Flows = append(r.Flows, GasFlow{ID: e.id, Kind: e.kind, From: g.Junctions[e.from].ID, To: g.Junctions[e.to].ID, Flow: sol.X[e.column], Price: math.Abs(sol.Reduced[e.column])})
	}
	for i, row := range d.balance {
		if row < 0 {
			continue
		}
		// One more unit of gas is one less of demand.
		x := GasNode{ID: g.Junctions[i].ID, Value: -sol.Dual[row]}
		if x.Value == 0 {
			x.Value = 0 // not -0
		}
		if j := d.squared[i]; j >= 0 {
			x.Pressure = math.Sqrt(max(sol.X[j], 0)) * pressureUnit
		}
		r.Junctions = append(r.Junctions, x)
	}
}

// reason names the junctions whose balance cannot be met.
func (d *gasProgramme) reason(y []float64) string {
	type share struct {
		id     string
		weight float64
	}
	var shares []share
	demand, largest := 0.0, 0.0
	for _, row := range d.balance {
		if row >= 0 {
			largest = max(largest, math.Abs(y[row]))
		}
	}
	for i, row := range d.balance {
		if row >= 0 && math.Abs(y[row]) > smallWeight*largest {
			shares = append(shares, share{d.g.Junctions[i].ID, math.Abs(y[row])})
			demand += d.demand[i]
		}
	}
	slices.SortStableFunc(shares, func(a, b share) int { return cmp.Compare(b.weight, a.weight) })
	var names []string
	for _, s := range shares {
		names = append(names, s.id)
	}
	if len(names) == 0 {
		return "the pressures of the network cannot hold together"
	}
	return fmt.Sprintf("the fixed demand of %s at junctions %s cannot be met by the supply and the edges that lead there", digits(demand), some(names, mostNames))
}
