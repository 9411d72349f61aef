// Package belief holds what experts said as data: claims with their speaker,
// their place in a source, their condition and their hedge.
//
// A claim with a condition is an interval on the conditional probability
// P(then | if), never a material implication. [Frame.Read] brings claims to the
// worlds of a frame of arms as [Constraint]s; what follows from them is found by
// the packages below: bounds (what words alone allow, conflicts, the bend),
// complete (the distribution closest to a reference), pool (several speakers) and
// quote (the words in their source). docs/methods/claims.md has the equations.
//
// A claim carries a paraphrase, and of the words of its source their place: a
// [Locator], which is code points of the text in Unicode normalisation form C and
// the SHA-256 of that span, so that whoever has the text can see the words and
// nobody can be shown wrong ones. Who may cite the text can give a [Selector]
// instead. Words are shown from the text alone, never from the claim.
package belief

import (
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// Kind says what a claim speaks of.
type Kind string

// The kinds of claim.
const (
	Level       Kind = "level"       // how probable Then is (given If)
	Possibility Kind = "possibility" // Then can happen: hard floor, soft interval
	Direction   Kind = "direction"   // If makes Then more or less probable
	Comparison  Kind = "comparison"  // one thing is more probable, or weightier, than another
	Fact        Kind = "fact"        // Then holds; without Then something outside the variables
	Outcome     Kind = "outcome"     // a bound on an outcome of the engines
	Quantity    Kind = "quantity"    // a figure the speaker gave
	Record      Kind = "record"      // what a text contains: shown, resolved, scored; weighs no world
	Context     Kind = "context"     // background to other claims; weighs no world
	Caveat      Kind = "caveat"      // how far the speaker vouches for the rest; weighs no world
)

// Kinds lists them in the order of the documentation.
func Kinds() []string {
	return []string{string(Level), string(Possibility), string(Direction), string(Comparison), string(Fact),
		string(Outcome), string(Quantity), string(Record), string(Context), string(Caveat)}
}

// Weighs reports whether claims of this kind put weight on worlds.
func (k Kind) Weighs() bool {
	switch k {
	case Record, Context, Caveat, Quantity:
		return false
	}
	return true
}

// Reading says how the condition of a claim is meant.
type Reading string

// The readings.
const (
	See Reading = "see" // among the worlds where If holds
	Do  Reading = "do"  // when someone makes If hold; If must be about acts
)

// Locator is the place of a claim's words: code points Start (included) to End
// (excluded) of the NFC text of the source, and the SHA-256 of that span in
// UTF-8, as 64 lower-case hexadecimal digits.
type Locator struct {
	Start, End int
	SHA256     string
	Pos        diag.Pos
}

// Known reports whether the locator is given.
func (l Locator) Known() bool { return l.SHA256 != "" }

// Selector is a claim's words with what stands before and after them, for cases
// whose authors keep no offsets and may cite the text. Near is a code point near
// which the words stand, nil where none was given; it decides only between
// repeats that prefix and suffix leave equal.
type Selector struct {
	Exact, Prefix, Suffix string
	Near                  *int
	Pos                   diag.Pos
}

// Known reports whether the selector is given.
func (s Selector) Known() bool { return s.Exact != "" }

// Interval is a range of probability in shares (0 to 1) with an optional
// centre.
type Interval struct {
	Low, High float64
	Centre    float64
	HasCentre bool
	Known     bool
	Pos       diag.Pos
}

// Way is the direction of a [Direction] claim.
type Way string

// The ways.
const (
	Raises Way = "raises"
	Lowers Way = "lowers"
	Leaves Way = "leaves" // makes no difference
)

// Against says what a change of an outcome is measured against.
type Against string

// The ways to measure an outcome.
const (
	NoPact   Against = "no_pact"  // against the reference expectation in the arm without the act
	Baseline Against = "baseline" // against the baseline world
	Absolute Against = "level"    // the number itself
)

// Quantifier says how several outcomes in one statement combine.
type Quantifier string

// The quantifiers.
const (
	All Quantifier = "all"
	Any Quantifier = "any"
)

// Statement is what an [Outcome] claim says: that the outcomes, measured
// Change-wise, stay at or above AtLeast, at or below AtMost, or move by more
// than Beyond in either direction. The figures are in the unit of the outcomes,
// or shares of the reference value where Relative. The claim's hedge or
// interval is the probability of the statement; with Expected the statement is
// about the expectation and has no probability.
type Statement struct {
	Outcomes                []string // outcome ids, at least one
	Quantifier              Quantifier
	Change                  Against
	AtLeast, AtMost, Beyond units.Figure
	Relative                bool
	Expected                bool
	Pos                     diag.Pos
}

// Compared is what a [Comparison] claim says: More is more probable than Less
// under the claim's condition, or the agreement MoreAgreement weightier than
// LessAgreement. In is what is compared, in words.
type Compared struct {
	More, Less                   *formula.Prop
	MoreAgreement, LessAgreement string
	In                           string
	Pos                          diag.Pos
}

// Contained is what a [Record] claim says: the text of Agreement does, or does
// not, speak of Subject. Clause names the clause that settles it, if there is
// one in the case.
type Contained struct {
	Agreement, Subject, Clause string
	Absent                     bool
	Pos                        diag.Pos
}

// Amount is what a [Quantity] claim says: a figure with its unit and year.
type Amount struct {
	What  string
	Unit  string
	Value units.Figure
	Year  int
	Pos   diag.Pos
}

// Claim is one thing one speaker said once.
type Claim struct {
	ID      string
	Speaker string // actor id of a person
	Source  string // id of sources.yaml
	// The place of the words: a locator or a selector, one of them.
	Locator Locator
	Quote   Selector
	// Paragraph is the paragraph of the source, as people cite it.
	Paragraph string
	Date      calendar.Date // when it was said
	// From and Until is the span it speaks of; zero From: from Date on; zero
	// Until: to the horizon.
	From, Until calendar.Date
	// Paraphrase is the claim in the words of the case.
	Paraphrase string
	Kind       Kind
	Reading    Reading
	If, Then   *formula.Prop // nil If: always
	// Clash names agreements or clauses whose duties are said to clash. It stands
	// in the place of Then: whether they clash follows from the clauses.
	Clash     []string
	Way       Way          // kind direction
	Hedge     string       // the speaker's hedge, a word or phrase of the lexicon
	Interval  Interval     // the case's own interval; overrides the lexicon
	Statement *Statement   // kind outcome
	Compared  *Compared    // kind comparison
	Contained *Contained   // kind record
	Amount    *Amount      // kind quantity
	BearsOn   []string     // variables, outcomes, agreements or clauses it touches
	Letter    units.Letter // of the reading: b or c where it is ours
	Note      string
	Pos       diag.Pos
}
