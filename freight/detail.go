package freight

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
)

// Detail opens one solved network: routes with their tonnes, what each
// operation takes and costs, flows of links, elements with a capacity, money by
// country, skims, and what did not move. It holds its own copy of the network
// and may be read by several goroutines.
type Detail struct {
	b    *Base
	e    *equilibrium
	f    *flowState
	sol  *Solution
	Year Year
}

// Detail evaluates the network of d at the state of s.
func (b *Base) Detail(d *Delta, s *Solution) *Detail {
	ws := NewWorkspace()
	b.load(&ws.w, b.params(d))
	ws.e.setup(b, &ws.w, s.State)
	ws.e.loads(ws.e.z, ws.e.v)
	return &Detail{b: b, e: &ws.e, f: ws.e.flows(), sol: s, Year: d.year}
}

// Solution returns the solution the detail belongs to.
func (d *Detail) Solution() *Solution { return d.sol }

// Payment is money for one thing at one operation, USD/t.
type Payment struct {
	Kind   string             `json:"kind"` // infrastructure, haulage, fee, port, payment
	Row    string             `json:"row"`  // id of the tariff, fee, terminal or rule
	Payer  string             `json:"payer"`
	Earned map[string]float64 `json:"earned"` // country -> USD/t; what nobody earns is missing
	USD    float64            `json:"usd_per_t"`
}

// Step is one operation of a route.
type Step struct {
	Kind     string    `json:"kind"` // load, unload, move, tranship, gauge, border, strait, rule; id of the place
	Name     string    `json:"name"` // load, unload, move, tranship, gauge, border, strait, rule; id of the place
	Mode     string    `json:"mode"`
	Country  string    `json:"country"` // "XZ" at sea
	From     string    `json:"from"`    // nodes
	To       string    `json:"to"`      // nodes
	Km       float64   `json:"km"`
	Hours    float64   `json:"hours"` // without the queue
	Queue    float64   `json:"queue"` // hours the queue adds
	Spread   float64   `json:"spread"`
	Money    float64   `json:"money"` // USD/t paid
	Price    float64   `json:"price"` // USD/t of rationing, nobody's revenue
	Payments []Payment `json:"payments"`
}

// RouteFlow is one route of one unit of demand.
type RouteFlow struct {
	Market, Commodity, Segment string
	Origin, Destination        string // zones
	Modes                      string // main-haul modes, the nest
	Nodes                      []string
	Links                      []string
	Tonnes                     float64
	Km, Hours, Spread          float64
	Money                      float64 // USD/t paid
	Price                      float64 // USD/t of rationing
	Cost                       float64 // generalised cost, USD/t, prices included
	Open                       bool
	index                      int32
	item                       int32
}

// Routes lists the routes that carry at least min tonnes a year, in demand
// order. With min 0 routes that are closed or empty are listed too.
func (d *Detail) Routes(min float64) []RouteFlow {
	var out []RouteFlow
	for i := range d.b.items {
		it := &d.b.items[i]
		for r := it.route0; r < it.route1; r++ {
			if d.f.tonnes[r] >= min {
				out = append(out, d.route(int32(i), r))
			}
		}
	}
	return out
}

func (d *Detail) route(i, r int32) RouteFlow {
	b, s := d.b, d.b.net.spec
	it := &b.items[i]
	rt := &b.routes[r]
	money, hours, _ := b.ruleMoney(r, it.commodity, d.e.w.p, -1)
	queue, price := 0.0, 0.0
	for _, k := range d.e.slots(r) {
		if d.e.hours[k] > 0 {
			queue += d.e.add[k]
		} else {
			price += d.e.add[k]
		}
	}
	vot := b.vals.goods[it.commodity].vot
	p := &b.paths[rt.path]
	arcs := b.pathArcs[p.arc0:p.arc1]
	return RouteFlow{
		Market: s.Markets[it.market].ID, Commodity: s.Commodities[it.commodity].ID, Segment: it.segment.String(),
		Origin: s.Zones[it.origin].ID, Destination: s.Zones[it.dest].ID, Modes: b.nests[rt.path].String(),
		Nodes: b.net.nodeNames(arcs), Links: b.net.linkNames(arcs), Tonnes: d.f.tonnes[r], Km: p.km,
		Hours: d.e.w.way[rt.path].hours + hours + queue, Spread: d.e.w.way[rt.path].spread,
		Money: d.e.w.money(rt.variant, rt.path) + money, Price: price, Cost: d.e.w.cost[r] + vot*queue + price,
		Open: d.e.w.avail[r], index: r, item: i,
	}
}

