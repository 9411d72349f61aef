package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"
)

// Opening says how far the work is that requests for runs of a case wait for: maps,
// chains, whose cargo is on a link.
type Opening struct {
	Working bool   `json:"working"`
	Stage   string `json:"stage,omitempty" doc:"waiting, routes, outcomes, run"`
	Done    int    `json:"done" doc:"of the stage"`
	Total   int    `json:"total" doc:"0: the stage is not counted"`
}

// openings are what is being opened, and for which cases others wait.
type openings struct {
	at      string // hash of the case whose turn it is, "" for none
	now     Opening
	waiting map[string]int // requests by hash
}

// wait notes that a request waits for its turn, until the function returned is called.
func (m *models) wait(hash string) (end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opening.waiting == nil {
		m.opening.waiting = map[string]int{}
	}
	m.opening.waiting[hash]++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.opening.waiting[hash]--; m.opening.waiting[hash] == 0 {
			delete(m.opening.waiting, hash)
		}
	}
}

// tell notes how far the work is whose turn it is; no hash: it is done.
func (m *models) tell(hash, stage string, done, total int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opening.at, m.opening.now = hash, Opening{hash != "", stage, done, total}
}

// openingOf says how far the work on runs of a case is.
func (m *models) openingOf(hash string) Opening {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.opening.at == hash:
		return m.opening.now
	case m.opening.waiting[hash] > 0:
		return Opening{Working: true, Stage: "waiting"}
	}
	return Opening{}
}

// calm is how long nothing has to be under way until a stream of openings ends: a
// client may ask for the stream before the server sees its request for a run.
const calm = time.Second

func (s *Server) openingRoutes(api huma.API) {
	watch := huma.Operation{OperationID: "watch-opening", Method: http.MethodGet, Path: base + "/cases/{case}/opening", Summary: "How far the work is that requests for runs of a case wait for, until nothing is under way", Tags: []string{"map"}}
	watch.Middlewares = huma.Middlewares{s.watchers(api)}
	sse.Register(api, watch, map[string]any{"opening": Opening{}},
		func(ctx context.Context, in *CaseInput, send sse.Sender) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return
			}
			last := Opening{Total: -1} // none is like it
			for quiet := time.Duration(0); quiet <= calm; quiet += eventEvery {
				o := s.models.openingOf(x.Hash)
				if o != last && send.Data(o) != nil {
					return
				}
				if last = o; o.Working {
					quiet = 0
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(eventEvery):
				}
			}
		})
}

// watchers lets a request for openings through when there is such a case and not too
// many are followed already. Once events flow it is too late to refuse.
func (s *Server) watchers(api huma.API) func(huma.Context, func(huma.Context)) {
	places := make(chan struct{}, maxListeners)
	return func(ctx huma.Context, next func(huma.Context)) {
		if _, _, err := s.sound(ctx.Param("case")); err != nil {
			status := http.StatusNotFound
			if told, ok := err.(huma.StatusError); ok {
				status = told.GetStatus()
			}
			huma.WriteErr(api, ctx, status, err.Error())
			return
		}
		seated(api, places, "too many clients follow what is being opened", ctx, next)
	}
}
