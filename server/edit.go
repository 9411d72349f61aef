package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing/fstest"
	"unicode/utf8"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// conflict is the refusal to save over what somebody else has saved meanwhile.
type conflict struct {
	Theirs string // the file as it is
	Sum    string // of Theirs
	Merged string // both changes together, with markers where they meet
	Clean  bool   // no markers
	Gone   bool   // the file was removed
	Remove bool   // the file was to be removed
}

func (c *conflict) Error() string { return "the file was changed since it was opened" }

// The reasons to refuse an edit.
var (
	errReadOnly = errors.New("a case inside the program cannot be changed: make a copy first")
	errNoFile   = errors.New("the case has no such file, and none of this name would be read")
	errLinked   = errors.New("this is no ordinary file of the case's folder; links are not followed")
	errNotText  = errors.New("the text is not valid UTF-8")
	errName     = errors.New("a name has 1 to 40 small letters, digits and hyphens, and starts with a letter")
	errTooMany  = errors.New("there are too many cases already: move copies that you do not need out of the data folder")
	errNeeded   = errors.New("case.yaml makes the folder a case: it can be changed and not removed")
	errTaken    = errors.New("there is already a case of this name")
	errGone     = errors.New("the folder of this case is not there any more, or cannot be read")
	errLarge    = fmt.Errorf("the file is larger than %d MB, which no file of a case may be", maxFile>>20)
)

// read returns a file of the case and its sum.
func (s *source) read(p string) ([]byte, string, error) {
	if !editable(p) {
		return nil, "", errNoFile
	}
	if s.kind == Shipped {
		files, err := s.files()
		if err != nil {
			return nil, "", err
		}
		b, err := fs.ReadFile(files, p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, "", errNoFile
		}
		return b, sumOf(b), err
	}
	// A root does not follow a link out of the folder.
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil, "", errGone
	}
	defer root.Close()
	switch info, err := root.Lstat(p); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", errNoFile
	case err != nil || !info.Mode().IsRegular(): // a link out of the folder, or a pipe, which would be waited for
		return nil, "", errLinked
	case info.Size() > maxFile:
		return nil, "", errLarge
	}
	b, err := root.ReadFile(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", errNoFile
	}
	return b, sumOf(b), err
}

