package casefile

import (
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// Treaty is what package treaty looks at: the agreements, and the combinations
// that no world has as facts named "impossible 1" and so on in the order of the
// case. Nothing is known beside these.
func (c *Case) Treaty() treaty.Input {
	in := treaty.Input{Space: c.Space, Agreements: c.Agreements}
	for i, f := range c.Impossible {
		in.Impossible = append(in.Impossible, treaty.Fact{ID: fmt.Sprintf("impossible %d", i+1), Prop: f.Prop, Reason: f.Reason, Source: f.Source, Pos: f.Pos})
	}
	return in
}

// checkKept checks the clauses that say how probable it is that they are kept.
// Such a clause is a row of the reference: P(asked | binds) = kept in every arm.
// Like the given rows it must leave what comes before it where it is, so it may
// not join what the order of influence keeps apart.
func (b *builder) checkKept() {
	for i := range b.c.Agreements {
		a := &b.c.Agreements[i]
		for k := range a.Clauses {
			if c := &a.Clauses[k]; c.Kept.Known && b.keptShape(a, c) && b.c.Space != nil && !b.variablesLost {
				if b.keptOrder(a, c) {
					b.keptFacts(a, c)
				}
			}
		}
	}
}

// keptShape checks the figure and that the clause is one that may weigh worlds.
func (b *builder) keptShape(a *treaty.Agreement, c *treaty.Clause) bool {
	name, f := treaty.Name(a.ID, c.ID), &c.Kept
	bad := func(expected, format string, args ...any) {
		b.l.Report(ruleKept, f.Pos, "kept", format, args...).Expected = expected
	}
	switch {
	case !(f.Low >= 0 && f.High <= 1):
		bad("0 to 1", "%q is kept with a probability outside 0 to 1", name)
	case c.Standing.Kind != "" && c.Standing.Kind != treaty.InText:
		bad("kept only with standing: in_text", "%q does not stand in the text (%s), so it weighs no world", name, c.Standing.Kind)
	case c.Modality == treaty.Permission || c.Modality == treaty.Power:
		bad("an obligation, a prohibition, best efforts or an alignment", "%q is a %s, which nothing keeps or breaks", name, c.Modality)
	case c.Modality != treaty.Align && c.What == nil:
		bad("what: a proposition over the variables", "%q asks for nothing that the case has as a variable", name)
	case f.Letter == 0:
		bad("kept: {value: 0.9, low: 0.8, high: 0.97, letter: c, note: why}", "the probability that %q is kept has no letter", name)
	case f.Letter == units.Estimate && f.Fixed():
		bad("low and high", "the probability that %q is kept is an estimate without a range", name)
	case (f.Letter == units.Estimate || f.Letter == units.Knowledge) && f.Note == "":
		bad("note: the reason, in words", "the probability that %q is kept gives no reason", name)
	case (f.Letter == units.Read || f.Letter == units.Computed) && len(f.Source) == 0:
		bad("source: where it was read", "the probability that %q is kept was read or computed (letter %s) and names no source", name, f.Letter)
	default:
		return true
	}
	return false
}

// keptParts splits the variables of a clause into those that its binding, or the
// position it follows, depends on, and those it asks about.
func (b *builder) keptParts(a *treaty.Agreement, c *treaty.Clause) (given, asked []int) {
	add := func(list *[]int, vars ...int) {
		for _, v := range vars {
			if !containsInt(*list, v) {
				*list = append(*list, v)
			}
		}
	}
	for _, p := range []*formula.Prop{a.InForceIf, c.When, c.Unless, c.KeptIf} {
		if p != nil {
			add(&given, p.Vars()...)
		}
	}
	if c.Modality != treaty.Align {
		add(&asked, c.What.Vars()...)
		return given, asked
	}
	toward := c.Toward
	if len(toward) == 0 {
		toward = a.Parties
	}
	for _, issue := range c.Scope {
		for _, who := range c.Bearers {
			if v, ok := b.c.Space.Index(treaty.PositionID(who, issue)); ok {
				add(&asked, v)
			}
		}
		for _, who := range toward {
			if v, ok := b.c.Space.Index(treaty.PositionID(who, issue)); ok && !containsInt(asked, v) {
				add(&given, v)
			}
		}
	}
	return given, asked
}

// keptOrder reports a row that the order of influence does not carry: what it
// asks about must not be an act, must not come before what it depends on, and
// must descend from every act on which its binding depends, or the act would move
// what it does not influence.
func (b *builder) keptOrder(a *treaty.Agreement, c *treaty.Clause) (ok bool) {
	ok = true
	given, asked := b.keptParts(a, c)
	id := func(v int) string { return b.c.Space.Vars()[v].ID }
	name := treaty.Name(a.ID, c.ID)
	report := func(v int, format string, args ...any) *diag.Diagnostic {
		ok = false
		return b.l.Report(ruleKeptOrder, c.Kept.Pos, id(v), format, args...)
	}
	upstream := b.ancestors(given)
	for _, y := range asked {
		if b.c.Variables[y].Kind == "act" {
			report(y, "%q asks about the act %q, which is chosen and has no weights", name, id(y)).Expected = "kept only for what follows from acts"
			continue
		}
		if upstream[y] && !containsInt(given, y) {
			report(y, "%q asks about %q, and whether it binds depends on what that influences", name, id(y)).Expected = "a duty whose condition comes before what it asks"
			continue
		}
		above := b.ancestors([]int{y})
		for v := range b.c.Variables {
			if b.c.Variables[v].Kind != "act" || !upstream[v] || above[v] {
				continue
			}
			d := report(y, "with %q the act %q would move %q, which does not descend from it", name, id(v), id(y))
			d.Expected = "an act that influences what the duty asks"
			d.Hint = "add " + id(v) + " to influenced_by of " + id(y) + ", with given rows for its states"
		}
	}
	return ok
}

// keptFacts reports a duty that facts always keep, or always break, where it
// binds.
func (b *builder) keptFacts(a *treaty.Agreement, c *treaty.Clause) {
	if b.possible == nil || c.Modality == treaty.Align {
		return
	}
	s := b.c.Space
	binds := []*formula.Prop{b.possible}
	for _, p := range []*formula.Prop{a.InForceIf, c.When, c.KeptIf} {
		if p != nil {
			binds = append(binds, p)
		}
	}
	if c.Unless != nil {
		binds = append(binds, s.Not(c.Unless))
	}
	where, asked := s.And(binds...), c.What
	if c.Modality == treaty.Prohibition {
		asked = s.Not(asked)
	}
	name := treaty.Name(a.ID, c.ID)
	for _, x := range []struct {
		holds *formula.Prop
		must  float64
		what  string
	}{{asked, 1, "always so"}, {s.Not(asked), 0, "never so"}} {
		if s.Implies(where, x.holds) && (c.Kept.Low != x.must || c.Kept.High != x.must) {
			if value, constant := where.Constant(); constant && !value {
				continue // it never binds
			}
			b.l.Report(ruleKeptFact, c.Kept.Pos, "kept", "what %q asks is %s where it binds, by the facts of the case", name, x.what).Expected = fmt.Sprintf("%v, or no kept", x.must)
		}
	}
}
