package freight

import (
	"math"
	"slices"
	"strings"
)

// numbers changes hours or spreads of the selected operations. Set and Add give
// the total of a link or strait: it is shared over the parts of the link.
func (r *resolver) numbers(c *Change, offset int) int {
	f := r.apply(c)
	k := 0
	for _, i := range r.net.selected(&c.On) {
		o := &r.net.ops[i]
		if !timed(&c.On, o) {
			continue
		}
		k++
		at := offset + int(i)
		if o.kind == opMove && c.How != Times && o.part < 1 {
			whole := f(r.p[at] / o.part)
			r.p[at] = whole * o.part
			continue
		}
		r.p[at] = f(r.p[at])
	}
	return k
}

// timed says which operation of a selected place holds its hours.
func timed(on *Selector, o *operation) bool {
	switch {
	case on.Border != "" || strings.Contains(on.Country, "-") || on.Direction != "":
		return o.kind == opBorder
	case on.Strait != "":
		return o.kind == opStrait
	case on.Terminal != "":
		return o.terminal >= 0
	case on.Link != "" || on.Tag != "":
		return o.kind == opMove
	}
	return true
}

// money changes what is paid: rows of tariffs, fees and rules by id, else the
// payments at the selected operations. Add without a row puts a new payment
// that is nobody's revenue.
func (r *resolver) money(c *Change) int {
	on := &c.On
	if on.Rule != "" {
		at := r.lay.rule + int(r.net.rule[on.Rule])
		r.p[at] = r.apply(c)(r.p[at])
		return 1
	}
	f := r.apply(c)
	k := 0
	if on.Tariff != "" || on.Fee != "" {
		for _, i := range r.net.selected(on) {
			o := &r.net.ops[i]
			for m := o.comp0; m < o.comp1; m++ {
				q := &r.net.comps[m]
				if !r.priceRow(on, q) {
					continue
				}
				k++
				at := r.lay.money + int(m)
				if q.coef != 0 && c.How != Times {
					r.p[at] = f(r.p[at]/q.coef) * q.coef
				} else {
					r.p[at] = f(r.p[at])
				}
			}
		}
		return k
	}
	for _, i := range r.net.selected(on) {
		o := &r.net.ops[i]
		if !r.priced(c, o) {
			continue
		}
		k++
		if c.How == Times || c.How == Set {
			for q := o.comp0; q < o.comp1; q++ {
				if c.How == Set {
					r.p[r.lay.money+int(q)] = 0
				} else {
					r.p[r.lay.money+int(q)] = f(r.p[r.lay.money+int(q)])
				}
			}
		}
		at := r.lay.extra + int(i)
		switch {
		case o.kind == opMove && o.part < 1 && c.How != Times:
			r.p[at] = f(r.p[at]/o.part) * o.part
		default:
			r.p[at] = f(r.p[at])
		}
	}
	return k
}

// priceRow says whether a component comes from the selected tariff or fee.
func (r *resolver) priceRow(on *Selector, q *component) bool {
	switch q.row.table {
	case tariffPerTonne, tariffPerTonneKm:
		return on.Tariff != "" && r.net.spec.Tariffs[q.row.row].ID == on.Tariff
	case feeMoney:
		return on.Fee != "" && r.net.spec.Fees[q.row.row].ID == on.Fee
	}
	return false
}

// priced says which operation of a selected place a payment is put on. For a
// whole country an added payment is due on entering it by land or landing from
// the sea, a factor acts on all that is paid there.
func (r *resolver) priced(c *Change, o *operation) bool {
	on := &c.On
	if on.Country != "" && !strings.Contains(on.Country, "-") && on.Border == "" && on.Terminal == "" && on.Strait == "" && on.Link == "" && on.Tag == "" && on.Direction == "" {
		return c.How == Times || o.kind == opBorder || o.terminal >= 0 && o.mode.offshore() && !o.mode2.offshore()
	}
	return timed(on, o)
}

func (r *resolver) capacity(c *Change) int {
	f := r.apply(c)
	on := &c.On
	seen := map[int32]bool{}
	k := 0
	for _, i := range r.net.selected(on) {
		o := &r.net.ops[i]
		if o.elem < 0 || seen[o.elem] || !timed(on, o) {
			continue
		}
		seen[o.elem] = true
		at := r.lay.cap + int(o.elem)
		if math.IsInf(r.p[at], 1) && c.How != Set {
			r.l.Report(RuleBadAmount, c.Pos, r.net.elems[o.elem].name, "%s has no capacity that could be changed by %s; give one with set", r.net.elems[o.elem].name, c.How)
			continue
		}
		r.p[at] = f(r.p[at])
		k++
	}
	return k
}

func (r *resolver) demand(c *Change) int {
	s := r.net.spec
	on := &c.On
	f := r.apply(c)
	k := 0
	for i := range s.Markets {
		m := &s.Markets[i]
		if !listed(on.Markets, m.ID) || !listed(on.Commodities, m.Commodity) || !listed(on.Origins, m.Origin) || !listed(on.Destinations, m.Destination) {
			continue
		}
		if len(on.Regimes) > 0 && !slices.ContainsFunc(m.Regimes, func(x string) bool { return slices.Contains(on.Regimes, x) }) {
			continue
		}
		r.p[r.lay.tonnes+i] = f(r.p[r.lay.tonnes+i])
		k++
	}
	return k
}
