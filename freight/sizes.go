package freight

import (
	"math"
	"slices"
)

// sizings hold the path sizes of an item for the sets of open routes it was seen
// with.
type sizings struct {
	sets []uint64    // bit by route, one set after the other
	lnPS [][]float64 // set: by route
}

// maxSizings is how many sets of open routes a workspace remembers an item's
// path sizes for.
const maxSizings = 24

// keptSizes gives an item the path sizes for its open routes, from memory where
// they were open together before: across worlds an item sees few sets of open
// routes, and path sizes depend on nothing else.
func (b *Base) keptSizes(w *world, i int32) {
	it := &b.items[i]
	x := &w.sizes[i]
	set := w.openSet[b.setAt[i]:b.setAt[i+1]]
	words := len(set)
	for k := range x.lnPS {
		if slices.Equal(x.sets[k*words:(k+1)*words], set) {
			w.lnPS[i] = x.lnPS[k]
			return
		}
	}
	w.lnPS[i] = make([]float64, it.route1-it.route0)
	b.pathSizes(w, i, w.lnPS[i])
	if len(x.lnPS) < maxSizings {
		x.sets, x.lnPS = append(x.sets, set...), append(x.lnPS, w.lnPS[i])
	}
}

// pathSizes fills lnPS for the open routes of an item: the sum over the links
// of a route of (km of the link / km of the route) / (open routes of the item
// that use the link). A route without length has size 1 over the number of such
// routes.
func (b *Base) pathSizes(w *world, i int32, lnPS []float64) {
	it := &b.items[i]
	count := w.linkUse
	still := 0
	for r := it.route0; r < it.route1; r++ {
		if !w.avail[r] {
			continue
		}
		k := b.routes[r].path
		if b.paths[k].km == 0 {
			still++
		}
		for _, l := range b.pathLink.of(k) {
			count[l]++
		}
	}
	for r := it.route0; r < it.route1; r++ {
		if !w.avail[r] {
			lnPS[r-it.route0] = 0
			continue
		}
		k := b.routes[r].path
		if b.paths[k].km == 0 {
			lnPS[r-it.route0] = -math.Log(float64(still))
			continue
		}
		size := 0.0
		for _, l := range b.pathLink.of(k) {
			size += b.linkKm[l] * b.inverse[count[l]]
		}
		lnPS[r-it.route0] = math.Log(size / b.paths[k].km)
	}
	for r := it.route0; r < it.route1; r++ {
		if w.avail[r] {
			for _, l := range b.pathLink.of(b.routes[r].path) {
				count[l] = 0
			}
		}
	}
}
