package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/report/chart"
	"github.com/astara-corridors/astara/treaty"
)

//go:embed agreements.html
var agreementsSource string

// duties is what the agreements of a case make of each other.
type duties struct {
	First, At, Horizon string
	Conflicts          []dutyConflict
	Lesser             []lesserFinding
	Claims             []clashOf
	Concessions        []string // ways to end all conflicts, where there are several
	Consequences       []consequence
	Focus              string
	Owes, Owed         []dutyRow
	MoreOwes, MoreOwed int // clauses outside the model or not in force
	Kept               []keptRow
	Lives              []lifeRow
	From, To           string // ends of the time line
	Notes              []string
}

// dutyConflict is a set of duties that cannot be kept together.
type dutyConflict struct {
	ID, Kind, Text, Condition, Others string
	Core                              []coreMember
	Ends                              string
	Weights                           []biteRow
	Views                             []string
	Elsewhere                         bool // there are arms in which it bites in no weight
}

// coreMember is a clause or a fact of a core.
type coreMember struct {
	Name                            ref
	Who, Standing, Paraphrase, Asks string
	Claim                           ref // it stands on
	Quote                           string
}

// biteRow is the weight of the worlds in which a conflict bites, by view.
type biteRow struct {
	Act    string
	Shares []string
	some   bool // it bites under some view
}

// lesserFinding is a breach, a tension, a clause without effect.
type lesserFinding struct {
	Kind, Text string
	Clauses    []ref
}

// clashOf answers a claim that duties clash.
type clashOf struct {
	Claim       ref
	Text, Quote string
}

// consequence is what is so wherever duties are kept.
type consequence struct {
	Text, Firm string
	Reason     []ref
}

// dutyRow is a clause that somebody owes or is owed.
type dutyRow struct {
	Clause                              ref
	Who, Kind, Standing, Today, Horizon string
	Paraphrase                          string
}

// keptRow is a duty as a row of the reference.
type keptRow struct {
	Clause                          ref
	Text, Letter, Reason, If, Asked string
	Arms                            []string
	Source                          []ref
}

// lifeRow is the life of an agreement on the time line.
type lifeRow struct {
	Agreement     ref
	Parties, Text string
	Chart         template.HTML
	When          string
}

// lastDay is the end of the last year shown.
func lastDay(year int) float64 { return float64(year) + 1 }

// years is a day as a number of years; coarse days by their first.
func years(d calendar.Date) float64 {
	d = d.First()
	return float64(d.Year) + float64(d.Month-1)/12 + float64(d.Day-1)/365
}

// duties puts the answer's agreements on the page; nil when the case has none.
func (b *builder) duties() *duties {
	a := b.Answer.Agreements
	if a == nil {
		return nil
	}
	p := &duties{First: typeset(a.First), At: a.Today.At, Horizon: a.Horizon.At, Focus: b.actor(b.Case.Focus)}
	for _, r := range []*answer.DutyReading{&a.Today, &a.Horizon} {
		when := "on " + r.At
		if r == &a.Horizon {
			when = "up to " + r.At
		}
		for i := range r.Verdicts {
			v := &r.Verdicts[i]
			if r == &a.Horizon && slices.ContainsFunc(a.Today.Verdicts, func(x answer.Finding) bool { return x.Kind == v.Kind && x.Sentence == v.Sentence }) {
				continue
			}
			if v.Conflict() {
				p.Conflicts = append(p.Conflicts, b.conflict(a, v, fmt.Sprintf("conflict-%d", len(p.Conflicts)+1)))
				continue
			}
			p.Lesser = append(p.Lesser, lesserFinding{b.findingKind(&v.Verdict) + ", " + when, typeset(v.Sentence), b.clauseRefs(v.Clauses())})
		}
	}
	for i := range a.Claims {
		c := &a.Claims[i]
		p.Claims = append(p.Claims, clashOf{ref{anchor("claim", c.Claim), c.Claim}, typeset(c.Sentence), b.quote(c.Claim)})
	}
	if x := a.Horizon.Concessions; x != nil && len(p.Conflicts) > 1 {
		for _, way := range x.All {
			p.Concessions = append(p.Concessions, strings.Join(way.Clauses, " and "))
		}
	}
	for i := range a.Horizon.Consequences {
		c := &a.Horizon.Consequences[i]
		firm := "firm"
		if !c.Firm {
			firm = "disputed: it follows from one side of a conflict"
		}
		var names []string
		for k := range c.Reason {
			names = append(names, c.Reason[k].Name())
		}
		p.Consequences = append(p.Consequences, consequence{b.stateText(c), firm, b.clauseRefs(names)})
	}
	for i := range a.Parties {
		if x := &a.Parties[i]; x.Focus {
			p.Owes, p.MoreOwes = b.dutyRows(x.Owes)
			p.Owed, p.MoreOwed = b.dutyRows(x.Owed)
		}
	}
	for i := range a.Kept {
		p.Kept = append(p.Kept, b.keptRow(&a.Kept[i]))
	}
	b.lifeRows(a, p)
	p.Notes = slices.Concat(a.Horizon.Notes, a.Horizon.Unfinished)
	return p
}

