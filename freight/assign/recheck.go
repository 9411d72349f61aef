package assign

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph/hierarchy"
)

// What a solve from the solution of another world looks at again.
//
// The change of a world reaches few pairs at first, then, by way of volumes, many
// pairs a little.
//
//   - Where the change only makes links dearer, nothing is cheaper than it was for
//     pairs whose ways pass none of them. The first looks are at those that do, the
//     hot ones, and sweep their sources alone; then flow moves among all ways there are.
//   - Then looks at all pairs (checks) alternate with moves of flow. A check takes the
//     ways at rest together, as a tree (rest.go).
//   - What a pair would save by a way must matter: more than an equal part of the gap
//     as last known, of which a check leaves a small part so. Where a check finds
//     little less than the one before, more than a tenth of that.
//   - Flow moves among the ways of pairs whose excess matters to the gap, as the
//     last look met it; the others wait for the next check. Where that leaves two
//     pairs to undo each other's work in turn, which shows in checks that gain
//     little, flow moves among all pairs in hand (equilibrium.go).
//   - A check that is likely to be the last looks for the gap alone, which the ways
//     of pairs have no part in: their total is that of links.
//
// The gap that is reported is that of a check: of all pairs, at one cost vector.

const (
	foundShare  = 1    // of the gap, spread over the pairs: what a new way must save
	slowShares  = 0.1  // likewise after a check that found little less than the one before, and of the gap asked for
	firstRounds = 3    // looks at pairs on dearer links before the first check
	firstLeft   = 0.02 // of what the first look would save: what the first check is expected to find, and what is left among the ways there are
	nearShare   = 0.05 // passes end when the excess is below this share of the gap
	lastFound   = 0.25 // of the gap of a check: what the next is expected to find, at most
	workPasses  = 24   // most passes over the busy pairs after a look
	workWhole   = 3    // of so many passes one is over all busy pairs, the others over those that moved
	workSlow    = 6    // passes after which a slow one calls for a step of all pairs
	slowCheck   = 0.5  // a check that leaves more of the gap than this calls for passes over all pairs in hand
	sameCost    = 0.01 // of the gap: links whose cost changed by less, relative to it, count as unchanged
)

// recheck is what the looks keep.
type recheck struct {
	over  []float64   // by pair in hand: relative excess when last looked at, +Inf with a new way
	hot   [][]int32   // by source
	tree  [][]float64 // scratch by worker
	floor float64     // least saving of a pair, times its volume
	aim   float64     // gap of the solve
	last  float64     // gap of the last check, or what it is expected to be
	batch []batch
	slow  bool // the last check found little less than the one before
	many  int  // checks so far
}

// met notes the gap of a check.
func (c *recheck) met(gap float64) {
	c.slow = c.many > 0 && gap > slowCheck*c.last
	c.last = gap
	c.many++
}

// newRecheck makes room for the looks of w.
func newRecheck(w *sweeper, gap float64) *recheck {
	return &recheck{over: make([]float64, len(w.ps.to)), hot: make([][]int32, len(w.ps.sources)), tree: make([][]float64, w.workers), last: gap, aim: gap}
}

// setFloor says what a new way must save, given the total cost.
func (w *sweeper) setFloor(total float64) {
	w.recheck.floor = 0
	if w.m.limit == nil { // limited volumes must settle far below the gap
		c := w.recheck
		share := foundShare * c.last
		if c.slow {
			share = slowShares * c.last
		}
		c.floor = max(share, slowShares*c.aim) * total / float64(len(w.ps.to))
	}
}

// near says whether the next check is likely to find a gap of at most aim.
func (c *recheck) near(aim float64) bool {
	return c.many > 0 && !c.slow && lastFound*c.last <= aim
}

// measure is check for the gap alone.
func (w *sweeper) measure(_, si, lane int, sw *hierarchy.Sweep, _ *routes) {
	s, ps := w.ps.sources[si], w.ps
	f := &w.news[si]
	f.clear()
	elastic := ps.elastic[s.class]
	for i := s.first; i < s.last; i++ {
		if ps.lost[i] {
			continue
		}
		u := sw.Dist(lane, ps.node[i])
		if elastic {
			price, _ := ps.curve[i].price(ps.served(i))
			if left := ps.left(i); left > 0 {
				f.most.addProduct(left, price)
			}
			u = min(u, price)
		}
		f.least.addProduct(ps.volume[i], u)
	}
}

