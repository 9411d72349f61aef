package answer

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// driverWorthCovering is the mean share of variance above which each state of a
// driver should be in some key world.
const driverWorthCovering = 0.02

// keyRow is a key world of an arm.
type keyRow struct {
	row    int
	world  formula.World
	weight float64
	stands float64
}

// keyRows chooses up to n key worlds of an arm: the heaviest row first; then,
// driver by driver from the strongest down, the heaviest row with each state
// not met yet; then the heaviest of what is left. Each row of the arm is then
// given to the key world whose outcomes are nearest to its own, in units of
// the outcomes' standard deviations in the arm.
func (k *computer) keyRows(r reading, table int, why []OutcomeWhy, outcomes []string, n int) []keyRow {
	tab := k.tables[table]
	// The heaviest world of each row, overall and by state of each variable.
	space := k.c.Space
	best := make([]formula.World, len(tab.Rows))
	heaviest := make([]float64, len(tab.Rows))
	for i, w := range r.dist.Weight {
		row := tab.RowOf[r.dist.Rows[i]]
		if w > heaviest[row] {
			heaviest[row], best[row] = w, tab.Worlds.Codes[r.dist.Rows[i]]
		}
	}
	var order []int
	for row, w := range r.weights[table] {
		if w > 0 && heaviest[row] > 0 {
			order = append(order, row)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case r.weights[table][a] > r.weights[table][b]:
			return -1
		case r.weights[table][a] < r.weights[table][b]:
			return 1
		}
		return 0
	})
	var keys []keyRow
	has := map[int]bool{}
	take := func(row int) {
		has[row] = true
		keys = append(keys, keyRow{row: row, world: best[row], weight: r.weights[table][row]})
	}
	if len(order) > 0 {
		take(order[0])
	}
	for _, v := range strongest(space, why, outcomes) {
		for st := range space.Vars()[v].States {
			met := slices.ContainsFunc(keys, func(q keyRow) bool { return space.State(q.world, v) == st })
			if met || len(keys) >= n {
				continue
			}
			for _, row := range order {
				if !has[row] && space.State(best[row], v) == st {
					take(row)
					break
				}
			}
		}
	}
	for _, row := range order {
		if len(keys) >= n {
			break
		}
		if !has[row] {
			take(row)
		}
	}
	k.assign(keys, order, r, table, why, outcomes)
	return keys
}

// strongest lists variables by the mean over outcomes of what they explain
// alone.
func strongest(space *formula.Space, why []OutcomeWhy, outcomes []string) []int {
	sum := make([]float64, len(space.Vars()))
	count := 0
	for _, w := range why {
		if !slices.Contains(outcomes, w.Outcome) || w.Variance == 0 {
			continue
		}
		count++
		for _, d := range w.Drivers {
			if v, ok := space.Index(d.Variable); ok {
				sum[v] += d.Alone
			}
		}
	}
	var out []int
	for v := range sum {
		if count > 0 && sum[v]/float64(count) >= driverWorthCovering {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		switch {
		case sum[a] > sum[b]:
			return -1
		case sum[a] < sum[b]:
			return 1
		}
		return 0
	})
	return out
}

// assign gives each row to the nearest key.
func (k *computer) assign(keys []keyRow, rows []int, r reading, table int, why []OutcomeWhy, outcomes []string) {
	tab := k.tables[table]
	var cols []int
	var scale []float64
	for _, w := range why {
		if at, ok := k.tables.find(w.Outcome); ok && at.table == table && w.Variance > 0 && slices.Contains(outcomes, w.Outcome) {
			cols, scale = append(cols, at.column), append(scale, math.Sqrt(w.Variance))
		}
	}
	for _, row := range rows {
		nearest, least := 0, math.Inf(1)
		for i := range keys {
			d := 0.0
			for j, c := range cols {
				x, y := tab.At(row, c), tab.At(keys[i].row, c)
				switch {
				case math.IsNaN(x) && math.IsNaN(y):
				case math.IsNaN(x) || math.IsNaN(y):
					d++ // a value against none: one standard deviation apart
				default:
					d += (x - y) * (x - y) / scale[j] / scale[j]
				}
			}
			if keys[i].row == row {
				d = -1
			}
			if d < least {
				nearest, least = i, d
			}
		}
		keys[nearest].stands += r.weights[table][row]
	}
}
