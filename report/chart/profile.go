package chart

import (
	"fmt"
	"html"
	"math"
	"sort"
	"strings"
)

// Step is one operation of a transport chain. Moving covers distance and rises
// along it; everything else stands still and rises in place.
type Step struct {
	Kind  string // move, border, tranship, gauge, load, unload, wait, rule (charges of no place)
	Mode  string // of a move
	Place string // where a standing operation happens
	Km    float64
	Hours float64
	Money float64 // USD/t
}

// Profile is the time-cost-distance chart of a chain (the method of the UN
// Economic and Social Commission for Asia and the Pacific, Beresford and Dubey
// 1990): cumulative hours and money over distance, the delays of borders and
// terminals as vertical steps.
type Profile struct {
	ID, Title string
	Steps     []Step
	// Published hours and money of the whole chain, nil where there are none.
	Hours, Money *Band
}

// Totals returns the length, hours and money of the whole chain.
func (p Profile) Totals() (km, hours, money float64) {
	for _, s := range p.Steps {
		km, hours, money = km+s.Km, hours+s.Hours, money+s.Money
	}
	return
}

const (
	profileWidth  = 344.0
	panelHeight   = 112.0
	panelGap      = 30.0
	panelLeft     = 6.0
	panelRight    = 74.0 // room for the total and the published range
	panelTop      = 20.0
	mostStepNames = 4 // the largest standing steps of a panel carry their place
)

