package freight

import (
	"math"
	"slices"
)

// pairBuilder collects the routes of one pair of zones.
type pairBuilder struct {
	*generator
	s          *searcher
	root, goal int32
	oc, dc     int16
	out        *pairRoutes
	seen       map[string]int32 // path -> its place in found, -1 for none
	found      []foundPath
	limit      float64             // cost beyond which a path is not kept
	ways       map[gatesShut]int32 // with everything open -> place in found of the best path
	key        []byte
	draft      []int32
}

// foundPath is a path with what decides its place when the set is cut.
type foundPath struct {
	arcs  []int32
	rank  int // 0 base states, 1 openables and one gate shut, 2 alternatives, 3 two gates shut
	cost  float64
	order int
}

// run fills the set of contestable goods from the three base states.
func (b *pairBuilder) run(states []*state) {
	ref := math.Inf(1)
	for _, st := range states {
		_, bwd := b.trees(st)
		if d := bwd.dist[b.root]; !math.IsInf(d, 1) {
			ref = d
			break
		}
	}
	if math.IsInf(ref, 1) {
		return // not connected even with everything open
	}
	b.limit = (1 + b.choke + BoundMargin) * math.Max(ref, MinReferenceCost)
	for _, st := range states {
		for i, p := range b.alternatives(st) {
			rank := 0
			if i > 0 {
				rank = 2
			}
			b.take(p, rank, b.cost(st, p))
		}
	}
	b.parallels(states[2])
	b.openOneByOne(states[1], states[2])
	b.ways = map[gatesShut]int32{}
	b.explore(states[2], true)
	b.explore(states[1], false)
	b.parallels(states[2])
	b.finish()
}

// trees returns the trees of the pair's ends in a state, computed once a zone.
func (b *pairBuilder) trees(st *state) (fwd, bwd *tree) {
	fwd = st.fwd[b.root]
	if fwd == nil {
		fwd = b.s.tree(b.root, st.shut, false)
		st.fwd[b.root] = fwd
	}
	bwd = st.bwd[b.goal]
	if bwd == nil {
		bwd = b.s.tree(b.goal, st.shut, true)
		st.bwd[b.goal] = bwd
	}
	return fwd, bwd
}

func (b *pairBuilder) cost(st *state, arcs []int32) float64 {
	sum := 0.0
	for _, a := range arcs {
		sum += st.cost[a]
	}
	return sum
}

// take keeps a path unless it is known, loops or is beyond the limit, and returns
// its place in found, -1 for none.
func (b *pairBuilder) take(arcs []int32, rank int, cost float64) int32 {
	if len(arcs) == 0 {
		return -1
	}
	b.key = appendPathKey(b.key[:0], arcs)
	if at, ok := b.seen[string(b.key)]; ok {
		if at >= 0 && b.found[at].rank > rank {
			b.found[at].rank = rank
		}
		return at
	}
	keep := func(place int) { b.seen[string(b.key)] = int32(place) }
	if b.loops(arcs) {
		keep(-1)
		b.out.looping++
		return -1
	}
	if cost > b.limit {
		keep(-1)
		b.out.tooDear++
		return -1
	}
	keep(len(b.found))
	b.found = append(b.found, foundPath{slices.Clone(arcs), rank, cost, len(b.found)})
	return int32(len(b.found) - 1)
}

// loops says whether a path comes back to a node it left.
func (b *pairBuilder) loops(arcs []int32) bool {
	n, s := b.net, b.s
	s.tests++
	at := n.vertices[n.arcs[arcs[0]].from].node
	for _, a := range arcs {
		next := n.vertices[n.arcs[a].to].node
		if next != at {
			s.left[at] = s.tests
			if s.left[next] == s.tests {
				return true
			}
		}
		at = next
	}
	return false
}

// meeting is a vertex where the trees from both ends meet, with the cost of the path
// through it.
type meeting struct {
	v     int32
	total float64
}

// compare orders meetings by cost, then vertex.
func (m meeting) compare(o meeting) int {
	switch {
	case m.total < o.total:
		return -1
	case m.total > o.total:
		return 1
	}
	return int(m.v - o.v)
}

