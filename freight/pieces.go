package freight

import "encoding/binary"

// pieces cut paths and what is paid on them into pieces that many share, so that
// a changed number is summed once for all. A stretch is a run of operations
// of a path in one country: the flagship's 39,000 paths of 23 operations each are
// put together from 5,300 stretches. A part is what one commodity pays on a
// stretch between two countries, a share what one earner gets of it; a bill is
// the sum of shares that one earner gets of a variant.
type pieces struct {
	pathStretch rows // path -> stretches, in order
	stretchPath rows // stretch -> paths
	stretchOp   rows // stretch -> operations, in order
	opStretch   rows // operation -> stretches
	stretches   []stretch

	variantPart rows // variant -> parts
	partVariant rows // part -> variants
	partComp    rows // part -> components
	compPart    rows // component -> parts

	// A variant's earners are slots; see indexEarnings.
	earn0     []int32  // variant -> its slots among earners (CSR)
	earners   []earner // slot -> who earns
	slotBill  []int32  // slot -> bill
	billShare rows     // bill -> shares
	shareTerm rows     // share -> terms
	compShare rows     // component -> shares
	shareBill rows     // share -> bills
	terms     []term
}

// stretch is what the operations of a stretch have in common.
type stretch struct {
	country int16
	modes   modeSet // of its operations, both of terminal work
}

// term is a share of a component that somebody earns.
type term struct {
	comp  int32
	share float64
}

// interner gives equal lists one number.
type interner struct {
	number map[string]int32
	lists  rows
	key    []byte
}

func newInterner() *interner {
	return &interner{number: map[string]int32{}, lists: rows{at: []int32{0}}}
}

// of returns the number of a list, a new one for a new list.
func (x *interner) of(list []int32) int32 {
	x.key = x.key[:0]
	for _, v := range list {
		x.key = binary.LittleEndian.AppendUint32(x.key, uint32(v))
	}
	id, ok := x.number[string(x.key)]
	if !ok {
		id = int32(len(x.lists.at) - 1)
		x.number[string(x.key)] = id
		x.lists.add(list)
	}
	return id
}

// cut cuts every path into stretches.
func (b *Base) cut() {
	n := b.net
	stretches := newInterner()
	b.pathStretch = rows{at: make([]int32, 1, len(b.paths)+1)}
	var run, list []int32
	for k := range b.paths {
		run, list = run[:0], list[:0]
		b.eachOp(int32(k), func(o *operation, i int32) {
			if len(run) > 0 && n.ops[run[0]].country != o.country {
				list = append(list, stretches.of(run))
				run = run[:0]
			}
			run = append(run, i)
		})
		if len(run) > 0 {
			list = append(list, stretches.of(run))
		}
		b.pathStretch.add(list)
	}
	b.stretchOp = stretches.lists
	b.stretchPath = b.pathStretch.inverse(b.stretchOp.count())
	b.opStretch = b.stretchOp.inverse(len(n.ops))
	b.stretches = make([]stretch, b.stretchOp.count())
	for s := range b.stretches {
		x := &b.stretches[s]
		for _, i := range b.stretchOp.of(int32(s)) {
			o := &n.ops[i]
			x.country = o.country
			for _, m := range [2]mode{o.mode, o.mode2} {
				if m >= rail && m <= river {
					x.modes = x.modes.with(m)
				}
			}
		}
	}
}

// priceKey is what decides who pays what on a stretch.
type priceKey struct {
	stretch   int32
	commodity int32
	oc, dc    int16
}

// priced is a stretch as the goods of a key pay for it.
type priced struct {
	part   int32
	who    []earner
	shares []int32 // one an earner
}

// price lists for every variant the parts it pays and the bills of those who
// earn.
func (b *Base) price() {
	parts, shares, bills := newInterner(), newInterner(), newInterner()
	known := map[priceKey]*priced{}
	numbers := map[term]int32{}
	b.terms = nil
	b.variantPart = rows{at: make([]int32, 1, len(b.variants)+1)}
	b.earn0, b.earners, b.slotBill = make([]int32, 1, len(b.variants)+1), nil, nil
	var list []int32
	var slots [][]int32
	for v := range b.variants {
		vr := &b.variants[v]
		pt := &b.paths[vr.path]
		list = list[:0]
		first := len(b.earners)
		for _, s := range b.pathStretch.of(vr.path) {
			key := priceKey{s, vr.commodity, pt.oc, pt.dc}
			x := known[key]
			if x == nil {
				x = b.priceStretch(key, parts, shares, numbers)
				known[key] = x
			}
			if x.part >= 0 {
				list = append(list, x.part)
			}
			for m, who := range x.who {
				at := 0
				for at < len(b.earners)-first && b.earners[first+at] != who {
					at++
				}
				if at == len(b.earners)-first {
					b.earners = append(b.earners, who)
				}
				if at == len(slots) {
					slots = append(slots, nil)
				}
				slots[at] = append(slots[at], x.shares[m])
			}
		}
		b.variantPart.add(list)
		for at := range b.earners[first:] {
			b.slotBill = append(b.slotBill, bills.of(slots[at]))
			slots[at] = slots[at][:0]
		}
		b.earn0 = append(b.earn0, int32(len(b.earners)))
	}
	b.partComp, b.shareTerm, b.billShare = parts.lists, shares.lists, bills.lists
	b.shareBill = b.billShare.inverse(b.shareTerm.count())
	b.partVariant = b.variantPart.inverse(b.partComp.count())
	b.compPart = b.partComp.inverse(len(b.net.comps))
	b.compShare = newRows(len(b.net.comps), func(f func(key, value int32)) {
		for s := range int32(b.shareTerm.count()) {
			for _, t := range b.shareTerm.of(s) {
				f(b.terms[t].comp, s)
			}
		}
	})
}

// priceStretch lists what the goods of a key pay on a stretch and who earns it.
func (b *Base) priceStretch(key priceKey, parts, shares *interner, numbers map[term]int32) *priced {
	n := b.net
	x := &priced{part: -1}
	var comps []int32
	var lists [][]int32
	number := func(t term) int32 {
		id, ok := numbers[t]
		if !ok {
			id = int32(len(b.terms))
			numbers[t] = id
			b.terms = append(b.terms, t)
		}
		return id
	}
	for _, i := range b.stretchOp.of(key.stretch) {
		o := &n.ops[i]
		for q := o.comp0; q < o.comp1; q++ {
			if !n.compApplies(&n.comps[q], int(key.commodity), key.oc, key.dc) {
				continue
			}
			comps = append(comps, q)
			n.eachEarner(q, key.oc, key.dc, func(who earner, share float64) {
				at := 0
				for at < len(x.who) && x.who[at] != who {
					at++
				}
				if at == len(x.who) {
					x.who, lists = append(x.who, who), append(lists, nil)
				}
				lists[at] = append(lists[at], number(term{q, share}))
			})
		}
	}
	if len(comps) > 0 {
		x.part = parts.of(comps)
	}
	for _, l := range lists {
		x.shares = append(x.shares, shares.of(l))
	}
	return x
}
