package freight

import (
	"slices"
)

// charges attaches the money of tariffs, fees and terminals to the operations.
func (b *builder) charges() {
	for i := range b.ops {
		o := &b.ops[i]
		o.comp0 = int32(len(b.comps))
		switch o.kind {
		case opMove:
			b.tariffs(int32(i))
			if b.firstMove(i) {
				b.fees(int32(i), "link", b.spec.Links[o.link].ID, "")
			}
		case opBorder:
			if o.border >= 0 {
				r := &b.spec.Borders[o.border]
				b.fees(int32(i), "border", r.ID, r.CountryFrom)
				b.fees(int32(i), "country", r.CountryTo, r.CountryFrom)
			}
		case opStrait:
			b.fees(int32(i), "strait", b.spec.Straits[o.strait].ID, "")
		default:
			b.terminalMoney(int32(i))
		}
		o.comp1 = int32(len(b.comps))
	}
}

// firstMove says whether operation i is the first move of its arc: fees of a
// link are charged once.
func (b *builder) firstMove(i int) bool {
	return i == 0 || b.ops[i-1].kind != opBorder && b.ops[i-1].kind != opGauge || b.ops[i-1].link != b.ops[i].link
}

// tariffs finds, for each kind and commodity, the most specific row: link tag,
// then commodity, then country. Equal rows: the first in the file, which
// [Check] reports.
func (b *builder) tariffs(op int32) {
	s := b.spec
	o := b.ops[op]
	for _, kind := range []compKind{compInfrastructure, compHaulage} {
		masks := map[int32]commodityMask{}
		var order []int32
		for c := range s.Commodities {
			row := b.tariffRow(&o, kind, c)
			if row < 0 {
				continue
			}
			if masks[row] == 0 {
				order = append(order, row)
			}
			masks[row] |= 1 << uint(c)
		}
		slices.Sort(order)
		for _, row := range order {
			t := &s.Tariffs[row]
			c := component{op: op, kind: kind, mask: masks[row], flows: allFlows, view: -1, payer: t.Payer}
			c.earn0, c.earn1 = b.earners(t.Earner, t.Split, o.country, o.mode)
			if given(t.PerTonneKm) {
				k := c
				k.row, k.coef = rowRef{tariffPerTonneKm, row}, o.km
				b.comps = append(b.comps, k)
			}
			if given(t.PerTonne) {
				k := c
				k.row, k.coef = rowRef{tariffPerTonne, row}, o.part
				b.comps = append(b.comps, k)
			}
		}
	}
}

// tariffScore is how specific a tariff row is for a move, -1 when it does not
// apply.
func (n *network) tariffScore(t *Tariff, o *operation, commodity int) int {
	l := &n.spec.Links[o.link]
	if t.Mode != "*" && t.Mode != o.mode.String() {
		return -1
	}
	p := 0
	if t.Tag != "" && t.Tag != "*" {
		if !slices.Contains(l.Tags, t.Tag) {
			return -1
		}
		p += 4
	}
	switch t.Commodity {
	case "*", "":
	case n.spec.Commodities[commodity].ID:
		p += 2
	default:
		return -1
	}
	switch {
	case t.Country == "*" || t.Country == "":
	case t.Country == n.countries[o.country], o.mode.water() && slices.Contains(l.Tags, t.Country):
		p++
	default:
		return -1
	}
	return p
}

func (n *network) tariffRow(o *operation, kind compKind, commodity int) int32 {
	best, score := int32(-1), -1
	for i := range n.spec.Tariffs {
		t := &n.spec.Tariffs[i]
		if t.Kind != kind.String() {
			continue
		}
		if p := n.tariffScore(t, o, commodity); p > score {
			best, score = int32(i), p
		}
	}
	return best
}

// fees adds the fees charged at a place. From is the country the goods come
// out of at this operation.
func (b *builder) fees(op int32, at, target, from string) {
	o := b.ops[op]
	for i := range b.spec.Fees {
		f := &b.spec.Fees[i]
		if f.At != at || f.Target != target {
			continue
		}
		if f.Mode != "*" && f.Mode != "" && f.Mode != o.mode.String() && f.Mode != o.mode2.String() {
			continue
		}
		if f.From != "*" && f.From != "" && f.From != from {
			continue
		}
		c := component{op: op, kind: compFee, row: rowRef{feeMoney, int32(i)}, coef: 1, view: -1, payer: f.Payer}
		c.flows, _ = parseFlow(f.Flow)
		if c.flows != allFlows {
			c.view = o.country
			if k := b.countryOf(f.Earner); k > 0 {
				c.view = k
			}
			if at == "country" {
				c.view = b.countryOf(target)
			}
		}
		c.mask = b.allCommodities()
		if f.Commodity != "*" && f.Commodity != "" {
			k, ok := b.commodity[f.Commodity]
			if !ok {
				continue // Check reports the name
			}
			c.mask = 1 << uint(k)
		}
		c.earn0, c.earn1 = b.earners(f.Earner, nil, o.country, o.mode)
		b.comps = append(b.comps, c)
	}
}

func (b *builder) terminalMoney(op int32) {
	o := b.ops[op]
	if o.terminal < 0 {
		return
	}
	t := &b.spec.Terminals[o.terminal]
	if given(t.Money) {
		c := component{op: op, kind: compPort, row: rowRef{terminalMoney, o.terminal}, coef: 1, mask: b.allCommodities(), flows: allFlows, view: -1}
		c.earn0, c.earn1 = b.earners(t.Earner, nil, o.country, o.mode)
		b.comps = append(b.comps, c)
	}
	b.fees(op, "terminal", t.ID, "")
	node := &b.spec.Nodes[o.node]
	if node.ID != t.ID {
		b.fees(op, "terminal", node.ID, "")
	}
	// Landing from the sea enters the country as crossing a land border does.
	if o.mode.offshore() && !o.mode2.offshore() {
		b.fees(op, "country", node.Country, "")
	}
}

// earners books the shares of who earns: the split where one is given, else
// the named country, else the country of the operation.
func (b *builder) earners(earner string, split map[string]float64, country int16, m mode) (int32, int32) {
	start := int32(len(b.earns))
	one := func(who string, share float64) {
		switch k := b.countryOf(who); {
		case who == "flag" && m.offshore(): // no state's haulier unless the row says whose
		case who == "flag":
			b.earns = append(b.earns, earnShare{earnFlag, share})
		case who == "":
			if b.countries[country] != openSea {
				b.earns = append(b.earns, earnShare{country, share})
			}
		case k > 0:
			b.earns = append(b.earns, earnShare{k, share})
		}
	}
	if len(split) > 0 {
		names := make([]string, 0, len(split))
		for name := range split {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			one(name, split[name])
		}
	} else {
		one(earner, 1)
	}
	return start, int32(len(b.earns))
}
