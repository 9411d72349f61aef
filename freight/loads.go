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
		it := &b.items[i]
		cp := b.choiceOf(it.segment)
		perPrice, ratio := cp.route/b.c0[i], cp.mode/cp.route
		worth := e.worth[it.commodity*len(e.queue):][:len(e.queue)]
		for n, end := g.nest0[i], g.nest0[i]+w.nests[i]; n < end; n++ {
			a := w.first[n]
			if w.size[n] == 1 {
				e.share[n] = float64(ratio*(w.util[a]-float64(perPrice*worth[w.bundle[a]]))) - w.kappa[n]
				continue
			}
			best := math.Inf(-1)
			at := len(x)
			bundle := w.bundle[a : a+w.size[n]]
			util := w.util[a : a+w.size[n]]
			for k, u := range bundle {
				v := util[k] - float64(perPrice*worth[u])
				x = append(x, v)
				if v > best {
					best = v
				}
			}
			for k := range x[at:] {
				x[at+k] -= best
			}
			e.share[n] = best
		}
	}
	expShares(x)
	e.expArg = x
	y := e.nestArg[:0]
	for i := i0; i < i1; i++ {
		n0, n1 := g.nest0[i], g.nest0[i]+w.nests[i]
		if n0 == n1 {
			e.logsum[i] = math.Inf(-1)
			continue
		}
		cp := b.choiceOf(b.items[i].segment)
		ratio := cp.mode / cp.route
		top := math.Inf(-1)
		for n := n0; n < n1; n++ {
			k := int(w.size[n])
			prob := e.prob[w.first[n]:][:k]
			if k == 1 {
				prob[0] = 1
			} else {
				sum := 0.0
				for _, v := range x[:k] {
					sum += v
				}
				inv := 1 / sum
				for m, v := range x[:k] {
					prob[m] = v * inv
				}
				x = x[k:]
				e.share[n] = float64(ratio*(e.share[n]+ln(sum))) - w.kappa[n]
			}
			if e.share[n] > top {
				top = e.share[n]
			}
		}
		e.logsum[i] = top
		if n1 == n0+1 {
			e.share[n0] = 1
			continue
		}
		for _, v := range e.share[n0:n1] {
			y = append(y, v-top)
		}
	}
	expShares(y)
	e.nestArg = y
	for i := i0; i < i1; i++ {
		n0, n1 := g.nest0[i], g.nest0[i]+w.nests[i]
		if n0 == n1 {
			continue
		}
		mode := b.choiceOf(b.items[i].segment).mode
		if n1 == n0+1 {
			e.logsum[i] /= mode
			continue
		}
		k := int(n1 - n0)
		sum := 0.0
		for _, v := range y[:k] {
			sum += v
		}
		inv := 1 / sum
		for m, v := range y[:k] {
			e.share[int(n0)+m] = v * inv
		}
		y = y[k:]
		e.logsum[i] = (e.logsum[i] + ln(sum)) / mode
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
			for n, end := g.nest0[i], g.nest0[i]+w.nests[i]; n < end; n++ {
				qn := q * e.share[n]
				a := w.first[n]
				if w.size[n] == 1 {
					e.tonnes[w.bundle[a]] += qn
					continue
				}
				prob := e.prob[a : a+w.size[n]]
				for k, u := range w.bundle[a : a+w.size[n]] {
					e.tonnes[u] += float64(qn * prob[k])
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
