package answer

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// The plain sentences on effects, all in this file. The first sentence of a
// question says open or closed, more or less, or nothing to see, for the first
// outcome of the question that moves at all, under all experts together; then
// whose words that rests on, how far the experts and their words by themselves
// range, and over which worlds it holds. Names stand as headlines do, without an
// article, so that any name fits.

const (
	sayUnreached = "Nothing to see: %s reaches no network in this case, so it moves none of these numbers."
	sayNothing   = "Nothing to see: with %s no number of this question is expected to move by more than its threshold; the largest move is %s by %s (threshold %s)"
	sayStill     = "Nothing to see: with %s no number of this question is expected to move at all"
	sayOpens     = "Open: %s, expected %s instead of next to nothing (%s) with %s"
	sayCloses    = "Closed: %s, expected next to nothing (%s) instead of %s with %s"
	sayMore      = "More: %s, expected %s instead of %s (%s) with %s"
	sayLess      = "Less: %s, expected %s instead of %s (%s) with %s"
	sayRange     = " In 5-95 %% of weighted worlds the change lies between %s and %s; it is more in %s of the weight, less in %s, below the threshold in %s."
	sayShares    = " It is more in %s of the weight, less in %s."
	sayOthers    = " %d of the %d numbers of this question move beyond their thresholds."
	sayCount     = " %d of %d numbers move beyond their thresholds."
	sayNoAct     = "Nothing to compare: the case has no act."

	sayUnder    = ", under %s"
	sayBut      = ", though in %s of the weight it is %s"
	sayHardly   = ", though only in %s of the weight"
	sayNoWords  = "; none of it comes from what was said, all of it from the case's reference"
	sayParts    = " What was said makes %s of it, the case's reference %s where nothing was said."
	sayEnds     = " By expert it runs from %s (%s) to %s (%s)."
	sayAlike    = " It is %s under each of them."
	sayOnly     = ", by the reference alone"
	sayApart    = " They do not agree on the direction: %s."
	sayDissent  = " Not so for every expert taken alone: %s, %s."
	sayBounds   = " Words alone, without the reference, allow anything from %s to %s%s."
	sayOpen     = ": they leave the direction open"
	sayFixed    = ": they fix the direction"
	sayNoBounds = " Words alone set no bound on it: %s."

	sayReference = " All of this rests on the case's reference, because the case has no expert's words that bear on weights."
	sayShortly   = " (Reference weights only.)"
)

var heads = regexp.MustCompile(` (?:More|Less|Open|Closed|Nothing to see|Agreed|Disputed|In words|To settle it): `)

// Paragraphs parts the sentences of a question where another matter begins:
// another state of an act, or another side of what experts say.
func Paragraphs(first string) []string {
	var out []string
	at := 0
	for _, m := range heads.FindAllStringIndex(first, -1) {
		out = append(out, first[at:m[0]])
		at = m[0] + 1
	}
	if at < len(first) {
		out = append(out, first[at:])
	}
	return out
}

// questions lists the questions of the case; [Sentences] answers them.
func (k *computer) questions() []Question {
	var out []Question
	for _, q := range k.c.Questions {
		out = append(out, Question{ID: q.ID, Text: q.Text, Kind: string(q.Kind), Acts: q.Acts, Outcomes: q.Outcomes})
	}
	return out
}

func (k *computer) variables() []Variable {
	var out []Variable
	for _, v := range k.c.Variables {
		out = append(out, Variable{v.ID, nameOr(v.Name, v.ID), v.States})
	}
	return out
}

// Sentences writes the first sentence of every question, and of the answer, out
// of the answer's own numbers. That of the answer is that of the first question,
// or speaks of every act over all outcomes where the case asks nothing.
func Sentences(a *Answer) {
	s := newSayer(a)
	for i := range a.Questions {
		q := &a.Questions[i]
		q.First = s.answer(q, i == 0)
	}
	if len(a.Questions) > 0 {
		a.First = a.Questions[0].First
		return
	}
	var acts, outcomes []string
	for _, act := range a.Headlines() {
		acts = append(acts, act.ID)
	}
	for i := range a.Outcomes {
		outcomes = append(outcomes, a.Outcomes[i].ID)
	}
	if a.First = s.question(acts, outcomes, true); a.First == "" {
		a.First = sayNoAct
	}
}

