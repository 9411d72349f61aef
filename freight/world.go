package freight

import (
	"math"
	"slices"
)

// snapshot holds what routes cost under one parameter vector. Worlds are
// computed as what differs from it, by the same sums in the same order: a world
// whose numbers equal the snapshot's has its bits.
type snapshot struct {
	p             []float64
	hours, spread []float64 // path
	open          []bool    // path: every operation usable, no country shut
	money         []float64 // variant
	avail         []bool    // route, rules included
	lnPS          []float64 // route
	border        []float64 // path: hours at borders, without queues
	earn          []float64 // earning slot -> USD/t
}

// Workspace holds the buffers of one solving goroutine.
type Workspace struct {
	w world
	e equilibrium
}

// NewWorkspace returns a workspace; the zero value works too. A workspace
// serves one Solve at a time and any number of bases in turn.
func NewWorkspace() *Workspace { return &Workspace{} }

// world is the network of one delta: costs without queues and prices.
type world struct {
	p             []float64
	hours, spread []float64
	open          []bool
	money         []float64
	border, earn  []float64 // as in the snapshot
	cost          []float64 // route
	avail         []bool    // route
	lnPS          []float64 // route
	q0            []float64 // item, t/yr
	linkUse       []int32
	mark          []bool // path: time or openness may differ from the snapshot
	paid          []bool // path: money may differ from the snapshot
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// load fills a world from the snapshot and the parameters of a delta.
func (b *Base) load(w *world, p []float64) {
	w.p = p
	s := b.snap
	w.hours, w.spread = append(w.hours[:0], s.hours...), append(w.spread[:0], s.spread...)
	w.open, w.money = append(w.open[:0], s.open...), append(w.money[:0], s.money...)
	w.border, w.earn = append(w.border[:0], s.border...), append(w.earn[:0], s.earn...)
	w.avail, w.lnPS = append(w.avail[:0], s.avail...), append(w.lnPS[:0], s.lnPS...)
	w.mark = resize(w.mark, len(b.paths))
	clear(w.mark)
	w.paid = resize(w.paid, len(b.paths))
	clear(w.paid)
	w.linkUse = resize(w.linkUse, len(b.net.spec.Links))
	clear(w.linkUse)
	shutDiffers := !slices.Equal(p[b.lay.shut:b.lay.size], s.p[b.lay.shut:b.lay.size])
	touch := func(op int, set []bool) {
		for _, k := range b.opPath[b.opPath0[op]:b.opPath0[op+1]] {
			set[k] = true
		}
	}
	nop := len(b.net.ops)
	for i := 0; i < nop; i++ {
		if p[b.lay.open+i] != s.p[b.lay.open+i] || p[b.lay.hours+i] != s.p[b.lay.hours+i] ||
			p[b.lay.spread+i] != s.p[b.lay.spread+i] {
			touch(i, w.mark)
		}
		if p[b.lay.extra+i] != s.p[b.lay.extra+i] {
			touch(i, w.paid)
		}
		if e := b.net.ops[i].elem; e >= 0 && (p[b.lay.cap+int(e)] <= 0) != (s.p[b.lay.cap+int(e)] <= 0) {
			touch(i, w.mark)
		}
	}
	for i := range b.net.comps {
		if p[b.lay.money+i] != s.p[b.lay.money+i] {
			touch(int(b.net.comps[i].op), w.paid)
		}
	}
	for k := range b.paths {
		if w.mark[k] || shutDiffers {
			w.hours[k], w.spread[k] = b.pathTime(int32(k), p)
			w.open[k] = b.pathOpen(int32(k), p)
			w.border[k] = b.borderHours(int32(k), p)
		}
	}
	for v := range b.variants {
		if w.paid[b.variants[v].path] {
			w.money[v] = b.variantMoney(&b.variants[v], p)
			b.earnings(int32(v), p, w.earn)
		}
	}
	b.priceRoutes(w)
	b.volumes(w)
}

// priceRoutes computes cost and availability of every route, and path sizes
// where the set of open routes of an item changed.
func (b *Base) priceRoutes(w *world) {
	w.cost = resize(w.cost, len(b.routes))
	for i := range b.items {
		it := &b.items[i]
		goods := &b.vals.goods[it.commodity]
		changed := false
		for r := it.route0; r < it.route1; r++ {
			rt := &b.routes[r]
			hours, money := w.hours[rt.path], w.money[rt.variant]
			open := w.open[rt.path]
			for _, ri := range b.routeRule[b.routeRule0[r]:b.routeRule0[r+1]] {
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
			w.cost[r] = money + goods.vot*(hours+goods.reliability*w.spread[rt.path])
			if open != w.avail[r] {
				w.avail[r] = open
				changed = true
			}
		}
		if changed {
			b.pathSizes(w, int32(i))
		}
	}
}

func (b *Base) volumes(w *world) {
	w.q0 = resize(w.q0, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		share := b.vals.share[it.market]
		if it.segment == captive {
			share = 1 - share
		}
		w.q0[i] = w.p[b.lay.tonnes+int(it.market)] * it.fraction * share
	}
}

// takeSnapshot computes everything at p without help of an older snapshot.
func (b *Base) takeSnapshot(p []float64) *snapshot {
	s := &snapshot{p: p}
	s.hours, s.spread, s.open = make([]float64, len(b.paths)), make([]float64, len(b.paths)), make([]bool, len(b.paths))
	s.border = make([]float64, len(b.paths))
	for k := range b.paths {
		s.hours[k], s.spread[k] = b.pathTime(int32(k), p)
		s.open[k] = b.pathOpen(int32(k), p)
		s.border[k] = b.borderHours(int32(k), p)
	}
	s.money, s.earn = make([]float64, len(b.variants)), make([]float64, len(b.earners))
	for v := range b.variants {
		s.money[v] = b.variantMoney(&b.variants[v], p)
		b.earnings(int32(v), p, s.earn)
	}
	w := &world{p: p, hours: s.hours, spread: s.spread, open: s.open, money: s.money}
	w.avail, w.lnPS = make([]bool, len(b.routes)), make([]float64, len(b.routes))
	w.linkUse = make([]int32, len(b.net.spec.Links))
	b.priceRoutes(w)
	s.avail, s.lnPS = w.avail, w.lnPS
	return s
}

// pathTime sums hours and spread over a path's operations. Spreads add: delays
// at different places are taken as fully correlated, an upper bound.
func (b *Base) pathTime(k int32, p []float64) (hours, spread float64) {
	for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
		for o := b.net.arcs[a].op0; o < b.net.arcs[a].op1; o++ {
			hours += p[b.lay.hours+int(o)]
			spread += p[b.lay.spread+int(o)]
		}
	}
	return hours, spread
}

// pathOpen says whether every operation of a path is usable.
func (b *Base) pathOpen(k int32, p []float64) bool {
	pt := &b.paths[k]
	for _, a := range b.pathArcs[pt.arc0:pt.arc1] {
		for i := b.net.arcs[a].op0; i < b.net.arcs[a].op1; i++ {
			o := &b.net.ops[i]
			if p[b.lay.open+int(i)] == 0 || o.elem >= 0 && p[b.lay.cap+int(o.elem)] <= 0 {
				return false
			}
			if o.country > 0 && b.lay.soilShut(o, pt.oc, pt.dc, p) {
				return false
			}
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
func (b *Base) variantMoney(v *variant, p []float64) float64 {
	pt := &b.paths[v.path]
	sum := 0.0
	for _, a := range b.pathArcs[pt.arc0:pt.arc1] {
		for i := b.net.arcs[a].op0; i < b.net.arcs[a].op1; i++ {
			o := &b.net.ops[i]
			sum += p[b.lay.extra+int(i)]
			for c := o.comp0; c < o.comp1; c++ {
				if b.net.compApplies(&b.net.comps[c], int(v.commodity), pt.oc, pt.dc) {
					sum += p[b.lay.money+int(c)]
				}
			}
		}
	}
	return math.Max(sum, 0)
}
