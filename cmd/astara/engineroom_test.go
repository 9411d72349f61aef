package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// Scripts over the field's own files, which lie outside the repository, or over
// the solver, which the build puts in. What is absent skips that script alone.
func TestOutsideScripts(t *testing.T) {
	for _, s := range []struct {
		name   string
		data   map[string]string // variable of the script: folder of outside data
		solver bool
	}{
		{name: "assign", data: map[string]string{"TNTP": "tntp"}},
		{name: "score", data: map[string]string{"COOKE": "cases-external/cooke-classical"}},
		{name: "discover", data: map[string]string{"SCENARIOS": "cases-external/scenario-discovery"}},
		{name: "opf", data: map[string]string{"PGLIB": "energy/pglib"}, solver: true},
		{name: "gas", data: map[string]string{"GASLIB": "energy/gas"}, solver: true},
	} {
		t.Run(s.name, func(t *testing.T) {
			if s.solver {
				testdata.Need(t, lp.Available())
			}
			dirs := map[string]string{}
			for name, sub := range s.data {
				dir, err := filepath.Abs(testdata.Dir(t, sub))
				if err != nil {
					t.Fatal(err)
				}
				dirs[name] = dir
			}
			testscript.Run(t, testscript.Params{
				Files: []string{"testdata/script/outside/" + s.name + ".txtar"},
				Setup: func(e *testscript.Env) error {
					e.Setenv("HOME", e.WorkDir)
					for name, dir := range dirs {
						e.Setenv(name, dir)
					}
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
			})
		})
	}
}
