package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Largest is the largest number, in size, that a figure of a case may have. It
// lies far above anything that is counted (the world moves some 1e11 tonnes a
// year) and far below what overflows once an engine takes powers of it.
const Largest = 1e18

// Deflator returns by how much money of fromYear must be multiplied to become
// money of the case's price year; ok is false when it does not know the year.
type Deflator func(fromYear int) (factor float64, ok bool)

// Options is what a case says about its money and boxes.
type Options struct {
	PriceYear    int      // price year of the case, 0 = keep money as written
	TonnesPerTEU float64  // tonnes a TEU holds, 0 = boxes do not convert to tonnes
	Deflate      Deflator // nil = money of another year is an error
	// Rates returns how many USD one unit of a currency was worth in a year
	// (the price year written, else PriceYear); nil = only USD is known.
	Rates func(currency string, year int) (usd float64, ok bool)
	// Bare is the unit of a number without one, "" = such a number is an error
	// unless the dimension has no unit.
	Bare string
}

// ParseError says what is wrong with a quantity. Offset counts code points
// from the start of the text, from 0; Text is the part that offends.
type ParseError struct {
	Offset               int
	Text, Expected, Hint string
	Message              string
}

// Error returns the message with what was expected and the hint.
func (e *ParseError) Error() string {
	s := e.Message
	if e.Expected != "" {
		s += "; expected " + e.Expected
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Parse reads a quantity of dimension want: a number or a range, then a unit.
//
//	26 h                one number
//	10-14 d, 10..14 d   low to high, the centre is the mean
//	12..20..26 h        low, central, high
//
// The figure is in the canonical unit of want and, where it is money, in USD of
// opt.PriceYear. A unit of boxes where tonnes are wanted converts by
// opt.TonnesPerTEU. Every error is a *[ParseError].
func Parse(text string, want Dim, opt Options) (Figure, error) {
	p := &parser{text: text, want: want, opt: opt}
	f, err := p.quantity()
	if err != nil {
		return Figure{}, err
	}
	return f, nil
}

// parser walks over text; at is a byte offset.
type parser struct {
	text string
	at   int
	want Dim
	opt  Options
}

// fail makes an error about text[from:to].
func (p *parser) fail(from, to int, expected, hint, format string, args ...any) *ParseError {
	return &ParseError{
		Offset: utf8.RuneCountInString(p.text[:from]), Text: p.text[from:to],
		Expected: expected, Hint: hint, Message: fmt.Sprintf(format, args...),
	}
}

func (p *parser) space() {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			return
		}
		p.at += n
	}
}

