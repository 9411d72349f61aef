package freight

import "math"

// blockItems is how many items are looked at together: what they need stays in
// the processor's nearest cache.
const blockItems = 32

// blocks lay out the alternatives of a world as the choice walks through them: by
// blocks of items, and in a block in flat lists without a list in a list. First
// come the alternatives of nests of several, then the nests, those of several
// alternatives before those of one; a nest of one is its alternative. Every block
// has its own places, from where its first group and its first nest stand in the
// bundling, so that a block is laid out again alone.
type blocks struct {
	block []block
	of    []itemNests // item
	top   []float64   // item: the largest base of its nests, before it is taken from them

	// Alternatives in nests of several.
	above []float64 // utility without queues and prices, less the largest of the nest: 0 or less
	per   []float64 // theta_r/c0
	at    []int32   // place in worth: commodity, bundle
	in    []int32   // nest, counted from the block's first
	group []int32

	// Nests.
	base  []float64 // theta_m (I - kappa) at best without queues and prices, less the item's largest
	slope []float64 // of several: theta_m/theta_r; of one: theta_m/c0
	one   []int32   // of one: place in worth
	alone []int32   // of one: group
	who   []int32   // item, counted from the block's first
	alts  []between // of several: its alternatives

	stale []bool // block
}

// block is where a block's alternatives and nests stand.
type block struct {
	alt0, alt1     int32 // alternatives in nests of several
	nest0, single0 int32 // nests of several alternatives, then those of one
	nest1          int32
}

// itemNests is where the nests of an item stand, those of several alternatives
// and those of one.
type itemNests struct{ several, single between }

// between are the places from up to before to.
type between struct{ from, to int32 }

func (x *blocks) copyFrom(s *blocks) {
	x.block, x.of, x.top = append(x.block[:0], s.block...), append(x.of[:0], s.of...), append(x.top[:0], s.top...)
	x.above, x.per = append(x.above[:0], s.above...), append(x.per[:0], s.per...)
	x.at, x.in, x.group = append(x.at[:0], s.at...), append(x.in[:0], s.in...), append(x.group[:0], s.group...)
	x.base, x.slope = append(x.base[:0], s.base...), append(x.slope[:0], s.slope...)
	x.one, x.alone, x.who = append(x.one[:0], s.one...), append(x.alone[:0], s.alone...), append(x.who[:0], s.who...)
	x.alts, x.stale = append(x.alts[:0], s.alts...), append(x.stale[:0], s.stale...)
}

func (x *blocks) sizeFor(g *bundling) {
	items, nests, groups := len(g.nest0)-1, len(g.nest), len(g.bundle)
	n := (items + blockItems - 1) / blockItems
	x.block, x.of, x.top = resize(x.block, n), resize(x.of, items), resize(x.top, items)
	x.above, x.per = resize(x.above, groups), resize(x.per, groups)
	x.at, x.in, x.group = resize(x.at, groups), resize(x.in, groups), resize(x.group, groups)
	x.base, x.slope = resize(x.base, nests), resize(x.slope, nests)
	x.one, x.alone, x.who = resize(x.one, nests), resize(x.alone, nests), resize(x.who, nests)
	x.alts, x.stale = resize(x.alts, nests), resize(x.stale, n)
}

// layOut lays out the blocks in which an item changed.
func (b *Base) layOut(w *world) {
	for k, stale := range w.blocks.stale {
		if stale {
			b.layOutBlock(w, int32(k))
			w.blocks.stale[k] = false
		}
	}
}

func (b *Base) layOutBlock(w *world, k int32) {
	x, g := &w.blocks, w.bundling
	i0 := k * blockItems
	i1 := min(i0+blockItems, int32(len(b.items)))
	bundles := int32(len(g.crosses.at) - 1)
	first := g.nest0[i0]
	alt, nest := g.group0[first], first
	bl := block{alt0: alt, nest0: nest}
	for i := i0; i < i1; i++ {
		c := &b.choosers[i]
		goods := c.commodity * bundles
		x.of[i].several.from = nest
		for _, n := range w.nest[g.nest0[i] : g.nest0[i]+w.nests[i]] {
			if n.size == 1 {
				continue
			}
			from := alt
			best := w.util[n.first]
			for _, u := range w.util[n.first+1 : n.first+n.size] {
				best = max(best, u)
			}
			for a := n.first; a < n.first+n.size; a++ {
				x.above[alt], x.per[alt] = w.util[a]-best, c.perPrice
				x.at[alt], x.in[alt], x.group[alt] = goods+w.bundle[a], nest-first, w.group[a]
				alt++
			}
			x.base[nest], x.slope[nest] = float64(c.ratio*best)-n.kappa, c.ratio
			x.who[nest], x.alts[nest] = i-i0, between{from, alt}
			nest++
		}
		x.of[i].several.to = nest
	}
	bl.alt1, bl.single0 = alt, nest
	for i := i0; i < i1; i++ {
		c := &b.choosers[i]
		goods := c.commodity * bundles
		x.of[i].single.from = nest
		for _, n := range w.nest[g.nest0[i] : g.nest0[i]+w.nests[i]] {
			if n.size != 1 {
				continue
			}
			a := n.first
			x.base[nest], x.slope[nest] = float64(c.ratio*w.util[a])-n.kappa, float64(c.ratio*c.perPrice)
			x.one[nest], x.alone[nest], x.who[nest] = goods+w.bundle[a], w.group[a], i-i0
			nest++
		}
		x.of[i].single.to = nest
	}
	bl.nest1 = nest
	x.block[k] = bl
	top := x.top[i0:i1]
	for m := range top {
		top[m] = math.Inf(-1)
	}
	who, base := x.who[bl.nest0:bl.nest1], x.base[bl.nest0:bl.nest1]
	for n, v := range base {
		top[who[n]] = max(top[who[n]], v)
	}
	for n := range base {
		base[n] -= top[who[n]]
	}
}
