package carto

import (
	"fmt"
	"html"
	"math"
	"slices"
	"sort"
	"strings"
)

// Stretch is a way between two places with what moves on it, both directions
// together.
type Stretch struct {
	From, To Point
	Mode     string // rail, road, sea, ferry, river, ac, radial, hvdc, pipe: a CSS class
	Straits  []string
	// Tonnes a year on a flow map, or what else a Scale counts; the change of them on
	// a map of change; with arrows above 0 from From to To.
	Tonnes float64
	// Idle is a way that is there and carries nothing, drawn as a dashed line.
	Idle bool
}

// Scale writes the numbers of the key: flows over By, in Unit.
type Scale struct {
	By   float64
	Unit string
}

// Place is a name on the map. Weight decides who keeps a name where two would
// overlap; places of equal weight keep their order.
type Place struct {
	Name   string
	At     Point
	Kind   string // city, border, shut, strait: a CSS class and a symbol
	Weight float64
}

// Map is a flow map or, when Change is set, a map of change: gains and losses
// in two colours, width by size. Tonnes become ribbon widths in proportion.
type Map struct {
	Ground    *Ground
	Base      string // id of a <symbol> that holds the ground's shapes
	ID        string // prefix of the ids inside the drawing
	Title     string // accessible name
	Text      string // accessible description
	Change    bool
	Stretches []Stretch
	Places    []Place
	// MostNames is how many places may carry a name, the weightiest first.
	MostNames int
	// Full is the tonnes of a ribbon of Widest user units; maps that are to be
	// compared share it. 0: the largest on this map.
	Full   float64
	Widest float64
	// Scale is that of the key; the zero value is Mt a year.
	Scale Scale
	// Arrows says which way things move; stretches between the same places and of
	// the same mode are netted.
	Arrows bool
}

// ribbon is a drawn piece: a straight segment in degrees with a mode.
type ribbon struct {
	a, b   Point
	mode   string
	tonnes float64
}

// thinnest is the width in user units of a flow that would else vanish; one
// that would be thinner than faint is left out, or hairlines would cover the map.
const (
	thinnest = 0.5
	faint    = 0.2
)

// modesInOrder is the order of drawing, the last on top.
var modesInOrder = []string{"sea", "river", "ferry", "road", "rail", "pipe", "hvdc", "radial", "ac"}

// strip is the height of the legend under the map, user units.
const strip = 34

// Drawing is a drawn map and what had to be left out of it.
type Drawing struct {
	SVG string
	// Undrawn is the tonnes of sea legs for which no lane is known.
	Undrawn float64
	Full    float64 // tonnes of the widest ribbon's scale
	Least   float64 // tonnes below which nothing is drawn
}

// Draw returns the map as one <svg> element.
func (fm Map) Draw() Drawing {
	f := fm.Ground.Frame
	ribbons, undrawn := fm.bundle(fm.Ground.lanes)
	full := fm.Full
	if full == 0 {
		for _, r := range ribbons {
			if fm.segment(r, 0) != nil {
				full = math.Max(full, math.Abs(r.tonnes))
			}
		}
	}
	scale := full
	if scale == 0 {
		scale = 1
	}
	width := func(t float64) float64 { return math.Max(thinnest, math.Abs(t)/scale*fm.Widest) }
	least := scale * faint / fm.Widest
	ribbons = slices.DeleteFunc(ribbons, func(r ribbon) bool { return math.Abs(r.tonnes) < least })
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		f.Width, f.Height+strip, fm.ID, fm.ID, fm.ID, html.EscapeString(fm.Title), fm.ID, html.EscapeString(fm.Text))
	fmt.Fprintf(&b, `<clipPath id="%s-c"><rect width="%.0f" height="%.0f" rx="3"/></clipPath><g clip-path="url(#%s-c)">`, fm.ID, f.Width, f.Height, fm.ID)
	fmt.Fprintf(&b, `<rect class="sea-fill" width="%.0f" height="%.0f"/>`, f.Width, f.Height)
	if fm.Base != "" {
		fmt.Fprintf(&b, `<use href="#%s"/>`, fm.Base)
	} else {
		b.WriteString(fm.Ground.Shapes)
	}
	var taken boxes
	var places, names strings.Builder
	fm.drawPlaces(&places, &taken)
	fm.Ground.drawNames(&names, &taken)
	b.WriteString(names.String())
	fm.drawIdle(&b)
	fm.drawRibbons(&b, ribbons, width)
	b.WriteString(places.String())
	b.WriteString(`</g>`)
	fm.legend(&b, full, width)
	b.WriteString(`</svg>`)
	return Drawing{b.String(), undrawn, full, least}
}

