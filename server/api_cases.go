package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/diag"
)

// CaseRow is a case in the list of all.
type CaseRow struct {
	Name     string `json:"name" doc:"in addresses"`
	Kind     Kind   `json:"kind" enum:"shipped,folder,copy"`
	ID       string `json:"id"`
	Title    string `json:"title"`
	Focus    string `json:"focus"`
	AsOf     string `json:"as_of"`
	Horizon  int    `json:"horizon"`
	Hash     string `json:"hash" doc:"of the case's files"`
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Answered bool   `json:"answered" doc:"an answer to the files as they are is at hand"`
}

// Diagnostic is a problem in the files of a case.
type Diagnostic struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule"`
	Name     string `json:"name"`
	Severity string `json:"severity" enum:"error,warning,note"`
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
	Text     string `json:"text,omitempty" doc:"the words at fault"`
	Hint     string `json:"hint,omitempty"`
}

// CaseInput is the case of an address. It is exported, as are other parts of inputs,
// since huma does not look into embedded types that are not.
type CaseInput struct {
	Case string `path:"case" maxLength:"100" doc:"name of the case, as /cases lists it"`
}

func (s *Server) caseRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "list-cases", Method: http.MethodGet, Path: base + "/cases", Summary: "Cases that are served", Tags: []string{"cases"}},
		func(ctx context.Context, _ *struct{}) (*struct{ Body []CaseRow }, error) {
			out := &struct{ Body []CaseRow }{Body: []CaseRow{}}
			for _, src := range s.cases.list() {
				x, err := src.load()
				if err != nil {
					return nil, s.fault("reading the case "+src.name, err)
				}
				out.Body = append(out.Body, s.row(src, x))
			}
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "check-case", Method: http.MethodGet, Path: base + "/cases/{case}/check", Summary: "Problems in the files of a case", Tags: []string{"cases"}},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []Diagnostic }, error) {
			_, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			return &struct{ Body []Diagnostic }{diagnostics(x.List)}, nil
		})
}

func (s *Server) row(src *source, x *loaded) CaseRow {
	return CaseRow{
		Name: src.name, Kind: src.kind, ID: x.Case.ID, Title: cmp.Or(x.Case.Title, src.name), Focus: x.Case.Focus, AsOf: x.Case.AsOf.String(), Horizon: x.Case.Horizon,
		Hash: x.Hash, Errors: x.List.Count(diag.Error), Warnings: x.List.Count(diag.Warning), Answered: s.answered(x),
	}
}

// open reads the case of an address; its problems are in what it returns.
func (s *Server) open(name string) (*source, *loaded, error) {
	src, err := s.cases.get(name)
	if errors.Is(err, errNoCase) {
		return nil, nil, huma.Error404NotFound("there is no case " + name + " here")
	}
	x, err := src.load()
	if err != nil {
		return nil, nil, s.fault("reading the case "+name, err)
	}
	return src, x, nil
}

// sound is open for a case that must be free of errors.
func (s *Server) sound(name string) (*source, *loaded, error) {
	src, x, err := s.open(name)
	if err == nil && x.List.Failed() {
		return nil, nil, huma.Error422UnprocessableEntity("the files of the case have errors; see its check")
	}
	return src, x, err
}

// fault is an error of ours: what happened goes into the log, not to the client,
// since paths of this machine are nobody else's matter. Work that ended because
// nobody waits for it any more is no fault.
func (s *Server) fault(doing string, err error) error {
	if errors.Is(err, context.Canceled) {
		return errLeft
	}
	s.log.Error(doing, "error", err)
	return huma.Error500InternalServerError(doing + " failed; the log of astara serve says why")
}

// Limits of what is told of problems: a text that is no case at all has one in every
// line, each with the line in it.
const (
	maxDiagnostics = 1000
	maxQuoted      = 300 // characters of a text at fault
	maxMessage     = 2000
)

func diagnostics(l *diag.List) []Diagnostic {
	out, all := []Diagnostic{}, l.All()
	for i, d := range all {
		if i == maxDiagnostics {
			last := out[i-1]
			out = append(out, Diagnostic{File: last.File, Line: last.Line, Column: last.Column, Severity: diag.Note.String(), Message: fmt.Sprintf("%d more problems are not shown: mend these first", len(all)-i)})
			break
		}
		out = append(out, Diagnostic{
			File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Col, Rule: d.Rule.ID, Name: d.Rule.Name,
			Severity: d.Rule.Severity.String(), Message: cut(d.Message, maxMessage), Expected: cut(d.Expected, maxMessage), Text: cut(d.Text, maxQuoted), Hint: cut(d.Hint, maxMessage),
		})
	}
	return out
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
