package region

import (
	"context"
	"math"
	"slices"
)

// dependences is the matrix of consumers and origins: for gas, each origin that a
// country takes any from, which stops selling to it; for power, the markets that sell,
// each of which stops selling abroad.
func (e *extras) dependences(ctx context.Context) ([]Dependence, error) {
	n := e.d.w.b.net
	var out []Dependence
	for o, name := range n.origins {
		for c, country := range n.countries {
			zones := n.zonesOf(c)
			r := Dependence{Carrier: Gas, Consumer: country, Origin: name}
			all := 0.
			for g := range n.goods {
				x := e.d.delivered(g, zones)
				all += x
				if n.goods[g].origin == o {
					r.Delivered += x
				}
			}
			if r.Delivered <= settleTolerance {
				continue
			}
			gone, err := e.without(ctx, o, zones)
			if err != nil {
				return nil, err
			}
			e.compare(&r, gone, zones, all)
			out = append(out, r)
		}
	}
	sellers, err := e.powerDependences(ctx)
	return append(out, sellers...), err
}

// compare fills in what the loss of an origin does to zones.
func (e *extras) compare(r *Dependence, gone *dispatch, zones []int, all float64) {
	q := &query{out: &Outcome{}, zones: zones}
	lost := func(c Carrier) float64 {
		return math.Max(0, gone.sumBlocks(q, gone.short(q, c), c)-e.d.sumBlocks(q, e.d.short(q, c), c))
	}
	load := 0.
	n := e.d.w.b.net
	for _, z := range zones {
		for k := range n.Blocks {
			if r.Carrier == Gas {
				load += e.d.w.zoneLoad(z, k, Gas) * n.days[k] / 1000
			} else {
				load += e.d.w.zoneLoad(z, k, Power) * n.hours[k] / 1000
			}
		}
	}
	if all > settleTolerance {
		r.FlowShare = math.Min(1, r.Delivered/all) // what arrives is less a loss
	}
	r.Shed, r.PowerShed = lost(r.Carrier), lost(Power)
	if load > 0 {
		r.ShedShare = r.Shed / load
	}
	a, b := gone.account(zones), e.d.account(zones)
	r.Cost = a.Generation + a.GasProduction + a.Purchases - a.Sales - (b.Generation + b.GasProduction + b.Purchases - b.Sales)
	if r.Delivered > settleTolerance {
		r.Substitutable, r.Used = math.Min(1, math.Max(0, 1-r.Shed/r.Delivered)), true
	}
}

// powerDependences removes what each market sells abroad. In a pool, that is its
// ties.
func (e *extras) powerDependences(ctx context.Context) ([]Dependence, error) {
	b := e.d.w.b
	n := b.net
	var out []Dependence
	for m, name := range n.markets {
		p := slices.Clone(e.d.w.p)
		cut := false
		for x := range n.Exchanges {
			from, to := n.market[n.zone[n.Exchanges[x].From]], n.market[n.zone[n.Exchanges[x].To]]
			if from == m || to == m && n.Exchanges[x].Kind == Seasonal {
				cut = cut || p[b.lay.excOn+x] != 0
				p[b.lay.excOn+x] = 0
			}
		}
		for t := range n.Ties {
			from, to := n.market[n.zone[n.Ties[t].From]], n.market[n.zone[n.Ties[t].To]]
			if n.poolPower && from != to && (from == m || to == m) {
				cut = cut || p[b.lay.tieOn+t] != 0
				p[b.lay.tieOn+t] = 0
			}
		}
		if !cut {
			continue
		}
		gone, err := e.d.variant(p).settle(ctx, e.d.outset())
		if err != nil {
			return nil, err
		}
		gone.close()
		for c, country := range n.countries {
			zones := n.zonesOf(c)
			if slices.ContainsFunc(zones, func(z int) bool { return n.market[z] == m }) {
				continue
			}
			r := Dependence{Carrier: Power, Consumer: country, Origin: name, Delivered: e.d.bought(m, zones)}
			used := 0.
			for _, z := range zones {
				for k := range n.Blocks {
					used += e.d.w.zoneLoad(z, k, Power) * n.hours[k] / 1000
				}
			}
			q := &query{out: &Outcome{}, zones: zones}
			used -= e.d.sumBlocks(q, e.d.short(q, Power), Power)
			e.compare(&r, gone, zones, used)
			if r.Delivered > settleTolerance || r.Shed > settleTolerance {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// bought is the power that zones bought from a market over the year, GWh; in a pool,
// what came over ties from it.
func (d *dispatch) bought(m int, zones []int) float64 {
	n, pr := d.w.b.net, d.w.b.prog
	sum := 0.
	for x := range n.Exchanges {
		from, to := n.zone[n.Exchanges[x].From], n.zone[n.Exchanges[x].To]
		for dir, ends := range [2][2]int{{from, to}, {to, from}} {
			if n.market[ends[0]] != m || !slices.Contains(zones, ends[1]) {
				continue
			}
			for k, j := range pr.exc[dir][x] {
				if j >= 0 {
					sum += d.x[j] * n.hours[k] / 1000
				}
			}
		}
	}
	if !n.poolPower {
		return sum
	}
	for t := range n.Ties {
		from, to := n.zone[n.Ties[t].From], n.zone[n.Ties[t].To]
		sign := 1.
		switch {
		case n.market[from] == m && slices.Contains(zones, to):
		case n.market[to] == m && slices.Contains(zones, from):
			sign = -1
		default:
			continue
		}
		for k, f := range d.tieFlow(t) {
			sum += math.Max(0, sign*f) * n.hours[k] / 1000
		}
	}
	return sum
}
