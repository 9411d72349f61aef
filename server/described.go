package server

import (
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/answer"
)

// distinct names the types of the document: those of two packages that have one name
// are told apart by their package.
func distinct() func(reflect.Type, string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if have := taken[name]; have != nil && have != t {
			in := path.Base(t.PkgPath())
			name = strings.ToUpper(in[:1]) + in[1:] + name
		}
		taken[name] = t
		return name
	}
}

// describe adds to the document of the API what the framework leaves out: that every
// operation may be refused, that one which takes a tag may say so with 304, and what
// is in bodies that are written as bytes.
func describe(api huma.API) {
	doc := api.OpenAPI()
	known := doc.Components.Schemas
	refusal := known.Schema(reflect.TypeFor[huma.ErrorModel](), true, "ErrorModel")
	whole := known.Schema(reflect.TypeFor[answer.Answer](), true, "Answer")
	*known.Map()["Number"] = huma.Schema{Type: huma.TypeNumber, Nullable: true, Description: "absent, as a mean over nothing: null"}
	bodies := map[string]*huma.Schema{"get-answer": whole, "get-run": whole, "get-table": {AnyOf: []*huma.Schema{known.Schema(reflect.TypeFor[TableBody](), true, "Table"), known.Schema(reflect.TypeFor[Unsolved](), true, "Unsolved")}}}
	for name, s := range known.Map() {
		absent(s, known.TypeFromRef("#/components/schemas/"+name))
	}
	for address, at := range doc.Paths {
		for _, o := range []*huma.Operation{at.Get, at.Put, at.Post, at.Delete} {
			if o == nil {
				continue
			}
			if o.OperationID == "download" {
				o.Responses["200"].Content = map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
			}
			if o.Responses["default"] == nil {
				o.Responses["default"] = &huma.Response{Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refusal}}}
			}
			if rest, ok := strings.CutPrefix(address, base+"/cases/{case}"); ok && o.Method == http.MethodGet && onShelf(strings.TrimPrefix(rest, "/")) {
				o.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "The client has it"}
			}
			for _, p := range o.Parameters {
				if p.Name == "If-None-Match" {
					o.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "The client has it"}
				}
			}
			if ok := o.Responses["200"]; ok != nil && ok.Content["application/json"] != nil {
				s := ok.Content["application/json"].Schema
				if b := bodies[o.OperationID]; b != nil {
					ok.Content["application/json"].Schema = b
				} else if s != nil && s.Type == huma.TypeString {
					ok.Content["application/json"].Schema = &huma.Schema{Description: "JSON that depends on what is asked for"}
				}
			}
		}
	}
}

// absent says of pointers that are always written that they may be null.
func absent(s *huma.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for _, f := range reflect.VisibleFields(t) {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if p := s.Properties[name]; p != nil && p.Ref != "" && f.Type.Kind() == reflect.Pointer && rest == "" {
			s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{p, {Type: "null"}}}
		}
	}
}
