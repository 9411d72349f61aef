package freight

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sync/atomic"

	"github.com/astara-corridors/astara/internal/par"
)

// Bounds of the route sets. Every bound is reported with the number of paths
// it took away (see Statistics); none acts silently.
const (
	// MaxRoutes is the most routes a pair of zones keeps in a market, beside the
	// twins of kept routes through other straits. It guards memory, and should
	// not bite: at 24 the flagship's boxes over Baku were a third short, for pairs
	// far apart have many ways that differ by one ferry or one crossing.
	MaxRoutes = 160
	// MaxAlternatives is the most paths taken under one generating condition.
	MaxAlternatives = 4
	// DetourBound is how much dearer than the best path of its condition an
	// alternative may be.
	DetourBound = 1.5
	// BoundMargin is added to 1 + choke: a path dearer than that share of the
	// pair's cheapest cost carries nothing even when it is the only one left.
	BoundMargin = 0.25
	// PlateauShare is the share of the best cost over which an alternative must
	// be a cheapest path both ways (local optimality).
	PlateauShare = 0.1
	// OverlapBound is the share of its cost an alternative may have in common
	// with a path already taken under the same condition.
	OverlapBound = 0.8
	// ForeignModeFactor makes links outside a captive market's modes dear while
	// its own routes are searched.
	ForeignModeFactor = 20.0
	// MainHaulShare and MainHaulKm: a mode is main haul when it covers that
	// share of a path's length or that many kilometres.
	MainHaulShare = 0.10
	MainHaulKm    = 300.0
)

// Route sets are found once for the union network and kept for the whole
// ensemble. For each pair of zones of a market:
//
//   - three base states: the base year, the baseline of the horizon, and
//     everything open. In each, single-via paths: the forward tree from the
//     origin and the backward tree to the destination meet at every platform
//     (so at every border, ferry, strait and terminal); a path is taken when it
//     is within DetourBound, loopless, locally optimal and not too alike
//     (Abraham, Delling, Goldberg and Werneck, 2013, Alternative routes in road
//     networks, ACM JEA 18, 1.3);
//   - each thing that is closed in the baseline, opened alone;
//   - each gate on a path found so far shut, and for big gates each further
//     gate on the path that then is best shut too: the best path of each.
//
// The search uses costs without queues and with the rules of the baseline;
// exact costs are computed later, for each world.

// pairRoutes is the route set of one pair of zones.
type pairRoutes struct {
	origin, dest int32
	paths        [][]int32 // arcs, in order of priority
	captive      [][]int32 // extra paths found with the market's own modes
	tooDear      int       // dropped: beyond 1 + choke + margin
	looping      int       // dropped: met a node twice
	truncated    int       // dropped: beyond MaxRoutes
}

// generator finds the routes of one market at a time.
type generator struct {
	net        *network
	lay        layout
	vals       *values
	base, line []float64 // parameter vectors: base year, baseline
	gates      []gate
	arcGates   [][]int32
	opens      []openable
	choke      float64
}

// state is one generating condition with everything a search needs.
type state struct {
	cost   []float64 // per arc; +Inf for goods the arc does not serve
	closed []int32   // arcs closed in the state
	isShut bitset    // the same
	fwd    map[int32]*tree
	bwd    map[int32]*tree
	around map[detour]*tree
	shut   []float64 // cost with closed arcs at +Inf
}

// tree holds the cheapest cost from a root to every vertex, or from every vertex to
// it, the arc each is reached by (-1 for none), and the vertices in the order in
// which they were found; a tree around a gate has no order.
type tree struct {
	dist  []float64
	via   []int32
	order []int32
}

// detour names the tree to a goal with a gate shut.
type detour struct{ goal, gate int32 }

// newGenerator prepares the conditions shared by all markets.
func newGenerator(n *network, lay layout, v *values, base, line []float64) *generator {
	g := &generator{net: n, lay: lay, vals: v, base: base, line: line}
	g.opens = n.openables(lay, line)
	g.gates = n.gatesOf(g.opens)
	g.arcGates = make([][]int32, len(n.arcs))
	for i := range g.gates {
		for _, a := range g.gates[i].arcs {
			g.arcGates[a] = append(g.arcGates[a], int32(i))
		}
	}
	g.choke = v.cons.choke
	for i := range n.spec.Constants {
		if k := &n.spec.Constants[i]; k.Name == ConstChoke {
			g.choke = math.Max(g.choke, k.Value.High)
		}
	}
	return g
}

