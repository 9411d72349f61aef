package freight

import (
	"slices"
)

// gate is something a world may shut: shutting it is a generating condition of
// the route sets, so that the way around it is in the set beforehand.
type gate struct {
	name string
	arcs []int32
	// country is the country whose soil the gate is, -1 for others. It is no
	// gate for goods from or to that country.
	country int16
	// big gates are also shut two at a time.
	big bool
}

// openable is something closed in the baseline that a change may open.
type openable struct {
	name string
	arcs []int32
}

// gatesOf lists the gates of the network in a fixed order: straits, countries,
// pairs of countries, modes, projects and closed things, forbidding rules, then
// (small) border crossings, ferry links, links with a capacity and named
// terminals.
func (n *network) gatesOf(closed []openable) []gate {
	s := n.spec
	var gates []gate
	collect := func(name string, country int16, big bool, hit func(a *arc, o *operation) bool) {
		g := gate{name: name, country: country, big: big}
		for i := range n.arcs {
			a := &n.arcs[i]
			for k := a.op0; k < a.op1; k++ {
				if hit(a, &n.ops[k]) {
					g.arcs = append(g.arcs, int32(i))
					break
				}
			}
		}
		if len(g.arcs) > 0 {
			gates = append(gates, g)
		}
	}
	for i := range s.Straits {
		collect("strait "+s.Straits[i].ID, -1, true, func(_ *arc, o *operation) bool { return o.kind == opStrait && o.strait == int32(i) })
	}
	for c := 1; c < len(n.countries); c++ {
		collect("country "+n.countries[c], int16(c), true, func(_ *arc, o *operation) bool {
			return o.country == int16(c) && o.kind != opLoad && o.kind != opUnload
		})
	}
	for _, p := range n.borderPairs() {
		collect("borders "+p[0]+"-"+p[1], -1, true, func(_ *arc, o *operation) bool {
			if o.kind != opBorder || o.border < 0 {
				return false
			}
			b := &s.Borders[o.border]
			return b.CountryFrom == p[0] && b.CountryTo == p[1] || b.CountryFrom == p[1] && b.CountryTo == p[0]
		})
	}
	for m := rail; m <= river; m++ {
		collect("mode "+m.String(), -1, true, func(a *arc, o *operation) bool { return a.link >= 0 && o.mode == m })
	}
	for _, c := range closed {
		gates = append(gates, gate{name: c.name, arcs: c.arcs, country: -1, big: true})
	}
	for i := range s.Rules {
		if s.Rules[i].Kind != "forbid" {
			continue
		}
		if arcs := n.ruleArcs(&s.Rules[i]); len(arcs) > 0 {
			gates = append(gates, gate{name: "rule " + s.Rules[i].ID, arcs: arcs, country: -1, big: true})
		}
	}
	for _, id := range n.borderIDs() {
		collect("border "+id, -1, false, func(_ *arc, o *operation) bool {
			return o.kind == opBorder && o.border >= 0 && s.Borders[o.border].ID == id
		})
	}
	for i := range s.Links {
		l := &s.Links[i]
		if parseMode(l.Mode) == ferry || hasCapacity(l.Capacity, nil) {
			collect("link "+l.ID, -1, false, func(a *arc, _ *operation) bool { return a.link == int32(i) })
		}
	}
	for i := range s.Terminals {
		t := &s.Terminals[i]
		if t.Node != "*" {
			collect("terminal "+t.ID, -1, false, func(_ *arc, o *operation) bool {
				return o.kind == opTranship && o.terminal == int32(i)
			})
		}
	}
	return gates
}

