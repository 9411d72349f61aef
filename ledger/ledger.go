// Package ledger holds what became of claims: an append-only list of
// resolutions, each with its evidence, and the scores derived from it, which are
// never stored.
//
// A probability p for something that came true (y = 1) or not (y = 0) has the
// Brier score (p-y)^2 from 0 to 1 (Brier 1950 counted both sides and has twice
// that) and the log score -ln of the probability given to what happened, in nats.
// There is no strictly proper score for an interval, so an interval claim gets
// an interval of scores. A claim whose condition failed is annulled: it is never
// counted as right.
//
// A verdict is about the claim, a score about the thing that the claim gives a
// probability to. Where the claim takes a side (its interval lies above or below
// one half) the verdict says whether the thing happened; where it takes none, as
// "may" does, the row must say so itself ([Resolution.Happened]).
// docs/methods/scores.md.
package ledger

import (
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// Verdict is what became of a claim.
type Verdict string

// The verdicts.
const (
	Held     Verdict = "held"     // the claim was right
	Failed   Verdict = "failed"   // it was wrong
	Annulled Verdict = "annulled" // its condition failed, so it says nothing
	Open     Verdict = "open"     // not settled on this date
)

// Verdicts lists them in the order of the documentation.
func Verdicts() []string {
	return []string{string(Held), string(Failed), string(Annulled), string(Open)}
}

// Settled reports whether v ends the matter.
func (v Verdict) Settled() bool { return v == Held || v == Failed || v == Annulled }

// Answer says whether a thing happened.
type Answer string

// The answers; "" where a row does not say.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// Answers lists them in the order of the documentation.
func Answers() []string { return []string{string(Yes), string(No)} }

// Resolution is one row of the ledger. A row is never changed; a later row on
// the same claim supersedes it and must say so with Corrects.
type Resolution struct {
	Claim    string
	Verdict  Verdict
	Happened Answer        // whether what the claim gives a probability to came about
	Date     calendar.Date // when what settles it happened
	Added    calendar.Date // when the row was added; rows stand in this order
	Corrects calendar.Date // date of the settled row that this one replaces
	Evidence []string      // ids of timeline.csv, observed.csv or sources.yaml
	Letter   units.Letter
	Note     string
	Pos      diag.Pos
}
