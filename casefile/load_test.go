package casefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// quiet loads a case that must have no diagnostic but those allowed.
func quiet(t *testing.T, fsys fs.FS, allowed ...string) *Case {
	t.Helper()
	var l diag.List
	c := Load(fsys, &l)
	for _, d := range l.All() {
		if !contains(allowed, d.Rule.Name) {
			t.Errorf("unexpected: %v", d)
		}
	}
	return c
}

func TestStarterIsClean(t *testing.T) {
	// Without the base map in the program the engine notes that it could not test
	// nodes against shapes.
	c := quiet(t, Starter(), "country-shapes-absent")
	if c.WorldCount != 4 || len(c.Variables) != 2 || len(c.Effects) != 1 || len(c.Agreements) != 1 || len(c.Claims) != 1 {
		t.Errorf("the starter case was not read whole: %d worlds, %d variables", c.WorldCount, len(c.Variables))
	}
	s := c.Freight
	if len(s.Nodes) != 5 || len(s.Links) != 8 || len(s.Borders) != 8 || len(s.Outcomes) != 3 || s.BaseYear != 2024 || s.Horizon != 2030 {
		t.Errorf("freight: %d nodes, %d links, %d borders", len(s.Nodes), len(s.Links), len(s.Borders))
	}
}

// TestStarterValues spells out what some lines of the starter case become.
func TestStarterValues(t *testing.T) {
	c := quiet(t, Starter(), "country-shapes-absent")
	bridge := c.Variables[1]
	if got := bridge.Given[0].Weights; got[1].Low != 0.3 || got[1].Central != 0.6 || got[1].High != 0.8 ||
		!near(got[0].Low, 0.2) || !near(got[0].Central, 0.4) || !near(got[0].High, 0.7) || bridge.Given[0].Rest != 0 {
		t.Errorf("weights of the first row: %v", got)
	}
	if got := bridge.Given[0].When.String(); got != "pact=in_force" {
		t.Errorf("condition of the first row: %q", got)
	}
	if !cmp.Equal(bridge.InfluencedBy, []int{0}) {
		t.Errorf("parents: %v", bridge.InfluencedBy)
	}
	e := c.Effects[0]
	if e.Why.Clause != "pact/bridge" || len(e.Freight) != 1 || e.Freight[0].Op != freight.OpOpen || e.Freight[0].On.Project != "rail_bridge" || e.ShareOfYear.Central != 1 || e.Freight[0].Why != e.ID {
		t.Errorf("effect: %+v", e)
	}
	o := c.Outcomes[0]
	if o.Measure != freight.Tonnes || o.Materiality != 10000 || !cmp.Equal(o.Query.Passes, []string{"XN", "XM", "XS"}) || !o.Query.Both || !cmp.Equal(o.Query.UsesModes, []string{"rail"}) {
		t.Errorf("outcome with its corridor: %+v", o)
	}
	if got := c.Outcomes[2].Materiality; got != 1e5 {
		t.Errorf("0.1 million USD/yr: %v", got)
	}
	if got := c.Freight.Links[1].Capacity; got.Central != 3e6 || got.Low != 2e6 || got.Dim != units.Rate || got.Letter != units.Estimate || got.Name != "link/R2/capacity" {
		t.Errorf("capacity of R2: %+v", got)
	}
	if l := c.Freight.Links[2]; l.Open || l.Project != "rail_bridge" || !cmp.Equal(l.Gauge, []int{1435}) {
		t.Errorf("the missing bridge: %+v", l)
	}
	cl := c.Agreements[0].Clauses[0]
	if cl.Modality != treaty.BestEfforts || cl.What.String() != "rail_bridge=built" || cl.Standing.Kind != treaty.InText || cl.Article != "3" {
		t.Errorf("clause: %+v", cl)
	}
	if c.Agreements[0].InForceIf.String() != "pact=in_force" {
		t.Errorf("in force: %v", c.Agreements[0].InForceIf)
	}
	if q := c.Claims[0]; q.Kind != belief.Level || q.Hedge != "probable" || q.Then.String() != "rail_bridge=built" || q.Reading != belief.See {
		t.Errorf("claim: %+v", q)
	}
	if ob := c.Observed[0]; ob.Value.Central != 9e6 || ob.Value.Dim != units.MoneyRate {
		t.Errorf("9 million USD/yr: %+v", ob.Value)
	}
	if m := c.Actors[3].Members; len(m) != 3 || m[0].Actor != "XN" || m[2].From.Year != 2020 {
		t.Errorf("members: %+v", m)
	}
}

