package freight

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// checked is a spec that passes every check: the corridor, two ports with a
// strait and its way round, a railway with a change of gauge, a project.
func checked() *toy {
	s := corridor()
	for i := range s.Links {
		s.Links[i].Speed, s.Links[i].Length = 50, 60
	}
	for i := range s.Tariffs {
		if s.Tariffs[i].Country == "*" && s.Tariffs[i].Earner == "" {
			s.Tariffs[i].Earner = "BB"
		}
	}
	for i := range s.Constants {
		if s.Constants[i].Name == ConstQueueBeta {
			s.Constants[i].Value = units.Between(1, 2, 3, units.Dimensionless)
			s.Constants[i].Free = true
		}
	}
	s.node("p1", "AA", 10, 0).node("p2", "BB", 12, 0)
	s.Nodes[len(s.Nodes)-1].Y = 1
	for _, k := range []struct {
		id, strait string
		km         float64
	}{{"short", "canal", 300}, {"round", "cape", 900}} {
		l := s.link(k.id, "p1", "p2", "sea", 5)
		l.Length, l.Speed, l.Straits = k.km, 25, []string{k.strait}
		s.Tariffs[len(s.Tariffs)-1].Earner = "flag"
	}
	s.Straits = []Strait{{ID: "canal", Detour: "cape", CheckFrom: "p1", CheckTo: "p2"}, {ID: "cape"}}
	r := s.link("rail", "a0", "a1", "rail", 1)
	r.Length, r.Speed, r.Gauge, r.Open, r.Project = 60, 60, []int{1520}, false, "line"
	s.Tariffs[len(s.Tariffs)-1].Earner = "AA"
	s.Projects = []Project{{ID: "line", Links: []string{"rail"}, OpensBy: "effect"}}
	s.Rules = []Rule{{ID: "pay", Kind: "money", Amount: money(1), Through: "BB", Active: true}}
	return s
}

func TestCheckedIsClean(t *testing.T) {
	var l diag.List
	Check(&checked().Spec, &l)
	for _, d := range l.All() {
		if d.Rule != ruleNoShapes {
			t.Errorf("%v", d)
		}
	}
}

