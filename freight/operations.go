package freight

import (
	"fmt"
	"slices"
)

// buildNetwork expands a Spec into its graph of operations.
//
// Every node becomes one platform a mode (a mode and gauge by rail). A link
// joins the platforms of its two nodes by a move; inside a node, platforms are
// joined by transhipments and changes of gauge, and a zone's node also has a
// source and a sink joined by loading and unloading. So transfers, borders and
// straits need no special search (the virtual network of Jourquin and Beuthe,
// 1996, Transportation Research C 4(6), 359-371, with borders, straits and
// gauges as operations of their own).
//
// A link whose nodes lie in two countries is a move in the first country for
// half of its length, the border, and a move in the second for the other half.
// Sea and ferry links belong to no country.
func buildNetwork(s *Spec) (*network, error) {
	n := &network{spec: s, words: vocabularyOf(s)}
	if err := n.index(); err != nil {
		return nil, err
	}
	b := &builder{network: n, platforms: map[vertex]int32{}, elemOf: map[element]int32{}}
	if err := b.links(); err != nil {
		return nil, err
	}
	b.nodeOperations()
	if err := b.zones(); err != nil {
		return nil, err
	}
	b.charges()
	n.adjacency()
	n.ruleOn = make([]bitset, len(s.Rules))
	for ri := range s.Rules {
		n.ruleOn[ri] = make(bitset, (len(n.arcs)+63)/64)
		for _, a := range n.ruleArcs(&s.Rules[ri]) {
			n.ruleOn[ri].add(a)
		}
	}
	n.linkOps = newRows(len(s.Links), func(f func(key, value int32)) {
		for i := range n.ops {
			if l := n.ops[i].link; l >= 0 {
				f(l, int32(i))
			}
		}
	})
	return n, nil
}

type builder struct {
	*network
	platforms map[vertex]int32
	nodeVerts [][]int32
	elemOf    map[element]int32
}

func (b *builder) platform(node int32, m mode, gauge int, l leg) int32 {
	v := vertex{node: node, mode: m, gauge: int32(gauge), leg: l}
	if !b.changesVessel(node, m) {
		v.leg = anyLeg
	}
	if k, ok := b.platforms[v]; ok {
		return k
	}
	k := int32(len(b.vertices))
	b.vertices = append(b.vertices, v)
	b.platforms[v] = k
	b.nodeVerts[node] = append(b.nodeVerts[node], k)
	return k
}

// chokepoint is the type of nodes that ships pass without calling.
const chokepoint = "chokepoint"

// changesVessel says whether going on by the same mode at a node is work of its
// own: a terminal row joins the mode with itself.
func (b *builder) changesVessel(node int32, m mode) bool {
	if !m.water() || b.spec.Nodes[node].Type == chokepoint {
		return false
	}
	for c := range b.spec.Commodities {
		if row, _ := b.terminalRow(node, m, m, c); row >= 0 {
			return true
		}
	}
	return false
}

func (b *builder) element(e element) int32 {
	key := e
	key.name = ""
	if k, ok := b.elemOf[key]; ok {
		return k
	}
	k := int32(len(b.elems))
	b.elems = append(b.elems, e)
	b.elemOf[key] = k
	return k
}

func (b *builder) links() error {
	s := b.spec
	b.nodeVerts = make([][]int32, len(s.Nodes))
	b.linkBorder = make([][2][]int32, len(s.Links))
	single := b.singleGauges()
	type crossing struct {
		from, to int32
		mode     mode
	}
	rows := map[crossing][]int32{}
	for i := range s.Borders {
		r := &s.Borders[i]
		from, ok1 := b.node[r.NodeFrom]
		to, ok2 := b.node[r.NodeTo]
		if !ok1 || !ok2 {
			return fmt.Errorf("border %q: unknown node", r.ID)
		}
		k := crossing{from, to, parseMode(r.Mode)}
		rows[k] = append(rows[k], int32(i))
	}
	for i := range s.Links {
		l := &s.Links[i]
		from, ok1 := b.node[l.From]
		to, ok2 := b.node[l.To]
		m := parseMode(l.Mode)
		if !ok1 || !ok2 || m == noMode {
			return fmt.Errorf("link %q: unknown node or mode", l.ID)
		}
		g1, g2 := 0, 0
		if m == rail && len(l.Gauge) > 0 {
			g1, g2 = l.Gauge[0], l.Gauge[len(l.Gauge)-1]
			if g1 != g2 && !single[from][g1] && !single[to][g2] && (single[from][g2] || single[to][g1]) {
				g1, g2 = g2, g1
				b.notes = append(b.notes, fmt.Sprintf("link %s: gauges read as %d at %s and %d at %s, as the neighbours have them", l.ID, g1, l.From, g2, l.To))
			}
		}
		b.linkBorder[i] = [2][]int32{rows[crossing{from, to, m}], rows[crossing{to, from, m}]}
		b.linkArc(int32(i), from, to, m, g1, g2, true)
		if !l.Directed {
			b.linkArc(int32(i), to, from, m, g2, g1, false)
		}
	}
	return nil
}

