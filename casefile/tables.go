package casefile

import "github.com/astara-corridors/astara/units"

// Words that several tables share.
var (
	networkModes  = []string{"rail", "road", "sea", "ferry", "river"}
	terminalModes = []string{"rail", "road", "sea", "ferry", "river", "zone", "gauge"}
	feeModes      = []string{"*", "rail", "road", "sea", "ferry", "river"}
	uses          = []string{"fit", "holdout", "never"}
)

// Columns that most tables have.
var (
	kSource = column{name: "source", cell: cSource, doc: "ids of sources.yaml, separated by ;"}
	kLetter = column{name: "letter", cell: cLetter, doc: "confidence of the row's main figure: a read, m computed, b own knowledge, c estimate"}
	kNote   = column{name: "note", cell: cText, optional: true, doc: "remark for whoever reads the table"}
	kOther  = column{name: "other_names", cell: cList, optional: true, doc: "other names in use"}
)

func backed(cols ...column) []column { return append(cols, kSource, kLetter, kNote) }

// must forbids empty cells, may lets the column be absent.
func must(c column) column { c.required = true; return c }
func may(c column) column  { c.optional = true; return c }

func ct(name, doc string) column { return column{name: name, cell: cText, doc: doc} }
func ci(name, doc string) column { return column{name: name, cell: cID, doc: doc} }
func cf(name string, d units.Dim, unit, doc string) column {
	return column{name: name, cell: cFigure, dim: d, unit: unit, doc: doc}
}
func cn(name string, d units.Dim, unit, doc string) column {
	return column{name: name, cell: cNumber, dim: d, unit: unit, doc: doc}
}
func cb(name, def, doc string) column { return column{name: name, cell: cBool, def: def, doc: doc} }
func cd(name, doc string) column      { return column{name: name, cell: cDate, doc: doc} }
func ce(name string, words []string, doc string) column {
	return column{name: name, cell: cEnum, enum: words, doc: doc}
}
func cl(name, doc string) column { return column{name: name, cell: cList, doc: doc} }
func src(name string) column {
	return column{name: name + "_source", cell: cSource, optional: true, doc: "sources of " + name + ", if not those of the row"}
}
func let(name string) column {
	return column{name: name + "_letter", cell: cLetter, optional: true, doc: "confidence of " + name + ", if not that of the row"}
}