// take advances over s if the text goes on with it.
func (p *parser) take(s string) bool {
	if strings.HasPrefix(p.text[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *parser) example() string {
	switch p.want {
	case Share:
		return `a share such as "30 %" or "0.3"`
	case Year:
		return `a year such as "2030" or "2028..2030"`
	case Dimensionless:
		return `a number such as "1.15" or "1.05..1.15..1.3"`
	}
	return fmt.Sprintf("%s such as %q", p.want, "12 "+p.want.Unit())
}

func (p *parser) quantity() (Figure, *ParseError) {
	p.space()
	if p.at == len(p.text) {
		return Figure{}, p.fail(0, len(p.text), p.example(), "", "no quantity")
	}
	start := p.at
	var nums []float64
	for {
		v, err := p.number()
		if err != nil {
			return Figure{}, err
		}
		nums = append(nums, v)
		end := p.at
		p.space()
		if !p.take("..") && !p.takeDash() {
			p.at = end
			break
		}
		if len(nums) == 3 {
			return Figure{}, p.fail(end, p.at, "low..central..high", "", "a range has at most three numbers")
		}
		p.space()
	}
	numbers := [2]int{start, p.at}
	u, err := p.unit()
	if err != nil {
		return Figure{}, err
	}
	f := Figure{Dim: p.want, Known: true, PriceYear: u.year}
	for i := range nums {
		nums[i] *= u.factor
	}
	switch len(nums) {
	case 1:
		f.Low, f.Central, f.High = nums[0], nums[0], nums[0]
	case 2:
		f.Low, f.Central, f.High = nums[0], nums[0]+float64((nums[1]-nums[0])/2), nums[1]
	case 3:
		f.Low, f.Central, f.High = nums[0], nums[1], nums[2]
	}
	return f, p.check(f, numbers)
}

// takeDash takes the "-" of a range "10-14", also as an en dash.
func (p *parser) takeDash() bool {
	mark := p.at
	if !p.take("-") && !p.take("–") {
		return false
	}
	after := p.at
	p.space()
	next := strings.TrimPrefix(p.text[p.at:], "-") // "-5--3" ends below zero
	if next != "" && (isDigit(next[0]) || next[0] == '.') {
		p.at = after
		return true
	}
	p.at = mark
	return false
}

// check looks at the finished figure; at holds the ends of its numbers.
func (p *parser) check(f Figure, at [2]int) *ParseError {
	if math.IsInf(f.Low, 0) || math.IsInf(f.Central, 0) || math.IsInf(f.High, 0) {
		return p.fail(at[0], at[1], "a finite number", "", "the number is too large")
	}
	if f.Low > f.Central || f.Central > f.High {
		return p.fail(at[0], at[1], "low..high or low..central..high with low <= central <= high", "", "the range is not in order")
	}
	switch {
	case p.want == Share && (f.Low < 0 || f.High > 1):
		return p.fail(at[0], at[1], "a share from 0 to 1", `a percentage needs its sign: "30 %"`, "a share lies between 0 and 1")
	case p.want == Year && (f.Low < minYear || f.High > maxYear):
		return p.fail(at[0], at[1], fmt.Sprintf("a year from %d to %d", minYear, maxYear), "", "no such year")
	}
	return nil
}

// The calendar years that figures and prices may have.
const minYear, maxYear = 1800, 2200

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// number reads digits with an optional sign, point and exponent, and explains
// thousands separators and decimal commas.
func (p *parser) number() (float64, *ParseError) {
	start := p.at
	if !p.take("-") {
		p.take("+")
	}
	digits := p.digits()
	if p.at+1 < len(p.text) && p.text[p.at] == '.' && isDigit(p.text[p.at+1]) {
		p.at++
		digits += p.digits()
	}
	if digits == 0 {
		p.at = start
		end := min(len(p.text), start+wordLen(p.text[start:]))
		return 0, p.fail(start, end, p.example(), "", "no number where one was expected")
	}
	if p.at < len(p.text) && (p.text[p.at] == 'e' || p.text[p.at] == 'E') {
		mark := p.at
		p.at++
		if !p.take("-") {
			p.take("+")
		}
		if p.digits() == 0 {
			p.at = mark
		}
	}
	if err := p.separator(start); err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if err != nil || math.Abs(v) > Largest {
		return 0, p.fail(start, p.at, fmt.Sprintf("at most %g", Largest), "", "the number is too large")
	}
	return v, nil
}

func (p *parser) digits() int {
	n := 0
	for p.at < len(p.text) && isDigit(p.text[p.at]) {
		p.at++
		n++
	}
	return n
}

// separator reports "1,200", "1 200", "1_200", "1'200" and "1,5" at the end of
// the digits that began at start.
func (p *parser) separator(start int) *ParseError {
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	next := p.at + n
	if !strings.ContainsRune(",_'’ \u00a0\u202f", r) || next >= len(p.text) || !isDigit(p.text[next]) {
		return nil
	}
	end := next
	for end < len(p.text) && (isDigit(p.text[end]) || p.text[end] == ',' || p.text[end] == '.') {
		end++
	}
	group := end - next
	if r == ',' && group != 3 {
		return p.fail(start, end, "a decimal point", fmt.Sprintf("write %q", strings.Replace(p.text[start:end], ",", ".", 1)), "a comma is no decimal point")
	}
	plain := strings.Map(func(c rune) rune {
		if strings.ContainsRune(",_'’ \u00a0\u202f", c) {
			return -1
		}
		return c
	}, p.text[start:end])
	return p.fail(start, end, "digits without separators", fmt.Sprintf("write %q", plain), "thousands separators are not allowed")
}

// wordLen is the length in bytes of the first word of s.
func wordLen(s string) int {
	if i := strings.IndexFunc(s, unicode.IsSpace); i > 0 {
		return i
	}
	return len(s)
}
