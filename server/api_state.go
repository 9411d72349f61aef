package server

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) stateRoutes(api huma.API) {
	runs, notes, views := []string{"runs"}, []string{"notes"}, []string{"views"}
	huma.Register(api, huma.Operation{OperationID: "list-runs", Method: http.MethodGet, Path: base + "/runs", Summary: "Answers that were worked out here, by the command line with the usual options too, the newest first", Tags: runs},
		func(ctx context.Context, _ *struct{}) (*struct{ Body []RunInfo }, error) {
			for _, src := range s.cases.list() {
				x, err := src.load()
				if err == nil {
					err = s.list(ctx, src.name, x)
				}
				if err != nil {
					return nil, s.fault("listing the run of "+src.name, err)
				}
			}
			all, err := s.state.runs(ctx)
			if err != nil {
				return nil, s.fault("listing the runs", err)
			}
			return &struct{ Body []RunInfo }{all}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-run", Method: http.MethodGet, Path: base + "/runs/{hash}", Summary: "The answer of a run, as it was then", Tags: runs},
		func(ctx context.Context, in *struct {
			Hash string `path:"hash" maxLength:"64"`
		}) (*document, error) {
			b, err := s.state.run(ctx, in.Hash)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, huma.Error404NotFound("there is no such run here")
			}
			if err != nil {
				return nil, s.fault("reading the run", err)
			}
			return &document{Status: http.StatusOK, ContentType: "application/json", CacheControl: "private, max-age=31536000, immutable", Body: b}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "list-views", Method: http.MethodGet, Path: base + "/cases/{case}/views", Summary: "Saved views of a case", Tags: views},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []SavedView }, error) {
			if _, _, err := s.open(in.Case); err != nil {
				return nil, err
			}
			all, err := s.state.views(ctx, in.Case)
			if err != nil {
				return nil, s.fault("listing the views", err)
			}
			return &struct{ Body []SavedView }{all}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "save-view", Method: http.MethodPost, Path: base + "/cases/{case}/views", Summary: "Give a view a short name", Tags: views, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *struct {
			CaseInput
			Body struct {
				Address string `json:"address" minLength:"1" maxLength:"8000"`
				About   string `json:"about,omitempty" maxLength:"300"`
			}
		}) (*struct{ Body SavedView }, error) {
			if _, _, err := s.open(in.Case); err != nil {
				return nil, err
			}
			v, err := s.state.keepView(ctx, SavedView{Case: in.Case, Address: in.Body.Address, About: in.Body.About})
			if err != nil {
				return nil, s.fault("saving the view", err)
			}
			return &struct{ Body SavedView }{v}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-view", Method: http.MethodGet, Path: base + "/views/{id}", Summary: "A saved view", Tags: views},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"16"`
		}) (*struct{ Body SavedView }, error) {
			v, err := s.state.view(ctx, in.ID)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, huma.Error404NotFound("there is no such view here")
			}
			if err != nil {
				return nil, s.fault("reading the view", err)
			}
			return &struct{ Body SavedView }{v}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "list-notes", Method: http.MethodGet, Path: base + "/cases/{case}/notes", Summary: "Notes on a case", Tags: notes},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []Note }, error) {
			if _, _, err := s.open(in.Case); err != nil {
				return nil, err
			}
			all, err := s.state.notes(ctx, in.Case)
			if err != nil {
				return nil, s.fault("listing the notes", err)
			}
			return &struct{ Body []Note }{all}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "save-note", Method: http.MethodPost, Path: base + "/cases/{case}/notes", Summary: "Write, change or, with no text, remove a note", Tags: notes},
		func(ctx context.Context, in *struct {
			CaseInput
			Body struct {
				ID     int64  `json:"id,omitempty" minimum:"0" doc:"0 for a new note"`
				Target string `json:"target,omitempty" maxLength:"200"`
				Text   string `json:"text" maxLength:"20000"`
			}
		}) (*struct{ Body Note }, error) {
			if _, _, err := s.open(in.Case); err != nil {
				return nil, err
			}
			if in.Body.ID == 0 && in.Body.Text == "" {
				return nil, huma.Error422UnprocessableEntity("a new note needs a text")
			}
			n, err := s.state.keepNote(ctx, Note{ID: in.Body.ID, Case: in.Case, Target: in.Body.Target, Text: in.Body.Text})
			if errors.Is(err, sql.ErrNoRows) {
				return nil, huma.Error404NotFound("there is no such note; it may have been removed in another tab")
			}
			if err != nil {
				return nil, s.fault("saving the note", err)
			}
			return &struct{ Body Note }{n}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "find", Method: http.MethodGet, Path: base + "/cases/{case}/find", Summary: "Parts of a case that hold the words, the best 50 at most", Tags: []string{"cases"}},
		func(ctx context.Context, in *struct {
			CaseInput
			Query string `query:"q" maxLength:"200"`
		}) (*struct{ Body []Found }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			if err := s.state.index(ctx, in.Case, x); err != nil {
				return nil, s.fault("making the index of words", err)
			}
			found, err := s.state.find(ctx, in.Case, in.Query)
			if err != nil {
				return nil, s.fault("looking words up", err)
			}
			return &struct{ Body []Found }{found}, nil
		})
}