// check looks at all pairs of a source.
func (w *sweeper) check(worker, si, lane int, sw *hierarchy.Sweep, r *routes) {
	s, ps, c, t := w.ps.sources[si], w.ps, w.recheck, r.rest
	f := &w.news[si]
	f.clear()
	cost := w.costs[w.kind[s.class]]
	tree := t.costs(int32(si), cost, c.tree[worker])
	c.tree[worker] = tree
	row, end := r.rows(s)
	for i := s.first; i < s.last; i++ {
		if row < end && r.pair[row] == i {
			if !ps.lost[i] {
				w.look(worker, lane, sw, r, s, f, i, r.way[r.first[row]:r.first[row+1]], r.flow[r.first[row]:r.first[row+1]])
			}
			row++
			continue
		}
		u, best, volume := sw.Dist(lane, ps.node[i]), tree[t.leaf[i]], ps.volume[i]
		f.least.addProduct(volume, min(u, best))
		if save := best - u; save*volume > c.floor && save > gainTolerance*best {
			w.offer(worker, lane, sw, f, i, r.rest.full.way[r.rest.full.first[i]:][:1])
		}
	}
}

// look is check for one pair with the ways given.
func (w *sweeper) look(worker, lane int, sw *hierarchy.Sweep, r *routes, s source, f *found, i int32, ways [][]int32, flow []float64) {
	ps, c := w.ps, w.recheck
	u, best := sw.Dist(lane, ps.node[i]), math.Inf(1)
	paid := 0.0
	if ps.elastic[s.class] {
		price, _ := ps.curve[i].price(ps.served(i))
		if left := ps.left(i); left > 0 {
			f.most.addProduct(left, price)
			paid += left * price
		}
		best = price
	}
	cost := w.costs[w.kind[s.class]]
	for k, way := range ways {
		x := wayCost(cost, way)
		best = min(best, x)
		if flow[k] > 0 {
			paid += flow[k] * x
		}
	}
	volume := ps.volume[i]
	f.least.addProduct(volume, min(u, best))
	c.over[i] = paid/(volume*best) - 1
	if save := best - u; save*volume > c.floor && save > gainTolerance*best {
		w.offer(worker, lane, sw, f, i, ways)
	}
}

// offer adds the cheapest way of pair i if it is not among its ways.
func (w *sweeper) offer(worker, lane int, sw *hierarchy.Sweep, f *found, i int32, ways [][]int32) {
	way := sw.Path(lane, w.ps.node[i], w.way[worker][:0])
	w.way[worker] = way
	for _, known := range ways {
		if slices.Equal(way, known) {
			return
		}
	}
	f.add(i, way)
	w.recheck.over[i] = math.Inf(1)
}

// lookHot looks at the hot pairs alone and leaves their new ways in news. It
// returns what they could save, and how many ways it found.
func (w *sweeper) lookHot(ctx context.Context, r *routes) (saving float64, ways int, err error) {
	c := w.recheck
	c.batch = c.batch[:0]
	for i := range w.batch {
		class := w.batch[i].class
		for k, si := range w.batch[i].source {
			w.news[si].clear()
			if len(c.hot[si]) == 0 {
				continue
			}
			n := len(c.batch)
			if n == 0 || c.batch[n-1].class != class || len(c.batch[n-1].source) == hierarchy.Lanes {
				c.batch = append(c.batch, batch{class: class})
				n++
			}
			b := &c.batch[n-1]
			b.source, b.root = append(b.source, si), append(b.root, w.batch[i].root[k])
		}
	}
	if len(c.batch) == 0 {
		return 0, 0, nil
	}
	w.setCosts()
	save := make([]float64, len(w.news))
	err = w.batches(ctx, c.batch, func(worker, si, lane int, sw *hierarchy.Sweep) {
		s, f := w.ps.sources[si], &w.news[si]
		row, end := r.rows(s)
		before := sum{}
		for _, i := range c.hot[si] {
			for row < end && r.pair[row] < i {
				row++
			}
			ways, flow := r.rest.full.way[r.rest.full.first[i]:], w.ps.volume[i:i+1]
			if row < end && r.pair[row] == i {
				if w.ps.lost[i] {
					continue
				}
				ways, flow = r.way[r.first[row]:r.first[row+1]], r.flow[r.first[row]:r.first[row+1]]
			} else {
				ways = ways[:1]
			}
			w.look(worker, lane, sw, r, s, f, i, ways, flow)
			for k, way := range ways {
				before.addProduct(flow[k], wayCost(w.costs[w.kind[s.class]], way))
			}
		}
		save[si] = before.value() - f.least.value()
		c.hot[si] = append(c.hot[si][:0], f.pair...)
	})
	for si := range w.news {
		saving += save[si]
		ways += len(w.news[si].pair)
	}
	return saving, ways, err
}

