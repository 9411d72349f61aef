package voi

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/astara-corridors/astara/internal/testdata"
)

type expected struct {
	Ishigami, G struct{ S1, ST []float64 }
	Variance    float64
	A           []float64
	Normal      []struct {
		Mean  float64
		SD    []float64 `json:"standard_deviations"`
		EVPI  float64
		EVPPI []float64
	}
	Discrete struct {
		P, Second map[string]float64
		Options   map[string]map[string]float64
		Expected  map[string]float64
	}
}

func data(t *testing.T) expected {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/sensitivity-voi"), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Ishigami struct {
			S1, ST   []float64
			Variance float64
		}
		G struct{ A, S1, ST []float64 } `json:"sobol_g"`
		N json.RawMessage               `json:"voi_normal"`
		D json.RawMessage               `json:"voi_discrete"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	var e expected
	e.Ishigami.S1, e.Ishigami.ST, e.Variance = d.Ishigami.S1, d.Ishigami.ST, d.Ishigami.Variance
	e.G.S1, e.G.ST, e.A = d.G.S1, d.G.ST, d.G.A
	if err := json.Unmarshal(d.N, &e.Normal); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(d.D, &e.Discrete); err != nil {
		t.Fatal(err)
	}
	return e
}

// grid makes worlds of a product of points with weights; f is by coordinates.
func grid(points, weights [][]float64, f func(x []float64) float64) (y, w []float64, at [][]int) {
	n := len(points)
	index := make([]int, n)
	x := make([]float64, n)
	for {
		p := 1.0
		for k := range n {
			x[k] = points[k][index[k]]
			p *= weights[k][index[k]]
		}
		y, w = append(y, f(x)), append(w, p)
		at = append(at, append([]int(nil), index...))
		k := n - 1
		for ; k >= 0; k-- {
			index[k]++
			if index[k] < len(points[k]) {
				break
			}
			index[k] = 0
		}
		if k < 0 {
			return y, w, at
		}
	}
}

func labels(at [][]int, k int, others bool) []int {
	out := make([]int, len(at))
	for i, a := range at {
		if !others {
			out[i] = a[k]
			continue
		}
		for j, v := range a {
			if j != k {
				out[i] = out[i]*1000 + v
			}
		}
	}
	return out
}

// indexTolerance is the precision of the published indices, which have nine
// decimals.
const indexTolerance = 2e-9

func indices(t *testing.T, name string, y, w []float64, at [][]int, s1, st []float64) {
	t.Helper()
	for k := range s1 {
		a, err := Alone(y, w, labels(at, k, false))
		if err != nil {
			t.Fatal(err)
		}
		o, err := Only(y, w, labels(at, k, true))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a-s1[k]) > indexTolerance || math.Abs(o-st[k]) > indexTolerance {
			t.Errorf("%s x%d: alone %.10f only %.10f, want %v %v", name, k+1, a, o, s1[k], st[k])
		}
	}
}

// Gauss and Legendre's points make the integrals of the Ishigami function exact
// to rounding: the sums over weighted worlds are then the closed forms.
func TestIshigami(t *testing.T) {
	d := data(t)
	const n = 24
	x, w := make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(x, w, -math.Pi, math.Pi)
	for i := range w {
		w[i] /= 2 * math.Pi
	}
	y, ws, at := grid([][]float64{x, x, x}, [][]float64{w, w, w}, func(x []float64) float64 {
		return math.Sin(x[0]) + 7*math.Pow(math.Sin(x[1]), 2) + 0.1*math.Pow(x[2], 4)*math.Sin(x[0])
	})
	indices(t, "Ishigami", y, ws, at, d.Ishigami.S1, d.Ishigami.ST)
	if v, _ := between(y, ws, labels(at, 0, false)); math.Abs(v-d.Variance) > 1e-8 {
		t.Errorf("variance %v, want %v", v, d.Variance)
	}
}

// The g-function is a product of linear functions of |4x-2|, which is uniform on
// [0, 2]: two points each are exact for its squares.
func TestSobolG(t *testing.T) {
	d := data(t)
	x, w := make([]float64, 2), make([]float64, 2)
	quad.Legendre{}.FixedLocations(x, w, 0, 2)
	var ps, ws [][]float64
	for range d.A {
		ps, ws = append(ps, x), append(ws, []float64{w[0] / 2, w[1] / 2})
	}
	y, p, at := grid(ps, ws, func(x []float64) float64 {
		v := 1.0
		for k, a := range d.A {
			v *= (x[k] + a) / (1 + a)
		}
		return v
	})
	indices(t, "g", y, p, at, d.G.S1, d.G.ST)
}

// Small enough to check by hand; the numbers are exact.
func TestDiscrete(t *testing.T) {
	d := data(t).Discrete
	var weights []float64
	var state, second []int
	payoff := [][]float64{nil, nil}
	for i, s := range []string{"open", "closed"} {
		for j, r := range []string{"dry", "wet"} {
			weights = append(weights, d.P[s]*d.Second[r])
			state, second = append(state, i), append(second, j)
			payoff[0] = append(payoff[0], d.Options["corridor"][s+","+r])
			payoff[1] = append(payoff[1], d.Options["sea"][s+","+r])
		}
	}
	c, err := Compare(payoff, weights)
	if err != nil {
		t.Fatal(err)
	}
	byState, err1 := EVPPI(payoff, weights, state)
	bySecond, err2 := EVPPI(payoff, weights, second)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for what, got := range map[string]float64{"value_without_information": c.Expected[c.Best], "EVPI": c.EVPI, "EVPPI_state": byState, "EVPPI_second": bySecond} {
		if math.Abs(got-d.Expected[what]) > 1e-12 {
			t.Errorf("%s: %v, want %v", what, got, d.Expected[what])
		}
	}
	if c.Maximin != 1 || c.Best != 0 || c.MaxRegret[0] != 11 || c.DominatedBy[0] != -1 || c.DominatedBy[1] != -1 {
		t.Errorf("%+v", c)
	}
}

// The exact values for sums of normal terms, on cells that are represented by
// their means: what is lost is the bend of max(0, u) inside one cell.
func TestNormal(t *testing.T) {
	z := distuv.UnitNormal
	cells := func(n int) (x, w []float64) {
		for i := range n {
			a, b := z.Quantile(float64(i)/float64(n)), z.Quantile(float64(i+1)/float64(n))
			x, w = append(x, (z.Prob(a)-z.Prob(b))*float64(n)), append(w, 1/float64(n))
		}
		return x, w
	}
	const tolerance = 2e-3 // of the cells, 1/40 of the weight each
	for _, c := range data(t).Normal {
		n := map[int]int{1: 2000, 2: 200, 3: 40}[len(c.SD)]
		var ps, ws [][]float64
		for _, sd := range c.SD {
			x, w := cells(n)
			for i := range x {
				x[i] *= sd
			}
			ps, ws = append(ps, x), append(ws, w)
		}
		y, w, at := grid(ps, ws, func(x []float64) float64 {
			s := c.Mean
			for _, v := range x {
				s += v
			}
			return s
		})
		payoff := [][]float64{make([]float64, len(y)), y}
		all, err := Compare(payoff, w)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(all.EVPI-c.EVPI) > tolerance {
			t.Errorf("%v: EVPI %v, want %v", c.SD, all.EVPI, c.EVPI)
		}
		for k := range c.SD {
			v, err := EVPPI(payoff, w, labels(at, k, false))
			if err != nil || math.Abs(v-c.EVPPI[k]) > tolerance {
				t.Errorf("%v: EVPPI of term %d %v (%v), want %v", c.SD, k, v, err, c.EVPPI[k])
			}
		}
	}
}

// Two speakers who differ only in how probable x is agree once x is known.
func TestSettle(t *testing.T) {
	y := []float64{0, 10}
	d, err := Settle([][]float64{{0.8, 0.2}, {0.2, 0.8}}, []float64{0.5, 0.5}, y, []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	// Means 2 and 8: standard deviation 3. The mixture is 5 +- 5: variance 25.
	if math.Abs(d.Before-3) > 1e-12 || d.After != 0 || math.Abs(d.Speaker-9.0/25) > 1e-12 {
		t.Errorf("%+v", d)
	}
	d, err = Settle([][]float64{{0.8, 0.2}, {0.2, 0.8}}, []float64{0.5, 0.5}, y, []int{0, 0})
	if err != nil || math.Abs(d.After-d.Before) > 1e-12 {
		t.Errorf("learning nothing: %+v (%v)", d, err)
	}
	if _, err := Settle([][]float64{{0.8, 0.3}}, []float64{1}, y, []int{0, 1}); err == nil {
		t.Error("weights above 1 are taken")
	}
}
