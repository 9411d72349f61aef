package formula

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// The canonical form is made from the diagram f alone, by these rules:
//
//  1. true, false, or one variable: "v=s", "v!=s" when it is all states but
//     one of three or more, else "v in {..}" with the states in order.
//  2. Pull out what must hold: for every variable v (in order) whose states S
//     with a cofactor other than false are not all states, write "v in S" and
//     go on with f where the other states behave like the first of S whose
//     cofactor is not constant (the first of S when all are). What is left is a
//     conjunct.
//  3. Else the same with what suffices (cofactor true), as disjuncts.
//  4. Else an irredundant sum of products of f, or the product of sums from
//     the sum of its negation, whichever has fewer literals (the sum if equal).
//
// Steps 2 and 3 alternate on the remainder.

// MaxTerms is the number of products (or sums) that the readable form of a
// proposition may need in one place. A text beyond it is refused.
const MaxTerms = 128

// These bound the work of finding the readable form: recursions of one sum of
// products, nodes made on the way, and nodes of the diagram itself. Like the
// number of terms they depend on the meaning alone.
const (
	maxCoverSteps = 1 << 12
	maxPrintNodes = 1 << 18
	maxNodes      = 1 << 12
)

// errEntangled says that a diagram has no readable form within the limits.
var errEntangled = errors.New("formula: no readable form within the limits")

// canonical prints a frozen diagram.
func canonical(s *Space, d *diagram) string {
	text, err := readable(s, d)
	if err != nil {
		return digest(d)
	}
	return text
}

// readable is canonical or errEntangled.
func readable(s *Space, d *diagram) (string, error) {
	if len(d.nodes) > maxNodes {
		return "", errEntangled
	}
	m := newManager(s)
	m.limit = maxPrintNodes
	e, err := m.expression(m.load(*d))
	if err != nil || m.full {
		return "", errEntangled
	}
	var b strings.Builder
	e.write(&b, s)
	return b.String(), nil
}

// digestMark begins the text of a proposition without a readable form.
const digestMark = "#"

// digest names a diagram by the hash of its nodes.
func digest(d *diagram) string {
	h := sha256.New()
	put := func(v int32) { h.Write(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
	for _, n := range d.nodes {
		put(n.v)
		for _, k := range n.kids {
			put(int32(k))
		}
	}
	put(int32(d.root))
	return digestMark + hex.EncodeToString(h.Sum(nil))
}

// kind of an expression.
type kind uint8

const (
	constant kind = iota // states is 0 for false, 1 for true
	atom
	conjunction
	disjunction
)

// expr is a proposition to be printed.
type expr struct {
	kind   kind
	v      int32
	states stateSet
	args   []expr
}

func (e *expr) write(b *strings.Builder, s *Space) {
	switch e.kind {
	case constant:
		b.WriteString(map[stateSet]string{0: "false", 1: "true"}[e.states])
	case atom:
		writeAtom(b, &s.vars[e.v], e.states)
	case conjunction:
		for i := range e.args {
			if i > 0 {
				b.WriteString(" and ")
			}
			if e.args[i].kind == disjunction {
				b.WriteByte('(')
				e.args[i].write(b, s)
				b.WriteByte(')')
			} else {
				e.args[i].write(b, s)
			}
		}
	case disjunction:
		for i := range e.args {
			if i > 0 {
				b.WriteString(" or ")
			}
			e.args[i].write(b, s)
		}
	}
}

func writeAtom(b *strings.Builder, v *Variable, set stateSet) {
	n := len(v.States)
	b.WriteString(v.ID)
	switch {
	case set.count() == 1:
		b.WriteByte('=')
	case set.count() == n-1:
		b.WriteString("!=")
		set ^= full(n)
	default:
		b.WriteString(" in {")
		defer b.WriteByte('}')
	}
	first := true
	for k, st := range v.States {
		if !set.has(k) {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		b.WriteString(st)
		first = false
	}
}

// expression applies the rules to r.
func (m *manager) expression(r ref) (expr, error) {
	if r < inner {
		return expr{kind: constant, states: stateSet(r)}, nil
	}
	if n := m.nodes[r]; m.isLiteral(n) {
		return expr{kind: atom, v: n.v, states: m.statesTo(n, trueRef)}, nil
	}
	for _, k := range []kind{conjunction, disjunction} {
		atoms, rest := m.pull(r, k)
		if len(atoms) == 0 {
			continue
		}
		e, err := m.expression(rest)
		if err != nil {
			return expr{}, err
		}
		return expr{kind: k, args: append(atoms, flatten(e, k)...)}, nil
	}
	return m.cover(r)
}

// flatten returns the arguments of e when it is of the kind, else e itself.
func flatten(e expr, k kind) []expr {
	if e.kind == k {
		return e.args
	}
	return []expr{e}
}

// isLiteral reports whether a node decides by itself.
func (m *manager) isLiteral(n node) bool {
	for k := range m.states(n.v) {
		if n.kids[k] >= inner {
			return false
		}
	}
	return true
}

func (m *manager) statesTo(n node, r ref) stateSet {
	var set stateSet
	for k := range m.states(n.v) {
		if n.kids[k] == r {
			set |= 1 << k
		}
	}
	return set
}

// pull takes literals out of r: conjuncts that r implies, or disjuncts that
// imply r. At least one literal of the remainder stays inside, because the
// remainder is not constant.
func (m *manager) pull(r ref, k kind) (atoms []expr, rest ref) {
	dead := falseRef // value of the cofactors that the literal excludes
	if k == disjunction {
		dead = trueRef
	}
	d := m.freeze(r)
	for _, vi := range d.support() {
		v := int32(vi)
		kids := make([]ref, m.states(v))
		var alive stateSet
		first := -1
		for st := range kids {
			kids[st] = m.restrict(r, v, st)
			if kids[st] != dead {
				alive |= 1 << st
				if first < 0 || kids[first] < inner && kids[st] >= inner {
					first = st
				}
			}
		}
		if alive == full(len(kids)) || first < 0 {
			continue
		}
		next := m.replace(r, v, alive, first)
		if next < inner {
			continue // the literal is all there is; the caller has handled that
		}
		set := alive
		if k == disjunction {
			set ^= full(len(kids))
		}
		atoms = append(atoms, expr{kind: atom, v: v, states: set})
		r = next
	}
	return atoms, r
}

// replace returns r where the states of v outside alive behave like state
// first.
func (m *manager) replace(r ref, v int32, alive stateSet, first int) ref {
	memo := map[ref]ref{}
	var walk func(r ref) ref
	walk = func(r ref) ref {
		n := m.nodes[r]
		if n.v > v {
			return r
		}
		if done, ok := memo[r]; ok {
			return done
		}
		for k := range m.states(n.v) {
			switch {
			case n.v < v:
				n.kids[k] = walk(n.kids[k])
			case !alive.has(k):
				n.kids[k] = m.nodes[r].kids[first]
			}
		}
		memo[r] = m.mk(n)
		return memo[r]
	}
	return walk(r)
}
