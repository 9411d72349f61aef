package casefile

import (
	"testing"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
)

// The dimension of a measure has the unit in which the energy engine counts, so
// that a number of the engine is printed as what it is.
func TestEnergyMeasuresHaveTheUnitOfTheEngine(t *testing.T) {
	for _, m := range region.Measures() {
		if _, ok := measureDims[freight.Measure(m)]; !ok {
			t.Errorf("%s has no dimension", m)
		}
		if got := MeasureDim(freight.Measure(m)).Unit(); got != m.Unit() {
			t.Errorf("%s: printed in %q, counted in %q", m, got, m.Unit())
		}
	}
}
