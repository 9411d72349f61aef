package interchange

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/interchange/hdf5"
)

// OMXVersion is the version of the OMX specification that is read and written.
const OMXVersion = "0.2"

// ByPosition as the name of a lookup says that row and column i of a matrix belong
// to the i-th zone of the network.
const ByPosition = "-"

// mostCells is how many bad cells of a matrix are reported one by one.
const mostCells = 20

// OMX is an Open Matrix file: matrices of one shape under /data, and under /lookup
// lists that name their rows and columns. Matrices are read when asked for.
type OMX struct {
	File     string
	Version  string // as the file says; empty when it does not
	Matrices []string
	Lookups  []string

	// FlagPrefix stands before matrix and lookup where a hint names the flags that
	// choose them; empty is "--".
	FlagPrefix string

	root *hdf5.Object
}

// ReadOMX reads what a file of size bytes holds. It returns nil when that is no
// OMX file; the reason is reported.
func ReadOMX(file string, r io.ReaderAt, size int64, l *diag.List) *OMX {
	o := &OMX{File: file}
	f, err := hdf5.Open(r, size)
	if err == nil {
		o.root, err = f.Root()
	}
	if err != nil {
		o.report(ruleOMX, l, "", "%v", err)
		return nil
	}
	if o.Version, err = o.text("OMX_VERSION"); err != nil {
		o.report(ruleOMX, l, "OMX_VERSION", "%v", err)
	} else if o.Version != OMXVersion {
		o.report(ruleOMXVersion, l, "OMX_VERSION", "the attribute OMX_VERSION is %q; the file is read as version %s", o.Version, OMXVersion)
	}
	var ok bool
	if o.Matrices, ok = o.names("data", true, l); !ok {
		return nil
	}
	if o.Lookups, ok = o.names("lookup", false, l); !ok {
		return nil
	}
	if len(o.Matrices) == 0 {
		o.report(ruleOMX, l, "/data", "there is no matrix under /data")
		return nil
	}
	return o
}

func (o *OMX) report(rule *diag.Rule, l *diag.List, text, format string, args ...any) *diag.Diagnostic {
	return l.Report(rule, diag.Pos{File: o.File}, text, format, args...)
}

// text is an attribute of the file; empty when it is not there.
func (o *OMX) text(name string) (string, error) {
	a, err := o.root.Attribute(name)
	if a == nil {
		return "", err
	}
	if s, err := a.Strings(); err == nil && len(s) > 0 {
		return s[0], nil
	}
	x, err := a.Floats() // some programs write the number 0.2
	if err != nil || len(x) == 0 {
		return "", err
	}
	return strconv.FormatFloat(x[0], 'g', -1, 32), nil
}

func (o *OMX) names(group string, needed bool, l *diag.List) ([]string, bool) {
	all, err := o.root.Names()
	if err == nil && !slices.Contains(all, group) {
		if needed {
			o.report(ruleOMX, l, "", "there is no group /%s: it is an HDF5 file, but no OMX file", group)
		}
		return nil, !needed
	}
	var names []string
	if err == nil {
		var g *hdf5.Object
		if g, err = o.root.Open(group); err == nil {
			names, err = g.Names()
		}
	}
	if err != nil {
		o.report(ruleOMX, l, "/"+group, "%v", err)
		return nil, false
	}
	return names, true
}

// flag is the flag of the command line that chooses a matrix or a lookup.
func (o *OMX) flag(name string) string {
	if o.FlagPrefix == "" {
		return "--" + name
	}
	return o.FlagPrefix + name
}

