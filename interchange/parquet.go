package interchange

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// parquetBatch is how many rows are handed to the writer at once.
const parquetBatch = 4096

// parquetGroup is a group whose fields keep the order of the table; the one of
// parquet-go sorts them by name.
type parquetGroup struct {
	parquet.Group
	names []string
}

// Fields implements parquet.Node.
func (g parquetGroup) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	out := make([]parquet.Field, len(g.names))
	for i, n := range g.names {
		out[i] = byName[n]
	}
	return out
}

// WriteParquet writes a table as one Parquet file: Text as dictionary-coded
// strings, Integer as INT64, Number as optional DOUBLE (a missing value is
// null), Boolean as BOOLEAN; pages compressed with Zstandard. The file's
// key-value metadata hold "astara.export" (the version of the form),
// "astara.case", "astara.table_hash", "astara.program" and "astara.columns"
// (JSON: name, type, unit and description of every column).
func WriteParquet(w io.Writer, o Origin, t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	group := parquetGroup{Group: parquet.Group{}}
	var fields []packageField
	for _, c := range t.Columns {
		node, err := parquetNode(c.Type)
		if err != nil {
			return fmt.Errorf("table %s, column %s: %w", t.Name, c.Name, err)
		}
		group.Group[c.Name] = node
		group.names = append(group.names, c.Name)
		fields = append(fields, packageField{c.Name, c.Type, c.Unit, c.About})
	}
	about, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	out := parquet.NewGenericWriter[any](w, parquet.NewSchema(t.Name, group),
		parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("astara", strconv.Itoa(ExportFormat), ""),
		parquet.KeyValueMetadata("astara.export", strconv.Itoa(ExportFormat)),
		parquet.KeyValueMetadata("astara.case", o.Case),
		parquet.KeyValueMetadata("astara.table_hash", o.TableHash),
		parquet.KeyValueMetadata("astara.program", o.Program),
		parquet.KeyValueMetadata("astara.columns", string(about)))
	batch := make([]parquet.Row, 0, parquetBatch)
	for row := range t.Rows {
		r := make(parquet.Row, len(t.Columns))
		for i := range t.Columns {
			r[i] = t.Columns[i].value(row, i)
		}
		if batch = append(batch, r); len(batch) == parquetBatch || row == t.Rows-1 {
			if _, err := out.WriteRows(batch); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
			batch = batch[:0]
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	return nil
}

func parquetNode(t ColumnType) (parquet.Node, error) {
	switch t {
	case Text:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary), nil
	case Integer:
		return parquet.Leaf(parquet.Int64Type), nil
	case Number:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType)), nil
	case Boolean:
		return parquet.Leaf(parquet.BooleanType), nil
	}
	return nil, fmt.Errorf("unknown type %q", t)
}

// value is a cell with its definition level: 1 for a number that is there.
func (c *Column) value(row, column int) parquet.Value {
	switch c.Type {
	case Text:
		return parquet.ByteArrayValue([]byte(c.Words[c.Codes[row]])).Level(0, 0, column)
	case Integer:
		return parquet.Int64Value(c.Ints[row]).Level(0, 0, column)
	case Boolean:
		return parquet.BooleanValue(c.Bools[row]).Level(0, 0, column)
	}
	if v := c.Floats[row]; !math.IsNaN(v) {
		return parquet.DoubleValue(v).Level(0, 1, column)
	}
	return parquet.NullValue().Level(0, 0, column)
}
