// Package testdata finds what tests need from outside the repository: data
// sets that may not be committed, and programs that serve as referees.
//
// What is absent means a skip that says what is missing. With
// ASTARA_REQUIRE=all, as continuous integration sets it, it means a failure.
package testdata

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The environment variables that steer the search.
const (
	DirVar     = "ASTARA_TESTDATA" // folder of outside data
	RequireVar = "ASTARA_REQUIRE"  // "all": absence is a failure
)

// besideModule is where outside data lies when DirVar is unset, seen from the
// root of the module.
const besideModule = "../shared"

// other names a program is installed under.
var otherNames = map[string][]string{
	"chromium": {"chromium-browser", "google-chrome", "google-chrome-stable", "chrome"},
}

// Dir returns the folder (or file) sub of the outside data. When it is absent
// the test is skipped, or fails with ASTARA_REQUIRE=all.
func Dir(t testing.TB, sub string) string {
	t.Helper()
	base := os.Getenv(DirVar)
	if base == "" {
		root, ok := moduleRoot()
		if !ok {
			absent(t, "outside data absent: %s is unset and no go.mod lies above the test", DirVar)
			return ""
		}
		base = filepath.Join(root, filepath.FromSlash(besideModule))
	}
	path := filepath.Join(base, filepath.FromSlash(sub))
	if _, err := os.Stat(path); err != nil {
		absent(t, "outside data absent: no %q (set %s to its folder)", sub, DirVar)
		return ""
	}
	return path
}

// Tool returns the path of an outside program. When it is absent the test is
// skipped, or fails with ASTARA_REQUIRE=all.
func Tool(t testing.TB, name string) string {
	t.Helper()
	for _, n := range append([]string{name}, otherNames[name]...) {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	absent(t, "outside program absent: %s", name)
	return ""
}

func absent(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(RequireVar) == "all" {
		t.Fatalf(format, args...)
	} else {
		t.Skipf(format, args...)
	}
}

// moduleRoot walks up from the working folder, which for a test is its
// package's folder.
func moduleRoot() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// Need skips the test, or fails it with ASTARA_REQUIRE=all, when err is not nil:
// for parts that the build puts into the program, such as the solver.
func Need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		absent(t, "not built in: %v", err)
	}
}
