package answer

import (
	"fmt"
	"math"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// The plain sentences, all in this file. The first sentence of a question says
// open or closed, more or less, or nothing to see, for the first outcome of the
// question that moves at all; then what that rests on.

const (
	sayUnreached = "Nothing to see: %s reaches no network in this case, so it moves none of these numbers."
	sayNothing   = "Nothing to see: with %s no number of this question is expected to move by more than its threshold; the largest move is %s by %s (threshold %s)."
	sayStill     = "Nothing to see: with %s no number of this question is expected to move at all."
	sayOpens     = "Open: with %s, %s is expected to go from next to nothing (%s) to %s."
	sayCloses    = "Closed: with %s, %s is expected to go from %s to next to nothing (%s)."
	sayMore      = "More: with %s, %s is expected to be %s instead of %s, that is %s more%s."
	sayLess      = "Less: with %s, %s is expected to be %s instead of %s, that is %s less%s."
	sayHolds     = " The direction holds in %.0f %% of weighted worlds."
	sayOthers    = " %d of the %d numbers of this question move beyond their thresholds."
	sayNoAct     = "Nothing to compare: the case has no act."
	sayReference = " All of this comes from the case's reference, because no expert's words are weighed yet."
)

// questions answers each question of the case in one sentence for each of its
// acts.
func (k *computer) questions(a *Answer) []Question {
	var out []Question
	for _, q := range k.c.Questions {
		x := Question{ID: q.ID, Text: q.Text, Acts: q.Acts, Outcomes: q.Outcomes}
		var parts []string
		for i := range a.Acts {
			for _, id := range q.Acts {
				if a.Acts[i].ID == id {
					parts = append(parts, k.sentences(&a.Acts[i], q.Outcomes)...)
				}
			}
		}
		if len(parts) > 0 {
			x.First = strings.Join(parts, " ") + k.rests(a, q.Acts)
		}
		out = append(out, x)
	}
	return out
}

// first is the first sentence of the answer: that of the first question, or of
// every act over all outcomes where the case asks nothing.
func (k *computer) first(a *Answer) string {
	if len(a.Questions) > 0 {
		return a.Questions[0].First
	}
	var parts, acts []string
	for i := range a.Acts {
		parts = append(parts, k.sentences(&a.Acts[i], k.asked())...)
		acts = append(acts, a.Acts[i].ID)
	}
	if len(parts) == 0 {
		return sayNoAct
	}
	return strings.Join(parts, " ") + k.rests(a, acts)
}

// rests says whose words the sentence rests on.
func (k *computer) rests(a *Answer, acts []string) string {
	for _, act := range a.Acts {
		for _, id := range acts {
			if act.ID != id || len(act.Reaches) == 0 {
				continue
			}
			for _, e := range act.Effects {
				if e.WordsComputed {
					return ""
				}
			}
			return sayReference
		}
	}
	return ""
}

// sentences says what each state of an act does to a question's outcomes.
func (k *computer) sentences(act *Act, outcomes []string) []string {
	var out []string
	for _, arm := range act.Arms {
		if arm.State == act.Without {
			continue
		}
		// What a name adds in brackets is for the reader of lists.
		name, _, _ := strings.Cut(act.Name, " (")
		name += " " + strings.ReplaceAll(arm.State, "_", " ")
		if len(act.Reaches) == 0 {
			out = append(out, fmt.Sprintf(sayUnreached, name))
			continue
		}
		var of []Effect
		for _, id := range outcomes {
			for _, e := range act.Effects {
				if e.State == arm.State && e.Outcome == id {
					of = append(of, e)
				}
			}
		}
		out = append(out, k.sentence(name, of))
	}
	return out
}

func (k *computer) sentence(name string, of []Effect) string {
	var first, largest *Effect
	moved := 0
	size := 0.0
	for i := range of {
		e := &of[i]
		if e.Material {
			moved++
			if first == nil {
				first = e
			}
		}
		if s := math.Abs(e.Effect.Or(0)) / max(k.materiality(e.Outcome), 1e-300); s > size {
			size, largest = s, e
		}
	}
	switch {
	case first == nil && largest == nil:
		return fmt.Sprintf(sayStill, name)
	case first == nil:
		return fmt.Sprintf(sayNothing, name, k.name(largest.Outcome), k.signed(largest.Outcome, largest.Effect.V),
			k.format(largest.Outcome, k.materiality(largest.Outcome)))
	}
	text := k.movement(name, first)
	if first.SignHolds.OK {
		text += fmt.Sprintf(sayHolds, 100*first.SignHolds.V)
	}
	if len(of) > 1 {
		text += fmt.Sprintf(sayOthers, moved, len(of))
	}
	return text
}

func (k *computer) movement(name string, e *Effect) string {
	with, without := e.With.V, e.Without.V
	threshold := k.materiality(e.Outcome)
	who := k.name(e.Outcome)
	if k.isVolume(e.Outcome) {
		switch {
		case math.Abs(without) < threshold:
			return fmt.Sprintf(sayOpens, name, who, k.format(e.Outcome, without), k.format(e.Outcome, with))
		case math.Abs(with) < threshold:
			return fmt.Sprintf(sayCloses, name, who, k.format(e.Outcome, without), k.format(e.Outcome, with))
		}
	}
	share := ""
	if without != 0 && k.isVolume(e.Outcome) {
		share = fmt.Sprintf(" (%+.0f %%)", 100*e.Effect.V/math.Abs(without))
	}
	template := sayMore
	if e.Effect.V < 0 {
		template = sayLess
	}
	return fmt.Sprintf(template, name, who, k.format(e.Outcome, with), k.format(e.Outcome, without),
		k.format(e.Outcome, math.Abs(e.Effect.V)), share)
}

// isVolume reports whether the outcome is an amount, for which 0 means closed.
func (k *computer) isVolume(id string) bool {
	for _, o := range k.c.Outcomes {
		if o.ID == id {
			switch o.Measure {
			case freight.Tonnes, freight.TEU, freight.TonneKm, freight.Revenue, freight.Haulage, freight.Served, freight.Unserved:
				return true
			}
		}
	}
	return false
}

func (k *computer) materiality(id string) float64 {
	for _, o := range k.c.Outcomes {
		if o.ID == id {
			return o.Materiality
		}
	}
	return 0
}

func (k *computer) name(id string) string { return nameOr(k.labels[id].name, id) }

func (k *computer) format(id string, v float64) string { return units.Format(v, k.labels[id].dim) }

func (k *computer) signed(id string, v float64) string {
	if v > 0 {
		return "+" + k.format(id, v)
	}
	return k.format(id, v)
}

// allNotes lists what the reader must know.
func (k *computer) allNotes(a *Answer) []string {
	notes := k.notes
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if n := a.Worlds.NotConverged; n > 0 {
		add("%d of %d effective worlds did not reach the solver's tolerance; their numbers are the last ones reached.", n, a.Worlds.Effective)
	}
	for _, act := range a.Acts {
		for _, h := range act.Held {
			add("The arms of %s hold %s at %s.", act.ID, h.Act, h.State)
		}
	}
	add("The 5-95 %% ranges are ranges over weighted worlds, the weights being those of %s; they are no statement of confidence.", k.weighting.View().Name)
	if a.Spread == nil {
		add("Ranges of figures were not drawn: every number stands on the centres of its inputs.")
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
