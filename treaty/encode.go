package treaty

import (
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/sat"
)

// encoder writes propositions as clauses over one copy of the variables: one
// literal a state, exactly one of them true; a variable of two states takes one
// Boolean.
type encoder struct {
	s     *sat.Solver
	space *formula.Space
	state [][]sat.Lit // variable, state
	yes   sat.Lit     // always true
}

func newEncoder(s *sat.Solver, space *formula.Space) *encoder {
	e := &encoder{s: s, space: space, state: make([][]sat.Lit, len(space.Vars())), yes: s.Var()}
	s.Add(e.yes)
	for v, x := range space.Vars() {
		n := len(x.States)
		lits := make([]sat.Lit, n)
		if n == 2 {
			l := s.Var()
			e.state[v] = []sat.Lit{-l, l}
			continue
		}
		for k := range lits {
			lits[k] = s.Var()
			for j := range k {
				s.Add(-lits[j], -lits[k])
			}
		}
		s.Add(lits...)
		e.state[v] = lits
	}
	return e
}

// free fixes no variable.
const free = -1

// lit returns a literal that is true exactly when p is, by one auxiliary
// variable a node of p's diagram. fixed, when not nil, has the state of each
// variable, or free.
func (e *encoder) lit(p *formula.Prop, fixed []int) sat.Lit {
	nodes, root := p.Nodes()
	lits := make([]sat.Lit, len(nodes))
	at := func(k int) sat.Lit {
		switch k {
		case formula.TrueNode:
			return e.yes
		case formula.FalseNode:
			return -e.yes
		}
		return lits[k]
	}
	for i, n := range nodes {
		if fixed != nil && fixed[n.Var] != free {
			lits[i] = at(n.Kids[fixed[n.Var]])
			continue
		}
		if same(n.Kids, at) {
			lits[i] = at(n.Kids[0])
			continue
		}
		l := e.s.Var()
		for k, kid := range n.Kids {
			x, y := e.state[n.Var][k], at(kid)
			e.implied(-x, -l, y)
			e.implied(-x, l, -y)
		}
		lits[i] = l
	}
	return at(root)
}

func same(kids []int, at func(int) sat.Lit) bool {
	for _, k := range kids[1:] {
		if at(k) != at(kids[0]) {
			return false
		}
	}
	return true
}

// implied adds a clause less what is constant.
func (e *encoder) implied(lits ...sat.Lit) {
	clause := lits[:0]
	for _, l := range lits {
		if l == e.yes {
			return
		}
		if l != -e.yes {
			clause = append(clause, l)
		}
	}
	e.s.Add(clause...)
}

// value returns the state of a variable in the last solution.
func (e *encoder) value(v int) int {
	for k, l := range e.state[v] {
		if e.s.Value(l) {
			return k
		}
	}
	panic("treaty: a variable without a state")
}
