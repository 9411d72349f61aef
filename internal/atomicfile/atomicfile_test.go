package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
)

func put(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

// names lists a folder, temporary files too.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestWriteAndReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	for _, text := range []string{"first", strings.Repeat("second ", 1<<15), ""} {
		if err := Write(path, 0o640, put(text)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != text {
			t.Fatalf("read %d bytes, %v, want %d", len(got), err, len(text))
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v, %v", info.Mode(), err)
	}
	if got := names(t, dir); got != "report.html" {
		t.Errorf("folder holds %s", got)
	}
}

func TestFailureLeavesTheOldFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "table.bin")
	if err := Write(path, 0o644, put("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := Write(path, 0o644, func(w io.Writer) error {
		if err := put(strings.Repeat("new", 1<<16))(w); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = Write(path, 0o644, func(io.Writer) error { panic("mid-write") })
	}()
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("file holds %q", got)
	}
	if got := names(t, dir); got != "table.bin" {
		t.Errorf("folder holds %s", got)
	}
}

func TestFolderAbsentOrTargetAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := Write(filepath.Join(dir, "absent", "x"), 0o644, put("")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "taken"), 0o644, put("x")); err == nil {
		t.Error("wrote over a folder")
	}
	if got := names(t, dir); got != "taken" {
		t.Errorf("folder holds %s", got)
	}
}

func TestFullDisk(t *testing.T) {
	const full = "/dev/full" // every write fails with ENOSPC
	f, err := os.OpenFile(full, os.O_WRONLY, 0)
	testdata.Need(t, err)
	defer f.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	err = Write(path, 0o644, func(io.Writer) error { _, err := f.WriteString("x"); return err })
	if err == nil {
		t.Fatal("a full disk was not noticed")
	}
	if got := names(t, dir); got != "" {
		t.Errorf("folder holds %s", got)
	}
}

// Check says beforehand what Write would, and leaves nothing.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	for path, well := range map[string]bool{filepath.Join(dir, "new"): true, filepath.Join(dir, "none", "new"): false, dir: false} {
		if err := Check(path); (err == nil) != well {
			t.Errorf("%s: error %v", path, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, error %v", left, err)
	}
}
