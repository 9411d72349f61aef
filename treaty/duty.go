package treaty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/formula"
)

// duty is a [Duty] with what the search needs.
type duty struct {
	Duty
	a *Agreement
	c *Clause
	// keep is Binding -> Asked: what must hold for the duty not to be broken.
	keep *formula.Prop
	// objects are the variables in the bearer's hands, triggers those that its
	// binding, or the position it follows, depends on.
	objects, triggers []int
	// holderVar is the position that an alignment follows, -1 otherwise.
	holderVar int
}

// analysis is the state of one [Analyse].
type analysis struct {
	in     *Input
	opt    Options
	space  *formula.Space
	duties []duty
	facts  []fact
	// possible holds in the worlds without an impossible combination.
	possible *formula.Prop
	ranks    []rank
	report   *Report
	clashing [][]string // clauses of each conflict, for redundant
	cut      bool       // not all conflicts were looked for
}

// fact is a known fact or the absence of an impossible combination.
type fact struct {
	*Fact
	role Role
	keep *formula.Prop // holds in the worlds that fit
}

func (an *analysis) note(format string, args ...any) {
	an.report.Notes = append(an.report.Notes, fmt.Sprintf(format, args...))
}

func (an *analysis) unfinished(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(an.report.Unfinished, text) {
		an.report.Unfinished = append(an.report.Unfinished, text)
	}
}

// gather fills facts and duties.
func (an *analysis) gather() {
	s := an.space
	an.possible = s.True()
	for i := range an.in.Impossible {
		f := &an.in.Impossible[i]
		keep := s.Not(f.Prop)
		an.facts = append(an.facts, fact{f, RoleImpossible, keep})
		an.possible = s.And(an.possible, keep)
	}
	for i := range an.in.Known {
		f := &an.in.Known[i]
		an.facts = append(an.facts, fact{f, RoleKnown, f.Prop})
	}
	slices.SortFunc(an.facts, func(a, b fact) int { return strings.Compare(a.ID, b.ID) })
	for i := range an.in.Agreements {
		a := &an.in.Agreements[i]
		state, why := an.agreementState(a)
		for k := range a.Clauses {
			c := &a.Clauses[k]
			st, reason := an.clauseState(c, state, why)
			if st == Binds || st == BindsIf {
				switch {
				case c.Modality == Power:
					st, reason = GrantsPower, "a power to change what holds is no duty"
				case c.Modality == Align:
					if !an.alignDuties(a, c) {
						st, reason = NotApplicable, "there is no position to hold"
					}
				case c.What == nil:
					st, reason = OutsideModel, "no proposition: it speaks of nothing that the case has as a variable"
				default:
					asked := c.What
					if c.Modality == Prohibition {
						asked = s.Not(asked)
					}
					for _, b := range c.Bearers {
						an.addDuty(a, c, b, creditors(a, c, b), asked, asked.Vars(), -1, "", "")
					}
				}
			}
			an.report.Clauses = append(an.report.Clauses, ClauseState{Name(a.ID, c.ID), c.Modality, c.Standing, st, reason})
		}
	}
	an.reparations(false)
}

// agreementState decides by dates and InForceIf. A date that names a month or a
// year counts from its first day as a beginning and to its last day as an end.
func (an *analysis) agreementState(a *Agreement) (State, string) {
	asOf, at := an.opt.AsOf, an.opt.At
	if ended := a.Ended; ended.Before(at) && !asOf.Before(ended) {
		return Ended, "ended on " + ended.String()
	}
	if a.InForceIf != nil {
		return BindsIf, "in force in the worlds with " + a.InForceIf.Text()
	}
	known := a.KnownSince
	if known.IsZero() {
		known = a.Signed
	}
	if after(known, asOf) {
		return NotKnown, "not public before " + known.String()
	}
	switch {
	case !a.InForce.IsZero() && !after(a.InForce, at) && !after(a.InForce, asOf):
		return Binds, "in force since " + a.InForce.String()
	case after(a.Signed, asOf):
		return NotKnown, "not signed before " + a.Signed.String()
	case a.Signed.IsZero() && a.InForce.IsZero():
		return Pending, "neither a day of signing nor one of entry into force is known"
	}
	why := "signed on " + a.Signed.String()
	if a.Signed.IsZero() {
		why = "agreed"
	}
	if after(a.InForce, asOf) || a.InForce.IsZero() {
		why += ", not in force by " + asOf.String() + " as far as known then"
	} else {
		why += ", in force from " + a.InForce.String()
	}
	if an.opt.Pending {
		return Binds, why + "; counted as binding"
	}
	return Pending, why
}

