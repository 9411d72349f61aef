package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/astara-corridors/astara/world"
)

// An operation as the server's own document describes it.
type operation struct {
	ID, Method, Path string
	Params           []parameter
	Body             bool
	// Responses holds the schema of each content type by status, nil where it has none.
	Responses map[string]map[string]*jsonschema.Schema
}

type parameter struct {
	Name, In string
	Required bool
}

// document of the API, with its operations by name.
type apiDocument struct {
	Text       string
	Operations map[string]*operation
}

// names of the operations in order.
func (d *apiDocument) names() []string { return slices.Sorted(maps.Keys(d.Operations)) }

// documentOf reads what the server at an address says of itself.
func documentOf(t testing.TB, address string) *apiDocument {
	t.Helper()
	resp, err := http.Get(address + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var raw json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&raw); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	schemas := jsonschema.NewCompiler()
	schemas.DefaultDraft(jsonschema.Draft2020) // what OpenAPI 3.1 takes
	schemas.AssertFormat()
	if err := schemas.AddResource("api.json", doc); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []parameter
			RequestBody *json.RawMessage
			Responses   map[string]struct {
				Content map[string]struct{ Schema *json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	out := &apiDocument{string(raw), map[string]*operation{}}
	for path, methods := range read.Paths {
		for method, x := range methods {
			if x.OperationID == "" || out.Operations[x.OperationID] != nil {
				t.Fatalf("%s %s: the operation %q has no name of its own", method, path, x.OperationID)
			}
			o := &operation{x.OperationID, strings.ToUpper(method), path, x.Parameters, x.RequestBody != nil, map[string]map[string]*jsonschema.Schema{}}
			for status, r := range x.Responses {
				o.Responses[status] = map[string]*jsonschema.Schema{}
				for kind, c := range r.Content {
					if c.Schema == nil {
						o.Responses[status][kind] = nil
						continue
					}
					at := "api.json#" + pointer("paths", path, method, "responses", status, "content", kind, "schema")
					s, err := schemas.Compile(at)
					if err != nil {
						t.Fatalf("%s: %v", at, err)
					}
					o.Responses[status][kind] = s
				}
			}
			out.Operations[o.ID] = o
		}
	}
	return out
}

// pointer is a JSON pointer (RFC 6901) as the fragment of an address.
func pointer(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(p)))
	}
	return b.String()
}

// address of an operation with values for its parameters; those that have none are
// left out, or are an error where they are required.
func (o *operation) address(values url.Values) (string, error) {
	path, query := o.Path, url.Values{}
	for _, p := range o.Params {
		v, given := values[p.Name]
		switch {
		case !given && p.Required:
			return "", fmt.Errorf("%s needs an example of its parameter %s", o.ID, p.Name)
		case !given:
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(v[0]))
		case p.In == "query":
			query[p.Name] = v
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, nil
}

// response finds what the document says of a status.
func (o *operation) response(status int) (map[string]*jsonschema.Schema, bool) {
	for _, key := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100), "default"} {
		if r, ok := o.Responses[key]; ok && (key != "default" || status >= 400) {
			return r, true
		}
	}
	return nil, false
}

// small is a server over the starter case, which it has solved, and the shipped one.
func small(t testing.TB) (address string) {
	t.Helper()
	address = start(t, Options{Cases: []string{folder(t, "small"), "caucasus"}, Data: t.TempDir(), Cache: &world.Cache{Dir: t.TempDir()}, Version: "test"})
	solveSmall(t, address)
	return address
}

func solveSmall(t testing.TB, address string) {
	t.Helper()
	status, _, body := do(t, "POST", address+base+"/cases/small/answer", "")
	var j Job
	if err := json.Unmarshal([]byte(body), &j); err != nil || status != http.StatusAccepted {
		t.Fatal(status, body, err)
	}
	if j = finished(t, address, j.ID); j.State != Done {
		t.Fatalf("the small case cannot be solved: %+v", j)
	}
}

// finished waits for a job.
func finished(t testing.TB, address, id string) Job {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		_, _, body := do(t, "GET", address+base+"/jobs/"+id, "")
		var j Job
		if err := json.Unmarshal([]byte(body), &j); err != nil {
			t.Fatal(body, err)
		}
		if j.State.Final() {
			return j
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("the job stays %s: %+v", j.State, j)
		}
	}
}
