package server

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// Limits of what is kept in memory. A prepared network of some hundred zones takes
// some hundred megabytes, so one is kept, and let go when nobody asks for it; a run
// on it takes some tens.
const (
	maxModels  = 1
	maxRuns    = 8
	modelIdle  = 5 * time.Minute
	maxRequest = 2 * time.Minute // of work for one request; longer work is a job
)

// models holds the prepared networks of cases that were asked for last, with runs on
// them. Work is done for one request at a time: a solve uses the processors by itself.
type models struct {
	workers int
	most    time.Duration // of work for one request
	turn    chan struct{} // holds one token: the turn to work

	mu   sync.Mutex
	all  recent[*prepared]
	idle *time.Timer

	opening openings

	energy energyRuns
}

// prepared is a case with its network. The model is safe for concurrent use; runs is
// guarded by the turn.
type prepared struct {
	hash  string
	model *astara.Model
	runs  recent[namedRun]
}

type namedRun struct {
	world string // "" is the base year
	run   *astara.Run
}

func newModels(workers int) *models {
	m := &models{workers: workers, most: maxRequest, turn: make(chan struct{}, 1)}
	m.turn <- struct{}{}
	return m
}

// errWait says that the turn did not come in time.
var errWait = huma.Error503ServiceUnavailable("the server is busy solving: try again in a moment")

// errLeft is of work that nobody waits for any more.
var errLeft = huma.Error503ServiceUnavailable("stopped: whoever asked has left, or the server ends")

// take waits for the turn; give it back with the function returned.
func (m *models) take(ctx context.Context) (func(), error) {
	select {
	case <-m.turn:
		return func() { m.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, errWait
	}
}

// open returns the network of a case, prepared now if it has to be. The caller has
// the turn.
func (m *models) open(ctx context.Context, x *loaded, told progress) (*prepared, error) {
	m.mu.Lock()
	if p, ok := m.all.find(func(p *prepared) bool { return p.hash == x.Hash }); ok {
		m.touch()
		m.mu.Unlock()
		return p, nil
	}
	m.mu.Unlock()
	var l diag.List
	model, err := astara.Prepare(ctx, x.Case, &l, astara.Options{Workers: m.workers, Progress: told})
	if l.Failed() {
		return nil, huma.Error422UnprocessableEntity("the network cannot be built: " + l.All()[0].String())
	}
	if err != nil {
		return nil, err
	}
	p := &prepared{hash: x.Hash, model: model}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all.add(p, maxModels)
	m.touch()
	return p, nil
}

// touch puts off letting go. The caller holds the lock.
func (m *models) touch() {
	if m.idle != nil {
		m.idle.Stop()
	}
	m.idle = time.AfterFunc(modelIdle, m.let)
}

// let gives the memory of all models back.
func (m *models) let() {
	m.mu.Lock()
	m.all = nil
	m.mu.Unlock()
	m.energy.mu.Lock()
	m.energy.hash, m.energy.model, m.energy.runs = "", nil, nil
	m.energy.mu.Unlock()
	debug.FreeOSMemory()
}

// close ends the clock.
func (m *models) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.idle != nil {
		m.idle.Stop()
	}
	m.all = nil
}

// worldNamed reads the world of a request, written as variable=state,… with what is
// not named at its baseline, and names its run; the run of the base year has no name.
func worldNamed(x *loaded, world string, baseYear bool) (formula.World, string, error) {
	w, err := x.Case.Space.ParseWorld(world)
	if err != nil {
		return 0, "", huma.Error422UnprocessableEntity("world: " + err.Error())
	}
	if baseYear {
		return w, "", nil
	}
	for _, i := range x.Case.Impossible {
		if i.Prop.Eval(w) {
			return 0, "", huma.Error422UnprocessableEntity(fmt.Sprintf("there is no such world: %s", i.Reason))
		}
	}
	return w, "w" + x.Case.Space.FormatAll(w), nil
}

// run returns a run of a case: of the base year, or of a world. How far it is, is noted
// for all who follow, and told to those named.
func (m *models) run(ctx context.Context, x *loaded, world string, baseYear bool, also ...progress) (*prepared, *astara.Run, error) {
	w, name, err := worldNamed(x, world, baseYear)
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := m.bounded(ctx)
	defer stop()
	waited := m.wait(x.Hash)
	give, err := m.take(ctx)
	waited()
	if err != nil {
		return nil, nil, err
	}
	defer give()
	told := func(stage string, done, total, cached int) {
		m.tell(x.Hash, stage, done, total)
		for _, p := range also {
			p(stage, done, total, cached)
		}
	}
	told("routes", 0, 0, 0)
	defer m.tell("", "", 0, 0)
	p, err := m.open(ctx, x, told)
	if err != nil {
		return nil, nil, late(ctx, err)
	}
	if r, ok := p.runs.find(func(r namedRun) bool { return r.world == name }); ok {
		return p, r.run, nil
	}
	told("run", 0, 0, 0)
	var r *astara.Run
	if baseYear {
		r, err = p.model.BaseYear(ctx)
	} else {
		r, err = p.model.World(ctx, w)
	}
	if err != nil {
		return nil, nil, late(ctx, err)
	}
	p.runs.add(namedRun{name, r}, maxRuns)
	return p, r, nil
}

// bounded gives the work of a request its limits of time and memory, until the function
// returned is called.
func (m *models) bounded(ctx context.Context) (context.Context, func()) {
	ctx, stop := context.WithTimeout(ctx, m.most)
	ctx, cancel := context.WithCancelCause(ctx)
	unwatch := watchMemory(cancel, maxMemory)
	return ctx, func() { unwatch(); cancel(nil); stop() }
}

// unrun is the answer where a run cannot be opened: the refusal, or the fault.
func (s *Server) unrun(doing string, err error) error {
	if told := huma.StatusError(nil); errors.As(err, &told) {
		return err
	}
	return s.fault(doing, err)
}

// late tells work that took too long or too much from other faults.
func late(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errMemory) {
		return huma.Error422UnprocessableEntity(cause.Error() + "; this case is too large to be opened here")
	}
	if errors.Is(err, context.Canceled) {
		return errLeft
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return huma.Error503ServiceUnavailable(fmt.Sprintf("stopped after %v: this case is too large to be opened on request; solve it with astara answer", maxRequest))
	}
	return err
}
