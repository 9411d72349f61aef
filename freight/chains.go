package freight

import (
	"fmt"
	"math"
	"slices"
)

// ChainQuery asks for the cheapest ways between two places for one kind of
// goods, market or none.
type ChainQuery struct {
	From, To  string // zone or node ids
	Commodity string
	Regimes   []string
	Via       []string // nodes or links to pass in this order
	Modes     []string // only these modes; empty = all
	Max       int      // most chains wanted; at most MaxAlternatives are found
}

// Chain is one way with its operations and running totals.
type Chain struct {
	Modes  string       `json:"modes"`
	Steps  []Step       `json:"steps"`
	At     []ChainPoint `json:"totals"` // totals after each step
	Km     float64      `json:"km"`
	Hours  float64      `json:"hours"`
	Spread float64      `json:"spread"`
	Money  float64      `json:"money"`
	Price  float64      `json:"price"`            // USD/t of rationing
	Cost   float64      `json:"generalised_cost"` // generalised cost, USD/t
}

// ChainPoint is where a chain stands after a step: a point of its
// time-cost-distance chart.
type ChainPoint struct {
	Km    float64 `json:"km"`
	Hours float64 `json:"hours"`
	Money float64 `json:"money"`
}

// Chains finds the cheapest chains in the network of the detail, queues and
// prices included, the best first. With Via only the best one is found. No
// chain is an answer: an empty list.
func (d *Detail) Chains(q ChainQuery) ([]Chain, error) {
	b, n := d.b, d.b.net
	com, ok := n.commodity[q.Commodity]
	if !ok {
		return nil, fmt.Errorf("freight: unknown commodity %q", q.Commodity)
	}
	from, oz, err := n.place(q.From)
	if err != nil {
		return nil, err
	}
	to, dz, err := n.place(q.To)
	if err != nil {
		return nil, err
	}
	via := make([]waypoint, len(q.Via))
	for i, v := range q.Via {
		node, isNode := n.node[v]
		link, isLink := n.link[v]
		switch {
		case isNode:
			via[i] = waypoint{node, -1}
		case isLink:
			via[i] = waypoint{-1, link}
		default:
			return nil, fmt.Errorf("freight: unknown node or link %q", v)
		}
	}
	it := &item{commodity: com, oc: n.country[oz.Country], dc: n.country[dz.Country]}
	bears := func(r *Rule) bool { return ruleOnGoods(r, q.Regimes, q.Commodity, oz, dz) }
	cost := n.arcCosts(&b.lay, b.vals, it, d.e.w.p, bears)
	d.burdenArcs(cost, com)
	for _, a := range n.closedArcs(&b.lay, it, d.e.w.p, bears) {
		cost[a] = math.Inf(1)
	}
	if modes := parseModes(q.Modes); modes != 0 {
		for a := range n.arcs {
			if n.arcs[a].link >= 0 && !modes.has(n.ops[n.arcs[a].op0].mode) {
				cost[a] = math.Inf(1)
			}
		}
	}
	var paths [][]int32
	if len(via) == 0 && n.sourceOf[from] >= 0 && n.sinkOf[to] >= 0 {
		g := &generator{net: n, lay: b.lay}
		pb := &pairBuilder{generator: g, s: newSearcher(n), root: n.sourceOf[from], goal: n.sinkOf[to]}
		paths = pb.alternatives(&state{cost: cost, shut: cost, fwd: map[int32]*tree{}, bwd: map[int32]*tree{}})
	} else if p := n.layered(from, to, via, cost); p != nil {
		paths = [][]int32{p}
	}
	if q.Max > 0 && len(paths) > q.Max {
		paths = paths[:q.Max]
	}
	var out []Chain
	for _, p := range paths {
		out = append(out, d.chain(p, it, bears))
	}
	return out, nil
}

// place resolves a zone or node to its node and the zone its goods are booked
// to.
func (n *network) place(id string) (int32, *Zone, error) {
	if k, ok := n.zone[id]; ok {
		z := &n.spec.Zones[k]
		return n.node[z.Node], z, nil
	}
	k, ok := n.node[id]
	if !ok {
		return 0, nil, fmt.Errorf("freight: unknown zone or node %q", id)
	}
	for i := range n.spec.Zones {
		if z := &n.spec.Zones[i]; z.Node == id {
			return k, z, nil
		}
	}
	c := n.spec.Nodes[k].Country
	return k, &Zone{ID: id, Area: c, Country: c, Node: id}, nil
}

