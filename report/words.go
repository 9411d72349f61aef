package report

import (
	"sort"
	"strings"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/treaty"
)

// evidence links what settled a claim: an event, a published figure or a source.
func (b *builder) evidence(ids []string) []ref {
	out := b.sources(ids)
	for i, id := range ids {
		if out[i].Anchor != "" {
			continue
		}
		for k := range b.Case.Timeline {
			if b.Case.Timeline[k].ID == id {
				out[i].Anchor = anchor("event", id)
			}
		}
		for k := range b.Answer.Observed {
			if b.Answer.Observed[k].ID == id {
				out[i].Anchor = anchor("observed", id)
			}
		}
	}
	return out
}

// eventRow is something that happened, which the ledger may cite.
type eventRow struct {
	ID, Date, Text, Letter string
	Source                 []ref
}

func (b *builder) events() []eventRow {
	var out []eventRow
	for i := range b.Case.Timeline {
		e := &b.Case.Timeline[i]
		out = append(out, eventRow{anchor("event", e.ID), e.Date.String(), e.Text, e.Letter.String(), b.sources(e.Source)})
	}
	return out
}

// actor names an actor by its id.
func (b *builder) actor(id string) string {
	if n := b.names[id]; n != "" {
		return n
	}
	return id
}

func (b *builder) actors(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = b.actor(id)
	}
	return strings.Join(names, ", ")
}

// agreement is a text between states with its clauses.
type agreement struct {
	ID, Name, About, Parties, Life string
	Source                         []ref
	Letter                         string
	Clauses                        []clause
}

type clause struct {
	ID, Article, Modality, Bearers, Toward, What, When, Standing string
	Claim                                                        string // anchor of the claim it stands on
}

func (b *builder) agreements() []agreement {
	var out []agreement
	for i := range b.Case.Agreements {
		a := &b.Case.Agreements[i]
		v := agreement{ID: anchor("agreement", a.ID), Name: a.Name, About: a.About, Parties: b.actors(a.Parties), Source: b.sources(a.Source), Letter: a.Letter.String()}
		var life []string
		for _, d := range []struct{ what, when string }{{"signed", a.Signed.String()}, {"in force", a.InForce.String()}, {"ended", a.Ended.String()}} {
			if d.when != "" {
				life = append(life, d.what+" "+d.when)
			}
		}
		if a.InForceIf != nil {
			life = append(life, "binds where "+a.InForceIf.Text())
		}
		v.Life = strings.Join(life, "; ")
		for _, c := range a.Clauses {
			v.Clauses = append(v.Clauses, b.clause(a.ID, c))
		}
		out = append(out, v)
	}
	return out
}

func (b *builder) clause(agreement string, c treaty.Clause) clause {
	v := clause{ID: anchor("clause", agreement+"/"+c.ID), Article: c.Article, Modality: words(string(c.Modality)), Bearers: b.actors(c.Bearers), Toward: b.actors(c.Toward), What: c.Action}
	if v.Toward == "" {
		v.Toward = "the other parties"
	}
	if c.What != nil {
		v.What = strings.TrimSpace(v.What + " [" + c.What.Text() + "]")
	}
	if len(c.Scope) > 0 {
		v.What = strings.TrimSpace(v.What + " on " + strings.Join(c.Scope, ", "))
	}
	if c.When != nil {
		v.When = "when " + c.When.Text()
	}
	if c.Unless != nil {
		v.When = strings.TrimSpace(v.When + " unless " + c.Unless.Text())
	}
	switch c.Standing.Kind {
	case treaty.AssertedBy:
		v.Standing, v.Claim = "only asserted", anchor("claim", c.Standing.Claim)
	case treaty.Hypothetical:
		v.Standing = "hypothetical"
	default:
		v.Standing = "in the text"
	}
	return v
}

// outcomeRow says what an outcome counts and what it rests on.
type outcomeRow struct {
	ID, Name, Measure, Path, BaseYear, Baseline, Table, LetterC, Capacity, Materiality, About string
	Source                                                                                    []ref
}

func (b *builder) outcomeRows() []outcomeRow {
	var out []outcomeRow
	for i := range b.Answer.Outcomes {
		o := &b.Answer.Outcomes[i]
		style := rowOf(o.Measure, o.Materiality, o.BaseYear, o.Baseline, o.LeastInTable, o.MostInTable)
		r := outcomeRow{
			ID: anchor("outcome", o.ID), Name: o.Name, Measure: words(o.Measure), BaseYear: style.level(o.BaseYear), Baseline: style.level(o.Baseline),
			Table: style.levels(o.LeastInTable, o.MostInTable), LetterC: percent(o.LetterC), Capacity: percent(o.OurCapacity),
			Materiality: style.level(fixed(o.Materiality)), Source: b.sources(o.Source),
		}
		if c := b.caseOutcome(o.ID); c != nil {
			r.Path, r.About = describe(c.Query, c.Country), c.About
		}
		out = append(out, r)
	}
	return out
}

// describe puts a path query into words.
func describe(q freight.PathQuery, country string) string {
	var s []string
	add := func(before string, list []string) {
		if len(list) > 0 {
			s = append(s, before+" "+strings.ReplaceAll(strings.Join(list, ", "), "|", " or "))
		}
	}
	if country != "" {
		s = append(s, "accounts of "+country)
	}
	if len(q.Passes) > 0 {
		text := "passes " + strings.ReplaceAll(strings.Join(q.Passes, ", then "), "|", " or ")
		if q.Both {
			text += " (either way)"
		}
		s = append(s, text)
	}
	add("avoids", q.Avoids)
	add("main haul by", q.Modes)
	add("uses", q.UsesModes)
	if len(q.ModeIn) > 0 {
		var keys []string
		for k := range q.ModeIn {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			s = append(s, "by "+q.ModeIn[k]+" in "+k)
		}
	}
	add("from", q.Origins)
	add("to", q.Destinations)
	add("goods", q.Commodities)
	add("regimes", q.Regimes)
	add("markets", q.Markets)
	if q.Flow != "" {
		s = append(s, q.Flow+" as seen from "+q.Country)
	}
	if len(s) == 0 {
		return "all traffic"
	}
	return strings.Join(s, "; ")
}
