package region

import (
	"math"
	"slices"
)

// Costs of the programme that are ours, USD/MWh.
const (
	// spillCost is what letting must-run output go costs: it is chosen only where
	// nothing else can take it.
	spillCost = 0.01
	// idleCost is what stopping a must-run plant costs: it runs until its fuel is
	// worth more than that elsewhere.
	idleCost = 100.
	// leastWheeling is the least cost of controllable ties, so that losses of a
	// circular flow never pay: a loop wastes less than 2 MWh per 2 MWh of flow.
	leastWheeling = spillCost
)

// world is the programme of one parameter vector: its bounds and costs, with the
// islands they make. The matrix is that of the base.
type world struct {
	b *Base
	p []float64

	cost, lower, upper []float64
	rowLower, rowUpper []float64

	coupling []Coupling // tie: coupling in service, Open if out
	area     []int      // zone -> area, -1 without power
	areas    int
	bridge   []bool // tie in AC service whose loss splits its area
}

// worldOf sets up the programme of a parameter vector.
func (b *Base) worldOf(p []float64) *world {
	pr := b.prog
	w := &world{b: b, p: p}
	w.cost, w.lower, w.upper = make([]float64, pr.Cols()), make([]float64, pr.Cols()), make([]float64, pr.Cols())
	w.rowLower, w.rowUpper = make([]float64, pr.Rows()), make([]float64, pr.Rows())
	w.islands()
	for j := range pr.cols {
		w.column(j, &pr.cols[j])
	}
	for i := range pr.rows {
		w.row(i, &pr.rows[i])
	}
	w.reach()
	return w
}

// reach closes what gas cannot flow through: pipes on no way of a commodity from a
// source to a zone where it can be sold, deliveries that no source reaches, sources
// that reach no delivery. Flow splits into ways and circles; what is closed lies on no
// way, and a circle costs or, at no cost, is never chosen, so no optimum changes.
func (w *world) reach() {
	n, pr := w.b.net, w.b.prog
	from, to := make([]bool, len(n.Zones)), make([]bool, len(n.Zones)) // gas gets there, gets sold from there
	open := func(cols []int, k int) bool { return cols != nil && w.upper[cols[k]] > 0 }
	for o := range n.goods {
		for k := range n.Blocks {
			clear(from)
			clear(to)
			for s := range n.Sources {
				if open(pr.source[s][o], k) {
					from[n.zone[n.Sources[s].Zone]] = true
				}
			}
			sold := func(each func(cols []int, zone int)) {
				for z, cols := range pr.home[o] {
					each(cols, z)
				}
				for c := range n.Contracts {
					if n.goodOf[c] == o {
						for i, z := range n.buyers[c] {
							each(pr.con[c][i], z)
						}
					}
				}
			}
			sold(func(cols []int, z int) { to[z] = to[z] || open(cols, k) })
			for again := true; again; {
				again = false
				for d := range 2 {
					for p := range n.Pipes {
						if !open(pr.pipe[d][p][o], k) {
							continue
						}
						ends := [2]int{n.zone[n.Pipes[p].From], n.zone[n.Pipes[p].To]}
						a, b := ends[d], ends[1-d]
						if from[a] && !from[b] {
							from[b], again = true, true
						}
						if to[b] && !to[a] {
							to[a], again = true, true
						}
					}
				}
			}
			shut := func(cols []int) {
				if cols != nil {
					w.upper[cols[k]] = 0
				}
			}
			for s := range n.Sources {
				if !to[n.zone[n.Sources[s].Zone]] {
					shut(pr.source[s][o])
				}
			}
			sold(func(cols []int, z int) {
				if !from[z] {
					shut(cols)
				}
			})
			for d := range 2 {
				for p := range n.Pipes {
					ends := [2]int{n.zone[n.Pipes[p].From], n.zone[n.Pipes[p].To]}
					if !from[ends[d]] || !to[ends[1-d]] {
						shut(pr.pipe[d][p][o])
					}
				}
			}
		}
	}
}

