package lp

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// Version is the release of HiGHS that the program is written for; the module
// itself is asked for its version when it starts.
const Version = "1.15.1"

// packageVersion is the release of the npm package that holds it.
const packageVersion = "1.15.3"

// dist holds the solver once "make build" has run; in a bare clone only
// README.txt is there, which keeps the folder embeddable.
//
//go:embed dist
var dist embed.FS

// ErrMissing says that the program was built without the solver.
var ErrMissing = errors.New("lp: the solver HiGHS is not built in; run \"make build\" (it fetches npm package highs " + packageVersion + ")")

// nameTable ties the C names of the module's imports and exports to the short
// names that the package's build gave them.
type nameTable struct {
	Package, Version, SHA256 string
	Imports                  map[string]string // short name to C name
	Exports                  map[string]string // C name to short name
}

// load reads the module and its table from a folder and checks that they belong
// together and are the release the program is written for.
func load(files fs.FS) ([]byte, *nameTable, error) {
	text, err := fs.ReadFile(files, "dist/names.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrMissing
	}
	if err != nil {
		return nil, nil, fmt.Errorf("lp: read names of the solver: %w", err)
	}
	module, err := fs.ReadFile(files, "dist/highs.wasm")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrMissing
	}
	if err != nil {
		return nil, nil, fmt.Errorf("lp: read the solver: %w", err)
	}
	t := &nameTable{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, nil, fmt.Errorf("lp: read names of the solver: %w", err)
	}
	if t.Package != "highs" || t.Version != packageVersion {
		return nil, nil, fmt.Errorf("lp: the solver built in is %s %s, not highs %s; run \"make build\"", t.Package, t.Version, packageVersion)
	}
	sum := sha256.Sum256(module)
	if got := hex.EncodeToString(sum[:]); got != t.SHA256 {
		return nil, nil, fmt.Errorf("lp: the solver built in is damaged: its SHA-256 is %s, not %s; run \"make build\"", got, t.SHA256)
	}
	return module, t, nil
}