func (b *builder) findingKind(v *treaty.Verdict) string {
	text := upperFirst(words(string(v.Kind)))
	if v.Sub != "" {
		text += " (" + words(v.Sub) + ")"
	}
	return text
}

// conflict is a card of a conflict.
func (b *builder) conflict(a *answer.Agreements, v *answer.Finding, id string) dutyConflict {
	out := dutyConflict{ID: id, Kind: b.findingKind(&v.Verdict) + ": " + b.actors(v.Bearers), Text: typeset(v.Sentence)}
	if v.Condition != nil {
		out.Condition = v.Condition.Shortest.Text
		if len(v.Condition.Shortest.Literals) == 0 {
			out.Condition = "none: as things stand"
		}
		var more []string
		for _, x := range v.Condition.All[min(1, len(v.Condition.All)):] {
			more = append(more, x.Text)
		}
		out.Others = strings.Join(more, "; or ")
	}
	for i := range v.Core {
		m := &v.Core[i]
		if m.Clause == "" {
			out.Core = append(out.Core, coreMember{Name: ref{"", m.Fact}, Who: words(string(m.Role)), Asks: m.Text, Paraphrase: m.Reason})
			continue
		}
		x := coreMember{Name: b.clauseRef(m.Clause), Who: words(string(m.Modality)) + ", " + b.actors(m.Bearers) + " to " + b.actors(m.Toward), Paraphrase: m.Paraphrase, Asks: m.Text}
		if m.Role == treaty.RoleKept {
			x.Who += " (taken to be kept)"
		}
		if m.Standing != nil {
			x.Standing = answer.StandingText(*m.Standing)
			if c := m.Standing.Claim; c != "" {
				x.Claim, x.Standing, x.Quote = ref{anchor("claim", c), c}, "asserted by", b.quote(c)
			}
		}
		out.Core = append(out.Core, x)
	}
	var ways []string
	for _, x := range v.Concessions {
		ways = append(ways, strings.Join(x.Clauses, " and "))
	}
	out.Ends = strings.Join(ways, ", or ")
	for _, w := range v.Weights {
		if !slices.Contains(out.Views, b.view(w.View)) {
			out.Views = append(out.Views, b.view(w.View))
		}
	}
	for _, w := range v.Weights {
		act := b.variables[w.Act]
		if act == "" {
			act = w.Act
		}
		act += ": " + words(w.State)
		i := slices.IndexFunc(out.Weights, func(r biteRow) bool { return r.Act == act })
		if i < 0 {
			i = len(out.Weights)
			out.Weights = append(out.Weights, biteRow{Act: act})
		}
		out.Weights[i].Shares = append(out.Weights[i].Shares, percent(w.Weight))
		out.Weights[i].some = out.Weights[i].some || w.Weight.Or(0) > 0
	}
	rows := len(out.Weights)
	out.Weights = slices.DeleteFunc(out.Weights, func(r biteRow) bool { return !r.some })
	out.Elsewhere = len(out.Weights) < rows
	if strings.HasPrefix(a.First, v.Sentence) {
		out.Text = "" // it stands at the top
	}
	return out
}

// view names a view.
func (b *builder) view(id string) string {
	for _, v := range b.Answer.Views {
		if v.ID == id {
			return v.Name
		}
	}
	return id
}

func (b *builder) clauseRef(name string) ref {
	agreement, _, ok := strings.Cut(name, "/")
	if ok && slices.ContainsFunc(b.Case.Agreements, func(a treaty.Agreement) bool { return a.ID == agreement }) {
		return ref{anchor("clause", name), name}
	}
	return ref{"", name}
}

