package report

import (
	"fmt"
	"html/template"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/report/chart"
)

// question is a section of its own.
type question struct {
	ID, Text    string
	First       []string // a paragraph for each state of an act
	Comparisons []comparison
}

// comparison sets a state of an act against the state without it.
type comparison struct {
	ID, Act, ActName, State, Without string
	Held                             string
	Words                            string // the two parts, in a sentence
	Reach                            string
	Reaches                          []ref
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
	With, Without, WithoutBare, Effect       string
	WithRange, WithoutRange                  string
	ChangeRange, AgainstStart                string
	More, Less, Same                         string
	Sign                                     template.HTML
	Words, Reference                         string
	Experts                                  string // range over the experts, and who is on which side
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
	Variable    ref
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
		v := question{ID: anchor("question", q.ID), Text: q.Text, First: paragraphs(q.First)}
		for _, id := range q.Acts {
			for _, act := range b.Answer.Headlines() {
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
		State: words(arm.State), Without: words(act.Without),
	}
	c.Reach, c.Reaches = b.reach(act)
	for _, h := range act.Held {
		c.Held += fmt.Sprintf("%s is held at “%s”. ", b.variable(h.Act), words(h.State))
	}
	without := armOf(act, act.Without)
	for _, e := range act.Effects {
		if e.State != arm.State || !in(q.Outcomes, e.Outcome) {
			continue
		}
		o := b.outcomes[e.Outcome]
		if o == nil {
			continue
		}
		row := b.effect(o, e, expected(without, e.Outcome), expected(arm, e.Outcome))
		row.Experts = b.across(act.ID, arm.State, e.Outcome)
		if row.Still {
			c.Still++
		}
		c.Rows = append(c.Rows, row)
	}
	c.Words = b.whose()
	c.Why = b.why(q, act, arm)
	c.Sways = b.sways(q, act, arm.State)
	return c
}

// whose says under whom the numbers of a comparison stand.
func (b *builder) whose() string {
	if !b.hasExperts() {
		return "No expert's words bear on these numbers: all of each effect comes from the case's reference, the steps from act to network that its authors set with reasons."
	}
	view := b.Answer.Headline
	for _, v := range b.Answer.Views {
		if v.ID == view {
			view = v.Name
		}
	}
	return "The numbers stand under one view: " + view + ". Each effect has two parts: what follows from what was said, and what the case's reference fills in where nothing was said."
}

// across is the range of an effect over the experts, and who is on which side
// where they are not on one.
func (b *builder) across(act, state, outcome string) string {
	a, ok := b.Answer.Accord(act, state, outcome)
	if !ok || len(a.Experts) < 2 {
		return ""
	}
	low, high, ok := a.Ends()
	if !ok {
		return ""
	}
	style := numbers{a.Style()}
	text := style.changes(low.Effect.Effect, high.Effect.Effect)
	if low.Side() != high.Side() {
		text += "; " + sidesText(a)
	}
	return text
}

func (b *builder) reach(act *answer.Act) (string, []ref) {
	if len(act.Reaches) == 0 {
		return "Nothing that follows from this act reaches a network, so its effect is exactly nothing.", nil
	}
	var out []ref
	for _, v := range act.Reaches {
		out = append(out, b.variableRef(v))
	}
	return "It reaches the networks through", out
}

// variableRef leads to the variable in the list of what may differ.
func (b *builder) variableRef(id string) ref {
	if _, ok := b.variables[id]; !ok {
		return ref{Text: id}
	}
	return ref{anchor("variable", id), b.variable(id)}
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
	w := numbers{answer.EffectStyle(o, &e, without.Low, without.Mean, without.High, with.Low, with.Mean, with.High)}
	row := effectRow{
		Outcome: ref{anchor("outcome", o.ID), o.Name}, Unit: o.Unit,
		With: w.level(with.Mean), Without: w.level(without.Mean), WithoutBare: w.bare(without.Mean), Effect: w.change(e.Effect),
		WithRange: w.levels(with.Low, with.High), WithoutRange: w.levels(without.Low, without.High),
		ChangeRange: w.changes(e.ChangeLow, e.ChangeHigh), AgainstStart: w.change(e.AgainstStart),
		More: percent(e.More), Less: percent(e.Less), SignHolds: percent(e.SignHolds),
		Reference: w.change(e.Reference), Words: w.change(e.Words),
		Still: !e.Material, Materiality: w.level(fixed(o.Materiality)),
		ScaleLow: w.level(fixed(s.Low)), ScaleHigh: w.level(fixed(s.High)),
	}
	if o.LetterC.OK {
		row.Hangs = percent(o.LetterC)
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
		row.Verdict = "below threshold"
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
					Variable: b.variableRef(d.Variable), Alone: small(d.Alone), Only: small(d.Only),
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
		all := []answer.Number{e.Effect}
		for _, v := range ends {
			all = append(all, fixed(v))
		}
		style := rowOf(o.Measure, o.Materiality, all...)
		f := swayFigure{Outcome: ref{anchor("outcome", o.ID), o.Name}, Effect: style.change(e.Effect)}
		scale := chart.Cover(ends...)
		for _, w := range list {
			lo, hi := w.AtLow.Or(e.Effect.V), w.AtHigh.Or(e.Effect.V)
			r := swayRow{Name: b.variable(w.Variable) + ": " + words(w.State), Link: b.givenLink(w), Letter: w.Letter,
				Weights: share(w.LowWeight) + " to " + share(w.HighWeight), Range: style.bareChanges(w.AtLow, w.AtHigh)}
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
	ID, Name, Path                          string
	Chart                                   template.HTML
	BaseYear, Baseline, TEU                 string
	Hours, Money, Spread, LetterC, Capacity string
	Effects                                 []corridorEffect
}

type corridorEffect struct{ Act, State, Tonnes, Hours, Money, Spread string }

// corridorPath says which paths a corridor is.
func (b *builder) corridorPath(id string) string {
	for i := range b.Case.Corridors {
		if c := &b.Case.Corridors[i]; c.ID == id {
			return strings.Join(nonempty(c.About, describe(c.Path, "")), ": ")
		}
	}
	return ""
}

// corridors lists them by size in the baseline world.
func (b *builder) corridors() []corridorRow {
	list := append([]answer.Corridor(nil), b.Answer.Corridors...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Baseline.Tonnes.Or(-1) > list[j].Baseline.Tonnes.Or(-1) })
	most := 0.0
	var boxes []answer.Number
	for _, c := range list {
		most = math.Max(most, math.Max(c.Baseline.Tonnes.Or(0), c.BaseYear.Tonnes.Or(0)))
		boxes = append(boxes, c.Baseline.TEU)
	}
	// One unit a column; differences are small beside the largest corridor.
	const tonnesStep, teuStep, step = 1e5, 5e3, 1
	tonnes, teu := rowOf(string(freight.Tonnes), tonnesStep, fixed(most)), rowOf(string(freight.TEU), teuStep, boxes...)
	hours, money := rowOf(string(freight.Hours), step, fixed(100)), rowOf(string(freight.Money), step, fixed(100))
	var out []corridorRow
	for _, c := range list {
		r := corridorRow{
			ID: anchor("corridor", c.ID), Name: c.Name, Path: b.corridorPath(c.ID),
			BaseYear: tonnes.level(c.BaseYear.Tonnes), Baseline: tonnes.level(c.Baseline.Tonnes), TEU: teu.level(c.Baseline.TEU),
			Hours: hours.level(c.Baseline.Hours), Money: money.level(c.Baseline.Money), Spread: hours.level(c.Baseline.Spread),
			LetterC: percent(c.LetterC), Capacity: percent(c.OurCapacity),
		}
		var then *chart.Band
		if v := c.BaseYear.Tonnes; v.OK {
			then = &chart.Band{Low: v.V, Mean: v.V, High: v.V}
		}
		r.Chart = svg(chart.Bar(c.Baseline.Tonnes.Or(0), most, then, fmt.Sprintf("%s: %s in the baseline world, %s in the base year", c.Name, r.Baseline, r.BaseYear)))
		for _, e := range c.Effects {
			r.Effects = append(r.Effects, corridorEffect{
				Act: b.variable(e.Act), State: words(e.State),
				Tonnes: tonnes.change(less(e.With.Tonnes, e.Without.Tonnes)), Hours: hours.change(less(e.With.Hours, e.Without.Hours)),
				Money: money.change(less(e.With.Money, e.Without.Money)), Spread: hours.change(less(e.With.Spread, e.Without.Spread)),
			})
		}
		out = append(out, r)
	}
	return out
}