// islands derives the synchronous areas from the AC ties in service, and bridges.
func (w *world) islands() {
	n, l := w.b.net, &w.b.lay
	w.coupling = make([]Coupling, len(n.Ties))
	u := newUnion(len(n.Zones))
	for t := range n.Ties {
		w.coupling[t] = Open
		if w.p[l.tieOn+t] != 0 {
			w.coupling[t] = couplings[int(w.p[l.tieKind+t])]
		}
		if w.coupling[t] == AC {
			u.join(n.zone[n.Ties[t].From], n.zone[n.Ties[t].To])
		}
	}
	w.area = make([]int, len(n.Zones))
	for z := range n.Zones {
		w.area[z] = -1
		if !n.zonePower[z] {
			continue
		}
		if r := u.find(z); r == z {
			w.area[z] = w.areas
			w.areas++
		} else {
			w.area[z] = w.area[r]
		}
	}
	w.bridge = n.bridges(w.coupling)
}

// bridges finds the AC ties whose loss splits an area: those not on any cycle
// (Tarjan, "A note on finding the bridges of a graph", Inf. Proc. Letters 2, 1974).
func (n *network) bridges(coupling []Coupling) []bool {
	type half struct{ to, tie int }
	next := make([][]half, len(n.Zones))
	for t := range n.Ties {
		if coupling[t] == AC {
			i, j := n.zone[n.Ties[t].From], n.zone[n.Ties[t].To]
			next[i], next[j] = append(next[i], half{j, t}), append(next[j], half{i, t})
		}
	}
	out := make([]bool, len(n.Ties))
	seen, low := make([]int, len(n.Zones)), make([]int, len(n.Zones))
	clock := 0
	var visit func(z, by int)
	visit = func(z, by int) {
		clock++
		seen[z], low[z] = clock, clock
		for _, h := range next[z] {
			switch {
			case h.tie == by:
			case seen[h.to] > 0:
				low[z] = min(low[z], seen[h.to])
			default:
				visit(h.to, h.tie)
				low[z] = min(low[z], low[h.to])
				if low[h.to] > seen[z] {
					out[h.tie] = true
				}
			}
		}
	}
	for z := range n.Zones {
		if seen[z] == 0 {
			visit(z, -1)
		}
	}
	return out
}

func (w *world) set(j int, cost, lower, upper float64) {
	w.cost[j], w.lower[j], w.upper[j] = cost, lower, math.Max(lower, upper)
}

// load is what a tier of a zone wants in a block.
func (w *world) load(i, k int) float64 { return w.p[w.b.lay.load+i*len(w.b.net.Blocks)+k] }

// available is what a plant can give in a block, and must.
func (w *world) available(g, k int) (most, least float64) {
	l := &w.b.lay
	if w.p[l.plantOn+g] == 0 {
		return 0, 0
	}
	most = w.p[l.plantCap+g] * w.b.vals.avail[g][k]
	return most, most * w.b.vals.must[g]
}

// sale says whether an origin sells in a zone.
func (w *world) sale(origin, zone int) bool {
	return w.p[w.b.lay.sale+origin*len(w.b.net.Zones)+zone] != 0
}

