package casefile

import (
	"bytes"
	"encoding/json"
	"strings"
)

// schemaDraft is the version of JSON Schema that the schemas are written in.
const schemaDraft = "https://json-schema.org/draft/2020-12/schema"

// SchemaKinds lists the kinds of YAML file with a schema, in reading order.
func SchemaKinds() []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.name
	}
	return out
}

// SchemaPath returns the path in the case folder of the files of a kind; a
// trailing "/*.yaml" stands for all files of the folder. "" when there is no
// such kind.
func SchemaPath(kind string) string {
	for _, f := range files {
		if f.name == kind {
			return f.path
		}
	}
	return ""
}

// SchemaOf returns the JSON Schema of one kind of file, and false when there is
// no such kind. It is made from the field tables of the reader.
func SchemaOf(kind string) ([]byte, bool) {
	for _, f := range files {
		if f.name == kind {
			s := newSchema()
			root := s.record(f.rec)
			root["$schema"] = schemaDraft
			root["$defs"] = s.defs
			return marshal(root), true
		}
	}
	return nil, false
}

// Schema returns one JSON Schema for all YAML files of a case: a file must meet
// the schema of one kind. Each kind also stands under $defs/file:<kind>.
func Schema() []byte {
	s := newSchema()
	var any []any
	for _, f := range files {
		s.defs["file:"+f.name] = s.record(f.rec)
		any = append(any, object{"$ref": "#/$defs/file:" + f.name})
	}
	return marshal(object{"$schema": schemaDraft, "title": "astara case, format 1", "anyOf": any, "$defs": s.defs})
}

type object = map[string]any

// schema collects the records that a schema refers to.
type schema struct {
	defs object
}

func newSchema() *schema { return &schema{defs: object{}} }

// marshal writes keys in sorted order, so the same tables give the same bytes.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic("casefile: schema cannot be written: " + err.Error())
	}
	return b.Bytes()
}

// ref returns a reference to a record, adding it to the definitions.
func (s *schema) ref(r *record) object {
	name := strings.ReplaceAll(r.name, " ", "_")
	if _, ok := s.defs[name]; !ok {
		s.defs[name] = object{} // stops the recursion
		s.defs[name] = s.record(r)
	}
	return object{"$ref": "#/$defs/" + name}
}

func (s *schema) record(r *record) object {
	props, required := object{}, []any{}
	for i := range r.fields {
		f := &r.fields[i]
		p := s.field(f)
		p["description"] = f.describe()
		props[f.name] = p
		if f.required {
			required = append(required, f.name)
		}
	}
	out := object{"type": "object", "title": r.name, "description": r.doc, "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	choice := func(keys []string) []any {
		var list []any
		for _, k := range keys {
			list = append(list, object{"required": []any{k}})
		}
		return list
	}
	if r.exactlyOne != nil {
		out["oneOf"] = choice(r.exactlyOne)
	}
	if r.atLeastOne != nil {
		out["anyOf"] = choice(r.atLeastOne)
	}
	if len(r.together) > 0 {
		all := object{}
		for _, keys := range r.together {
			for _, k := range keys {
				var others []any
				for _, o := range keys {
					if o != k {
						others = append(others, o)
					}
				}
				all[k] = others
			}
		}
		out["dependentRequired"] = all
	}
	if r.bare != nil {
		return object{"title": r.name, "description": r.doc, "anyOf": []any{out, s.one(r.bare)}}
	}
	return out
}

// describe is the meaning of a field with its unit and default.
func (f *field) describe() string {
	out := f.doc
	if f.unit != "" {
		out += "; a bare number is in " + f.unit
	}
	if f.def != "" && f.pattern == "" {
		out += " (default: " + f.def + ")"
	}
	return out
}

func (s *schema) field(f *field) object {
	one := s.one(f)
	array := object{"type": "array", "items": one}
	if f.required {
		array["minItems"] = 1
	}
	switch f.many {
	case list:
		return array
	case oneOrMany:
		return object{"anyOf": []any{one, array}}
	}
	return one
}

func (s *schema) one(f *field) object {
	words := object{"type": "string", "pattern": `\S`}
	switch f.kind {
	case kText:
		if f.pattern != "" {
			return object{"type": "string", "pattern": f.pattern}
		}
		return words
	case kName:
		return object{"anyOf": []any{object{"type": "string", "pattern": namePattern}, object{"type": "integer", "minimum": 0}}}
	case kInt:
		if f.name == "format" {
			return object{"const": Format}
		}
		return object{"type": "integer"}
	case kNumber:
		return object{"type": "number"}
	case kBool:
		return object{"type": "boolean"}
	case kDate:
		return object{"anyOf": []any{object{"type": "string", "pattern": `^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$`}, object{"type": "integer", "minimum": 1000, "maximum": 2200}}}
	case kEnum:
		list := make([]any, len(f.enum))
		for i, w := range f.enum {
			list[i] = w
		}
		return object{"enum": list}
	case kProp:
		return object{"anyOf": []any{words, object{"type": "boolean"}}}
	case kFigure:
		return s.figure()
	case kRecord:
		return s.ref(f.rec)
	case kFigures:
		return object{"type": "object", "minProperties": 1, "additionalProperties": s.figure()}
	case kTexts:
		return object{"type": "object", "minProperties": 1, "additionalProperties": words}
	}
	panic("casefile: field kind without schema: " + f.name)
}

func (s *schema) figure() object {
	scalar := []any{object{"type": "number"}, object{"type": "string", "pattern": `\S`}}
	return object{"anyOf": []any{scalar[0], scalar[1],
		object{"type": "array", "items": object{"anyOf": scalar}, "minItems": 2, "maxItems": 3}, s.ref(figureRecord)}}
}
