package freight

import (
	"math"
	"slices"
)

// Workspace holds the buffers of one solving goroutine.
type Workspace struct {
	w world
	e equilibrium
}

// NewWorkspace returns a workspace; the zero value works too. A workspace
// serves one Solve at a time and any number of bases in turn.
func NewWorkspace() *Workspace { return &Workspace{} }

// world is the network of one delta: costs without queues and prices. Every
// number in it is a function of the parameters alone, so it may be carried from
// one delta to the next by computing again what a changed parameter touches:
// the bits are those of a world computed from nothing.
type world struct {
	b             *Base // whose numbers these are, nil before the first load
	p             []float64
	hours, spread []float64 // path
	open          []bool    // path: every operation usable, no country shut
	border        []float64 // path: hours at borders, without queues
	money         []float64 // variant
	earn          []float64 // earning slot -> USD/t
	cost          []float64 // route
	paid, took    []float64 // route: USD/t paid and hours taken, rules included
	avail         []bool    // route, rules included
	lnPS          []float64 // route
	q0            []float64 // item, t/yr
	linkUse       []int32

	bundling *bundling // what the next three belong to
	base     []float64 // group: best utility among its open routes, -Inf without one
	mult     []float64 // group: sum of exp(utility - base) over them
	part     []float64 // route: its share of the group

	sizes   [][]sizing // item: path sizes by what was open, see keptSizes
	wasOpen []uint64
	shut    []bool  // operation: closed, countries apart
	mark    []uint8 // path: what may differ
	marked  []int32 // paths with a mark
	stale   []uint8 // item: what must be computed again
	stales  []int32 // items that are stale
}

// Marks of paths and items.
const (
	markTime uint8 = 1 << iota // path: hours and spread
	markOpen
	markMoney
	staleCost  // item: cost and openness of routes
	staleGroup // item: weights of route groups
)

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// copyFrom makes w the world s.
func (w *world) copyFrom(s *world) {
	w.b, w.bundling = s.b, s.bundling
	w.p = append(w.p[:0], s.p...)
	w.hours, w.spread = append(w.hours[:0], s.hours...), append(w.spread[:0], s.spread...)
	w.open, w.border = append(w.open[:0], s.open...), append(w.border[:0], s.border...)
	w.money, w.earn = append(w.money[:0], s.money...), append(w.earn[:0], s.earn...)
	w.cost, w.paid, w.took = append(w.cost[:0], s.cost...), append(w.paid[:0], s.paid...), append(w.took[:0], s.took...)
	w.avail, w.lnPS = append(w.avail[:0], s.avail...), append(w.lnPS[:0], s.lnPS...)
	w.q0 = append(w.q0[:0], s.q0...)
	w.base, w.mult, w.part = append(w.base[:0], s.base...), append(w.mult[:0], s.mult...), append(w.part[:0], s.part...)
	w.linkUse = resize(w.linkUse, len(s.linkUse))
	clear(w.linkUse)
	w.mark, w.marked = resize(w.mark, len(s.mark)), w.marked[:0]
	clear(w.mark)
	w.stale, w.stales = resize(w.stale, len(s.stale)), w.stales[:0]
	clear(w.stale)
	w.sizes = resize(w.sizes, len(s.stale))
	clear(w.sizes) // of another base, perhaps
}

// load makes w the world of the parameters p: what it holds already is kept as
// far as its numbers are the same.
func (b *Base) load(w *world, p []float64) {
	if w.b != b {
		w.copyFrom(b.snap)
	}
	b.markChanges(w, p)
	copy(w.p, p)
	var anywhere bool
	w.shut, anywhere = b.shutOperations(w.shut, p)
	for _, k := range w.marked {
		m := w.mark[k]
		w.mark[k] = 0
		stale := m&markMoney != 0
		if m&markTime != 0 {
			hours, spread, border := b.pathTime(k, p)
			stale = stale || hours != w.hours[k] || spread != w.spread[k]
			w.hours[k], w.spread[k], w.border[k] = hours, spread, border
		}
		if m&markOpen != 0 {
			open := b.pathOpen(k, w.shut, anywhere, p)
			stale = stale || open != w.open[k]
			w.open[k] = open
		}
		if m&markMoney != 0 {
			for _, v := range b.pathVariant.of(k) {
				w.money[v] = b.variantMoney(v, p)
				b.earnings(v, p, w.earn)
			}
		}
		if stale {
			b.staleRoutes(w, b.pathRoute.of(k))
		}
	}
	w.marked = w.marked[:0]
	for _, i := range w.stales {
		if w.stale[i]&staleCost != 0 {
			b.priceItem(w, i)
			w.stale[i] = staleGroup
		}
	}
	b.volumes(w)
}

