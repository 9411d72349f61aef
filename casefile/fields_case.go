package casefile

import "github.com/astara-corridors/astara/units"

var caseRecord = &record{
	name: "case.yaml",
	doc:  "What the case is about: its questions, its three times and its money.",
	fields: []field{
		{name: "format", kind: kInt, required: true, doc: "version of the format, 1"},
		id("name of the case: the name of its folder"),
		need(text("title", "title for people")),
		fAbout,
		{name: "focus", kind: kName, required: true, doc: "state in the middle: an id of actors.yaml"},
		{name: "as_of", kind: kDate, required: true, doc: "day up to which facts count; later ones feed only the ledger and held-out tables"},
		{name: "base_year", kind: kInt, required: true, doc: "year of the demand and of the observed figures"},
		{name: "horizon", kind: kInt, required: true, doc: "year the worlds are about"},
		{name: "currency", kind: kEnum, enum: []string{"USD"}, required: true, doc: "currency of every money figure"},
		{name: "price_year", kind: kInt, required: true, doc: "year of the prices"},
		{name: "lexicon", kind: kName, doc: "named lexicon of hedge words", def: "kent"},
		{name: "deflator", kind: kFigures, dim: units.Dimensionless, doc: "year: how many units of money of the price year one unit of that year's money is worth"},
		need(records("questions", questionRecord, "what the case answers")),
		refs("base_year_conditions", "effects that shape the base-year run"),
		refs("baseline_conditions", "effects that shape the baseline and every world"),
	},
}

var questionRecord = &record{
	name: "question",
	doc:  "A question compares the states of its acts by their effect on its outcomes.",
	fields: []field{
		id("name of the question"),
		need(text("text", "the question in words")),
		enum("kind", []string{string(AskEffects), string(AskExperts)}, string(AskEffects), "what is asked: effects of the acts, or where the experts agree on them, contradict each other, and what would settle it"),
		need(refs("acts", "variables of kind act whose states are compared")),
		need(refs("outcomes", "outcomes that answer it, the main one first")),
	},
}

var sourceKinds = []string{"document", "data", "own_knowledge", "own_estimate"}

var sourceRecord = &record{
	name: "source",
	doc:  "A document or a data set, or our own knowledge or estimate.",
	fields: []field{
		id("name by which rows cite it"),
		need(text("publisher", "who published it")),
		need(text("title", "its title")),
		date("date", "when it was published"),
		text("address", "where it can be found"),
		enum("kind", sourceKinds, "document", "what it is"),
		{name: "sha256", kind: kText, pattern: sha256Pattern, def: "64 hexadecimal digits in lower case", doc: "SHA-256 of the text in Unicode NFC and UTF-8, for a text in which claims locate words"},
		text("text", "file name under which a user attaches the text"),
		fNote,
	},
}

var actorRecord = &record{
	name: "actor",
	doc:  "A state (id: ISO 3166-1 alpha-2), a bloc, a platform, a person or an organisation.",
	fields: []field{
		id("name by which other files cite it"),
		need(text("name", "name for people")),
		{name: "kind", kind: kEnum, required: true, enum: []string{string(State), string(Bloc), string(Platform), string(Person), string(Organisation)}, doc: "what it is"},
		fOther,
		records("members", memberRecord, "members of a bloc or a platform"),
		fAbout, fSource, fLetter, fNote,
	},
}

var memberRecord = &record{
	name: "member",
	doc:  "A state's membership with its dates. A bare id is a membership without dates.",
	fields: []field{
		need(ref("actor", "the state")),
		date("from", "since when"), date("until", "until when"),
	},
	bare: &field{name: "actor", kind: kName},
}

var variableRecord = &record{
	name: "variable",
	doc:  "Something that may turn out one way or another. Acts are chosen by the question; the others have reference weights given their parents.",
	fields: []field{
		id("name used in propositions; letters, digits and _, or a form such as position(IR,zangezur)"),
		need(text("name", "name for people")),
		fAbout,
		{name: "kind", kind: kEnum, required: true, enum: []string{"act", "event", "position", "fact"}, doc: "act: someone chooses it; event: it happens; position: an actor holds it; fact: it is so, whatever happens"},
		need(refs("states", "two to five states")),
		{name: "baseline", kind: kName, doc: "state in the baseline world", def: "the first state"},
		refs("influenced_by", "parents: variables that its weights depend on"),
		records("given", givenRecord, "reference weights: the first row whose condition holds counts; the rows cover every combination of the parents"),
		date("resolves_by", "day by which it is settled"),
		fSource, fLetter, fNote,
	},
}