// choose finds the matrix or lookup that is meant: the one named, or the only one.
func (o *OMX) choose(what, name string, names []string, l *diag.List) (string, bool) {
	switch {
	case name != "" && slices.Contains(names, name):
		return name, true
	case name != "":
		d := o.report(ruleOMXChoice, l, name, "there is no %s %q", what, name)
		if len(names) > 0 {
			d.Expected = "one of " + strings.Join(names, ", ")
		}
		if near := diag.Nearest(name, names); near != "" {
			d.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		return "", false
	case len(names) == 1:
		return names[0], true
	}
	o.report(ruleOMXChoice, l, "", "which %s is meant? there are %d", what, len(names)).Expected = o.flag(what) + " with one of " + strings.Join(names, ", ")
	return "", false
}

// Matrix reads a matrix, row by row; an empty name means the only one. Cells that
// hold the value its attribute NA gives have no value and become NaN. What is wrong
// is reported and gives nil.
func (o *OMX) Matrix(name string, l *diag.List) (values []float64, rows, columns int) {
	values, rows, columns, missing := o.matrix(name, l)
	if missing == nil {
		return values, rows, columns
	}
	for i, x := range values {
		if missing(x) {
			values[i] = math.NaN()
		}
	}
	return values, rows, columns
}

// matrix is Matrix with its cells as they are; missing, when not nil, says which of
// them have no value.
func (o *OMX) matrix(name string, l *diag.List) (values []float64, rows, columns int, missing func(x float64) bool) {
	name, ok := o.choose("matrix", name, o.Matrices, l)
	if !ok {
		return nil, 0, 0, nil
	}
	path := "/data/" + name
	m, err := o.open("data", name)
	var shape []int
	if err == nil {
		shape, err = m.Shape()
	}
	if err == nil && len(shape) != 2 {
		o.report(ruleOMXShape, l, path, "%s has %d dimensions", path, len(shape)).Expected = "2"
		return nil, 0, 0, nil
	}
	if err == nil {
		o.compareShape(path, shape, l)
		missing, err = notAvailable(m)
	}
	if err == nil {
		values, err = m.Floats()
	}
	if err != nil {
		o.report(ruleOMX, l, path, "%v", err)
		return nil, 0, 0, nil
	}
	return values, shape[0], shape[1], missing
}

// notAvailable reads the attribute NA of a matrix: the value of cells without one.
func notAvailable(m *hdf5.Object) (func(x float64) bool, error) {
	a, err := m.Attribute("NA")
	if err != nil || a == nil {
		return nil, err
	}
	x, err := a.Floats()
	if err != nil {
		return nil, fmt.Errorf("attribute NA: %w", err)
	}
	if len(x) != 1 {
		return nil, fmt.Errorf("attribute NA has %d values, not one", len(x))
	}
	na := x[0]
	short := float64(float32(na)) // as a cell of 4 bytes holds it
	return func(x float64) bool { return x == na || x == short || math.IsNaN(x) && math.IsNaN(na) }, nil
}

func (o *OMX) open(group, name string) (*hdf5.Object, error) {
	g, err := o.root.Open(group)
	if err != nil {
		return nil, err
	}
	return g.Open(name)
}

// compareShape holds the shape of a matrix against that of the file.
func (o *OMX) compareShape(path string, shape []int, l *diag.List) {
	a, err := o.root.Attribute("SHAPE")
	if err != nil || a == nil {
		return
	}
	n, err := a.Ints()
	if err != nil || len(n) != 2 || int(n[0]) != shape[0] || int(n[1]) != shape[1] {
		o.report(ruleOMXVersion, l, "SHAPE", "%s has the shape %v, the attribute SHAPE says %v", path, shape, n)
	}
}

// Lookup reads the names of rows or columns; whole numbers become their digits.
// What is wrong is reported and gives nil.
func (o *OMX) Lookup(name string, l *diag.List) []string {
	name, ok := o.choose("lookup", name, o.Lookups, l)
	if !ok {
		return nil
	}
	path := "/lookup/" + name
	k, err := o.open("lookup", name)
	var shape []int
	var typ hdf5.Type
	if err == nil {
		shape, err = k.Shape()
	}
	if err == nil {
		typ, err = k.Type()
	}
	if err == nil && len(shape) != 1 {
		o.report(ruleOMXShape, l, path, "%s has %d dimensions", path, len(shape)).Expected = "1"
		return nil
	}
	ids := []string{}
	if err == nil {
		switch typ.Class {
		case hdf5.Integer:
			var n []int64
			n, err = k.Ints()
			for _, x := range n {
				ids = append(ids, strconv.FormatInt(x, 10))
			}
		case hdf5.Float:
			var n []float64
			n, err = k.Floats()
			for _, x := range n {
				ids = append(ids, strconv.FormatFloat(x, 'f', -1, 64))
			}
		default:
			ids, err = k.Strings()
		}
	}
	if err != nil {
		o.report(ruleOMX, l, path, "%v", err)
		return nil
	}
	return ids
}

// Trips is [OMX.EachTrip] as a list.
func (o *OMX) Trips(matrix, lookup string, zones []string, l *diag.List) []MatrixCell {
	var cells []MatrixCell
	o.EachTrip(matrix, lookup, zones, l, func(from, to int, amount float64) {
		cells = append(cells, MatrixCell{From: zones[from], To: zones[to], Value: amount, Pos: diag.Pos{File: o.File}})
	})
	return cells
}

// EachTrip reads a matrix as demand between zones, the ids of the network in its
// order, and calls each with the places of origin and destination among them. lookup
// names the list of the rows' and columns' zones; empty means the only one, or
// [ByPosition] where the file has none. Cells of 0 and cells without a value are left
// out, the latter with a warning; rows and columns of
// zones that the network does not have must hold nothing else.
func (o *OMX) EachTrip(matrix, lookup string, zones []string, l *diag.List, each func(from, to int, amount float64)) {
	matrix, ok := o.choose("matrix", matrix, o.Matrices, l)
	if !ok {
		return
	}
	values, rows, columns, missing := o.matrix(matrix, l)
	if values == nil {
		return
	}
	path := "/data/" + matrix
	if rows != columns {
		o.report(ruleOMXShape, l, path, "%s has %d rows and %d columns; trips between zones need as many of both", path, rows, columns)
		return
	}
	ids := zones
	if lookup == ByPosition || lookup == "" && len(o.Lookups) == 0 {
		if rows != len(zones) {
			o.report(ruleOMXShape, l, path, "%s has %d rows, the network %d zones, and no lookup says which is which", path, rows, len(zones)).Expected = "as many rows as zones, or " + o.flag("lookup")
			return
		}
	} else {
		lookup, ok = o.choose("lookup", lookup, o.Lookups, l)
		if !ok {
			return
		}
		if ids = o.Lookup(lookup, l); ids == nil {
			return
		}
		if len(ids) != rows {
			o.report(ruleOMXShape, l, path, "%s has %d rows, the lookup %s %d entries", path, rows, lookup, len(ids))
			return
		}
		first := map[string]int{}
		for i, id := range ids {
			if k, twice := first[id]; twice {
				o.report(ruleOMXChoice, l, id, "the lookup %s has %q at row %d and at row %d", lookup, id, k+1, i+1).Hint = "is another lookup the list of zones? rows in the order of the network's zones are " + o.flag("lookup") + " " + ByPosition
				return
			}
			first[id] = i
		}
	}
	o.cells(path, values, missing, ids, zones, l, each)
}

func (o *OMX) cells(path string, values []float64, missing func(x float64) bool, ids, zones []string, l *diag.List, each func(from, to int, amount float64)) {
	const absent = -1
	number := make(map[string]int, len(zones))
	for i, z := range zones {
		number[z] = i
	}
	place := make([]int, len(ids)) // of a row's zone in the network
	for i, id := range ids {
		place[i] = absent
		if z, ok := number[id]; ok {
			place[i] = z
		}
	}
	bad, absentCells, unknown := 0, 0, map[string]bool{}
	n := len(ids)
	for k, x := range values {
		if x == 0 {
			continue
		}
		if missing != nil && missing(x) {
			absentCells++
			continue
		}
		i, j := k/n, k%n
		if !(x > 0) || math.IsInf(x, 1) {
			if bad++; bad <= mostCells {
				o.report(ruleTrips, l, path, "%s, row %d, column %d: %v trips from zone %q to zone %q", path, i+1, j+1, x, ids[i], ids[j]).Expected = "0 or more"
			}
			continue
		}
		if place[i] != absent && place[j] != absent {
			each(place[i], place[j], x)
			continue
		}
		for _, end := range []struct {
			what string
			at   int
		}{{"row", i}, {"column", j}} {
			if place[end.at] != absent {
				continue
			}
			id := ids[end.at]
			if !unknown[id] && len(unknown) < mostCells {
				o.report(ruleMatrixZone, l, id, "%s, %s %d: there is no zone %q, but there are %v trips", path, end.what, end.at+1, id, x)
			}
			unknown[id] = true
		}
	}
	if absentCells > 0 {
		o.report(ruleOMXMissing, l, path, "%s has %d cells without a value, as its attribute NA marks them; they are taken as no trips", path, absentCells)
	}
	if n := len(unknown) - mostCells; n > 0 {
		o.report(ruleMatrixZone, l, path, "%s has trips of %d zones more that do not exist", path, n)
	}
	if bad > mostCells {
		o.report(ruleTrips, l, path, "%s has %d such cells in all", path, bad)
	}
}

// OMXMatrix is a matrix to be written: a value for each pair of zones, row by
// origin. Values that are infinite mean that there is none.
type OMXMatrix struct {
	Name   string
	Values []float64
}

// WriteOMX writes an OMX file of version 0.2: square matrices of 64-bit floats,
// and the lookup "zone" with the ids, as numbers when all of them are. Where there
// is no value stands NaN, and the matrix has the attribute NA that says so.
func WriteOMX(w io.Writer, zones []string, matrices []OMXMatrix) error {
	n := len(zones)
	data := &hdf5.Node{Name: "data"}
	for _, m := range matrices {
		if len(m.Values) != n*n {
			return fmt.Errorf("interchange: matrix %s has %d values for %d zones", m.Name, len(m.Values), n)
		}
		node := &hdf5.Node{Name: m.Name, Data: &hdf5.Array{Dims: []int{n, n}, Values: m.Values}}
		if slices.ContainsFunc(m.Values, noValue) {
			values := m.Values
			node.Data.Values = hdf5.Rows(func(r int, to []float64) {
				for i, x := range values[r*n : (r+1)*n] {
					if noValue(x) {
						x = math.NaN()
					}
					to[i] = x
				}
			})
			node.Attributes = append(node.Attributes, hdf5.Value{Name: "NA", Array: hdf5.Array{Values: []float64{math.NaN()}}})
		}
		data.Children = append(data.Children, node)
	}
	err := hdf5.Write(w, &hdf5.Node{
		Attributes: []hdf5.Value{
			hdf5.Text("OMX_VERSION", OMXVersion),
			{Name: "SHAPE", Array: hdf5.Array{Dims: []int{2}, Values: []int32{int32(n), int32(n)}}},
		},
		Children: []*hdf5.Node{data, {Name: "lookup", Children: []*hdf5.Node{{Name: "zone", Data: zoneLookup(zones)}}}},
	})
	if err != nil {
		return fmt.Errorf("interchange: writing OMX: %w", err)
	}
	return nil
}

func noValue(x float64) bool { return math.IsInf(x, 0) || math.IsNaN(x) }

// zoneLookup is the list of zones, as numbers when each is one and reads back as
// the same id.
func zoneLookup(zones []string) *hdf5.Array {
	numbers := make([]int32, 0, len(zones))
	for _, z := range zones {
		x, err := strconv.ParseInt(z, 10, 32)
		if err != nil || strconv.FormatInt(x, 10) != z {
			return &hdf5.Array{Dims: []int{len(zones)}, Values: zones}
		}
		numbers = append(numbers, int32(x))
	}
	return &hdf5.Array{Dims: []int{len(zones)}, Values: numbers}
}
