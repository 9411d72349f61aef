package astara

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// MeanFlows are the flows of a case on every link, tie and pipe expected under one
// view with an act in a state, the other acts held where the case starts: the sum over
// all worlds of weight times flow. Nothing is sampled or left out.
type MeanFlows struct {
	View     answer.View            `json:"view"`
	Act      string                 `json:"act"`
	State    string                 `json:"state"`
	Links    []interchange.LinkFlow `json:"links"` // by link of the case, both directions together
	Ties     []interchange.TieFlow  `json:"ties"`  // by tie of the case, coupling left out: it may differ by world
	Pipes    []interchange.PipeFlow `json:"pipes"`
	Networks int                    `json:"networks"` // period networks with weight, of all engines
}

// Networks are opened in batches of this many and added in their order, so that a
// sum does not depend on the workers.
const meanBatch = 64

// MeanFlows opens every network with weight at the equilibrium that the table was
// read from, once for all views and arms, and adds its flows with their weights.
func (s *Solved) MeanFlows(ctx context.Context, o Options) ([]MeanFlows, error) {
	arms, err := answer.ReadArms(ctx, answer.Input{Case: s.Case, Tables: s.Tables()}, o.Workers)
	if err != nil {
		return nil, err
	}
	out := make([]MeanFlows, len(arms))
	for i, a := range arms {
		out[i] = MeanFlows{View: a.View, Act: a.Act, State: a.State, Links: make([]interchange.LinkFlow, len(s.Case.Freight.Links))}
		if s.EnergyTable != nil {
			out[i].Ties = make([]interchange.TieFlow, len(s.Case.Energy.Ties))
			out[i].Pipes = make([]interchange.PipeFlow, len(s.Case.Energy.Pipes))
		}
	}
	err = addFlows(ctx, s.Table, arms, 0, "flows of freight", o, func(n int) ([]interchange.LinkFlow, error) {
		r := &Run{Periods: []Period{{Share: 1, Detail: s.Engine.Detail(s.Table.Networks[n].Delta, s.Table.Solutions[n])}}}
		return r.LinkFlows(s.Case.Freight), nil
	}, func(arm int, weight float64, flow []interchange.LinkFlow) {
		out[arm].Networks++
		for i, f := range flow {
			x := &out[arm].Links[i]
			x.Total += float64(weight * f.Total)
			x.Domestic += float64(weight * f.Domestic)
			x.Import += float64(weight * f.Import)
			x.Export += float64(weight * f.Export)
			x.Transit += float64(weight * f.Transit)
		}
	})
	if err != nil || s.EnergyTable == nil {
		return out, err
	}
	err = addFlows(ctx, s.EnergyTable, arms, 1, "flows of power and gas", o, func(n int) (interchange.EnergyRun, error) {
		d, err := s.EnergyEngine.Detail(ctx, s.EnergyTable.Networks[n].Delta, s.EnergyTable.Solutions[n], false)
		if err != nil {
			return interchange.EnergyRun{}, err
		}
		return newEnergyFlows(s.Case.Energy).add(1, d), nil
	}, func(arm int, weight float64, flow interchange.EnergyRun) {
		out[arm].Networks++
		for i, f := range flow.Ties {
			x := &out[arm].Ties[i]
			x.Energy += float64(weight * f.Energy)
			x.InService = x.InService || f.InService
			x.Blocks = addBlocks(x.Blocks, weight, f.Blocks)
		}
		for i, f := range flow.Pipes {
			x := &out[arm].Pipes[i]
			x.Volume += float64(weight * f.Volume)
			x.InService = x.InService || f.InService
			x.Blocks = addBlocks(x.Blocks, weight, f.Blocks)
		}
	})
	return out, err
}

// addFlows opens the networks of a table that have weight in any arm and hands each
// to add with its weight, in the order of the networks.
func addFlows[T any](ctx context.Context, t *world.Table, arms []answer.ArmWeights, at int, stage string, o Options, open func(network int) (T, error), add func(arm int, weight float64, flow T)) error {
	weights := make([][]float64, len(arms))
	some := make([]bool, len(t.Networks))
	for a, arm := range arms {
		weights[a] = make([]float64, len(t.Networks))
		for row, w := range arm.Rows[at] {
			if w == 0 {
				continue
			}
			for _, p := range t.Rows[row].Mix {
				weights[a][p.Network] += float64(w * p.Share)
				some[p.Network] = true
			}
		}
	}
	var list []int
	for n, yes := range some {
		if !yes {
			continue
		}
		if t.Solutions[n] == nil {
			return fmt.Errorf("network %d of %s has weight and is not solved", n, t.Engine.Name())
		}
		list = append(list, n)
	}
	for from := 0; from < len(list); from += meanBatch {
		if o.Progress != nil {
			o.Progress(stage, from, len(list), 0)
		}
		batch := list[from:min(from+meanBatch, len(list))]
		flows := make([]T, len(batch))
		if err := par.Do(ctx, o.Workers, len(batch), func(_, i int) (err error) {
			flows[i], err = open(batch[i])
			return err
		}); err != nil {
			return err
		}
		for i, n := range batch {
			for a := range arms {
				if w := weights[a][n]; w > 0 {
					add(a, w, flows[i])
				}
			}
		}
	}
	return nil
}

// addBlocks adds a share of values by block; no values count as none.
func addBlocks(sum []float64, share float64, values []float64) []float64 {
	if sum == nil {
		sum = make([]float64, len(values))
	}
	for k, v := range values {
		sum[k] += float64(share * v)
	}
	return sum
}
