package freight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// MinReferenceCost keeps relative costs finite where a pair's cheapest path is
// free, in USD/t.
const MinReferenceCost = 0.01

// Options of [Prepare].
type Options struct {
	Workers int             // goroutines of the route search; 0 is one
	Context context.Context // nil: not interruptible
	// Progress is told how far a stage is: of the markets whose routes are found
	// ("routes"), and of the outcomes that are looked up in them ("outcomes"). It may be
	// called from several goroutines. May be nil.
	Progress func(stage string, done, total int)
}

// Base is a prepared case: network of operations, classes and union route
// sets, with the base-year run that costs are measured against. It is
// immutable and safe for concurrent use.
type Base struct {
	net     *network
	lay     layout
	classes []class
	items   []item

	paths    []path
	pathArcs []int32
	variants []variant
	routes   []route
	nests    []modeSet // main-haul modes of each path

	owner     []int32 // route -> item
	setAt     []int32 // item -> the place of its set of open routes, in words of 64
	routeRule rows    // route -> rules that bear on it
	ruleRoute rows    // rule -> routes it bears on
	pathRoute rows    // path -> routes
	pieces
	goodsItem rows // commodity -> items
	bundlings *bundlings
	tally     *tally

	queries []*query
	stats   Statistics

	vals     *values
	years    *years
	draw     drawer
	override map[string]float64
	snap     *world // at the baseline of the horizon year

	choosers []chooser // item
	c0, g0   []float64 // item: cheapest cost and logsum cost of the base year, USD/t
	refG     []float64 // item: logsum cost of the baseline, +Inf without a way
	// refSurplus is the user benefit of the baseline in units of c0 a tonne.
	refSurplus []float64
	pathLink   rows // path -> links
	linkKm     []float64
	inverse    []float64 // 1/n
	baseYear   *Solution
	baseline   *Solution
	fault      error // of a draw whose base year cannot be run
}

// path is a way through the graph of operations, shared by all goods that may
// take it.
type path struct {
	arc0, arc1   int32
	origin, dest int32 // nodes
	oc, dc       int16 // countries of the zones at its ends
	km           float64
}

// variant is a path as one commodity pays for it.
type variant struct {
	path      int32
	commodity int32
}

// route is a path open to an item.
type route struct {
	variant int32
	path    int32
}

// Statistics say what Prepare built and what its bounds took away.
type Statistics struct {
	Vertices, Arcs, Operations int
	Classes, Items             int
	Pairs, Paths, Routes       int
	TooDear                    int      // paths beyond 1 + choke + BoundMargin times the cheapest cost
	Looping                    int      // paths that met a node twice
	Truncated                  int      // paths beyond MaxRoutes
	TruncatedPairs             int      // pairs that lost a path to MaxRoutes
	NoPath                     []string // "market origin-destination" without any path in the union network
	NoBasePath                 []string // without a path in the base year: reference cost is that of the union network
	CaptiveRelaxed             []string // captive tonnes without a path of their own modes in the base year: all modes allowed
	Notes                      []string // readings of the data worth saying
	Uncongested                []string // borders, terminals and links of the network without a capacity
}

// Prepare builds the graph of operations of the union network, the classes and
// the union route sets, and runs the base year. The spec must have passed
// [Check]; what cannot be read then is an error.
func Prepare(s *Spec, l *diag.List, opt Options) (*Base, error) {
	ctx := opt.Context
	if ctx == nil {
		ctx = context.Background()
	}
	if l == nil {
		l = &diag.List{}
	}
	n, err := buildNetwork(s)
	if err != nil {
		return nil, fmt.Errorf("freight: network: %w", err)
	}
	b := &Base{net: n, lay: newLayout(n), years: &years{}}
	if b.vals, err = n.evaluate(b.lay, nil, nil); err != nil {
		return nil, fmt.Errorf("freight: figures: %w", err)
	}
	if b.items, b.classes, err = n.itemsOf(); err != nil {
		return nil, fmt.Errorf("freight: demand: %w", err)
	}
	own := &diag.List{}
	year := b.Resolve(BaseYear, nil, own)
	line := b.Resolve(Horizon, nil, own)
	l.Merge(own)
	if own.Failed() {
		return nil, errors.New("freight: the changes of the base year or the baseline do not fit the network")
	}
	g := newGenerator(n, b.lay, b.vals, b.params(year), b.params(line))
	told := opt.Progress
	if told == nil {
		told = func(string, int, int) {}
	}
	pairs, pairOf, err := g.allRoutes(ctx, b.items, opt.Workers, func(done, total int) { told("routes", done, total) })
	if err != nil {
		return nil, fmt.Errorf("freight: route sets: %w", err)
	}
	b.assemble(pairs, pairOf, b.params(year))
	if err := b.checkChains(); err != nil {
		return nil, err
	}
	if b.queries, err = b.compileOutcomes(l, func(done, total int) { told("outcomes", done, total) }); err != nil {
		return nil, fmt.Errorf("freight: outcomes: %w", err)
	}
	b.tally = b.compileTally()
	if err := b.reference(ctx, true); err != nil {
		return nil, err
	}
	return b, nil
}

