package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/report/chart"
	"github.com/astara-corridors/astara/units"
)

// observedGroup holds the published figures of one use.
type observedGroup struct {
	Title, About, Summary string
	Closed                bool // in a fold of its own
	Rows                  []observedRow
}

type observedRow struct {
	ID, Name, Period, Model, Value, Range, Times, Miss, Reason, Group string
	Outcome                                                           string // anchor, "" if none
	Why                                                               string // why the miss is bad, in the case's words
	Inside, HasModel                                                  bool
	Chart                                                             template.HTML
	Letter                                                            string
	Source                                                            []ref
}

// ratioEnd is where the scale of model over published ends on both sides;
// beyond it a dot stands at the end and the number tells.
const ratioEnd = 4

// observed sets the base-year run against published figures, worst misses not
// hidden but in the order of the case.
func (b *builder) observed() []observedGroup {
	fit := b.Answer.Fit
	groups := []observedGroup{
		{Title: "Fitted", About: "Figures that the calibration was allowed to see.", Summary: summary(fit.Fit)},
		{Title: "Held out", About: "Figures of the base year that the calibration never saw.", Summary: summary(fit.Holdout)},
		{Title: "Back-cast", Closed: true, About: "Figures of earlier years, held against the run of the base year: what changed since is part of the miss.", Summary: summary(fit.Back)},
		{Title: "Not compared", About: "Published figures that count something else than any outcome of the model, each with the reason.", Closed: true},
	}
	for _, o := range b.Answer.Observed {
		k := 3
		switch {
		case o.Use == "never":
		case o.BackCast:
			k = 2
		case o.Use == "fit":
			k = 0
		case o.Use == "holdout":
			k = 1
		}
		groups[k].Rows = append(groups[k].Rows, b.observedRow(o))
	}
	var out []observedGroup
	for _, g := range groups {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func summary(u answer.UseSummary) string {
	if u.Rows == 0 {
		return ""
	}
	return fmt.Sprintf("%s, %d within the published range, median miss %s.", plural(u.Rows, "figure", "figures"), u.Inside, percent(u.MedianMiss))
}

func (b *builder) observedRow(o answer.Observed) observedRow {
	style := b.observedStyle(o)
	r := observedRow{
		ID: anchor("observed", o.ID), Name: o.Name, Period: o.Period, Model: style.bare(o.Model), Value: style.level(fixed(o.Value)),
		Reason: o.Reason, Group: o.Group, Inside: o.Inside, HasModel: o.Model.OK, Letter: o.Letter, Source: b.sources(o.Source),
		Outcome: b.outcomeLink(o.Outcome), Times: "–", Miss: "–",
	}
	if o.Low < o.High {
		r.Range = style.levels(fixed(o.Low), fixed(o.High))
	}
	if o.Miss.OK {
		if math.Abs(o.Miss.V) > badMiss && o.Use != "never" {
			r.Why = b.whyMissed(o.ID)
		}
		r.Miss = percent(o.Miss)
		if o.Miss.V > 0 {
			r.Miss = "+" + r.Miss
		}
	}
	if o.Model.OK && o.Value > 0 {
		ratio := o.Model.V / o.Value
		r.Times = times(ratio)
		lg := func(v float64) float64 { return math.Max(-2, math.Min(2, math.Log2(v))) }
		s := chart.Scale{Low: -math.Log2(ratioEnd), High: math.Log2(ratioEnd)}
		class := "act"
		if !o.Inside {
			class = "out"
		}
		low, high := o.Low, o.High
		if !(low > 0) || !(high > 0) {
			low, high = o.Value, o.Value
		}
		r.Chart = svg(chart.Track(s, []chart.Band{
			{Low: lg(low / o.Value), Mean: lg(ratio), High: lg(high / o.Value), Class: "none", Dot: class}},
			[]float64{0}, fmt.Sprintf("%s: model %s, published %s, %s", o.Name, r.Model, r.Value, r.Times)))
	}
	return r
}

// observedStyle writes model, published figure and range alike; a row without
// an outcome has the measure of its unit.
func (b *builder) observedStyle(o answer.Observed) numbers {
	measure, materiality := measureOf(o.Unit), 0.0
	if x := b.outcomes[o.Outcome]; x != nil {
		measure, materiality = x.Measure, x.Materiality
	}
	return rowOf(measure, materiality, o.Model, fixed(o.Value), fixed(o.Low), fixed(o.High))
}

// badMiss is the miss from which on a row must explain itself.
const badMiss = 0.35

// missMark begins, in the note of an observed figure, the authors' words on why
// the model misses it.
const missMark = "Miss: "

// whyMissed is what the case says about a miss, or that it says nothing.
func (b *builder) whyMissed(id string) string {
	for i := range b.Case.Observed {
		if o := &b.Case.Observed[i]; o.ID == id {
			if _, why, ok := strings.Cut(o.Note, missMark); ok {
				return upperFirst(why) + "."
			}
		}
	}
	return "The case gives no reason for this miss."
}

// sources turns source ids into links; ids the case lacks stay text.
func (b *builder) sources(ids []string) []ref {
	var out []ref
	for _, id := range ids {
		r := ref{Text: id}
		if b.known[id] {
			r.Anchor = anchor("source", id)
		}
		out = append(out, r)
	}
	return out
}

// profileFigure is a chain drawn as a time-cost-distance chart with its table.
type profileFigure struct {
	ID, Title, Class, Run, Reason string
	Chart                         template.HTML
	Steps                         []stepRow
	Border                        string
	Folded                        bool // among the further ones
}

// mostProfiles is how many charts stand open; further ones are in a fold.
const mostProfiles = 6

type stepRow struct{ Kind, Place, Km, Hours, Money string }

// chainRow sets a chain of chains.csv against the model.
type chainRow struct {
	ID, Name, Use, Year, ModelHours, Hours, HoursTimes, ModelMoney, Money, MoneyTimes, Letter, Reason, Note string
	Chart                                                                                                   string // anchor of its chart
	Source                                                                                                  []ref
}

func band(f units.Figure) *chart.Band {
	if !f.Known {
		return nil
	}
	return &chart.Band{Low: f.Low, Mean: f.Central, High: f.High}
}

// chains returns the charts and the table of published chains.
func (b *builder) chains() (profiles []profileFigure, rows []chainRow) {
	for _, c := range b.Chains {
		f := profileFigure{ID: anchor("chain", c.ID), Title: c.Title, Class: c.Class, Run: c.Run, Reason: c.Reason}
		p := chart.Profile{ID: f.ID, Title: c.Title, Steps: c.Steps, Hours: band(c.Hours), Money: band(c.Money)}
		km, hours, money := p.Totals()
		if len(c.Steps) > 0 {
			f.Chart = svg(p.Draw())
			stopped := 0.0
			for _, s := range c.Steps {
				f.Steps = append(f.Steps, stepRow{words(strings.TrimSpace(s.Kind + " " + s.Mode)), s.Place, value(s.Km, "km"), value(s.Hours, "h"), value(s.Money, "USD/t")})
				if s.Kind == "border" {
					stopped += s.Hours
				}
			}
			if hours > 0 && stopped > 0 {
				f.Border = fmt.Sprintf("Borders take %s of the time.", share(stopped/hours))
			}
			f.Steps = append(f.Steps, stepRow{"whole chain", "", value(km, "km"), value(hours, "h"), value(money, "USD/t")})
		}
		f.Folded = len(profiles) >= mostProfiles
		profiles = append(profiles, f)
		if c.Published == nil {
			continue
		}
		rows = append(rows, b.chainRow(c, f.ID, hours, money))
	}
	return profiles, rows
}

func (b *builder) chainRow(c Chain, at string, hours, money float64) chainRow {
	p := c.Published
	r := chainRow{ID: anchor("published", p.ID), Name: p.Name, Use: p.Use, Chart: at, Reason: c.Reason, Note: p.Note,
		Hours: bareFigure(p.Hours), Money: bareFigure(p.Money), Letter: p.Letter.String(), Source: b.sources(p.Source),
		ModelHours: "–", ModelMoney: "–", HoursTimes: "–", MoneyTimes: "–"}
	if p.Year > 0 {
		r.Year = fmt.Sprint(p.Year)
	}
	if len(c.Steps) > 0 {
		r.ModelHours, r.ModelMoney = rowOf(string(freight.Hours), 0, fixed(hours)).bare(fixed(hours)), rowOf(string(freight.Money), 0, fixed(money)).bare(fixed(money))
		if p.Hours.Known && p.Hours.Central > 0 {
			r.HoursTimes = times(hours / p.Hours.Central)
		}
		if p.Money.Known && p.Money.Central > 0 {
			r.MoneyTimes = times(money / p.Money.Central)
		}
	}
	return r
}

// caseOutcome finds the outcome's query in the case.
func (b *builder) caseOutcome(id string) *casefile.Outcome {
	for i := range b.Case.Outcomes {
		if b.Case.Outcomes[i].ID == id {
			return &b.Case.Outcomes[i]
		}
	}
	return nil
}
