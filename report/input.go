// Package report writes an answer as one HTML file: no network, no outside
// file, readable on a phone and on paper, in light and dark, without script.
//
// The report prints what the answer holds and nothing of its own: first
// sentences, effects with their ranges, maps, chains, the base-year run against
// published figures with every miss, claims, agreements, every number that is an
// estimate, the figures the case is made of and their sources. Every number
// leads by links to the outcome it is, the rows it rests on and their sources.
//
// A range in the report is the 5 % to 95 % range of weighted worlds. It is never
// called confidence. The output is a function of the [Input]: same input, same
// bytes.
package report

import (
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/report/chart"
	"github.com/astara-corridors/astara/units"
)

// Format is the version of the report's machine-readable marks: the meta
// element "astara-report" and the anchors listed in docs/formats/report.md.
const Format = 1

// Input is all a report is made of.
type Input struct {
	Case   *casefile.Case
	Answer *answer.Answer
	// Flows are the runs drawn as maps of flow, Changes those drawn as maps of
	// change, each in the order of the page.
	Flows   []Flows
	Changes []Flows
	// Chains are drawn as time-cost-distance charts and, where published, set
	// against what was published.
	Chains []Chain
	// Quotes gives the speaker's own words of a claim where the text is attached;
	// nil: never.
	Quotes func(claim string) (string, bool)
	// Version is the version of the program, for the colophon.
	Version string
}

// Flows is what moves on the links of the case in one run, or how much more or
// less in one run than in another.
type Flows struct {
	ID    string // letters, digits and "-": part of an anchor
	Title string // "Baseline world, 2030"
	Text  string // what the two runs are, in a sentence or two
	// Tonnes holds t/yr by index of Case.Freight.Links, both directions together.
	Tonnes []float64
}

// Chain is a door-to-door chain as the model has it.
type Chain struct {
	ID    string // of chains.csv where Published is set
	Title string
	Class string // commodity and regimes it was searched for
	Run   string // which run's network: "base-year run"
	// Steps are the operations from origin to destination; empty when there is
	// no route, and then Reason says what is in the way.
	Steps  []chart.Step
	Reason string
	// Published holds the published hours and money, unknown where there are
	// none, and their standing.
	Hours, Money units.Figure
	Published    *casefile.Chain
}