func (fm Map) drawRibbons(b *strings.Builder, ribbons []ribbon, width func(float64) float64) {
	shift := fm.shifts(ribbons, width)
	type group struct {
		class string
		in    func(ribbon) bool
	}
	var groups []group
	if fm.Change {
		groups = []group{
			{"flow less", func(r ribbon) bool { return r.tonnes < 0 }},
			{"flow more", func(r ribbon) bool { return r.tonnes > 0 }},
		}
	} else {
		for _, mode := range modesInOrder {
			groups = append(groups, group{"flow " + mode, func(r ribbon) bool { return r.mode == mode }})
		}
	}
	order := make([]int, len(ribbons))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(x, y int) bool {
		return math.Abs(ribbons[order[x]].tonnes) > math.Abs(ribbons[order[y]].tonnes)
	})
	for _, g := range groups {
		// Paths of one width share an element: same look, a third of the bytes.
		var widths []string
		data := map[string]*strings.Builder{}
		for _, i := range order {
			r := ribbons[i]
			if !g.in(r) {
				continue
			}
			line := fm.segment(r, shift[i])
			if line == nil {
				continue
			}
			w := fmt.Sprintf("%.1f", width(r.tonnes))
			if data[w] == nil {
				data[w] = &strings.Builder{}
				widths = append(widths, w)
			}
			path(data[w], line, false)
		}
		if len(widths) == 0 {
			continue
		}
		fmt.Fprintf(b, `<g class="%s">`, g.class)
		for _, w := range widths {
			fmt.Fprintf(b, `<path stroke-width="%s" d="%s"/>`, w, data[w].String())
		}
		b.WriteString(`</g>`)
	}
	if fm.Arrows {
		fm.drawArrows(b, ribbons, shift, width)
	}
}

// arrowLeast is half the width in user units of the smallest arrow.
const arrowLeast = 3.2

// drawArrows puts an arrow on the middle of every ribbon, the way it moves.
func (fm Map) drawArrows(b *strings.Builder, ribbons []ribbon, shift []float64, width func(float64) float64) {
	b.WriteString(`<g class="arrows">`)
	for i, r := range ribbons {
		line := fm.segment(r, shift[i])
		if line == nil {
			continue
		}
		from, to := line[0], line[1]
		if r.tonnes < 0 {
			from, to = to, from
		}
		dx, dy := to[0]-from[0], to[1]-from[1]
		l := math.Hypot(dx, dy)
		if l == 0 {
			continue
		}
		half := math.Max(arrowLeast, width(r.tonnes)*0.45)
		ux, uy := dx/l*half, dy/l*half
		x, y := (from[0]+to[0])/2, (from[1]+to[1])/2
		fmt.Fprintf(b, `<path d="M%.1f %.1fL%.1f %.1fL%.1f %.1fz"/>`, x+ux, y+uy, x-ux-uy, y-uy+ux, x-ux+uy, y-uy-ux)
	}
	b.WriteString(`</g>`)
}

// drawIdle draws the ways that carry nothing.
func (fm Map) drawIdle(b *strings.Builder) {
	var d strings.Builder
	for _, s := range fm.Stretches {
		if !s.Idle {
			continue
		}
		if line := fm.segment(ribbon{a: s.From, b: s.To}, 0); line != nil {
			path(&d, line, false)
		}
	}
	if d.Len() > 0 {
		fmt.Fprintf(b, `<g class="flow idle"><path d="%s"/></g>`, d.String())
	}
}

// segment is a ribbon in user units, moved aside by shift; nil when off the
// map.
func (fm Map) segment(r ribbon, shift float64) []Point {
	ax, ay, ok1 := fm.Ground.Frame.At(r.a[0], r.a[1])
	bx, by, ok2 := fm.Ground.Frame.At(r.b[0], r.b[1])
	if !ok1 || !ok2 {
		return nil
	}
	line := []Point{{ax, ay}, {bx, by}}
	if len(clipLine(line, -bleed, -bleed, fm.Ground.Frame.Width+bleed, fm.Ground.Frame.Height+bleed)) == 0 {
		return nil
	}
	if shift != 0 {
		if l := math.Hypot(bx-ax, by-ay); l > 0 {
			nx, ny := -(by-ay)/l*shift, (bx-ax)/l*shift
			line[0], line[1] = Point{ax + nx, ay + ny}, Point{bx + nx, by + ny}
		}
	}
	return line
}

// bundle splits stretches into straight pieces, sea legs along their lanes, and
// adds up what shares a piece and a mode. Pieces come in order of first use.
func (fm Map) bundle(lanes *Lanes) (out []ribbon, undrawn float64) {
	type key struct {
		a, b Point
		mode string
	}
	index := map[key]int{}
	for _, s := range fm.Stretches {
		if s.Tonnes == 0 {
			continue
		}
		way := []Point{s.From, s.To}
		if s.Mode == "sea" || s.Mode == "ferry" {
			if way = lanes.Way(s.From, s.To, s.Straits); len(way) == 0 {
				undrawn += math.Abs(s.Tonnes)
			}
		}
		for i := 1; i < len(way); i++ {
			a, b := way[i-1], way[i]
			moved := s.Tonnes
			if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
				a, b = b, a
				if fm.Arrows {
					moved = -moved
				}
			}
			k := key{a, b, s.Mode}
			j, ok := index[k]
			if !ok {
				j = len(out)
				index[k] = j
				out = append(out, ribbon{a: a, b: b, mode: s.Mode})
			}
			out[j].tonnes += moved
		}
	}
	return out, undrawn
}

// shifts sets ribbons between the same two places side by side.
func (fm Map) shifts(ribbons []ribbon, width func(float64) float64) []float64 {
	shift := make([]float64, len(ribbons))
	groups := map[[2]Point][]int{}
	for i, r := range ribbons {
		k := [2]Point{r.a, r.b}
		groups[k] = append(groups[k], i)
	}
	for i, r := range ribbons {
		g := groups[[2]Point{r.a, r.b}]
		if len(g) < 2 || g[0] != i {
			continue
		}
		total := 0.0
		for _, j := range g {
			total += width(ribbons[j].tonnes)
		}
		pos := -total / 2
		for _, j := range g {
			w := width(ribbons[j].tonnes)
			shift[j] = pos + w/2
			pos += w
		}
	}
	return shift
}
