package casefile

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
)

// energyTargetsOf are the selector keys of each kind of change of energy that say
// what it acts on.
var energyTargetsOf = map[region.Op][]string{
	region.OpOpen:     {"tie", "pipe", "plant", "source", "storage", "contract", "exchange"},
	region.OpClose:    {"tie", "pipe", "plant", "source", "storage", "contract", "exchange"},
	region.OpCoupling: {"tie"},
	region.OpCapacity: {"tie", "pipe", "plant", "source", "storage", "contract", "exchange", "fuel"},
	region.OpLoad:     {"zone", "country", "carrier"},
	region.OpCost:     {"plant", "source", "contract", "exchange", "fuel"},
	region.OpJoin:     {"areas"},
	region.OpSale:     {"origin"},
}

// energyName is a name that a query of outcomes.yaml gives for a row of energy/.
type energyName struct {
	key string
	item
}

// checkEnergyNames looks up what outcomes ask for.
func (b *builder) checkEnergyNames(index map[string]*rows) {
	for _, n := range b.energyNames {
		b.energyTarget(index, n.key, n.item, ruleOutcomeSelector)
	}
}

// energyTarget reports a name that no row of energy/ has.
func (b *builder) energyTarget(index map[string]*rows, key string, it item, rule *diag.Rule) {
	r := index[key]
	if r == nil || r.set[it.text] { // carrier: its words are checked by the field table
		return
	}
	if b.energyLost && len(r.names) == 0 {
		return // the table that has them is missing
	}
	d := b.l.Report(rule, it.pos, it.text, "there is no %s %q", singular(key), it.text)
	d.Expected = r.where
	b.suggest(d, it.text, r.names)
}

// checkEnergyTargets looks up what changes of energy select.
func (b *builder) checkEnergyTargets(index map[string]*rows) {
	for _, at := range b.effects {
		for _, sel := range at.energy {
			b.checkEnergyTarget(index, b.c.Effects[at.i].ID, sel)
		}
	}
	for _, at := range b.backtests {
		for _, sel := range at.sel {
			b.checkEnergyTarget(index, at.id, sel)
		}
	}
}

func (b *builder) checkEnergyTarget(index map[string]*rows, of string, sel energyAt) {
	if b.c.Energy == nil {
		d := b.l.Report(ruleEffectChange, sel.v.pos, "", "the change %q of %q acts on energy, and the case has no energy tables", sel.op, of)
		d.Hint = "add the folder energy/, see docs/formats/case.md"
	}
	if b.c.Energy == nil || b.c.Energy.Empty() {
		return
	}
	some := false
	for _, key := range energyTargetsOf[sel.op] {
		some = some || sel.v.def.field(key) != nil && sel.v.has(key)
	}
	if !some {
		d := b.l.Report(ruleEffectChange, sel.v.pos, "", "the change %q of %q names nothing that it could act on", sel.op, of)
		d.Expected = "at least one of " + join(energyTargetsOf[sel.op])
	}
	for _, f := range energySelector.fields {
		if sel.v.def.field(f.name) == nil {
			continue
		}
		for _, it := range sel.v.list(f.name) {
			b.energyTarget(index, f.name, it, ruleEffectTarget)
		}
	}
}

// energySelectable collects what the keys of selectors and outcomes may name.
func (b *builder) energySelectable() map[string]*rows {
	s := b.c.Energy
	if s == nil {
		s = &region.Spec{}
	}
	index := map[string]*rows{}
	get := func(key, where string) *rows {
		r := &rows{set: map[string]bool{}, where: where}
		index[key] = r
		return r
	}
	tie, pipe, plant := get("tie", "a tie_id of tie.csv"), get("pipe", "a pipe_id of pipe.csv"), get("plant", "a plant_id of plant.csv")
	source, storage := get("source", "a source_id of gas_source.csv"), get("storage", "a storage_id of storage.csv")
	contract, exchange := get("contract", "a contract_id of gas_contract.csv"), get("exchange", "an exchange_id of exchange.csv")
	zone, country, with := get("zone", "a zone_id of energy/zone.csv"), get("country", "a country of energy/zone.csv"), get("with", "a country of energy/zone.csv")
	direction, buyer := get("direction", "a zone_id or country of energy/zone.csv"), get("buyer", "a zone_id or country of energy/zone.csv")
	areas, tier, block := get("areas", "an area of energy/zone.csv"), get("tier", "a tier_id of tier.csv"), get("block", "a block_id of block.csv")
	fuel, origin := get("fuel", "a fuel of plant.csv"), get("origin", "an origin of gas_source.csv or gas_contract.csv")
	for i := range s.Zones {
		z := &s.Zones[i]
		for _, r := range []*rows{zone, direction, buyer} {
			r.add(z.ID)
		}
		for _, r := range []*rows{country, with, direction, buyer} {
			r.add(z.Country)
		}
		areas.add(z.Area)
	}
	for i := range s.Ties {
		tie.add(s.Ties[i].ID)
	}
	for i := range s.Pipes {
		pipe.add(s.Pipes[i].ID)
	}
	for i := range s.Plants {
		plant.add(s.Plants[i].ID)
		fuel.add(s.Plants[i].Fuel)
	}
	for i := range s.Sources {
		source.add(s.Sources[i].ID)
		origin.add(s.Sources[i].Origin)
	}
	for i := range s.Storages {
		storage.add(s.Storages[i].ID)
	}
	for i := range s.Contracts {
		contract.add(s.Contracts[i].ID)
		origin.add(s.Contracts[i].Origin)
	}
	for i := range s.Exchanges {
		exchange.add(s.Exchanges[i].ID)
	}
	for i := range s.Tiers {
		tier.add(s.Tiers[i].ID)
	}
	for i := range s.Blocks {
		block.add(s.Blocks[i].ID)
	}
	return index
}
