package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

// history keeps every version of a case that was edited here: the contents of files
// by their SHA-256, and one small JSON file a version that names them. Nothing in it
// is ever changed or removed.
//
// A save writes the content, the number of the version that is to come (pending), the
// version, then the case's own file, each whole and forced to the disk, and removes
// pending. A removal takes the case's file away in place of writing it. A crash in
// between leaves the version without what it says of its file, and pending;
// [source.recover] does that when the case is next opened. So what the server has
// answered as saved is saved, and what it was cut off in is saved or untouched. Without
// pending the files are what somebody wants them to be, whatever the last version says.
type history struct {
	dir     string // of this case's versions
	objects string // shared by all cases
}

// Version is a state of a case's files.
type Version struct {
	Format  int               `json:"format"`
	Number  int               `json:"number"`
	Time    time.Time         `json:"time"`
	About   string            `json:"about" doc:"what was done"`
	Changed string            `json:"changed,omitempty" doc:"path of the file that this version changes"`
	From    string            `json:"from,omitempty" doc:"SHA-256 of that file before, empty when it is new"`
	Files   map[string]string `json:"files" doc:"SHA-256 of every file, by path; a file that this version removes is not there"`
}

// next is a version that changes one file of v and is not written yet.
func (v Version) next(about, changed, from string) Version {
	n := Version{About: about, Changed: changed, From: from, Files: maps.Clone(v.Files)}
	if n.Files == nil {
		n.Files = map[string]string{}
	}
	return n
}

const versionFormat = 1

// pendingFile holds the number of a version while it is being saved.
const pendingFile = "pending"

// maxFile is the largest file that is read here; none of a case may be larger.
const maxFile = 64 << 20

// newHistory is the history of a case; nothing is written yet.
func newHistory(data string, s *source) *history {
	key := string(s.kind) + "-" + s.name
	if s.kind == Folder { // another folder may get the same name one day
		sum := sha256.Sum256([]byte(s.dir))
		key += "-" + hex.EncodeToString(sum[:6])
	}
	root := filepath.Join(data, "history")
	return &history{dir: filepath.Join(root, key), objects: filepath.Join(root, "objects")}
}

