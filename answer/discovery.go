package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/discover"
	"github.com/astara-corridors/astara/internal/par"
)

// Discovery says in one sentence where an outcome moves: a box of few states of
// variables, found by peeling (package discover) over the worlds of an arm with
// their weights under the headline. A world is of interest where the change
// against no pact is at least the outcome's threshold up, or down.
//
// Only variables that the outcome's network depends on are searched: all others
// reach it through them. Worlds alike in these are one case. docs/methods/discovery.md.
type Discovery struct {
	Act     string `json:"act"`
	State   string `json:"state"`
	Outcome string `json:"outcome"`
	View    string `json:"view"`
	Side    string `json:"side"` // more, less
	// Share is the part of the weight where it is so; Coverage the part of that
	// inside the box, Density the part of the box's weight where it is so, Mass the
	// box's part of all weight.
	Share    float64          `json:"share"`
	Coverage float64          `json:"coverage"`
	Density  float64          `json:"density"`
	Mass     float64          `json:"mass"`
	Limits   []DiscoveryLimit `json:"limits"` // none: no box tells it from the rest
	Sentence string           `json:"sentence"`
}

// DiscoveryLimit is what a box asks of a variable.
type DiscoveryLimit struct {
	Variable string   `json:"variable"`
	States   []string `json:"states"`
	// QuasiP is the chance of so dense a box if the limit did nothing, Coverage and
	// Density are those of the box without it.
	QuasiP   float64 `json:"quasi_p"`
	Coverage float64 `json:"coverage_without"`
	Density  float64 `json:"density_without"`
}

const (
	// leastShare is the part of the weight below which a move is too rare to
	// describe, and 1 less it the part above which it is everywhere.
	leastShare = 0.01
	// mostlyOnly and mostly are the coverages from which a box is said to hold
	// almost all, and most, of what is of interest.
	mostlyOnly = 0.9
	mostly     = 0.6
)

// discovery describes, for the first outcome of each question on effects, where it
// moves with each state of its acts.
func (k *computer) discovery(ctx context.Context) ([]Discovery, error) {
	type task struct {
		r       *actReading
		st      int
		outcome string
	}
	var tasks []task
	for _, q := range k.c.Questions {
		if q.Kind == casefile.AskExperts || len(q.Outcomes) == 0 {
			continue
		}
		for _, r := range k.acts {
			for st := range r.act.Arms {
				t := task{r, st, q.Outcomes[0]}
				if r.exact || st == r.without(k) || !slices.Contains(q.Acts, r.act.ID) || slices.Contains(tasks, t) {
					continue
				}
				tasks = append(tasks, t)
			}
		}
	}
	found := make([][]Discovery, len(tasks))
	err := par.Do(ctx, k.opt.Workers, len(tasks), func(_, i int) error {
		t := tasks[i]
		c, err := k.contrast(t.r, t.st)
		if err != nil {
			return err
		}
		for _, side := range []int{1, -1} {
			d, ok, err := k.discover(c, t.r, t.st, t.outcome, side)
			if err != nil {
				return err
			}
			if ok {
				found[i] = append(found[i], d)
			}
		}
		return nil
	})
	return slices.Concat(found...), err
}

// discover describes where an outcome moves to one side; false where it does not.
func (k *computer) discover(c *contrast, r *actReading, st int, outcome string, side int) (Discovery, bool, error) {
	out := Discovery{Act: r.act.ID, State: r.act.Arms[st].State, Outcome: outcome, View: r.act.View, Side: "more"}
	if side < 0 {
		out.Side = "less"
	}
	at, ok := k.tables.find(outcome)
	if !ok {
		return out, false, fmt.Errorf("answer: no column %s", outcome)
	}
	t, variables := k.cases(c, r.readings[st].dist.Weight, at, outcome, side)
	total, share := 0.0, 0.0
	for i, w := range t.Weight {
		total += w
		share += w * t.Interest[i]
	}
	if !(total > 0) || share/total < leastShare {
		return out, false, nil
	}
	out.Share = share / total
	best := discover.Box{Coverage: 1, Density: out.Share, Mass: 1}
	if out.Share < 1-leastShare {
		// A box may be as small as what it is to hold.
		boxes, err := discover.Peel(t, discover.Options{MinMass: min(discover.DefaultMinMass, out.Share)})
		if err != nil {
			return out, false, err
		}
		best = discover.Short(t, boxes, discover.MostLimits)
	}
	out.Coverage, out.Density, out.Mass = best.Coverage, best.Density, best.Mass
	supports := discover.Supports(t, best)
	for _, l := range best.Limits {
		x := &k.c.Variables[variables[l.Column]]
		limit := DiscoveryLimit{Variable: x.ID}
		for s, in := range l.Allowed {
			if in {
				limit.States = append(limit.States, x.States[s])
			}
		}
		for _, s := range supports {
			if s.Column == x.ID {
				limit.QuasiP, limit.Coverage, limit.Density = s.QuasiP, s.Coverage, s.Density
			}
		}
		out.Limits = append(out.Limits, limit)
	}
	out.Sentence = k.discoverySentence(&out, r)
	return out, true, nil
}