// allRoutes finds the route sets of every market with the given workers. The
// result is in demand order whatever their number.
func (g *generator) allRoutes(ctx context.Context, items []item, workers int, told func(done, total int)) ([]pairRoutes, []int32, error) {
	type job struct{ market int32 }
	var jobs []job
	byMarket := map[int32][]int32{} // market -> distinct pairs
	var pairs []pairRoutes
	pairOf := make([]int32, len(items))
	seen := map[[3]int32]int32{}
	for i := range items {
		it := &items[i]
		key := [3]int32{it.market, it.origin, it.dest}
		k, ok := seen[key]
		if !ok {
			k = int32(len(pairs))
			seen[key] = k
			pairs = append(pairs, pairRoutes{origin: it.origin, dest: it.dest})
			if len(byMarket[it.market]) == 0 {
				jobs = append(jobs, job{it.market})
			}
			byMarket[it.market] = append(byMarket[it.market], k)
		}
		pairOf[i] = k
	}
	if workers < 1 {
		workers = 1
	}
	searchers := make([]*searcher, workers)
	told(0, len(jobs))
	var done atomic.Int64
	err := par.Do(ctx, workers, len(jobs), func(w, i int) error {
		if searchers[w] == nil {
			searchers[w] = newSearcher(g.net)
		}
		g.market(searchers[w], jobs[i].market, byMarket[jobs[i].market], pairs)
		told(int(done.Add(1)), len(jobs))
		return ctx.Err()
	})
	return pairs, pairOf, err
}

// ends are the countries of a pair.
type ends struct{ oc, dc int16 }

// market finds the routes of all pairs of one market.
func (g *generator) market(s *searcher, market int32, list []int32, pairs []pairRoutes) {
	n := g.net
	states := map[ends][]*state{}
	own := map[ends][]*state{}
	m := &n.spec.Markets[market]
	haul := haulSet(parseModes(m.Modes))
	for _, k := range list {
		p := &pairs[k]
		oz, dz := &n.spec.Zones[p.origin], &n.spec.Zones[p.dest]
		e := ends{n.country[oz.Country], n.country[dz.Country]}
		it := item{market: market, origin: p.origin, dest: p.dest, commodity: n.commodity[m.Commodity], oc: e.oc, dc: e.dc}
		if states[e] == nil {
			states[e] = g.states(&it, 0)
			if haul != 0 && m.Share.Low < 1 {
				own[e] = g.states(&it, haul)
			}
		}
		root, goal := n.sourceOf[n.node[oz.Node]], n.sinkOf[n.node[dz.Node]]
		b := &pairBuilder{generator: g, s: s, root: root, goal: goal, oc: e.oc, dc: e.dc, out: p, seen: map[string]int32{}}
		b.run(states[e])
		if own[e] != nil {
			b.captive(own[e], haul)
		}
	}
	s.free(states)
	s.free(own)
}

// states builds the three base states for one kind of pair. With own modes
// given, links of other modes are dear.
func (g *generator) states(it *item, own modeSet) []*state {
	out := make([]*state, 3)
	for i, p := range [][]float64{g.base, g.line, g.line} {
		st := &state{fwd: map[int32]*tree{}, bwd: map[int32]*tree{}, around: map[detour]*tree{}}
		st.cost = g.arcCosts(it, p)
		if own != 0 {
			for a := range st.cost {
				if m := g.net.ops[g.net.arcs[a].op0].mode; g.net.arcs[a].link >= 0 && !own.has(m) {
					st.cost[a] *= ForeignModeFactor
				}
			}
		}
		st.shut, st.isShut = slices.Clone(st.cost), make(bitset, (len(st.cost)+63)/64)
		if i < 2 {
			st.closed = g.closedArcs(it, p)
			for _, a := range st.closed {
				st.shut[a] = math.Inf(1)
				st.isShut.add(a)
			}
		}
		out[i] = st
	}
	return out
}

// arcCosts is the cost of every arc for the goods of it under parameters p,
// without openness: money, time and its spread, and money rules where they
// bite (on entering the country a rule is about).
func (g *generator) arcCosts(it *item, p []float64) []float64 {
	return g.net.arcCosts(&g.lay, g.vals, it, p, func(r *Rule) bool { return g.net.ruleOnItem(r, it) })
}

