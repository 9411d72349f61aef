package answer

import (
	"github.com/astara-corridors/astara/casefile"
)

// countries makes a page for each state, the focus first.
func (k *computer) countries() []Country {
	names := actorNames(k.c)
	ways := newOutlets(k.c.Freight, k.in.Freight.OpenLinks())
	var out []Country
	for _, s := range states(k.c) {
		x := Country{ID: s, Name: nameOr(names[s], s), Focus: s == k.c.Focus, Ways: ways.from(s)}
		for _, m := range countryMeasures {
			if m.focus && !x.Focus {
				continue
			}
			id := countryID(s, m.id)
			x.Rows = append(x.Rows, CountryRow{ID: m.id, Name: m.name, Unit: casefile.MeasureDim(m.measure).Unit(),
				BaseYear: k.baseYear(id), Baseline: k.baseline(id), Effects: k.armMeans(id)})
		}
		for _, n := range neighbours(k.c.Freight, s) {
			x.Neighbours = append(x.Neighbours, k.neighbour(s, n, nameOr(names[n], n)))
		}
		if x.Focus {
			for _, p := range payers(k.c) {
				id := countryID(s, "paid_by/"+p)
				if b := k.baseline(id); b.Or(0) > 0 || k.baseYear(id).Or(0) > 0 {
					x.Payers = append(x.Payers, Payer{p, nameOr(names[p], p), k.baseYear(id), b, k.armMeans(id)})
				}
			}
			for _, c := range k.c.Corridors {
				id := corridorID(c.ID, "across_tonnes")
				if _, ok := k.tables.find(id); ok {
					x.Corridors = append(x.Corridors, CountryAcross{c.ID, k.baseline(id), k.baseline(corridorID(c.ID, "across_teu")),
						k.baseline(corridorID(c.ID, "across_revenue")), k.armMeans(id)})
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// neighbour compares the network without effects with the same network after
// the borders of s and n are shut.
func (k *computer) neighbour(s, n, name string) Neighbour {
	x := Neighbour{ID: n, Name: name}
	before, after := k.freight.Solutions[0], k.extra.closed[pair(s, n)]
	at := func(what string) (b, a Number) {
		c := k.freight.Column(countryID(s, what))
		if c < 0 {
			return
		}
		return some(before.Values[c]), some(after.Values[c])
	}
	exports, exportsShut := at("exports")
	imports, importsShut := at("imports")
	over0, _ := at("export_over/" + n)
	over1, _ := at("import_over/" + n)
	trade := plus(exports, imports)
	x.Tonnes = plus(over0, over1)
	x.Exposure = over(x.Tonnes, trade)
	x.Lost = minus(trade, plus(exportsShut, importsShut))
	x.LostPart = over(x.Lost, trade)
	exportCost, exportCostShut := at("export_cost")
	importCost, importCostShut := at("import_cost")
	x.Cost = blend(minus(exportCostShut, exportCost), minus(importCostShut, importCost), exports, imports)
	rise := func(what string) Number {
		b, a := at(what)
		return minus(a, b)
	}
	x.Benefit, x.Transit, x.Revenue = rise("benefit"), rise("transit_tonnes"), rise("revenue_transit")
	return x
}

// blend is the mean of the rises of two costs by the tonnes before the closure.
// Where one part of the trade has no cost before or after, it is the other's.
func blend(a, b, ta, tb Number) Number {
	switch {
	case !a.OK:
		return b
	case !b.OK:
		return a
	}
	return over(some(a.V*ta.Or(0)+b.V*tb.Or(0)), plus(ta, tb))
}
