// Package backtest puts the energy network of a case to events of the past and says
// whether the model answers as a sensible one should: by sign and rank, not by digits.
//
// An event runs on the network of the base year, once with what has to be set for its
// time and once with the event itself on top. The numbers it asks for are outcomes of
// the energy engine; an element that it wants listed is looked up in the list of
// losses before the event. What a model without time and dynamics cannot say stands in
// the event's limit and is passed through, never judged.
package backtest

import (
	"context"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// unmoved is the change, against the size of the number, up to which it counts as the
// same: well above what a linear programme leaves open, well below what anybody sees.
const unmoved = 1e-5

// Answer is what the model says to one expectation.
type Answer struct {
	Expect        casefile.Expectation
	Before, After float64 // in the unit of the measure; After is MW short for a listed element
	Loading       float64 // largest loading that the loss of a listed element brings, share of the rating
	Met           bool
	Why           string // what is not met, in words; "" when it is
}

// Result is an event with the model's answers, in the order of its expectations.
type Result struct {
	Event   *casefile.Backtest
	Run     bool // false: the tables have no place for it
	Answers []Answer
}

// Met says whether every expectation of the event is met.
func (r *Result) Met() bool {
	for _, a := range r.Answers {
		if !a.Met {
			return false
		}
	}
	return true
}

// Run runs the events of a case in file order. A case without events gives none. The
// cost is two solves an event and one preparation.
func Run(ctx context.Context, c *casefile.Case) ([]Result, error) {
	if len(c.Backtests) == 0 || c.Energy == nil {
		return nil, nil
	}
	spec, at := asked(c)
	var l diag.List
	base, err := region.Prepare(spec, &l, region.Options{Context: ctx})
	if err != nil {
		return nil, fmt.Errorf("backtest: prepare: %w", err)
	}
	out := make([]Result, len(c.Backtests))
	for i := range c.Backtests {
		e := &c.Backtests[i]
		out[i] = Result{Event: e, Run: len(e.Changes) > 0}
		if !out[i].Run {
			continue
		}
		if out[i].Answers, err = event(ctx, base, e, at[i]); err != nil {
			return nil, fmt.Errorf("backtest: event %s: %w", e.ID, err)
		}
	}
	return out, nil
}

// asked is the spec of the case with the numbers of the events as its only outcomes,
// and where each event's begin among them.
func asked(c *casefile.Case) (*region.Spec, []int) {
	spec := *c.Energy
	spec.Outcomes = nil
	var at []int
	for i := range c.Backtests {
		at = append(at, len(spec.Outcomes))
		for k, x := range c.Backtests[i].Expect {
			if x.Listed == "" {
				o := x.Outcome
				o.ID = fmt.Sprintf("%s/%d", c.Backtests[i].ID, k+1)
				spec.Outcomes = append(spec.Outcomes, o)
			}
		}
	}
	return &spec, at
}

func event(ctx context.Context, base *region.Base, e *casefile.Backtest, at int) ([]Answer, error) {
	before, err := solve(ctx, base, e.Before)
	if err != nil {
		return nil, err
	}
	after, err := solve(ctx, base, append(append([]region.Change{}, e.Before...), e.Changes...))
	if err != nil {
		return nil, err
	}
	var losses []region.Contingency
	var out []Answer
	for _, x := range e.Expect {
		if x.Listed != "" {
			if losses == nil {
				detail, err := base.Detail(ctx, before.delta, before.Solution)
				if err != nil {
					return nil, err
				}
				losses = detail.Contingency
			}
			out = append(out, listed(x, losses))
			continue
		}
		out = append(out, judge(x, before.Outcomes[at], after.Outcomes[at]))
		at++
	}
	return out, nil
}

type run struct {
	*region.Solution
	delta *region.Delta
}

func solve(ctx context.Context, base *region.Base, changes []region.Change) (run, error) {
	var l diag.List
	d := base.Resolve(region.BaseYear, changes, &l)
	if l.Failed() {
		return run{}, fmt.Errorf("its changes do not fit the network: %s", l.All()[0].Message)
	}
	s, err := base.Solve(ctx, d, nil, nil)
	return run{s, d}, err
}

// judge holds a number before and after the event against what is expected of it.
func judge(x casefile.Expectation, before, after float64) Answer {
	a := Answer{Expect: x, Before: before, After: after, Met: true}
	miss := func(format string, args ...any) {
		if a.Met {
			a.Met, a.Why = false, fmt.Sprintf(format, args...)
		}
	}
	if math.IsNaN(before) || math.IsNaN(after) {
		miss("%s is a mean of nothing", x.Outcome.Measure)
		return a
	}
	still := unmoved * (1 + math.Max(math.Abs(before), math.Abs(after)))
	switch move := after - before; x.Change {
	case casefile.Rises:
		if move <= still {
			miss("does not rise")
		}
	case casefile.Falls:
		if move >= -still {
			miss("does not fall")
		}
	case casefile.Same:
		if math.Abs(move) > still {
			miss("moves")
		}
	}
	bounds(x, after, miss)
	return a
}

func bounds(x casefile.Expectation, v float64, miss func(string, ...any)) {
	if x.AtLeast.Known && v < x.AtLeast.Central-unmoved {
		miss("is below %s", units.Format(x.AtLeast.Central, x.AtLeast.Dim))
	}
	if x.AtMost.Known && v > x.AtMost.Central+unmoved {
		miss("is above %s", units.Format(x.AtMost.Central, x.AtMost.Dim))
	}
}

// listed looks an element up in the list of losses. It must be there as critical: with
// power that its loss leaves unserved, or with another element that would carry more
// than its rating before anybody reacts. A bound speaks of the unserved power, MW.
func listed(x casefile.Expectation, losses []region.Contingency) Answer {
	a := Answer{Expect: x}
	for _, c := range losses {
		if c.Element != x.Listed || c.PowerShed <= 0 && c.Loading <= 1 {
			continue
		}
		a.Met = true
		a.After = math.Max(a.After, c.PowerShed)
		a.Loading = math.Max(a.Loading, c.Loading)
	}
	if !a.Met {
		a.Why = "is not in the list of critical losses"
		return a
	}
	bounds(x, a.After, func(format string, args ...any) { a.Met, a.Why = false, fmt.Sprintf(format, args...) })
	return a
}
