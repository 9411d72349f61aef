package freight

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// bundling sorts routes by the elements with a capacity they cross. Paths that
// cross the same elements form a bundle: queues and prices put the same hours
// and money on each. The routes of an item that are in one nest and one bundle
// form a group: with v_r the utility of a route without queues and prices and
// w that of its bundle's,
//
//	sum over the group of exp(v_r + w) = exp(w) sum exp(v_r),
//
// so that within a solve a group is one alternative, whose weight is worked out
// once. Of the flagship's 55,000 open routes 35,000 groups are left, in some
// thousands of bundles.
type bundling struct {
	elems   []int32 // elements with a capacity, ascending
	crosses rows    // bundle -> places in elems, ascending; one crossed twice is there twice
	path    []int32 // path -> bundle

	nest0  []int32   // item -> nests (CSR)
	nest   []modeSet // nest -> main-haul modes
	group0 []int32   // nest -> groups (CSR)
	bundle []int32   // group -> bundle
	route  []int32   // route -> group
}

// bundlings keeps the bundlings of a case, one for each set of elements with a
// capacity; nearly always there is one.
type bundlings struct {
	always []bool // elements in every bundling
	mu     sync.Mutex
	known  []*bundling
}

// mayBind marks the elements that have a capacity as listed or may get one from
// a project.
func (b *Base) mayBind() []bool {
	out := make([]bool, len(b.net.elems))
	for i := range b.net.elems {
		el := &b.net.elems[i]
		out[i] = !math.IsInf(b.vals.listed[b.lay.cap+i], 1)
		if el.kind == elemLink {
			out[i] = out[i] || slices.ContainsFunc(b.net.byProject[el.row], func(k int32) bool {
				p := &b.net.spec.Projects[k]
				return hasCapacity(p.Capacity, &p.Ref)
			})
		}
	}
	return out
}

// bundlingOf is the bundling for parameters p: over the elements that may bind
// in any case and those that have a capacity under p.
func (b *Base) bundlingOf(p []float64) *bundling {
	limited := func(i int) bool {
		return b.bundlings.always[i] || !math.IsInf(p[b.lay.cap+i], 1)
	}
	n := 0
	for i := range b.net.elems {
		if limited(i) {
			n++
		}
	}
	b.bundlings.mu.Lock()
	defer b.bundlings.mu.Unlock()
	for _, g := range b.bundlings.known {
		if len(g.elems) == n && !slices.ContainsFunc(g.elems, func(el int32) bool { return !limited(int(el)) }) {
			return g
		}
	}
	elems := make([]int32, 0, n)
	for i := range b.net.elems {
		if limited(i) {
			elems = append(elems, int32(i))
		}
	}
	g := b.newBundling(elems)
	b.bundlings.known = append(b.bundlings.known, g)
	return g
}

func (b *Base) newBundling(elems []int32) *bundling {
	g := &bundling{elems: elems, path: make([]int32, len(b.paths)), crosses: rows{at: []int32{0}}}
	place := make([]int32, len(b.net.elems))
	for i := range place {
		place[i] = -1
	}
	for s, el := range elems {
		place[el] = int32(s)
	}
	number := map[string]int32{}
	var list []int32
	var key []byte
	for k := range b.paths {
		list, key = list[:0], key[:0]
		b.eachOp(int32(k), func(o *operation, _ int32) {
			if o.elem >= 0 && place[o.elem] >= 0 {
				list = append(list, place[o.elem])
			}
		})
		slices.Sort(list)
		for _, s := range list {
			key = binary.LittleEndian.AppendUint32(key, uint32(s))
		}
		id, ok := number[string(key)]
		if !ok {
			id = int32(len(g.crosses.at) - 1)
			number[string(key)] = id
			g.crosses.list = append(g.crosses.list, list...)
			g.crosses.at = append(g.crosses.at, int32(len(g.crosses.list)))
		}
		g.path[k] = id
	}
	g.route = make([]int32, len(b.routes))
	g.nest0, g.group0 = []int32{0}, []int32{0}
	for i := range b.items {
		it := &b.items[i]
		for r := it.route0; r < it.route1; {
			nest := b.nests[b.routes[r].path]
			first := len(g.bundle)
			for ; r < it.route1 && b.nests[b.routes[r].path] == nest; r++ {
				id := g.path[b.routes[r].path]
				at := slices.Index(g.bundle[first:], id)
				if at < 0 {
					at = len(g.bundle) - first
					g.bundle = append(g.bundle, id)
				}
				g.route[r] = int32(first + at)
			}
			g.nest = append(g.nest, nest)
			g.group0 = append(g.group0, int32(len(g.bundle)))
		}
		g.nest0 = append(g.nest0, int32(len(g.nest)))
	}
	return g
}

// groupRoutes weighs the groups of the items whose routes changed.
func (b *Base) groupRoutes(w *world) {
	if g := b.bundlingOf(w.p); w.bundling != g {
		w.bundling = g
		w.base, w.mult = resize(w.base, len(g.bundle)), resize(w.mult, len(g.bundle))
		w.part = resize(w.part, len(b.routes))
		for i := range b.items {
			b.weighGroups(w, int32(i))
		}
	}
	for _, i := range w.stales {
		b.weighGroups(w, i)
		w.stale[i] = 0
	}
	w.stales = w.stales[:0]
}

// weighGroups works out base, mult and part of an item's groups and routes.
func (b *Base) weighGroups(w *world, i int32) {
	it := &b.items[i]
	g := w.bundling
	theta, c0 := b.choiceOf(it.segment).route, b.c0[i]
	for k := g.group0[g.nest0[i]]; k < g.group0[g.nest0[i+1]]; k++ {
		w.base[k], w.mult[k] = math.Inf(-1), 0
	}
	for r := it.route0; r < it.route1; r++ {
		if w.avail[r] {
			v := -theta*(w.cost[r]/c0) + w.lnPS[r]
			w.part[r] = v
			k := g.route[r]
			w.base[k] = max(w.base[k], v)
		}
	}
	for r := it.route0; r < it.route1; r++ {
		if !w.avail[r] {
			w.part[r] = 0
			continue
		}
		k := g.route[r]
		x := 0.0
		switch d := w.part[r] - w.base[k]; {
		case d == 0:
			x = 1
		case d > leastUtility:
			x = math.Exp(d)
		}
		w.part[r] = x
		w.mult[k] += x
	}
	for r := it.route0; r < it.route1; r++ {
		if w.avail[r] {
			w.part[r] /= w.mult[g.route[r]]
		}
	}
}
