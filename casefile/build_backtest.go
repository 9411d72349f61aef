package casefile

import (
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Move is how a number is expected to move when an event happens.
type Move string

// The moves. An expectation without one asks for the value alone.
const (
	Rises Move = "rises"
	Falls Move = "falls"
	Same  Move = "same"
)

// Backtest is an event of the past: an event of energy/backtest.yaml. It is run on
// the network of the base year, with Before applied first. Without changes it is
// listed and not run.
type Backtest struct {
	ID, Name        string
	Date            Date
	Happened, Limit string
	Before, Changes []region.Change
	Expect          []Expectation
	Ref
}

// Expectation is what a sensible model says of an event: a number that moves or
// stays within bounds, or an element of the list of losses before the event.
type Expectation struct {
	Outcome         region.Outcome // without Measure: Listed is asked
	Listed          string         // id of the element
	Change          Move           // "": any
	AtLeast, AtMost units.Figure   // of the value after the event, in the unit of the measure
}

// backtestAt is an event with the places of its selectors.
type backtestAt struct {
	id  string
	sel []energyAt
}

func (b *builder) backtest(v values) {
	t := Backtest{ID: v.text("id"), Name: v.text("name"), Date: v.date("date"), Happened: v.text("happened"), Limit: v.text("limit"), Ref: b.meta(v)}
	at := backtestAt{id: t.ID}
	read := func(key string) (out []region.Change) {
		for k, w := range v.records(key) {
			op := changeOp(w)
			if op == "" {
				continue
			}
			if c, sel, ok := b.energyChange(w, op, Effect{ID: "backtest/" + t.ID + "/" + key}, k); ok {
				out, at.sel = append(out, c), append(at.sel, sel)
			}
		}
		return out
	}
	t.Before, t.Changes = read("before"), read("changes")
	for _, w := range v.records("expect") {
		t.Expect = append(t.Expect, b.expectation(t.ID, w))
	}
	switch {
	case v.has("changes") && !v.has("expect"):
		b.l.Report(ruleExpectation, v.at("changes"), t.ID, "%q changes something and expects nothing", t.ID).Expected = "expect: what the model should say"
	case v.has("expect") && !v.has("changes"):
		b.l.Report(ruleExpectation, v.at("expect"), t.ID, "%q expects something and changes nothing", t.ID).Expected = "changes: the event"
	case !v.has("changes") && !v.has("limit"):
		b.l.Report(ruleExpectation, v.at("id"), t.ID, "%q is not run and does not say why", t.ID).Expected = "limit: why the model cannot be put to it"
	}
	b.backtests = append(b.backtests, at)
	for _, old := range b.c.Backtests {
		if old.ID == t.ID && t.ID != "" {
			d := b.l.Report(ruleDuplicateID, t.Pos, t.ID, "there are two events %q", t.ID)
			d.Also = append(d.Also, old.Pos)
			return
		}
	}
	b.c.Backtests = append(b.c.Backtests, t)
}

func (b *builder) expectation(of string, v values) Expectation {
	x := Expectation{Listed: v.text("listed"), Change: Move(v.text("change"))}
	x.Outcome = region.Outcome{ID: of, Measure: region.Measure(v.text("measure")), Zone: v.text("zone"), Country: v.text("country"), Block: v.text("block"), Tier: v.text("tier"),
		Tie: v.text("tie"), Pipe: v.text("pipe"), Origin: v.text("origin"), With: v.text("with"), Ref: region.Ref{Pos: v.pos}}
	dim := measureDims[freight.Measure(x.Outcome.Measure)]
	if x.Listed != "" {
		dim = units.Power
		if v.has("change") {
			b.l.Report(ruleExpectation, v.at("change"), x.Listed, "a list has an element or not: it does not move").Expected = "no change"
		}
	} else {
		b.energyQueryRows(v, x.Outcome.Measure, of)
	}
	bound := func(key string) units.Figure {
		n := v.get(key)
		if n == nil {
			return units.Figure{}
		}
		f := b.r.figure(n, dim, dim.Unit(), "backtest/"+of+"/"+key)
		b.figureSources(n, f)
		return f
	}
	x.AtLeast, x.AtMost = bound("at_least"), bound("at_most")
	if x.Listed == "" && x.Change == "" && !x.AtLeast.Known && !x.AtMost.Known {
		b.l.Report(ruleExpectation, v.pos, "", "nothing is expected of %s", x.Outcome.Measure).Expected = "change, at_least or at_most"
	}
	if x.AtLeast.Known && x.AtMost.Known && x.AtLeast.Central > x.AtMost.Central {
		b.l.Report(ruleExpectation, v.at("at_least"), "", "at_least lies above at_most").Expected = "at_least <= at_most"
	}
	return x
}
