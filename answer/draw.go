package answer

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"

	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/world"
)

// hypercube holds the quantile of every figure in every draw: a Latin hypercube
// (McKay, Beckman and Conover, Technometrics 21, 1979). Each figure's range is
// cut into as many strata as there are draws; each stratum is met once, in an
// order of the figure's own, at a random place within it.
type hypercube struct {
	draws int
	u     map[string][]float64
}

// newHypercube draws from a generator seeded by the seed and the figure's name,
// so a figure's draws do not depend on which others there are.
func newHypercube(figures []world.Ranged, draws int, seed uint64) *hypercube {
	h := &hypercube{draws, make(map[string][]float64, len(figures))}
	for _, f := range figures {
		name := fnv.New64a()
		name.Write([]byte(f.Name))
		rng := rand.New(rand.NewPCG(seed, name.Sum64()))
		u := make([]float64, draws)
		for d, stratum := range rng.Perm(draws) {
			u[d] = (float64(stratum) + rng.Float64()) / float64(draws)
		}
		h.u[f.Name] = u
	}
	return h
}

// drawSet is a set of draws in which some figures vary and the others stay at
// their centres.
type drawSet struct {
	name string // in the keys of the cache
	cube *hypercube
	vary map[string]bool // nil: all
	rows []int           // rows of the part's table that are solved
	// value[i][d][c] is column c of rows[i] in draw d.
	value [][][]float64
}

// quantile gives the figures' quantiles in draw d.
func (s *drawSet) quantile(d int) func(name string) float64 {
	return func(name string) float64 {
		u, ok := s.cube.u[name]
		if !ok || s.vary != nil && !s.vary[name] {
			return 0.5
		}
		return u[d]
	}
}

// drawnEngine is the engine of one draw, made when first needed and let go when
// last used: engines are large.
type drawnEngine struct {
	mu     sync.Mutex
	left   int
	engine world.Engine
	make   func() (world.Engine, error)
}

func (e *drawnEngine) get() (world.Engine, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.engine == nil {
		engine, err := e.make()
		if err != nil {
			return nil, err
		}
		e.engine = engine
	}
	return e.engine, nil
}

func (e *drawnEngine) done() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left--; e.left == 0 {
		e.engine, e.make = nil, nil
	}
}

// solveDraws solves the rows of all sets in all their draws. Each solve starts
// from the solution of its network with figures at their centres.
func (k *computer) solveDraws(ctx context.Context, p *part, sets []*drawSet) error {
	tab := p.table
	type slot struct{ set, draw, network int }
	var tasks []world.Task
	at := map[slot]int{}
	amounts := map[int][32]byte{} // by network
	for si, s := range sets {
		var networks []int
		seen := map[int]bool{}
		for _, row := range s.rows {
			for _, m := range tab.Rows[row].Mix {
				if !seen[m.Network] {
					seen[m.Network] = true
					amounts[m.Network] = p.engine.AmountsKey(tab.Networks[m.Network].Active)
					networks = append(networks, m.Network)
				}
			}
		}
		for d := range s.cube.draws {
			e := &drawnEngine{left: len(networks), make: func() (world.Engine, error) { return p.engine.Drawn(s.quantile(d)) }}
			for _, n := range networks {
				at[slot{si, d, n}] = len(tasks)
				tasks = append(tasks, world.Task{
					Delta: tab.Networks[n].Key, Start: tab.Solutions[n].State, StartKey: p.solver.NetworkKey(tab.Plan, n),
					Draw: fmt.Sprintf("latin hypercube %d/%d seed %d figures %s amounts %x", d, s.cube.draws, k.opt.Seed, s.name, amounts[n]),
					Prepare: func() (world.Engine, world.Delta, error) {
						engine, err := e.get()
						if err != nil {
							return nil, nil, err
						}
						delta, err := engine.Resolve(tab.Networks[n].Active)
						return engine, delta, err
					},
					Done: e.done,
				})
			}
		}
	}
	sols, run, err := p.solver.All(ctx, tasks, k.opt.Workers, k.progress("draws"+ofEngine(p)))
	k.count(run)
	if err != nil {
		return err
	}
	failed := 0
	for _, sol := range sols {
		if !sol.Converged {
			failed++
		}
	}
	for si, s := range sets {
		s.value = make([][][]float64, len(s.rows))
		for i, row := range s.rows {
			s.value[i] = make([][]float64, s.cube.draws)
			for d := range s.cube.draws {
				var parts []*world.Solution
				var shares []float64
				for _, m := range tab.Rows[row].Mix {
					sol := sols[at[slot{si, d, m.Network}]]
					parts, shares = append(parts, sol), append(shares, m.Share)
				}
				s.value[i][d] = make([]float64, len(tab.Columns))
				world.Combine(tab.Columns, parts, shares, s.value[i][d])
			}
		}
	}
	if failed > 0 {
		k.notes = append(k.notes, fmt.Sprintf("%d of %d solves with drawn figures did not reach the solver's tolerance.", failed, len(tasks)))
	}
	return nil
}

// letterOf is the letter of a figure for people.
func letterOf(l units.Letter) string {
	if l == 0 {
		return "?"
	}
	return l.String()
}
