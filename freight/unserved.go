package freight

import (
	"math"
	"slices"
	"strings"
)

// Bounds of the account of what did not move.
const (
	// UnservedShare and UnservedTonnes: a loss is listed when it is at least
	// that share of the wanted tonnes and that many tonnes a year.
	UnservedShare  = 0.01
	UnservedTonnes = 1.0
	// RestoreShare of the lost tonnes must come back for a set to count as
	// restoring service.
	RestoreShare = 0.95
	// MaxRestoreSet is the largest set of causes that is searched fully; beyond
	// it only the set of all is tried.
	MaxRestoreSet = 3
	// MaxRestoreCandidates is the most causes combined in sets of two and three.
	MaxRestoreCandidates = 14
)

// Cause says why tonnes did not move.
type Cause string

// The causes.
const (
	NoRoute   Cause = "no route"   // every way is shut or forbidden
	PricedOut Cause = "priced out" // there is a way, too dear
	Rationed  Cause = "rationed"   // there is a way, the capacity goes to others
)

// UnservedRow is what one unit of demand lost for one cause.
type UnservedRow struct {
	Market      string  `json:"market"`
	Commodity   string  `json:"commodity"`
	Segment     string  `json:"segment"`
	Origin      string  `json:"origin"`
	Destination string  `json:"destination"`
	Cause       Cause   `json:"cause"`
	Wanted      float64 `json:"wanted"` // t/yr
	Lost        float64 `json:"lost"`   // t/yr
	// Restore is the smallest set of closures, rules or limits whose lifting
	// brings at least RestoreShare of the lost tonnes back, everything else as
	// it is ("rule x", "border y", "project z", "strait s", "limit of link l",
	// "queue at border b", "country C ..."). Empty when no set of them does:
	// then the ways of the network itself are too dear, or there are none.
	Restore []string `json:"restore"`
}

// Unserved lists the losses, in demand order.
func (d *Detail) Unserved() []UnservedRow {
	b, s := d.b, d.b.net.spec
	curve := b.curve()
	var out []UnservedRow
	for i := range b.items {
		it := &b.items[i]
		q0 := d.e.w.q0[i]
		row := UnservedRow{
			Market: s.Markets[it.market].ID, Commodity: s.Commodities[it.commodity].ID, Segment: it.segment.String(),
			Origin: s.Zones[it.origin].ID, Destination: s.Zones[it.dest].ID, Wanted: q0,
		}
		listed := func(lost float64) bool { return lost >= UnservedTonnes && lost >= UnservedShare*q0 }
		if math.IsInf(d.f.x[i], 1) {
			if listed(q0) {
				row.Cause, row.Lost = NoRoute, q0
				row.Restore = d.restoreRoute(int32(i))
				out = append(out, row)
			}
			continue
		}
		calm, _ := curve.at(d.f.calm[i])
		if lost := q0 - q0*calm; listed(lost) {
			r := row
			r.Cause, r.Lost = PricedOut, lost
			r.Restore = d.restorePrice(int32(i), lost)
			out = append(out, r)
		}
		if lost := q0*calm - d.f.served[i]; listed(lost) {
			r := row
			r.Cause, r.Lost = Rationed, lost
			r.Restore = d.restoreLimit(int32(i), lost)
			out = append(out, r)
		}
	}
	return out
}

// restoreRoute is the smallest set of blocks on any one route of an item.
func (d *Detail) restoreRoute(i int32) []string {
	it := &d.b.items[i]
	var best []string
	for r := it.route0; r < it.route1; r++ {
		blocks := d.blocks(r, it)
		if best == nil || len(blocks) < len(best) || len(blocks) == len(best) && strings.Join(blocks, " ") < strings.Join(best, " ") {
			best = blocks
		}
	}
	return best
}