// Draw returns the chart, hours above, money below, on one distance axis.
func (p Profile) Draw() string {
	km, hours, money := p.Totals()
	h := panelTop + 2*panelHeight + panelGap + 24
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="profile" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s-t"><title id="%s-t">%s: %.0f km, %.0f hours, %.0f US dollars a tonne</title>`,
		profileWidth, h, p.ID, p.ID, html.EscapeString(p.Title), km, hours, money)
	p.panel(&b, panelTop, km, hours, p.Hours, "Hours", func(s Step) float64 { return s.Hours })
	p.panel(&b, panelTop+panelHeight+panelGap, km, money, p.Money, "USD a tonne", func(s Step) float64 { return s.Money })
	y := h - 8
	for _, t := range ticks(km, 4) {
		x := panelLeft
		if km > 0 {
			x += t / km * (profileWidth - panelLeft - panelRight)
		}
		anchor := "middle"
		if t == 0 {
			anchor = "start"
		}
		unit := ""
		if t == 0 {
			unit = " km"
		}
		fmt.Fprintf(&b, `<text class="tick" text-anchor="%s" x="%.1f" y="%.0f">%s%s</text>`, anchor, x, y, thousands(t), unit)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func (p Profile) panel(b *strings.Builder, top, km, total float64, published *Band, name string, rise func(Step) float64) {
	most := total
	if published != nil {
		most = math.Max(most, published.High)
	}
	if !(most > 0) {
		most = 1
	}
	if !(km > 0) {
		km = 1
	}
	right := profileWidth - panelRight
	bottom := top + panelHeight
	X := func(v float64) float64 { return panelLeft + v/km*(right-panelLeft) }
	Y := func(v float64) float64 { return bottom - v/most*(panelHeight-4) }
	fmt.Fprintf(b, `<text class="tick head" x="%.1f" y="%.1f">%s</text>`, panelLeft, top-8, name)
	for _, t := range ticks(most, 3) {
		class := "grid"
		if t == 0 {
			class = "axis"
		}
		fmt.Fprintf(b, `<line class="%s" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, class, panelLeft, right, Y(t), Y(t))
		if t > 0 && Y(t) > top+6 {
			fmt.Fprintf(b, `<text class="tick" x="%.1f" y="%.1f">%s</text>`, panelLeft+1, Y(t)-2, thousands(t))
		}
	}
	type stand struct {
		x, y0, y1 float64
		place     string
	}
	var stands []stand
	x, v := 0.0, 0.0
	for _, s := range p.Steps {
		d := rise(s)
		class := "leg " + s.Mode
		if s.Kind != "move" {
			class = "leg stand " + s.Kind
			place := s.Place
			if s.Kind == "rule" {
				place = "charges"
			}
			stands = append(stands, stand{X(x), Y(v), Y(v + d), place})
		}
		if s.Km > 0 || d != 0 {
			fmt.Fprintf(b, `<path class="%s" d="M%.1f %.1fL%.1f %.1f"/>`, html.EscapeString(class), X(x), Y(v), X(x+s.Km), Y(v+d))
		}
		x, v = x+s.Km, v+d
	}
	// Names of the largest standing steps, where they do not meet.
	order := make([]int, len(stands))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, c := stands[order[i]], stands[order[j]]
		return a.y0-a.y1 > c.y0-c.y1
	})
	var taken [][4]float64
	named := 0
	for _, i := range order {
		s := stands[i]
		if named == mostStepNames || s.place == "" || s.y0-s.y1 < 7 {
			break
		}
		w := 5.6 * float64(len([]rune(s.place)))
		for _, left := range []bool{true, false} {
			x0 := s.x - 4 - w
			if !left {
				x0 = s.x + 4
			}
			y := (s.y0+s.y1)/2 + 3.5
			if !left {
				y = math.Min(s.y0+11, bottom-2) // under the next leg
			}
			box := [4]float64{x0, y - 9, x0 + w, y + 2}
			if x0 < panelLeft+22 && left || x0+w > right+2 || meets(taken, box) {
				continue
			}
			taken = append(taken, box)
			named++
			anchor, at := "end", s.x-4
			if !left {
				anchor, at = "start", s.x+4
			}
			fmt.Fprintf(b, `<text class="place" text-anchor="%s" x="%.1f" y="%.1f">%s</text>`, anchor, at, y, html.EscapeString(s.place))
			break
		}
	}
	end := right + 6
	fmt.Fprintf(b, `<circle class="end" cx="%.1f" cy="%.1f" r="2.6"/>`, right, Y(total))
	ty := math.Max(top+8, math.Min(bottom-2, Y(total)+4))
	fmt.Fprintf(b, `<text class="total" x="%.1f" y="%.1f">%s</text>`, end+4, ty, thousands(total))
	if published != nil {
		px := end
		fmt.Fprintf(b, `<line class="published" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, px, px, Y(published.Low)+0.5, Y(published.High)-0.5)
		py := math.Max(top+8, math.Min(bottom-2, Y(published.Mean)+4))
		if math.Abs(py-ty) < 11 {
			if py <= ty && ty-11 > top+6 || ty+11 > bottom {
				py = ty - 11
			} else {
				py = ty + 11
			}
		}
		text := thousands(published.Low)
		if thousands(published.High) != text {
			text += "–" + thousands(published.High)
		}
		fmt.Fprintf(b, `<text class="published" x="%.1f" y="%.1f">%s</text>`, px+4, py, text)
	}
}

func meets(taken [][4]float64, b [4]float64) bool {
	for _, o := range taken {
		if b[0] < o[2] && b[2] > o[0] && b[1] < o[3] && b[3] > o[1] {
			return true
		}
	}
	return false
}

// ticks returns round numbers from 0 up to most, about n of them.
func ticks(most float64, n int) []float64 {
	if !(most > 0) || math.IsInf(most, 0) {
		return []float64{0}
	}
	raw := most / float64(n)
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * p
	for _, m := range []float64{1, 2, 5} {
		if m*p >= raw {
			step = m * p
			break
		}
	}
	var out []float64
	for i := 0; float64(i)*step <= most*(1+1e-9); i++ {
		out = append(out, float64(i)*step)
	}
	return out
}

// thousands writes a number with three significant digits or as a whole number,
// commas from 10,000 up.
func thousands(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a < 10:
		return fmt.Sprintf("%.2g", v)
	case a < 10000:
		return fmt.Sprintf("%.0f", v)
	}
	s := fmt.Sprintf("%.0f", math.Abs(v))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if v < 0 {
		s = "-" + s
	}
	return s
}
