package freight

import (
	"slices"
)

// Workspace holds the buffers of one solving goroutine.
type Workspace struct {
	w world
	e equilibrium
	p []float64
}

// NewWorkspace returns a workspace; the zero value works too. A workspace
// serves one Solve at a time and any number of bases in turn.
func NewWorkspace() *Workspace { return &Workspace{} }

// world is the network of one delta: costs without queues and prices. Every
// number in it is a function of the parameters alone, so it may be carried from
// one delta to the next by computing again what a changed parameter touches:
// the bits are those of a world computed from nothing.
type world struct {
	b       *Base // whose numbers these are, nil before the first load
	p       []float64
	on      []legSums   // stretch
	way     []legSums   // path; shut to its goods by a country, too
	soil    []bool      // country: shut to some goods and mode
	due     []float64   // variant: USD/t of its components
	bill    []float64   // bill: USD/t earned
	duePart []float64   // part: USD/t of its components
	share   []float64   // share: USD/t earned
	cost    []float64   // route
	per     []perTonne  // route
	avail   []bool      // route, rules included
	lnPS    [][]float64 // item: by route
	q0      []float64   // item, t/yr
	linkUse []int32

	bundling *bundling // what the next belong to
	part     []float64 // route: its share of the group
	openWays []int32   // bundle: paths that are open
	alternatives

	openSet []uint64  // bit by route, from setAt of its item
	sizes   []sizings // item
	mark    marks     // stretches of which something may differ
	dueMark marks     // parts
	earnt   marks     // shares
	billed  marks     // bills
	path    marks
	variant marks
	again   marks   // routes to be priced again
	stale   []uint8 // item: what must be computed again
	stales  []int32 // items that are stale
}

// perTonne is what a tonne on a route takes and pays, rules included: hours, USD,
// hours of spread and hours at borders.
type perTonne struct{ hours, money, spread, border float64 }

// legSums are sums over the operations of a stretch or a path: hours, hours of
// spread, hours at borders (all without queues) and USD/t added by changes; shut
// when one cannot be used.
type legSums struct {
	hours, spread, border, extra float64
	shut                         bool
}

// marks is a set of numbers with the list of those in it.
type marks struct {
	in   []bool
	list []int32
}

func (m *marks) sizeFor(n int) { m.in, m.list = make([]bool, n), nil }

func (m *marks) add(list []int32) {
	for _, k := range list {
		if !m.in[k] {
			m.in[k] = true
			m.list = append(m.list, k)
		}
	}
}

func (m *marks) clear() {
	for _, k := range m.list {
		m.in[k] = false
	}
	m.list = m.list[:0]
}

// What must be done again for an item.
const (
	staleGroup uint8 = 1 << iota // weights of route groups
	staleOpen                    // which routes are open, so path sizes too
)

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// money is what a variant pays, USD/t, rules apart.
func (w *world) money(v, path int32) float64 { return max(w.way[path].extra+w.due[v], 0) }

// copyFrom makes w the world s.
func (w *world) copyFrom(s *world) {
	w.b, w.bundling = s.b, s.bundling
	w.p = append(w.p[:0], s.p...)
	w.on, w.way, w.soil = append(w.on[:0], s.on...), append(w.way[:0], s.way...), append(w.soil[:0], s.soil...)
	w.due, w.bill = append(w.due[:0], s.due...), append(w.bill[:0], s.bill...)
	w.duePart, w.share = append(w.duePart[:0], s.duePart...), append(w.share[:0], s.share...)
	w.cost, w.per = append(w.cost[:0], s.cost...), append(w.per[:0], s.per...)
	w.avail, w.lnPS, w.openSet = append(w.avail[:0], s.avail...), append(w.lnPS[:0], s.lnPS...), append(w.openSet[:0], s.openSet...)
	w.q0 = append(w.q0[:0], s.q0...)
	w.part, w.openWays = append(w.part[:0], s.part...), append(w.openWays[:0], s.openWays...)
	w.alternatives.copyFrom(&s.alternatives)
	w.linkUse = resize(w.linkUse, len(s.linkUse))
	clear(w.linkUse)
	w.sizeMarks(w.b)
	w.stale, w.stales = resize(w.stale, len(s.stale)), w.stales[:0]
	clear(w.stale)
	w.sizes = resize(w.sizes, len(s.stale))
	clear(w.sizes) // of another base, perhaps
}