// assemble turns route sets into the shared tables of paths, variants and
// routes.
func (b *Base) assemble(pairs []pairRoutes, pairOf []int32, year []float64) {
	n := b.net
	b.stats = Statistics{
		Vertices: len(n.vertices), Arcs: len(n.arcs), Operations: len(n.ops),
		Classes: len(b.classes), Items: len(b.items), Pairs: len(pairs), Notes: slices.Clone(n.notes),
	}
	for i := range pairs {
		p := &pairs[i]
		b.stats.TooDear += p.tooDear
		b.stats.Looping += p.looping
		b.stats.Truncated += p.truncated
		if p.truncated > 0 {
			b.stats.TruncatedPairs++
		}
	}
	pathOf := map[string]int32{} // zones at one node are of one country, see A325
	variantOf := map[variant]int32{}
	intern := func(arcs []int32, it *item) int32 {
		key := pathKey(arcs)
		if k, ok := pathOf[key]; ok {
			return k
		}
		k := int32(len(b.paths))
		pathOf[key] = k
		p := path{arc0: int32(len(b.pathArcs)), oc: it.oc, dc: it.dc}
		b.pathArcs = append(b.pathArcs, arcs...)
		p.arc1 = int32(len(b.pathArcs))
		p.origin, p.dest = n.vertices[n.arcs[arcs[0]].from].node, n.vertices[n.arcs[arcs[len(arcs)-1]].to].node
		for _, a := range arcs {
			for o := n.arcs[a].op0; o < n.arcs[a].op1; o++ {
				if n.ops[o].kind == opMove {
					p.km += n.ops[o].km
				}
			}
		}
		b.paths = append(b.paths, p)
		b.nests = append(b.nests, n.haulOf(arcs))
		return k
	}
	for i := range b.items {
		it := &b.items[i]
		pr := &pairs[pairOf[i]]
		var list []int32
		for _, arcs := range pr.paths {
			list = append(list, intern(arcs, it))
		}
		if it.segment == captive {
			list = b.captiveRoutes(it, list, pr, intern, year)
		}
		if len(list) == 0 {
			b.stats.NoPath = append(b.stats.NoPath, b.itemName(it))
		}
		slices.SortStableFunc(list, func(x, y int32) int { return int(b.nests[x]) - int(b.nests[y]) })
		it.route0 = int32(len(b.routes))
		for _, k := range list {
			v := variant{k, int32(it.commodity)}
			vi, ok := variantOf[v]
			if !ok {
				vi = int32(len(b.variants))
				variantOf[v] = vi
				b.variants = append(b.variants, v)
			}
			b.routes = append(b.routes, route{vi, k})
		}
		it.route1 = int32(len(b.routes))
	}
	b.stats.Paths, b.stats.Routes = len(b.paths), len(b.routes)
	b.indexRules()
	b.indexOperations()
	b.cut()
	b.price()
	listedOnce := map[string]bool{}
	for i := range n.elems {
		if math.IsInf(b.vals.listed[b.lay.cap+i], 1) && (n.elems[i].kind == elemLink || n.elems[i].kind == elemBorder) {
			if name := n.elems[i].name; !listedOnce[name] { // a link has an element for each direction
				listedOnce[name] = true
				b.stats.Uncongested = append(b.stats.Uncongested, name)
			}
		}
	}
}

