package report

import (
	"fmt"
	"html/template"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/report/carto"
)

// mapFigure is a run on the maps of all frames, with the table behind them.
type mapFigure struct {
	Folded          bool // closed at first
	ID, Title, Text string
	Maps            []mapView
	Rows            []flowRow
	Left            string // what could not be drawn
}

type mapView struct {
	Caption, Note string
	SVG           template.HTML
}

type flowRow struct{ Link, Anchor, Mode, Tonnes string }

// frame is a window that every run is drawn in.
type frame struct {
	id, caption string
	frame       carto.Frame
	names       int  // places with a name
	borders     bool // crossings are drawn
	widest      float64
}

// mostFlowRows is how many links the table behind a map lists; the flows of all
// of them are in the exported files.
const mostFlowRows = 30

// frames places the windows on the places of the case: one on everything within
// reach of the focus country, a close one on the country, and one of the sea
// ways when the case reaches beyond the first.
func (b *builder) frames(m *atlas.Map) []frame {
	x, y, ok := b.centre(m)
	if !ok {
		return nil
	}
	var far float64
	for _, n := range b.Case.Freight.Nodes {
		far = math.Max(far, math.Hypot((n.X-x)*math.Cos(y*math.Pi/180), n.Y-y))
	}
	const (
		region  = 5000 // km across: the corridors of a region
		close   = 1250 // km across: a country and its borders
		world   = 17000
		degrees = 111.2 // km
		wide    = 720   // user units
	)
	parallels := func(d float64) (float64, float64) { return math.Max(5, y-d), math.Min(80, y+d) }
	var out []frame
	a, c := parallels(15)
	// The window of the region leans south and east of a country in the north:
	// its middle is drawn towards the middle of the places within reach.
	mx, my := b.middle(x, y, region/2/degrees)
	out = append(out, frame{"region", "The region", carto.NewFrame(carto.NewConic(mx, my, a, c), mx, my, region, wide, 700), 30, false, 15})
	a, c = parallels(2.5)
	out = append(out, frame{"close", "Close by", carto.NewFrame(carto.NewConic(x, y, a, c), x-0.4, y+0.1, close, wide, 560), 40, true, 13})
	if far*degrees > region {
		out = append(out, frame{"world", "The ways by sea", carto.NewFrame(carto.EqualEarth{Lon0: mx}, mx, 12, world, wide, 480), 12, false, 11})
	}
	return out
}

// countryName is the base map's name of a country, its code where it has none.
func countryName(code string) string {
	m, err := atlas.Load()
	if err != nil {
		return code
	}
	for _, c := range m.Lookup(code) {
		if c.Name != "" {
			return c.Name
		}
	}
	return code
}

// centre is the middle of the focus country.
func (b *builder) centre(m *atlas.Map) (x, y float64, ok bool) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range m.Lookup(b.Case.Focus) {
		for _, p := range c.Polygons {
			for _, q := range p[0] {
				x0, x1 = math.Min(x0, q[0]), math.Max(x1, q[0])
				y0, y1 = math.Min(y0, q[1]), math.Max(y1, q[1])
			}
		}
	}
	if x1 >= x0 {
		return (x0 + x1) / 2, (y0 + y1) / 2, true
	}
	// No such country on the base map: the middle of the places.
	if len(b.Case.Freight.Nodes) == 0 {
		return 0, 0, false
	}
	for _, n := range b.Case.Freight.Nodes {
		x, y = x+n.X, y+n.Y
	}
	k := float64(len(b.Case.Freight.Nodes))
	return x / k, y / k, true
}

// middle moves a centre towards the middle of the box of places within reach
// degrees of it.
func (b *builder) middle(x, y, reach float64) (mx, my float64) {
	x0, y0, x1, y1 := x, y, x, y
	for _, n := range b.Case.Freight.Nodes {
		if math.Hypot((n.X-x)*math.Cos(y*math.Pi/180), n.Y-y) < reach {
			x0, x1 = math.Min(x0, n.X), math.Max(x1, n.X)
			y0, y1 = math.Min(y0, n.Y), math.Max(y1, n.Y)
		}
	}
	return (x0 + x1) / 2, (y0 + y1) / 2
}

// maps draws every run in every frame. Runs of one kind share a scale a frame.
func (b *builder) maps() (grounds []ground, flows, changes []mapFigure, err error) {
	if b.Case.Freight == nil || len(b.Flows)+len(b.Changes) == 0 {
		return nil, nil, nil, nil
	}
	m, err := atlas.Load()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("report: %w", err)
	}
	flows, changes = b.figures(b.Flows, "flow"), b.figures(b.Changes, "change")
	for i := range flows[:max(0, len(flows)-1)] {
		flows[i].Folded = true // the last run is the one that changes are changes of
	}
	lanes := carto.NewLanes(m)
	for _, f := range b.frames(m) {
		g := carto.NewGround(m, lanes, f.frame, b.Case.Focus, stateNames(b.Case), f.id == "world")
		grounds = append(grounds, ground{"ground-" + f.id, svg(g.Shapes)})
		b.draw(g, f, b.Flows, flows, false)
		b.draw(g, f, b.Changes, changes, true)
	}
	return grounds, flows, changes, nil
}

func (b *builder) figures(runs []Flows, kind string) []mapFigure {
	var out []mapFigure
	for _, r := range runs {
		out = append(out, mapFigure{ID: anchor(kind, r.ID), Title: r.Title, Text: r.Text, Rows: b.flowRows(r, kind == "change")})
	}
	return out
}

