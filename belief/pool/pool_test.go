package pool

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/internal/testdata"
)

// dataTolerance is the tolerance of the data set, which has nine decimals.
const dataTolerance = 1e-9

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > dataTolerance {
		t.Errorf("%s: %.12f, want %.12f", what, got, want)
	}
}

// Worked numbers from the standard formulas; the factors are those of Neyman and
// Roughgarden (2022) as restated by Sevilla (2021).
func TestPooling(t *testing.T) {
	var data struct {
		Pooling []struct {
			P, Weights          []float64
			Linear, Logarithmic float64
			Extremised          float64 `json:"logarithmic_extremised_2"`
		}
		Neyman map[string]float64 `json:"neyman_extremising_factor"`
	}
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/pooling-scoring"), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Pooling) != 4 || len(data.Neyman) != 6 {
		t.Fatalf("%d pools, %d factors", len(data.Pooling), len(data.Neyman))
	}
	for _, c := range data.Pooling {
		lin, err := Linear(c.P, c.Weights)
		if err != nil {
			t.Fatal(err)
		}
		log, err := Logarithmic(c.P, c.Weights)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "linear", lin, c.Linear)
		near(t, "logarithmic", log, c.Logarithmic)
		near(t, "extremised", Extremise(log, 2), c.Extremised)
	}
	for n, want := range data.Neyman {
		k, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "factor of "+n, NeymanFactor(k), want)
	}
}

func TestLogarithmicAtTheEnds(t *testing.T) {
	if v, err := Logarithmic([]float64{0, 0.9}, Equal(2)); err != nil || v != 0 {
		t.Errorf("a veto gives %v, %v", v, err)
	}
	if v, err := Logarithmic([]float64{1, 0.9}, Equal(2)); err != nil || v != 1 {
		t.Errorf("certainty gives %v, %v", v, err)
	}
	if _, err := Logarithmic([]float64{1, 0}, Equal(2)); err == nil {
		t.Error("two opposite certainties are pooled")
	}
	if _, err := Linear([]float64{1, 0}, []float64{0.5, 0.6}); err == nil {
		t.Error("weights above 1 are taken")
	}
}

// Two opposite certainties: the divergence is the entropy of the weights, ln 2.
func TestJensenShannon(t *testing.T) {
	d, err := JensenShannon([][]float64{{1, 0}, {0, 1}}, Equal(2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "opposites", d, math.Ln2)
	d, err = JensenShannon([][]float64{{0.3, 0.7}, {0.3, 0.7}}, Equal(2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "equals", d, 0)
}

func TestWeightsNeedTenItems(t *testing.T) {
	if w, earned := Weights([]float64{3, 1}, []int{10, 9}); earned || w[0] != 0.5 {
		t.Errorf("%v %v", w, earned)
	}
	if w, earned := Weights([]float64{3, 1}, []int{10, 10}); !earned || w[0] != 0.75 {
		t.Errorf("%v %v", w, earned)
	}
}

func TestDisagree(t *testing.T) {
	end := func(v float64, claim int) bounds.End {
		return bounds.End{Value: v, Holds: []bounds.Hold{{Claim: 9, Moves: 0.1}, {Claim: claim, Moves: -1}}}
	}
	d := Disagree([]Opinion{
		{"a", end(0.1, 1), end(0.3, 2), true},
		{"b", end(0.5, 3), end(0.9, 4), true},
		{"c", end(0, 5), end(1, 6), false},
	})
	if d.Low != 0.1 || d.High != 0.9 || d.Gap != 0.2 || d.Above != 1 || d.Below != 0 || d.AboveClaim != 3 || d.BelowClaim != 2 {
		t.Errorf("%+v", d)
	}
	if d := Disagree([]Opinion{{"a", end(0.1, 1), end(0.3, 2), true}}); d.Gap != 0 || d.Above != -1 || math.Abs(d.Width-0.2) > dataTolerance {
		t.Errorf("one speaker: %+v", d)
	}
	if d := Disagree(nil); !math.IsNaN(d.Low) {
		t.Errorf("nobody: %+v", d)
	}
}
