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

	nest0       []int32   // item -> nests (CSR)
	nest        []modeSet // nest -> main-haul modes
	group0      []int32   // nest -> groups (CSR)
	bundle      []int32   // group -> bundle
	route       []int32   // route -> group
	members     rows      // group -> routes
	routeBundle []int32   // route -> bundle, by its path
}

// bundlings keeps the bundlings of a case, one for each set of elements with a
// capacity; nearly always there is one.
type bundlings struct {
	always []bool  // elements in every bundling
	place  []int32 // element -> its place in Solution.State, those of every bundling first
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

// placesOf gives the elements that are in every bundling the first places, in
// order, and the others the next.
func placesOf(always []bool) []int32 {
	place := make([]int32, len(always))
	next := int32(0)
	for _, first := range [2]bool{true, false} {
		for i, in := range always {
			if in == first {
				place[i] = next
				next++
			}
		}
	}
	return place
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
	g.route, g.routeBundle = make([]int32, len(b.routes)), make([]int32, len(b.routes))
	for r := range b.routes {
		g.routeBundle[r] = g.path[b.routes[r].path]
	}
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
	g.members = newRows(len(g.bundle), func(f func(key, value int32)) {
		for r, k := range g.route {
			f(k, int32(r))
		}
	})
	return g
}

// alternatives lists what each item chooses from: the groups of routes that are
// open, by nests. Items and nests have the places of the bundling, so that an
// item whose routes change is put together again alone.
type alternatives struct {
	nests  []int32 // item: how many of its nests are in use, from nest0 on
	nest   []nestInUse
	group  []int32   // alternative: the group it is
	bundle []int32   // alternative: its bundle
	util   []float64 // alternative: ln sum exp of the utilities of its routes, without queues and prices
	blocks blocks    // the same, laid out for the choice
}

// nestInUse is a nest with an open route: its first alternative and how many it
// has, and theta_m times the cost of its modes.
type nestInUse struct {
	first, size int32
	kappa       float64
}

func (a *alternatives) copyFrom(s *alternatives) {
	a.nests, a.nest, a.util = append(a.nests[:0], s.nests...), append(a.nest[:0], s.nest...), append(a.util[:0], s.util...)
	a.group, a.bundle = append(a.group[:0], s.group...), append(a.bundle[:0], s.bundle...)
	a.blocks.copyFrom(&s.blocks)
}

func (a *alternatives) sizeFor(g *bundling) {
	a.nests, a.nest, a.util = resize(a.nests, len(g.nest0)-1), resize(a.nest, len(g.nest)), resize(a.util, len(g.bundle))
	a.group, a.bundle = resize(a.group, len(g.bundle)), resize(a.bundle, len(g.bundle))
	a.blocks.sizeFor(g)
}

// groupRoutes weighs the groups of the items whose routes changed.
func (b *Base) groupRoutes(w *world) {
	if g := b.bundlingOf(w.p); w.bundling != g {
		w.bundling = g
		w.part = resize(w.part, len(b.routes))
		w.alternatives.sizeFor(g)
		w.openWays = resize(w.openWays, g.crosses.count())
		clear(w.openWays)
		for k, u := range g.path {
			if !w.way[k].shut {
				w.openWays[u]++
			}
		}
		for i := range b.items {
			b.weighGroups(w, int32(i))
		}
	}
	for _, i := range w.stales {
		b.weighGroups(w, i)
		w.stale[i] = 0
	}
	w.stales = w.stales[:0]
	b.layOut(w)
}

// weighGroups works out the alternatives of an item and the shares of its routes.
// With best the largest utility of a group's open routes, its own is
//
//	best + ln sum over them of exp(v_r - best).
//
// Where routes and modes have one dispersion nests are none: their costs go with
// the routes, and all alternatives stand in one.
func (b *Base) weighGroups(w *world, i int32) {
	it := &b.items[i]
	g := w.bundling
	cp := b.choiceOf(it.segment)
	theta := cp.route / b.c0[i]
	flat := cp.route == cp.mode
	lnPS := w.lnPS[i]
	nests, first := int32(0), g.group0[g.nest0[i]]
	at := first
	place := g.nest0[i]
	closeNest := func(kappa float64) {
		if at > first {
			w.nest[place+nests] = nestInUse{first, at - first, cp.mode * kappa}
			nests++
			first = at
		}
	}
	for n := g.nest0[i]; n < g.nest0[i+1]; n++ {
		kappa := b.kappa(it, g.nest[n])
		for k := g.group0[n]; k < g.group0[n+1]; k++ {
			members := g.members.of(k)
			best, open := math.Inf(-1), 0
			for _, r := range members {
				if !w.avail[r] {
					w.part[r] = 0
					continue
				}
				v := lnPS[r-it.route0] - float64(theta*w.cost[r])
				w.part[r] = v
				best = max(best, v)
				open++
			}
			if open == 0 {
				continue
			}
			best += shareOut(w, members, best, open)
			if flat {
				best -= float64(cp.route * kappa)
			}
			w.group[at], w.bundle[at], w.util[at] = k, g.bundle[k], best
			at++
		}
		if !flat {
			closeNest(kappa)
		}
	}
	if flat {
		closeNest(0)
	}
	w.nests[i] = nests
	w.blocks.stale[i/blockItems] = true
}

// shareOut turns the utilities of the open routes of a group into their shares and
// returns the logarithm of the sum of their weights against the best.
func shareOut(w *world, members []int32, best float64, open int) float64 {
	if open == 1 {
		for _, r := range members {
			if w.avail[r] {
				w.part[r] = 1
			}
		}
		return 0
	}
	sum := 0.0
	for _, r := range members {
		if !w.avail[r] {
			continue
		}
		x := 0.0
		switch d := w.part[r] - best; {
		case d == 0:
			x = 1
		case d > leastUtility:
			x = exp(d)
		}
		w.part[r] = x
		sum += x
	}
	inv := 1 / sum
	for _, r := range members {
		w.part[r] *= inv
	}
	return ln(sum)
}
