package casefile

import "github.com/astara-corridors/astara/units"

// The kinds of change: those of freight in the order of freight.Op, then those of
// energy alone. Open, close and capacity act on either network, by what they
// select.
var changeOps = []string{"open", "close", "hours", "spread", "money", "capacity", "demand", "rule", "coupling", "load", "cost", "join", "sale"}

var effectRecord = &record{
	name: "effect",
	doc:  "Where its condition holds, an effect changes a network. The changes act in their order.",
	fields: []field{
		id("name of the effect"),
		text("name", "name for people"),
		prop("when", "condition over the variables; absent or false for an effect that a list of conditions in case.yaml names"),
		need(sub("why", whyRecord, "what it rests on")),
		{name: "share_of_year", kind: kFigure, dim: units.Share, doc: "share of the year that it lasts", def: "1"},
		need(records("changes", changeRecord, "the changes")),
	},
}

var whyRecord = &record{
	name: "why",
	doc:  "The clause, the claim, the source or the reason behind an effect.",
	fields: []field{
		ref("clause", "clause, as agreement/clause"),
		ref("claim", "claim id"),
		fSource,
		text("reason", "reason in words"),
		fLetter,
	},
	atLeastOne: []string{"clause", "claim", "source", "reason"},
}

var selectorRecord = &record{
	name: "selector",
	doc:  "The rows a change touches: those that match every key.",
	fields: []field{
		ref("project", "id of project.csv"),
		ref("link", "id of link.csv"),
		ref("border", "id of border.csv"),
		ref("strait", "id of strait.csv"),
		ref("terminal", "id of terminal.csv"),
		ref("tariff", "id of tariff.csv"),
		ref("fee", "id of fee.csv"),
		ref("rule", "id of rule.csv"),
		ref("tag", "tag of links"),
		ref("country", "ISO country, or \"RU-AZ\" for all borders between two"),
		ref("direction", "for borders: the ISO country that is entered"),
		refs("modes", "modes"),
		enum("flow", []string{"transit", "import", "export", "domestic"}, "all", "flow type"),
		refs("markets", "market ids"),
		refsList("origins", "areas of origin"),
		refsList("destinations", "areas of destination"),
		refs("commodities", "commodity ids"),
		refs("regimes", "names of sanction regimes"),
	},
}

// energyFields are the keys that select rows of energy/; country is shared with
// freight.
var energyFields = []field{
	ref("tie", "id of tie.csv"),
	ref("pipe", "id of pipe.csv"),
	ref("plant", "id of plant.csv"),
	ref("source", "id of gas_source.csv"),
	ref("storage", "id of storage.csv"),
	ref("contract", "id of gas_contract.csv"),
	ref("exchange", "id of exchange.csv"),
	ref("zone", "id of energy/zone.csv"),
	ref("fuel", "fuel of plants"),
	enum("carrier", carrierWords, "both", "carrier of loads"),
	ref("tier", "id of tier.csv"),
	ref("block", "id of block.csv"),
	ref("direction", "for ties and pipelines: the zone or country that is entered"),
	refs("areas", "two or more areas of energy/zone.csv"),
	ref("origin", "seller of gas"),
	ref("buyer", "zone or country that buys"),
}

var fCountry = ref("country", "ISO country of zones")

var energySelector = &record{
	name:   "energy selector",
	doc:    "The rows of energy/ that a change touches: those that match every key.",
	fields: append([]field{fCountry}, energyFields...),
}

// eitherSelector selects rows of freight or of energy, never of both.
var eitherSelector = &record{
	name:   "selector of either network",
	doc:    "The rows a change touches, of freight or of energy: those that match every key. Keys of both in one selector are an error.",
	fields: either(),
}

func either() []field {
	out := append([]field{}, selectorRecord.fields...)
	for _, f := range energyFields {
		if selectorRecord.field(f.name) == nil {
			out = append(out, f)
		}
	}
	return out
}

// energyChangeRecord is a change of energy alone.
var energyChangeRecord = &record{
	name: "change of energy",
	doc:  "One change of power or gas: its kind with a selector, and one of set, add and times. Opening, closing and joining need none.",
	fields: []field{
		sub("open", energySelector, "put in service: tie, pipe, plant, source, storage, contract, exchange"),
		sub("close", energySelector, "take out of service: the same"),
		sub("capacity", energySelector, "capacity of a tie, pipe, plant, source, storage (what it gives in a day), contract or exchange"),
		sub("coupling", energySelector, "how a tie joins two grids; set: ac, radial, hvdc or open"),
		sub("load", energySelector, "load of a zone or country, by carrier, tier and block"),
		sub("cost", energySelector, "cost of a plant or source, price of a contract or exchange"),
		sub("join", energySelector, "two areas become one"),
		sub("sale", energySelector, "an origin sells gas to a buyer; set: on or off"),
		{name: "set", kind: kFigure, doc: "new value, on and off for a sale, a coupling"},
		{name: "add", kind: kFigure, doc: "what is added"},
		{name: "times", kind: kFigure, doc: "factor"},
	},
	exactlyOne: []string{"open", "close", "capacity", "coupling", "load", "cost", "join", "sale"},
}

var changeRecord = &record{
	name: "change",
	doc:  "One change: its kind with a selector, and one of set, add and times. Opening, closing and joining need none. A bare number is in the unit of the row's figure.",
	fields: []field{
		sub("open", eitherSelector, "make usable: project, link, border, terminal; tie, pipe, plant, source, storage, contract, exchange"),
		sub("close", eitherSelector, "make unusable: link, border, strait, terminal, country; tie, pipe, plant, source, storage, contract, exchange (a swap stops with its partner)"),
		sub("hours", selectorRecord, "hours of a border, link, terminal or strait"),
		sub("spread", selectorRecord, "spread of hours of a border, link or terminal"),
		sub("money", selectorRecord, "money of a tariff, fee, rule, terminal, border, link, strait or country"),
		sub("capacity", eitherSelector, "capacity of a link, border or terminal; of a tie, pipe, plant, source, storage (what it gives in a day), contract or exchange"),
		sub("demand", selectorRecord, "tonnes of markets"),
		sub("rule", selectorRecord, "a rule, switched on or off"),
		sub("coupling", energySelector, "how a tie joins two grids; set: ac, radial, hvdc or open"),
		sub("load", energySelector, "load of a zone or country, by carrier, tier and block"),
		sub("cost", energySelector, "cost of a plant or source, price of a contract or exchange"),
		sub("join", energySelector, "two areas become one: ties between them take the coupling of their column joined"),
		sub("sale", energySelector, "an origin sells gas to a buyer; set: on or off. Its transit to others stays"),
		{name: "set", kind: kFigure, doc: "new value, on and off for a rule or a sale, a coupling"},
		{name: "add", kind: kFigure, doc: "what is added"},
		{name: "times", kind: kFigure, doc: "factor"},
	},
	exactlyOne: changeOps,
}
