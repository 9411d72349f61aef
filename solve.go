package astara

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// Solved is a case with its table of worlds.
type Solved struct {
	*Model
	Engine *world.Freight
	Plan   *world.Plan
	Table  *world.Table
	Run    world.Run
	solver *world.Solver
}

// Worlds enumerates the worlds of the case and maps each to its effective world
// of the freight engine. Nothing is solved.
func (m *Model) Worlds() (*world.Plan, error) {
	plan, _, err := m.plan()
	return plan, err
}

func (m *Model) plan() (*world.Plan, *world.Freight, error) {
	worlds, err := enumerate(m.Case)
	if err != nil {
		return nil, nil, err
	}
	engine := world.NewFreight(m.Freight, answer.Changes(m.Case))
	plan, err := world.NewPlan(m.Case.Space, worlds, m.effects, engine)
	if err != nil {
		return nil, nil, fmt.Errorf("effective worlds: %w", err)
	}
	return plan, engine, nil
}

// Solve solves every effective world. What an earlier run left in the cache is
// not solved again; when the context ends, what was solved is kept. Close the
// result when done.
func (m *Model) Solve(ctx context.Context, o Options) (*Solved, error) {
	plan, engine, err := m.plan()
	if err != nil {
		return nil, err
	}
	solver, err := world.NewSolver(engine, o.Cache)
	if err != nil {
		return nil, err
	}
	opt := world.Options{Workers: o.Workers, Cache: o.Cache}
	if o.Progress != nil {
		opt.Progress = func(p world.Progress) { o.Progress("worlds", p.Done, p.Total, p.Cached) }
	}
	table, run, err := plan.SolveWith(ctx, solver, opt)
	if err != nil {
		solver.Close()
		return nil, err
	}
	return &Solved{Model: m, Engine: engine, Plan: plan, Table: table, Run: run, solver: solver}, nil
}

// Close makes what was solved last.
func (s *Solved) Close() { s.solver.Close() }

// Answer reads the table with the case's reference weights.
func (s *Solved) Answer(ctx context.Context, o Options) (*answer.Answer, error) {
	opt := o.Answer
	opt.Workers = o.Workers
	if o.Progress != nil {
		opt.Progress = func(stage string, p world.Progress) { o.Progress(stage, p.Done, p.Total, p.Cached) }
	}
	return answer.Compute(ctx, answer.Input{Case: s.Case, Tables: []*world.Table{s.Table}, Freight: s.Engine, Solver: s.solver, Run: &s.Run}, opt)
}

// AnswerCase answers a checked case. With a folder it also writes the report
// and the data files there and returns their paths. An answer found whole in the
// cache needs no network prepared, unless files are wanted.
func AnswerCase(ctx context.Context, c *casefile.Case, dir, program string, o Options) (*answer.Answer, []string, error) {
	key, err := answer.Key(c, (*answer.Reference)(nil).View(), o.Answer)
	if err != nil {
		return nil, nil, err
	}
	if dir == "" {
		if a, ok := answer.Recall(o.Cache, key); ok {
			return a, nil, nil
		}
	}
	var l diag.List
	if o.Progress != nil {
		o.Progress("routes", 0, 1, 0)
	}
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
	a, err := s.Answer(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	if err := answer.Keep(o.Cache, key, a); err != nil {
		return nil, nil, err
	}
	if dir == "" {
		return a, nil, nil
	}
	files, err := s.WriteAll(ctx, dir, a, program, o)
	return a, files, err
}
