package assign

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph/hierarchy"
	"github.com/astara-corridors/astara/internal/par"
)

// A new way is added to a pair when it saves more than a share of its cost: one
// that all pairs together may leave unused within the gap asked for, and never
// less than the rounding of path sums.
const (
	gainShare     = 0.1 // of the gap
	gainTolerance = 1e-15
)

// startUpdates is about how often costs follow the flow of the sources already
// loaded while a first solution is made.
const startUpdates = 12

// sweeper finds cheapest ways of all sources at fixed costs and with them the
// gap and new ways, a batch of sources at a time. Work goes by source into slots,
// so workers change nothing.
type sweeper struct {
	m       *model
	ps      *pairs
	workers int
	gain    float64 // least relative saving of a new way
	h       *hierarchy.Hierarchy
	costs   [][]float64         // by kind of class
	metric  []*hierarchy.Metric // by kind of class
	kind    []int               // by class: classes that pay the same share a metric
	batch   []batch
	sweep   []*hierarchy.Sweep // by worker
	way     [][]int32          // scratch by worker
	news    []found
	recheck *recheck // of a solve from another solution
}

// batch is sources of one class that are swept together.
type batch struct {
	class  int32
	source []int32
	root   []int32 // node of each
}

func newSweeper(m *model, ps *pairs, s Settings) *sweeper {
	h, workers := s.Order.h, s.Workers
	w := &sweeper{m: m, ps: ps, h: h, gain: gainTolerance, news: make([]found, len(ps.sources))}
	if m.limit == nil { // limited volumes must settle far below the gap
		w.gain = max(gainTolerance, gainShare*s.Gap)
	}
	for k, fixed := range m.fixed {
		same := slices.IndexFunc(m.fixed[:k], func(f []float64) bool { return slices.Equal(f, fixed) })
		if same >= 0 {
			w.kind = append(w.kind, w.kind[same])
			continue
		}
		w.kind = append(w.kind, len(w.costs))
		w.costs = append(w.costs, make([]float64, len(m.param)))
		w.metric = append(w.metric, h.NewMetric())
	}
	w.lay()
	w.workers = max(1, min(workers, len(w.batch)))
	for range w.workers {
		w.sweep = append(w.sweep, h.NewSweep())
		w.way = append(w.way, nil)
	}
	return w
}

// lay puts sources whose nodes are close in the order together.
func (w *sweeper) lay() {
	sources := w.ps.sources
	rank := make([]int32, len(sources))
	byRank := make([]int32, len(sources))
	for i, s := range sources {
		rank[i], byRank[i] = w.h.Rank(s.node), int32(i)
	}
	slices.SortFunc(byRank, func(i, j int32) int {
		return cmp.Or(cmp.Compare(sources[i].class, sources[j].class), cmp.Compare(rank[i], rank[j]), cmp.Compare(i, j))
	})
	for _, i := range byRank {
		class := sources[i].class
		n := len(w.batch)
		if n == 0 || w.batch[n-1].class != class || len(w.batch[n-1].source) == hierarchy.Lanes {
			w.batch = append(w.batch, batch{class: class})
			n++
		}
		b := &w.batch[n-1]
		b.source, b.root = append(b.source, i), append(b.root, sources[i].node)
	}
}

// setCosts makes the present costs those of the sweeps to come.
func (w *sweeper) setCosts() {
	for k, kind := range w.kind {
		if k == 0 || kind > w.kind[k-1] {
			w.m.classCost(k, w.costs[kind])
			w.metric[kind].Customize(w.costs[kind])
		}
	}
}

// each sweeps all batches and calls do with every source and its lane, sources of
// one worker one after the other.
func (w *sweeper) each(ctx context.Context, do func(worker, source, lane int, s *hierarchy.Sweep)) error {
	return w.batches(ctx, w.batch, do)
}

// batches is each over the given batches.
func (w *sweeper) batches(ctx context.Context, batches []batch, do func(worker, source, lane int, s *hierarchy.Sweep)) error {
	return par.Do(ctx, w.workers, len(batches), func(worker, i int) error {
		b, s := &batches[i], w.sweep[worker]
		s.From(w.metric[w.kind[b.class]], b.root)
		for lane, source := range b.source {
			do(worker, int(source), lane, s)
		}
		return nil
	})
}

// gap is TSTT and SPTT at the costs of a sweep, both as the method sees them.
type gap struct{ total, least sum }

func (g gap) relative() float64 {
	if g.total.value() == 0 {
		return 0
	}
	return g.total.minus(g.least) / g.total.value()
}

// total is the cost of what the ways carry, as the method sees it.
func (w *sweeper) total(r *routes) sum {
	var total sum
	for l := range w.m.now {
		if v := w.m.vol[l] - w.m.pre[l]; v != 0 {
			total.addProduct(v, w.m.now[l].t)
		}
	}
	total.merge(w.m.fixedCost(r))
	return total
}

