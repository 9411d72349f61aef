package carto

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/internal/atlas"
)

// Ground is the base map of one frame, ready to be drawn many times.
type Ground struct {
	Frame Frame
	// Shapes are the children of an SVG group: land, the focus country lifted
	// out, coasts and boundaries. Colours come from the CSS classes land, focus,
	// coast and frontier.
	Shapes string
	names  []countryName
	lanes  *Lanes
}

type countryName struct {
	text       string
	x, y, area float64
}

// NewGround draws the land of a frame, with one country lifted out by its ISO
// code ("" for none). A plain ground has no boundaries and no country names, for
// maps of half the globe. Ships on its maps keep to the lanes. names are those of
// countries by ISO code where they are not the atlas's.
func NewGround(m *atlas.Map, lanes *Lanes, f Frame, focus string, names map[string]string, plain bool) *Ground {
	g := &Ground{Frame: f, lanes: lanes}
	var land, lifted, coast, border strings.Builder
	for i := range m.Countries {
		c := &m.Countries[i]
		target := &land
		if focus != "" && c.ISO2 == focus {
			target = &lifted
		}
		best, where := 0.0, Point{}
		for _, p := range c.Polygons {
			for k, ring := range p {
				r := f.ring(ring)
				if r == nil {
					continue
				}
				path(target, r, true)
				if k == 0 {
					if a := math.Abs(area(r)); a > best {
						best, where = a, f.middle(r)
					}
				}
			}
		}
		if best > 0 && f.Inside(where[0], where[1], 14) {
			g.names = append(g.names, countryName{strings.ToUpper(cmp.Or(names[c.ISO2], c.Name)), where[0], where[1], best})
		}
	}
	for _, l := range m.Coasts {
		for _, run := range f.line(l) {
			path(&coast, run, false)
		}
	}
	if plain {
		g.names = nil
	} else {
		for _, l := range m.Borders {
			for _, run := range f.line(l) {
				path(&border, run, false)
			}
		}
	}
	sort.SliceStable(g.names, func(i, j int) bool { return g.names[i].area > g.names[j].area })
	var out strings.Builder
	fmt.Fprintf(&out, `<path class="land" fill-rule="evenodd" d="%s"/>`, land.String())
	if lifted.Len() > 0 {
		fmt.Fprintf(&out, `<path class="focus" fill-rule="evenodd" d="%s"/>`, lifted.String())
	}
	fmt.Fprintf(&out, `<path class="coast" d="%s"/>`, coast.String())
	if border.Len() > 0 {
		fmt.Fprintf(&out, `<path class="frontier" d="%s"/>`, border.String())
	}
	g.Shapes = out.String()
	return g
}

// drawNames writes country names where they fit into their country and into
// the room that is left.
func (g *Ground) drawNames(b *strings.Builder, taken *boxes) {
	const size, spaced = 8.5, 1.26
	for _, l := range g.names {
		w := textWidth(l.text, size) * spaced
		if w > 1.9*math.Sqrt(l.area) || l.x-w/2 < 4 || l.x+w/2 > g.Frame.Width-4 {
			continue
		}
		if taken.claim(l.x-w/2, l.y-8, l.x+w/2, l.y+3) {
			fmt.Fprintf(b, `<text class="country" x="%.0f" y="%.0f">%s</text>`, l.x, l.y, html.EscapeString(l.text))
		}
	}
}

// middle is where a country's name goes: the widest stretch of the ring inside
// the window among horizontal lines, its middle.
func (f Frame) middle(r []Point) Point {
	_, y0, _, y1 := extent(r)
	y0, y1 = math.Max(y0, 0), math.Min(y1, f.Height)
	best, at := -1.0, Point{-1, -1}
	const lines = 25
	for k := 1; k < lines; k++ {
		y := y0 + (y1-y0)*float64(k)/lines
		var xs []float64
		for i := range r {
			a, b := r[i], r[(i+1)%len(r)]
			if (a[1] > y) != (b[1] > y) {
				xs = append(xs, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
		sort.Float64s(xs)
		for i := 1; i < len(xs); i += 2 {
			l, h := math.Max(xs[i-1], 0), math.Min(xs[i], f.Width)
			// Prefer the middle of the country's height among near equals.
			w := (h - l) * (1 - 0.35*math.Abs(float64(k)/lines-0.5))
			if w > best {
				best, at = w, Point{(l + h) / 2, y}
			}
		}
	}
	return at
}

func area(r []Point) float64 {
	s := 0.0
	for i := range r {
		j := (i + 1) % len(r)
		s += r[i][0]*r[j][1] - r[j][0]*r[i][1]
	}
	return s / 2
}

// boxes remembers where text already is.
type boxes [][4]float64

// claim takes the box if it is free.
func (b *boxes) claim(x0, y0, x1, y1 float64) bool {
	for _, o := range *b {
		if x0 < o[2] && x1 > o[0] && y0 < o[3] && y1 > o[1] {
			return false
		}
	}
	*b = append(*b, [4]float64{x0, y0, x1, y1})
	return true
}

// textWidth estimates the width of a text in user units: a system sans serif
// is about 0.54 em a letter.
func textWidth(s string, size float64) float64 {
	return 0.54 * size * float64(len([]rune(s)))
}
