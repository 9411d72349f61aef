package freight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Bounds of the checks.
const (
	// ShorterSlack and ShorterSlackKm: a link may be shorter than its geodesic
	// by that share or those kilometres, for coordinates are rounded.
	ShorterSlack   = 0.01
	ShorterSlackKm = 2.0
	// LongLand and LongWater: a link is odd when it is so many times its
	// geodesic and LongKm longer.
	LongLand  = 3.0
	LongWater = 12.0
	LongKm    = 60.0
	// BorderLinkSpeed is the speed below which a border link seems to hold its
	// wait, km/h.
	BorderLinkSpeed = 15.0
	// FractionTolerance is how far the fractions of a market may be from 1.
	FractionTolerance = 1e-4
)

// speedBand is what goods of a mode can be thought to run at, km/h.
var speedBand = map[mode][2]float64{rail: {15, 160}, road: {15, 110}, sea: {8, 50}, ferry: {6, 60}, river: {4, 35}}

// tariffBand is what a tonne-kilometre can be thought to cost, USD.
var tariffBand = map[mode][2]float64{rail: {0.001, 0.2}, road: {0.001, 0.5}, sea: {0.0001, 0.15}, ferry: {0.001, 0.6}, river: {0.001, 0.2}}

// Rules of the network (family A2xx).
var (
	ruleUnknownNode    = diag.NewRule("A201", "unknown-node", diag.Error, "a link, border, zone, terminal or strait names a node that node.csv does not have")
	ruleDuplicateRow   = diag.NewRule("A202", "duplicate-row", diag.Error, "two rows of a freight table have the same id or key")
	ruleUnknownMode    = diag.NewRule("A203", "unknown-mode", diag.Error, "a mode is not one of rail, road, sea, ferry, river (zone and gauge in terminal.csv)")
	ruleTooShort       = diag.NewRule("A204", "link-too-short", diag.Error, "a link is shorter than the geodesic between its nodes: a length in miles, a wrong coordinate or a wrong node")
	ruleTooLong        = diag.NewRule("A205", "link-too-long", diag.Warning, "a link is several times longer than the geodesic between its nodes")
	ruleOddSpeed       = diag.NewRule("A206", "odd-speed", diag.Warning, "speed, or length over hours, is outside what the mode can run at")
	ruleNoTime         = diag.NewRule("A207", "link-without-time", diag.Error, "a link has neither a speed nor hours")
	ruleBorderMissing  = diag.NewRule("A208", "border-row-missing", diag.Error, "a link joins two countries by land but border.csv has no row for its crossing")
	ruleBorderOneWay   = diag.NewRule("A209", "one-way-border", diag.Error, "a two-way link has a border row in one direction only")
	ruleBorderNoLink   = diag.NewRule("A210", "border-without-link", diag.Error, "a border row has no link of its mode between its nodes")
	ruleBorderCountry  = diag.NewRule("A211", "border-country", diag.Error, "the countries of a border row are not those of its nodes, or are the same")
	ruleWaitTwice      = diag.NewRule("A212", "wait-counted-twice", diag.Warning, "a link over a border has hours of its own, or a speed so low that it seems to hold the wait, while the border row holds it too")
	ruleNoSource       = diag.NewRule("A213", "capacity-without-source", diag.Warning, "a capacity names no source: it is not a capacity, and the element is treated as uncongested")
	ruleGauge          = diag.NewRule("A214", "gauge", diag.Warning, "the gauges of a railway link, the gauge_change of its border and the terminal rows for changing gauge do not fit together")
	ruleUnknownStrait  = diag.NewRule("A215", "unknown-strait", diag.Error, "a link or a detour names a strait that strait.csv does not have")
	ruleStraitClosure  = diag.NewRule("A216", "closure-does-not-hold", diag.Error, "shutting a strait does not do what its row declares: it should disconnect the check nodes by water, or leave the named detour")
	ruleDisconnected   = diag.NewRule("A217", "disconnected-zone", diag.Error, "a zone cannot be reached from, or cannot reach, any zone its markets trade with, even with everything open")
	ruleOffCountry     = diag.NewRule("A218", "node-off-country", diag.Warning, "a node's coordinates are not in its country")
	ruleNoShapes       = diag.NewRule("A219", "country-shapes-absent", diag.Note, "no shapes of countries were at hand, so that nodes were not tested against them")
	ruleCoordinates    = diag.NewRule("A220", "bad-coordinates", diag.Error, "longitude or latitude is out of range, or both are zero")
	ruleProject        = diag.NewRule("A221", "project", diag.Error, "a project opens unknown or no links, opens neither by date nor by effect, or by date without a year")
	ruleNegative       = diag.NewRule("A222", "negative-value", diag.Error, "a figure that cannot be negative is")
	ruleRange          = diag.NewRule("A223", "figure-order", diag.Error, "low, central and high of a figure are not in order")
	ruleSelfLink       = diag.NewRule("A224", "link-to-itself", diag.Error, "a link ends where it begins")
	ruleBackground     = diag.NewRule("A225", "background", diag.Error, "background traffic is on an element that the case does not have, or has an unknown direction")
	ruleOverload       = diag.NewRule("A226", "background-over-capacity", diag.Warning, "background traffic alone reaches the capacity of its element: next to nothing is left for the markets")
	ruleTinyCapacity   = diag.NewRule("A233", "tiny-capacity", diag.Error, "a capacity above zero is less than a tonne a year: most likely another unit was meant")
	ruleTerminal       = diag.NewRule("A227", "terminal", diag.Error, "a terminal row joins modes that cannot meet")
	ruleOpenUnbuilt    = diag.NewRule("A228", "open-project-link", diag.Warning, "a link is open as listed and also waits for a project")
	ruleUnknownProject = diag.NewRule("A229", "unknown-project", diag.Error, "a link names a project that project.csv does not have")
	ruleUnknownCountry = diag.NewRule("A230", "unknown-country", diag.Error, "a row names a country in which the case has no node or zone")
	ruleStraitNodes    = diag.NewRule("A232", "strait-check-nodes", diag.Warning, "the check nodes of a strait do not show its closure: it is not on the shortest water way between them")
	ruleShutRow        = diag.NewRule("A231", "open-link-shut-border", diag.Note, "a link is open but its border row is closed (or the other way round): the crossing is closed")
)

