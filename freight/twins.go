package freight

import (
	"slices"
)

// parallels exchanges each link of the paths found so far for the other links
// between the same platforms (another operator, another strait): trees keep only
// the cheapest of them.
func (b *pairBuilder) parallels(st *state) {
	n := b.net
	for i, end := 0, len(b.found); i < end; i++ {
		f := b.found[i]
		for k, a := range f.arcs {
			if n.arcs[a].link < 0 {
				continue
			}
			for j := n.outStart[n.arcs[a].from]; j < n.outStart[n.arcs[a].from+1]; j++ {
				o := n.outArc[j]
				if o == a || n.arcs[o].to != n.arcs[a].to {
					continue
				}
				cost := f.cost - st.cost[a] + st.cost[o]
				if cost > DetourBound*f.cost && cost > b.limit {
					continue
				}
				b.draft = append(b.draft[:0], f.arcs...)
				b.draft[k] = o
				b.take(b.draft, 2, cost)
			}
		}
	}
}

// twins lists, of the paths beyond the first k, the cheapest twin of each of
// these that avoids each of its straits (the Cape for Suez). They stay
// whatever MaxRoutes says, for it is a strait that a world shuts.
func (b *pairBuilder) twins(k int) []foundPath {
	type way struct {
		straits []int32
		found   *foundPath
	}
	byWay := map[string][]way{}
	for i := range b.found {
		f := &b.found[i]
		byWay[b.vertexKey(f.arcs)] = append(byWay[b.vertexKey(f.arcs)], way{b.straitsOn(f.arcs), f})
	}
	taken := map[int]bool{}
	var out []foundPath
	for i := range b.found[:k] {
		ways := byWay[b.vertexKey(b.found[i].arcs)]
		for _, strait := range b.straitsOn(b.found[i].arcs) {
			var best *foundPath
			for _, w := range ways {
				if !slices.Contains(w.straits, strait) && (best == nil || w.found.cost < best.cost) {
					best = w.found
				}
			}
			if best == nil || taken[best.order] || slices.ContainsFunc(b.found[:k], func(f foundPath) bool { return f.order == best.order }) {
				continue
			}
			taken[best.order] = true
			out = append(out, *best)
		}
	}
	return out
}

// vertexKey is a path's platforms as a map key: parallel links share it.
func (b *pairBuilder) vertexKey(arcs []int32) string {
	v := make([]int32, len(arcs))
	for i, a := range arcs {
		v[i] = b.net.arcs[a].to
	}
	return pathKey(v)
}

// straitsOn lists the straits a path passes, in order of number.
func (b *pairBuilder) straitsOn(arcs []int32) []int32 {
	var out []int32
	for _, a := range arcs {
		for k := b.net.arcs[a].op0; k < b.net.arcs[a].op1; k++ {
			if o := &b.net.ops[k]; o.kind == opStrait {
				out = append(out, o.strait)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