// draw draws every run in one frame. Flows share a scale; every change has its
// own, or a small one beside a large one would show nothing.
func (b *builder) draw(g *carto.Ground, f frame, runs []Flows, figures []mapFigure, change bool) {
	most, full := 0.0, 0.0
	for pass := range 2 { // first to find the common scale, then to draw
		for i, r := range runs {
			d := carto.Map{
				Ground: g, Base: "ground-" + f.id, ID: figures[i].ID + "-" + f.id, Title: r.Title + ": " + f.caption, Text: b.describeMap(r, change),
				Change: change, Stretches: b.stretches(r), Places: b.places(r, f), MostNames: f.names, Full: full, Widest: f.widest,
			}.Draw()
			if pass == 1 {
				note := "Lines below " + value(d.Least, "t/yr") + " are left out."
				if change && len(runs) > 1 {
					note += " Each map of change has a scale of its own."
				}
				figures[i].Maps = append(figures[i].Maps, mapView{f.caption, note, svg(d.SVG)})
				if d.Undrawn > 0 {
					figures[i].Left = value(d.Undrawn, "t/yr") + " on sea legs for which no lane is known are not drawn."
				}
			} else {
				most = math.Max(most, d.Full)
			}
		}
		if full = most; full == 0 {
			full = 1
		}
		if change {
			full = 0
		}
	}
}

// describeMap names the largest flows for those who cannot see the map.
func (b *builder) describeMap(r Flows, change bool) string {
	rows := b.flowRows(r, change)
	text := "Largest: "
	for i, row := range rows {
		if i == 5 {
			break
		}
		if i > 0 {
			text += "; "
		}
		text += row.Link + " " + row.Tonnes
	}
	return text + ". The table below the map lists more."
}

func (b *builder) stretches(r Flows) []carto.Stretch {
	s := b.Case.Freight
	var out []carto.Stretch
	for i, l := range s.Links {
		if i >= len(r.Tonnes) || r.Tonnes[i] == 0 {
			continue
		}
		from, to := b.nodes[l.From], b.nodes[l.To]
		if from == nil || to == nil {
			continue
		}
		out = append(out, carto.Stretch{From: carto.Point{from.X, from.Y}, To: carto.Point{to.X, to.Y}, Mode: l.Mode, Straits: l.Straits, Tonnes: r.Tonnes[i]})
	}
	return out
}

// places picks what is named on a map: straits and crossings first, then nodes
// by what passes them.
func (b *builder) places(r Flows, f frame) []carto.Place {
	s := b.Case.Freight
	through := map[string]float64{}
	for i, l := range s.Links {
		if i < len(r.Tonnes) {
			through[l.From] += math.Abs(r.Tonnes[i])
			through[l.To] += math.Abs(r.Tonnes[i])
		}
	}
	crossing := map[string]bool{}
	open := map[string]bool{}
	for i := range s.Borders {
		x := &s.Borders[i]
		crossing[x.NodeFrom], crossing[x.NodeTo] = true, true
		open[x.NodeFrom] = open[x.NodeFrom] || x.Open
		open[x.NodeTo] = open[x.NodeTo] || x.Open
	}
	// People know the places where trade begins and ends.
	const known = 4
	for _, z := range s.Zones {
		through[z.Node] *= known
	}
	var out []carto.Place
	for i := range s.Nodes {
		n := &s.Nodes[i]
		p := carto.Place{Name: shortName(n.Name), At: carto.Point{n.X, n.Y}, Kind: "city", Weight: through[n.ID]}
		switch {
		case n.Type == "chokepoint":
			p.Kind, p.Weight = "strait", math.Inf(1)
		case crossing[n.ID] && (strings.HasPrefix(n.Type, "border") || n.Type == "gauge_break"):
			if !f.borders {
				continue
			}
			p.Kind = "border"
			if !open[n.ID] {
				p.Kind = "shut"
			}
		case n.Type == "rail_junction" || n.Type == "road_junction" || through[n.ID] == 0:
			continue
		}
		out = append(out, p)
	}
	return out
}

// shortName drops what stands in brackets or after a slash or comma.
func shortName(s string) string {
	for i, r := range s {
		if i > 0 && (r == '(' || r == '/' || r == ',') {
			for i > 0 && s[i-1] == ' ' {
				i--
			}
			return s[:i]
		}
	}
	return s
}

func (b *builder) flowRows(r Flows, change bool) []flowRow {
	s := b.Case.Freight
	var order []int
	for i := range s.Links {
		if i < len(r.Tonnes) && r.Tonnes[i] != 0 {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(x, y int) bool { return math.Abs(r.Tonnes[order[x]]) > math.Abs(r.Tonnes[order[y]]) })
	if len(order) > mostFlowRows {
		order = order[:mostFlowRows]
	}
	var out []flowRow
	for _, i := range order {
		l := &s.Links[i]
		text := value(r.Tonnes[i], "t/yr")
		if change && r.Tonnes[i] > 0 {
			text = "+" + text
		}
		out = append(out, flowRow{b.nodeName(l.From) + " – " + b.nodeName(l.To), anchor("in-link", l.ID), l.Mode, text})
	}
	return out
}

func (b *builder) nodeName(id string) string {
	if n := b.nodes[id]; n != nil {
		return shortName(n.Name)
	}
	return id
}

// stateNames are the names that a case gives to states, by id: their ISO codes.
func stateNames(c *casefile.Case) map[string]string {
	out := map[string]string{}
	for _, a := range c.Actors {
		if a.Kind == "state" {
			out[a.ID] = a.Name
		}
	}
	return out
}
