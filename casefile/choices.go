package casefile

import (
	"slices"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/treaty"
)

// Choices is what an effect of a case may be made of: the kinds of change, the keys
// that select rows with the rows that are there, and the clauses that may stand
// behind it. It is made from the field tables of the reader, so that what a form
// offers is what the reader takes.
type Choices struct {
	Changes []ChangeChoice `json:"changes" doc:"kinds of change, in the order of the format"`
	Keys    []KeyChoice    `json:"keys" doc:"keys that select rows"`
	Clauses []RowChoice    `json:"clauses" doc:"clauses that may stand behind an effect"`
}

// ChangeChoice is a kind of change.
type ChangeChoice struct {
	Op    string   `json:"op"`
	About string   `json:"about"`
	On    string   `json:"on,omitempty" doc:"network that it acts on, freight or energy; absent where the keys of its selector say"`
	Keys  []string `json:"keys" doc:"that its selector may have"`
	Acts  []string `json:"acts" doc:"of the keys, those of which at least one must be there"`
	Hows  []string `json:"hows,omitempty" doc:"of set, add and times; none for what opens, closes and joins"`
	Words []string `json:"words,omitempty" doc:"that set has instead of a figure"`
}

// KeyChoice is a key of selectors.
type KeyChoice struct {
	Key   string            `json:"key"`
	About string            `json:"about"`
	Many  bool              `json:"many,omitempty" doc:"a list"`
	On    string            `json:"on,omitempty" doc:"energy where it puts a change of either network on energy"`
	Words []string          `json:"words,omitempty" doc:"the only values"`
	Rows  []RowChoice       `json:"rows,omitempty" doc:"what it may name, in the order of the tables"`
	Units map[string]string `json:"units,omitempty" doc:"unit of a bare number that is set or added, by the kind of change"`
}

// RowChoice is a row of a table.
type RowChoice struct {
	ID    string            `json:"id"`
	Name  string            `json:"name,omitempty"`
	On    string            `json:"on,omitempty" doc:"network that has it, absent for both"`
	Units map[string]string `json:"units,omitempty" doc:"as of its key, where the row has another; empty for a plain number"`
}

// amounts are the kinds of change that take a figure.
var amounts = []string{"hours", "spread", "money", "capacity", "demand", "load", "cost"}

// wordsOf are the words that set takes instead of a figure.
var wordsOf = map[string][]string{"rule": {"on", "off"}, "sale": {"on", "off"}, "coupling": couplingWords}

// EffectChoices returns what effects of the case may be made of. Rows of a table
// that could not be read are missing.
func EffectChoices(c *Case) Choices {
	b := &builder{c: c}
	out := Choices{Changes: changeChoices(), Keys: []KeyChoice{}, Clauses: []RowChoice{}}
	fRows, eRows := map[string]*rows{}, b.energySelectable()
	if c.Freight != nil {
		fRows = b.selectable()
	}
	names := rowNames(c)
	for _, f := range either() {
		k := KeyChoice{Key: f.name, About: f.doc, Many: f.many != one, Units: b.unitsOf(f.name, "")}
		if f.kind == kEnum {
			k.Words = f.enum
			for _, w := range f.enum {
				if own := b.ownUnits(f.name, w, k.Units); own != nil {
					k.Rows = append(k.Rows, RowChoice{ID: w, Name: w, Units: own})
				}
			}
		}
		if energyOnly(f.name) {
			k.On = "energy"
		}
		for _, o := range both(fRows[f.name], eRows[f.name]) {
			k.Rows = append(k.Rows, RowChoice{ID: o.id, Name: names[f.name][o.id], On: o.on, Units: b.ownUnits(f.name, o.id, k.Units)})
		}
		out.Keys = append(out.Keys, k)
	}
	for _, a := range c.Agreements {
		for _, x := range a.Clauses {
			out.Clauses = append(out.Clauses, RowChoice{ID: treaty.Name(a.ID, x.ID), Name: x.Paraphrase})
		}
	}
	return out
}