// sumOf is the SHA-256 of a content in hexadecimal.
func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// put keeps a content and returns its sum.
func (h *history) put(b []byte) (string, error) {
	sum := sumOf(b)
	path := h.path(sum)
	if info, err := os.Stat(path); err == nil && info.Size() == int64(len(b)) {
		return sum, nil // a shorter one is damaged, and written anew
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	return sum, writeFile(path, 0o600, b)
}

func writeFile(path string, perm os.FileMode, b []byte) error {
	return atomicfile.Write(path, perm, func(w io.Writer) error { _, err := w.Write(b); return err })
}

func (h *history) path(sum string) string { return filepath.Join(h.objects, sum[:2], sum[2:]) }

// errDamaged says that a kept content is not what its name says.
var errDamaged = errors.New("a content in the history is damaged")

// get returns a kept content.
func (h *history) get(sum string) ([]byte, error) {
	if len(sum) != 2*sha256.Size || strings.Trim(sum, "0123456789abcdef") != "" {
		return nil, fs.ErrNotExist
	}
	b, err := os.ReadFile(h.path(sum))
	if err != nil {
		return nil, err
	}
	if sumOf(b) != sum {
		return nil, fmt.Errorf("%w: %s", errDamaged, sum)
	}
	return b, nil
}

// numbers of the versions that are kept, the oldest first.
func (h *history) numbers() ([]int, error) {
	entries, err := os.ReadDir(h.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []int
	for _, e := range entries {
		name, isVersion := strings.CutSuffix(e.Name(), ".json")
		if n, err := strconv.Atoi(name); isVersion && err == nil { // else a file that a crash left unfinished
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// file is where a version is kept.
func (h *history) file(number int) string {
	return filepath.Join(h.dir, fmt.Sprintf("%06d.json", number))
}

// version returns a version, or [fs.ErrNotExist]. One that is damaged says so and has no
// files: what was saved before and after it is no worse for that.
func (h *history) version(number int) (Version, error) {
	b, err := os.ReadFile(h.file(number))
	if err != nil {
		return Version{}, err
	}
	v := Version{}
	if err := json.Unmarshal(b, &v); err != nil || v.Number != number {
		return Version{Format: versionFormat, Number: number, About: "damaged: it cannot be read any more", Files: map[string]string{}}, nil
	}
	if v.Format != versionFormat {
		return v, fmt.Errorf("version %d of the history has format %d; this program reads %d", number, v.Format, versionFormat)
	}
	return v, nil
}

// versions returns all versions, the oldest first.
func (h *history) versions() ([]Version, error) {
	numbers, err := h.numbers()
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, n := range numbers {
		v, err := h.version(n)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// last returns the last version; ok is false where there is none.
func (h *history) last() (v Version, ok bool, err error) {
	numbers, err := h.numbers()
	if err != nil || len(numbers) == 0 {
		return v, false, err
	}
	v, err = h.version(numbers[len(numbers)-1])
	return v, err == nil, err
}

// add writes a version, numbered after the last one.
func (h *history) add(v Version, last int) (Version, error) {
	v.Format, v.Number, v.Time = versionFormat, last+1, time.Now().UTC().Truncate(time.Second)
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return v, err
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return v, err
	}
	return v, writeFile(h.file(v.Number), 0o600, append(b, '\n'))
}

// snapshot keeps the files of a folder and returns their sums.
func (h *history) snapshot(files fs.FS) (map[string]string, error) {
	out := map[string]string{}
	err := caseFiles(files, func(path string, b []byte) error {
		sum, err := h.put(b)
		out[path] = sum
		return err
	})
	return out, err
}

// caseFiles calls f with every file of a case's folder that belongs to the case, and
// with its README.
func caseFiles(files fs.FS, f func(path string, b []byte) error) error {
	return fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if !casefile.KnownFolder(p) {
				return fs.SkipDir
			}
			return nil
		}
		if !editable(p) || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() > maxFile {
			return fmt.Errorf("%s: %w", p, errLarge)
		}
		b, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		return f(p, b)
	})
}

// editable reports whether a path names a file of a case that may be read and
// written through the API.
func editable(p string) bool {
	return fs.ValidPath(p) && !strings.ContainsAny(p, "\\:\x00") && (casefile.Known(p) || p == "README.md")
}

// current makes sure that the last version is what the folder holds, whoever changed
// it, and returns it.
func (h *history) current(files fs.FS) (Version, error) {
	last, ok, err := h.last()
	if err != nil {
		return Version{}, err
	}
	now, err := h.snapshot(files)
	if err != nil {
		return Version{}, err
	}
	v := Version{About: "as first seen", Files: now}
	if ok {
		if sameFiles(last.Files, now) {
			return last, nil
		}
		v.About = "changed outside this program"
		v, err = h.add(v, last.Number)
		return v, err
	}
	return h.add(v, 0)
}

func sameFiles(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for p, sum := range a {
		if b[p] != sum {
			return false
		}
	}
	return true
}

// begin says that a version is about to be saved.
func (h *history) begin(number int) error {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return err
	}
	return writeFile(filepath.Join(h.dir, pendingFile), 0o600, []byte(strconv.Itoa(number)))
}

// end says that it has been.
func (h *history) end() error { return os.Remove(filepath.Join(h.dir, pendingFile)) }

// cutOff is the version whose save was cut off before the case's file was written, if
// there is one.
func (h *history) cutOff() (v Version, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(h.dir, pendingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	v, ok, err = h.last()
	if err != nil || !ok {
		return v, false, err
	}
	return v, strconv.Itoa(v.Number) == strings.TrimSpace(string(b)) && editable(v.Changed), nil
}

// recover finishes a save that was cut off between the version and the case's file.
func (s *source) recover(data string) error {
	h := newHistory(data, s)
	v, ok, err := h.cutOff()
	if err != nil {
		return err
	}
	if ok {
		_, have, err := s.read(v.Changed)
		if err != nil && !errors.Is(err, errNoFile) {
			return err
		}
		if have == v.From && have != v.Files[v.Changed] { // else it is written, or somebody has changed it since
			if err := s.become(h, v); err != nil {
				return err
			}
		}
	}
	if err := h.end(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// become makes the changed file of a version what the version says: its text, or gone.
func (s *source) become(h *history, v Version) error {
	sum, there := v.Files[v.Changed]
	if !there {
		return takeOut(s.dir, v.Changed)
	}
	text, err := h.get(sum)
	if err != nil {
		return err
	}
	return s.put(v.Changed, text)
}

// put writes a file of the case, whole.
func (s *source) put(p string, text []byte) error {
	path := filepath.Join(s.dir, filepath.FromSlash(p))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, 0o644, text)
}
