package seed

import (
	"flag"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Two runs with the same seed draw the same cases.
func TestSameSeedSameCases(t *testing.T) {
	was := flag.Lookup("rapid.seed").Value.String()
	defer flag.Set("rapid.seed", was)
	draw := func() (out []int) {
		if err := set("7"); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) { out = append(out, rapid.Int().Draw(t, "n")) })
		return out
	}
	if a, b := draw(), draw(); !slices.Equal(a, b) {
		t.Fatalf("drew %v, then %v", a[:3], b[:3])
	}
	if err := set("many"); err == nil {
		t.Fatal("a seed that is no number was taken")
	}
}

// Every package with property tests lets its seed be given.
func TestEveryPackageWithProperties(t *testing.T) {
	const root, here = "../..", "github.com/astara-corridors/astara/internal/seed"
	properties, seeded := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "node_modules" || strings.HasPrefix(name, ".") && path != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			switch strings.Trim(i.Path.Value, `"`) {
			case "pgregory.net/rapid":
				properties[filepath.Dir(path)] = true
			case here:
				seeded[filepath.Dir(path)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(properties, filepath.Join(root, "internal/seed"))
	if len(properties) == 0 {
		t.Fatal("no package with properties was found")
	}
	for dir := range properties {
		if !seeded[dir] {
			t.Errorf("%s has property tests and does not import _ %q", dir, here)
		}
	}
}
