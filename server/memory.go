package server

import (
	"context"
	"errors"
	"runtime/metrics"
	"time"
)

// maxMemory is how much memory the program may use while one piece of work is done:
// several times what the largest shipped case takes. What takes more is stopped before
// the system stops the whole server.
const maxMemory = 4 << 30

// errMemory is why such work was stopped.
var errMemory = errors.New("stopped: it takes more than 4 GB of memory")

// inUse is the memory of live and not yet collected objects, in bytes.
func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// watchMemory cancels work when the program uses more than most bytes of memory, until the function
// that it returns is called.
func watchMemory(cancel context.CancelCauseFunc, most uint64) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second / 4)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if inUse() > most {
					cancel(errMemory)
					return
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}
