package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/ledger"
)

// LedgerBody is the ledger of a case with what a form for it needs.
type LedgerBody struct {
	Book     *ledger.Book `json:"book"`
	Today    string       `json:"today" doc:"the day on which rows would be added"`
	Verdicts []string     `json:"verdicts"`
	Observed []Named      `json:"observed" doc:"published figures, which may be evidence as events and sources may"`
}

// Resolved says where a resolution was written.
type Resolved struct {
	Case     CaseRow        `json:"case" doc:"the case that holds it"`
	Version  int            `json:"version"`
	Copied   bool           `json:"copied" doc:"the case ships with astara, so it was copied first"`
	Where    string         `json:"where" doc:"the file, in words"`
	Warnings []FieldProblem `json:"warnings"`
}

func (s *Server) ledgerRoutes(api huma.API) {
	tags := []string{"evidence"}
	huma.Register(api, huma.Operation{OperationID: "get-ledger", Method: http.MethodGet, Path: base + "/cases/{case}/ledger", Summary: "What became of each claim, with scores", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body LedgerBody }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			b, err := x.Case.Ledger()
			if err != nil {
				return nil, huma.Error422UnprocessableEntity(err.Error())
			}
			out := LedgerBody{Book: b, Today: today(), Verdicts: ledger.Verdicts(), Observed: []Named{}}
			for i := range x.Case.Observed {
				o := &x.Case.Observed[i]
				out.Observed = append(out.Observed, Named{o.ID, o.Name + ", " + o.Period})
			}
			return &struct{ Body LedgerBody }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "add-resolution", Method: http.MethodPost, Path: base + "/cases/{case}/resolutions", Summary: "Add a row to the ledger: what became of a claim", Tags: tags, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *struct {
			CaseInput
			Body Resolution
		}) (*struct{ Body Resolved }, error) {
			src, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			s.resolving.Lock()
			defer s.resolving.Unlock()
			out := Resolved{Warnings: []FieldProblem{}}
			if src.kind == Shipped { // checked first: no copy for a row that cannot be added
				if err := seen(x.Case, in.Body); err != nil {
					return nil, s.unresolved(err)
				}
				ch, err := src.prepare(in.Body, x.Case, x.List)
				if err != nil {
					return nil, s.unresolved(err)
				}
				if len(ch.problems) > 0 {
					return nil, atFields(ch.problems)
				}
				if src, err = s.cases.copyFree(src); err != nil {
					return nil, s.refused(err)
				}
				out.Copied = true
			}
			v, ch, err := src.resolve(s.opt.Data, in.Body)
			if err != nil {
				return nil, s.unresolved(err)
			}
			if len(ch.problems) > 0 {
				return nil, atFields(ch.problems)
			}
			if x, err = src.load(); err != nil {
				return nil, s.fault("reading the case again", err)
			}
			out.Case, out.Version, out.Warnings = s.row(src, x), v.Number, append(out.Warnings, ch.warnings...)
			out.Where = resolutionsFile + " of the case " + src.name
			if src.kind == Copy {
				out.Where += ", your copy in the folder cases/" + src.name + " of astara's data"
			}
			return &struct{ Body Resolved }{out}, nil
		})
}

// atFields is the refusal of a row with what is wrong with its fields.
func atFields(problems []FieldProblem) error {
	var all []error
	for _, p := range problems {
		said := p.Message
		if p.Expected != "" {
			said += "; expected " + p.Expected
		}
		all = append(all, &huma.ErrorDetail{Message: said, Location: "body." + p.Field})
	}
	return huma.Error422UnprocessableEntity("The row cannot be added as it is; nothing was written.", all...)
}

// unresolved is the answer to a row that was not added.
func (s *Server) unresolved(err error) error {
	switch {
	case errors.Is(err, errStale):
		return huma.Error409Conflict(err.Error())
	case errors.Is(err, errNoClaim):
		return huma.Error404NotFound(err.Error())
	case errors.Is(err, errByHand):
		return huma.Error422UnprocessableEntity(err.Error())
	}
	return s.refused(err)
}