// Rules of demand, prices and rules (family A3xx).
var (
	ruleUnknownGoods    = diag.NewRule("A301", "unknown-commodity", diag.Error, "a row names a commodity that commodity.csv does not have")
	ruleUnknownZone     = diag.NewRule("A302", "unknown-zone", diag.Error, "demand.csv names a zone that zone.csv does not have")
	ruleNoZone          = diag.NewRule("A303", "market-without-zone", diag.Error, "an origin or destination of a market has no zone")
	ruleUnknownMarket   = diag.NewRule("A304", "unknown-market", diag.Error, "demand.csv names a market that market.csv does not have")
	ruleFractions       = diag.NewRule("A305", "fractions", diag.Error, "the fractions of a market do not sum to 1, or a market has no rows in demand.csv")
	ruleOutsideArea     = diag.NewRule("A306", "zone-outside-area", diag.Error, "demand.csv sends a market's tonnes from or to a zone outside its areas")
	ruleShare           = diag.NewRule("A307", "share", diag.Error, "a contestable share is not between 0 and 1")
	ruleUnknownConstant = diag.NewRule("A308", "unknown-constant", diag.Error, "calibration.csv has a constant that the engine does not use in this case; no constant may name a corridor")
	ruleMissingConstant = diag.NewRule("A309", "missing-constant", diag.Error, "calibration.csv lacks a constant the engine needs")
	ruleConstant        = diag.NewRule("A310", "constant-out-of-range", diag.Error, "a constant is outside what it can be (most must be above zero), or the dispersion of modes is above that of routes")
	ruleTariffBand      = diag.NewRule("A311", "tariff-outside-band", diag.Warning, "a price of a tonne-kilometre is outside what the mode can be thought to cost")
	ruleTariffTie       = diag.NewRule("A312", "tariff-tie", diag.Error, "two tariff rows of a kind are equally specific for the same links and goods: only the first counts")
	ruleFree            = diag.NewRule("A313", "free-link", diag.Warning, "no tariff row prices a link for some goods: moving is free there")
	ruleUnknownEarner   = diag.NewRule("A314", "unknown-earner", diag.Error, "an earner is neither a country of the case nor flag")
	ruleNobodyEarns     = diag.NewRule("A315", "nobody-earns", diag.Error, "a tariff, fee or terminal has money but nobody earns it, or nobody is named as paying it")
	ruleSplit           = diag.NewRule("A316", "split", diag.Error, "the shares of the earners of a tariff do not sum to 1")
	ruleFee             = diag.NewRule("A317", "fee", diag.Error, "a fee is charged at an unknown place, for an unknown flow type, or over nothing")
	ruleRule            = diag.NewRule("A318", "rule", diag.Error, "a rule has an unknown kind, country, area, place or mode, or lacks its amount")
	ruleRuleIdle        = diag.NewRule("A319", "rule-on-nothing", diag.Warning, "a rule meets no market of the case")
	ruleRegimeIdle      = diag.NewRule("A320", "regime-without-rule", diag.Note, "a regime named by markets has no rule: it changes nothing")
	ruleYears           = diag.NewRule("A321", "years", diag.Error, "the base year is after the horizon")
	ruleTooManyGoods    = diag.NewRule("A322", "too-many-commodities", diag.Error, "more commodities than the engine can tell apart")
	ruleGoods           = diag.NewRule("A323", "commodity-values", diag.Error, "a commodity lacks its value of time, or moves in boxes without tonnes in a TEU")
	ruleTariffKind      = diag.NewRule("A324", "tariff-kind", diag.Error, "a tariff is neither infrastructure nor haulage, or has no amount")
	ruleZoneNodeTwo     = diag.NewRule("A325", "zones-on-one-node", diag.Error, "two zones of different countries share a node")
	ruleDates           = diag.NewRule("A326", "date-order", diag.Error, "a row ends before it begins, or an active rule ended before the base year")
	ruleConstantRange   = diag.NewRule("A327", "constant-bounds", diag.Error, "a constant to be fitted has no range, or its central value is outside it")
)

