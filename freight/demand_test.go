package freight

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/units"
)

func gravityZone(id, area, node string, out, in float64) Zone {
	return Zone{ID: id, Area: area, Country: area, Node: node, WeightOut: units.Exactly(out, units.Dimensionless), WeightIn: units.Exactly(in, units.Dimensionless)}
}

// Three destinations on the equator, one, two and three degrees away: shares by
// hand are proportional to weight times exp(-beta km/1000), 111.195 km a degree.
func TestSplitDemandByHand(t *testing.T) {
	s := &Spec{
		Nodes:   []Node{{ID: "a"}, {ID: "b", X: 1}, {ID: "c", X: 2}, {ID: "d", X: 3}},
		Zones:   []Zone{gravityZone("o", "AA", "a", 5, 1), gravityZone("p", "BB", "b", 1, 2), gravityZone("q", "BB", "c", 1, 1), gravityZone("r", "BB", "d", 1, 0.001)},
		Markets: []Market{{ID: "m", Origin: "AA", Destination: "BB", Commodity: "grain"}, {ID: "none", Origin: "AA", Destination: "BB", Commodity: "coal"}},
	}
	rows := SplitDemand(s, Gravity{Beta: map[string]float64{"grain": 2}, Threshold: 0.005})
	if len(rows) != 2 {
		t.Fatalf("%d rows, want 2: the third pair is below the threshold and the second market has no beta", len(rows))
	}
	const degree = EarthRadius * math.Pi / 180
	want := 2 / (2 + math.Exp(-2*degree/1000)) // weights 2 and 1, one degree apart
	if got := rows[0].Fraction; math.Abs(got-want) > 1e-6 {
		t.Errorf("fraction %.6f, want %.6f", got, want)
	}
	if sum := rows[0].Fraction + rows[1].Fraction; sum != 1 {
		t.Errorf("fractions sum to %v", sum)
	}
}

// Thirds do not divide a million: the first pair gets the odd millionth.
func TestSplitDemandRounding(t *testing.T) {
	s := &Spec{Nodes: []Node{{ID: "a"}}, Markets: []Market{{ID: "m", Origin: "AA", Destination: "BB", Commodity: "grain"}},
		Zones: []Zone{gravityZone("o", "AA", "a", 1, 1), gravityZone("p", "BB", "a", 1, 1), gravityZone("q", "BB", "a", 1, 1), gravityZone("r", "BB", "a", 1, 1)}}
	var b strings.Builder
	if err := WriteDemand(&b, SplitDemand(s, Gravity{Beta: map[string]float64{"grain": 1}})); err != nil {
		t.Fatal(err)
	}
	want := demandHead + "m,o,p,0.333334\nm,o,q,0.333333\nm,o,r,0.333333\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteDemandReportsFault(t *testing.T) {
	if err := WriteDemand(fullDisk{}, nil); !errors.Is(err, errFull) {
		t.Errorf("error %v, want the writer's", err)
	}
}

// Baku - Tehran by their published positions: 40.37 N 49.89 E and 35.69 N
// 51.42 E are 537 km apart by any great-circle calculator.
func TestGreatCircle(t *testing.T) {
	if d := GreatCircle(49.89, 40.37, 51.42, 35.69); math.Abs(d-537) > 1.5 {
		t.Errorf("Baku - Tehran %.1f km, want 537", d)
	}
	if d := GreatCircle(179.5, 0, -179.5, 0); math.Abs(d-EarthRadius*math.Pi/180) > 1e-6 {
		t.Errorf("over the date line %.3f km, want one degree", d)
	}
}
