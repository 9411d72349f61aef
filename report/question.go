package report

import (
	"fmt"
	"html/template"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/report/chart"
)

// question is a section of its own.
type question struct {
	ID, Text, First string
	Comparisons     []comparison
}

// comparison sets a state of an act against the state without it.
type comparison struct {
	ID, Act, ActName, State, Without string
	Held                             string
	Words                            string // the two parts, in a sentence
	Reach                            string
	Rows                             []effectRow
	Still                            int // rows below materiality
	Why                              []whyFigure
	Sways                            []swayFigure
}

// effectRow is an outcome: two bands, its effect, the weight behind its sign.
type effectRow struct {
	Outcome                                  ref
	Unit                                     string
	Chart                                    template.HTML
	ScaleLow, ScaleHigh                      string
	With, Without, Effect                    string
	WithRange, WithoutRange                  string
	ChangeRange, AgainstStart                string
	More, Less, Same                         string
	Sign                                     template.HTML
	Words, Reference                         string
	Still                                    bool
	Good                                     string // "up" or "down" for the colour of the effect, "" for none
	Hangs                                    string // share from letter-c markets
	SignHolds, Defined, Materiality, Verdict string
}

// whyFigure says what makes an outcome vary.
type whyFigure struct {
	Outcome ref
	State   string
	Drivers []driverRow
	Settles string
}

type driverRow struct {
	Variable    string
	Chart       template.HTML
	Alone, Only string
}

// mostDrivers is how many variables a figure of drivers shows; the JSON answer
// has all of them.
const mostDrivers = 5

// mostWhy is how many outcomes of a comparison get a figure of drivers: those
// that vary, in the order of the question.
const mostWhy = 4

func (b *builder) questions() []question {
	var out []question
	for _, q := range b.Answer.Questions {
		v := question{ID: anchor("question", q.ID), Text: q.Text, First: q.First}
		for _, id := range q.Acts {
			for i := range b.Answer.Acts {
				act := &b.Answer.Acts[i]
				if act.ID != id {
					continue
				}
				for k := range act.Arms {
					if act.Arms[k].State != act.Without {
						v.Comparisons = append(v.Comparisons, b.comparison(q, act, &act.Arms[k]))
					}
				}
			}
		}
		out = append(out, v)
	}
	return out
}

func (b *builder) comparison(q answer.Question, act *answer.Act, arm *answer.Arm) comparison {
	c := comparison{
		ID: anchor("effect", q.ID+"-"+act.ID+"-"+arm.State), Act: act.ID, ActName: act.Name,
		State: words(arm.State), Without: words(act.Without), Reach: b.reach(act),
	}
	for _, h := range act.Held {
		c.Held += fmt.Sprintf("%s is held at “%s”. ", b.variable(h.Act), words(h.State))
	}
	without := armOf(act, act.Without)
	computed := false
	for _, e := range act.Effects {
		if e.State != arm.State || !in(q.Outcomes, e.Outcome) {
			continue
		}
		o := b.outcomes[e.Outcome]
		if o == nil {
			continue
		}
		computed = computed || e.WordsComputed
		row := b.effect(o, e, expected(without, e.Outcome), expected(arm, e.Outcome))
		if row.Still {
			c.Still++
		}
		c.Rows = append(c.Rows, row)
	}
	if computed {
		c.Words = "Each effect has two parts: what follows from the experts' words, and what the case's reference fills in where they are silent. The table shows both."
	} else {
		c.Words = "No expert's words weigh on these numbers yet: all of each effect comes from the case's reference, the steps from act to network that its authors set with reasons."
	}
	c.Why = b.why(q, act, arm)
	c.Sways = b.sways(q, act, arm.State)
	return c
}

func (b *builder) reach(act *answer.Act) string {
	if len(act.Reaches) == 0 {
		return "Nothing that follows from this act reaches a network, so its effect is exactly nothing."
	}
	var names []string
	for _, v := range act.Reaches {
		names = append(names, b.variable(v))
	}
	return "It reaches the networks through: " + strings.Join(names, "; ") + "."
}

func armOf(a *answer.Act, state string) *answer.Arm {
	for i := range a.Arms {
		if a.Arms[i].State == state {
			return &a.Arms[i]
		}
	}
	return nil
}

func expected(a *answer.Arm, outcome string) answer.Expected {
	if a != nil {
		for _, e := range a.Expected {
			if e.Outcome == outcome {
				return e
			}
		}
	}
	return answer.Expected{Outcome: outcome}
}

