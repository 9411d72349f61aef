package assign

import (
	"encoding/binary"
	"math"
	"slices"
)

// Unique route flows by proportionality.
//
// Link volumes of an equilibrium do not fix its route flows. Of all that fit, the
// ones of largest entropy are kept: the likeliest way in which single travellers
// add up to these volumes (Rossi, McNeil, Hendrickson, Journal of Regional Science
// 29, 1989). Their mark is proportionality: where two segments join the same two
// nodes at the same cost, every pair that can use both divides itself between them
// in the same ratio (Bar-Gera, Transportation Research B 44, 2010; Bar-Gera, Boyce,
// Nie 2012).
//
// Method: segments are read off the ways of each pair, where a way leaves the
// pair's largest and comes back to it, and off ways of different pairs, where they
// come together. Every way over one segment gets a twin over
// the other, if that passes no node twice. Then, for one pair of segments after the
// other, the flow of each way and its twin is divided as the sums over all ways
// and twins are. A step leaves all link volumes as they are and raises the
// entropy; steps go on until none moves more than proportionTolerance.
//
// Deviation from TAPAS: the pairs of segments are those that the used ways show,
// and a pair of zones gets at most mostTwins ways; beyond, proportionality holds
// among the ways it has.
//
// Classes that pay different tolls or distances share a pair of segments if both
// pay the same difference between them: only then are both segments cheapest to
// both (their times are the same for all). So the sum over classes of what they pay
// stays, and the link flows of single classes, which an equilibrium does not fix
// where such classes can change places, become those of largest entropy, too. Not
// covered are exchanges over several pairs of segments at once on which classes
// differ and that cancel only together.
//
// Cost: a walk over all ways, and the ways over pairs of segments a round.

const (
	proportionTolerance = 1e-9 // largest move of a round, as a share of the pair's flow
	proportionRounds    = 1000
	mostTwins           = 64
	samePay             = 1e-12 // of what is paid on both: differences closer than this are rounding
	twinRounds          = 8     // twins of twins of twins ...
)

// segments are two chains of links that join the same two nodes.
type segments struct {
	a, b  []int32
	holds []bool // by kind of class: it pays the same difference as the one they were found for
	twins [][2]int32
}

// twin finds and makes ways that differ by one segment.
type twinner struct {
	m    *model
	ps   *pairs
	kind []int
	way  [][]int32 // by path
	flow []float64
	own  [][]int32 // by pair: its paths
	pair []int32   // by path
	list []segments
	at   map[string][]int // segments by content, one for each difference
	pays [][]float64      // by kind of class
	seen []int32          // by node: 1 + position on the way in hand
	full []bool           // by pair: a way was left out for mostTwins
	key  []byte
}

// Proportions say how far route flows are the proportional ones.
type Proportions struct {
	Rounds int     `json:"rounds"`     // steps taken
	Left   float64 `json:"left"`       // largest move of the last, as a share of a pair's flow
	Full   int     `json:"full_pairs"` // pairs that have as many ways as are kept for one
}

// Settled reports whether the flows are proportional as far as numbers tell and no
// pair lacks a way.
func (p Proportions) Settled() bool { return p.Left <= proportionTolerance && p.Full == 0 }

// proportional returns routes with the link volumes of r and proportional flows.
func proportional(m *model, ps *pairs, kind []int, r *routes) *routes {
	t := &twinner{m: m, ps: ps, kind: kind, at: map[string][]int{}, seen: make([]int32, m.g.Nodes()), own: make([][]int32, len(ps.to)), full: make([]bool, len(ps.to))}
	t.pays = make([][]float64, 1+slices.Max(kind))
	for k, q := range kind {
		t.pays[q] = m.fixed[k]
	}
	for i := range ps.to {
		for p := r.first[i]; p < r.first[i+1]; p++ {
			if r.flow[p] > 0 {
				t.add(int32(i), r.way[p], r.flow[p])
			}
		}
	}
	for _, s := range ps.sources {
		for i := s.first; i < s.last; i++ {
			t.read(i, t.kind[s.class])
		}
	}
	t.meet()
	if len(t.list) == 0 {
		r.shares = &Proportions{}
		return r
	}
	t.pairUp()
	shares := t.divide()
	for _, full := range t.full {
		if full {
			shares.Full++
		}
	}
	out := &routes{shares: &shares, first: make([]int32, 1, len(ps.to)+1)}
	for _, s := range ps.sources {
		for i := s.first; i < s.last; i++ {
			begin := len(out.flow)
			for _, p := range t.own[i] {
				if t.flow[p] > 0 {
					out.add(t.way[p], t.flow[p], m.fixedOf(s.class, t.way[p]))
				}
			}
			out.balance(begin, ps.served(i))
			out.first = append(out.first, int32(len(out.flow)))
		}
	}
	return out
}

