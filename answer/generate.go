package answer

import (
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Pages of countries and corridors need numbers that the case does not name.
// They are outcomes like any other, made here, so that the table has them for
// every effective world and they can be read with any weights. Their ids begin
// with a tilde, which no id of a case can.

// Thresholds of the outcomes made here, in canonical units. The engine stops
// when named outcomes stand still to within their materiality; a page shows
// nothing finer.
const (
	madeTonnes = 1e3 // t/yr
	madeTEU    = 1e2 // TEU/yr
	madeUSD    = 1e5 // USD/yr
	madeHours  = 0.05
	madeCost   = 0.01 // USD/t
	madeShare  = 1e-4
)

var madeMateriality = map[freight.Measure]float64{
	freight.Tonnes: madeTonnes, freight.Served: madeTonnes, freight.Unserved: madeTonnes, freight.TEU: madeTEU,
	freight.Revenue: madeUSD, freight.Haulage: madeUSD, freight.Benefit: madeUSD, freight.Hours: madeHours,
	freight.Spread: madeHours, freight.Money: madeCost, freight.UserCost: madeCost, freight.BorderShare: madeShare,
	freight.HHI: madeShare,
}

// countryMeasure is a row of a state's page. part is the own trade or the
// transit it looks at.
type countryMeasure struct {
	id, name string
	measure  freight.Measure
	part     string // transit, export, import, all
	focus    bool   // for the state in focus only
}

var countryMeasures = []countryMeasure{
	{"transit_tonnes", "Transit", freight.Tonnes, "transit", false},
	{"transit_teu", "Transit in boxes", freight.TEU, "transit", false},
	{"transit_border_share", "Border share of the time of transit", freight.BorderShare, "transit", true},
	{"revenue", "Revenue of railways, ports and fees", freight.Revenue, "all", true},
	{"revenue_transit", "Revenue from transit", freight.Revenue, "transit", false},
	{"haulage", "Haulage under own flag", freight.Haulage, "all", false},
	{"benefit", "User benefit against the baseline", freight.Benefit, "all", false},
	{"exports", "Own exports moved", freight.Served, "export", false},
	{"imports", "Own imports moved", freight.Served, "import", false},
	{"unserved_exports", "Own exports that did not move", freight.Unserved, "export", false},
	{"unserved_imports", "Own imports that did not move", freight.Unserved, "import", false},
	{"export_cost", "Cost of own exports, time included", freight.UserCost, "export", false},
	{"import_cost", "Cost of own imports, time included", freight.UserCost, "import", false},
	{"export_hours", "Time of own exports", freight.Hours, "export", false},
	{"export_border_share", "Border share of the time of own exports", freight.BorderShare, "export", false},
	{"hhi", "Concentration over outlets (HHI)", freight.HHI, "all", false},
}

// corridorMeasures are the numbers of a corridor.
var corridorMeasures = []struct {
	id      string
	measure freight.Measure
}{
	{"tonnes", freight.Tonnes}, {"teu", freight.TEU}, {"hours", freight.Hours}, {"money", freight.Money}, {"spread", freight.Spread},
}

// Made reports whether an outcome was made here rather than named by the case:
// warnings about it are of no use to the case's author.
func Made(id string) bool { return strings.HasPrefix(id, "~") }

func countryID(country, what string) string   { return "~country/" + country + "/" + what }
func corridorID(corridor, what string) string { return "~corridor/" + corridor + "/" + what }
func letterCID(outcome string) string         { return "~letter_c/" + outcome }
func ourCapacityID(outcome string) string     { return "~without_our_capacity/" + outcome }

// Spec returns the case's freight half with the outcomes that answers need
// beside the case's own: pages of countries and corridors, and what hangs on
// estimates. The case is not modified. Everything that solves the case must use this spec, or the cache
// finds nothing.
func Spec(c *casefile.Case) *freight.Spec {
	s := *c.Freight
	s.Outcomes = slices.Clone(s.Outcomes)
	add := func(id string, m freight.Measure, q freight.PathQuery, country, payer string) {
		s.Outcomes = append(s.Outcomes, freight.Outcome{ID: id, Measure: m, Query: q, Country: country, Payer: payer,
			Materiality: madeMateriality[m], Ref: freight.Ref{Letter: units.Computed}})
	}
	for _, state := range states(c) {
		addCountry(c, state, add)
	}
	for _, k := range c.Corridors {
		for _, m := range corridorMeasures {
			add(corridorID(k.ID, m.id), m.measure, k.Path, "", "")
		}
		addHangs(c, corridorID(k.ID, "tonnes"), k.Path, add)
		addAcross(c, k, add)
	}
	for _, o := range c.Freight.Outcomes {
		if o.Measure == freight.Tonnes {
			addHangs(c, o.ID, o.Query, add)
		}
	}
	return &s
}

type adder func(id string, m freight.Measure, q freight.PathQuery, country, payer string)

// trade is the query for a part of a state's traffic.
func trade(state, part string) freight.PathQuery {
	switch part {
	case "transit":
		return freight.PathQuery{Country: state, Flow: "transit"}
	case "export":
		return freight.PathQuery{Origins: []string{state}, Destinations: []string{"!" + state}}
	case "import":
		return freight.PathQuery{Origins: []string{"!" + state}, Destinations: []string{state}}
	}
	return freight.PathQuery{}
}

// earns reports whether the measure belongs to one country's accounts.
func earns(m freight.Measure) bool {
	switch m {
	case freight.Revenue, freight.Haulage, freight.Benefit, freight.HHI:
		return true
	}
	return false
}

func addCountry(c *casefile.Case, state string, add adder) {
	for _, m := range countryMeasures {
		if m.focus && state != c.Focus {
			continue
		}
		country := ""
		if earns(m.measure) {
			country = state
		}
		add(countryID(state, m.id), m.measure, trade(state, m.part), country, "")
	}
	for _, n := range neighbours(c.Freight, state) {
		for _, part := range []string{"export", "import"} {
			q := trade(state, part)
			q.Passes, q.Both = []string{state + "-" + n}, true
			add(countryID(state, part+"_over/"+n), freight.Tonnes, q, "", "")
		}
	}
	if state == c.Focus {
		for _, p := range payers(c) {
			add(countryID(state, "paid_by/"+p), freight.Revenue, freight.PathQuery{}, state, p)
		}
	}
}

// addAcross adds the focus state's transit on a corridor.
func addAcross(c *casefile.Case, k casefile.Corridor, add adder) {
	q := k.Path
	if c.Focus == "" || q.Country != "" && q.Country != c.Focus || q.Flow != "" && q.Flow != "transit" {
		return
	}
	q.Country, q.Flow = c.Focus, "transit"
	add(corridorID(k.ID, "across_tonnes"), freight.Tonnes, q, "", "")
	add(corridorID(k.ID, "across_teu"), freight.TEU, q, "", "")
	add(corridorID(k.ID, "across_revenue"), freight.Revenue, q, c.Focus, "")
}

// addHangs adds the tonnes of a query that come from markets of letter c, and
// those that use no capacity of the makers' own conversion.
func addHangs(c *casefile.Case, id string, q freight.PathQuery, add adder) {
	markets := marketsOfLetterC(c.Freight)
	if len(q.Markets) > 0 {
		markets = slices.DeleteFunc(markets, func(m string) bool { return !slices.Contains(q.Markets, m) })
	}
	if len(markets) > 0 {
		own := q
		own.Markets = markets
		add(letterCID(id), freight.Tonnes, own, "", "")
	}
	if elements := ourCapacities(c.Freight); len(elements) > 0 {
		// A query can ask for steps in an order or for none of a set: so count what
		// avoids all of them.
		own := q
		own.Avoids = append(slices.Clone(q.Avoids), elements...)
		add(ourCapacityID(id), freight.Tonnes, own, "", "")
	}
}

// ours reports whether a conversion or estimate of the case's makers made the
// figure.
func ours(f units.Figure) bool {
	return f.Known && (f.Letter == units.Computed || f.Letter == units.Estimate)
}

func ourCapacities(s *freight.Spec) []string {
	var out []string
	for _, l := range s.Links {
		if ours(l.Capacity) {
			out = append(out, l.ID)
		}
	}
	for _, b := range s.Borders {
		if ours(b.Capacity) && !slices.Contains(out, b.ID) {
			out = append(out, b.ID)
		}
	}
	return out
}

func marketsOfLetterC(s *freight.Spec) []string {
	var out []string
	for _, m := range s.Markets {
		if m.Letter == units.Estimate {
			out = append(out, m.ID)
		}
	}
	return out
}

// states lists the states with a page: actors that have a zone, the focus
// first, then in the order of actors.yaml.
func states(c *casefile.Case) []string {
	zones := map[string]bool{}
	for _, z := range c.Freight.Zones {
		zones[z.Country] = true
	}
	var out []string
	if zones[c.Focus] {
		out = append(out, c.Focus)
	}
	for _, a := range c.Actors {
		if a.Kind == casefile.State && zones[a.ID] && a.ID != c.Focus {
			out = append(out, a.ID)
		}
	}
	return out
}

// payers lists the countries whose cargo may pay: those with a zone, in the
// order of the zones.
func payers(c *casefile.Case) []string {
	var out []string
	for _, z := range c.Freight.Zones {
		if !slices.Contains(out, z.Country) {
			out = append(out, z.Country)
		}
	}
	return out
}

// neighbours lists the countries a state shares a listed border with, in the
// order of the borders.
func neighbours(s *freight.Spec, state string) []string {
	var out []string
	for _, b := range s.Borders {
		other := ""
		switch state {
		case b.CountryFrom:
			other = b.CountryTo
		case b.CountryTo:
			other = b.CountryFrom
		}
		if other != "" && other != state && !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	return out
}
