package treaty

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// Fact is a proposition that has nothing to do with what is owed.
type Fact struct {
	ID     string // unique among the facts; cores name it
	Prop   *formula.Prop
	Reason string
	Source []string // ids of sources.yaml
	Pos    diag.Pos
}

// Input is what [Analyse] looks at.
type Input struct {
	Space      *formula.Space
	Agreements []Agreement
	// Impossible are combinations that no world has.
	Impossible []Fact
	// Known is what holds on the as-of date: positions held, acts done. It makes
	// breaches, and turns latent conflicts into present ones.
	Known []Fact
}

// Options steer [Analyse]. Only AsOf is needed.
type Options struct {
	// AsOf is the day whose knowledge counts: a text that was not public, a treaty
	// that came into force or ended only later, is not known to have.
	AsOf calendar.Date
	// At is the day for which duties are asked; zero: AsOf.
	At calendar.Date
	// Pending counts texts that are signed by the as-of date and not in force as
	// binding.
	Pending bool
	// Standings are the kinds of clause to count; nil: all.
	Standings []StandingKind
	// LaterPrevails lets a later treaty prevail over an earlier one toward those
	// who are party to both (Vienna Convention on the Law of Treaties, art. 30(3)
	// and (4)(a)).
	LaterPrevails bool
	// SpecificPrevails lets a clause prevail over another of the same bearer
	// whose condition it strictly narrows (lex specialis).
	SpecificPrevails bool
	// ConflictsOnly leaves out opposed duties, vacuous and redundant clauses and
	// consequences: contradictions, clashes, latent conflicts, breaches, tensions
	// of one bearer, what yields, and concessions remain.
	ConflictsOnly bool
	Limits        Limits
}

// Limits bound the work. Zero is the default. What was cut short is in
// [Report.Unfinished].
type Limits struct {
	Cores      int `json:"cores"`      // cores of one connected group of duties
	Steps      int `json:"steps"`      // sets of duties, or sets and contexts, looked at for one group
	Conditions int `json:"conditions"` // sets of variables tried for the conditions of one core
	Premises   int `json:"premises"`   // sets of clauses that make one clause redundant; four times as many are looked at
	Search     int `json:"search"`     // nodes of the search for the lightest concession
}

// DefaultLimits is far beyond cases written by hand.
var DefaultLimits = Limits{Cores: 256, Steps: 4096, Conditions: 4096, Premises: 16, Search: 1 << 20}

func (l Limits) orDefault() Limits {
	for _, x := range []struct {
		into *int
		def  int
	}{{&l.Cores, DefaultLimits.Cores}, {&l.Steps, DefaultLimits.Steps}, {&l.Conditions, DefaultLimits.Conditions}, {&l.Premises, DefaultLimits.Premises}, {&l.Search, DefaultLimits.Search}} {
		if *x.into == 0 {
			*x.into = x.def
		}
	}
	return l
}

// NoWorld is the outcome that the facts alone contradict each other. Facts is a
// minimal set of them.
type NoWorld struct{ Facts []string }

// Error implements error.
func (e *NoWorld) Error() string {
	return "treaty: no world fits the facts " + strings.Join(e.Facts, ", ")
}

// check returns the faults of the input that would make an answer senseless.
func (in *Input) check(opt *Options) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("treaty: "+format, args...)) }
	if in.Space == nil {
		return errors.New("treaty: no space of variables")
	}
	if opt.AsOf.IsZero() {
		bad("the as-of date is missing")
	}
	for _, l := range []int{opt.Limits.Cores, opt.Limits.Steps, opt.Limits.Conditions, opt.Limits.Premises, opt.Limits.Search} {
		if l < 0 {
			bad("a limit is below 0")
		}
	}
	own := func(what string, p *formula.Prop) {
		if p != nil && p.Space() != in.Space {
			bad("%s speaks of other variables", what)
		}
	}
	facts := map[string]bool{}
	for _, f := range slices.Concat(in.Impossible, in.Known) {
		if f.ID == "" || facts[f.ID] {
			bad("a fact has no id or one that is there twice: %q", f.ID)
		}
		facts[f.ID] = true
		if f.Prop == nil {
			bad("the fact %q says nothing", f.ID)
		}
		own("the fact "+f.ID, f.Prop)
	}
	names := map[string]bool{}
	for i := range in.Agreements {
		a := &in.Agreements[i]
		own("the agreement "+a.ID, a.InForceIf)
		for k := range a.Clauses {
			c := &a.Clauses[k]
			name := Name(a.ID, c.ID)
			if names[name] {
				bad("the clause %q is there twice", name)
			}
			names[name] = true
			for _, p := range []*formula.Prop{c.What, c.When, c.Unless} {
				own("the clause "+name, p)
			}
		}
	}
	if len(errs) == 0 {
		primaries := in.primaries()
		if at := circle(primaries); at != "" {
			bad("the clause %q repairs its own breach", at)
		}
	}
	return errors.Join(errs...)
}

// circle returns a node of a circle of arrows, the first by name, "" if there
// is none.
func circle(arrows map[string][]string) string {
	state := map[string]int{}
	var visit func(n string) bool
	visit = func(n string) bool {
		state[n] = 1
		for _, next := range arrows[n] {
			if state[next] == 1 || state[next] == 0 && visit(next) {
				return true
			}
		}
		state[n] = 2
		return false
	}
	for _, n := range slices.Sorted(maps.Keys(arrows)) {
		if state[n] == 0 && visit(n) {
			return n
		}
	}
	return ""
}
