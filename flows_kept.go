package astara

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/world"
)

// RunFlows are what moves in a run of freight, as it is kept from one use of a case to
// the next: with them a map needs no network prepared.
type RunFlows struct {
	Run       string                 `json:"run"` // name for people
	Converged bool                   `json:"converged"`
	Links     []interchange.LinkFlow `json:"links"`    // by link of the case, t/yr, both directions together
	Outcomes  map[string]float64     `json:"outcomes"` // in canonical units; those without a value are left out
	Limits    []freight.ElementState `json:"limits"`   // elements whose capacity is in use, in the run's first period; 0 is no capacity
}

// Flows adds up what moves in a run.
func (m *Model) Flows(r *Run) *RunFlows {
	out := &RunFlows{Run: r.Name, Converged: r.Converged, Links: r.LinkFlows(m.Case.Freight), Outcomes: map[string]float64{}, Limits: r.Main().Elements()}
	for id, v := range m.Outcomes(r) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out.Outcomes[id] = v
		}
	}
	for i := range out.Limits {
		if math.IsInf(out.Limits[i].Capacity, 0) {
			out.Limits[i].Capacity = 0
		}
	}
	if out.Limits == nil {
		out.Limits = []freight.ElementState{}
	}
	return out
}

// flowsKey is the key of a run's flows; a run is named as [RecallFlows] says.
func flowsKey(c *casefile.Case, run string) ([32]byte, error) {
	return answer.Key(c, answer.View{ID: "flows of " + run}, answer.Options{})
}

// RecallFlows returns the flows of a run, where they are kept. The name of a world is
// its text with all states written out; "" is the base year.
func RecallFlows(cache *world.Cache, c *casefile.Case, run string) (*RunFlows, bool) {
	if cache == nil {
		return nil, false
	}
	key, err := flowsKey(c, run)
	if err != nil {
		return nil, false
	}
	b, ok := cache.Load(key)
	out := &RunFlows{}
	if !ok || json.Unmarshal(b, out) != nil || len(out.Links) != len(c.Freight.Links) {
		return nil, false
	}
	return out, true
}

// KeepFlows keeps the flows of a run for [RecallFlows].
func KeepFlows(cache *world.Cache, c *casefile.Case, run string, f *RunFlows) error {
	if cache == nil {
		return nil
	}
	key, err := flowsKey(c, run)
	if err != nil {
		return err
	}
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encoding the flows of a run: %w", err)
	}
	cache.Store(key, b)
	return nil
}

// keepFlows keeps the flows of the base year and of the baseline, which every map of
// the case shows first.
func (s *Solved) keepFlows(ctx context.Context, cache *world.Cache) error {
	line := s.Case.Space.Baseline()
	names := []string{"", s.Case.Space.FormatAll(line)}
	for _, name := range names {
		if _, ok := RecallFlows(cache, s.Case, name); ok || cache == nil {
			continue
		}
		var r *Run
		var err error
		if name == "" {
			r, err = s.BaseYear(ctx)
		} else {
			r, err = s.World(ctx, line)
		}
		if err != nil {
			return err
		}
		if err := KeepFlows(cache, s.Case, name, s.Flows(r)); err != nil {
			return err
		}
	}
	return nil
}
