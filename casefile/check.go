package casefile

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// checkFocus looks at the actor that the case is about.
func (b *builder) checkFocus() {
	for _, a := range b.c.Actors {
		if a.ID == b.c.Focus && a.Kind != State {
			d := b.l.Report(ruleFocus, a.Pos, a.ID, "the focus %q is of kind %s", a.ID, a.Kind)
			d.Expected = "a state"
		}
	}
	for _, a := range b.c.Actors {
		for _, m := range a.Members {
			for _, x := range b.c.Actors {
				if x.ID == m.Actor && x.Kind != State {
					b.l.Report(ruleMember, m.Pos, m.Actor, "the member %q of %q is of kind %s", m.Actor, a.ID, x.Kind).Expected = "a state"
				}
			}
		}
	}
}

// unusedVariables notes variables that reach nothing: no effect depends on them
// or on what they influence, and no claim or clause speaks of them.
func (b *builder) unusedVariables() {
	s := b.c.Space
	if s == nil || b.variablesLost {
		return
	}
	used := make([]bool, len(s.Vars()))
	mark := func(p *formula.Prop) {
		if p != nil {
			for _, i := range p.Vars() {
				used[i] = true
			}
		}
	}
	for _, e := range b.c.Effects {
		mark(e.When)
	}
	for _, c := range b.c.Claims {
		mark(c.If)
		mark(c.Then)
		for _, id := range c.BearsOn {
			if i, ok := s.Index(id); ok {
				used[i] = true
			}
		}
		if c.Compared != nil {
			mark(c.Compared.More)
			mark(c.Compared.Less)
		}
	}
	for _, a := range b.c.Agreements {
		mark(a.InForceIf)
		for _, c := range a.Clauses {
			mark(c.What)
			mark(c.When)
			mark(c.Unless)
			for _, issue := range c.Scope {
				for i, v := range s.Vars() {
					if _, on, ok := position(v.ID); ok && on == issue {
						used[i] = true
					}
				}
			}
		}
	}
	for _, q := range b.c.Questions {
		for _, id := range q.Acts {
			if i, ok := s.Index(id); ok {
				used[i] = true
			}
		}
	}
	// What influences something used is used: go round until nothing changes.
	for again := true; again; {
		again = false
		for i := range b.c.Variables {
			if !used[i] {
				continue
			}
			for _, j := range b.c.Variables[i].InfluencedBy {
				if !used[j] {
					used[j], again = true, true
				}
			}
		}
	}
	for i, v := range s.Vars() {
		if !used[i] {
			b.l.Report(ruleUnusedVariable, v.Pos, v.ID, "%q reaches no effect, and no claim or clause speaks of it", v.ID).Hint = "remove it: it multiplies the worlds by " + itoa(len(v.States))
		}
	}
}

func (b *builder) unusedSources() {
	for _, s := range b.c.Sources {
		if !b.used[s.ID] {
			b.l.Report(ruleUnusedSource, s.Pos, s.ID, "the source %q is cited nowhere", s.ID)
		}
	}
}

// checkReference reports facts to which the reference weights give weight: the
// reference is the product of the given tables, and weight on what cannot be
// would be lost without a word.
//
// For each fact it looks for an assignment of its variables and their ancestors
// that makes the fact true and in which every factor is above 0, parents before
// children, and stops at the first.
func (b *builder) checkReference() {
	if b.possible == nil || b.variablesLost || b.l.Failed() {
		return
	}
	order := b.order()
	for _, im := range b.c.Impossible {
		need := b.ancestors(im.Prop.Vars())
		var chain []int
		for _, i := range order {
			if need[i] {
				chain = append(chain, i)
			}
		}
		if w, ok := b.weighted(im.Prop, chain, b.c.Space.Baseline()); ok {
			d := b.l.Report(ruleImpossibleGiven, im.Pos, im.Prop.Text(), "the reference weights allow what this fact excludes, for example %s", b.describe(w, chain))
			d.Expected = "a weight of 0 wherever the fact holds"
			d.Hint = "make the given row of the last variable in the order of influence depend on the others"
		}
	}
}

// describe prints the states of some variables of a world.
func (b *builder) describe(w formula.World, vars []int) string {
	vars = slices.Clone(vars)
	slices.Sort(vars)
	var out []string
	for _, i := range vars {
		v := b.c.Space.Vars()[i]
		out = append(out, v.ID+"="+v.States[b.c.Space.State(w, i)])
	}
	return join(out)
}

// weighted looks for a world with weight in which p holds, setting the
// variables of chain in turn.
func (b *builder) weighted(p *formula.Prop, chain []int, w formula.World) (formula.World, bool) {
	if len(chain) == 0 {
		return w, p.Eval(w)
	}
	i := chain[0]
	s := b.c.Space
	for st := range s.Vars()[i].States {
		next := s.With(w, i, st)
		if !b.positive(i, st, next) {
			continue
		}
		left := s.Restrict(p, i, st)
		if value, constant := left.Constant(); constant && !value {
			continue
		}
		if found, ok := b.weighted(left, chain[1:], next); ok {
			return found, true
		}
	}
	return w, false
}

// positive reports whether variable i has a central weight above 0 on state st
// in world w; acts have it on every state, facts without rows on the baseline.
func (b *builder) positive(i, st int, w formula.World) bool {
	v := &b.c.Variables[i]
	switch {
	case v.Kind == "act":
		return true
	case len(v.Given) == 0:
		return st == v.Baseline
	}
	for _, g := range v.Given {
		if g.When == nil || g.When.Eval(w) {
			return g.Weights[st].Central > 0
		}
	}
	return false
}

// order lists the variables with parents before children; among equals the
// first of the file comes first. Circles have been cut.
func (b *builder) order() []int {
	var out []int
	done := make([]bool, len(b.c.Variables))
	var visit func(i int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, j := range b.c.Variables[i].InfluencedBy {
			visit(j)
		}
		out = append(out, i)
	}
	for i := range b.c.Variables {
		visit(i)
	}
	return out
}

// ancestors marks variables and all that influences them.
func (b *builder) ancestors(vars []int) []bool {
	need := make([]bool, len(b.c.Variables))
	var visit func(i int)
	visit = func(i int) {
		if need[i] {
			return
		}
		need[i] = true
		for _, j := range b.c.Variables[i].InfluencedBy {
			visit(j)
		}
	}
	for _, i := range vars {
		visit(i)
	}
	return need
}
