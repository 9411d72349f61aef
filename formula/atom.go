package formula

import (
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// atom reads a comparison of a variable with states.
func (p *parser) atom() ref {
	name := p.next()
	v, known := p.s.index[name.text]
	if !known {
		d := p.report(RuleUnknownVariable, name, "no variable %q", name.text)
		d.Expected = "the id of a variable of variables.yaml"
		if near := diag.Nearest(name.text, p.s.ids()); near != "" {
			d.Hint = "did you mean " + `"` + near + `"?`
		}
		v = -1
	}
	op := p.next()
	switch op.kind {
	case tokIs, tokIsNot:
		mask, ok := p.state(v)
		if !ok {
			p.skip()
			return falseRef
		}
		p.chained()
		if op.kind == tokIsNot && mask != 0 {
			mask ^= full(len(p.s.vars[v].States))
		}
		return p.literal(v, mask)
	case tokIn:
		mask := p.set(v)
		p.chained()
		return p.literal(v, mask)
	case tokNot:
		if p.take(tokIn) {
			mask := p.set(v)
			p.chained()
			return p.m.not(p.literal(v, mask))
		}
		p.at--
	case tokEnd:
	default:
		p.at--
	}
	if known {
		d := p.report(RuleSyntax, name, "variable %s is not compared with a state", name.text)
		d.Expected = name.text + "=" + strings.Join(p.s.vars[v].States, ", "+name.text+"=")
	} else if k := p.peek().kind; k != tokAnd && k != tokOr && k != tokClose && k != tokEnd {
		p.syntax(p.peek(), `"=", "!=" or "in"`)
	}
	p.skip()
	return falseRef
}

// literal makes the diagram of an atom; false when its variable is unknown, in
// which case the text has failed anyway.
func (p *parser) literal(v int, mask stateSet) ref {
	if v < 0 {
		return falseRef
	}
	return p.m.literal(int32(v), mask)
}

// chained reports a comparison right after a comparison.
func (p *parser) chained() {
	t := p.peek()
	if t.kind != tokIs && t.kind != tokIsNot && t.kind != tokIn {
		return
	}
	p.report(RuleChained, t, "a comparison cannot be compared again").Hint = `join two comparisons with "and"`
	p.skip()
}

// state reads a state of variable v (unknown: -1) and returns it as a set,
// empty when there is no such state; ok is false when there is no name at all.
func (p *parser) state(v int) (set stateSet, ok bool) {
	t := p.peek()
	// "true" and "false" are no states, yet people write them.
	if t.kind != tokWord && t.kind != tokTrue && t.kind != tokFalse {
		expected := "a state"
		if v >= 0 {
			expected = "one of " + strings.Join(p.s.vars[v].States, ", ")
		}
		if t.kind == tokBegin {
			d := p.report(RuleSyntax, t, `a set of states goes with "in"`)
			d.Expected, d.Hint = expected, `write "in {...}"`
			return 0, false
		}
		p.syntax(t, expected)
		return 0, false
	}
	p.at++
	if v < 0 {
		return 0, true
	}
	if k, ok := p.s.StateIndex(v, t.text); ok {
		return 1 << k, true
	}
	d := p.report(RuleUnknownState, t, "variable %s has no state %q", p.s.vars[v].ID, t.text)
	d.Expected = "one of " + strings.Join(p.s.vars[v].States, ", ")
	if near := diag.Nearest(t.text, p.s.vars[v].States); near != "" {
		d.Hint = "did you mean " + `"` + near + `"?`
	}
	return 0, true
}

// set reads "{a, b}".
func (p *parser) set(v int) stateSet {
	open := p.peek()
	if !p.take(tokBegin) {
		p.syntax(open, `"{" and the states`)
		p.skip()
		return 0
	}
	if stop := p.peek(); p.take(tokStop) {
		d := p.report(RuleEmptySet, token{from: open.from, to: stop.to}, "the set of states is empty")
		if v >= 0 {
			d.Expected = "some of " + strings.Join(p.s.vars[v].States, ", ")
		}
		return 0
	}
	var mask stateSet
	for {
		t := p.peek()
		k, ok := p.state(v)
		if !ok {
			for k := p.peek().kind; k != tokStop && k != tokEnd; k = p.peek().kind {
				p.at++
			}
			p.take(tokStop)
			return mask
		}
		if k&mask != 0 {
			p.report(RuleStateTwice, t, "the set names %q twice", t.text)
		}
		mask |= k
		if p.take(tokComma) {
			continue
		}
		if p.take(tokStop) {
			return mask
		}
		switch t := p.peek(); t.kind {
		case tokEnd, tokAnd, tokOr, tokClose:
			p.report(RuleParenthesis, open, "this brace is not closed").Expected = `"}"`
		default:
			p.syntax(t, `"," or "}"`)
			p.skip()
			p.take(tokStop)
		}
		return mask
	}
}
