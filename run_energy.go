package astara

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/world"
)

// EnergyPeriod is a share of the year with the power and gas of it.
type EnergyPeriod struct {
	Share    float64
	Effects  []string // ids of the effects in force, in file order
	Solution *region.Solution
	base     *region.Base
	delta    *region.Delta
}

// Detail opens the period up into flows, shortages, prices, dependence and losses of
// one element.
func (p EnergyPeriod) Detail(ctx context.Context) (*region.Detail, error) {
	return p.base.Detail(ctx, p.delta, p.Solution)
}

// openEnergy solves the power and gas of a run, if the case has any.
func (m *Model) openEnergy(ctx context.Context, r *Run, year region.Year, periods []world.ActivePeriod) error {
	if m.Energy == nil {
		return nil
	}
	ws := region.NewWorkspace()
	defer ws.Close()
	for _, p := range periods {
		var changes []region.Change
		var names []string
		for _, e := range p.Active {
			changes = append(changes, m.Case.Effects[e].Energy...)
			names = append(names, m.Case.Effects[e].ID)
		}
		var l diag.List
		d := m.Energy.Resolve(year, changes, &l)
		if l.Failed() {
			return fmt.Errorf("resolving %v: %v", names, l.All()[0])
		}
		s, err := m.Energy.Solve(ctx, d, nil, ws)
		if err != nil {
			return err
		}
		r.Converged = r.Converged && s.Converged
		r.Energy = append(r.Energy, EnergyPeriod{p.Share, names, s, m.Energy, d})
	}
	return nil
}

// energyOutcomes adds the outcomes of power and gas of a run, put together over its
// periods as the table of worlds does.
func (m *Model) energyOutcomes(r *Run, out map[string]float64) {
	if m.Energy == nil || len(r.Energy) == 0 {
		return
	}
	columns := world.NewEnergy(m.Energy, nil).Columns()
	parts := make([]*world.Solution, len(r.Energy))
	shares := make([]float64, len(r.Energy))
	for i, p := range r.Energy {
		parts[i], shares[i] = &world.Solution{Values: p.Solution.Outcomes, Weights: p.Solution.Weights}, p.Share
	}
	values := make([]float64, len(columns))
	world.Combine(columns, parts, shares, values)
	for i, c := range columns {
		out[c.ID] = values[i]
	}
}

// Flows is [EnergyPeriod.Detail] without losses and dependence.
func (p EnergyPeriod) Flows(ctx context.Context) (*region.Detail, error) {
	return p.base.Flows(ctx, p.delta, p.Solution)
}

// EnergyFlows are the flows of the run on ties and pipes, in the order of the
// tables, weighted over its periods.
func (r *Run) EnergyFlows(ctx context.Context, s *region.Spec) (interchange.EnergyRun, error) {
	out := interchange.EnergyRun{ID: r.ID, Name: r.Name, Ties: make([]interchange.TieFlow, len(s.Ties)), Pipes: make([]interchange.PipeFlow, len(s.Pipes))}
	tie, pipe := map[string]int{}, map[string]int{}
	for i := range s.Ties {
		tie[s.Ties[i].ID] = i
	}
	for i := range s.Pipes {
		pipe[s.Pipes[i].ID] = i
	}
	for _, p := range r.Energy {
		det, err := p.Flows(ctx)
		if err != nil {
			return out, err
		}
		for _, t := range det.Ties {
			o := &out.Ties[tie[t.Tie]]
			o.Energy += float64(p.Share * t.Energy)
			o.Coupling, o.InService = string(t.Coupling), o.InService || t.InService
			if o.Blocks == nil {
				o.Blocks = make([]float64, len(t.Flow))
			}
			for k, f := range t.Flow {
				o.Blocks[k] += float64(p.Share * f)
			}
		}
		for _, t := range det.Pipes {
			o := &out.Pipes[pipe[t.Pipe]]
			o.Volume += float64(p.Share * t.Volume)
			o.InService = o.InService || t.InService
			if o.Blocks == nil {
				o.Blocks = make([]float64, len(t.Flow))
			}
			for k, f := range t.Flow {
				o.Blocks[k] += float64(p.Share * f)
			}
		}
	}
	return out, nil
}
