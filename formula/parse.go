package formula

import (
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// The rules of propositions.
var (
	RuleUnknownVariable = diag.NewRule("A401", "unknown-variable", diag.Error, "a proposition names a variable that variables.yaml does not have")
	RuleUnknownState    = diag.NewRule("A402", "unknown-state", diag.Error, "a proposition names a state that its variable does not have")
	RuleParenthesis     = diag.NewRule("A403", "missing-parenthesis", diag.Error, "a parenthesis or brace of a proposition has no partner")
	RuleChained         = diag.NewRule("A404", "chained-comparison", diag.Error, "a proposition compares twice in a row, as in a=b=c")
	RuleEmptySet        = diag.NewRule("A405", "empty-set", diag.Error, "the set of states after \"in\" is empty")
	RuleTrailing        = diag.NewRule("A406", "trailing-text", diag.Error, "text follows a complete proposition")
	RuleSyntax          = diag.NewRule("A407", "proposition-syntax", diag.Error, "a proposition does not follow the grammar")
	RuleForeignSign     = diag.NewRule("A408", "foreign-operator", diag.Error, "a proposition uses a sign of another language, as in && or ==")
	RuleEmpty           = diag.NewRule("A409", "empty-proposition", diag.Error, "a proposition is empty")
	RuleStateTwice      = diag.NewRule("A410", "state-twice", diag.Error, "a set names a state twice")
	RuleEntangled       = diag.NewRule("A411", "entangled-proposition", diag.Error, "a proposition is too entangled to have a readable canonical form")
	RuleNesting         = diag.NewRule("A412", "deep-nesting", diag.Error, "parentheses or negations of a proposition are nested too deep")
)

// maxNesting is how deep parentheses and negations may stand in each other.
const maxNesting = 200

// maxParseNodes bounds the diagrams made on the way to the one of a text.
const maxParseNodes = 1 << 16

// Parse reads a proposition that began at the place at. The grammar, loosest
// binding first:
//
//	or     = and { "or" and }
//	and    = not { "and" not }
//	not    = "not" not | "(" or ")" | "true" | "false" | atom
//	atom   = variable ( "=" state | "!=" state | ["not"] "in" "{" state { "," state } "}" )
//
// Problems go into l, several of them when there are; Parse then returns nil.
func (s *Space) Parse(text string, at diag.Pos, l *diag.List) *Prop {
	p := &parser{s: s, m: newManager(s), text: text, pos: at, l: l}
	p.m.limit = maxParseNodes
	x := lexer{text: text, bad: func(t token) {
		p.report(RuleForeignSign, t, "%q is not of the grammar", t.text).Hint = t.hint
	}}
	p.tokens = x.all()
	if p.peek().kind == tokEnd {
		p.report(RuleEmpty, token{to: len(text)}, "the proposition is empty").Expected = p.example()
		return nil
	}
	root := p.whole()
	if p.failed {
		return nil
	}
	if p.m.full {
		p.entangled()
		return nil
	}
	prop := s.prop(p.m.freeze(root), text, at)
	if strings.HasPrefix(prop.String(), digestMark) {
		p.entangled()
		return nil
	}
	return prop
}

type parser struct {
	s      *Space
	m      *manager
	text   string
	pos    diag.Pos
	l      *diag.List
	tokens []token
	at     int
	depth  int
	failed bool
	gaveUp bool // nested too deep: what follows is not read
	worst  int  // 1 + index of the last token found out of place
}

func (p *parser) report(r *diag.Rule, t token, format string, args ...any) *diag.Diagnostic {
	p.failed = true
	return p.l.Report(r, position(p.text, p.pos, t.from, t.to), p.text[t.from:t.to], format, args...)
}

func (p *parser) entangled() {
	d := p.report(RuleEntangled, token{to: len(p.text)}, "the proposition is too entangled: its shortest form found has more than %d terms", MaxTerms)
	d.Hint = "split it into several simpler ones"
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

func (p *parser) take(k tokenKind) bool {
	if p.peek().kind != k {
		return false
	}
	p.at++
	return true
}

// example shows what a proposition looks like with the case's own words.
func (p *parser) example() string {
	if len(p.s.vars) == 0 {
		return `"true" or "false", for the case has no variables`
	}
	v := p.s.vars[0]
	return `a proposition such as "` + v.ID + "=" + v.States[0] + `"`
}

// whole reads the text to its end, going on after a surplus parenthesis or
// missing operator to find further problems.
func (p *parser) whole() ref {
	r := p.or()
	for {
		t := p.peek()
		switch t.kind {
		case tokEnd:
			return r
		case tokClose:
			p.report(RuleParenthesis, t, "this closing parenthesis has no opening one")
			p.at++
			if k := p.peek().kind; k == tokAnd || k == tokOr {
				p.at++
			}
		case tokIs, tokIsNot, tokIn:
			p.report(RuleChained, t, "a comparison cannot be compared again").Hint = `join two comparisons with "and"`
			p.at++
			p.skip()
			if k := p.peek().kind; k == tokAnd || k == tokOr {
				p.at++
			}
		default:
			end := p.tokens[len(p.tokens)-1]
			d := p.report(RuleTrailing, token{from: t.from, to: end.from}, "text after the end of the proposition")
			d.Expected = `"and", "or" or the end`
			if t.kind != tokWord && t.kind != tokOpen && t.kind != tokNot && t.kind != tokTrue && t.kind != tokFalse {
				return r
			}
		}
		if p.peek().kind == tokEnd {
			return r
		}
		p.or()
	}
}

func (p *parser) or() ref {
	r := p.and()
	for p.take(tokOr) {
		r = p.m.or(r, p.and())
	}
	return r
}

func (p *parser) and() ref {
	r := p.not()
	for p.take(tokAnd) {
		r = p.m.and(r, p.not())
	}
	return r
}

func (p *parser) not() ref {
	if p.depth++; p.depth > maxNesting {
		p.report(RuleNesting, p.peek(), "nested deeper than %d", maxNesting)
		p.at = len(p.tokens) - 1
		p.gaveUp = true
		return falseRef
	}
	defer func() { p.depth-- }()
	switch t := p.peek(); t.kind {
	case tokNot:
		p.at++
		return p.m.not(p.not())
	case tokOpen:
		p.at++
		r := p.or()
		if !p.take(tokClose) {
			p.unclosed(t)
		}
		return r
	case tokTrue:
		p.at++
		return trueRef
	case tokFalse:
		p.at++
		return falseRef
	case tokWord:
		return p.atom()
	default:
		p.syntax(t, `a comparison, "not", "(", "true" or "false"`)
		p.skip()
		return falseRef
	}
}

// unclosed reports the parenthesis open, unless what stands in the way of its
// partner has a better message.
func (p *parser) unclosed(open token) {
	switch p.peek().kind {
	case tokEnd:
		if !p.gaveUp {
			p.report(RuleParenthesis, open, "this parenthesis is not closed").Expected = `")"`
		}
		return
	case tokIs, tokIsNot, tokIn:
		p.report(RuleChained, p.peek(), "a comparison cannot be compared again").Hint = `join two comparisons with "and"`
	default:
		p.syntax(p.peek(), `"and", "or" or ")"`)
	}
	for k := p.peek().kind; k != tokClose && k != tokEnd; k = p.peek().kind {
		p.at++
	}
	p.take(tokClose)
}

// syntax reports a token out of place. The end right after such a token is no
// news.
func (p *parser) syntax(t token, expected string) {
	if t.kind == tokEnd && p.worst == len(p.tokens)-1 {
		return
	}
	p.worst = p.at + 1
	if t.kind == tokEnd {
		p.report(RuleSyntax, t, "the proposition breaks off").Expected = expected
		return
	}
	p.report(RuleSyntax, t, "%q does not fit here", t.text).Expected = expected
}

// skip goes to the next place where the grammar can take up again.
func (p *parser) skip() {
	for {
		switch p.peek().kind {
		case tokEnd, tokAnd, tokOr, tokClose:
			return
		}
		p.at++
	}
}

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
