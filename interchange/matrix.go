package interchange

import (
	"fmt"
	"io"
	"math"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// MatrixCell is a cell of a matrix in long form.
type MatrixCell struct {
	From, To string
	Value    float64
	Pos      diag.Pos
}

// ReadMatrix reads a table of origin, destination and value, one row a pair. The
// columns carry the names that demand tables of GMNS folders use; value, when not
// empty, names the column of the values instead. zones, when not nil, are the only
// ids allowed.
func ReadMatrix(file string, data []byte, value string, zones []string, l *diag.List) []MatrixCell {
	f := table.Read(file, data, l)
	var at [3]string
	columns := demandColumns
	if value != "" {
		columns[2] = []string{value}
	}
	for i, names := range columns {
		for _, n := range names {
			if f.Column(n) >= 0 {
				at[i] = n
				break
			}
		}
		if at[i] == "" {
			l.Report(ruleMatrix, diag.Pos{File: file, Line: 1}, "", "no column holds the %s", []string{"origin", "destination", "value"}[i]).Expected = fmt.Sprintf("one of %v", names)
		}
	}
	if at[0] == "" || at[1] == "" || at[2] == "" {
		return nil
	}
	var known map[string]bool
	if zones != nil {
		known = map[string]bool{}
		for _, z := range zones {
			known[z] = true
		}
	}
	first := map[[2]string]diag.Pos{}
	var cells []MatrixCell
	for _, row := range f.Rows {
		o, d, c := row.Get(at[0]), row.Get(at[1]), row.Get(at[2])
		good := true
		for _, z := range []table.Cell{o, d} {
			if z.Text == "" || known != nil && !known[z.Text] {
				m := l.Report(ruleMatrixZone, z.Pos, z.Text, "there is no zone %q", z.Text)
				if n := diag.Nearest(z.Text, zones); n != "" {
					m.Hint = fmt.Sprintf("did you mean %q?", n)
				}
				good = false
			}
		}
		x, ok := c.Float(l)
		if !ok && c.Text == "" {
			l.Report(ruleTrips, c.Pos, "", "the value is empty")
		}
		if !ok || !good {
			continue
		}
		pair := [2]string{o.Text, d.Text}
		if p, twice := first[pair]; twice {
			l.Report(rulePairTwice, o.Pos, o.Text, "the pair %q to %q is given twice", o.Text, d.Text).Also = []diag.Pos{p}
			continue
		}
		first[pair] = o.Pos
		cells = append(cells, MatrixCell{From: o.Text, To: d.Text, Value: x, Pos: row.Pos})
	}
	return cells
}

// ReadTrips is [ReadMatrix] for demand between zones: values are 0 or more.
func ReadTrips(file string, data []byte, value string, zones []string, l *diag.List) []MatrixCell {
	cells := ReadMatrix(file, data, value, zones, l)
	good := cells[:0]
	for _, c := range cells {
		if c.Value < 0 {
			l.Report(ruleTrips, c.Pos, "", "%v trips from zone %q to zone %q", c.Value, c.From, c.To).Expected = "0 or more"
			continue
		}
		good = append(good, c)
	}
	return good
}

// WriteMatrix writes the square table values, row by origin, in long form with
// the columns origin, destination and the given name. Cells that are infinite or
// not a number (pairs without a way) are left out.
func WriteMatrix(w io.Writer, zones []string, name string, values []float64) error {
	if len(values) != len(zones)*len(zones) {
		return fmt.Errorf("interchange: %d values for %d zones", len(values), len(zones))
	}
	var cells []int
	for i, x := range values {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			cells = append(cells, i)
		}
	}
	return writeTable(w, []string{"origin", "destination", name}, len(cells), func(i int) []string {
		k := cells[i]
		return []string{zones[k/len(zones)], zones[k%len(zones)], cell(values[k])}
	})
}
