package answer

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// driverFloor is the share of variance below which a variable is not listed.
const driverFloor = 1e-6

// variances holds what the drivers of any column of one table need, for one
// distribution.
//
// Var(E[Y|X]) needs the weight of each row by state of X. E[Var(Y|others)]
// sums, over groups of worlds that differ in X only with weights p_i and total
// P, the term sum over i<j of p_i p_j / P (y_i - y_j)^2: only pairs of worlds
// in different rows count, so they are kept as pairs of rows.
type variances struct {
	weights []float64
	byState [][]term // by variable: state, row
	pairs   [][]term // by variable: row, row
}

func newVariances(space *formula.Space, tab *world.Table, r reading, table int) *variances {
	vars := space.Vars()
	v := &variances{r.weights[table], make([][]term, len(vars)), make([][]term, len(vars))}
	at := map[formula.World]int32{} // world -> entry of the distribution
	codes := make([]formula.World, len(r.dist.Rows))
	for i, row := range r.dist.Rows {
		codes[i] = tab.Worlds.Codes[row]
		at[codes[i]] = int32(i)
	}
	depends := tab.Depends()
	for x := range vars {
		if _, fixed := r.dist.Fixed[x]; fixed {
			continue
		}
		states := len(vars[x].States)
		var by, pairs []term
		sibling := make([]int32, states)
		for i, code := range codes {
			w := r.dist.Weight[i]
			st := space.State(code, x)
			if w > 0 {
				by = append(by, term{int32(st), tab.RowOf[r.dist.Rows[i]], w})
			}
			// One group is met once, at its first world that is possible.
			if !depends[x] || !firstOfGroup(space, at, code, x, st) {
				continue
			}
			total := 0.0
			for s := range states {
				sibling[s] = -1
				if j, ok := at[space.With(code, x, s)]; ok {
					sibling[s] = j
					total += r.dist.Weight[j]
				}
			}
			if total == 0 {
				continue
			}
			for a := range states {
				for b := a + 1; b < states; b++ {
					i, j := sibling[a], sibling[b]
					if i < 0 || j < 0 {
						continue
					}
					ri, rj := tab.RowOf[r.dist.Rows[i]], tab.RowOf[r.dist.Rows[j]]
					if w := r.dist.Weight[i] * r.dist.Weight[j] / total; ri != rj && w > 0 {
						pairs = append(pairs, term{min(ri, rj), max(ri, rj), w})
					}
				}
			}
		}
		v.byState[x], v.pairs[x] = merge(by), merge(pairs)
	}
	return v
}

func firstOfGroup(space *formula.Space, at map[formula.World]int32, code formula.World, x, st int) bool {
	for s := range st {
		if _, ok := at[space.With(code, x, s)]; ok {
			return false
		}
	}
	return true
}

// why returns the variance of a column and what each variable explains of it.
// Worlds where the column has no value are left out.
func (v *variances) why(space *formula.Space, values []float64) (variance float64, drivers []Driver) {
	m, defined := mean(values, v.weights)
	if defined == 0 {
		return 0, nil
	}
	variance = sumOf(len(values), func(i int) float64 {
		if v.weights[i] == 0 || math.IsNaN(values[i]) {
			return 0
		}
		return v.weights[i] * (values[i] - m) * (values[i] - m)
	}) / defined
	if !(variance > rounding*m*m) {
		return 0, nil
	}
	for x, ts := range v.byState {
		if ts == nil {
			continue
		}
		d := Driver{Variable: space.Vars()[x].ID}
		d.Alone = between(ts, values, m, defined) / variance
		only := sumOf(len(v.pairs[x]), func(i int) float64 {
			t := v.pairs[x][i]
			diff := values[t.a] - values[t.b]
			if math.IsNaN(diff) {
				return 0
			}
			return t.weight * diff * diff
		})
		d.Only = only / defined / variance
		if d.Alone >= driverFloor || d.Only >= driverFloor {
			drivers = append(drivers, d)
		}
	}
	slices.SortStableFunc(drivers, func(a, b Driver) int {
		switch {
		case a.Alone > b.Alone:
			return -1
		case a.Alone < b.Alone:
			return 1
		}
		return 0
	})
	return variance, drivers
}

// rounding is the relative variance below which values count as equal: the
// square of rounding errors in a column.
const rounding = 1e-24

// between is the variance of the group means around m; terms come by group.
func between(ts []term, values []float64, m, defined float64) float64 {
	total := 0.0
	for lo := 0; lo < len(ts); {
		sum, weight := 0.0, 0.0
		hi := lo
		for ; hi < len(ts) && ts[hi].a == ts[lo].a; hi++ {
			if v := values[ts[hi].b]; !math.IsNaN(v) {
				sum += ts[hi].weight * (v - m)
				weight += ts[hi].weight
			}
		}
		if weight > 0 {
			total += sum * sum / weight
		}
		lo = hi
	}
	return total / defined
}
