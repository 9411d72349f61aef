package formula

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

type tokenKind uint8

const (
	tokEnd   tokenKind = iota
	tokWord            // id or state
	tokAnd             // reserved words
	tokOr              //
	tokNot             //
	tokIn              //
	tokTrue            //
	tokFalse           //
	tokIs              // =
	tokIsNot           // !=
	tokOpen            // (
	tokClose           // )
	tokBegin           // {
	tokStop            // }
	tokComma           // ,
	tokBad             // nothing of the grammar
)

var wordKinds = map[string]tokenKind{"and": tokAnd, "or": tokOr, "not": tokNot, "in": tokIn, "true": tokTrue, "false": tokFalse}

// token is a piece of the text; from and to are byte offsets, text is what the
// grammar sees (ids without spaces), hint what to write in place of a bad one.
type token struct {
	kind     tokenKind
	text     string
	from, to int
	hint     string
}

// foreign maps signs of other languages to ours: what they stand for here, ""
// when that is nothing, and what to write.
var foreign = []struct {
	sign string
	kind tokenKind
	hint string
}{
	{"==", tokIs, `write "=" for is`}, {"!==", tokIsNot, `write "!=" for is not`}, {"<>", tokIsNot, `write "!=" for is not`},
	{"≠", tokIsNot, `write "!=" for is not`}, {"&&", tokAnd, `write "and"`}, {"||", tokOr, `write "or"`},
	{"&", tokAnd, `write "and"`}, {"|", tokOr, `write "or"`}, {"∧", tokAnd, `write "and"`}, {"∨", tokOr, `write "or"`},
	{"¬", tokNot, `write "not"`}, {"∈", tokIn, `write "in"`},
}

// lexer cuts a text into tokens.
type lexer struct {
	text string
	at   int
	// bad is called for signs of other languages, which are then taken for what
	// they stand for.
	bad func(t token)
}

func (x *lexer) space() {
	for x.at < len(x.text) {
		r, n := utf8.DecodeRuneInString(x.text[x.at:])
		if !unicode.IsSpace(r) {
			return
		}
		x.at += n
	}
}

// all returns the tokens of the text, the last one tokEnd.
func (x *lexer) all() []token {
	var tokens []token
	for {
		x.space()
		if x.at == len(x.text) {
			return append(tokens, token{kind: tokEnd, from: x.at, to: x.at})
		}
		tokens = append(tokens, x.next())
	}
}

func (x *lexer) next() token {
	rest := x.text[x.at:]
	sign := func(n int, kind tokenKind) token {
		t := token{kind: kind, text: rest[:n], from: x.at, to: x.at + n}
		x.at += n
		return t
	}
	for _, f := range foreign {
		if strings.HasPrefix(rest, f.sign) && !(f.sign == "==" && strings.HasPrefix(rest, "===")) {
			t := sign(len(f.sign), f.kind)
			t.hint = f.hint
			x.bad(t)
			return t
		}
	}
	switch {
	case strings.HasPrefix(rest, "!="):
		return sign(2, tokIsNot)
	case rest[0] == '=':
		return sign(1, tokIs)
	case rest[0] == '(':
		return sign(1, tokOpen)
	case rest[0] == ')':
		return sign(1, tokClose)
	case rest[0] == '{':
		return sign(1, tokBegin)
	case rest[0] == '}':
		return sign(1, tokStop)
	case rest[0] == ',':
		return sign(1, tokComma)
	case rest[0] == '!':
		t := sign(1, tokNot)
		t.hint = `write "not"`
		x.bad(t)
		return t
	}
	if w := wordPrefix(rest); w != "" {
		if kind, ok := wordKinds[w]; ok {
			return sign(len(w), kind)
		}
		if kind, ok := wordKinds[strings.ToLower(w)]; ok && w == strings.ToUpper(w) {
			t := sign(len(w), kind)
			t.hint = "write " + `"` + strings.ToLower(w) + `"`
			x.bad(t)
			return t
		}
		t := sign(len(w)+argsLen(rest[len(w):]), tokWord)
		t.text = strings.Join(strings.FieldsFunc(t.text, unicode.IsSpace), "")
		return t
	}
	_, n := utf8.DecodeRuneInString(rest)
	return sign(n, tokBad)
}

// wordPrefix returns the longest name text begins with.
func wordPrefix(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return !wordRune(r) })
	if end < 0 {
		end = len(text)
	}
	return text[:end]
}

// argsLen returns the length of the arguments "(IR, zangezur)" that text begins
// with, 0 when it does not.
func argsLen(text string) int {
	if !strings.HasPrefix(text, "(") {
		return 0
	}
	x := lexer{text: text, at: 1}
	for {
		x.space()
		w := wordPrefix(text[x.at:])
		if w == "" || wordKinds[w] != 0 {
			return 0
		}
		x.at += len(w)
		x.space()
		switch {
		case strings.HasPrefix(text[x.at:], ","):
			x.at++
		case strings.HasPrefix(text[x.at:], ")"):
			return x.at + 1
		default:
			return 0
		}
	}
}

// position returns the place of text[from:to] when text began at at. After a
// line break inside the text, columns go on from the column of the first line,
// as in an indented block.
func position(text string, at diag.Pos, from, to int) diag.Pos {
	p := at
	p.Len = utf8.RuneCountInString(text[from:to])
	if p.Line == 0 {
		return p
	}
	before := text[:from]
	p.Line += strings.Count(before, "\n")
	if p.Col > 0 {
		p.Col += utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	}
	return p
}
