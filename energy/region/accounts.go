package region

import (
	"math"
	"slices"
)

// account is the money of zones over a year, USD. Under contracts, deliveries are
// paid at their price; without any (a pool) no money crosses a border.
func (d *dispatch) account(zones []int) Account {
	n, pr, l := d.w.b.net, d.w.b.prog, &d.w.b.lay
	in := make([]bool, len(n.Zones))
	for _, z := range zones {
		in[z] = true
	}
	var a Account
	for g := range n.Plants {
		if in[n.zone[n.Plants[g].Zone]] {
			for _, j := range pr.gen[g] {
				a.Generation += d.p.Cost[j] * d.x[j] * million
			}
		}
	}
	for s := range n.Sources {
		z := n.zone[n.Sources[s].Zone]
		if !in[z] || !n.poolGas && n.Sources[s].Origin != n.Zones[z].Country {
			continue // gas of another seller, as at an LNG port, is paid under its contract
		}
		for _, cols := range pr.source[s] {
			for _, j := range cols {
				a.GasProduction += d.p.Cost[j] * d.x[j] * million
			}
		}
	}
	for x := range n.Exchanges {
		price := d.w.p[l.excPrice+x]
		money := d.exchanged(x) * price * 1000
		if in[n.zone[n.Exchanges[x].From]] {
			a.Sales += money
		}
		if in[n.zone[n.Exchanges[x].To]] {
			a.Purchases += money
		}
	}
	for c := range n.Contracts {
		price := d.w.p[l.conPrice+c]
		for i, z := range n.buyers[c] {
			money := 0.
			for k, j := range pr.con[c][i] {
				money += d.x[j] * n.days[k] * kilo * price
			}
			if in[z] {
				a.Purchases += money
			}
			// The origin sells where it is a country of the selection.
			if slices.ContainsFunc(zones, func(z int) bool { return n.Zones[z].Country == n.Contracts[c].Origin }) {
				a.Sales += money
			}
		}
	}
	for j, m := range d.cols {
		if m.kind == colShed && in[n.loads[m.a].zone] || m.kind == colElecOff && in[m.a] {
			a.Lost += d.p.Cost[j] * d.x[j] * million
		}
	}
	return a
}

// exchanged is the energy an exchange delivered on balance, GWh.
func (d *dispatch) exchanged(x int) float64 {
	n, pr := d.w.b.net, d.w.b.prog
	sum := 0.
	for dir, sign := range [2]float64{1, -1} {
		for k, j := range pr.exc[dir][x] {
			if j >= 0 {
				sum += sign * d.x[j] * n.hours[k] / 1000
			}
		}
	}
	return sum
}

// formula is the N-1 formula of the EU for gas, as a share (Regulation (EU)
// 2017/1938, annex II): entry capacity, production, storage and LNG without the
// largest of them (the largest part of a group), over the demand of the peak day. The peak day is the largest
// block of load and gas to plants.
func (d *dispatch) formula(zones []int) float64 {
	n, l, v := d.w.b.net, &d.w.b.lay, d.w.b.vals
	sum, largest := 0., 0.
	add := func(on, x, part float64) {
		if on != 0 {
			sum += x
			largest = math.Max(largest, math.Min(x, part))
		}
	}
	for p := range n.Pipes {
		from, to := slices.Contains(zones, n.zone[n.Pipes[p].From]), slices.Contains(zones, n.zone[n.Pipes[p].To])
		switch {
		case to && !from:
			add(d.w.p[l.pipeOn+p], d.w.p[l.pipeCap+p], v.line[p])
		case from && !to:
			add(d.w.p[l.pipeOn+p], d.w.p[l.pipeBack+p], v.line[p])
		}
	}
	for s := range n.Sources {
		if slices.Contains(zones, n.zone[n.Sources[s].Zone]) {
			add(d.w.p[l.sourceOn+s], d.w.p[l.sourcePeak+s], v.train[s])
		}
	}
	for s := range n.Storages {
		if slices.Contains(zones, n.zone[n.Storages[s].Zone]) {
			add(d.w.p[l.storageOn+s], d.w.p[l.storageOut+s], v.store[s])
		}
	}
	peak := 0.
	for k := range n.Blocks {
		peak = math.Max(peak, d.gasNeed(zones, k))
	}
	if peak <= 0 {
		return math.NaN()
	}
	return (sum - largest) / peak
}

// gasNeed is the gas load of zones in a block with what their plants burn, mcm/d.
func (d *dispatch) gasNeed(zones []int, k int) float64 {
	n, pr := d.w.b.net, d.w.b.prog
	sum := 0.
	for _, z := range zones {
		sum += d.w.zoneLoad(z, k, Gas)
	}
	for g := range n.Plants {
		if slices.Contains(zones, n.zone[n.Plants[g].Zone]) {
			sum += d.w.b.vals.heat[g] * d.x[pr.gen[g][k]]
		}
	}
	return sum
}

// mostDays caps how long stores last: beyond a year the question is idle.
const mostDays = 365.

// days is how long the stock of the zones' stores lasts on the peak block with the
// largest gap: what is withdrawn and unserved there, at most their withdrawal rate.
func (d *dispatch) days(zones []int) float64 {
	n, pr, l := d.w.b.net, d.w.b.prog, &d.w.b.lay
	stock, rate, gap := 0., 0., 0.
	for s := range n.Storages {
		if slices.Contains(zones, n.zone[n.Storages[s].Zone]) && d.w.p[l.storageOn+s] != 0 {
			stock += d.w.b.vals.stock[s]
			rate += d.w.p[l.storageOut+s]
		}
	}
	if stock <= 0 {
		return 0
	}
	for k := range n.Blocks {
		if !n.Blocks[k].Peak {
			continue
		}
		x := 0.
		for s := range n.Storages {
			if slices.Contains(zones, n.zone[n.Storages[s].Zone]) {
				x += d.x[pr.out[s][k]]
			}
		}
		for i, key := range n.loads {
			if n.Tiers[key.tier].Carrier == Gas && slices.Contains(zones, key.zone) {
				x += d.x[pr.shed[i][k]]
			}
		}
		gap = math.Max(gap, x)
	}
	need := math.Min(gap, rate)
	if need*mostDays <= stock*1000 {
		return mostDays
	}
	return stock * 1000 / need
}
