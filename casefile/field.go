package casefile

import "github.com/astara-corridors/astara/units"

// kind is the type of a field's value in a YAML file.
type kind uint8

const (
	kText    kind = iota // words, not empty
	kName                // an id: text or whole number without spaces
	kInt                 // whole number
	kNumber              // number
	kBool                // true or false
	kDate                // YYYY, YYYY-MM or YYYY-MM-DD
	kEnum                // one of Field.enum
	kProp                // proposition over variables
	kFigure              // number, text with a unit, list, or record with a range
	kRecord              // record of Field.rec
	kFigures             // names to figures
	kTexts               // names to texts
)

// many says how often a value may stand in a field.
type many uint8

const (
	one       many = iota
	list           // a list of at least one
	oneOrMany      // one value, or a list of them
)

// field is one key of a record: the single source of the reader, the JSON
// Schema and the documentation.
type field struct {
	name     string
	kind     kind
	many     many
	required bool
	enum     []string
	rec      *record
	dim      units.Dim // of figures, for the reader
	unit     string    // of figures and numbers, for people; also that of a bare number
	pattern  string    // regular expression of a text, "" for any
	def      string    // what holds when the key is absent
	doc      string
}

// record is a mapping of a YAML file.
type record struct {
	name       string // title in the schema and the documentation
	doc        string
	fields     []field
	exactlyOne []string   // exactly one of these keys must be there
	atLeastOne []string   // at least one of these
	together   [][]string // keys that go together: all or none
	bare       *field     // what may be written instead of the record, nil for nothing
}

// field returns the field of a name, nil when there is none.
func (r *record) field(name string) *field {
	for i := range r.fields {
		if r.fields[i].name == name {
			return &r.fields[i]
		}
	}
	return nil
}

// names lists the keys in the order of the table.
func (r *record) names() []string {
	out := make([]string, len(r.fields))
	for i, f := range r.fields {
		out[i] = f.name
	}
	return out
}

// fileKind is a YAML file of the case folder.
type fileKind struct {
	name     string // "case", "sources" ...: name of its schema
	path     string // path in the folder; a trailing /*.yaml stands for all files of the folder
	required bool
	rec      *record
}

// what names a kind of value for people.
func (f *field) what() string {
	one := ""
	switch f.kind {
	case kText:
		one = "text"
	case kName:
		one = "a name"
	case kInt:
		one = "a whole number"
	case kNumber:
		one = "a number"
	case kBool:
		one = "true or false"
	case kDate:
		one = "a date: YYYY, YYYY-MM or YYYY-MM-DD"
	case kEnum:
		one = "one of " + join(f.enum)
	case kProp:
		one = "a proposition such as \"pact=in_force\""
	case kFigure:
		one = "a figure: a number, a text with its unit, [low, central, high] or {value, low, high}"
	case kRecord:
		one = "a record with the keys " + join(f.rec.names())
	case kFigures:
		one = "names with a figure each"
	case kTexts:
		one = "names with a text each"
	}
	switch f.many {
	case list:
		return "a list, each item " + one
	case oneOrMany:
		return one + ", or a list of them"
	}
	return one
}

// join writes "a, b, c".
func join(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return out
}
