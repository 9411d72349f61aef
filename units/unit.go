package units

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

// unit is a parsed unit expression, already brought to the wanted dimension.
type unit struct {
	factor float64 // canonical units of the wanted dimension in one of it
	year   int     // price year, 0 when it is not money
}

// expression is a unit expression before it meets the wanted dimension.
type expression struct {
	size  ratio
	vec   vector
	year  int  // price year written, 0 if none
	pure  bool // a percentage
	parts int  // units and prefixes read so far
	empty bool
	from  int // byte offsets of the expression
	to    int
}

// unit reads the rest of the text as a unit of the wanted dimension.
func (p *parser) unit() (unit, *ParseError) {
	e, err := p.expression()
	if err != nil {
		return unit{}, err
	}
	if e.empty && p.opt.Bare != "" && p.want.Unit() != "" {
		bare := &parser{text: p.opt.Bare, want: p.want, opt: p.opt}
		if e, err = bare.expression(); err != nil {
			return unit{}, p.fail(0, len(p.text), p.example(), "", "the default unit %q is wrong: %s", p.opt.Bare, err.Message)
		}
		e.from, e.to = 0, len(p.text)
	}
	d := table[p.want]
	if e.empty {
		if p.want.Unit() != "" {
			return unit{}, p.fail(e.from, e.to, p.example(), "", "the unit is missing")
		}
		return unit{factor: 1}, nil
	}
	if e.pure && p.want == Year {
		return unit{}, p.fail(e.from, e.to, p.example(), "", "a year is no percentage")
	}
	if err := p.boxes(&e, d.vec); err != nil {
		return unit{}, err
	}
	if e.vec != d.vec {
		return unit{}, p.fail(e.from, e.to, p.example(), "", "%q is not a unit of %s", p.text[e.from:e.to], p.want)
	}
	e.size.scale(d.size, -1)
	u := unit{factor: e.size.num / e.size.den}
	if d.vec[vMoney] != 0 {
		return p.price(u, e, float64(d.vec[vMoney]))
	}
	return u, nil
}

// boxes turns TEU into tonnes, or the other way round, where that makes the
// expression fit.
func (p *parser) boxes(e *expression, want vector) *ParseError {
	move := e.vec[vBox] - want[vBox]
	fits := e.vec
	fits[vBox] -= move
	fits[vMass] += move
	if move == 0 || fits != want {
		return nil
	}
	if p.opt.TonnesPerTEU <= 0 {
		return p.fail(e.from, e.to, p.example(), "say how many tonnes a TEU holds (t_per_teu of the commodity)",
			"boxes do not convert to tonnes without the tonnes per TEU")
	}
	e.vec = want
	for ; move > 0; move-- {
		e.size.scale(p.opt.TonnesPerTEU, 1)
	}
	for ; move < 0; move++ {
		e.size.scale(p.opt.TonnesPerTEU, -1)
	}
	return nil
}

// expression reads "term / term / ..." to the end of the text.
func (p *parser) expression() (expression, *ParseError) {
	p.space()
	e := expression{size: ratio{1, 1}, from: p.at, to: p.at, empty: p.at == len(p.text)}
	if e.empty {
		e.from, e.to = 0, len(p.text)
		return e, nil
	}
	sign := int8(1)
	for {
		if err := p.term(&e, sign); err != nil {
			return e, err
		}
		e.to = p.at
		p.space()
		if p.at == len(p.text) {
			return e, nil
		}
		if !p.take("/") && !p.takeWord("per") && !p.takeWord("a") {
			rest := p.text[p.at:]
			return e, p.fail(p.at, p.at+wordLen(rest), "the end of the quantity", "", "text after the quantity: %q", strings.TrimSpace(rest))
		}
		sign = -1
		p.space()
	}
}

