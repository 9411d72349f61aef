package freight

import (
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// query is an outcome made ready: the routes it counts and what each tonne on
// them is worth, or the items it looks at.
type query struct {
	out     *Outcome
	country int16
	payer   int16
	routes  []int32   // ascending
	coef    []float64 // tonne km: km; revenue and haulage: share of the payer; hhi: outlet
	slot    []int32   // revenue and haulage: earning slot of each route, -1 for none
	ruled   bool      // revenue: some rule of some route pays the country
	items   []int32
	weight  []float64 // item: share booked to the country
}

// compileOutcomes makes the outcome queries ready; problems go to l.
func (b *Base) compileOutcomes(l *diag.List, told func(done, total int)) ([]*query, error) {
	var out []*query
	seen := map[string][]bool{}
	index := b.indexPaths()
	for i := range b.net.spec.Outcomes {
		told(i, len(b.net.spec.Outcomes))
		o := &b.net.spec.Outcomes[i]
		t := b.net.checkOutcome(o, l)
		q := &query{out: o, country: b.net.countryOf(o.Country), payer: b.net.countryOf(o.Payer)}
		if o.Payer == "" {
			q.payer = -1
		}
		switch o.Measure {
		case Unserved, Served, UserCost, Benefit:
			b.collectItems(q)
		default:
			key := queryKey(&o.Query)
			if seen[key] == nil {
				seen[key] = index.match(t)
			}
			b.collectRoutes(q, seen[key])
		}
		if len(q.routes) == 0 && len(q.items) == 0 {
			l.Report(RuleQueryEmpty, o.Pos, o.ID, "outcome %s: no route or market of the case meets its query", o.ID)
		}
		out = append(out, q)
	}
	return out, nil
}

// queryKey tells queries with the same path part.
func queryKey(q *PathQuery) string {
	var sb strings.Builder
	for _, p := range [][]string{q.Passes, q.Avoids, q.Modes, q.UsesModes, {q.Country, q.Flow}} {
		sb.WriteString(strings.Join(p, ";"))
		sb.WriteByte('\n')
	}
	for _, c := range keys(q.ModeIn)() {
		sb.WriteString(c + "=" + q.ModeIn[c] + ";")
	}
	if q.Both {
		sb.WriteString("both")
	}
	return sb.String()
}

// checkOutcome validates an outcome and compiles its path test.
func (n *network) checkOutcome(o *Outcome, l *diag.List) *pathTest {
	if !slices.Contains(Measures(), o.Measure) {
		var names []string
		for _, m := range Measures() {
			names = append(names, string(m))
		}
		unknownName(l, RuleUnknownMeasure, o.Pos, "measure", string(o.Measure), names)
	}
	countries := slices.Sorted(slices.Values(n.countries))
	if o.Country != "" && n.countryOf(o.Country) < 0 {
		unknownName(l, RuleQueryField, o.Pos, "country", o.Country, countries)
	}
	if o.Payer != "" && n.countryOf(o.Payer) < 0 {
		unknownName(l, RuleQueryField, o.Pos, "country", o.Payer, countries)
	}
	switch o.Measure {
	case Revenue, Haulage, Benefit, HHI:
		if o.Country == "" {
			l.Report(RuleQueryField, o.Pos, o.ID, "outcome %s: %s needs a country", o.ID, o.Measure)
		}
	}
	if o.Payer != "" && o.Measure != Revenue {
		l.Report(RuleQueryField, o.Pos, o.ID, "outcome %s: a payer goes with revenue only", o.ID)
	}
	q := &o.Query
	known := map[string]bool{"*": true}
	for i := range n.spec.Zones {
		z := &n.spec.Zones[i]
		known[z.Area], known[z.Country], known[z.ID] = true, true, true
	}
	for _, a := range append(slices.Clone(q.Origins), q.Destinations...) {
		if a = strings.TrimPrefix(a, "!"); !known[a] {
			unknownName(l, RuleQueryField, q.Pos, "area", a, keys(known)())
		}
	}
	for _, c := range q.Commodities {
		if c = strings.TrimPrefix(c, "!"); !has(n.commodity)(c) && c != "*" {
			unknownName(l, RuleQueryField, q.Pos, "commodity", c, keys(n.commodity)())
		}
	}
	for _, m := range q.Markets {
		if m = strings.TrimPrefix(m, "!"); !has(n.market)(m) && m != "*" {
			unknownName(l, RuleQueryField, q.Pos, "market", m, keys(n.market)())
		}
	}
	regimes := map[string]bool{}
	for i := range n.spec.Markets {
		for _, r := range n.spec.Markets[i].Regimes {
			regimes[r] = true
		}
	}
	for _, r := range q.Regimes {
		if !regimes[r] {
			unknownName(l, RuleQueryField, q.Pos, "regime", r, keys(regimes)())
		}
	}
	return n.compileTest(q, l)
}

func (b *Base) collectItems(q *query) {
	test := b.net.itemTest(&q.out.Query)
	for i := range b.items {
		it := &b.items[i]
		if !test.on(it) {
			continue
		}
		w := 1.0
		if q.country >= 0 && q.out.Country != "" {
			w = endsIn(it, q.country)
			if q.out.Measure != Benefit && w > 0 {
				w = 1
			}
		}
		if w > 0 {
			q.items = append(q.items, int32(i))
			q.weight = append(q.weight, w)
		}
	}
}

// endsIn is the share of an item booked to a country: half for each end.
func endsIn(it *item, c int16) float64 {
	w := 0.0
	if it.oc == c {
		w += 0.5
	}
	if it.dc == c {
		w += 0.5
	}
	return w
}

// collectRoutes lists the routes of a query; hit says which paths it counts.
func (b *Base) collectRoutes(q *query, hit []bool) {
	test := b.net.itemTest(&q.out.Query)
	of := func(it *item) (payer float64, ok bool) {
		switch {
		case !test.on(it):
		case q.out.Measure == HHI && (it.oc == it.dc || it.oc != q.country && it.dc != q.country):
		case q.out.Measure == TEU && !b.net.spec.Commodities[it.commodity].Container:
		case q.payer >= 0:
			payer = endsIn(it, q.payer)
			return payer, payer > 0
		default:
			return 1, true
		}
		return 0, false
	}
	room := 0
	for i := range b.items {
		if _, ok := of(&b.items[i]); ok {
			for _, rt := range b.routes[b.items[i].route0:b.items[i].route1] {
				if hit[rt.path] {
					room++
				}
			}
		}
	}
	q.routes = make([]int32, 0, room)
	if q.weighs() {
		q.coef = make([]float64, 0, room)
	}
	for i := range b.items {
		payer, ok := of(&b.items[i])
		if !ok {
			continue
		}
		for r := b.items[i].route0; r < b.items[i].route1; r++ {
			if k := b.routes[r].path; hit[k] {
				b.collectRoute(q, r, k, payer)
			}
		}
	}
}

// weightAt is what the route at place k counts with.
func (q *query) weightAt(k int) float64 {
	if q.coef == nil {
		return 1
	}
	return q.coef[k]
}

// weighs says whether routes count with a coefficient.
func (q *query) weighs() bool {
	switch q.out.Measure {
	case TonneKm, HHI, Revenue, Haulage:
		return true
	}
	return false
}

// collectRoute adds a route over path k to a query.
func (b *Base) collectRoute(q *query, r, k int32, payer float64) {
	switch q.out.Measure {
	case TonneKm:
		q.coef = append(q.coef, b.kmInside(k, q.out.Country, q.country))
	case HHI:
		q.coef = append(q.coef, float64(b.outlet(k, q.country)))
	case Revenue, Haulage:
		s := b.earningSlot(b.routes[r].variant, earner{q.country, q.out.Measure == Haulage})
		ruled := q.out.Measure == Revenue && b.ruleEarns(r, q.country)
		if s < 0 && !ruled {
			return
		}
		q.slot = append(q.slot, s)
		q.ruled = q.ruled || ruled
		q.coef = append(q.coef, payer)
	}
	q.routes = append(q.routes, r)
}

// kmInside is the length of a path inside a country, or its whole length.
func (b *Base) kmInside(k int32, name string, c int16) float64 {
	if name == "" {
		return b.paths[k].km
	}
	sum := 0.0
	b.eachOp(k, func(o *operation, _ int32) {
		if o.kind == opMove && o.country == c {
			sum += o.km
		}
	})
	return sum
}

func (b *Base) eachOp(k int32, f func(o *operation, i int32)) {
	for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
		for i := b.net.arcs[a].op0; i < b.net.arcs[a].op1; i++ {
			f(&b.net.ops[i], i)
		}
	}
}