func (b *builder) effect(o *answer.Outcome, e answer.Effect, without, with answer.Expected) effectRow {
	nan := func(n answer.Number) float64 { return n.Or(math.NaN()) }
	s := chart.Cover(nan(without.Low), nan(without.Mean), nan(without.High), nan(with.Low), nan(with.Mean), nan(with.High), nan(o.Baseline))
	row := effectRow{
		Outcome: ref{anchor("outcome", o.ID), o.Name}, Unit: o.Unit,
		With: show(with.Mean, o.Unit), Without: show(without.Mean, o.Unit), Effect: signed(e.Effect, o.Unit),
		WithRange: span(with.Low, with.High, o.Unit), WithoutRange: span(without.Low, without.High, o.Unit),
		ChangeRange: span(e.ChangeLow, e.ChangeHigh, o.Unit), AgainstStart: signed(e.AgainstStart, o.Unit),
		More: percent(e.More), Less: percent(e.Less), SignHolds: percent(e.SignHolds),
		Reference: signed(e.Reference, o.Unit), Words: "not weighed yet",
		Still: !e.Material, Hangs: percent(o.LetterC), Materiality: value(o.Materiality, o.Unit),
		ScaleLow: value(s.Low, o.Unit), ScaleHigh: value(s.High, o.Unit),
	}
	if e.WordsComputed {
		row.Words = signed(answer.Number{V: e.Words, OK: true}, o.Unit)
	}
	label := fmt.Sprintf("%s. Without: %s, %s. With: %s, %s.", o.Name, row.Without, row.WithoutRange, row.With, row.WithRange)
	row.Chart = svg(chart.Track(s, []chart.Band{
		{Low: nan(without.Low), Mean: nan(without.Mean), High: nan(without.High), Class: "none"},
		{Low: nan(with.Low), Mean: nan(with.Mean), High: nan(with.High), Class: "act"},
	}, nil, label))
	if e.More.OK && e.Less.OK {
		same := math.Max(0, 1-e.More.V-e.Less.V)
		row.Same = share(same)
		row.Sign = svg(chart.Whole([]chart.Part{{Share: e.Less.V, Class: "less"}, {Share: same, Class: "same"}, {Share: e.More.V, Class: "more"}},
			fmt.Sprintf("Share of weight: less %s, no change %s, more %s", row.Less, row.Same, row.More)))
	}
	if e.Material && e.Effect.OK {
		row.Good = map[bool]string{true: "up", false: "down"}[e.Effect.V > 0]
	}
	switch {
	case !e.Effect.OK:
		row.Verdict = "no value in one of the two"
	case !e.Material:
		row.Verdict = "no change"
	}
	if with.Defined < 1 || without.Defined < 1 {
		row.Defined = fmt.Sprintf("has a value in %s of weight with, %s without", share(with.Defined), share(without.Defined))
	}
	return row
}

// why picks the outcomes of a question that vary and says what moves them.
func (b *builder) why(q answer.Question, act *answer.Act, arm *answer.Arm) []whyFigure {
	var out []whyFigure
	for _, id := range q.Outcomes {
		o := b.outcomes[id]
		if o == nil || len(out) == mostWhy {
			continue
		}
		for _, w := range arm.Drivers {
			if w.Outcome != id || len(w.Drivers) == 0 || math.Sqrt(math.Max(0, w.Variance)) < o.Materiality {
				continue
			}
			f := whyFigure{Outcome: ref{anchor("outcome", id), o.Name}, State: words(arm.State)}
			for i, d := range w.Drivers {
				if i == mostDrivers {
					break
				}
				f.Drivers = append(f.Drivers, driverRow{
					Variable: b.variable(d.Variable), Alone: share(d.Alone), Only: share(d.Only),
					Chart: svg(chart.Pair(d.Alone, d.Only, fmt.Sprintf("%s explains alone %s, only it explains %s", b.variable(d.Variable), share(d.Alone), share(d.Only)))),
				})
			}
			for _, e := range act.Effects {
				if e.State == arm.State && e.Outcome == id && len(e.Settles) > 0 && e.Settles[0].Fall > 0 {
					f.Settles = fmt.Sprintf("Learning “%s” would settle most about the change: its spread is expected to fall by %s.", b.variable(e.Settles[0].Variable), share(e.Settles[0].Fall))
				}
			}
			out = append(out, f)
		}
	}
	return out
}

// swayFigure says which reference weights an effect hangs on.
type swayFigure struct {
	Outcome ref
	Effect  string
	Rows    []swayRow
}

type swayRow struct {
	Name, Link, Letter, Weights, Range string
	Chart                              template.HTML
}

// mostSways is how many weights a figure names; the JSON answer has more.
const mostSways = 3

