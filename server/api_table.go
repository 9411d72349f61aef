package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/klauspost/compress/gzip"

	"github.com/astara-corridors/astara/answer"
)

// Bodies of columns go from the file of the cache to the client, packed as they lie
// there: nothing of them stays in memory.

// TableInput asks for a part of the table of a case.
type TableInput struct {
	CaseInput
	Accept string `header:"Accept-Encoding"`
	Have   string `header:"If-None-Match"`
}

func (s *Server) tableRoutes(api huma.API) {
	tags := []string{"table"}
	binary := map[string]*huma.Response{"200": {Description: "Columns, little endian, as the table describes them", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	huma.Register(api, huma.Operation{OperationID: "get-table", Method: http.MethodGet, Path: base + "/cases/{case}/table", Summary: "Whether the table of a case is at hand, and what its columns are", Tags: tags,
		Description: "200 with solved false, and nothing else, where the table is not at hand as the case stands."},
		func(ctx context.Context, in *TableInput) (*document, error) {
			b, _, err := s.columns(in.Case)
			if errors.Is(err, errNoTable) {
				return unsolvedYet(), nil
			}
			if err != nil {
				return nil, err
			}
			text, err := json.Marshal(TableBody{true, *b})
			if err != nil {
				return nil, s.fault("describing the table", err)
			}
			sum := sha256.Sum256(text)
			tag := hex.EncodeToString(sum[:])
			out := &document{Status: http.StatusOK, CacheControl: "no-cache", Tag: `W/"` + tag + `"`}
			if sameTag(in.Have, tag) {
				out.Status = http.StatusNotModified
				return out, nil
			}
			out.ContentType, out.Body = "application/json", text
			return out, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-columns", Method: http.MethodGet, Path: base + "/cases/{case}/table/columns", Summary: "Worlds, their rows, and outcomes by row", Tags: tags, Responses: binary},
		func(ctx context.Context, in *TableInput) (*huma.StreamResponse, error) {
			b, x, err := s.columns(in.Case)
			if err != nil {
				return nil, err
			}
			return s.stream(x, "", b.Hash, b.Bytes, in)
		})
	huma.Register(api, huma.Operation{OperationID: "get-weights", Method: http.MethodGet, Path: base + "/cases/{case}/table/weights", Summary: "Weights of the worlds under a view", Tags: tags, Responses: binary},
		func(ctx context.Context, in *struct {
			TableInput
			View string `query:"view" required:"true" maxLength:"200" doc:"id of a view of the table"`
		}) (*huma.StreamResponse, error) {
			b, x, err := s.columns(in.Case)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(b.Views, func(v answer.BrowseView) bool { return v.ID == in.View })
			if i < 0 {
				return nil, huma.Error422UnprocessableEntity("the table has no view " + in.View)
			}
			return s.stream(x, in.View, b.Views[i].Hash, 8*b.Worlds, &in.TableInput)
		})
}

// TableBody describes the columns of a table.
type TableBody struct {
	Solved bool `json:"solved" doc:"true"`
	answer.Browsable
}

// Unsolved says that there is nothing to describe.
type Unsolved struct {
	Solved bool `json:"solved" doc:"false"`
}

// unsolvedYet is the answer to whether something is solved that is not. It is no
// refusal: pages ask this of every case that they open.
func unsolvedYet() *document {
	return &document{Status: http.StatusOK, ContentType: "application/json", CacheControl: "no-store", Body: []byte("{\"solved\":false}\n")}
}

var errNoTable = huma.Error404NotFound("the table of this case is not at hand as the case stands: ask for a job of kind answer")

// columns describes the columns of a case, where they are kept.
func (s *Server) columns(name string) (*answer.Browsable, *loaded, error) {
	_, x, err := s.sound(name)
	if err != nil {
		return nil, nil, err
	}
	b, ok := answer.Columns(s.opt.Cache, x.Case)
	if !ok {
		return nil, nil, errNoTable
	}
	return b, x, nil
}

// stream answers with a body of columns.
func (s *Server) stream(x *loaded, view, tag string, size int, in *TableInput) (*huma.StreamResponse, error) {
	if sameTag(in.Have, tag) {
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			head(ctx, tag)
			ctx.SetStatus(http.StatusNotModified)
		}}, nil
	}
	f, packed, ok := answer.OpenColumns(s.opt.Cache, x.Case, view)
	if !ok {
		return nil, errNoTable
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer f.Close()
		head(ctx, tag)
		ctx.SetHeader("Content-Type", "application/octet-stream")
		ctx.SetHeader("Vary", "Accept-Encoding")
		var from io.Reader = f
		if takesGzip(in.Accept) {
			ctx.SetHeader("Content-Encoding", "gzip")
			ctx.SetHeader("Content-Length", strconv.FormatInt(packed, 10))
		} else {
			z, err := gzip.NewReader(f)
			if err != nil {
				s.log.Error("unpacking columns", "error", err)
				ctx.SetStatus(http.StatusInternalServerError)
				return
			}
			ctx.SetHeader("Content-Length", strconv.Itoa(size))
			from = z
		}
		if _, err := io.Copy(ctx.BodyWriter(), from); err != nil {
			s.log.Debug("a client did not take all columns", "error", err)
		}
	}}, nil
}

func head(ctx huma.Context, tag string) {
	ctx.SetHeader("Cache-Control", "no-cache")
	ctx.SetHeader("ETag", `W/"`+tag+`"`)
}
