package casefile

import (
	"testing"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
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

// In the flagship the variables of power and gas reach the energy network and never
// that of freight: their worlds must not move a tonne.
func TestFlagshipEnergyEffectsTouchNoFreight(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := Load(fsys, &l)
	if l.Failed() {
		t.Fatal("the shipped case has errors")
	}
	reached := map[string]bool{}
	for _, e := range c.Effects {
		if e.When == nil {
			continue
		}
		for _, i := range e.When.Vars() {
			id := c.Variables[i].ID
			switch id {
			case "gas_ru_am", "gas_ir_am", "grid":
				reached[id] = true
				if len(e.Freight) > 0 || len(e.Energy) == 0 {
					t.Errorf("%s: %d changes of freight, %d of energy", e.ID, len(e.Freight), len(e.Energy))
				}
			}
		}
	}
	for _, id := range []string{"gas_ru_am", "gas_ir_am", "grid"} {
		if !reached[id] {
			t.Errorf("%s reaches no effect", id)
		}
	}
	if s := c.Energy; s == nil || len(s.Outcomes) < 50 || len(c.Backtests) < 12 {
		t.Fatal("the energy half of the flagship is not there")
	}
}
