package answer

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// KeptTables opens the tables of a case from the columns kept of it, with no network
// prepared: the worlds, their rows and the outcomes that the case names, which is what
// words and weights are read against. They have no engine, no networks and no
// solutions. False where no columns are kept.
func KeptTables(cache *world.Cache, c *casefile.Case) (*Browsable, []*world.Table, bool, error) {
	b, ok := Columns(cache, c)
	if !ok {
		return nil, nil, false, nil
	}
	f, _, ok := OpenColumns(cache, c, "")
	if !ok {
		return nil, nil, false, nil
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, false, fmt.Errorf("unpacking the columns: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(z, int64(b.Bytes)+1))
	if err != nil {
		return nil, nil, false, fmt.Errorf("unpacking the columns: %w", err)
	}
	if len(body) != b.Bytes || hashOf(body) != b.Hash {
		return nil, nil, false, fmt.Errorf("the columns kept of %s are not those described", b.Case)
	}
	ts, err := tablesFrom(b, body, c.Space)
	return b, ts, err == nil, err
}

// tablesFrom reads the tables out of a body of columns.
func tablesFrom(b *Browsable, body []byte, space *formula.Space) (tables, error) {
	sections := map[string]Section{}
	for _, s := range b.Sections {
		size := map[string]int{"uint16": 2, "uint32": 4, "float64": 8}[s.Type]
		if size == 0 || s.Start < 0 || s.Count < 0 || s.Start > len(body) || s.Count > (len(body)-s.Start)/size {
			return nil, fmt.Errorf("the column %s lies outside the columns", s.Name)
		}
		sections[s.Name] = s
	}
	whole := func(name string, count int) (func(i int) uint32, error) {
		s, ok := sections[name]
		switch at := body[s.Start:]; {
		case !ok || s.Count != count:
			return nil, fmt.Errorf("the columns have no %s of %d numbers", name, count)
		case s.Type == "uint16":
			return func(i int) uint32 { return uint32(binary.LittleEndian.Uint16(at[2*i:])) }, nil
		case s.Type == "uint32":
			return func(i int) uint32 { return binary.LittleEndian.Uint32(at[4*i:]) }, nil
		}
		return nil, fmt.Errorf("the column %s holds no whole numbers", name)
	}
	step, err := whole("steps", b.Worlds)
	if err != nil {
		return nil, err
	}
	worlds := &formula.Worlds{Codes: make([]formula.World, b.Worlds)}
	last := formula.World(0)
	for i := range worlds.Codes {
		last += formula.World(step(i))
		worlds.Codes[i] = last
	}
	var out tables
	for n, e := range b.Engines {
		row, err := whole("row/"+e.Name, b.Worlds)
		if err != nil {
			return nil, err
		}
		t := &world.Table{Plan: &world.Plan{Space: space, Worlds: worlds, RowOf: make([]int32, b.Worlds), Rows: make([]world.Row, e.Rows)}}
		for i := range t.RowOf {
			if t.RowOf[i] = int32(row(i)); int(row(i)) >= e.Rows {
				return nil, fmt.Errorf("the columns give a world row %d of %d", row(i), e.Rows)
			}
		}
		var starts []int
		for _, o := range b.Outcomes {
			if o.Engine != n {
				continue
			}
			s, ok := sections["outcome/"+o.ID]
			if !ok || s.Type != "float64" || s.Count != e.Rows {
				return nil, fmt.Errorf("the columns have no %s of %d rows", o.ID, e.Rows)
			}
			t.Columns, starts = append(t.Columns, world.Column{ID: o.ID}), append(starts, s.Start)
		}
		t.Values = make([]float64, 0, e.Rows*len(starts))
		for r := range e.Rows {
			for _, start := range starts {
				t.Values = append(t.Values, math.Float64frombits(binary.LittleEndian.Uint64(body[start+8*r:])))
			}
		}
		out = append(out, t)
	}
	return out, nil
}
