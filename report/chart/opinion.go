package chart

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Opinion is a change as one view has it: Mean is expected, Low to High the range
// over weighted worlds, BoundLow to BoundHigh what words alone allow. What is NaN
// is not drawn.
type Opinion struct {
	Mean, Low, High     float64
	BoundLow, BoundHigh float64
	Class               string // CSS class of bar and dot
}

// Draw draws the opinion on a scale that several share: zero as a line, changes
// below the threshold as a band around it, bounds as a thin line with ends, the
// range as a bar, the mean as a dot. label is the accessible text.
func (o Opinion) Draw(s Scale, threshold float64, label string) string {
	const h, mid = 18, 9
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="track opinion" width="100%%" height="%d" role="img" aria-label="%s">`, h, html.EscapeString(label))
	if threshold > 0 {
		fmt.Fprintf(&b, `<rect class="still" x="%.2f%%" width="%.2f%%" y="0" height="%d"/>`, s.At(-threshold), math.Max(0.4, s.At(threshold)-s.At(-threshold)), h)
	}
	fmt.Fprintf(&b, `<line class="mark" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%d"/>`, s.At(0), s.At(0), h)
	if !math.IsNaN(o.BoundLow) && !math.IsNaN(o.BoundHigh) {
		lo, hi := s.At(o.BoundLow), s.At(o.BoundHigh)
		fmt.Fprintf(&b, `<line class="bound" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, lo, hi, mid, mid)
		for _, x := range []float64{lo, hi} {
			fmt.Fprintf(&b, `<line class="bound" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, x, x, mid-4, mid+4)
		}
	}
	class := html.EscapeString(o.Class)
	if o.High > o.Low {
		fmt.Fprintf(&b, `<line class="band %s" x1="%.2f%%" x2="%.2f%%" y1="%d" y2="%d"/>`, class, s.At(o.Low), s.At(o.High), mid, mid)
	}
	if !math.IsNaN(o.Mean) {
		fmt.Fprintf(&b, `<circle class="dot %s" cx="%.2f%%" cy="%d" r="4.5"/>`, class, s.At(o.Mean), mid)
	}
	b.WriteString(`</svg>`)
	return b.String()
}
