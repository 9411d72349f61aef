package casefile

import (
	"slices"
	"strings"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// measureDims is the dimension of each measure, of both engines. The canonical
// unit of the dimension is the unit in which the engine counts.
var measureDims = map[freight.Measure]units.Dim{
	freight.Tonnes: units.Rate, freight.TEU: units.BoxRate, freight.TonneKm: units.WorkRate,
	freight.Revenue: units.MoneyRate, freight.Haulage: units.MoneyRate, freight.Hours: units.Time,
	freight.Money: units.MoneyPerTonne, freight.Spread: units.Time, freight.BorderShare: units.Share,
	freight.Unserved: units.Rate, freight.Served: units.Rate, freight.UserCost: units.MoneyPerTonne,
	freight.Benefit: units.MoneyRate, freight.HHI: units.Dimensionless,

	freight.Measure(region.PowerUnserved): units.EnergyRate, freight.Measure(region.PowerShort): units.Power,
	freight.Measure(region.GasUnserved): units.Volume, freight.Measure(region.GasShort): units.DayVolume,
	freight.Measure(region.TieFlow): units.EnergyRate, freight.Measure(region.TiePeak): units.Power, freight.Measure(region.PipeFlow): units.Volume,
	freight.Measure(region.PowerExport): units.EnergyRate, freight.Measure(region.PowerImport): units.EnergyRate,
	freight.Measure(region.EnergyCost): units.MoneyRate, freight.Measure(region.PowerPrice): units.MoneyPerEnergy,
	freight.Measure(region.GasShare): units.Share, freight.Measure(region.GasDependence): units.Share,
	freight.Measure(region.N1Short): units.Power, freight.Measure(region.N1Gas): units.Share, freight.Measure(region.GasDays): units.Days,
	freight.Measure(region.PowerWays): units.Dimensionless,
}

// MeasureDim returns the dimension of a measure's numbers.
func MeasureDim(m freight.Measure) units.Dim { return measureDims[m] }

// plainUnits are words for "no unit".
var plainUnits = []string{"1", "share", "index"}

// unitSize is how many base units of dim one unit is.
func (b *builder) unitSize(unit string, dim units.Dim) (float64, error) {
	if (dim == units.Share || dim == units.Dimensionless) && slices.Contains(plainUnits, unit) {
		return 1, nil
	}
	want := dim
	if dim == units.Share {
		want = units.Dimensionless // "%" may be asked for more than one
	}
	f, err := units.Parse("1 "+unit, want, units.Options{PriceYear: b.r.priceYear, Deflate: b.r.deflate})
	return f.Central, err
}

func (b *builder) path(v values) freight.PathQuery {
	q := freight.PathQuery{
		Passes: v.texts("passes"), Avoids: v.texts("avoids"), Modes: v.texts("modes"), UsesModes: v.texts("uses_modes"),
		Both: v.boolean("both"), Origins: v.texts("origins"), Destinations: v.texts("destinations"),
		Commodities: v.texts("commodities"), Regimes: v.texts("regimes"), Markets: v.texts("markets"),
		Country: v.text("country"), Flow: v.text("flow"), Pos: v.pos,
	}
	if n := v.get("mode_in"); n != nil {
		q.ModeIn = map[string]string{}
		for _, e := range n.keys {
			q.ModeIn[e.key] = e.value.text
		}
	}
	b.paths = append(b.paths, v)
	return q
}

func (b *builder) corridor(v values) {
	c := Corridor{ID: v.text("id"), Name: v.text("name"), OtherNames: v.texts("other_names"), About: v.text("about"), Exclusive: v.boolean("exclusive"), Ref: b.meta(v)}
	if p, ok := v.record("path"); ok {
		c.Path = b.path(p)
		if len(p.node) == 0 {
			b.l.Report(ruleEmptyPath, v.at("path"), c.ID, "the path of %q asks for nothing", c.ID).Expected = "at least one of " + join(pathRecord.names())
		}
	}
	if b.declare(tCorridor, c.ID, c.Pos) {
		b.c.Corridors = append(b.c.Corridors, c)
	}
}

func (b *builder) outcome(v values) {
	o := Outcome{Name: v.text("name"), About: v.text("about"), Engine: v.text("engine"), Corridor: b.refItem(tCorridor, v, "corridor"), Unit: v.text("unit"), Good: v.text("good")}
	meta := b.meta(v)
	o.ID, o.Measure = v.text("id"), freight.Measure(v.text("measure"))
	b.outcomeEngine(&o, v)
	o.Country, o.Payer = v.text("country"), v.text("payer")
	o.Ref = freight.Ref{Pos: meta.Pos, Source: meta.Source, Letter: meta.Letter, Note: meta.Note}
	o.Query.Pos = meta.Pos
	if q, ok := v.record("query"); ok {
		o.Query = b.path(q)
		b.mergeCorridor(&o, q)
	} else {
		b.mergeCorridor(&o, values{})
	}
	if o.Engine == EngineEnergy {
		b.energyOutcome(&o, v)
	} else {
		b.outcomeCountry(&o, v)
	}
	if dim, ok := measureDims[o.Measure]; ok && o.Unit != "" {
		size, err := b.unitSize(o.Unit, dim)
		if err != nil || size <= 0 {
			d := b.l.Report(ruleOutcomeUnit, v.at("unit"), o.Unit, "%q is not a unit of %s", o.Unit, o.Measure)
			d.Expected = "a unit of " + dim.String()
			if u := dim.Unit(); u != "" {
				d.Expected += ", such as " + u
			}
		} else if f := v.get("materiality"); f != nil {
			m := b.measured(f, dim, size, "materiality")
			b.figureSources(f, m)
			o.Materiality = m.Central
			if m.Known && m.Central < 0 {
				b.l.Report(ruleQuantity, f.pos, f.text, "the materiality is below 0").Expected = "a threshold of 0 or more"
			}
		}
	}
	if o.Energy != nil {
		o.Energy.Materiality = o.Materiality
	}
	if b.declare(tOutcome, o.ID, o.Pos) {
		b.c.Outcomes = append(b.c.Outcomes, o)
	}
}

// measured reads a figure in the dimension of a measure; bare numbers are in
// the unit of the outcome, of the given size.
func (b *builder) measured(n *node, dim units.Dim, size float64, name string) units.Figure {
	var bare func(n *node)
	bare = func(n *node) {
		switch n.shape {
		case sInt, sFloat:
			// Read as a number and scaled below: a text such as "0.1 Mt/yr" is
			// scaled by its own unit.
			n.scale = size
		case sList:
			for _, x := range n.items {
				bare(x)
			}
		case sRecord:
			for _, e := range n.keys {
				bare(e.value)
			}
		}
	}
	bare(n)
	return b.r.figure(n, dim, "", name)
}

// needsCountry are the measures of one country's accounts.
var needsCountry = map[freight.Measure]string{
	freight.Revenue: "the earner", freight.Haulage: "the flag of the haulier", freight.Benefit: "whose users",
	freight.HHI: "whose trade",
}

func (b *builder) outcomeCountry(o *Outcome, v values) {
	if what, ok := needsCountry[o.Measure]; ok && o.Country == "" {
		d := b.l.Report(ruleOutcomeCountry, v.at("measure"), string(o.Measure), "the measure %s of %q names no country", o.Measure, o.ID)
		d.Expected = "country: " + what
	}
	if o.Payer != "" && o.Measure != freight.Revenue && o.Measure != "" {
		d := b.l.Report(ruleOutcomeCountry, v.at("payer"), o.Payer, "%q measures %s and names a payer", o.ID, o.Measure)
		d.Expected = "payer only with measure: revenue"
	}
	for _, key := range []string{"country", "payer"} {
		if it, ok := v.one(key); ok {
			b.areas = append(b.areas, areaRef{it, key, true})
		}
	}
	if o.Query.Flow != "" && o.Query.Country == "" {
		if o.Country != "" {
			o.Query.Country = o.Country
			return
		}
		d := b.l.Report(ruleOutcomeCountry, o.Query.Pos, o.Query.Flow, "the flow type %s of %q is seen from no country", o.Query.Flow, o.ID)
		d.Expected = "country: whose accounts the flow type is seen from"
	}
}

// mergeCorridor takes the path of the outcome's corridor into its query.
func (b *builder) mergeCorridor(o *Outcome, q values) {
	if o.Corridor == "" {
		return
	}
	var path *freight.PathQuery
	for i := range b.c.Corridors {
		if b.c.Corridors[i].ID == o.Corridor {
			path = &b.c.Corridors[i].Path
		}
	}
	if path == nil {
		return
	}
	clash := func(key string) {
		d := b.l.Report(ruleOutcomeQuery, q.at(key), key, "%q of outcome %q is set by its corridor %q already", key, o.ID, o.Corridor)
		d.Hint = "remove the key, or write the whole query without the corridor"
	}
	lists := func(key string, own *[]string, theirs []string) {
		switch {
		case len(theirs) == 0 || slices.Equal(*own, theirs):
		case len(*own) == 0:
			*own = theirs
		default:
			clash(key)
		}
	}
	words := func(key string, own *string, theirs string) {
		switch {
		case theirs == "" || *own == theirs:
		case *own == "":
			*own = theirs
		default:
			clash(key)
		}
	}
	own := &o.Query
	lists("passes", &own.Passes, path.Passes)
	lists("avoids", &own.Avoids, path.Avoids)
	lists("modes", &own.Modes, path.Modes)
	lists("uses_modes", &own.UsesModes, path.UsesModes)
	lists("origins", &own.Origins, path.Origins)
	lists("destinations", &own.Destinations, path.Destinations)
	lists("commodities", &own.Commodities, path.Commodities)
	lists("regimes", &own.Regimes, path.Regimes)
	lists("markets", &own.Markets, path.Markets)
	words("country", &own.Country, path.Country)
	words("flow", &own.Flow, path.Flow)
	own.Both = own.Both || path.Both
	for _, c := range sortedKeys(path.ModeIn) {
		if m, ok := own.ModeIn[c]; ok && m != path.ModeIn[c] {
			clash("mode_in")
			continue
		}
		if own.ModeIn == nil {
			own.ModeIn = map[string]string{}
		}
		own.ModeIn[c] = path.ModeIn[c]
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// areaRef is a country or an area named in a query.
type areaRef struct {
	item
	key     string
	country bool // a country of the network; else an area of the zones
}

// checkPaths looks up what the queries name. It runs when the tables are read.
func (b *builder) checkPaths() {
	s := b.c.Freight
	if s == nil || len(s.Nodes) == 0 {
		return
	}
	elements, countries := map[string]bool{}, map[string]bool{}
	var names []string
	add := func(id string) {
		if id != "" && !elements[id] {
			elements[id] = true
			names = append(names, id)
		}
	}
	for _, n := range s.Nodes {
		add(n.ID)
		countries[n.Country] = true
	}
	for _, x := range s.Links {
		add(x.ID)
	}
	for _, x := range s.Borders {
		add(x.ID)
	}
	for _, x := range s.Straits {
		add(x.ID)
	}
	areas, areaNames := map[string]bool{}, []string{}
	for _, z := range s.Zones {
		for _, a := range []string{z.Area, z.Country} {
			if a != "" && !areas[a] {
				areas[a] = true
				areaNames = append(areaNames, a)
			}
		}
	}
	for _, z := range s.Markets {
		for _, a := range []string{z.Origin, z.Destination} {
			if a != "" && !areas[a] {
				areas[a] = true
				areaNames = append(areaNames, a)
			}
		}
	}
	isCountry := func(text string) bool {
		if countries[text] {
			return true
		}
		from, to, ok := strings.Cut(text, "-")
		return ok && countries[from] && countries[to]
	}
	countryNames := sortedKeys(countries)
	var commodities, markets, regimes []string
	for _, x := range s.Commodities {
		commodities = append(commodities, x.ID)
	}
	for _, x := range s.Markets {
		markets = append(markets, x.ID)
		for _, g := range x.Regimes {
			if !slices.Contains(regimes, g) {
				regimes = append(regimes, g)
			}
		}
	}
	for _, v := range b.paths {
		for _, key := range []string{"passes", "avoids"} {
			for _, it := range v.list(key) {
				for _, part := range strings.Split(it.text, "|") {
					if part = strings.TrimSpace(part); elements[part] || isCountry(part) {
						continue
					}
					d := b.l.Report(rulePathElement, it.pos, part, "%q is no node, link, border, strait or country of the network", part)
					d.Expected = "an id of node.csv, link.csv, border.csv or strait.csv, a country, or two countries as RU-AZ"
					b.suggest(d, part, names)
				}
			}
		}
		for _, key := range []string{"origins", "destinations"} {
			for _, it := range v.list(key) {
				b.areas = append(b.areas, areaRef{it, key, false})
			}
		}
		if it, ok := v.one("country"); ok {
			b.areas = append(b.areas, areaRef{it, "country", true})
		}
		if n := v.get("mode_in"); n != nil {
			for _, e := range n.keys {
				b.areas = append(b.areas, areaRef{item{e.key, e.pos}, "mode_in", true})
				b.mode(item{e.value.text, e.value.pos})
			}
		}
		for _, key := range []string{"modes", "uses_modes"} {
			for _, it := range v.list(key) {
				b.mode(it)
			}
		}
		b.oneOf(v.list("commodities"), commodities, "commodity", "a commodity of commodity.csv")
		b.oneOf(v.list("markets"), markets, "market", "a market_id of market.csv")
		b.oneOf(v.list("regimes"), regimes, "regime", "a regime that a market of market.csv names")
	}
	for _, a := range b.areas {
		text := strings.TrimPrefix(a.text, "!")
		if a.country && countries[text] || !a.country && areas[text] {
			continue
		}
		where, options := "an area that zone.csv or market.csv names", areaNames
		if a.country {
			where, options = "a country that node.csv names", countryNames
		}
		d := b.l.Report(ruleUnknownArea, a.pos, text, "%q of %q is unknown", text, a.key)
		d.Expected = where
		b.suggest(d, text, options)
	}
}

// modeNames are the modes of the network.
var modeNames = []string{"rail", "road", "sea", "ferry", "river"}

func (b *builder) mode(it item) {
	b.oneOf([]item{it}, modeNames, "mode", "one of "+join(modeNames))
}

func (b *builder) oneOf(items []item, options []string, what, where string) {
	for _, it := range items {
		if slices.Contains(options, it.text) {
			continue
		}
		d := b.l.Report(ruleUnknownMarket, it.pos, it.text, "there is no %s %q", what, it.text)
		d.Expected = where
		b.suggest(d, it.text, options)
	}
}
