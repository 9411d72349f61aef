// Package atlas knows where countries are: it reads the world-atlas TopoJSON
// file (Natural Earth 1:50m, public domain) that "make build" fetches from
// npm, says which country a place lies in and how far it is from a country,
// and hands coastlines and borders to whoever draws a map.
//
// Coordinates are longitude and latitude in degrees (WGS 84), in this order.
// Boundaries are the de facto ones of Natural Earth; drawing them takes no
// position on any claim. At 1:50m a boundary may be several kilometres off, so
// a check of a place against its country needs a tolerance ([Map.Distance]).
//
// TopoJSON format: https://github.com/topojson/topojson-specification (1.0).
package atlas

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"sort"
	"sync"
)

// file is the name of the base map inside dist.
const file = "dist/countries-50m.json"

// dist holds the base map once "make build" has run; in a bare clone only
// README.txt is there, which keeps the folder embeddable.
//
//go:embed dist
var dist embed.FS

// ErrMissing says that the program was built without the base map.
var ErrMissing = errors.New("atlas: the base map is not built in; run \"make build\" (it fetches npm package world-atlas)")

// TopoJSON returns the base map as it was fetched, or [ErrMissing].
func TopoJSON() ([]byte, error) {
	b, err := dist.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	return b, err
}

// Point is a longitude and a latitude in degrees.
type Point = [2]float64

// Polygon is a list of closed rings, the outer one first, then its holes. A
// point is inside when an odd number of rings hold it. Rings are continuous: one
// that crosses the antimeridian has longitudes beyond 180 or -180.
type Polygon [][]Point

// Country is one country of the base map.
type Country struct {
	ISO2     string // ISO 3166-1 alpha-2; "" where Natural Earth has a piece without a code
	Name     string
	Polygons []Polygon
	boxes    []box
}

// Map is the decoded base map. It is immutable and safe for concurrent use.
type Map struct {
	Countries []Country // in file order
	Coasts    [][]Point // boundary lines that only one country has
	Borders   [][]Point // boundary lines that two countries share
	byISO     map[string][]int
}

type box struct{ x0, y0, x1, y1 float64 }

var builtin = sync.OnceValues(func() (*Map, error) {
	data, err := dist.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("atlas: read base map: %w", err)
	}
	return Decode(data)
})

// Load returns the base map that is built into the program. The error is
// [ErrMissing] when it was built without one.
func Load() (*Map, error) { return builtin() }

// Country returns the ISO code of the country that holds the place; ok is
// false at sea and in pieces without a code. Where two polygons hold it the
// first in file order wins. O(vertices of the countries whose box holds it).
func (m *Map) Country(x, y float64) (iso2 string, ok bool) {
	for i := range m.Countries {
		c := &m.Countries[i]
		if c.ISO2 != "" && c.contains(x, y) {
			return c.ISO2, true
		}
	}
	return "", false
}

// Land says whether any country holds the place.
func (m *Map) Land(x, y float64) bool {
	for i := range m.Countries {
		if m.Countries[i].contains(x, y) {
			return true
		}
	}
	return false
}

// Distance returns how far a place is from a country in km: 0 inside, else the
// distance to the nearest point of its boundary on the same side of the
// antimeridian. It is false for a code the
// base map does not have. Distances are taken on a plane tangent at the place,
// good to a percent within a few hundred kilometres.
func (m *Map) Distance(iso2 string, x, y float64) (km float64, ok bool) {
	list := m.byISO[iso2]
	if len(list) == 0 {
		return 0, false
	}
	best := math.Inf(1)
	for _, i := range list {
		c := &m.Countries[i]
		if c.contains(x, y) {
			return 0, true
		}
		best = math.Min(best, c.distance(x, y))
	}
	return best, true
}

// Codes returns the ISO codes the base map has, sorted.
func (m *Map) Codes() []string {
	codes := make([]string, 0, len(m.byISO))
	for c := range m.byISO {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	return codes
}

// Lookup returns the pieces of a country by ISO code, nil if there are none.
func (m *Map) Lookup(iso2 string) []*Country {
	var out []*Country
	for _, i := range m.byISO[iso2] {
		out = append(out, &m.Countries[i])
	}
	return out
}

func (c *Country) contains(x, y float64) bool {
	for i, p := range c.Polygons {
		b := c.boxes[i]
		if y < b.y0 || y > b.y1 {
			continue
		}
		for _, lon := range [...]float64{x, x - 360, x + 360} {
			if lon >= b.x0 && lon <= b.x1 && p.Contains(lon, y) {
				return true
			}
		}
	}
	return false
}

// kmPerDegree is the length of a degree of latitude on a sphere of the Earth's
// mean radius, 6371.0088 km (IUGG).
const kmPerDegree = 6371.0088 * math.Pi / 180

func (c *Country) distance(x, y float64) float64 {
	kx := kmPerDegree * math.Cos(y*math.Pi/180)
	best := math.Inf(1)
	for _, p := range c.Polygons {
		for _, ring := range p {
			for i := 1; i < len(ring); i++ {
				ax, ay := (ring[i-1][0]-x)*kx, (ring[i-1][1]-y)*kmPerDegree
				bx, by := (ring[i][0]-x)*kx, (ring[i][1]-y)*kmPerDegree
				best = math.Min(best, segment(ax, ay, bx, by))
			}
		}
	}
	return best
}

// segment is the distance of the origin from the segment a-b.
func segment(ax, ay, bx, by float64) float64 {
	dx, dy := bx-ax, by-ay
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/l))
	}
	return math.Hypot(ax+t*dx, ay+t*dy)
}

// Contains reports whether the polygon holds the place, by counting crossings
// of a ray towards the east. A place on the boundary may fall either way.
func (p Polygon) Contains(x, y float64) bool {
	in := false
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
	}
	return in
}
