// Package chart draws the small charts of the report as SVG: ranges with their
// means, bars against an observed figure, shares of a whole, and the
// time-cost-distance chart of corridor studies.
//
// Charts carry no text that a table beside them does not have, use currentColor
// and CSS classes for colour, and scale with the width of their column: places
// along the tracks are percentages, so that circles stay round. All output is a
// function of the input.
package chart

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Scale maps numbers to percent of a track.
type Scale struct{ Low, High float64 }

// margin is kept free at both ends of a track, percent.
const margin = 3

// At returns the place of v in percent, within the track for any v.
func (s Scale) At(v float64) float64 {
	if !(s.High > s.Low) {
		return 50
	}
	t := (v - s.Low) / (s.High - s.Low)
	return margin + (100-2*margin)*math.Max(0, math.Min(1, t))
}

// Cover returns the scale from the least to the greatest finite number. Zero is
// included when it is near: when the span without it is more than a third of
// the distance to it.
func Cover(values ...float64) Scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if lo > hi {
		return Scale{0, 1}
	}
	if span := hi - lo; lo > 0 && span*3 > lo {
		lo = 0
	} else if hi < 0 && span*3 > -hi {
		hi = 0
	}
	if lo == hi {
		pad := math.Max(math.Abs(lo)*0.1, 1e-9)
		lo, hi = lo-pad, hi+pad
	}
	return Scale{lo, hi}
}

// Band is a range with its mean on a track. A band whose Low and High are equal
// is a dot; one without a number for Mean has no dot.
type Band struct {
	Low, Mean, High float64
	Class           string // CSS class: none, act, base
	Dot             string // CSS class of the dot where it differs
}

// Track draws bands below one another on one scale, with thin marks across it
// (zero, the baseline). label is the accessible text.
func Track(s Scale, bands []Band, marks []float64, label string) string {
	const row, pad = 11, 6
	h := len(bands)*row + pad
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="track" width="100%%" height="%d" role="img" aria-label="%s">`, h, html.EscapeString(label))
	fmt.Fprintf(&b, `<line class="axis" x1="0" x2="100%%" y1="%d" y2="%d"/>`, h-1, h-1)
	for _, m := range marks {
		if m < s.Low || m > s.High {
			continue
		}
		fmt.Fprintf(&b, `<line class="mark" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%d"/>`, s.At(m), s.At(m), h)
	}
	for i, d := range bands {
		y := i*row + row/2 + 2
		dot := d.Dot
		if dot == "" {
			dot = d.Class
		}
		if d.High > d.Low {
			fmt.Fprintf(&b, `<line class="band %s" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, d.Class, s.At(d.Low), s.At(d.High), y, y)
		}
		if !math.IsNaN(d.Mean) {
			fmt.Fprintf(&b, `<circle class="dot %s" cx="%.2f%%" cy="%d" r="4"/>`, html.EscapeString(dot), s.At(d.Mean), y)
		}
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// Bar draws a bar from zero to value on a scale from zero to most, and where
// known the observed figure as a tick with its range.
func Bar(value, most float64, observed *Band, label string) string {
	at := func(v float64) float64 {
		if !(most > 0) {
			return 0
		}
		return 100 * math.Max(0, math.Min(1, v/most))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar" width="100%%" height="16" role="img" aria-label="%s">`, html.EscapeString(label))
	fmt.Fprintf(&b, `<rect class="fill" x="0" y="3" width="%.2f%%" height="10"/>`, at(value))
	if observed != nil {
		if observed.High > observed.Low {
			fmt.Fprintf(&b, `<line class="observed" x1="%.2f%%" x2="%.2f%%" y1="8" y2="8"/>`, at(observed.Low), at(observed.High))
		}
		fmt.Fprintf(&b, `<line class="observed tick" x1="%.2f%%" x2="%.2f%%" y1="0" y2="16"/>`, at(observed.Mean), at(observed.Mean))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// Part is a share of a whole.
type Part struct {
	Share float64 // 0 to 1
	Class string  // CSS class
}

// Whole draws shares side by side. Shares are drawn as they are: what is
// missing to 1 stays empty.
func Whole(parts []Part, label string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="whole" width="100%%" height="12" role="img" aria-label="%s"><rect class="rest" width="100%%" height="12"/>`, html.EscapeString(label))
	x := 0.0
	for _, p := range parts {
		if !(p.Share > 0) {
			continue
		}
		w := math.Min(p.Share, 1-x)
		fmt.Fprintf(&b, `<rect class="%s" x="%.2f%%" width="%.2f%%" height="12"/>`, html.EscapeString(p.Class), 100*x, 100*w)
		x += w
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// Pair draws two shares between 0 and 1 on one line, joined: "explains alone"
// as a full dot, "only it explains" as a ring.
func Pair(alone, only float64, label string) string {
	s := Scale{0, 1}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="track" width="100%%" height="16" role="img" aria-label="%s"><line class="axis" x1="%.2f%%" x2="%.2f%%" y1="8" y2="8"/>`,
		html.EscapeString(label), s.At(0), s.At(1))
	fmt.Fprintf(&b, `<line class="band act" x1="%.2f%%" x2="%.2f%%" y1="8" y2="8"/>`, s.At(math.Min(alone, only)), s.At(math.Max(alone, only)))
	fmt.Fprintf(&b, `<circle class="ring" cx="%.2f%%" cy="8" r="4"/><circle class="dot act" cx="%.2f%%" cy="8" r="4"/></svg>`, s.At(only), s.At(alone))
	return b.String()
}
