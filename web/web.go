// Package web holds the built web app, as files. Its sources, in TypeScript, lie
// beside this file; make web builds them into dist.
package web

import (
	"embed"
	"errors"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// ErrMissing says that the program was built without the app.
var ErrMissing = errors.New("the web app is not in this program: run make web, then build again")

// Files returns the built app, index.html at its top, or [ErrMissing].
func Files() (fs.FS, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(sub, "index.html"); err != nil {
		return nil, ErrMissing
	}
	return sub, nil
}
