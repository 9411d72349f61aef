package interchange_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/testdata"
)

// published is a network of the Transportation Networks collection
// (bstabler/TransportationNetworks, for academic research) with the optimum its
// README publishes. Anaheim publishes flows only; its value is the objective of
// those flows. Chicago Sketch weighs tolls and distance by its README.
type published struct {
	folder, name   string
	objective      float64
	toll, distance float64
	demand         float64
}

var (
	siouxFalls    = published{"siouxfalls", "SiouxFalls", 42.31335287107440e5, 0, 0, 360600}
	anaheim       = published{"anaheim", "Anaheim", 1286032.17109602, 0, 0, 104694.40}
	barcelona     = published{"barcelona", "Barcelona", 1265654.92203176, 0, 0, 184679.561}
	chicagoSketch = published{"chicago-sketch", "ChicagoSketch", 17313018.7387477, 0.02, 0.04, 1260907.4400005303}
)

func read(t testing.TB, p published, part string) (string, []byte) {
	t.Helper()
	path := filepath.Join(testdata.Dir(t, "tntp"), p.folder, p.name+"_"+part+".tntp")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(path), data
}

func load(t testing.TB, p published) (*interchange.TNTPNetwork, *assign.Problem) {
	t.Helper()
	var l diag.List
	file, data := read(t, p, "net")
	n := interchange.ReadTNTPNetwork(file, data, &l)
	file, data = read(t, p, "trips")
	trips := interchange.ReadTNTPTrips(file, data, &l)
	if l.Failed() {
		t.Fatalf("%v", l.All())
	}
	problem, _, err := n.Problem(trips, interchange.TNTPOptions{TollFactor: &p.toll, DistanceFactor: &p.distance})
	if err != nil {
		t.Fatal(err)
	}
	return n, problem
}

func solve(t testing.TB, p *assign.Problem, s assign.Settings) *assign.Result {
	t.Helper()
	r, err := assign.Solve(context.Background(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPublishedOptima(t *testing.T) {
	for _, c := range []struct {
		published
		gap, objective float64 // relative
	}{
		{siouxFalls, 1e-12, 1e-13},
		{anaheim, 1e-6, 1e-7},
		{anaheim, 1e-12, 1e-13},
		{barcelona, 1e-6, 1e-7},
		{barcelona, 1e-12, 1e-13},
		{chicagoSketch, 1e-8, 1e-9},
		{chicagoSketch, 1e-12, 1e-13},
	} {
		_, p := load(t, c.published)
		r := solve(t, p, assign.Settings{Gap: c.gap})
		for _, row := range r.Iterations {
			t.Logf("%s %+v", c.name, row)
		}
		if !r.Converged {
			t.Errorf("%s did not reach gap %g: %g", c.name, c.gap, r.RelativeGap)
		}
		off := (r.Objective - c.published.objective) / c.published.objective
		t.Logf("%s: objective %.8f, off by %.2e, gap %.2e, %d iterations", c.name, r.Objective, off, r.RelativeGap, len(r.Iterations))
		if math.Abs(off) > c.objective {
			t.Errorf("%s: objective %.10g, published %.10g", c.name, r.Objective, c.published.objective)
		}
	}
}

func benchmark(b *testing.B, p published, s assign.Settings) {
	_, problem := load(b, p)
	b.ReportAllocs()
	for b.Loop() {
		solve(b, problem, s)
	}
}

func BenchmarkSiouxFalls1e10(b *testing.B) {
	benchmark(b, siouxFalls, assign.Settings{Gap: 1e-10, Workers: 1})
}
func BenchmarkAnaheim1e6(b *testing.B) { benchmark(b, anaheim, assign.Settings{Gap: 1e-6, Workers: 1}) }
func BenchmarkAnaheim1e12(b *testing.B) {
	benchmark(b, anaheim, assign.Settings{Gap: 1e-12, Workers: 1})
}
func BenchmarkBarcelona1e6(b *testing.B) {
	benchmark(b, barcelona, assign.Settings{Gap: 1e-6, Workers: 1})
}
func BenchmarkBarcelona1e10(b *testing.B) {
	benchmark(b, barcelona, assign.Settings{Gap: 1e-10, Workers: 1})
}
func BenchmarkChicagoSketch1e4(b *testing.B) {
	benchmark(b, chicagoSketch, assign.Settings{Gap: 1e-4, Workers: 1})
}
func BenchmarkChicagoSketch1e6(b *testing.B) {
	benchmark(b, chicagoSketch, assign.Settings{Gap: 1e-6, Workers: 1})
}
func BenchmarkChicagoSketch1e10(b *testing.B) {
	benchmark(b, chicagoSketch, assign.Settings{Gap: 1e-10, Workers: 1})
}
func BenchmarkChicagoSketchAON(b *testing.B) {
	benchmark(b, chicagoSketch, assign.Settings{Method: assign.AllOrNothing, Workers: 1})
}
