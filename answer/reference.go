package answer

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
)

const (
	// sumTolerance is how far the weights of a reference row may sum from 1, as
	// decimal fractions such as 0.333 three times do. Rows are divided by their
	// sum.
	sumTolerance = 2e-3
	// massTolerance is how much weight a distribution may put on impossible
	// worlds before it is an error: rounding only.
	massTolerance = 1e-9
)

// Distribution is a weight for each world of an arm, in the order of the worlds.
// Weights are non-negative and sum to 1.
type Distribution struct {
	Fixed  map[int]int // variable -> state the arm fixes
	Rows   []int32     // rows of formula.Worlds, ascending: every world with Fixed
	Weight []float64   // by entry of Rows
}

// Weighting gives a distribution for each arm. The reference is one; an
// expert's completed words are another.
type Weighting interface {
	View() View
	// Distribution returns the weights with the given variables fixed. Every
	// act must be fixed.
	Distribution(fixed map[int]int) (*Distribution, error)
}

// Reference is the case's own distribution: the product of the `given` tables,
// with acts as roots without weights.
type Reference struct {
	space  *formula.Space
	worlds *formula.Worlds
	vars   []casefile.Variable
	row    [][]uint8     // by variable: which given row holds in each world; nil for acts
	state  [][]uint8     // by variable: its state in each world
	table  [][][]float64 // by variable, given row, state
}

// ReferenceError says what is wrong with the reference tables.
type ReferenceError struct {
	Variable, World, Problem string
}

func (e *ReferenceError) Error() string {
	s := "reference"
	if e.Variable != "" {
		s += " of " + e.Variable
	}
	s += ": " + e.Problem
	if e.World != "" {
		s += " (world " + e.World + ")"
	}
	return s
}

// NewReference reads the tables of a case over its worlds. Each world must find
// a row for each variable that is no act, and each row must be a distribution.
func NewReference(vars []casefile.Variable, space *formula.Space, worlds *formula.Worlds) (*Reference, error) {
	n := len(worlds.Codes)
	r := &Reference{space, worlds, vars, make([][]uint8, len(vars)), make([][]uint8, len(vars)), make([][][]float64, len(vars))}
	for v := range vars {
		r.state[v] = make([]uint8, n)
		for i, code := range worlds.Codes {
			r.state[v][i] = uint8(space.State(code, v))
		}
	}
	for v, x := range vars {
		if isAct(x) {
			continue
		}
		if x.Kind == "fact" && len(x.Given) == 0 {
			r.row[v] = make([]uint8, n)
			r.table[v] = [][]float64{make([]float64, len(x.States))}
			r.table[v][0][x.Baseline] = 1 // what is known and not weighed is as it is
			continue
		}
		if len(x.Given) > math.MaxUint8-1 {
			return nil, &ReferenceError{x.ID, "", fmt.Sprintf("%d rows; at most %d are possible", len(x.Given), math.MaxUint8-1)}
		}
		for g, given := range x.Given {
			row, err := readRow(x, g, given)
			if err != nil {
				return nil, err
			}
			r.table[v] = append(r.table[v], row)
		}
		if err := r.match(v); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func readRow(x casefile.Variable, g int, given casefile.Given) ([]float64, error) {
	if len(given.Weights) != len(x.States) {
		return nil, &ReferenceError{x.ID, "", fmt.Sprintf("row %d has %d weights for %d states", g+1, len(given.Weights), len(x.States))}
	}
	row := make([]float64, len(x.States))
	sum := 0.0
	for st, w := range given.Weights {
		if !(w.Central >= 0 && w.Central <= 1) {
			return nil, &ReferenceError{x.ID, "", fmt.Sprintf("row %d has the weight %v; expected 0 to 1", g+1, w.Central)}
		}
		row[st] = w.Central
		sum += w.Central
	}
	if math.Abs(sum-1) > sumTolerance {
		return nil, &ReferenceError{x.ID, "", fmt.Sprintf("the weights of row %d sum to %v, not to 1", g+1, sum)}
	}
	for st := range row {
		row[st] /= sum
	}
	return row, nil
}

// match finds the first row that holds in each world.
func (r *Reference) match(v int) error {
	const none = math.MaxUint8
	x := r.vars[v]
	row := make([]uint8, len(r.worlds.Codes))
	for i := range row {
		row[i] = none
	}
	for g := len(x.Given) - 1; g >= 0; g-- {
		when := x.Given[g].When
		if when == nil {
			for i := range row {
				row[i] = uint8(g)
			}
			continue
		}
		set := r.worlds.Select(when)
		for i := range row {
			if set[i/64]>>(i%64)&1 == 1 {
				row[i] = uint8(g)
			}
		}
	}
	for i, g := range row {
		if g == none {
			return &ReferenceError{x.ID, r.space.Format(r.worlds.Codes[i]), "no row holds"}
		}
	}
	r.row[v] = row
	return nil
}

func isAct(v casefile.Variable) bool { return v.Kind == "act" }

// View names the reference.
func (r *Reference) View() View { return View{"reference", "the case's reference", ByReference} }

// Distribution multiplies the tables, in the order of the variables.
func (r *Reference) Distribution(fixed map[int]int) (*Distribution, error) {
	for v, x := range r.vars {
		if _, ok := fixed[v]; isAct(x) && !ok {
			return nil, &ReferenceError{x.ID, "", "an act has no weights, its state must be given"}
		}
	}
	d := &Distribution{Fixed: fixed}
	type hold struct {
		state []uint8
		st    uint8
	}
	var holds []hold
	var free []int
	for v := range r.vars {
		if st, ok := fixed[v]; ok {
			holds = append(holds, hold{r.state[v], uint8(st)})
		} else {
			free = append(free, v)
		}
	}
worlds:
	for i := range r.worlds.Codes {
		for _, h := range holds {
			if h.state[i] != h.st {
				continue worlds
			}
		}
		w := 1.0
		for _, v := range free {
			w *= r.table[v][r.row[v][i]][r.state[v][i]]
		}
		d.Rows = append(d.Rows, int32(i))
		d.Weight = append(d.Weight, w)
	}
	total := sumOf(len(d.Weight), func(i int) float64 { return d.Weight[i] })
	if math.Abs(total-1) > massTolerance {
		return nil, &ReferenceError{"", r.armName(fixed), fmt.Sprintf(
			"the tables put %.3g of all weight on impossible worlds; a row must give weight 0 to a state that a fact forbids", 1-total)}
	}
	return d, nil
}

func (r *Reference) armName(fixed map[int]int) string {
	w := r.space.Baseline()
	for v := range r.vars {
		if st, ok := fixed[v]; ok {
			w = r.space.With(w, v, st)
		}
	}
	return r.space.Format(w)
}

// descendants marks the variables that an act influences, directly or through
// others, and the act itself.
func descendants(vars []casefile.Variable, act int) []bool {
	out := make([]bool, len(vars))
	out[act] = true
	for changed := true; changed; {
		changed = false
		for v, x := range vars {
			for _, p := range x.InfluencedBy {
				if out[p] && !out[v] {
					out[v], changed = true, true
				}
			}
		}
	}
	return out
}
