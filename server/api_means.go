package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// meanFlows are those of one case, the last that was asked for.
type meanFlows struct {
	mu  sync.Mutex
	key [32]byte
	all []astara.MeanFlows
}

// MeanFlowsBody is what is expected on links, ties and pipes under a view in an arm of
// an act: over all worlds, weight times flow. Ready is false, and nothing else is said,
// until a job has worked the flows of a case out.
type MeanFlowsBody struct {
	Ready    bool       `json:"ready"`
	View     string     `json:"view,omitempty"`
	Act      string     `json:"act,omitempty"`
	State    string     `json:"state,omitempty"`
	Networks int        `json:"networks,omitempty" doc:"solved networks that the mean is over"`
	Total    []float64  `json:"total,omitempty" doc:"t/yr by link, both directions"`
	Domestic []float64  `json:"domestic,omitempty"`
	Import   []float64  `json:"import,omitempty"`
	Export   []float64  `json:"export,omitempty"`
	Transit  []float64  `json:"transit,omitempty"`
	Ties     []TieMean  `json:"ties,omitempty" doc:"in the order of the energy network"`
	Pipes    []PipeMean `json:"pipes,omitempty"`
}

// TieMean is what is expected of a tie.
type TieMean struct {
	Energy    float64   `json:"energy" doc:"GWh/yr net"`
	Blocks    []float64 `json:"blocks" doc:"MW"`
	InService bool      `json:"in_service" doc:"in some world with weight"`
}

// PipeMean is what is expected of a pipe.
type PipeMean struct {
	Volume    float64   `json:"volume" doc:"bcm/yr net"`
	Blocks    []float64 `json:"blocks" doc:"mcm/d"`
	InService bool      `json:"in_service"`
}

func (s *Server) meanRoutes(api huma.API) {
	tags := []string{"map"}
	huma.Register(api, huma.Operation{OperationID: "get-mean-flows", Method: http.MethodGet, Path: base + "/cases/{case}/flows/mean", Summary: "Flows expected under a view in an arm of an act, once they have been worked out", Tags: tags,
		Description: "Exact: the sum over all worlds of weight times flow. 200 with ready false, and nothing else, until a job of kind flows has been done."},
		func(ctx context.Context, in *struct {
			CaseInput
			View  string `query:"view" required:"true" maxLength:"100"`
			Act   string `query:"act" required:"true" maxLength:"100"`
			State string `query:"state" required:"true" maxLength:"100"`
		}) (*struct{ Body MeanFlowsBody }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			all, ok := s.meansOf(x)
			if !ok {
				return &struct{ Body MeanFlowsBody }{}, nil
			}
			for i := range all {
				if m := &all[i]; m.View.ID == in.View && m.Act == in.Act && m.State == in.State {
					return &struct{ Body MeanFlowsBody }{meanBody(m)}, nil
				}
			}
			return nil, huma.Error404NotFound("there is no such view, act or state among those that the answer compares")
		})
	huma.Register(api, huma.Operation{OperationID: "solve-mean-flows", Method: http.MethodPost, Path: base + "/cases/{case}/flows/mean", Summary: "Work out the flows expected under every view in every arm", Tags: tags, DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, in *CaseInput) (*acceptedJob, error) {
			src, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			return s.ask(Job{Kind: "flows", Case: src.name, Hash: x.Hash}, "flows "+x.Hash, func(ctx context.Context, p progress) error {
				return s.workMeans(ctx, x, p)
			})
		})
}

// meansKey is the key under which the mean flows of a case are kept.
func meansKey(x *loaded) ([32]byte, error) {
	return answer.Key(x.Case, answer.View{ID: "mean flows"}, answer.Options{})
}

// meansOf returns the mean flows of a case, where they are kept.
func (s *Server) meansOf(x *loaded) ([]astara.MeanFlows, bool) {
	key, err := meansKey(x)
	if err != nil {
		return nil, false
	}
	m := &s.answers.means
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all != nil && m.key == key {
		return m.all, true
	}
	if s.opt.Cache == nil {
		return nil, false
	}
	b, ok := s.opt.Cache.Load(key)
	var all []astara.MeanFlows
	if !ok || json.Unmarshal(b, &all) != nil || len(all) == 0 {
		return nil, false
	}
	m.key, m.all = key, all
	return all, true
}

// workMeans solves what of the table is missing and adds up the flows.
func (s *Server) workMeans(ctx context.Context, x *loaded, p progress) error {
	key, err := meansKey(x)
	if err != nil {
		return err
	}
	if _, ok := s.meansOf(x); ok {
		return nil
	}
	o := s.options(p)
	var l diag.List
	m, err := astara.Prepare(ctx, x.Case, &l, o)
	if l.Failed() {
		return plain(&world.ResolveError{List: &l})
	}
	if err != nil {
		return err
	}
	solved, err := m.Solve(ctx, o)
	if err != nil {
		return plain(err)
	}
	defer solved.Close()
	all, err := solved.MeanFlows(ctx, o)
	if err != nil {
		return err
	}
	if s.opt.Cache != nil {
		b, err := json.Marshal(all)
		if err != nil {
			return err
		}
		s.opt.Cache.Store(key, b)
	}
	kept := &s.answers.means
	kept.mu.Lock()
	defer kept.mu.Unlock()
	kept.key, kept.all = key, all
	return nil
}

func meanBody(m *astara.MeanFlows) MeanFlowsBody {
	n := len(m.Links)
	out := MeanFlowsBody{
		Ready: true, View: m.View.ID, Act: m.Act, State: m.State, Networks: m.Networks,
		Total: make([]float64, n), Domestic: make([]float64, n), Import: make([]float64, n), Export: make([]float64, n), Transit: make([]float64, n),
	}
	for i, f := range m.Links {
		out.Total[i], out.Domestic[i], out.Import[i], out.Export[i], out.Transit[i] = f.Total, f.Domestic, f.Import, f.Export, f.Transit
	}
	for _, t := range m.Ties {
		out.Ties = append(out.Ties, TieMean{t.Energy, t.Blocks, t.InService})
	}
	for _, t := range m.Pipes {
		out.Pipes = append(out.Pipes, PipeMean{t.Volume, t.Blocks, t.InService})
	}
	return out
}