// singleGauges lists for each node the gauges of its links with one gauge.
func (b *builder) singleGauges() []map[int]bool {
	out := make([]map[int]bool, len(b.spec.Nodes))
	for i := range out {
		out[i] = map[int]bool{}
	}
	for i := range b.spec.Links {
		l := &b.spec.Links[i]
		if l.Mode != "rail" || len(l.Gauge) == 0 || l.Gauge[0] != l.Gauge[len(l.Gauge)-1] {
			continue
		}
		for _, id := range []string{l.From, l.To} {
			if k, ok := b.node[id]; ok {
				out[k][l.Gauge[0]] = true
			}
		}
	}
	return out
}

func (b *builder) linkArc(li, from, to int32, m mode, g1, g2 int, forward bool) {
	s := b.spec
	l := &s.Links[li]
	cf, ct := b.country[s.Nodes[from].Country], b.country[s.Nodes[to].Country]
	sea := b.country[openSea]
	a := arc{link: li, forward: forward, mask: b.allCommodities(), op0: int32(len(b.ops))}
	a.from, a.to = b.platform(from, m, g1, departing), b.platform(to, m, g2, arriving)
	back := !forward && !l.CapacityShared
	elem := b.element(element{kind: elemLink, row: li, node: -1, back: back, name: l.ID})
	add := func(o operation) {
		o.link, o.mode, o.mode2, o.forward = li, m, m, forward
		b.ops = append(b.ops, o)
	}
	base := operation{kind: opMove, node: -1, border: -1, strait: -1, terminal: -1, elem: elem}
	for _, name := range l.Straits {
		o := base
		o.kind, o.country, o.elem = opStrait, sea, -1
		o.strait = -1
		if k, ok := b.strait[name]; ok {
			o.strait = k
		} else {
			continue // Check reports the name
		}
		add(o)
	}
	switch {
	case m.offshore():
		o := base
		o.country, o.km, o.part = sea, l.Length, 1
		add(o)
	case cf == ct:
		o := base
		o.country, o.km, o.part = cf, l.Length, 1
		add(o)
	default:
		first := base
		first.country, first.km, first.part = cf, l.Length/2, 0.5
		rows := b.linkBorder[li][0]
		if !forward {
			rows = b.linkBorder[li][1]
		}
		replaced := len(rows) > 0 && given(l.Hours)
		first.freeOfHours = replaced
		second := first
		second.country = ct
		second.elem = -1 // the tonne is counted once a link
		add(first)
		cross := base
		cross.kind, cross.country, cross.elem = opBorder, ct, -1
		if len(rows) > 0 {
			r := &s.Borders[rows[0]]
			cross.border = rows[0]
			cross.elem = b.element(element{kind: elemBorder, row: rows[0], node: -1, name: r.ID + " " + r.CountryFrom + "-" + r.CountryTo})
		}
		add(cross)
		if g1 != g2 {
			b.gaugeInLink(li, to, from, base, len(rows) > 0 && s.Borders[rows[0]].GaugeChange, add)
		}
		add(second)
	}
	if g1 != g2 && (cf == ct || m.offshore()) {
		b.gaugeInLink(li, to, from, base, false, add)
	}
	a.op1 = int32(len(b.ops))
	b.arcs = append(b.arcs, a)
}

// gaugeInLink adds the change of gauge that happens at the end of a link with
// two gauges.
func (b *builder) gaugeInLink(li, to, from int32, base operation, inside bool, add func(operation)) {
	o := base
	o.kind, o.elem = opGauge, -1
	o.node, o.country = to, b.country[b.spec.Nodes[to].Country]
	o.freeOfHours = inside
	row, _ := b.terminalRow(to, rail, gaugeMode, -1)
	if row < 0 || b.spec.Terminals[row].Node == "*" {
		if r, _ := b.terminalRow(from, rail, gaugeMode, -1); r >= 0 && b.spec.Terminals[r].Node != "*" {
			row, o.node, o.country = r, from, b.country[b.spec.Nodes[from].Country]
		}
	}
	o.terminal = row
	if row >= 0 && !inside {
		o.elem = b.terminalElement(row, o.node)
	}
	add(o)
}

func (b *builder) terminalElement(row, node int32) int32 {
	return b.element(element{kind: elemTerminal, row: row, node: node,
		name: b.spec.Nodes[node].ID + " " + b.spec.Terminals[row].ModeFrom + "-" + b.spec.Terminals[row].ModeTo})
}

