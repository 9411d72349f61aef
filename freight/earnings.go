package freight

import "slices"

// earner is who gets a part of what a variant pays: a country, for haulage or
// for the rest.
type earner struct {
	country int16
	haulage bool
}

// earningSlot is the place of an earner of a variant, -1 when it earns nothing
// under any prices.
func (b *Base) earningSlot(v int32, who earner) int32 {
	if i := slices.Index(b.earners[b.earn0[v]:b.earn0[v+1]], who); i >= 0 {
		return b.earn0[v] + int32(i)
	}
	return -1
}

// eachEarning calls f for every share that somebody earns of a component of the
// variant.
func (b *Base) eachEarning(v *variant, f func(who earner, m *component, q int32, share float64)) {
	pt := &b.paths[v.path]
	b.eachOp(v.path, func(o *operation, _ int32) {
		for q := o.comp0; q < o.comp1; q++ {
			m := &b.net.comps[q]
			if b.net.compApplies(m, int(v.commodity), pt.oc, pt.dc) {
				b.net.eachEarner(q, pt.oc, pt.dc, func(who earner, share float64) { f(who, m, q, share) })
			}
		}
	})
}

// eachEarner calls f for every share that somebody earns of a component, of goods
// between two countries. The flag's share goes half to each end of the trade.
func (n *network) eachEarner(q int32, oc, dc int16, f func(who earner, share float64)) {
	m := &n.comps[q]
	haulage := m.kind == compHaulage
	for e := m.earn0; e < m.earn1; e++ {
		w := &n.earns[e]
		if w.country != earnFlag {
			f(earner{w.country, haulage}, w.share)
			continue
		}
		f(earner{oc, haulage}, w.share/2)
		f(earner{dc, haulage}, w.share/2)
	}
}
