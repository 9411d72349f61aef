package assign

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/internal/par"
)

// gainTolerance is the least relative saving for which a new way is added to a
// pair; smaller ones are rounding of path sums.
const gainTolerance = 1e-15

// sweeper finds cheapest trees of all sources at fixed costs and with them the
// gap and new ways. Work is by source into slots, so workers change nothing.
type sweeper struct {
	m       *model
	ps      *pairs
	workers int
	costs   [][]float64 // by class
	search  []*graph.Search
	way     [][]int32 // scratch by worker
	news    []found
}

func newSweeper(m *model, ps *pairs, workers int) *sweeper {
	w := &sweeper{m: m, ps: ps, workers: max(1, min(workers, len(ps.sources))), news: make([]found, len(ps.sources))}
	for range m.fixed {
		w.costs = append(w.costs, make([]float64, len(m.param)))
	}
	for range w.workers {
		s := graph.NewSearch(m.g)
		s.NoThrough = m.noThrough
		w.search = append(w.search, s)
		w.way = append(w.way, nil)
	}
	return w
}

func (w *sweeper) setCosts() {
	for k := range w.costs {
		w.m.classCost(k, w.costs[k])
	}
}

// gap is TSTT and SPTT at the costs of a sweep, both as the method sees them.
type gap struct{ total, least sum }

func (g gap) relative() float64 {
	if g.total.value() == 0 {
		return 0
	}
	return g.total.minus(g.least) / g.total.value()
}

// columns sweeps at the present costs, leaves new ways in w.news and returns
// the gap of the flows in r.
func (w *sweeper) columns(ctx context.Context, r *routes) (gap, error) {
	w.setCosts()
	err := par.Do(ctx, w.workers, len(w.ps.sources), func(worker, i int) error {
		w.one(worker, i, r)
		return nil
	})
	var g gap
	if err != nil {
		return g, err
	}
	for l := range w.m.now {
		if v := w.m.vol[l] - w.m.pre[l]; v != 0 {
			g.total.addProduct(v, w.m.now[l].t)
		}
	}
	for p, f := range r.flow {
		if r.fixed[p] != 0 {
			g.total.addProduct(f, r.fixed[p])
		}
	}
	for i := range w.news {
		g.total.merge(w.news[i].most)
		g.least.merge(w.news[i].least)
	}
	return g, nil
}

func (w *sweeper) one(worker, si int, r *routes) {
	s, ps, m := w.ps.sources[si], w.ps, w.m
	f, sr := &w.news[si], w.search[worker]
	f.clear()
	sr.From(s.node, w.costs[s.class])
	elastic := ps.elastic[s.class]
	for i := s.first; i < s.last; i++ {
		if ps.lost[i] {
			continue
		}
		u := sr.Dist(ps.node[i])
		best := math.Inf(1) // cheapest alternative the pair has
		if elastic {
			price, _ := ps.curve[i].price(ps.served(i))
			if ps.left[i] > 0 {
				f.most.addProduct(ps.left[i], price)
			}
			best = price
		}
		lo, hi := r.first[i], r.first[i+1]
		for p := lo; p < hi; p++ {
			best = math.Min(best, r.cost(m, p))
		}
		f.least.addProduct(ps.volume[i], math.Min(u, best))
		if best-u <= gainTolerance*best {
			continue
		}
		way := sr.Path(ps.node[i], w.way[worker][:0])
		w.way[worker] = way
		known := false
		for p := lo; p < hi && !known; p++ {
			known = slices.Equal(way, r.links[r.at[p]:r.at[p+1]])
		}
		if !known {
			f.pair = append(f.pair, i)
			f.links = append(f.links, way...)
			f.end = append(f.end, int32(len(f.links)))
		}
	}
}

// cost is the cost of path p now.
func (r *routes) cost(m *model, p int32) float64 {
	c := r.fixed[p]
	for _, l := range r.links[r.at[p]:r.at[p+1]] {
		c += m.now[l].t
	}
	return c
}

// start loads each source on its cheapest tree in turn, at the costs the
// sources before it have made when update is set, and marks pairs without a way.
func (w *sweeper) start(ctx context.Context, update bool) (*routes, error) {
	m, ps := w.m, w.ps
	sr := w.search[0]
	w.setCosts()
	r := &routes{first: make([]int32, 1, len(ps.to)+1), at: make([]int, 1)}
	touched := make([]bool, len(m.param))
	var list []int32
	for _, s := range ps.sources {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		cost := w.costs[s.class]
		sr.From(s.node, cost)
		for i := s.first; i < s.last; i++ {
			switch {
			case math.IsInf(sr.Dist(ps.node[i]), 1):
				ps.lost[i] = true
				if ps.left != nil {
					ps.left[i] = ps.volume[i]
				}
			case ps.served(i) > 0 || !ps.elastic[s.class]:
				way := sr.Path(ps.node[i], w.way[0][:0])
				w.way[0] = way
				f := ps.served(i)
				r.add(way, f, m.fixedOf(s.class, way))
				for _, l := range way {
					m.vol[l] += f
					if !touched[l] {
						touched[l] = true
						list = append(list, l)
					}
				}
			}
			r.first = append(r.first, int32(len(r.flow)))
		}
		if update {
			for _, l := range list {
				m.eval(l)
				for k := range w.costs {
					w.costs[k][l] = m.now[l].t + m.fixed[k][l]
				}
				touched[l] = false
			}
			list = list[:0]
		}
	}
	r.load(m)
	return r, nil
}