// checkChains says whether every path is a chain of arcs and every route a path
// from the origin of its item to the destination: what goes in at one end then
// comes out at the other.
func (b *Base) checkChains() error {
	n := b.net
	for k := range b.paths {
		arcs := b.pathArcs[b.paths[k].arc0:b.paths[k].arc1]
		for m := 1; m < len(arcs); m++ {
			if n.arcs[arcs[m-1]].to != n.arcs[arcs[m]].from {
				return fmt.Errorf("freight: path %d is torn at node %s", k, n.spec.Nodes[n.vertices[n.arcs[arcs[m]].from].node].ID)
			}
		}
	}
	for r, rt := range b.routes {
		it := &b.items[b.owner[r]]
		arcs := b.pathArcs[b.paths[rt.path].arc0:b.paths[rt.path].arc1]
		from, to := n.node[n.spec.Zones[it.origin].Node], n.node[n.spec.Zones[it.dest].Node]
		if n.arcs[arcs[0]].from != n.sourceOf[from] || n.arcs[arcs[len(arcs)-1]].to != n.sinkOf[to] {
			return fmt.Errorf("freight: a route of %s does not join its ends", b.itemName(it))
		}
	}
	return nil
}

// captiveRoutes keeps the paths whose main haul is in the market's modes, adds
// those searched for them, and falls back to all when none is open in the base
// year.
func (b *Base) captiveRoutes(it *item, all []int32, pr *pairRoutes, intern func([]int32, *item) int32, year []float64) []int32 {
	haul := haulSet(parseModes(b.net.spec.Markets[it.market].Modes))
	if haul == 0 {
		return all
	}
	var list []int32
	for _, k := range all {
		if b.nests[k].subsetOf(haul) {
			list = append(list, k)
		}
	}
	for _, arcs := range pr.captive {
		k := intern(arcs, it)
		if !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	for _, k := range list {
		if b.pathOpen(k, year) && !b.forbidden(it, k, year) {
			return list
		}
	}
	it.relaxed = true
	b.stats.CaptiveRelaxed = append(b.stats.CaptiveRelaxed, b.itemName(it))
	return all
}

func (b *Base) itemName(it *item) string {
	s := b.net.spec
	return s.Markets[it.market].ID + " " + s.Zones[it.origin].ID + "-" + s.Zones[it.dest].ID + " " + it.segment.String()
}

// forbidden says whether a rule in force under p forbids path k to an item.
func (b *Base) forbidden(it *item, k int32, p []float64) bool {
	for ri := range b.net.spec.Rules {
		r := &b.net.spec.Rules[ri]
		if r.Kind == "forbid" && p[b.lay.ruleOn+ri] != 0 && b.net.ruleOnItem(r, it) && b.ruleOnPath(ri, k) {
			return true
		}
	}
	return false
}

// ruleOnPath says whether a path carries what the path selectors of a rule
// name; a rule without any bears on every path.
func (b *Base) ruleOnPath(rule int, k int32) bool {
	r := &b.net.spec.Rules[rule]
	if r.Through == "" && r.At == "" && len(r.Modes) == 0 {
		return true
	}
	for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
		if b.net.ruleOn[rule].has(a) {
			return true
		}
	}
	return false
}

// indexRules lists for each route the rules that bear on it, in or out of
// force.
func (b *Base) indexRules() {
	s := b.net.spec
	onPath := make([][]int8, len(s.Rules)) // 0 unknown, 1 yes, -1 no
	for i := range onPath {
		onPath[i] = make([]int8, len(b.paths))
	}
	b.routeRule = rows{at: make([]int32, 1, len(b.routes)+1)}
	for i := range b.items {
		it := &b.items[i]
		var rules []int32
		for ri := range s.Rules {
			if b.net.ruleOnItem(&s.Rules[ri], it) {
				rules = append(rules, int32(ri))
			}
		}
		for r := it.route0; r < it.route1; r++ {
			k := b.routes[r].path
			for _, ri := range rules {
				if onPath[ri][k] == 0 {
					onPath[ri][k] = -1
					if b.ruleOnPath(int(ri), k) {
						onPath[ri][k] = 1
					}
				}
				if onPath[ri][k] == 1 {
					b.routeRule.list = append(b.routeRule.list, ri)
				}
			}
			b.routeRule.at = append(b.routeRule.at, int32(len(b.routeRule.list)))
		}
	}
}

