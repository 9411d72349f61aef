package server

import (
	"io/fs"
	"os"
	"path/filepath"
)

// inside is a folder as a file system that no link leads out of, unlike [os.DirFS]: a
// case that somebody else has sent may hold links to files that are none of theirs.
type inside string

func (d inside) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return os.OpenInRoot(string(d), filepath.FromSlash(name))
}

// Stat does not open the file: opening a pipe would wait for a writer.
func (d inside) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Stat(filepath.FromSlash(name))
}