// nodeNames lists the nodes of a path, each once.
func (n *network) nodeNames(arcs []int32) []string {
	var out []string
	add := func(v int32) {
		if id := n.spec.Nodes[n.vertices[v].node].ID; len(out) == 0 || out[len(out)-1] != id {
			out = append(out, id)
		}
	}
	for _, a := range arcs {
		add(n.arcs[a].from)
		add(n.arcs[a].to)
	}
	return out
}

// Steps opens a route of Routes into its operations, in order; charges of rules
// come last.
func (d *Detail) Steps(r RouteFlow) []Step {
	b := d.b
	it := &b.items[r.item]
	p := &b.paths[b.routes[r.index].path]
	out := d.steps(b.pathArcs[p.arc0:p.arc1], it.commodity, p.oc, p.dc)
	for _, ri := range b.routeRule.of(r.index) {
		if s, ok := d.ruleStep(int(ri), it.commodity); ok {
			out = append(out, s)
		}
	}
	return out
}

func (d *Detail) ruleStep(ri, commodity int) (Step, bool) {
	b := d.b
	rule := &b.net.spec.Rules[ri]
	if d.e.w.p[b.lay.ruleOn+ri] == 0 || rule.Kind == "forbid" {
		return Step{}, false
	}
	m, h := b.vals.ruleCharge(b.net, ri, d.e.w.p[b.lay.rule+ri], commodity)
	pay := Payment{Kind: compPayment.String(), Row: rule.ID, USD: m}
	if rule.Earner != "" {
		pay.Earned = map[string]float64{rule.Earner: m}
	}
	return Step{Kind: "rule", Name: rule.ID, Country: rule.Through, Hours: h, Money: m, Payments: []Payment{pay}}, true
}

// steps opens arcs into operations for a commodity between two countries.
func (d *Detail) steps(arcs []int32, commodity int, oc, dc int16) []Step {
	b, n := d.b, d.b.net
	p := d.e.w.p
	var out []Step
	for _, a := range arcs {
		from, to := n.spec.Nodes[n.vertices[n.arcs[a].from].node].ID, n.spec.Nodes[n.vertices[n.arcs[a].to].node].ID
		for k := n.arcs[a].op0; k < n.arcs[a].op1; k++ {
			o := &n.ops[k]
			s := Step{
				Kind: o.kind.String(), Name: n.opName(o), Mode: o.mode.String(), Country: n.countries[o.country], From: from, To: to,
				Km: o.km, Hours: p[b.lay.hours+int(k)], Spread: p[b.lay.spread+int(k)],
			}
			if o.mode == zoneMode || o.mode == noMode {
				s.Mode = o.mode2.String()
			} else if o.kind == opTranship {
				s.Mode = o.mode.String() + "-" + o.mode2.String()
			}
			if x := p[b.lay.extra+int(k)]; x != 0 {
				s.Payments = append(s.Payments, Payment{Kind: compPayment.String(), USD: x})
				s.Money += x
			}
			for q := o.comp0; q < o.comp1; q++ {
				c := &n.comps[q]
				if m := p[b.lay.money+int(q)]; m != 0 && n.compApplies(c, commodity, oc, dc) {
					s.Payments = append(s.Payments, n.payment(c, m, oc, dc))
					s.Money += m
				}
			}
			if o.elem >= 0 {
				if slot := d.e.slot[o.elem]; slot >= 0 {
					if d.e.hours[slot] > 0 {
						s.Queue = d.e.add[slot]
					} else {
						s.Price = d.e.add[slot]
					}
				}
			}
			out = append(out, s)
		}
	}
	return out
}

func (n *network) payment(c *component, m float64, oc, dc int16) Payment {
	pay := Payment{Kind: c.kind.String(), Payer: c.payer, USD: m}
	switch c.row.table {
	case tariffPerTonne, tariffPerTonneKm:
		pay.Row = n.spec.Tariffs[c.row.row].ID
	case feeMoney:
		pay.Row = n.spec.Fees[c.row.row].ID
	case terminalMoney:
		pay.Row = n.spec.Terminals[c.row.row].ID
	}
	earn := func(k int16, usd float64) {
		if pay.Earned == nil {
			pay.Earned = map[string]float64{}
		}
		pay.Earned[n.countries[k]] += usd
	}
	for e := c.earn0; e < c.earn1; e++ {
		s := &n.earns[e]
		if s.country == earnFlag {
			earn(oc, m*s.share/2)
			earn(dc, m*s.share/2)
		} else {
			earn(s.country, m*s.share)
		}
	}
	return pay
}

