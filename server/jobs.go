package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/astara-corridors/astara/internal/par"
)

// State says how far a job is.
type State string

// The states of a job. The last four are final.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	CutOff    State = "cut_off" // the server ended meanwhile; asked for again, it goes on
)

// Final reports whether nothing more will happen.
func (s State) Final() bool { return s != Waiting && s != Running }

// Job is a piece of work as clients see it.
type Job struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" doc:"what is worked out: answer, world, ..."`
	Case     string    `json:"case"`
	Hash     string    `json:"hash" doc:"of the case's files when the job was asked for"`
	State    State     `json:"state" enum:"waiting,running,done,failed,cancelled,cut_off"`
	Stage    string    `json:"stage,omitempty" doc:"what is being done"`
	Done     int       `json:"done" doc:"of the stage"`
	Total    int       `json:"total"`
	Cached   int       `json:"cached" doc:"of done, those that were in the cache"`
	Problem  string    `json:"problem,omitempty" doc:"why it failed"`
	Again    string    `json:"again,omitempty" doc:"address below /api/v1 to which a POST without a body asks for the same work"`
	Asked    time.Time `json:"asked"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// progress is told how far a stage is.
type progress func(stage string, done, total, cached int)

// work is what a job does.
type work func(ctx context.Context, p progress) error

const (
	maxWaiting  = 32              // jobs that may wait; further ones are refused
	maxFinished = 200             // finished jobs that are remembered
	maxSolve    = 2 * time.Hour   // of one job: a case of 2^20 worlds takes less
	eventEvery  = time.Second / 5 // at most, per listener
)

// errBusy refuses a job when too many wait.
var errBusy = errors.New("too many jobs are waiting: try again when some are done")

// jobs runs one job at a time: a solve uses every processor by itself. What waits and
// what runs is written down, so that a server that ends, or is killed, knows afterwards
// what it has cut off.
type jobs struct {
	log   *slog.Logger
	dir   string // of what is written down; "" for nothing
	wake  chan struct{}
	mu    sync.Mutex
	all   []*entry // by time asked
	watch map[chan struct{}]bool
}

type entry struct {
	Job
	key    string
	work   work
	cancel context.CancelCauseFunc // nil when not running
}

var errCancelled = errors.New("cancelled")

// newJobs makes a queue, with the jobs that the last server of the folder has cut off.
func newJobs(log *slog.Logger, dir string) *jobs {
	q := &jobs{log: log, dir: dir, wake: make(chan struct{}, 1), watch: map[chan struct{}]bool{}}
	q.recover()
	return q
}

// add queues a job. One that does the same work (the same key) and is not finished
// is returned in its place.
func (q *jobs) add(j Job, key string, w work) (Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := 0
	for _, e := range q.all {
		if e.State.Final() {
			continue
		}
		if e.key == key {
			return e.Job, nil
		}
		waiting++
	}
	if waiting >= maxWaiting {
		return Job{}, errBusy
	}
	var id [8]byte
	rand.Read(id[:])
	j.ID, j.State, j.Asked = hex.EncodeToString(id[:]), Waiting, time.Now().UTC()
	for i, e := range slices.Backward(q.all) { // it goes on
		if e.State == CutOff && e.key == key {
			q.cross(e.ID)
			q.all = slices.Delete(q.all, i, i+1)
		}
	}
	e := &entry{Job: j, key: key, work: w}
	q.all = append(q.all, e)
	q.note(e)
	q.forget()
	q.changed()
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return j, nil
}

// forget drops the oldest finished jobs. The caller holds the lock.
func (q *jobs) forget() {
	finished := 0
	for _, e := range q.all {
		if e.State.Final() {
			finished++
		}
	}
	q.all = slices.DeleteFunc(q.all, func(e *entry) bool {
		if finished > maxFinished && e.State.Final() {
			finished--
			q.cross(e.ID)
			return true
		}
		return false
	})
}

// changed wakes listeners. The caller holds the lock.
func (q *jobs) changed() {
	for c := range q.watch {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// listen returns a channel that is signalled after changes, and its end.
func (q *jobs) listen() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	q.mu.Lock()
	q.watch[c] = true
	q.mu.Unlock()
	return c, func() {
		q.mu.Lock()
		delete(q.watch, c)
		q.mu.Unlock()
	}
}

// list returns all jobs, the newest first.
func (q *jobs) list() []Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := make([]Job, 0, len(q.all))
	for _, e := range slices.Backward(q.all) {
		out = append(out, e.Job)
	}
	return out
}

// get returns a job.
func (q *jobs) get(id string) (Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.all {
		if e.ID == id {
			return e.Job, true
		}
	}
	return Job{}, false
}

// stop cancels a job; a finished one stays as it is.
func (q *jobs) stop(id string) (Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.all {
		if e.ID != id {
			continue
		}
		switch {
		case e.cancel != nil:
			e.cancel(errCancelled)
		case e.State == Waiting:
			e.State, e.Finished = Cancelled, time.Now().UTC()
			q.cross(e.ID)
			q.changed()
		}
		return e.Job, true
	}
	return Job{}, false
}

// run works on the jobs until the context ends.
func (q *jobs) run(ctx context.Context) {
	for {
		e := q.next()
		if e == nil {
			select {
			case <-ctx.Done():
				return
			case <-q.wake:
			}
			continue
		}
		q.do(ctx, e)
		// A solve leaves hundreds of megabytes that nobody uses. What pools and finalizers
		// hold is let go by the second collection.
		debug.FreeOSMemory()
		debug.FreeOSMemory()
		if ctx.Err() != nil {
			return
		}
	}
}

func (q *jobs) next() *entry {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.all {
		if e.State == Waiting {
			return e
		}
	}
	return nil
}

func (q *jobs) do(ctx context.Context, e *entry) {
	ctx, stop := context.WithTimeoutCause(ctx, maxSolve, fmt.Errorf("stopped after %v", maxSolve))
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer watchMemory(cancel, maxMemory)()
	q.mu.Lock()
	if e.State != Waiting { // cancelled in the meantime
		q.mu.Unlock()
		return
	}
	e.State, e.Started, e.cancel = Running, time.Now().UTC(), cancel
	q.changed()
	q.mu.Unlock()

	err := safely(func() error {
		return e.work(ctx, func(stage string, done, total, cached int) {
			q.mu.Lock()
			e.Stage, e.Job.Done, e.Total, e.Cached = stage, done, total, cached
			q.changed()
			q.mu.Unlock()
		})
	})

	q.mu.Lock()
	defer q.mu.Unlock()
	e.Finished, e.cancel, e.work = time.Now().UTC(), nil, nil
	switch cause := context.Cause(ctx); {
	case err == nil:
		e.State = Done
	case errors.Is(cause, errCancelled):
		e.State = Cancelled
	case errors.Is(cause, context.Canceled):
		e.State, e.Problem = CutOff, cutOff
		q.changed()
		return // stays written down
	default:
		if cause != nil {
			err = cause
		}
		e.State, e.Problem = Failed, told(err)
		q.log.Warn("job failed", "kind", e.Kind, "case", e.Case, "error", err)
	}
	q.cross(e.ID)
	q.changed()
}

// told is what clients are told of an error: nothing of where files of this machine lie,
// nor of the inside of the program, both of which are in the log.
func told(err error) string {
	var fault *par.PanicError
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &fault):
		return "a fault in the program; the log of astara serve says more"
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	default:
		return err.Error()
	}
	return fmt.Sprintf("a file cannot be read or written: %v; the log of astara serve says which", err)
}

// safely turns a panic of f into an error: a fault of one job must not end the
// server, with what other users have not saved yet.
func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &par.PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return f()
}
