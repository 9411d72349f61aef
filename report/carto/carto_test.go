package carto

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/internal/testdata"
)

// Snyder 1987, page 295: sphere of radius 1, parallels 33 and 45 N, origin 23 N
// 96 W; the place 35 N 75 W lies at x = 0.2966785, y = 0.2462112.
func TestConicAgainstSnyder(t *testing.T) {
	x, y, ok := NewConic(-96, 23, 33, 45).Forward(-75, 35)
	if !ok || math.Abs(x-0.2966785) > 1e-7 || math.Abs(y-0.2462112) > 1e-7 {
		t.Errorf("x = %.7f, y = %.7f, %v", x, y, ok)
	}
}

// Equal Earth keeps areas: every cell of a degree has the area it has on the
// sphere, cos(latitude) square degrees, to the error of the finite difference.
func TestEqualEarthKeepsAreas(t *testing.T) {
	p := EqualEarth{Lon0: 50}
	const h = 1e-3
	for lat := -80.0; lat <= 80; lat += 20 {
		for lon := -100.0; lon <= 160; lon += 65 {
			x0, y0, _ := p.Forward(lon, lat)
			x1, y1, _ := p.Forward(lon+h, lat)
			x2, y2, _ := p.Forward(lon, lat+h)
			area := math.Abs((x1-x0)*(y2-y0) - (x2-x0)*(y1-y0))
			want := radians(h) * radians(h) * math.Cos(radians(lat))
			if math.Abs(area/want-1) > 1e-3 {
				t.Errorf("at %v, %v: area ratio %v", lon, lat, area/want)
			}
		}
	}
}

func TestFrame(t *testing.T) {
	f := NewFrame(NewConic(48, 40, 35, 45), 48, 40, 1000, 720, 500)
	x, y, ok := f.At(48, 40)
	if !ok || math.Abs(x-360) > 1e-9 || math.Abs(y-250) > 1e-9 {
		t.Errorf("the middle is at %v, %v", x, y)
	}
	// One degree north is 111.2 km, at 0.72 units a kilometre about 80 units up;
	// the conic is smaller by 0.4 % between its parallels.
	if _, up, _ := f.At(48, 41); math.Abs(250-up-80.06) > 0.5 {
		t.Errorf("one degree north is %v units up", 250-up)
	}
	if _, _, ok := f.At(-150, 40); ok {
		t.Error("the other side of the globe is shown")
	}
}

func TestClipRing(t *testing.T) {
	square := []Point{{-1, -1}, {3, -1}, {3, 3}, {-1, 3}, {-1, -1}}
	if a := math.Abs(area(clipRing(square, 0, 0, 2, 1))); math.Abs(a-2) > 1e-12 {
		t.Errorf("area %v of the cut, want 2", a)
	}
	if r := clipRing(square, 5, 5, 6, 6); len(r) != 0 {
		t.Errorf("a ring far away leaves %v", r)
	}
}

func TestSimplify(t *testing.T) {
	line := []Point{{0, 0}, {1, 0.01}, {2, -0.01}, {3, 5}, {4, 0}}
	got := Simplify(line, 0.1)
	if len(got) != 4 || got[1] != (Point{2, -0.01}) || got[2] != (Point{3, 5}) {
		t.Errorf("kept %v", got)
	}
}

// Path data must be what SVG allows: a renderer stops at the first fault. Two
// points that fall together must not leave a step without coordinates.
func TestPathData(t *testing.T) {
	valid := regexp.MustCompile(`^(M-?[\d.]+ -?[\d.]+(l(-?[\d.]+ -?[\d.]+)( -?[\d.]+ -?[\d.]+)*)?z?)+$`)
	for _, line := range [][]Point{{{1, 2}, {3, 4.55}, {3, 4.56}}, {{1, 2}, {1.01, 2.01}}, {{-0.04, 0}, {1e4, -7.25}, {0, 0}}} {
		var b strings.Builder
		path(&b, line, false)
		path(&b, line, true)
		if !valid.MatchString(b.String()) {
			t.Errorf("%v gives %s", line, b.String())
		}
	}
	var b strings.Builder
	path(&b, []Point{{1, 2}, {3, 4.5}, {2.5, 4.5}}, false)
	if b.String() != "M1 2l2 2.5 -0.5 0" {
		t.Errorf("path %s", b.String())
	}
}

func visits(way []Point, id string) bool {
	for _, p := range lanePoints {
		if p.id != id {
			continue
		}
		for _, q := range way {
			if q == (Point{p.x, p.y}) {
				return true
			}
		}
	}
	return false
}

func TestLanes(t *testing.T) {
	m, _ := atlas.Load() // lanes work without land too, only less well
	shanghai, hamburg, poti, istanbul := Point{121.5, 31.22}, Point{9.93, 53.55}, Point{41.58, 42.15}, Point{28.97, 41.02}
	for name, land := range map[string]*atlas.Map{"land": m, "no land": nil} {
		l := NewLanes(land)
		way := l.Way(shanghai, hamburg, []string{"malacca", "babalmandab", "suez", "gibraltar"})
		if !visits(way, "suez") || !visits(way, "malacca") || visits(way, "cape") {
			t.Errorf("%s: Shanghai to Hamburg by Suez goes %v", name, way)
		}
		way = l.Way(shanghai, hamburg, []string{"malacca", "south_africa"})
		if !visits(way, "cape") || visits(way, "suez") {
			t.Errorf("%s: round the Cape goes %v", name, way)
		}
		if way[0] != shanghai || way[len(way)-1] != hamburg {
			t.Errorf("%s: the ends are %v and %v", name, way[0], way[len(way)-1])
		}
		if got := l.Way(Point{-122.4, 37.8}, Point{-157.9, 21.3}, nil); got != nil {
			t.Errorf("%s: San Francisco to Honolulu, where no lane is known, goes %v", name, got)
		}
	}
	if m == nil {
		return
	}
	l := NewLanes(m)
	const narrows = 45 // km that the Bosporus is closed at 1:50m
	for _, leg := range [][2]Point{{poti, istanbul}, {{51.15, 43.65}, {49.4, 39.95}}, {{47.5, 42.97}, {53.35, 36.78}}} {
		way := l.Way(leg[0], leg[1], []string{"bosporus"})
		for i := 2; i < len(way)-1; i++ { // between lane points: no land but the narrows
			if d := l.dry(way[i-1], way[i]); d > narrows {
				t.Errorf("leg %v runs %v km over land at %v", leg, d, way[i])
			}
		}
	}
}

