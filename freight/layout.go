package freight

import (
	"math"

	"github.com/astara-corridors/astara/units"
)

// layout says where each number that a change may touch stands in the
// parameter vector. One flat vector makes a world a short list of (index,
// value), and "changes nothing" something that can be compared.
type layout struct {
	open   int // one an operation: 1 usable, 0 shut
	hours  int // one an operation
	spread int // one an operation
	extra  int // one an operation: USD/t added by changes, nobody's revenue
	money  int // one a component: USD/t
	ruleOn int // one a rule: 1 in force
	rule   int // one a rule: amount
	tonnes int // one a market: t/yr
	cap    int // one an element: t/yr, +Inf where there is none
	shut   int // country x mode x flow: 1 forbidden
	size   int
}

func newLayout(n *network) layout {
	var l layout
	at := 0
	take := func(k int) int { start := at; at += k; return start }
	nop := len(n.ops)
	l.open, l.hours, l.spread, l.extra = take(nop), take(nop), take(nop), take(nop)
	l.money = take(len(n.comps))
	l.ruleOn, l.rule = take(len(n.spec.Rules)), take(len(n.spec.Rules))
	l.tonnes = take(len(n.spec.Markets))
	l.cap = take(len(n.elems))
	l.shut = take(len(n.countries) * modeCount * int(flowCount))
	l.size = at
	return l
}

// shutIndex is the place of one (country, mode, flow) flag.
func (l *layout) shutIndex(country int16, m mode, f flow) int {
	return l.shut + (int(country)*modeCount+int(m))*int(flowCount) + int(f)
}

// goodsValues are the numbers of one commodity in use.
type goodsValues struct {
	vot         float64 // USD/(t h), with vot.factor
	reliability float64 // ratio
	value       float64 // USD/t
	perTEU      float64 // t/TEU, 0 when unknown
}

// values are the numbers of a case at one draw of its figures.
type values struct {
	cons       constants
	curve      demandCurve
	listed     []float64 // parameter vector of the network as listed
	goods      []goodsValues
	share      []float64                 // market -> contestable share
	growth     []float64                 // market
	background []float64                 // element -> t/yr
	ruleScale  []float64                 // rule -> factor of its regime
	kappa      [][1 << modeCount]float64 // commodity, nest -> relative cost of its modes
}

// rowName names a figure of a row for draws and listings.
func rowName(table, id, field string) string { return table + ":" + id + ":" + field }

func borderRowID(b *Border) string { return b.ID + "/" + b.CountryFrom + "-" + b.CountryTo }

// evaluate reads every figure at its quantile.
func (n *network) evaluate(lay layout, draw drawer, override map[string]float64) (*values, error) {
	s := n.spec
	cons, err := readConstants(s, draw, override)
	if err != nil {
		return nil, err
	}
	v := &values{cons: cons, curve: newDemandCurve(cons.elasticity, cons.choke), listed: make([]float64, lay.size)}
	at := func(table, id, field string, f units.Figure) float64 {
		return draw.at(rowName(table, id, field), f)
	}
	v.goods = make([]goodsValues, len(s.Commodities))
	for i := range s.Commodities {
		c := &s.Commodities[i]
		v.goods[i] = goodsValues{
			vot:         at("commodity", c.ID, "value_of_time", c.ValueOfTime) * cons.votFactor,
			reliability: at("commodity", c.ID, "reliability", c.Reliability),
			value:       at("commodity", c.ID, "value", c.Value),
			perTEU:      at("commodity", c.ID, "t_per_teu", c.TonnesPerTEU),
		}
	}
	v.kappa = make([][1 << modeCount]float64, len(s.Commodities))
	for i := range s.Commodities {
		for nest := range v.kappa[i] {
			v.kappa[i][nest] = cons.modeCost(modeSet(nest), s.Commodities[i].ID)
		}
	}
	v.share, v.growth = make([]float64, len(s.Markets)), make([]float64, len(s.Markets))
	for i := range s.Markets {
		m := &s.Markets[i]
		v.listed[lay.tonnes+i] = at("market", m.ID, "tonnes", m.Tonnes)
		v.share[i] = at("market", m.ID, "share", m.Share)
		v.growth[i] = at("market", m.ID, "growth", m.Growth)
		if !given(m.Growth) {
			v.growth[i] = 1
		}
	}
	n.evaluateOperations(lay, v, at)
	n.evaluateMoney(lay, v, at)
	v.ruleScale = make([]float64, len(s.Rules))
	for i := range s.Rules {
		r := &s.Rules[i]
		v.listed[lay.rule+i] = at("rule", r.ID, "amount", r.Amount)
		if r.Active {
			v.listed[lay.ruleOn+i] = 1
		}
		v.ruleScale[i] = 1
		if f, ok := cons.regime[r.Regime]; ok && r.Regime != "" {
			v.ruleScale[i] = f
		}
	}
	n.evaluateCapacity(lay, v, at)
	return v, nil
}

type figureReader func(table, id, field string, f units.Figure) float64

