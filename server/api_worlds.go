package server

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// Worlds solved one by one, for cases whose table has not been solved: each is a run of
// its own, whose outcomes are kept beside answers.

// mostWorlds is how many worlds one job may be asked for.
const mostWorlds = 8

// SolvedWorld are the outcomes of one world, solved by itself.
type SolvedWorld struct {
	Solved    bool                `json:"solved" doc:"false: it has not been solved by itself, and nothing else is said"`
	World     string              `json:"world" doc:"as asked, in canonical form"`
	Converged bool                `json:"converged"`
	Outcomes  map[string]*float64 `json:"outcomes" doc:"the case's outcomes in canonical units, null where one has no value"`
	// About describes the outcomes; it is not kept.
	About []answer.BrowseOutcome `json:"about,omitempty"`
}

// Around says what is impossible at a world and one step from it.
type Around struct {
	World   string   `json:"world" doc:"in canonical form"`
	Reason  string   `json:"reason" doc:"why there is no such world; empty: it is possible"`
	Options []Option `json:"options" doc:"states of single variables that would make the world impossible"`
}

// Option is a state of a variable with the reason why the world could not have it.
type Option struct {
	Variable string `json:"variable"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
}

// WorldInput names a world of a case.
type WorldInput struct {
	CaseInput
	World string `query:"world" maxLength:"2000" doc:"variable=state,…; what is not named is at its baseline"`
}

func (s *Server) worldRoutes(api huma.API) {
	tags := []string{"worlds"}
	huma.Register(api, huma.Operation{OperationID: "get-world", Method: http.MethodGet, Path: base + "/cases/{case}/worlds", Summary: "Whether a world has been solved by itself, and its outcomes", Tags: tags},
		func(ctx context.Context, in *WorldInput) (*struct{ Body *SolvedWorld }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			w, err := possible(x.Case, in.World)
			if err != nil {
				return nil, err
			}
			out, ok, err := s.solvedWorld(x, w)
			if err != nil {
				return nil, s.fault("finding the world", err)
			}
			if !ok && s.opt.Cache == nil { // nothing is kept: the run is opened, if it is not still open
				if out, err = s.solveWorld(ctx, x, w); err != nil {
					return nil, err
				}
				ok = true
			}
			if !ok {
				return &struct{ Body *SolvedWorld }{&SolvedWorld{World: x.Case.Space.Format(w), Outcomes: map[string]*float64{}}}, nil
			}
			out.About = answer.BrowseOutcomes(x.Case)
			return &struct{ Body *SolvedWorld }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "solve-worlds", Method: http.MethodPost, Path: base + "/cases/{case}/worlds", Summary: "Solve single worlds", Tags: tags, DefaultStatus: http.StatusAccepted},
		func(ctx context.Context, in *struct {
			CaseInput
			Body struct {
				Worlds []string `json:"worlds" minItems:"1" maxItems:"8" doc:"each as variable=state,…"`
			}
		}) (*acceptedJob, error) {
			src, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			if len(in.Body.Worlds) > mostWorlds {
				return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("%d worlds; at most %d are solved together", len(in.Body.Worlds), mostWorlds))
			}
			var ws []formula.World
			key := []string{"worlds", x.Hash}
			for _, text := range in.Body.Worlds {
				w, err := possible(x.Case, text)
				if err != nil {
					return nil, err
				}
				ws, key = append(ws, w), append(key, x.Case.Space.Format(w))
			}
			return s.ask(Job{Kind: "world", Case: src.name, Hash: x.Hash}, strings.Join(key, " "), func(ctx context.Context, p progress) error {
				for i, w := range ws {
					if _, err := s.solveWorld(ctx, x, w, p); err != nil {
						return plain(err)
					}
					p("worlds", i+1, len(ws), 0)
				}
				return nil
			})
		})
	huma.Register(api, huma.Operation{OperationID: "get-around", Method: http.MethodGet, Path: base + "/cases/{case}/worlds/around", Summary: "What is impossible at a world and one step from it, and why", Tags: tags},
		func(ctx context.Context, in *WorldInput) (*struct{ Body Around }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			w, err := x.Case.Space.ParseWorld(in.World)
			if err != nil {
				return nil, huma.Error422UnprocessableEntity(err.Error())
			}
			return &struct{ Body Around }{around(x.Case, w)}, nil
		})
}

// around looks at a world and at all that differ from it in one variable.
func around(c *casefile.Case, w formula.World) Around {
	out := Around{World: c.Space.Format(w), Reason: impossible(c, w), Options: []Option{}}
	for v, x := range c.Variables {
		for st, state := range x.States {
			if reason := impossible(c, c.Space.With(w, v, st)); reason != "" && st != c.Space.State(w, v) {
				out.Options = append(out.Options, Option{x.ID, state, reason})
			}
		}
	}
	return out
}

// impossible is the reason why there is no such world, "" where there is.
func impossible(c *casefile.Case, w formula.World) string {
	for _, i := range c.Impossible {
		if i.Prop.Eval(w) {
			return i.Reason
		}
	}
	return ""
}

// possible reads the text of a world that must be possible.
func possible(c *casefile.Case, text string) (formula.World, error) {
	w, err := c.Space.ParseWorld(text)
	if err != nil {
		return 0, huma.Error422UnprocessableEntity(err.Error())
	}
	if reason := impossible(c, w); reason != "" {
		return 0, huma.Error422UnprocessableEntity("there is no such world: " + reason)
	}
	return w, nil
}

// solveWorld solves a world and keeps its outcomes, where they are not kept yet.
func (s *Server) solveWorld(ctx context.Context, x *loaded, w formula.World, told ...progress) (*SolvedWorld, error) {
	out, ok, err := s.solvedWorld(x, w)
	if ok || err != nil {
		return out, err
	}
	name := x.Case.Space.Format(w)
	p, run, err := s.models.run(ctx, x, name, false, told...)
	if err != nil {
		return nil, err
	}
	out = &SolvedWorld{Solved: true, World: name, Converged: run.Converged, Outcomes: map[string]*float64{}}
	values := p.model.Outcomes(run)
	for _, o := range x.Case.Outcomes {
		v, ok := values[o.ID]
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			out.Outcomes[o.ID] = nil
			continue
		}
		out.Outcomes[o.ID] = &v
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	key, err := worldKey(x.Case, name)
	if err != nil {
		return nil, err
	}
	s.opt.Cache.Store(key, text)
	return out, nil
}

// solvedWorld returns what is kept of a world.
func (s *Server) solvedWorld(x *loaded, w formula.World) (*SolvedWorld, bool, error) {
	key, err := worldKey(x.Case, x.Case.Space.Format(w))
	if err != nil {
		return nil, false, err
	}
	text, ok := s.opt.Cache.Load(key)
	if !ok {
		return nil, false, nil
	}
	out := &SolvedWorld{}
	err = json.Unmarshal(text, out)
	out.Solved = true
	return out, true, err
}

// worldKey is the key of a world by itself: the case's files, and all that the program
// and the machine add.
func worldKey(c *casefile.Case, name string) ([32]byte, error) {
	machine, err := world.Machine()
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	field := func(text string) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
		io.WriteString(h, text)
	}
	field("world")
	h.Write(machine[:])
	field(name)
	for _, f := range c.Files {
		field(f.Path)
		field(f.SHA256)
	}
	return [32]byte(h.Sum(nil)), nil
}