// blocks lists what shuts a route, each thing once, in the order met.
func (d *Detail) blocks(r int32, it *item) []string {
	b, n := d.b, d.b.net
	p := d.e.w.p
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	pt := &b.paths[b.routes[r].path]
	b.eachOp(b.routes[r].path, func(o *operation, k int32) {
		if p[b.lay.open+int(k)] == 0 {
			add(n.blockName(o))
		}
		if o.elem >= 0 && p[b.lay.cap+int(o.elem)] <= 0 {
			add("limit of " + n.elems[o.elem].name)
		}
		if o.country > 0 && b.lay.soilShut(o, pt.oc, pt.dc, p) {
			add("country " + n.countries[o.country] + " shut to " + flowOf(o.country, pt.oc, pt.dc).String())
		}
	})
	for _, ri := range b.routeRule.of(r) {
		if rule := &n.spec.Rules[ri]; rule.Kind == "forbid" && p[b.lay.ruleOn+int(ri)] != 0 {
			add("rule " + rule.ID)
		}
	}
	return out
}

// blockName names what must open for a shut operation.
func (n *network) blockName(o *operation) string {
	s := n.spec
	switch o.kind {
	case opBorder:
		if len(n.byProject[o.link]) > 0 && !s.Links[o.link].Open {
			return "project " + s.Projects[n.byProject[o.link][0]].ID
		}
		if o.border >= 0 {
			return "border " + s.Borders[o.border].ID
		}
	case opStrait:
		return "strait " + s.Straits[o.strait].ID
	case opMove:
		if len(n.byProject[o.link]) > 0 {
			return "project " + s.Projects[n.byProject[o.link][0]].ID
		}
		return "link " + s.Links[o.link].ID
	}
	if o.terminal >= 0 {
		return "terminal " + s.Terminals[o.terminal].ID
	}
	return "node " + s.Nodes[o.node].ID
}

// lift is one cause that may be lifted: the routes it makes cheaper, and by how
// much, or opens.
type lift struct {
	name string
	less []float64 // by route of the item, USD/t
	kind uint8     // 0 cheaper, 1 opens
}

// restorePrice searches the smallest set of money rules, queues and closures
// whose lifting brings back what cost took away.
func (d *Detail) restorePrice(i int32, lost float64) []string {
	b, n := d.b, d.b.net
	it := &b.items[i]
	k := int(it.route1 - it.route0)
	vot := b.vals.goods[it.commodity].vot
	byName := map[string]*lift{}
	var lifts []*lift
	get := func(name string, kind uint8) *lift {
		if byName[name] == nil {
			byName[name] = &lift{name: name, less: make([]float64, k), kind: kind}
			lifts = append(lifts, byName[name])
		}
		return byName[name]
	}
	blocks := make([][]string, k)
	for r := it.route0; r < it.route1; r++ {
		j := int(r - it.route0)
		for _, ri := range b.routeRule.of(r) {
			if d.e.w.p[b.lay.ruleOn+int(ri)] != 0 && n.spec.Rules[ri].Kind != "forbid" {
				m, h := b.vals.ruleCharge(n, int(ri), d.e.w.p[b.lay.rule+int(ri)], it.commodity)
				get("rule "+n.spec.Rules[ri].ID, 0).less[j] += m + vot*h
			}
		}
		for _, s := range d.e.slots(r) {
			if d.e.hours[s] > 0 && d.e.add[s] > 0 {
				get("queue at "+n.elems[d.e.elems[s]].name, 0).less[j] += vot * d.e.add[s]
			}
		}
		if !d.e.w.avail[r] {
			blocks[j] = d.blocks(r, it)
			for _, name := range blocks[j] {
				get(name, 1)
			}
		}
	}
	back := func(set []*lift) float64 {
		return d.served(i, func(r int32, c float64) (float64, bool) {
			j := int(r - it.route0)
			open := d.e.w.avail[r]
			if !open {
				open = true
				for _, name := range blocks[j] {
					open = open && slices.ContainsFunc(set, func(l *lift) bool { return l.name == name })
				}
			}
			for _, l := range set {
				c -= l.less[j]
			}
			return math.Max(0, c), open
		}, true)
	}
	return smallest(lifts, lost, back, back(nil))
}

