package casefile

import (
	"slices"

	"github.com/astara-corridors/astara/energy/region"
)

// energyMeasures are the measures of the energy engine.
var energyMeasures = func() []string {
	var out []string
	for _, m := range region.Measures() {
		out = append(out, string(m))
	}
	return out
}()

// needsRow are the keys without which a measure of energy means nothing.
var needsRow = map[region.Measure]string{
	region.TieFlow: "tie", region.TiePeak: "tie", region.PipeFlow: "pipe", region.GasShare: "origin", region.GasDependence: "origin",
}

// narrows says which measures of energy a key goes with.
var narrows = map[string][]region.Measure{
	"block":  {region.PowerUnserved, region.PowerShort, region.GasUnserved, region.GasShort, region.TieFlow, region.TiePeak},
	"tier":   {region.PowerUnserved, region.PowerShort, region.GasUnserved, region.GasShort},
	"tie":    {region.TieFlow, region.TiePeak},
	"pipe":   {region.PipeFlow},
	"origin": {region.PipeFlow, region.GasShare, region.GasDependence},
	"with":   {region.PowerExport, region.PowerImport},
}

// outcomeEngine sets the engine of an outcome and reports keys of the other one.
func (b *builder) outcomeEngine(o *Outcome, v values) {
	engine := EngineFreight
	if slices.Contains(energyMeasures, v.text("measure")) {
		engine = EngineEnergy
	}
	if !v.has("measure") && o.Engine != "" {
		engine = o.Engine
	}
	if o.Engine != "" && o.Engine != engine {
		d := b.l.Report(ruleOutcomeEngine, v.at("engine"), o.Engine, "%s is a measure of the %s engine", v.text("measure"), engine)
		d.Expected = "engine: " + engine + ", or no engine"
	}
	o.Engine = engine
	if engine == EngineFreight {
		for _, f := range energyQuery {
			if v.has(f.name) {
				b.l.Report(ruleOutcomeEngine, v.at(f.name), f.name, "%q goes with the energy engine, and %q asks that of freight", f.name, o.ID).Expected = "a measure of energy, or no " + f.name
			}
		}
		return
	}
	for _, key := range []string{"payer", "corridor", "query"} {
		if v.has(key) {
			b.l.Report(ruleOutcomeEngine, v.at(key), key, "%q goes with the freight engine, and %q asks that of energy", key, o.ID).Expected = "a measure of freight, or no " + key
		}
	}
	if b.c.Energy == nil {
		d := b.l.Report(ruleOutcomeEngine, v.at("measure"), v.text("measure"), "%q asks the energy engine, and the case has no energy tables", o.ID)
		d.Hint = "add the folder energy/, see docs/formats/case.md"
	}
}

// energyOutcome reads the query of an outcome of the energy engine.
func (b *builder) energyOutcome(o *Outcome, v values) {
	o.Energy = &region.Outcome{ID: o.ID, Measure: region.Measure(o.Measure), Zone: v.text("zone"), Country: v.text("country"), Block: v.text("block"), Tier: v.text("tier"),
		Tie: v.text("tie"), Pipe: v.text("pipe"), Origin: v.text("origin"), With: v.text("with"),
		Ref: region.Ref{Pos: o.Ref.Pos, Source: o.Ref.Source, Letter: o.Ref.Letter, Note: o.Ref.Note}}
	b.energyQueryRows(v, o.Energy.Measure, o.ID)
}

// energyQueryRows notes the rows that a query names and reports keys that its
// measure needs or does not know.
func (b *builder) energyQueryRows(v values, m region.Measure, of string) {
	if key, ok := needsRow[m]; ok && !v.has(key) {
		b.l.Report(ruleOutcomeSelector, v.at("measure"), string(m), "the measure %s of %q names no %s", m, of, key).Expected = key + ": an id of energy/"
	}
	for _, key := range []string{"zone", "country", "block", "tier", "tie", "pipe", "origin", "with"} {
		it, ok := v.one(key)
		if !ok {
			continue
		}
		b.energyNames = append(b.energyNames, energyName{key, it})
		if of, limited := narrows[key]; limited && !slices.Contains(of, m) {
			d := b.l.Report(ruleOutcomeSelector, it.pos, it.text, "%q says nothing to the measure %s", key, m)
			d.Expected = "no " + key
		}
	}
}
