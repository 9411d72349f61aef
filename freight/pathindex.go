package freight

import (
	"math/bits"
	"slices"
)

// pathIndex holds what queries ask of paths, worked out once for all of them:
// what each path passes, in order, and which paths pass a thing.
type pathIndex struct {
	b      *Base
	events []token
	at     []int32   // path -> events (CSR)
	used   []modeSet // modes of the moves of each path
	touch  []uint64  // path -> countries any operation stands in, words of 64
	words  int
	by     map[token]bitset // thing -> paths that pass it
}

// bitset is a set of numbers.
type bitset []uint64

func (s bitset) add(k int32) { s[k>>6] |= 1 << (k & 63) }

func (s bitset) has(k int32) bool { return s[k>>6]>>(k&63)&1 == 1 }

func (b *Base) indexPaths() *pathIndex {
	n := b.net
	x := &pathIndex{b: b, at: make([]int32, 1, len(b.paths)+1), used: make([]modeSet, len(b.paths)),
		words: (len(n.countries) + 63) / 64, by: map[token]bitset{}}
	x.touch = make([]uint64, x.words*len(b.paths))
	for k := range b.paths {
		p := &b.paths[k]
		arcs := b.pathArcs[p.arc0:p.arc1]
		first := len(x.events)
		x.events = n.appendEvents(x.events, arcs)
		x.at = append(x.at, int32(len(x.events)))
		for _, t := range x.events[first:] {
			s := x.by[t]
			if s == nil {
				s = make(bitset, (len(b.paths)+63)/64)
				x.by[t] = s
			}
			s.add(int32(k))
		}
		for _, a := range arcs {
			for i := n.arcs[a].op0; i < n.arcs[a].op1; i++ {
				o := &n.ops[i]
				x.touch[k*x.words+int(o.country>>6)] |= 1 << (o.country & 63)
				if o.kind == opMove {
					x.used[k] = x.used[k].with(o.mode)
				}
			}
		}
	}
	return x
}

// passing is the set of paths that pass one of the things of every step, in
// whatever order.
func (x *pathIndex) passing(steps [][]token) bitset {
	out := make(bitset, (len(x.b.paths)+63)/64)
	for i := range out {
		out[i] = ^uint64(0)
	}
	step := make(bitset, len(out))
	for _, things := range steps {
		clear(step)
		for _, t := range things {
			for i, w := range x.by[t] {
				step[i] |= w
			}
		}
		for i, w := range step {
			out[i] &= w
		}
	}
	return out
}

// match returns which paths pass a test.
func (x *pathIndex) match(t *pathTest) []bool {
	set := x.passing(t.steps)
	if len(t.reversed) > 0 {
		for i, w := range x.passing(t.reversed) {
			set[i] |= w
		}
	}
	for _, a := range t.avoids {
		for i, w := range x.by[a] {
			set[i] &^= w
		}
	}
	hit := make([]bool, len(x.b.paths))
	for i, w := range set {
		for ; w != 0; w &= w - 1 {
			if k := i<<6 + bits.TrailingZeros64(w); k < len(hit) {
				hit[k] = x.passes(t, k)
			}
		}
	}
	return hit
}

// passes looks at what sets of paths cannot tell: modes, flow type and the
// order of the steps.
func (x *pathIndex) passes(t *pathTest, k int) bool {
	p := &x.b.paths[k]
	if t.modes != 0 && !x.b.nests[k].subsetOf(t.modes) || !t.uses.subsetOf(x.used[k]) {
		return false
	}
	if t.flowOf >= 0 {
		if t.flows>>flowOf(t.flowOf, p.oc, p.dc)&1 == 0 {
			return false
		}
		if t.mustTouch && x.touch[k*x.words+int(t.flowOf>>6)]>>(t.flowOf&63)&1 == 0 {
			return false
		}
	}
	if len(t.modeIn) > 0 && !x.b.net.keepsModes(t, x.b.pathArcs[p.arc0:p.arc1]) {
		return false
	}
	if len(t.steps) < 2 {
		return true // that the one thing is passed is known
	}
	events := x.events[x.at[k]:x.at[k+1]]
	return inOrder(events, t.steps) || len(t.reversed) > 0 && inOrder(events, t.reversed)
}

// keepsModes says whether every move in the countries of modeIn is by its mode.
func (n *network) keepsModes(t *pathTest, arcs []int32) bool {
	for _, a := range arcs {
		for k := n.arcs[a].op0; k < n.arcs[a].op1; k++ {
			if o := &n.ops[k]; o.kind == opMove {
				if m, ok := t.modeIn[o.country]; ok && o.mode != m {
					return false
				}
			}
		}
	}
	return true
}

// inOrder says whether the steps are met one after the other.
func inOrder(events []token, steps [][]token) bool {
	at := 0
	for _, s := range steps {
		for at < len(events) && !slices.Contains(s, events[at]) {
			at++
		}
		if at == len(events) {
			return false
		}
	}
	return true
}
