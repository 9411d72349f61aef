package assign

import (
	"math"
	"slices"
)

// routes holds the used ways of all pairs: pair i owns paths first[i]..first[i+1]-1.
// Where some pairs rest (hand.go) it is row i that owns them. It is rebuilt once an
// iteration. The links of a way are written once and never
// changed; routes of several results may share them.
type routes struct {
	first []int32
	way   [][]int32 // links by path
	flow  []float64 // volume
	fixed []float64 // fixed part of the path's cost

	shares *Proportions // of those that were made proportional; nil of others

	// Where some pairs rest:
	rest      *rest     // nil where none does
	pair      []int32   // by row, ascending
	still     []float64 // by link: volume of the pairs at rest
	restFixed sum       // what they pay beyond times, where classes differ in it

	spare *routes // memory for the next rebuild
}

// source is one origin of one class; its pairs are first..last-1.
type source struct {
	class, zone, node int32
	first, last       int32
}

// pairs holds the demand of all classes, class by class, origin by origin.
type pairs struct {
	sources []source
	to      []int32   // destination zone
	node    []int32   // its node
	volume  []float64 // all there is to send: listed demand, or demand at cost 0 where elastic
	sent    []float64 // volume that travels; nil when no class is elastic
	curve   []curve   // nil when no class is elastic
	elastic []bool    // by class
	lost    []bool    // there is no way
}

func layPairs(p *Problem) *pairs {
	ps := &pairs{elastic: make([]bool, len(p.Classes))}
	some := false
	for k := range p.Classes {
		ps.elastic[k] = p.Classes[k].Elastic != nil
		some = some || ps.elastic[k]
	}
	n := 0
	for k := range p.Classes {
		n += p.Classes[k].Demand.Pairs()
	}
	felt := p.felt()
	ps.to, ps.node, ps.volume = make([]int32, 0, n), make([]int32, 0, n), make([]float64, 0, n)
	for k := range p.Classes {
		c := &p.Classes[k]
		d := c.Demand
		eq := c.equivalent()
		for z := 0; z < d.zones; z++ {
			if d.first[z] == d.first[z+1] {
				continue
			}
			s := source{class: int32(k), zone: int32(z), node: p.Network.Centroid[z], first: int32(len(ps.to))}
			for i := d.first[z]; i < d.first[z+1]; i++ {
				volume, cv := d.amount[i]*eq, curve{}
				sent := volume
				if c.Elastic != nil {
					scale := 1.0
					if !felt {
						scale = scaleOf(p.Network, c)
					}
					cv = newCurve(c.Elastic.Exponential, volume, c.Elastic.Reference[i]/scale, c.Elastic.Slope*scale)
					volume = cv.most
				}
				ps.to = append(ps.to, d.to[i])
				ps.node = append(ps.node, p.Network.Centroid[d.to[i]])
				ps.volume = append(ps.volume, volume)
				if some {
					ps.sent = append(ps.sent, sent)
					ps.curve = append(ps.curve, cv)
				}
			}
			s.last = int32(len(ps.to))
			ps.sources = append(ps.sources, s)
		}
	}
	ps.lost = make([]bool, len(ps.to))
	return ps
}

// served is the volume of pair i that travels.
func (ps *pairs) served(i int32) float64 {
	if ps.sent == nil {
		return ps.volume[i]
	}
	return ps.sent[i]
}

// left is the volume of pair i that stays. It is the difference of all and what
// travels, never the other way about: next to nothing travels where next to nothing
// of a demand is left, and its price depends on how little.
func (ps *pairs) left(i int32) float64 {
	if ps.sent == nil {
		return 0
	}
	return ps.volume[i] - ps.sent[i]
}

// send makes what the ways of elastic pair i carry all that travels.
func (ps *pairs) send(i int32, flow []float64) {
	sent := 0.0
	for _, f := range flow {
		sent += f
	}
	ps.sent[i] = math.Min(ps.volume[i], sent)
}

// lose marks pair i as one without a way.
func (ps *pairs) lose(i int32) {
	ps.lost[i] = true
	if ps.sent != nil {
		ps.sent[i] = 0
	}
}

// found collects the new ways of one source during a sweep.
type found struct {
	pair  []int32
	end   []int32 // end of each way in links
	links []int32
	least sum // volume times cheapest cost
	most  sum // volume not served times its price
}

