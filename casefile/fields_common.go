package casefile

// Patterns of texts in the field tables.
const (
	sha256Pattern   = `^[0-9a-f]{64}$`
	standingPattern = `^(in_text|hypothetical|asserted_by: ?[\p{L}\p{N}_.-]+)$`
)

// letters are the confidence letters.
var letters = []string{"a", "m", "b", "c"}

// Fields that many records share.
var (
	fSource = field{name: "source", kind: kName, many: oneOrMany, doc: "id of sources.yaml, or a list of them"}
	fLetter = field{name: "letter", kind: kEnum, enum: letters, doc: "confidence: a read, m computed, b own knowledge, c estimate"}
	fNote   = field{name: "note", kind: kText, doc: "remark for whoever reads the file"}
	fOther  = field{name: "other_names", kind: kText, many: list, doc: "other names in use; all are searched and shown"}
	fAbout  = field{name: "about", kind: kText, doc: "a few sentences for people"}
	fFormat = field{name: "format", kind: kInt, doc: "version of the format, 1", def: "that of case.yaml"}
)

func need(f field) field { f.required = true; return f }

func id(doc string) field {
	return field{name: "id", kind: kName, required: true, doc: doc}
}

func text(name, doc string) field { return field{name: name, kind: kText, doc: doc} }
func date(name, doc string) field { return field{name: name, kind: kDate, doc: doc} }
func ref(name, doc string) field  { return field{name: name, kind: kName, doc: doc} }
func refs(name, doc string) field {
	return field{name: name, kind: kName, many: list, doc: doc}
}
func prop(name, doc string) field { return field{name: name, kind: kProp, doc: doc} }
func enum(name string, words []string, def, doc string) field {
	return field{name: name, kind: kEnum, enum: words, def: def, doc: doc}
}
func records(name string, rec *record, doc string) field {
	return field{name: name, kind: kRecord, many: list, rec: rec, doc: doc}
}
func sub(name string, rec *record, doc string) field {
	return field{name: name, kind: kRecord, rec: rec, doc: doc}
}

// figureRecord is the long form of a figure. Its numbers may carry a unit.
var figureRecord = &record{
	name: "figure",
	doc:  "A number with its range and what backs it. Where low and high are absent the number is exact.",
	fields: []field{
		{name: "value", kind: kFigure, required: true, doc: "central value"},
		{name: "low", kind: kFigure, doc: "low end of the range"},
		{name: "high", kind: kFigure, doc: "high end of the range"},
		fSource, fLetter, fNote,
	},
	together: [][]string{{"low", "high"}},
}

// fileRecord is the top of a file: a format version and one list.
func fileRecord(name, doc string, fields ...field) *record {
	return &record{name: name, doc: doc, fields: append([]field{fFormat}, fields...)}
}

// files lists the YAML files of a case in the order in which they are read.
var files = []fileKind{
	{name: "case", path: "case.yaml", required: true, rec: caseRecord},
	{name: "sources", path: "sources.yaml", required: true, rec: fileRecord("sources.yaml", "What figures and claims were taken from.", need(records("sources", sourceRecord, "the sources")))},
	{name: "actors", path: "actors.yaml", required: true, rec: fileRecord("actors.yaml", "States, blocs, platforms, people and organisations.", need(records("actors", actorRecord, "the actors")))},
	{name: "variables", path: "variables.yaml", required: true, rec: fileRecord("variables.yaml", "What may turn out one way or another, and what cannot be together.",
		need(records("variables", variableRecord, "the variables, in the order of the world code")), records("facts", impossibleRecord, "combinations that no world has"))},
	{name: "corridors", path: "corridors.yaml", rec: fileRecord("corridors.yaml", "Corridors are predicates on paths.", need(records("corridors", corridorRecord, "the corridors")))},
	{name: "outcomes", path: "outcomes.yaml", required: true, rec: fileRecord("outcomes.yaml", "The numbers of interest.", need(records("outcomes", outcomeRecord, "the outcomes")))},
	{name: "effects", path: "effects.yaml", rec: fileRecord("effects.yaml", "What a state of the world does to a network.", need(records("effects", effectRecord, "the effects")))},
	{name: "backtest", path: "energy/backtest.yaml", rec: fileRecord("energy/backtest.yaml", "Events of the past that the energy network of the base year is put to.", need(records("events", backtestRecord, "the events")))},
	{name: "agreements", path: "agreements/*.yaml", rec: agreementsFile},
	{name: "claims", path: "claims/*.yaml", rec: fileRecord("claims/*.yaml", "What experts said.", need(records("claims", claimRecord, "the claims")))},
	{name: "resolutions", path: "resolutions.yaml", rec: fileRecord("resolutions.yaml", "What became of claims. Rows are only ever added at the end.", need(records("resolutions", resolutionRecord, "the rows, in the order they were added")))},
}

var agreementsFile = func() *record {
	r := fileRecord("agreements/*.yaml", "One agreement, or a list of them.", sub("agreement", agreementRecord, "the agreement of this file"), records("agreements", agreementRecord, "the agreements of this file"))
	r.exactlyOne = []string{"agreement", "agreements"}
	return r
}()

// fileRec returns the record of a file by the name of its kind.
func fileRec(name string) *record {
	for _, f := range files {
		if f.name == name {
			return f.rec
		}
	}
	panic("casefile: no file kind " + name)
}