// borderPairs lists the pairs of countries with a border row, in file order.
func (n *network) borderPairs() [][2]string {
	var pairs [][2]string
	seen := map[[2]string]bool{}
	for i := range n.spec.Borders {
		b := &n.spec.Borders[i]
		p := [2]string{b.CountryFrom, b.CountryTo}
		if p[0] > p[1] {
			p[0], p[1] = p[1], p[0]
		}
		if !seen[p] {
			seen[p] = true
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// borderIDs lists the border ids in file order.
func (n *network) borderIDs() []string {
	var ids []string
	seen := map[string]bool{}
	for i := range n.spec.Borders {
		if id := n.spec.Borders[i].ID; !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// ruleArcs lists the arcs a forbidding rule closes: those inside Through, at
// At, by Modes; with none of the three set the rule bears on no single arc.
func (n *network) ruleArcs(r *Rule) []int32 {
	if r.Through == "" && r.At == "" && len(r.Modes) == 0 {
		return nil
	}
	var arcs []int32
	for i := range n.arcs {
		if n.ruleOnArc(r, &n.arcs[i]) {
			arcs = append(arcs, int32(i))
		}
	}
	return arcs
}

// ruleOnArc says whether an arc carries what a rule's path selectors name.
func (n *network) ruleOnArc(r *Rule, a *arc) bool {
	modes := parseModes(r.Modes)
	through := int16(-1)
	if r.Through != "" {
		through = n.countryOf(r.Through)
		if through < 0 {
			return false
		}
	}
	for k := a.op0; k < a.op1; k++ {
		o := &n.ops[k]
		if len(r.Modes) > 0 && !modes.has(o.mode) && !modes.has(o.mode2) {
			continue // terminal work counts by the modes it joins
		}
		if through >= 0 && o.country != through {
			continue
		}
		if r.At != "" && !n.opIs(o, r.At) {
			continue
		}
		return true
	}
	return false
}

// opIs says whether an operation is at a named link, border, strait, terminal
// or node.
func (n *network) opIs(o *operation, id string) bool {
	s := n.spec
	switch o.kind {
	case opMove:
		return s.Links[o.link].ID == id
	case opBorder:
		return o.border >= 0 && s.Borders[o.border].ID == id || s.Links[o.link].ID == id
	case opStrait:
		return s.Straits[o.strait].ID == id
	}
	return o.terminal >= 0 && s.Terminals[o.terminal].ID == id || s.Nodes[o.node].ID == id
}

// openables lists what the parameter vector p has closed: each project, then
// each closed link and border outside the projects.
func (n *network) openables(lay layout, p []float64) []openable {
	s := n.spec
	inProject := n.byProject
	var out []openable
	shut := func(a *arc) bool {
		for k := a.op0; k < a.op1; k++ {
			if p[lay.open+int(k)] == 0 {
				return true
			}
		}
		return false
	}
	group := func(name string, hit func(a *arc) bool) {
		var arcs []int32
		for i := range n.arcs {
			if hit(&n.arcs[i]) && shut(&n.arcs[i]) {
				arcs = append(arcs, int32(i))
			}
		}
		if len(arcs) > 0 {
			out = append(out, openable{name, arcs})
		}
	}
	for i := range s.Projects {
		group("project "+s.Projects[i].ID, func(a *arc) bool {
			return a.link >= 0 && slices.Contains(inProject[a.link], int32(i))
		})
	}
	for i := range s.Links {
		if len(inProject[i]) == 0 {
			group("link "+s.Links[i].ID, func(a *arc) bool { return a.link == int32(i) })
		}
	}
	return out
}

// projectLinks lists for each link the projects that open it.
func (n *network) projectLinks() [][]int32 {
	out := make([][]int32, len(n.spec.Links))
	for i := range n.spec.Projects {
		for _, id := range n.spec.Projects[i].Links {
			if k, ok := n.link[id]; ok {
				out[k] = append(out[k], int32(i))
			}
		}
	}
	for i := range n.spec.Links {
		if k, ok := n.project[n.spec.Links[i].Project]; ok && !slices.Contains(out[i], k) {
			out[i] = append(out[i], k)
		}
	}
	return out
}
