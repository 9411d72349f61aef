// Package par runs independent tasks on a bounded number of goroutines with a
// result that does not depend on how many there are.
//
// Tasks are numbered and write what they find to their own slot; reductions
// belong after [Do], in index order. The error returned is that of the lowest
// failing index, whatever the timing.
package par

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// PanicError is the error of a task that panicked, or that ended its goroutine
// with [runtime.Goexit] (then Value is nil).
type PanicError struct {
	Index int // the task
	Value any // what it panicked with
	Stack []byte
}

// Error says which task panicked with what, followed by its stack.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return fmt.Sprintf("par: task %d ended its goroutine", e.Index)
	}
	return fmt.Sprintf("par: task %d panicked: %v\n%s", e.Index, e.Value, e.Stack)
}

// Unwrap returns the value of the panic when that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Do calls f(worker, i) once for each i in 0..n-1 on at most workers
// goroutines; workers < 1 means GOMAXPROCS. Calls with the same worker number
// (0..workers-1) never overlap, so f may keep scratch space per worker.
//
// Indices are handed out in rising order and none after the first failure or
// after ctx is done; calls that have begun are waited for. Do returns the error
// of the lowest failing index, or the cause of ctx when that stopped it early,
// or nil when all n calls succeeded. No goroutine outlives the call.
func Do(ctx context.Context, workers, n int, f func(worker, i int) error) error {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, n)
	var (
		next, done atomic.Int64
		stop       atomic.Bool
		mu         sync.Mutex
		first      = n // lowest failing index
		err        error
		wg         sync.WaitGroup
	)
	fail := func(i int, e error) {
		stop.Store(true)
		mu.Lock()
		defer mu.Unlock()
		if i < first {
			first, err = i, e
		}
	}
	work := func(worker int) {
		current := -1 // task whose call has not returned
		defer func() {
			if current >= 0 { // it panicked or called Goexit
				fail(current, &PanicError{Index: current, Value: recover(), Stack: debug.Stack()})
			}
		}()
		for !stop.Load() && ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			current = i
			e := f(worker, i)
			current = -1
			if e != nil {
				fail(i, e)
				return
			}
			done.Add(1)
		}
	}
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(w)
		}()
	}
	wg.Wait()
	if err != nil {
		return err
	}
	if int(done.Load()) < n {
		return context.Cause(ctx)
	}
	return nil
}
