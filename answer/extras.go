package answer

import (
	"context"
	"fmt"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

// extras are runs beside the table. All start from the solution of the network
// without effects, so they too are functions of the case alone.
type extras struct {
	closed map[[2]string]*world.Solution // baseline with the borders of two countries shut
}

// pair orders two countries.
func pair(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}

// solveExtras runs the base year and, for each pair of neighbours of which one
// has a page, the baseline with their common borders shut.
func (k *computer) solveExtras(ctx context.Context) (*extras, error) {
	var pairs [][2]string
	seen := map[[2]string]bool{}
	for _, s := range states(k.c) {
		for _, n := range neighbours(k.c.Freight, s) {
			if p := pair(s, n); !seen[p] {
				seen[p] = true
				pairs = append(pairs, p)
			}
		}
	}
	base, err := k.in.Freight.BaseYear()
	if err != nil {
		return nil, fmt.Errorf("resolving the base year: %w", err)
	}
	deltas := []world.Delta{base}
	for _, p := range pairs {
		d, err := k.in.Freight.With([]freight.Change{{Op: freight.OpClose, On: freight.Selector{Country: p[0] + "-" + p[1]}}})
		if err != nil {
			return nil, fmt.Errorf("shutting the borders between %s and %s: %w", p[0], p[1], err)
		}
		deltas = append(deltas, d)
	}
	root, key, _, err := k.in.Solver.Root(ctx, k.freight.Networks[0].Delta)
	if err != nil {
		return nil, err
	}
	sols, run, err := k.in.Solver.Extra(ctx, deltas, root, key, k.opt.Workers, k.progress("borders shut"))
	k.count(run)
	if err != nil {
		return nil, err
	}
	e := &extras{closed: map[[2]string]*world.Solution{}}
	for i, p := range pairs {
		e.closed[p] = sols[i+1]
	}
	for _, p := range k.engines {
		if p.table == k.freight {
			p.baseYear = sols[0]
		} else if err := k.solveBaseYear(ctx, p); err != nil {
			return nil, err
		}
		if !p.baseYear.Converged {
			k.notes = append(k.notes, fmt.Sprintf("The base-year run%s did not converge (residual %.2g).", ofEngine(p), p.baseYear.Residual))
		}
	}
	return e, nil
}

// ofEngine names an engine other than that of freight.
func ofEngine(p *part) string {
	if p.at == 0 {
		return ""
	}
	if p.table.Engine.Name() == "energy" {
		return " of power and gas"
	}
	return " of " + p.table.Engine.Name()
}

func (k *computer) solveBaseYear(ctx context.Context, p *part) error {
	d, err := p.engine.BaseYear()
	if err != nil {
		return fmt.Errorf("resolving the base year of %s: %w", p.engine.Name(), err)
	}
	root, key, _, err := p.solver.Root(ctx, p.table.Networks[0].Delta)
	if err != nil {
		return err
	}
	sols, run, err := p.solver.Extra(ctx, []world.Delta{d}, root, key, k.opt.Workers, nil)
	k.count(run)
	if err != nil {
		return err
	}
	p.baseYear = sols[0]
	return nil
}

// count adds a run of extra solves to the run of the answer.
func (k *computer) count(r world.Run) {
	k.run.Solved += r.Solved
	k.run.Cached += r.Cached
	k.run.Seconds += r.Seconds
	if k.run.Solved > 0 && k.run.Seconds > 0 {
		k.run.PerSecond = float64(k.run.Solved) / k.run.Seconds
	}
}

func (k *computer) progress(what string) func(world.Progress) {
	if k.opt.Progress == nil {
		return nil
	}
	return func(p world.Progress) { k.opt.Progress(what, p) }
}
