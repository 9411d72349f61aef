package freight

import "math"

// act finds the elements whose unknowns may move: queues, and links with a price or
// near their capacity. A link with room and no price has F = 0 and a step of exactly
// 0: neither its row nor its column matters. Most links are of that kind.
func (e *equilibrium) act() {
	e.acting, e.place = e.acting[:0], resize(e.place, len(e.elems))
	for s := range e.elems {
		e.place[s] = -1
		if e.hours[s] > 0 || e.z[s] > 0 || e.f[s] != 0 || e.v[s] > nearCapacity*e.cap[s] {
			e.place[s] = int32(len(e.acting))
			e.acting = append(e.acting, int32(s))
		}
	}
	e.meets.at, e.meets.list = append(e.meets.at[:0], 0), e.meets.list[:0]
	e.least = math.Inf(1)
	for u := range e.tonnes {
		cap := math.Inf(1)
		for _, s := range e.crossed(int32(u)) {
			if x := e.place[s]; x >= 0 {
				e.meets.list = append(e.meets.list, x)
				cap = min(cap, e.cap[s])
			}
		}
		e.meets.at = append(e.meets.at, int32(len(e.meets.list)))
		e.small[u] = leastLoad * cap
		e.least = min(e.least, e.small[u])
	}
}

// unforeseen says whether an element moves that does not act.
func (e *equilibrium) unforeseen() bool {
	for s, f := range e.f {
		if e.place[s] < 0 && f != 0 {
			return true
		}
	}
	return false
}

// derive fills jac with dv/dadd for the elements that act, at the point loads was
// last called for. With a_n the expected use of the elements within nest n, a that
// over all nests, Q_n the tonnes of nest n:
//
//	H = -theta_r sum q_r A_r A_r' + (theta_r - theta_m) sum Q_n a_n a_n' + (theta_m q + dq/dx) a a'
//
// per unit of relative cost; a column of hours is worth vot/c0, one of money
// 1/c0. H is symmetric for the items of one commodity: they are taken together,
// half of it is summed, and their columns are weighed once. The first sum is
// taken over bundles. In a nest of one alternative a_n is A_r.
func (e *equilibrium) derive() {
	b := e.b
	e.act()
	k := len(e.acting)
	clear(e.jac[:k*k])
	clear(e.acc[:k])
	clear(e.nestAcc[:k])
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
		list := e.meets.of(int32(u))
		for _, x := range list {
			row := e.jac[int(x)*k : int(x)*k+k]
			for _, y := range list {
				if e.hours[e.acting[y]] > 0 {
					row[y] += e.atHour[u]
				} else {
					row[y] += e.atPrice[u]
				}
			}
		}
	}
}

// deriveItem adds an item's part to half and atOne. What carries less than
// leastLoad of every capacity it meets is left out.
func (e *equilibrium) deriveItem(i int32) {
	b, x := e.b, &e.w.blocks
	q, dq := e.vol[i], e.dvol[i]
	if q <= e.least && dq >= -e.least {
		return
	}
	cp := b.choiceOf(b.items[i].segment)
	inv := 1 / b.c0[i]
	toShare := 1 / e.itemSum[i]
	goods := int32(b.items[i].commodity) * int32(len(e.tonnes))
	all := e.local[:0]
	nests := x.of[i]
	for n := nests.single.from; n < nests.single.to; n++ {
		u := x.one[n] - goods
		t := e.nestTonnes[n]
		if !(t > e.small[u]) {
			continue
		}
		e.atOne[u] -= cp.mode * inv * t
		share := e.nestWeight[n] * toShare
		for _, s := range e.meets.of(u) {
			if e.acc[s] == 0 {
				all = append(all, s)
			}
			e.acc[s] += share
		}
	}
	for n := nests.several.from; n < nests.several.to; n++ {
		each := e.nestEach[n]
		toNest := 1 / e.nestSum[n]
		known := len(all)
		for a := x.alts[n].from; a < x.alts[n].to; a++ {
			u := x.at[a] - goods
			weight := e.weight[a]
			t := each * weight
			if !(t > e.small[u]) {
				continue
			}
			e.atOne[u] -= cp.route * inv * t
			p := weight * toNest
			for _, s := range e.meets.of(u) {
				if e.nestAcc[s] == 0 {
					all = append(all, s)
				}
				e.nestAcc[s] += p
			}
		}
		nest := all[known:]
		if len(nest) == 0 {
			continue
		}
		if f := (cp.route - cp.mode) * inv * e.nestTonnes[n]; f != 0 {
			e.rankOne(nest, e.nestAcc, f)
		}
		// What the nest met stays in the list once.
		share := e.nestWeight[n] * toShare
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

// rankOne adds f a a' to half over the places given, each pair once.
func (e *equilibrium) rankOne(slots []int32, a []float64, f float64) {
	k := len(e.acting)
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

// weighColumns adds the part of one commodity, a pair of places once in half, to
// jac, its columns of hours times vot.
func (e *equilibrium) weighColumns(vot float64) {
	k := len(e.acting)
	for x := range k {
		row := e.jac[x*k : x*k+k]
		for y := range k {
			h := e.half[x*k+y]
			if x != y {
				h += e.half[y*k+x]
			}
			if e.hours[e.acting[y]] > 0 {
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
