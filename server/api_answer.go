package server

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/world"
)

// document is a body that is written as it is.
type document struct {
	Status       int
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Encoding     string `header:"Content-Encoding"`
	Tag          string `header:"ETag"`
	Vary         string `header:"Vary"`
	Body         []byte
}

func (s *Server) answerRoutes(api huma.API) {
	tags := []string{"answers"}
	huma.Register(api, huma.Operation{OperationID: "get-answer", Method: http.MethodGet, Path: base + "/cases/{case}/answer", Summary: "The answer of a case, where it has been worked out", Tags: tags},
		func(ctx context.Context, in *struct {
			CaseInput
			Accept string `header:"Accept-Encoding"`
			Have   string `header:"If-None-Match"`
		}) (*document, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			p, ok, err := s.packed(x)
			if err != nil {
				return nil, s.fault("writing the answer", err)
			}
			if !ok {
				return nil, huma.Error404NotFound("this case has not been solved as it stands: ask for a job of kind answer")
			}
			out := &document{Status: http.StatusOK, CacheControl: "no-cache", Tag: `W/"` + p.tag + `"`}
			if sameTag(in.Have, p.tag) {
				out.Status = http.StatusNotModified
				return out, nil
			}
			out.ContentType = "application/json"
			if takesGzip(in.Accept) {
				out.Encoding, out.Vary, out.Body = "gzip", "Accept-Encoding", p.body
				return out, nil
			}
			if out.Body, err = p.plainBody(); err != nil {
				return nil, s.fault("unpacking the answer", err)
			}
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "solve", Method: http.MethodPost, Path: base + "/cases/{case}/answer", Summary: "Solve every world of a case and answer its questions", Tags: tags, DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, in *CaseInput) (*acceptedJob, error) {
			src, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			return s.ask(Job{Kind: "answer", Case: src.name, Hash: x.Hash}, "answer "+x.Hash, func(ctx context.Context, p progress) error {
				o := s.options(p)
				o.Answer = answer.DefaultOptions()
				a, _, err := astara.AnswerCase(ctx, x.Case, "", s.opt.Version, o)
				if err != nil {
					return plain(err)
				}
				return s.remember(ctx, src.name, x, a)
			})
		})
}

// remember makes an answer a run that can be opened again.
func (s *Server) remember(ctx context.Context, name string, x *loaded, a *answer.Answer) error {
	key, err := answer.Key(x.Case, (*answer.Reference)(nil).View(), answer.DefaultOptions())
	if err != nil {
		return err
	}
	r := RunInfo{Hash: hex.EncodeToString(key[:]), Case: name, CaseHash: x.Hash, Title: x.Case.Title, Program: s.opt.Version}
	if a.Run != nil {
		r.Seconds = a.Run.Seconds
	}
	kept := *a
	kept.Run = nil
	b, err := json.Marshal(&kept)
	if err != nil {
		return err
	}
	return s.state.keepRun(ctx, r, b)
}

// options of a solve.
func (s *Server) options(p progress) astara.Options {
	return astara.Options{Workers: s.opt.Workers, Cache: s.opt.Cache, Progress: p}
}

// plain turns the problems of a network that cannot be changed as asked into one
// error that names the first.
func plain(err error) error {
	var re *world.ResolveError
	if errors.As(err, &re) {
		return errors.New(re.Error())
	}
	return err
}
