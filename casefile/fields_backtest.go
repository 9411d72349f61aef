package casefile

var backtestRecord = &record{
	name: "back-test event",
	doc:  "An event of the past with what a sensible model should say of it: sign and rank, not digits. It is run on the network of the base year.",
	fields: []field{
		id("name of the event"),
		need(text("name", "name for people")),
		{name: "date", kind: kDate, required: true, doc: "when it was"},
		need(text("happened", "what happened, in the words of the case")),
		records("before", energyChangeRecord, "what has to be set for the time of the event"),
		records("changes", energyChangeRecord, "the event; absent where the tables have no place for it"),
		records("expect", expectRecord, "what the model should say"),
		text("limit", "what the model cannot say of it"),
		need(fSource), need(fLetter), fNote,
	},
}

var expectRecord = &record{
	name: "expected answer",
	doc:  "A number of the energy engine that moves, or an element that the list of losses names.",
	fields: append([]field{
		enum("measure", energyMeasures, "", "what is counted"),
		ref("listed", "tie, plant, pipe or source that must be in the list of losses before the event"),
		ref("country", "whose"),
		enum("change", []string{string(Rises), string(Falls), string(Same)}, "any", "how it moves against the state before"),
		{name: "at_least", kind: kFigure, doc: "least value after the event, in the unit of the measure"},
		{name: "at_most", kind: kFigure, doc: "largest value after the event"},
	}, energyQuery...),
	exactlyOne: []string{"measure", "listed"},
}