func (t *twinner) add(pair int32, way []int32, flow float64) int32 {
	p := int32(len(t.way))
	t.way, t.flow, t.pair = append(t.way, way), append(t.flow, flow), append(t.pair, pair)
	t.own[pair] = append(t.own[pair], p)
	return p
}

// read lists where the ways of a pair leave its largest and come back.
func (t *twinner) read(pair int32, kind int) {
	own := t.own[pair]
	if len(own) < 2 {
		return
	}
	best := own[0]
	for _, p := range own[1:] {
		if t.flow[p] > t.flow[best] {
			best = p
		}
	}
	base, g := t.way[best], t.m.g
	t.seen[g.Tail(base[0])] = 1
	for i, l := range base {
		t.seen[g.Head(l)] = int32(i) + 2
	}
	for _, p := range own {
		if p == best {
			continue
		}
		way := t.way[p]
		from := 0                    // where the way was last on the base
		at := t.seen[g.Tail(way[0])] // and where on the base that is
		for i, l := range way {
			v := t.seen[g.Head(l)]
			if v == 0 {
				continue
			}
			if v > at && (i > from || base[at-1] != l) {
				t.note(way[from:i+1], base[at-1:v-1], kind)
			}
			from, at = i+1, v
		}
	}
	t.seen[g.Tail(base[0])] = 0
	for _, l := range base {
		t.seen[g.Head(l)] = 0
	}
}

// meet looks for segments that no pair of zones uses both of: where ways of
// different pairs come together over two links, they are followed back to where
// they parted. For each link the way with most links before it stands for all.
func (t *twinner) meet() {
	g := t.m.g
	kinds := len(t.pays)
	rounds := kinds // the last for all together
	if kinds > 1 {
		rounds++
	}
	type place struct {
		path, at int32
		kind     int
	}
	stands := make([]place, len(t.m.param))
	var in []int32
	for round := range rounds {
		for l := range stands {
			stands[l] = place{none, none, 0}
		}
		for _, s := range t.ps.sources {
			kind := t.kind[s.class]
			if round < kinds && round != kind {
				continue
			}
			for i := s.first; i < s.last; i++ {
				for _, p := range t.own[i] {
					for at, l := range t.way[p] {
						if int32(at) > stands[l].at {
							stands[l] = place{p, int32(at), kind}
						}
					}
				}
			}
		}
		for v := int32(0); int(v) < g.Nodes(); v++ {
			in = g.In(v, in[:0])
			for i, a := range in {
				if stands[a].path == none {
					continue
				}
				way := t.way[stands[a].path][:stands[a].at+1]
				for k, l := range way {
					t.seen[g.Tail(l)] = int32(k) + 1
				}
				for _, b := range in[i+1:] {
					if stands[b].path == none {
						continue
					}
					other := t.way[stands[b].path][:stands[b].at+1]
					for k := len(other) - 1; k >= 0; k-- {
						if at := t.seen[g.Tail(other[k])]; at > 0 {
							t.note(way[at-1:], other[k:], stands[a].kind)
							break
						}
					}
				}
				for _, l := range way {
					t.seen[g.Tail(l)] = 0
				}
			}
		}
	}
}

const none = -1

// note keeps two segments, once.
func (t *twinner) note(a, b []int32, kind int) {
	if slices.Compare(b, a) < 0 {
		a, b = b, a
	}
	t.key = t.key[:0]
	for _, l := range a {
		t.key = binary.LittleEndian.AppendUint32(t.key, uint32(l))
	}
	t.key = binary.LittleEndian.AppendUint32(t.key, math.MaxUint32)
	for _, l := range b {
		t.key = binary.LittleEndian.AppendUint32(t.key, uint32(l))
	}
	known := t.at[string(t.key)]
	for _, k := range known {
		if t.list[k].holds[kind] {
			return
		}
	}
	holds := t.holds(a, b, kind)
	if !holds[kind] { // ways of other classes met, over a link closed to this one
		return
	}
	t.at[string(t.key)] = append(known, len(t.list))
	t.list = append(t.list, segments{a: a, b: b, holds: holds})
}

