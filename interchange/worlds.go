package interchange

import (
	"fmt"
	"strings"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// WorldWeight is a distribution over the worlds of a table.
type WorldWeight struct {
	Name, About string    // "weight_pact_in_force": a column name
	OfWorld     []float64 // by row of the table's Worlds; 0 where it has none
}

// ColumnInfo says what a column of a table of worlds is.
type ColumnInfo struct{ Unit, About string }

// WorldTables makes the two tables of an ensemble: "worlds", one row a world
// with the state of every variable, its row in the other table and its weights;
// and "outcomes", one row an effective world with how its solving went and every
// outcome. They join on worlds.outcome_row = outcomes.row. info describes the
// outcome columns by id; a missing entry leaves unit and description empty.
// Weights of a wrong length are a fault.
func WorldTables(t *world.Table, weights []WorldWeight, info map[string]ColumnInfo) (worlds, outcomes *Table, err error) {
	if worlds, err = worldTable(t, weights); err != nil {
		return nil, nil, err
	}
	return worlds, outcomeTable(t, weights, info), nil
}

// MoreOutcomes makes the table of outcomes of a further engine over the same worlds
// and adds its rows to the table of worlds: worlds.ENGINE_row = ENGINE_outcomes.row.
func MoreOutcomes(worlds *Table, t *world.Table, weights []WorldWeight, info map[string]ColumnInfo) *Table {
	name := t.Engine.Name()
	row := Column{Name: name + "_row", Type: Integer, About: "its row in the table " + name + "_outcomes", Ints: make([]int64, len(t.RowOf))}
	for i, r := range t.RowOf {
		row.Ints[i] = int64(r)
	}
	worlds.Columns = append(worlds.Columns, row)
	out := outcomeTable(t, weights, info)
	out.Name = name + "_outcomes"
	for i := range out.Columns {
		c := &out.Columns[i]
		if kind, ok := strings.CutPrefix(c.Name, "lost_"); ok {
			c.Name, c.About, c.Unit = "account_"+kind, strings.ReplaceAll(kind, "_", " "), "GWh/yr"
			if strings.HasPrefix(kind, "gas") {
				c.Unit = "bcm/yr"
			}
		}
	}
	return out
}

func worldTable(t *world.Table, weights []WorldWeight) (*Table, error) {
	codes := t.Worlds.Codes
	n := len(codes)
	out := &Table{Name: "worlds", About: "One row a possible world: the state of every variable, the row of outcomes it has, its weights", Rows: n}
	number := Column{Name: "world", Type: Integer, About: "code of the world in the product of all variables", Ints: make([]int64, n)}
	row := Column{Name: "outcome_row", Type: Integer, About: "its row in the table of outcomes", Ints: make([]int64, n)}
	for i, w := range codes {
		number.Ints[i], row.Ints[i] = int64(w), int64(t.RowOf[i])
	}
	out.Columns = append(out.Columns, number)
	for v, variable := range t.Space.Vars() {
		c := Column{Name: variable.ID, Type: Text, About: variable.Name, Words: variable.States, Codes: make([]uint32, n)}
		for i, w := range codes {
			c.Codes[i] = uint32(t.Space.State(w, v))
		}
		out.Columns = append(out.Columns, c)
	}
	out.Columns = append(out.Columns, row)
	for _, x := range weights {
		if len(x.OfWorld) != n {
			return nil, fmt.Errorf("weights %s are of %d worlds, the table has %d", x.Name, len(x.OfWorld), n)
		}
		out.Columns = append(out.Columns, Column{Name: x.Name, Type: Number, Unit: "1", About: x.About, Floats: x.OfWorld})
	}
	return out, nil
}

func outcomeTable(t *world.Table, weights []WorldWeight, info map[string]ColumnInfo) *Table {
	n := len(t.Rows)
	out := &Table{Name: "outcomes", About: "One row an effective world: how its solving went and every outcome of its year", Rows: n}
	row := Column{Name: "row", Type: Integer, Ints: make([]int64, n)}
	first := Column{Name: "first_world", Type: Text, About: "the first world that has it: its variables off the baseline", Words: make([]string, n), Codes: make([]uint32, n)}
	count := Column{Name: "worlds", Type: Integer, About: "how many worlds have it", Ints: make([]int64, n)}
	solved := Column{Name: "solved", Type: Boolean, Bools: make([]bool, n)}
	converged := Column{Name: "converged", Type: Boolean, About: "the residual reached its tolerance in every period of the year", Bools: make([]bool, n)}
	residual := Column{Name: "residual", Type: Number, Unit: "1", About: "the largest of its periods", Floats: make([]float64, n)}
	for i := range n {
		row.Ints[i], count.Ints[i] = int64(i), int64(t.Rows[i].Worlds)
		first.Words[i], first.Codes[i] = firstWorld(t.Space, t.Rows[i].First), uint32(i)
		s := t.Status[i]
		solved.Bools[i], converged.Bools[i], residual.Floats[i] = s.Solved, s.Converged, s.Residual
	}
	out.Columns = append(out.Columns, row, first, count, solved, converged, residual)
	for k, kind := range t.LostKinds {
		c := Column{Name: "lost_" + strings.ReplaceAll(kind, " ", "_"), Type: Number, Unit: "t/yr", About: "tonnes that did not move: " + kind, Floats: make([]float64, n)}
		for i := range n {
			if lost := t.Status[i].Lost; k < len(lost) {
				c.Floats[i] = lost[k]
			}
		}
		out.Columns = append(out.Columns, c)
	}
	for _, x := range weights {
		c := Column{Name: x.Name, Type: Number, Unit: "1", About: x.About, Floats: make([]float64, n)}
		for i, w := range x.OfWorld {
			c.Floats[t.RowOf[i]] += w
		}
		out.Columns = append(out.Columns, c)
	}
	for k, column := range t.Columns {
		c := Column{Name: column.ID, Type: Number, Unit: info[column.ID].Unit, About: info[column.ID].About, Floats: make([]float64, n)}
		for i := range n {
			c.Floats[i] = t.At(i, k)
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// firstWorld names a world, the baseline by its name.
func firstWorld(s *formula.Space, w formula.World) string {
	if text := s.Format(w); text != "" {
		return text
	}
	return "baseline"
}