// save writes a file of the case that was read with the sum from, "" for a new one,
// as a new version. A file that was changed meanwhile is left alone: the error is a
// [*conflict].
func (s *source) save(data, p, from string, text []byte, about string) (Version, error) {
	switch {
	case s.kind == Shipped:
		return Version{}, errReadOnly
	case !editable(p):
		return Version{}, errNoFile
	case !utf8.Valid(text):
		return Version{}, errNotText
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	h := newHistory(data, s)
	now, sum, err := s.read(p)
	if errors.Is(err, errNoFile) {
		now, sum, err = nil, "", nil
	}
	if err != nil {
		return Version{}, err
	}
	if sum != from && sum != sumOf(text) {
		base := []byte{}
		if from != "" {
			if base, err = h.get(from); err != nil {
				base = nil // the text it was based on is not known: both texts stand whole between markers
			}
		}
		c := &conflict{Theirs: string(now), Sum: sum}
		if sum == "" {
			c.Merged, c.Clean, c.Gone = string(text), true, true
			return Version{}, c
		}
		c.Merged, c.Clean = merge(string(base), string(text), string(now))
		return Version{}, c
	}
	last, err := h.current(inside(s.dir))
	if err != nil {
		return Version{}, err
	}
	if sum == sumOf(text) {
		return last, nil // nothing changes
	}
	v := last.next(about, p, sum)
	if v.Files[p], err = h.put(text); err != nil {
		return Version{}, err
	}
	if err := h.begin(last.Number + 1); err != nil {
		return Version{}, err
	}
	if v, err = h.add(v, last.Number); err != nil {
		return Version{}, err
	}
	if err := s.put(p, text); err != nil {
		return Version{}, err
	}
	s.drop()
	return v, h.end()
}

// remove takes a file that was read with the sum from out of the case, as a new
// version: the text stays in the history. A file that was changed meanwhile is left
// alone: the error is a [*conflict].
func (s *source) remove(data, p, from, about string) (Version, error) {
	switch {
	case s.kind == Shipped:
		return Version{}, errReadOnly
	case p == "case.yaml":
		return Version{}, errNeeded
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	now, sum, err := s.read(p)
	if err != nil {
		return Version{}, err
	}
	if sum != from {
		return Version{}, &conflict{Theirs: string(now), Sum: sum, Merged: string(now), Clean: true, Remove: true}
	}
	h := newHistory(data, s)
	last, err := h.current(inside(s.dir)) // keeps the text
	if err != nil {
		return Version{}, err
	}
	v := last.next(about, p, sum)
	delete(v.Files, p)
	if err := h.begin(last.Number + 1); err != nil {
		return Version{}, err
	}
	if v, err = h.add(v, last.Number); err != nil {
		return Version{}, err
	}
	if err := takeOut(s.dir, p); err != nil {
		return Version{}, err
	}
	s.drop()
	return v, h.end()
}

// takeOut removes a file of a folder, and the file's own folder once that is empty.
func takeOut(dir, p string) error {
	root, err := os.OpenRoot(dir) // which follows no link out of the folder
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(p); err != nil {
		return err
	}
	if in := path.Dir(p); in != "." {
		root.Remove(in) // refused while something is in it
	}
	return nil
}

// remember keeps a text that a client has opened for editing, so that a later
// conflict can be merged.
func (s *source) remember(data string, b []byte) error {
	if s.kind == Shipped {
		return nil
	}
	_, err := newHistory(data, s).put(b)
	return err
}

// try checks the case as it would be with one file changed. Nothing is written.
func (s *source) try(p string, text []byte) (*diag.List, error) {
	return s.checked(p, func(m fstest.MapFS) { m[p] = &fstest.MapFile{Data: text} })
}

// without checks the case as it would be with one file removed. Nothing is written.
func (s *source) without(p string) (*diag.List, error) {
	if _, _, err := s.read(p); err != nil {
		return nil, err
	}
	return s.checked(p, func(m fstest.MapFS) { delete(m, p) })
}

// checked checks the files of the case after a change to one of them.
func (s *source) checked(p string, change func(fstest.MapFS)) (*diag.List, error) {
	if !editable(p) {
		return nil, errNoFile
	}
	files, err := s.files()
	if err != nil {
		return nil, err
	}
	m := fstest.MapFS{}
	err = caseFiles(files, func(path string, b []byte) error {
		m[path] = &fstest.MapFile{Data: b}
		return nil
	})
	if err != nil {
		return nil, err
	}
	change(m)
	l := &diag.List{}
	casefile.Load(m, l)
	return l, nil
}

// maxCases is how many cases are served, so that no client fills the disk with copies.
const maxCases = 200

var copyName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// copyOf makes a copy of a case in the data folder, under a name of its own.
func (l *library) copyOf(s *source, name string) (*source, error) {
	if !copyName.MatchString(name) {
		return nil, errName
	}
	if _, err := l.get(name); err == nil {
		return nil, errTaken
	}
	if len(l.list()) >= maxCases {
		return nil, errTooMany
	}
	files, err := s.files()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(l.copies(), 0o700); err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(l.copies(), unfinished+"*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	err = caseFiles(files, func(p string, b []byte) error {
		path := filepath.Join(tmp, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return writeFile(path, 0o644, b)
	})
	if err != nil {
		return nil, err
	}
	c := &source{name: name, kind: Copy, dir: filepath.Join(l.copies(), name)}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return nil, err
	}
	if err := os.Rename(tmp, c.dir); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, errTaken
		}
		return nil, err
	}
	if _, err := newHistory(l.data, c).current(inside(c.dir)); err != nil {
		return nil, fmt.Errorf("the history of the copy: %w", err)
	}
	return c, l.add(c)
}

// copyFree makes a copy under a name that is free, also where others do so at once.
func (l *library) copyFree(s *source) (*source, error) {
	for range maxCases {
		c, err := l.copyOf(s, l.freeName(s.name))
		if !errors.Is(err, errTaken) {
			return c, err
		}
	}
	return nil, errTaken
}

// freeName is a name for a copy that is not taken.
func (l *library) freeName(of string) string {
	for i := 1; ; i++ {
		name := "my-" + strings.Trim(strings.ToLower(of), "-")
		if i > 1 {
			name = fmt.Sprintf("%s-%d", name, i)
		}
		if _, err := l.get(name); err != nil {
			return name
		}
	}
}
