package interchange

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/energy"
)

// nominal is a power that bounds are written per unit of.
func nominal(lo, hi float64) float64 {
	x := max(math.Abs(lo), math.Abs(hi))
	switch {
	case !math.IsInf(x, 0):
		return x
	case !math.IsInf(hi, 0) && hi > 0:
		return hi
	case !math.IsInf(lo, 0) && lo < 0:
		return -lo
	}
	return 1
}

// perUnit is a bound per unit of a nominal power.
func perUnit(x, nominal float64) float64 {
	if nominal == 0 {
		return 0
	}
	return x / nominal
}

// most is the largest nominal power of a part over all snapshots.
func (w *pypsaWriter) most(bounds func(g *energy.Grid) (lo, hi float64)) float64 {
	out := 0.0
	for _, s := range w.snapshots {
		lo, hi := bounds(s.Grid)
		out = max(out, nominal(lo, hi))
	}
	return out
}

func (w *pypsaWriter) generators() {
	names := make([]string, len(w.g.Generators))
	rated := make([]float64, len(names))
	constants := 0
	for i := range w.g.Generators {
		x := &w.g.Generators[i]
		names[i] = x.ID
		rated[i] = w.most(func(g *energy.Grid) (lo, hi float64) { return g.Generators[i].Pmin, g.Generators[i].Pmax })
		if x.Cost.C[0] != 0 {
			constants++
		}
	}
	if constants > 0 {
		w.left = append(w.left, fmt.Sprintf("constant costs of %s stand in cost_constant, which PyPSA does not use: its objective is lower by them", counted(constants, "plants")))
	}
	least := w.series("generators", "p_min_pu", names, func(g *energy.Grid, i int) float64 { return perUnit(g.Generators[i].Pmin, rated[i]) })
	top := w.series("generators", "p_max_pu", names, func(g *energy.Grid, i int) float64 { return perUnit(g.Generators[i].Pmax, rated[i]) })
	linear := w.series("generators", "marginal_cost", names, func(g *energy.Grid, i int) float64 { return g.Generators[i].Cost.C[1] })
	square := w.series("generators", "marginal_cost_quadratic", names, func(g *energy.Grid, i int) float64 { return g.Generators[i].Cost.C[2] })
	w.schedule("generators", "p", names, func(g *energy.Grid, i int) float64 { return g.Generators[i].P })
	var rows [][]string
	slack := map[int]bool{}
	for i := range w.g.Generators {
		x := &w.g.Generators[i]
		control, off := "PQ", w.dead(x.Out, x.Bus)
		if w.g.Buses[x.Bus].Reference && !off && !slack[x.Bus] {
			control, slack[x.Bus] = "Slack", true
		}
		rows = append(rows, []string{x.ID, w.g.Buses[x.Bus].ID, text(rated[i]), least[i], top[i], linear[i], square[i], x.Fuel, control, text(x.Cost.C[0]), flagText(!off)})
	}
	head, rows := columns(3, []string{"name", "bus", "p_nom", "p_min_pu", "p_max_pu", "marginal_cost", "marginal_cost_quadratic", "carrier", "control", "cost_constant", "active"},
		[]string{"", "", "", "0", "1", "0", "0", "", "PQ", "0", "True"}, rows)
	w.table("generators.csv", head, rows)
}

// slope is the linear coefficient of a cost; of a piecewise one the slope at the middle of
// its bounds.
func slope(c *energy.Cost, lo, hi float64) float64 {
	if len(c.Points) == 0 {
		return c.C[1]
	}
	first, last := c.Points[0].P, c.Points[len(c.Points)-1].P
	lo, hi = max(lo, first), min(hi, last)
	middle := (lo + hi) / 2
	k := 1
	for k < len(c.Points)-1 && middle > c.Points[k].P {
		k++
	}
	a, b := c.Points[k-1], c.Points[k]
	return (b.Money - a.Money) / (b.P - a.P)
}

