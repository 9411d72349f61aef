package interchange

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
)

// ExportFormat is the version of the exported tables and of the GeoJSON of
// flows: names of files, columns and properties change only with it.
const ExportFormat = 1

// ColumnType is what a column of a [Table] holds.
type ColumnType string

// The types of columns, in the words of the Frictionless Table Schema.
const (
	Text    ColumnType = "string"
	Integer ColumnType = "integer"
	Number  ColumnType = "number" // NaN is a missing value
	Boolean ColumnType = "boolean"
)

// Column is a column of a [Table]. The slice of its type has one entry a row;
// Text columns are coded: Words[Codes[row]].
type Column struct {
	Name, Unit, About string
	Type              ColumnType
	Words             []string
	Codes             []uint32
	Ints              []int64
	Floats            []float64
	Bools             []bool
}

// Table is a table to be exported, column by column.
type Table struct {
	Name, About string
	Rows        int
	Columns     []Column
}

// Origin says what exported data came from. It is written beside every table.
type Origin struct {
	Case      string // id of the case
	Title     string
	TableHash string // of the table of worlds
	Program   string // "astara 0.1.0"
}

// check reports columns that do not fit the table: a fault of the caller.
func (t *Table) check() error {
	seen := map[string]bool{}
	for _, c := range t.Columns {
		n := -1
		switch c.Type {
		case Text:
			n = len(c.Codes)
			for _, k := range c.Codes {
				if int(k) >= len(c.Words) {
					return fmt.Errorf("table %s, column %s: code %d of %d words", t.Name, c.Name, k, len(c.Words))
				}
			}
		case Integer:
			n = len(c.Ints)
		case Number:
			n = len(c.Floats)
		case Boolean:
			n = len(c.Bools)
		}
		if n != t.Rows {
			return fmt.Errorf("table %s, column %s of type %q: %d values for %d rows", t.Name, c.Name, c.Type, n, t.Rows)
		}
		if seen[c.Name] {
			return fmt.Errorf("table %s: two columns %s", t.Name, c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// cell is a value as CSV has it: "" for a missing number, the shortest decimal
// that reads back exactly for the others.
func (c *Column) cell(row int) string {
	switch c.Type {
	case Text:
		return c.Words[c.Codes[row]]
	case Integer:
		return strconv.FormatInt(c.Ints[row], 10)
	case Boolean:
		return strconv.FormatBool(c.Bools[row])
	}
	if v := c.Floats[row]; !math.IsNaN(v) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return ""
}

// WriteCSV writes a table as CSV (RFC 4180 with LF line ends, UTF-8, one header
// line). What the columns mean stands in the data package ([WritePackage]).
func WriteCSV(w io.Writer, t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for row := range t.Rows {
		for i := range t.Columns {
			record[i] = t.Columns[i].cell(row)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// dataPackage is a Frictionless Data Package descriptor (specification v1):
// https://specs.frictionlessdata.io/data-package/
type dataPackage struct {
	Profile   string        `json:"profile"`
	Name      string        `json:"name"`
	Title     string        `json:"title"`
	Format    int           `json:"astara_export"` // ExportFormat
	Program   string        `json:"astara_program,omitempty"`
	TableHash string        `json:"astara_table_hash,omitempty"`
	Resources []packageFile `json:"resources"`
}

type packageFile struct {
	Profile  string         `json:"profile"`
	Name     string         `json:"name"`
	Path     string         `json:"path"`
	Title    string         `json:"title,omitempty"`
	Format   string         `json:"format"`
	Encoding string         `json:"encoding"`
	Rows     int            `json:"astara_rows"`
	Schema   *packageSchema `json:"schema,omitempty"`
}

type packageSchema struct {
	Fields        []packageField `json:"fields"`
	MissingValues []string       `json:"missingValues"`
}

type packageField struct {
	Name  string     `json:"name"`
	Type  ColumnType `json:"type"`
	Unit  string     `json:"unit,omitempty"`
	About string     `json:"description,omitempty"`
}

// WritePackage writes datapackage.json for the CSV files of the tables, each
// named after its table: what every column is, its unit, and the version of the
// form.
func WritePackage(w io.Writer, o Origin, tables ...*Table) error {
	p := dataPackage{Profile: "tabular-data-package", Name: o.Case, Title: o.Title, Format: ExportFormat, Program: o.Program, TableHash: o.TableHash}
	for _, t := range tables {
		f := packageFile{Profile: "tabular-data-resource", Name: t.Name, Path: t.Name + ".csv", Title: t.About, Format: "csv", Encoding: "utf-8", Rows: t.Rows,
			Schema: &packageSchema{MissingValues: []string{""}}}
		for _, c := range t.Columns {
			f.Schema.Fields = append(f.Schema.Fields, packageField{c.Name, c.Type, c.Unit, c.About})
		}
		p.Resources = append(p.Resources, f)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(p)
}
