// Package sat answers why a set of items cannot hold together: minimal cores,
// all of them, minimal corrections, and the cheapest correction.
//
// Items are numbered 0 to n-1. An [Oracle] tells of a set of items whether it
// conflicts. It must be monotone: what is added to a conflicting set leaves it
// conflicting. Everything here is over that interface; [Groups] is the oracle of
// propositional logic, with one or more clauses an item, on a [Solver].
//
// A core is a conflicting set none of whose proper subsets conflicts (minimal
// unsatisfiable subset). A correction is a set of items without which the rest
// does not conflict and no subset of which does the same (minimal correction
// set). Cores are the minimal hitting sets of the corrections, and corrections
// those of the cores (R. Reiter, "A theory of diagnosis from first principles",
// Artificial Intelligence 32, 1987).
//
// The decision procedure is github.com/go-air/gini, single-threaded and without
// a clock, so results are a function of the input alone.
package sat

import (
	"slices"

	"github.com/go-air/gini"
	"github.com/go-air/gini/z"
)

// Lit is a literal: a variable's number, from 1, or its negative.
type Lit int32

// Solver is an incremental solver of clauses. Not for concurrent use.
type Solver struct {
	g       *gini.Gini
	n       Lit
	void    bool // the clauses alone have no solution
	reset   bool // the last question was answered no
	assumed []Lit
	failed  []z.Lit
	buf     []z.Lit
}

// NewSolver returns a solver without variables and clauses.
func NewSolver() *Solver { return NewSolverFor(startVars, startClauses) }

// NewSolverFor is NewSolver with room for a number of variables and clauses, which
// spares the growing where these are known; it may grow beyond them.
func NewSolverFor(vars, clauses int) *Solver {
	return &Solver{g: gini.NewVc(max(vars, startVars), max(clauses, startClauses))}
}

// What a solver has room for at first; it grows.
const (
	startVars    = 64
	startClauses = 128
)

// Var returns the positive literal of a new variable.
func (s *Solver) Var() Lit {
	s.n++
	if got := Lit(s.g.Lit().Dimacs()); got != s.n {
		panic("sat: variables of the solver are not in step")
	}
	return s.n
}

// Vars returns the number of variables.
func (s *Solver) Vars() int { return int(s.n) }

func (s *Solver) own(l Lit) z.Lit {
	if l == 0 || max(l, -l) > s.n {
		panic("sat: a literal of no variable")
	}
	return z.Dimacs2Lit(int(l))
}

// Add adds the clause that one of the literals is true; without literals the
// problem has no solution from then on.
func (s *Solver) Add(lits ...Lit) {
	if len(lits) == 0 {
		s.void = true
		return
	}
	for _, l := range lits {
		s.g.Add(s.own(l))
	}
	s.g.Add(z.LitNull)
}

// Solve reports whether all clauses can be true together with the assumptions.
func (s *Solver) Solve(assume ...Lit) bool {
	s.assumed = append(s.assumed[:0], assume...)
	s.failed = s.failed[:0]
	if s.void {
		return false
	}
	s.buf = s.buf[:0]
	for _, l := range assume {
		s.buf = append(s.buf, s.own(l))
	}
	if s.reset {
		// gini learns from the last conflict when it is asked again, and goes wrong
		// where that shows that the clauses alone have no solution. Adding a clause,
		// here one that is always true, makes it forget the conflict instead.
		v := s.own(1)
		s.g.Add(v)
		s.g.Add(v.Not())
		s.g.Add(z.LitNull)
		s.reset = false
	}
	s.g.Assume(s.buf...)
	switch s.g.Solve() {
	case 1:
		return true
	case -1:
		s.reset = s.n > 0
		s.failed = s.g.Why(s.failed)
		// Without a failed assumption the clauses alone have no solution. gini
		// forgets that when a clause is added.
		s.void = len(s.failed) == 0
		return false
	}
	panic("sat: the solver ended without an answer")
}

// Value returns the value of a literal in the solution that the last Solve
// found.
func (s *Solver) Value(l Lit) bool { return s.g.Value(s.own(l)) }

// Core returns assumptions of the last Solve, in their order, that cannot be
// true together. It is not minimal in general.
func (s *Solver) Core() []Lit {
	failed := map[Lit]bool{}
	for _, m := range s.failed {
		failed[Lit(m.Dimacs())] = true
	}
	var core []Lit
	for _, l := range s.assumed {
		if failed[l] && !slices.Contains(core, l) {
			core = append(core, l)
		}
	}
	return core
}
