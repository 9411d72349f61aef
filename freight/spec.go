// Package freight is the freight engine: it turns a network of transport
// operations, the markets that want to cross it and the rules that stand in
// the way into flows, costs, revenues and unserved tonnes.
//
// The package knows nothing of politics. A world reaches it as a list of typed
// changes (see [Change]) over a [Spec] that is never modified.
//
// [Prepare] builds, once for a case, the graph of operations of everything
// listed (open or not), the classes of goods and the union route sets, and runs
// the base year and the baseline. [Base.Resolve] turns changes into a [Delta],
// [Base.Solve] finds the equilibrium of its network and evaluates the outcome
// queries, [Base.Detail] opens the result.
//
// Goods of a class pay, for each operation, money + v (hours + r spread), v the
// value of time and r the reliability ratio, and choose among their routes by a
// nested path-size logit on cost relative to the cheapest of the base year:
//
//	V = -theta c/c0 + ln PS,   q = q0 exp(-e (G - G0)/c0) s,   G the logsum cost
//
// Borders and terminals with a capacity queue, the same hours for every class;
// links with one ration by a price. docs/methods/freight.md and choice.md give
// the whole, with sources.
//
// Results are deterministic: same spec, same delta, same start, same bits,
// whatever the number of workers.
//
// Units, everywhere in this package: tonnes are metric tonnes a year, money is
// USD of the case's price year, hours are hours, lengths are kilometres.
package freight

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Spec is the freight half of a case as read from its folder: data only, with
// positions kept for diagnostics. Rows stay in file order. All references
// between rows are by id; [Check] reports the ones that lead nowhere.
type Spec struct {
	BaseYear int // year of the demand and of the observed figures
	Horizon  int // year the worlds are about
	// AsOf is the day the case is written from (YYYY-MM-DD): what became known
	// later opens and closes nothing by date in the horizon. "" sets no limit.
	AsOf string

	Nodes       []Node
	Links       []Link
	Borders     []Border
	Straits     []Strait
	Terminals   []Terminal
	Projects    []Project
	Zones       []Zone
	Commodities []Commodity
	Markets     []Market
	Demand      []Demand
	Tariffs     []Tariff
	Fees        []Fee
	Rules       []Rule
	Background  []Background
	Constants   []Constant

	Outcomes []Outcome // outcome queries this engine answers
	// BaseYearChanges turn the network as listed into the network of the base
	// year (for example "Suez dear in 2024"). Not applied to other runs.
	BaseYearChanges []Change
	// BaselineChanges turn it into the baseline of the horizon year, beyond the
	// projects that open by date.
	BaselineChanges []Change
}

// Ref says where a row stands and what backs it.
type Ref struct {
	Pos    diag.Pos
	Source []string     // ids of sources.yaml
	Letter units.Letter // a read, m computed, b own knowledge, c estimate
	Note   string
}

// Node is a place: a row of freight/node.csv (GMNS node).
type Node struct {
	ID, Name, Type string
	OtherNames     []string
	Country        string  // ISO 3166-1 alpha-2, "XZ" for the open sea
	X, Y           float64 // longitude, latitude in degrees, WGS 84
	UNLOCODE       string
	Ref
}

// Link is a stretch of way, a row of freight/link.csv (GMNS link). A link with
// Directed false may be used both ways. A link whose two nodes lie in two
// countries crosses a border: its waiting stands in [Border] rows only.
type Link struct {
	ID, From, To   string
	Directed       bool
	Mode           string       // rail, road, sea, ferry, river
	Length         float64      // km
	Speed          float64      // running speed, km/h; 0 where Hours is given
	Hours          units.Figure // whole time of a sea, ferry or river leg; zero Figure where Speed is given
	Gauge          []int        // mm, two where the gauge changes along the link
	Capacity       units.Figure // t/yr; unknown means uncongested
	CapacityShared bool         // both directions share Capacity
	Straits        []string
	Tags           []string // selectors for tariffs and maps, never for corridors
	Open           bool     // usable in the base year as listed
	Project        string   // project that opens it, "" if none
	// Opens and Closes are dates as written (YYYY or YYYY-MM-DD), "" if none.
	Opens, Closes, KnownSince string
	Ref
}

