package interchange

import (
	"bytes"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// The rules of PyPSA folders.
var (
	rulePyMissing  = diag.NewRule("A850", "pypsa-missing", diag.Error, "a file or column of a PyPSA folder that is needed is missing")
	rulePyValue    = diag.NewRule("A851", "pypsa-value", diag.Error, "a cell of a PyPSA table has a value that its attribute does not allow")
	rulePyRef      = diag.NewRule("A852", "pypsa-unknown-name", diag.Error, "a PyPSA table names a bus, type or component that does not exist")
	rulePyTwice    = diag.NewRule("A853", "pypsa-twice", diag.Error, "two rows of a PyPSA table have the same name")
	rulePySeries   = diag.NewRule("A854", "pypsa-series", diag.Error, "a table of a time-dependent attribute does not have a row a snapshot")
	rulePyLeft     = diag.NewRule("A855", "pypsa-not-modelled", diag.Warning, "part of a PyPSA network bears on the answer and is not part of the model")
	rulePyIgnored  = diag.NewRule("A856", "pypsa-not-read", diag.Note, "columns or files of a PyPSA folder are not read")
	rulePySetPoint = diag.NewRule("A858", "pypsa-set-point", diag.Note, "set points of a PyPSA network hold outputs, as they do in its optimisation")
	rulePyNoRating = diag.NewRule("A857", "pypsa-no-rating", diag.Warning, "lines of a PyPSA network have no rating")
)

// pypsaFolder is a folder of tables, one a component and one a component's
// time-dependent attribute.
type pypsaFolder struct {
	fsys  fs.FS
	dir   string
	l     *diag.List
	left  []string // CSV files nobody has asked for yet
	count int      // of snapshots
}

func openPyPSA(fsys fs.FS, dir string, l *diag.List) *pypsaFolder {
	p := &pypsaFolder{fsys: fsys, dir: dir, l: l}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		l.Report(rulePyMissing, diag.Pos{File: dir}, "", "the folder cannot be read: %v", err)
		return p
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".csv") {
			p.left = append(p.left, e.Name())
		}
	}
	return p
}

