package report

import (
	"fmt"
	"html/template"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/report/chart"
)

// country is a state's page.
type country struct {
	ID, Name   string
	Focus      bool
	Acts       []string // heads of the effect columns
	Rows       []countryRow
	Payers     []payerRow
	MorePayers []payerRow
	PayActs    []string // whose effects on payers are known
	Neighbours []neighbourRow
	Across     []countryRow
	Idle       int // corridors that carry nothing of it
	Ways       string
	Cut        string
	Leverage   string
	Energy     []countryRow
	Hangs      string // on whose power and gas
	Losses     []lossOfElement
}

type countryRow struct {
	Name, BaseYear, Baseline, TEU, Revenue string
	Link                                   string
	Effects                                []string
}

type payerRow struct {
	Name, Baseline string
	Chart          template.HTML
	Effects        []string
}

type neighbourRow struct {
	Name, Exposure, Tonnes, Lost, LostPart, Cost, Benefit, Transit, Revenue string
	Chart                                                                   template.HTML
}

// idle reports whether a corridor carries no transit of a state, with any act.
func idle(a answer.CountryAcross) bool {
	const least = 5e3 // t/yr: what is less reads as 0
	for _, e := range a.Effects {
		if math.Abs(e.With.Or(0)) >= least || math.Abs(e.Without.Or(0)) >= least {
			return false
		}
	}
	return math.Abs(a.Tonnes.Or(0)) < least
}

// pairOfAct is a column of effects: an act in a state.
type pairOfAct struct{ act, state string }

func (b *builder) countries() []country {
	columns := b.actColumns()
	var out []country
	for _, c := range b.Answer.Countries {
		v := country{ID: anchor("country", c.ID), Name: c.Name, Focus: c.Focus}
		for _, a := range columns {
			v.Acts = append(v.Acts, b.variable(a.act)+": "+words(a.state))
		}
		for _, r := range c.Rows {
			style := numbers{answer.RowStyle(r)}
			v.Rows = append(v.Rows, countryRow{Name: r.Name, BaseYear: style.level(r.BaseYear), Baseline: style.level(r.Baseline),
				Effects: changes(columns, r.Effects, style), Link: b.outcomeLink(r.ID)})
		}
		of := columns
		if v.PayActs = v.Acts; !c.Focus {
			of, v.PayActs = nil, nil // the table has payers of the focus alone
		}
		v.Payers = b.payers(c, of)
		if len(v.Payers) > mostPayers {
			v.Payers, v.MorePayers = v.Payers[:mostPayers], v.Payers[mostPayers:]
		}
		v.Neighbours = neighbours(c)
		var tonnes, teu, revenue []answer.Number
		for _, a := range c.Corridors {
			tonnes, teu, revenue = append(tonnes, a.Tonnes), append(teu, a.TEU), append(revenue, a.Revenue)
		}
		const tonnesStep = 1e5 // t/yr
		ts, bs, rs := rowOf(string(freight.Tonnes), tonnesStep, tonnes...), rowOf(string(freight.TEU), 0, teu...), rowOf(string(freight.Revenue), 0, revenue...)
		for _, a := range c.Corridors {
			if idle(a) {
				v.Idle++
				continue
			}
			v.Across = append(v.Across, countryRow{Name: b.corridorName(a.Corridor), Baseline: ts.level(a.Tonnes), TEU: bs.level(a.TEU),
				Revenue: rs.level(a.Revenue), Effects: changes(columns, a.Effects, ts), Link: anchor("corridor", a.Corridor)})
		}
		v.Ways, v.Cut = b.ways(c)
		v.Leverage = answer.LeverageLine(b.Answer, c.ID)
		b.countryEnergy(&v, c, columns)
		out = append(out, v)
	}
	return out
}

