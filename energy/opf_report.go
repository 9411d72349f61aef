package energy

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

// smallPrice is the size of a dual, relative to the largest one, below which a limit
// does not count as binding: solver tolerance.
const smallPrice = 1e-7

// mostNames is the number of names listed in one sentence.
const mostNames = 6

// fill reads an optimum into the report.
func (d *dispatch) fill(r *OPFReport, sol *lp.Result) {
	g, n := d.n.g, d.n
	objective := sol.Objective
	r.Objective = &objective
	largest := 0.0
	for _, y := range sol.Dual {
		largest = max(largest, math.Abs(y))
	}
	tiny := smallPrice * max(largest, 1)
	supply := make([]float64, len(g.Buses))
	for k, j := range d.gen {
		if j < 0 {
			continue
		}
		x := &g.Generators[k]
		p := sol.X[j]
		supply[x.Bus] += p
		o := GeneratorOutput{ID: x.ID, Bus: g.Buses[x.Bus].ID, Output: p, Cost: x.Cost.At(p)}
		// Where Pmin = Pmax the output is not a choice.
		if y := sol.Reduced[j]; math.Abs(y) > tiny && x.Pmin < x.Pmax {
			kind, limit := "output-max", x.Pmax
			if y > 0 {
				kind, limit = "output-min", x.Pmin
			}
			if len(x.Cost.Points) == 0 || p == limit {
				o.Price = math.Abs(y)
				r.bind(kind, x.ID, limit, o.Price, fmt.Sprintf("generator %s at bus %s runs at its %s of %s", x.ID, o.Bus, map[string]string{"output-max": "largest output", "output-min": "smallest output"}[kind], megawatts(limit)))
			}
		}
		r.Generators = append(r.Generators, o)
	}
	shed := make([]float64, len(g.Buses))
	for k, j := range d.load {
		if j >= 0 {
			shed[g.Loads[k].Bus] += sol.X[j]
			r.Unserved += sol.X[j]
		}
	}
	r.Served = r.Demand - r.Unserved
	d.fillLinks(r, sol, supply, tiny)
	for i, row := range d.balance {
		if row < 0 {
			continue
		}
		r.Buses = append(r.Buses, BusState{ID: g.Buses[i].ID, Angle: sol.X[d.angle[i]] * degrees, Injection: supply[i] - d.fixed(i) + shed[i], Price: sol.Dual[row], Shed: shed[i]})
	}
	for k, j := range d.flow {
		f := n.report(k, sol.X[j])
		if y := sol.Reduced[j]; math.Abs(y) > tiny {
			f.Price = math.Abs(y)
			name := fmt.Sprintf("branch %s from %s to %s", f.ID, f.From, f.To)
			if limit := math.Abs(f.Flow); d.byAngle[k] && (f.Rating == 0 || limit < f.Rating*(1-ratingSlack)) {
				a := (sol.X[d.angle[n.from[k]]] - sol.X[d.angle[n.to[k]]]) * degrees
				r.bind("angle", f.ID, a, f.Price, name+" is at its angle bound of "+digits(a)+" degrees, which holds it to "+megawatts(f.Flow))
			} else {
				r.bind("rating", f.ID, f.Rating, f.Price, name+" is at its rating of "+megawatts(f.Rating))
			}
		}
		r.Branches = append(r.Branches, f)
	}
	r.Residual = d.residual(sol)
	slices.SortStableFunc(r.Binding, func(a, b Binding) int {
		if c := cmp.Compare(bindingOrder(a.Kind), bindingOrder(b.Kind)); c != 0 {
			return c
		}
		return cmp.Compare(b.Price, a.Price)
	})
	d.sentences(r)
}

// residual is the largest miss of Kirchhoff's laws, MW, reckoned from the solution alone.
func (d *dispatch) residual(sol *lp.Result) float64 {
	g, n := d.n.g, d.n
	net := make([]float64, len(g.Buses))
	for i := range net {
		net[i] = -d.fixed(i)
	}
	for k, j := range d.gen {
		if j >= 0 {
			net[g.Generators[k].Bus] += sol.X[j]
		}
	}
	for k, j := range d.load {
		if j >= 0 {
			net[g.Loads[k].Bus] += sol.X[j]
		}
	}
	for k, j := range d.link {
		if j >= 0 {
			x := &g.Links[k]
			net[x.From] -= sol.X[j]
			net[x.To] += sol.X[j] - x.Loss0 - float64(x.Loss1*sol.X[j])
		}
	}
	most := 0.0
	for k, j := range d.flow {
		f := sol.X[j]
		net[n.from[k]] -= f
		net[n.to[k]] += f
		law := float64(n.b[k] * (sol.X[d.angle[n.from[k]]] - sol.X[d.angle[n.to[k]]] - n.shift[k]))
		most = max(most, math.Abs(f-law))
	}
	for i, x := range net {
		if n.live[i] {
			most = max(most, math.Abs(x))
		}
	}
	return most
}