// read reads a table of the folder; nil when it is not there. The first column of many
// holds the index and has no name in its header; it is called "name" here.
func (p *pypsaFolder) read(name string) *table.File {
	k := slices.Index(p.left, name)
	if k < 0 {
		return nil
	}
	p.left = slices.Delete(p.left, k, k+1)
	file := path.Join(p.dir, name)
	data, err := fs.ReadFile(p.fsys, file)
	if err != nil {
		p.l.Report(rulePyMissing, diag.Pos{File: file}, "", "the file cannot be read: %v", err)
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.HasPrefix(data, []byte(",")) {
		data = append([]byte("name"), data...)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil // a table without components
	}
	return table.Read(file, data, p.l)
}

// pypsaTable is the table of a component with its time-dependent attributes.
type pypsaTable struct {
	p       *pypsaFolder
	name    string // "generators"
	file    *table.File
	rows    []table.Row
	names   []string
	row     map[string]int
	used    map[string]bool // columns that were read or judged
	unbuilt map[string]bool // rows of which an expansion builds nothing
	varying bool            // an attribute that was read depends on time
}

// component reads the table of a component; without the file it has no rows.
func (p *pypsaFolder) component(name string) *pypsaTable {
	t := &pypsaTable{p: p, name: name, row: map[string]int{}, used: map[string]bool{}, unbuilt: map[string]bool{}}
	t.file = p.read(name + ".csv")
	if t.file == nil || len(t.file.Header) == 0 {
		t.file = nil
		return t
	}
	t.used[t.file.Header[0].Text] = true
	for _, r := range t.file.Rows {
		c := r.Cells[0]
		if c.Text == "" {
			p.l.Report(rulePyValue, c.Pos, "", "a row of %s has no name", name)
			continue
		}
		if first, twice := t.row[c.Text]; twice {
			p.l.Report(rulePyTwice, c.Pos, c.Text, "%s has two rows %q", name, c.Text).Also = []diag.Pos{t.rows[first].Pos}
			continue
		}
		t.row[c.Text] = len(t.rows)
		t.rows, t.names = append(t.rows, r), append(t.names, c.Text)
	}
	return t
}

func (t *pypsaTable) cell(i int, attr string) table.Cell {
	t.used[attr] = true
	return t.rows[i].Get(attr)
}

// text is a text attribute, with its default where the table has none.
func (t *pypsaTable) text(i int, attr, otherwise string) string {
	if c := t.cell(i, attr); c.Text != "" && c.Text != "nan" && c.Text != "NaN" {
		return c.Text
	}
	return otherwise
}

// flag is a boolean attribute.
func (t *pypsaTable) flag(i int, attr string, otherwise bool) bool {
	c := t.cell(i, attr)
	switch strings.ToLower(c.Text) {
	case "":
		return otherwise
	case "true", "1", "1.0":
		return true
	case "false", "0", "0.0":
		return false
	}
	t.p.l.Report(rulePyValue, c.Pos, c.Text, "%s %s of %s is %q", t.name, attr, t.names[i], c.Text).Expected = "True or False"
	return otherwise
}

// number reads a cell; an empty one and nan are the default.
func (p *pypsaFolder) number(c table.Cell, what string, otherwise float64) float64 {
	if c.Text == "" {
		return otherwise
	}
	x, err := strconv.ParseFloat(c.Text, 64)
	if (err != nil && !math.IsInf(x, 0)) || strings.ContainsAny(c.Text, "xX_") {
		p.l.Report(rulePyValue, c.Pos, c.Text, "%s is %q", what, c.Text).Expected = "a number, inf, nan or nothing"
		return otherwise
	}
	if math.IsNaN(x) {
		return otherwise
	}
	return x
}

// pypsaValues is a numeric attribute of all rows, at all snapshots.
type pypsaValues struct {
	static []float64
	series [][]float64 // one a row of the component; nil where the attribute is static
	set    []bool      // the folder says something
}

// at is the value of row i at snapshot k.
func (v *pypsaValues) at(i, k int) float64 {
	if v.series != nil && v.series[i] != nil {
		return v.series[i][k]
	}
	return v.static[i]
}

// values reads a numeric attribute that is the same at all times.
func (t *pypsaTable) values(attr string, otherwise float64) *pypsaValues {
	v := &pypsaValues{static: make([]float64, len(t.rows)), set: make([]bool, len(t.rows))}
	for i := range t.rows {
		c := t.cell(i, attr)
		v.static[i] = t.p.number(c, t.name+" "+attr+" of "+t.names[i], otherwise)
		v.set[i] = c.Text != "" && !strings.EqualFold(c.Text, "nan")
	}
	return v
}

// timed reads a numeric attribute that may depend on time.
func (t *pypsaTable) timed(attr string, otherwise float64) *pypsaValues {
	v := t.values(attr, otherwise)
	file := t.p.read(t.name + "-" + attr + ".csv")
	if file == nil {
		return v
	}
	if len(file.Rows) != t.p.count {
		d := t.p.l.Report(rulePySeries, diag.Pos{File: file.Path}, "", "%s-%s.csv has %s for %s", t.name, attr, counted(len(file.Rows), "rows"), counted(t.p.count, "snapshots"))
		d.Expected = "a row a snapshot, in the order of snapshots.csv"
		return v
	}
	v.series = make([][]float64, len(t.rows))
	for col, h := range file.Header {
		if col == 0 {
			continue
		}
		i, ok := t.row[h.Text]
		if !ok {
			t.p.l.Report(rulePyRef, h.Pos, h.Text, "%s-%s.csv has a column %q, and there is no such row in %s.csv", t.name, attr, h.Text, t.name)
			continue
		}
		v.series[i], v.set[i], t.varying = make([]float64, t.p.count), true, true
		for k, r := range file.Rows {
			v.series[i][k] = t.p.number(r.Cells[col], t.name+" "+attr+" of "+h.Text, otherwise)
		}
	}
	return v
}

// index finds the bus that a row names.
func (t *pypsaTable) index(i int, attr string, buses map[string]int) int {
	c := t.cell(i, attr)
	k, ok := buses[c.Text]
	if !ok {
		d := t.p.l.Report(rulePyRef, c.Pos, c.Text, "%s %s of %s is %q, and there is no such bus", t.name, attr, t.names[i], c.Text)
		known := make([]string, 0, len(buses))
		for name := range buses {
			known = append(known, name)
		}
		slices.Sort(known)
		if near := diag.Nearest(c.Text, known); near != "" {
			d.Hint = "did you mean \"" + near + "\"?"
		}
		return -1
	}
	return k
}

// not reports rows whose attribute has another value than the one that changes nothing.
func (t *pypsaTable) not(attr, neutral, meaning string) {
	var names []string
	var at diag.Pos
	for i := range t.rows {
		c := t.cell(i, attr)
		x, err := strconv.ParseFloat(c.Text, 64)
		want, errWant := strconv.ParseFloat(neutral, 64)
		same := c.Text == "" || strings.EqualFold(c.Text, neutral) || (err == nil && errWant == nil && x == want) || (err == nil && math.IsNaN(x))
		if !same {
			if len(names) == 0 {
				at = c.Pos
			}
			names = append(names, t.names[i])
		}
	}
	if len(names) > 0 {
		t.p.l.Report(rulePyLeft, at, "", "%s of %s is not part of the model (%s): %s", attr, counted(len(names), t.name), someNames(names), meaning)
	}
	if file := t.p.read(t.name + "-" + attr + ".csv"); file != nil && len(file.Header) > 1 {
		t.p.l.Report(rulePyLeft, diag.Pos{File: file.Path}, "", "%s of %s is not part of the model: %s", attr, t.name, meaning)
	}
}

// rest notes the columns that nothing read.
func (t *pypsaTable) rest() {
	if t.file == nil {
		return
	}
	var names []string
	for col, h := range t.file.Header {
		full := func(r table.Row) bool { return r.Cells[col].Text != "" }
		if !t.used[h.Text] && slices.ContainsFunc(t.file.Rows, full) {
			names = append(names, h.Text)
		}
	}
	if len(names) > 0 {
		t.p.l.Report(rulePyIgnored, t.file.Header[0].Pos, "", "columns of %s.csv are not read: %s", t.name, strings.Join(names, ", "))
	}
}

// counted is a number of things with the plural of their name, which may be one.
func counted(n int, names string) string {
	if n == 1 {
		names = strings.TrimSuffix(strings.TrimSuffix(names, "s"), "e")
		if names == "lin" || names == "pip" || names == "stor" {
			names += "e"
		}
	}
	return strconv.Itoa(n) + " " + names
}

// verb is the form that goes with a number.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// someNames lists a few names.
func someNames(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}
