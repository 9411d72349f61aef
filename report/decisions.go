package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/report/chart"
)

//go:embed decisions.html
var decisionsSource string

// mostDisputes and mostPayoffs are how many of them stand open.
const (
	mostDisputes = 8
	mostPayoffs  = 3
	mostSettlers = 4
)

// disputeSection says how far experts stand apart and what would settle it.
type disputeSection struct {
	Sum        string
	Rows, More []disputeRow
	Still      int // numbers on which they stand apart by less than the threshold
}

type disputeRow struct {
	Outcome                          ref
	Act, Apart, Speaker, Bounds, Gap string
	JensenShannon                    string
	Settles                          []settlerRow
	Between                          []ref
}

type settlerRow struct {
	Variable ref
	Chart    template.HTML
	Fall     string
}

// disputes lists those beyond the threshold, the largest first; nil when fewer than
// two experts speak.
func (b *builder) disputes() *disputeSection {
	w := b.Answer.Words
	if w == nil || len(w.Disputes) == 0 {
		return nil
	}
	list := b.Answer.Standing()
	s := &disputeSection{Still: len(w.Disputes) - len(list)}
	for _, q := range b.Answer.Questions {
		if t, ok := b.Answer.Settler(q.Acts, q.Outcomes); ok && q.Kind == "experts" {
			s.Sum = fmt.Sprintf("Knowing “%s” would settle most: %s of what the experts differ by is expected to go, on the average over %s on which they stand a threshold or more apart.",
				b.variable(t.Variable), share(t.Fall), plural(t.Disputes, "number", "numbers"))
		}
	}
	for i, d := range list {
		r := b.dispute(d)
		if i < mostDisputes {
			s.Rows = append(s.Rows, r)
		} else {
			s.More = append(s.More, r)
		}
	}
	return s
}

func (b *builder) dispute(d answer.Dispute) disputeRow {
	r := disputeRow{Outcome: b.outcomeRef(d.Outcome), Act: b.variable(d.Act) + " " + words(d.State), Speaker: percent(d.Speaker), Bounds: "–", Gap: "–", JensenShannon: "–"}
	o := b.outcomes[d.Outcome]
	if o == nil {
		return r
	}
	one := numbers{answer.StyleOf(o.Measure, o.Materiality, d.Apart)}
	r.Apart = strings.TrimPrefix(one.change(d.Apart), "+")
	if d.Low.OK && d.High.OK {
		r.Bounds = numbers{answer.StyleOf(o.Measure, o.Materiality, d.Low, d.High)}.changes(d.Low, d.High)
	}
	if d.Gap.OK {
		r.Gap = strings.TrimPrefix(one.change(d.Gap), "+")
	}
	if d.JensenShannon.OK {
		r.JensenShannon = fmt.Sprintf("%.2f", d.JensenShannon.V)
	}
	for _, s := range d.Settles[:min(mostSettlers, len(d.Settles))] {
		if s.Fall >= 0.005 {
			bar := chart.Whole([]chart.Part{{Share: s.Fall, Class: "politics"}}, fmt.Sprintf("%s settles %s of it", b.variable(s.Variable), share(s.Fall)))
			r.Settles = append(r.Settles, settlerRow{b.variableRef(s.Variable), svg(bar), share(s.Fall)})
		}
	}
	for _, c := range d.Between {
		r.Between = append(r.Between, ref{anchor("claim", c), c})
	}
	return r
}

func (b *builder) outcomeRef(id string) ref {
	if o := b.outcomes[id]; o != nil {
		return ref{anchor("outcome", id), o.Name}
	}
	return ref{Text: id}
}

// decisionSection sets options against experts.
type decisionSection struct {
	ID, Title, First, Held string
	Options                []string
	Common                 []ref
	Payoffs, More          []payoffTable
	Worth                  []string
}

// payoffTable is one payoff: a row an option, a column a view.
type payoffTable struct {
	Outcome ref
	Unit    string
	Good    string
	Views   []string
	Rows    []optionRow
	Shared  bool // the options share something, so that regret in each state of it is more than a difference of means
}

type optionRow struct {
	Option                           int
	Cells                            []optionCell
	Regret, Expected, Largest, Worst string
	Robust                           bool
}

type optionCell struct {
	Text      string
	Best      bool
	Dominated string // by which options
}

func (b *builder) decisions() []decisionSection {
	var out []decisionSection
	for i := range b.Answer.Decisions {
		d := &b.Answer.Decisions[i]
		var names, ids []string
		for _, a := range d.Acts {
			names, ids = append(names, a.Name), append(ids, a.ID)
		}
		s := decisionSection{ID: anchor("decision", strings.Join(ids, "-")), Title: strings.Join(names, " and "), First: typeset(d.First), Held: d.HeldText(b.Answer)}
		for _, o := range d.Options {
			s.Options = append(s.Options, o.Name)
		}
		for _, v := range d.Common {
			s.Common = append(s.Common, b.variableRef(v))
		}
		list := b.Answer.Leading(d)
		for k := range list {
			if b.outcomes[list[k].Outcome] == nil {
				continue
			}
			if t := b.payoff(d, &list[k]); k < mostPayoffs {
				s.Payoffs = append(s.Payoffs, t)
			} else {
				s.More = append(s.More, t)
			}
		}
		for _, text := range b.Answer.Worth(d, list) {
			s.Worth = append(s.Worth, typeset(text))
		}
		out = append(out, s)
	}
	return out
}

func (b *builder) payoff(d *answer.Decision, p *answer.Payoff) payoffTable {
	o := b.outcomes[p.Outcome]
	var all []answer.Number
	for _, v := range p.Views {
		for _, x := range v.Options {
			all = append(all, x.Expected)
		}
	}
	n := numbers{answer.StyleOf(o.Measure, o.Materiality, all...)}
	t := payoffTable{Outcome: b.outcomeRef(p.Outcome), Unit: nobreak(n.s.Unit), Good: "more is good", Shared: len(d.Common) > 0}
	if p.Good == "down" {
		t.Good = "less is good"
	}
	place := map[string]string{}
	for i, x := range d.Options {
		place[x.ID] = fmt.Sprint(i + 1)
	}
	for _, v := range p.Views {
		for _, w := range b.Answer.Views {
			if w.ID == v.View {
				t.Views = append(t.Views, w.Short())
			}
		}
	}
	for i, x := range d.Options {
		r := optionRow{Option: i + 1, Regret: "–", Expected: "–", Largest: "–", Worst: "–"}
		for _, v := range p.Views {
			y := v.Options[i]
			c := optionCell{Text: n.bare(y.Expected), Best: v.Best == x.ID}
			var by []string
			for _, id := range y.DominatedBy {
				by = append(by, place[id])
			}
			c.Dominated = strings.Join(by, ", ")
			r.Cells = append(r.Cells, c)
			if v.View == b.Answer.Headline {
				r.Expected, r.Largest, r.Worst = n.bare(y.Regret), n.bare(y.MaxRegret), n.bare(y.Worst)
			}
		}
		if i < len(p.Regret) {
			r.Regret = n.bare(p.Regret[i])
		}
		for _, id := range p.Robust {
			r.Robust = r.Robust || id == x.ID
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}