// LinkFlow is what one direction of a link carries, t/yr.
type LinkFlow struct {
	Link, From, To, Mode string
	Country              string // whose flow types these are: the country the link begins in, "XZ" at sea
	Tonnes               float64
	ByFlow               [4]float64 // transit, import, export, domestic; all transit at sea
	ByCommodity          []float64  // in the order of Spec.Commodities
	Capacity             float64    // t/yr, +Inf when none
	Background           float64
	Price                float64 // USD/t of rationing
}

// Links lists the flow of every link and direction that carries something, in
// file order.
func (d *Detail) Links() []LinkFlow {
	b, n := d.b, d.b.net
	flows := make([]*LinkFlow, len(n.arcs))
	for i := range b.items {
		it := &b.items[i]
		for r := it.route0; r < it.route1; r++ {
			t := d.f.tonnes[r]
			if t == 0 {
				continue
			}
			p := &b.paths[b.routes[r].path]
			for _, a := range b.pathArcs[p.arc0:p.arc1] {
				if n.arcs[a].link < 0 {
					continue
				}
				f := flows[a]
				if f == nil {
					f = d.newLinkFlow(a)
					flows[a] = f
				}
				f.Tonnes += t
				f.ByCommodity[it.commodity] += t
				f.ByFlow[flowOf(n.country[f.Country], p.oc, p.dc)] += t
			}
		}
	}
	var out []LinkFlow
	for _, f := range flows {
		if f != nil {
			out = append(out, *f)
		}
	}
	return out
}

func (d *Detail) newLinkFlow(a int32) *LinkFlow {
	b, n := d.b, d.b.net
	l := &n.spec.Links[n.arcs[a].link]
	f := &LinkFlow{Link: l.ID, From: l.From, To: l.To, Mode: l.Mode, ByCommodity: make([]float64, len(n.spec.Commodities)), Capacity: math.Inf(1)}
	if !n.arcs[a].forward {
		f.From, f.To = l.To, l.From
	}
	for k := n.arcs[a].op0; k < n.arcs[a].op1; k++ {
		if o := &n.ops[k]; o.kind == opMove && o.elem >= 0 {
			f.Country = n.countries[o.country]
			f.Capacity = d.e.w.p[b.lay.cap+int(o.elem)]
			f.Background = b.vals.background[o.elem]
			if s := d.e.slot[o.elem]; s >= 0 {
				f.Price = d.e.add[s]
			}
		}
	}
	return f
}

// ElementState is an element with a capacity in use.
type ElementState struct {
	Kind       string  `json:"kind"` // link, border, terminal
	ID         string  `json:"id"`   // of the row
	Name       string  `json:"name"`
	From       string  `json:"from"`   // nodes of a link or border, in the direction of the load; the node of a terminal
	To         string  `json:"to"`     // nodes of a link or border, in the direction of the load; the node of a terminal
	Tonnes     float64 `json:"tonnes"` // background included
	Background float64 `json:"background"`
	Capacity   float64 `json:"capacity"`
	Queue      float64 `json:"queue"` // hours added
	Price      float64 `json:"price"` // USD/t
}

// Elements lists the elements with a capacity in use.
func (d *Detail) Elements() []ElementState {
	b := d.b
	var out []ElementState
	for s, k := range d.e.elems {
		el := &b.net.elems[k]
		x := ElementState{
			Kind: [...]string{"link", "border", "terminal"}[el.kind], Name: el.name, Tonnes: d.e.v[s],
			Background: d.e.load0[s], Capacity: d.e.cap[s], ID: b.net.elementID(el),
		}
		x.From, x.To = b.net.elementEnds(el)
		if d.e.hours[s] > 0 {
			x.Queue = d.e.add[s]
		} else {
			x.Price = d.e.add[s]
		}
		out = append(out, x)
	}
	return out
}

func (n *network) elementEnds(e *element) (from, to string) {
	switch e.kind {
	case elemLink:
		l := &n.spec.Links[e.row]
		if e.back {
			return l.To, l.From
		}
		return l.From, l.To
	case elemBorder:
		return n.spec.Borders[e.row].NodeFrom, n.spec.Borders[e.row].NodeTo
	}
	id := n.spec.Nodes[e.node].ID
	return id, id
}

