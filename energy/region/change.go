package region

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Op is the kind of a [Change].
type Op string

// The kinds of change. Each names what it touches by a [Selector].
const (
	OpOpen     Op = "open"     // tie, pipe, plant, source, storage, contract, exchange: in service
	OpClose    Op = "close"    // the same: out of service, with swap partners
	OpCoupling Op = "coupling" // tie; Coupling says to what
	OpCapacity Op = "capacity" // tie (with Direction), pipe (with Direction), plant, source, storage (withdrawal), contract (amount), exchange
	OpLoad     Op = "load"     // by zone or country, carrier, tier, block
	OpCost     Op = "cost"     // plant, source (USD/MWh, USD/1000 m3); contract, exchange: price
	OpJoin     Op = "join"     // Areas become one synchronous area: ties between them take their Joined coupling
	OpSale     Op = "sale"     // origin sells gas to buyer, on or off; transit stays
)

// How says how Amount acts on the number it changes.
type How string

// The ways. On and Off go with OpSale; OpOpen, OpClose, OpCoupling and OpJoin need
// none. Amounts of Set and Add are in the unit of the row's figure.
const (
	Set   How = "set"
	Add   How = "add"
	Times How = "times"
	On    How = "on"
	Off   How = "off"
)

// Selector names the rows a change touches; empty fields match all. At least one
// field must be set.
type Selector struct {
	Tie, Pipe, Plant, Source, Storage, Contract, Exchange string // ids
	Zone, Country                                         string
	Fuel                                                  string // plants
	Carrier                                               Carrier
	Tier, Block                                           string // loads
	Direction                                             string // ties, pipes: zone or country entered; "" = both ways
	Areas                                                 []string
	Origin, Buyer                                         string // sale: origin; zone or country, "" = all abroad
}

// Change is one typed change of networks, load or trade. Amount may be a range;
// runs use its centre, draws the range.
type Change struct {
	Op       Op
	On       Selector
	How      How
	Amount   units.Figure
	Coupling Coupling
	Why      string // id of the effect that makes it
	Pos      diag.Pos
}
