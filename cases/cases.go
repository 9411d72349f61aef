// Package cases holds the cases that ship inside the program, as files.
//
// It imports no other package of this module: it hands out folders, and the
// case reader makes cases of them.
package cases

import (
	"embed"
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

// Open returns the folder of a shipped case, and false when there is none of
// that name.
func Open(name string) (fs.FS, bool) {
	if !slices.Contains(Names(), name) {
		return nil, false
	}
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic("cases: folder of a shipped case cannot be opened: " + err.Error())
	}
	return sub, true
}
