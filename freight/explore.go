package freight

import (
	"math"
	"slices"
)

// gatesShut are one gate or two, the lower first; -1 is none.
type gatesShut [2]int32

// explore shuts, in a state, each gate on the best path, and each big gate on
// the path that is best then. With all everything is open but the gates; what is
// best then is best in the other states too where it meets nothing closed there, so
// that is explored first.
func (b *pairBuilder) explore(st *state, all bool) {
	_, bwd := b.trees(st)
	if math.IsInf(bwd.dist[b.root], 1) {
		return
	}
	gates := b.gatesOn(b.onward(nil, bwd, b.root), false)
	ways := make([]int32, len(gates))   // place in found of the best without each, -1 for none that is kept
	next := make([][]int32, len(gates)) // of big ones, the big gates on it
	for k, g := range gates {
		one := gatesShut{-1, g}
		var p []int32
		var cost float64
		if ways[k] = b.openWay(st, one, 1); ways[k] >= 0 {
			p = b.found[ways[k]].arcs
		} else {
			if b.gates[g].big {
				b.draft = b.onward(b.draft[:0], b.detour(st, bwd, g), b.root)
				p, cost = b.draft, b.cost(st, b.draft)
			} else {
				b.ban(st, g)
				p, cost = b.s.path(b.root, b.goal, st.cost, bwd)
			}
			ways[k] = b.take(p, 1, cost)
			b.keep(one, ways[k], all)
		}
		if b.gates[g].big && cost <= b.limit { // else shutting more can only be dearer
			next[k] = b.gatesOn(p, true)
		}
	}
	tried := map[gatesShut]bool{}
	for k, g := range gates {
		for _, h := range next[k] {
			two := gatesShut{min(g, h), max(g, h)}
			if tried[two] {
				continue
			}
			tried[two] = true
			if m, ok := slices.BinarySearch(gates, h); ok && ways[m] >= 0 && !b.meets(ways[m], g) {
				continue // the best without h does not need g
			}
			if b.openWay(st, two, 3) >= 0 {
				continue
			}
			to := b.detour(st, bwd, g)
			b.ban(st, g, h)
			q, c := b.s.path(b.root, b.goal, st.cost, to)
			b.keep(two, b.take(q, 3, c), all)
		}
	}
}

// meets says whether a path found passes a gate.
func (b *pairBuilder) meets(place, gate int32) bool {
	for _, a := range b.found[place].arcs {
		if slices.Contains(b.arcGates[a], gate) {
			return true
		}
	}
	return false
}

// keep remembers the way found with gates shut and everything else open.
func (b *pairBuilder) keep(shut gatesShut, place int32, all bool) {
	if all && place >= 0 {
		b.ways[shut] = place
	}
}

// openWay is the place of the way found with the gates shut and everything else
// open, if a state leaves it open; -1 when there is none to be had so. Costs of the
// two states must be the same. The way ranks as one of the state.
func (b *pairBuilder) openWay(st *state, shut gatesShut, rank int) int32 {
	at, ok := b.ways[shut]
	if !ok {
		return -1
	}
	f := &b.found[at]
	for _, a := range f.arcs {
		if st.isShut.has(a) {
			return -1
		}
	}
	f.rank = min(f.rank, rank)
	return at
}

// detour returns the tree to the goal in a state with a gate shut, computed once a
// goal.
func (b *pairBuilder) detour(st *state, bwd *tree, g int32) *tree {
	key := detour{b.goal, g}
	to := st.around[key]
	if to == nil {
		b.ban(st, g)
		to = b.s.around(st.cost, bwd)
		st.around[key] = to
	}
	return to
}

// ban closes the arcs that are closed in a state and those of gates.
func (b *pairBuilder) ban(st *state, gates ...int32) {
	b.s.stamp++
	for _, a := range st.closed {
		b.s.ban[a] = b.s.stamp
	}
	for _, g := range gates {
		for _, a := range b.gates[g].arcs {
			b.s.ban[a] = b.s.stamp
		}
	}
}