// takeWord takes a whole word.
func (p *parser) takeWord(w string) bool {
	rest := p.text[p.at:]
	if !strings.HasPrefix(rest, w) {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(rest[len(w):]); r == utf8.RuneError || !unicode.IsSpace(r) {
		return false
	}
	p.at += len(w)
	return true
}

// term reads a product of units, "t-km", "(t km)", "k USD2020", and multiplies
// it into e, to the power sign.
func (p *parser) term(e *expression, sign int8) *ParseError {
	open := p.at
	inside := p.take("(")
	for n := 0; ; n++ {
		p.space()
		if err := p.factor(e, sign); err != nil {
			return err
		}
		mark := p.at
		p.space()
		if inside && p.take(")") {
			return nil
		}
		if !p.take("-") && !p.take("·") && !p.take("*") && !(p.at > mark && p.moreUnits()) {
			p.at = mark
			break
		}
	}
	if inside {
		return p.fail(open, len(p.text), "a closing parenthesis", "", "a parenthesis is not closed")
	}
	return nil
}

// moreUnits reports whether another unit follows after a space.
func (p *parser) moreUnits() bool {
	w := p.word()
	return w != "" && w != "per" && w != "a"
}

// word returns the letters ahead (with % and ‰) without taking them.
func (p *parser) word() string {
	rest := p.text[p.at:]
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && r != '%' && r != '‰' && r != '$' && r != '€' })
	if end < 0 {
		end = len(rest)
	}
	return rest[:end]
}

// factor reads one unit, with a prefix word before it or a price year after it.
func (p *parser) factor(e *expression, sign int8) *ParseError {
	start := p.at
	name := p.word()
	if name == "" {
		end := min(len(p.text), start+max(1, wordLen(p.text[start:])))
		if start >= len(p.text) {
			return p.fail(start, start, p.example(), "", "the unit breaks off")
		}
		return p.fail(start, end, p.example(), "", "%q is no unit", p.text[start:end])
	}
	p.at += len(name)
	if k, ok := prefixes[name]; ok {
		mark := p.at
		p.space()
		next := p.word()
		_, known := lookup(next)
		counted := isCurrency(next) || next == "TEU" || next == "FEU"
		if p.at > mark && (counted || known && len(name) > 1) {
			e.size.scale(k, sign)
			e.parts++
			return p.factor(e, sign)
		}
		p.at = mark
	}
	a, ok := lookup(name)
	if !ok {
		if k, code, split := splitMoney(name); split {
			e.size.scale(k, sign)
			return p.money(e, sign, code, start)
		}
		return p.unknownUnit(start, name)
	}
	if (a.pure || e.pure) && e.parts > 0 {
		return p.fail(start, p.at, p.example(), "", "a percentage stands alone")
	}
	e.pure = a.pure
	e.parts++
	e.size.scale(a.size, sign)
	for i := range e.vec {
		e.vec[i] += sign * a.vec[i]
	}
	return nil
}

// ratio is a size as numerator and denominator, so that units that are whole
// multiples of each other convert without rounding: 15 Mt/yr is 15000000 t/yr.
type ratio struct{ num, den float64 }

// scale multiplies by k to the power sign, 1 or -1.
func (r *ratio) scale(k float64, sign int8) {
	if whole := math.Round(1 / k); whole > 1 && 1/whole == k {
		k, sign = whole, -sign
	}
	if sign > 0 {
		r.num *= k
	} else {
		r.den *= k
	}
}

func lookup(name string) (atom, bool) {
	if to, ok := aliases[name]; ok {
		name = to
	}
	a, ok := atoms[name]
	return a, ok
}

// unknownUnit explains a word that is no unit.
func (p *parser) unknownUnit(start int, name string) *ParseError {
	hint := ""
	if name == "$" || name == "€" || name == "US$" {
		hint = `write money as "USD" with its price year, such as USD2024`
	} else if len(name) > 1 {
		known := append(slices.Sorted(maps.Keys(atoms)), "USD")
		known = append(known, slices.Sorted(maps.Keys(aliases))...)
		if near := diag.Nearest(name, known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
	}
	if prefixes[name] != 0 {
		hint = fmt.Sprintf("%q goes before a unit: %q", name, "1.2 "+name+" USD")
	}
	return p.fail(start, start+len(name), p.example(), hint, "unknown unit %q", name)
}