// dearer makes the pairs hot whose ways pass a link that costs more than in the
// solution of the parent. It says no, and leaves none hot, if some link costs less.
func (w *sweeper) dearer(from *Result, r *routes) bool {
	m, c := w.m, w.recheck
	marks := make([][]bool, len(w.ps.elastic))
	for k := range marks {
		marks[k] = make([]bool, len(m.param))
		for l := range m.param {
			was, is := from.m.now[l].t+from.m.fixed[k][l], m.now[l].t+m.fixed[k][l]
			if is < was*(1-sameCost*c.last) {
				return false
			}
			marks[k][l] = is > was*(1+sameCost*c.last)
		}
	}
	var passed []bool
	for si, s := range w.ps.sources {
		mark := marks[s.class]
		hot := c.hot[si][:0]
		row, end := r.rows(s)
		inHand := func(row int32) bool {
			return slices.ContainsFunc(r.way[r.first[row]:r.first[row+1]], func(way []int32) bool { return passes(way, mark) })
		}
		if a, b := r.rest.first[si], r.rest.first[si+1]; passes(r.rest.link[a:b], mark) {
			passed = r.rest.passed(int32(si), mark, passed)
			for i := s.first; i < s.last; i++ {
				if row == end || r.pair[row] != i {
					if passed[r.rest.leaf[i]] {
						hot = append(hot, i)
					}
					continue
				}
				if inHand(row) {
					hot = append(hot, i)
				}
				row++
			}
		}
		for ; row < end; row++ {
			if inHand(row) {
				hot = append(hot, r.pair[row])
			}
		}
		c.hot[si] = hot
	}
	return true
}

// passes says whether a way passes a marked link.
func passes(way []int32, mark []bool) bool {
	for _, l := range way {
		if mark[l] {
			return true
		}
	}
	return false
}

// first looks at hot pairs before the first check.
func (w *sweeper) first(ctx context.Context, x *relaxer, r *routes) (*routes, error) {
	for round := range firstRounds {
		total := w.total(r)
		w.setFloor(total.value())
		saving, n, err := w.lookHot(ctx, r)
		if err != nil {
			return nil, err
		}
		if round == 0 {
			w.recheck.last = max(w.recheck.last, firstLeft*saving/total.value())
		}
		if n == 0 {
			break
		}
		r = r.rebuild(w.ps, w.news, w.m)
		x.r = r
		aim := max(innerShare*saving, lastShare*w.recheck.last*total.value())
		x.work(w.recheck.over, aim, skipShare*aim/total.value())
	}
	if x.r != nil { // so that the check does not meet the costs of a few pairs alone in balance
		aim := max(w.recheck.last, w.recheck.aim)
		x.settle(aim*w.total(r).value(), skipShare*aim)
	}
	return r, nil
}

// work relaxes the pairs whose excess, relative to their cost, was above skip when
// they were last looked at, until the excess met is at most aim.
func (x *relaxer) work(over []float64, aim, skip float64) {
	r := x.r
	x.busy = x.busy[:0]
	for _, s := range x.ps.sources {
		elastic := x.ps.elastic[s.class]
		for row, end := r.rows(s); row < end; row++ {
			n := r.first[row+1] - r.first[row]
			if n < 2 && !(elastic && n > 0) {
				continue
			}
			if i := r.pair[row]; over[i] > skip {
				x.busy = append(x.busy, busyPair{i, row, elastic})
			}
		}
	}
	last, whole := math.Inf(1), 0
	for pass := range workPasses {
		all := pass == whole
		if all {
			x.tried = append(x.tried[:0], x.busy...)
			whole += workWhole
		}
		excess := x.narrow(skip)
		switch {
		case excess <= busyShare*aim && all:
			return
		case excess <= busyShare*aim:
			whole = pass + 1
		case !all:
		case excess > slowShare*last && pass >= workSlow:
			x.together()
			last = math.Inf(1) // give the pairs a pass of their own first
		default:
			if last < math.Inf(1) {
				x.trust = newtonTrust
			}
			last = excess
		}
	}
}

// narrow relaxes the pairs tried last and leaves those that were not skipped. It
// returns the excess as met.
func (x *relaxer) narrow(skip float64) float64 {
	var excess sum
	left := x.tried[:0]
	for _, b := range x.tried {
		e, tried := x.pair(b.pair, x.r.first[b.row], x.r.first[b.row+1], b.elastic, skip)
		excess.add(e)
		if tried {
			left = append(left, b)
		}
	}
	x.tried = left
	return excess.value()
}
