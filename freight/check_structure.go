package freight

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
)

// structure tests what only the graph can tell: zones that nothing reaches,
// straits whose closure does not hold, gauges without a price, free links and
// overloaded elements.
func (c *checker) structure() {
	n, err := buildNetwork(c.s)
	if err != nil {
		c.l.Report(ruleUnknownNode, diag.Pos{}, "", "the network cannot be built: %v", err)
		return
	}
	for _, note := range n.notes {
		c.l.Report(ruleGauge, diag.Pos{}, "", "%s", note)
	}
	c.reach(n)
	for i := range c.s.Straits {
		c.closure(n, i)
	}
	c.freeLinks(n)
	v, err := n.evaluate(newLayout(n), nil, nil)
	if err != nil {
		return // constants reports what is wrong
	}
	lay := newLayout(n)
	for i := range n.elems {
		if room := v.listed[lay.cap+i]; v.background[i] > 0 && v.background[i] >= room*(1-minCapacityLeft) {
			c.l.Report(ruleOverload, c.elementPos(&n.elems[i]), n.elems[i].name, "background of %.4g t/yr on %s fills its capacity of %.4g", v.background[i], n.elems[i].name, room)
		}
	}
}

func (c *checker) elementPos(e *element) diag.Pos {
	switch e.kind {
	case elemLink:
		return c.s.Links[e.row].Pos
	case elemBorder:
		return c.s.Borders[e.row].Pos
	}
	return c.s.Terminals[e.row].Pos
}

// reach tests each market's zone pairs for a path with everything open.
func (c *checker) reach(n *network) {
	s := newSearcher(n)
	cost := make([]float64, len(n.arcs))
	trees := map[int32]*tree{}
	type end struct {
		zone int32
		out  bool
	}
	good, tried := map[end]bool{}, map[end]bool{}
	for i := range c.s.Demand {
		d := &c.s.Demand[i]
		o, t := n.zone[d.OriginZone], n.zone[d.DestinationZone]
		src := n.sourceOf[n.node[c.s.Zones[o].Node]]
		if trees[src] == nil {
			trees[src] = s.tree(src, cost, false)
		}
		ok := !math.IsInf(trees[src].dist[n.sinkOf[n.node[c.s.Zones[t].Node]]], 1)
		for _, e := range []end{{o, true}, {t, false}} {
			tried[e] = true
			good[e] = good[e] || ok
		}
	}
	for i := range c.s.Zones {
		z := &c.s.Zones[i]
		for _, e := range []end{{int32(i), true}, {int32(i), false}} {
			if tried[e] && !good[e] {
				way := "sends goods to"
				if !e.out {
					way = "gets goods from"
				}
				d := c.l.Report(ruleDisconnected, z.Pos, z.ID, "no path joins zone %s (node %s) and any zone it %s, even with everything open", z.ID, z.Node, way)
				d.Hint = "the node needs a link, and terminal.csv a row for loading that mode"
			}
		}
	}
}

