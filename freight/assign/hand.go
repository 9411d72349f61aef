package assign

import (
	"math"
	"slices"
)

// Pairs in hand. A solve that begins with the solution of another world has many
// pairs with one way that will keep it. They rest (rest.go); rows are made for the
// others alone: pairs with several ways or none, and those whose demand is
// elastic. A pair comes into hand when a way is found for it, and stays.

// rows returns the rows of the pairs of a source.
func (r *routes) rows(s source) (from, to int32) {
	if r.rest == nil {
		return s.first, s.last
	}
	a, _ := slices.BinarySearch(r.pair, s.first)
	b, _ := slices.BinarySearch(r.pair[a:], s.last)
	return int32(a), int32(a + b)
}

// pairAt is the pair of a row.
func (r *routes) pairAt(row int32) int32 {
	if r.rest == nil {
		return row
	}
	return r.pair[row]
}

// used returns routes that hold all pairs without the ways that carry nothing.
func (r *routes) used() *routes {
	n := len(r.flow)
	out := &routes{first: make([]int32, 1, len(r.first)), way: make([][]int32, 0, n), flow: make([]float64, 0, n), fixed: make([]float64, 0, n)}
	for i := range len(r.first) - 1 {
		for p := r.first[i]; p < r.first[i+1]; p++ {
			if r.flow[p] > 0 {
				out.add(r.way[p], r.flow[p], r.fixed[p])
			}
		}
		out.first = append(out.first, int32(len(out.flow)))
	}
	return out
}

// split puts the pairs of routes that hold all of them at rest where they can be.
func (r *routes) split(ps *pairs, links int) *routes {
	r = r.used()
	out := &routes{first: make([]int32, 1), rest: newRest(r, ps, links), still: make([]float64, links)}
	for i, n := range out.rest.leaf {
		if n > 0 {
			continue
		}
		out.pair = append(out.pair, int32(i))
		for p := r.first[i]; p < r.first[i+1]; p++ {
			out.add(r.way[p], r.flow[p], r.fixed[p])
		}
		out.first = append(out.first, int32(len(out.flow)))
	}
	out.rest.load(ps, func(int32) bool { return false }, out.still)
	return out
}

// pack returns routes that hold all pairs, in hand or not; r stays as it is.
func (r *routes) pack(ps *pairs, m *model) *routes {
	if r.rest == nil {
		return r
	}
	n := len(ps.to) - len(r.pair) + len(r.flow)
	n += n / 4
	out := &routes{first: make([]int32, 1, len(ps.to)+1), way: make([][]int32, 0, n), flow: make([]float64, 0, n), fixed: make([]float64, 0, n)}
	row := 0
	for _, s := range ps.sources {
		for i := s.first; i < s.last; i++ {
			if row < len(r.pair) && r.pair[row] == i {
				a, b := r.first[row], r.first[row+1]
				out.way = append(out.way, r.way[a:b]...)
				out.flow = append(out.flow, r.flow[a:b]...)
				out.fixed = append(out.fixed, r.fixed[a:b]...)
				row++
			} else {
				way := r.rest.way(i)
				out.add(way, ps.volume[i], m.fixedOf(s.class, way))
			}
			out.first = append(out.first, int32(len(out.flow)))
		}
	}
	return out
}

// wake takes the way of pair i at rest for the last row.
func (r *routes) wake(ps *pairs, m *model, class, i int32) {
	way, volume := r.rest.way(i), ps.volume[i]
	fixed := m.fixedOf(class, way)
	r.add(way, volume, fixed)
	for _, l := range way {
		r.still[l] -= volume
	}
	if fixed != 0 {
		r.restFixed.addProduct(-volume, fixed)
	}
}

// keptShare is how much dearer than the cheapest way with flow one without may be to
// stay in hand: what a pass has emptied the next may fill again.
const keptShare = 1e-3

// keepUp says up to what cost the ways of a row that carry nothing stay.
func (r *routes) keepUp(m *model, row int) float64 {
	lo, hi := r.first[row], r.first[row+1]
	if !slices.Contains(r.flow[lo:hi], 0) {
		return 0
	}
	least := math.Inf(1)
	for p := lo; p < hi; p++ {
		if r.flow[p] > 0 {
			least = min(least, r.cost(m, p))
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least * (1 + keptShare)
}

// merge is rebuild for pairs in hand.
func (r *routes) merge(ps *pairs, news []found, m *model) *routes {
	links, paths := 0, len(r.flow)
	for i := range news {
		links += len(news[i].links)
		paths += 2 * len(news[i].pair)
	}
	fresh := make([]int32, 0, links)
	out := r.spare
	if out == nil {
		out = &routes{}
	}
	r.spare = nil
	*out = routes{first: append(out.first[:0], 0), pair: out.pair[:0], way: out.way[:0], flow: out.flow[:0], fixed: out.fixed[:0],
		rest: r.rest, still: r.still, restFixed: r.restFixed, spare: r}
	if cap(out.way) < paths { // with room for the ways to come
		paths += paths / 2
		out.way, out.flow, out.fixed = make([][]int32, 0, paths), make([]float64, 0, paths), make([]float64, 0, paths)
		out.pair, out.first = make([]int32, 0, paths), append(make([]int32, 0, paths+1), 0)
	}
	row := 0
	for si, s := range ps.sources {
		f := &news[si]
		next := 0
		for {
			from := row // rows that stay as they are follow each other
			for row < len(r.pair) && r.pair[row] < s.last && (next == len(f.pair) || r.pair[row] < f.pair[next]) &&
				r.first[row+1] == r.first[row]+1 && r.flow[r.first[row]] > 0 && !ps.elastic[s.class] {
				row++
			}
			out.pair = append(out.pair, r.pair[from:row]...)
			out.copyPairs(r, int32(from), int32(row))
			mine := row < len(r.pair) && r.pair[row] < s.last
			gets := next < len(f.pair)
			if !mine && !gets {
				break
			}
			if mine && gets {
				mine, gets = r.pair[row] <= f.pair[next], f.pair[next] <= r.pair[row]
			}
			begin := len(out.flow)
			var i int32
			if mine {
				i = r.pair[row]
				most := r.keepUp(m, row)
				for p := r.first[row]; p < r.first[row+1]; p++ {
					if r.flow[p] > 0 || most > 0 && r.cost(m, p) < most {
						out.add(r.way[p], r.flow[p], r.fixed[p])
					}
				}
				row++
			} else {
				i = f.pair[next]
				out.wake(ps, m, s.class, i)
			}
			if gets {
				start := int32(0)
				if next > 0 {
					start = f.end[next-1]
				}
				at := len(fresh)
				fresh = append(fresh, f.links[start:f.end[next]]...)
				way := fresh[at:len(fresh):len(fresh)]
				out.add(way, 0, m.fixedOf(s.class, way))
				next++
			}
			out.balance(begin, ps.served(i))
			out.pair = append(out.pair, i)
			out.first = append(out.first, int32(len(out.flow)))
		}
	}
	return out
}
