package freight

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Op is the kind of a [Change].
type Op string

// The kinds of change. Every one names what it touches by a [Selector].
const (
	OpOpen     Op = "open"     // project, link, border, terminal: usable
	OpClose    Op = "close"    // link, border, strait, terminal, country (with Flow): unusable
	OpHours    Op = "hours"    // border, link, terminal, strait: hours
	OpSpread   Op = "spread"   // border, link, terminal: spread of hours
	OpMoney    Op = "money"    // tariff, fee, rule, terminal, border, link, strait, country: money
	OpCapacity Op = "capacity" // link, border, terminal
	OpDemand   Op = "demand"   // markets by origin, destination, commodity, id
	OpRule     Op = "rule"     // switch a rule on or off
)

// How says how Amount acts on the number it changes.
type How string

// The ways. On and Off go with OpRule, OpOpen and OpClose need none.
const (
	Set   How = "set"
	Add   How = "add"
	Times How = "times"
	On    How = "on"
	Off   How = "off"
)

// Selector names the rows a change touches; empty fields match all. At least
// one field must be set.
type Selector struct {
	Project, Link, Border, Strait, Terminal, Tariff, Fee, Rule, Tag string
	Country                                                         string // ISO country, or "RU-AZ" for all borders between two
	Direction                                                       string // for borders: ISO country entered, "" = both
	Modes                                                           []string
	Flow                                                            string // transit, import, export, domestic
	Markets, Origins, Destinations, Commodities, Regimes            []string
}

// Change is one typed change of the network, the rules or the demand. Amount
// may be a range; runs use its centre, draws the range.
type Change struct {
	Op     Op
	On     Selector
	How    How
	Amount units.Figure
	Why    string // id of the effect that makes it
	Pos    diag.Pos
}