// column sets bounds and cost of a column, in millions of USD a year.
func (w *world) column(j int, m *mark) {
	n, l, v := w.b.net, &w.b.lay, w.b.vals
	a, c, k := int(m.a), int(m.c), int(m.k)
	inf := math.Inf(1)
	mw, mcm := 0., 0. // USD/MWh and USD/1000 m3 over the block
	if k >= 0 {
		mw, mcm = n.hours[k]/million, n.days[k]*kilo/million
	}
	switch m.kind {
	case colGen:
		most, _ := w.available(a, k)
		w.set(j, mw*w.p[l.plantCost+a], 0, most)
	case colIdle:
		_, least := w.available(a, k)
		w.set(j, mw*idleCost, 0, least)
	case colSpill:
		sum := 0.
		for g := range n.Plants {
			if n.zone[n.Plants[g].Zone] == a {
				_, least := w.available(g, k)
				sum += least
			}
		}
		w.set(j, mw*spillCost, 0, sum)
	case colTheta:
		if slices.Index(w.area, w.area[a]) == a { // the area's reference
			w.set(j, 0, 0, 0)
		} else {
			w.set(j, 0, -inf, inf)
		}
	case colAC:
		if w.coupling[a] == AC {
			w.cost[j], w.lower[j], w.upper[j] = 0, -w.p[l.tieBack+a], w.p[l.tieCap+a]
		}
	case colHVDC, colRadial:
		if w.coupling[a] == HVDC && m.kind == colHVDC || w.coupling[a] == Radial && m.kind == colRadial {
			limit := w.p[l.tieCap+a]
			if c == 1 {
				limit = w.p[l.tieBack+a]
			}
			w.set(j, mw*math.Max(leastWheeling, v.cons[ConstWheeling]), 0, limit)
		}
	case colExc:
		w.set(j, mw*v.margin[a], 0, w.exchangeLimit(a, k))
	case colExcGap:
		// The buyer's margin is no cost of the seller: it stands on both ways.
		w.set(j, mw*(w.sellerValue(a)+v.margin[a]), 0, math.Min(w.gapLimit(m), w.exchangeLimit(a, k)))
	case colUndel:
		w.set(j, mw*v.cons[ConstFirmPower], 0, w.exchangeLimit(a, k))
	case colUndelYr:
		limit := inf
		if w.p[l.excOn+a] == 0 {
			limit = 0
		}
		w.set(j, v.cons[ConstFirmPower]*1000/million, 0, limit)
	case colShed:
		key := n.loads[a]
		per := mw
		if n.Tiers[key.tier].Carrier == Gas {
			per = mcm
		}
		w.set(j, per*v.worth[key.tier], 0, w.load(a, k))
	case colElec:
		w.set(j, 0, 0, inf)
	case colElecOff:
		w.set(j, mw*w.b.lowest[a], 0, inf)
	case colSource:
		limit := 0.
		if w.p[l.sourceOn+a] != 0 {
			limit = w.p[l.sourcePeak+a]
		}
		w.set(j, mcm*w.p[l.sourceCost+a], 0, limit)
	case colPipe:
		limit := 0.
		if w.p[l.pipeOn+a] != 0 {
			limit = w.p[l.pipeCap+a]
			if c%2 == 1 {
				limit = w.p[l.pipeBack+a]
			}
		}
		w.set(j, mcm*v.cons[ConstTransport], 0, limit)
	case colHome:
		limit := inf
		if !w.sale(n.goods[c].origin, a) {
			limit = 0
		}
		w.set(j, 0, 0, limit)
	case colCon:
		w.set(j, mcm*v.rent[a], 0, w.contractLimit(a, c))
	case colConGap:
		w.set(j, mcm*(v.cons[ConstFirmGas]+v.rent[a]), 0, math.Min(w.gapLimit(m), w.contractLimit(a, c)))
	case colOut, colIn:
		at := l.storageOut
		if m.kind == colIn {
			at = l.storageIn
		}
		limit := 0.
		if w.p[l.storageOn+a] != 0 {
			limit = w.p[at+a]
		}
		w.set(j, 0, 0, limit)
	case colMissing:
		w.set(j, v.cons[ConstStock], 0, v.stock[a])
	}
}

// exchangeLimit is the most an exchange delivers in a block, MW.
func (w *world) exchangeLimit(x, k int) float64 {
	r := &w.b.net.Exchanges[x]
	if w.p[w.b.lay.excOn+x] == 0 || len(r.Blocks) > 0 && !slices.Contains(r.Blocks, w.b.net.Blocks[k].ID) {
		return 0
	}
	return w.p[w.b.lay.excPower+x]
}

// sellerValue is what delivering is worth to the seller of an exchange, USD/MWh.
func (w *world) sellerValue(x int) float64 {
	if r := &w.b.net.Exchanges[x]; r.Kind == Option && given(r.Price) {
		return math.Min(w.p[w.b.lay.excPrice+x], w.b.vals.cons[ConstFirmPower])
	}
	return w.b.vals.cons[ConstFirmPower]
}

