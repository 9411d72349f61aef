package server

import (
	"github.com/astara-corridors/astara/answer"
)

// Brief is what the opening page of a case shows of its answer: some hundredth of the
// whole. Each number is the answer's own. Where the case has not been solved as it
// stands, it says no more than that.
type Brief struct {
	Solved    bool               `json:"solved"`
	Answer    string             `json:"answer,omitempty" doc:"hash of the answer that this is a part of"`
	Format    int                `json:"format,omitempty"`
	Case      *answer.CaseInfo   `json:"case,omitempty"`
	First     string             `json:"first,omitempty"`
	Worlds    *answer.WorldsInfo `json:"worlds,omitempty"`
	Views     []answer.View      `json:"views,omitempty"`
	Headline  string             `json:"headline,omitempty"`
	Outcomes  []BriefOutcome     `json:"outcomes,omitempty"`
	Variables []answer.Variable  `json:"variables,omitempty"`
	Questions []answer.Question  `json:"questions,omitempty"`
	Acts      []BriefAct         `json:"acts,omitempty"`
	Countries []Named            `json:"countries,omitempty"`
	Corridors []Named            `json:"corridors,omitempty"`
	Fit       *answer.FitSummary `json:"fit,omitempty"`
	Hangs     *answer.Hangs      `json:"hangs,omitempty"`
	Energy    []string           `json:"energy_first,omitempty" doc:"sentences on power and gas"`
	Notes     []string           `json:"notes,omitempty"`
}

// BriefOutcome is an outcome without the places in the table.
type BriefOutcome struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Measure     string        `json:"measure"`
	Unit        string        `json:"unit"`
	Good        string        `json:"good"`
	Corridor    string        `json:"corridor,omitempty"`
	Materiality float64       `json:"materiality"`
	BaseYear    answer.Number `json:"base_year"`
	Baseline    answer.Number `json:"baseline"`
	LetterC     answer.Number `json:"letter_c"`
	OurCapacity answer.Number `json:"our_capacity"`
}

// BriefAct is a comparison under one view.
type BriefAct struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	View    string        `json:"view"`
	Without string        `json:"without"`
	States  []string      `json:"states" doc:"those compared with the one without"`
	Held    []answer.Held `json:"held"`
	Effects []BriefEffect `json:"effects"`
	Drivers []BriefWhy    `json:"drivers,omitempty" doc:"of the headline: what makes an outcome vary in an arm"`
}

// BriefEffect is an effect; ranges and what it hangs on are given under the headline alone.
type BriefEffect struct {
	State      string          `json:"state"`
	Outcome    string          `json:"outcome"`
	Effect     answer.Number   `json:"effect"`
	With       answer.Number   `json:"with"`
	Without    answer.Number   `json:"without"`
	Words      *answer.Number  `json:"words,omitempty"`
	Reference  *answer.Number  `json:"reference,omitempty"`
	Bounds     *answer.Bounds  `json:"bounds,omitempty"`
	Material   bool            `json:"material"`
	ChangeLow  *answer.Number  `json:"change_low,omitempty"`
	ChangeHigh *answer.Number  `json:"change_high,omitempty"`
	More       *answer.Number  `json:"more,omitempty"`
	Less       *answer.Number  `json:"less,omitempty"`
	SignHolds  *answer.Number  `json:"sign_holds,omitempty"`
	Settles    []answer.Settle `json:"settles,omitempty"`
	Sways      []answer.Sway   `json:"sways,omitempty"`
}

// BriefWhy is what makes an outcome vary in an arm.
type BriefWhy struct {
	State   string          `json:"state"`
	Outcome string          `json:"outcome"`
	Drivers []answer.Driver `json:"drivers"`
}

// Shown of each list in a brief; the whole is in the answer.
const (
	mostSways   = 3
	mostDrivers = 3
)

// briefOf cuts an answer down.
func briefOf(a *answer.Answer, hash string) Brief {
	b := Brief{
		Solved: true, Answer: hash, Format: a.Format, Case: &a.Case, First: a.First, Worlds: &a.Worlds, Views: a.Views, Headline: a.Headline,
		Variables: a.Variables, Questions: a.Questions, Fit: &a.Fit, Hangs: &a.Hangs, Notes: a.Notes,
	}
	for _, o := range a.Outcomes {
		b.Outcomes = append(b.Outcomes, BriefOutcome{o.ID, o.Name, o.Measure, o.Unit, o.Good, o.Corridor, o.Materiality, o.BaseYear, o.Baseline, o.LetterC, o.OurCapacity})
	}
	for _, c := range a.Countries {
		b.Countries = append(b.Countries, Named{c.ID, c.Name})
	}
	for _, c := range a.Corridors {
		b.Corridors = append(b.Corridors, Named{c.ID, c.Name})
	}
	if a.Energy != nil {
		b.Energy = a.Energy.First
	}
	asked := map[string]bool{}
	for _, q := range a.Questions {
		for _, o := range q.Outcomes {
			asked[o] = true
		}
	}
	for i := range a.Acts {
		b.Acts = append(b.Acts, briefAct(&a.Acts[i], a.Acts[i].View == a.Headline, asked))
	}
	return b
}

func briefAct(x *answer.Act, headline bool, asked map[string]bool) BriefAct {
	out := BriefAct{ID: x.ID, Name: x.Name, View: x.View, Without: x.Without, States: []string{}, Held: x.Held, Effects: []BriefEffect{}}
	for _, arm := range x.Arms {
		if arm.State != x.Without {
			out.States = append(out.States, arm.State)
		}
		for _, why := range arm.Drivers {
			if headline && asked[why.Outcome] {
				out.Drivers = append(out.Drivers, BriefWhy{arm.State, why.Outcome, first(why.Drivers, mostDrivers)})
			}
		}
	}
	for i := range x.Effects {
		e := &x.Effects[i]
		if !asked[e.Outcome] {
			continue
		}
		y := BriefEffect{State: e.State, Outcome: e.Outcome, Effect: e.Effect, With: e.With, Without: e.Without, Material: e.Material}
		if headline {
			y.Words, y.Reference, y.Bounds = &e.Words, &e.Reference, e.Bounds
			y.ChangeLow, y.ChangeHigh, y.More, y.Less, y.SignHolds = &e.ChangeLow, &e.ChangeHigh, &e.More, &e.Less, &e.SignHolds
			y.Settles = e.Settles
		}
		y.Sways = first(e.Sways, mostSways)
		out.Effects = append(out.Effects, y)
	}
	return out
}

// first is a list up to its nth entry.
func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }
