package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/discover"
	"github.com/astara-corridors/astara/internal/table"
)

// discoverFormat is the version of the JSON form of discover.
const discoverFormat = 1

func discoverCommand() *cobra.Command {
	var of string
	var above float64
	var inputs []string
	opt := discover.Options{Alpha: discover.DefaultAlpha, MinMass: discover.DefaultMinMass}
	cmd := &cobra.Command{
		Use:   "discover FILE.csv --of COLUMN",
		Short: "Where in a table the cases of interest lie: one sentence",
		Long: `Find a box of few limits in which the cases of interest of any CSV table are dense
(PRIM, the patient rule induction method). --of names the column that says which rows
are of interest: 0 to 1, yes or no; with --above X a column of numbers, of interest
above X. Coverage is the share of the cases of interest in the box, density the share
of the box that is of interest; quasi p the chance of so dense a box if a limit did
nothing. csv is the trajectory of boxes. Without --inputs columns of words with more
than 20 different ones are left out: they name rows, and do not sort them.`,
		Example:           "  astara discover runs.csv --of failed\n  astara discover runs.csv --of cost --above 15 --inputs fuel,road",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeFiles("csv"),
	}
	format := formatFlag(cmd, "text", "json", "csv")
	f := cmd.Flags()
	f.StringVar(&of, "of", "", "the column of interest")
	f.Float64Var(&above, "above", 0, "a row is of interest when the column is above this")
	f.StringSliceVar(&inputs, "inputs", nil, "columns to search (default: all others)")
	f.Float64Var(&opt.Alpha, "alpha", opt.Alpha, "share of a box that one peel takes off, above 0 and below 0.5")
	f.Float64Var(&opt.MinMass, "min-mass", opt.MinMass, "share of all rows below which peeling ends")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case of == "":
			return usageError{fmt.Errorf("--of is missing; it names the column of interest")}
		case !(opt.Alpha > 0 && opt.Alpha < 0.5):
			return usageError{fmt.Errorf("--alpha %v; expected above 0 and below 0.5", opt.Alpha)}
		case !(opt.MinMass > 0 && opt.MinMass < 1):
			return usageError{fmt.Errorf("--min-mass %v; expected above 0 and below 1", opt.MinMass)}
		}
		data, err := readInput(args[0])
		if err != nil {
			return err
		}
		var l diag.List
		what := of
		if cmd.Flags().Changed("above") {
			if math.IsNaN(above) {
				return usageError{fmt.Errorf("--above %v; expected a number", above)}
			}
			what = fmt.Sprintf("%s above %g", of, above)
			data = threshold(args[0], data, of, above, &l)
		}
		var t *discover.Table
		if !l.Failed() {
			t = discover.FromCSV(args[0], data, of, inputs, &l)
		}
		if err := checked(cmd, &l); err != nil {
			return err
		}
		if inputs == nil {
			if names := dropNames(t); len(names) > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "left out, since they hold words and more than %d different ones: %s (--inputs names columns to search)\n", mostWords, firstOf(names, 5))
			}
		}
		if !anyOf(t.Interest) {
			return usageError{fmt.Errorf("%s: no row is of interest (%s)", args[0], what)}
		}
		boxes, err := discover.Peel(t, opt)
		if err != nil {
			return err
		}
		switch out := cmd.OutOrStdout(); *format {
		case "json":
			return writeJSON(out, discoverReport(t, what, boxes, opt))
		case "csv":
			return boxesCSV(out, t, boxes)
		default:
			return discoverText(out, t, what, boxes)
		}
	}
	return cmd
}

// mostWords is how many different words a column has that sorts rows.
const mostWords = 20

// dropNames takes columns of words out of a table that name its rows.
func dropNames(t *discover.Table) []string {
	var names []string
	t.Columns = slices.DeleteFunc(t.Columns, func(c discover.Column) bool {
		many := len(c.Categories) > mostWords
		if many {
			names = append(names, c.Name)
		}
		return many
	})
	return names
}

// firstOf lists the first n names and counts the others.
func firstOf(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}

func anyOf(interest []float64) bool {
	for _, v := range interest {
		if v > 0 {
			return true
		}
	}
	return false
}

