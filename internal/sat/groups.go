package sat

// Groups is the oracle of propositional logic: an item is one or more clauses,
// true together, over the variables of a solver that may hold clauses of its
// own, which always apply. Only Add makes items.
type Groups struct {
	S         *Solver
	selectors []Lit
	item      map[Lit]int
	assume    []Lit
	// satisfied, an item's clauses, lets a solution add items for nothing.
	clauses [][][]Lit
}

// NewGroups returns an oracle without items over the clauses of s.
func NewGroups(s *Solver) *Groups { return &Groups{S: s, item: map[Lit]int{}} }

// Add makes an item of clauses and returns its number. Items may share
// auxiliary variables only if those are defined by clauses of S.
func (g *Groups) Add(clauses ...[]Lit) int {
	sel := g.S.Var()
	for _, c := range clauses {
		g.S.Add(append([]Lit{-sel}, c...)...)
	}
	i := len(g.selectors)
	g.selectors = append(g.selectors, sel)
	g.item[sel] = i
	g.clauses = append(g.clauses, clauses)
	return i
}

// Len returns the number of items.
func (g *Groups) Len() int { return len(g.selectors) }

// Selector returns the literal whose truth switches item i on.
func (g *Groups) Selector(i int) Lit { return g.selectors[i] }

// Check implements [Oracle].
func (g *Groups) Check(set []int) (bool, []int) {
	return g.Under(nil, set)
}

// Under is Check with literals that must be true besides.
func (g *Groups) Under(assume []Lit, set []int) (bool, []int) {
	g.assume = append(g.assume[:0], assume...)
	for _, i := range set {
		g.assume = append(g.assume, g.selectors[i])
	}
	if !g.S.Solve(g.assume...) {
		var core []int
		for _, l := range g.S.Core() {
			if i, ok := g.item[l]; ok {
				core = append(core, i)
			}
		}
		return true, core
	}
	in := make([]bool, len(g.selectors))
	for _, i := range set {
		in[i] = true
	}
	for i, clauses := range g.clauses {
		in[i] = in[i] || g.holds(clauses)
	}
	return false, members(in)
}

// holds reports whether the last solution makes the clauses true.
func (g *Groups) holds(clauses [][]Lit) bool {
	for _, c := range clauses {
		ok := false
		for _, l := range c {
			if ok = g.S.Value(l); ok {
				break
			}
		}
		if !ok {
			return false
		}
	}
	return true
}
