package world

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// maxDense is the largest product of states for which worlds are found by a
// dense array rather than by binary search: 4 bytes a code.
const maxDense = 1 << 24

// Cause says how far one variable makes effective worlds.
type Cause struct {
	Variable string
	// Pairs counts unordered pairs of effective worlds that some two worlds
	// differing only in this variable belong to.
	Pairs int
	// Held is the number of effective worlds left when the variable is held at
	// its baseline.
	Held int
}

// Causes tells for each variable, in the order of the space, how many
// effective worlds it is answerable for.
func (p *Plan) Causes() []Cause {
	find := newFinder(p.Space, p.Worlds)
	vars := p.Space.Vars()
	out := make([]Cause, len(vars))
	for v := range vars {
		var pairs []uint64
		held := make([]bool, len(p.Rows))
		for i, code := range p.Worlds.Codes {
			st := p.Space.State(code, v)
			if st == vars[v].Baseline {
				held[p.RowOf[i]] = true
			}
			for other := st + 1; other < len(vars[v].States); other++ {
				j := find.row(p.Space.With(code, v, other))
				if j < 0 || p.RowOf[i] == p.RowOf[j] {
					continue
				}
				lo, hi := min(p.RowOf[i], p.RowOf[j]), max(p.RowOf[i], p.RowOf[j])
				pairs = append(pairs, uint64(lo)<<32|uint64(hi))
			}
		}
		slices.Sort(pairs)
		out[v] = Cause{Variable: vars[v].ID, Pairs: len(slices.Compact(pairs))}
		for _, h := range held {
			if h {
				out[v].Held++
			}
		}
	}
	return out
}

// Depends reports for each variable whether some effective world depends on it.
func (p *Plan) Depends() []bool {
	out := make([]bool, len(p.Space.Vars()))
	for i, e := range p.Effects {
		if e.When == nil || !p.Engine.Touches(i) {
			continue
		}
		for _, v := range e.When.Vars() {
			out[v] = true
		}
	}
	return out
}

// finder maps world codes to rows of the list of worlds.
type finder struct {
	worlds *formula.Worlds
	dense  []int32
}

func newFinder(s *formula.Space, ws *formula.Worlds) *finder {
	f := &finder{worlds: ws}
	if s.Size() > maxDense {
		return f
	}
	f.dense = make([]int32, s.Size())
	for i := range f.dense {
		f.dense[i] = -1
	}
	for i, c := range ws.Codes {
		f.dense[c] = int32(i)
	}
	return f
}

func (f *finder) row(w formula.World) int {
	if f.dense != nil {
		return int(f.dense[w])
	}
	i, ok := f.worlds.Row(w)
	if !ok {
		return -1
	}
	return i
}