// restoreLimit searches the smallest set of limits whose lifting brings back
// what rationing took away, other prices as they are.
func (d *Detail) restoreLimit(i int32, lost float64) []string {
	b, n := d.b, d.b.net
	it := &b.items[i]
	k := int(it.route1 - it.route0)
	byName := map[string]*lift{}
	var lifts []*lift
	for r := it.route0; r < it.route1; r++ {
		if !d.e.w.avail[r] {
			continue
		}
		for _, s := range d.e.slots(r) {
			if d.e.hours[s] > 0 || d.e.add[s] <= 0 {
				continue
			}
			name := "limit of link " + n.elems[d.e.elems[s]].name
			if byName[name] == nil {
				byName[name] = &lift{name: name, less: make([]float64, k)}
				lifts = append(lifts, byName[name])
			}
			byName[name].less[r-it.route0] += d.e.add[s]
		}
	}
	back := func(set []*lift) float64 {
		return d.served(i, func(r int32, c float64) (float64, bool) {
			for _, l := range set {
				c -= l.less[r-it.route0]
			}
			return c, d.e.w.avail[r]
		}, false)
	}
	return smallest(lifts, lost, back, d.f.served[i])
}

// served is what an item would move with its route costs and openness changed
// by f; without prices when calm.
func (d *Detail) served(i int32, f func(r int32, c float64) (float64, bool), calm bool) float64 {
	b := d.b
	it := &b.items[i]
	w := &world{avail: make([]bool, it.route1), linkUse: make([]int32, len(b.net.spec.Links))}
	cost, prob := make([]float64, it.route1), make([]float64, it.route1)
	vot := b.vals.goods[it.commodity].vot
	for r := it.route0; r < it.route1; r++ {
		c := d.e.w.cost[r]
		for _, s := range d.e.slots(r) {
			switch {
			case d.e.hours[s] > 0:
				c += vot * d.e.add[s]
			case !calm:
				c += d.e.add[s]
			}
		}
		cost[r], w.avail[r] = f(r, c)
	}
	lnPS := make([]float64, it.route1-it.route0)
	b.pathSizes(w, i, lnPS)
	_, l, ok := b.choose(w, i, cost, lnPS, prob, nil)
	if !ok {
		return 0
	}
	q, _ := b.curve().at(-l - b.g0[i]/b.c0[i])
	return d.e.w.q0[i] * q
}

// smallest finds the smallest set of lifts that brings back RestoreShare of
// lost above now; ties go to the set that brings back most, then to the first.
func smallest(lifts []*lift, lost float64, back func([]*lift) float64, now float64) []string {
	need := now + RestoreShare*lost
	slices.SortStableFunc(lifts, func(x, y *lift) int { return strings.Compare(x.name, y.name) })
	if len(lifts) == 0 || back(lifts) < need {
		return nil
	}
	single := make([]float64, len(lifts))
	for k, l := range lifts {
		single[k] = back([]*lift{l})
	}
	order := make([]int, len(lifts))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case single[x] > single[y]:
			return -1
		case single[x] < single[y]:
			return 1
		}
		return 0
	})
	if single[order[0]] >= need {
		return []string{lifts[order[0]].name}
	}
	pool := order[:min(len(order), MaxRestoreCandidates)]
	for size := 2; size <= MaxRestoreSet; size++ {
		var best []*lift
		got := need
		combine(pool, size, func(pick []int) {
			set := make([]*lift, size)
			for k, j := range pick {
				set[k] = lifts[j]
			}
			if v := back(set); v >= got && (best == nil || v > got) {
				best, got = set, v
			}
		})
		if best != nil {
			return names(best)
		}
	}
	return names(lifts)
}

func names(set []*lift) []string {
	out := make([]string, len(set))
	for k, l := range set {
		out[k] = l.name
	}
	slices.Sort(out)
	return out
}

// combine visits every choice of k of the pool, in order.
func combine(pool []int, k int, f func([]int)) {
	pick := make([]int, 0, k)
	var rec func(from int)
	rec = func(from int) {
		if len(pick) == k {
			f(pick)
			return
		}
		for j := from; j < len(pool); j++ {
			pick = append(pick, pool[j])
			rec(j + 1)
			pick = pick[:len(pick)-1]
		}
	}
	rec(0)
}
