package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A column that names its rows tells the cases of interest apart by name: it is
// left out and said so, unless it is asked for.
func TestDiscoverLeavesNamesOut(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,x,failed\n")
	for i := range 40 {
		fmt.Fprintf(&b, "run%d,%d,%d\n", i, i, i/20)
	}
	path := filepath.Join(t.TempDir(), "runs.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, string) {
		var out, errs bytes.Buffer
		cmd := discoverCommand()
		cmd.SetOut(&out)
		cmd.SetErr(&errs)
		cmd.SetArgs(append([]string{path, "--of", "failed"}, args...))
		if err := cmd.Execute(); err != nil {
			t.Fatal(err)
		}
		return out.String(), errs.String()
	}
	out, note := run()
	if !strings.HasPrefix(out, "failed: where x is at least ") || strings.Contains(out, "name is") || !strings.Contains(note, "more than 20 different ones: name (") {
		t.Errorf("%s%s", out, note)
	}
	if out, note := run("--inputs", "name"); !strings.Contains(out, "where name is") || note != "" {
		t.Errorf("asked for: %.200s%s", out, note)
	}
}
