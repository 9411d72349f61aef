package casefile

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed all:starter
var starterFiles embed.FS

// Starter returns the files of the small commented case that Init writes.
func Starter() fs.FS {
	f, err := fs.Sub(starterFiles, "starter")
	if err != nil {
		panic("casefile: the starter case is not in the program: " + err.Error())
	}
	return f
}

// ErrNotEmpty is the fault of writing a case into a folder that holds files.
var ErrNotEmpty = errors.New("casefile: the folder is not empty")

// Init writes the small commented case into the new or empty folder dir.
func Init(dir string) error { return Copy(Starter(), dir) }

// Copy writes the files of the case fsys into the new or empty folder dir. It
// writes beside dir first and renames the folder when all is there, so that dir
// is either as before or complete. A dir that holds anything is refused with
// [ErrNotEmpty].
func Copy(fsys fs.FS, dir string) (err error) {
	dir = filepath.Clean(dir)
	existed := false
	switch entries, err := os.ReadDir(dir); {
	case err == nil && len(entries) > 0:
		return fmt.Errorf("%w: %s", ErrNotEmpty, dir)
	case err == nil:
		existed = true
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("casefile: write case: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	parent := filepath.Dir(abs)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	temp, err := os.MkdirTemp(parent, "."+filepath.Base(abs)+"-new-*")
	if err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(temp)
		}
	}()
	if err := writeAll(fsys, temp); err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	if existed { // only an empty folder can be removed
		if err := os.Remove(abs); err != nil {
			return fmt.Errorf("casefile: write case: %w", err)
		}
	}
	if err := os.Rename(temp, abs); err != nil {
		return fmt.Errorf("casefile: write case: %w", err)
	}
	return nil
}

// writeAll copies regular files and flushes each to the disk.
func writeAll(fsys fs.FS, to string) error {
	return fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, filepath.FromSlash(p))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		if _, err := f.Write(data); err != nil {
			f.Close()
			return err
		}
		if err := f.Sync(); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	})
}