func (w *world) sizeMarks(b *Base) {
	w.mark.sizeFor(len(b.stretches))
	w.dueMark.sizeFor(b.partComp.count())
	w.earnt.sizeFor(b.shareTerm.count())
	w.billed.sizeFor(b.billShare.count())
	w.path.sizeFor(len(b.paths))
	w.variant.sizeFor(len(b.variants))
	w.again.sizeFor(len(b.routes))
}

// load makes w the world of the parameters p: what it holds already is kept as
// far as its numbers are the same.
func (b *Base) load(w *world, p []float64) {
	if w.b != b {
		w.copyFrom(b.snap)
	}
	b.markChanges(w, p)
	copy(w.p, p)
	b.shutSoil(w)
	for _, s := range w.mark.list {
		if on := b.stretchAt(s, p); on != w.on[s] {
			w.on[s] = on
			w.path.add(b.stretchPath.of(s))
		}
	}
	for _, k := range w.path.list {
		if b.sumPath(w, k) {
			w.again.add(b.pathRoute.of(k))
		}
	}
	for _, k := range w.dueMark.list {
		if due := b.partDue(k, p); due != w.duePart[k] {
			w.duePart[k] = due
			w.variant.add(b.partVariant.of(k))
		}
	}
	for _, v := range w.variant.list {
		w.due[v] = b.variantDue(w, v)
		w.again.add(b.pathRoute.of(b.variants[v].path))
	}
	for _, s := range w.earnt.list {
		if x := b.shareEarnt(s, p); x != w.share[s] {
			w.share[s] = x
			w.billed.add(b.shareBill.of(s))
		}
	}
	for _, k := range w.billed.list {
		b.sumBill(w, k)
	}
	for _, r := range w.again.list {
		b.priceRoute(w, r)
	}
	for _, i := range w.stales {
		if w.stale[i]&staleOpen != 0 {
			b.keptSizes(w, i)
		}
	}
	for _, m := range [...]*marks{&w.mark, &w.dueMark, &w.earnt, &w.billed, &w.path, &w.variant, &w.again} {
		m.clear()
	}
	b.volumes(w)
}

// markChanges marks the stretches, parts, shares, paths and routes that parameters
// different from those of w touch.
func (b *Base) markChanges(w *world, p []float64) {
	lay := &b.lay
	for i := range b.net.ops {
		if b.shutUnder(i, p) != b.shutUnder(i, w.p) || p[lay.hours+i] != w.p[lay.hours+i] ||
			p[lay.spread+i] != w.p[lay.spread+i] || p[lay.extra+i] != w.p[lay.extra+i] {
			w.mark.add(b.opStretch.of(int32(i)))
		}
	}
	for i := range b.net.comps {
		if p[lay.money+i] != w.p[lay.money+i] {
			w.dueMark.add(b.compPart.of(int32(i)))
			w.earnt.add(b.compShare.of(int32(i)))
		}
	}
	for i := range b.net.spec.Rules {
		if p[lay.ruleOn+i] != w.p[lay.ruleOn+i] || p[lay.rule+i] != w.p[lay.rule+i] {
			w.again.add(b.ruleRoute.of(int32(i)))
		}
	}
	var soil []bool
	for c := range b.net.countries {
		from, to := lay.shutIndex(int16(c), 0, 0), lay.shutIndex(int16(c)+1, 0, 0)
		if !slices.Equal(p[from:to], w.p[from:to]) {
			if soil == nil {
				soil = make([]bool, len(b.net.countries))
			}
			soil[c] = true
		}
	}
	if soil != nil {
		for s := range b.stretches {
			if soil[b.stretches[s].country] {
				w.path.add(b.stretchPath.of(int32(s)))
			}
		}
	}
}

// Reach is how many routes a delta touches beside the baseline's: what solving it
// after the baseline costs, and by which solvers order their work.
func (b *Base) Reach(d *Delta) int {
	w := &world{p: b.snap.p}
	w.sizeMarks(b)
	b.markChanges(w, b.params(d))
	for _, s := range w.mark.list {
		w.path.add(b.stretchPath.of(s))
	}
	for _, k := range w.dueMark.list {
		for _, v := range b.partVariant.of(k) {
			w.again.add(b.pathRoute.of(b.variants[v].path))
		}
	}
	for _, k := range w.path.list {
		w.again.add(b.pathRoute.of(k))
	}
	return len(w.again.list)
}

