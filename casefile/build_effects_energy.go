package casefile

import (
	"slices"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// energyAt is the selector of a change of energy with its places.
type energyAt struct {
	v  values
	op region.Op
}

// onEnergy says whether a change acts on the energy networks: by its kind, or by
// what it selects where its kind acts on either. Country alone is freight's.
func (b *builder) onEnergy(v values, op string) bool {
	def := v.def.field(op).rec
	if def != eitherSelector {
		return def == energySelector
	}
	s, ok := v.record(op)
	if !ok {
		return false
	}
	for _, f := range energyFields {
		if f.name != "direction" && s.has(f.name) {
			return true
		}
	}
	return false
}

// energyChange reads one typed change of energy.
func (b *builder) energyChange(v values, op string, e Effect, k int) (region.Change, energyAt, bool) {
	c := region.Change{Op: region.Op(op), Why: e.ID, Pos: v.at(op)}
	s, ok := v.record(op)
	if !ok {
		return c, energyAt{}, false
	}
	text := func(name string) string {
		if s.def.field(name) == nil {
			return ""
		}
		return s.text(name)
	}
	if len(s.node) == 0 {
		b.l.Report(ruleEffectChange, v.at(op), "", "the change %q selects nothing", op).Expected = "at least one of " + join(energySelector.names())
		return c, energyAt{}, false
	}
	for _, f := range selectorRecord.fields {
		if energySelector.field(f.name) == nil && s.def.field(f.name) != nil && s.has(f.name) {
			d := b.l.Report(ruleEffectChange, s.at(f.name), f.name, "the change %q selects by %q, which freight has, and by keys of energy", op, f.name)
			d.Expected = "keys of one network: " + join(energySelector.names())
			d.Hint = "write two changes"
			return c, energyAt{}, false
		}
	}
	c.On = region.Selector{
		Tie: text("tie"), Pipe: text("pipe"), Plant: text("plant"), Source: text("source"), Storage: text("storage"), Contract: text("contract"), Exchange: text("exchange"),
		Zone: text("zone"), Country: text("country"), Fuel: text("fuel"), Carrier: region.Carrier(text("carrier")), Tier: text("tier"), Block: text("block"), Direction: text("direction"),
		Areas: s.texts("areas"), Origin: text("origin"), Buyer: text("buyer"),
	}
	return c, energyAt{v: s, op: c.Op}, b.energyAmount(&c, v, e, k)
}

// energyAmount reads set, add and times of a change of energy.
func (b *builder) energyAmount(c *region.Change, v values, e Effect, k int) bool {
	hows := howsOf(v)
	bad := func(at string, expected, format string, args ...any) bool {
		b.l.Report(ruleEffectChange, v.at(at), "", format, args...).Expected = expected
		return false
	}
	word := func(expected string, words ...string) (string, bool) {
		n := v.get("set")
		if len(hows) != 1 || n == nil || !slices.Contains(words, n.text) {
			at := string(c.Op)
			if len(hows) > 0 {
				at = hows[0]
			}
			return "", bad(at, expected, "the change %q sets one of %s", c.Op, join(words))
		}
		return n.text, true
	}
	switch c.Op {
	case region.OpOpen, region.OpClose, region.OpJoin:
		if len(hows) > 0 {
			return bad(hows[0], "no set, add or times", "the change %q takes no %s", c.Op, hows[0])
		}
		return true
	case region.OpSale:
		how, ok := word("set: on, or set: off", "on", "off")
		c.How = region.How(how)
		return ok
	case region.OpCoupling:
		to, ok := word("set: "+join(couplingWords), couplingWords...)
		c.How, c.Coupling = region.Set, region.Coupling(to)
		return ok
	}
	if len(hows) != 1 {
		return bad(string(c.Op), "exactly one of set, add, times", "the change %q has %d of set, add, times", c.Op, len(hows))
	}
	how := hows[0]
	c.How = region.How(how)
	dim, unit := units.Dimensionless, ""
	if how != "times" {
		dim, unit = b.energyDim(c)
	}
	f, ok := b.changeFigure(v.get(how), dim, unit, how, e, k)
	c.Amount = f
	return ok
}

// energyDim is the dimension of an amount that is set or added, with the unit of a
// bare number: that of the figure of the row.
func (b *builder) energyDim(c *region.Change) (units.Dim, string) {
	on := &c.On
	switch {
	case c.Op == region.OpCost && (on.Source != "" || on.Contract != ""):
		return units.Dimensionless, "" // USD/1000 m3
	case c.Op == region.OpCost:
		return units.MoneyPerEnergy, "USD/MWh"
	case c.Op == region.OpLoad && on.Carrier == region.Gas, on.Storage != "":
		return units.Volume, "mcm/d"
	case c.Op == region.OpLoad:
		return units.Power, "MW"
	case on.Pipe != "", on.Source != "", on.Contract != "":
		return units.Volume, "bcm/yr"
	case on.Exchange != "" && b.c.Energy != nil:
		for i := range b.c.Energy.Exchanges {
			if x := &b.c.Energy.Exchanges[i]; x.ID == on.Exchange && !x.Power.Known && x.Energy.Known {
				return units.EnergyRate, "GWh/yr"
			}
		}
	}
	return units.Power, "MW"
}
