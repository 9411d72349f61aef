package report

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/report/chart"
	"github.com/astara-corridors/astara/world"
)

// mapCover is the part of the weight an act moves between effective worlds that
// a map of change should account for.
const mapCover = 0.95

// Options of a report's drawings.
type Options struct {
	// MapRows is the most effective worlds behind a map of change; 0 is
	// DefaultMapRows. Opening one costs some 50 ms. What they account for is
	// printed with the map.
	MapRows int
	Workers int // 0: one
}

// DefaultMapRows is enough for [mapCover] of the flagship's acts, and less than
// half a minute's work on two processors.
const DefaultMapRows = 600

// Assemble makes the input of a report from a solved case: flows of the base
// year and of the baseline world, a map of change for every act that reaches the
// network, and every chain of chains.csv in the base-year run. t is the table of
// worlds of the freight engine over answer.Effects(c), b the engine itself; a
// network that t has no solution of is solved.
func Assemble(ctx context.Context, c *casefile.Case, a *answer.Answer, b *freight.Base, t *world.Table, version string, opt Options) (Input, error) {
	in := Input{Case: c, Answer: a, Version: version}
	before, err := open(ctx, b, freight.BaseYear, nil, b.BaseYearRun())
	if err != nil {
		return in, fmt.Errorf("report: base year: %w", err)
	}
	baseline, err := open(ctx, b, freight.Horizon, nil, b.BaselineRun())
	if err != nil {
		return in, fmt.Errorf("report: baseline: %w", err)
	}
	in.Flows = []Flows{
		{ID: "base-year", Title: fmt.Sprintf("Base-year run, %d", c.BaseYear), Text: "What the model moves in the base year: the run that is held against published figures.", Tonnes: Tonnes(c.Freight, before.Links())},
		{ID: "baseline", Title: fmt.Sprintf("Baseline world, %d", c.Horizon), Text: "Every variable at its baseline, projects open as foreseeable on the as-of date.", Tonnes: Tonnes(c.Freight, baseline.Links())},
	}
	if in.Changes, err = changeMaps(ctx, c, a, b, t, in.Flows[1].Tonnes, opt); err != nil {
		return in, fmt.Errorf("report: map of change: %w", err)
	}
	if in.Chains, err = Chains(c, before, "base-year run"); err != nil {
		return in, fmt.Errorf("report: chains: %w", err)
	}
	return in, nil
}

// open opens the network of some changes at a known solution; it solves where
// there is none.
func open(ctx context.Context, b *freight.Base, year freight.Year, changes []freight.Change, s *freight.Solution) (*freight.Detail, error) {
	var l diag.List
	d := b.Resolve(year, changes, &l)
	if l.Failed() {
		return nil, errors.New(l.All()[0].Message)
	}
	if s == nil {
		return b.SolveDetail(ctx, d)
	}
	return b.Detail(d, s), nil
}

// Tonnes sums the flows of both directions by index of the links of s.
func Tonnes(s *freight.Spec, flows []freight.LinkFlow) []float64 {
	index := make(map[string]int, len(s.Links))
	for i := range s.Links {
		index[s.Links[i].ID] = i
	}
	out := make([]float64, len(s.Links))
	for _, f := range flows {
		if i, ok := index[f.Link]; ok {
			out[i] += f.Tonnes
		}
	}
	return out
}

// changeMaps makes the expected change of flows for every act that reaches the
// network and every state other than the one without.
func changeMaps(ctx context.Context, c *casefile.Case, a *answer.Answer, b *freight.Base, t *world.Table, baseline []float64, opt Options) ([]Flows, error) {
	m := &mapper{c: c, b: b, t: t, changes: answer.Changes(c), baseline: baseline}
	var out []Flows
	var moves [][]move
	for _, act := range a.Headlines() {
		if len(act.Reaches) == 0 {
			continue
		}
		without := a.RowWeights(act.ID, act.Without)
		for _, arm := range act.Arms {
			if arm.State == act.Without {
				continue
			}
			list, text := moved(a.RowWeights(act.ID, arm.State), without, opt.MapRows)
			moves = append(moves, list)
			out = append(out, Flows{ID: act.ID + "-" + arm.State, Title: act.Name + ": " + words(arm.State) + " against " + words(act.Without), Text: text})
		}
	}
	if err := m.open(ctx, moves, opt.Workers); err != nil {
		return nil, err
	}
	for i, list := range moves {
		out[i].Tonnes = m.change(list)
	}
	return out, nil
}

// mapper reads expected changes of flows off a table of worlds.
type mapper struct {
	c        *casefile.Case
	b        *freight.Base
	t        *world.Table
	changes  [][]freight.Change // by effect
	baseline []float64          // flows of the baseline world, by link
	flows    map[int][]float64  // by network
}

// move is an effective world and how much more weight it has with an act.
type move struct {
	row    int
	weight float64
}