// holds says for each kind of class whether it pays the same difference between
// two segments, beyond times, as the given kind, to rounding.
func (t *twinner) holds(a, b []int32, kind int) []bool {
	holds := make([]bool, len(t.pays))
	paid := func(q int, way []int32) float64 {
		x := 0.0
		for _, l := range way {
			x += t.pays[q][l]
		}
		return x
	}
	a0, b0 := paid(kind, a), paid(kind, b)
	for q := range holds {
		a1, b1 := paid(q, a), paid(q, b)
		open := !math.IsInf(a0+b0+a1+b1, 1)
		holds[q] = open && math.Abs((a1-b1)-(a0-b0)) <= samePay*(math.Abs(a0)+math.Abs(b0)+math.Abs(a1)+math.Abs(b1))
	}
	return holds
}

// use is one side of a pair of segments that begins with a link.
type use struct {
	segment int32
	second  bool // side b
}

// pairUp gives every way over one segment its twin over the other.
func (t *twinner) pairUp() {
	starts := make([][]use, len(t.m.param)) // by link
	for k := range t.list {
		s := &t.list[k]
		starts[s.a[0]] = append(starts[s.a[0]], use{int32(k), false})
		starts[s.b[0]] = append(starts[s.b[0]], use{int32(k), true})
	}
	class := make([]int32, len(t.own))
	for _, s := range t.ps.sources {
		for i := s.first; i < s.last; i++ {
			class[i] = s.class
		}
	}
	done := 0
	for range twinRounds {
		end := len(t.way)
		for p := done; p < end; p++ {
			kind := t.kind[class[t.pair[p]]]
			for i, l := range t.way[p] {
				for _, u := range starts[l] {
					if t.list[u.segment].holds[kind] {
						t.twin(int32(p), i, u)
					}
				}
			}
		}
		if done = end; len(t.way) == end {
			return
		}
	}
}

// twin joins way p, which may pass a segment from position i on, with its twin.
func (t *twinner) twin(p int32, i int, u use) {
	s := &t.list[u.segment]
	mine, other := s.a, s.b
	if u.second {
		mine, other = other, mine
	}
	way := t.way[p]
	if i+len(mine) > len(way) || !slices.Equal(way[i:i+len(mine)], mine) {
		return
	}
	before, after := way[:i], way[i+len(mine):]
	for _, q := range t.own[t.pair[p]] {
		w := t.way[q]
		if len(w) == len(way)-len(mine)+len(other) && slices.Equal(w[:i], before) &&
			slices.Equal(w[i:i+len(other)], other) && slices.Equal(w[i+len(other):], after) {
			if !u.second { // found from its other side, too
				s.twins = append(s.twins, [2]int32{p, q})
			}
			return
		}
	}
	w := slices.Concat(before, other, after)
	if !t.simple(w) {
		return
	}
	if len(t.own[t.pair[p]]) >= mostTwins {
		t.full[t.pair[p]] = true
		return
	}
	q := t.add(t.pair[p], w, 0)
	if !u.second {
		s.twins = append(s.twins, [2]int32{p, q})
	}
}

// simple says whether a way passes no node twice.
func (t *twinner) simple(way []int32) bool {
	g := t.m.g
	ok := true
	t.seen[g.Tail(way[0])] = 1
	for _, l := range way {
		v := g.Head(l)
		ok = ok && t.seen[v] == 0
		t.seen[v] = 1
	}
	t.seen[g.Tail(way[0])] = 0
	for _, l := range way {
		t.seen[g.Head(l)] = 0
	}
	return ok
}

// divide makes flows proportional.
func (t *twinner) divide() (p Proportions) {
	share := make([]float64, len(t.own))
	for i := range share {
		if v := t.ps.served(int32(i)); v > 0 {
			share[i] = 1 / v
		}
	}
	for p.Rounds < proportionRounds {
		most := 0.0
		for k := range t.list {
			twins := t.list[k].twins
			a, b := 0.0, 0.0
			for _, w := range twins {
				a += t.flow[w[0]]
				b += t.flow[w[1]]
			}
			if !(a > 0 && b > 0) {
				continue
			}
			ratio := a / (a + b)
			for _, w := range twins {
				whole := t.flow[w[0]] + t.flow[w[1]]
				part := whole * ratio
				most = max(most, math.Abs(part-t.flow[w[0]])*share[t.pair[w[0]]])
				t.flow[w[0]], t.flow[w[1]] = part, whole-part
			}
		}
		p.Rounds, p.Left = p.Rounds+1, most
		if most <= proportionTolerance {
			break
		}
	}
	return p
}
