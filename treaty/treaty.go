// Package treaty holds agreements between states and their clauses, and says
// which of the duties in them cannot be kept together.
//
// A clause is a duty or a permission: who bears it, toward whom, what it asks,
// when, unless what, and what is owed instead when it is broken. Facts and
// duties are two layers. A world in which a duty is not kept is a breach, not a
// contradiction. A bearer is in conflict where nothing it could do would keep
// all its duties:
//
//	stuck(R, c)  =  for no state o of what is in the bearer's hands:
//	                possible(c, o) and, for every duty d of R, binds(d) -> asked(d)
//
// with R a set of its duties and c a state of everything else. [Analyse] finds
// the minimal R, the shortest conditions on c, and the other verdicts of the
// [Report], each with a minimal core.
//
// The shape follows deontic logic with directed, conditional and
// contrary-to-duty obligations (G. H. von Wright, "Deontic Logic", Mind 60,
// 1951; the Otherwise field is the reparation of G. Governatori and A. Rotolo,
// "Logic of violations", Australasian Journal of Logic 4, 2006).
package treaty

import (
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// Agreement is a treaty, a declaration or a statement with its clauses.
type Agreement struct {
	ID, Name   string
	OtherNames []string
	About      string
	Parties    []string // actor ids
	// Signed, InForce and Ended are the life of the text; zero where it has not
	// happened or is not known. KnownSince is the day its content was public.
	Signed, InForce, Ended, KnownSince calendar.Date
	// InForceIf says in which worlds the agreement binds, for one whose life
	// hangs on a variable ("pact=in_force"). Nil: the dates alone decide.
	InForceIf *formula.Prop
	Clauses   []Clause
	Ref
}

// Ref says where a row stands and what backs it.
type Ref struct {
	Pos    diag.Pos
	Source []string // ids of sources.yaml
	Letter units.Letter
	Note   string
}

// Modality is the kind of a [Clause].
type Modality string

// The modalities.
const (
	Obligation  Modality = "obligation"   // the bearers must
	Prohibition Modality = "prohibition"  // the bearers must not
	Permission  Modality = "permission"   // the bearers may
	Power       Modality = "power"        // the bearers can change what holds between the parties
	BestEfforts Modality = "best_efforts" // the bearers must try; only giving up breaks it
	// Align binds a bearer to hold the actual position of those it is owed to,
	// on every issue of Scope.
	Align Modality = "align"
)

// Modalities lists them in the order of the documentation.
func Modalities() []string {
	return []string{string(Obligation), string(Prohibition), string(Permission), string(Power), string(BestEfforts), string(Align)}
}

// StandingKind says how a clause came into the case.
type StandingKind string

// The standings.
const (
	InText       StandingKind = "in_text"      // stands in the text of the agreement
	AssertedBy   StandingKind = "asserted_by"  // someone says or expects it; Standing.Claim names the claim
	Hypothetical StandingKind = "hypothetical" // put there by the case to see what would follow
)

// Standing is the footing of a clause.
type Standing struct {
	Kind  StandingKind
	Claim string // claim id, with AssertedBy only
}

// MarshalText writes the form of case files: in_text, hypothetical or
// "asserted_by:<claim>".
func (s Standing) MarshalText() ([]byte, error) {
	if s.Claim != "" {
		return []byte(string(s.Kind) + ":" + s.Claim), nil
	}
	return []byte(s.Kind), nil
}

// UnmarshalText reads the form of MarshalText.
func (s *Standing) UnmarshalText(text []byte) error {
	kind, claim, _ := strings.Cut(string(text), ":")
	s.Kind, s.Claim = StandingKind(kind), claim
	return nil
}

// Clause is one duty, permission or power.
type Clause struct {
	ID      string // unique in its agreement; the full name is agreement/ID
	Article string // article or paragraph of the text
	// Bearers are actors that are bound or allowed; Toward those it is owed to.
	// Empty Toward means every other party.
	Bearers, Toward []string
	Modality        Modality
	// What is the state of affairs that the clause is about, over the variables
	// of the case. Nil where it lies outside the model: then Action says it in
	// words and no verdict can rest on it. With Align it says which states of the
	// positions count as the same stand; nil: those of the same name.
	What   *formula.Prop
	Action string
	// Scope lists the issues of an Align clause: the second argument of position
	// variables, as "zangezur" in position(IR,zangezur).
	Scope []string
	// When is the condition under which the clause binds, Unless the exception.
	// Nil: always, never.
	When, Unless *formula.Prop
	From, Until  calendar.Date // zero: with the agreement
	// Otherwise names the clause that binds once this one is broken.
	Otherwise string
	RanksOver []string // clauses or agreements that yield to this one
	Standing  Standing
	// Paraphrase is the clause in the words of the case, never those of the text.
	Paraphrase string
	// Weight is the cost of giving the clause up, in units of one ordinary
	// clause. It serves the search for the least concession.
	Weight units.Figure
	// Kept is how probable it is, as a share, that what the clause asks is so in
	// worlds where it binds; not known: the clause weighs no world. Its Note says
	// why. KeptIf are the worlds that Kept speaks of, nil: all in which the clause
	// binds. They play no part in [Analyse]; see [Report.Rows].
	Kept   units.Figure
	KeptIf *formula.Prop
	Ref
}

// Name returns the full name of a clause, "agreement/clause".
func Name(agreement, clause string) string { return agreement + "/" + clause }
