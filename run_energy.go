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
	flows := newEnergyFlows(s)
	for _, p := range r.Energy {
		det, err := p.Flows(ctx)
		if err != nil {
			return flows.run, err
		}
		flows.add(p.Share, det)
	}
	flows.run.ID, flows.run.Name = r.ID, r.Name
	return flows.run, nil
}

// energyFlows adds the flows of periods up.
type energyFlows struct {
	run       interchange.EnergyRun
	tie, pipe map[string]int
}

func newEnergyFlows(s *region.Spec) *energyFlows {
	f := &energyFlows{tie: map[string]int{}, pipe: map[string]int{}}
	f.run.Ties, f.run.Pipes = make([]interchange.TieFlow, len(s.Ties)), make([]interchange.PipeFlow, len(s.Pipes))
	for i := range s.Ties {
		f.tie[s.Ties[i].ID] = i
	}
	for i := range s.Pipes {
		f.pipe[s.Pipes[i].ID] = i
	}
	return f
}

// add adds a share of the flows of a period and returns the sum so far.
func (f *energyFlows) add(share float64, det *region.Detail) interchange.EnergyRun {
	for _, t := range det.Ties {
		o := &f.run.Ties[f.tie[t.Tie]]
		o.Energy += float64(share * t.Energy)
		o.Coupling, o.InService = string(t.Coupling), o.InService || t.InService
		o.Blocks = addBlocks(o.Blocks, share, t.Flow)
	}
	for _, t := range det.Pipes {
		o := &f.run.Pipes[f.pipe[t.Pipe]]
		o.Volume += float64(share * t.Volume)
		o.InService = o.InService || t.InService
		o.Blocks = addBlocks(o.Blocks, share, t.Flow)
	}
	return f.run
}