var givenRecord = &record{
	name: "given row",
	doc:  "Weights of the states when a condition on the parents holds. One state may be left out: it takes the rest.",
	fields: []field{
		{name: "when", kind: kProp, doc: "condition on the parents", def: "always"},
		{name: "weights", kind: kFigures, dim: units.Share, required: true, doc: "state: weight from 0 to 1"},
		need(fLetter),
		text("reason", "why these weights; needed for letters b and c"),
		fSource,
	},
}

var impossibleRecord = &record{
	name: "fact",
	doc:  "A combination of states that no world has.",
	fields: []field{
		need(prop("impossible", "the combination, as a proposition")),
		need(text("reason", "why it cannot be")),
		fSource,
	},
}

var pathFields = []field{
	refsList("passes", "elements met in this order: node, border, link or strait ids, \"AZ\" (the country is touched), \"RU-AZ\" (a border between the two, in this direction); alternatives as \"aktau|kuryk\""),
	refsList("avoids", "elements that are not met"),
	refsList("modes", "every main-haul mode is one of these"),
	refsList("uses_modes", "each of these modes occurs"),
	{name: "mode_in", kind: kTexts, doc: "country: mode used there for every link inside it"},
	{name: "both", kind: kBool, doc: "passes may be met in reverse order too", def: "false"},
	refsList("origins", "areas; \"!AZ\" excludes one"),
	refsList("destinations", "areas; \"!AZ\" excludes one"),
	refsList("commodities", "commodity ids"),
	refsList("regimes", "names of sanction regimes"),
	refsList("markets", "market ids"),
	text("country", "country whose accounts the flow type is seen from"),
	enum("flow", []string{"transit", "import", "export", "domestic"}, "all", "flow type"),
}

// refsList is a list of texts that may hold "|" and "!".
func refsList(name, doc string) field {
	return field{name: name, kind: kText, many: list, doc: doc}
}

var pathRecord = &record{
	name:   "path",
	doc:    "A predicate on paths. Absent keys match everything.",
	fields: pathFields,
}

var corridorRecord = &record{
	name: "corridor",
	doc:  "A named set of paths.",
	fields: []field{
		id("name of the corridor"),
		need(text("name", "name for people")),
		fOther, fAbout,
		{name: "exclusive", kind: kBool, doc: "no path belongs to two corridors that say so", def: "false"},
		need(sub("path", pathRecord, "which paths belong to it")),
		fSource, fLetter, fNote,
	},
}

// The measures of freight, then those of energy.
var measures = append([]string{"tonnes", "teu", "tonne_km", "revenue", "haulage", "hours", "money", "spread", "border_share", "unserved", "served", "user_cost", "user_benefit", "hhi"}, energyMeasures...)

// energyQuery are the keys of an outcome that only the energy engine knows.
var energyQuery = []field{
	ref("zone", "energy: zone, for a part of a country"),
	ref("block", "energy: block that unserved load is counted in"),
	ref("tier", "energy: tier of the unserved load"),
	ref("tie", "energy: tie, for tie_flow and tie_peak"),
	ref("pipe", "energy: pipeline, for pipe_flow"),
	ref("origin", "energy: seller of the gas"),
	ref("with", "energy: neighbour country of power_export and power_import"),
}

var outcomeRecord = &record{
	name: "outcome",
	doc:  "A number of interest: what an engine counts, freight on which paths, energy where.",
	fields: append([]field{
		id("name of the outcome"),
		need(text("name", "name for people")),
		fAbout,
		enum("engine", []string{EngineFreight, EngineEnergy}, "that of the measure", "engine that answers it"),
		need(enum("measure", measures, "", "what is counted: up to hhi by freight, from power_unserved on by energy")),
		text("country", "earner for revenue and haulage, home of the zones for user measures; energy: whose"),
		text("payer", "revenue only: country of the cargo's origin or destination"),
		ref("corridor", "corridor whose path the query takes; the keys of query add to it"),
		sub("query", pathRecord, "which paths count"),
		need(text("unit", "unit in which people read it, such as \"Mt/yr\"")),
		need(enum("good", []string{"up", "down", "none"}, "", "which way is good for the focus of the case")),
		need(field{name: "materiality", kind: kFigure, doc: "a change below this is no change; a bare number is in the unit of the outcome"}),
		fSource, fLetter, fNote,
	}, energyQuery...),
}
