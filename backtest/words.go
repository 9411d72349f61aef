package backtest

import (
	"fmt"
	"math"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// named says what a measure counts, in words that a place follows.
var named = map[region.Measure]string{
	region.PowerUnserved: "power not served",
	region.PowerShort:    "power short at the peak",
	region.GasUnserved:   "gas not served",
	region.GasShort:      "gas short on the peak day",
	region.TieFlow:       "power over",
	region.TiePeak:       "largest flow over",
	region.PipeFlow:      "gas through",
	region.PowerExport:   "power sent abroad",
	region.PowerImport:   "power from abroad",
	region.EnergyCost:    "cost of energy",
	region.PowerPrice:    "price of power",
	region.GasShare:      "share in gas",
	region.GasDependence: "gas short without it",
	region.N1Short:       "worst loss of one element",
	region.N1Gas:         "N-1 formula of gas",
	region.GasDays:       "days that gas stores bridge",
	region.PowerWays:     "neighbours that can send power",
}

// Titles are the names of what the tables of a case hold, by id.
type Titles map[string]string

// TitlesOf reads the names from a case.
func TitlesOf(c *casefile.Case) Titles {
	t := Titles{}
	for _, a := range c.Actors {
		t[a.ID] = a.Name
	}
	e := c.Energy
	if e == nil {
		return t
	}
	for i := range e.Zones {
		t[e.Zones[i].ID] = e.Zones[i].Name
	}
	for i := range e.Ties {
		t[e.Ties[i].ID] = e.Ties[i].Name
	}
	for i := range e.Pipes {
		t[e.Pipes[i].ID] = e.Pipes[i].Name
	}
	for i := range e.Plants {
		t[e.Plants[i].ID] = e.Plants[i].Name
	}
	for i := range e.Tiers {
		t[e.Tiers[i].ID] = e.Tiers[i].Name
	}
	for i := range e.Blocks {
		t[e.Blocks[i].ID] = e.Blocks[i].Name
	}
	return t
}

func (t Titles) of(id string) string {
	if name := t[id]; name != "" {
		return name
	}
	return id
}

// Asked says which number an expectation is about.
func (t Titles) Asked(x casefile.Expectation) string {
	if x.Listed != "" {
		return "loss of " + t.of(x.Listed)
	}
	o := x.Outcome
	parts := []string{named[o.Measure]}
	for _, id := range []string{o.Tie, o.Pipe} {
		if id != "" {
			parts[0] += " " + t.of(id)
		}
	}
	for _, id := range []string{o.Country, o.Zone, o.Tier, o.Block} {
		if id != "" {
			parts = append(parts, t.of(id))
		}
	}
	if o.With != "" {
		parts = append(parts, "with "+t.of(o.With))
	}
	if o.Origin != "" {
		parts = append(parts, "from "+t.of(o.Origin))
	}
	return strings.Join(parts, ", ")
}

// Expected says what a sensible model should answer.
func Expected(x casefile.Expectation) string {
	var parts []string
	if x.Listed != "" {
		parts = append(parts, "among the critical losses")
	}
	if x.Change == casefile.Same {
		parts = append(parts, "stays the same")
	} else if x.Change != "" {
		parts = append(parts, string(x.Change))
	}
	if x.AtLeast.Known {
		parts = append(parts, "at least "+value(x.AtLeast.Central, x.AtLeast.Dim))
	}
	if x.AtMost.Known {
		parts = append(parts, "at most "+value(x.AtMost.Central, x.AtMost.Dim))
	}
	return strings.Join(parts, ", ")
}

// Said says what the model answers.
func Said(a Answer) string {
	switch x := a.Expect; {
	case x.Listed != "" && !a.Met && a.After == 0 && a.Loading == 0:
		return a.Why
	case x.Listed != "":
		var parts []string
		if a.After > 0 {
			parts = append(parts, units.Format(a.After, units.Power)+" short without it")
		}
		if a.Loading > 1 {
			parts = append(parts, fmt.Sprintf("%.0f %% of the rating on another line before anybody reacts", 100*a.Loading))
		}
		return strings.Join(parts, "; ")
	default:
		d := casefile.MeasureDim(freight.Measure(x.Outcome.Measure))
		return value(a.Before, d) + " before, " + value(a.After, d) + " after"
	}
}

// value is a number for people. A share has no unit and is small.
func value(v float64, d units.Dim) string {
	switch {
	case math.IsNaN(v):
		return "nothing"
	case math.Abs(v) < unmoved:
		v = 0 // what a linear programme leaves open
	}
	return units.Format(v, d)
}