// CountryFinder says in which countries a point lies (neighbours within the
// accuracy of the shapes included). Known is false where it cannot tell.
type CountryFinder interface {
	CountriesAt(x, y float64) (codes []string, known bool)
}

// Check reports every problem of a spec's network, demand, prices and rules. It
// never stops early and needs nothing but the spec; see [CheckWith] for the
// test of nodes against shapes of countries.
func Check(s *Spec, l *diag.List) { CheckWith(s, l, nil) }

// CheckWith is Check with a finder of countries; nil skips that test and says
// so in a note.
func CheckWith(s *Spec, l *diag.List, where CountryFinder) {
	before := l.Count(diag.Error)
	c := newChecker(s, l)
	if s.BaseYear > s.Horizon {
		l.Report(ruleYears, diag.Pos{}, fmt.Sprint(s.BaseYear), "base year %d is after the horizon %d", s.BaseYear, s.Horizon)
	}
	c.nodes(where)
	c.links()
	c.borders()
	c.straits()
	c.terminals()
	c.projects()
	c.zones()
	c.commodities()
	c.markets()
	c.tariffs()
	c.fees()
	c.rules()
	c.background()
	c.constants()
	c.figures()
	if l.Count(diag.Error) > before {
		return // the graph can only be searched when every name leads somewhere
	}
	c.structure()
}