// columns sweeps at the present costs, leaves new ways in w.news and returns
// the gap of the flows in r. Where a gap of at most aim is in sight it looks for that
// alone, and for new ways only if it was not reached.
func (w *sweeper) columns(ctx context.Context, r *routes, aim float64) (gap, error) {
	total := w.total(r)
	w.setCosts()
	if r.rest == nil {
		g, err := w.gather(ctx, r, total, w.one)
		if err == nil && w.recheck != nil {
			w.recheck.met(g.relative())
		}
		return g, err
	}
	if w.m.limit == nil && w.recheck.near(aim) {
		if g, err := w.gather(ctx, r, total, w.measure); err != nil || g.relative() <= aim {
			return g, err
		}
	}
	w.setFloor(total.value())
	g, err := w.gather(ctx, r, total, w.check)
	if err == nil {
		w.recheck.met(g.relative())
	}
	return g, err
}

// gather calls look for all sources and adds up what they find.
func (w *sweeper) gather(ctx context.Context, r *routes, total sum, look func(worker, source, lane int, s *hierarchy.Sweep, r *routes)) (gap, error) {
	g := gap{total: total}
	err := w.each(ctx, func(worker, source, lane int, s *hierarchy.Sweep) { look(worker, source, lane, s, r) })
	for i := range w.news {
		g.total.merge(w.news[i].most)
		g.least.merge(w.news[i].least)
	}
	return g, err
}

func (w *sweeper) one(worker, si, lane int, sw *hierarchy.Sweep, r *routes) {
	s, ps := w.ps.sources[si], w.ps
	f := &w.news[si]
	f.clear()
	elastic := ps.elastic[s.class]
	cost := w.costs[w.kind[s.class]]
	for i := s.first; i < s.last; i++ {
		if ps.lost[i] {
			continue
		}
		u := sw.Dist(lane, ps.node[i])
		best := math.Inf(1) // cheapest alternative the pair has
		if elastic {
			price, _ := ps.curve[i].price(ps.served(i))
			if left := ps.left(i); left > 0 {
				f.most.addProduct(left, price)
			}
			best = price
		}
		lo, hi := r.first[i], r.first[i+1]
		for p := lo; p < hi; p++ {
			if c := wayCost(cost, r.way[p]); c < best {
				best = c
			}
		}
		f.least.addProduct(ps.volume[i], min(u, best))
		if best-u <= w.gain*best {
			continue
		}
		way := sw.Path(lane, ps.node[i], w.way[worker][:0])
		w.way[worker] = way
		known := false
		for p := lo; p < hi && !known; p++ {
			known = slices.Equal(way, r.way[p])
		}
		if !known {
			f.add(i, way)
		}
	}
}

// wayCost adds the costs of links. Four sums side by side wait less for each other.
func wayCost(cost []float64, way []int32) float64 {
	var a, b, c, d float64
	for len(way) >= 4 {
		a += cost[way[0]]
		b += cost[way[1]]
		c += cost[way[2]]
		d += cost[way[3]]
		way = way[4:]
	}
	for _, l := range way {
		a += cost[l]
	}
	return (a + b) + (c + d)
}

// cost is the cost of path p now.
func (r *routes) cost(m *model, p int32) float64 {
	now, way := m.now, r.way[p]
	c, d := r.fixed[p], 0.0
	for len(way) >= 2 {
		c += now[way[0]].t
		d += now[way[1]].t
		way = way[2:]
	}
	if len(way) > 0 {
		c += now[way[0]].t
	}
	return c + d
}

// start loads the batches on their cheapest ways in turn and marks pairs without
// a way. When update is set, costs follow the batches already loaded.
func (w *sweeper) start(ctx context.Context, update bool) (*routes, error) {
	m, ps, sw := w.m, w.ps, w.sweep[0]
	w.setCosts()
	every := max(1, len(w.batch)/startUpdates)
	for i := range w.batch {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		b := &w.batch[i]
		if update && i > 0 && i%every == 0 {
			m.evalAll()
			w.setCosts()
		}
		sw.From(w.metric[w.kind[b.class]], b.root)
		for lane, si := range b.source {
			s := ps.sources[si]
			f := &w.news[si]
			f.clear()
			for q := s.first; q < s.last; q++ {
				switch {
				case math.IsInf(sw.Dist(lane, ps.node[q]), 1):
					ps.lose(q)
				case ps.served(q) > 0 || !ps.elastic[s.class]:
					way := sw.Path(lane, ps.node[q], w.way[0][:0])
					w.way[0] = way
					f.add(q, way)
					for _, l := range way {
						m.vol[l] += ps.served(q)
					}
				}
			}
		}
	}
	r := (&routes{}).rebuild(ps, w.news, m)
	r.load(m)
	return r, nil
}