// offer is what a key may name, and the network that has it, "" for both.
type offer struct{ id, on string }

// both puts what a key may name on freight and on energy together. Ids that are no
// names, as the * of terminals everywhere, cannot be written in a selector.
func both(f, e *rows) []offer {
	var out []offer
	has := func(r *rows, id string) bool { return r != nil && r.set[id] }
	if f != nil {
		for _, id := range f.names {
			on := "freight"
			if e == nil || has(e, id) {
				on = ""
			}
			out = append(out, offer{id, on})
		}
	}
	if e != nil {
		for _, id := range e.names {
			switch {
			case f == nil:
				out = append(out, offer{id, ""})
			case !has(f, id):
				out = append(out, offer{id, "energy"})
			}
		}
	}
	return slices.DeleteFunc(out, func(o offer) bool { return !pattern(namePattern).MatchString(o.id) })
}

func changeChoices() []ChangeChoice {
	var out []ChangeChoice
	for _, op := range changeOps {
		f := changeRecord.field(op)
		x := ChangeChoice{Op: op, About: f.doc, Keys: f.rec.names(), Words: wordsOf[op]}
		x.Acts = append(x.Acts, targetsOf[freight.Op(op)]...)
		for _, key := range energyTargetsOf[region.Op(op)] {
			if !slices.Contains(x.Acts, key) {
				x.Acts = append(x.Acts, key)
			}
		}
		switch f.rec {
		case selectorRecord:
			x.On = "freight"
		case energySelector:
			x.On = "energy"
		}
		switch {
		case x.Words != nil:
			x.Hows = []string{"set"}
		case slices.Contains(amounts, op):
			x.Hows = []string{"set", "add", "times"}
		}
		out = append(out, x)
	}
	return out
}

// unitsOf are the units of bare numbers in changes that select by a key alone, with
// a row or without.
func (b *builder) unitsOf(key, row string) map[string]string {
	out := map[string]string{}
	for _, op := range amounts {
		def := changeRecord.field(op).rec
		if def.field(key) == nil {
			continue
		}
		if def == energySelector || def == eitherSelector && energyOnly(key) {
			_, out[op] = b.energyDim(&region.Change{Op: region.Op(op), On: energyRow(key, row)})
			continue
		}
		c := &freight.Change{Op: freight.Op(op)}
		switch key {
		case "rule":
			c.On.Rule = row
		case "tariff":
			c.On.Tariff = row
		}
		_, out[op] = b.changeDim(c, &node{})
	}
	switch {
	case key == "tariff" && b.byDistance(row):
		out["money"] = "USD/t-km"
	case key == "source", key == "contract": // a bare number alone: the format has no unit for it
		out["cost"] = "USD/1000 m3"
	}
	return out
}

// byDistance reports whether a tariff is by the tonne-kilometre: its text then needs
// the unit, for a bare number would be by the tonne.
func (b *builder) byDistance(tariff string) bool {
	if b.c.Freight == nil {
		return false
	}
	for _, t := range b.c.Freight.Tariffs {
		if t.ID == tariff {
			return t.PerTonneKm.Known && !t.PerTonne.Known
		}
	}
	return false
}

// ownUnits are those of a row that differ from those of its key, nil for none.
func (b *builder) ownUnits(key, row string, usual map[string]string) map[string]string {
	if !slices.Contains([]string{"rule", "tariff", "exchange", "carrier"}, key) {
		return nil
	}
	var out map[string]string
	for op, unit := range b.unitsOf(key, row) {
		if unit != usual[op] {
			if out == nil {
				out = map[string]string{}
			}
			out[op] = unit
		}
	}
	return out
}

// energyOnly reports whether a key puts a change of either network on energy.
func energyOnly(key string) bool {
	return selectorRecord.field(key) == nil
}

