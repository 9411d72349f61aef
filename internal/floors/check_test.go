package floors

import (
	"strings"
	"testing"
	"testing/fstest"
)

// The check itself must notice what it is for.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	file := func(imports ...string) *fstest.MapFile {
		src := "package p\n"
		for _, i := range imports {
			src += "import _ \"" + i + "\"\n"
		}
		return &fstest.MapFile{Data: []byte(src)}
	}
	for _, c := range []struct {
		name, file string
		imports    []string
		want       string // part of the only problem, "" for none
	}{
		{"down", "freight/a.go", []string{"fmt", module + "/diag", "gonum.org/v1/gonum/mat"}, ""},
		{"beside", "units/a.go", []string{module + "/diag"}, ""},
		{"up", "diag/a.go", []string{module + "/freight"}, "higher floor"},
		{"up to the root", "world/a.go", []string{module}, "higher floor"},
		{"up in a test", "diag/a_test.go", []string{module + "/world"}, "higher floor"},
		{"from the command", "cmd/astara/a.go", []string{module, module + "/server"}, ""},
		{"unknown import", "freight/a.go", []string{module + "/util"}, "on no floor"},
		{"unknown package", "util/a.go", nil, "on no floor"},
		{"below a listed folder", "freight/assign/inner/a.go", []string{module + "/graph"}, ""},
		{"test helper in a test", "diag/a_test.go", []string{module + "/internal/testdata"}, ""},
		{"test helper in the program", "diag/a.go", []string{module + "/internal/testdata"}, "for tests only"},
		{"folders without packages", "web/node_modules/x/a.go", []string{module + "/util"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems, _, err := check(fstest.MapFS{c.file: file(c.imports...)})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.want == "" && len(problems) > 0:
				t.Errorf("refused: %v", problems)
			case c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.want)):
				t.Errorf("problems %v, want one with %q", problems, c.want)
			}
		})
	}
}
