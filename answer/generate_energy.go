package answer

import (
	"slices"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// Pages of countries need numbers of power and gas that the case does not name,
// as [Spec] makes them of freight.

// madeEnergy holds the thresholds of the outcomes made here, in the units of the
// measures: what is finer is noise beside the rounding of published balances.
var madeEnergy = map[region.Measure]float64{
	region.PowerUnserved: 5, region.PowerShort: 5, region.GasUnserved: 0.01, region.GasShort: 0.05,
	region.PowerExport: 5, region.PowerImport: 5, region.EnergyCost: 1e6,
	region.GasShare: 0.005, region.N1Gas: 0.01, region.GasDays: 1, region.PowerWays: 0.5,
}

// energyMeasure is a row of the power and gas of a state's page.
type energyMeasure struct {
	id, name string
	measure  region.Measure
	carrier  region.Carrier // shown where the state has it
}

var energyMeasures = []energyMeasure{
	{"power_short", "Short of power at the peak", region.PowerShort, region.Power},
	{"power_unserved", "Power not served over the year", region.PowerUnserved, region.Power},
	{"gas_short", "Short of gas at the peak", region.GasShort, region.Gas},
	{"gas_unserved", "Gas not served over the year", region.GasUnserved, region.Gas},
	{"power_import", "Power imported", region.PowerImport, region.Power},
	{"power_export", "Power exported", region.PowerExport, region.Power},
	{"energy_cost", "Cost of power and gas, sales off", region.EnergyCost, region.Power},
	{"n1_gas", "Part of the gas peak covered without the largest supply", region.N1Gas, region.Gas},
	{"gas_days", "Days that the stores bridge the peak's gap", region.GasDays, region.Gas},
	{"power_ways", "Neighbours that can send power", region.PowerWays, region.Power},
}

func energyID(country, what string) string { return countryID(country, "energy/"+what) }

// gasFrom begins the rows of the parts of a state's gas by who sells it.
const gasFrom = "gas_from/"

func gasShareID(country, origin string) string { return energyID(country, gasFrom+origin) }

// EnergySpec returns the case's tables of power and gas with the outcomes that
// answers need beside the case's own, nil where the case has none. The case is not
// modified. Everything that solves the case must use this spec, or the cache finds
// nothing.
func EnergySpec(c *casefile.Case) *region.Spec {
	if c.Energy == nil || c.Energy.Empty() {
		return nil
	}
	s := *c.Energy
	s.Outcomes = slices.Clone(s.Outcomes)
	add := func(o region.Outcome) {
		o.Materiality, o.Ref = madeEnergy[o.Measure], region.Ref{Letter: units.Computed}
		s.Outcomes = append(s.Outcomes, o)
	}
	for _, state := range energyStates(c) {
		for _, m := range energyMeasures {
			if hasCarrier(c, state, m.carrier) {
				add(region.Outcome{ID: energyID(state, m.id), Measure: m.measure, Country: state})
			}
		}
		for _, origin := range gasOrigins(c) {
			if hasCarrier(c, state, region.Gas) {
				add(region.Outcome{ID: gasShareID(state, origin), Measure: region.GasShare, Country: state, Origin: origin})
			}
		}
	}
	return &s
}

// energyStates lists the states that want power or gas: the focus first, then in
// the order of actors.yaml, then those that are no actors in the order of the zones.
// States at the boundary are not among them: of these the tables hold only what is
// delivered, and what they miss of it says nothing about what they lack.
func energyStates(c *casefile.Case) []string {
	if c.Energy == nil {
		return nil
	}
	wants := map[string]bool{}
	zone := map[string]string{}
	for _, z := range c.Energy.Zones {
		if !z.Boundary {
			zone[z.ID] = z.Country
		}
	}
	for _, l := range c.Energy.Loads {
		wants[zone[l.Zone]] = true
	}
	var out []string
	take := func(id string) {
		if wants[id] && id != "" {
			wants[id] = false
			out = append(out, id)
		}
	}
	take(c.Focus)
	for _, a := range c.Actors {
		if a.Kind == casefile.State {
			take(a.ID)
		}
	}
	for _, z := range c.Energy.Zones {
		take(z.Country)
	}
	return out
}

// hasCarrier reports whether a state wants a carrier in zones that are not at the
// boundary.
func hasCarrier(c *casefile.Case, state string, carrier region.Carrier) bool {
	home := map[string]bool{}
	for _, z := range c.Energy.Zones {
		if z.Country == state && !z.Boundary {
			home[z.ID] = true
		}
	}
	return slices.ContainsFunc(c.Energy.Loads, func(l region.Load) bool { return home[l.Zone] && l.Carrier == carrier })
}

// gasOrigins lists who sells gas, in the order of the sources.
func gasOrigins(c *casefile.Case) []string {
	var out []string
	for _, s := range c.Energy.Sources {
		if s.Origin != "" && !slices.Contains(out, s.Origin) {
			out = append(out, s.Origin)
		}
	}
	return out
}

// EnergyThreshold is the change of a measure of power and gas below which a number
// of a state counts as unchanged.
func EnergyThreshold(measure string) float64 { return madeEnergy[region.Measure(measure)] }
