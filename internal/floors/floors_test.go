// Package floors holds one test: imports of the program go down only.
package floors

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/astara-corridors/astara"

// floors lists the packages of each floor, lowest first. A package imports
// packages of lower floors, and of its own floor, where Go itself refuses a
// cycle. A folder below a listed one belongs to it unless it is listed too.
var floors = [][]string{
	{"diag", "units", "formula", "graph", "calendar", "internal/table", "internal/par", "internal/testdata", "internal/seed", "internal/atomicfile", "internal/atlas", "internal/lp", "internal/ldl", "internal/sat"},
	{"freight", "freight/assign", "energy", "energy/region"},
	{"treaty", "belief", "ledger", "score", "discover", "voi", "coalition"},
	{"casefile", "world", "answer", "attach", "report", "interchange", "cases", "backtest"},
	{"", "server", "web"},
	{"cmd", "docs/img"}, // docs/img holds a program that draws the pictures of the documents
}

// tooling may be imported by tests of any floor and imports what it likes.
var tooling = []string{"internal/floors", "internal/testdata", "internal/seed"}

// floorOf returns the floor of a package path inside the module, from 1; 0 is
// unknown.
func floorOf(pkg string) int {
	for p := pkg; ; p = path.Dir(p) {
		if p == "." {
			p = ""
		}
		for i, names := range floors {
			// The root package is itself only, not every folder.
			if slices.Contains(names, p) && (p != "" || pkg == "") {
				return i + 1
			}
		}
		if p == "" {
			return 0
		}
	}
}

// within reports whether pkg is one of the names or below one.
func within(pkg string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return pkg == n || strings.HasPrefix(pkg, n+"/") })
}

// skipped folders hold no packages of the module.
var skipped = []string{"testdata", "node_modules", "vendor", "out", "bin"}

// check returns one line for each import that breaks the rule, and the packages
// seen.
func check(fsys fs.FS) (problems, seen []string, err error) {
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || slices.Contains(skipped, base)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		pkg := path.Dir(name)
		if pkg == "." {
			pkg = ""
		}
		if !slices.Contains(seen, pkg) {
			seen = append(seen, pkg)
			if floorOf(pkg) == 0 && !within(pkg, tooling) {
				problems = append(problems, name+": package "+pkg+" is on no floor; add it to the table")
			}
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			full, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			if full != module && !strings.HasPrefix(full, module+"/") {
				continue
			}
			to := strings.TrimPrefix(strings.TrimPrefix(full, module), "/")
			isTest := strings.HasSuffix(name, "_test.go")
			switch {
			case within(to, tooling):
				if !isTest && !within(pkg, tooling) {
					problems = append(problems, name+": "+to+" is for tests only")
				}
			case within(pkg, tooling):
			case floorOf(to) == 0:
				problems = append(problems, name+": imports "+to+", which is on no floor")
			case floorOf(to) > floorOf(pkg):
				problems = append(problems, name+": imports "+to+" of a higher floor")
			}
		}
		return nil
	})
	return problems, seen, err
}

func TestImportsGoDownOnly(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	problems, seen, err := check(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(seen, "diag") || !slices.Contains(seen, "formula") {
		t.Errorf("the walk missed packages: %v", seen)
	}
	for _, p := range problems {
		t.Error(p)
	}
}