// threshold makes the column a 0 or 1: whether its number is above x. A table that
// cannot be read, or lacks the column, is left for its reader to report.
func threshold(path string, data []byte, column string, x float64, l *diag.List) []byte {
	var own diag.List
	f := table.Read(path, data, &own)
	if f == nil || own.Failed() || f.Column(column) < 0 {
		return data
	}
	var rows [][]string
	var head []string
	for _, h := range f.Header {
		head = append(head, h.Text)
	}
	rows = append(rows, head)
	for _, r := range f.Rows {
		var row []string
		for _, name := range head {
			c := r.Get(name)
			if name != column {
				row = append(row, c.Text)
				continue
			}
			v, err := strconv.ParseFloat(strings.TrimSpace(c.Text), 64)
			if err != nil || math.IsNaN(v) {
				l.Report(discover.RuleInterest, c.Pos, c.Text, "%q is no number to hold against %g", c.Text, x).Expected = "a number"
			}
			flag := "0"
			if v > x {
				flag = "1"
			}
			row = append(row, flag)
		}
		rows = append(rows, row)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// boxJSON is a box in the JSON form.
type boxJSON struct {
	Coverage float64     `json:"coverage"`
	Density  float64     `json:"density"`
	Mass     float64     `json:"mass"`
	Rows     int         `json:"rows"`
	Limits   []limitJSON `json:"limits"`
}

// limitJSON is what a box asks of a column; an absent end is open.
type limitJSON struct {
	Column  string   `json:"column"`
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	Allowed []string `json:"allowed,omitempty"`
}

type supportJSON struct {
	Column   string  `json:"column"`
	End      string  `json:"end"`
	QuasiP   float64 `json:"quasi_p"`
	Coverage float64 `json:"coverage_without"`
	Density  float64 `json:"density_without"`
}

func boxOf(t *discover.Table, b discover.Box) boxJSON {
	out := boxJSON{Coverage: b.Coverage, Density: b.Density, Mass: b.Mass, Rows: b.Rows, Limits: []limitJSON{}}
	for _, l := range b.Limits {
		c := &t.Columns[l.Column]
		row := limitJSON{Column: c.Name}
		for k, ok := range l.Allowed {
			if ok {
				row.Allowed = append(row.Allowed, c.Categories[k])
			}
		}
		if l.Allowed == nil {
			if !math.IsInf(l.Low, 0) {
				row.Low = &l.Low
			}
			if !math.IsInf(l.High, 0) {
				row.High = &l.High
			}
		}
		out.Limits = append(out.Limits, row)
	}
	return out
}

func discoverReport(t *discover.Table, what string, boxes []discover.Box, opt discover.Options) any {
	best := boxes[discover.Best(boxes)]
	v := struct {
		Format   int           `json:"format"`
		Kind     string        `json:"kind"`
		Interest string        `json:"interest"`
		Rows     int           `json:"rows"`
		Alpha    float64       `json:"alpha"`
		MinMass  float64       `json:"min_mass"`
		Sentence string        `json:"sentence"`
		Best     boxJSON       `json:"best"`
		Supports []supportJSON `json:"supports"`
		Boxes    []boxJSON     `json:"boxes"`
	}{Format: discoverFormat, Kind: "discover", Interest: what, Rows: len(t.Interest), Alpha: opt.Alpha, MinMass: opt.MinMass,
		Sentence: discoverSentence(t, what, best), Best: boxOf(t, best), Supports: []supportJSON{}}
	for _, s := range discover.Supports(t, best) {
		v.Supports = append(v.Supports, supportJSON(s))
	}
	for _, b := range boxes {
		v.Boxes = append(v.Boxes, boxOf(t, b))
	}
	return v
}

// discoverSentence is the finding in one sentence.
func discoverSentence(t *discover.Table, what string, b discover.Box) string {
	return fmt.Sprintf("%s: %s", what, discover.Sentence(t, b))
}

func discoverText(w io.Writer, t *discover.Table, what string, boxes []discover.Box) error {
	best := discover.Best(boxes)
	fmt.Fprintf(w, "%s.\n\n", discoverSentence(t, what, boxes[best]))
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "limit\tend\twithout it: coverage\tdensity\tquasi p")
	for _, s := range discover.Supports(t, boxes[best]) {
		fmt.Fprintf(tw, "%s\t%s\t%.3f\t%.3f\t%.2g\n", s.Column, s.End, s.Coverage, s.Density, s.QuasiP)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	tw = tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "box\tcoverage\tdensity\trows\tlimited columns\t")
	for i, b := range boxes {
		mark := ""
		if i == best {
			mark = "<- the sentence"
		}
		fmt.Fprintf(tw, "%d\t%.3f\t%.3f\t%d\t%s\t%s\n", i, b.Coverage, b.Density, b.Rows, strings.Join(limited(t, b), ", "), mark)
	}
	return tw.Flush()
}

// limited names the columns that a box restricts.
func limited(t *discover.Table, b discover.Box) []string {
	var out []string
	for _, l := range b.Limits {
		out = append(out, t.Columns[l.Column].Name)
	}
	return out
}

// boxesCSV writes a row a box and limit; a box without limits has one row.
func boxesCSV(w io.Writer, t *discover.Table, boxes []discover.Box) error {
	best := discover.Best(boxes)
	rows := [][]string{{"box", "best", "coverage", "density", "mass", "rows", "column", "low", "high", "allowed"}}
	end := func(v *float64) string {
		if v == nil {
			return ""
		}
		return csvNumber(*v)
	}
	for i, b := range boxes {
		head := []string{strconv.Itoa(i), strconv.FormatBool(i == best), csvNumber(b.Coverage), csvNumber(b.Density), csvNumber(b.Mass), strconv.Itoa(b.Rows)}
		limits := boxOf(t, b).Limits
		if len(limits) == 0 {
			rows = append(rows, append(head, "", "", "", ""))
		}
		for _, l := range limits {
			rows = append(rows, append(append([]string(nil), head...), l.Column, end(l.Low), end(l.High), strings.Join(l.Allowed, ";")))
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