// Every edge of the lanes joins points that exist, and stays on water but for
// the narrows where the coast at 1:50m closes in.
func TestLaneTable(t *testing.T) {
	known := map[string]bool{}
	for _, p := range lanePoints {
		if known[p.id] {
			t.Errorf("two points %s", p.id)
		}
		known[p.id] = true
	}
	used := map[string]bool{}
	for _, chain := range laneEdges {
		for _, id := range chain {
			if !known[id] {
				t.Errorf("no point %s", id)
			}
			used[id] = true
		}
	}
	for id := range known {
		if !used[id] {
			t.Errorf("point %s is on no lane", id)
		}
	}
}

func TestMapBundlesFlows(t *testing.T) {
	g := &Ground{Frame: NewFrame(NewConic(48, 40, 35, 45), 48, 40, 1000, 720, 500), lanes: NewLanes(nil)}
	a, b := Point{47, 40}, Point{49, 41}
	m := Map{Ground: g, ID: "m", Title: "A <map>", Text: "&", Widest: 10, MostNames: 3,
		Stretches: []Stretch{{From: a, To: b, Mode: "rail", Tonnes: 3e6}, {From: b, To: a, Mode: "rail", Tonnes: 1e6}, {From: a, To: b, Mode: "road", Tonnes: 2e6}, {From: a, To: b, Mode: "rail"}},
		Places:    []Place{{Name: "Here & there", At: a, Kind: "city", Weight: 1}, {Name: "Shut", At: b, Kind: "shut"}, {Name: "Same place", At: a, Kind: "city"}}}
	d := m.Draw()
	// Both directions of rail together are the widest ribbon, road half of it.
	if d.Full != 4e6 || !strings.Contains(d.SVG, `stroke-width="10.0"`) || !strings.Contains(d.SVG, `stroke-width="5.0"`) {
		t.Errorf("full %v in %s", d.Full, d.SVG)
	}
	for _, want := range []string{"A &lt;map&gt;", "Here &amp; there", `class="shut"`, "2 Mt a year"} {
		if !strings.Contains(d.SVG, want) {
			t.Errorf("the map lacks %q", want)
		}
	}
	if d.SVG != m.Draw().SVG {
		t.Error("two drawings of one map differ")
	}
	m.Change = true
	m.Stretches = []Stretch{{From: a, To: b, Mode: "rail", Tonnes: -1e6}}
	if s := m.Draw().SVG; !strings.Contains(s, `class="flow less"`) || strings.Contains(s, `class="flow rail"`) {
		t.Error("a loss is not drawn as one")
	}
}

func TestRoundDown(t *testing.T) {
	for v, want := range map[float64]float64{9.99e6: 5e6, 1e6: 1e6, 2e6: 2e6, 4.9: 2, 0: 0, -3: 0, 1e-3: 1e-3} {
		if got := RoundDown(v); math.Abs(got-want) > 1e-12*math.Abs(want) {
			t.Errorf("RoundDown(%v) = %v, want %v", v, got, want)
		}
	}
	if s := Samples(8e6); len(s) != 3 || s[0] != 5e6 || s[1] != 2e6 || s[2] != 2e5 {
		t.Errorf("samples %v", s)
	}
}

// Flows between the same two places are netted where arrows tell which way, and the
// arrow points along what is left; what carries nothing is dashed.
func TestArrowsNet(t *testing.T) {
	m, err := atlas.Load()
	testdata.Need(t, err)
	f := NewFrame(NewConic(48, 40, 35, 45), 48, 40, 1000, 720, 500)
	west, east := Point{46, 40}, Point{50, 40}
	draw := func(forth, back float64) string {
		return Map{Ground: NewGround(m, NewLanes(m), f, "", nil, true), ID: "m", Arrows: true, Widest: 10, Scale: Scale{1, "GWh"},
			Stretches: []Stretch{{From: west, To: east, Mode: "ac", Tonnes: forth}, {From: east, To: west, Mode: "ac", Tonnes: back}, {From: west, To: Point{48, 42}, Mode: "ac", Idle: true}}}.Draw().SVG
	}
	tip := regexp.MustCompile(`class="arrows"><path d="M([\d.]+) [\d.]+L([\d.]+)`)
	for _, c := range []struct {
		forth, back float64
		east        bool
	}{{5, 2, true}, {2, 5, false}, {-5, -2, false}} {
		svg := draw(c.forth, c.back)
		p := tip.FindStringSubmatch(svg)
		if p == nil || (p[1] > p[2]) != c.east {
			t.Errorf("%v east, %v west: arrow %v", c.forth, c.back, p)
		}
		if !strings.Contains(svg, `<g class="flow idle">`) || !strings.Contains(svg, "GWh") || strings.Count(svg, `<g class="flow ac"><path stroke-width="10.0"`) != 1 {
			t.Error("no dashed line, no unit, or not one ribbon")
		}
	}
	if tip.MatchString(draw(3, 3)) {
		t.Error("flows that cancel have an arrow")
	}
}