// terminalRow finds the most specific row of terminal.csv: its own node before
// "*", its own commodity before "*", the direction as written before the
// reverse; -1 when none matches. Commodity -1 asks for rows of all goods.
func (b *builder) terminalRow(node int32, from, to mode, commodity int) (int32, int) {
	s := b.spec
	best, score := int32(-1), -1
	for i := range s.Terminals {
		t := &s.Terminals[i]
		p := 0
		switch t.Node {
		case s.Nodes[node].ID:
			p += 4
		case "*":
		default:
			continue
		}
		switch {
		case t.Commodity == "*" || t.Commodity == "":
		case commodity >= 0 && t.Commodity == s.Commodities[commodity].ID:
			p += 2
		default:
			continue
		}
		tf, tt := parseTerminalMode(t.ModeFrom), parseTerminalMode(t.ModeTo)
		switch {
		case tf == from && tt == to:
			p++
		case tf == to && tt == from:
		case to == gaugeMode && tf == gaugeMode && tt == rail: // the row written the other way round
		default:
			continue
		}
		if p > score {
			best, score = int32(i), p
		}
	}
	return best, score
}

// nodeArcs adds the arcs of one kind of terminal work between two vertices,
// one for each terminal row in use, with the commodities it serves.
func (b *builder) nodeArcs(kind opKind, node, from, to int32, mf, mt, rowFrom, rowTo mode) {
	masks := map[int32]commodityMask{}
	var order []int32
	for c := range b.spec.Commodities {
		row, _ := b.terminalRow(node, rowFrom, rowTo, c)
		if row < 0 {
			continue
		}
		if masks[row] == 0 {
			order = append(order, row)
		}
		masks[row] |= 1 << uint(c)
	}
	slices.Sort(order)
	for _, row := range order {
		o := operation{
			kind: kind, mode: mf, mode2: mt, node: node, country: b.country[b.spec.Nodes[node].Country],
			link: -1, border: -1, strait: -1, terminal: row, elem: b.terminalElement(row, node),
		}
		op0 := int32(len(b.ops))
		b.ops = append(b.ops, o)
		b.arcs = append(b.arcs, arc{from: from, to: to, op0: op0, op1: op0 + 1, link: -1, mask: masks[row]})
	}
}

func (b *builder) nodeOperations() {
	for node := range b.nodeVerts {
		verts := b.nodeVerts[node]
		for _, u := range verts {
			for _, v := range verts {
				if u == v {
					continue
				}
				mu, mv := b.vertices[u].mode, b.vertices[v].mode
				if b.vertices[u].leg == departing || b.vertices[v].leg == arriving {
					continue
				}
				if mu == mv && mu == rail {
					b.nodeArcs(opGauge, int32(node), u, v, mu, mv, rail, gaugeMode)
				} else {
					b.nodeArcs(opTranship, int32(node), u, v, mu, mv, mu, mv)
				}
			}
		}
	}
}

func (b *builder) zones() error {
	s := b.spec
	b.sourceOf, b.sinkOf = make([]int32, len(s.Nodes)), make([]int32, len(s.Nodes))
	for i := range s.Nodes {
		b.sourceOf[i], b.sinkOf[i] = -1, -1
	}
	for i := range s.Zones {
		node, ok := b.node[s.Zones[i].Node]
		if !ok {
			return fmt.Errorf("zone %q: unknown node %q", s.Zones[i].ID, s.Zones[i].Node)
		}
		if b.sourceOf[node] >= 0 {
			continue
		}
		src := int32(len(b.vertices))
		b.vertices = append(b.vertices, vertex{node: node, kind: source}, vertex{node: node, kind: sink})
		b.sourceOf[node], b.sinkOf[node] = src, src+1
		for _, v := range b.nodeVerts[node] {
			m := b.vertices[v].mode
			if b.vertices[v].leg != arriving {
				b.nodeArcs(opLoad, node, src, v, zoneMode, m, zoneMode, m)
			}
			if b.vertices[v].leg != departing {
				b.nodeArcs(opUnload, node, v, src+1, m, zoneMode, m, zoneMode)
			}
		}
	}
	return nil
}

// adjacency sorts the arcs into out and in lists.
func (n *network) adjacency() {
	nv := len(n.vertices)
	n.outStart, n.inStart = make([]int32, nv+1), make([]int32, nv+1)
	for i := range n.arcs {
		n.outStart[n.arcs[i].from+1]++
		n.inStart[n.arcs[i].to+1]++
	}
	for v := 0; v < nv; v++ {
		n.outStart[v+1] += n.outStart[v]
		n.inStart[v+1] += n.inStart[v]
	}
	n.outArc, n.outHop, n.inHop = make([]int32, len(n.arcs)), make([]hop, len(n.arcs)), make([]hop, len(n.arcs))
	po, pi := slices.Clone(n.outStart), slices.Clone(n.inStart)
	for i := range n.arcs {
		f, t := n.arcs[i].from, n.arcs[i].to
		n.outArc[po[f]], n.outHop[po[f]] = int32(i), hop{t, int32(i)}
		po[f]++
		n.inHop[pi[t]] = hop{f, int32(i)}
		pi[t]++
	}
}
