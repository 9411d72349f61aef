package testdata

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// Overlay is a folder with some of its files changed, as an archive says:
//
//	-- append PATH --   lines after the end of the file
//	-- edit PATH --     OLD, a line "=>" and NEW, for one place in the file
//	-- PATH --          the whole file anew
func Overlay(t testing.TB, base fs.FS, archive string) fstest.MapFS {
	t.Helper()
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	err = fs.WalkDir(base, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(base, path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse(data).Files {
		if err := change(out, f.Name, f.Data); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func change(files fstest.MapFS, name string, data []byte) error {
	verb, path, ok := strings.Cut(name, " ")
	if !ok {
		files[name] = &fstest.MapFile{Data: data}
		return nil
	}
	old := files[path]
	if old == nil {
		return fmt.Errorf("there is no file %s", path)
	}
	switch verb {
	case "append":
		files[path] = &fstest.MapFile{Data: append(bytes.Clone(old.Data), data...)}
	case "edit":
		from, to, ok := bytes.Cut(data, []byte("=>\n"))
		if !ok || bytes.Count(old.Data, from) != 1 {
			return fmt.Errorf("%s: what is to be edited stands there %d times", path, bytes.Count(old.Data, from))
		}
		files[path] = &fstest.MapFile{Data: bytes.Replace(old.Data, from, to, 1)}
	default:
		return fmt.Errorf("unknown verb %q", verb)
	}
	return nil
}
