package answer

import (
	"fmt"
	"slices"

	"github.com/astara-corridors/astara/world"
)

// part is one engine with its table, its solver and the base-year run.
type part struct {
	engine   Sampled
	solver   *world.Solver
	table    *world.Table
	at       int // of its table among the tables
	baseYear *world.Solution
}

// join finds the engine of every table.
func (k *computer) join() error {
	for i, t := range k.tables {
		p := &part{table: t, at: i}
		switch {
		case t.Engine.Name() == k.in.Freight.Name():
			p.engine, p.solver, k.freight = k.in.Freight, k.in.Solver, t
		case k.in.Energy != nil && t.Engine.Name() == k.in.Energy.Name():
			p.engine, p.solver = k.in.Energy, k.in.EnergySolver
		default:
			return fmt.Errorf("answer: a table of %s without its engine", t.Engine.Name())
		}
		k.engines = append(k.engines, p)
	}
	if k.freight == nil {
		return fmt.Errorf("answer: no table of the engine %s", k.in.Freight.Name())
	}
	return nil
}

// freightPart is the part of freight.
func (k *computer) freightPart() *part {
	i := slices.IndexFunc(k.engines, func(p *part) bool { return p.table == k.freight })
	return k.engines[i]
}

// energy is the part of power and gas, nil where the case has none.
func (k *computer) energy() *part {
	for _, p := range k.engines {
		if p.table != k.freight {
			return p
		}
	}
	return nil
}

// outcomes keeps those that are columns of the part's table.
func (p *part) outcomes(ids []string) []string {
	var out []string
	for _, id := range ids {
		if p.table.Column(id) >= 0 {
			out = append(out, id)
		}
	}
	return out
}
