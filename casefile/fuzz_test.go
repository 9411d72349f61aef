package casefile

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

// FuzzYAML feeds any bytes to the YAML reader: it must not panic, must give the
// same result twice, must report something when it gives no tree, and must
// place each diagnostic inside the file.
func FuzzYAML(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s))
	}
	err := fs.WalkDir(Starter(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Starter(), p)
		f.Add(data)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"a: &x [1]\nb: *x", "- - - 1", "? a\n: b", "a: |\n  text\n  more\nb: >-\n  x\n", "a: 'it''s'\r\nb: \"\\u00e9\"", "\ufeffa: 1", "%YAML 1.2\n---\na: 1\n...\n", "!!map {a: b}", "{a: [b, {c: d}]}", "a:\n\t- b", "\x00", "a: \xff", "<<: {a: 1}", "é: ü", "a: 0x1F\nb: 1_000\nc: .inf\nd: -.5e3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		var first, second diag.List
		a := parseYAML("case.yaml", data, &first)
		b := parseYAML("case.yaml", data, &second)
		if !sameTree(a, b) || first.Len() != second.Len() {
			t.Fatal("two readings differ")
		}
		if a == nil && utf8.Valid(data) && first.Len() == 0 && len(data) > 0 && !blank(data) {
			t.Fatal("no tree and no diagnostic")
		}
		if a == nil {
			return
		}
		for i := range files {
			r := &reader{l: &first}
			walk(r, files[i].rec, a)
			a = parseYAML("case.yaml", data, &second) // walk drops what does not fit
		}
		for _, d := range first.All() {
			if d.Pos.Line < 0 || d.Pos.Col < 0 || d.Message == "" {
				t.Fatalf("diagnostic out of place: %+v", d)
			}
		}
	})
}

// blank reports whether a file holds no value: spaces, comments and marks of
// documents alone.
func blank(data []byte) bool {
	var l diag.List
	root, err := parseAST(strings.TrimPrefix(string(data), "\ufeff"))
	if err != nil {
		return false
	}
	for _, doc := range root.Docs {
		if doc.Body != nil {
			return false
		}
	}
	return l.Len() == 0
}

func sameTree(a, b *node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.shape != b.shape || a.text != b.text || a.pos != b.pos || len(a.items) != len(b.items) || len(a.keys) != len(b.keys) {
		return false
	}
	for i := range a.items {
		if !sameTree(a.items[i], b.items[i]) {
			return false
		}
	}
	for i := range a.keys {
		if a.keys[i].key != b.keys[i].key || !sameTree(a.keys[i].value, b.keys[i].value) {
			return false
		}
	}
	return true
}

// FuzzCase puts any bytes in the place of one file of the starter case: loading
// must not panic and must be the same twice.
func FuzzCase(f *testing.F) {
	base := starterMap(f)
	paths := sortedKeys(base)
	for i, p := range paths {
		f.Add(byte(i), base[p].Data)
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		if len(data) > 1<<13 {
			return
		}
		fsys := fstest.MapFS{}
		for p, file := range base {
			fsys[p] = file
		}
		fsys[paths[int(which)%len(paths)]] = &fstest.MapFile{Data: data}
		var first, second diag.List
		a, b := Load(fsys, &first), Load(fsys, &second)
		if a == nil || b == nil || first.Len() != second.Len() {
			t.Fatal("two readings differ")
		}
		x, y := first.All(), second.All()
		for i := range x {
			if x[i].String() != y[i].String() {
				t.Fatalf("two readings differ: %v and %v", x[i], y[i])
			}
		}
	})
}
