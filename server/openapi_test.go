package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/astara-corridors/astara/casefile"
)

// The server's document is one of OpenAPI 3.1, by that standard's own schema.
func TestDocumentIsOpenAPI(t *testing.T) {
	d := documentOf(t, start(t, Options{}))
	standard, err := jsonschema.UnmarshalJSON(strings.NewReader(datamodel.OpenAPI31SchemaData))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi-3.1.json", standard); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(d.Text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%#v", err)
	}
	if strings.Contains(d.Text, "http://") || strings.Contains(d.Text, `"$schema"`) {
		t.Error("the document sends its reader elsewhere")
	}
}

// samples are values of parameters, by name, with which every operation that has no
// call of its own below is called. A parameter that is required and not here fails
// the test: an operation that nobody calls is one that nobody tests.
var samples = map[string]string{
	"case": "small", "path": "variables.yaml", "number": "1", "place": "north_rail", "q": "bridge",
	"part": "countries", "source": "interview", "view": "reference", "act": "pact", "state": "in_force",
	"from": "nordby", "to": "sundhaven", "commodity": "grain", "world": "rail_bridge=built",
}

// A call of an operation.
type call struct {
	op     string
	values map[string]string // beside the samples; "-" leaves one out
	body   string            // $name: what was kept
	plain  bool              // the body is text, not JSON
	want   int               // 0: the success that the document promises
	keep   map[string]string // parts of the answer, by the name to keep them under
}

// calls are made in this order, before all operations that they do not name.
var calls = []call{
	{op: "solve", keep: map[string]string{"id": "job"}},
	{op: "get-job", values: map[string]string{"id": "$job"}},
	{op: "watch-job", values: map[string]string{"id": "$job"}},
	{op: "cancel-job", values: map[string]string{"id": "$job"}},
	{op: "list-runs", keep: map[string]string{"hash": "run"}},
	{op: "get-run", values: map[string]string{"hash": "$run"}},
	{op: "get-run-brief", values: map[string]string{"hash": "$run"}},
	{op: "get-run-part", values: map[string]string{"hash": "$run"}},
	{op: "solve-worlds", body: `{"worlds":["rail_bridge=built"]}`},
	{op: "get-flows", values: map[string]string{"base_year": "true", "world": "-"}},
	{op: "attach-text", body: "$interview", plain: true, values: map[string]string{"source": "interview"}},
	{op: "read-text"},
	{op: "remove-text"},
	{op: "export", body: `{"kind":"flows","worlds":["rail_bridge=built"]}`},
	{op: "list-exports", keep: map[string]string{"id": "export"}},
	{op: "download", values: map[string]string{"id": "$export"}},
	{op: "download", values: map[string]string{"id": "$export", "name": "flows.geojson"}},
	{op: "remove-export", values: map[string]string{"id": "$export"}},
	{op: "complete-beliefs", body: `{"view":"own","claims":{"engineer-bridge":{"low":0.5,"high":0.6}},"own":[{"id":"mine","then":"rail_bridge=built","low":0.2,"high":0.3}]}`},
	{op: "bound-beliefs", body: `{"outcomes":["through_rail"]}`},
	{op: "save-view", body: `{"address":"#/small/map","about":"for the meeting"}`, keep: map[string]string{"id": "view"}},
	{op: "get-view", values: map[string]string{"id": "$view"}},
	{op: "list-views"},
	{op: "save-note", body: `{"target":"claim/x","text":"ask again"}`},
	{op: "list-notes"},
	{op: "copy-case", body: `{"name":"mine"}`},
	{op: "add-resolution", values: map[string]string{"case": "mine"}, body: `{"claim":"engineer-bridge","rows":1,"verdict":"open","date":"2025-09-01","note":"Still nothing."}`},
	{op: "read-file", values: map[string]string{"case": "mine"}, keep: map[string]string{"sha256": "sum"}},
	{op: "try-file", values: map[string]string{"case": "mine"}, body: `{"text":"variables: []\n"}`},
	{op: "save-file", values: map[string]string{"case": "mine"}, body: `{"text":"# mine\n","sha256":"$sum"}`},
	{op: "save-file", values: map[string]string{"case": "mine"}, body: `{"text":"# theirs\n","sha256":"$sum"}`, want: 409},
	{op: "check-case", values: map[string]string{"case": "mine"}},
	{op: "read-version", values: map[string]string{"case": "mine"}},
	{op: "read-file", values: map[string]string{"case": "mine"}, keep: map[string]string{"sha256": "now"}},
	{op: "remove-file", values: map[string]string{"case": "mine", "sha256": "$sum"}, want: 409},
	{op: "remove-file", values: map[string]string{"case": "mine", "sha256": "$now"}},
	{op: "save-file", values: map[string]string{"case": "mine"}, body: `{"text":"# theirs\n","sha256":"$sum"}`, want: 409},
}