// Each mutation trips exactly the rule it is about.
func TestCheckRules(t *testing.T) {
	figure := func(low, mid, high float64) units.Figure {
		return units.Figure{Low: low, Central: mid, High: high, Known: true}
	}
	for _, c := range []struct {
		rule string
		bad  func(s *toy)
		says string
	}{
		{"unknown-node", func(s *toy) { s.Links[0].From = "a9" }, `did you mean`},
		{"unknown-node", func(s *toy) { s.Zones[0].Node = "zz" }, `zone za0 names the unknown node "zz"`},
		{"duplicate-row", func(s *toy) { s.Nodes[1].ID = "a0" }, `node "a0" stands twice`},
		{"duplicate-row", func(s *toy) { s.Borders[1].NodeFrom, s.Borders[1].NodeTo = "a1", "b1" }, "stands twice"},
		{"unknown-mode", func(s *toy) { s.Links[0].Mode = "raod" }, "road"},
		{"link-too-short", func(s *toy) { s.Links[0].Length = 40 }, "in miles"},
		{"link-too-long", func(s *toy) { s.Links[0].Length = 400 }, "7.2 times"},
		{"odd-speed", func(s *toy) { s.Links[0].Speed = 400 }, "400 km/h"},
		{"odd-speed", func(s *toy) { s.Links[0].Hours = hoursF(0.2) }, "300 km/h"},
		{"link-without-time", func(s *toy) { s.Links[0].Speed = 0 }, "neither speed nor hours"},
		{"border-row-missing", func(s *toy) { s.Borders = s.Borders[2:] }, "l1 crosses from AA to BB"},
		{"one-way-border", func(s *toy) { s.Borders = s.Borders[1:] }, "no row from AA to BB"},
		{"border-without-link", func(s *toy) { s.Borders[0].Mode = "rail" }, "no rail link"},
		{"border-country", func(s *toy) { s.Borders[0].CountryTo = "CC" }, "are in AA and BB"},
		{"wait-counted-twice", func(s *toy) { s.Links[1].Speed = 4 }, "the border row holds too"},
		{"wait-counted-twice", func(s *toy) { s.Links[1].Speed, s.Links[1].Hours = 0, hoursF(8) }, "replace them"},
		{"capacity-without-source", func(s *toy) { s.Links[0].Capacity = figure(1, 1, 1) }, "uncongested"},
		{"tiny-capacity", func(s *toy) { s.Links[0].Capacity = tonnesF(0.5 * LeastCapacity) }, "capacity of link"},
		{"gauge", func(s *toy) { s.Links[7].Gauge = nil }, "no gauge"},
		{"unknown-strait", func(s *toy) { s.Links[5].Straits = []string{"canel"} }, "did you mean canal"},
		{"closure-does-not-hold", func(s *toy) { s.Straits[0].Detour = "" }, "still joins p1 and p2 by links round"},
		{"closure-does-not-hold", func(s *toy) { s.Links[6].Straits = []string{"canal"} }, "no water way joins"},
		{"strait-check-nodes", func(s *toy) { s.Links[6].Length = 280 }, "cannot be seen there"},
		{"disconnected-zone", func(s *toy) {
			s.node("alone", "CC", 3, 3).zone("zalone", "c2", "CC", "alone")
			s.Demand[0].DestinationZone = "zalone"
		}, "no path joins zone zalone"},
		{"bad-coordinates", func(s *toy) { s.Nodes[0].Y = 95 }, "latitude 95"},
		{"project", func(s *toy) { s.Projects[0].OpensBy = "" }, `opens by ""`},
		{"project", func(s *toy) { s.Projects[0].OpensBy = "date" }, "has no year"},
		{"unknown-project", func(s *toy) { s.Links[7].Project = "lines" }, "did you mean line"},
		{"open-project-link", func(s *toy) { s.Links[7].Open = true }, "waits for project line"},
		{"negative-value", func(s *toy) { s.Borders[0].Hours = figure(-1, 2, 3) }, "hours of border ab"},
		{"figure-order", func(s *toy) { s.Fees[0].Money = figure(4, 3, 5) }, "money of fee transit"},
		{"link-to-itself", func(s *toy) { s.Links[0].To = "a0" }, "begins and ends at a0"},
		{"background", func(s *toy) {
			s.Background = []Background{{At: "link", Target: "l9", Direction: "both", Tonnes: tonnesF(1)}}
		}, "unknown link"},
		{"background-over-capacity", func(s *toy) {
			s.Links[0].Capacity = tonnesF(50)
			s.Background = []Background{{At: "link", Target: "l4", Direction: "forward", Tonnes: tonnesF(60)}}
		}, "fills its capacity"},
		{"terminal", func(s *toy) {
			s.Terminals = append(s.Terminals, Terminal{ID: "x", Node: "*", ModeFrom: "road", ModeTo: "road"})
		}, "joins road and road"},
		{"open-link-shut-border", func(s *toy) { s.Borders[0].Open = false; s.Borders[1].Open = false }, "the crossing is closed"},
		{"unknown-commodity", func(s *toy) { s.Markets[0].Commodity = "good" }, "did you mean goods"},
		{"unknown-zone", func(s *toy) { s.Demand[0].OriginZone = "za9" }, "unknown zone"},
		{"market-without-zone", func(s *toy) { s.Markets[0].Origin = "XX" }, `"XX"`},
		{"unknown-market", func(s *toy) { s.Demand[0].Market = "tt" }, "unknown market"},
		{"fractions", func(s *toy) { s.Demand[0].Fraction = 0.5 }, "sum to 0.5"},
		{"fractions", func(s *toy) { s.Demand = s.Demand[1:] }, "no rows in demand.csv"},
		{"zone-outside-area", func(s *toy) { s.Demand[0].OriginZone = "zb1" }, "zone zb1 is in b1"},
		{"share", func(s *toy) { s.Markets[0].Share = plain(1.2) }, "1.2"},
		{"unknown-constant", func(s *toy) { s.Constants[0].Name = "dispersion.rout" }, "did you mean dispersion.route"},
		{"unknown-constant", func(s *toy) {
			s.Constants = append(s.Constants, Constant{Name: "route.via.north", Value: plain(1)})
		}, "route.via.north"},
		{"missing-constant", func(s *toy) { s.Constants = s.Constants[1:] }, "dispersion.route"},
		{"constant-out-of-range", func(s *toy) { s.constant(ConstDispersionMode, 11) }, "is above dispersion.route"},
		{"constant-out-of-range", func(s *toy) { s.constant(ConstElasticity, -1) }, "must not be below zero"},
		{"constant-out-of-range", func(s *toy) { s.constant(ConstQueueAlpha, -0.1) }, "must not be below zero"},
		{"constant-out-of-range", func(s *toy) { s.constant(ConstQueueBeta, 0.5) }, "must be at least 1"},
		{"constant-bounds", func(s *toy) { s.Constants[0].Free = true }, "has no range"},
		{"tariff-outside-band", func(s *toy) { s.Tariffs[5].PerTonneKm = money(4) }, "plausible are"},
		{"tariff-tie", func(s *toy) { s.Tariffs[1].Tag = "l4" }, "t-l4 and t-l1"},
		{"free-link", func(s *toy) { s.Tariffs[5].Tag = "l1"; s.Tariffs = s.Tariffs[1:] }, "no tariff prices goods by road in AA"},
		{"unknown-earner", func(s *toy) { s.Tariffs[0].Earner = "ZZ" }, `earned by "ZZ"`},
		{"nobody-earns", func(s *toy) { s.Fees[0].Payer = "" }, "who pays"},
		{"split", func(s *toy) { s.Tariffs[0].Split = map[string]float64{"AA": 0.5, "BB": 0.2} }, "sum to 0.7"},
		{"fee", func(s *toy) { s.Fees[0].Flow = "through" }, "unknown flow type"},
		{"fee", func(s *toy) { s.Fees[1].Target = "abb" }, "did you mean ab"},
		{"rule", func(s *toy) { s.Rules[0].Kind = "ban" }, "forbid, money"},
		{"rule", func(s *toy) { s.Rules[0].Through = "QQ" }, "QQ"},
		{"rule-on-nothing", func(s *toy) { s.Rules[0].Regime = "r" }, "meets no market"},
		{"regime-without-rule", func(s *toy) { s.Markets[0].Regimes = []string{"r"} }, "regime r"},
		{"years", func(s *toy) { s.BaseYear = 2040 }, "after the horizon"},
		{"commodity-values", func(s *toy) { s.Commodities[0].TonnesPerTEU = units.Figure{} }, "TEU"},
		{"tariff-kind", func(s *toy) { s.Tariffs[0].Kind = "toll" }, `kind "toll"`},
		{"zones-on-one-node", func(s *toy) { s.zone("zx", "a0", "CC", "a0") }, "share node a0"},
		{"date-order", func(s *toy) { s.Rules[0].From, s.Rules[0].Until = "2025", "2024" }, "before it begins"},
		{"date-order", func(s *toy) { s.Rules[0].Until = "2020-05-01" }, "before the base year"},
	} {
		s := checked()
		c.bad(s)
		var l diag.List
		Check(&s.Spec, &l)
		hit := slices.ContainsFunc(l.All(), func(d diag.Diagnostic) bool {
			text := d.Message + " " + d.Expected + " " + d.Hint
			return d.Rule.Name == c.rule && strings.Contains(text, c.says)
		})
		if !hit {
			t.Errorf("%s (%s): got", c.rule, c.says)
			for _, d := range l.All() {
				t.Errorf("    %v %s", d, d.Hint)
			}
		}
	}
}

