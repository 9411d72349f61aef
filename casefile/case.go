// Package casefile reads a case: a folder of text files in, a checked [Case]
// made of the types of the domain packages out.
//
// YAML is for what people write by hand, CSV for tables. Each record is read
// through a table of fields (name, type, unit, required, default, meaning). That
// table is the single source of the reader, of the published JSON Schema and of
// docs/formats/case.md. All problems are reported in one pass, each with its
// place, the offending text, what was expected and the name of a rule.
//
// Reading is a function of the files alone: same bytes, same Case, same
// diagnostics in the same order.
package casefile

import (
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/ledger"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// Format is the version of the case format that this package reads.
const Format = 1

// MaxWorlds is the largest number of worlds, after impossible combinations are
// removed, that a case may have.
const MaxWorlds = 1 << 20

// Date is a year, a month or a day as written.
type Date = calendar.Date

// Case is a case as read from its folder. Rows stay in file order. What could
// not be read is zero or left out; the list given to [Load] says why.
type Case struct {
	ID, Title, About   string
	Focus              string // actor id of the state in the middle
	Currency           string // of every money figure
	Lexicon            string // name of the lexicon of hedge words
	AsOf               Date   // nothing later is known to the worlds
	BaseYear, Horizon  int
	PriceYear          int
	Questions          []Question
	BaseYearConditions []string // effect ids, applied to the base-year run
	BaselineConditions []string // effect ids, applied to the baseline and every world
	Sources            []Source
	Actors             []Actor
	Space              *formula.Space // nil when the variables could not be read
	Variables          []Variable     // in file order; index as in Space
	Impossible         []Impossible
	WorldCount         uint64 // worlds after Impossible, 0 when not counted
	Corridors          []Corridor
	Outcomes           []Outcome
	Effects            []Effect
	Agreements         []treaty.Agreement
	Claims             []belief.Claim
	Resolutions        []ledger.Resolution
	Freight            *freight.Spec
	Energy             *region.Spec // nil when the case has no energy folder
	Backtests          []Backtest
	Gravity            []GravityConstant
	Observed           []Observation
	Chains             []Chain
	Timeline           []Event
	Files              []FileHash // in path order
}

// Ref says where a row stands and what backs it.
type Ref struct {
	Pos    diag.Pos
	Source []string // ids of sources.yaml
	Letter units.Letter
	Note   string
}

// Ask says what a question asks about the effects of its acts.
type Ask string

// What a question may ask: the effects themselves, or where the experts agree on
// them, where they contradict each other, and what would settle it.
const (
	AskEffects Ask = "effects"
	AskExperts Ask = "experts"
)

// Question is something the case answers by comparing the states of Acts.
type Question struct {
	ID, Text string
	Kind     Ask
	Acts     []string // variable ids of kind act
	Outcomes []string // outcome ids
	Pos      diag.Pos
}

// Source is where a figure or a claim was taken from.
type Source struct {
	ID, Publisher, Title string
	Date                 Date // zero: undated
	Address              string
	Kind                 string // document, data, own_knowledge, own_estimate
	// SHA256 is the hash of the source's text in NFC UTF-8, for a text that
	// claims locate words in. Text is the name users attach the file by.
	SHA256, Text string
	Note         string
	Pos          diag.Pos
}

// ActorKind says what an actor is.
type ActorKind string

// The kinds of actor.
const (
	State        ActorKind = "state"        // ISO 3166-1 alpha-2 id
	Bloc         ActorKind = "bloc"         // union, alliance; Members are states
	Platform     ActorKind = "platform"     // forum such as "3+3"; Members are states
	Person       ActorKind = "person"       // speaker of claims
	Organisation ActorKind = "organisation" // company, agency, institute
)

// Actor is a state, a bloc, a platform, a person or an organisation.
type Actor struct {
	ID, Name   string
	Kind       ActorKind
	OtherNames []string
	Members    []Member
	About      string
	Ref
}

// Member is a member of a bloc or platform, with the dates of membership.
type Member struct {
	Actor       string
	From, Until Date // zero: open
	Pos         diag.Pos
}

// Variable is a political variable with its reference conditional weights.
type Variable struct {
	formula.Variable
	About        string
	InfluencedBy []int // indices of parents, in file order
	Given        []Given
	ResolvesBy   Date
	Ref
}

// Given is a row of a reference table: where When is the first to hold, the
// states have these weights. Weights sums to 1 in its central values; it has one
// figure a state, in the order of the states.
type Given struct {
	When    *formula.Prop // nil: always
	Weights []units.Figure
	Rest    int // state whose weight was not written and takes the rest, -1 if none
	Letter  units.Letter
	Reason  string
	Source  []string
	Pos     diag.Pos
}

// Impossible is a combination of states that no world has.
type Impossible struct {
	Prop   *formula.Prop
	Reason string
	Source []string
	Pos    diag.Pos
}

// Corridor is a named predicate on paths. Exclusive corridors share no path
// with one another.
type Corridor struct {
	ID, Name   string
	OtherNames []string
	About      string
	Exclusive  bool
	Path       freight.PathQuery
	Ref
}

// The engines that answer outcomes.
const (
	EngineFreight = "freight"
	EngineEnergy  = "energy"
)

// Outcome is a named number of interest with the query that an engine answers.
// One of the energy engine has its id, its measure and its materiality in the
// embedded outcome too, and what it counts in Energy.
type Outcome struct {
	freight.Outcome                 // query with the path of Corridor already merged in
	Energy          *region.Outcome // of the engine energy: what it counts, nil for freight
	Name            string          // for people
	About           string
	Engine          string // EngineFreight or EngineEnergy
	Corridor        string // corridor id, "" if none
	Unit            string // unit in which people read it, "Mt/yr"
	Good            string // up, down, none: which way is good for the focus
}

// Why says what an effect rests on: at least one of its fields is set.
type Why struct {
	Clause string // "agreement/clause"
	Claim  string
	Source []string
	Reason string
	Letter units.Letter
	Pos    diag.Pos
}

// Effect turns a proposition into typed changes of the engines' networks. An
// effect without a condition (When nil) acts only through the lists of
// base-year and baseline conditions.
type Effect struct {
	ID, Name    string
	When        *formula.Prop
	Why         Why
	ShareOfYear units.Figure // 0 to 1, 1 where the effect lasts all year
	Freight     []freight.Change
	Energy      []region.Change
	Pos         diag.Pos
}

// Observation is a published figure: a row of observed.csv.
type Observation struct {
	ID, Outcome, Name, Unit string
	Value                   units.Figure // in the base unit of Unit
	Period                  string       // a year, or years "2021-2023"
	Use                     string       // fit, holdout, never
	Reason                  string
	Group                   string // figures that count the same traffic share a group
	Ref
}

// Chain is a published door-to-door chain: a row of chains.csv.
type Chain struct {
	ID, Name            string
	Origin, Destination string // node ids
	Via                 []string
	Modes               []string
	Commodity           string
	Hours               units.Figure
	Money               units.Figure // USD/t
	Year                int
	Use                 string // fit, holdout, never
	Ref
}

// Event is something that happened: a row of timeline.csv. Events feed only the
// ledger and held-out tables.
type Event struct {
	ID, Text, Kind string
	Date           Date
	Parties        []string
	Ref
}

// GravityConstant is a named number of the model that splits a country's total
// over its zones: a row of freight/gravity/gravity.csv.
type GravityConstant struct {
	Name  string
	Value units.Figure
	Ref
}

// FileHash is a file of the case with the SHA-256 of its bytes, in lower-case
// hexadecimal digits.
type FileHash struct {
	Path, SHA256 string
}
