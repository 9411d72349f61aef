package region

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// leastWorth is the yearly gain, USD a unit, below which a limit does not count as
// binding.
const leastWorth = 1.

// binding lists the limits that cost: bounds of ties, pipes, plants, sources, stores
// and contracts, and budgets of the year. Worth is the dual of the programme, one of
// several where the optimum is degenerate; the order is by worth of the whole limit.
func (d *dispatch) binding(out *Detail) {
	n := d.w.b.net
	add := func(kind, element, direction string, k int, limit float64, unit string, dual float64) {
		worth := -dual * million // more of an upper limit lowers the cost
		if worth < leastWorth || limit <= settleTolerance || math.IsInf(limit, 1) {
			return
		}
		block := ""
		if k >= 0 {
			block = n.Blocks[k].ID
		}
		out.Binding = append(out.Binding, Binding{kind, element, block, direction, limit, unit, worth})
	}
	for j, m := range d.cols {
		a, k, dual := int(m.a), int(m.k), d.r.Reduced[j]
		upper := d.p.Upper[j]
		switch m.kind {
		case colAC:
			add("tie", n.Ties[a].ID, n.Ties[a].From+" > "+n.Ties[a].To, k, upper, "MW", math.Min(0, dual))
			add("tie", n.Ties[a].ID, n.Ties[a].To+" > "+n.Ties[a].From, k, -d.p.Lower[j], "MW", -math.Max(0, dual))
		case colHVDC, colRadial:
			from, to := n.Ties[a].From, n.Ties[a].To
			if m.c == 1 {
				from, to = to, from
			}
			add("tie", n.Ties[a].ID, from+" > "+to, k, upper, "MW", dual)
		case colGen:
			add("plant", n.Plants[a].ID, "", k, upper, "MW", dual)
		case colSource:
			add("gas source", n.Sources[a].ID, "", k, upper, "mcm/d", dual)
		case colOut:
			add("storage", n.Storages[a].ID, "out", k, upper, "mcm/d", dual)
		case colExc:
			add("exchange", n.Exchanges[a].ID, "", k, upper, "MW", dual)
		case colCon:
			add("gas contract", n.Contracts[a].ID, "", k, upper, "mcm/d", dual)
		}
	}
	for i, m := range d.w.b.prog.rows {
		a, k, dual, upper := int(m.a), int(m.k), d.r.Dual[i], d.p.RowUpper[i]
		switch m.kind {
		case rowPipe:
			from, to := n.Pipes[a].From, n.Pipes[a].To
			if m.c == 1 {
				from, to = to, from
			}
			add("pipe", n.Pipes[a].ID, from+" > "+to, k, upper, "mcm/d", dual)
		case rowPeak:
			add("gas source", n.Sources[a].ID, "", k, upper, "mcm/d", dual)
		case rowSource:
			add("gas source", n.Sources[a].ID, "", k, upper, "bcm/yr", dual)
		case rowCon:
			add("gas contract", n.Contracts[a].ID, "", k, upper, "mcm/d", dual)
		case rowConYr:
			add("gas contract", n.Contracts[a].ID, "", k, upper, "bcm/yr", dual)
		case rowExc:
			if d.p.RowLower[i] < upper {
				add("exchange", n.Exchanges[a].ID, "", k, upper, "MW", dual)
			}
		case rowExcYr:
			if d.p.RowLower[i] < upper {
				add("exchange", n.Exchanges[a].ID, "", k, upper, "GWh/yr", dual)
			}
		case rowEnergy:
			add("plant", n.Plants[a].ID, "", k, upper, "GWh/yr", dual)
		case rowWinter:
			add("storage", n.Storages[a].ID, "stock", k, upper, "bcm", dual)
		}
	}
	slices.SortStableFunc(out.Binding, func(a, b Binding) int {
		return cmp.Or(cmp.Compare(b.Worth*b.Limit, a.Worth*a.Limit), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Block, b.Block))
	})
}

// prices fills in the price interval of every zone and block: the slopes of the least
// cost to both sides, which are unique where duals are not.
func (d *dispatch) prices(ctx context.Context, out *Detail) error {
	n := d.w.b.net
	for z := range out.Zones {
		r := &out.Zones[z]
		if !n.zonePower[z] {
			continue
		}
		r.PriceLow, r.PriceHigh, r.Scarce = make([]float64, len(n.Blocks)), make([]float64, len(n.Blocks)), make([]bool, len(n.Blocks))
		for k := range n.Blocks {
			if r.Load[k] <= 0 {
				continue
			}
			for _, side := range []float64{-intervalStep, intervalStep} {
				p, _, err := d.price(ctx, []int{z}, n.Blocks[k].ID, side)
				if err != nil {
					return err
				}
				if side < 0 {
					r.PriceLow[k] = p
				} else {
					r.PriceHigh[k] = p
				}
			}
			r.Scarce[k] = d.w.b.lowest[z] > 0 && r.PriceHigh[k] >= d.w.b.lowest[z]*(1-1e-6)
		}
	}
	return nil
}

// intervalStep is the share of a zone's load that a price interval is read from: so
// little that the slopes are those at the point.
const intervalStep = 1e-3