// contractLimit is the most a contract delivers in a zone, mcm/d.
func (w *world) contractLimit(c, zone int) float64 {
	if w.p[w.b.lay.conOn+c] == 0 || !w.sale(w.b.net.origin[w.b.net.Contracts[c].Origin], zone) {
		return 0
	}
	return w.p[w.b.lay.conPeak+c]
}

// serves says whether the market of a zone has load of a carrier of its own.
func (w *world) serves(zone int, c Carrier) bool {
	for _, key := range w.b.net.loads {
		if w.b.net.market[key.zone] == w.b.net.market[zone] && w.b.net.Tiers[key.tier].Carrier == c {
			return true
		}
	}
	return false
}

// originServes says whether an origin is a country of the case with gas load or gas
// plants.
func (w *world) originServes(o int) bool {
	n := w.b.net
	c, ok := n.country[n.origins[o]]
	if !ok {
		return false
	}
	for _, key := range n.loads {
		if n.zoneCountry[key.zone] == c && n.Tiers[key.tier].Carrier == Gas {
			return true
		}
	}
	for g := range n.Plants {
		if n.zoneCountry[n.zone[n.Plants[g].Zone]] == c && w.b.vals.heat[g] > 0 {
			return true
		}
	}
	return false
}

// row sets the bounds of a row.
func (w *world) row(i int, m *mark) {
	n, l, v := w.b.net, &w.b.lay, w.b.vals
	a, k := int(m.a), int(m.k)
	inf := math.Inf(1)
	lo, hi := 0., 0.
	switch m.kind {
	case rowBalance:
		lo = w.zoneLoad(a, k, Power)
		hi = lo
	case rowPool:
		lo = w.zoneLoad(a, k, Gas)
		hi = lo
	case rowKVL:
		if w.coupling[a] != AC {
			lo, hi = -inf, inf
		}
	case rowRadial:
		lo, hi = -inf, w.zoneLoad(a, k, Power)
	case rowExc:
		hi = w.exchangeLimit(a, k)
		if r := &n.Exchanges[a]; r.Kind == Firm && !given(r.Energy) {
			lo = hi
		}
	case rowExcYr:
		on := w.p[l.excOn+a] != 0
		switch n.Exchanges[a].Kind {
		case Swap, Seasonal:
			if !on {
				lo, hi = -inf, inf
			}
		default:
			if hi = w.p[l.excEnergy+a]; !on {
				hi = 0
			}
			if n.Exchanges[a].Kind == Firm {
				lo = hi
			}
		}
	case rowEnergy:
		lo, hi = -inf, v.energy[a]
	case rowMust:
		_, lo = w.available(a, k)
		hi = inf
	case rowElecOff:
		hi = inf
	case rowPipe:
		lo, hi = -inf, w.p[l.pipeCap+a]
		if m.c == 1 {
			hi = w.p[l.pipeBack+a]
		}
	case rowPeak:
		lo, hi = -inf, w.p[l.sourcePeak+a]
	case rowSource:
		lo, hi = -inf, w.p[l.sourceCap+a]
	case rowCon:
		lo, hi = -inf, w.p[l.conPeak+a]
	case rowConYr:
		lo, hi = -inf, w.p[l.conAmount+a]
	case rowWinter:
		lo, hi = v.stock[a]-v.working[a], v.stock[a]
	case rowStore:
		lo, hi = v.stock[a]-v.working[a], 0
	}
	w.rowLower[i], w.rowUpper[i] = lo, hi
}

// zoneLoad is what a zone wants of a carrier in a block.
func (w *world) zoneLoad(z, k int, c Carrier) float64 {
	sum := 0.
	for i, key := range w.b.net.loads {
		if key.zone == z && w.b.net.Tiers[key.tier].Carrier == c {
			sum += w.load(i, k)
		}
	}
	return sum
}
