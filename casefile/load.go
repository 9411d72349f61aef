package casefile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
)

// The largest files that are read. People write the YAML by hand; a table of a
// hundred thousand rows is beyond every case too.
const (
	maxYAML = 4 << 20
	maxCSV  = 64 << 20
)

// Load reads the case in the folder fsys and reports every problem in one pass.
// It returns what could be read, never nil; the case may be used when the list
// has no error. Problems of the disk are diagnostics too, at the file they hit.
func Load(fsys fs.FS, l *diag.List) *Case {
	b := newBuilder(l)
	f := b.folder(fsys)
	defer prefetch()()
	if f.names == nil && l.Failed() {
		b.c.Freight = &freight.Spec{}
		return b.c // the folder itself cannot be read, or holds nothing that can
	}
	if !f.has("case.yaml") {
		d := l.Report(ruleNoCase, diag.Pos{File: "case.yaml"}, "", "the folder holds no case.yaml")
		d.Hint = "astara init DIR writes a small case to start from"
		b.c.Freight = &freight.Spec{}
		if len(f.names) == 0 {
			return b.c
		}
	}
	trees := f.parse(b)
	one := func(name string, read func(*node)) {
		for _, t := range trees[name] {
			read(t)
		}
	}
	items := func(file, list string, read func(values)) {
		one(file, func(n *node) { b.list(fileRec(file), n, list, read) })
	}
	one("variables", b.variables)
	one("case", b.caseFile)
	items("sources", "sources", b.source)
	items("actors", "actors", b.actor)
	b.worlds()
	b.freightTables(f.table)
	b.energyTables(f.table)
	items("corridors", "corridors", b.corridor)
	items("outcomes", "outcomes", b.outcome)
	items("effects", "effects", b.effect)
	items("backtest", "events", b.backtest)
	one("agreements", b.agreements)
	items("claims", "claims", b.claim)
	items("resolutions", "resolutions", b.resolution)
	b.otherTables(f.table)

	b.resolve()
	b.checkFocus()
	b.checkEffects()
	b.checkTargets()
	b.checkPaths()
	b.checkRanks()
	b.checkAgreements()
	b.checkKept()
	b.checkClaims()
	b.checkLedger()
	b.checkReference()
	if !l.Failed() { // what is unused is not known while something cannot be read
		b.unusedVariables()
		b.unusedSources()
	}
	b.finish()
	b.c.Files = f.hashes()
	return b.c
}

// finish hands to the engines what they answer, and lets them check their tables.
func (b *builder) finish() {
	s, en := b.c.Freight, b.c.Energy
	byID := map[string]*Effect{}
	for i := range b.c.Effects {
		byID[b.c.Effects[i].ID] = &b.c.Effects[i]
	}
	for _, id := range b.c.BaseYearConditions {
		if e := byID[id]; e != nil {
			s.BaseYearChanges = append(s.BaseYearChanges, e.Freight...)
			if en != nil {
				en.BaseYearChanges = append(en.BaseYearChanges, e.Energy...)
			}
		}
	}
	for _, id := range b.c.BaselineConditions {
		if e := byID[id]; e != nil {
			s.BaselineChanges = append(s.BaselineChanges, e.Freight...)
			if en != nil {
				en.BaselineChanges = append(en.BaselineChanges, e.Energy...)
			}
		}
	}
	for _, o := range b.c.Outcomes {
		switch {
		case o.Engine == EngineFreight:
			s.Outcomes = append(s.Outcomes, o.Outcome)
		case en != nil:
			en.Outcomes = append(en.Outcomes, *o.Energy)
		}
	}
	if len(s.Nodes) > 0 {
		freight.CheckWith(s, b.l, newFinder(s))
	}
	if en != nil && !en.Empty() && !b.energyLost {
		check := *en
		if b.outcomesFail() {
			check.Outcomes = nil // what is wrong with them has been said
		}
		region.Check(&check, b.l)
	}
}

