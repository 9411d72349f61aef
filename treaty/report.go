package treaty

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/formula"
)

// ReportFormat is the version of the JSON form of a [Report].
const ReportFormat = 1

// Report is what [Analyse] found. Its JSON form is versioned; propositions are
// in it as text.
type Report struct {
	Format int           `json:"format"`
	AsOf   calendar.Date `json:"as_of"`
	At     calendar.Date `json:"at"`
	// Clauses has one entry a clause, in the order of the input, also for those
	// that do not bind.
	Clauses []ClauseState `json:"clauses"`
	// Duties has one entry a clause, bearer and, with Align, issue and partner,
	// for clauses that bind in some world and speak about variables.
	Duties []Duty `json:"duties"`
	// Verdicts are in the order of [VerdictKinds], then by core.
	Verdicts     []Verdict     `json:"verdicts"`
	Consequences []Consequence `json:"consequences"`
	Concessions  *Concessions  `json:"concessions,omitempty"` // nil without a conflict
	Limits       Limits        `json:"limits"`
	// Unfinished says what a limit cut short, in words; empty when everything was
	// found.
	Unfinished []string `json:"unfinished,omitempty"`
	// Notes are clauses that could not be read as meant, in words.
	Notes []string `json:"notes,omitempty"`

	space *formula.Space
}

// State says how a clause stands on a day.
type State string

// The states of a clause.
const (
	Binds         State = "binds"             // in force; its own condition may still not hold
	BindsIf       State = "binds_if"          // in force in the worlds that Agreement.InForceIf names
	Pending       State = "pending"           // signed, not known to be in force
	NotKnown      State = "not_known"         // not public by the as-of date
	NotYet        State = "not_yet"           // begins later, by its own words
	Ended         State = "ended"             // over
	LeftOut       State = "left_out"          // standing not asked for
	OutsideModel  State = "outside_the_model" // says nothing about the variables of the case
	GrantsPower   State = "power"             // a power: changes norms, is no duty
	NotApplicable State = "not_applicable"    // see Report.Notes
)

// ClauseState is a clause with its state on the day asked for.
type ClauseState struct {
	Clause   string   `json:"clause"`
	Modality Modality `json:"modality"`
	Standing Standing `json:"standing"`
	State    State    `json:"state"`
	Why      string   `json:"why"` // in words, with the date that decides
}

// Duty is what one bearer owes, or may do, by one clause.
type Duty struct {
	Clause   string   `json:"clause"`
	Bearer   string   `json:"bearer"`
	Toward   []string `json:"toward"`
	Modality Modality `json:"modality"`
	Standing Standing `json:"standing"`
	// Issue and Holder are set with Align: whose position on what is to be held.
	Issue  string `json:"issue,omitempty"`
	Holder string `json:"holder,omitempty"`
	// Binding is where the duty binds: agreement in force, condition met, no
	// exception, not yielding to a clause of higher rank. Asked is what it asks
	// for; of a prohibition the opposite of what is forbidden.
	Binding *formula.Prop `json:"-"`
	Asked   *formula.Prop `json:"-"`
	When    string        `json:"when"` // Binding as text
	What    string        `json:"what"` // Asked as text
}

// Strict reports whether not doing what is asked breaks the duty: obligations,
// prohibitions and alignments, not best efforts and permissions.
func (d *Duty) Strict() bool {
	return d.Modality == Obligation || d.Modality == Prohibition || d.Modality == Align
}

// In reports how the duty stands in a world: whether it binds, and whether what
// it asks is the case.
func (d *Duty) In(w formula.World) (binds, kept bool) { return d.Binding.Eval(w), d.Asked.Eval(w) }

// VerdictKind is a kind of finding.
type VerdictKind string

