package answer

import (
	"math"
	"slices"
	"strings"
)

// Stand is an effect as a view has it.
type Stand struct {
	View   View
	Effect *Effect
}

// Side is +1 where the effect is more, -1 where it is less, 0 below its threshold.
func (s Stand) Side() int {
	switch {
	case !s.Effect.Material || !s.Effect.Effect.OK:
		return 0
	case s.Effect.Effect.V > 0:
		return 1
	}
	return -1
}

// Wordless reports whether none of the effect comes from the view's words.
func (s Stand) Wordless() bool { return s.Effect.Words.Or(0) == 0 }

// Accord is the effect of a state of an act on an outcome under every view: where
// those who were asked agree, and where they do not.
type Accord struct {
	Act     *Act // under the headline
	State   string
	Outcome *Outcome
	// Together is the effect under the headline, Experts are those of the speakers
	// and Views all of them, in the order of the answer's views.
	Together *Effect
	Experts  []Stand
	Views    []Stand
}

// Speakers are the views of single experts.
func (a *Answer) Speakers() []View {
	var out []View
	for _, v := range a.Views {
		if v.Kind == BySpeaker {
			out = append(out, v)
		}
	}
	return out
}

// Accord sets an effect under all views side by side; false where the headline
// has no such effect.
func (a *Answer) Accord(act, state, outcome string) (Accord, bool) {
	x := Accord{State: state}
	for i := range a.Outcomes {
		if a.Outcomes[i].ID == outcome {
			x.Outcome = &a.Outcomes[i]
		}
	}
	for _, v := range a.Views {
		for _, y := range a.In(v.ID) {
			if y.ID != act {
				continue
			}
			e := y.effect(state, outcome)
			if e == nil {
				continue
			}
			x.Views = append(x.Views, Stand{v, e})
			if v.Kind == BySpeaker {
				x.Experts = append(x.Experts, Stand{v, e})
			}
			if v.ID == a.Headline {
				x.Act, x.Together = y, e
			}
		}
	}
	return x, x.Together != nil && x.Outcome != nil
}

func (a *Act) effect(state, outcome string) *Effect {
	for i := range a.Effects {
		if e := &a.Effects[i]; e.State == state && e.Outcome == outcome {
			return e
		}
	}
	return nil
}

// On lists the experts on one side: +1 more, -1 less, 0 below the threshold.
func (x Accord) On(side int) []Stand {
	var out []Stand
	for _, s := range x.Experts {
		if s.Side() == side {
			out = append(out, s)
		}
	}
	return out
}

// Agreed reports whether all experts are on one side, and on which.
func (x Accord) Agreed() (side int, ok bool) {
	if len(x.Experts) == 0 {
		return 0, false
	}
	side = x.Experts[0].Side()
	return side, len(x.On(side)) == len(x.Experts)
}

// Ends are the experts with the least and the largest effect.
func (x Accord) Ends() (low, high Stand, ok bool) {
	for _, s := range x.Experts {
		switch {
		case !s.Effect.Effect.OK:
			continue
		case !ok:
			low, high, ok = s, s, true
		case s.Effect.Effect.V < low.Effect.Effect.V:
			low = s
		case s.Effect.Effect.V > high.Effect.Effect.V:
			high = s
		}
	}
	return low, high, ok
}

// Style writes the numbers of all views alike.
func (x Accord) Style() Style {
	var effects, all []Number
	for _, s := range x.Views {
		e := s.Effect
		effects = append(effects, e.Effect, e.Words, e.Reference)
		all = append(all, e.ChangeLow, e.ChangeHigh)
		if b := e.Bounds; b != nil {
			all = append(all, b.Low, b.High)
		}
	}
	own, wide := EffectStyle(x.Outcome, x.Together, effects...), EffectStyle(x.Outcome, x.Together, append(all, effects...)...)
	if own.Unit != wide.Unit {
		return own // effects that bounds dwarf are read in their own unit
	}
	return wide
}

// Size is the largest effect of any expert, and of all together, in thresholds.
func (x Accord) Size() float64 {
	size := multiple(x.Outcome, x.Together)
	for _, s := range x.Experts {
		size = max(size, multiple(x.Outcome, s.Effect))
	}
	return size
}

// Short is a view's name for the head of a column: all, consensus, case, and of a
// speaker the word of the name that is the actor's id, or the whole name.
func (v View) Short() string {
	switch v.Kind {
	case ByMixture:
		return "all"
	case ByConsensus:
		return "consensus"
	case ByReference:
		return "case"
	}
	for _, word := range strings.Fields(v.Name) {
		if strings.EqualFold(word, v.ID) {
			return word
		}
	}
	return v.Name
}

// Settler is a variable and the expected share of what the experts differ by
// that learning it settles, on the average over what they dispute.
type Settler struct {
	Variable string
	Fall     float64
	Disputes int
}

// Settler finds the variable whose learning is expected to settle most of what
// the experts differ by on outcomes of acts. Each dispute whose experts stand
// apart by a threshold or more counts alike, since outcomes have no common unit.
// False where there is none.
func (a *Answer) Settler(acts, outcomes []string) (Settler, bool) {
	if a.Words == nil {
		return Settler{}, false
	}
	materiality := map[string]float64{}
	for _, o := range a.Outcomes {
		materiality[o.ID] = o.Materiality
	}
	fall := map[string]float64{}
	var order []string
	n := 0
	for _, d := range a.Words.Disputes {
		if !slices.Contains(acts, d.Act) || !slices.Contains(outcomes, d.Outcome) || !d.Apart.OK || d.Apart.V <= 0 || d.Apart.V < materiality[d.Outcome] {
			continue
		}
		n++
		for _, s := range d.Settles {
			if _, seen := fall[s.Variable]; !seen {
				order = append(order, s.Variable)
			}
			fall[s.Variable] += s.Fall
		}
	}
	best, most := "", 0.0
	for _, v := range order {
		if fall[v] > most {
			best, most = v, fall[v]
		}
	}
	if best == "" || math.IsNaN(most) {
		return Settler{}, false
	}
	return Settler{best, most / float64(n), n}, true
}
