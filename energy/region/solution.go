package region

import (
	"context"

	"github.com/astara-corridors/astara/units"
)

// Year says which of the case's two years a run is about.
type Year uint8

// The years. BaseYear runs meet observed figures; worlds live in the Horizon.
const (
	BaseYear Year = iota
	Horizon
)

// Options of [Prepare].
type Options struct {
	Context context.Context // nil: not interruptible
}

// NamedFigure is a figure that runs depend on; the part of the name before the
// first ":" is its table.
type NamedFigure struct {
	Name   string
	Figure units.Figure
}

// Lost says what was asked and not served over the year.
type Lost struct {
	PowerDemand, PowerUnserved float64 // GWh/yr
	GasDemand, GasUnserved     float64 // bcm/yr
	Exports                    float64 // GWh/yr of power under contract that sellers did not deliver
}

// Solution is a dispatched network. Outcomes are in the order of [Base.Outcomes];
// NaN marks a mean of nothing. Weights hold what each mean is a mean over, 0 for
// sums. State is the dispatch that [Base.Detail] opens.
type Solution struct {
	Outcomes   []float64
	Weights    []float64
	State      []float64
	Lost       Lost
	Objective  float64 // USD/yr: resource cost with the value of lost load
	Converged  bool
	Residual   float64 // largest breach of a balance or of Kirchhoff's law, in MW or mcm/d
	Iterations int     // simplex steps
	Rounds     int     // of nominations: how often sellers' deliveries were settled
	Kind       string  // "linear programme"
}

// Detail is a solution opened up. Lists are in a fixed order.
type Detail struct {
	Zones        []ZoneResult
	Ties         []TieResult
	Pipes        []PipeResult
	Plants       []PlantResult
	Exchanges    []ExchangeResult
	Contracts    []ContractResult
	Storages     []StorageResult
	Areas        []Area
	Sheds        []Shed
	Shortages    []Shortage
	Binding      []Binding
	Dependence   []Dependence
	Contingency  []Contingency
	Stopped      []string // contracts and exchanges out because their swap partner is
	Forced       []string // must-run output that was spilled or stood still, in words
	NotAnswered  []string // what the model does not consider, in words
	BlockIDs     []string // order of every slice by block
	Cost         map[string]Account
	PoolPower    bool // no exchange rows: markets trade power freely
	PoolGas      bool
	PriceMeaning string
}

// ZoneResult is a zone's balance by block.
type ZoneResult struct {
	Zone, Country  string
	Area           int       // index of Areas, -1 without power
	Load, Unserved []float64 // MW; Load includes electric heating in place of gas
	Heating        []float64 // MW of Load that is electric heating in place of unserved gas
	HeatingOff     []float64 // MW of it unserved, in Unserved
	Generation     []float64 // MW
	NetImport      []float64 // MW received less sent, at the zone
	Spilled        []float64 // MW of must-run output with nowhere to go
	PriceLow       []float64 // USD/MWh: what one MWh less of load saves
	PriceHigh      []float64 // what one MWh more costs
	Scarce         []bool    // the price is a value of lost load
	GasLoad        []float64 // mcm/d without plants
	GasUnserved    []float64 // mcm/d
	GasToPlants    []float64 // mcm/d
	GasFrom        []Share   // deliveries of the year by origin, storage apart
}

// Share is a part of a whole by name.
type Share struct {
	Name   string
	Amount float64 // bcm/yr or GWh/yr
	Share  float64
}

// TieResult is the flow of a tie.
type TieResult struct {
	Tie, From, To string
	Coupling      Coupling
	InService     bool
	Flow          []float64 // MW by block, from -> to, at the border
	Capacity      float64   // MW from -> to
	CapacityBack  float64
	Energy        float64 // GWh/yr net
	Bridge        bool    // its loss splits a synchronous area
}

// PipeResult is the flow of a pipe by block, mcm/d from -> to, and by origin over
// the year.
type PipeResult struct {
	Pipe, From, To         string
	InService              bool
	Flow                   []float64
	Capacity, CapacityBack float64 // mcm/d
	Volume                 float64 // bcm/yr net
	Origins                []Share
}