func (n *network) elementID(e *element) string {
	switch e.kind {
	case elemLink:
		return n.spec.Links[e.row].ID
	case elemBorder:
		return n.spec.Borders[e.row].ID
	}
	return n.spec.Terminals[e.row].ID
}

// Skim is what it takes to move one unit of demand.
type Skim struct {
	Market, Commodity, Segment string
	Origin, Destination        string
	Wanted, Tonnes             float64 // t/yr
	Hours, Spread, Money       float64 // tonne-weighted means, NaN when nothing moves
	Cost                       float64 // logsum, USD/t, +Inf without a way
	BaseCost                   float64 // the same in the base year
}

// Skims lists the skims of every unit of demand, in file order.
func (d *Detail) Skims() []Skim {
	b, s := d.b, d.b.net.spec
	out := make([]Skim, 0, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		k := Skim{
			Market: s.Markets[it.market].ID, Commodity: s.Commodities[it.commodity].ID, Segment: it.segment.String(),
			Origin: s.Zones[it.origin].ID, Destination: s.Zones[it.dest].ID, Wanted: d.e.w.q0[i], Tonnes: d.f.served[i],
			Cost: d.f.g[i], BaseCost: b.g0[i],
		}
		for r := it.route0; r < it.route1; r++ {
			if t := d.f.tonnes[r]; t > 0 {
				x := d.route(int32(i), r)
				k.Hours += t * x.Hours
				k.Spread += t * x.Spread
				k.Money += t * x.Money
			}
		}
		k.Hours, k.Spread, k.Money = k.Hours/k.Tonnes, k.Spread/k.Tonnes, k.Money/k.Tonnes
		out = append(out, k)
	}
	return out
}

// Use is the part of a unit of demand that uses a place.
type Use struct {
	Market      string  `json:"market"`
	Commodity   string  `json:"commodity"`
	Segment     string  `json:"segment"`
	Origin      string  `json:"origin"`
	Destination string  `json:"destination"`
	Tonnes      float64 `json:"tonnes"`
	Share       float64 `json:"share"` // of what the unit moves
}

// Knows says whether [Detail.Select] can find a place, and if not, which id is
// near it ("" when none is).
func (d *Detail) Knows(place string) (ok bool, near string) {
	if n := d.b.net; len(n.placeTokens(place)) == 0 {
		return false, diag.Nearest(place, n.placeNames())
	}
	return true, ""
}

// Select lists who uses a place: a node, link, border, strait, country or pair
// of countries "RU-AZ" (select link). Largest first.
//
// An id that the network does not have is used by nobody; see [Detail.Knows].
func (d *Detail) Select(place string) []Use {
	b, n := d.b, d.b.net
	want := n.placeTokens(place)
	hit := make([]int8, len(b.paths))
	var out []Use
	for i := range b.items {
		it := &b.items[i]
		sum := 0.0
		for r := it.route0; r < it.route1; r++ {
			k := b.routes[r].path
			if d.f.tonnes[r] == 0 {
				continue
			}
			if hit[k] == 0 {
				hit[k] = -1
				p := &b.paths[k]
				for _, t := range n.events(b.pathArcs[p.arc0:p.arc1]) {
					if slices.Contains(want, t) {
						hit[k] = 1
						break
					}
				}
			}
			if hit[k] == 1 {
				sum += d.f.tonnes[r]
			}
		}
		if sum > 0 {
			s := n.spec
			out = append(out, Use{
				Market: s.Markets[it.market].ID, Commodity: s.Commodities[it.commodity].ID, Segment: it.segment.String(),
				Origin: s.Zones[it.origin].ID, Destination: s.Zones[it.dest].ID, Tonnes: sum, Share: sum / d.f.served[i],
			})
		}
	}
	slices.SortStableFunc(out, func(x, y Use) int {
		switch {
		case x.Tonnes > y.Tonnes:
			return -1
		case x.Tonnes < y.Tonnes:
			return 1
		}
		return 0
	})
	return out
}

// SolveDetail solves and opens a network in one call.
func (b *Base) SolveDetail(ctx context.Context, d *Delta) (*Detail, error) {
	s, err := b.Solve(ctx, d, nil, nil)
	if err != nil {
		return nil, err
	}
	return b.Detail(d, s), nil
}
