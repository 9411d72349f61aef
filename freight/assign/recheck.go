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
// pairs a little. So looks at all pairs (a check, which gives the gap) alternate
// with looks at the pairs that the last one found a way for, the hot ones, which
// sweep their sources alone:
//
//   - Where the change only makes links dearer, nothing is cheaper than it was for
//     pairs whose ways pass none of them. The first looks are at those that do;
//     then flow moves among all ways there are.
//   - A check takes the ways at rest together, as a tree (rest.go).
//   - What a pair would save by a way must matter: more than its share of the gap
//     as last known. All that pairs leave so is below foundShare of that gap.
//   - Flow moves among the ways of pairs whose excess matters to the gap, as the
//     last look met it; the others wait for the next check. Where that leaves two
//     pairs to undo each other's work in turn, which shows in checks that gain
//     little, flow moves among all pairs in hand (equilibrium.go).
//
// The gap that is reported is that of a check: of all pairs, at one cost vector.

const (
	foundShare  = 0.1  // of the gap, spread over the pairs: what they may leave unsaved
	firstRounds = 3    // looks at pairs on dearer links before the first check
	firstLeft   = 0.02 // of what the first look would save: what the first check is expected to find
	firstAim    = 0.1  // of what the first check is expected to find: excess left among the ways there are
	hotRounds   = 1    // looks at hot pairs after each check
	workPasses  = 24   // most passes over the busy pairs after a look
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
		w.recheck.floor = foundShare * max(w.recheck.aim, w.recheck.last) * total / float64(len(w.ps.to))
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
	c.hot[si] = append(c.hot[si][:0], f.pair...)
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
		passed = r.rest.passed(int32(si), mark, passed)
		row, end := r.rows(s)
		for i := s.first; i < s.last; i++ {
			if row == end || r.pair[row] != i {
				if passed[r.rest.leaf[i]] {
					hot = append(hot, i)
				}
				continue
			}
			for _, way := range r.way[r.first[row]:r.first[row+1]] {
				if passes(way, mark) {
					hot = append(hot, i)
					break
				}
			}
			row++
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
		aim := firstAim * max(w.recheck.last, w.recheck.aim)
		x.settle(aim*w.total(r).value(), skipShare*aim)
	}
	return r, nil
}

// nearby moves flow until the excess is at most aim, and looks at hot pairs. The
// routes are used up.
func (w *sweeper) nearby(ctx context.Context, x *relaxer, r *routes, aim, skip float64) (*routes, error) {

	x.r = r
	x.work(w.recheck.over, aim, skip)
	for range hotRounds {
		_, n, err := w.lookHot(ctx, r)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		r = r.rebuild(w.ps, w.news, w.m)
		x.r = r
		x.work(w.recheck.over, aim, skip)
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
	last := math.Inf(1)
	for pass := range workPasses {
		excess := x.again(skip)
		if excess <= busyShare*aim {
			return
		}
		if excess > slowShare*last && pass >= workSlow {
			x.together()
			excess = math.Inf(1) // give the pairs a pass of their own first
		} else if last < math.Inf(1) {
			x.trust = newtonTrust
		}
		last = excess
	}
}
