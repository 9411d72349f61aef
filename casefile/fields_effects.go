package casefile

import "github.com/astara-corridors/astara/units"

// The kinds of change, in the order of freight.Op.
var changeOps = []string{"open", "close", "hours", "spread", "money", "capacity", "demand", "rule"}

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

// howField is the value of set: "on" and "off", or a figure.
var changeRecord = &record{
	name: "change",
	doc:  "One change: its kind with a selector, and one of set, add and times. Opening and closing need none.",
	fields: []field{
		sub("open", selectorRecord, "make usable: project, link, border, terminal"),
		sub("close", selectorRecord, "make unusable: link, border, strait, terminal, country"),
		sub("hours", selectorRecord, "hours of a border, link, terminal or strait"),
		sub("spread", selectorRecord, "spread of hours of a border, link or terminal"),
		sub("money", selectorRecord, "money of a tariff, fee, rule, terminal, border, link, strait or country"),
		sub("capacity", selectorRecord, "capacity of a link, border or terminal"),
		sub("demand", selectorRecord, "tonnes of markets"),
		sub("rule", selectorRecord, "a rule, switched on or off"),
		{name: "set", kind: kFigure, doc: "new value, or on and off for a rule"},
		{name: "add", kind: kFigure, doc: "what is added"},
		{name: "times", kind: kFigure, doc: "factor"},
	},
	exactlyOne: changeOps,
}
