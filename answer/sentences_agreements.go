package answer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/treaty"
)

// The plain sentences on agreements, all in this file.

// dutySayer writes sentences on duties with the names of a case.
type dutySayer struct {
	actor    map[string]string
	variable map[string]casefile.Variable
	speaker  map[string]string // of claims
	title    map[string]string // of agreements
	c        *casefile.Case
}

func (s *dutySayer) name(actor string) string { return nameOr(s.actor[actor], actor) }

func (s *dutySayer) list(actors []string, and string) string {
	var names []string
	for _, x := range actors {
		names = append(names, s.name(x))
	}
	return enumerate(names, and)
}

// enumerate writes "a, b and c".
func enumerate(parts []string, and string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " " + and + " " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// condition writes a box in words.
func (s *dutySayer) condition(b treaty.Box) string {
	var parts []string
	for _, l := range b.Literals {
		v := s.variable[l.Variable]
		parts = append(parts, stateText(s.c, &v, l.States, false))
	}
	return enumerate(parts, "and")
}

// clauseTitle is a clause by its own title, as its id has it: “align positions”.
func clauseTitle(name string) string {
	_, id, _ := strings.Cut(name, "/")
	return "“" + strings.NewReplacer("-", " ", "_", " ").Replace(id) + "”"
}

// clause is a clause with the agreement that it stands in.
func (s *dutySayer) clause(name string) string {
	agreement, _, _ := strings.Cut(name, "/")
	return clauseTitle(name) + " of " + s.agreement(agreement)
}

func (s *dutySayer) agreement(id string) string { return withArticle(nameOr(s.title[id], id)) }

// named are the agreements or clauses that a claim names.
func (s *dutySayer) named(names []string) string {
	var out []string
	for _, n := range names {
		if strings.Contains(n, "/") {
			out = append(out, s.clause(n))
		} else {
			out = append(out, s.agreement(n))
		}
	}
	return enumerate(out, "and")
}

func (s *dutySayer) clauses(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, s.clause(n))
	}
	return enumerate(out, "and")
}

// verdict is the sentence of a finding.
func (s *dutySayer) verdict(v *treaty.Verdict) string {
	who := s.list(v.Bearers, "and")
	var duties, kept, facts []string
	for i := range v.Core {
		m := &v.Core[i]
		switch m.Role {
		case treaty.RoleDuty:
			duties = append(duties, s.duty(m))
		case treaty.RoleKept:
			kept = append(kept, fmt.Sprintf("%s keeps %s", s.list(m.Bearers, "and"), s.clause(m.Clause)))
		default:
			facts = append(facts, m.Text)
		}
	}
	when := ""
	if v.Condition != nil && len(v.Condition.Shortest.Literals) > 0 {
		when = " once " + s.condition(v.Condition.Shortest)
		if len(v.Condition.All) > 1 {
			when += " (or otherwise)"
		}
	} else if v.Kind == treaty.Contradiction || v.Kind == treaty.Clash {
		when = " as things stand"
	}
	if len(kept) > 0 {
		when += ", as long as " + enumerate(kept, "and")
	}
	if v.Kind == treaty.Breach && len(facts) > 0 {
		when += ": " + strings.Join(facts, ", ")
	}
	switch v.Kind {
	case treaty.Contradiction, treaty.Clash, treaty.Latent:
		switch len(duties) {
		case 1:
			return fmt.Sprintf("%s cannot keep %s%s.", who, duties[0], when)
		case 2:
			return fmt.Sprintf("%s cannot keep both %s and %s%s.", who, duties[0], duties[1], when)
		}
		return fmt.Sprintf("%s cannot keep all of %s%s.", who, enumerate(duties, "and"), when)
	case treaty.Breach:
		return fmt.Sprintf("%s does not keep %s%s.", who, enumerate(duties, "and"), when)
	case treaty.Tension:
		if v.Sub == "opposed" {
			return fmt.Sprintf("%s cannot all keep what they owe (%s)%s.", who, s.clauses(v.Clauses()), when)
		}
		return fmt.Sprintf("%s is pulled two ways by %s%s.", who, enumerate(duties, "and"), when)
	case treaty.Vacuous:
		what := "can never bind"
		if v.Sub == treaty.AsksNothing {
			what = "asks only for what is always so"
		}
		return fmt.Sprintf("%s %s.", upperFirst(s.clauses(v.Clauses())), what)
	case treaty.Redundant:
		return fmt.Sprintf("%s adds nothing to %s.", s.clause(v.Core[0].Clause), s.clauses(without(v.Clauses(), v.Core[0].Clause)))
	case treaty.Resolved:
		return fmt.Sprintf("%s yields to %s (%s)%s.", s.clause(v.Yields), s.clauses(without(v.Clauses(), v.Yields)), v.Sub, when)
	}
	return ""
}