// after reports whether d lies after day e, coarse dates by their first day.
func after(d, e calendar.Date) bool { return e.Last().Before(d.First()) }

func (an *analysis) clauseState(c *Clause, state State, why string) (State, string) {
	if state != Binds && state != BindsIf {
		return state, why
	}
	if len(an.opt.Standings) > 0 && !slices.Contains(an.opt.Standings, c.Standing.Kind) {
		return LeftOut, "clauses with standing " + string(c.Standing.Kind) + " were not asked for"
	}
	if after(c.From, an.opt.At) {
		return NotYet, "binds from " + c.From.String()
	}
	if c.Until.Before(an.opt.At) {
		return Ended, "bound until " + c.Until.String()
	}
	return state, why
}

// creditors returns those a bearer owes the clause to, sorted.
func creditors(a *Agreement, c *Clause, bearer string) []string {
	toward := c.Toward
	if len(toward) == 0 {
		toward = a.Parties
	}
	out := slices.DeleteFunc(slices.Clone(toward), func(x string) bool { return x == bearer })
	slices.Sort(out)
	return slices.Compact(out)
}

func (an *analysis) addDuty(a *Agreement, c *Clause, bearer string, toward []string, asked *formula.Prop, objects []int, holderVar int, issue, holder string) {
	if len(toward) == 0 {
		an.note("%s: %s owes it to nobody but itself", Name(a.ID, c.ID), bearer)
		return
	}
	s := an.space
	var terms []*formula.Prop
	if a.InForceIf != nil {
		terms = append(terms, a.InForceIf)
	}
	if c.When != nil {
		terms = append(terms, c.When)
	}
	if c.Unless != nil {
		terms = append(terms, s.Not(c.Unless))
	}
	var binding *formula.Prop
	if len(terms) == 1 {
		binding = terms[0]
	} else {
		binding = s.And(terms...)
	}
	d := duty{
		Duty: Duty{Clause: Name(a.ID, c.ID), Bearer: bearer, Toward: toward, Modality: c.Modality, Standing: c.Standing, Issue: issue, Holder: holder, Binding: binding, Asked: asked},
		a:    a, c: c, objects: objects, holderVar: holderVar,
	}
	an.duties = append(an.duties, d)
	an.finish(&an.duties[len(an.duties)-1])
}

// finish recomputes what depends on Binding.
func (an *analysis) finish(d *duty) {
	s := an.space
	d.keep = s.Or(s.Not(d.Binding), d.Asked)
	d.triggers = slices.Clone(d.Binding.Vars())
	if d.holderVar >= 0 && !slices.Contains(d.triggers, d.holderVar) {
		d.triggers = append(d.triggers, d.holderVar)
		slices.Sort(d.triggers)
	}
}

// PositionID is the id of the variable for an actor's position on an issue.
func PositionID(actor, issue string) string { return "position(" + actor + "," + issue + ")" }

// alignDuties adds one duty for each bearer, partner and issue: the bearer's
// position must be the partner's actual one. With What the relation is What,
// taken apart into one relation a pair of positions where that loses nothing.
func (an *analysis) alignDuties(a *Agreement, c *Clause) bool {
	s := an.space
	name := Name(a.ID, c.ID)
	any := false
	together := s.True()
	for _, b := range c.Bearers {
		for _, h := range creditors(a, c, b) {
			for _, issue := range c.Scope {
				vb, ok := s.Index(PositionID(b, issue))
				vh, ok2 := s.Index(PositionID(h, issue))
				if !ok || !ok2 {
					an.note("%s: the case has no position of both %s and %s on %s", name, b, h, issue)
					continue
				}
				asked := an.sameStand(c, vb, vh)
				if _, constant := asked.Constant(); constant {
					an.note("%s: %s and %s have no stand in common on %s, or every stand", name, b, h, issue)
					continue
				}
				an.addDuty(a, c, b, []string{h}, asked, []int{vb}, vh, issue, h)
				together = s.And(together, asked)
				any = true
			}
		}
	}
	if any && c.What != nil && !s.Implies(together, c.What) {
		an.note("%s: \"what\" ties more than two positions together or speaks of other variables; each pair is held to what it allows for that pair", name)
	}
	return any
}

