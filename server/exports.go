package server

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/astara-corridors/astara/internal/atomicfile"
)

// Limits of the files made for download. They can be made again at any time, so the
// oldest go when there are too many of them.
const (
	maxExports     = 12
	maxExportBytes = 1 << 30
	maxExportAge   = 7 * 24 * time.Hour
)

// exports are files made for download: a folder each, in the data folder, whole or not
// there at all. The same case, kind and program give the same id, and are not made
// twice.
type exports struct {
	dir string
	mu  sync.Mutex // held while folders are counted and removed
}

// Export is a set of files made for download.
type Export struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind"`
	Case     string       `json:"case"`
	CaseHash string       `json:"case_hash"`
	Worlds   []string     `json:"worlds" doc:"whose flows are in it, beside base year and baseline"`
	Made     time.Time    `json:"made"`
	Files    []ExportFile `json:"files"`
}

// ExportFile is a file of an export.
type ExportFile struct {
	Name string `json:"name"`
	Size int64  `json:"size" doc:"bytes"`
}

// exportAbout is the file of an export that says what it is.
const exportAbout = ".export.json"

// unfinished begins the names of folders that are being written.
const unfinished = ".new-"

// errNoExport says that there are no such files, or no longer.
var errNoExport = errors.New("there is no such file for download, or no longer: ask for it again")

// openExports prepares the folder and removes what a crash has left in it.
func openExports(data string) (*exports, error) {
	x := &exports{dir: filepath.Join(data, "exports")}
	entries, err := os.ReadDir(x.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), unfinished) || time.Since(info.ModTime()) < maxSolve {
			continue // another server on the same folder may be writing it
		}
		if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return x, x.prune()
}

// exportID is the name of what a kind of export makes of a case.
func exportID(kind, caseName, caseHash, program string, worlds []string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{kind, caseName, caseHash, program}, worlds...), "\x00")))
	return hex.EncodeToString(sum[:8])
}

// get returns an export.
func (x *exports) get(id string) (Export, error) {
	e := Export{}
	if len(id) != 16 || strings.Trim(id, "0123456789abcdef") != "" {
		return e, errNoExport
	}
	b, err := os.ReadFile(filepath.Join(x.dir, id, exportAbout))
	if errors.Is(err, fs.ErrNotExist) {
		return e, errNoExport
	}
	if err != nil {
		return e, err
	}
	if json.Unmarshal(b, &e) != nil || e.ID != id {
		return e, errNoExport // its folder goes when it is its turn
	}
	return e, nil
}

// list returns all exports, the newest first.
func (x *exports) list() ([]Export, error) {
	entries, err := os.ReadDir(x.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := []Export{}
	for _, f := range entries {
		if e, err := x.get(f.Name()); err == nil {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Export) int { return b.Made.Compare(a.Made) })
	return out, nil
}

// open opens a file of an export.
func (x *exports) open(e Export, name string) (*os.File, int64, error) {
	i := slices.IndexFunc(e.Files, func(f ExportFile) bool { return f.Name == name })
	if i < 0 {
		return nil, 0, errNoExport
	}
	f, err := os.Open(filepath.Join(x.dir, e.ID, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, errNoExport
	}
	return f, e.Files[i].Size, err
}

// make writes the files of an export into a folder of its own and shows it when all
// of them are there.
func (x *exports) make(ctx context.Context, e Export, write func(ctx context.Context, dir string) error) error {
	if _, err := x.get(e.ID); err == nil {
		return nil
	}
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(x.dir, unfinished+"*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := write(ctx, tmp); err != nil {
		return err
	}
	err = filepath.WalkDir(tmp, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(tmp, p)
		e.Files = append(e.Files, ExportFile{filepath.ToSlash(rel), info.Size()})
		return err
	})
	if err != nil {
		return err
	}
	e.Made = time.Now().UTC()
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(tmp, exportAbout), 0o600, b); err != nil {
		return err
	}
	to := filepath.Join(x.dir, e.ID)
	if err := os.RemoveAll(to); err != nil { // one whose own file is damaged
		return err
	}
	if err := os.Rename(tmp, to); err != nil {
		return err
	}
	return x.prune()
}

// remove removes an export.
func (x *exports) remove(e Export) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return os.RemoveAll(filepath.Join(x.dir, e.ID))
}

// prune removes the oldest exports until the limits hold.
func (x *exports) prune() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	all, err := x.list()
	if err != nil {
		return err
	}
	var bytes int64
	for i, e := range all {
		for _, f := range e.Files {
			bytes += f.Size
		}
		if i == 0 || i < maxExports && bytes <= maxExportBytes && time.Since(e.Made) < maxExportAge {
			continue // the newest stays, however large: somebody has just asked for it
		}
		if err := os.RemoveAll(filepath.Join(x.dir, e.ID)); err != nil {
			return err
		}
	}
	return nil
}

// pack writes all files of an export into one archive, without times: the same files
// give the same bytes.
func (x *exports) pack(w io.Writer, e Export) error {
	z := zip.NewWriter(w)
	for _, info := range e.Files {
		f, _, err := x.open(e, info.Name)
		if err != nil {
			return err
		}
		out, err := z.CreateHeader(&zip.FileHeader{Name: info.Name, Method: zip.Deflate})
		if err == nil {
			_, err = io.Copy(out, f)
		}
		f.Close()
		if err != nil {
			return fmt.Errorf("packing %s: %w", info.Name, err)
		}
	}
	return z.Close()
}

// writeTo writes a file into a folder, whole or not at all.
func writeTo(dir, name string, write func(io.Writer) error) error {
	return atomicfile.Write(filepath.Join(dir, name), 0o600, write)
}
