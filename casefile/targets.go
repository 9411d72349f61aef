package casefile

import (
	"strings"

	"github.com/astara-corridors/astara/freight"
)

// targetsOf are the selector keys of each kind of change that name one row.
var targetsOf = map[freight.Op][]string{
	freight.OpOpen:     {"project", "link", "border", "terminal", "strait"},
	freight.OpClose:    {"link", "border", "strait", "terminal", "country"},
	freight.OpHours:    {"border", "link", "terminal", "strait", "country", "tag"},
	freight.OpSpread:   {"border", "link", "terminal", "strait", "country", "tag"},
	freight.OpMoney:    {"tariff", "fee", "rule", "terminal", "border", "link", "strait", "country", "tag"},
	freight.OpCapacity: {"link", "border", "terminal", "country", "tag"},
	freight.OpDemand:   {"markets", "origins", "destinations", "commodities", "regimes"},
	freight.OpRule:     {"rule"},
}

// checkTargets looks up what changes select and reports projects that open
// twice or never.
func (b *builder) checkTargets() {
	energy := b.energySelectable()
	b.checkEnergyTargets(energy)
	if b.c.Energy != nil && !b.c.Energy.Empty() {
		b.checkEnergyNames(energy)
	}
	s := b.c.Freight
	if s == nil || len(s.Nodes) == 0 {
		return
	}
	index := b.selectable()
	opened := map[string]bool{}
	for _, at := range b.effects {
		e := &b.c.Effects[at.i]
		for _, sel := range at.sel {
			some := false
			for _, key := range targetsOf[sel.op] {
				some = some || sel.v.has(key)
			}
			if !some {
				d := b.l.Report(ruleEffectChange, sel.v.pos, "", "the change %q of %q names nothing that it could act on", sel.op, e.ID)
				d.Expected = "at least one of " + join(targetsOf[sel.op])
			}
			for _, f := range selectorRecord.fields {
				for _, it := range sel.v.list(f.name) {
					b.target(index, f.name, it)
				}
			}
			if p, ok := sel.v.one("project"); ok && sel.op == freight.OpOpen {
				opened[p.text] = true
				b.openedProject(s, e, p)
			}
		}
	}
	if b.l.Failed() {
		return // what a broken effect would open is not known
	}
	for _, p := range s.Projects {
		if p.OpensBy == "effect" && !opened[p.ID] {
			b.l.Report(ruleProjectNever, p.Pos, p.ID, "the project %q opens by effect, and no effect opens it", p.ID).Hint = "add an effect, or give it a date"
		}
	}
}

func (b *builder) openedProject(s *freight.Spec, e *Effect, p item) {
	for i := range s.Projects {
		if q := &s.Projects[i]; q.ID == p.text && q.OpensBy == "date" {
			d := b.l.Report(ruleProjectTwice, p.pos, p.text, "the project %q opens by date and is opened by the effect %q", p.text, e.ID)
			d.Expected = "opens_by: effect in project.csv, or no effect that opens it"
			d.Also = append(d.Also, q.Pos)
		}
	}
}

// rows is what a selector key may name.
type rows struct {
	set   map[string]bool
	names []string
	where string
}

func (r *rows) add(id string) {
	if id != "" && !r.set[id] {
		r.set[id] = true
		r.names = append(r.names, id)
	}
}

func (b *builder) selectable() map[string]*rows {
	s := b.c.Freight
	index := map[string]*rows{}
	get := func(key, where string) *rows {
		r := &rows{set: map[string]bool{}, where: where}
		index[key] = r
		return r
	}
	project, link, border := get("project", "a project_id of project.csv"), get("link", "a link_id of link.csv"), get("border", "a border_id of border.csv")
	strait, terminal := get("strait", "a strait_id of strait.csv"), get("terminal", "a terminal_id of terminal.csv, or a node_id that it names")
	tariff, fee, rule := get("tariff", "a tariff_id of tariff.csv"), get("fee", "a fee_id of fee.csv"), get("rule", "a rule_id of rule.csv")
	tag, country, direction := get("tag", "a tag of link.csv"), get("country", "a country of node.csv, or two as RU-AZ"), get("direction", "a country of node.csv")
	modes, markets := get("modes", "a mode"), get("markets", "a market_id of market.csv")
	origins, destinations := get("origins", "an area that zone.csv or market.csv names"), get("destinations", "an area that zone.csv or market.csv names")
	commodities, regimes := get("commodities", "a commodity of commodity.csv"), get("regimes", "a regime that a market or rule names")
	for _, x := range s.Projects {
		project.add(x.ID)
	}
	for _, x := range s.Links {
		link.add(x.ID)
		for _, t := range x.Tags {
			tag.add(t)
		}
	}
	for _, x := range s.Borders {
		border.add(x.ID)
	}
	for _, x := range s.Straits {
		strait.add(x.ID)
	}
	for _, x := range s.Terminals {
		terminal.add(x.ID)
		terminal.add(x.Node)
	}
	for _, x := range s.Tariffs {
		tariff.add(x.ID)
	}
	for _, x := range s.Fees {
		fee.add(x.ID)
	}
	for _, x := range s.Rules {
		rule.add(x.ID)
		regimes.add(x.Regime)
	}
	for _, x := range s.Nodes {
		country.add(x.Country)
		direction.add(x.Country)
	}
	for _, x := range modeNames {
		modes.add(x)
	}
	for _, x := range s.Markets {
		markets.add(x.ID)
		for _, r := range []*rows{origins, destinations} {
			r.add(x.Origin)
			r.add(x.Destination)
		}
		for _, g := range x.Regimes {
			regimes.add(g)
		}
	}
	for _, z := range s.Zones {
		for _, r := range []*rows{origins, destinations} {
			r.add(z.Area)
			r.add(z.Country)
		}
	}
	for _, x := range s.Commodities {
		commodities.add(x.ID)
	}
	return index
}

// singular is the name of one thing of a selector key.
func singular(key string) string {
	if key == "commodities" {
		return "commodity"
	}
	return strings.TrimSuffix(key, "s")
}

func (b *builder) target(index map[string]*rows, key string, it item) {
	r := index[key]
	if r == nil { // flow: its words are checked by the field table
		return
	}
	text := strings.TrimPrefix(it.text, "!")
	if r.set[text] {
		return
	}
	if from, to, ok := strings.Cut(text, "-"); ok && key == "country" && r.set[from] && r.set[to] {
		return
	}
	d := b.l.Report(ruleEffectTarget, it.pos, text, "there is no %s %q", singular(key), text)
	d.Expected = r.where
	b.suggest(d, text, r.names)
}
