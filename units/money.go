package units

import (
	"fmt"
	"strconv"
	"strings"
)

// price brings money of the year written to the price year of the case.
func (p *parser) price(u unit, e expression, power float64) (unit, *ParseError) {
	u.year = e.year
	switch {
	case u.year == 0:
		u.year = p.opt.PriceYear
	case p.opt.PriceYear == 0 || u.year == p.opt.PriceYear:
	case p.opt.Deflate == nil:
		return u, p.fail(e.from, e.to, fmt.Sprintf("USD of %d, the price year of the case", p.opt.PriceYear),
			fmt.Sprintf("restate it in USD%d or give the case a deflator", p.opt.PriceYear), "money of %d cannot be restated without a deflator", u.year)
	default:
		k, ok := p.opt.Deflate(u.year)
		if !ok || !(k > 0) {
			return u, p.fail(e.from, e.to, fmt.Sprintf("USD of %d or of a year the deflator knows", p.opt.PriceYear), "",
				"the deflator does not know %d", u.year)
		}
		if power < 0 {
			k = 1 / k
		}
		u.factor *= k
		u.year = p.opt.PriceYear
	}
	return u, nil
}

// isCurrency reports whether a word looks like a currency code.
func isCurrency(w string) bool {
	if _, ok := atoms[w]; ok || len(w) != 3 {
		return false
	}
	return strings.IndexFunc(w, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// splitMoney takes "kUSD", "mUSD", "bnUSD" or "USD" apart.
func splitMoney(w string) (k float64, code string, ok bool) {
	if isCurrency(w) {
		return 1, w, true
	}
	if len(w) > 3 && isCurrency(w[len(w)-3:]) {
		if k, ok := prefixes[w[:len(w)-3]]; ok {
			return k, w[len(w)-3:], true
		}
	}
	return 0, "", false
}

// money reads the price year after a currency code and multiplies the currency
// into e.
func (p *parser) money(e *expression, sign int8, code string, start int) *ParseError {
	if e.pure {
		return p.fail(start, p.at, p.example(), "", "a percentage stands alone")
	}
	e.parts++
	year := 0
	digits := p.at
	if n := p.digits(); n > 0 {
		year, _ = strconv.Atoi(p.text[digits:p.at])
		if n != 4 || year < minYear || year > maxYear {
			return p.fail(digits, p.at, "a price year of four digits, such as USD2024", "", "no such price year")
		}
	}
	if e.vec[vMoney] != 0 {
		return p.fail(start, p.at, p.example(), "", "money stands twice in one unit")
	}
	if code != "USD" {
		of := year
		if of == 0 {
			of = p.opt.PriceYear
		}
		usd, ok := 0., false
		if p.opt.Rates != nil {
			usd, ok = p.opt.Rates(code, of)
		}
		if !ok || !(usd > 0) {
			return p.fail(start, p.at, "an amount in USD", "convert it to USD of its year and say so in the note", "no exchange rate for %s of %d", code, of)
		}
		e.size.scale(usd, sign)
	}
	e.vec[vMoney] += sign
	e.year = year
	return nil
}
