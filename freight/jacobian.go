package freight

// derive fills jac with dv/dadd at the point loads was last called for. With a_n
// the expected use of the elements within nest n, a that over all nests, Q_n the
// tonnes of nest n:
//
//	H = -theta_r sum q_r A_r A_r' + (theta_r - theta_m) sum Q_n a_n a_n' + (theta_m q + dq/dx) a a'
//
// per unit of relative cost; a column of hours is worth vot/c0, one of money
// 1/c0. H is symmetric for the items of one commodity: they are taken together,
// half of it is summed, and their columns are weighed once. The first sum is
// taken over bundles. In a nest of one alternative a_n is A_r.
func (e *equilibrium) derive() {
	b := e.b
	k := len(e.elems)
	clear(e.jac[:k*k])
	e.atHour, e.atPrice, e.atOne = resize(e.atHour, len(e.tonnes)), resize(e.atPrice, len(e.tonnes)), resize(e.atOne, len(e.tonnes))
	clear(e.atHour)
	clear(e.atPrice)
	for c := range b.vals.goods {
		clear(e.half[:k*k])
		clear(e.atOne)
		for _, i := range b.goodsItem.of(int32(c)) {
			e.deriveItem(i)
		}
		e.weighColumns(b.vals.goods[c].vot)
	}
	for u := range e.tonnes {
		if e.atPrice[u] == 0 {
			continue
		}
		list := e.crossed(int32(u))
		for _, x := range list {
			row := e.jac[int(x)*k : int(x)*k+k]
			for _, y := range list {
				if e.hours[y] > 0 {
					row[y] += e.atHour[u]
				} else {
					row[y] += e.atPrice[u]
				}
			}
		}
	}
}

// deriveItem adds an item's part to half and atOne.
func (e *equilibrium) deriveItem(i int32) {
	b, w, g := e.b, e.w, e.w.bundling
	q, dq := e.vol[i], e.dvol[i]
	if q <= 0 && dq == 0 {
		return
	}
	cp := b.choiceOf(b.items[i].segment)
	inv := 1 / b.c0[i]
	n0, n1 := g.nest0[i], g.nest0[i]+w.nests[i]
	all := e.local[:0]
	for n := n0; n < n1; n++ {
		share := e.share[n]
		if !(share > leastShare) {
			continue
		}
		qn := q * share * inv
		first, size := w.nest[n].first, w.nest[n].size
		if size == 1 {
			u := w.bundle[first]
			e.atOne[u] -= cp.mode * qn
			for _, s := range e.crossed(u) {
				if e.acc[s] == 0 {
					all = append(all, s)
				}
				e.acc[s] += share
			}
			continue
		}
		t := -cp.route * qn
		known := len(all)
		for a := first; a < first+size; a++ {
			p := e.prob[a]
			if !(share*p > leastShare) {
				continue
			}
			u := w.bundle[a]
			e.atOne[u] += t * p
			for _, s := range e.crossed(u) {
				if e.nestAcc[s] == 0 {
					all = append(all, s)
				}
				e.nestAcc[s] += p
			}
		}
		nest := all[known:]
		if f := (cp.route - cp.mode) * qn; f != 0 {
			e.rankOne(nest, e.nestAcc, f)
		}
		// What the nest met stays in the list once.
		kept := known
		for _, s := range nest {
			if e.acc[s] == 0 {
				all[kept] = s
				kept++
			}
			e.acc[s] += share * e.nestAcc[s]
			e.nestAcc[s] = 0
		}
		all = all[:kept]
	}
	e.rankOne(all, e.acc, (cp.mode*q+dq)*inv)
	for _, s := range all {
		e.acc[s] = 0
	}
	e.local = all
}

// rankOne adds f a a' to half over the slots given, each pair once.
func (e *equilibrium) rankOne(slots []int32, a []float64, f float64) {
	k := len(e.elems)
	col := e.unit[:0]
	for _, y := range slots {
		col = append(col, a[y])
	}
	for n, x := range slots {
		row := e.half[int(x)*k : int(x)*k+k]
		t := f * col[n]
		rest := slots[n:]
		for m, v := range col[n:] {
			row[rest[m]] += t * v
		}
	}
}

// weighColumns adds the part of one commodity, a pair of slots once in half, to
// jac, its columns of hours times vot.
func (e *equilibrium) weighColumns(vot float64) {
	k := len(e.elems)
	for x := range k {
		row := e.jac[x*k : x*k+k]
		for y := range k {
			h := e.half[x*k+y]
			if x != y {
				h += e.half[y*k+x]
			}
			if e.hours[y] > 0 {
				h *= vot
			}
			row[y] += h
		}
	}
	for u, t := range e.atOne {
		e.atPrice[u] += t
		e.atHour[u] += t * vot
	}
}