func newSayer(a *Answer) sayer {
	s := sayer{a: a, outcomes: map[string]*Outcome{}}
	for i := range a.Outcomes {
		s.outcomes[a.Outcomes[i].ID] = &a.Outcomes[i]
	}
	return s
}

// answer answers a question of either kind.
func (s *sayer) answer(q *Question, whole bool) string {
	if casefile.Ask(q.Kind) == casefile.AskExperts {
		return s.experts(q.Acts, q.Outcomes)
	}
	return s.question(q.Acts, q.Outcomes, whole)
}

// sayer puts the numbers of an answer into sentences.
type sayer struct {
	a        *Answer
	outcomes map[string]*Outcome
	brief    bool // without what the tables of the terminal form show beside it
}

// question answers one question in a few sentences for each state of its acts,
// fewer where there are several. whole spells out what the weights are where no
// expert's words bear on them.
func (s *sayer) question(acts, outcomes []string, whole bool) string {
	arms := s.arms(acts)
	reached := false
	var parts []string
	for _, x := range arms {
		reached = reached || len(x.act.Reaches) > 0
		parts = append(parts, s.sentence(x.act, x.state, outcomes, len(arms) > 1))
	}
	text := strings.Join(parts, " ")
	switch {
	case !reached || len(s.a.Speakers()) > 0:
		return text
	case whole:
		return text + sayReference
	default:
		return text + sayShortly
	}
}

// actState is a state of an act that is compared with the state without it.
type actState struct {
	act   *Act
	state string
}

func (s *sayer) arms(acts []string) []actState {
	var out []actState
	for _, act := range s.a.Headlines() {
		if !slices.Contains(acts, act.ID) {
			continue
		}
		for _, x := range act.Arms {
			if x.State != act.Without {
				out = append(out, actState{act, x.State})
			}
		}
	}
	return out
}

// sentence says what a state of an act does to a question's outcomes.
func (s *sayer) sentence(act *Act, state string, outcomes []string, short bool) string {
	name := actName(act, state)
	if len(act.Reaches) == 0 {
		return fmt.Sprintf(sayUnreached, name)
	}
	var first, largest *Effect
	moved, all := 0, 0
	size := 0.0
	for _, id := range outcomes {
		e := act.effect(state, id)
		if e == nil || s.outcomes[id] == nil {
			continue
		}
		all++
		if e.Material {
			moved++
			if first == nil {
				first = e
			}
		}
		if x := multiple(s.outcomes[id], e); x > size {
			size, largest = x, e
		}
	}
	switch {
	case first == nil && largest == nil:
		return fmt.Sprintf(sayStill, name) + s.under() + "." + s.dissent(act, state, outcomes)
	case first == nil:
		o := s.outcomes[largest.Outcome]
		style := EffectStyle(o, largest)
		text := fmt.Sprintf(sayNothing, name, nameOr(o.Name, o.ID), style.Change(largest.Effect), style.Level(some(o.Materiality)))
		return text + s.under() + s.wordless(act, state, outcomes) + "." + s.dissent(act, state, outcomes)
	}
	text := s.movement(name, first) + s.under() + but(first) + s.wordless(act, state, []string{first.Outcome}) + "."
	text += s.standing(act, state, first)
	if !s.brief {
		text += s.holds(first, short)
	}
	switch {
	case all < 2:
	case short:
		text += fmt.Sprintf(sayCount, moved, all)
	default:
		text += fmt.Sprintf(sayOthers, moved, all)
	}
	return text
}

// actName is an act with its state as it stands after "with": "the
// Russia-Iran treaty in force". What a name adds in brackets is for the reader
// of lists.
func actName(act *Act, state string) string {
	name, _, _ := strings.Cut(act.Name, " (")
	return withArticle(name) + " " + words(state)
}

// multiple is the size of an effect in thresholds.
func multiple(o *Outcome, e *Effect) float64 {
	return math.Abs(e.Effect.Or(0)) / max(o.Materiality, 1e-300)
}