func (n *network) arcCosts(lay *layout, v *values, it *item, p []float64, bears func(*Rule) bool) []float64 {
	goods := &v.goods[it.commodity]
	out := make([]float64, len(n.arcs))
	for i := range n.arcs {
		a := &n.arcs[i]
		if !a.mask.has(it.commodity) {
			out[i] = math.Inf(1)
			continue
		}
		sum := 0.0
		for k := a.op0; k < a.op1; k++ {
			o := &n.ops[k]
			sum += p[lay.extra+int(k)] + goods.vot*(p[lay.hours+int(k)]+goods.reliability*p[lay.spread+int(k)])
			for c := o.comp0; c < o.comp1; c++ {
				if n.compApplies(&n.comps[c], it.commodity, it.oc, it.dc) {
					sum += p[lay.money+int(c)]
				}
			}
		}
		out[i] = math.Max(sum, 0)
	}
	for ri := range n.spec.Rules {
		r := &n.spec.Rules[ri]
		if p[lay.ruleOn+ri] == 0 || r.Kind == "forbid" || !bears(r) || r.Through == "" && r.At == "" && len(r.Modes) == 0 {
			continue
		}
		amount, hours := v.ruleCharge(n, ri, p[lay.rule+ri], it.commodity)
		charge := math.Max(0, amount+goods.vot*hours)
		for i := range n.arcs {
			if n.ruleOn[ri].has(int32(i)) && n.entersRule(r, &n.arcs[i]) {
				out[i] += charge
			}
		}
	}
	return out
}

// entersRule says whether an arc is where a rule first meets a path: the place
// itself, the border into the country, or landing there.
func (n *network) entersRule(r *Rule, a *arc) bool {
	if r.At != "" || r.Through == "" {
		return a.link < 0 || r.At != ""
	}
	through := n.countryOf(r.Through)
	for k := a.op0; k < a.op1; k++ {
		switch o := &n.ops[k]; o.kind {
		case opBorder:
			if o.country == through {
				return true
			}
		case opLoad:
			return true
		case opTranship:
			return o.mode.offshore()
		}
	}
	return false
}

// closedArcs lists the arcs that parameters p close for the goods of it.
func (g *generator) closedArcs(it *item, p []float64) []int32 {
	return g.net.closedArcs(&g.lay, it, p, func(r *Rule) bool { return g.net.ruleOnItem(r, it) })
}

func (n *network) closedArcs(lay *layout, it *item, p []float64, bears func(*Rule) bool) []int32 {
	var out []int32
	var forbid []bitset
	for ri := range n.spec.Rules {
		r := &n.spec.Rules[ri]
		if r.Kind == "forbid" && p[lay.ruleOn+ri] != 0 && bears(r) && (r.Through != "" || r.At != "" || len(r.Modes) > 0) {
			forbid = append(forbid, n.ruleOn[ri])
		}
	}
	for i := range n.arcs {
		a := &n.arcs[i]
		shut := false
		for k := a.op0; k < a.op1 && !shut; k++ {
			o := &n.ops[k]
			shut = p[lay.open+int(k)] == 0
			if o.elem >= 0 && p[lay.cap+int(o.elem)] <= 0 {
				shut = true
			}
			if o.country > 0 && lay.soilShut(o, it.oc, it.dc, p) {
				shut = true
			}
		}
		for _, on := range forbid {
			shut = shut || on.has(int32(i))
		}
		if shut {
			out = append(out, int32(i))
		}
	}
	return out
}

// compApplies says whether a payment is due for a commodity between countries.
func (n *network) compApplies(c *component, commodity int, oc, dc int16) bool {
	if !c.mask.has(commodity) {
		return false
	}
	return c.flows == allFlows || c.flows>>flowOf(c.view, oc, dc)&1 == 1
}

// ruleCharge turns the amount of a rule into USD/t and hours.
func (v *values) ruleCharge(n *network, rule int, amount float64, commodity int) (money, hours float64) {
	switch n.spec.Rules[rule].Kind {
	case "money":
		return amount * v.ruleScale[rule], 0
	case "ad_valorem":
		return amount * v.ruleScale[rule] * v.goods[commodity].value, 0
	case "hours":
		return 0, amount
	}
	return 0, 0
}

// pathKey is a path as a map key.
func pathKey(arcs []int32) string {
	return string(appendPathKey(nil, arcs))
}

func appendPathKey(key []byte, arcs []int32) []byte {
	for _, a := range arcs {
		key = binary.LittleEndian.AppendUint32(key, uint32(a))
	}
	return key
}
