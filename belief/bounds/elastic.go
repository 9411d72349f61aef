package bounds

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

// elastic tests sets of claims over many columns. Every row of a claim has a column
// of its own that makes good what is missing, so all sets share one feasible
// polytope and differ in the price of those columns alone: penalty for claims in the
// set, 0 for the others, whose rows then say nothing. The objective is the least
// probable condition less the penalties (an exact penalty for multipliers up to it:
// Han and Mangasarian, Mathematical Programming 17, 1979). A walker goes from the
// vertex of the last set to that of the next.
type elastic struct {
	w     *walker
	of    [][]int // by claim of the tester
	least int     // column of the least probable condition, -1 when rows are taken literally
}

const (
	// elasticFrom is the number of columns from which it pays.
	elasticFrom = 512
	// penalty of a unit by which a claim's row is off.
	penalty = 1e6
	// elasticGain is the least reduced cost that is worth a step.
	elasticGain = 1e-9
)

// newElastic returns nil where there are too many rows to walk or there is no start.
func (t *tester) newElastic(ctx context.Context) (*elastic, error) {
	if len(t.q.rows) >= mostRows {
		return nil, nil
	}
	e := &elastic{of: make([][]int, len(t.claims)), least: -1}
	q := &programme{}
	for range t.q.cols {
		q.addCol()
	}
	for _, r := range t.q.rows {
		k := slices.Index(t.claims, r.claim)
		if k < 0 || r.side == Lower && r.lo == nil {
			q.addRow(r)
			continue
		}
		b := &builder{row: r, seen: map[string]uint32{}}
		b.cols, b.kind = slices.Clone(r.cols), slices.Clone(r.kind)
		b.float, b.exact = slices.Clone(r.float), slices.Clone(r.exact)
		for i, v := range b.exact {
			b.seen[v.RatString()] = uint32(i)
		}
		for _, side := range []*big.Rat{one, minusOne} {
			if side == one && r.lo == nil || side == minusOne && r.hi == nil {
				continue
			}
			col := q.addCol()
			b.add(col, side)
			e.of[k] = append(e.of[k], col)
		}
		q.addRow(b.row)
	}
	if !t.literal {
		e.least = t.s.cols // the first column after those of the system, see possibly
		b := newRow(-1, 0, Upper)
		b.add(e.least, one)
		b.hi = one
		q.addRow(b.row)
	}
	res, err := lp.Solve(ctx, &q.p, lp.Options{NoPresolve: true})
	if err != nil {
		return nil, fmt.Errorf("bounds: %w", err)
	}
	e.w = newWalker(q)
	if res.Status != lp.Optimal || !e.w.begin(res.Basis) {
		return nil, nil
	}
	return e, nil
}

// fits decides about a set; known is false when the walk fails.
func (e *elastic) fits(set []bool) (fits, known bool) {
	w := e.w
	clear(w.cost)
	for k, in := range set {
		if in {
			for _, col := range e.of[k] {
				w.cost[col] = -penalty
			}
		}
	}
	floor := -possibleTolerance
	if e.least >= 0 {
		w.cost[e.least], floor = 1, possibleTolerance
	}
	if !w.maximise(elasticGain) {
		return false, false
	}
	sum := 0.0
	for k, v := range w.basis {
		sum += float64(w.cost[v] * w.x[k])
	}
	return sum > floor, true
}
