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
	mu        sync.Mutex
	made      map[columnKey][]float64
}

type columnKey struct {
	outcome  string
	against  belief.Against
	relative bool
}

// newColumns prepares the groups of worlds that share y0: those alike in all that
// does not descend from the act.
func newColumns(c *casefile.Case, ts tables, act int, reference []float64) *columns {
	x := &columns{c: c, tables: ts, act: act, reference: reference, made: map[columnKey][]float64{}}
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
	}
	return x
}

// Column implements [belief.Columns].
func (x *columns) Column(outcome string, against belief.Against, relative bool) ([]float64, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := columnKey{outcome, against, relative}
	if col, ok := x.made[key]; ok {
		return col, nil
	}
	at, ok := x.tables.find(outcome)
	if !ok {
		return nil, fmt.Errorf("there is no outcome %q", outcome)
	}
	values := x.tables.values(at)
	rowOf := x.tables[at.table].RowOf
	out := make([]float64, len(rowOf))
	var start func(row int) float64
	switch against {
	case belief.NoPact:
		if x.act < 0 {
			return nil, fmt.Errorf("a change of %q against no pact, and the case has no act", outcome)
		}
		y0 := startOf(x.without[at.table], values, x.groups)
		start = func(row int) float64 { return y0[x.groupOf[row]] }
	case belief.Baseline:
		b := x.tables.baseline(at)
		start = func(int) float64 { return b }
	default:
		for row := range out {
			out[row] = values[rowOf[row]]
		}
		x.made[key] = out
		return out, nil
	}
	least := x.materiality(outcome)
	for row := range out {
		y0 := start(row)
		d := values[rowOf[row]] - y0
		switch {
		case d == 0, math.Abs(d) < least:
			d = 0 // of nothing as well
		case relative:
			d /= math.Abs(y0) // from 0 to anything: without bound
		}
		out[row] = d
	}
	x.made[key] = out
	return out, nil
}

func (x *columns) materiality(outcome string) float64 {
	for i := range x.c.Outcomes {
		if x.c.Outcomes[i].ID == outcome {
			return x.c.Outcomes[i].Materiality
		}
	}
	return 0
}