// moved picks the rows between which an act moves most weight.
func moved(with, without []float64, most int) (list []move, text string) {
	if most <= 0 {
		most = DefaultMapRows
	}
	total := 0.0
	for r := range with {
		if d := with[r] - without[r]; d != 0 {
			list = append(list, move{r, d})
			total += math.Abs(d)
		}
	}
	sort.SliceStable(list, func(x, y int) bool { return math.Abs(list[x].weight) > math.Abs(list[y].weight) })
	n, sum := 0, 0.0
	for n < len(list) && n < most && sum < mapCover*total {
		sum += math.Abs(list[n].weight)
		n++
	}
	list = list[:n]
	if total == 0 {
		return list, "Expected tonnes with it less expected tonnes without, by the case’s reference: it moves no weight between worlds."
	}
	text = fmt.Sprintf("Expected tonnes with it less expected tonnes without, by the case’s reference. It moves %s of the weight to other effective worlds; the map accounts for %s of that, over %s, and takes the rest to move as in the baseline world.",
		share(total/2), share(sum/total), plural(n, "world", "worlds"))
	return list, text
}

// open finds the flows of every network that the moves need.
func (m *mapper) open(ctx context.Context, moves [][]move, workers int) error {
	var networks []int
	needed := map[int]bool{}
	for _, list := range moves {
		for _, v := range list {
			for _, part := range m.t.Rows[v.row].Mix {
				if !needed[part.Network] {
					needed[part.Network] = true
					networks = append(networks, part.Network)
				}
			}
		}
	}
	flows := make([][]float64, len(networks))
	err := par.Do(ctx, max(1, workers), len(networks), func(_, i int) (err error) {
		flows[i], err = m.flow(ctx, networks[i])
		return err
	})
	if err != nil {
		return err
	}
	m.flows = make(map[int][]float64, len(networks))
	for i, n := range networks {
		m.flows[n] = flows[i]
	}
	return nil
}

// change is the sum of weight moved times what moves differently from the
// baseline world.
func (m *mapper) change(list []move) []float64 {
	out := make([]float64, len(m.c.Freight.Links))
	for _, v := range list {
		for _, part := range m.t.Rows[v.row].Mix {
			for i, t := range m.flows[part.Network] {
				out[i] += v.weight * part.Share * (t - m.baseline[i])
			}
		}
	}
	// What is left of sums that should cancel is no change.
	const rounding = 1 // t/yr
	for i, t := range out {
		if math.Abs(t) < rounding {
			out[i] = 0
		}
	}
	return out
}

// flow is what moves on every link in a network of the table.
func (m *mapper) flow(ctx context.Context, network int) ([]float64, error) {
	var changes []freight.Change
	for _, e := range m.t.Networks[network].Active {
		changes = append(changes, m.changes[e]...)
	}
	var s *freight.Solution
	if network < len(m.t.Solutions) && m.t.Solutions[network] != nil {
		s = &freight.Solution{State: m.t.Solutions[network].State}
	}
	d, err := open(ctx, m.b, freight.Horizon, changes, s)
	if err != nil {
		return nil, err
	}
	return Tonnes(m.c.Freight, d.Links()), nil
}

// Chains searches every chain of chains.csv in the network of a detail. run
// names the run, "base-year run".
func Chains(c *casefile.Case, d *freight.Detail, run string) ([]Chain, error) {
	var out []Chain
	for i := range c.Chains {
		p := &c.Chains[i]
		found, err := d.Chains(freight.ChainQuery{From: p.Origin, To: p.Destination, Commodity: p.Commodity, Via: p.Via, Modes: p.Modes, Max: 1})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.ID, err)
		}
		x := Chain{ID: p.ID, Title: p.Name, Class: strings.Join(nonempty(words(p.Commodity), strings.Join(p.Modes, ", ")), ", "), Run: run, Hours: p.Hours, Money: p.Money, Published: p}
		if len(found) == 0 {
			x.Reason = "No way by these modes and past these places is open there."
		} else {
			x.Steps = Steps(c.Freight, found[0].Steps)
		}
		out = append(out, x)
	}
	return out, nil
}

// Steps turns the operations of a chain into steps of its chart; queues are
// part of the hours. Charges of rules are steps without a place.
func Steps(s *freight.Spec, steps []freight.Step) []chart.Step {
	node := map[string]string{}
	for i := range s.Nodes {
		node[s.Nodes[i].ID] = shortName(s.Nodes[i].Name)
	}
	border := map[string]string{}
	for i := range s.Borders {
		border[s.Borders[i].ID] = shortName(s.Borders[i].Name)
	}
	rule := map[string]string{}
	for i := range s.Rules {
		rule[s.Rules[i].ID] = s.Rules[i].Name
	}
	var out []chart.Step
	for _, x := range steps {
		k := chart.Step{Kind: x.Kind, Mode: x.Mode, Km: x.Km, Hours: x.Hours + x.Queue, Money: x.Money}
		switch {
		case x.Kind == "move":
			k.Place = node[x.From] + " – " + node[x.To]
		case border[x.Name] != "":
			k.Place = border[x.Name]
		case x.Kind == "rule":
			k.Place = rule[x.Name]
		default:
			k.Place = node[x.From]
		}
		if k.Km == 0 && k.Hours == 0 && k.Money == 0 {
			continue
		}
		out = append(out, k)
	}
	return out
}