func (f *found) clear() {
	f.pair, f.end, f.links = f.pair[:0], f.end[:0], f.links[:0]
	f.least, f.most = sum{}, sum{}
}

func (f *found) add(pair int32, way []int32) {
	f.pair = append(f.pair, pair)
	f.links = append(f.links, way...)
	f.end = append(f.end, int32(len(f.links)))
}

// rebuild merges new ways into old, drops ways without flow and makes the flows
// of each pair add up exactly to what the pair sends. Link volumes are left as
// they are. The old routes are used up: their memory serves the next rebuild.
func (r *routes) rebuild(ps *pairs, news []found, m *model) *routes {
	if r.rest != nil {
		return r.merge(ps, news, m)
	}
	n := len(ps.to)
	links, paths := 0, len(r.flow)
	for i := range news {
		links += len(news[i].links)
		paths += len(news[i].pair)
	}
	fresh := make([]int32, 0, links) // for the links of the new ways
	out := r.spare
	if out == nil {
		out = &routes{}
	}
	r.spare = nil
	out.first = append(slices.Grow(out.first[:0], n+1), 0)
	if cap(out.way) < paths { // with room for the ways to come
		paths += paths / 4
		out.way, out.flow, out.fixed = make([][]int32, 0, paths), make([]float64, 0, paths), make([]float64, 0, paths)
	}
	out.way, out.flow, out.fixed = out.way[:0], out.flow[:0], out.fixed[:0]
	out.spare = r
	if len(r.first) == 0 {
		r.first = make([]int32, n+1)
	}
	run := int32(0) // first pair not yet copied
	for si, s := range ps.sources {
		f := &news[si]
		next := 0
		for i := s.first; i < s.last; i++ {
			lo, hi := r.first[i], r.first[i+1]
			gets := next < len(f.pair) && f.pair[next] == i
			if !gets && (hi == lo || hi-lo == 1 && r.flow[lo] > 0 && !ps.elastic[s.class]) {
				continue // as it was
			}
			out.copyPairs(r, run, i)
			run = i + 1
			begin := len(out.flow)
			for p := lo; p < hi; p++ {
				if r.flow[p] > 0 {
					out.add(r.way[p], r.flow[p], r.fixed[p])
				}
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
			out.first = append(out.first, int32(len(out.flow)))
		}
	}
	out.copyPairs(r, run, int32(n))
	return out
}

// copyPairs appends the pairs from..to-1 of r as they are.
func (r *routes) copyPairs(o *routes, from, to int32) {
	if from == to {
		return
	}
	a, b := o.first[from], o.first[to]
	shift := int32(len(r.flow)) - a
	r.way = append(r.way, o.way[a:b]...)
	r.flow = append(r.flow, o.flow[a:b]...)
	r.fixed = append(r.fixed, o.fixed[a:b]...)
	for _, x := range o.first[from+1 : to+1] {
		r.first = append(r.first, x+shift)
	}
}

// add appends a path to the last pair; the way is kept.
func (r *routes) add(way []int32, flow, fixed float64) {
	r.way = append(r.way, way)
	r.flow = append(r.flow, flow)
	r.fixed = append(r.fixed, fixed)
}

// balance gives the largest flow of the last pair what is missing to total.
func (r *routes) balance(begin int, total float64) {
	if begin == len(r.flow) {
		return
	}
	largest, others := begin, 0.0
	for p := begin + 1; p < len(r.flow); p++ {
		if r.flow[p] > r.flow[largest] {
			largest = p
		}
	}
	for p := begin; p < len(r.flow); p++ {
		if p != largest {
			others += r.flow[p]
		}
	}
	r.flow[largest] = math.Max(0, total-others)
}

// load sets the volumes of m to what the ways carry.
func (r *routes) load(m *model) {
	copy(m.vol, m.pre)
	for l, v := range r.still {
		m.vol[l] += v
	}
	for p, f := range r.flow {
		if f == 0 {
			continue
		}
		for _, l := range r.way[p] {
			m.vol[l] += f
		}
	}
	m.evalAll()
}

func (m *model) fixedOf(class int32, way []int32) float64 {
	if !m.hasFixed[class] {
		return 0
	}
	fixed := m.fixed[class]
	x := 0.0
	for _, l := range way {
		x += fixed[l]
	}
	return x
}