// meetings lists the vertices on paths within DetourBound of the best, the first in
// order before the others. The list is good until the next.
func (b *pairBuilder) meetings(fwd, bwd *tree, best float64) []meeting {
	list := b.s.meets[:0]
	bound := DetourBound * best
	for v := range b.net.vertices {
		if t := fwd.dist[v] + bwd.dist[v]; t <= bound {
			list = append(list, meeting{int32(v), t})
			if last := len(list) - 1; list[last].compare(list[0]) < 0 {
				list[0], list[last] = list[last], list[0]
			}
		}
	}
	b.s.meets = list
	return list
}

// alternatives lists the single-via paths of a state, the best first. Those that are
// not locally optimal are left out before the rest is put in order.
func (b *pairBuilder) alternatives(st *state) [][]int32 {
	fwd, bwd := b.trees(st)
	best := fwd.dist[b.goal]
	if math.IsInf(best, 1) {
		return nil
	}
	meets := b.meetings(fwd, bwd, best)
	kept := meets[:1] // the best is taken
	for _, m := range meets[1:] {
		if !(b.plateau(st, fwd, bwd, m.v) < PlateauShare*best) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, meeting.compare)
	var out [][]int32
	known := map[string]bool{}
	on := b.s.on
	defer func() {
		for _, arcs := range out {
			for _, a := range arcs {
				on[a] = 0
			}
		}
	}()
	for _, m := range kept {
		if len(out) >= MaxAlternatives {
			break
		}
		arcs := b.join(fwd, bwd, m.v)
		b.key = appendPathKey(b.key[:0], arcs)
		if known[string(b.key)] || len(arcs) == 0 {
			continue
		}
		known[string(b.key)] = true
		if len(out) > 0 && (b.loops(arcs) || b.tooAlike(st, on, arcs, len(out), m.total)) {
			continue
		}
		arcs = slices.Clone(arcs)
		out = append(out, arcs)
		for _, a := range arcs {
			on[a] |= 1 << len(out)
		}
	}
	return out
}

// tooAlike says whether the path shares more than OverlapBound of its cost with
// one of the k paths taken; on holds for each arc the paths it is on, as bits.
func (b *pairBuilder) tooAlike(st *state, on []uint8, arcs []int32, k int, total float64) bool {
	for p := 1; p <= k; p++ {
		shared := 0.0
		for _, a := range arcs {
			if on[a]>>p&1 == 1 {
				shared += st.cost[a]
			}
		}
		if shared > OverlapBound*total {
			return true
		}
	}
	return false
}

// plateau is the cost of the stretch around v that both trees use: over it the
// path through v is a cheapest path whichever way it is looked at.
func (b *pairBuilder) plateau(st *state, fwd, bwd *tree, v int32) float64 {
	n := b.net
	sum := 0.0
	for u := v; fwd.via[u] >= 0; {
		a := fwd.via[u]
		p := n.arcs[a].from
		if bwd.via[p] != a {
			break
		}
		sum += st.cost[a]
		u = p
	}
	for u := v; bwd.via[u] >= 0; {
		a := bwd.via[u]
		w := n.arcs[a].to
		if fwd.via[w] != a {
			break
		}
		sum += st.cost[a]
		u = w
	}
	return sum
}

// join is the path from the origin to v by one tree and on by the other, good
// until the next.
func (b *pairBuilder) join(fwd, bwd *tree, v int32) []int32 {
	n := b.net
	arcs := b.draft[:0]
	for u := v; fwd.via[u] >= 0; u = n.arcs[fwd.via[u]].from {
		arcs = append(arcs, fwd.via[u])
	}
	slices.Reverse(arcs)
	b.draft = b.onward(arcs, bwd, v)
	return b.draft
}

// onward appends the tree's path from v to the destination.
func (b *pairBuilder) onward(arcs []int32, bwd *tree, v int32) []int32 {
	for u := v; bwd.via[u] >= 0; u = b.net.arcs[bwd.via[u]].to {
		arcs = append(arcs, bwd.via[u])
	}
	return arcs
}

