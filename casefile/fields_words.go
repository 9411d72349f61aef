package casefile

import (
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/ledger"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

var agreementRecord = &record{
	name: "agreement",
	doc:  "A treaty, a declaration or a statement with its clauses.",
	fields: []field{
		id("name of the agreement"),
		need(text("name", "name for people")),
		fOther, fAbout,
		need(refs("parties", "actors that agreed")),
		date("signed", "day of signing"),
		date("in_force", "day it came into force"),
		date("ended", "day it ended"),
		date("known_since", "day its content was public"),
		prop("in_force_if", "worlds in which it binds, for one whose life hangs on a variable"),
		fSource, fLetter, fNote,
		records("clauses", clauseRecord, "its clauses"),
	},
}

var clauseRecord = &record{
	name: "clause",
	doc:  "A duty, a permission or a power. Elsewhere it is named agreement/clause.",
	fields: []field{
		id("name of the clause inside its agreement"),
		{name: "article", kind: kName, doc: "article or paragraph of the text"},
		need(refs("bearers", "actors that are bound or allowed")),
		{name: "toward", kind: kName, many: list, doc: "actors it is owed to", def: "the other parties"},
		need(enum("modality", treaty.Modalities(), "", "what kind of clause it is")),
		prop("what", "what it is about, over the variables of the case; with align: the states of the positions that count as the same stand"),
		text("action", "what it is about in words, where it lies outside the variables"),
		refs("scope", "align only: issues, the second part of position variables"),
		{name: "when", kind: kProp, doc: "condition under which it binds", def: "always"},
		{name: "unless", kind: kProp, doc: "exception", def: "never"},
		date("from", "since when, if not with the agreement"),
		date("until", "until when, if not with the agreement"),
		ref("otherwise", "clause that binds once this one is broken"),
		refs("ranks_over", "clauses or agreements that yield to it"),
		need(field{name: "standing", kind: kText, pattern: standingPattern, def: "in_text, hypothetical or \"asserted_by:<claim>\"", doc: "in_text, hypothetical, or \"asserted_by:<claim>\""}),
		need(text("paraphrase", "the clause in words of the case")),
		{name: "weight", kind: kFigure, dim: units.Dimensionless, doc: "cost of giving it up, in ordinary clauses", def: "1"},
		{name: "kept", kind: kFigure, dim: units.Share, doc: "probability that what it asks is so in worlds where it binds, with letter, source and note (the reason): a row of the reference", def: "it weighs no world"},
		{name: "kept_if", kind: kProp, doc: "worlds that kept speaks of", def: "all in which the clause binds"},
		fSource, fLetter, fNote,
	},
}

var claimRecord = &record{
	name: "claim",
	doc:  "One thing that one speaker said once: a paraphrase, and the place of the words. Words are shown from an attached text alone.",
	fields: []field{
		id("name of the claim"),
		need(ref("speaker", "person or organisation of actors.yaml")),
		need(ref("source", "where it was said")),
		sub("locator", locatorRecord, "place of the words in the text of the source"),
		sub("quote", quoteRecord, "instead of locator, for a text that you may cite: the words themselves"),
		{name: "paragraph", kind: kName, doc: "paragraph of the source, as people cite it"},
		need(date("date", "when it was said")),
		sub("span", spanRecord, "time it speaks of; absent: from its date to the horizon"),
		need(text("paraphrase", "the claim in words of the case")),
		need(enum("kind", belief.Kinds(), "", "what it speaks of")),
		enum("reading", []string{string(belief.See), string(belief.Do)}, "see", "see: among the worlds where the condition holds; do: when someone makes it hold"),
		{name: "if", kind: kProp, doc: "condition", def: "always"},
		prop("then", "what is claimed"),
		refs("clash", "instead of then: agreements or clauses whose duties are said to clash"),
		enum("way", []string{string(belief.Raises), string(belief.Lowers), string(belief.Leaves)}, "", "direction only: what the condition does to the probability of then"),
		text("hedge", "the speaker's hedge: a word or phrase of the lexicon"),
		{name: "interval", kind: kFigure, dim: units.Share, doc: "probability as [low, high] or [low, centre, high]; overrides the lexicon"},
		sub("outcome", statementRecord, "outcome only: what is claimed of outcomes"),
		sub("comparison", comparedRecord, "comparison only: what is compared"),
		sub("record", containedRecord, "record only: what a text contains"),
		sub("quantity", amountRecord, "quantity only: the figure"),
		refs("bears_on", "variables, outcomes, agreements or clauses it touches"),
		fLetter, fNote,
	},
	exactlyOne: []string{"locator", "quote"},
}

var locatorRecord = &record{
	name: "locator",
	doc:  "Code points start (included) to end (excluded) of the text in Unicode NFC, and the SHA-256 of that span in UTF-8.",
	fields: []field{
		{name: "start", kind: kInt, required: true, doc: "first code point, counted from 0"},
		{name: "end", kind: kInt, required: true, doc: "code point after the last"},
		{name: "sha256", kind: kText, required: true, pattern: sha256Pattern, def: "64 hexadecimal digits in lower case", doc: "SHA-256 of the span"},
	},
}

var quoteRecord = &record{
	name: "quote",
	doc:  "Words of the text with what stands around them. Quotation marks, dashes and spaces need not be the same signs. Words that stand in several places are refused until prefix, suffix or near choose one.",
	fields: []field{
		need(text("exact", "the words")),
		text("prefix", "what stands right before them"),
		text("suffix", "what stands right after them"),
		{name: "near", kind: kInt, doc: "code point near which they stand, for repeats with the same surroundings"},
	},
}

var spanRecord = &record{
	name: "span",
	doc:  "A span of time.",
	fields: []field{
		date("from", "first day"), date("until", "last day"),
	},
	atLeastOne: []string{"from", "until"},
}

var statementRecord = &record{
	name: "statement",
	doc:  "The outcomes stay at or above at_least, at or below at_most, or move by more than beyond in either direction.",
	fields: []field{
		need(refs("outcomes", "outcome ids")),
		enum("of", []string{string(belief.All), string(belief.Any)}, "all", "whether it is said of all outcomes together or of any one"),
		enum("change", []string{string(belief.NoPact), string(belief.Baseline), string(belief.Absolute)}, "level", "no_pact: change against the arm without the act; baseline: change against the baseline world; level: the number itself"),
		{name: "at_least", kind: kFigure, doc: "lower bound, in the unit of the outcomes"},
		{name: "at_most", kind: kFigure, doc: "upper bound"},
		{name: "beyond", kind: kFigure, doc: "size of a change in either direction"},
		{name: "relative", kind: kBool, doc: "the bounds are shares of the reference value", def: "false"},
		{name: "expected", kind: kBool, doc: "the statement is about the expectation", def: "false: it has the probability of the claim"},
	},
	atLeastOne: []string{"at_least", "at_most", "beyond"},
}

var comparedRecord = &record{
	name: "comparison",
	doc:  "One thing is more probable than another, or an agreement weightier than another.",
	fields: []field{
		prop("more", "the more probable"),
		prop("less", "the less probable"),
		ref("more_agreement", "the weightier agreement"),
		ref("less_agreement", "the lighter agreement"),
		text("in", "what is compared, in words"),
	},
	exactlyOne: []string{"more", "more_agreement"},
	together:   [][]string{{"more", "less"}, {"more_agreement", "less_agreement"}},
}

var containedRecord = &record{
	name: "record",
	doc:  "What a text contains. This is about words on paper: whether anything gets built is another claim.",
	fields: []field{
		need(ref("agreement", "the agreement")),
		need(text("subject", "the subject, in words")),
		ref("clause", "clause that settles it, as agreement/clause"),
		{name: "absent", kind: kBool, doc: "the claim is that the text does not speak of it", def: "false"},
	},
}

var amountRecord = &record{
	name: "quantity",
	doc:  "A figure that a speaker gave.",
	fields: []field{
		need(text("what", "what is counted")),
		need(text("unit", "its unit")),
		{name: "value", kind: kFigure, required: true, dim: units.Dimensionless, doc: "the figure, a plain number in the unit"},
		{name: "year", kind: kInt, doc: "the year it speaks of"},
	},
}

var resolutionRecord = &record{
	name: "resolution",
	doc:  "What became of a claim.",
	fields: []field{
		need(ref("claim", "claim id")),
		need(enum("verdict", ledger.Verdicts(), "", "held, failed, annulled (its condition failed) or open")),
		enum("happened", ledger.Answers(), "follows from the verdict where the claim's interval lies on one side of one half", "whether what the claim gives a probability to came about"),
		need(date("date", "when what settles it happened; for open: when it was looked at")),
		{name: "added", kind: kDate, doc: "when the row was added", def: "date"},
		date("corrects", "date of the row on this claim that this one replaces"),
		{name: "evidence", kind: kName, many: oneOrMany, doc: "ids of timeline.csv, observed.csv or sources.yaml"},
		fLetter,
		fNote,
	},
}
