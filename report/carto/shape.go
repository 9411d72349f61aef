package carto

import (
	"math"
	"strconv"
	"strings"
)

// bleed is how far beyond the window shapes are cut, so that their cut edges
// stay out of sight, in user units.
const bleed = 6

// grain is the tolerance of the simplification in user units: a third of a
// pixel at the size the map is meant for.
const grain = 0.35

// speck is the size in user units below which a ring is left out.
const speck = 1.6

// project turns a line of degrees into user units, split where the projection
// has nothing to show.
func (f Frame) project(line []Point) [][]Point {
	var out [][]Point
	var run []Point
	for _, p := range line {
		x, y, ok := f.At(p[0], p[1])
		if !ok || p[0] < f.window[0] || p[0] > f.window[2] {
			if len(run) > 1 {
				out = append(out, run)
			}
			run = nil
			continue
		}
		run = append(run, Point{x, y})
	}
	if len(run) > 1 {
		out = append(out, run)
	}
	return out
}

// ring projects, clips and simplifies a closed ring; nil when nothing is left.
func (f Frame) ring(ring []Point) []Point {
	if x0, _, x1, _ := extent(ring); x1-x0 > 350 {
		return nil // wraps the pole: Antarctica, never near a corridor
	}
	cut := clipRing(ring, f.window[0], f.window[1], f.window[2], f.window[3])
	if len(cut) < 3 {
		return nil
	}
	out := make([]Point, 0, len(cut))
	for _, p := range cut {
		if x, y, ok := f.At(p[0], p[1]); ok {
			out = append(out, Point{x, y})
		}
	}
	out = clipRing(out, -bleed, -bleed, f.Width+bleed, f.Height+bleed)
	if len(out) < 3 {
		return nil
	}
	x0, y0, x1, y1 := extent(out)
	if x1-x0 < speck && y1-y0 < speck {
		return nil
	}
	return Simplify(out, grain)
}

// line projects, clips and simplifies an open line.
func (f Frame) line(line []Point) [][]Point {
	var out [][]Point
	for _, part := range f.project(line) {
		for _, run := range clipLine(part, -bleed, -bleed, f.Width+bleed, f.Height+bleed) {
			if run = Simplify(run, grain); len(run) > 1 {
				out = append(out, run)
			}
		}
	}
	return out
}

func extent(p []Point) (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, q := range p {
		x0, x1 = math.Min(x0, q[0]), math.Max(x1, q[0])
		y0, y1 = math.Min(y0, q[1]), math.Max(y1, q[1])
	}
	return
}

// clipRing cuts a closed ring to a box (Sutherland and Hodgman 1974): one pass
// for each side keeps what is inside and adds the crossings.
func clipRing(ring []Point, x0, y0, x1, y1 float64) []Point {
	pass := func(in []Point, axis int, limit float64, keepAbove bool) []Point {
		if len(in) == 0 {
			return nil
		}
		inside := func(p Point) bool { return (p[axis] >= limit) == keepAbove || p[axis] == limit }
		var out []Point
		prev := in[len(in)-1]
		for _, p := range in {
			if inside(p) != inside(prev) {
				t := (limit - prev[axis]) / (p[axis] - prev[axis])
				q := Point{prev[0] + t*(p[0]-prev[0]), prev[1] + t*(p[1]-prev[1])}
				q[axis] = limit
				out = append(out, q)
			}
			if inside(p) {
				out = append(out, p)
			}
			prev = p
		}
		return out
	}
	ring = pass(ring, 0, x0, true)
	ring = pass(ring, 0, x1, false)
	ring = pass(ring, 1, y0, true)
	return pass(ring, 1, y1, false)
}

// clipLine keeps the stretches of a line whose segments touch the box. Whole
// segments are kept: the SVG viewport hides their ends.
func clipLine(line []Point, x0, y0, x1, y1 float64) [][]Point {
	var out [][]Point
	var run []Point
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		hit := math.Max(a[0], b[0]) >= x0 && math.Min(a[0], b[0]) <= x1 &&
			math.Max(a[1], b[1]) >= y0 && math.Min(a[1], b[1]) <= y1
		if !hit {
			if run != nil {
				out = append(out, run)
			}
			run = nil
			continue
		}
		if run == nil {
			run = []Point{a}
		}
		run = append(run, b)
	}
	if run != nil {
		out = append(out, run)
	}
	return out
}

// Simplify drops points that lie within tolerance of the line through their
// neighbours (Douglas and Peucker 1973), on an explicit stack. The end points
// stay. O(n log n) on ordinary lines.
func Simplify(line []Point, tolerance float64) []Point {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	stack := [][2]int{{0, len(line) - 1}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, at := tolerance, -1
		for i := s[0] + 1; i < s[1]; i++ {
			if d := distance(line[i], line[s[0]], line[s[1]]); d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, [2]int{s[0], at}, [2]int{at, s[1]})
		}
	}
	var out []Point
	for i, k := range keep {
		if k {
			out = append(out, line[i])
		}
	}
	return out
}

// distance is that of p from the segment a-b.
func distance(p, a, b Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}

// path appends a line to SVG path data with one decimal and relative steps;
// rounding errors do not add up because the pen position is the rounded one.
func path(b *strings.Builder, line []Point, closed bool) {
	var px, py int
	step := byte('l') // written once, before the first step: "l" alone is an error
	for i, p := range line {
		x, y := int(math.Round(p[0]*10)), int(math.Round(p[1]*10))
		switch {
		case i == 0:
			b.WriteByte('M')
			tenths(b, x)
			b.WriteByte(' ')
			tenths(b, y)
		case x == px && y == py:
			continue
		default:
			b.WriteByte(step)
			step = ' '
			tenths(b, x-px)
			b.WriteByte(' ')
			tenths(b, y-py)
		}
		px, py = x, y
	}
	if closed {
		b.WriteByte('z')
	}
}

func tenths(b *strings.Builder, v int) {
	b.WriteString(strconv.FormatFloat(float64(v)/10, 'f', -1, 64))
}