// The kinds, in the order in which they are reported.
const (
	// Contradiction: duties of one bearer, owed to one partner among others, that
	// cannot all be kept as things stand; or one duty that cannot be met.
	Contradiction VerdictKind = "contradiction"
	// Clash: the same with no partner to whom all of them are owed.
	Clash VerdictKind = "clash"
	// Latent: a condition that can come about makes a contradiction or a clash.
	Latent VerdictKind = "latent"
	// Breach: a duty that what is known breaks.
	Breach VerdictKind = "breach"
	// Tension: a permission or best efforts against a duty, or duties of different
	// bearers that cannot all be kept.
	Tension VerdictKind = "tension"
	// Vacuous: a clause that can never bind, or asks for what is always so.
	Vacuous VerdictKind = "vacuous"
	// Redundant: a duty that follows from others of the same bearer to the same
	// partners.
	Redundant VerdictKind = "redundant"
	// Resolved: a conflict in which one clause yields to another.
	Resolved VerdictKind = "resolved"
)

// VerdictKinds lists them in the order of the report.
func VerdictKinds() []VerdictKind {
	return []VerdictKind{Contradiction, Clash, Latent, Breach, Tension, Vacuous, Redundant, Resolved}
}

// Role says what a member does in a core.
type Role string

// The roles.
const (
	RoleDuty       Role = "duty"       // of the bearers of the verdict
	RoleKept       Role = "kept"       // duty of another that is taken to be kept
	RoleKnown      Role = "known"      // known fact
	RoleImpossible Role = "impossible" // impossible combination
)

// Member is a clause or a fact of a core.
type Member struct {
	Role Role `json:"role"`
	// Of a clause:
	Clause     string    `json:"clause,omitempty"`
	Bearers    []string  `json:"bearers,omitempty"`
	Toward     []string  `json:"toward,omitempty"`
	Modality   Modality  `json:"modality,omitempty"`
	Standing   *Standing `json:"standing,omitempty"`
	Issue      string    `json:"issue,omitempty"`
	Holder     string    `json:"holder,omitempty"`
	Paraphrase string    `json:"paraphrase,omitempty"`
	// Of a fact:
	Fact   string `json:"fact,omitempty"`
	Reason string `json:"reason,omitempty"`
	// What the clause asks for, or what the fact says.
	Text string `json:"text"`
}

// Name returns the full name of the clause or the id of the fact.
func (m *Member) Name() string { return cmp.Or(m.Clause, m.Fact) }

// Condition is when a conflict bites.
type Condition struct {
	// Shortest is a prime condition of fewest variables: true in it, and of no
	// smaller part of it, that the conflict bites.
	Shortest Box `json:"shortest"`
	// All are prime conditions, shortest first, that together make up every world
	// in which the conflict bites. Complete is false when a limit was met.
	All      []Box `json:"all"`
	Complete bool  `json:"complete"`
	// Own says that the condition speaks of what is in the bearer's own hands, as
	// a second-best duty does of the breach of the first.
	Own bool `json:"own,omitempty"`
}

// Box is a condition: each variable in one of some states.
type Box struct {
	Text     string        `json:"text"` // a proposition; "true" without literals
	Literals []Literal     `json:"literals"`
	Prop     *formula.Prop `json:"-"`
}

// Literal is one variable of a [Box].
type Literal struct {
	Variable string   `json:"variable"`
	States   []string `json:"states"`
}

// Concession is a set of clauses to give up.
type Concession struct {
	Clauses []string `json:"clauses"`
	Weight  float64  `json:"weight"` // sum of their weights
}

// Concessions are ways to end all conflicts of the report.
type Concessions struct {
	// Lightest has the least weight; Proven is false when a limit was met.
	Lightest Concession `json:"lightest"`
	Proven   bool       `json:"proven"`
	// All are the minimal ones, lightest first. Complete is false when a limit was
	// met, or when not all conflicts are known.
	All      []Concession `json:"all"`
	Complete bool         `json:"complete"`
}