func near(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 } // sums of decimal fractions

// TestStarterLocator looks up the words of the claim, as a user with the text
// would.
func TestStarterLocator(t *testing.T) {
	c := quiet(t, Starter(), "country-shapes-absent")
	q := c.Claims[0]
	for _, s := range c.Sources {
		if s.ID != q.Source {
			continue
		}
		text, err := fs.ReadFile(Starter(), s.Text)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != s.SHA256 {
			t.Errorf("sha256 of %s is %x", s.Text, sum)
		}
		span := string([]rune(string(text))[q.Locator.Start:q.Locator.End])
		if sum := sha256.Sum256([]byte(span)); hex.EncodeToString(sum[:]) != q.Locator.SHA256 {
			t.Errorf("the span %q has the hash %x", span, sum)
		}
		return
	}
	t.Error("the source of the claim is gone")
}

// TestLoadIsDeterministic loads twice and compares everything that prints.
func TestLoadIsDeterministic(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var out [2]bytes.Buffer
	var hashes [2][]FileHash
	for i := range out {
		var l diag.List
		c := Load(fsys, &l)
		l.Print(&out[i], nil, false)
		hashes[i] = c.Files
	}
	if out[0].String() != out[1].String() || !cmp.Equal(hashes[0], hashes[1]) {
		t.Error("two readings of one case differ")
	}
}

// TestCaucasusIsReadWhole counts worlds: the number is printed and bounded as
// the case promises (at most 2^18).
func TestCaucasusIsReadWhole(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := Load(fsys, &l)
	for _, d := range l.All() {
		if f := d.Rule.ID; d.Rule.Severity == diag.Error && (f < "A200" || f > "A3ZZ") { // the network is the engine's to judge
			t.Errorf("%v", d)
		}
	}
	t.Logf("%d worlds", c.WorldCount)
	if c.WorldCount == 0 || c.WorldCount > 1<<18 {
		t.Errorf("%d worlds, at most 262144 are allowed", c.WorldCount)
	}
	if c.Space == nil || len(c.Variables) < 15 || len(c.Claims) < 25 || len(c.Freight.Zones) < 40 || c.Focus != "AZ" || c.AsOf.String() != "2025-01-16" {
		t.Errorf("the case was not read whole: %d variables, %d claims, %d zones", len(c.Variables), len(c.Claims), len(c.Freight.Zones))
	}
}

// TestEmptyFolder and the next give what could be read, and never nil.
func TestEmptyFolder(t *testing.T) {
	var l diag.List
	c := Load(fstest.MapFS{}, &l)
	if c == nil || c.Freight == nil || l.Len() != 1 || l.All()[0].Rule != ruleNoCase {
		t.Errorf("an empty folder: %v", l.All())
	}
}

// brokenFS fails on some files as a disk would.
type brokenFS struct {
	fstest.MapFS
	bad map[string]error
}

func (b brokenFS) ReadFile(name string) ([]byte, error) {
	if err := b.bad[name]; err != nil {
		return nil, &fs.PathError{Op: "read", Path: "/secret/place/" + name, Err: err}
	}
	return b.MapFS.ReadFile(name)
}