type square struct{}

func (square) CountriesAt(x, y float64) ([]string, bool) {
	if x < 1 {
		return []string{"AA"}, true
	}
	return nil, x < 5
}

func TestNodeOffCountry(t *testing.T) {
	var l diag.List
	CheckWith(&corridor().Spec, &l, square{})
	n := 0
	for _, d := range l.All() {
		if d.Rule == ruleOffCountry {
			n++
		}
	}
	if n != 4 { // b1, b2, c1, c2 stand at x >= 1 where the squares know of no country
		t.Errorf("%d nodes off their country, want 4", n)
	}
}

// Lengths from Vincenty (1975) style published pairs: the equator's degree is
// 2 pi a / 360, the meridian quadrant of WGS 84 is 10001.966 km (NIMA TR8350.2),
// Flinders Peak to Buninyong is 54.972271 km on GRS 80 (Geoscience Australia).
func TestGeodesic(t *testing.T) {
	near(t, "equator", Geodesic(0, 0, 1, 0), 2*math.Pi*wgsA/360, 1e-9)
	near(t, "quadrant", Geodesic(0, 0, 0, 90), 10001.966, 1e-7)
	dms := func(d, m, s float64) float64 { return d + m/60 + s/3600 }
	got := Geodesic(dms(144, 25, 29.52440), -dms(37, 57, 3.72030), dms(143, 55, 35.38390), -dms(37, 39, 10.15610))
	near(t, "Flinders Peak - Buninyong", got, 54.972271, 1e-7)
	if d := Geodesic(0, 0, 179.9, 0.1); d < 19900 || d > 20100 {
		t.Errorf("nearly opposite points: %g km", d)
	}
}