// Every operation of the document is called on a small case, and every answer is what
// the document says: status, content type, and JSON by its schema.
func TestAnswersAreAsDocumented(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir()) // of texts that are attached
	interview, err := fs.ReadFile(casefile.Starter(), "interview.md")
	if err != nil {
		t.Fatal(err)
	}
	address := small(t)
	d := documentOf(t, address)
	kept := map[string]string{"interview": string(interview)}
	fill := func(s string) string {
		for name, v := range kept {
			s = strings.ReplaceAll(s, "$"+name, v)
		}
		return s
	}
	called := map[string]map[int]bool{}
	make := func(c call) {
		o := d.Operations[c.op]
		if o == nil {
			t.Errorf("the document has no operation %s any more", c.op)
			return
		}
		values := url.Values{}
		for name, v := range samples {
			values.Set(name, v)
		}
		for name, v := range c.values {
			if values.Del(name); v != "-" {
				values.Set(name, fill(v))
			}
		}
		at, err := o.address(values)
		if err != nil {
			t.Error(err)
			return
		}
		if c.want == 0 {
			c.want = o.success()
		}
		header := contentType(c)
		if c.want == http.StatusNotModified {
			_, head, _ := do(t, o.Method, address+at, "")
			header = append(header, "If-None-Match", head.Get("ETag"))
		}
		status, head, body := do(t, o.Method, address+at, fill(c.body), header...)
		if status != c.want {
			t.Errorf("%s %s: %d, want %d: %.300s", o.Method, at, status, c.want, body)
			return
		}
		if err := o.agrees(status, head, body); err != nil {
			t.Errorf("%s %s: %v", o.Method, at, err)
		}
		if called[c.op] == nil {
			called[c.op] = map[int]bool{}
		}
		called[c.op][status] = true
		if status == http.StatusAccepted { // what follows may ask for what it makes
			if j := finished(t, address, partOf(body, "id")); j.State != Done {
				t.Errorf("%s: the job ended as %s: %s", c.op, j.State, j.Problem)
			}
		}
		for part, name := range c.keep {
			kept[name] = partOf(body, part)
		}
	}
	for _, c := range calls {
		make(c)
	}
	for _, id := range d.names() {
		if o := d.Operations[id]; called[id] == nil && o.Body {
			t.Errorf("no test calls %s: it needs a body in the table of calls", id)
		} else if called[id] == nil {
			make(call{op: id})
		}
	}
	for _, id := range d.names() { // those that give a tag are asked again with it
		o := d.Operations[id]
		if _, ok := o.Responses["304"]; ok && called[id] != nil {
			make(call{op: id, want: http.StatusNotModified})
		}
	}
	for id, o := range d.Operations { // what is promised is reached
		for status := range o.Responses {
			if n := 0; status != "default" && called[id] != nil {
				fmt.Sscan(status, &n)
				if !called[id][n] {
					t.Errorf("%s: no test gets the documented status %s", id, status)
				}
			}
		}
	}
}

