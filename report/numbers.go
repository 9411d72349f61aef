package report

import (
	"strings"

	"github.com/astara-corridors/astara/answer"
)

// numbers writes the numbers of a row, or of a column, alike: [answer.Style] with
// the signs and spaces of print.
type numbers struct{ s answer.Style }

// rowOf is the style of numbers of a measure.
func rowOf(measure string, materiality float64, list ...answer.Number) numbers {
	return numbers{answer.StyleOf(measure, materiality, list...)}
}

// set is print's form of a number, absent where n is.
func set(text string) string {
	if text == "-" {
		return "–"
	}
	return nobreak(minus(text))
}

func (r numbers) level(n answer.Number) string  { return set(r.s.Level(n)) }
func (r numbers) bare(n answer.Number) string   { return set(r.s.Bare(n)) }
func (r numbers) change(n answer.Number) string { return set(r.s.Change(n)) }

// bareChange is a change whose unit stands elsewhere.
func (r numbers) bareChange(n answer.Number) string { return set(r.s.BareChange(n)) }

func (r numbers) levels(low, high answer.Number) string  { return ranged(r.s.Levels(low, high)) }
func (r numbers) changes(low, high answer.Number) string { return ranged(r.s.Changes(low, high)) }

// bareChanges is a range of changes whose unit stands elsewhere.
func (r numbers) bareChanges(low, high answer.Number) string {
	a, b := set(r.s.BareChange(low)), set(r.s.BareChange(high))
	if a == b {
		return a
	}
	return a + " to " + b
}

// ranged lets a range break between its ends only.
func ranged(text string) string {
	low, high, two := strings.Cut(text, " to ")
	if !two {
		return set(text)
	}
	return set(low) + " to " + set(high)
}

// fixed is a known number.
func fixed(v float64) answer.Number { return answer.Number{V: v, OK: true} }

// less is a-b, absent where either is.
func less(a, b answer.Number) answer.Number {
	if !a.OK || !b.OK {
		return answer.Number{}
	}
	return fixed(a.V - b.V)
}