// bindingOrder puts limits of the network before those of plants.
func bindingOrder(kind string) int {
	return slices.Index([]string{"rating", "angle", "link", "output-max", "output-min"}, kind)
}

func (r *OPFReport) bind(kind, id string, limit, price float64, words string) {
	r.Binding = append(r.Binding, Binding{kind, id, limit, price, words + "; one more MW is worth " + digits(price) + " per hour"})
}

// fixed is the demand of a bus with its shunt.
func (d *dispatch) fixed(bus int) float64 {
	// The right-hand side of the balance row also holds the losses of links, which are
	// part of what the link brings.
	x := d.n.g.Buses[bus].Shunt
	for _, l := range d.loadsAt(bus) {
		x += d.n.g.Loads[l].Demand
	}
	return x
}

func (d *dispatch) fillLinks(r *OPFReport, sol *lp.Result, supply []float64, tiny float64) {
	g := d.n.g
	for k, j := range d.link {
		if j < 0 {
			continue
		}
		x := &g.Links[k]
		p := sol.X[j]
		f := LinkFlow{ID: x.ID, From: g.Buses[x.From].ID, To: g.Buses[x.To].ID, Flow: p, Arrives: p - x.Loss0 - float64(x.Loss1*p), Cost: x.Cost.At(p)}
		supply[x.From] -= p
		supply[x.To] += f.Arrives
		if y := sol.Reduced[j]; math.Abs(y) > tiny && x.Pmin < x.Pmax {
			f.Price = math.Abs(y)
			r.bind("link", x.ID, p, f.Price, fmt.Sprintf("link %s from %s to %s is at its limit of %s", x.ID, f.From, f.To, megawatts(p)))
		}
		r.Links = append(r.Links, f)
	}
}

// sentences writes the notes that follow from an optimum.
func (d *dispatch) sentences(r *OPFReport) {
	if r.ShedPrice != nil {
		if r.Unserved <= shedSlack*max(r.Demand, 1) {
			r.Notes = append(r.Notes, "all demand is served")
		} else {
			var where []string
			for _, b := range r.Buses {
				if b.Shed > shedSlack*max(r.Demand, 1) {
					where = append(where, b.ID+" ("+megawatts(b.Shed)+")")
				}
			}
			r.Notes = append(r.Notes, fmt.Sprintf("%s of %s demand is not served, at %s", megawatts(r.Unserved), megawatts(r.Demand), some(where, mostNames)))
		}
		for _, b := range r.Buses {
			if b.Price >= *r.ShedPrice*(1-ratingSlack) && *r.ShedPrice > 0 {
				r.Notes = append(r.Notes, "prices at the price of unserved energy are scarcity, not cost")
				break
			}
		}
	}
	for k, j := range d.load {
		if j >= 0 && d.n.g.Loads[k].Value != 0 {
			r.Notes = append(r.Notes, "some loads have their own price of unserved energy")
			break
		}
	}
}

// shedSlack is the share of demand that counts as served when shed: solver tolerance.
const shedSlack = 1e-8

func (d *dispatch) loadsAt(bus int) []int {
	if d.byBus == nil {
		d.byBus = make([][]int, len(d.n.g.Buses))
		for k, x := range d.n.g.Loads {
			d.byBus[x.Bus] = append(d.byBus[x.Bus], k)
		}
	}
	return d.byBus[bus]
}

// Outputs returns the output of each generator and the flow of each link of the grid, 0
// where it is out of service, for [N1Options] and [Grid.Scheduled]. Both are nil when the
// report has no dispatch.
func (r *OPFReport) Outputs(g *Grid) (output, linkFlow []float64) {
	if r.Status != lp.Optimal.String() {
		return nil, nil
	}
	by := make(map[string]float64, len(r.Generators))
	for _, x := range r.Generators {
		by[x.ID] = x.Output
	}
	output = make([]float64, len(g.Generators))
	for k, x := range g.Generators {
		output[k] = by[x.ID]
	}
	clear(by)
	for _, x := range r.Links {
		by[x.ID] = x.Flow
	}
	linkFlow = make([]float64, len(g.Links))
	for k, x := range g.Links {
		linkFlow[k] = by[x.ID]
	}
	return output, linkFlow
}
