package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
)

// Kind says where a case comes from.
type Kind string

// The kinds of case.
const (
	Shipped Kind = "shipped" // inside the program; copied before the first edit
	Folder  Kind = "folder"  // given when the server was started
	Copy    Kind = "copy"    // the user's copy of a shipped case, in the data folder
)

// source is a case that the server serves.
type source struct {
	name string // in addresses; unique
	kind Kind
	dir  string // "" for a shipped one

	mu     sync.Mutex
	stamp  string // of the files that loaded was made from
	loaded *loaded

	writing sync.Mutex // one save at a time
}

// loaded is a case as its files stood at one moment. It is immutable.
type loaded struct {
	Case  *casefile.Case
	List  *diag.List
	Files fs.FS
	Hash  string // SHA-256 over paths and contents of the files that the case is made of
}

// library is the set of cases.
type library struct {
	data string
	mu   sync.RWMutex
	all  []*source
	told []error // what went wrong with single cases when it was opened
}

// errNoCase is the fault of asking for a case that is not served.
var errNoCase = errors.New("no such case here")

func openLibrary(names []string, data string) (*library, error) {
	l := &library{data: data}
	if len(names) == 0 {
		names = cases.Names()
	}
	for _, n := range names {
		s := &source{name: n, kind: Shipped}
		if strings.ContainsAny(n, `/\`) {
			dir, err := filepath.Abs(n)
			if err != nil {
				return nil, err
			}
			info, err := os.Stat(dir)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", n, err)
			}
			if !info.IsDir() {
				return nil, fmt.Errorf("%s is a file; a case is a folder", n)
			}
			s.name, s.kind, s.dir = filepath.Base(dir), Folder, dir
		} else if _, err := cases.Open(n); err != nil {
			return nil, fmt.Errorf("no shipped case %q (there is: %s)", n, strings.Join(cases.Names(), ", "))
		}
		if err := l.add(s); err != nil {
			return nil, err
		}
	}
	copies, err := os.ReadDir(l.copies())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range copies {
		if strings.HasPrefix(e.Name(), unfinished) { // a crash has left it
			if err := os.RemoveAll(filepath.Join(l.copies(), e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			if err := l.add(&source{name: e.Name(), kind: Copy, dir: filepath.Join(l.copies(), e.Name())}); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range l.all {
		if s.kind == Shipped {
			continue
		}
		if err := s.recover(data); err != nil {
			l.told = append(l.told, fmt.Errorf("finishing a save of %s that was cut off: %w", s.name, err))
		}
	}
	return l, nil
}

// copies is the folder of the user's copies.
func (l *library) copies() string { return filepath.Join(l.data, "cases") }

// add serves one more case.
func (l *library) add(s *source) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		if x.name == s.name {
			if x.dir == s.dir {
				return nil // the same case given twice
			}
			return fmt.Errorf("two cases are called %s: %s and %s", s.name, x.where(), s.where())
		}
	}
	l.all = append(l.all, s)
	slices.SortStableFunc(l.all, func(a, b *source) int { return strings.Compare(a.name, b.name) })
	return nil
}

func (s *source) where() string {
	if s.dir == "" {
		return "the one inside the program"
	}
	return s.dir
}

// list returns the cases by name.
func (l *library) list() []*source {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Clone(l.all)
}

// get returns a case by its name in addresses, or [errNoCase].
func (l *library) get(name string) (*source, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, s := range l.all {
		if s.name == name {
			return s, nil
		}
	}
	return nil, errNoCase
}

func (s *source) files() (fs.FS, error) {
	if s.kind == Shipped {
		return cases.Open(s.name)
	}
	return inside(s.dir), nil
}

// load reads the case when its files have changed since the last time. Problems
// are in the list of what it returns.
func (s *source) load() (*loaded, error) {
	files, err := s.files()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stamp := "shipped"
	if s.kind != Shipped {
		stamp = stampOf(files)
	}
	if s.loaded != nil && s.stamp == stamp {
		return s.loaded, nil
	}
	x := &loaded{Files: files, List: &diag.List{}}
	x.Case = casefile.Load(files, x.List)
	h := sha256.New()
	for _, f := range x.Case.Files {
		fmt.Fprintf(h, "%d %s %s\n", len(f.Path), f.Path, f.SHA256)
	}
	x.Hash = hex.EncodeToString(h.Sum(nil))
	s.stamp, s.loaded = stamp, x
	return x, nil
}

// stampOf tells two states of a folder apart by names, sizes and times: cheap
// enough for every request. Two writes within a tick of the file system's clock that
// keep the size would be missed; the server's own writes drop what is loaded. What cannot
// be read is a state, too, and a problem of the case.
func stampOf(files fs.FS) string {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			fmt.Fprintf(h, "%s %v\n", p, err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if casefile.KnownFolder(p) {
				return nil
			}
			fmt.Fprintf(h, "%s/\n", p) // that it is there may be a problem; what is in it is no part of the case
			return fs.SkipDir
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone between the listing and now
		}
		if err != nil {
			fmt.Fprintf(h, "%s %v\n", p, err)
			return nil
		}
		fmt.Fprintf(h, "%s %d %d\n", p, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	fmt.Fprint(h, err)
	return hex.EncodeToString(h.Sum(nil))
}

// drop forgets what is loaded, after a write.
func (s *source) drop() {
	s.mu.Lock()
	s.stamp, s.loaded = "", nil
	s.mu.Unlock()
}
