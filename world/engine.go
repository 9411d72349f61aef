package world

import (
	"context"

	"github.com/astara-corridors/astara/formula"
)

// Effect is a condition on worlds under which engines see a changed network.
// What changes is the engine's own matter, found by the effect's index.
type Effect struct {
	ID    string
	When  *formula.Prop // nil: in no world
	Share float64       // share of the year it lasts, in (0, 1]; 1 is the whole year
}

// Column is an outcome that an engine gives for every network.
type Column struct {
	ID string
	// Mean says that the periods of a year are averaged with
	// [Solution].Weights; other columns are sums over the year.
	Mean bool
}

// Delta is what a set of effects changes in an engine's network, resolved and
// in canonical form: equal keys mean equal networks.
type Delta interface {
	Key() [32]byte
}

// Solution is an engine's result for one network. Values has one number a
// column; NaN marks a mean of nothing. Weights has what each mean is a mean
// over (tonnes), 0 for sums. State is what a later solve can start
// from. Lost counts what was not served, by [Engine.LostKinds].
type Solution struct {
	Values     []float64
	Weights    []float64
	State      []float64
	Lost       []float64
	Converged  bool
	Residual   float64
	Iterations int
	Kind       string // what kind of problem it was, "convex" or "fixed point"
}

// Worker solves networks one at a time. It owns scratch memory and is not for
// concurrent use.
type Worker interface {
	// Solve is a function of the delta and the start alone. A network that
	// does not converge is a result, not an error.
	Solve(ctx context.Context, d Delta, start []float64) (*Solution, error)
}

// Engine is a model that gives outcomes for a changed network. It is safe for
// concurrent use; its workers are not.
type Engine interface {
	Name() string
	Columns() []Column
	LostKinds() []string
	// Key is the hash of the prepared network, demand, constants and figures.
	Key() [32]byte
	// Options is a canonical text of every option that can change a bit of a
	// solution.
	Options() string
	// Touches reports whether the effect changes anything this engine sees.
	Touches(effect int) bool
	// Resolve turns a set of effects, by ascending index, into a delta.
	Resolve(active []int) (Delta, error)
	NewWorker() Worker
}

// Closer is a worker that holds more than memory. It is closed once it is let go.
type Closer interface{ Close() }

// Independent is an engine whose solutions are functions of the delta alone: no
// solve needs another one first.
type Independent interface{ Independent() bool }

// Reacher is an engine that carries work from one network of a worker to the
// next, as far as they are alike.
type Reacher interface {
	// Reach tells how much of a network differs from the one without effects.
	Reach(d Delta) int
}
