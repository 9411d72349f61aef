package region

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// asShort is how much lower a price may be, by loss and wheeling on the way, for its
// zone to count as short as the other. Ours: losses of converters are below 5 %.
const asShort = 0.05

// shortages explains the unserved load of each country, carrier and block by the cut
// that holds it: the set of zones that are as short as it is (their price is not
// lower but for losses), and everything that could bring more into that set, with its limit. By
// duality nothing outside the set can help through a limit that is not listed as
// full: a zone beyond an open way would have the same price and be inside.
func (d *dispatch) shortages(out *Detail) {
	n := d.w.b.net
	for c := range n.countries {
		for _, carrier := range []Carrier{Power, Gas} {
			for k := range n.Blocks {
				if x, ok := d.shortage(c, carrier, k); ok {
					out.Shortages = append(out.Shortages, x)
				}
			}
		}
	}
}

// unserved is what a zone sheds of a carrier in a block.
func (d *dispatch) unserved(z int, c Carrier, k int) float64 {
	q := query{out: &Outcome{}, zones: []int{z}}
	return d.short(&q, c)[k]
}

// marginal is the dual of a zone's balance of a carrier in a block, millions of USD a
// MW or mcm/d.
func (d *dispatch) marginal(z int, c Carrier, k int) float64 {
	pr := d.w.b.prog
	row := pr.balance[z][k]
	if c == Gas {
		row = pr.pool[z][k]
	}
	if row < 0 {
		return math.Inf(-1)
	}
	return d.r.Dual[row]
}

func (d *dispatch) shortage(c int, carrier Carrier, k int) (s Shortage, ok bool) {
	n := d.w.b.net
	s = Shortage{Country: n.countries[c], Block: n.Blocks[k].ID, Carrier: carrier}
	in := make([]bool, len(n.Zones))
	least := math.Inf(1)
	for _, z := range n.zonesOf(c) {
		if x := d.unserved(z, carrier, k); x > residualTolerance {
			s.Amount += x
			in[z] = true
			least = math.Min(least, d.marginal(z, carrier, k))
		}
	}
	if s.Amount == 0 {
		return s, false
	}
	for again := true; again; {
		again = false
		d.ways(carrier, k, func(from, to int, _ string, _ string, _, _ float64) {
			for _, e := range [2][2]int{{from, to}, {to, from}} {
				if in[e[1]] && !in[e[0]] && d.marginal(e[0], carrier, k) >= least*(1-asShort) {
					in[e[0]], again = true, true
				}
			}
		})
	}
	for z := range n.Zones {
		if in[z] {
			s.Inside = append(s.Inside, n.Zones[z].ID)
			s.Need += d.w.zoneLoad(z, k, carrier)
			s.Own += d.own(z, carrier, k)
		}
	}
	d.ways(carrier, k, func(from, to int, kind, id string, flow, limit float64) {
		if in[to] && !in[from] && limit > 0 {
			s.Cut = append(s.Cut, CutPart{id, kind, flow, limit})
		}
	})
	s.Words = d.explain(&s)
	return s, true
}

// own is what a zone supplies of itself.
func (d *dispatch) own(z int, c Carrier, k int) float64 {
	n, pr := d.w.b.net, d.w.b.prog
	sum := 0.
	if c == Power {
		for g := range n.Plants {
			if n.zone[n.Plants[g].Zone] == z {
				sum += d.x[pr.gen[g][k]]
			}
		}
		return sum
	}
	for o := range n.goods {
		if cols := pr.home[o][z]; cols != nil && !n.poolGas {
			sum += d.x[cols[k]]
		}
	}
	for s := range n.Storages {
		if n.zone[n.Storages[s].Zone] == z {
			sum += d.x[pr.out[s][k]] - d.x[pr.in[s][k]]
		}
	}
	for s := range n.Sources {
		if n.poolGas && n.zone[n.Sources[s].Zone] == z {
			for _, cols := range pr.source[s] {
				if cols != nil {
					sum += d.x[cols[k]]
				}
			}
		}
	}
	return sum
}

