package server

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/world"
)

// gaps starts a server over the starter case with power, gas and worlds that cannot be.
func gaps(t *testing.T) (api, dir string) {
	t.Helper()
	testdata.Need(t, lp.Available())
	dir = filepath.Join(t.TempDir(), "gaps")
	files := testdata.Overlay(t, casefile.Starter(), "../answer/testdata/power.txtar")
	if err := os.CopyFS(dir, testdata.Overlay(t, files, "../answer/testdata/impossible.txtar")); err != nil {
		t.Fatal(err)
	}
	cache := &world.Cache{Dir: t.TempDir(), Warn: func(m string) { t.Error(m) }}
	return start(t, Options{Cases: []string{dir}, Cache: cache}) + base, dir
}

// settle asks for a job and waits until it is done.
func settle(t *testing.T, api, at, body string) Job {
	t.Helper()
	status, _, text := do(t, "POST", api+at, body, "Content-Type", "application/json")
	var j Job
	if err := json.Unmarshal([]byte(text), &j); err != nil || status != http.StatusAccepted {
		t.Fatalf("%s: %d %s", at, status, text)
	}
	for deadline := time.Now().Add(time.Minute); !j.State.Final(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is still %s", at, j.State)
		}
		_, _, text = do(t, "GET", api+"/jobs/"+j.ID, "")
		if err := json.Unmarshal([]byte(text), &j); err != nil {
			t.Fatal(err)
		}
	}
	if j.State != Done {
		t.Fatalf("%s: %s, %s", at, j.State, j.Problem)
	}
	return j
}

func TestTable(t *testing.T) {
	api, dir := gaps(t)
	at := "/cases/gaps"
	for _, part := range []string{"/table/columns", "/table/weights?view=reference"} {
		if status, head, text := do(t, "GET", api+at+part, ""); status != 404 || head.Get("Content-Type") != "application/problem+json" || !strings.Contains(text, "job of kind answer") {
			t.Errorf("%s before it is solved: %d %s", part, status, text)
		}
	}
	unsolved := func(when string) {
		t.Helper()
		if status, head, text := do(t, "GET", api+at+"/table", ""); status != 200 || text != "{\"solved\":false}\n" || head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", when, status, text)
		}
	}
	unsolved("before it is solved")
	settle(t, api, at+"/answer", "")
	status, head, text := do(t, "GET", api+at+"/table", "")
	if !strings.HasPrefix(text, `{"solved":true,`) {
		t.Errorf("%.100s", text)
	}
	var b answer.Browsable
	if err := json.Unmarshal([]byte(text), &b); err != nil || status != 200 {
		t.Fatal(status, text)
	}
	if b.Worlds == 0 || uint64(b.Worlds) >= b.Codes || len(b.Engines) != 2 || len(b.Outcomes) == 0 || len(b.Views) == 0 || len(b.Arms) != 2 {
		t.Errorf("%+v", b)
	}
	if again, _, _ := do(t, "GET", api+at+"/table", "", "If-None-Match", head.Get("ETag")); again != 304 || head.Get("ETag") == "" {
		t.Errorf("known already: %d, tag %q", again, head.Get("ETag"))
	}
	end := 0
	size := map[string]int{"uint16": 2, "uint32": 4, "float64": 8}
	for _, s := range b.Sections {
		if s.Start%8 != 0 || s.Start < end || size[s.Type] == 0 {
			t.Errorf("section %+v after %d", s, end)
		}
		end = s.Start + s.Count*size[s.Type]
	}
	if end != b.Bytes {
		t.Errorf("sections end at %d of %d bytes", end, b.Bytes)
	}
	for _, x := range []struct {
		part string
		size int
		hash string
	}{{"/table/columns", b.Bytes, b.Hash}, {"/table/weights?view=reference", 8 * b.Worlds, b.Views[len(b.Views)-1].Hash}} {
		status, head, plain := do(t, "GET", api+at+x.part, "", "Accept-Encoding", "identity")
		if status != 200 || len(plain) != x.size || head.Get("ETag") != `W/"`+x.hash+`"` || head.Get("Content-Type") != "application/octet-stream" || head.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, %d bytes, %v", x.part, status, len(plain), head)
		}
		_, head, packed := do(t, "GET", api+at+x.part, "", "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(strings.NewReader(packed))
		if err != nil {
			t.Fatal(x.part, head, err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != plain || head.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s packed: %d bytes of %d, %v", x.part, len(got), len(plain), err)
		}
		if status, _, text := do(t, "GET", api+at+x.part, "", "If-None-Match", head.Get("ETag")); status != 304 || text != "" {
			t.Errorf("%s known already: %d, %d bytes", x.part, status, len(text))
		}
	}
	if status, head, text := do(t, "GET", api+at+"/table/weights?view=nobody", ""); status != 422 || head.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a view that is not there: %d %s", status, text)
	}
	if status, _, text := do(t, "GET", api+at+"/table/weights", ""); status != 422 {
		t.Errorf("no view: %d %s", status, text)
	}
	// Another case has another table.
	file := filepath.Join(dir, "case.yaml")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(old, "# changed\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	unsolved("after a change")
}

