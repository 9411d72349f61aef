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
	i      int
	when   item
	has    bool
	sel    []selectorAt
	energy []energyAt
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
		op := changeOp(w)
		if op == "" {
			continue // the reader has reported it
		}
		if b.onEnergy(w, op) {
			if c, sel, ok := b.energyChange(w, op, e, k); ok {
				e.Energy = append(e.Energy, c)
				at.energy = append(at.energy, sel)
			}
		} else if c, sel, ok := b.change(w, op, e, k); ok {
			e.Freight = append(e.Freight, c)
			at.sel = append(at.sel, sel)
		}
	}
	if b.declare(tEffect, e.ID, e.Pos) {
		b.c.Effects = append(b.c.Effects, e)
		b.effects = append(b.effects, at)
	}
}

// changeOp is the kind of a change, "" when it has none.
func changeOp(v values) string {
	op := ""
	for _, name := range v.def.exactlyOne {
		if v.has(name) {
			op = name
		}
	}
	return op
}

// change reads one typed change of freight.
func (b *builder) change(v values, op string, e Effect, k int) (freight.Change, selectorAt, bool) {
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
	hows := howsOf(v)
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
	f, ok := b.changeFigure(n, dim, unit, how, e, k)
	c.Amount = f
	return ok
}

// howsOf lists which of set, add and times a change has.
func howsOf(v values) []string {
	var hows []string
	for _, h := range []string{"set", "add", "times"} {
		if v.has(h) {
			hows = append(hows, h)
		}
	}
	return hows
}

// changeFigure reads the amount of a change; what backs the effect backs it where
// it says nothing of its own.
func (b *builder) changeFigure(n *node, dim units.Dim, unit, how string, e Effect, k int) (units.Figure, bool) {
	f := b.r.figure(n, dim, unit, "effect/"+e.ID+"/"+itoa(k+1)+"/"+how)
	b.figureSources(n, f)
	if !f.Known {
		return f, false
	}
	if how != "add" && f.Low < 0 {
		b.l.Report(ruleEffectChange, n.pos, "", "%s with a number below 0", how).Expected = "0 or more"
		return f, false
	}
	if f.Letter == 0 {
		f.Letter = e.Why.Letter
	}
	if f.Source == nil {
		f.Source = e.Why.Source
	}
	return f, true
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
