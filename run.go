package astara

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/world"
)

// Period is a share of the year with the network that holds in it.
type Period struct {
	Share   float64
	Effects []string // ids of the effects in force, in file order
	Detail  *freight.Detail
}

// Run is one run with its network open to the eye: the base-year run, or a
// world of the horizon year. A world with effects that last a part of the year
// has several periods; everything annual is their weighted sum.
type Run struct {
	ID, Name  string
	Year      freight.Year
	Periods   []Period
	Energy    []EnergyPeriod // none when the case has no power and gas
	Converged bool
}

// BaseYear opens the base-year run: the only run that meets observed figures.
func (m *Model) BaseYear(ctx context.Context) (*Run, error) {
	r := &Run{ID: "base_year", Name: fmt.Sprintf("Base-year run, %d", m.Case.BaseYear), Year: freight.BaseYear}
	if err := m.open(ctx, r, []world.ActivePeriod{{Share: 1}}); err != nil {
		return r, err
	}
	return r, m.openEnergy(ctx, r, region.BaseYear, []world.ActivePeriod{{Share: 1}})
}

// World opens a world of the horizon year. Each period is solved by itself,
// from the start; its figures agree with the table of worlds to the tolerance of
// solving.
func (m *Model) World(ctx context.Context, w formula.World) (*Run, error) {
	for _, i := range m.Case.Impossible {
		if i.Prop.Eval(w) {
			return nil, fmt.Errorf("no such world: %s (%s)", m.Case.Space.Format(w), i.Reason)
		}
	}
	periods, err := m.periods(w, func(i int) bool { return len(m.Case.Effects[i].Freight) > 0 })
	if err != nil {
		return nil, err
	}
	text := m.Case.Space.Format(w)
	r := &Run{ID: "world", Name: fmt.Sprintf("World %s, %d", text, m.Case.Horizon), Year: freight.Horizon}
	if w == m.Case.Space.Baseline() {
		r.ID, r.Name = "baseline", fmt.Sprintf("Baseline world, %d", m.Case.Horizon)
	}
	if err := m.open(ctx, r, periods); err != nil {
		return r, err
	}
	if periods, err = m.periods(w, func(i int) bool { return len(m.Case.Effects[i].Energy) > 0 }); err != nil {
		return r, err
	}
	return r, m.openEnergy(ctx, r, region.Horizon, periods)
}

// periods cuts the year of a world by the effects that touch an engine.
func (m *Model) periods(w formula.World, touches func(effect int) bool) ([]world.ActivePeriod, error) {
	var always, part []int
	var shares []float64
	for i, e := range m.effects {
		switch {
		case e.When == nil || !e.When.Eval(w) || !touches(i):
		case e.Share < 1:
			part, shares = append(part, i), append(shares, e.Share)
		default:
			always = append(always, i)
		}
	}
	if len(part) > world.MaxPartYear {
		return nil, fmt.Errorf("world %s has %d part-year effects; at most %d are possible", m.Case.Space.Format(w), len(part), world.MaxPartYear)
	}
	return world.Periods(always, part, shares), nil
}

func (m *Model) open(ctx context.Context, r *Run, periods []world.ActivePeriod) error {
	r.Converged = true
	if m.Freight == nil {
		return nil
	}
	for _, p := range periods {
		var changes []freight.Change
		var names []string
		for _, e := range p.Active {
			changes = append(changes, m.Case.Effects[e].Freight...)
			names = append(names, m.Case.Effects[e].ID)
		}
		var l diag.List
		d := m.Freight.Resolve(r.Year, changes, &l)
		if l.Failed() {
			return fmt.Errorf("resolving %v: %v", names, l.All()[0])
		}
		det, err := m.Freight.SolveDetail(ctx, d)
		if err != nil {
			return err
		}
		r.Converged = r.Converged && det.Solution().Converged
		r.Periods = append(r.Periods, Period{p.Share, names, det})
	}
	return nil
}

// LinkFlows returns the flows of the run by index of the case's links, both
// directions together.
func (r *Run) LinkFlows(s *freight.Spec) []interchange.LinkFlow {
	index := make(map[string]int, len(s.Links))
	for i := range s.Links {
		index[s.Links[i].ID] = i
	}
	out := make([]interchange.LinkFlow, len(s.Links))
	for _, p := range r.Periods {
		for _, f := range p.Detail.Links() {
			o := &out[index[f.Link]]
			o.Total += float64(p.Share * f.Tonnes)
			if f.Country == "XZ" {
				continue // at sea nobody's trade is told from transit
			}
			o.Transit += float64(p.Share * f.ByFlow[0])
			o.Import += float64(p.Share * f.ByFlow[1])
			o.Export += float64(p.Share * f.ByFlow[2])
			o.Domestic += float64(p.Share * f.ByFlow[3])
		}
	}
	return out
}

// Main is the network of the run's first period: all year, or with every
// part-year effect in force.
func (r *Run) Main() *freight.Detail { return r.Periods[0].Detail }

// Outcomes returns the case's outcomes in the run by id, put together over the
// periods as the table of worlds does; NaN is a mean over nothing.
func (m *Model) Outcomes(r *Run) map[string]float64 {
	engine := world.NewFreight(m.Freight, nil)
	parts := make([]*world.Solution, len(r.Periods))
	shares := make([]float64, len(r.Periods))
	for i, p := range r.Periods {
		s := p.Detail.Solution()
		parts[i], shares[i] = &world.Solution{Values: s.Outcomes, Weights: s.Weights}, p.Share
	}
	values := make([]float64, len(engine.Columns()))
	world.Combine(engine.Columns(), parts, shares, values)
	out := make(map[string]float64, len(values))
	for i, c := range engine.Columns() {
		out[c.ID] = values[i]
	}
	m.energyOutcomes(r, out)
	return out
}