// Verdict is one finding.
type Verdict struct {
	Kind VerdictKind `json:"kind"`
	// Sub refines Kind. Latent: contradiction or clash. Tension: permission,
	// best_efforts or opposed. Vacuous: never_binds or asks_nothing. Resolved: the
	// rule by which one clause yields, see [Verdict.Yields].
	Sub     string   `json:"sub,omitempty"`
	Bearers []string `json:"bearers"` // whose duties are in conflict; all of them with opposed
	// Core is minimal: without any one member the finding is gone. Of vacuous and
	// redundant clauses the first member is the clause itself.
	Core []Member `json:"core"`
	// OtherFacts are other minimal sets of impossible combinations that do the same
	// for the shortest condition, by id.
	OtherFacts [][]string `json:"other_facts,omitempty"`
	// Standing is the weakest standing among the clauses of the core.
	Standing StandingKind `json:"standing"`
	// Condition is nil where the finding has none.
	Condition *Condition `json:"condition,omitempty"`
	// Concessions cure this conflict alone, lightest first. Conflicts only.
	Concessions []Concession `json:"concessions,omitempty"`
	Yields      string       `json:"yields,omitempty"` // clause that yields, of Resolved
	// Where holds in the worlds in which the finding bites; nil for vacuous and
	// redundant clauses.
	Where *formula.Prop `json:"-"`
}

// Conflict reports whether the verdict is a contradiction, a clash or latent.
func (v *Verdict) Conflict() bool {
	return v.Kind == Contradiction || v.Kind == Clash || v.Kind == Latent
}

// Clauses returns the names of the clauses of the core, sorted, each once.
func (v *Verdict) Clauses() []string {
	var names []string
	for i := range v.Core {
		if v.Core[i].Clause != "" {
			names = append(names, v.Core[i].Clause)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Facts returns the ids of the facts of the core, sorted.
func (v *Verdict) Facts() []string {
	var ids []string
	for i := range v.Core {
		if v.Core[i].Fact != "" {
			ids = append(ids, v.Core[i].Fact)
		}
	}
	slices.Sort(ids)
	return ids
}

// Consequence is something that is so wherever duties are kept.
type Consequence struct {
	Variable string `json:"variable"`
	State    string `json:"state"`
	Not      bool   `json:"not,omitempty"` // the variable is not in the state
	// Firm consequences rest on duties that are in no conflict. Others hold under
	// some way of settling the conflicts.
	Firm   bool     `json:"firm"`
	Reason []Member `json:"reason"` // a minimal set that has the consequence
}

// Text returns the consequence as a proposition.
func (c *Consequence) Text() string {
	if c.Not {
		return c.Variable + "!=" + c.State
	}
	return c.Variable + "=" + c.State
}

// JSON returns the report in its versioned form, indented.
func (r *Report) JSON() ([]byte, error) { return json.MarshalIndent(r, "", "  ") }

// Of returns the verdicts of a kind.
func (r *Report) Of(k VerdictKind) []Verdict {
	var out []Verdict
	for _, v := range r.Verdicts {
		if v.Kind == k {
			out = append(out, v)
		}
	}
	return out
}

// kindRank orders verdicts.
func kindRank(k VerdictKind) int { return slices.Index(VerdictKinds(), k) }

// key identifies what a verdict says but for whom.
func (v *Verdict) key() string {
	parts := []string{string(v.Kind), v.Sub, v.Yields}
	for i := range v.Core {
		m := &v.Core[i]
		parts = append(parts, string(m.Role), m.Name(), m.Issue, m.Holder, m.Text)
	}
	if v.Condition != nil {
		for _, b := range v.Condition.All {
			parts = append(parts, b.Text)
		}
	}
	return strings.Join(parts, "\x00")
}

// settle merges verdicts that differ only by bearer and sorts them.
func settle(vs []Verdict) []Verdict {
	at := map[string]int{}
	var out []Verdict
	for _, v := range vs {
		k := v.key()
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, v)
			continue
		}
		old := &out[i]
		old.Bearers = union(old.Bearers, v.Bearers)
		for j := range old.Core {
			old.Core[j].Bearers = union(old.Core[j].Bearers, v.Core[j].Bearers)
			old.Core[j].Toward = union(old.Core[j].Toward, v.Core[j].Toward)
		}
	}
	slices.SortStableFunc(out, func(a, b Verdict) int {
		return cmp.Or(cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)), slices.Compare(a.Clauses(), b.Clauses()), slices.Compare(a.Facts(), b.Facts()), cmp.Compare(a.key(), b.key()))
	})
	return out
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// footing returns the weaker of two standings.
func footing(a, b StandingKind) StandingKind {
	order := []StandingKind{InText, AssertedBy, Hypothetical}
	return order[max(slices.Index(order, a), slices.Index(order, b), 0)]
}