// actColumns lists every act with every state but the one without, first view.
func (b *builder) actColumns() []pairOfAct {
	var out []pairOfAct
	seen := map[pairOfAct]bool{}
	for _, a := range b.Answer.Headlines() {
		for _, arm := range a.Arms {
			p := pairOfAct{a.ID, arm.State}
			if arm.State != a.Without && !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

func changes(columns []pairOfAct, effects []answer.CountryEffect, style numbers) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "–"
		for _, e := range effects {
			if e.Act == c.act && e.State == c.state && e.With.OK && e.Without.OK {
				out[i] = style.change(less(e.With, e.Without))
			}
		}
	}
	return out
}

// placeNames names crossings and ports by their ids.
func (b *builder) placeNames(ids []string) []string {
	name := map[string]string{}
	if b.Case.Freight != nil {
		for i := range b.Case.Freight.Borders {
			x := &b.Case.Freight.Borders[i]
			name[x.ID] = shortName(x.Name) + " (" + x.Mode + ")"
		}
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		switch {
		case name[id] != "":
			out[i] = name[id]
		default:
			out[i] = b.nodeName(id)
		}
	}
	return out
}

// outcomeLink is the anchor of an outcome, "" when a row is none.
func (b *builder) outcomeLink(id string) string {
	if b.outcomes[id] != nil {
		return anchor("outcome", id)
	}
	return ""
}

func (b *builder) corridorName(id string) string {
	for _, c := range b.Answer.Corridors {
		if c.ID == id {
			return c.Name
		}
	}
	return id
}

// mostPayers is how many countries stand open among those whose cargo pays.
const mostPayers = 8

func (b *builder) payers(c answer.Country, columns []pairOfAct) []payerRow {
	most := 0.0
	for _, p := range c.Payers {
		most = math.Max(most, p.Baseline.Or(0))
	}
	style := rowOf(string(freight.Revenue), most/100, fixed(most))
	var out []payerRow
	list := append([]answer.Payer(nil), c.Payers...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Baseline.Or(-1) > list[j].Baseline.Or(-1) })
	for _, p := range list {
		text := style.level(p.Baseline)
		name := p.Name
		if name == p.ID {
			name = countryName(p.ID)
		}
		out = append(out, payerRow{Name: name, Baseline: text, Effects: changes(columns, p.Effects, style),
			Chart: svg(chart.Bar(p.Baseline.Or(0), most, nil, name+": "+text))})
	}
	return out
}

func neighbours(c answer.Country) []neighbourRow {
	var tonnes, money, cost []answer.Number
	for _, n := range c.Neighbours {
		tonnes, money, cost = append(tonnes, n.Tonnes, n.Lost, n.Transit), append(money, n.Benefit, n.Revenue), append(cost, n.Cost)
	}
	ts, ms, cs := rowOf(string(freight.Tonnes), 0, tonnes...), rowOf(string(freight.Revenue), 0, money...), rowOf(string(freight.UserCost), 0, cost...)
	var out []neighbourRow
	for _, n := range c.Neighbours {
		r := neighbourRow{
			Name: n.Name, Exposure: percent(n.Exposure), Tonnes: ts.level(n.Tonnes), Lost: ts.level(n.Lost), LostPart: percent(n.LostPart),
			Cost: cs.change(n.Cost), Benefit: ms.change(n.Benefit), Transit: ts.change(n.Transit), Revenue: ms.change(n.Revenue),
		}
		r.Chart = svg(chart.Pair(n.Exposure.Or(0), n.LostPart.Or(0), fmt.Sprintf("%s: exposure %s of own trade, loss %s when shut", n.Name, r.Exposure, r.LostPart)))
		out = append(out, r)
	}
	return out
}

// ways says how many independent ways lead out, in sentences.
func (b *builder) ways(c answer.Country) (text, cut string) {
	w := c.Ways
	if !w.Landlocked {
		return "It has ports on the open sea of its own.", ""
	}
	text = fmt.Sprintf("%s to the open sea that share no foreign country, %s that share no border crossing and no foreign port.",
		plural(w.Countries, "way leads", "ways lead"), plural(w.Crossings, "way", "ways"))
	if len(w.Through) > 0 {
		names := make([]string, len(w.Through))
		for i, t := range w.Through {
			names[i] = b.actor(t)
		}
		text += " They end at ports of " + strings.Join(names, ", ") + "."
	}
	if len(w.CutBorders) > 0 {
		cut = fmt.Sprintf("A smallest set of crossings and ports whose loss parts it from the sea has %d: ", len(w.CutBorders)) + strings.Join(b.placeNames(w.CutBorders), ", ") + "."
	}
	return text, cut
}
