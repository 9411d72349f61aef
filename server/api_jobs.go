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
	sse.Register(api, huma.Operation{OperationID: "watch-job", Method: http.MethodGet, Path: base + "/jobs/{id}/events", Summary: "How a job gets on, until it is finished", Tags: tags},
		map[string]any{"job": Job{}},
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
				time.Sleep(eventEvery)
			}
		})
}

var errNoJob = huma.Error404NotFound("there is no such job; jobs are forgotten when the server stops")

// ask queues a job and answers 202 with it.
func (s *Server) ask(j Job, key string, w work) (*acceptedJob, error) {
	j, err := s.jobs.add(j, key, w)
	if errors.Is(err, errBusy) {
		return nil, huma.Error503ServiceUnavailable(err.Error())
	}
	return &acceptedJob{Status: http.StatusAccepted, Body: j}, err
}

type acceptedJob struct {
	Status int
	Body   Job
}
