package server

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// awaited waits for a job and returns it.
func awaited(t *testing.T, api, body string) Job {
	t.Helper()
	var j Job
	if err := json.Unmarshal([]byte(body), &j); err != nil || j.ID == "" {
		t.Fatal(body, err)
	}
	for range 600 {
		_, _, got := do(t, "GET", api+"/jobs/"+j.ID, "")
		if err := json.Unmarshal([]byte(got), &j); err != nil {
			t.Fatal(got, err)
		}
		if j.State.Final() {
			return j
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return j
}

// howItWent is the part of a report on the run that made it.
var howItWent = regexp.MustCompile(`(?s)<details><summary>How this run went.*?</details>`)

// What the app gives for download is what the command writes.
func TestExportsAreTheCommands(t *testing.T) {
	dir := folder(t, "mine")
	cache := &world.Cache{Dir: t.TempDir()}
	api := start(t, Options{Cases: []string{dir}, Cache: cache, Workers: 2, Version: "test"}) + base
	ask := func(kind string) (int, string) {
		status, _, body := do(t, "POST", api+"/cases/mine/exports", `{"kind":"`+kind+`"}`, "Content-Type", "application/json")
		return status, body
	}
	if status, body := ask("report"); status != 409 || !strings.Contains(body, "solve it first") {
		t.Error(status, body)
	}
	if status, _ := ask("shell"); status != 422 {
		t.Error("an unknown kind:", status)
	}

	want := t.TempDir()
	var l diag.List
	c := casefile.Load(os.DirFS(dir), &l)
	o := astara.Options{Workers: 1, Cache: cache, Answer: answer.DefaultOptions()}
	a, _, err := astara.AnswerCase(t.Context(), c, want, "test", o)
	if err != nil {
		t.Fatal(err)
	}
	a.Run = nil
	var plainAnswer bytes.Buffer
	if err := astara.WriteJSON(&plainAnswer, a); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(want, astara.AnswerFile), plainAnswer.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var compared []string
	for _, kind := range []string{"answer", "report", "csv", "parquet", "flows", "figures", "network"} {
		status, body := ask(kind)
		if status != 202 {
			t.Fatal(kind, status, body)
		}
		if j := awaited(t, api, body); j.State != Done {
			t.Fatal(kind, j)
		}
		_, _, body = do(t, "GET", api+"/cases/mine/exports", "")
		var all []Export
		if err := json.Unmarshal([]byte(body), &all); err != nil || len(all) == 0 || all[0].Kind != kind || len(all[0].Files) == 0 {
			t.Fatal(body, err)
		}
		at := api + "/cases/mine/exports/" + all[0].ID
		for _, f := range all[0].Files {
			_, head, got := do(t, "GET", at+"/file?name="+f.Name, "")
			if !strings.HasPrefix(head.Get("Content-Disposition"), "attachment") || int64(len(got)) != f.Size {
				t.Errorf("%s: %v", f.Name, head)
			}
			b, err := os.ReadFile(filepath.Join(want, f.Name))
			if os.IsNotExist(err) {
				continue // the command writes figures and the network elsewhere
			}
			if f.Name == astara.ReportFile { // how long the command took is its own
				b = howItWent.ReplaceAll(b, nil)
			}
			if got != string(b) {
				t.Errorf("%s is not what the command writes", f.Name)
			}
			compared = append(compared, f.Name)
		}
		status, _, packed := do(t, "GET", at+"/file", "")
		z, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
		if err != nil || status != 200 || len(z.File) != len(all[0].Files) {
			t.Fatal(kind, status, err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil { // checks the sum
				t.Error(f.Name, err)
			}
			r.Close()
		}
		for _, bad := range []string{"/file?name=../../state.db", "/file?name=.export.json", "/file?name=/etc/passwd"} {
			if status, _, body := do(t, "GET", at+bad, ""); status != 404 {
				t.Errorf("%s: %d %s", bad, status, body)
			}
		}
	}
	slices.Sort(compared)
	if got := strings.Join(compared, " "); got != "answer.json datapackage.json flows.csv flows.geojson flows.parquet outcomes.csv outcomes.parquet report.html worlds.csv worlds.parquet" {
		t.Errorf("compared %s", got)
	}
	_, _, body := do(t, "GET", api+"/cases/mine/exports", "")
	var all []Export
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all) != 7 {
		t.Fatal(body, err)
	}
	at := api + "/cases/mine/exports/" + all[0].ID
	if status, _, body := do(t, "DELETE", at, ""); status != 204 {
		t.Error(status, body)
	}
	if status, _, _ := do(t, "GET", at+"/file", ""); status != 404 {
		t.Error("still there:", status)
	}
	if status, _, _ := do(t, "GET", api+"/cases/other/exports/"+all[1].ID+"/file", ""); status != 404 {
		t.Error("the files of another case:", status)
	}
}

func TestExportsAreBounded(t *testing.T) {
	data := t.TempDir()
	x, err := openExports(data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxExports + 3 {
		e := Export{ID: exportID("csv", "c", strings.Repeat("h", i), "v", nil), Kind: "csv", Case: "c"}
		made := 0
		for range 2 { // the second time it is there
			err = x.make(t.Context(), e, func(_ context.Context, dir string) error {
				made++
				return writeTo(dir, "a.csv", func(w io.Writer) error { _, err := io.WriteString(w, "a\n1\n"); return err })
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if made != 1 {
			t.Errorf("made %d times", made)
		}
	}
	all, err := x.list()
	if err != nil || len(all) != maxExports || all[0].ID != exportID("csv", "c", strings.Repeat("h", maxExports+2), "v", nil) {
		t.Errorf("%d exports are kept: %v", len(all), err)
	}
	// What fails, or is cut off, leaves nothing.
	err = x.make(t.Context(), Export{ID: "0123456789abcdef"}, func(_ context.Context, dir string) error { return io.ErrUnexpectedEOF })
	if err == nil {
		t.Error("no error")
	}
	old := filepath.Join(x.dir, unfinished+"1")
	if err := os.Mkdir(old, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*maxSolve)); err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Data: data, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	entries, err := os.ReadDir(x.dir)
	if err != nil || len(entries) != maxExports {
		t.Errorf("%d folders: %v", len(entries), err)
	}
}

// A run is opened as it was, in the parts that pages read, also when the case has
// changed since.
func TestRunsAreOpenedInParts(t *testing.T) {
	s, err := New(Options{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	whole, err := json.Marshal(&answer.Answer{Format: answer.Format, First: "More."})
	if err != nil {
		t.Fatal(err)
	}
	for hash, text := range map[string]string{"aa": string(whole), "bb": `{"format":0}`} {
		if err := s.state.keepRun(t.Context(), RunInfo{Hash: hash, Case: "c", CaseHash: "gone"}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	get := func(at string) (int, string) {
		r := httptest.NewRequest("GET", base+at, nil)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	for range 2 { // packed, then from memory
		if status, body := get("/runs/aa/brief"); status != 200 || !strings.Contains(body, `"first":"More."`) || !strings.Contains(body, `"answer":"aa"`) {
			t.Error(status, body)
		}
	}
	if status, body := get("/runs/aa/parts/first"); status != 200 || body != "\"More.\"\n" {
		t.Errorf("%d %q", status, body)
	}
	for at, want := range map[string]int{"/runs/aa/parts/nothing": 404, "/runs/cc/brief": 404, "/runs/bb/brief": 409} {
		if status, body := get(at); status != want {
			t.Error(at, status, body)
		}
	}
}

// An answer that the command line has worked out is a run that can be opened.
func TestRunsOfTheCommandLine(t *testing.T) {
	dir, cache := folder(t, "small"), &world.Cache{Dir: t.TempDir()}
	var l diag.List
	o := astara.Options{Cache: cache}
	o.Answer = answer.DefaultOptions()
	if _, _, err := astara.AnswerCase(t.Context(), casefile.Load(os.DirFS(dir), &l), "", "test", o); err != nil {
		t.Fatal(err)
	}
	for _, first := range []string{"", "/cases/small/answer/brief"} { // the list alone knows it, and so does the page of the case
		s, address, end := running(t, Options{Cases: []string{dir}, Cache: cache, Version: "test"})
		if first != "" {
			if status, _, body := do(t, "GET", address+base+first, ""); status != 200 {
				t.Fatal(status, body)
			}
			if all, err := s.state.runs(t.Context()); err != nil || len(all) != 1 {
				t.Errorf("runs once the case was opened: %v %v", all, err)
			}
		}
		var all []RunInfo
		ask(t, "GET", address+base+"/runs", nil, &all)
		if len(all) != 1 || all[0].Case != "small" || all[0].Program != "test" {
			t.Fatalf("%+v", all)
		}
		_, _, want := do(t, "GET", address+base+"/cases/small/answer/brief", "")
		if status, _, got := do(t, "GET", address+base+"/runs/"+all[0].Hash+"/brief", ""); status != 200 || got != want {
			t.Errorf("%d, %d bytes, want %d", status, len(got), len(want))
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}
