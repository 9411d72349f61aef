package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"golang.org/x/text/language"
)

type topology struct {
	Type      string `json:"type"`
	Transform *struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Objects map[string]struct {
		Geometries []geometry `json:"geometries"`
	} `json:"objects"`
	Arcs [][][2]float64 `json:"arcs"`
}

type geometry struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Arcs       json.RawMessage `json:"arcs"`
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

// Decode reads a TopoJSON topology with an object "countries" whose geometries
// are polygons with ISO 3166-1 numeric codes as ids, as world-atlas has them.
// Bad input gives an error, never a panic.
func Decode(data []byte) (*Map, error) {
	var t topology
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("atlas: base map is not TopoJSON: %w", err)
	}
	if t.Type != "Topology" {
		return nil, fmt.Errorf("atlas: base map has type %q, want Topology", t.Type)
	}
	countries, ok := t.Objects["countries"]
	if !ok {
		return nil, errors.New("atlas: base map has no object \"countries\"")
	}
	arcs := t.decodeArcs()
	users := make([]int, len(arcs))
	m := &Map{byISO: map[string][]int{}}
	for i := range countries.Geometries {
		g := &countries.Geometries[i]
		polygons, err := g.polygons()
		if err != nil {
			return nil, fmt.Errorf("atlas: country %q: %w", g.Properties.Name, err)
		}
		c := Country{ISO2: alpha2(g.ID), Name: g.Properties.Name}
		for _, rings := range polygons {
			p, err := assemble(rings, arcs, users)
			if err != nil {
				return nil, fmt.Errorf("atlas: country %q: %w", g.Properties.Name, err)
			}
			c.Polygons = append(c.Polygons, p)
			c.boxes = append(c.boxes, bounds(p))
		}
		if c.ISO2 != "" {
			m.byISO[c.ISO2] = append(m.byISO[c.ISO2], len(m.Countries))
		}
		m.Countries = append(m.Countries, c)
	}
	for i, a := range arcs {
		switch users[i] {
		case 0:
		case 1:
			m.Coasts = append(m.Coasts, split(a)...)
		default:
			m.Borders = append(m.Borders, split(a)...)
		}
	}
	return m, nil
}

// decodeArcs undoes the delta coding and the quantisation (specification 2.1.4).
func (t *topology) decodeArcs() [][]Point {
	out := make([][]Point, len(t.Arcs))
	for i, arc := range t.Arcs {
		line := make([]Point, len(arc))
		x, y := 0.0, 0.0
		for j, p := range arc {
			if t.Transform == nil {
				line[j] = p
				continue
			}
			x, y = x+p[0], y+p[1]
			line[j] = Point{
				x*t.Transform.Scale[0] + t.Transform.Translate[0],
				y*t.Transform.Scale[1] + t.Transform.Translate[1],
			}
		}
		out[i] = line
	}
	return out
}

// polygons returns the arc indices of each ring of each polygon.
func (g *geometry) polygons() ([][][]int, error) {
	switch g.Type {
	case "Polygon":
		var p [][]int
		if err := json.Unmarshal(g.Arcs, &p); err != nil {
			return nil, err
		}
		return [][][]int{p}, nil
	case "MultiPolygon":
		var p [][][]int
		err := json.Unmarshal(g.Arcs, &p)
		return p, err
	default:
		return nil, fmt.Errorf("geometry %q is not a polygon", g.Type)
	}
}

// assemble joins arcs into rings; a negative index ~i means arc i reversed.
func assemble(rings [][]int, arcs [][]Point, users []int) (Polygon, error) {
	var p Polygon
	for _, ring := range rings {
		var line []Point
		for _, a := range ring {
			i := a
			if a < 0 {
				i = ^a
			}
			if i >= len(arcs) {
				return nil, fmt.Errorf("arc %d of %d", i, len(arcs))
			}
			users[i]++
			arc := arcs[i]
			for j := range arc {
				pt := arc[j]
				if a < 0 {
					pt = arc[len(arc)-1-j]
				}
				if j == 0 && len(line) > 0 {
					continue // shared with the end of the arc before
				}
				line = append(line, pt)
			}
		}
		p = append(p, unwrap(line))
	}
	return p, nil
}

// unwrap makes a ring that crosses the antimeridian continuous: its longitudes
// may then lie beyond 180. The copy starts where the ring starts.
func unwrap(line []Point) []Point {
	shift := 0.0
	out := make([]Point, len(line))
	for i, p := range line {
		if i > 0 {
			switch d := p[0] - line[i-1][0]; {
			case d > 180:
				shift -= 360
			case d < -180:
				shift += 360
			}
		}
		out[i] = Point{p[0] + shift, p[1]}
	}
	return out
}

// split cuts a line where it jumps over the antimeridian.
func split(line []Point) [][]Point {
	var out [][]Point
	start := 0
	for i := 1; i <= len(line); i++ {
		if i == len(line) || math.Abs(line[i][0]-line[i-1][0]) > 180 {
			if i-start > 1 {
				out = append(out, line[start:i])
			}
			start = i
		}
	}
	return out
}

func bounds(p Polygon) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, ring := range p {
		for _, q := range ring {
			b.x0, b.x1 = math.Min(b.x0, q[0]), math.Max(b.x1, q[0])
			b.y0, b.y1 = math.Min(b.y0, q[1]), math.Max(b.y1, q[1])
		}
	}
	return b
}

// alpha2 turns an ISO 3166-1 numeric code into the two-letter one, "" if there
// is none.
func alpha2(numeric string) string {
	n, err := strconv.Atoi(numeric)
	if err != nil {
		return ""
	}
	r, err := language.EncodeM49(n)
	if err != nil || !r.IsCountry() {
		return ""
	}
	return r.String()
}