// indexOperations lists what belongs to each path, item and commodity.
func (b *Base) indexOperations() {
	n := b.net
	b.pathRoute = newRows(len(b.paths), func(f func(key, value int32)) {
		for r := range b.routes {
			f(b.routes[r].path, int32(r))
		}
	})
	b.ruleRoute = newRows(len(n.spec.Rules), func(f func(key, value int32)) {
		for r := range b.routes {
			for _, ri := range b.routeRule.of(int32(r)) {
				f(ri, int32(r))
			}
		}
	})
	b.owner = make([]int32, len(b.routes))
	for i := range b.items {
		for r := b.items[i].route0; r < b.items[i].route1; r++ {
			b.owner[r] = int32(i)
		}
	}
	b.setAt = make([]int32, 1, len(b.items)+1)
	for i := range b.items {
		b.setAt = append(b.setAt, b.setAt[i]+(b.items[i].route1-b.items[i].route0+63)/64)
	}
	b.goodsItem = newRows(len(n.spec.Commodities), func(f func(key, value int32)) {
		for i := range b.items {
			f(int32(b.items[i].commodity), int32(i))
		}
	})
	b.pathLink = newRows(len(b.paths), func(f func(key, value int32)) {
		for k := range b.paths {
			for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
				if l := n.arcs[a].link; l >= 0 {
					f(int32(k), l)
				}
			}
		}
	})
	b.linkKm = make([]float64, len(n.spec.Links))
	for l := range n.spec.Links {
		b.linkKm[l] = n.spec.Links[l].Length
	}
	most := int32(0)
	for i := range b.items {
		most = max(most, b.items[i].route1-b.items[i].route0)
	}
	b.inverse = make([]float64, most+1)
	for k := 1; k < len(b.inverse); k++ {
		b.inverse[k] = 1 / float64(k)
	}
	always := b.mayBind()
	b.bundlings = &bundlings{always: always, place: placesOf(always)}
}

// Statistics returns what Prepare built.
func (b *Base) Statistics() Statistics { return b.stats }

// Outcomes returns the outcomes in the order of [Solution].Outcomes.
func (b *Base) Outcomes() []Outcome { return b.net.spec.Outcomes }

// Spec returns the spec the base was prepared from; it must not be modified.
func (b *Base) Spec() *Spec { return b.net.spec }

// BaseYearRun returns the run of the base year, the only one that meets
// observed figures.
func (b *Base) BaseYearRun() *Solution { return b.baseYear }

// BaselineRun returns the run of the baseline of the horizon year.
func (b *Base) BaselineRun() *Solution { return b.baseline }

// Unsourced lists, in file order, the borders whose hours have no source and
// the borders and links whose capacity has none and so does not count.
func (b *Base) Unsourced() []string {
	var out []string
	s := b.net.spec
	for i := range s.Borders {
		r := &s.Borders[i]
		if len(r.Hours.Source) == 0 && len(r.Source) == 0 {
			out = append(out, "hours of border "+borderRowID(r))
		}
		if given(r.Capacity) && !hasCapacity(r.Capacity, nil) {
			out = append(out, "capacity of border "+borderRowID(r))
		}
	}
	for i := range s.Links {
		if r := &s.Links[i]; given(r.Capacity) && !hasCapacity(r.Capacity, nil) {
			out = append(out, "capacity of link "+r.ID)
		}
	}
	return out
}

// OpenLinks says for each link of the spec, forward and back, whether it can be
// used in the base year or in the baseline of the horizon: the calendar, projects
// that open by date, the year's own conditions, borders and straits included. Rules
// about goods are not.
func (b *Base) OpenLinks(year Year) [][2]bool {
	p := b.params(b.Resolve(year, nil, nil))
	out := make([][2]bool, len(b.net.spec.Links))
	for i := range b.net.arcs {
		a := &b.net.arcs[i]
		if a.link < 0 {
			continue
		}
		open := true
		for k := a.op0; k < a.op1; k++ {
			o := &b.net.ops[k]
			open = open && p[b.lay.open+int(k)] != 0 && (o.elem < 0 || p[b.lay.cap+int(o.elem)] > 0)
		}
		if a.forward {
			out[a.link][0] = open
		} else {
			out[a.link][1] = open
		}
	}
	return out
}

// NamedFigure is a ranged figure that runs depend on.
type NamedFigure struct {
	Name   string
	Figure units.Figure
}
