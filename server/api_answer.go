package server

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"

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

// KeptInput asks for something of the answer of a case.
type KeptInput struct {
	CaseInput
	Accept string `header:"Accept-Encoding"`
	Have   string `header:"If-None-Match"`
}

// errUnsolved says that there is no answer to a case as it stands.
var errUnsolved = huma.Error404NotFound("this case has not been solved as it stands: ask for a job of kind answer")

// kept sends one of the packed bodies of a case's answer; none is a body that is nil.
func (s *Server) kept(ctx context.Context, in *KeptInput, body func(packed) []byte) (*document, error) {
	src, x, err := s.sound(in.Case)
	if err != nil {
		return nil, err
	}
	p, ok, err := s.packed(x)
	if err != nil {
		return nil, s.fault("writing the answer", err)
	}
	if !ok {
		return nil, errUnsolved
	}
	if err := s.list(ctx, src.name, x); err != nil {
		return nil, s.fault("listing the run", err)
	}
	out := &document{Status: http.StatusOK, CacheControl: "no-cache", Tag: `W/"` + p.tag + `"`}
	b := body(p)
	if b == nil {
		return out, nil
	}
	if sameTag(in.Have, p.tag) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	return s.unpacked(*out, b, in.Accept)
}

// unpacked is a document of JSON that is kept packed, as the client takes it.
func (s *Server) unpacked(out document, packed []byte, accept string) (*document, error) {
	out.ContentType, out.Vary = "application/json", "Accept-Encoding"
	if takesGzip(accept) {
		out.Encoding, out.Body = "gzip", packed
		return &out, nil
	}
	var err error
	if out.Body, err = plainBody(packed); err != nil {
		return nil, s.fault("unpacking the answer", err)
	}
	return &out, nil
}

// briefResponse describes a [Brief], which is sent as bytes that are kept.
func briefResponse(api huma.API) map[string]*huma.Response {
	known := api.OpenAPI().Components.Schemas
	schema := known.Schema(reflect.TypeFor[Brief](), true, "Brief")
	*known.Map()["Number"] = huma.Schema{Type: huma.TypeNumber, Nullable: true, Description: "absent, as a mean over nothing: null"}
	return map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
}

func (s *Server) answerRoutes(api huma.API) {
	s.tableRoutes(api)
	s.worldRoutes(api)
	tags := []string{"answers"}
	huma.Register(api, huma.Operation{OperationID: "get-answer", Method: http.MethodGet, Path: base + "/cases/{case}/answer", Summary: "The answer of a case, where it has been worked out", Tags: tags,
		Description: "404 where the case has not been solved as it stands; the brief says so with 200."},
		func(ctx context.Context, in *KeptInput) (*document, error) {
			return s.kept(ctx, in, func(p packed) []byte { return p.body })
		})
	huma.Register(api, huma.Operation{OperationID: "get-answer-brief", Method: http.MethodGet, Path: base + "/cases/{case}/answer/brief", Summary: "Whether a case is solved, and what its opening page shows of the answer", Tags: tags,
		Description: "200 with solved false, and nothing else, where the case has not been solved as it stands.",
		Responses:   briefResponse(api)},
		func(ctx context.Context, in *KeptInput) (*document, error) {
			out, err := s.kept(ctx, in, func(p packed) []byte { return p.brief })
			if errors.Is(err, errUnsolved) {
				return unsolvedYet(), nil
			}
			return out, err
		})
	huma.Register(api, huma.Operation{OperationID: "get-answer-part", Method: http.MethodGet, Path: base + "/cases/{case}/answer/parts/{part}", Summary: "One member of the answer, as it stands in the whole", Tags: tags},
		func(ctx context.Context, in *struct {
			KeptInput
			Part string `path:"part" maxLength:"40" doc:"name of a member of the answer: countries, agreements, leverage, energy, ..."`
		}) (*document, error) {
			out, err := s.kept(ctx, &in.KeptInput, func(p packed) []byte { return p.parts[in.Part] })
			if err == nil && out.Body == nil && out.Status == http.StatusOK {
				return nil, huma.Error404NotFound("the answer has no part " + in.Part)
			}
			return out, err
		})
	huma.Register(api, huma.Operation{OperationID: "solve", Method: http.MethodPost, Path: base + "/cases/{case}/answer", Summary: "Solve every world of a case and answer its questions", Tags: tags, DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, in *CaseInput) (*acceptedJob, error) {
			src, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			return s.ask(Job{Kind: "answer", Case: src.name, Hash: x.Hash, Again: "cases/" + url.PathEscape(src.name) + "/answer"}, "answer "+x.Hash, func(ctx context.Context, p progress) error {
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

// list makes the kept answer of a case a run where it is none yet: one that the command
// line has worked out with the usual options, or that a server with another data folder
// has.
func (s *Server) list(ctx context.Context, name string, x *loaded) error {
	key, tag := s.keyOf(x)
	if tag == "" || !s.answered(x) {
		return nil
	}
	s.answers.listing.Lock()
	defer s.answers.listing.Unlock()
	if s.answers.listed[tag] {
		return nil
	}
	there, err := s.state.hasRun(ctx, tag)
	if err != nil {
		return err
	}
	if !there {
		a, ok := answer.Recall(s.opt.Cache, key)
		if !ok {
			return nil
		}
		if err := s.remember(ctx, name, x, a); err != nil {
			return err
		}
	}
	if s.answers.listed == nil {
		s.answers.listed = map[string]bool{}
	}
	s.answers.listed[tag] = true
	return nil
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