// markChanges marks the paths and items that parameters different from those of
// w touch.
func (b *Base) markChanges(w *world, p []float64) {
	touch := func(paths []int32, m uint8) {
		for _, k := range paths {
			if w.mark[k] == 0 {
				w.marked = append(w.marked, k)
			}
			w.mark[k] |= m
		}
	}
	lay := &b.lay
	for i := range b.net.ops {
		if p[lay.open+i] != w.p[lay.open+i] {
			touch(b.opPath.of(int32(i)), markOpen)
		}
		if p[lay.hours+i] != w.p[lay.hours+i] || p[lay.spread+i] != w.p[lay.spread+i] {
			touch(b.opPath.of(int32(i)), markTime)
		}
		if p[lay.extra+i] != w.p[lay.extra+i] {
			touch(b.opPath.of(int32(i)), markMoney)
		}
		if e := b.net.ops[i].elem; e >= 0 && (p[lay.cap+int(e)] <= 0) != (w.p[lay.cap+int(e)] <= 0) {
			touch(b.opPath.of(int32(i)), markOpen)
		}
	}
	for i := range b.net.comps {
		if p[lay.money+i] != w.p[lay.money+i] {
			touch(b.opPath.of(b.net.comps[i].op), markMoney)
		}
	}
	for i := range b.net.spec.Rules {
		if p[lay.ruleOn+i] != w.p[lay.ruleOn+i] || p[lay.rule+i] != w.p[lay.rule+i] {
			b.staleRoutes(w, b.ruleRoute.of(int32(i)))
		}
	}
	for c := range b.net.countries {
		from, to := lay.shutIndex(int16(c), 0, 0), lay.shutIndex(int16(c)+1, 0, 0)
		for j := from; j < to; j++ {
			if p[j] != w.p[j] {
				touch(b.countryPath.of(int32(c)), markOpen)
				break
			}
		}
	}
}

// Reach is how many routes a delta touches beside the baseline's: what solving it
// after the baseline costs, and by which solvers order their work.
func (b *Base) Reach(d *Delta) int {
	w := &world{p: b.snap.p, mark: make([]uint8, len(b.paths)), stale: make([]uint8, len(b.items))}
	b.markChanges(w, b.params(d))
	n := 0
	for _, k := range w.marked {
		n += len(b.pathRoute.of(k))
	}
	for _, i := range w.stales {
		n += int(b.items[i].route1 - b.items[i].route0)
	}
	return n
}

// staleRoutes has the items of routes priced again.
func (b *Base) staleRoutes(w *world, routes []int32) {
	for _, r := range routes {
		i := b.owner[r]
		if w.stale[i] == 0 {
			w.stales = append(w.stales, i)
		}
		w.stale[i] |= staleCost
	}
}

// priceItem computes cost and openness of an item's routes, and path sizes where
// the set of open routes changed.
func (b *Base) priceItem(w *world, i int32) {
	it := &b.items[i]
	goods := &b.vals.goods[it.commodity]
	changed := false
	for r := it.route0; r < it.route1; r++ {
		rt := &b.routes[r]
		hours, money := w.hours[rt.path], w.money[rt.variant]
		open := w.open[rt.path]
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
		w.paid[r], w.took[r] = money, hours
		w.cost[r] = money + goods.vot*(hours+goods.reliability*w.spread[rt.path])
		if open != w.avail[r] {
			w.avail[r] = open
			changed = true
		}
	}
	if changed {
		b.keptSizes(w, i)
	}
}

// sizing holds the path sizes of an item for one set of open routes.
type sizing struct {
	open []uint64  // bit by route
	lnPS []float64 // route
}

// maxSizings is how many sets of open routes a workspace remembers an item's
// path sizes for.
const maxSizings = 8