// schedule writes outputs where any is set.
func (w *pypsaWriter) schedule(component, attr string, names []string, at func(g *energy.Grid, i int) float64) {
	var which []int
	for i := range names {
		if slices.ContainsFunc(w.snapshots, func(s energy.Snapshot) bool { return at(s.Grid, i) != 0 }) {
			which = append(which, i)
		}
	}
	w.over(component, attr, names, which, at)
}

func (w *pypsaWriter) links() {
	names := make([]string, len(w.g.Links))
	rated := make([]float64, len(names))
	losses, points := 0, 0
	for i := range w.g.Links {
		if len(w.g.Links[i].Cost.Points) > 0 {
			points++
		}
		names[i] = w.g.Links[i].ID
		rated[i] = w.most(func(g *energy.Grid) (lo, hi float64) { return g.Links[i].Pmin, g.Links[i].Pmax })
		if w.g.Links[i].Loss0 != 0 {
			losses++
		}
	}
	if losses > 0 {
		w.left = append(w.left, fmt.Sprintf("constant losses of %s stand in loss_constant, which PyPSA does not use", counted(losses, "links")))
	}
	if points > 0 {
		w.left = append(w.left, fmt.Sprintf("piecewise costs of %s are written as the marginal cost at their middle", counted(points, "links")))
	}
	least := w.series("links", "p_min_pu", names, func(g *energy.Grid, i int) float64 { return perUnit(g.Links[i].Pmin, rated[i]) })
	top := w.series("links", "p_max_pu", names, func(g *energy.Grid, i int) float64 { return perUnit(g.Links[i].Pmax, rated[i]) })
	efficiency := w.series("links", "efficiency", names, func(g *energy.Grid, i int) float64 { return 1 - g.Links[i].Loss1 })
	linear := w.series("links", "marginal_cost", names, func(g *energy.Grid, i int) float64 { return slope(&g.Links[i].Cost, g.Links[i].Pmin, g.Links[i].Pmax) })
	square := w.series("links", "marginal_cost_quadratic", names, func(g *energy.Grid, i int) float64 { return g.Links[i].Cost.C[2] })
	w.schedule("links", "p0", names, func(g *energy.Grid, i int) float64 { return g.Links[i].P })
	var rows [][]string
	for i := range w.g.Links {
		x := &w.g.Links[i]
		rows = append(rows, []string{x.ID, w.g.Buses[x.From].ID, w.g.Buses[x.To].ID, text(rated[i]), least[i], top[i], efficiency[i], linear[i], square[i], text(x.Cost.C[0]), text(x.Loss0), flagText(!w.dead(x.Out, x.From, x.To))})
	}
	head, rows := columns(4, []string{"name", "bus0", "bus1", "p_nom", "p_min_pu", "p_max_pu", "efficiency", "marginal_cost", "marginal_cost_quadratic", "cost_constant", "loss_constant", "active"},
		[]string{"", "", "", "", "0", "1", "1", "0", "0", "0", "0", "True"}, rows)
	w.table("links.csv", head, rows)
}

func (w *pypsaWriter) loads() {
	names := make([]string, len(w.g.Loads))
	seen := map[string]bool{}
	for i, x := range w.g.Loads {
		names[i] = cmp.Or(x.Name, "load "+w.g.Buses[x.Bus].ID)
		for seen[names[i]] {
			names[i] += "+"
		}
		seen[names[i]] = true
	}
	demand := w.series("loads", "p_set", names, func(g *energy.Grid, i int) float64 { return g.Loads[i].Demand })
	var rows [][]string
	for i, x := range w.g.Loads {
		rows = append(rows, []string{names[i], w.g.Buses[x.Bus].ID, demand[i], text(x.Value), flagText(!w.dead(false, x.Bus))})
	}
	head, rows := columns(3, []string{"name", "bus", "p_set", "shed_price", "active"}, []string{"", "", "", "0", "True"}, rows)
	w.table("loads.csv", head, rows)
	if slices.ContainsFunc(w.g.Loads, func(x energy.Load) bool { return x.Value != 0 }) {
		w.left = append(w.left, "prices of unserved energy stand in shed_price, which PyPSA does not use: add load-shedding generators for it")
	}
}
