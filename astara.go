// Package astara answers what a pact between states, or its breakdown, does to
// the corridors of a region.
//
// This file is the pipeline as one readable page:
//
//	c := astara.Load(files, &problems)             // text files -> a checked case
//	m, err := astara.Prepare(ctx, c, &problems, o) // networks and route sets
//	s, err := m.Solve(ctx, o)                      // every effective world -> table
//	a, err := s.Answer(ctx, o)                     // the table read with weights
//
// Everything is a function of the case's bytes and the options: same case, same
// bytes, whatever the number of workers and whatever is cached.
package astara

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// Options of the pipeline. Only those of the answer can change a result.
type Options struct {
	Workers int          // goroutines; 0: as many as the program may use
	Cache   *world.Cache // nil: none
	Answer  answer.Options
	// Quotes gives the speaker's own words of a claim to the report, where the text
	// they were taken from is attached; nil: never. It is no part of an answer.
	Quotes func(claim string) (string, bool)
	// Progress is told how far a stage is; it may be called from several
	// goroutines. May be nil.
	Progress func(stage string, done, total, cached int)
}

// Load reads and checks a case. Every problem goes into l; when it has errors
// the case may be used for nothing but reading further.
func Load(files fs.FS, l *diag.List) *casefile.Case { return casefile.Load(files, l) }

// Model is a case with its networks and route sets made ready. Its engines are that
// of freight and, where the case has its tables, that of power and gas. It is immutable
// and safe for concurrent use.
type Model struct {
	Case    *casefile.Case
	Freight *freight.Base
	Energy  *region.Base // nil when the case has no tables of power and gas
	effects []world.Effect
}

// Prepare builds the engines of a case, with several workers side by side: that of
// power and gas begins with what only one can do, compiling the solver where no earlier
// run has left it. Problems come as if freight had been first, and alone where it fails.
func Prepare(ctx context.Context, c *casefile.Case, l *diag.List, o Options) (*Model, error) {
	opt := freight.Options{Workers: workers(o.Workers), Context: ctx}
	if o.Progress != nil {
		opt.Progress = func(stage string, done, total int) { o.Progress(stage, done, total, 0) }
	}
	var b *freight.Base
	var m *Model
	var lists [2]diag.List
	engines := [2]func() error{
		func() (err error) {
			if b, err = freight.Prepare(answer.Spec(c), &lists[0], opt); err != nil {
				return fmt.Errorf("preparing the freight network: %w", err)
			}
			return nil
		},
		func() (err error) {
			m, err = PrepareEnergy(ctx, c, &lists[1])
			return err
		},
	}
	err := par.Do(ctx, workers(o.Workers), len(engines), func(_, i int) error { return engines[i]() })
	l.Merge(&lists[0])
	if b == nil {
		return nil, err
	}
	l.Merge(&lists[1])
	if err != nil {
		return nil, err
	}
	m.Freight = b
	return m, nil
}

// PrepareEnergy builds the engine of power and gas of a case alone, if the case has
// its tables: the runs of such a model have no freight.
func PrepareEnergy(ctx context.Context, c *casefile.Case, l *diag.List) (*Model, error) {
	m := &Model{Case: c, effects: answer.Effects(c)}
	if spec := answer.EnergySpec(c); spec != nil {
		var err error
		if m.Energy, err = region.Prepare(spec, l, region.Options{Context: ctx}); err != nil {
			return nil, fmt.Errorf("preparing power and gas: %w", err)
		}
	}
	return m, nil
}

// Demand splits the markets of a case over its zones by its gravity constants:
// the rows of freight/demand.csv.
func Demand(c *casefile.Case) []freight.Demand {
	g := freight.Gravity{Beta: map[string]float64{}}
	for _, k := range c.Gravity {
		switch name, isBeta := strings.CutPrefix(k.Name, "beta."); {
		case isBeta:
			g.Beta[name] = k.Value.Central
		case k.Name == "threshold":
			g.Threshold = k.Value.Central
		}
	}
	return freight.SplitDemand(c.Freight, g)
}

func workers(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}