// duty is what a member of a core asks, by whom it is owed to and its clause.
func (s *dutySayer) duty(m *treaty.Member) string {
	to := ""
	if len(m.Toward) > 0 {
		to = " " + s.list(m.Toward, "and")
	}
	return fmt.Sprintf("what it owes%s (%s)", to, s.clause(m.Clause))
}

// footing says where the clauses of a core stand.
func (s *dutySayer) footing(v *treaty.Verdict) string {
	var parts []string
	said := map[string]bool{}
	for i := range v.Core {
		m := &v.Core[i]
		if m.Standing == nil || said[m.Clause] {
			continue
		}
		said[m.Clause] = true
		switch m.Standing.Kind {
		case treaty.AssertedBy:
			by := s.name(s.speaker[m.Standing.Claim])
			parts = append(parts, fmt.Sprintf("%s is only asserted by %s", clauseTitle(m.Clause), nameOr(by, "a speaker")))
		case treaty.Hypothetical:
			parts = append(parts, clauseTitle(m.Clause)+" is hypothetical")
		default:
			parts = append(parts, clauseTitle(m.Clause)+" stands in the text")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " Of these, " + enumerate(parts, "and") + "."
}

// first is the sentence that stands before all others: the gravest conflict, the
// standing of each clause in it, how many more there are, and how today stands.
func (s *dutySayer) first(a *Agreements) string {
	conflicts := func(r *DutyReading) (out []*Finding) {
		for i := range r.Verdicts {
			if r.Verdicts[i].Conflict() {
				out = append(out, &r.Verdicts[i])
			}
		}
		return out
	}
	today, later := conflicts(&a.Today), conflicts(&a.Horizon)
	text := ""
	switch {
	case len(today) > 0:
		text = today[0].Sentence + s.footing(&today[0].Verdict)
		if n := len(today) - 1; n > 0 {
			text += fmt.Sprintf(" %s more on %s.", count(n, "conflict", "conflicts"), a.Today.At)
		}
		if n := len(later); n > 0 {
			text += fmt.Sprintf(" Up to %s: %s.", a.Horizon.At, count(n, "conflict", "conflicts"))
		}
	case len(later) > 0:
		text = later[0].Sentence + s.footing(&later[0].Verdict)
		if n := len(later) - 1; n > 0 {
			text += fmt.Sprintf(" %s more can come about by %s.", count(n, "conflict", "conflicts"), a.Horizon.At)
		}
		text += fmt.Sprintf(" On %s no two duties exclude each other.", a.Today.At)
	default:
		text = fmt.Sprintf("All duties of the agreements can be kept together, on %s and under any condition up to %s.", a.Today.At, a.Horizon.At)
	}
	return text
}

// speakersOf names who made some claims, each once.
func (s *dutySayer) speakersOf(claims []string) string {
	var out []string
	for _, id := range claims {
		if name := nameOr(s.name(s.speaker[id]), "a speaker"); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return enumerate(out, "and")
}

// clash is the sentence on a claim that duties clash.
func (s *dutySayer) clash(x *ClashAnswer, a *Agreements) string {
	who := s.name(x.Speaker)
	under := ""
	if x.If != "" {
		under = " where " + conditionText(s.c, x.If)
	}
	if !x.Arises {
		return fmt.Sprintf("%s says that %s can clash: by their clauses no such clash can arise%s.", who, s.named(x.Names), under)
	}
	var conditions []string
	for _, i := range x.Verdicts {
		c := "always"
		if v := &a.Horizon.Verdicts[i]; v.Condition != nil && len(v.Condition.Shortest.Literals) > 0 {
			c = "once " + s.condition(v.Condition.Shortest)
		}
		if !slices.Contains(conditions, c) {
			conditions = append(conditions, c)
		}
	}
	text := fmt.Sprintf("%s says that %s can clash: by their clauses such a clash can arise, %s.", who, s.named(x.Names), strings.Join(conditions, "; or "))
	switch {
	case x.Own:
		text += " It rests on what the same speaker asserts that a text means: the texts alone do not make it."
	case len(x.Asserted) > 0:
		text += fmt.Sprintf(" It rests on what %s asserts that a text means: the texts alone do not make it.", s.speakersOf(x.Asserted))
	}
	return text
}
