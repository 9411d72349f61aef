package answer

import (
	"fmt"
	"math"
	"sync"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
)

// columns gives claims about outcomes their numbers by world row. Changes below
// an outcome's materiality are 0: the engines do not tell them from none. Safe for
// concurrent use.
type columns struct {
	c         *casefile.Case
	tables    tables
	act       int       // against whose absence change: no_pact is measured; -1: there is no act
	reference []float64 // by world row, each arm sums to 1
	groupOf   []int32   // by world row: what is so of the non-descendants of the act
	groups    int
	without   [][]term // by table: group, row; reference weights where the act is at its baseline
	// Worlds of one row of a table and one group are alike in every change: classes,
	// by table.
	class []classes
	mu    sync.Mutex
	made  map[columnKey]belief.Column
}

// classes are the pairs of a row of a table and a group.
type classes struct {
	of         []int32 // by world row
	row, group []int32 // by class
}

type columnKey struct {
	outcome  string
	against  belief.Against
	relative bool
}

// newColumns prepares the groups of worlds that share y0: those alike in all that
// does not descend from the act.
func newColumns(c *casefile.Case, ts tables, act int, reference []float64) *columns {
	x := &columns{c: c, tables: ts, act: act, reference: reference, made: map[columnKey]belief.Column{}}
	if act < 0 {
		return x
	}
	desc := descendants(c.Variables, act)
	codes := ts[0].Worlds.Codes
	number := map[formula.World]int32{}
	x.groupOf = make([]int32, len(codes))
	for row, code := range codes {
		for v, d := range desc {
			if d {
				code = c.Space.With(code, v, c.Variables[v].Baseline)
			}
		}
		id, ok := number[code]
		if !ok {
			id = int32(len(number))
			number[code] = id
		}
		x.groupOf[row] = id
	}
	x.groups = len(number)
	for _, tab := range ts {
		var out []term
		for row, code := range codes {
			if reference[row] > 0 && c.Space.State(code, act) == c.Variables[act].Baseline {
				out = append(out, term{x.groupOf[row], tab.RowOf[row], reference[row]})
			}
		}
		x.without = append(x.without, merge(out))
		id := newPairs(len(tab.Rows))
		k := classes{of: make([]int32, len(codes))}
		for row := range codes {
			n, found := id.number(tab.RowOf[row], x.groupOf[row])
			if !found {
				k.row, k.group = append(k.row, tab.RowOf[row]), append(k.group, x.groupOf[row])
			}
			k.of[row] = n
		}
		x.class = append(x.class, k)
	}
	return x
}

// Column implements [belief.Columns].
func (x *columns) Column(outcome string, against belief.Against, relative bool) (belief.Column, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := columnKey{outcome, against, relative}
	if col, ok := x.made[key]; ok {
		return col, nil
	}
	at, ok := x.tables.find(outcome)
	if !ok {
		return belief.Column{}, fmt.Errorf("there is no outcome %q", outcome)
	}
	values := x.tables.values(at)
	col := belief.Column{Value: values, Of: x.tables[at.table].RowOf}
	least := x.materiality(outcome)
	change := func(y, y0 float64) float64 {
		d := y - y0
		switch {
		case d == 0, math.Abs(d) < least:
			return 0 // of nothing as well
		case relative:
			return d / math.Abs(y0) // from 0 to anything: without bound
		}
		return d
	}
	switch against {
	case belief.NoPact:
		if x.act < 0 {
			return belief.Column{}, fmt.Errorf("a change of %q against no pact, and the case has no act", outcome)
		}
		y0 := startOf(x.without[at.table], values, x.groups)
		k := &x.class[at.table]
		col = belief.Column{Value: make([]float64, len(k.row)), Of: k.of}
		for c := range col.Value {
			col.Value[c] = change(values[k.row[c]], y0[k.group[c]])
		}
	case belief.Baseline:
		b := x.tables.baseline(at)
		for row, y := range values {
			values[row] = change(y, b)
		}
	}
	x.made[key] = col
	return col, nil
}

func (x *columns) materiality(outcome string) float64 {
	for i := range x.c.Outcomes {
		if x.c.Outcomes[i].ID == outcome {
			return x.c.Outcomes[i].Materiality
		}
	}
	return 0
}
