package report

import (
	"fmt"
	"html/template"
	"sort"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/report/chart"
)

// spreadGroup holds the split of every outcome in one arm.
type spreadGroup struct {
	Title      string
	Keys       string
	Closed     bool        // the state without the act: in a fold of its own
	Rows, More []spreadRow // what the act moves most, and the others
}

// spreadRow is an outcome's variance split into its parts.
type spreadRow struct {
	Outcome                                ref
	Chart                                  template.HTML
	Politics, Numbers, Interaction         string
	Mean, Range, Captured, Effect, LetterC string
	Figures                                []figureRank
	size                                   float64 // of the effect, in thresholds
}

// figureRank is a figure whose place in its range goes with an outcome.
type figureRank struct{ Name, Letter, Rank string }

// mostRanks is how many figures a row names; the JSON answer has more.
const mostRanks = 3

func (b *builder) spread() []spreadGroup {
	s := b.Answer.Spread
	if s == nil {
		return nil
	}
	var out []spreadGroup
	for i := range s.Acts {
		a := &s.Acts[i]
		at := map[string]int{}
		for _, o := range a.Outcomes {
			k, ok := at[o.State]
			if !ok {
				k = len(out)
				at[o.State] = k
				out = append(out, spreadGroup{Title: b.variable(a.Act) + ": " + words(o.State), Closed: b.without(a.Act) == o.State, Keys: keys(a, o.State)})
			}
			if row, ok := b.spreadRow(a, o); ok {
				out[k].Rows = append(out[k].Rows, row)
			}
		}
	}
	for i := range out {
		g := &out[i]
		// What the act moves most, in thresholds, stands open, in case order.
		order := make([]float64, len(g.Rows))
		for k := range g.Rows {
			order[k] = g.Rows[k].size
		}
		sort.Sort(sort.Reverse(sort.Float64Slice(order)))
		if len(order) <= mostSpread {
			continue
		}
		all := g.Rows
		g.Rows = nil
		for _, r := range all {
			if r.size >= order[mostSpread-1] && len(g.Rows) < mostSpread {
				g.Rows = append(g.Rows, r)
			} else {
				g.More = append(g.More, r)
			}
		}
	}
	return out
}

// mostSpread is how many outcomes of an arm stand open.
const mostSpread = 8

// without is the state of an act that others are compared with.
func (b *builder) without(act string) string {
	for _, a := range b.Answer.Acts {
		if a.ID == act {
			return a.Without
		}
	}
	return ""
}

// keys says how many worlds were drawn for and how much weight they stand for.
func keys(a *answer.SpreadAct, state string) string {
	n, stands := 0, 0.0
	for _, k := range a.Keys {
		if k.State == state {
			n++
			stands += k.Stands
		}
	}
	return fmt.Sprintf("%s, standing for %s of the weight.", plural(n, "key world", "key worlds"), share(stands))
}

func (b *builder) spreadRow(a *answer.SpreadAct, o answer.SpreadOutcome) (spreadRow, bool) {
	def := b.outcomes[o.Outcome]
	if def == nil || !o.Politics.OK {
		return spreadRow{}, false
	}
	style := rowOf(def.Measure, def.Materiality, o.Mean, o.Low, o.High)
	r := spreadRow{
		Outcome: ref{anchor("outcome", def.ID), def.Name}, Politics: percent(o.Politics), Numbers: percent(o.Numbers), Interaction: percent(o.Interaction),
		Mean: style.level(o.Mean), Range: style.levels(o.Low, o.High), Captured: percent(o.Captured), LetterC: "–",
	}
	r.Chart = svg(chart.Whole([]chart.Part{{Share: o.Politics.Or(0), Class: "politics"}, {Share: o.Numbers.Or(0), Class: "numbers"}, {Share: o.Interaction.Or(0), Class: "interaction"}},
		fmt.Sprintf("%s: politics %s, numbers %s, interaction %s", def.Name, r.Politics, r.Numbers, r.Interaction)))
	for _, e := range a.Effects {
		if e.State == o.State && e.Outcome == o.Outcome {
			r.size = abs(e.Centre.Or(0)) / max(def.Materiality, 1e-300)
			effect := rowOf(def.Measure, def.Materiality, e.Centre, e.Low, e.High)
			r.Effect = fmt.Sprintf("Effect %s, %s over draws; its sign holds in %s of draws", effect.change(e.Centre), effect.changes(e.Low, e.High), percent(e.SignHolds))
		}
	}
	for _, g := range b.Answer.Spread.Groups {
		if g.Outcome == o.Outcome {
			r.LetterC = answer.PartText(g.LetterC)
		}
	}
	for _, f := range b.Answer.Spread.Ranks {
		if f.Outcome != o.Outcome {
			continue
		}
		for i, x := range f.Figures {
			if i == mostRanks || abs(x.Rank) <= f.Noise {
				break
			}
			r.Figures = append(r.Figures, figureRank{x.Name, x.Letter, minus(fmt.Sprintf("%+.2f", x.Rank))})
		}
	}
	return r, true
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}
