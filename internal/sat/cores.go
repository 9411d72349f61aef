package sat

import (
	"cmp"
	"slices"
)

// Oracle tells conflicting sets from others. It must be monotone and give the
// same answer to the same question.
type Oracle interface {
	// Check reports whether the items of set, ascending, conflict. If so, found is
	// a subset that conflicts, else a superset that does not; set itself will do.
	// The result is ascending and belongs to the caller.
	Check(set []int) (conflict bool, found []int)
}

// Shrink returns a core inside a conflicting set: each item in turn, last one
// first, is left out for good if the rest still conflicts (deletion; J.
// Marques-Silva, "Minimal unsatisfiability: models, algorithms and
// applications", ISMVL 2010). One question an item of the core and one for each
// that leaves; the oracle's own subsets take many away at once.
func Shrink(o Oracle, set []int) []int {
	core := slices.Clone(set)
	for i := len(core) - 1; i >= 0; {
		without := slices.Delete(slices.Clone(core), i, i+1)
		if conflict, found := o.Check(without); conflict {
			// Items after i are needed: leaving one out of a larger set ended the
			// conflict. So found holds them all.
			behind := len(core) - 1 - i
			core = found
			i = len(core) - behind - 1
			continue
		}
		i--
	}
	return core
}

// Grow adds items to a set without conflict, lowest first, as long as it stays
// so.
func Grow(o Oracle, n int, set []int) []int {
	in := make([]bool, n)
	for _, i := range set {
		in[i] = true
	}
	for i := range n {
		if in[i] {
			continue
		}
		in[i] = true
		if conflict, found := o.Check(members(in)); conflict {
			in[i] = false
		} else {
			for _, k := range found {
				in[k] = true
			}
		}
	}
	return members(in)
}

// members returns the set items, ascending.
func members(in []bool) []int {
	var set []int
	for i, ok := range in {
		if ok {
			set = append(set, i)
		}
	}
	return set
}

// Limits bound an enumeration. Both must be positive.
type Limits struct {
	Cores int // cores to find
	Steps int // sets to look at
}

// Found is what an enumeration found.
type Found struct {
	// Cores and Corrections are sorted by size, then by items.
	Cores, Corrections [][]int
	// Complete says that all cores and all corrections are there. Without it some
	// limit was met, and Steps or the number of cores says which.
	Complete bool
	Steps    int
}

// Enumerate finds all cores and corrections of n items within the limits. It
// asks for sets not yet known to conflict or not to, largest first: a set that
// conflicts is shrunk to a core, one that does not is grown to a largest one,
// whose complement is a correction (MARCO; M. Liffiton, A. Previti, A. Malik, J.
// Marques-Silva, "Fast, flexible MUS enumeration", Constraints 21, 2016).
// Cores come early. Corrections can be exponential in number where cores are
// few, when independent conflicts are put into one enumeration: split first.
func Enumerate(n int, o Oracle, limits Limits) Found {
	m := newTerrain(n)
	var f Found
	for {
		seed, ok := m.unexplored()
		if !ok {
			f.Complete = true
			break
		}
		if f.Steps >= limits.Steps || len(f.Cores) >= limits.Cores {
			break
		}
		f.Steps++
		conflict, found := o.Check(seed)
		if conflict {
			core := Shrink(o, found)
			f.Cores = append(f.Cores, core)
			m.blockUp(core)
			if len(core) == 0 {
				f.Complete = true
				break // the empty set conflicts: nothing more to say
			}
			continue
		}
		missing := complement(n, Grow(o, n, found))
		f.Corrections = append(f.Corrections, missing)
		m.blockDown(missing)
	}
	slices.SortFunc(f.Cores, compareSets)
	slices.SortFunc(f.Corrections, compareSets)
	return f
}

// compareSets orders by size, then by items.
func compareSets(a, b []int) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
}

func complement(n int, set []int) []int {
	in := make([]bool, n)
	for _, i := range set {
		in[i] = true
	}
	var out []int
	for i := range n {
		if !in[i] {
			out = append(out, i)
		}
	}
	return out
}

// terrain is the power set of the items less what is known.
type terrain struct {
	s     *Solver
	n     int
	cores [][]int // sets that must not be wholly in
	with  [][]int // item -> its cores
}

func newTerrain(n int) *terrain {
	m := &terrain{s: NewSolver(), n: n, with: make([][]int, n)}
	for range n {
		m.s.Var()
	}
	return m
}

// blockUp rules out the supersets of a core.
func (m *terrain) blockUp(core []int) {
	clause := make([]Lit, len(core))
	for k, i := range core {
		clause[k] = -Lit(i + 1)
		m.with[i] = append(m.with[i], len(m.cores))
	}
	m.cores = append(m.cores, core)
	m.s.Add(clause...)
}

// blockDown rules out the sets that hold none of the missing items.
func (m *terrain) blockDown(missing []int) {
	clause := make([]Lit, len(missing))
	for k, i := range missing {
		clause[k] = Lit(i + 1)
	}
	m.s.Add(clause...)
}

// unexplored returns a largest set that is not ruled out, and false when there
// is none.
func (m *terrain) unexplored() ([]int, bool) {
	if !m.s.Solve() {
		return nil, false
	}
	in := make([]bool, m.n)
	left := make([]int, len(m.cores)) // items of each core that are out
	for k, core := range m.cores {
		left[k] = len(core)
	}
	for i := range in {
		if in[i] = m.s.Value(Lit(i + 1)); in[i] {
			for _, k := range m.with[i] {
				left[k]--
			}
		}
	}
	for i := range in {
		if in[i] || slices.ContainsFunc(m.with[i], func(k int) bool { return left[k] == 1 }) {
			continue
		}
		in[i] = true
		for _, k := range m.with[i] {
			left[k]--
		}
	}
	return members(in), true
}