func (b *builder) clauseRefs(names []string) []ref {
	var out []ref
	for _, n := range names {
		out = append(out, b.clauseRef(n))
	}
	return out
}

// stateText is a consequence in words.
func (b *builder) stateText(c *treaty.Consequence) string {
	name := b.variables[c.Variable]
	if name == "" {
		name = c.Variable
	}
	if c.Not {
		return name + ": not " + words(c.State)
	}
	return name + ": " + words(c.State)
}

// dutyRows are the lines of clauses that speak of variables and bind on one of
// the two days; more counts the others.
func (b *builder) dutyRows(lines []answer.DutyLine) (out []dutyRow, more int) {
	for _, l := range lines {
		binds := func(s treaty.State) bool { return s == treaty.Binds || s == treaty.BindsIf }
		if !l.InModel || !binds(l.Today) && !binds(l.Horizon) {
			more++
			continue
		}
		out = append(out, dutyRow{b.clauseRef(l.Clause), b.actors(l.Others), words(string(l.Modality)), answer.StandingText(l.Standing), bindsText(l.Today), bindsText(l.Horizon), l.Paraphrase})
	}
	return out, more
}

func (b *builder) keptRow(k *answer.KeptDuty) keptRow {
	out := keptRow{Clause: b.clauseRef(k.Clause), Letter: k.Letter, Reason: k.Reason, If: k.If, Asked: k.Then, Source: b.sources(k.Source)}
	out.Text = fmt.Sprintf("kept in %s (%s to %s)", share(k.Kept), share(k.Low), share(k.High))
	if !k.Held {
		out.Text += "; set aside: " + k.Why
	}
	for _, x := range k.Arms {
		if x.Tables.OK && x.Reference.OK {
			out.Arms = append(out.Arms, fmt.Sprintf("%s: %s by the given tables alone, %s by the reference", x.Arm, fine(x.Tables.V), fine(x.Reference.V)))
		}
	}
	return out
}

// bindsText is the state of a clause in words.
func bindsText(s treaty.State) string {
	if s == treaty.BindsIf {
		return "binds in some worlds"
	}
	return words(string(s))
}

// fine is a share with one decimal, where small differences are the point.
func fine(v float64) string { return nobreak(fmt.Sprintf("%.1f %%", 100*v)) }

// lifeRows draws the time line: a dot is the day of signing, a bar the time in
// force.
func (b *builder) lifeRows(a *answer.Agreements, p *duties) {
	lo, hi := years(b.Case.AsOf), lastDay(b.Case.Horizon)
	for _, l := range a.Lives {
		for _, d := range []calendar.Date{l.Signed, l.InForce} {
			if !d.IsZero() {
				lo = min(lo, years(d))
			}
		}
	}
	scale := chart.Scale{Low: lo, High: hi}
	p.From, p.To = fmt.Sprint(int(lo)), fmt.Sprint(b.Case.Horizon)
	for _, l := range a.Lives {
		r := lifeRow{Agreement: ref{anchor("agreement", l.Agreement), l.Name}, Parties: b.actors(l.Parties)}
		band := chart.Band{Low: hi, Mean: years(l.Signed), High: hi, Class: "act", Dot: "none"}
		var said []string
		if l.Signed.IsZero() {
			band.Mean = math.NaN()
			said = append(said, "never signed")
		} else {
			said = append(said, "signed "+l.Signed.String())
		}
		if !l.InForce.IsZero() {
			band.Low = years(l.InForce)
			said = append(said, "in force from "+l.InForce.String())
		}
		if !l.Ended.IsZero() {
			band.High = years(l.Ended)
			said = append(said, "ended "+l.Ended.String())
		}
		if l.If != "" {
			band.Class = "none"
			if l.InForce.IsZero() {
				band.Low = years(b.Case.AsOf)
			}
			said = append(said, "binds where "+l.If)
		}
		r.Text = strings.Join(said, ", ")
		r.When = "on " + a.Today.At + ": " + bindsText(l.Today.State) + "; " + a.Horizon.At + ": " + bindsText(l.Horizon.State)
		r.Chart = svg(chart.Track(scale, []chart.Band{band}, []float64{years(b.Case.AsOf)}, l.Name+": "+r.Text))
		p.Lives = append(p.Lives, r)
	}
}