// sameStand returns where the positions vb and vh count as the same.
func (an *analysis) sameStand(c *Clause, vb, vh int) *formula.Prop {
	s := an.space
	if c.What != nil && slices.Contains(c.What.Vars(), vb) && slices.Contains(c.What.Vars(), vh) {
		var rest []int
		for _, v := range c.What.Vars() {
			if v != vb && v != vh {
				rest = append(rest, v)
			}
		}
		return an.exists(c.What, rest)
	}
	same := s.False()
	vars := s.Vars()
	for k, st := range vars[vb].States {
		if j := slices.Index(vars[vh].States, st); j >= 0 {
			same = s.Or(same, s.And(s.Is(vb, k), s.Is(vh, j)))
		}
	}
	return same
}

// exists returns where p holds for some states of the variables.
func (an *analysis) exists(p *formula.Prop, vars []int) *formula.Prop {
	for _, v := range vars {
		if !slices.Contains(p.Vars(), v) {
			continue
		}
		parts := make([]*formula.Prop, len(an.space.Vars()[v].States))
		for k := range parts {
			parts[k] = an.space.Restrict(p, v, k)
		}
		p = an.space.Or(parts...)
	}
	return p
}

// reparations lets a clause that is the Otherwise of others bind only where one
// of those is broken: by the same bearer if it bears both, else by anyone. It
// runs before ranks, and again after them when yielding has changed what is
// broken. The first of a chain comes first; in is checked to have no circle.
func (an *analysis) reparations(again bool) {
	primaries := an.in.primaries()
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		for _, p := range primaries[name] {
			visit(p)
		}
		if len(primaries[name]) > 0 {
			an.repair(name, primaries[name], again)
		}
	}
	for i := range an.duties {
		visit(an.duties[i].Clause)
	}
}

func (an *analysis) repair(name string, primaries []string, again bool) {
	s := an.space
	of := func(p *duty) bool { return slices.Contains(primaries, p.Clause) && p.Strict() }
	for i := range an.duties {
		r := &an.duties[i]
		if r.Clause != name {
			continue
		}
		own := slices.ContainsFunc(an.duties, func(p duty) bool { return of(&p) && p.Bearer == r.Bearer })
		broken := s.False()
		for j := range an.duties {
			if p := &an.duties[j]; of(p) && (!own || p.Bearer == r.Bearer) {
				broken = s.Or(broken, s.And(p.Binding, s.Not(p.Asked)))
			}
		}
		r.Binding = s.And(r.Binding, broken)
		an.finish(r)
		if value, constant := broken.Constant(); constant && !value && !again {
			an.note("%s: no clause is in force whose breach the case could show, so it never comes to bind", name)
		}
	}
}

// primaries maps each reparation to the clauses whose Otherwise it is.
func (in *Input) primaries() map[string][]string {
	m := map[string][]string{}
	for _, a := range in.Agreements {
		for _, c := range a.Clauses {
			if o := c.Otherwise; o != "" {
				o = within(a.ID, o)
				m[o] = append(m[o], Name(a.ID, c.ID))
			}
		}
	}
	return m
}

// within returns the full name of a clause named inside an agreement.
func within(agreement, name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return Name(agreement, name)
}

// weight is the cost of giving the clause up; 1 where the case gives none.
func (c *Clause) weight() float64 {
	if !c.Weight.Known {
		return 1
	}
	return c.Weight.Central
}

// item is a clause's demand on those of its bearers of whom it asks the same.
type item struct {
	duty    int // the first of them
	bearers []string
	toward  []string
}

// items merges the duties of a clause that differ only by bearer.
func (an *analysis) items(take func(d *duty) bool) []item {
	var out []item
	of := map[string][]int{} // clause -> its items
	for i := range an.duties {
		d := &an.duties[i]
		if !take(d) {
			continue
		}
		k := slices.IndexFunc(of[d.Clause], func(j int) bool { return an.space.Equivalent(an.duties[out[j].duty].keep, d.keep) })
		if k < 0 {
			of[d.Clause] = append(of[d.Clause], len(out))
			out = append(out, item{i, []string{d.Bearer}, d.Toward})
			continue
		}
		j := &out[of[d.Clause][k]]
		j.bearers, j.toward = union(j.bearers, []string{d.Bearer}), union(j.toward, d.Toward)
	}
	return out
}

// spread gives the members of a core all bearers of their items.
func (an *analysis) spread(core []Member, items []item) {
	for i := range core {
		m := &core[i]
		for _, it := range items {
			if d := &an.duties[it.duty]; d.Clause == m.Clause && d.Issue == m.Issue && d.Holder == m.Holder && slices.Contains(m.Bearers, d.Bearer) {
				m.Bearers, m.Toward = union(m.Bearers, it.bearers), union(m.Toward, it.toward)
			}
		}
	}
}
