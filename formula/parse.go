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
