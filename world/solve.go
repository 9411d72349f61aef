package world

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/astara-corridors/astara/internal/par"
)

// Progress is how far solving has come.
type Progress struct {
	Done, Total int           // networks, those from the cache included
	Cached      int           // of Done, found in the cache
	PerSecond   float64       // solves, not counting the cache
	Left        time.Duration // estimate, 0 when nothing is known yet
}

// Options of solving. None of them changes a bit of any entry.
type Options struct {
	Workers  int    // 0: as many as the program may use
	Cache    *Cache // nil: none
	Progress func(Progress)
	// Order lists the networks to solve, in this order as far as starts allow; nil
	// means all. Network 0 is always solved, and what a network starts from is, too.
	Order []int
}

// Run says how solving went. It is outside the identity of a table.
type Run struct {
	Solved, Cached int
	Seconds        float64
	PerSecond      float64 // solves a second, not counting the cache
	Workers        int
}

// And is this run with another one after it.
func (r Run) And(next Run) Run {
	out := Run{Solved: r.Solved + next.Solved, Cached: r.Cached + next.Cached, Seconds: r.Seconds + next.Seconds, Workers: max(r.Workers, next.Workers)}
	if out.Solved > 0 && out.Seconds > 0 {
		out.PerSecond = float64(out.Solved) / out.Seconds
	}
	return out
}

// Solver solves networks of one engine with one cache.
type Solver struct {
	Engine Engine
	pack   *Pack

	mu          sync.Mutex
	plan        *Plan // that networkKeys belong to
	networkKeys [][32]byte
}

// NewSolver opens the engine's pack in the cache. Close it when done.
func NewSolver(e Engine, c *Cache) (*Solver, error) {
	id, err := IdentityOf(e)
	if err != nil {
		return nil, err
	}
	return &Solver{Engine: e, pack: c.Pack(id)}, nil
}

// Close makes what was solved last.
func (s *Solver) Close() { s.pack.Close() }

// errNoStart stands behind the fault that kept a start from being solved.
var errNoStart = errors.New("what it starts from was not solved")

// noStart is the start key of solves that start from nothing.
var noStart [32]byte

// Task is one network to solve.
type Task struct {
	Delta [32]byte // key of the delta
	// Start is the state to start from and StartKey the entry it came from:
	// both a function of the case, or the entry would not be.
	Start    []float64
	StartKey [32]byte
	// From, where it is not empty, puts the start together from the solutions of
	// earlier tasks of the same call: Start is not read then, and StartKey must be
	// that of their entries.
	From []Term
	// Draw names the draw of ranged figures the network belongs to, "" for none.
	// It must determine every figure, since it stands in the entry's key.
	Draw string
	// Prepare gives the engine and the delta; it is called only where the
	// solution is not in the cache.
	Prepare func() (Engine, Delta, error)
	// Done is called once the task needs Prepare's engine no longer, also where
	// it never needed it. May be nil.
	Done func()
}

// plainTask is a task for a delta of the solver's own engine.
func (s *Solver) plainTask(d Delta, start []float64, startKey [32]byte) Task {
	return Task{Delta: d.Key(), Start: start, StartKey: startKey,
		Prepare: func() (Engine, Delta, error) { return s.Engine, d, nil }}
}

// NetworkKey is the entry key of a network of the plan, for tasks that start
// from its solution.
func (s *Solver) NetworkKey(p *Plan, network int) [32]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plan != p {
		s.plan, s.networkKeys = p, make([][32]byte, len(p.Networks))
		for _, i := range p.inTurn() {
			s.networkKeys[i] = s.EntryKey(Task{Delta: p.Networks[i].Key, StartKey: s.startOf(&p.Networks[i])})
		}
	}
	return s.networkKeys[network]
}

// startOf is the start key of a network whose starts have their keys.
func (s *Solver) startOf(n *Network) [32]byte {
	entries, weights := make([][32]byte, len(n.Start)), make([]float64, len(n.Start))
	for k, t := range n.Start {
		entries[k], weights[k] = s.networkKeys[t.Network], t.Weight
	}
	return startKey(entries, weights)
}

// EntryKey is the cache key of a task.
func (s *Solver) EntryKey(t Task) [32]byte {
	return EntryKey(s.pack.Key(), t.Delta, t.StartKey, t.Draw)
}

