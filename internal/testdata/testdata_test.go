package testdata

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder stands in for a test and remembers how it ended.
type recorder struct {
	testing.TB
	how, text string
}

func (r *recorder) Helper() {}
func (r *recorder) Skipf(format string, args ...any) {
	r.how, r.text = "skip", fmt.Sprintf(format, args...)
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.how, r.text = "fail", fmt.Sprintf(format, args...)
}

func TestDir(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(DirVar, base)
	if got := Dir(t, "there"); got != filepath.Join(base, "there") {
		t.Errorf("got %s", got)
	}
	t.Setenv(RequireVar, "")
	r := &recorder{}
	if Dir(r, "not/there"); r.how != "skip" || !strings.Contains(r.text, "outside data absent") || !strings.Contains(r.text, "not/there") {
		t.Errorf("%s: %s", r.how, r.text)
	}
	t.Setenv(RequireVar, "all")
	if Dir(r, "not/there"); r.how != "fail" {
		t.Errorf("%s: %s", r.how, r.text)
	}
}

func TestDirBesideTheModule(t *testing.T) {
	t.Setenv(DirVar, "")
	t.Setenv(RequireVar, "")
	top := t.TempDir()
	for _, d := range []string{"module/pkg/deep", "shared/facts"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.FromSlash(d)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(top, "module", "go.mod"), []byte("module x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(top, "module", "pkg", "deep"))
	want, err := os.Stat(filepath.Join(top, "shared", "facts"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.Stat(Dir(t, "facts"))
	if err != nil || !os.SameFile(got, want) {
		t.Errorf("another folder: %v", err)
	}
}

func TestTool(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "google-chrome"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if got := Tool(t, "chromium"); got != filepath.Join(dir, "google-chrome") {
		t.Errorf("got %s", got)
	}
	t.Setenv(RequireVar, "")
	r := &recorder{}
	if Tool(r, "no-such-program"); r.how != "skip" || !strings.Contains(r.text, "no-such-program") {
		t.Errorf("%s: %s", r.how, r.text)
	}
}

func TestNeed(t *testing.T) {
	t.Setenv(RequireVar, "")
	r := &recorder{}
	if Need(r, nil); r.how != "" {
		t.Errorf("%s: %s", r.how, r.text)
	}
	if Need(r, os.ErrNotExist); r.how != "skip" || !strings.Contains(r.text, "not built in") {
		t.Errorf("%s: %s", r.how, r.text)
	}
	t.Setenv(RequireVar, "all")
	if Need(r, os.ErrNotExist); r.how != "fail" {
		t.Errorf("%s: %s", r.how, r.text)
	}
}
