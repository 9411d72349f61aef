package region

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Spec is the energy half of a case as read from its folder: data only, with
// positions kept for diagnostics. References between rows are by id; [Check]
// reports those that lead nowhere. The order of rows has no meaning.
//
// Figures are in the canonical unit of their dimension: power MW, energy a year
// GWh/yr, every rate of gas bcm/yr (also where the column is in mcm/d), stocks of
// gas bcm, USD/MWh for power. Prices of gas in USD/1000 m3 are plain numbers.
type Spec struct {
	BaseYear int
	Horizon  int
	AsOf     string // YYYY-MM-DD; what became known later opens and closes nothing by date

	Zones     []Zone
	Blocks    []Block
	Tiers     []Tier
	Loads     []Load
	Plants    []Plant
	Ties      []Tie
	Exchanges []Exchange
	Pipes     []Pipe
	Sources   []Source
	Contracts []Contract
	Storages  []Storage
	Constants []Constant

	Outcomes        []Outcome
	BaseYearChanges []Change
	BaselineChanges []Change
}

// Empty says whether the spec has no energy network at all.
func (s *Spec) Empty() bool { return len(s.Zones) == 0 }

// Ref says where a row stands and what backs it.
type Ref struct {
	Pos    diag.Pos
	Source []string // ids of sources.yaml
	Letter units.Letter
	Note   string
}

// Carrier is what flows.
type Carrier string

// The carriers.
const (
	Power Carrier = "power"
	Gas   Carrier = "gas"
)

// Zone is an area whose load and plants are lumped: energy/zone.csv. Zones of a
// country that ties or pipes of the case join, whatever their status, are one
// market; an exclave without any is a market of its own.
type Zone struct {
	ID, Name   string
	OtherNames []string
	Country    string  // ISO 3166-1 alpha-2
	X, Y       float64 // longitude, latitude, degrees
	Carriers   []Carrier
	Area       string // synchronous area, "" if none is stated
	Boundary   bool   // only what crosses its border is in the tables: its load is what the zones inside deliver, and it lacks nothing of its own
	Ref
}

// Block is a part of the year with one load: energy/block.csv. The hours of all
// blocks sum to 8760.
type Block struct {
	ID, Name string
	Season   string // winter, summer, shoulder
	Hours    float64
	Peak     bool // counts for adequacy
	Ref
}

// Tier is a class of load that is shed together: energy/tier.csv. Value is the
// value of lost load, USD/MWh for power and USD/1000 m3 for gas; the lowest is
// shed first. Electric is the share of the heat of unserved gas that its users
// replace by electricity, 0 for power tiers.
type Tier struct {
	ID       string
	Carrier  Carrier
	Name     string
	Order    int // shed in this order, which Value must follow
	Value    units.Figure
	Electric units.Figure
	Ref
}

// Load is what a zone wants in a block: energy/load.csv. Amount is MW for power
// and bcm/yr (mcm/d in the file) for gas, without the gas of the zone's plants.
// Block "*" is every block.
type Load struct {
	Zone    string
	Carrier Carrier
	Block   string
	Tier    string
	Amount  units.Figure
	Growth  units.Figure // horizon over base year; unknown is 1
	Ref
}

// Plant is a power plant or a group of one fuel: energy/plant.csv.
type Plant struct {
	ID, Name                               string
	OtherNames                             []string
	Zone                                   string
	Fuel                                   string       // gas, hydro, nuclear, coal, oil, wind, solar ...; gas burns gas of the zone
	Capacity                               units.Figure // MW
	Availability                           units.Figure // share of capacity; unknown is 1
	AvailabilityWinter, AvailabilitySummer units.Figure // where they differ
	Energy                                 units.Figure // GWh/yr at most; unknown is no limit
	Cost                                   units.Figure // USD/MWh, without the gas of gas plants
	HeatRate                               units.Figure // GJ/MWh, gas plants
	MustRun                                units.Figure // share of the available capacity that always runs; unknown is 0
	Unit                                   units.Figure // MW of the largest unit; unknown is the whole plant
	Status                                 string       // operating, planned, building, closed
	Opens, Closes, KnownSince              string
	Ref
}

// Coupling is how a tie joins two grids.
type Coupling string

// The couplings. AC ties obey Kirchhoff's voltage law. A radial tie moves a part
// of one side's load to the other side's grid and cannot be passed through. HVDC
// (a cable or a back-to-back station) is controllable, with loss. Open carries
// nothing.
const (
	AC     Coupling = "ac"
	Radial Coupling = "radial"
	HVDC   Coupling = "hvdc"
	Open   Coupling = "open"
)