// outcomesFail says whether an outcome of energy names what no table has.
func (b *builder) outcomesFail() bool {
	for _, d := range b.l.All() {
		if d.Rule == ruleOutcomeSelector {
			return true
		}
	}
	return false
}

// folder is the case folder: its files by path, in path order.
type folder struct {
	b     *builder
	l     *diag.List
	names []string
	data  map[string][]byte
	read  map[string]bool // files that belong to the case
}

// folder reads all files of a case. Hidden files and Markdown are passed over;
// others that belong to no part of a case are reported.
func (b *builder) folder(fsys fs.FS) *folder {
	f := &folder{b: b, l: b.l, data: map[string][]byte{}, read: map[string]bool{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			f.unreadable(p, err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		base := path.Base(p)
		switch {
		case p == ".":
			return nil
		case strings.HasPrefix(base, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if knownFolder(p) {
				return nil
			}
			f.stray(p + "/")
			return fs.SkipDir
		case strings.EqualFold(path.Ext(p), ".md"):
			return nil
		case d.Type()&fs.ModeSymlink != 0 && isFolder(fsys, p):
			// Following links to folders could go round in a circle.
			d := f.l.Report(ruleUnreadable, diag.Pos{File: p}, "", "%s is a link to a folder, and such links are not followed", p)
			d.Hint = "put the folder itself into the case"
			return nil
		case !knownFile(p):
			f.stray(p)
			return nil
		}
		f.load(fsys, p)
		return nil
	})
	if err != nil {
		f.unreadable(".", err)
	}
	slices.Sort(f.names)
	return f
}

// isFolder says whether a link leads to a folder.
func isFolder(fsys fs.FS, p string) bool {
	info, err := fs.Stat(fsys, p)
	return err == nil && info.IsDir()
}

func (f *folder) load(fsys fs.FS, p string) {
	limit := int64(maxCSV)
	if path.Ext(p) == ".yaml" {
		limit = maxYAML
	}
	info, err := fs.Stat(fsys, p)
	if err == nil && info.Mode()&^fs.ModePerm != 0 {
		// A pipe would be waited for without an end.
		d := f.l.Report(ruleUnreadable, diag.Pos{File: p}, "", "%s is no ordinary file", p)
		d.Expected = "a text file"
		return
	}
	if err == nil && info.Size() > limit {
		d := f.l.Report(ruleFileSize, diag.Pos{File: p}, "", "the file has %d bytes", info.Size())
		d.Expected = "at most " + itoa(int(limit)) + " bytes"
		return
	}
	data, err := fs.ReadFile(fsys, p)
	if err != nil {
		f.unreadable(p, err)
		return
	}
	f.names = append(f.names, p)
	f.data[p] = data
	f.read[p] = true
}

// unreadable reports a problem of the disk in its own words where there are
// any: the path of the machine is left out.
func (f *folder) unreadable(p string, err error) {
	why := "it cannot be read"
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		why = "permission denied"
	case errors.Is(err, fs.ErrNotExist):
		why = "there is no such file or folder"
	default:
		why += ": " + err.Error()
	}
	f.l.Report(ruleUnreadable, diag.Pos{File: p}, "", "%s: %s", p, why)
}

func (f *folder) stray(p string) {
	d := f.l.Report(ruleUnknownFile, diag.Pos{File: p}, "", "%s belongs to no part of a case and is not read", p)
	d.Hint = "notes go into files that end in .md"
	if near := diag.Nearest(p, knownPaths()); near != "" {
		d.Hint = "did you mean " + near + "?"
	} else if ext := path.Ext(p); ext == ".yml" {
		d.Hint = "did you mean " + strings.TrimSuffix(p, ext) + ".yaml?"
	}
}

func (f *folder) has(p string) bool { return f.data[p] != nil }

// table returns the bytes of a table and reports a required one that is
// missing.
func (f *folder) table(def *tableDef) ([]byte, bool) {
	data, ok := f.data[def.path]
	if !ok && def.required {
		f.b.lost[tNode] = f.b.lost[tNode] || def == nodeTable
		f.b.lost[tWaypoint] = f.b.lost[tWaypoint] || def == nodeTable || def == linkTable
		f.b.lost[tCommodity] = f.b.lost[tCommodity] || def == commodityTable
		d := f.l.Report(ruleMissingFile, diag.Pos{File: def.path}, "", "%s is missing", def.path)
		d.Expected = "a table with the columns " + join(def.headers())
	}
	return data, ok
}

// parse turns the YAML files into trees, by kind, files of a folder in path
// order.
func (f *folder) parse(b *builder) map[string][]*node {
	trees := map[string][]*node{}
	for _, k := range files {
		found := false
		for _, p := range f.names {
			if !k.matches(p) {
				continue
			}
			found = true
			n := parseYAML(p, f.data[p], f.l)
			if n != nil && n.shape == sNull {
				n = nil
			}
			if n == nil {
				if f.l.Count(diag.Error) == 0 || !reported(f.l, p) {
					f.l.Report(ruleEmptyValue, diag.Pos{File: p, Line: 1, Col: 1}, "", "the file is empty").Expected = "a record with the keys " + join(k.rec.names())
				}
				b.lose(k.name)
				continue
			}
			trees[k.name] = append(trees[k.name], n)
		}
		if !found && k.required && k.name != "case" {
			f.l.Report(ruleMissingFile, diag.Pos{File: k.path}, "", "%s is missing", k.path).Expected = k.rec.doc
			b.lose(k.name)
		}
	}
	return trees
}

// lose notes that a file of a kind could not be read: references to what it
// declares are not reported then.
func (b *builder) lose(kind string) {
	switch kind {
	case "sources":
		b.lost[tSource] = true
	case "actors":
		b.lost[tActor] = true
	case "variables":
		b.variablesLost = true
	case "corridors":
		b.lost[tCorridor] = true
	case "outcomes":
		b.lost[tOutcome] = true
	case "effects":
		b.lost[tEffect] = true
	case "agreements":
		b.lost[tAgreement], b.lost[tClause] = true, true
	case "claims":
		b.lost[tClaim] = true
	}
}

// reported says whether the list holds an error in file p.
func reported(l *diag.List, p string) bool {
	for _, d := range l.All() {
		if d.Pos.File == p && d.Rule.Severity == diag.Error {
			return true
		}
	}
	return false
}

func (f *folder) hashes() []FileHash {
	out := make([]FileHash, 0, len(f.names))
	for _, p := range f.names {
		sum := sha256.Sum256(f.data[p])
		out = append(out, FileHash{Path: p, SHA256: hex.EncodeToString(sum[:])})
	}
	return out
}

// matches reports whether p is a file of the kind.
func (k *fileKind) matches(p string) bool {
	dir, ok := strings.CutSuffix(k.path, "/*.yaml")
	if !ok {
		return p == k.path
	}
	return path.Dir(p) == dir && path.Ext(p) == ".yaml"
}

func knownFile(p string) bool {
	for i := range files {
		if files[i].matches(p) {
			return true
		}
	}
	for _, t := range tables {
		if t.path == p {
			return true
		}
	}
	return false
}

func knownFolder(p string) bool {
	switch p {
	case "freight", "freight/gravity", "energy", "agreements", "claims":
		return true
	}
	return false
}

// knownPaths are the paths that a stray file may have been meant for.
func knownPaths() []string {
	var out []string
	for _, k := range files {
		if !strings.HasSuffix(k.path, "/*.yaml") {
			out = append(out, k.path)
		}
	}
	for _, t := range tables {
		out = append(out, t.path)
	}
	return append(out, "freight/", "energy/", "agreements/", "claims/", "freight/gravity/")
}