// ways calls f for every way a carrier can enter a zone from another in a block, both
// directions: ties and pipes in service, and contracts.
func (d *dispatch) ways(c Carrier, k int, f func(from, to int, kind, id string, flow, limit float64)) {
	n, pr, l := d.w.b.net, d.w.b.prog, &d.w.b.lay
	if c == Power {
		for t := range n.Ties {
			if d.w.coupling[t] == Open {
				continue
			}
			from, to, flow := n.zone[n.Ties[t].From], n.zone[n.Ties[t].To], d.tieFlow(t)[k]
			f(from, to, "tie", n.Ties[t].ID, math.Max(0, flow), d.w.p[l.tieCap+t])
			f(to, from, "tie", n.Ties[t].ID, math.Max(0, -flow), d.w.p[l.tieBack+t])
		}
		for x := range n.Exchanges {
			ends := [2]int{n.zone[n.Exchanges[x].From], n.zone[n.Exchanges[x].To]}
			for dir := range 2 {
				if j := pr.exc[dir][x][k]; j >= 0 {
					f(ends[dir], ends[1-dir], "exchange", n.Exchanges[x].ID, d.x[j], math.Min(d.w.exchangeLimit(x, k), mostListed))
				}
			}
		}
		return
	}
	for p := range n.Pipes {
		if d.w.p[l.pipeOn+p] == 0 {
			continue
		}
		ends := [2]int{n.zone[n.Pipes[p].From], n.zone[n.Pipes[p].To]}
		for dir := range 2 {
			flow := 0.
			for _, cols := range pr.pipe[dir][p] {
				if cols != nil {
					flow += d.x[cols[k]]
				}
			}
			limit := d.w.p[l.pipeCap+p]
			if dir == 1 {
				limit = d.w.p[l.pipeBack+p]
			}
			f(ends[dir], ends[1-dir], "pipe", n.Pipes[p].ID, flow, limit)
		}
	}
	for i := range n.Contracts {
		seller := -1
		for z := range n.Zones {
			if n.Zones[z].Country == n.Contracts[i].Origin && n.zoneGas[z] {
				seller = z
				break
			}
		}
		if seller < 0 {
			continue
		}
		for b, z := range n.buyers[i] {
			f(seller, z, "gas contract", n.Contracts[i].ID, d.x[pr.con[i][b][k]], math.Min(d.w.contractLimit(i, z), mostListed))
		}
	}
}

// mostListed stands for a contract without a limit in a block.
const mostListed = 1e9

// explain says a shortage in a sentence.
func (d *dispatch) explain(s *Shortage) string {
	unit := unitOf(s.Carrier)
	what := "power"
	if s.Carrier == Gas {
		what = "gas"
	}
	var full, open []string
	for _, c := range s.Cut {
		switch {
		case c.Limit >= mostListed:
			if c.Flow > residualTolerance {
				open = append(open, fmt.Sprintf("%s %s gives %s", c.Kind, c.Element, amount(c.Flow, unit)))
			}
		case c.Flow >= c.Limit*(1-1e-6)-residualTolerance:
			full = append(full, fmt.Sprintf("%s %s is full at %s", c.Kind, c.Element, amount(c.Limit, unit)))
		default:
			open = append(open, fmt.Sprintf("%s %s gives %s of %s", c.Kind, c.Element, amount(c.Flow, unit), amount(c.Limit, unit)))
		}
	}
	where := s.Country
	if len(s.Inside) > 1 || s.Inside[0] != s.Country {
		where = fmt.Sprintf("%s (with all that is as short: %s)", s.Country, some(s.Inside, 5))
	}
	parts := []string{fmt.Sprintf("%s sheds %s of %s in %s: the zones need %s and supply %s themselves", where, amount(s.Amount, unit), what, s.Block, amount(s.Need, unit), amount(s.Own, unit))}
	switch {
	case len(s.Cut) == 0:
		parts = append(parts, "nothing joins them to the rest")
	default:
		if len(full) > 0 {
			parts = append(parts, some(full, 6))
		}
		if len(open) > 0 {
			parts = append(parts, some(open, 6))
		}
	}
	if given := d.held(s); len(given) > 0 {
		parts = append(parts, some(given, 4))
	}
	return strings.Join(parts, "; ")
}