// energyRow is a selector with one key, as far as the unit of a figure asks for it.
func energyRow(key, row string) region.Selector {
	if row == "" {
		row = "*"
	}
	var s region.Selector
	switch key {
	case "pipe":
		s.Pipe = row
	case "source":
		s.Source = row
	case "storage":
		s.Storage = row
	case "contract":
		s.Contract = row
	case "exchange":
		s.Exchange = row
	case "carrier":
		s.Carrier = region.Carrier(row)
	}
	return s
}

// rowNames are the names for people of what keys may name, by key and id.
func rowNames(c *Case) map[string]map[string]string {
	out := map[string]map[string]string{}
	put := func(key, id, name string) {
		if out[key] == nil {
			out[key] = map[string]string{}
		}
		if out[key][id] == "" {
			out[key][id] = name
		}
	}
	for _, a := range c.Actors {
		for _, key := range []string{"country", "direction", "origins", "destinations", "origin", "buyer"} {
			put(key, a.ID, a.Name)
		}
	}
	if s := c.Freight; s != nil {
		freightNames(s, put)
	}
	if s := c.Energy; s != nil {
		energyNames(s, put)
	}
	return out
}

func freightNames(s *freight.Spec, put func(key, id, name string)) {
	nodes := map[string]string{}
	for _, x := range s.Nodes {
		nodes[x.ID] = x.Name
	}
	for _, x := range s.Projects {
		put("project", x.ID, x.Name)
	}
	for _, x := range s.Links {
		put("link", x.ID, nodes[x.From]+" – "+nodes[x.To]+", "+x.Mode)
	}
	for _, x := range s.Borders {
		put("border", x.ID, x.Name+", "+x.Mode)
	}
	for _, x := range s.Straits {
		put("strait", x.ID, x.Name)
	}
	for _, x := range s.Terminals {
		at := nodes[x.Node]
		if x.Node == "*" {
			at = "everywhere"
		}
		put("terminal", x.ID, at+", "+x.ModeFrom+" – "+x.ModeTo)
		put("terminal", x.Node, at)
	}
	for _, x := range s.Tariffs {
		put("tariff", x.ID, x.Kind+", "+x.Country+", "+x.Mode)
	}
	for _, x := range s.Fees {
		put("fee", x.ID, x.At+" "+x.Target)
	}
	for _, x := range s.Rules {
		put("rule", x.ID, x.Name)
	}
	for _, x := range s.Commodities {
		put("commodities", x.ID, x.Name)
	}
	for _, x := range s.Markets {
		put("markets", x.ID, x.Origin+" – "+x.Destination+", "+x.Commodity)
	}
	for _, x := range s.Zones {
		put("origins", x.Area, x.Name)
		put("destinations", x.Area, x.Name)
	}
}

func energyNames(s *region.Spec, put func(key, id, name string)) {
	for i := range s.Zones {
		for _, key := range []string{"zone", "direction", "buyer"} {
			put(key, s.Zones[i].ID, s.Zones[i].Name)
		}
	}
	for i := range s.Ties {
		put("tie", s.Ties[i].ID, s.Ties[i].Name)
	}
	for i := range s.Pipes {
		put("pipe", s.Pipes[i].ID, s.Pipes[i].Name)
	}
	for i := range s.Plants {
		put("plant", s.Plants[i].ID, s.Plants[i].Name)
	}
	for i := range s.Sources {
		put("source", s.Sources[i].ID, s.Sources[i].Name)
	}
	for i := range s.Storages {
		put("storage", s.Storages[i].ID, s.Storages[i].Name)
	}
	for i := range s.Contracts {
		put("contract", s.Contracts[i].ID, s.Contracts[i].Name)
	}
	for i := range s.Exchanges {
		put("exchange", s.Exchanges[i].ID, s.Exchanges[i].Name)
	}
	for i := range s.Tiers {
		put("tier", s.Tiers[i].ID, s.Tiers[i].Name)
	}
	for i := range s.Blocks {
		put("block", s.Blocks[i].ID, s.Blocks[i].Name)
	}
}
