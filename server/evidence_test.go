package server

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// interview is the text of the starter case's interview.
func interview(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "casefile", "starter", "interview.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// errorsOf are the problems of a refusal by the place they are shown at.
func errorsOf(t *testing.T, body string) map[string]string {
	t.Helper()
	var p struct {
		Errors []struct{ Message, Location string }
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(body, err)
	}
	out := map[string]string{}
	for _, e := range p.Errors {
		out[e.Location] = e.Message
	}
	return out
}

func TestTextsOverHTTP(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	dir := folder(t, "mine")
	api := start(t, Options{Cases: []string{dir}}) + base + "/cases/mine/texts"
	at := api + "/interview"
	if status, _, body := do(t, "GET", at, ""); status != 404 || !strings.Contains(body, "no text") {
		t.Error(status, body)
	}
	var rows []TextRow
	_, _, body := do(t, "GET", api, "")
	if err := json.Unmarshal([]byte(body), &rows); err != nil || len(rows) != 1 || rows[0].Attached || len(rows[0].Places) != 1 ||
		rows[0].Places[0].At == nil || rows[0].Places[0].At[0] != 357 {
		t.Fatalf("%s %v", body, err)
	}
	for _, x := range []struct {
		name, at, body, kind string
		want                 int
		say                  string
	}{
		{"a PDF", at, "%PDF-1.7 ...", "text/plain", 422, "PDF"},
		{"an archive", at, "PK\x03\x04...", "", 422, "archive"},
		{"bytes", at, "a\x00b", "", 422, "bytes of value 0"},
		{"nothing", at, " \n", "", 422, "empty"},
		{"a type", at, "{}", "application/json", 415, "plain text"},
		{"a web page", at, "<!doctype html><p>words</p>", "text/plain", 422, "markup"},
		{"another text", at, "Other words.", "", 422, "none"},
		{"no such source", api + "/nobody", "text", "", 404, "no such source"},
		{"a source without claims", api + "/made_up", "text", "", 422, "no claim"},
		{"a source outside", api + "/..%2f..%2fx", "text", "", 404, "no such source"},
		{"too large", at, strings.Repeat("x", attach.MaxText+1), "text/plain", 413, "larger"},
	} {
		status, _, body := do(t, "POST", x.at, x.body, "Content-Type", x.kind)
		if status != x.want || !strings.Contains(strings.ToLower(body), strings.ToLower(x.say)) {
			t.Errorf("%s: %d %s", x.name, status, body)
		}
	}
	status, _, body := do(t, "POST", at, strings.ReplaceAll(interview(t), "\n", "\r\n"), "Content-Type", "text/plain; charset=utf-8")
	var row TextRow
	if err := json.Unmarshal([]byte(body), &row); err != nil || status != 200 || !row.Same || row.Changed == "" || row.Places[0].Status != attach.Shown {
		t.Fatal(status, body, err)
	}
	// The text is read back whole, whatever stands in it, and the place is that of the claim.
	hostile := "<script>alert(1)</script> & \u202e"
	if status, _, body := do(t, "POST", at, interview(t)+hostile, "Content-Type", "text/plain"); status != 200 {
		t.Fatal(status, body)
	}
	status, head, body := do(t, "GET", at, "")
	var text TextBody
	if err := json.Unmarshal([]byte(body), &text); err != nil || status != 200 || text.Text != interview(t)+hostile || text.Same {
		t.Fatal(status, body, err)
	}
	if !strings.HasPrefix(head.Get("Content-Type"), "application/json") || head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Content-Security-Policy") != policy {
		t.Error("a browser may take the text for a page:", head)
	}
	p := text.Places[0]
	if words := string([]rune(text.Text)[p.Start:p.End]); sumOf([]byte(words)) != "1c9797fd4663a8286344f3800444009714b3b12275e62dd3c2d6ffaecfa3348c" {
		t.Errorf("not the words of the claim: %q", words)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*interview*"))
	if err != nil || len(left) != 1 { // the starter's own file
		t.Errorf("the text went into the case: %v %v", left, err)
	}
	if status, _, body := do(t, "DELETE", at, ""); status != 200 || strings.Contains(body, `"attached":true`) {
		t.Error(status, body)
	}
	if status, _, _ := do(t, "DELETE", at, ""); status != 404 {
		t.Error("removed twice:", status)
	}
	if status, _, _ := do(t, "GET", at, ""); status != 404 {
		t.Error("still there:", status)
	}
}

// row is a resolution of the starter's claim as JSON, with changes.
func row(change func(map[string]any)) string {
	m := map[string]any{"claim": "engineer-bridge", "rows": 1, "verdict": "held", "date": "2025-09-01", "evidence": []string{"2025-06-01-pact-in-force"}, "letter": "b",
		"note": "Seen: \"built\" — at last", "quote": "It stands.", "by": "A. Reader"}
	if change != nil {
		change(m)
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestResolutions(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	api := start(t, Options{Cases: []string{dir}, Data: data}) + base + "/cases/mine"
	path := filepath.Join(dir, resolutionsFile)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(os.DirFS(dir), &l)
	evidence := c.Timeline[0].ID
	send := func(body string) (int, string) {
		status, _, got := do(t, "POST", api+"/resolutions", body, "Content-Type", "application/json")
		return status, got
	}
	for field, x := range map[string]struct {
		change func(map[string]any)
		say    string
	}{
		"body.evidence": {func(m map[string]any) { delete(m, "evidence") }, "evidence"},
		"body.letter":   {func(m map[string]any) { m["letter"] = "c" }, "letter"},
		"body.date":     {func(m map[string]any) { m["date"] = "2020-01-01" }, "was made"},
		"body.verdict":  {func(m map[string]any) { m["verdict"] = "true" }, "held"},
		"body.happened": {func(m map[string]any) { m["happened"] = "no" }, "cannot be held"},
		"body.corrects": {func(m map[string]any) { m["corrects"] = "2025-06-01" }, "no settled row"},
		"body.source.address": {func(m map[string]any) {
			m["source"] = map[string]string{"publisher": "P", "title": "T", "address": "javascript:alert(1)"}
		}, "address"},
		"body.source.title": {func(m map[string]any) { m["source"] = map[string]string{"publisher": "P", "title": " "} }, "needs"},
	} {
		status, body := send(row(func(m map[string]any) { m["evidence"] = []string{evidence}; x.change(m) }))
		if said := errorsOf(t, body)[field]; status != 422 || !strings.Contains(said, x.say) {
			t.Errorf("%s: %d %s", field, status, body)
		}
	}
	if status, body := send(row(func(m map[string]any) { m["claim"] = "nobody" })); status != 404 {
		t.Error(status, body)
	}
	if status, body := send(row(func(m map[string]any) { m["rows"] = 0 })); status != 409 || !strings.Contains(body, "meanwhile") {
		t.Error(status, body)
	}
	if now, _ := os.ReadFile(path); string(now) != string(before) {
		t.Fatal("a refused row was written")
	}

	// Two at once: one is written, the other is told to look first.
	good := row(func(m map[string]any) { m["evidence"] = []string{evidence} })
	var wg sync.WaitGroup
	got := make([]int, 2)
	for i := range got {
		wg.Go(func() { got[i], _ = send(good) })
	}
	wg.Wait()
	if got[0]+got[1] != 201+409 {
		t.Fatal(got)
	}
	now, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(now), string(before)) {
		t.Fatalf("rows that were there are not as they were:\n%s %v", now, err)
	}
	c = casefile.Load(os.DirFS(dir), &l)
	if l.Failed() || len(c.Resolutions) != 2 {
		t.Fatal(l.All(), len(c.Resolutions))
	}
	if r := c.Resolutions[1]; r.Claim != "engineer-bridge" || r.Date.String() != "2025-09-01" || r.Added.String() != today() || r.Evidence[0] != evidence ||
		r.Note != "Seen: \"built\" — at last In its words: “It stands.” Settled by A. Reader." {
		t.Errorf("%+v", r)
	}
	vs, err := newHistory(data, open(t, data, dir)).versions()
	if err != nil || len(vs) != 2 || vs[1].About != "resolution of engineer-bridge: held" {
		t.Errorf("%+v %v", vs, err)
	}

	// A correction, with a document that the case did not list.
	status, body := send(row(func(m map[string]any) {
		m["rows"], m["corrects"], m["verdict"], m["evidence"] = 2, "2025-09-01", "failed", []string{}
		m["source"] = map[string]string{"publisher": "The Brigg Courier", "title": "Not: built", "date": "2025-10-01", "address": "https://example.org/a?b=c#d"}
	}))
	var done Resolved
	if err := json.Unmarshal([]byte(body), &done); err != nil || status != 201 || done.Case.Name != "mine" || done.Copied {
		t.Fatal(status, body, err)
	}
	c = casefile.Load(os.DirFS(dir), &l)
	if l.Failed() || len(c.Resolutions) != 3 || c.Resolutions[2].Evidence[0] != "the-brigg-courier-2025-10-01" || c.Sources[len(c.Sources)-1].Address != "https://example.org/a?b=c#d" {
		t.Errorf("%v %+v", l.All(), c.Resolutions)
	}
	var book LedgerBody
	_, _, body = do(t, "GET", api+"/ledger", "")
	if err := json.Unmarshal([]byte(body), &book); err != nil || book.Book.Claims[0].Verdict != "failed" || book.Book.Claims[0].Rows != 3 || book.Book.Calibration.Scored != 1 || book.Today != today() {
		t.Errorf("%s %v", body, err)
	}
}

// A case inside the program is copied, once, and only for a row that can be added.
func TestResolutionOfAShippedCase(t *testing.T) {
	data := t.TempDir()
	api := start(t, Options{Data: data}) + base + "/cases"
	send := func(change func(map[string]any)) (int, string) {
		m := map[string]any{"claim": "arkov-impulse", "rows": 1, "verdict": "open", "date": "2026-09-01", "evidence": []string{"2026-02-28-war-2026"}}
		if change != nil {
			change(m)
		}
		b, _ := json.Marshal(m)
		status, _, body := do(t, "POST", api+"/caucasus/resolutions", string(b), "Content-Type", "application/json")
		return status, body
	}
	if status, body := send(func(m map[string]any) { m["evidence"] = []string{"nothing"} }); status != 422 || errorsOf(t, body)["body.evidence"] == "" {
		t.Error(status, body)
	}
	if _, err := os.Stat(filepath.Join(data, "cases", "my-caucasus")); err == nil {
		t.Error("a copy for a row that was refused")
	}
	status, body := send(nil)
	var done Resolved
	if err := json.Unmarshal([]byte(body), &done); err != nil || status != 201 || !done.Copied || done.Case.Name != "my-caucasus" || !strings.Contains(done.Where, "cases/my-caucasus") {
		t.Fatal(status, body, err)
	}
	var l diag.List
	c := casefile.Load(os.DirFS(filepath.Join(data, "cases", "my-caucasus")), &l)
	last := c.Resolutions[len(c.Resolutions)-1]
	if l.Failed() || last.Claim != "arkov-impulse" || last.Date.String() != "2026-09-01" {
		t.Errorf("%v %+v", l.All(), last)
	}
}

func TestAddRow(t *testing.T) {
	pairs := []pair{{"claim", "a"}, {"note", ""}, {"verdict", "open"}}
	for name, x := range map[string][2]string{
		"nothing yet":  {"resolutions:\n", "resolutions:\n- claim: a\n  verdict: open\n"},
		"empty list":   {"# words\nresolutions: [] # none\n", "# words\nresolutions:  # none\n- claim: a\n  verdict: open\n"},
		"deeper":       {"resolutions:\n\n  # words\n  - {claim: b}", "resolutions:\n\n  # words\n  - {claim: b}\n  - claim: a\n    verdict: open\n"},
		"Windows":      {"resolutions:\r\n- {claim: b}\r\n", "resolutions:\r\n- {claim: b}\r\n- claim: a\r\n  verdict: open\r\n"},
		"in one line":  {"resolutions: [{claim: b}]\n", ""},
		"another list": {"sources:\n- id: a\n", ""},
		"a mapping":    {"resolutions:\n  claim: b\n", ""},
	} {
		got, err := addRow(x[0], "resolutions", pairs)
		if got.text != x[1] || (err != nil) != (x[1] == "") {
			t.Errorf("%s: %q %v", name, got.text, err)
		}
	}
	// Rows that would land elsewhere are not written.
	dir := folder(t, "mine")
	if err := os.WriteFile(filepath.Join(dir, resolutionsFile), []byte("resolutions:\n- claim: engineer-bridge\n  verdict: open\n  date: 2025-06-01\n  note: |\n    words\nformat: 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	s := open(t, data, dir)
	_, ch, err := s.resolve(data, Resolution{Claim: "engineer-bridge", Rows: 1, Verdict: "open", Date: "2025-07-01"})
	if err == nil && len(ch.problems) == 0 {
		t.Error("a row was added behind another key")
	}
}

// Whatever is typed stands in the file as a value, and is read as it was typed.
func TestTypedTextStaysAValue(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	for i, note := range []string{
		"- claim: other\n  verdict: held", "a: b # c", "[x]", "{y: z}", "*a &b !c", "\"quoted\" 'too' \\ back", "null", "true", "12", "2025-01-01", "a\ttab", "a\r\nb",
		"\u2028\u2029\u0085\u202e\ufeff", "\u007f", "<script>", "\U0001F682", "---", "%YAML 1.2", "@`", "?", "| block", "> fold", strings.Repeat("long ", 700),
	} {
		_, ch, err := s.resolve(data, Resolution{Claim: "engineer-bridge", Rows: i + 1, Verdict: "open", Date: "2025-07-01", Note: note})
		if err != nil || len(ch.problems) > 0 {
			t.Fatalf("%q: %v %+v", note, err, ch)
		}
		x, err := s.load()
		if err != nil || x.List.Failed() {
			t.Fatal(note, err, x.List.All())
		}
		if r := x.Case.Resolutions[len(x.Case.Resolutions)-1]; r.Note != strings.TrimSpace(note) || len(x.Case.Resolutions) != i+2 {
			t.Errorf("%q is read as %q", note, r.Note)
		}
	}
	before, _, err := s.read(resolutionsFile)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.load()
	if err != nil {
		t.Fatal(err)
	}
	rows := len(x.Case.Resolutions) // all of the one claim
	for _, verdict := range []string{"open\n  happened: yes", "held, letter: a", "\x00", ""} {
		_, ch, err := s.resolve(data, Resolution{Claim: "engineer-bridge", Rows: rows, Verdict: verdict, Date: "2025-07-01"})
		if err != nil && !errors.Is(err, errByHand) || err == nil && len(ch.problems) == 0 {
			t.Errorf("the verdict %q was taken: %v", verdict, err)
		}
	}
	if after, _, err := s.read(resolutionsFile); err != nil || string(after) != string(before) {
		t.Error("a refused row was written", err)
	}
}