// cases merges the worlds of an arm that are alike in the variables a table
// depends on. The interest of a case is the part of its weight where the change
// is at least the threshold to a side; worlds without a change are left out.
func (k *computer) cases(c *contrast, weights []float64, at ref, outcome string, side int) (*discover.Table, []int) {
	tab := k.tables[at.table]
	t := &discover.Table{}
	var variables []int
	for v, depends := range tab.Depends() {
		if depends && c.state[v] != nil {
			variables = append(variables, v)
			t.Columns = append(t.Columns, discover.Column{Name: k.c.Variables[v].ID, Categories: k.c.Variables[v].States})
		}
	}
	least := 0.0
	for i := range k.c.Outcomes {
		if k.c.Outcomes[i].ID == outcome {
			least = k.c.Outcomes[i].Materiality
		}
	}
	values := k.column(at).values
	y0 := startOf(c.without[at.table], values, c.groups)
	number := map[int]int{}
	for i, row := range c.rows {
		change := float64(side) * (values[tab.RowOf[row]] - y0[c.group[i]])
		if weights[i] == 0 || math.IsNaN(change) {
			continue
		}
		key := 0
		for _, v := range variables {
			key = key*c.states[v] + int(c.state[v][i])
		}
		n, ok := number[key]
		if !ok {
			n = len(t.Weight)
			number[key] = n
			t.Weight, t.Interest = append(t.Weight, 0), append(t.Interest, 0)
			for col, v := range variables {
				t.Columns[col].Code = append(t.Columns[col].Code, int(c.state[v][i]))
			}
		}
		t.Weight[n] += weights[i]
		if change > 0 && change >= least {
			t.Interest[n] += weights[i]
		}
	}
	for n, w := range t.Weight {
		t.Interest[n] = min(1, t.Interest[n]/w)
	}
	return t, variables
}

// The sentences of a discovery.
const (
	sayEverywhere = "%s, %s with %s: in %s of the weight, whatever else."
	sayNowhere    = "%s, %s with %s, in %s of the weight: no few states of variables tell where."
	sayBox        = "%s, %s with %s, in %s of the weight: %s %s. There lies %s of that weight (coverage), and it is so in %s of what lies there (density)."
)

func (k *computer) discoverySentence(d *Discovery, r *actReading) string {
	name, act := k.outcomeName(d.Outcome), actName(&r.act, d.State)
	pc := func(v float64) string { return percent(some(v)) }
	switch {
	case d.Share >= 1-leastShare:
		return fmt.Sprintf(sayEverywhere, name, d.Side, act, pc(d.Share))
	case len(d.Limits) == 0:
		return fmt.Sprintf(sayNowhere, name, d.Side, act, pc(d.Share))
	}
	how := "most densely where"
	switch {
	case d.Coverage >= mostlyOnly:
		how = "almost only where"
	case d.Coverage >= mostly:
		how = "mostly where"
	}
	var parts []string
	for _, l := range d.Limits {
		v := slices.IndexFunc(k.c.Variables, func(x casefile.Variable) bool { return x.ID == l.Variable })
		parts = append(parts, stateText(k.c, &k.c.Variables[v], l.States, false))
	}
	return fmt.Sprintf(sayBox, name, d.Side, act, pc(d.Share), how, listed(parts), pc(d.Coverage), pc(d.Density))
}

// StateNames writes states that are all allowed.
func StateNames(states []string) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = words(s)
	}
	return strings.Join(names, " or ")
}