// Every operation refuses a case, a thing and a parameter that are not there in the
// words of RFC 9457, as its document says.
func TestRefusalsAreAsDocumented(t *testing.T) {
	address := start(t, Options{Cases: []string{folder(t, "small")}})
	d := documentOf(t, address)
	for _, id := range d.names() {
		o := d.Operations[id]
		if len(o.Params) == 0 && !o.Body {
			continue
		}
		for name, wrong := range map[string]string{"case": "nowhere", "id": "0000", "hash": "0000"} {
			if !strings.Contains(o.Path, "{"+name+"}") {
				continue
			}
			values := url.Values{}
			for _, p := range o.Params {
				values.Set(p.Name, cmp.Or(samples[p.Name], "0000"))
			}
			values.Del("base_year")
			values.Set(name, wrong)
			at, err := o.address(values)
			if err != nil {
				t.Error(err)
				continue
			}
			status, head, body := do(t, o.Method, address+at, "{}", "Content-Type", "application/json")
			if status/100 != 4 { // a body or a parameter may be at fault before
				t.Errorf("%s with %s=%s: %d %.300s", id, name, wrong, status, body)
			}
			if o.Method == "GET" && id != "watch-job" || status >= 400 {
				if err := o.agrees(status, head, body); err != nil {
					t.Errorf("%s with %s=%s: %v", id, name, wrong, err)
				}
			}
		}
		for _, p := range o.Params {
			if p.In != "query" || !p.Required {
				continue
			}
			status, head, body := do(t, o.Method, address+strings.ReplaceAll(o.Path, "{case}", "small"), "")
			if status/100 != 4 {
				t.Errorf("%s without %s: %d %.300s", id, p.Name, status, body)
			}
			if err := o.agrees(status, head, body); err != nil {
				t.Errorf("%s without %s: %v", id, p.Name, err)
			}
		}
		if o.Body {
			status, head, body := do(t, o.Method, address+strings.ReplaceAll(o.Path, "{case}", "small"), "{", "Content-Type", "application/json")
			if status/100 != 4 {
				t.Errorf("%s with half a body: %d %.300s", id, status, body)
			}
			if err := o.agrees(status, head, body); err != nil {
				t.Errorf("%s with half a body: %v", id, err)
			}
		}
	}
}

// success is the status that the document promises to a good call.
func (o *operation) success() int {
	for status := 200; status < 300; status++ {
		if _, ok := o.Responses[fmt.Sprint(status)]; ok {
			return status
		}
	}
	return 0
}

// agrees holds an answer against what the document says of it.
func (o *operation) agrees(status int, head http.Header, body string) error {
	kinds, ok := o.response(status)
	if !ok {
		return fmt.Errorf("the document knows no status %d", status)
	}
	if status == http.StatusNotModified || status == http.StatusNoContent {
		if body != "" {
			return fmt.Errorf("a body with %d", status)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(head.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("content type %q: %w", head.Get("Content-Type"), err)
	}
	if status >= 400 && kind != "application/problem+json" {
		return fmt.Errorf("the refusal is %s, no application/problem+json", kind)
	}
	schema, ok := kinds[kind]
	if _, any := kinds["*/*"]; any && status < 400 {
		return nil
	}
	if !ok {
		return fmt.Errorf("the document knows no %s for status %d", kind, status)
	}
	switch {
	case schema == nil || kind == "application/octet-stream" || kind == beliefsType:
		return nil
	case kind == "text/event-stream":
		return schema.Validate(eventsOf(body))
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	if status >= 400 {
		var p struct {
			Status int
			Detail string
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil || p.Status != status || p.Detail == "" {
			return fmt.Errorf("a problem with status %d and detail %q", p.Status, p.Detail)
		}
	}
	return schema.Validate(v)
}

func contentType(c call) []string {
	switch {
	case c.body == "":
		return nil
	case c.plain:
		return []string{"Content-Type", "text/plain; charset=utf-8"}
	}
	return []string{"Content-Type", "application/json"}
}

// eventsOf reads server-sent events whose data are JSON.
func eventsOf(body string) []any {
	var out []any
	for block := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		e := map[string]any{}
		for line := range strings.SplitSeq(block, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			if e[name] = value; name == "data" {
				e[name], _ = jsonschema.UnmarshalJSON(strings.NewReader(value))
			}
		}
		out = append(out, e)
	}
	return out
}

// partOf is a part of a JSON object, or of the first one of a list.
func partOf(body, name string) string {
	var one map[string]any
	if err := json.Unmarshal([]byte(body), &one); err != nil {
		var list []map[string]any
		if json.Unmarshal([]byte(body), &list) != nil || len(list) == 0 {
			return ""
		}
		one = list[0]
	}
	return fmt.Sprint(one[name])
}
