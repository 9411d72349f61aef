package formula

import (
	"fmt"
	"sync"

	"github.com/astara-corridors/astara/diag"
)

// Prop is a proposition over the worlds of a space: immutable, and the same
// value for evaluation, printing and the algebra of [Space].
type Prop struct {
	s     *Space
	d     diagram
	vars  []int
	text  string // as written, "" if made by the algebra
	pos   diag.Pos
	print func() string // canonical form, made when first asked for
}

func (s *Space) prop(d diagram, text string, pos diag.Pos) *Prop {
	p := &Prop{s: s, d: d, vars: d.support(), text: text, pos: pos}
	p.print = sync.OnceValue(func() string { return canonical(s, &p.d) })
	return p
}

// Space returns the space the proposition speaks about.
func (p *Prop) Space() *Space { return p.s }

// Eval reports whether the proposition holds in w. Cost: one division a
// variable on the way down the diagram.
func (p *Prop) Eval(w World) bool {
	r := p.d.root
	for r >= inner {
		n := &p.d.nodes[r-inner]
		r = n.kids[p.s.State(w, int(n.v))]
	}
	return r == trueRef
}

// Vars returns the numbers of the variables that the truth of the proposition
// depends on, ascending. A variable written but without influence, as in
// "a=x or a!=x", is not among them. The slice belongs to the proposition.
func (p *Prop) Vars() []int { return p.vars }

// String returns the canonical form: two propositions of one space mean the
// same if and only if their strings are equal. It parses back to the same
// proposition, except for one made by the algebra that has no readable form
// within the limit [MaxTerms]: that prints as "#" and the digest of its
// diagram. The parser refuses such a text.
func (p *Prop) String() string { return p.print() }

// Text returns the proposition as written, or its canonical form when it was
// made by the algebra.
func (p *Prop) Text() string {
	if p.text != "" {
		return p.text
	}
	return p.String()
}

// Pos returns where the text began; zero for propositions made by the algebra.
func (p *Prop) Pos() diag.Pos { return p.pos }

// Constant reports whether the proposition is true everywhere or false
// everywhere, and which.
func (p *Prop) Constant() (value, ok bool) { return p.d.root == trueRef, p.d.root < inner }

// True returns the proposition that holds in every world.
func (s *Space) True() *Prop { return s.prop(diagram{root: trueRef}, "", diag.Pos{}) }

// False returns the proposition that holds in no world.
func (s *Space) False() *Prop { return s.prop(diagram{root: falseRef}, "", diag.Pos{}) }

// Is returns the proposition that variable v is in one of the states.
func (s *Space) Is(v int, states ...int) *Prop {
	var mask stateSet
	for _, st := range states {
		if st < 0 || st >= len(s.vars[v].States) {
			panic(fmt.Sprintf("formula: variable %q has no state %d", s.vars[v].ID, st))
		}
		mask |= 1 << st
	}
	m := newManager(s)
	return s.prop(m.freeze(m.literal(int32(v), mask)), "", diag.Pos{})
}

// own panics when p belongs to another space: its variable numbers would mean
// something else.
func (s *Space) own(p *Prop) *Prop {
	if p.s != s {
		panic("formula: a proposition of another space")
	}
	return p
}

// And returns the conjunction; true without arguments.
func (s *Space) And(ps ...*Prop) *Prop { return s.fold(trueRef, (*manager).and, ps) }

// Or returns the disjunction; false without arguments.
func (s *Space) Or(ps ...*Prop) *Prop { return s.fold(falseRef, (*manager).or, ps) }

func (s *Space) fold(start ref, op func(m *manager, a, b ref) ref, ps []*Prop) *Prop {
	m := newManager(s)
	r := start
	for _, p := range ps {
		r = op(m, r, m.load(s.own(p).d))
	}
	return s.prop(m.freeze(r), "", diag.Pos{})
}

// Not returns the negation.
func (s *Space) Not(p *Prop) *Prop {
	m := newManager(s)
	return s.prop(m.freeze(m.not(m.load(s.own(p).d))), "", diag.Pos{})
}

// Restrict returns p with variable v fixed in state st; the result no longer
// depends on v.
func (s *Space) Restrict(p *Prop, v, st int) *Prop {
	if st < 0 || st >= len(s.vars[v].States) {
		panic(fmt.Sprintf("formula: variable %q has no state %d", s.vars[v].ID, st))
	}
	m := newManager(s)
	return s.prop(m.freeze(m.restrict(m.load(s.own(p).d), int32(v), st)), "", diag.Pos{})
}

// Implies reports whether b holds in every world in which a does.
func (s *Space) Implies(a, b *Prop) bool {
	m := newManager(s)
	return m.and(m.load(s.own(a).d), m.not(m.load(s.own(b).d))) == falseRef
}

// Equivalent reports whether a and b hold in the same worlds.
func (s *Space) Equivalent(a, b *Prop) bool { return s.own(a).d.equal(&s.own(b).d) }

// Count returns the number of worlds of the full product in which p holds.
func (s *Space) Count(p *Prop) uint64 { return s.counts(&s.own(p).d).total }

// counts holds for each node of a diagram how many assignments of the
// variables from the node's own downwards make it true.
type counts struct {
	below []uint64 // by ref
	total uint64
}

// span is the number of assignments of the variables from v on.
func (s *Space) span(v int32) uint64 {
	switch {
	case v == terminalVar || int(v) >= len(s.vars):
		return 1
	}
	return uint64(s.strides[v]) * uint64(len(s.vars[v].States))
}

func (s *Space) counts(d *diagram) counts {
	c := counts{below: make([]uint64, len(d.nodes)+int(inner))}
	c.below[trueRef] = 1
	top := func(r ref) int32 {
		if r < inner {
			return terminalVar
		}
		return d.nodes[r-inner].v
	}
	for i, n := range d.nodes {
		var sum uint64
		for k := range len(s.vars[n.v].States) {
			kid := n.kids[k]
			// Variables between n.v and the kid's are free.
			sum += c.below[kid] * (uint64(s.strides[n.v]) / s.span(top(kid)))
		}
		c.below[int(inner)+i] = sum
	}
	c.total = c.below[d.root] * (s.size / s.span(top(d.root)))
	return c
}