func (n *network) evaluateOperations(lay layout, v *values, at figureReader) {
	s := n.spec
	for i := range n.ops {
		o := &n.ops[i]
		open, hours, spread := 1.0, 0.0, 0.0
		switch o.kind {
		case opMove:
			l := &s.Links[o.link]
			if !l.Open {
				open = 0
			}
			switch {
			case given(l.Hours):
				hours = at("link", l.ID, "hours", l.Hours) * o.part
			case l.Speed > 0:
				hours = o.km / l.Speed
				switch o.mode {
				case rail:
					hours /= v.cons.railSpeed
				case road:
					hours /= v.cons.roadSpeed
				}
			}
		case opBorder:
			if o.border >= 0 {
				r := &s.Borders[o.border]
				if !r.Open {
					open = 0
				}
				id := borderRowID(r)
				hours = at("border", id, "hours", r.Hours)
				if f, ok := v.cons.border[r.ID]; ok {
					hours *= f
				}
				spread = at("border", id, "spread", r.Spread)
			}
		case opStrait:
		default:
			if o.terminal >= 0 {
				t := &s.Terminals[o.terminal]
				hours = at("terminal", t.ID, "hours", t.Hours)
				spread = at("terminal", t.ID, "spread", t.Spread)
			}
		}
		if o.freeOfHours {
			hours, spread = 0, 0
		}
		v.listed[lay.open+i], v.listed[lay.hours+i], v.listed[lay.spread+i] = open, hours, spread
	}
}

func (n *network) evaluateMoney(lay layout, v *values, at figureReader) {
	s := n.spec
	perTkm, perT := make([]float64, len(s.Tariffs)), make([]float64, len(s.Tariffs))
	for i := range s.Tariffs {
		t := &s.Tariffs[i]
		perTkm[i], perT[i] = at("tariff", t.ID, "per_tkm", t.PerTonneKm), at("tariff", t.ID, "per_t", t.PerTonne)
	}
	fees := make([]float64, len(s.Fees))
	for i := range s.Fees {
		fees[i] = at("fee", s.Fees[i].ID, "money", s.Fees[i].Money)
	}
	terminals := make([]float64, len(s.Terminals))
	for i := range s.Terminals {
		terminals[i] = at("terminal", s.Terminals[i].ID, "money", s.Terminals[i].Money)
	}
	for i := range n.comps {
		c := &n.comps[i]
		row := 0.0
		switch c.row.table {
		case tariffPerTonneKm:
			row = perTkm[c.row.row]
		case tariffPerTonne:
			row = perT[c.row.row]
		case feeMoney:
			row = fees[c.row.row]
		case terminalMoney:
			row = terminals[c.row.row]
		}
		v.listed[lay.money+i] = row * c.coef
	}
}

func (n *network) evaluateCapacity(lay layout, v *values, at figureReader) {
	s := n.spec
	v.background = make([]float64, len(n.elems))
	for i := range n.elems {
		e := &n.elems[i]
		c := math.Inf(1)
		switch e.kind {
		case elemLink:
			if l := &s.Links[e.row]; hasCapacity(l.Capacity, nil) {
				c = at("link", l.ID, "capacity", l.Capacity)
			}
		case elemBorder:
			if r := &s.Borders[e.row]; hasCapacity(r.Capacity, nil) {
				c = at("border", borderRowID(r), "capacity", r.Capacity)
			}
		case elemTerminal:
			if t := &s.Terminals[e.row]; hasCapacity(t.Capacity, &t.Ref) {
				c = at("terminal", t.ID, "capacity", t.Capacity)
			}
		}
		v.listed[lay.cap+i] = c
	}
	for i := range s.Background {
		g := &s.Background[i]
		tonnes := at("background", g.At+"/"+g.Target+"/"+g.Direction, "tonnes", g.Tonnes)
		hit := n.backgroundElements(g)
		for _, e := range hit {
			if g.Direction == "both" || g.Direction == "" {
				v.background[e] += tonnes / float64(len(hit))
			} else {
				v.background[e] += tonnes
			}
		}
	}
}

// backgroundElements lists the elements a background row loads. Tonnes of
// "both" are the sum of the two directions, split equally between them.
func (n *network) backgroundElements(g *Background) []int32 {
	var hit []int32
	firstRow := int32(-1)
	for i := range n.elems {
		e := &n.elems[i]
		switch {
		case g.At == "link" && e.kind == elemLink && n.spec.Links[e.row].ID == g.Target:
			l := &n.spec.Links[e.row]
			if g.Direction == "forward" && e.back && !l.CapacityShared || g.Direction == "back" && !e.back && !l.CapacityShared {
				continue
			}
			hit = append(hit, int32(i))
		case g.At == "border" && e.kind == elemBorder && n.spec.Borders[e.row].ID == g.Target:
			if firstRow < 0 {
				firstRow = n.borders[g.Target][0]
			}
			if g.Direction == "forward" && e.row != firstRow || g.Direction == "back" && e.row == firstRow {
				continue
			}
			hit = append(hit, int32(i))
		case g.At == "terminal" && e.kind == elemTerminal && (n.spec.Terminals[e.row].ID == g.Target || n.spec.Nodes[e.node].ID == g.Target):
			hit = append(hit, int32(i))
		}
	}
	return hit
}
