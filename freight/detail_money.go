package freight

import (
	"math"
	"slices"
	"strings"
)

// MoneyRow is money earned, USD/yr.
type MoneyRow struct {
	Country string // who earns
	Payer   string // country of the cargo: half of each tonne to its origin, half to its destination
	Kind    string // infrastructure, haulage, fee, port, payment
	Flow    string // flow type as the earner sees it
	USD     float64
}

// Revenue lists who earns what from whose cargo, sorted by country, payer,
// kind and flow type.
func (d *Detail) Revenue() []MoneyRow {
	b, n := d.b, d.b.net
	type key struct {
		earner, payer int16
		kind          compKind
		flow          flow
	}
	sum := map[key]float64{}
	book := func(earner, oc, dc int16, kind compKind, usd float64) {
		f := flowOf(earner, oc, dc)
		sum[key{earner, oc, kind, f}] += usd / 2
		sum[key{earner, dc, kind, f}] += usd / 2
	}
	byVariant := make([]float64, len(b.variants))
	for i := range b.items {
		it := &b.items[i]
		for r := it.route0; r < it.route1; r++ {
			t := d.f.tonnes[r]
			if t == 0 {
				continue
			}
			byVariant[b.routes[r].variant] += t
			for _, ri := range b.routeRule.of(r) {
				rule := &n.spec.Rules[ri]
				if e := n.countryOf(rule.Earner); rule.Earner != "" && e > 0 && d.e.w.p[b.lay.ruleOn+int(ri)] != 0 {
					m, _ := b.vals.ruleCharge(n, int(ri), d.e.w.p[b.lay.rule+int(ri)], it.commodity)
					book(e, it.oc, it.dc, compPayment, t*m)
				}
			}
		}
	}
	for v, t := range byVariant {
		if t == 0 {
			continue
		}
		p := &b.paths[b.variants[v].path]
		b.eachEarning(&b.variants[v], func(who earner, m *component, q int32, share float64) {
			if usd := d.e.w.p[b.lay.money+int(q)]; usd != 0 {
				book(who.country, p.oc, p.dc, m.kind, t*usd*share)
			}
		})
	}
	out := make([]MoneyRow, 0, len(sum))
	for k, usd := range sum {
		out = append(out, MoneyRow{n.countries[k.earner], n.countries[k.payer], k.kind.String(), k.flow.String(), usd})
	}
	slices.SortFunc(out, func(x, y MoneyRow) int {
		return strings.Compare(x.Country+" "+x.Payer+" "+x.Kind+" "+x.Flow, y.Country+" "+y.Payer+" "+y.Kind+" "+y.Flow)
	})
	return out
}

// Benefits is the user benefit of each country against the baseline, USD/yr:
// the change of the logsum in money along the demand curve, half of each tonne
// to its origin and half to its destination.
func (d *Detail) Benefits() map[string]float64 {
	b := d.b
	curve := b.curve()
	out := map[string]float64{}
	for i := range b.items {
		it := &b.items[i]
		ref, now := 0.0, 0.0
		if !math.IsInf(b.refG[i], 1) {
			ref = curve.surplus((b.refG[i] - b.g0[i]) / b.c0[i])
		}
		if !math.IsInf(d.f.x[i], 1) {
			now = curve.surplus((d.f.g[i] - b.g0[i]) / b.c0[i])
		}
		usd := d.e.w.q0[i] * b.c0[i] * (now - ref)
		out[b.net.countries[it.oc]] += usd / 2
		out[b.net.countries[it.dc]] += usd / 2
	}
	return out
}
