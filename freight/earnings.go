package freight

import "slices"

// earner is who gets a part of what a variant pays: a country, for haulage or
// for the rest.
type earner struct {
	country int16
	haulage bool
}

// indexEarnings lists, for every variant, the earners it can have under any
// prices, in the order its operations name them, and what each has a share of.
func (b *Base) indexEarnings() {
	b.earn0 = make([]int32, len(b.variants)+1)
	b.earners = nil
	b.earning0, b.earning = []int32{0}, nil
	for v := range b.variants {
		first := len(b.earners)
		b.eachEarning(&b.variants[v], func(who earner, _ *component, q int32, share float64) {
			at := slices.Index(b.earners[first:], who)
			if at < 0 {
				at = len(b.earners) - first
				b.earners = append(b.earners, who)
			}
			b.earning = append(b.earning, earning{int32(first + at), q, share})
		})
		b.earn0[v+1] = int32(len(b.earners))
		b.earning0 = append(b.earning0, int32(len(b.earning)))
	}
}

// earningSlot is the place of an earner of a variant, -1 when it earns nothing.
func (b *Base) earningSlot(v int32, who earner) int32 {
	if i := slices.Index(b.earners[b.earn0[v]:b.earn0[v+1]], who); i >= 0 {
		return b.earn0[v] + int32(i)
	}
	return -1
}

// eachEarning calls f for every share that somebody earns of a component of the
// variant. The flag's share goes half to each end of the trade.
func (b *Base) eachEarning(v *variant, f func(who earner, m *component, q int32, share float64)) {
	pt := &b.paths[v.path]
	b.eachOp(v.path, func(o *operation, _ int32) {
		for q := o.comp0; q < o.comp1; q++ {
			m := &b.net.comps[q]
			if m.earn0 == m.earn1 || !b.net.compApplies(m, int(v.commodity), pt.oc, pt.dc) {
				continue
			}
			haulage := m.kind == compHaulage
			for e := m.earn0; e < m.earn1; e++ {
				w := &b.net.earns[e]
				if w.country != earnFlag {
					f(earner{w.country, haulage}, m, q, w.share)
					continue
				}
				f(earner{pt.oc, haulage}, m, q, w.share/2)
				f(earner{pt.dc, haulage}, m, q, w.share/2)
			}
		}
	})
}

// earnings works out what each earner of a variant gets, USD/t, into out (by
// slot).
func (b *Base) earnings(v int32, p, out []float64) {
	clear(out[b.earn0[v]:b.earn0[v+1]])
	for k := b.earning0[v]; k < b.earning0[v+1]; k++ {
		x := &b.earning[k]
		out[x.slot] += float64(x.share * p[b.lay.money+int(x.comp)])
	}
}

// earning is a share of a component that the earner of a slot gets.
type earning struct {
	slot, comp int32
	share      float64
}
