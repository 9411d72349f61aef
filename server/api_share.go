package server

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/report"
)

// The kinds of export. Each is what a command writes with the usual options.
const (
	exportAnswer  = "answer"  // answer.json: astara answer --format json
	exportReport  = "report"  // report.html: astara answer --out, without the words of attached texts
	exportFigures = "figures" // the maps of the report, SVG
	exportCSV     = "csv"     // flows and the table of worlds: astara export --forms csv --table
	exportParquet = "parquet" // the same
	exportFlows   = "flows"   // flows.geojson: astara export --forms geojson
	exportNetwork = "network" // gmns/: astara export --forms gmns
)

// exportsAnswered are the kinds that read an answer or its table of worlds.
var exportsAnswered = []string{exportAnswer, exportReport, exportFigures, exportCSV, exportParquet}

// ExportInput names an export of a case.
type ExportInput struct {
	Case string `path:"case" maxLength:"100"`
	ID   string `path:"id" maxLength:"16" doc:"of the export"`
}

func (s *Server) shareRoutes(api huma.API) {
	tags := []string{"exports"}
	huma.Register(api, huma.Operation{OperationID: "list-exports", Method: http.MethodGet, Path: base + "/cases/{case}/exports", Summary: "Files of a case made for download, the newest first; the oldest are removed by and by", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body []Export }, error) {
			if _, _, err := s.open(in.Case); err != nil {
				return nil, err
			}
			all, err := s.exports.list()
			if err != nil {
				return nil, s.fault("listing the files for download", err)
			}
			all = slices.DeleteFunc(all, func(e Export) bool { return e.Case != in.Case })
			return &struct{ Body []Export }{all}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "export", Method: http.MethodPost, Path: base + "/cases/{case}/exports", Summary: "Make files for download; they are listed when the job is done", Tags: tags, DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, in *struct {
			CaseInput
			Body struct {
				Kind   string   `json:"kind" enum:"answer,report,figures,csv,parquet,flows,network"`
				Worlds []string `json:"worlds,omitempty" maxItems:"6" doc:"with flows, csv and parquet: worlds whose flows are written beside base year and baseline, as variable=state,…"`
			}
		}) (*acceptedJob, error) {
			src, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			kind, worlds := in.Body.Kind, in.Body.Worlds
			if worlds == nil {
				worlds = []string{}
			}
			for _, w := range worlds {
				if _, err := x.Case.Space.ParseWorld(w); err != nil {
					return nil, huma.Error422UnprocessableEntity("worlds: " + err.Error())
				}
			}
			if slices.Contains(exportsAnswered, kind) && !s.answered(x) {
				return nil, huma.Error409Conflict("this case has not been solved as it stands: solve it first, then ask for the files")
			}
			e := Export{ID: exportID(kind, src.name, x.Hash, s.opt.Version, worlds), Kind: kind, Case: src.name, CaseHash: x.Hash, Worlds: worlds, Files: []ExportFile{}}
			return s.ask(Job{Kind: "export", Case: src.name, Hash: x.Hash}, "export "+e.ID, func(ctx context.Context, p progress) error {
				return s.exports.make(ctx, e, func(ctx context.Context, dir string) error { return plain(s.export(ctx, x, e, dir, p)) })
			})
		})
	huma.Register(api, huma.Operation{OperationID: "download", Method: http.MethodGet, Path: base + "/cases/{case}/exports/{id}/file", Summary: "A file of an export, or all of them packed", Tags: tags},
		func(ctx context.Context, in *struct {
			ExportInput
			Name string `query:"name" maxLength:"200" doc:"of the file; empty: all of them, packed (zip)"`
		}) (*huma.StreamResponse, error) {
			e, err := s.export1(in.ExportInput)
			if err != nil {
				return nil, err
			}
			if in.Name == "" {
				return download(fmt.Sprintf("%s-%s.zip", e.Case, e.Kind), -1, func(w io.Writer) error { return s.exports.pack(w, e) }, s), nil
			}
			f, size, err := s.exports.open(e, in.Name)
			if errors.Is(err, errNoExport) {
				return nil, huma.Error404NotFound(err.Error())
			}
			if err != nil {
				return nil, s.fault("opening the file for download", err)
			}
			return download(e.Case+"-"+path.Base(in.Name), size, func(w io.Writer) error {
				defer f.Close()
				_, err := io.Copy(w, f)
				return err
			}, s), nil
		})
	huma.Register(api, huma.Operation{OperationID: "remove-export", Method: http.MethodDelete, Path: base + "/cases/{case}/exports/{id}", Summary: "Remove the files of an export", Tags: tags},
		func(ctx context.Context, in *ExportInput) (*struct{}, error) {
			e, err := s.export1(*in)
			if err != nil {
				return nil, err
			}
			if err := s.exports.remove(e); err != nil {
				return nil, s.fault("removing files for download", err)
			}
			return nil, nil
		})
}