// closure shuts a strait and looks at the water ways between its check nodes.
func (c *checker) closure(n *network, si int) {
	st := &c.s.Straits[si]
	if st.CheckFrom == "" || st.CheckTo == "" {
		return
	}
	waters := c.watersOf(st.ID)
	search := func(shut int32) ([]int32, bool) {
		s := newSearcher(n)
		cost := make([]float64, len(n.arcs))
		for i := range n.arcs {
			a := &n.arcs[i]
			if a.link < 0 || !waters.has(parseMode(c.s.Links[a.link].Mode)) {
				if a.link >= 0 || n.vertices[a.from].kind != platform || n.vertices[a.to].kind != platform {
					cost[i] = math.Inf(1)
				} else {
					cost[i] = 1 // changing vessel
				}
				continue
			}
			cost[i] = c.s.Links[a.link].Length
			for k := a.op0; k < a.op1; k++ {
				if n.ops[k].kind == opStrait && n.ops[k].strait == shut {
					cost[i] = math.Inf(1)
				}
			}
		}
		best, path := math.Inf(1), []int32(nil)
		for v := range n.vertices {
			if n.vertices[v].node != n.node[st.CheckFrom] || n.vertices[v].kind != platform {
				continue
			}
			from := s.tree(int32(v), cost, false)
			for w := range n.vertices {
				if n.vertices[w].node == n.node[st.CheckTo] && n.vertices[w].kind == platform && from.dist[w] < best {
					best, path = from.dist[w], s.trace(nil, int32(w))
				}
			}
		}
		return path, !math.IsInf(best, 1)
	}
	uses := func(path []int32, strait int32) bool {
		for _, a := range path {
			for k := n.arcs[a].op0; k < n.arcs[a].op1; k++ {
				if n.ops[k].kind == opStrait && n.ops[k].strait == strait {
					return true
				}
			}
		}
		return false
	}
	open, ok := search(-2)
	if !ok {
		c.l.Report(ruleStraitClosure, st.Pos, st.ID, "strait %s: no water way joins %s and %s even when it is open", st.ID, st.CheckFrom, st.CheckTo)
		return
	}
	if !uses(open, int32(si)) {
		c.l.Report(ruleStraitNodes, st.Pos, st.ID, "strait %s is not on the shortest water way from %s to %s: its closure cannot be seen there", st.ID, st.CheckFrom, st.CheckTo)
		return
	}
	around, ok := search(int32(si))
	switch {
	case st.Detour == "" && ok:
		c.l.Report(ruleStraitClosure, st.Pos, st.ID, "strait %s declares no detour, but with it shut water still joins %s and %s by links %s", st.ID, st.CheckFrom, st.CheckTo, joinNames(n.linkNames(around)))
	case st.Detour != "" && !ok:
		c.l.Report(ruleStraitClosure, st.Pos, st.ID, "strait %s names %s as its detour, but with it shut no water way joins %s and %s", st.ID, st.Detour, st.CheckFrom, st.CheckTo)
	case st.Detour != "" && !uses(around, n.strait[st.Detour]):
		c.l.Report(ruleStraitClosure, st.Pos, st.ID, "strait %s names %s as its detour, but the way round goes by links %s", st.ID, st.Detour, joinNames(n.linkNames(around)))
	}
}

// watersOf is what the closure of a strait is tested on: sea and ferry, and
// rivers only when the strait itself lies on one.
func (c *checker) watersOf(strait string) modeSet {
	var on modeSet
	for i := range c.s.Links {
		if slices.Contains(c.s.Links[i].Straits, strait) {
			on = on.with(parseMode(c.s.Links[i].Mode))
		}
	}
	if on == modeSet(0).with(river) {
		return on
	}
	return modeSet(0).with(sea).with(ferry)
}

// linkNames lists the links of a path.
func (n *network) linkNames(arcs []int32) []string {
	var out []string
	for _, a := range arcs {
		if l := n.arcs[a].link; l >= 0 {
			out = append(out, n.spec.Links[l].ID)
		}
	}
	return out
}

// freeLinks lists, for each mode and country, the links no tariff prices for
// some goods.
func (c *checker) freeLinks(n *network) {
	type group struct{ country, mode, goods string }
	free := map[group][]string{}
	first := map[group]diag.Pos{}
	var order []group
	for i := range n.ops {
		o := &n.ops[i]
		if o.kind != opMove || !o.forward {
			continue
		}
		var mask commodityMask
		for q := o.comp0; q < o.comp1; q++ {
			if n.comps[q].kind == compInfrastructure || n.comps[q].kind == compHaulage {
				mask |= n.comps[q].mask
			}
		}
		for k := range c.s.Commodities {
			if mask.has(k) {
				continue
			}
			g := group{n.countries[o.country], o.mode.String(), c.s.Commodities[k].ID}
			if free[g] == nil {
				order = append(order, g)
				first[g] = c.s.Links[o.link].Pos
			}
			free[g] = append(free[g], c.s.Links[o.link].ID)
		}
	}
	for _, g := range order {
		c.l.Report(ruleFree, first[g], g.mode, "no tariff prices %s by %s in %s: %d links are free (%s)", g.goods, g.mode, g.country, len(free[g]), joinNames(sortedUnique(free[g])))
	}
}
