// Package carto draws flow maps as SVG: projections, a base map clipped and
// simplified to a frame, sea lanes, ribbons whose width is tonnes, places that
// do not overlap, legends. It knows nothing of cases or answers.
//
// Coordinates going in are degrees of longitude and latitude (WGS 84, taken as
// a sphere: no map here is read to better than a kilometre); coordinates coming
// out are SVG user units with y pointing down. All functions are deterministic.
package carto

import "math"

// Point is a longitude and a latitude in degrees, or an x and a y in a frame.
type Point = [2]float64

// Projection maps the sphere to a plane, in radians of the unit sphere.
type Projection interface {
	// Forward returns the plane coordinates; ok is false for places the
	// projection should not show.
	Forward(lon, lat float64) (x, y float64, ok bool)
	// Span returns the longitudes within -180 and 180 that are shown; shapes
	// are cut there, so that none is torn across the map.
	Span() (west, east float64)
}

// Conic is the Lambert conformal conic projection with two standard parallels
// on the sphere (Snyder 1987, Map Projections: A Working Manual, equations
// 15-1 to 15-4). Angles and shapes are right locally, so crossings of lines
// look as they do on the ground.
type Conic struct {
	lon0, n, f, rho0 float64
}

// NewConic returns the projection centred at (lon0, lat0) with standard
// parallels lat1 < lat2, all in degrees and on the same side of the equator.
func NewConic(lon0, lat0, lat1, lat2 float64) Conic {
	p1, p2 := radians(lat1), radians(lat2)
	n := math.Sin(p1)
	if lat1 != lat2 {
		n = math.Log(math.Cos(p1)/math.Cos(p2)) / math.Log(half(p2)/half(p1))
	}
	f := math.Cos(p1) * math.Pow(half(p1), n) / n
	return Conic{lon0: lon0, n: n, f: f, rho0: f / math.Pow(half(radians(lat0)), n)}
}

// reach is how far from its centre in longitude the conic is drawn, degrees.
const reach = 100

// Forward implements [Projection].
func (c Conic) Forward(lon, lat float64) (x, y float64, ok bool) {
	d := wrap(lon - c.lon0)
	if math.Abs(d) > reach || lat < -35 || lat > 86 {
		return 0, 0, false
	}
	rho := c.f / math.Pow(half(radians(lat)), c.n)
	s, k := math.Sincos(c.n * radians(d))
	return rho * s, c.rho0 - rho*k, true
}

// Span implements [Projection].
func (c Conic) Span() (west, east float64) { return span(c.lon0, reach) }

// span is the part of lon0 +- d that needs no wrapping.
func span(lon0, d float64) (west, east float64) {
	return math.Max(-180, lon0-d), math.Min(180, lon0+d)
}

// EqualEarth is the Equal Earth projection (Savric, Patterson, Jenny 2018,
// equations 9 and 10): areas are right, the look is that of an atlas.
type EqualEarth struct {
	// Lon0 is the central meridian in degrees.
	Lon0 float64
}

// Span implements [Projection].
func (e EqualEarth) Span() (west, east float64) {
	const shy = 178 // a little short of the seam
	return span(e.Lon0, shy)
}

// Forward implements [Projection].
func (e EqualEarth) Forward(lon, lat float64) (x, y float64, ok bool) {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	t := math.Asin(math.Sqrt(3) / 2 * math.Sin(radians(lat)))
	t2 := t * t
	t6 := t2 * t2 * t2
	x = 2 * math.Sqrt(3) * radians(wrap(lon-e.Lon0)) * math.Cos(t) /
		(3 * (9*a4*t6*t2 + 7*a3*t6 + 3*a2*t2 + a1))
	y = t * (a4*t6*t2 + a3*t6 + a2*t2 + a1)
	return x, y, true
}

func radians(d float64) float64 { return d * math.Pi / 180 }

// half is tan(pi/4 + phi/2).
func half(phi float64) float64 { return math.Tan(math.Pi/4 + phi/2) }

// wrap brings a difference of longitudes into [-180, 180).
func wrap(d float64) float64 { return d - 360*math.Floor((d+180)/360) }

// Frame is a window on a projected plane: what is drawn and at which scale.
type Frame struct {
	Projection    Projection
	Width, Height float64 // SVG user units
	cx, cy, scale float64 // plane coordinates of the middle, user units per radian
	window        [4]float64
}

// earthRadius is the mean radius in km (IUGG).
const earthRadius = 6371.0088

// NewFrame centres a window on (lon, lat) that is across km wide at the
// projection's own scale.
func NewFrame(p Projection, lon, lat, across, width, height float64) Frame {
	f := Frame{Projection: p, Width: width, Height: height, scale: width / across * earthRadius}
	f.cx, f.cy, _ = p.Forward(lon, lat)
	f.window = f.degrees()
	return f
}

// At returns the place in user units; ok is false when the projection does not
// show it. Places outside the window get coordinates outside the window.
func (f Frame) At(lon, lat float64) (x, y float64, ok bool) {
	px, py, ok := f.Projection.Forward(lon, lat)
	if !ok {
		return 0, 0, false
	}
	return f.Width/2 + (px-f.cx)*f.scale, f.Height/2 - (py-f.cy)*f.scale, true
}

// Inside reports whether a point in user units lies in the window, margin
// units from its edge.
func (f Frame) Inside(x, y, margin float64) bool {
	return x >= margin && y >= margin && x <= f.Width-margin && y <= f.Height-margin
}

// degrees finds a box of degrees that holds the window, by trying the globe on
// a grid of two degrees and adding a margin.
func (f Frame) degrees() [4]float64 {
	b := [4]float64{180, 90, -180, -90}
	const step, margin = 2, 4
	for lat := -90.0; lat <= 90; lat += step {
		for lon := -180.0; lon <= 180; lon += step {
			x, y, ok := f.At(lon, lat)
			if ok && f.Inside(x, y, -f.Width/10) {
				b[0], b[1] = math.Min(b[0], lon), math.Min(b[1], lat)
				b[2], b[3] = math.Max(b[2], lon), math.Max(b[3], lat)
			}
		}
	}
	west, east := f.Projection.Span()
	return [4]float64{math.Max(west, b[0]-margin), b[1] - margin, math.Min(east, b[2]+margin), b[3] + margin}
}
