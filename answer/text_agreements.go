package answer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/treaty"
)

// How much of the agreements the terminal form shows.
const (
	mostFindings    = 2 // conflicts and tensions
	mostConcessions = 3 // ways to end one
)

// agreements shows what cannot be kept together, when, on what footing, and what
// duties weigh.
func (p *printer) agreements() {
	a := p.a.Agreements
	if a == nil {
		return
	}
	p.head("Agreements: what cannot be kept together")
	p.para(a.First)
	shown := 0
	var left []string
	for _, r := range []*DutyReading{&a.Today, &a.Horizon} {
		for i := range r.Verdicts {
			v := &r.Verdicts[i]
			if !(v.Conflict() || v.Kind == treaty.Breach || v.Kind == treaty.Tension || v.Kind == treaty.Resolved) || r == &a.Horizon && inVerdicts(&a.Today, v) {
				continue
			}
			if shown >= p.most(mostFindings, shown+1) {
				left = append(left, string(v.Kind))
				continue
			}
			shown++
			p.finding(a, v)
		}
	}
	if n := len(left); n > 0 {
		p.para(fmt.Sprintf("%s more: %s.", whole(n), strings.Join(slices.Compact(slices.Sorted(slices.Values(left))), ", ")))
	}
	kept := "what the focus owes and is owed, how far duties are kept"
	if len(a.Claims) > 0 {
		kept = "what experts say of agreements, " + kept
	}
	if !p.leave(kept) {
		for _, c := range a.Claims {
			p.para(c.Sentence + " (Claim " + c.Claim + ".)")
			p.quote(c.Claim)
		}
		p.duties(a)
		for _, k := range a.Kept {
			p.para(keptSentence(&k))
		}
	}
	for _, text := range slices.Concat(a.Horizon.Notes, a.Horizon.Unfinished) {
		p.para("Agreements, " + text + ".")
	}
}

// inVerdicts reports whether a reading has the same finding.
func inVerdicts(r *DutyReading, v *Finding) bool {
	return slices.ContainsFunc(r.Verdicts, func(x Finding) bool { return x.Kind == v.Kind && x.Sentence == v.Sentence })
}

// finding shows one verdict with its core, what ends it and what weighs on it.
func (p *printer) finding(a *Agreements, v *Finding) {
	head := upperFirst(words(string(v.Kind)))
	if v.Sub != "" {
		head += " (" + words(v.Sub) + ")"
	}
	if v.Condition != nil && len(v.Condition.Shortest.Literals) > 0 {
		head += ", if " + v.Condition.Shortest.Text
	}
	p.para(head + ":")
	for i := range v.Core {
		m := &v.Core[i]
		if m.Clause == "" {
			p.item(m.Fact + ": " + m.Text)
			continue
		}
		text := m.Clause
		if m.Standing != nil {
			text += " [" + StandingText(*m.Standing) + "]"
		}
		p.item(fmt.Sprintf("%s, %s to %s: %s", text, a.names(m.Bearers), a.names(m.Toward), m.Paraphrase))
		if m.Standing != nil && m.Standing.Claim != "" {
			p.quote(m.Standing.Claim)
		}
	}
	var ways []string
	for _, x := range v.Concessions[:p.most(mostConcessions, len(v.Concessions))] {
		ways = append(ways, strings.Join(x.Clauses, " and "))
	}
	text := ""
	if len(ways) > 0 {
		text = "It ends by giving up " + strings.Join(ways, ", or ") + "."
	}
	if w := p.bites(v.Weights); w != "" {
		text = strings.TrimSpace(text + " It bites in " + w + ".")
	}
	if text != "" {
		p.item(text)
	}
}

// bites says in how much of the weight something holds under the headline, with
// the reference beside it, in the arms where that is not nothing.
func (p *printer) bites(ws []BiteWeight) string {
	var parts []string
	for _, w := range ws {
		if w.View != p.a.Headline || !(w.Weight.Or(0) > 0) {
			continue
		}
		text := fmt.Sprintf("%s of the weight with %s %s", percent(w.Weight), w.Act, words(w.State))
		if w.View != ByReference {
			if i := slices.IndexFunc(ws, func(x BiteWeight) bool { return x.View == ByReference && x.Act == w.Act && x.State == w.State }); i >= 0 {
				text += fmt.Sprintf(" (%s by the reference)", percent(ws[i].Weight))
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// quote shows the speaker's own words where the text is attached.
func (p *printer) quote(claim string) {
	if p.opt.Quotes == nil {
		return
	}
	if q, ok := p.opt.Quotes(claim); ok {
		p.item("“" + q + "”")
	}
}

// item is an indented paragraph.
func (p *printer) item(text string) {
	p.printf("%s\n", wrap("  "+text, textWidth, "    "))
}

// duties shows what the focus owes and is owed by clauses that speak of the
// case's variables.
func (p *printer) duties(a *Agreements) {
	for i := range a.Parties {
		x := &a.Parties[i]
		if !x.Focus {
			continue
		}
		for _, side := range []struct {
			verb  string
			lines []DutyLine
		}{{"owes", x.Owes}, {"is owed", x.Owed}} {
			var list []DutyLine
			other := 0
			for _, l := range side.lines {
				if l.InModel && (l.Horizon == treaty.Binds || l.Horizon == treaty.BindsIf) {
					list = append(list, l)
				} else {
					other++
				}
			}
			if len(list)+other == 0 {
				continue
			}
			p.para(fmt.Sprintf("What %s %s:", x.Name, side.verb))
			for _, l := range list {
				p.item(fmt.Sprintf("%s, %s (%s, %s): %s", l.Clause, a.names(l.Others), words(string(l.Modality)), StandingText(l.Standing), l.Paraphrase))
			}
			if other > 0 {
				p.item(count(other, "further clause", "further clauses") + ": not in force, or outside the variables of the case.")
			}
		}
	}
}

// names are actors by name; those of agreements are all among the parties.
func (a *Agreements) names(ids []string) string {
	var out []string
	for _, id := range ids {
		name := id
		for i := range a.Parties {
			if a.Parties[i].Actor == id {
				name = a.Parties[i].Name
			}
		}
		out = append(out, name)
	}
	return enumerate(out, "and")
}

// StandingText is the footing of a clause in words.
func StandingText(s treaty.Standing) string {
	switch s.Kind {
	case treaty.AssertedBy:
		return "asserted by " + nameOr(s.Claim, "a speaker")
	case treaty.Hypothetical:
		return "hypothetical"
	}
	return "in the text"
}

// keptSentence says how a duty weighs on the reference.
func keptSentence(k *KeptDuty) string {
	text := fmt.Sprintf("By the case %s is kept in %.0f %% of the weight where it binds (%.0f to %.0f %%, %s)", k.Clause, 100*k.Kept, 100*k.Low, 100*k.High, k.Letter)
	if !k.Held {
		return text + "; set aside: " + k.Why + "."
	}
	var arms []string
	for _, x := range k.Arms {
		if x.Binds.Or(0) > 0 && x.Tables.OK {
			arms = append(arms, fmt.Sprintf("%s with %s", percentFine(x.Tables), x.Arm))
		}
	}
	if len(arms) > 0 {
		text += "; the given tables alone have " + strings.Join(arms, ", ")
	}
	return text + "."
}

// percentFine is a percentage with one decimal, for shares that differ little.
func percentFine(n Number) string {
	if !n.OK {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*n.V)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