// Tie is a power line or corridor between two zones: energy/tie.csv.
type Tie struct {
	ID, Name       string
	OtherNames     []string
	From, To       string
	KV             float64
	Circuits       int // 0 counts as 1
	Coupling       Coupling
	Joined         Coupling     // coupling once the areas of its ends are joined; "" stays as it is
	Status         string       // operating, closed, planned, building
	Capacity       units.Figure // MW, from -> to
	CapacityBack   units.Figure // MW, to -> from; unknown is Capacity
	Reactance      units.Figure // ohm of the corridor (all circuits); unknown: by length, kV and circuits
	Length         float64      // km
	Loss           units.Figure // share of what is sent, HVDC and radial
	Opens, Closes  string
	KnownSince     string
	CapacitySource []string
	CapacityLetter units.Letter
	Ref
}

// ExchangeKind says what a power contract obliges to.
type ExchangeKind string

// The kinds. Firm: the seller delivers Power in its blocks (or Energy over the
// year) unless it cannot. Option: the buyer may take up to Power and Energy while
// the seller's cost is below Price. Swap: the seller delivers, over the year, Ratio
// kWh for each m3 of the gas contract With. Seasonal: what goes one way comes back
// within the year.
const (
	Firm     ExchangeKind = "firm"
	Option   ExchangeKind = "option"
	Swap     ExchangeKind = "swap"
	Seasonal ExchangeKind = "seasonal"
)

// Exchange is a cross-border power contract: energy/exchange.csv. Without any row
// all markets trade freely (a pool); with rows power changes markets only under
// one, whatever ways it takes.
type Exchange struct {
	ID, Name      string
	OtherNames    []string
	From, To      string   // zones: seller, buyer
	Blocks        []string // where it delivers; none: every block
	Power         units.Figure
	Energy        units.Figure // GWh/yr; unknown is no limit
	Price         units.Figure // USD/MWh
	Margin        units.Figure // USD/MWh that the buyer must save beyond the seller's cost before it takes any; unknown is 0
	Kind          ExchangeKind
	With          string       // gas contract (swap), or any contract or exchange that stops together with this one
	Ratio         units.Figure // kWh per m3 of gas (swap)
	Status        string       // operating, planned, ended
	Opens, Closes string
	KnownSince    string
	Ref
}

// Pipe is a gas pipeline between two zones: energy/pipe.csv. Capacities are
// operational (seen), not geometry.
type Pipe struct {
	ID, Name      string
	OtherNames    []string
	From, To      string
	Capacity      units.Figure // bcm/yr
	CapacityBack  units.Figure // bcm/yr; unknown is 0
	Unit          units.Figure // bcm/yr: largest string or line of it that may fail alone; unknown is the whole pipe
	Status        string
	Opens, Closes string
	KnownSince    string
	Ref
}

// Source is gas that enters the network: production, an LNG port, a border point:
// energy/gas_source.csv.
type Source struct {
	ID, Name      string
	Zone          string
	Origin        string       // who sells it: RU, AZ, IR, TM, LNG ...
	Capacity      units.Figure // bcm/yr
	Peak          units.Figure // bcm/yr (mcm/d in the file); unknown is Capacity
	Unit          units.Figure // bcm/yr (mcm/d in the file): largest field or plant that may fail alone; unknown is the whole source
	Cost          units.Figure // USD/1000 m3
	Status        string
	Opens, Closes string
	KnownSince    string
	Ref
}

// Contract is who may sell gas to whom: energy/gas_contract.csv. Without any row
// every origin sells to everybody; with rows an origin sells under one, and at home
// (zones whose country is the origin) without.
type Contract struct {
	ID, Name      string
	Origin        string
	Buyer         string       // zone, or country for all its zones
	Amount        units.Figure // bcm/yr at most; unknown is no limit
	Peak          units.Figure // bcm/yr (mcm/d in the file); unknown is no limit
	Price         units.Figure // USD/1000 m3
	Margin        units.Figure // USD/1000 m3, as of an [Exchange]
	Via           []string     // pipes it must use; none: any way
	With          string       // contract or exchange that stops together with this one
	Status        string
	Opens, Closes string
	KnownSince    string
	Ref
}

// Storage is an underground store of gas: energy/storage.csv.
type Storage struct {
	ID, Name      string
	Zone          string
	Working       units.Figure // bcm (mcm in the file)
	Withdrawal    units.Figure // bcm/yr (mcm/d in the file)
	Injection     units.Figure // bcm/yr (mcm/d in the file); unknown is Withdrawal
	Stock         units.Figure // bcm at the start of winter; unknown is Working
	Unit          units.Figure // bcm/yr (mcm/d in the file): most that one store of a group gives, which may fail alone; unknown is all of it
	Status        string
	Opens, Closes string
	KnownSince    string
	Ref
}

// Constant is a named number of the model: energy/constant.csv. See
// [RequiredConstants].
type Constant struct {
	Name  string
	Value units.Figure
	Ref
}