// burdenArcs adds queues and prices to arc costs.
func (d *Detail) burdenArcs(cost []float64, commodity int) {
	vot := d.b.vals.goods[commodity].vot
	for a := range d.b.net.arcs {
		for k := d.b.net.arcs[a].op0; k < d.b.net.arcs[a].op1; k++ {
			el := d.b.net.ops[k].elem
			if el < 0 || d.e.slot[el] < 0 {
				continue
			}
			if s := d.e.slot[el]; d.e.hours[s] > 0 {
				cost[a] += vot * d.e.add[s]
			} else {
				cost[a] += d.e.add[s]
			}
		}
	}
}

func (d *Detail) chain(arcs []int32, it *item, bears func(*Rule) bool) Chain {
	b, n := d.b, d.b.net
	c := Chain{Modes: n.haulOf(arcs).String(), Steps: d.steps(arcs, it.commodity, it.oc, it.dc)}
	for ri := range n.spec.Rules {
		r := &n.spec.Rules[ri]
		on := r.Through == "" && r.At == "" && len(r.Modes) == 0
		for _, a := range arcs {
			on = on || n.ruleOnArc(r, &n.arcs[a])
		}
		if on && bears(r) {
			if s, ok := d.ruleStep(ri, it.commodity); ok {
				c.Steps = append(c.Steps, s)
			}
		}
	}
	goods := &b.vals.goods[it.commodity]
	for _, s := range c.Steps {
		c.Km += s.Km
		c.Hours += s.Hours + s.Queue
		c.Spread += s.Spread
		c.Money += s.Money
		c.Price += s.Price
		c.At = append(c.At, ChainPoint{c.Km, c.Hours, c.Money})
	}
	c.Cost = c.Money + c.Price + goods.vot*(c.Hours+goods.reliability*c.Spread)
	return c
}

// waypoint is a node or a link that a chain has to pass; the other is -1.
type waypoint struct{ node, link int32 }

// layered is the cheapest path from one node to another past given waypoints in
// order: Dijkstra over copies of the graph, one for each waypoint still to pass.
// Ends without a zone start and end on any platform.
func (n *network) layered(from, to int32, via []waypoint, cost []float64) []int32 {
	nv := len(n.vertices)
	size := nv * (len(via) + 1)
	dist, done := make([]float64, size), make([]bool, size)
	pred, prev := make([]int32, size), make([]int32, size) // arc and state that reached a state
	for i := range dist {
		dist[i], pred[i] = math.Inf(1), -1
	}
	s := &searcher{net: n}
	lift := func(v int32, layer int) int32 { // the layer after passing what v passes
		for layer < len(via) && n.vertices[v].node == via[layer].node {
			layer++
		}
		return int32(layer*nv) + v
	}
	start := func(v int32) {
		k := lift(v, 0)
		dist[k] = 0
		s.push(heapEntry{0, k})
	}
	if n.sourceOf[from] >= 0 {
		start(n.sourceOf[from])
	} else {
		for v := range n.vertices {
			if n.vertices[v].node == from && n.vertices[v].kind == platform {
				start(int32(v))
			}
		}
	}
	goal := int32(-1)
	for len(s.heap) > 0 {
		e := s.pop()
		if done[e.v] {
			continue
		}
		done[e.v] = true
		layer, v := int(e.v)/nv, e.v%int32(nv)
		if x := &n.vertices[v]; layer == len(via) && x.node == to && (x.kind == sink || n.sinkOf[to] < 0 && x.kind == platform) {
			goal = e.v
			break
		}
		for k := n.outStart[v]; k < n.outStart[v+1]; k++ {
			a := n.outArc[k]
			next := layer
			if next < len(via) && via[next].link >= 0 && n.arcs[a].link == via[next].link {
				next++
			}
			w := lift(n.arcs[a].to, next)
			if t := e.key + cost[a]; t < dist[w] {
				dist[w], pred[w], prev[w] = t, a, e.v
				s.push(heapEntry{t, w})
			}
		}
	}
	if goal < 0 {
		return nil
	}
	var arcs []int32
	for at := goal; pred[at] >= 0; at = prev[at] {
		arcs = append(arcs, pred[at])
	}
	slices.Reverse(arcs)
	return arcs
}