// priceRoute computes cost and openness of a route and marks its item.
func (b *Base) priceRoute(w *world, r int32) {
	rt := &b.routes[r]
	i := b.owner[r]
	it := &b.items[i]
	goods := &b.vals.goods[it.commodity]
	way := &w.way[rt.path]
	hours, money := way.hours, w.money(rt.variant, rt.path)
	open := !way.shut
	for _, ri := range b.routeRule.of(r) {
		if w.p[b.lay.ruleOn+int(ri)] == 0 {
			continue
		}
		if b.net.spec.Rules[ri].Kind == "forbid" {
			open = false
			continue
		}
		m, h := b.vals.ruleCharge(b.net, int(ri), w.p[b.lay.rule+int(ri)], it.commodity)
		money += m
		hours += h
	}
	w.per[r] = perTonne{hours, money, way.spread, way.border}
	w.cost[r] = money + float64(goods.vot*(hours+float64(goods.reliability*way.spread)))
	var m uint8
	switch {
	case open != w.avail[r]:
		w.avail[r] = open
		k := r - it.route0
		w.openSet[b.setAt[i]+k>>6] ^= 1 << (k & 63)
		m = staleGroup | staleOpen
	case open:
		m = staleGroup
	default:
		return // closed as before
	}
	if w.stale[i] == 0 {
		w.stales = append(w.stales, i)
	}
	w.stale[i] |= m
}

func (b *Base) volumes(w *world) {
	for i := range b.items {
		it := &b.items[i]
		share := b.vals.share[it.market]
		if it.segment == captive {
			share = 1 - share
		}
		w.q0[i] = w.p[b.lay.tonnes+int(it.market)] * it.fraction * share
	}
}

// takeSnapshot computes the world of p from nothing.
func (b *Base) takeSnapshot(p []float64) *world {
	paths, routes, items := len(b.paths), len(b.routes), len(b.items)
	w := &world{
		b: b, p: slices.Clone(p),
		on: make([]legSums, len(b.stretches)), way: make([]legSums, paths), soil: make([]bool, len(b.net.countries)),
		due: make([]float64, len(b.variants)), duePart: make([]float64, b.partComp.count()),
		bill: make([]float64, b.billShare.count()), share: make([]float64, b.shareTerm.count()),
		cost: make([]float64, routes), per: make([]perTonne, routes),
		avail: make([]bool, routes), openSet: make([]uint64, b.setAt[items]), lnPS: make([][]float64, items), q0: make([]float64, items),
		linkUse: make([]int32, len(b.net.spec.Links)), stale: make([]uint8, items),
	}
	b.shutSoil(w)
	for k := range w.on {
		w.on[k] = b.stretchAt(int32(k), p)
	}
	for k := range b.paths {
		b.sumPath(w, int32(k))
	}
	for k := range w.duePart {
		w.duePart[k] = b.partDue(int32(k), p)
	}
	for v := range b.variants {
		w.due[v] = b.variantDue(w, int32(v))
	}
	for k := range w.share {
		w.share[k] = b.shareEarnt(int32(k), p)
	}
	for k := range w.bill {
		b.sumBill(w, int32(k))
	}
	for r := range b.routes {
		b.priceRoute(w, int32(r))
	}
	sizes := make([]float64, routes)
	for i := range b.items {
		w.lnPS[i] = sizes[b.items[i].route0:b.items[i].route1]
		b.pathSizes(w, int32(i), w.lnPS[i])
		w.stale[i] = 0
	}
	w.stales = nil
	b.volumes(w)
	return w
}

// shutUnder says whether an operation is closed under p or without capacity,
// countries apart.
func (b *Base) shutUnder(i int, p []float64) bool {
	el := b.net.ops[i].elem
	return p[b.lay.open+i] == 0 || el >= 0 && p[b.lay.cap+int(el)] <= 0
}

