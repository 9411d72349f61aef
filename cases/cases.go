// Package cases holds the cases that ship inside the program, as files.
//
// It imports no other package of this module: it hands out folders, and the
// case reader makes cases of them.
package cases

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed all:caucasus
var files embed.FS

// Names lists the shipped cases, sorted.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("cases: the shipped cases are not in the program: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

// ErrUnknown is the fault of asking for a case that is not shipped.
var ErrUnknown = errors.New("cases: no such case")

// Open returns the folder of a shipped case, or [ErrUnknown].
func Open(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	sub, err := fs.Sub(files, name)
	if err != nil {
		return nil, fmt.Errorf("cases: open %s: %w", name, err)
	}
	return sub, nil
}