// held names the contracts into the zones of a shortage whose sellers serve their own
// load first, so that less is delivered than agreed.
func (d *dispatch) held(s *Shortage) []string {
	n := d.w.b.net
	var out []string
	k := n.block[s.Block]
	for j, m := range d.cols {
		if int(m.k) != k || d.p.Upper[j] >= d.fullLimit(j) {
			continue
		}
		id, to, seller := "", -1, ""
		switch {
		case m.kind == colExc && s.Carrier == Power:
			x := &n.Exchanges[m.a]
			id, to, seller = x.ID, n.zone[x.To], x.From
			if m.c == 1 {
				to, seller = n.zone[x.From], x.To
			}
		case m.kind == colCon && s.Carrier == Gas:
			id, to, seller = n.Contracts[m.a].ID, int(m.c), n.Contracts[m.a].Origin
		default:
			continue
		}
		if slices.Contains(s.Inside, n.Zones[to].ID) {
			out = append(out, fmt.Sprintf("%s gives no more than %s under %s, its own load and its costs come first", seller, amount(d.p.Upper[j], unitOf(s.Carrier)), id))
		}
	}
	return out
}

// fullLimit is the limit of a delivery before its seller settled it.
func (d *dispatch) fullLimit(j int) float64 {
	m := &d.cols[j]
	switch m.kind {
	case colExc:
		return d.w.exchangeLimit(int(m.a), int(m.k))
	case colCon:
		return d.w.contractLimit(int(m.a), int(m.c))
	}
	return math.Inf(-1)
}

// forced says where plants that must run could not: what a zone could neither use nor
// send away, with the limits that held it in, and plants that stood still for lack of
// fuel or energy. Without the spill and the standstill the programme would have no
// solution, and these are the rows that would prove it.
func (d *dispatch) forced(out *Detail) {
	n, pr := d.w.b.net, d.w.b.prog
	for z := range n.Zones {
		for k, j := range pr.spill[z] {
			if j < 0 || d.x[j] <= residualTolerance {
				continue
			}
			must := 0.
			for g := range n.Plants {
				if n.zone[n.Plants[g].Zone] == z {
					_, least := d.w.available(g, k)
					must += least
				}
			}
			var ways []string
			d.ways(Power, k, func(from, to int, kind, id string, flow, limit float64) {
				if from == z && limit > 0 && limit < mostListed {
					ways = append(ways, fmt.Sprintf("%s %s takes %s of %s", kind, id, amount(flow, "MW"), amount(limit, "MW")))
				}
			})
			where := "nothing leads out"
			if len(ways) > 0 {
				where = some(ways, 4)
			}
			out.Forced = append(out.Forced, fmt.Sprintf("plants of %s must run %s in %s; its load is %s, %s: %s are spilled",
				n.Zones[z].ID, amount(must, "MW"), n.Blocks[k].ID, amount(d.w.zoneLoad(z, k, Power), "MW"), where, amount(d.x[j], "MW")))
		}
	}
	for g := range n.Plants {
		for k, j := range pr.idle[g] {
			if j < 0 || d.x[j] <= residualTolerance {
				continue
			}
			_, least := d.w.available(g, k)
			why := "its energy of the year is used up, or running costs more than stopping"
			if d.w.b.vals.heat[g] > 0 {
				why = "gas is short or worth more elsewhere"
			}
			out.Forced = append(out.Forced, fmt.Sprintf("plant %s must run %s in %s and gives %s: %s", n.Plants[g].ID, amount(least, "MW"), n.Blocks[k].ID, amount(least-d.x[j], "MW"), why))
		}
	}
}
