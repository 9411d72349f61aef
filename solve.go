package astara

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// Solved is a case with its table of worlds: one table an engine, over the same
// worlds.
type Solved struct {
	*Model
	Engine *world.Freight
	Plan   *world.Plan
	Table  *world.Table
	// EnergyEngine and EnergyTable are those of power and gas; nil where the case
	// has none.
	EnergyEngine *world.Energy
	EnergyTable  *world.Table
	Run          world.Run
	solver       *world.Solver
	energySolver *world.Solver
}

// Worlds enumerates the worlds of the case and maps each to its effective world
// of the freight engine. Nothing is solved.
func (m *Model) Worlds() (*world.Plan, error) {
	plans, err := m.Plans()
	if err != nil {
		return nil, err
	}
	return plans[0], nil
}

// Plans enumerates the worlds of the case and maps each to its effective world of
// every engine, freight first. Nothing is solved.
func (m *Model) Plans() ([]*world.Plan, error) {
	worlds, err := enumerate(m.Case)
	if err != nil {
		return nil, err
	}
	engines := []world.Engine{world.NewFreight(m.Freight, answer.Changes(m.Case))}
	if m.Energy != nil {
		engines = append(engines, world.NewEnergy(m.Energy, answer.EnergyChanges(m.Case)))
	}
	var plans []*world.Plan
	for _, e := range engines {
		plan, err := world.NewPlan(m.Case.Space, worlds, m.effects, e)
		if err != nil {
			return nil, fmt.Errorf("effective worlds of %s: %w", e.Name(), err)
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// Solve solves every effective world of every engine. What an earlier run left in
// the cache is not solved again; when the context ends, what was solved is kept.
// Close the result when done.
func (m *Model) Solve(ctx context.Context, o Options) (*Solved, error) {
	plans, err := m.Plans()
	if err != nil {
		return nil, err
	}
	s := &Solved{Model: m, Plan: plans[0], Engine: plans[0].Engine.(*world.Freight)}
	if s.Table, s.solver, err = s.solve(ctx, plans[0], "worlds", o); err != nil {
		return nil, err
	}
	if len(plans) == 1 {
		return s, nil
	}
	s.EnergyEngine = plans[1].Engine.(*world.Energy)
	if s.EnergyTable, s.energySolver, err = s.solve(ctx, plans[1], "power and gas", o); err != nil {
		s.solver.Close()
		return nil, err
	}
	return s, nil
}

// solve solves the networks of one engine and adds to the run.
func (s *Solved) solve(ctx context.Context, plan *world.Plan, stage string, o Options) (*world.Table, *world.Solver, error) {
	solver, err := world.NewSolver(plan.Engine, o.Cache)
	if err != nil {
		return nil, nil, err
	}
	opt := world.Options{Workers: o.Workers, Cache: o.Cache}
	if o.Progress != nil {
		opt.Progress = func(p world.Progress) { o.Progress(stage, p.Done, p.Total, p.Cached) }
	}
	table, run, err := plan.SolveWith(ctx, solver, opt)
	if err != nil {
		solver.Close()
		return nil, nil, err
	}
	s.Run = s.Run.And(run)
	return table, solver, nil
}

// Close makes what was solved last.
func (s *Solved) Close() {
	s.solver.Close()
	if s.energySolver != nil {
		s.energySolver.Close()
	}
}

// Tables are the tables of all engines, freight first.
func (s *Solved) Tables() []*world.Table {
	if s.EnergyTable == nil {
		return []*world.Table{s.Table}
	}
	return []*world.Table{s.Table, s.EnergyTable}
}

// Answer reads the table with the case's reference weights.
func (s *Solved) Answer(ctx context.Context, o Options) (*answer.Answer, error) {
	opt := o.Answer
	opt.Workers = o.Workers
	if o.Progress != nil {
		opt.Progress = func(stage string, p world.Progress) { o.Progress(stage, p.Done, p.Total, p.Cached) }
	}
	in := answer.Input{Case: s.Case, Tables: s.Tables(), Freight: s.Engine, Solver: s.solver, Run: &s.Run}
	if s.EnergyTable != nil {
		in.Energy, in.EnergySolver = s.EnergyEngine, s.energySolver
	}
	return answer.Compute(ctx, in, opt)
}

// AnswerCase answers a checked case. With a folder it also writes the report
// and the data files there and returns their paths. An answer found whole in the
// cache, with the columns of its table, needs no network prepared, unless files are
// wanted.
func AnswerCase(ctx context.Context, c *casefile.Case, dir, program string, o Options) (*answer.Answer, []string, error) {
	key, err := answer.Key(c, (*answer.Reference)(nil).View(), o.Answer)
	if err != nil {
		return nil, nil, err
	}
	var a *answer.Answer
	recalled := false
	if dir == "" {
		if a, recalled = answer.Recall(o.Cache, key); recalled {
			if _, ok := answer.Columns(o.Cache, c); ok {
				return a, nil, nil
			}
		}
	}
	var l diag.List
	m, err := Prepare(ctx, c, &l, o)
	if l.Failed() {
		return nil, nil, &world.ResolveError{List: &l}
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := m.Solve(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	if !recalled {
		if a, err = s.Answer(ctx, o); err != nil {
			return nil, nil, err
		}
		if err := answer.Keep(o.Cache, key, a); err != nil {
			return nil, nil, err
		}
	}
	if err := s.keepColumns(ctx, a.Weights(), o); err != nil {
		return nil, nil, err
	}
	if err := s.keepFlows(ctx, o.Cache); err != nil {
		return nil, nil, err
	}
	if dir == "" {
		return a, nil, nil
	}
	files, err := s.WriteAll(ctx, dir, a, program, o)
	return a, files, err
}

// keepColumns keeps the tables as columns for the web app, with weights or, where an
// answer was recalled, with those of words completed anew.
func (s *Solved) keepColumns(ctx context.Context, weights []answer.ViewWeights, o Options) error {
	if _, kept := answer.Columns(o.Cache, s.Case); kept {
		return nil
	}
	if weights == nil {
		var err error
		if weights, err = answer.Weights(ctx, s.Case, s.Tables(), o.Workers); err != nil {
			return err
		}
	}
	return answer.KeepColumns(ctx, o.Cache, s.Case, s.Tables(), weights, o.Workers)
}
