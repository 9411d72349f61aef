package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"
)

type jobInput struct {
	ID string `path:"id" maxLength:"32" doc:"of the job"`
}

type jobBody struct{ Body Job }

func (s *Server) jobRoutes(api huma.API) {
	tags := []string{"jobs"}
	huma.Register(api, huma.Operation{OperationID: "list-jobs", Method: http.MethodGet, Path: base + "/jobs", Summary: "Jobs, the newest first", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*struct{ Body []Job }, error) {
			return &struct{ Body []Job }{s.jobs.list()}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-job", Method: http.MethodGet, Path: base + "/jobs/{id}", Summary: "A job", Tags: tags},
		func(ctx context.Context, in *jobInput) (*jobBody, error) {
			j, ok := s.jobs.get(in.ID)
			if !ok {
				return nil, errNoJob
			}
			return &jobBody{j}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "cancel-job", Method: http.MethodDelete, Path: base + "/jobs/{id}", Summary: "Stop a job; what it solved is kept", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *jobInput) (*jobBody, error) {
			j, ok := s.jobs.stop(in.ID)
			if !ok {
				return nil, errNoJob
			}
			return &jobBody{j}, nil
		})
	watch := huma.Operation{OperationID: "watch-job", Method: http.MethodGet, Path: base + "/jobs/{id}/events", Summary: "How a job gets on, until it is finished", Tags: tags}
	watch.Middlewares = huma.Middlewares{s.listeners(api)}
	sse.Register(api, watch, map[string]any{"job": Job{}},
		func(ctx context.Context, in *jobInput, send sse.Sender) {
			changes, end := s.jobs.listen()
			defer end()
			for {
				j, ok := s.jobs.get(in.ID)
				if !ok || send.Data(j) != nil || j.State.Final() {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-changes:
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(eventEvery):
				}
			}
		})
}

// maxListeners is how many clients may follow jobs at a time: each holds a connection
// for as long as the job takes.
const maxListeners = 100

// seated lets a request through while a place is free, and holds it until the end.
func seated(api huma.API, places chan struct{}, full string, ctx huma.Context, next func(huma.Context)) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
		next(ctx)
	default:
		huma.WriteErr(api, ctx, http.StatusTooManyRequests, full)
	}
}

// listeners lets a request for events through when there is such a job and not too
// many follow jobs already. Once events flow it is too late to refuse.
func (s *Server) listeners(api huma.API) func(huma.Context, func(huma.Context)) {
	places := make(chan struct{}, maxListeners)
	return func(ctx huma.Context, next func(huma.Context)) {
		if _, ok := s.jobs.get(ctx.Param("id")); !ok {
			huma.WriteErr(api, ctx, http.StatusNotFound, errNoJob.Error())
			return
		}
		seated(api, places, "too many clients follow jobs: ask for the job itself from time to time", ctx, next)
	}
}

var errNoJob = huma.Error404NotFound("there is no such job; finished ones are forgotten when the server stops")

// ask queues a job and answers 202 with it.
func (s *Server) ask(j Job, key string, w work) (*acceptedJob, error) {
	j, err := s.jobs.add(j, key, w)
	if errors.Is(err, errBusy) {
		return nil, huma.Error429TooManyRequests(err.Error())
	}
	return &acceptedJob{Status: http.StatusAccepted, Body: j}, err
}

type acceptedJob struct {
	Status int
	Body   Job
}