// Tasks are handed out in runs: neighbours are alike, and a worker carries over
// from one to the next what they have in common. A run has at most maxRun tasks,
// and there are at least runsEach for each worker.
const (
	maxRun   = 32
	runsEach = 8
)

// runs cuts a list of tasks into runs for workers and returns where each begins, and
// the end. A run begins where it has least to wait for: each cut is the one in the
// second half of what a run may have over which the fewest starts reach.
func runs(tasks []Task, list []int, workers int) []int {
	size := max(1, min(maxRun, len(list)/(runsEach*workers)))
	place := make(map[int]int, len(list))
	for k, i := range list {
		place[i] = k
	}
	over := make([]int, len(list)+1) // cut before a place -> starts that reach over it, first as differences
	for k, i := range list {
		for _, t := range tasks[i].From {
			if from, ok := place[t.Network]; ok && k-from < 2*size { // older ones are solved by then
				over[from+1]++
				over[k+1]--
			}
		}
	}
	for k := 1; k < len(over); k++ {
		over[k] += over[k-1]
	}
	cuts := []int{0}
	for at := 0; at < len(list); cuts = append(cuts, at) {
		first, last := at+(size+1)/2, at+size
		if at = last; last >= len(list) {
			at = len(list)
			continue
		}
		for c := last - 1; c >= first; c-- {
			if over[c] < over[at] {
				at = c
			}
		}
	}
	return cuts
}

// All solves tasks in parallel and returns their solutions in the order of the
// tasks. When the context ends, what was solved stays in the cache.
func (s *Solver) All(ctx context.Context, tasks []Task, workers int, progress func(Progress)) ([]*Solution, Run, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	out := make([]*Solution, len(tasks))
	keys := make([][32]byte, len(tasks))
	var missing []int
	for i, t := range tasks {
		keys[i] = s.EntryKey(t)
		if sol, ok := s.pack.Get(keys[i]); ok {
			out[i] = sol
			if t.Done != nil {
				t.Done()
			}
		} else {
			missing = append(missing, i)
		}
	}
	ready := make([]chan struct{}, len(tasks))
	for i := range ready {
		ready[i] = make(chan struct{})
		if out[i] != nil {
			close(ready[i])
		}
	}
	meter := newMeter(len(tasks), len(tasks)-len(missing), progress)
	pool := make([]map[Engine]Worker, workers)
	defer func() {
		for _, workers := range pool {
			letGo(workers)
		}
	}()
	solve := func(w, i int) error {
		defer close(ready[i])
		if tasks[i].Done != nil {
			defer tasks[i].Done()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		engine, delta, err := tasks[i].Prepare()
		if err != nil {
			return fmt.Errorf("preparing network %d: %w", i, err)
		}
		if pool[w] == nil {
			pool[w] = map[Engine]Worker{}
		}
		worker := pool[w][engine]
		if worker == nil {
			letGo(pool[w]) // one engine at a time: workers are large
			worker = engine.NewWorker()
			pool[w][engine] = worker
		}
		start := tasks[i].Start
		if len(tasks[i].From) > 0 {
			// Tasks are handed out in order, so what is waited for is being solved.
			if start = startFrom(tasks[i].From, out, ready); start == nil {
				return fmt.Errorf("network %d: %w", i, errNoStart)
			}
		}
		sol, err := worker.Solve(ctx, delta, start)
		if err != nil {
			return fmt.Errorf("solving network %d: %w", i, err)
		}
		s.pack.Put(keys[i], sol)
		out[i] = sol
		meter.tick()
		return nil
	}
	cuts := runs(tasks, missing, workers)
	err := par.Do(ctx, workers, len(cuts)-1, func(w, r int) error {
		list := missing[cuts[r]:cuts[r+1]]
		begun := 0
		defer func() { // whoever waits for the rest must not wait for ever
			for _, i := range list[begun:] {
				close(ready[i])
			}
		}()
		for _, i := range list {
			begun++
			if err := solve(w, i); err != nil {
				return err
			}
		}
		return nil
	})
	run := meter.run(workers)
	if err != nil {
		return nil, run, err
	}
	return out, run, nil
}

// letGo forgets workers.
func letGo(workers map[Engine]Worker) {
	for _, w := range workers {
		if c, ok := w.(Closer); ok {
			c.Close()
		}
	}
	clear(workers)
}

// Extra solves deltas that are in no plan, each from the given root: the
// base-year run, or a neighbour's borders shut.
func (s *Solver) Extra(ctx context.Context, deltas []Delta, root *Solution, rootKey [32]byte, workers int,
	progress func(Progress)) ([]*Solution, Run, error) {
	tasks := make([]Task, len(deltas))
	for i, d := range deltas {
		tasks[i] = s.plainTask(d, root.State, rootKey)
	}
	return s.All(ctx, tasks, workers, progress)
}

// Root solves the network without any effect, the start of all others.
func (s *Solver) Root(ctx context.Context, d Delta) (*Solution, [32]byte, Run, error) {
	t := s.plainTask(d, nil, noStart)
	sol, run, err := s.All(ctx, []Task{t}, 1, nil)
	if err != nil {
		return nil, noStart, run, err
	}
	return sol[0], s.EntryKey(t), run, nil
}

// meter counts solves and reports them.
type meter struct {
	mu       sync.Mutex
	began    time.Time
	total    int
	cached   int
	solved   int
	progress func(Progress)
}

func newMeter(total, cached int, progress func(Progress)) *meter {
	m := &meter{began: time.Now(), total: total, cached: cached, progress: progress}
	if progress != nil {
		progress(Progress{Done: cached, Total: total, Cached: cached})
	}
	return m
}

func (m *meter) tick() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.solved++
	if m.progress == nil {
		return
	}
	p := Progress{Done: m.cached + m.solved, Total: m.total, Cached: m.cached}
	if sec := time.Since(m.began).Seconds(); sec > 0 {
		p.PerSecond = float64(m.solved) / sec
		p.Left = time.Duration(float64(m.total-p.Done) / p.PerSecond * float64(time.Second))
	}
	m.progress(p)
}

