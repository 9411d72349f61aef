package complete

import (
	"context"
	"math"
)

// curvature is the Hessian of the dual,
//
//	H = M - U U',   M = sum_g p_g f(g) f(g)',   U = a column a part, its E[f] by the root of its mass.
//
// Rows that no group enters together, as the cells of a link are, have a diagonal
// block in M; where there are many of them M is kept in pieces and U apart, which
// takes memory in proportion to the rows and not to their square.
type curvature struct {
	m int
	// place is by row its number among the rows apart, as ^number, or among the
	// others; nil: dense holds H itself, and there is nothing else.
	place  []int32
	k, c   int       // others, rows apart
	dense  []float64 // lower triangle of M over the others, in rows of k
	border []float64 // of M between others and rows apart, in rows of c
	diag   []float64 // of M over the rows apart
	centre [][]float64
}

// pieces tells the rows apart from the others of m rows. H is kept whole where that
// is as good: few rows apart, more others than they, or too many parts.
func (h *curvature) pieces(m int, apart []bool, parts int) {
	h.m, h.k, h.c = m, 0, 0
	for _, a := range apart {
		if a {
			h.c++
		}
	}
	if h.k = h.m - h.c; h.c < manyApart || h.k > h.c || parts > fewParts {
		h.place, h.k, h.c = nil, h.m, 0
		return
	}
	h.place = make([]int32, h.m)
	k, c := int32(0), int32(0)
	for r, a := range apart {
		if a {
			h.place[r] = ^c
			c++
		} else {
			h.place[r] = k
			k++
		}
	}
}

// clear sets it to 0, at its size.
func (h *curvature) clear() {
	h.dense, h.border, h.diag = zeroed(h.dense, h.k*h.k), zeroed(h.border, h.k*h.c), zeroed(h.diag, h.c)
	h.centre = h.centre[:0]
}

func zeroed(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n)
	}
	x = x[:n]
	clear(x)
	return x
}

// add adds weight p with the entries of a group, whose rows are in rising order.
func (h *curvature) add(p float64, rows []uint16, vals []float64) {
	for i, r := range rows {
		v, a := p*vals[i], h.place[r]
		for j, q := range rows[:i+1] {
			x := float64(v * vals[j])
			switch b := h.place[q]; {
			case a >= 0 && b >= 0:
				h.dense[int(a)*h.k+int(b)] += x
			case a >= 0:
				h.border[int(a)*h.c+int(^b)] += x
			case b >= 0:
				h.border[int(b)*h.c+int(^a)] += x
			default: // a group enters one row apart
				h.diag[^a] += x
			}
		}
	}
}

// addScaled adds share times another of the same rows.
func (h *curvature) addScaled(share float64, o *curvature) {
	for i, v := range o.dense {
		h.dense[i] += float64(share * v)
	}
	for i, v := range o.border {
		h.border[i] += float64(share * v)
	}
	for i, v := range o.diag {
		h.diag[i] += float64(share * v)
	}
}

// moment is an entry of M, or of H where that is kept whole.
func (h *curvature) moment(r, q int) float64 {
	if h.place == nil {
		return h.dense[max(r, q)*h.m+min(r, q)]
	}
	switch a, b := h.place[r], h.place[q]; {
	case a >= 0 && b >= 0:
		return h.dense[int(max(a, b))*h.k+int(min(a, b))]
	case a >= 0:
		return h.border[int(a)*h.c+int(^b)]
	case b >= 0:
		return h.border[int(b)*h.c+int(^a)]
	case a == b:
		return h.diag[^a]
	}
	return 0
}

// at is an entry of H.
func (h *curvature) at(r, q int) float64 {
	v := h.moment(r, q)
	for _, u := range h.centre {
		v -= float64(u[r] * u[q])
	}
	return v
}

// moments fills h in pieces. A part that is cut into blocks is sampled unless whole,
// as in hessian.
func (t *tilt) moments(ctx context.Context, h *curvature) error {
	type result struct {
		curvature
		mean []float64 // of the last part begun
		mass float64   // of the groups taken of it
	}
	out := make([]result, len(t.blocks))
	err := each(ctx, t.workers, len(t.blocks), func(_, i int) error {
		b, o := t.blocks[i], &out[i]
		o.curvature = curvature{m: h.m, place: h.place, k: h.k, c: h.c}
		o.clear()
		o.mean = make([]float64, h.m)
		sample := b.piece && !t.whole
		vals := make([]float64, 0, h.m)
		rows := make([]uint16, 0, h.m)
		for g := b.from; g < b.to; g++ {
			if g > b.from && t.part[g] != t.part[g-1] {
				o.settle(o.mean, t.mass[t.part[g-1]])
				o.mean = make([]float64, h.m)
			}
			if sample && !sampled(g) {
				continue
			}
			p := t.p[g]
			o.mass += p
			rows, vals = rows[:0], vals[:0]
			for _, e := range t.entry[t.first[g]:t.first[g+1]] {
				rows, vals = append(rows, t.row[e]), append(vals, t.val[e])
				o.mean[t.row[e]] += float64(p * t.val[e])
			}
			o.add(p, rows, vals)
		}
		if !b.piece {
			o.settle(o.mean, t.mass[t.part[b.to-1]])
		}
		return nil
	})
	if err != nil {
		return err
	}
	h.clear()
	for i := 0; i < len(out); i++ {
		if !t.blocks[i].piece {
			h.addScaled(1, &out[i].curvature)
			h.centre = append(h.centre, out[i].centre...)
			continue
		}
		// The pieces of one part.
		part := t.part[t.blocks[i].from]
		last := i
		mass := out[i].mass
		for last+1 < len(out) && t.blocks[last+1].piece && t.part[t.blocks[last+1].from] == part {
			last++
			mass += out[last].mass
		}
		if mass > 0 {
			mean := make([]float64, h.m)
			for ; i <= last; i++ {
				h.addScaled(t.mass[part]/mass, &out[i].curvature)
				for r, v := range out[i].mean {
					mean[r] += v
				}
			}
			for r := range mean {
				mean[r] *= t.mass[part] / mass
			}
			h.settle(mean, t.mass[part])
		}
		i = last
	}
	return nil
}

// settle keeps the column of U of a part with these sums of its rows.
func (h *curvature) settle(sum []float64, mass float64) {
	if !(mass > 0) {
		return
	}
	root := math.Sqrt(mass)
	for r := range sum {
		sum[r] /= root
	}
	h.centre = append(h.centre, sum)
}
