// Package units reads and writes quantities as people state them: "15 Mt/yr",
// "10-14 d", "3133 USD2017/TEU", "12..20..26 h".
//
// A quantity becomes a [Figure]: a range with a centre in the canonical unit of
// its dimension [Dim], which every other package computes in. Unit expressions
// are checked by their dimensions: a unit is a factor and a vector of exponents
// over time, length, mass, money, boxes, volume and power; a product adds the
// vectors, a quotient subtracts them. A year is 365 days.
//
// Money carries a price year. Boxes (TEU) become tonnes by a stated number of
// tonnes a box, never by a hidden one.
package units

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/diag"
)

// Letter says how much a figure can be trusted: read in a source, computed
// from sources, own knowledge, estimate. Zero is unknown.
type Letter byte

// The letters.
const (
	Read      Letter = 'a' // stands in the named source
	Computed  Letter = 'm' // follows from the named sources by arithmetic
	Knowledge Letter = 'b' // own knowledge
	Estimate  Letter = 'c' // a guess with a range
)

// ParseLetter reads a letter as it stands in a case file; ok is false for
// anything but "a", "m", "b" and "c".
func ParseLetter(text string) (letter Letter, ok bool) {
	switch text {
	case "a", "m", "b", "c":
		return Letter(text[0]), true
	}
	return 0, false
}

// String returns the letter, or "" when it is unknown.
func (l Letter) String() string {
	if l == 0 {
		return ""
	}
	return string(rune(l))
}

// About says in words what the letter means.
func (l Letter) About() string {
	switch l {
	case Read:
		return "read in the source"
	case Computed:
		return "computed from the source"
	case Knowledge:
		return "own knowledge"
	case Estimate:
		return "estimate"
	}
	return "unknown"
}

// Figure is a number with a range and where it comes from. Low, Central and
// High are in the canonical unit of Dim. The zero Figure is unknown.
type Figure struct {
	Low, Central, High float64
	Dim                Dim
	PriceYear          int // of money, 0 for other dimensions and where not stated
	Source             []string
	Letter             Letter
	Note               string
	Name               string
	Pos                diag.Pos
	Known              bool
}

// Exactly returns the known figure v without a range.
func Exactly(v float64, d Dim) Figure {
	return Figure{Low: v, Central: v, High: v, Dim: d, Known: true}
}

// Between returns a known figure with a range. The caller has checked that
// low <= central <= high.
func Between(low, central, high float64, d Dim) Figure {
	return Figure{Low: low, Central: central, High: high, Dim: d, Known: true}
}

// Fixed reports whether the figure has no range.
func (f Figure) Fixed() bool { return f.Low == f.High }

// At returns the quantile u of the figure: Low at 0, Central at 0.5, High at 1,
// linear between them. It rises with u, and u outside [0, 1] counts as the
// nearer end.
func (f Figure) At(u float64) float64 {
	switch {
	case f.Fixed() || u == 0.5:
		return f.Central
	case !(u > 0): // also NaN
		return f.Low
	case u >= 1:
		return f.High
	case u < 0.5:
		return min(f.Low+float64((f.Central-f.Low)*(2*u)), f.Central)
	}
	return min(f.Central+float64((f.High-f.Central)*(2*u-1)), f.High)
}

// Scale returns the figure times k; a negative k swaps the ends. Source,
// letter and name stay.
func (f Figure) Scale(k float64) Figure {
	f.Low, f.Central, f.High = f.Low*k, f.Central*k, f.High*k
	if k < 0 {
		f.Low, f.High = f.High, f.Low
	}
	return f
}

// Check returns an error when the figure's numbers are not finite or not in
// order.
func (f Figure) Check() error {
	for _, v := range []float64{f.Low, f.Central, f.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("units: %v is not a finite number", v)
		}
	}
	if f.Low > f.Central || f.Central > f.High {
		return fmt.Errorf("units: not in order: low %v, central %v, high %v", f.Low, f.Central, f.High)
	}
	return nil
}

// String returns the figure for people: "20 h (12 to 26)", or "unknown".
func (f Figure) String() string {
	if !f.Known {
		return "unknown"
	}
	if f.Fixed() {
		return Format(f.Central, f.Dim)
	}
	return fmt.Sprintf("%s (%s to %s)", Format(f.Central, f.Dim), Format(f.Low, f.Dim), Format(f.High, f.Dim))
}