// export1 returns the export of an address.
func (s *Server) export1(in ExportInput) (Export, error) {
	e, err := s.exports.get(in.ID)
	switch {
	case errors.Is(err, errNoExport) || err == nil && e.Case != in.Case:
		return e, huma.Error404NotFound(errNoExport.Error())
	case err != nil:
		return e, s.fault("reading the files for download", err)
	}
	return e, nil
}

// mediaTypes of downloads by the end of the name.
var mediaTypes = map[string]string{".json": "application/json", ".geojson": "application/geo+json", ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml",
	".csv": "text/csv; charset=utf-8", ".parquet": "application/vnd.apache.parquet", ".zip": "application/zip"}

// download is a body that browsers save and never show: a report is a page with the
// words of others in it.
func download(name string, size int64, write func(io.Writer) error, s *Server) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		kind := mediaTypes[path.Ext(name)]
		if kind == "" {
			kind = "application/octet-stream"
		}
		c.SetHeader("Content-Type", kind)
		c.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
		c.SetHeader("Cache-Control", "private, no-store")
		if size >= 0 {
			c.SetHeader("Content-Length", fmt.Sprint(size))
		}
		if err := write(c.BodyWriter()); err != nil { // the client sees that the body is cut off, or has left
			s.log.Warn("download", "file", name, "error", err)
		}
	}}
}

// export writes the files of an export into a folder.
func (s *Server) export(ctx context.Context, x *loaded, e Export, dir string, p progress) error {
	o := s.options(p)
	o.Answer = answer.DefaultOptions()
	if e.Kind == exportAnswer {
		a, _, err := astara.AnswerCase(ctx, x.Case, "", s.opt.Version, o)
		if err != nil {
			return err
		}
		kept := *a
		kept.Run = nil // how long it took is no part of it
		return writeTo(dir, astara.AnswerFile, func(w io.Writer) error { return astara.WriteJSON(w, &kept) })
	}
	var l diag.List
	m, err := astara.Prepare(ctx, x.Case, &l, o)
	if l.Failed() {
		return errors.New(l.All()[0].String())
	}
	if err != nil {
		return err
	}
	if e.Kind == exportFlows || e.Kind == exportNetwork {
		runs, err := exportRuns(ctx, m, e.Worlds)
		if err != nil {
			return err
		}
		out, err := m.ExportRuns(ctx, runs, s.opt.Version)
		if err != nil {
			return err
		}
		form := interchange.FormGeoJSON
		if e.Kind == exportNetwork {
			form = interchange.FormGMNS
		}
		_, err = out.Write(dir, form)
		return err
	}
	solved, err := m.Solve(ctx, o)
	if err != nil {
		return err
	}
	defer solved.Close()
	switch e.Kind {
	case exportCSV, exportParquet:
		runs, err := exportRuns(ctx, m, e.Worlds)
		if err != nil {
			return err
		}
		out, err := solved.Export(ctx, runs, s.opt.Version)
		if err != nil {
			return err
		}
		_, err = out.Write(dir, interchange.Form(e.Kind))
		return err
	case exportReport, exportFigures:
		a, err := s.answerWithWeights(ctx, x, solved, o)
		if err != nil {
			return err
		}
		a.Run = nil // how long it took is no part of it
		p("report", 0, 1, 0)
		in, err := report.Assemble(ctx, x.Case, a, solved.Freight, solved.Table, s.opt.Version, report.Options{Workers: max(1, s.opt.Workers)})
		if err != nil {
			return err
		}
		if e.Kind == exportReport {
			return writeTo(dir, astara.ReportFile, func(w io.Writer) error { return report.Write(w, in) })
		}
		return figures(dir, in)
	}
	return fmt.Errorf("unknown kind of export %q", e.Kind)
}

// answerWithWeights is the kept answer of a case with the weights of the worlds, which
// the maps of change need. It is worked out anew where it was pruned meanwhile.
func (s *Server) answerWithWeights(ctx context.Context, x *loaded, solved *astara.Solved, o astara.Options) (*answer.Answer, error) {
	key, _ := s.keyOf(x)
	a, ok := answer.Recall(s.opt.Cache, key)
	if !ok {
		return solved.Answer(ctx, o)
	}
	arms, err := answer.ReadArms(ctx, answer.Input{Case: x.Case, Tables: solved.Tables()}, o.Workers)
	if err != nil {
		return nil, err
	}
	a.Restore(arms)
	return a, nil
}