func (m *meter) run(workers int) Run {
	r := Run{Solved: m.solved, Cached: m.cached, Seconds: time.Since(m.began).Seconds(), Workers: workers}
	if r.Solved > 0 && r.Seconds > 0 {
		r.PerSecond = float64(r.Solved) / r.Seconds
	}
	return r
}

// Solve solves the networks of the plan and puts the table together. With
// opt.Order only those networks are solved; rows that need another are marked
// as not solved.
func (p *Plan) Solve(ctx context.Context, opt Options) (*Table, Run, error) {
	s, err := NewSolver(p.Engine, opt.Cache)
	if err != nil {
		return nil, Run{}, err
	}
	defer s.Close()
	return p.SolveWith(ctx, s, opt)
}

// SolveWith is Solve with an open solver, whose cache opt.Cache gives way to.
func (p *Plan) SolveWith(ctx context.Context, s *Solver, opt Options) (*Table, Run, error) {
	order := opt.Order
	if order == nil {
		order = p.inTurn()
	}
	order = p.withStarts(order)
	place := make([]int, len(p.Networks))
	tasks := make([]Task, len(order))
	s.NetworkKey(p, 0)
	for j, i := range order {
		place[i] = j
		tasks[j] = s.plainTask(p.Networks[i].Delta, nil, s.startOf(&p.Networks[i]))
		for _, t := range p.Networks[i].Start {
			tasks[j].From = append(tasks[j].From, Term{place[t.Network], t.Weight})
		}
	}
	sols, run, err := s.All(ctx, tasks, opt.Workers, opt.Progress)
	if err != nil {
		return nil, run, err
	}
	all := make([]*Solution, len(p.Networks))
	wanted := opt.Order
	if wanted == nil {
		wanted = order
	}
	all[0] = sols[place[0]]
	for _, i := range wanted {
		all[i] = sols[place[i]]
	}
	return p.table(all), run, nil
}

// startFrom waits for solutions and sums their states times their weights, what a
// state is too short for as 0; nil where one was not to be had.
func startFrom(from []Term, out []*Solution, ready []chan struct{}) []float64 {
	start := []float64{}
	for _, t := range from {
		<-ready[t.Network]
		s := out[t.Network]
		if s == nil {
			return nil
		}
		if more := len(s.State) - len(start); more > 0 {
			start = append(start, make([]float64, more)...)
		}
		for k, x := range s.State {
			start[k] += t.Weight * x
		}
	}
	return start
}
