package diag

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

var (
	testNode  = NewRule("Z012", "test-unknown-node", Error, "for tests")
	testShort = NewRule("Z013", "test-short", Warning, "for tests")
	testNote  = NewRule("Z014", "test-note", Note, "for tests")
)

func TestOrderIsByPlaceThenRuleThenReport(t *testing.T) {
	var l List
	at := func(file string, line, col int) Pos { return Pos{File: file, Line: line, Col: col} }
	l.Report(testShort, at("b.csv", 1, 1), "", "6")
	l.Report(testShort, at("a.csv", 2, 9), "", "4")
	l.Report(testShort, at("a.csv", 2, 9), "", "5")
	l.Report(testNode, at("a.csv", 2, 9), "", "3")
	l.Report(testNode, at("a.csv", 2, 1), "", "2")
	l.Report(testNote, Pos{}, "", "1")
	var got string
	for _, d := range l.All() {
		got += d.Message
	}
	if got != "123456" {
		t.Errorf("order %s, want 123456", got)
	}
	if l.Count(Error) != 2 || l.Count(Warning) != 3 || l.Count(Note) != 1 || l.Len() != 6 || !l.Failed() {
		t.Errorf("counts %d %d %d", l.Count(Error), l.Count(Warning), l.Count(Note))
	}
}

func TestReportedPointerStaysValid(t *testing.T) {
	var l List
	first := l.Report(testNode, Pos{}, "", "first")
	for range 100 {
		l.Report(testShort, Pos{Line: 1}, "", "more")
	}
	first.Hint = "set late"
	if got := l.All()[0].Hint; got != "set late" {
		t.Errorf("hint %q was lost", got)
	}
}

func TestMergeCopies(t *testing.T) {
	var a, b List
	d := b.Report(testNote, Pos{File: "x", Line: 1}, "", "from b")
	a.Report(testNote, Pos{File: "y", Line: 1}, "", "from a")
	a.Merge(&b)
	a.Merge(nil)
	d.Message = "changed later"
	if got := a.All(); len(got) != 2 || got[0].Message != "from b" {
		t.Errorf("after the merge: %v", got)
	}
	if a.Failed() {
		t.Error("notes made the list fail")
	}
}

func TestPrint(t *testing.T) {
	const link = "\ufeffa\tbad,1\r\n" + "港口bad,名\n" + "e\u0301bad\n"
	for _, c := range []struct {
		name string
		d    Diagnostic
		want string
	}{
		{"a tab widens to the stop", Diagnostic{Rule: testNode, Pos: Pos{"f", 1, 3, 3}, Message: "m", Expected: "e", Hint: "h"},
			"f:1:3: error Z012 test-unknown-node: m\n  a   bad,1\n      ^~~\n  expected: e\n  hint: h\n"},
		{"wide runes take two columns", Diagnostic{Rule: testShort, Pos: Pos{"f", 2, 3, 3}, Message: "m"},
			"f:2:3: warning Z013 test-short: m\n  港口bad,名\n      ^~~\n"},
		{"a wide rune is marked whole", Diagnostic{Rule: testShort, Pos: Pos{"f", 2, 7, 1}, Message: "m"},
			"f:2:7: warning Z013 test-short: m\n  港口bad,名\n          ^~\n"},
		{"a combining mark takes none", Diagnostic{Rule: testNote, Pos: Pos{"f", 3, 3, 3}, Message: "m"},
			"f:3:3: note Z014 test-note: m\n  e\u0301bad\n   ^~~\n"},
		{"length beyond the line is cut", Diagnostic{Rule: testNode, Pos: Pos{"f", 1, 7, 50}, Message: "m"},
			"f:1:7: error Z012 test-unknown-node: m\n  a   bad,1\n          ^\n"},
		{"one past the end is where something is missing", Diagnostic{Rule: testNode, Pos: Pos{"f", 1, 8, 0}, Message: "m"},
			"f:1:8: error Z012 test-unknown-node: m\n  a   bad,1\n           ^\n"},
		{"column beyond the line has no mark", Diagnostic{Rule: testNode, Pos: Pos{"f", 1, 20, 1}, Message: "m"},
			"f:1:20: error Z012 test-unknown-node: m\n  a   bad,1\n"},
		{"unknown column", Diagnostic{Rule: testNode, Pos: Pos{File: "f", Line: 2}, Message: "m"},
			"f:2: error Z012 test-unknown-node: m\n  港口bad,名\n"},
		{"line beyond the file", Diagnostic{Rule: testNode, Pos: Pos{"f", 99, 1, 1}, Message: "m"},
			"f:99:1: error Z012 test-unknown-node: m\n"},
		{"file without a source", Diagnostic{Rule: testNode, Pos: Pos{File: "gone", Line: 1, Col: 1}, Message: "m"},
			"gone:1:1: error Z012 test-unknown-node: m\n"},
		{"no place", Diagnostic{Rule: testNode, Message: "m"}, "error Z012 test-unknown-node: m\n"},
		{"other places", Diagnostic{Rule: testNode, Message: "m", Also: []Pos{{"g", 4, 2, 1}}},
			"error Z012 test-unknown-node: m\n  see also: g:4:2\n"},
		{"control characters do not reach the terminal", Diagnostic{Rule: testNode, Message: "a\x1b[31m\nb\xff"},
			"error Z012 test-unknown-node: a [31m b\ufffd\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l List
			l.Add(c.d)
			var b bytes.Buffer
			l.Print(&b, func(f string) []byte {
				if f != "f" {
					return nil
				}
				return []byte(link)
			}, false)
			if b.String() != c.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), c.want)
			}
		})
	}
}