// exportRuns are the runs whose flows are written: base year, baseline, and the worlds
// asked for.
func exportRuns(ctx context.Context, m *astara.Model, worlds []string) ([]*astara.Run, error) {
	first, err := m.BaseYear(ctx)
	if err != nil {
		return nil, err
	}
	line, err := m.World(ctx, m.Case.Space.Baseline())
	if err != nil {
		return nil, err
	}
	runs := []*astara.Run{first, line}
	for i, text := range worlds {
		w, err := m.Case.Space.ParseWorld(text)
		if err != nil {
			return nil, err
		}
		r, err := m.World(ctx, w)
		if err != nil {
			return nil, err
		}
		r.ID = fmt.Sprintf("world_%d", i+1)
		runs = append(runs, r)
	}
	return runs, nil
}

// windows are those in which the report draws its maps.
var windows = []string{"region", "close", "world"}

// figures writes every map of the report as a file of its own.
func figures(dir string, in report.Input) error {
	n := 0
	for _, f := range slices.Concat(in.Flows, in.Changes) {
		for _, window := range windows {
			err := writeTo(dir, f.ID+"-"+window+".svg", func(w io.Writer) error {
				return report.Picture(w, in, f.ID, window, f.Title, f.Text)
			})
			if errors.Is(err, report.ErrNoPicture) {
				continue // a case without ways by sea has no such window
			}
			if err != nil {
				return err
			}
			n++
		}
	}
	if n == 0 {
		return errors.New("this case has no map: its places are not on the base map")
	}
	return nil
}

// errOldRun says that a run was kept by a program whose answers were of another form.
var errOldRun = huma.Error409Conflict("this run was made by another version of astara, which wrote answers in another form; its answer can still be downloaded whole")

func (s *Server) runRoutes(api huma.API) {
	tags := []string{"runs"}
	send := func(ctx context.Context, hash, accept string, body func(packed) []byte) (*document, error) {
		p, err := s.packedRun(ctx, hash)
		if err != nil {
			return nil, err
		}
		b := body(p)
		if b == nil {
			return nil, huma.Error404NotFound("the answer has no such part")
		}
		return s.unpacked(document{Status: http.StatusOK, CacheControl: "private, no-cache", Tag: `W/"` + p.tag + `"`}, b, accept)
	}
	huma.Register(api, huma.Operation{OperationID: "get-run-brief", Method: http.MethodGet, Path: base + "/runs/{hash}/brief", Summary: "What the opening page shows of the answer of a run", Tags: tags, Responses: briefResponse(api)},
		func(ctx context.Context, in *struct {
			Hash   string `path:"hash" maxLength:"64"`
			Accept string `header:"Accept-Encoding"`
		}) (*document, error) {
			return send(ctx, in.Hash, in.Accept, func(p packed) []byte { return p.brief })
		})
	huma.Register(api, huma.Operation{OperationID: "get-run-part", Method: http.MethodGet, Path: base + "/runs/{hash}/parts/{part}", Summary: "One member of the answer of a run, as it stands in the whole", Tags: tags},
		func(ctx context.Context, in *struct {
			Hash   string `path:"hash" maxLength:"64"`
			Part   string `path:"part" maxLength:"40"`
			Accept string `header:"Accept-Encoding"`
		}) (*document, error) {
			return send(ctx, in.Hash, in.Accept, func(p packed) []byte { return p.parts[in.Part] })
		})
}

// packedRun returns the answer of a run, packed. A run has the name of the answer that
// it made, so that of a case as it stands is the one in memory.
func (s *Server) packedRun(ctx context.Context, hash string) (packed, error) {
	a := &s.answers
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, ok := a.all.find(func(p packed) bool { return p.tag == hash }); ok {
		return p, nil
	}
	b, err := s.state.run(ctx, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return packed{}, huma.Error404NotFound("there is no such run here")
	}
	if err != nil {
		return packed{}, s.fault("reading the run", err)
	}
	r := &answer.Answer{}
	if json.Unmarshal(b, r) != nil || r.Format != answer.Format {
		return packed{}, errOldRun
	}
	p, err := pack(r, hash)
	if err != nil {
		return p, s.fault("writing the run", err)
	}
	a.all.add(p, maxAnswers)
	return p, nil
}
