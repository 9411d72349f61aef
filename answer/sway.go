package answer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/par"
)

const (
	// topSways is the number of reference weights listed for an effect.
	topSways = 5
	// swayFloor is the relative change of an effect below which a weight does not
	// move it: rounding only.
	swayFloor = 1e-9
)

// shift is one reference weight at one end of its range.
type shift struct {
	variable, row, state int
	value                float64
}

// shifts lists the ranged weights of the tables, each at both ends. Of a
// variable with two states only one is taken: the other one mirrors it.
// Variables that bear on nothing are left out.
func (r *Reference) shifts(bears []bool) []shift {
	var out []shift
	for v, x := range r.vars {
		if !bears[v] {
			continue
		}
		for g, given := range x.Given {
			for st, w := range given.Weights {
				if len(x.States) == 2 && st == mirrored(given.Rest) {
					continue
				}
				if w.Low < w.High {
					out = append(out, shift{v, g, st, w.Low}, shift{v, g, st, w.High})
				}
			}
		}
	}
	return out
}

// mirrored is the state of a two-state variable that follows from the other:
// the one whose weight was not written, or else the first.
func mirrored(rest int) int { return max(rest, 0) }

// moved returns the row of a weight with the weight moved and the other states
// in proportion.
func (r *Reference) moved(s shift) []float64 {
	row := slices.Clone(r.table[s.variable][s.row])
	others := 0.0
	for st, w := range row {
		if st != s.state {
			others += w
		}
	}
	for st := range row {
		switch {
		case st == s.state:
			row[st] = s.value
		case others > 0:
			row[st] *= (1 - s.value) / others
		default: // the row was certain: the states left share alike
			row[st] = (1 - s.value) / float64(len(row)-1)
		}
	}
	return row
}

// reweigh is a distribution of r with one weight moved. The worlds are the same.
func (r *Reference) reweigh(d *Distribution, s shift) (*Distribution, error) {
	was, row := r.table[s.variable][s.row], r.moved(s)
	ratio := make([]float64, len(row))
	for st := range row {
		if was[st] == 0 && row[st] != 0 {
			// Worlds without weight get some: the product must be made anew.
			m := *r
			m.table = slices.Clone(r.table)
			m.table[s.variable] = slices.Clone(r.table[s.variable])
			m.table[s.variable][s.row] = row
			return m.Distribution(d.Fixed)
		}
		if was[st] != 0 {
			ratio[st] = row[st] / was[st]
		}
	}
	out := &Distribution{Fixed: d.Fixed, Rows: d.Rows, Weight: slices.Clone(d.Weight)}
	for i, w := range d.Rows {
		if int(r.row[s.variable][w]) == s.row {
			out.Weight[i] *= ratio[r.state[s.variable][w]]
		}
	}
	return out, nil
}

// bears marks the variables that some network depends on and their ancestors:
// the weights of others sum out of every expectation.
func (k *computer) bears() []bool {
	out := make([]bool, len(k.c.Variables))
	for _, t := range k.tables {
		for v, d := range t.Depends() {
			out[v] = out[v] || d
		}
	}
	for changed := true; changed; {
		changed = false
		for v, x := range k.c.Variables {
			for _, p := range x.InfluencedBy {
				if out[v] && !out[p] {
					out[p], changed = true, true
				}
			}
		}
	}
	return out
}

// movable is a reference whose given weights can be moved.
type movable interface {
	shifts(bears []bool) []shift
	reweigh(d *Distribution, s shift) (*Distribution, error)
}

// sways fills in, for each effect of a state of an act, the reference weights
// whose range moves it most.
func (k *computer) sways(ctx context.Context, l *lens, r *actReading, effects []Effect) error {
	ref, ok := l.Weighting.(movable)
	if !ok || r.exact {
		return nil
	}
	shifts := ref.shifts(k.bears())
	base := r.without(k)
	asked := k.asked()
	columns := make([][]float64, len(effects)) // nil: not asked for
	table, state := make([]int, len(effects)), make([]int, len(effects))
	for e := range effects {
		if at, ok := k.tables.find(effects[e].Outcome); ok && slices.Contains(asked, effects[e].Outcome) {
			columns[e], table[e] = k.column(at).values, at.table
		}
		state[e] = slices.IndexFunc(r.act.Arms, func(a Arm) bool { return a.State == effects[e].State })
	}
	// value[i][e] is effect e with shift i.
	value := make([][]float64, len(shifts))
	err := par.Do(ctx, k.opt.Workers, len(shifts), func(_, i int) error {
		arms := make([]reading, len(r.readings))
		for st := range arms {
			d, err := ref.reweigh(r.readings[st].dist, shifts[i])
			if err != nil {
				return err
			}
			arms[st] = k.tables.read(d)
		}
		value[i] = make([]float64, len(effects))
		for e, ys := range columns {
			if ys == nil {
				value[i][e] = math.NaN()
				continue
			}
			with, _ := mean(ys, arms[state[e]].weights[table[e]])
			without, _ := mean(ys, arms[base].weights[table[e]])
			value[i][e] = with - without
		}
		return nil
	})
	if err != nil {
		return err
	}
	vars := k.c.Variables
	for e := range effects {
		var list []Sway
		for i := 0; i+1 < len(shifts); i += 2 {
			low, high := value[i][e], value[i+1][e]
			if math.IsNaN(low) || math.IsNaN(high) || math.Abs(high-low) <= swayFloor*max(math.Abs(low), math.Abs(high)) {
				continue
			}
			s := shifts[i]
			given := vars[s.variable].Given[s.row]
			when := ""
			if given.When != nil {
				when = given.When.Text()
			}
			list = append(list, Sway{Variable: vars[s.variable].ID, When: when, State: vars[s.variable].States[s.state],
				Letter: letterOf(given.Letter), LowWeight: s.value, HighWeight: shifts[i+1].value, AtLow: some(low), AtHigh: some(high)})
		}
		slices.SortStableFunc(list, func(a, b Sway) int {
			return cmp.Compare(math.Abs(b.AtHigh.V-b.AtLow.V), math.Abs(a.AtHigh.V-a.AtLow.V))
		})
		effects[e].Sways = slices.Clip(list[:min(topSways, len(list))])
	}
	return nil
}
