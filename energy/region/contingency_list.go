package region

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// contingencies lists the incidents, those that shed most first.
func (e *extras) contingencies(ctx context.Context) ([]Contingency, error) {
	all, err := e.incidents(ctx, func(*blockRun, loss) bool { return true })
	if err != nil {
		return nil, err
	}
	n := e.d.w.b.net
	var out []Contingency
	for i, list := range all {
		for _, x := range list {
			r := Contingency{Kind: x.kind, Element: x.id, Block: n.Blocks[e.d.w.b.peaks[i].k].ID, Part: x.part(), Reason: x.reason, Loading: x.loading}
			e.shedIn(&r, x, false)
			if r.Reason != reasonNone && r.PowerShed <= residualTolerance && r.GasShed <= residualTolerance {
				e.shedIn(&r, x, true)
			}
			r.Words = e.words(&r, x)
			out = append(out, r)
		}
	}
	weight := func(c *Contingency) float64 { return c.PowerShed + c.GasShed*e.d.w.b.mwPerMcm() }
	slices.SortStableFunc(out, func(a, b Contingency) int {
		return cmp.Or(cmp.Compare(weight(&b), weight(&a)), cmp.Compare(b.Loading, a.Loading), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Block, b.Block))
	})
	return out, nil
}

// shedIn sums what a loss leaves unserved in the zones inside, or in those at the
// boundary, and names the country where most of it is.
func (e *extras) shedIn(r *Contingency, x *incident, boundary bool) {
	n := e.d.w.b.net
	by := make([]CountryShed, len(n.countries))
	r.PowerShed, r.GasShed, r.By = 0, 0, nil
	for z := range n.Zones {
		if n.Zones[z].Boundary != boundary {
			continue
		}
		c := &by[n.zoneCountry[z]]
		c.PowerShed += math.Max(0, x.power[z])
		c.GasShed += math.Max(0, x.gas[z])
	}
	most := 0.
	for c := range by {
		y := &by[c]
		y.Country = n.countries[c]
		r.PowerShed += y.PowerShed
		r.GasShed += y.GasShed
		if r.Reason == reasonNone || y.PowerShed <= residualTolerance && y.GasShed <= residualTolerance {
			continue
		}
		r.By = append(r.By, *y)
		if size := y.PowerShed + y.GasShed*e.d.w.b.mwPerMcm(); size > most {
			most, r.Country = size, y.Country
		}
	}
}

// mwPerMcm ranks unserved gas beside unserved power by its heat, MW a mcm/d; 10 kWh
// a m3 where the case has no calorific value.
func (b *Base) mwPerMcm() float64 {
	if c := b.vals.cons[ConstCalorific]; c > 0 {
		return c * 1e6 / 3600 / 24
	}
	return 1e4 / 24
}
