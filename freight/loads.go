package freight

import "math"

// weigh fills worth: what the queue of each bundle is worth to the goods of each
// commodity, and the price where it counts.
func (e *equilibrium) weigh(worth []float64, priced bool) {
	n := len(e.queue)
	for c := range e.b.vals.goods {
		vot := e.b.vals.goods[c].vot
		worth := worth[c*n : (c+1)*n]
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

// leastSum is the least sum of exponentials that is read: below it the burden of
// every alternative is some hundred times the dispersion, and they are weighed
// against the best of them instead of against what was best without burden.
const leastSum = 1e-290

// chooseBlock works out the choice of the items of a block from worth. With
// weights taken against what is best without queues and prices,
//
//	weight of an alternative in a nest of several    exp(V_r - max V)            max without burden
//	weight of a nest                                 exp(theta_m I_n - max)
//
// the logsum of an item without an open way is -Inf.
func (e *equilibrium) chooseBlock(k int32, worth []float64) {
	x := &e.w.blocks
	bl := x.block[k]
	i0 := k * blockItems
	i1 := min(i0+blockItems, int32(len(e.b.items)))

	weight := e.weight[bl.alt0:bl.alt1]
	above, per, at := x.above[bl.alt0:bl.alt1], x.per[bl.alt0:bl.alt1], x.at[bl.alt0:bl.alt1]
	above, per, at = above[:len(weight)], per[:len(weight)], at[:len(weight)] // so no index is checked
	for m := range weight {
		weight[m] = above[m] - float64(per[m]*worth[at[m]])
	}
	exps(weight)
	sum := e.nestSum[bl.nest0:bl.single0]
	clear(sum)
	in := x.in[bl.alt0:bl.alt1][:len(weight)]
	for m, v := range weight {
		sum[in[m]] += v
	}
	least := 1.0
	for _, v := range sum {
		least = min(least, v)
	}

	of := e.nestWeight[bl.nest0:bl.nest1]
	base, slope, one := x.base[bl.nest0:bl.nest1], x.slope[bl.nest0:bl.nest1], x.one[bl.nest0:bl.nest1]
	if least > leastSum {
		lns(of, sum)
	}
	for n := range sum {
		of[n] = base[n] + float64(slope[n]*of[n])
	}
	for n := len(sum); n < len(of); n++ {
		of[n] = base[n] - float64(slope[n]*worth[one[n]])
	}
	exps(of)
	total := e.itemSum[i0:i1]
	clear(total)
	who := x.who[bl.nest0:bl.nest1][:len(of)]
	for n, v := range of {
		total[who[n]] += v
	}
	logsum, top := e.logsum[i0:i1], x.top[i0:i1]
	for m, v := range total {
		if math.IsInf(top[m], -1) {
			logsum[m] = top[m]
			continue
		}
		least = min(least, v)
		logsum[m] = (top[m] + ln(v)) * e.b.choosers[int(i0)+m].perMode
	}
	if !(least > leastSum) {
		for i := i0; i < i1; i++ {
			e.chooseBurdened(i, worth)
		}
	}
}

// chooseBurdened is the choice of one item with weights against the best at hand,
// whatever it bears.
func (e *equilibrium) chooseBurdened(i int32, worth []float64) {
	x := &e.w.blocks
	nests := x.of[i]
	if nests.several.from == nests.several.to && nests.single.from == nests.single.to {
		return
	}
	best := math.Inf(-1)
	for n := nests.several.from; n < nests.several.to; n++ {
		a := x.alts[n]
		top := math.Inf(-1)
		for m := a.from; m < a.to; m++ {
			e.weight[m] = x.above[m] - float64(x.per[m]*worth[x.at[m]])
			top = max(top, e.weight[m])
		}
		sum := 0.0
		for m := a.from; m < a.to; m++ {
			e.weight[m] = exp(e.weight[m] - top)
			sum += e.weight[m]
		}
		e.nestSum[n] = sum
		e.nestWeight[n] = x.base[n] + float64(x.slope[n]*(top+ln(sum)))
		best = max(best, e.nestWeight[n])
	}
	for n := nests.single.from; n < nests.single.to; n++ {
		e.nestWeight[n] = x.base[n] - float64(x.slope[n]*worth[x.one[n]])
		best = max(best, e.nestWeight[n])
	}
	total := 0.0
	for _, r := range [2]between{nests.several, nests.single} {
		for n := r.from; n < r.to; n++ {
			e.nestWeight[n] = exp(e.nestWeight[n] - best)
			total += e.nestWeight[n]
		}
	}
	e.itemSum[i] = total
	e.logsum[i] = (x.top[i] + best + ln(total)) * e.b.choosers[i].perMode
}

// loads computes the choice of every item and the tonnes on every active element
// at z.
func (e *equilibrium) loads(z, v []float64) {
	e.burden(z)
	e.weigh(e.worth, true)
	clear(e.byGoods)
	for k := range e.w.blocks.block {
		e.chooseBlock(int32(k), e.worth)
		e.loadBlock(int32(k))
	}
	bundles := len(e.tonnes)
	copy(e.tonnes, e.byGoods)
	for c := bundles; c < len(e.byGoods); c += bundles {
		for u, t := range e.byGoods[c : c+bundles] {
			e.tonnes[u] += t
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

// loadBlock fills vol, dvol and nestTonnes of the items of a block from their
// choice, and adds their tonnes to byGoods.
func (e *equilibrium) loadBlock(k int32) {
	b, w, x := e.b, e.w, &e.w.blocks
	bl := x.block[k]
	i0 := k * blockItems
	i1 := min(i0+blockItems, int32(len(b.items)))
	curve := b.curve()
	var scale [blockItems]float64
	for i := i0; i < i1; i++ {
		e.vol[i], e.dvol[i] = 0, 0
		if w.q0[i] <= 0 || w.nests[i] == 0 {
			continue
		}
		d, dd := curve.at(b.rise(i, e.logsum[i]))
		q := w.q0[i] * d
		e.vol[i], e.dvol[i] = q, w.q0[i]*dd
		scale[i-i0] = q / e.itemSum[i]
	}
	tonnes := e.nestTonnes[bl.nest0:bl.nest1]
	who, of := x.who[bl.nest0:bl.nest1], e.nestWeight[bl.nest0:bl.nest1]
	for n := range tonnes {
		tonnes[n] = scale[who[n]] * of[n]
	}
	sum := e.nestSum[bl.nest0:bl.single0]
	each := e.nestEach[bl.nest0:bl.single0]
	for n := range each {
		each[n] = tonnes[n] / sum[n]
	}
	weight := e.weight[bl.alt0:bl.alt1]
	at, in := x.at[bl.alt0:bl.alt1][:len(weight)], x.in[bl.alt0:bl.alt1][:len(weight)]
	for m, v := range weight {
		e.byGoods[at[m]] += float64(each[in[m]] * v)
	}
	one := x.one[bl.nest0:bl.nest1]
	for n := len(each); n < len(tonnes); n++ {
		e.byGoods[one[n]] += tonnes[n]
	}
}
