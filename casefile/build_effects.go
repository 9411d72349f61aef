package casefile

import (
	"strings"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// MaxPartYear is how many effects that last part of a year may hold together in
// one world: each doubles the periods of its year.
const MaxPartYear = 3

// effectAt is an effect with the places that the cross checks report at.
type effectAt struct {
	i    int
	when item
	has  bool
	sel  []selectorAt
}

// selectorAt is the selector of a change with its places.
type selectorAt struct {
	v  values
	op freight.Op
}

func (b *builder) effect(v values) {
	e := Effect{ID: v.text("id"), Name: v.text("name"), ShareOfYear: units.Exactly(1, units.Share), Pos: v.at("id")}
	at := effectAt{i: len(b.c.Effects)}
	if when, ok := v.one("when"); ok {
		at.when, at.has = when, true
		e.When = b.prop(v, "when")
	}
	if w, ok := v.record("why"); ok {
		e.Why = Why{Clause: b.refItem(tClause, w, "clause"), Claim: b.refItem(tClaim, w, "claim"), Source: b.sources(w), Reason: w.text("reason"), Letter: w.letter("letter"), Pos: w.pos}
		if e.Why.Clause == "" && e.Why.Claim == "" && len(e.Why.Source) == 0 && e.Why.Reason != "" && e.Why.Letter == 0 {
			d := b.l.Report(ruleWhyNothing, w.at("reason"), "", "the effect %q rests on a reason of the case alone and has no letter", e.ID)
			d.Expected = "letter: b (own knowledge) or c (estimate)"
		}
	}
	if v.has("share_of_year") {
		f := b.figure(v, "share_of_year")
		if f.Known && (f.Low <= 0 || f.High > 1) {
			d := b.l.Report(ruleEffectShare, v.at("share_of_year"), v.text("share_of_year"), "the share of the year of %q is not above 0 and at most 1", e.ID)
			d.Expected = "a share from above 0 to 1"
		} else if f.Known {
			e.ShareOfYear = f
			e.ShareOfYear.Name = "effect/" + e.ID + "/share_of_year"
		}
	}
	for k, w := range v.records("changes") {
		if c, sel, ok := b.change(w, e, k); ok {
			e.Freight = append(e.Freight, c)
			at.sel = append(at.sel, sel)
		}
	}
	if b.declare(tEffect, e.ID, e.Pos) {
		b.c.Effects = append(b.c.Effects, e)
		b.effects = append(b.effects, at)
	}
}

// change reads one typed change.
func (b *builder) change(v values, e Effect, k int) (freight.Change, selectorAt, bool) {
	var op string
	for _, name := range changeOps {
		if v.has(name) {
			op = name
		}
	}
	if op == "" {
		return freight.Change{}, selectorAt{}, false
	}
	c := freight.Change{Op: freight.Op(op), Why: e.ID, Pos: v.at(op)}
	s, ok := v.record(op)
	if !ok {
		return c, selectorAt{}, false
	}
	if len(s.node) == 0 {
		b.l.Report(ruleEffectChange, v.at(op), "", "the change %q selects nothing", op).Expected = "at least one of " + join(selectorRecord.names())
		return c, selectorAt{}, false
	}
	c.On = freight.Selector{
		Project: s.text("project"), Link: s.text("link"), Border: s.text("border"), Strait: s.text("strait"), Terminal: s.text("terminal"),
		Tariff: s.text("tariff"), Fee: s.text("fee"), Rule: s.text("rule"), Tag: s.text("tag"), Country: s.text("country"), Direction: s.text("direction"),
		Modes: s.texts("modes"), Flow: s.text("flow"), Markets: s.texts("markets"), Origins: s.texts("origins"), Destinations: s.texts("destinations"),
		Commodities: s.texts("commodities"), Regimes: s.texts("regimes"),
	}
	return c, selectorAt{v: s, op: c.Op}, b.amount(&c, v, e, k)
}

// amount reads set, add and times.
func (b *builder) amount(c *freight.Change, v values, e Effect, k int) bool {
	var hows []string
	for _, h := range []string{"set", "add", "times"} {
		if v.has(h) {
			hows = append(hows, h)
		}
	}
	bad := func(at string, expected, format string, args ...any) bool {
		b.l.Report(ruleEffectChange, v.at(at), "", format, args...).Expected = expected
		return false
	}
	switch c.Op {
	case freight.OpOpen, freight.OpClose:
		if len(hows) > 0 {
			return bad(hows[0], "no set, add or times", "the change %q takes no %s", c.Op, hows[0])
		}
		return true
	case freight.OpRule:
		n := v.get("set")
		if len(hows) != 1 || n == nil || n.text != "on" && n.text != "off" {
			return bad("rule", "set: on, or set: off", "a rule is switched on or off")
		}
		c.How = freight.How(n.text)
		return true
	}
	if len(hows) != 1 {
		return bad(string(c.Op), "exactly one of set, add, times", "the change %q has %d of set, add, times", c.Op, len(hows))
	}
	how := hows[0]
	c.How = freight.How(how)
	n := v.get(how)
	dim, unit := units.Dimensionless, ""
	if how != "times" {
		dim, unit = b.changeDim(c, n)
	}
	f := b.r.figure(n, dim, unit, "effect/"+e.ID+"/"+itoa(k+1)+"/"+how)
	b.figureSources(n, f)
	if !f.Known {
		return false
	}
	if how != "add" && f.Low < 0 {
		return bad(how, "0 or more", "%s with a number below 0", how)
	}
	if f.Letter == 0 {
		f.Letter = e.Why.Letter
	}
	if f.Source == nil {
		f.Source = e.Why.Source
	}
	c.Amount = f
	return true
}

// changeDim is the dimension of an amount that is set or added, with the unit of
// a bare number.
func (b *builder) changeDim(c *freight.Change, n *node) (units.Dim, string) {
	switch c.Op {
	case freight.OpHours, freight.OpSpread:
		return units.Time, "h"
	case freight.OpCapacity:
		return units.Rate, "Mt/yr"
	case freight.OpDemand:
		return units.Rate, "t/yr"
	}
	// Money: of a tariff it may be by distance, of a rule a share of the value.
	if c.On.Tariff != "" && perKm(n) {
		return units.MoneyPerTonneKm, "USD/t-km"
	}
	if c.On.Rule != "" && b.c.Freight != nil {
		for _, r := range b.c.Freight.Rules {
			switch {
			case r.ID != c.On.Rule:
			case r.Kind == "ad_valorem":
				return units.Dimensionless, ""
			case r.Kind == "hours":
				return units.Time, "h"
			}
		}
	}
	return units.MoneyPerTonne, "USD/t"
}

func perKm(n *node) bool {
	if n.shape == sText {
		return strings.Contains(n.text, "km")
	}
	for _, x := range n.items {
		if perKm(x) {
			return true
		}
	}
	for _, e := range n.keys {
		if perKm(e.value) {
			return true
		}
	}
	return false
}

// checkEffects looks at the conditions of effects and at what they open.
func (b *builder) checkEffects() {
	conditions := map[string]bool{}
	for _, id := range b.c.BaseYearConditions {
		conditions[id] = true
	}
	for _, id := range b.c.BaselineConditions {
		conditions[id] = true
	}
	for _, at := range b.effects {
		e := &b.c.Effects[at.i]
		b.checkWhen(e, at, conditions[e.ID])
	}
	b.partYear()
}

func (b *builder) checkWhen(e *Effect, at effectAt, condition bool) {
	if b.possible == nil || b.variablesLost || at.has && e.When == nil {
		return
	}
	s := b.c.Space
	never, always := true, false
	if e.When != nil {
		never = isFalse(s.And(e.When, b.possible))
		always = isFalse(s.And(s.Not(e.When), b.possible))
	}
	switch {
	case condition:
		if !never {
			d := b.l.Report(ruleConditionWhen, at.when.pos, at.when.text, "the effect %q is in a list of conditions and holds in some worlds by itself", e.ID)
			d.Expected = "no when, or when: false"
		} else {
			e.When = nil
		}
	case !at.has:
		d := b.l.Report(ruleEffectNoWhen, e.Pos, e.ID, "the effect %q has no condition and stands in no list of conditions", e.ID)
		d.Expected = "when: a proposition over the variables"
		d.Hint = "or name it in base_year_conditions or baseline_conditions of case.yaml"
	case never:
		d := b.l.Report(ruleEffectNever, at.when.pos, at.when.text, "the condition of %q holds in no world", e.ID)
		d.Expected = "a condition that some worlds meet"
		if value, ok := e.When.Constant(); !ok || value {
			d.Hint = "the facts of variables.yaml exclude it"
		}
	case always:
		d := b.l.Report(ruleEffectAlways, at.when.pos, at.when.text, "the condition of %q holds in every world", e.ID)
		d.Expected = "a condition that some worlds do not meet"
		d.Hint = "name the effect in baseline_conditions of case.yaml instead"
	}
}

func isFalse(p *formula.Prop) bool {
	value, ok := p.Constant()
	return ok && !value
}

// partYear reports the first combination of more than MaxPartYear effects that
// last part of a year and hold together in some world.
func (b *builder) partYear() {
	if b.possible == nil {
		return
	}
	var part []*Effect
	for i := range b.c.Effects {
		if e := &b.c.Effects[i]; e.When != nil && e.ShareOfYear.Low < 1 {
			part = append(part, e)
		}
	}
	var names []string
	var walk func(from int, held *formula.Prop, chosen []*Effect) bool
	walk = func(from int, held *formula.Prop, chosen []*Effect) bool {
		if len(chosen) > MaxPartYear {
			for _, e := range chosen {
				names = append(names, e.ID)
			}
			last := chosen[len(chosen)-1]
			d := b.l.Report(ruleEffectOverlap, last.Pos, last.ID, "%d effects that last part of a year hold together: %s", len(chosen), join(names))
			d.Expected = "at most 3 in any world"
			d.Hint = "exclude the combination by a fact, or join two of them into one effect"
			for _, e := range chosen[:len(chosen)-1] {
				d.Also = append(d.Also, e.Pos)
			}
			return true
		}
		for k := from; k < len(part); k++ {
			both := b.c.Space.And(held, part[k].When)
			if isFalse(both) {
				continue
			}
			if walk(k+1, both, append(chosen[:len(chosen):len(chosen)], part[k])) {
				return true
			}
		}
		return false
	}
	walk(0, b.possible, nil)
}

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