// Border is one direction of a border crossing point (BCP) for one mode: a row
// of freight/border.csv. The key is (NodeFrom, NodeTo, Mode). Its operations
// replace the time of the border and never add to it.
type Border struct {
	ID, Name               string // ID is shared by the two directions
	OtherNames             []string
	NodeFrom, NodeTo       string
	CountryFrom, CountryTo string
	Mode                   string
	Hours                  units.Figure // mean hours of both posts without queue growth
	Spread                 units.Figure // standard deviation of the hours
	Capacity               units.Figure // t/yr in this direction; unknown means no queue
	GaugeChange            bool         // hours of the change are inside Hours, its money in Terminal rows
	Permits                string
	Open                   bool
	Ref
}

// Strait is a named passage: a row of freight/strait.csv.
type Strait struct {
	ID, Name   string
	OtherNames []string
	// Detour names the strait that traffic takes when this one is shut; "" says
	// that shutting it disconnects CheckFrom from CheckTo (by water).
	Detour             string
	CheckFrom, CheckTo string // node ids that the closure check connects
	Ref
}

// Terminal is what changing mode costs at a node: a row of
// freight/terminal.csv. Node "*" is the default. ModeFrom or ModeTo "zone" is
// loading or unloading. Mode "gauge" as ModeTo is a change of gauge on rail.
type Terminal struct {
	ID, Node         string
	ModeFrom, ModeTo string
	Commodity        string       // "*" for all
	Money            units.Figure // USD/t
	Hours            units.Figure
	Spread           units.Figure
	Capacity         units.Figure // t/yr
	Earner           string       // ISO country, "" = country of the node
	Ref
}

// Project is something not there yet: a row of freight/project.csv.
type Project struct {
	ID, Name   string
	OtherNames []string
	Country    string
	Links      []string
	OpensBy    string       // "date" or "effect"
	Year       units.Figure // announced year with slip: low, central, high year of opening
	Capacity   units.Figure // t/yr the links have once it is open, unknown = as in the links
	KnownSince string
	Ref
}

// Zone is an area whose demand is lumped at one node: freight/zone.csv.
type Zone struct {
	ID, Name            string
	Area                string // code used by markets: ISO country, or NX, EU, XM ...
	Country             string // ISO country for accounts
	Node                string
	WeightOut, WeightIn units.Figure // gravity masses, any unit, same within an area
	Ref
}

// Commodity is a group of goods: freight/commodity.csv.
type Commodity struct {
	ID, Name     string
	HS           []string
	TonnesPerTEU units.Figure
	Container    bool         // moves in boxes and is counted in TEU
	Value        units.Figure // USD/t
	ValueOfTime  units.Figure // USD/(t h)
	Reliability  units.Figure // ratio: value of an hour of standard deviation over value of an hour
	Ref
}

// Market is trade that wants to move: freight/market.csv. Tonnes times Share
// is contestable and chooses freely; the rest is captive to Modes.
type Market struct {
	ID                  string
	Origin, Destination string // areas
	Commodity           string
	Regimes             []string     // names of sanction regimes and bans that bear on it
	Tonnes              units.Figure // base year, t/yr
	Share               units.Figure // contestable share, 0 to 1
	Growth              units.Figure // horizon over base year
	Modes               []string     // modes of the usual way; captive tonnes use only these for the main haul
	Reason              string
	Ref
}

// Demand splits a market over zone pairs: freight/demand.csv, written by
// "astara demand". Fractions of a market sum to 1.
type Demand struct {
	Market, OriginZone, DestinationZone string
	Fraction                            float64
	Ref
}

// Tariff is the price of moving: freight/tariff.csv. For each kind the most
// specific matching row applies (link tag, then commodity, then country); the
// kinds add up.
type Tariff struct {
	ID            string
	Kind          string // infrastructure, haulage
	Country       string // ISO country or water area tag; "*"
	Mode          string
	Commodity     string             // "*" for all
	Tag           string             // link tag the row is limited to
	PerTonneKm    units.Figure       // USD/(t km)
	PerTonne      units.Figure       // USD/t for each link used
	Payer, Earner string             // Earner: ISO country, or "flag" for the haulier's
	Split         map[string]float64 // shares of the earners where there are several
	Ref
}

