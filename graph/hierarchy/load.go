package hierarchy

import (
	"math"
	"slices"
)

// Load adds up flow on edges, over any number of sweeps with one metric. It
// belongs to one goroutine; several are joined by Merge.
type Load struct {
	h    *Hierarchy
	dir  []float64 // by edge times 2, plus 1 downwards
	link []float64 // flow put on links straight away
}

// NewLoad makes an empty load.
func (h *Hierarchy) NewLoad() *Load {
	return &Load{h: h, dir: make([]float64, 2*len(h.upper)), link: make([]float64, len(h.slot))}
}

// Clear empties the load.
func (l *Load) Clear() {
	clear(l.dir)
	clear(l.link)
}

// Merge adds o.
func (l *Load) Merge(o *Load) {
	for i, x := range o.dir {
		l.dir[i] += x
	}
	for i, x := range o.link {
		l.link[i] += x
	}
}

// Send asks for an amount of 0 or more to go from the root of a lane to a node at the next
// Carry. It returns false, and sends nothing, when there is no way.
func (s *Sweep) Send(lane int, node int32, amount float64) bool {
	if s.flow == nil {
		s.flow = make([][Lanes]float64, len(s.h.node))
	}
	p := s.h.place[node]
	if math.IsInf(s.label[p][lane], 1) {
		return false
	}
	s.flow[p][lane] += amount
	return true
}

// Carry puts what was sent on the edges of its ways: downward halves from the
// first place to the last, then upward halves from the last to the first.
func (s *Sweep) Carry(load *Load) {
	h := s.h
	if s.flow == nil {
		return
	}
	for p := h.core; p < len(h.node); p++ {
		flow := &s.flow[p]
		for k, f := range flow {
			if f == 0 {
				continue
			}
			flow[k] = 0
			if by := s.down[p][k]; by < none {
				l := -2 - by
				load.link[l] += f
				if t := h.place[h.g.Tail(l)]; int(t) < h.core {
					s.flow[t][k] += f
				}
			}
		}
	}
	// Lanes often share the edge: its flow is added up before it is stored.
	for p := 0; p < h.core; p++ {
		flow, by := &s.flow[p], &s.down[p]
		if flow[0]+flow[1]+flow[2]+flow[3]+flow[4]+flow[5]+flow[6]+flow[7] == 0 {
			continue
		}
		edge, sum := by[0], 0.0
		var to *[Lanes]float64
		if edge >= 0 {
			to = &s.flow[h.upper[edge]]
		}
		for k, e := range by {
			if e != edge {
				if edge >= 0 {
					load.dir[2*edge+1] += sum
				}
				edge, sum = e, 0
				if e >= 0 {
					to = &s.flow[h.upper[e]]
				}
			}
			if e >= 0 {
				f := flow[k]
				sum += f
				to[k] += f
				flow[k] = 0
			}
		}
		if edge >= 0 {
			load.dir[2*edge+1] += sum
		}
	}
	for _, p := range slices.Backward(s.above) {
		flow, by := &s.flow[p], &s.up[p]
		for k, e := range by {
			f := flow[k]
			if f == 0 {
				continue
			}
			flow[k] = 0
			switch {
			case e >= 0:
				load.dir[2*e] += f
				s.flow[h.lower[e]][k] += f
			case e < none:
				load.link[-2-e] += f
			}
		}
	}
}

// Unpack adds the load, which must come from sweeps with m, to flow by link and
// leaves the load empty: shortcuts hand their flow down from the last edge to the
// first.
func (m *Metric) Unpack(load *Load, flow []float64) {
	for s := len(load.dir) - 1; s >= 0; s-- {
		f := load.dir[s]
		if f == 0 {
			continue
		}
		load.dir[s] = 0
		if v := m.via[s]; v[0] >= 0 {
			load.dir[2*v[0]+1] += f
			load.dir[2*v[1]] += f
		} else {
			flow[-1-v[0]] += f
		}
	}
	for l, f := range load.link {
		flow[l] += f
		load.link[l] = 0
	}
}