// checker holds the names of a spec.
type checker struct {
	s         *Spec
	l         *diag.List
	nodeAt    map[string]*Node
	links_    map[string]*Link
	borderIDs map[string]bool
	countries map[string]bool
	areas     map[string]bool
	zoneAt    map[string]*Zone
	marketAt  map[string]*Market
	goods     map[string]bool
	straitIDs map[string]bool
	projectID map[string]bool
	terminal  map[string]bool
	tags      map[string]bool
	regimes   map[string]bool
}

func newChecker(s *Spec, l *diag.List) *checker {
	c := &checker{
		s: s, l: l, nodeAt: map[string]*Node{}, links_: map[string]*Link{}, borderIDs: map[string]bool{},
		countries: map[string]bool{openSea: true}, areas: map[string]bool{}, zoneAt: map[string]*Zone{},
		marketAt: map[string]*Market{}, goods: map[string]bool{}, straitIDs: map[string]bool{},
		projectID: map[string]bool{}, terminal: map[string]bool{}, tags: map[string]bool{}, regimes: map[string]bool{},
	}
	for i := range s.Nodes {
		c.nodeAt[s.Nodes[i].ID] = &s.Nodes[i]
		c.countries[s.Nodes[i].Country] = true
	}
	for i := range s.Links {
		c.links_[s.Links[i].ID] = &s.Links[i]
		for _, t := range s.Links[i].Tags {
			c.tags[t] = true
		}
	}
	for i := range s.Borders {
		c.borderIDs[s.Borders[i].ID] = true
	}
	for i := range s.Zones {
		c.zoneAt[s.Zones[i].ID] = &s.Zones[i]
		c.areas[s.Zones[i].Area] = true
		c.countries[s.Zones[i].Country] = true
	}
	for i := range s.Markets {
		c.marketAt[s.Markets[i].ID] = &s.Markets[i]
		for _, r := range s.Markets[i].Regimes {
			c.regimes[r] = true
		}
	}
	for i := range s.Commodities {
		c.goods[s.Commodities[i].ID] = true
	}
	for i := range s.Straits {
		c.straitIDs[s.Straits[i].ID] = true
	}
	for i := range s.Projects {
		c.projectID[s.Projects[i].ID] = true
	}
	for i := range s.Terminals {
		c.terminal[s.Terminals[i].ID] = true
	}
	return c
}

// unknown reports a name that leads nowhere, with the nearest that would.
func unknown[V any](l *diag.List, r *diag.Rule, p diag.Pos, what, name, where string, known map[string]V) bool {
	if _, ok := known[name]; ok {
		return false
	}
	d := l.Report(r, p, name, "%s names the unknown %s %q", where, what, name)
	if name == "" {
		d.Message = where + " names no " + what
	}
	d.Expected = "a " + what + " of the case"
	if near := diag.Nearest(name, keys(known)()); near != "" {
		d.Hint = "did you mean " + near + "?"
	}
	return true
}

// twice reports rows whose key was seen before, pointing at the first.
func twice(l *diag.List, seen map[string]diag.Pos, key, what string, p diag.Pos) {
	if first, ok := seen[key]; ok {
		d := l.Report(ruleDuplicateRow, p, key, "%s %q stands twice", what, key)
		d.Also = append(d.Also, first)
		return
	}
	seen[key] = p
}

// LeastCapacity is the smallest capacity above zero that a case may give, in
// t/yr. Loads of very many times a capacity overflow the queue formula.
const LeastCapacity = 1

