package freight

import "math"

// blockItems is how many items are looked at together: what they need stays in
// the processor's nearest cache, and their exponentials are taken in one go.
const blockItems = 64

// weigh fills worth: what the queue and the price of each bundle are worth to
// the goods of each commodity, prices only where they count.
func (e *equilibrium) weigh(priced bool) {
	n := len(e.queue)
	for c := range e.b.vals.goods {
		vot := e.b.vals.goods[c].vot
		worth := e.worth[c*n : (c+1)*n]
		for u, q := range e.queue {
			worth[u] = float64(vot * q)
		}
		if priced {
			for u, p := range e.price {
				worth[u] += p
			}
		}
	}
}

// chooseBlock fills prob, share and logsum of items i0 to i1 from worth; the
// logsum of an item without an open way is -Inf. In a nest of several the
// utilities are taken against the best of them.
func (e *equilibrium) chooseBlock(i0, i1 int32) {
	b, w, g := e.b, e.w, e.w.bundling
	x := e.expArg[:0]
	for i := i0; i < i1; i++ {
		c := &b.choosers[i]
		worth := e.worth[int(c.commodity)*len(e.queue):][:len(e.queue)]
		n0 := g.nest0[i]
		nests := w.nest[n0 : n0+w.nests[i]]
		index := e.share[n0 : n0+w.nests[i]]
		for k := range nests {
			n := &nests[k]
			if n.size == 1 {
				index[k] = float64(c.ratio*(w.util[n.first]-float64(c.perPrice*worth[w.bundle[n.first]]))) - n.kappa
				continue
			}
			best := math.Inf(-1)
			at := len(x)
			bundle := w.bundle[n.first : n.first+n.size]
			util := w.util[n.first : n.first+n.size]
			for m, u := range bundle {
				v := util[m] - float64(c.perPrice*worth[u])
				x = append(x, v)
				if v > best {
					best = v
				}
			}
			for m := range x[at:] {
				x[at+m] -= best
			}
			index[k] = best
		}
	}
	expShares(x)
	e.expArg = x
	y := e.nestArg[:0]
	for i := i0; i < i1; i++ {
		n0 := g.nest0[i]
		nests := w.nest[n0 : n0+w.nests[i]]
		index := e.share[n0 : n0+w.nests[i]]
		ratio := b.choosers[i].ratio
		top := math.Inf(-1)
		for k := range nests {
			n := &nests[k]
			if n.size > 1 {
				prob := e.prob[n.first : n.first+n.size]
				sum := 0.0
				for _, v := range x[:n.size] {
					sum += v
				}
				inv := 1 / sum
				for m, v := range x[:n.size] {
					prob[m] = v * inv
				}
				x = x[n.size:]
				index[k] = float64(ratio*(index[k]+ln(sum))) - n.kappa
			} else {
				e.prob[n.first] = 1
			}
			if index[k] > top {
				top = index[k]
			}
		}
		e.logsum[i] = top
		if len(index) == 1 {
			index[0] = 1
			continue
		}
		for _, v := range index {
			y = append(y, v-top)
		}
	}
	expShares(y)
	e.nestArg = y
	for i := i0; i < i1; i++ {
		n0 := g.nest0[i]
		share := e.share[n0 : n0+w.nests[i]]
		if len(share) > 1 {
			sum := 0.0
			for _, v := range y[:len(share)] {
				sum += v
			}
			inv := 1 / sum
			for k, v := range y[:len(share)] {
				share[k] = v * inv
			}
			y = y[len(share):]
			e.logsum[i] += ln(sum)
		}
		e.logsum[i] *= b.choosers[i].perMode
	}
}

// loads computes the choice of every item and the tonnes on every active element
// at z.
func (e *equilibrium) loads(z, v []float64) {
	e.burden(z)
	e.weigh(true)
	clear(e.tonnes)
	w, g := e.w, e.w.bundling
	curve := e.b.curve()
	items := int32(len(e.b.items))
	for i0 := int32(0); i0 < items; i0 += blockItems {
		i1 := min(i0+blockItems, items)
		e.chooseBlock(i0, i1)
		for i := i0; i < i1; i++ {
			e.vol[i], e.dvol[i] = 0, 0
			if w.q0[i] <= 0 || w.nests[i] == 0 {
				continue
			}
			d, dd := curve.at(e.b.rise(i, e.logsum[i]))
			q := w.q0[i] * d
			e.vol[i], e.dvol[i] = q, w.q0[i]*dd
			if q <= 0 {
				continue
			}
			n0 := g.nest0[i]
			nests := w.nest[n0 : n0+w.nests[i]]
			for k := range nests {
				n := &nests[k]
				qn := q * e.share[int(n0)+k]
				prob := e.prob[n.first : n.first+n.size]
				for m, u := range w.bundle[n.first : n.first+n.size] {
					e.tonnes[u] += float64(qn * prob[m])
				}
			}
		}
	}
	copy(v, e.load0)
	for k, t := range e.tonnes {
		if t != 0 {
			for _, s := range e.crossed(int32(k)) {
				v[s] += t
			}
		}
	}
}