// stretchAt sums a stretch under p.
func (b *Base) stretchAt(s int32, p []float64) legSums {
	var x legSums
	for _, o := range b.stretchOp.of(s) {
		h := p[b.lay.hours+int(o)]
		x.hours += h
		x.spread += p[b.lay.spread+int(o)]
		x.extra += p[b.lay.extra+int(o)]
		if b.net.ops[o].kind == opBorder {
			x.border += h
		}
		x.shut = x.shut || b.shutUnder(int(o), p)
	}
	return x
}

// sumPath sums a path over its stretches and says whether something of weight for
// its routes changed. Spreads add: delays at different places are taken as fully
// correlated, an upper bound.
func (b *Base) sumPath(w *world, k int32) bool {
	var x legSums
	pt := &b.paths[k]
	for _, s := range b.pathStretch.of(k) {
		on := &w.on[s]
		x.hours += on.hours
		x.spread += on.spread
		x.border += on.border
		x.extra += on.extra
		x.shut = x.shut || on.shut || w.soil[b.stretches[s].country] && b.soilShut(s, pt.oc, pt.dc, w.p)
	}
	was := &w.way[k]
	if x == *was {
		return false
	}
	if x.shut != was.shut && w.bundling != nil {
		if x.shut {
			w.openWays[w.bundling.path[k]]--
		} else {
			w.openWays[w.bundling.path[k]]++
		}
	}
	*was = x
	return true
}

// shutSoil marks the countries that are shut to some goods and mode.
func (b *Base) shutSoil(w *world) {
	for c := range w.soil {
		w.soil[c] = false
		for _, v := range w.p[b.lay.shutIndex(int16(c), 0, 0):b.lay.shutIndex(int16(c)+1, 0, 0)] {
			w.soil[c] = w.soil[c] || v != 0
		}
	}
}

// pathOpen says whether every operation of a path is usable and no country shut
// to it.
func (b *Base) pathOpen(k int32, p []float64) bool {
	open := true
	pt := &b.paths[k]
	b.eachOp(k, func(o *operation, i int32) {
		open = open && !b.shutUnder(int(i), p) && !(o.country > 0 && b.lay.soilShut(o, pt.oc, pt.dc, p))
	})
	return open
}

// soilShut says whether a stretch stands in a country that is shut to a mode on
// it and the flow type of goods between two countries.
func (b *Base) soilShut(s int32, oc, dc int16, p []float64) bool {
	x := &b.stretches[s]
	if x.country <= 0 {
		return false
	}
	f := flowOf(x.country, oc, dc)
	for m := rail; m <= river; m++ {
		if x.modes.has(m) && p[b.lay.shutIndex(x.country, m, f)] != 0 {
			return true
		}
	}
	return false
}

// soilShut says whether the operation stands in a country that is shut to its
// mode and flow type. Loading and unloading count by the mode they serve.
func (l *layout) soilShut(o *operation, oc, dc int16, p []float64) bool {
	f := flowOf(o.country, oc, dc)
	for _, m := range [2]mode{o.mode, o.mode2} {
		if m >= rail && m <= river && p[l.shutIndex(o.country, m, f)] != 0 {
			return true
		}
	}
	return false
}

// partDue sums the components of a part.
func (b *Base) partDue(k int32, p []float64) float64 {
	sum := 0.0
	for _, c := range b.partComp.of(k) {
		sum += p[b.lay.money+int(c)]
	}
	return sum
}

// variantDue sums the parts of a variant.
func (b *Base) variantDue(w *world, v int32) float64 {
	sum := 0.0
	for _, k := range b.variantPart.of(v) {
		sum += w.duePart[k]
	}
	return sum
}

// shareEarnt is what the earner of a share gets, USD/t.
func (b *Base) shareEarnt(s int32, p []float64) float64 {
	sum := 0.0
	for _, t := range b.shareTerm.of(s) {
		sum += float64(b.terms[t].share * p[b.lay.money+int(b.terms[t].comp)])
	}
	return sum
}

// sumBill sums a bill.
func (b *Base) sumBill(w *world, k int32) {
	sum := 0.0
	for _, s := range b.billShare.of(k) {
		sum += w.share[s]
	}
	w.bill[k] = sum
}

// earns is what the earner of a slot gets, USD/t.
func (w *world) earns(slot int32) float64 { return w.bill[w.b.slotBill[slot]] }