// keptSizes is pathSizes with a memory: across worlds an item sees few sets of
// open routes, and path sizes depend on nothing else.
func (b *Base) keptSizes(w *world, i int32) {
	if w.sizes == nil {
		b.pathSizes(w, i)
		return
	}
	it := &b.items[i]
	n := int(it.route1 - it.route0)
	set := resize(w.wasOpen, (n+63)/64)
	w.wasOpen = set
	clear(set)
	for k, open := range w.avail[it.route0:it.route1] {
		if open {
			set[k>>6] |= 1 << (k & 63)
		}
	}
	for k := range w.sizes[i] {
		if x := &w.sizes[i][k]; slices.Equal(x.open, set) {
			copy(w.lnPS[it.route0:it.route1], x.lnPS)
			return
		}
	}
	b.pathSizes(w, i)
	if len(w.sizes[i]) < maxSizings {
		w.sizes[i] = append(w.sizes[i], sizing{slices.Clone(set), slices.Clone(w.lnPS[it.route0:it.route1])})
	}
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
		b: b, p: append([]float64(nil), p...),
		hours: make([]float64, paths), spread: make([]float64, paths), open: make([]bool, paths), border: make([]float64, paths),
		money: make([]float64, len(b.variants)), earn: make([]float64, len(b.earners)),
		cost: make([]float64, routes), paid: make([]float64, routes), took: make([]float64, routes),
		avail: make([]bool, routes), lnPS: make([]float64, routes), q0: make([]float64, items),
		linkUse: make([]int32, len(b.net.spec.Links)), mark: make([]uint8, paths), stale: make([]uint8, items),
	}
	var anywhere bool
	w.shut, anywhere = b.shutOperations(nil, p)
	for k := range b.paths {
		w.hours[k], w.spread[k], w.border[k] = b.pathTime(int32(k), p)
		w.open[k] = b.pathOpen(int32(k), w.shut, anywhere, p)
	}
	for v := range b.variants {
		w.money[v] = b.variantMoney(int32(v), p)
		b.earnings(int32(v), p, w.earn)
	}
	for i := range b.items {
		b.priceItem(w, int32(i))
	}
	b.volumes(w)
	return w
}

// pathTime sums hours and spread over a path's operations, and the hours at
// borders. Spreads add: delays at different places are taken as fully
// correlated, an upper bound.
func (b *Base) pathTime(k int32, p []float64) (hours, spread, border float64) {
	for _, o := range b.pathOp.of(k) {
		h := p[b.lay.hours+int(o)]
		hours += h
		spread += p[b.lay.spread+int(o)]
		if b.net.ops[o].kind == opBorder {
			border += h
		}
	}
	return hours, spread, border
}

// shutOperations marks the operations that are closed under p or without
// capacity, and says whether a country is shut to anything.
func (b *Base) shutOperations(shut []bool, p []float64) (out []bool, anywhere bool) {
	shut = resize(shut, len(b.net.ops))
	for i := range b.net.ops {
		el := b.net.ops[i].elem
		shut[i] = p[b.lay.open+i] == 0 || el >= 0 && p[b.lay.cap+int(el)] <= 0
	}
	for _, x := range p[b.lay.shut:b.lay.size] {
		anywhere = anywhere || x != 0
	}
	return shut, anywhere
}

// pathOpen says whether every operation of a path is usable.
func (b *Base) pathOpen(k int32, shut []bool, anywhere bool, p []float64) bool {
	for _, o := range b.pathOp.of(k) {
		if shut[o] {
			return false
		}
	}
	if !anywhere {
		return true
	}
	pt := &b.paths[k]
	for _, i := range b.pathOp.of(k) {
		if o := &b.net.ops[i]; o.country > 0 && b.lay.soilShut(o, pt.oc, pt.dc, p) {
			return false
		}
	}
	return true
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

// variantMoney sums the payments of a path for one commodity.
func (b *Base) variantMoney(v int32, p []float64) float64 {
	sum := 0.0
	for _, o := range b.pathOp.of(b.variants[v].path) {
		sum += p[b.lay.extra+int(o)]
	}
	for _, c := range b.variantComp.of(v) {
		sum += p[b.lay.money+int(c)]
	}
	return math.Max(sum, 0)
}