// sways shows, for the material effects of a comparison, what they would be at
// the ends of the range of the reference weights that sway them most.
func (b *builder) sways(q answer.Question, act *answer.Act, state string) []swayFigure {
	var out []swayFigure
	for _, e := range act.Effects {
		o := b.outcomes[e.Outcome]
		if e.State != state || o == nil || !in(q.Outcomes, e.Outcome) || !e.Material || !e.Effect.OK || len(e.Sways) == 0 || len(out) == mostWhy {
			continue
		}
		list := e.Sways[:min(mostSways, len(e.Sways))]
		ends := []float64{0, e.Effect.V}
		for _, w := range list {
			ends = append(ends, w.AtLow.Or(e.Effect.V), w.AtHigh.Or(e.Effect.V))
		}
		f := swayFigure{Outcome: ref{anchor("outcome", o.ID), o.Name}, Effect: signed(e.Effect, o.Unit)}
		scale := chart.Cover(ends...)
		for _, w := range list {
			lo, hi := w.AtLow.Or(e.Effect.V), w.AtHigh.Or(e.Effect.V)
			r := swayRow{Name: b.variable(w.Variable) + ": " + words(w.State), Link: b.givenLink(w), Letter: w.Letter,
				Weights: share(w.LowWeight) + " to " + share(w.HighWeight), Range: signed(w.AtLow, o.Unit) + " to " + signed(w.AtHigh, o.Unit)}
			r.Chart = svg(chart.Track(scale, []chart.Band{{Low: math.Min(lo, hi), Mean: e.Effect.V, High: math.Max(lo, hi), Class: "act"}}, []float64{0},
				fmt.Sprintf("%s, weight %s: effect %s", r.Name, r.Weights, r.Range)))
			f.Rows = append(f.Rows, r)
		}
		out = append(out, f)
	}
	return out
}

// givenLink is the anchor of the reference row that a weight stands in.
func (b *builder) givenLink(w answer.Sway) string {
	for i := range b.Case.Variables {
		v := &b.Case.Variables[i]
		if v.ID != w.Variable {
			continue
		}
		for k, g := range v.Given {
			if when := g.When; when == nil && w.When == "" || when != nil && when.Text() == w.When {
				return anchor("in-given", fmt.Sprintf("%s-%d", v.ID, k+1))
			}
		}
	}
	return ""
}

func (b *builder) variable(id string) string {
	if n := b.variables[id]; n != "" {
		return n
	}
	return id
}

// words turns a state's name as written in a case into words.
func words(state string) string { return strings.ReplaceAll(state, "_", " ") }

func in(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// corridorRow is a corridor with its size.
type corridorRow struct {
	ID, Name                                string
	Chart                                   template.HTML
	BaseYear, Baseline, TEU                 string
	Hours, Money, Spread, LetterC, Capacity string
	Effects                                 []corridorEffect
}

type corridorEffect struct{ Act, State, Tonnes, Hours, Money, Spread string }

// corridors lists them by size in the baseline world.
func (b *builder) corridors() []corridorRow {
	list := append([]answer.Corridor(nil), b.Answer.Corridors...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Baseline.Tonnes.Or(-1) > list[j].Baseline.Tonnes.Or(-1) })
	most := 0.0
	for _, c := range list {
		most = math.Max(most, math.Max(c.Baseline.Tonnes.Or(0), c.BaseYear.Tonnes.Or(0)))
	}
	var out []corridorRow
	for _, c := range list {
		r := corridorRow{
			ID: anchor("corridor", c.ID), Name: c.Name,
			BaseYear: show(c.BaseYear.Tonnes, "t/yr"), Baseline: show(c.Baseline.Tonnes, "t/yr"), TEU: show(c.Baseline.TEU, "TEU/yr"),
			Hours: show(c.Baseline.Hours, "h"), Money: show(c.Baseline.Money, "USD/t"), Spread: show(c.Baseline.Spread, "h"),
			LetterC: percent(c.LetterC), Capacity: percent(c.OurCapacity),
		}
		var then *chart.Band
		if v := c.BaseYear.Tonnes; v.OK {
			then = &chart.Band{Low: v.V, Mean: v.V, High: v.V}
		}
		r.Chart = svg(chart.Bar(c.Baseline.Tonnes.Or(0), most, then, fmt.Sprintf("%s: %s in the baseline world, %s in the base year", c.Name, r.Baseline, r.BaseYear)))
		for _, e := range c.Effects {
			d := func(with, without answer.Number, unit string) string {
				if !with.OK || !without.OK {
					return "–"
				}
				return signed(answer.Number{V: with.V - without.V, OK: true}, unit)
			}
			r.Effects = append(r.Effects, corridorEffect{
				Act: b.variable(e.Act), State: words(e.State),
				Tonnes: d(e.With.Tonnes, e.Without.Tonnes, "t/yr"), Hours: d(e.With.Hours, e.Without.Hours, "h"),
				Money: d(e.With.Money, e.Without.Money, "USD/t"), Spread: d(e.With.Spread, e.Without.Spread, "h"),
			})
		}
		out = append(out, r)
	}
	return out
}