func TestPrintWithoutSources(t *testing.T) {
	var l List
	l.Report(testNode, Pos{"f", 1, 1, 1}, "", "m")
	var b bytes.Buffer
	l.Print(&b, nil, false)
	if want := "f:1:1: error Z012 test-unknown-node: m\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
}

func TestPrintColour(t *testing.T) {
	var l List
	l.Report(testNode, Pos{}, "", "m")
	var b bytes.Buffer
	l.Print(&b, nil, true)
	if want := "\x1b[31merror\x1b[0m Z012 test-unknown-node: m\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
}

func TestLongLinesAreCutAroundTheMark(t *testing.T) {
	line := strings.Repeat("abcdefghi,", 40) // 400 columns
	for _, col := range []int{1, 5, 55, 200, 399, 400, 401} {
		source, marks := excerpt(line, col, 4)
		if n := columnsOf(source); n > excerptColumns+2 {
			t.Errorf("column %d: %d columns shown", col, n)
		}
		at := strings.IndexByte(marks, '^')
		if at < 0 {
			t.Fatalf("column %d: no mark", col)
		}
		if col > 400 {
			if at != columnsOf(source) {
				t.Errorf("column %d: mark at %d of %d columns", col, at, columnsOf(source))
			}
			continue
		}
		if got := []rune(source)[at]; byte(got) != line[col-1] {
			t.Errorf("column %d: mark under %q, want %q", col, got, line[col-1])
		}
		if n := len([]rune(marks)); n > columnsOf(source) {
			t.Errorf("column %d: marks %d wide, source %d", col, n, columnsOf(source))
		}
	}
}

func TestExcerptNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringN(0, 300, -1).Draw(t, "line")
		col, length := rapid.IntRange(-2, 320).Draw(t, "col"), rapid.IntRange(-2, 320).Draw(t, "len")
		source, marks := excerpt(line, col, length)
		if strings.ContainsAny(source, "\n\t\x1b") {
			t.Fatalf("source %q", source)
		}
		if trimmed := strings.Trim(marks, " ~"); marks != "" && trimmed != "^" {
			t.Fatalf("marks %q", marks)
		}
	})
}

func TestJSON(t *testing.T) {
	var l List
	empty, err := l.JSON()
	if err != nil || !bytes.Contains(empty, []byte(`"diagnostics": []`)) {
		t.Errorf("empty list: %s, %v", empty, err)
	}
	d := l.Report(testNode, Pos{"freight/link.csv", 12, 13, 5}, "aktua", "no node %q <here>", "aktua")
	d.Expected, d.Hint, d.Also = "a node", `did you mean "aktau"?`, []Pos{{File: "x", Line: 1}}
	data, err := l.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte("<here>")) {
		t.Errorf("escaped for HTML: %s", data)
	}
	var back struct {
		Format, Errors, Warnings, Notes int
		Diagnostics                     []map[string]any
	}
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Format != JSONFormat || back.Errors != 1 || len(back.Diagnostics) != 1 {
		t.Fatalf("%+v", back)
	}
	got := back.Diagnostics[0]
	for key, want := range map[string]any{
		"rule": "Z012", "name": "test-unknown-node", "severity": "error", "file": "freight/link.csv",
		"line": 12., "col": 13., "len": 5., "text": "aktua", "expected": "a node",
	} {
		if got[key] != want {
			t.Errorf("%s = %v, want %v", key, got[key], want)
		}
	}
}

func TestRules(t *testing.T) {
	rules := Rules()
	if !slices.IsSortedFunc(rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("rules are not sorted")
	}
	if !slices.Contains(rules, testNode) {
		t.Error("a registered rule is missing")
	}
	for name, f := range map[string]func(){
		"id":   func() { NewRule("Z012", "test-other", Error, "") },
		"name": func() { NewRule("Z099", "test-unknown-node", Error, "") },
		"rule": func() { (&List{}).Add(Diagnostic{Message: "m"}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestNearest(t *testing.T) {
	nodes := []string{"aktau", "baku_alat", "astara_az", "astara_ir", "tbilisi", "poti", "Kars"}
	for _, c := range []struct{ word, want string }{
		{"aktua", "aktau"},        // swap
		{"baku_alt", "baku_alat"}, // insert
		{"tbillisi", "tbilisi"},   // delete
		{"potu", "poti"},          // replace
		{"kars", "Kars"},          // letter case
		{"astara_as", "astara_az"},
		{"astara", ""}, // two options begin with it
		{"baku", "baku_alat"},
		{"tb", ""},
		{"rotterdam", ""},
		{"", ""},
		{"x", ""},
	} {
		if got := Nearest(c.word, nodes); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}

func TestDistanceIsSymmetricAndBounded(t *testing.T) {
	word := rapid.SliceOfN(rapid.RuneFrom([]rune("abc")), 0, 6)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) {
			t.Fatalf("%d against %d", d, distance(b, a))
		}
		if low, high := len(a)-len(b), max(len(a), len(b)); d < max(low, -low) || d > high {
			t.Fatalf("distance %d of %q and %q", d, string(a), string(b))
		}
		if (d == 0) != slices.Equal(a, b) {
			t.Fatalf("distance %d of %q and %q", d, string(a), string(b))
		}
	})
}
