package hierarchy

// Factor solves with I - W on the order of a hierarchy, where W holds link weights
// of 0 or more between nodes that may be passed: elimination with (+, x) in place
// of (min, +), on the same edges and triangles as [Metric.Customize].
//
// Eliminating node v adds w(x,v) w(v,y) / (1 - w(v,v)) to w(x,y) for neighbours x
// and y above it. Only the pivots 1 - w(v,v) subtract; everything else adds
// numbers of 0 or more, so solutions are exact to rounding in every entry, however
// small. All pivots are above 0 if and only if the spectral radius of W is below 1
// (Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, chapter
// 6).
type Factor struct {
	h      *Hierarchy
	weight []float64 // by link
	dir    []float64 // by edge times 2, plus 1 downwards: weights after elimination
	over   []float64 // by place: 1 / pivot
}

// NewFactor makes room for one factorization.
func (h *Hierarchy) NewFactor() *Factor {
	return &Factor{h: h, weight: make([]float64, len(h.slot)), dir: make([]float64, 2*len(h.upper)), over: make([]float64, h.core)}
}

// Factorize takes link weights, 0 for closed links, and returns false when a pivot
// is not above least; then the factor is not fit for use.
func (f *Factor) Factorize(weight []float64, least float64) bool {
	h, dir := f.h, f.dir
	if len(weight) != len(h.slot) {
		panic("hierarchy: weights do not match the links")
	}
	copy(f.weight, weight)
	clear(dir)
	clear(f.over)
	for l, s := range h.slot {
		switch {
		case s >= 0:
			dir[s] += weight[l]
		case h.loop(int32(l)):
			f.over[h.place[h.head[l]]] += weight[l]
		}
	}
	t := 0
	for v := 0; v < h.core; v++ {
		pivot := 1 - f.over[v] // over gathers w(v,v) until v's turn
		if !(pivot > least) {
			return false
		}
		f.over[v] = 1 / pivot
		a, b := h.first[v], h.first[v+1]
		for x := a; x < b; x++ {
			up, down := dir[2*x]*f.over[v], dir[2*x+1]*f.over[v]
			f.over[h.upper[x]] += float64(down * dir[2*x])
			for y := x + 1; y < b; y++ {
				e := h.cross[t]
				t++
				dir[2*e] += float64(down * dir[2*y])
				dir[2*e+1] += float64(dir[2*y+1] * up)
			}
		}
	}
	return true
}

// loop says whether a link joins a node of the core to itself.
func (h *Hierarchy) loop(l int32) bool {
	u := h.place[h.g.Tail(l)]
	return int(u) < h.core && u == h.place[h.head[l]]
}

// Walk is a workspace for random walks towards up to [Lanes] targets that may not
// be passed. It belongs to one goroutine.
type Walk struct {
	h       *Hierarchy
	f       *Factor
	targets []int32          // places
	z, x    [][Lanes]float64 // by place of the core
	sent    []sent
}

type sent struct {
	lane   int
	place  int32
	amount float64
}

// NewWalk makes a workspace.
func (h *Hierarchy) NewWalk() *Walk {
	return &Walk{h: h, z: make([][Lanes]float64, h.core), x: make([][Lanes]float64, h.core)}
}

// Barred says whether ways may not pass a node: targets of a [Walk] must be such.
func (h *Hierarchy) Barred(node int32) bool { return int(h.place[node]) >= h.core }

// Toward works out z for each target, one a lane: the sum over all walks from a
// node to the target of the products of their weights.
func (w *Walk) Toward(f *Factor, targets []int32) {
	h := w.h
	w.f, w.targets, w.sent = f, w.targets[:0], w.sent[:0]
	clear(w.z)
	for k, t := range targets {
		p := h.place[t]
		if int(p) < h.core {
			panic("hierarchy: a target that may be passed")
		}
		w.targets = append(w.targets, p)
		links, tails := h.in.of(int(p) - h.core)
		for i, l := range links {
			if int(tails[i]) < h.core {
				w.z[tails[i]][k] += f.weight[l]
			}
		}
	}
	f.solve(w.z, 1, 0)
}

// solve overwrites b with the solution of (I - W) z = b for up 0 and down 1 of
// back, forth; the other way round it solves with the transpose.
func (f *Factor) solve(b [][Lanes]float64, forth, back int32) {
	h, dir := f.h, f.dir
	for v := range b {
		from := &b[v]
		for e := h.first[v]; e < h.first[v+1]; e++ {
			c := dir[2*e+forth] * f.over[v]
			if c == 0 {
				continue
			}
			to := &b[h.upper[e]]
			for k := range to {
				to[k] += float64(c * from[k])
			}
		}
	}
	for v := len(b) - 1; v >= 0; v-- {
		to := b[v]
		for e := h.first[v]; e < h.first[v+1]; e++ {
			c := dir[2*e+back]
			if c == 0 {
				continue
			}
			from := &b[h.upper[e]]
			for k := range to {
				to[k] += float64(c * from[k])
			}
		}
		over := f.over[v]
		for k := range to {
			to[k] *= over
		}
		b[v] = to
	}
}

// Z returns z of a node towards the target of a lane; 1 at the target itself.
func (w *Walk) Z(lane int, node int32) float64 {
	h := w.h
	p := h.place[node]
	if int(p) < h.core {
		return w.z[p][lane]
	}
	if p == w.targets[lane] {
		return 1
	}
	z := 0.0
	links, heads := h.out.of(int(p) - h.core)
	for i, l := range links {
		switch {
		case int(heads[i]) < h.core:
			z += float64(w.f.weight[l] * w.z[heads[i]][lane])
		case heads[i] == w.targets[lane]:
			z += w.f.weight[l]
		}
	}
	return z
}

// Send asks for an amount to walk from a node to the target of a lane at the next
// Carry. The node's Z must be above 0.
func (w *Walk) Send(lane int, node int32, amount float64) {
	if p := w.h.place[node]; p != w.targets[lane] {
		w.sent = append(w.sent, sent{lane, p, amount / w.Z(lane, node)})
	}
}

// Carry adds the flows of what was sent to flow by link: each walk takes its share
// by the product of its weights.
func (w *Walk) Carry(flow []float64) {
	h, weight := w.h, w.f.weight
	clear(w.x)
	for _, s := range w.sent {
		if int(s.place) < h.core {
			w.x[s.place][s.lane] += s.amount
			continue
		}
		links, heads := h.out.of(int(s.place) - h.core)
		for i, l := range links {
			c := s.amount * weight[l]
			switch {
			case int(heads[i]) < h.core:
				w.x[heads[i]][s.lane] += c
				flow[l] += float64(c * w.z[heads[i]][s.lane])
			case heads[i] == w.targets[s.lane]:
				flow[l] += c
			}
		}
	}
	w.sent = w.sent[:0]
	w.f.solve(w.x, 0, 1)
	for l, c := range weight {
		if c == 0 || h.slot[l] < 0 && !h.loop(int32(l)) {
			continue
		}
		x, z := &w.x[h.place[h.g.Tail(int32(l))]], &w.z[h.place[h.head[l]]]
		var a, b float64
		for k := 0; k < Lanes; k += 2 {
			a += float64(x[k] * z[k])
			b += float64(x[k+1] * z[k+1])
		}
		flow[l] += float64(c * (a + b))
	}
	for k, t := range w.targets {
		links, tails := h.in.of(int(t) - h.core)
		for i, l := range links {
			if int(tails[i]) < h.core {
				flow[l] += float64(weight[l] * w.x[tails[i]][k])
			}
		}
	}
}
