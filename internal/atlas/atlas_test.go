package atlas

import (
	"errors"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
)

// square is a 2x2 TopoJSON world of two countries that share the meridian of 1
// degree: Azerbaijan west of it, Iran east of it.
const square = `{"type":"Topology","objects":{"countries":{"type":"GeometryCollection","geometries":[
 {"type":"Polygon","arcs":[[0,1]],"id":"031","properties":{"name":"West"}},
 {"type":"MultiPolygon","arcs":[[[2,-1]]],"id":"364","properties":{"name":"East"}}]}},
 "arcs":[[[10,0],[-10,0],[0,10],[10,0]],[[10,10],[0,-10]],[[10,0],[10,0],[0,10],[-10,0]]],
 "transform":{"scale":[0.1,0.1],"translate":[0,0]}}`

func TestDecode(t *testing.T) {
	m, err := Decode([]byte(square))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, y float64
		want string
		ok   bool
	}{{0.5, 0.5, "AZ", true}, {1.5, 0.5, "IR", true}, {2.5, 0.5, "", false}, {0.5, -1, "", false}} {
		got, ok := m.Country(c.x, c.y)
		if got != c.want || ok != c.ok {
			t.Errorf("Country(%v, %v) = %q, %v; want %q, %v", c.x, c.y, got, ok, c.want, c.ok)
		}
	}
	if len(m.Borders) != 1 || len(m.Coasts) != 2 {
		t.Errorf("%d borders and %d coasts, want 1 and 2", len(m.Borders), len(m.Coasts))
	}
	// One degree of latitude is 111.195 km on the mean sphere.
	if d, ok := m.Distance("AZ", 0.5, -1); !ok || d < 111.1 || d > 111.3 {
		t.Errorf("distance %v, %v", d, ok)
	}
	if d, ok := m.Distance("AZ", 0.5, 0.5); !ok || d != 0 {
		t.Errorf("distance inside %v, %v", d, ok)
	}
	if _, ok := m.Distance("QQ", 0, 0); ok {
		t.Error("distance to a country that is not there")
	}
}

func TestDecodeBad(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"type":"Topology"}`,
		`{"type":"Topology","objects":{"countries":{"geometries":[{"type":"Point"}]}}}`,
		`{"type":"Topology","objects":{"countries":{"geometries":[{"type":"Polygon","arcs":[[7]]}]}}}`,
		`{"type":"Topology","objects":{"countries":{"geometries":[{"type":"Polygon","arcs":[[-9]]}]}}}`} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}

// load returns the built-in map or skips where it was not fetched.
func load(t *testing.T) *Map {
	t.Helper()
	m, err := Load()
	if errors.Is(err, ErrMissing) {
		testdata.Need(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWorld(t *testing.T) {
	m := load(t)
	for _, c := range []struct {
		name string
		x, y float64
		want string
	}{
		{"Baku", 49.85, 40.41, "AZ"}, {"Nakhchivan", 45.41, 39.21, "AZ"}, {"Tehran", 51.42, 35.67, "IR"},
		{"Moscow", 37.6, 55.75, "RU"}, {"Yerevan", 44.52, 40.18, "AM"}, {"Tbilisi", 44.78, 41.72, "GE"},
		{"Ankara", 32.85, 39.92, "TR"}, {"Almaty", 76.95, 43.25, "KZ"}, {"Ashgabat", 58.38, 37.95, "TM"},
		{"Murmansk", 33.09, 68.96, "RU"}, {"Chukotka beyond 180", -177.5, 66.5, "RU"}, {"Chukotka", 177, 67, "RU"},
		{"mid-Caspian", 51, 42, ""}, {"Arabian Sea", 65, 18, ""},
	} {
		if got, _ := m.Country(c.x, c.y); got != c.want {
			t.Errorf("%s lies in %q, want %q", c.name, got, c.want)
		}
	}
	if len(m.Codes()) < 230 {
		t.Errorf("only %d country codes", len(m.Codes()))
	}
	// Baku to the Iranian border at Bilasuvar: about 170 km in a straight line.
	if d, ok := m.Distance("IR", 49.85, 40.41); !ok || d < 120 || d > 220 {
		t.Errorf("Baku - Iran %v km", d)
	}
}