// openOneByOne opens each closed thing alone on top of the baseline.
func (b *pairBuilder) openOneByOne(line, all *state) {
	fwd, bwd := b.trees(all)
	for i := range b.opens {
		o := &b.opens[i]
		reach := math.Inf(1)
		for _, a := range o.arcs {
			reach = math.Min(reach, fwd.dist[b.net.arcs[a].from]+all.cost[a]+bwd.dist[b.net.arcs[a].to])
		}
		if reach > b.limit {
			continue // even with everything open no useful path goes there
		}
		b.ban(line)
		for _, a := range o.arcs {
			b.s.ban[a] = 0
		}
		p, cost := b.s.path(b.root, b.goal, line.cost, bwd)
		b.take(p, 1, cost)
	}
}

// gatesOn lists the gates a path crosses, in order of number.
func (b *pairBuilder) gatesOn(arcs []int32, bigOnly bool) []int32 {
	var out []int32
	for _, a := range arcs {
		for _, g := range b.arcGates[a] {
			k := &b.gates[g]
			if bigOnly && !k.big || k.country >= 0 && (k.country == b.oc || k.country == b.dc) {
				continue
			}
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// finish orders what was found and cuts it at MaxRoutes.
func (b *pairBuilder) finish() {
	slices.SortStableFunc(b.found, func(x, y foundPath) int {
		switch {
		case x.rank != y.rank:
			return x.rank - y.rank
		case x.cost < y.cost:
			return -1
		case x.cost > y.cost:
			return 1
		}
		return x.order - y.order
	})
	if len(b.found) > MaxRoutes {
		keep := append(b.found[:MaxRoutes:MaxRoutes], b.twins(MaxRoutes)...)
		b.out.truncated += len(b.found) - len(keep)
		b.found = keep
	}
	for _, f := range b.found {
		b.out.paths = append(b.out.paths, f.arcs)
	}
}

// captive adds, for tonnes tied to their modes, the routes found when other
// modes are dear; only paths whose main haul is in the market's modes count.
func (b *pairBuilder) captive(states []*state, haul modeSet) {
	b.found = nil
	b.limit = math.Inf(1)
	// What was too dear or one too many beside all modes may be among the best of
	// these: only what was kept is known.
	b.seen = map[string]int32{}
	for _, p := range b.out.paths {
		b.seen[pathKey(p)] = -1
	}
	ok := func(p []int32) bool { return p != nil && b.net.haulOf(p).subsetOf(haul) }
	b.ways = map[gatesShut]int32{}
	for _, k := range [...]int{0, 2, 1} { // what is best with everything open before the baseline, see explore
		st := states[k]
		for i, p := range b.alternatives(st) {
			if ok(p) {
				b.take(p, min(i, 1)*2, b.cost(st, p))
			}
		}
		_, bwd := b.trees(st)
		if math.IsInf(bwd.dist[b.root], 1) {
			continue
		}
		first := b.onward(nil, bwd, b.root)
		for _, g := range b.gatesOn(first, true) {
			one := gatesShut{-1, g}
			if k == 1 && b.openWay(st, one, 1) >= 0 {
				continue
			}
			b.ban(st, g)
			if p, c := b.s.path(b.root, b.goal, st.cost, bwd); ok(p) {
				b.keep(one, b.take(p, 1, c), k == 2)
			}
		}
	}
	n := len(b.out.paths)
	b.finish()
	b.out.captive = slices.Clone(b.out.paths[n:])
	b.out.paths = b.out.paths[:n]
}

func (s modeSet) subsetOf(o modeSet) bool { return s&^o == 0 }

// haulOf is the set of main-haul modes of a path.
func (n *network) haulOf(arcs []int32) modeSet {
	var km [modeCount]float64
	total := 0.0
	var used modeSet
	for _, a := range arcs {
		if n.arcs[a].link < 0 {
			continue
		}
		for k := n.arcs[a].op0; k < n.arcs[a].op1; k++ {
			if o := &n.ops[k]; o.kind == opMove {
				km[o.mode] += o.km
				total += o.km
				used = used.with(o.mode)
			}
		}
	}
	var haul modeSet
	for m := rail; m <= river; m++ {
		if km[m] > 0 && (km[m] >= MainHaulShare*total || km[m] >= MainHaulKm) {
			haul = haul.with(m)
		}
	}
	if haul == 0 {
		return used
	}
	return haul
}