func TestUnreadableFiles(t *testing.T) {
	fsys := brokenFS{starterMap(t), map[string]error{"actors.yaml": fs.ErrPermission, "freight/fee.csv": errors.New("input/output error")}}
	var l diag.List
	Load(fsys, &l)
	var out bytes.Buffer
	l.Print(&out, nil, false)
	for _, want := range []string{"actors.yaml: error A002 unreadable-file: actors.yaml: permission denied", "freight/fee.csv: error A002 unreadable-file: freight/fee.csv: it cannot be read: input/output error"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not reported:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "/secret/") {
		t.Errorf("a path of the machine is shown:\n%s", out.String())
	}
	if strings.Contains(out.String(), "unknown-actor") {
		t.Errorf("what follows from the unreadable file is reported too:\n%s", out.String())
	}
}

func TestFileSize(t *testing.T) {
	fsys := starterMap(t)
	fsys["actors.yaml"] = &fstest.MapFile{Data: bytes.Repeat([]byte("# long\n"), maxYAML/7+1)}
	var l diag.List
	Load(fsys, &l)
	found := false
	for _, d := range l.All() {
		found = found || d.Rule == ruleFileSize
	}
	if !found {
		t.Errorf("a file above the limit is not reported: %v", l.All())
	}
}

func TestDepth(t *testing.T) {
	for _, n := range []int{maxDepth + 2, 200_000} { // the second takes minutes, were it parsed
		for _, deep := range []string{"a: " + strings.Repeat("[", n) + strings.Repeat("]", n), strings.Repeat("{a: ", n), strings.Repeat("- ", n) + "a"} {
			var l diag.List
			parseYAML("case.yaml", []byte(deep), &l)
			if l.Len() != 1 || l.All()[0].Rule != ruleYAMLDepth {
				t.Errorf("%.5s nested %d deep: %v", deep, n, l.All())
			}
		}
	}
}

// TestPositions checks that places count code points and look inside quotes.
func TestPositions(t *testing.T) {
	for _, test := range []struct {
		text      string
		line, col int
	}{
		{"a: b", 1, 4},
		{"ä: bé", 1, 4},
		{"a: 'bc'", 1, 5},
		{"a: \"bc\"", 1, 5},
		{"x: 1\na: b", 2, 4},
		{"x: 'two\n  lines'\na: b", 3, 4},
		{"x: |\n  two\n  lines\na: b", 4, 4},
		{"x: >-\n  two\n  lines\n\na: b", 5, 4},
		{"# note\r\nx: 1\r\na: b\r\n", 3, 4},
		{"x: {y: [1, 2]}\na: b", 2, 4},
		{"{x: 'é', a: b}", 1, 13},
	} {
		var l diag.List
		n := parseYAML("f", []byte(test.text), &l)
		if n == nil || l.Len() > 0 {
			t.Errorf("%q: %v", test.text, l.All())
			continue
		}
		v := n.keys[len(n.keys)-1].value
		if v.pos.Line != test.line || v.pos.Col != test.col {
			t.Errorf("%q: the last value stands at %d:%d, want %d:%d", test.text, v.pos.Line, v.pos.Col, test.line, test.col)
		}
	}
}

func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "case")
	if err := Init(dir); err != nil {
		t.Fatal(err)
	}
	quiet(t, os.DirFS(dir), "country-shapes-absent")
	before := names(t, filepath.Dir(dir))
	if err := Init(dir); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a folder with files was not refused: %v", err)
	}
	if after := names(t, filepath.Dir(dir)); !cmp.Equal(before, after) {
		t.Errorf("a refused init left something: %v", after)
	}
	empty := t.TempDir()
	if err := Init(empty); err != nil {
		t.Errorf("an empty folder was refused: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Init(file); err == nil {
		t.Error("a file in the place of the folder was accepted")
	}
}

// TestCopyLeavesNothing breaks the source in the middle of a copy.
func TestCopyLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	fsys := brokenFS{starterMap(t), map[string]error{"variables.yaml": errors.New("input/output error")}}
	dir := filepath.Join(parent, "case")
	if err := Copy(fsys, dir); err == nil {
		t.Fatal("a broken copy was called good")
	}
	if got := names(t, parent); len(got) != 0 {
		t.Errorf("a broken copy left %v", got)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
