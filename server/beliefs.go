package server

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/answer"
)

// Limits of the words of cases that are kept open: each takes some tens of megabytes
// for a case of 200,000 worlds, and is let go when nobody asks for it.
const (
	maxBeliefs   = 2
	beliefsIdle  = 5 * time.Minute
	beliefsOpen  = time.Minute      // to open a case
	beliefsDrag  = 10 * time.Second // to complete changed words
	beliefsBound = time.Minute      // to find bounds and contradictions
)

// beliefs holds the words of the cases that were asked for last, ready to be read
// again. Two requests are worked on at a time; the others wait for their turn.
type beliefs struct {
	workers int
	turn    chan struct{}

	mu   sync.Mutex
	all  recent[*wordsOf]
	idle *time.Timer
	over bool            // nothing is opened any more
	work context.Context // ends when the server does
	stop context.CancelFunc
	open sync.WaitGroup
}

// wordsOf is a case whose words are open, or being opened until ready is closed. A
// request that gives up does not stop the opening, which the next one wants.
type wordsOf struct {
	hash  string
	ready chan struct{}
	words *answer.WhatIf
	table string // hash of the columns that weights go with
	err   error
}

func newBeliefs(workers int) *beliefs {
	b := &beliefs{workers: workers, turn: make(chan struct{}, 2)}
	b.work, b.stop = context.WithCancel(context.Background())
	return b
}

// of returns the words of a case, opened now if they have to be.
func (b *beliefs) of(ctx context.Context, x *loaded, open func(ctx context.Context) (*answer.WhatIf, string, error)) (*wordsOf, error) {
	w := b.find(x.Hash, open)
	select {
	case <-w.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.err == nil {
		return w, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = slices.DeleteFunc(b.all, func(y *wordsOf) bool { return y == w }) // the next request tries again
	return nil, w.err
}

func (b *beliefs) find(hash string, open func(ctx context.Context) (*answer.WhatIf, string, error)) *wordsOf {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.idle != nil {
		b.idle.Stop()
	}
	if b.over {
		w := &wordsOf{hash: hash, ready: make(chan struct{}), err: context.Canceled}
		close(w.ready)
		return w
	}
	b.idle = time.AfterFunc(beliefsIdle, b.let)
	if w, ok := b.all.find(func(w *wordsOf) bool { return w.hash == hash }); ok {
		return w
	}
	w := &wordsOf{hash: hash, ready: make(chan struct{})}
	b.all.add(w, maxBeliefs)
	b.open.Add(1)
	go func() {
		defer b.open.Done()
		defer close(w.ready)
		ctx, stop := context.WithTimeout(b.work, beliefsOpen)
		defer stop()
		w.words, w.table, w.err = open(ctx)
	}()
	return w
}

// take waits for a turn to work; give it back with the function returned.
func (b *beliefs) take(ctx context.Context) (func(), error) {
	select {
	case b.turn <- struct{}{}:
		return func() { <-b.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// let gives the memory of all words back.
func (b *beliefs) let() {
	b.mu.Lock()
	b.all = nil
	b.mu.Unlock()
	debug.FreeOSMemory()
}

func (b *beliefs) close() {
	b.stop()
	b.mu.Lock()
	if b.idle != nil {
		b.idle.Stop()
	}
	b.all, b.over = nil, true
	b.mu.Unlock()
	b.open.Wait()
}

// wordsAt opens the words of a case from the columns kept of its table, and takes a
// turn to work with them.
func (s *Server) wordsAt(ctx context.Context, x *loaded) (*wordsOf, func(), error) {
	w, err := s.beliefs.of(ctx, x, func(ctx context.Context) (*answer.WhatIf, string, error) {
		b, ts, ok, err := answer.KeptTables(s.opt.Cache, x.Case)
		if err != nil {
			return nil, "", s.fault("opening the table", err)
		}
		if !ok {
			return nil, "", errNoTable
		}
		words, err := answer.NewWhatIf(ctx, x.Case, ts, s.opt.Workers)
		return words, b.Hash, err
	})
	if err != nil {
		return nil, nil, s.unsaid(err)
	}
	give, err := s.beliefs.take(ctx)
	return w, give, s.unsaid(err)
}

// unsaid turns a refusal or a fault of words into the server's answer.
func (s *Server) unsaid(err error) error {
	var c *answer.ChangeError
	var status huma.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &c):
		return huma.Error422UnprocessableEntity(c.Error())
	case errors.As(err, &status):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return huma.Error503ServiceUnavailable("the words were not read in time: the server is busy, or they are too many; try again in a moment")
	}
	return s.fault("reading the words", err)
}
