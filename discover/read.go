package discover

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// The rules of tables for discovery.
var (
	RuleColumn   = diag.NewRule("A695", "discover-column", diag.Error, "A column that discovery is asked for is not in the table.")
	RuleInterest = diag.NewRule("A696", "discover-interest", diag.Error, "The column of interest holds something else than numbers from 0 to 1, or yes and no.")
)

// FromCSV makes a table from a CSV file. interest names the column that says
// which rows are of interest (0 and 1, yes and no, true and false); inputs the
// columns to search, empty for all others. A column is one of numbers when every
// cell is a number. The table is nil when there are errors.
func FromCSV(path string, data []byte, interest string, inputs []string, l *diag.List) *Table {
	before := l.Count(diag.Error)
	f := table.Read(path, data, l)
	if f == nil || l.Count(diag.Error) > before {
		return nil
	}
	var names []string
	for _, h := range f.Header {
		names = append(names, h.Text)
	}
	known := func(name string) bool {
		if f.Column(name) >= 0 {
			return true
		}
		d := l.Report(RuleColumn, diag.Pos{File: path, Line: 1, Col: 1}, name, "there is no column %q", name)
		d.Expected = "one of " + strings.Join(names, ", ")
		if near := diag.Nearest(name, names); near != "" {
			d.Hint = "did you mean " + strconv.Quote(near) + "?"
		}
		return false
	}
	ok := known(interest)
	for _, name := range inputs {
		ok = known(name) && ok
	}
	if !ok {
		return nil
	}
	if len(inputs) == 0 {
		for _, n := range names {
			if n != interest {
				inputs = append(inputs, n)
			}
		}
	}
	t := &Table{}
	for _, r := range f.Rows {
		c := r.Get(interest)
		v, ok := flag(c.Text)
		if !ok {
			l.Report(RuleInterest, c.Pos, c.Text, "%q does not say whether the row is of interest", c.Text).Expected = "0 to 1, yes or no"
		}
		t.Interest = append(t.Interest, v)
	}
	for _, name := range inputs {
		col := Column{Name: name}
		numbers := true
		for _, r := range f.Rows {
			v, err := strconv.ParseFloat(strings.TrimSpace(r.Get(name).Text), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				numbers = false
				break
			}
			col.Values = append(col.Values, v)
		}
		if !numbers {
			col.Values = nil
			for _, r := range f.Rows {
				col.Categories = append(col.Categories, strings.TrimSpace(r.Get(name).Text))
			}
			slices.Sort(col.Categories)
			col.Categories = slices.Compact(col.Categories)
			for _, r := range f.Rows {
				k, _ := slices.BinarySearch(col.Categories, strings.TrimSpace(r.Get(name).Text))
				col.Code = append(col.Code, k)
			}
		}
		t.Columns = append(t.Columns, col)
	}
	if l.Count(diag.Error) > before {
		return nil
	}
	return t
}

func flag(s string) (float64, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "true":
		return 1, true
	case "no", "false":
		return 0, true
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && v >= 0 && v <= 1
}