func (s *sayer) movement(name string, e *Effect) string {
	o := s.outcomes[e.Outcome]
	style := EffectStyle(o, e)
	who := nameOr(o.Name, o.ID)
	if isVolume(o.Measure) {
		switch {
		case math.Abs(e.Without.V) < o.Materiality:
			return fmt.Sprintf(sayOpens, who, style.Level(e.With), style.Level(e.Without), name)
		case math.Abs(e.With.V) < o.Materiality:
			return fmt.Sprintf(sayCloses, who, style.Level(e.With), style.Level(e.Without), name)
		}
	}
	change := style.Change(e.Effect)
	if e.Without.V != 0 && isVolume(o.Measure) {
		change += fmt.Sprintf(", %+.0f %%", 100*e.Effect.V/math.Abs(e.Without.V))
	}
	template := sayMore
	if e.Effect.V < 0 {
		template = sayLess
	}
	return fmt.Sprintf(template, who, style.Bare(e.With), style.Level(e.Without), change, name)
}

// but keeps an expected change from reading as more than it is: where more of the
// weight has the other sign, or less than half of it the same.
func but(e *Effect) string {
	if !e.More.OK || !e.Less.OK {
		return ""
	}
	same, other, way := e.More, e.Less, "less"
	if e.Effect.V < 0 {
		same, other, way = e.Less, e.More, "more"
	}
	switch {
	case other.V > same.V:
		return fmt.Sprintf(sayBut, percent(other), way)
	case same.V < 0.5:
		return fmt.Sprintf(sayHardly, percent(same))
	}
	return ""
}

// holds says over which worlds the change holds.
func (s *sayer) holds(e *Effect, short bool) string {
	if !e.More.OK || !e.Less.OK {
		return ""
	}
	if short || !e.ChangeLow.OK || !e.ChangeHigh.OK {
		return fmt.Sprintf(sayShares, percent(e.More), percent(e.Less))
	}
	style := EffectStyle(s.outcomes[e.Outcome], e)
	return fmt.Sprintf(sayRange, style.BareChange(e.ChangeLow), style.Change(e.ChangeHigh), percent(e.More), percent(e.Less),
		percent(some(max(0, 1-e.More.V-e.Less.V))))
}

// isVolume reports whether a measure is an amount, for which 0 means closed.
func isVolume(measure string) bool {
	switch freight.Measure(measure) {
	case freight.Tonnes, freight.TEU, freight.TonneKm, freight.Revenue, freight.Haulage, freight.Served, freight.Unserved:
		return true
	}
	switch region.Measure(measure) {
	case region.PipeFlow, region.PowerExport, region.PowerImport:
		return true // a shortage that ends is nothing that closes
	}
	return false
}

// allNotes lists what the reader must know.
func (k *computer) allNotes(a *Answer) []string {
	notes := k.notes
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if n := a.Worlds.NotConverged; n > 0 {
		add("%d of %d effective worlds did not reach the solver's tolerance; their numbers are the last ones reached.", n, a.Worlds.Effective)
	}
	var held []string
	for _, act := range a.Headlines() {
		for _, h := range act.Held {
			i := slices.IndexFunc(k.c.Variables, func(v casefile.Variable) bool { return v.ID == h.Act })
			held = append(held, fmt.Sprintf("those of “%s” where %s", act.Name, stateText(k.c, &k.c.Variables[i], []string{h.State}, false)))
		}
	}
	if len(held) > 0 {
		add("Effects of one act are read with the others held: %s.", strings.Join(held, ", "))
	}
	add("The 5-95 %% ranges are ranges over weighted worlds, the weights being those of %s; they are no statement of confidence.", k.lenses[0].View().Name)
	if a.Spread == nil {
		add("Ranges of figures were not drawn: every number stands on the centres of its inputs.")
	}
	notes = append(notes, networkNotes(k.in.Freight.Statistics(), k.c)...)
	if a.Spread != nil {
		notes = append(notes, notDrawn(k.c)...)
	}
	if h := a.Hangs; h.MarketsC > 0 {
		add("%d of %d markets, with %.0f %% of the base year's tonnes, are estimates (letter c).", h.MarketsC, h.Markets, 100*h.TonnesC.Or(0))
	}
	if h := a.Hangs; h.CorridorLinks > 0 {
		add("%d of %d corridor links have a capacity; %d of these were converted by the makers of the case.", h.WithCapacity, h.CorridorLinks, h.OurConversions)
	}
	for _, o := range a.Observed {
		if o.Outcome == "" && o.Use != "never" {
			add("Observed row %s has no outcome and is not compared.", o.ID)
		}
	}
	return notes
}

// measureDim is the dimension of an outcome's numbers by the name of its measure.
func measureDim(measure string) units.Dim { return casefile.MeasureDim(freight.Measure(measure)) }