// figures tests the order and sign of every figure, and capacities for their
// size.
func (c *checker) figures() {
	s := c.s
	test := func(what string, p diag.Pos, f units.Figure, negative bool) {
		if f.Pos != (diag.Pos{}) {
			p = f.Pos
		}
		if f.Low > f.Central || f.Central > f.High {
			c.l.Report(ruleRange, p, "", "%s: low %g, central %g and high %g are not in order", what, f.Low, f.Central, f.High)
		}
		if !negative && f.Low < 0 {
			c.l.Report(ruleNegative, p, "", "%s is negative", what)
		}
		if strings.HasPrefix(what, "capacity") && f.Low >= 0 && f.Central > 0 && f.Central < LeastCapacity {
			d := c.l.Report(ruleTinyCapacity, p, "", "%s is %g t/yr", what, f.Central)
			d.Expected = fmt.Sprintf("0, which shuts it, or at least %d t/yr", LeastCapacity)
			d.Hint = "a bare number of a table is in Mt/yr; other units can be written into the cell, as 5000 t/yr"
		}
	}
	for i := range s.Links {
		r := &s.Links[i]
		test("hours of link "+r.ID, r.Pos, r.Hours, false)
		test("capacity of link "+r.ID, r.Pos, r.Capacity, false)
		if r.Length < 0 || r.Speed < 0 {
			c.l.Report(ruleNegative, r.Pos, r.ID, "length or speed of link %s is negative", r.ID)
		}
	}
	for i := range s.Borders {
		r := &s.Borders[i]
		test("hours of border "+r.ID, r.Pos, r.Hours, false)
		test("spread of border "+r.ID, r.Pos, r.Spread, false)
		test("capacity of border "+r.ID, r.Pos, r.Capacity, false)
	}
	for i := range s.Terminals {
		r := &s.Terminals[i]
		for k, f := range []units.Figure{r.Money, r.Hours, r.Spread, r.Capacity} {
			test([]string{"money", "hours", "spread", "capacity"}[k]+" of terminal "+r.ID, r.Pos, f, false)
		}
	}
	for i := range s.Commodities {
		r := &s.Commodities[i]
		for k, f := range []units.Figure{r.TonnesPerTEU, r.Value, r.ValueOfTime, r.Reliability} {
			test([]string{"tonnes in a TEU", "value", "value of time", "reliability"}[k]+" of "+r.ID, r.Pos, f, false)
		}
	}
	for i := range s.Markets {
		r := &s.Markets[i]
		for k, f := range []units.Figure{r.Tonnes, r.Share, r.Growth} {
			test([]string{"tonnes", "share", "growth"}[k]+" of market "+r.ID, r.Pos, f, false)
		}
	}
	for i := range s.Tariffs {
		r := &s.Tariffs[i]
		test("price of tariff "+r.ID, r.Pos, r.PerTonneKm, false)
		test("price of tariff "+r.ID, r.Pos, r.PerTonne, false)
	}
	for i := range s.Fees {
		test("money of fee "+s.Fees[i].ID, s.Fees[i].Pos, s.Fees[i].Money, false)
	}
	for i := range s.Rules {
		test("amount of rule "+s.Rules[i].ID, s.Rules[i].Pos, s.Rules[i].Amount, false)
	}
	for i := range s.Background {
		test("background of "+s.Background[i].Target, s.Background[i].Pos, s.Background[i].Tonnes, false)
	}
	for i := range s.Projects {
		test("year of project "+s.Projects[i].ID, s.Projects[i].Pos, s.Projects[i].Year, false)
		test("capacity of project "+s.Projects[i].ID, s.Projects[i].Pos, s.Projects[i].Capacity, false)
	}
	for i := range s.Constants {
		test("constant "+s.Constants[i].Name, s.Constants[i].Pos, s.Constants[i].Value, true)
	}
	for _, list := range [][]Change{s.BaseYearChanges, s.BaselineChanges} {
		for i := range list {
			test("amount of a change", list[i].Pos, list[i].Amount, list[i].How == Add)
		}
	}
}

// hasCapacity says whether a capacity counts: it is given and has a source.
func hasCapacity(f units.Figure, row *Ref) bool {
	return given(f) && (len(f.Source) > 0 || row != nil && len(row.Source) > 0)
}

func joinNames(names []string) string {
	if len(names) > 6 {
		return strings.Join(names[:6], ", ") + fmt.Sprintf(" and %d more", len(names)-6)
	}
	return strings.Join(names, ", ")
}

// sortedUnique sorts names and drops repeats.
func sortedUnique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