// Fee is a charge at a place: freight/fee.csv.
type Fee struct {
	ID            string
	At            string // "border", "country", "terminal", "strait", "link"
	Target        string // id of the place; country code for "country" (charged on entry)
	Mode          string // "*" for all
	Flow          string // transit, import, export, domestic, all: from the view of the country charging
	From          string // country the traffic comes from, "*" for all
	Commodity     string
	Money         units.Figure // USD/t
	Payer, Earner string
	Ref
}

// Rule forbids or prices traffic: freight/rule.csv. Empty selectors match all.
type Rule struct {
	ID, Name                                  string
	Kind                                      string // forbid, money (USD/t), ad_valorem (share of value), hours
	Regime                                    string // matches markets that name this regime
	Modes, Origins, Destinations, Commodities []string
	Through                                   string // country that the path touches (transit or end)
	At                                        string // border, strait or link id
	Amount                                    units.Figure
	Earner                                    string // "" = nobody's revenue (payment and insurance cost)
	Active                                    bool   // in force in the base year and the baseline
	From, Until                               string
	Ref
}

// Background is traffic outside the markets, preloaded on an element:
// freight/background.csv.
type Background struct {
	At, Target string // "link", "border", "terminal" and its id
	Direction  string // "both", "forward", "back"
	Tonnes     units.Figure
	Ref
}

// Constant is a named number of the model: freight/calibration.csv. Value holds
// the value in use and the range allowed; Free ones are fitted by "astara
// calibrate". Start is the value before the fit, which the fit is pulled toward;
// a zero Figure says that Value has not been fitted.
type Constant struct {
	Name  string
	About string
	Value units.Figure
	Start units.Figure
	Free  bool
	Ref
}

// Measure says what an outcome counts.
type Measure string

// The measures. Annual sums unless said otherwise.
const (
	Tonnes      Measure = "tonnes"       // t/yr on matching paths
	TEU         Measure = "teu"          // TEU/yr, container commodities only
	TonneKm     Measure = "tonne_km"     // t km/yr inside Country (whole path if "")
	Revenue     Measure = "revenue"      // USD/yr earned by Country: infrastructure and rail tariff, fees, port dues
	Haulage     Measure = "haulage"      // USD/yr earned by hauliers of Country's flag
	Hours       Measure = "hours"        // tonne-weighted mean hours of matching paths
	Money       Measure = "money"        // tonne-weighted mean USD/t of matching paths
	Spread      Measure = "spread"       // tonne-weighted mean standard deviation, hours
	BorderShare Measure = "border_share" // share of hours spent at borders
	Unserved    Measure = "unserved"     // t/yr of matching markets that did not move
	Served      Measure = "served"       // t/yr of matching markets that moved
	UserCost    Measure = "user_cost"    // demand-weighted mean logsum cost, USD/t
	Benefit     Measure = "user_benefit" // USD/yr against the baseline, logsum in money
	HHI         Measure = "hhi"          // concentration over outlets (border country or sea) of Country's trade
)

// PathQuery is a predicate on paths. Empty fields match everything.
type PathQuery struct {
	// Passes are elements in this order: a node id, border id, link id, strait
	// id, "AZ" (country touched) or "RU-AZ" (any border between the two, in
	// this direction unless Both). Alternatives inside one step: "aktau|kuryk".
	Passes                []string
	Avoids                []string
	Modes                 []string          // every main-haul mode of the path is one of these
	UsesModes             []string          // each of these occurs
	ModeIn                map[string]string // country -> mode used there for every link inside it
	Both                  bool              // Passes may be met in reverse order too
	Origins, Destinations []string          // areas; "!AZ" excludes
	Commodities           []string
	Regimes               []string
	Markets               []string
	Country               string // whose accounts the flow type is seen from
	Flow                  string // transit, import, export, domestic, "" = all
	Pos                   diag.Pos
}

// Outcome is a named number of interest that this engine answers.
type Outcome struct {
	ID          string
	Measure     Measure
	Query       PathQuery
	Country     string  // earner for revenue, haulage; zone country for user measures
	Payer       string  // revenue only: country of the cargo's origin or destination, "" = all
	Materiality float64 // change below this is "no change", in the unit of the measure
	Ref
}
