package report

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// anchor makes an id out of a prefix and an id of the case: what HTML and URLs
// carry unchanged stays, the rest is written as its code point, so that
// different ids stay different.
func anchor(prefix, id string) string {
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte('-')
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, ".%x.", r)
		}
	}
	return b.String()
}

// dimOf finds the dimension whose canonical unit is written so.
func dimOf(unit string) units.Dim {
	if unit == "" {
		return units.Dimensionless
	}
	for d := units.Dimensionless; d <= units.WorkRate; d++ {
		if d.Unit() == unit {
			return d
		}
	}
	return units.Dimensionless
}

// minus is the sign people read; hyphens break at line ends.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// nobreak keeps a number and its unit on one line.
func nobreak(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

func value(v float64, unit string) string {
	s := units.Format(v, dimOf(unit))
	if strings.HasPrefix(s, "-") {
		s = "−" + s[1:]
	}
	if d := dimOf(unit); d == units.Dimensionless && unit != "" && unit != "1" {
		s += " " + unit
	}
	return nobreak(s)
}

// percent writes a share of 1 as a whole percentage; small ones are not
// rounded to nothing.
func percent(n answer.Number) string {
	if !n.OK {
		return "–"
	}
	return share(n.V)
}

func share(v float64) string {
	switch p := 100 * v; {
	case p == 0, p == 100:
		return fmt.Sprintf("%.0f %%", p)
	case p > 0 && p < 1:
		return "under 1 %"
	case p > 99 && p < 100:
		return "over 99 %"
	default:
		return minus(fmt.Sprintf("%.0f %%", p))
	}
}

// figure writes a figure with its range for tables.
func figure(f units.Figure) string {
	if !f.Known {
		return ""
	}
	s := f.String()
	return minus(nobreak(s))
}

// bareFigure writes a figure whose unit stands in the head of its column, with
// its range after it.
func bareFigure(f units.Figure) string {
	if !f.Known {
		return "–"
	}
	number := func(v float64) string {
		text, _, _ := strings.Cut(units.Format(v, f.Dim), " ")
		return text
	}
	s := number(f.Central)
	if !f.Fixed() {
		s += " (" + number(f.Low) + "–" + number(f.High) + ")"
	}
	return nobreak(minus(s))
}

// times writes a ratio of model to published.
func times(r float64) string {
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return "–"
	}
	if r >= 10 {
		return "×\u00a0" + strconv.Itoa(int(math.Round(r)))
	}
	return fmt.Sprintf("×\u00a0%.2g", r)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return whole(n) + " " + many
}

// whole writes an integer with all its digits.
func whole(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && len(s) > 4; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// small is a share in whole per cent without the sign, for narrow columns.
func small(v float64) string {
	if p := 100 * v; p > 0 && p < 1 {
		return "<1"
	}
	return fmt.Sprintf("%.0f", 100*v)
}

var (
	unitAfter = regexp.MustCompile(`(\d) (%|[kM]?t/yr|k TEU/yr|TEU/yr|[mk]? ?(?:bn )?USD/(?:yr|t)|h\b|points)`)
	minusSign = regexp.MustCompile(`(^|[ (])-(\d)`)
)

// typeset gives a sentence of the answer the signs and spaces of print.
func typeset(s string) string {
	return minusSign.ReplaceAllString(unitAfter.ReplaceAllString(s, "$1\u00a0$2"), "$1−$2")
}

// paragraphs parts the sentences where another matter begins.
func paragraphs(first string) []string {
	out := answer.Paragraphs(first)
	for i := range out {
		out[i] = typeset(out[i])
	}
	return out
}

// firstSentence parts an answer's first sentence from what follows it.
func firstSentence(first string) (lead, rest string) {
	lead, rest, _ = strings.Cut(typeset(first), ". ")
	if rest != "" {
		lead += "."
	}
	return lead, rest
}

// upperFirst begins a sentence.
func upperFirst(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}

// measureOf is a measure that has a unit, for rows that only name the unit.
func measureOf(unit string) string {
	switch unit {
	case "t/yr":
		return string(freight.Tonnes)
	case "TEU/yr":
		return string(freight.TEU)
	case "USD/yr":
		return string(freight.Revenue)
	case "h":
		return string(freight.Hours)
	case "USD/t":
		return string(freight.Money)
	}
	return ""
}

// svg marks a drawing of our own as safe. Text inside was escaped when drawn.
func svg(s string) template.HTML { return template.HTML(s) }
