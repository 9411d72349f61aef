//go:build unix

package casefile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/astara-corridors/astara/diag"
)

// TestLoadOnlyFiles: a pipe in the folder must not be waited for, and a link to
// a folder is named as such.
func TestLoadOnlyFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	if err := Init(dir); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Remove(filepath.Join(dir, "chains.csv")))
	must(syscall.Mkfifo(filepath.Join(dir, "chains.csv"), 0o644))
	must(os.Rename(filepath.Join(dir, "claims"), filepath.Join(dir, "..", "elsewhere")))
	must(os.Symlink(filepath.Join("..", "elsewhere"), filepath.Join(dir, "claims")))
	var l diag.List
	Load(os.DirFS(dir), &l)
	got := map[string]string{}
	for _, d := range l.All() {
		if d.Rule == ruleUnreadable {
			got[d.Pos.File] = d.Message
		}
	}
	if m := got["chains.csv"]; !strings.Contains(m, "no ordinary file") {
		t.Errorf("pipe: %q", m)
	}
	if m := got["claims"]; !strings.Contains(m, "link to a folder") {
		t.Errorf("linked folder: %q", m)
	}
}