// The tables of freight/, in the order in which they are read.
var (
	nodeTable = &tableDef{path: "freight/node.csv", doc: "Places.", required: true, backed: true, cols: backed(
		must(ci("node_id", "name of the node")), must(ct("name", "name for people")), kOther,
		must(ci("country", "ISO 3166-1 alpha-2, XZ for the open sea")),
		must(cn("x_coord", units.Dimensionless, "", "longitude, degrees, WGS 84")), must(cn("y_coord", units.Dimensionless, "", "latitude, degrees, WGS 84")),
		ct("node_type", "port, junction, crossing ..."), may(ct("unlocode", "UN/LOCODE")))}
	linkTable = &tableDef{path: "freight/link.csv", doc: "Ways between two nodes.", required: true, backed: true, cols: backed(
		must(ci("link_id", "name of the link")), must(ci("from_node_id", "node")), must(ci("to_node_id", "node")),
		cb("directed", "no", "usable from from_node_id to to_node_id only"), must(ce("mode", networkModes, "mode")),
		must(cn("length", units.Length, "km", "length")), cn("free_speed", units.Speed, "km/h", "running speed, for rail and road"),
		cf("hours", units.Time, "h", "time of a sea, ferry or river leg"),
		may(cl("gauge", "track gauge in mm; two where it changes along the link")),
		may(cf("capacity", units.Rate, "Mt/yr", "capacity; empty: uncongested")), may(cb("capacity_shared", "no", "both directions share the capacity")),
		src("capacity"), let("capacity"),
		may(cl("straits", "straits that the leg passes")), may(cl("tags", "selectors for tariffs and maps")),
		cb("open", "yes", "usable in the base year"), may(ci("project", "project that opens it")),
		may(cd("opens", "from when it can be used")), may(cd("closes", "until when")), may(cd("known_since", "since when it was public that it comes")))}
	borderTable = &tableDef{path: "freight/border.csv", doc: "Border crossing points, one row a direction and mode. The hours replace the time of the border link.", backed: true, cols: backed(
		must(ci("border_id", "name of the crossing, shared by its directions")), must(ct("name", "name for people")), kOther,
		must(ci("node_from", "node")), must(ci("node_to", "node")), must(ci("country_from", "country left")), must(ci("country_to", "country entered")),
		must(ce("mode", networkModes, "mode")), must(cf("hours", units.Time, "h", "mean hours of both posts without a queue")), src("hours"), let("hours"),
		cf("spread", units.Time, "h", "standard deviation of the hours"),
		cf("capacity", units.Rate, "Mt/yr", "capacity in this direction; empty: no queue"), src("capacity"), let("capacity"),
		cb("gauge_change", "no", "the gauge changes here; its hours are inside hours"), may(ct("permits", "permits needed")), cb("open", "yes", "open in the base year"))}
	straitTable = &tableDef{path: "freight/strait.csv", doc: "Named passages.", backed: true, cols: backed(
		must(ci("strait_id", "name of the strait")), must(ct("name", "name for people")), kOther,
		ci("detour", "strait that traffic takes when this one is shut; empty: no way round"), ci("check_from", "node of the closure check"), ci("check_to", "node of the closure check"))}
	terminalTable = &tableDef{path: "freight/terminal.csv", doc: "What loading, unloading, transhipment and change of gauge cost.", required: true, backed: true, cols: backed(
		must(ci("terminal_id", "name of the row")), must(ci("node_id", "node, * for the default")),
		must(ce("mode_from", terminalModes, "mode, or zone")), must(ce("mode_to", terminalModes, "mode, zone, or gauge")),
		must(ci("commodity", "commodity, * for all")), cf("money", units.MoneyPerTonne, "USD/t", "price"), cf("hours", units.Time, "h", "time"),
		cf("spread", units.Time, "h", "standard deviation of the time"), cf("capacity", units.Rate, "Mt/yr", "capacity; empty: no queue"),
		may(ci("earner", "country that earns the money; empty: that of the node")))}
	projectTable = &tableDef{path: "freight/project.csv", doc: "What is not there yet.", backed: true, cols: backed(
		must(ci("project_id", "name of the project")), must(ct("name", "name for people")), kOther, ci("country", "country"),
		must(cl("links", "links it opens")), must(ce("opens_by", []string{"date", "effect"}, "date: in its year; effect: only by an effect")),
		cf("year", units.Year, "", "year of opening with its slip"), may(cn("capacity", units.Rate, "Mt/yr", "capacity of its links once open")),
		may(cd("known_since", "since when it was public")))}
	zoneTable = &tableDef{path: "freight/zone.csv", doc: "Areas whose demand is lumped at a node.", required: true, backed: true, cols: backed(
		must(ci("zone_id", "name of the zone")), must(ct("name", "name for people")), must(ci("area", "area that markets name")), must(ci("country", "country for accounts")),
		must(ci("node_id", "node")), must(cf("weight_out", units.Dimensionless, "", "share of what the area sends, any unit")),
		must(cf("weight_in", units.Dimensionless, "", "share of what the area receives, any unit")), may(ct("weight_what", "what the weights are")))}
	commodityTable = &tableDef{path: "freight/commodity.csv", doc: "Groups of goods.", required: true, backed: true, cols: backed(
		must(ci("commodity", "name of the group")), must(ct("name", "name for people")), may(cl("hs", "chapters of the Harmonized System")),
		cb("container", "no", "moves in boxes"), must(cf("t_per_teu", units.PerTEU, "t/TEU", "tonnes a TEU")), must(cf("value", units.MoneyPerTonne, "USD/t", "value")),
		must(cf("value_of_time", units.MoneyPerTonneHour, "USD/t-h", "value of time")),
		must(cf("reliability", units.Dimensionless, "", "value of an hour of standard deviation over that of an hour")))}
	marketTable = &tableDef{path: "freight/market.csv", doc: "Trade that wants to move.", required: true, backed: true, cols: backed(
		must(ci("market_id", "name of the market")), must(ci("origin", "area")), must(ci("destination", "area")), must(ci("commodity", "commodity")),
		cl("regimes", "sanction regimes and bans that bear on it"), must(cf("tonnes", units.Rate, "t/yr", "tonnes of the base year")),
		must(cf("share", units.Share, "", "share that chooses its way freely")), let("share"), cf("growth", units.Dimensionless, "", "horizon over base year"), let("growth"),
		column{name: "modes", cell: cEnums, enum: networkModes, doc: "modes of the usual way"}, may(ct("reason", "how the tonnes were found")))}
	demandTable = &tableDef{path: "freight/demand.csv", doc: "How markets split over pairs of zones. Written by astara demand.", cols: []column{
		must(ci("market_id", "market")), must(ci("origin_zone_id", "zone")), must(ci("destination_zone_id", "zone")), must(cn("fraction", units.Dimensionless, "", "share of the market"))}}
	tariffTable = &tableDef{path: "freight/tariff.csv", doc: "Prices of moving. Of each kind the most specific row applies; the kinds add up.", required: true, backed: true, cols: backed(
		must(ci("tariff_id", "name of the row")), must(ce("kind", []string{"infrastructure", "haulage"}, "kind")), must(ci("country", "country, water area tag, * for all")),
		must(ce("mode", networkModes, "mode")), must(ci("commodity", "commodity, * for all")), may(ci("tag", "link tag that the row is limited to")),
		cf("per_tkm", units.MoneyPerTonneKm, "USD/t-km", "price by distance"), cf("per_t", units.MoneyPerTonne, "USD/t", "price for each link used"),
		may(ct("payer", "who pays")), ci("earner", "country that earns it, flag for the haulier's"), may(cl("split", "shares where several earn, as RU:0.5")))}
	feeTable = &tableDef{path: "freight/fee.csv", doc: "Charges at places.", backed: true, cols: backed(
		must(ci("fee_id", "name of the row")), must(ce("at", []string{"border", "country", "terminal", "strait", "link"}, "kind of place")), must(ci("target", "id of the place, country for country")),
		must(ce("mode", feeModes, "mode, * for all")), must(ce("flow", []string{"transit", "import", "export", "domestic", "all"}, "flow type, as the charging country sees it")),
		ci("from", "country the traffic comes from, * for all"), must(ci("commodity", "commodity, * for all")), must(cf("money", units.MoneyPerTonne, "USD/t", "charge")),
		may(ct("payer", "who pays")), ci("earner", "country that earns it"))}
	ruleTable = &tableDef{path: "freight/rule.csv", doc: "What forbids or prices traffic. Empty selectors match all.", backed: true, cols: backed(
		must(ci("rule_id", "name of the rule")), must(ct("name", "name for people")), must(ce("kind", []string{"forbid", "money", "ad_valorem", "hours"}, "kind")),
		ci("regime", "regime that a market must name"), column{name: "modes", cell: cEnums, enum: networkModes, doc: "modes"}, cl("origins", "areas; !AZ excludes"), cl("destinations", "areas; !AZ excludes"),
		cl("commodities", "commodities"), ci("through", "country that the path touches"), ci("at", "border, strait or link"),
		cf("amount", units.Dimensionless, "", "USD/t for money, share of the value for ad_valorem, h for hours; empty for forbid"),
		ci("earner", "country that earns it; empty: nobody"), cb("active", "yes", "in force in the base year and the baseline"), may(cd("from", "since when")), may(cd("until", "until when")))}
	backgroundTable = &tableDef{path: "freight/background.csv", doc: "Traffic outside the markets.", backed: true, cols: backed(
		must(ce("at", []string{"link", "border", "terminal"}, "kind of place")), must(ci("target", "id of the place")),
		must(ce("direction", []string{"both", "forward", "back"}, "direction")), must(cf("tonnes", units.Rate, "t/yr", "tonnes")))}
	calibrationTable = &tableDef{path: "freight/calibration.csv", doc: "Named constants of the model, with the range allowed.", required: true, backed: true, cols: backed(
		must(ci("name", "name of the constant")), ct("about", "what it is"), must(cf("value", units.Dimensionless, "", "start value; a fit is pulled toward it")),
		may(cn("fitted", units.Dimensionless, "", "value in use, written by astara calibrate; empty: the start value")), cb("free", "no", "fitted by astara calibrate"))}
	gravityTable = &tableDef{path: "freight/gravity/gravity.csv", doc: "Constants of the split of a market over zones.", backed: true, cols: backed(
		must(ci("name", "name of the constant")), must(cf("value", units.Dimensionless, "", "value")), may(ct("unit", "unit of the value, for people")))}
	observedTable = &tableDef{path: "observed.csv", doc: "Published figures that the base-year run is held against.", backed: true, cols: backed(
		must(ci("obs_id", "name of the row")), ci("outcome", "outcome that counts the same; empty where none does"), must(ct("name", "what is counted")), must(ct("unit", "unit")),
		must(cf("value", units.Dimensionless, "", "figure, in unit")), must(ct("period", "year, date, or years as 2021-2023")), must(ce("use", uses, "fit, holdout or never")),
		ct("reason", "why it is used so"), may(ci("group", "figures that count the same traffic share a group")))}
	chainsTable = &tableDef{path: "chains.csv", doc: "Published door-to-door chains.", backed: true, cols: backed(
		must(ci("chain_id", "name of the chain")), must(ct("name", "name for people")), must(ci("origin_node", "node")), must(ci("destination_node", "node")),
		cl("via", "nodes or links on the way, in order"), column{name: "modes", cell: cEnums, enum: networkModes, doc: "modes"}, ci("commodity", "commodity; empty: general cargo in boxes"),
		cf("hours", units.Time, "h", "time"), cf("money", units.MoneyPerTonne, "USD/t", "price"), column{name: "year", cell: cYear, doc: "year"}, must(ce("use", uses, "fit, holdout or never")))}
	timelineTable = &tableDef{path: "timeline.csv", doc: "What happened. Events feed only the ledger and held-out tables.", backed: true, cols: backed(
		must(ci("event_id", "name of the event")), must(cd("date", "when")), must(ct("event", "what happened")), may(ct("kind", "kind of event")), may(cl("parties", "who took part")))}
)

// tables lists all tables in the order in which they are read.
var tables = append(append([]*tableDef{
	nodeTable, linkTable, borderTable, straitTable, terminalTable, projectTable, zoneTable, commodityTable, marketTable, demandTable,
	tariffTable, feeTable, ruleTable, backgroundTable, calibrationTable, gravityTable,
}, energyTables...), observedTable, chainsTable, timelineTable)
