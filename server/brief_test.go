package server

import (
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// unpack reads JSON into a tree.
func unpack(t *testing.T, body string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %.200s", err, body)
	}
	return v
}

// What pages read says what the answer says: each part is the answer's own member, and
// every number of the brief stands in the answer at its place.
func TestBriefAndPartsAgreeWithAnswer(t *testing.T) {
	var l diag.List
	c := astara.Load(casefile.Starter(), &l)
	m, err := astara.Prepare(t.Context(), c, &l, astara.Options{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	solved, err := m.Solve(t.Context(), astara.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer solved.Close()
	opt := answer.DefaultOptions()
	opt.Draws = 8
	a, err := solved.Answer(t.Context(), astara.Options{Answer: opt})
	if err != nil {
		t.Fatal(err)
	}

	cache := &world.Cache{Dir: t.TempDir()}
	s, err := New(Options{Data: t.TempDir(), Cache: cache, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, x, err := s.sound("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	api := start(t, Options{Cache: cache}) + base + "/cases/caucasus/answer"
	if status, head, body := do(t, "GET", api+"/brief", ""); status != 200 || strings.TrimSpace(body) != `{"solved":false}` || head.Get("Content-Type") != "application/json" {
		t.Fatalf("unsolved: %d %s", status, body)
	}
	if status, _, _ := do(t, "GET", api+"/parts/countries", ""); status != 404 {
		t.Errorf("a part of no answer: %d", status)
	}
	key, tag := s.keyOf(x)
	if err := answer.Keep(cache, key, a); err != nil { // the bodies do not depend on whose answer it is
		t.Fatal(err)
	}
	_, _, body := do(t, "GET", api, "")
	whole := unpack(t, body)
	for name, want := range whole {
		status, _, part := do(t, "GET", api+"/parts/"+name, "")
		var got any
		if err := json.Unmarshal([]byte(part), &got); status != 200 || err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("part %s: %d, %v", name, status, err)
		}
	}
	if status, _, got := do(t, "GET", api+"/parts/energy", ""); status != 200 || whole["energy"] == nil && strings.TrimSpace(got) != "null" {
		t.Errorf("power and gas of a case without: %d %s", status, got)
	}
	if status, _, got := do(t, "GET", api+"/parts/nothing", ""); status != 404 || !strings.Contains(got, "nothing") {
		t.Errorf("%d %s", status, got)
	}
	status, head, body := do(t, "GET", api+"/brief", "")
	brief := unpack(t, body)
	if status != 200 || brief["solved"] != true || brief["answer"] != tag {
		t.Fatalf("%d %.200s", status, body)
	}
	if status, _, _ := do(t, "GET", api+"/brief", "", "If-None-Match", head.Get("ETag")); status != 304 {
		t.Errorf("kept brief: %d", status)
	}
	for _, name := range []string{"format", "case", "first", "worlds", "views", "headline", "variables", "questions", "fit", "hangs", "notes"} {
		if !reflect.DeepEqual(brief[name], whole[name]) {
			t.Errorf("%s is not the answer's", name)
		}
	}
	numbers := 0
	within(t, "outcomes", brief["outcomes"], whole["outcomes"], &numbers)
	acts := whole["acts"].([]any)
	for i, b := range brief["acts"].([]any) {
		act := b.(map[string]any)
		full := acts[i].(map[string]any)
		for _, e := range act["effects"].([]any) {
			e := e.(map[string]any)
			for _, f := range full["effects"].([]any) {
				f := f.(map[string]any)
				if f["outcome"] == e["outcome"] && f["state"] == e["state"] {
					within(t, "effects", e, f, &numbers)
				}
			}
		}
		delete(act, "effects")
		delete(act, "states")
		delete(act, "drivers")
		within(t, "acts", act, full, &numbers)
	}
	if numbers < 50 {
		t.Errorf("%d numbers were compared", numbers)
	}
}

// within reports what of a stands otherwise in b; lists of a may end earlier.
func within(t *testing.T, at string, a, b any, numbers *int) {
	switch a := a.(type) {
	case map[string]any:
		other, _ := b.(map[string]any)
		for k, v := range a {
			within(t, at+"."+k, v, other[k], numbers)
		}
	case []any:
		other, _ := b.([]any)
		if len(a) > len(other) {
			t.Errorf("%s is longer than in the answer", at)
			return
		}
		for i, v := range a {
			within(t, at, v, other[i], numbers)
		}
	default:
		if _, ok := a.(float64); ok {
			*numbers++
		}
		if a != b {
			t.Errorf("%s is %v, in the answer %v", at, a, b)
		}
	}
}
