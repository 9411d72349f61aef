package server

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/world"
)

// victim is a server that is asked without a network: nothing but its own handler is
// between the request and the answer.
type victim struct {
	handler http.Handler
	doc     *apiDocument
	names   []string
	log     *bytes.Buffer
	paths   []string // folders of this machine, which no answer may name
}

func newVictim(t testing.TB) *victim {
	t.Helper()
	texts, data := t.TempDir(), t.TempDir()
	t.Setenv("XDG_DATA_HOME", texts)
	dir, broken := folder(t, "small"), folder(t, "broken")
	if err := os.WriteFile(filepath.Join(broken, "variables.yaml"), []byte("variables: [{id: x, states: 3}]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cache := &world.Cache{Dir: t.TempDir()}
	address := start(t, Options{Cases: []string{dir}, Cache: cache, Version: "test"})
	solveSmall(t, address)
	v := &victim{doc: documentOf(t, address), log: &bytes.Buffer{}}
	v.names = v.doc.names()
	s, err := New(Options{Cases: []string{dir, broken}, Data: data, Cache: cache, Version: "test", Log: slog.New(slog.NewTextHandler(v.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	v.handler = s.guard(map[string]bool{"localhost": true}, s.handler)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	v.paths = []string{texts, data, dir, broken, here, os.TempDir() + "/"}
	return v
}

// hostile are values that have broken other programs.
var hostile = []string{
	"", " ", "\x00", "..", "../../etc/passwd", "/etc/passwd", `..\..\windows`, "%2e%2e%2f", "claims/../../x.yaml", "file:///etc/passwd", "C:\\x", "a/b", ".",
	"'; DROP TABLE note; --", `" OR 1=1`, "*", "a AND (b", "NEAR(a b", "-1", "0", "9223372036854775808", "1e999", "NaN", "true", "null", "[]", "{}",
	"rail_bridge=built,rail_bridge=missing", "rail_bridge=", "=built", "pact=in_force,pact", "\u202e", "ümläut", "\xff\xfe", "${jndi:x}", "{{7*7}}", "<script>", "\r\nX: y",
}

// large are bodies at and beyond the limits.
var large = map[string]string{
	"deep list":   `{"text":` + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + `}`,
	"deep object": strings.Repeat(`{"text":`, 20_000) + "1" + strings.Repeat("}", 20_000),
	"long text":   `{"text":"` + strings.Repeat("a", maxBody-100) + `"}`,
	"too long":    `{"text":"` + strings.Repeat("a", maxBody) + `"}`,
	"many keys":   `{` + strings.Repeat(`"k":1,`, 50_000) + `"text":""}`,
	"long number": `{"text":` + strings.Repeat("9", 100_000) + `}`,
}

// value draws a JSON value.
func value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 6
		if depth == 0 {
			kinds = 4
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			x := rapid.Float64().Draw(t, "number")
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return 1e300
			}
			return x
		case 3:
			return rapid.SampledFrom(hostile).Draw(t, "text")
		case 4:
			return rapid.String().Draw(t, "text")
		case 5:
			return rapid.SliceOfN(value(depth-1), 0, 4).Draw(t, "list")
		default:
			return rapid.MapOfN(rapid.SampledFrom(members), value(depth-1), 0, 6).Draw(t, "object")
		}
	})
}

// members are names that bodies of the API have.
var members = []string{
	"text", "sha256", "about", "name", "address", "id", "target", "kind", "worlds", "claim", "rows", "verdict", "date", "evidence", "source", "lexicon", "claims",
	"weights", "own", "off", "low", "high", "from", "to", "world", "states", "x",
}

// request draws one for an operation of the document, mostly wrong in some part.
func (v *victim) request(t *rapid.T) (*http.Request, string) {
	o := v.doc.Operations[rapid.SampledFrom(v.names).Draw(t, "operation")]
	text := func(name string) string {
		switch rapid.IntRange(0, 5).Draw(t, name+" is") {
		case 0:
			return rapid.SampledFrom(hostile).Draw(t, name)
		case 1:
			return rapid.String().Draw(t, name)
		case 2:
			return strings.Repeat(rapid.SampledFrom([]string{"a", "é", "(", "x=y,", "../"}).Draw(t, name), rapid.IntRange(1, 3000).Draw(t, "times"))
		}
		if s, ok := samples[name]; ok {
			return s
		}
		return rapid.SampledFrom(hostile).Draw(t, name)
	}
	path, query := o.Path, url.Values{}
	header := http.Header{}
	for _, p := range o.Params {
		if !p.Required && rapid.Bool().Draw(t, "without "+p.Name) {
			continue
		}
		s := text(p.Name)
		if p.Name == "case" && rapid.IntRange(0, 9).Draw(t, "case") < 8 {
			s = rapid.SampledFrom([]string{"small", "small", "small", "broken"}).Draw(t, "case")
		}
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(s))
		case "query":
			query.Add(p.Name, s)
		case "header":
			header.Set(p.Name, s)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	body := ""
	if o.Body || rapid.IntRange(0, 9).Draw(t, "body anyway") == 0 {
		switch rapid.IntRange(0, 9).Draw(t, "body") {
		case 0:
			body = large[rapid.SampledFrom([]string{"deep list", "deep object", "long text", "too long", "many keys", "long number"}).Draw(t, "large")]
		case 1:
			body = string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		case 2:
			body = rapid.SampledFrom(hostile).Draw(t, "body")
		case 3, 4, 5:
			body = wrongIn(t, o.ID)
		default:
			b, err := json.Marshal(rapid.MapOfN(rapid.SampledFrom(members), value(3), 0, 8).Draw(t, "object"))
			if err != nil {
				t.Fatal(err)
			}
			if body = string(b); rapid.IntRange(0, 5).Draw(t, "cut") == 0 {
				body = body[:len(body)/2]
			}
		}
		header.Set("Content-Type", rapid.SampledFrom([]string{"application/json", "application/json", "application/json", "application/json", "application/json", "application/json", "application/json", "application/json", "text/plain", "application/xml", "application/cbor", "multipart/form-data", "x", ""}).Draw(t, "content type"))
	}
	method := o.Method
	if rapid.IntRange(0, 19).Draw(t, "another method") == 0 {
		method = rapid.SampledFrom([]string{"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"}).Draw(t, "method")
	}
	for _, h := range []string{"Accept", "Accept-Encoding", "If-None-Match", "Range", "If-Match", "Prefer", "X-Forwarded-For", "X-HTTP-Method-Override"} {
		if rapid.IntRange(0, 14).Draw(t, h) == 0 {
			header.Set(h, strings.Map(visible, text(h)))
		}
	}
	// A job is followed until it ends, and here none is worked on.
	if o.ID == "watch-job" {
		path = base + "/jobs/none/events"
	}
	u, err := url.ParseRequestURI(path)
	if err != nil {
		t.Skip("no address")
	}
	r := httptest.NewRequest("GET", "http://localhost/", strings.NewReader(body))
	r.Method, r.URL, r.RequestURI, r.Header, r.Host = method, u, path, header, "localhost"
	return r, method + " " + path
}

// wrongIn is a good body of an operation with one member that is anything.
func wrongIn(t *rapid.T, id string) string {
	good := map[string]any{}
	for _, c := range calls {
		if c.op == id && c.body != "" && !c.plain {
			if err := json.Unmarshal([]byte(c.body), &good); err != nil {
				t.Fatal(err)
			}
		}
	}
	names := append(slices.Sorted(maps.Keys(good)), rapid.SampledFrom(members).Draw(t, "member"))
	good[rapid.SampledFrom(names).Draw(t, "wrong member")] = value(3).Draw(t, "wrong")
	b, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// visible drops what no header can hold.
func visible(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// inside of the program: what no answer may show.
var insides = regexp.MustCompile(`goroutine \d|runtime error|\.go:\d+|panic:|github\.com/|SQL logic|no such table|/proc/`)

// holds is the property: whatever is asked, the answer is no fault, and tells nothing
// of the program or of the machine.
func (v *victim) holds(t *rapid.T) {
	r, name := v.request(t)
	w := httptest.NewRecorder()
	v.log.Reset()
	v.handler.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code >= 500 || w.Code < 200 {
		t.Fatalf("%s: %d %.300s\n%s", name, w.Code, body, v.log)
	}
	if w.Code >= 400 {
		asked, err := url.PathUnescape(name)
		if err != nil {
			asked = name
		}
		for _, p := range append(v.paths, insides.FindString(body)) {
			if p != "" && strings.Contains(body, p) && !strings.Contains(asked, p) {
				t.Fatalf("%s: the answer shows %q: %.500s", name, p, body)
			}
		}
		if kind := w.Header().Get("Content-Type"); w.Code != 405 && r.Method != "HEAD" && kind != "application/problem+json" {
			t.Fatalf("%s: %d is %s: %.200s", name, w.Code, kind, body)
		}
	}
}

// TestHostileRequests asks some thousand drawn requests, always the same ones. The fuzz
// target below draws others.
func TestHostileRequests(t *testing.T) {
	set(t, "rapid.seed", "1")
	set(t, "rapid.checks", "1500")
	v := newVictim(t)
	rapid.Check(t, v.holds) // what is kept once is kept now
	goroutines, heap := runtime.NumGoroutine(), settled()
	set(t, "rapid.seed", "2")
	rapid.Check(t, v.holds)
	if n := runtime.NumGoroutine(); n > goroutines+2 {
		t.Errorf("%d goroutines after as many requests again, %d before", n, goroutines)
	}
	// The shelf and the index may still fill: some megabytes.
	if now := settled(); now > heap+24<<20 {
		t.Errorf("%d MB in use after as many requests again, %d MB before", now>>20, heap>>20)
	}
}

func settled() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// set sets a flag of another package until the test ends.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set(before) })
}

// Texts that are checked as a file of a case may be anything: nested without an end,
// one inside another a billion times, a line that never ends. Each is answered, soon.
func TestHostileTexts(t *testing.T) {
	v := newVictim(t)
	n := 200_000
	for name, x := range map[string]struct{ path, text string }{
		"nested list":          {"variables.yaml", "variables: " + strings.Repeat("[", n)},
		"nested and closed":    {"variables.yaml", "variables: " + strings.Repeat("[", n) + strings.Repeat("]", n)},
		"nested object":        {"variables.yaml", strings.Repeat("{a: ", n)},
		"nested by lines":      {"variables.yaml", nestedLines(2000)},
		"one inside another":   {"variables.yaml", laughs()},
		"itself":               {"variables.yaml", "variables: &a [*a]\n"},
		"proposition":          {"effects.yaml", "effects:\n- id: x\n  when: " + strings.Repeat("(", n) + "\n"},
		"proposition, not":     {"effects.yaml", "effects:\n- id: x\n  when: " + strings.Repeat("not ", n) + "pact=none\n"},
		"proposition, closed":  {"effects.yaml", "effects:\n- id: x\n  when: " + strings.Repeat("(", n) + "pact=none" + strings.Repeat(")", n) + "\n"},
		"long proposition":     {"effects.yaml", "effects:\n- id: x\n  when: pact=none" + strings.Repeat(" or pact=none", n/10) + "\n"},
		"many variables":       {"variables.yaml", "variables:\n" + strings.Repeat("- {id: x, name: x, kind: fact, states: [a, b]}\n", 20_000)},
		"one long line":        {"freight/link.csv", strings.Repeat("a", n)},
		"many columns":         {"freight/link.csv", strings.Repeat("a,", n)},
		"many rows":            {"freight/link.csv", "link_id,from_node_id\n" + strings.Repeat("a,b\n", n/4)},
		"an open quote":        {"freight/link.csv", "link_id\n\"" + strings.Repeat("x\n", n)},
		"quotes":               {"freight/link.csv", strings.Repeat("\"", n)},
		"nothing but ends":     {"timeline.csv", strings.Repeat("\n", n)},
		"zeros":                {"timeline.csv", strings.Repeat("\x00", n)},
		"long number":          {"freight/fee.csv", "fee_id,money\na," + strings.Repeat("9", n) + "\n"},
		"long key":             {"case.yaml", strings.Repeat("k", n) + ": 1\n"},
		"years":                {"case.yaml", "format: 1\nhorizon: 99999999999999999999\nbase_year: -5\n"},
		"anchors and tags":     {"case.yaml", strings.Repeat("!!binary &a ", n/20) + "x\n"},
		"comment":              {"case.yaml", "#" + strings.Repeat("#", n)},
		"keys":                 {"case.yaml", manyKeys(n / 20)},
		"dashes":               {"variables.yaml", strings.Repeat("- ", n)},
		"question marks":       {"variables.yaml", strings.Repeat("? ", n)},
		"block text, indented": {"variables.yaml", "variables: |\n" + strings.Repeat(" ", n) + "x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := json.Marshal(map[string]string{"text": x.text})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", "http://localhost"+base+"/cases/small/try?path="+url.QueryEscape(x.path), bytes.NewReader(b))
			r.Host = "localhost"
			r.Header.Set("Content-Type", "application/json")
			w, before := httptest.NewRecorder(), time.Now()
			v.handler.ServeHTTP(w, r)
			if took := time.Since(before); w.Code != 200 && w.Code != 422 || took > 10*time.Second || w.Body.Len() > 4<<20 {
				t.Errorf("%d after %v, %d bytes: %.300s", w.Code, took, w.Body.Len(), w.Body)
			}
		})
	}
}

// laughs is a small text that is a billion words when every name in it is replaced.
func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	return b.String() + "variables: *a29\n"
}

func nestedLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}

func FuzzRequests(f *testing.F) {
	v := newVictim(f)
	f.Fuzz(rapid.MakeFuzz(v.holds))
}