func TestWorldsByThemselves(t *testing.T) {
	api, _ := gaps(t)
	at := "/cases/gaps/worlds"
	const name = "gas_north=stopped,grid=joined"
	if status, _, text := do(t, "GET", api+at+"?world="+url.QueryEscape(name), ""); status != 200 || !strings.Contains(text, `"solved":false`) {
		t.Errorf("before: %d %s", status, text)
	}
	var near Around
	status, _, text := do(t, "GET", api+at+"/around?world=grid%3Djoined", "")
	if err := json.Unmarshal([]byte(text), &near); err != nil || status != 200 {
		t.Fatal(status, text)
	}
	want := []Option{{"line_war", "fought_over", "No grid is joined under fire."}}
	if near.Reason != "" || len(near.Options) != 1 || near.Options[0] != want[0] {
		t.Errorf("%+v", near)
	}
	for _, x := range []struct{ at, method, body, want string }{
		{"?world=" + url.QueryEscape("grid=joined,line_war=fought_over"), "GET", "", "No grid is joined under fire"},
		{"?world=" + url.QueryEscape("grid=yoined"), "GET", "", "joined"},
		{"", "POST", `{"worlds":["grid=joined,line_war=fought_over"]}`, "No grid is joined under fire"},
		{"", "POST", `{"worlds":[]}`, "length >= 1"},
		{"", "POST", `{"worlds":["","","","","","","","",""]}`, "length <= 8"},
		{"/around?world=x", "GET", "", "x"},
	} {
		if status, head, text := do(t, x.method, api+at+x.at, x.body, "Content-Type", "application/json"); status != 422 || head.Get("Content-Type") != "application/problem+json" || !strings.Contains(text, x.want) {
			t.Errorf("%s %s%s: %d %s", x.method, x.at, x.body, status, text)
		}
	}
	body, err := json.Marshal(map[string][]string{"worlds": {"", name}})
	if err != nil {
		t.Fatal(err)
	}
	if j := settle(t, api, at, string(body)); j.Kind != "world" || j.Done != 2 || j.Total != 2 {
		t.Errorf("%+v", j)
	}
	var own SolvedWorld
	_, _, text = do(t, "GET", api+at+"?world="+url.QueryEscape(name), "")
	if err := json.Unmarshal([]byte(text), &own); err != nil || !own.Solved || own.World != name || !own.Converged || len(own.About) != len(own.Outcomes) {
		t.Fatal(text)
	}
	// The table has the same numbers, to the tolerance of solving.
	settle(t, api, "/cases/gaps/answer", "")
	_, _, text = do(t, "GET", api+"/cases/gaps/table", "")
	var b answer.Browsable
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	_, _, columns := do(t, "GET", api+"/cases/gaps/table/columns", "", "Accept-Encoding", "identity")
	code := b.Baseline
	for _, v := range b.Variables {
		if v.ID == "gas_north" || v.ID == "grid" {
			code += v.Stride
		}
	}
	at16 := func(s answer.Section, i int) int { return int(columns[s.Start+2*i]) | int(columns[s.Start+2*i+1])<<8 }
	section := map[string]answer.Section{}
	for _, s := range b.Sections {
		section[s.Name] = s
	}
	row, sum := -1, uint32(0)
	for i := range b.Worlds {
		s := section["steps"]
		var step uint32
		for k := range 4 {
			step |= uint32(columns[s.Start+4*i+k]) << (8 * k)
		}
		if sum += step; sum == code {
			row = i
		}
	}
	if row < 0 {
		t.Fatal("the table does not have the world")
	}
	for _, o := range b.Outcomes {
		s := section["outcome/"+o.ID]
		r := at16(section["row/"+b.Engines[o.Engine].Name], row)
		var bits uint64
		for k := range 8 {
			bits |= uint64(columns[s.Start+8*r+k]) << (8 * k)
		}
		want, got := math.Float64frombits(bits), own.Outcomes[o.ID]
		if math.IsNaN(want) != (got == nil) || got != nil && !(math.Abs(*got-want) <= 1e-6*(1+math.Abs(want))) {
			t.Errorf("%s is %v by itself, %v in the table", o.ID, got, want)
		}
	}
	if !bytes.Contains([]byte(text), []byte(`"unsettled":[]`)) {
		t.Error("rows did not settle")
	}
}
