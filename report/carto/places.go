package carto

import (
	"fmt"
	"html"
	"math"
	"slices"
	"sort"
	"strings"
)

// labelSize is the size of place names in user units.
const labelSize = 11

// drawPlaces draws symbols and names. A place whose name finds no room at its
// right, left, above or below, or that comes after MostNames names, keeps its
// symbol only, unless it is a city: a city without a name is left out.
func (fm Map) drawPlaces(b *strings.Builder, taken *boxes) {
	order := make([]int, len(fm.Places))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(x, y int) bool { return fm.Places[order[x]].Weight > fm.Places[order[y]].Weight })
	var symbols, names strings.Builder
	named := 0
	for _, i := range order {
		p := fm.Places[i]
		x, y, ok := fm.Ground.Frame.At(p.At[0], p.At[1])
		if !ok || !fm.Ground.Frame.Inside(x, y, 6) {
			continue
		}
		placed := named < fm.MostNames && fm.name(&names, p, x, y, taken)
		if placed {
			named++
		} else if p.Kind == "city" {
			continue
		}
		symbol(&symbols, p, x, y)
	}
	fmt.Fprintf(b, `<g class="places">%s%s</g>`, symbols.String(), names.String())
}

func symbol(b *strings.Builder, p Place, x, y float64) {
	switch p.Kind {
	case "border":
		fmt.Fprintf(b, `<circle class="border" cx="%.1f" cy="%.1f" r="2.6"/>`, x, y)
	case "shut":
		fmt.Fprintf(b, `<path class="shut" d="M%.1f %.1fl5 5m0 -5l-5 5"/>`, x-2.5, y-2.5)
	case "strait":
		fmt.Fprintf(b, `<path class="strait" d="M%.1f %.1fl3.4 3.4l-3.4 3.4l-3.4 -3.4z"/>`, x, y-3.4)
	default:
		fmt.Fprintf(b, `<circle class="city" cx="%.1f" cy="%.1f" r="1.9"/>`, x, y)
	}
}

// name writes the name where it finds room and reports whether it did.
func (fm Map) name(b *strings.Builder, p Place, x, y float64, taken *boxes) bool {
	w := textWidth(p.Name, labelSize)
	const gap, up, down = 5, 8.5, 3
	for _, try := range []struct {
		anchor string
		x, y   float64
	}{{"start", x + gap, y + 3.5}, {"end", x - gap, y + 3.5}, {"middle", x, y - 6}, {"middle", x, y + 13}} {
		x0 := try.x
		switch try.anchor {
		case "end":
			x0 -= w
		case "middle":
			x0 -= w / 2
		}
		if x0 < 2 || x0+w > fm.Ground.Frame.Width-2 || try.y < 11 || try.y > fm.Ground.Frame.Height-3 {
			continue
		}
		if !taken.claim(x0-1, try.y-up, x0+w+1, try.y+down) {
			continue
		}
		fmt.Fprintf(b, `<text class="name %s" text-anchor="%s" x="%.1f" y="%.1f">%s</text>`,
			html.EscapeString(p.Kind), try.anchor, try.x, try.y, html.EscapeString(p.Name))
		return true
	}
	return false
}

// legend draws the colours and the width scale in the strip under the map.
func (fm Map) legend(b *strings.Builder, full float64, width func(float64) float64) {
	x, y := 2.0, fm.Ground.Frame.Height+21
	text := func(s string) {
		fmt.Fprintf(b, `<text class="key" x="%.0f" y="%.0f">%s</text>`, x, y, html.EscapeString(s))
		x += textWidth(s, labelSize) + 14
	}
	line := func(class string, w, long float64) {
		fmt.Fprintf(b, `<g class="flow %s"><path stroke-width="%.1f" d="M%.1f %.1fh%.0f"/></g>`, class, w, x+w/2, y-4, long)
		x += long + w + 6
	}
	b.WriteString(`<g class="legend">`)
	const swatch, sample = 16, 26
	if fm.Change {
		line("more", 5, swatch)
		text("more")
		line("less", 5, swatch)
		text("less")
	} else {
		for _, k := range fm.kinds() {
			line(k[0], 5, swatch)
			text(k[1])
		}
	}
	if slices.ContainsFunc(fm.Stretches, func(s Stretch) bool { return s.Idle }) {
		line("idle", 1.2, swatch)
		text("carries nothing")
	}
	x += 14
	scale := fm.Scale
	if scale.By == 0 {
		scale = Scale{1e6, "Mt a year"}
	}
	samples := Samples(full)
	for i := len(samples) - 1; i >= 0; i-- {
		line("key", width(samples[i]), sample)
		s := number(samples[i] / scale.By)
		if i == 0 {
			s += " " + scale.Unit
		}
		text(s)
	}
	b.WriteString(`</g>`)
}

// kinds lists the classes of mode on the map with their names, in order.
func (fm Map) kinds() [][2]string {
	seen := map[string]bool{}
	for _, s := range fm.Stretches {
		seen[s.Mode] = seen[s.Mode] || s.Tonnes != 0
	}
	var out [][2]string
	if seen["rail"] {
		out = append(out, [2]string{"rail", "rail"})
	}
	if seen["road"] {
		out = append(out, [2]string{"road", "road"})
	}
	if seen["sea"] || seen["ferry"] || seen["river"] {
		out = append(out, [2]string{"sea", "water"})
	}
	for _, k := range [][2]string{{"ac", "AC tie"}, {"radial", "radial tie"}, {"hvdc", "HVDC"}, {"pipe", "gas"}} {
		if seen[k[0]] {
			out = append(out, k)
		}
	}
	return out
}

// Samples returns up to three round numbers for a scale that ends at full: the
// largest 1, 2 or 5 times a power of ten within it and a quarter and a
// twentieth of it, rounded the same way.
func Samples(full float64) []float64 {
	var out []float64
	for _, part := range []float64{1, 4, 20} {
		if s := RoundDown(full / part); s > 0 && (len(out) == 0 || s < out[len(out)-1]) {
			out = append(out, s)
		}
	}
	return out
}

// hair keeps a power of ten from falling below itself by rounding.
const hair = 1e-12

// RoundDown returns the largest 1, 2 or 5 times a power of ten at or below v,
// 0 for v <= 0.
func RoundDown(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	p := math.Pow(10, math.Floor(math.Log10(v)+hair))
	for _, m := range []float64{5, 2} {
		if m*p <= v {
			return m * p
		}
	}
	return p
}

// number formats a round number for the legend.
func number(v float64) string { return fmt.Sprintf("%.3g", v) }
