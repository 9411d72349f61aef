package casefile

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/astara-corridors/astara/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestBad holds the reader against testdata/bad. A file is the starter case
// with some of its files changed, and the diagnostics expected:
//
//	-- edit PATH --   OLD, a line "=>" and NEW, for one place in the file
//	-- PATH --        the whole file anew
//	-- delete PATH -- the file is not there
//	-- want --        what check prints
//
// Rules of networks and of prices (A2xx, A3xx, A8xx) are the engines' and are left
// out here.
func TestBad(t *testing.T) {
	names, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 60 {
		t.Fatalf("%d golden bad inputs, at least 60 are promised", len(names))
	}
	hit := map[*diag.Rule]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want := overlay(t, a)
			var l diag.List
			Load(fsys, &l)
			var own diag.List
			for _, d := range l.All() {
				hit[d.Rule] = true
				if d.Rule.ID < "A200" || d.Rule.ID >= "A400" && d.Rule.ID < "A800" {
					own.Add(d)
				}
			}
			var out bytes.Buffer
			own.Print(&out, func(file string) []byte {
				if f := fsys[file]; f != nil {
					return f.Data
				}
				return nil
			}, false)
			if out.Len() == 0 {
				t.Fatal("a bad input without a diagnostic")
			}
			if *update {
				for i := range a.Files {
					if a.Files[i].Name == "want" {
						a.Files = append(a.Files[:i], a.Files[i+1:]...)
						break
					}
				}
				a.Files = append(a.Files, txtar.File{Name: "want", Data: out.Bytes()})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(want, out.String()); d != "" {
				t.Errorf("diagnostics (-want +got):\n%s", d)
			}
		})
	}
	// Every rule of this package has a bad input that breaks it.
	for _, r := range diag.Rules() {
		if ownRules[r] && !hit[r] && !elsewhere[r] {
			t.Errorf("no bad input breaks %s %s", r.ID, r.Name)
		}
	}
}

// elsewhere are rules with a test of their own: they need a broken disk or files
// too large to keep.
var elsewhere = map[*diag.Rule]bool{ruleUnreadable: true, ruleFileSize: true, ruleYAMLDepth: true}

// overlay makes the case folder of a golden file.
func overlay(t *testing.T, a *txtar.Archive) (fstest.MapFS, string) {
	t.Helper()
	fsys := starterMap(t)
	want := ""
	for _, f := range a.Files {
		verb, p, ok := strings.Cut(f.Name, " ")
		switch {
		case f.Name == "want":
			want = string(f.Data)
		case ok && verb == "delete":
			delete(fsys, p)
		case ok && verb == "edit":
			old, now, ok := strings.Cut(string(f.Data), "\n=>\n")
			if !ok || fsys[p] == nil {
				t.Fatalf("edit of %s: no line \"=>\", or no such file", p)
			}
			now = strings.TrimSuffix(now, "\n")
			data := string(fsys[p].Data)
			if strings.Count(data, old) != 1 {
				t.Fatalf("edit of %s: %q stands %d times", p, old, strings.Count(data, old))
			}
			fsys[p] = &fstest.MapFile{Data: []byte(strings.Replace(data, old, now, 1))}
		default:
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys, want
}

// starterMap returns the starter case as files in memory.
func starterMap(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(Starter(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Starter(), p)
		if err != nil {
			return err
		}
		out[p] = &fstest.MapFile{Data: data}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ownRules are the rules that this package declares.
var ownRules = func() map[*diag.Rule]bool {
	src, err := os.ReadFile("rules.go")
	if err != nil {
		panic(err)
	}
	own := map[*diag.Rule]bool{}
	for _, r := range diag.Rules() {
		if bytes.Contains(src, fmt.Appendf(nil, "NewRule(%q", r.ID)) {
			own[r] = true
		}
	}
	return own
}()