// PlantResult is the output of a plant by block, MW.
type PlantResult struct {
	Plant, Zone, Fuel string
	Output, Available []float64
	Energy            float64 // GWh/yr
	Derated           bool    // a gas plant that would run had it gas
}

// ExchangeResult is what an exchange delivered.
type ExchangeResult struct {
	Exchange, From, To string
	InService          bool
	Delivered          []float64 // MW by block
	Energy             float64   // GWh/yr
	Undelivered        float64   // GWh/yr of a firm or swap obligation
	Money              float64   // USD/yr
}

// ContractResult is what a gas contract delivered.
type ContractResult struct {
	Contract, Origin, Buyer string
	InService               bool
	Delivered               []float64 // mcm/d by block
	Volume                  float64   // bcm/yr
	Money                   float64   // USD/yr
}

// StorageResult is the movement of a store by block, mcm/d, out positive.
type StorageResult struct {
	Storage, Zone string
	Out           []float64
	Stock         float64 // bcm at the start of winter
	Missing       float64 // bcm not put back at the end of the year
	Days          float64 // of the peak block's withdrawal that the stock lasts, at most 365
}

// Area is a synchronous area after the changes.
type Area struct {
	Name      string   // areas of zone.csv that it holds, joined by "+"; the zone where none is stated
	Zones     []string // its reference is the first
	Reference string
}

// Shed is unserved load of a zone, tier and block.
type Shed struct {
	Zone, Tier, Block string
	Carrier           Carrier
	Amount            float64 // MW or mcm/d
	Share             float64 // of the tier's load
	Volume            float64 // GWh or bcm over the block
}

// Shortage explains unserved load of a country in a block in words, from the
// programme's certificate: the cut that holds it.
type Shortage struct {
	Country, Block string
	Carrier        Carrier
	Amount         float64 // MW or mcm/d
	Inside         []string
	Need           float64 // load inside
	Own            float64 // supply inside
	Cut            []CutPart
	Words          string
}

// CutPart is one limit of a cut.
type CutPart struct {
	Element string // id of a tie, pipe, exchange or contract
	Kind    string
	Flow    float64
	Limit   float64
}

// Binding is a limit that costs: one unit more of it changes the yearly cost by
// Worth.
type Binding struct {
	Kind, Element, Block string
	Direction            string
	Limit                float64
	Unit                 string  // of Limit
	Worth                float64 // USD/yr per unit, positive
}

// Dependence is what a consumer owes to an origin: the three measures.
type Dependence struct {
	Carrier          Carrier
	Consumer, Origin string
	Delivered        float64 // bcm/yr or GWh/yr
	FlowShare        float64 // of what the consumer used
	Shed             float64 // further unserved load once the origin is gone, bcm/yr or GWh/yr
	ShedShare        float64 // of the load
	PowerShed        float64 // GWh/yr of power lost with it, gas origins
	Cost             float64 // USD/yr more
	Substitutable    float64 // 1 - Shed/Delivered
	Used             bool    // the origin delivers, so that Substitutable has a meaning
}

// Contingency is the loss of one element in a peak block.
type Contingency struct {
	Kind, Element, Block string
	Part                 bool    // of a pipe, source or store: not all of it fails, its largest part does
	Country              string  // where most is shed
	PowerShed            float64 // MW beyond what was shed before, in all countries together
	GasShed              float64 // mcm/d beyond
	By                   []CountryShed
	Reason               string  // bridge, overload, deficit, none
	Loading              float64 // largest loading of a tie before redispatch, share of its rating
	Words                string
}

// CountryShed is a country's own part of what a loss leaves unserved.
type CountryShed struct {
	Country   string
	PowerShed float64 // MW beyond what was shed before
	GasShed   float64 // mcm/d beyond
}

// Account is a country's money of a year, USD.
type Account struct {
	Generation, GasProduction, Purchases, Sales float64
	Lost                                        float64 // value of lost load
}