func (b *Base) ruleEarns(r int32, c int16) bool {
	for _, ri := range b.routeRule.of(r) {
		if e := b.net.spec.Rules[ri].Earner; e != "" && b.net.countryOf(e) == c {
			return true
		}
	}
	return false
}

// outlet is where a country's trade leaves or enters it: the country over the
// first border on the way out (the last on the way in), or the open sea.
func (b *Base) outlet(k int32, c int16) int16 {
	p := &b.paths[k]
	out := int16(-1)
	inside := p.oc == c
	b.eachOp(k, func(o *operation, _ int32) {
		if out >= 0 && p.oc == c {
			return // the first way out counts
		}
		switch {
		case o.kind == opBorder && o.border >= 0:
			from, to := b.net.country[b.net.spec.Borders[o.border].CountryFrom], o.country
			if p.oc == c && from == c {
				out = to
			}
			if p.oc != c && to == c {
				out = from
			}
			inside = to == c
		case o.kind == opMove && o.mode.offshore():
			if p.oc == c && inside {
				out = 0
			}
			if p.oc != c {
				out = 0 // unless a border follows
			}
		}
	})
	return out
}

// ruleMoney sums the money and hours rules put on a route, and what country c
// (-1: nobody) earns of it.
func (b *Base) ruleMoney(r int32, commodity int, p []float64, c int16) (money, hours, earned float64) {
	for _, ri := range b.routeRule.of(r) {
		if p[b.lay.ruleOn+int(ri)] == 0 {
			continue
		}
		m, h := b.vals.ruleCharge(b.net, int(ri), p[b.lay.rule+int(ri)], commodity)
		money += m
		hours += h
		if e := b.net.spec.Rules[ri].Earner; e != "" && c >= 0 && b.net.countryOf(e) == c {
			earned += m
		}
	}
	return money, hours, earned
}
