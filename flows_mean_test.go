package astara

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/answer"
)

// The mean flows of the reference are the sum over its worlds of weight times what the
// run of the world by itself carries, on links, ties and pipes; so they do not depend on
// how worlds share networks. They are the same bytes with any number of workers.
func TestMeanFlows(t *testing.T) {
	m := powerModel(t)
	s, err := m.Solve(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	means, err := s.MeanFlows(t.Context(), Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.MeanFlows(t.Context(), Options{Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := answer.NewCaseReference(m.Case, s.Table.Worlds)
	if err != nil {
		t.Fatal(err)
	}
	checked, moves := 0, false
	for i, mean := range means {
		for k, f := range mean.Links {
			if again[i].Links[k] != f {
				t.Fatalf("link %d differs with the workers", k)
			}
		}
		if mean.View.Kind != answer.ByReference {
			continue
		}
		fixed := map[int]int{}
		for v, x := range m.Case.Variables {
			if x.Kind != "act" {
				continue
			}
			fixed[v] = x.Baseline
			if x.ID == mean.Act {
				for st, state := range x.States {
					if state == mean.State {
						fixed[v] = st
					}
				}
			}
		}
		d, err := ref.Distribution(fixed)
		if err != nil {
			t.Fatal(err)
		}
		links, ties, pipes := make([]float64, len(mean.Links)), make([]float64, len(mean.Ties)), make([]float64, len(mean.Pipes))
		for j, row := range d.Rows {
			if d.Weight[j] == 0 {
				continue
			}
			r, err := m.World(t.Context(), s.Table.Worlds.Codes[row])
			if err != nil {
				t.Fatal(err)
			}
			e, err := r.EnergyFlows(t.Context(), m.Case.Energy)
			if err != nil {
				t.Fatal(err)
			}
			for k, f := range r.LinkFlows(m.Case.Freight) {
				links[k] += d.Weight[j] * f.Total
			}
			for k, f := range e.Ties {
				ties[k] += d.Weight[j] * f.Energy
			}
			for k, f := range e.Pipes {
				pipes[k] += d.Weight[j] * f.Volume
			}
		}
		near := func(what, id string, got, want float64) {
			checked++
			moves = moves || want != 0
			if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("%s=%s: %s %s carries %g in the mean, %g by its worlds", mean.Act, mean.State, what, id, got, want)
			}
		}
		for k := range links {
			near("link", m.Case.Freight.Links[k].ID, mean.Links[k].Total, links[k])
		}
		for k := range ties {
			near("tie", m.Case.Energy.Ties[k].ID, mean.Ties[k].Energy, ties[k])
		}
		for k := range pipes {
			near("pipe", m.Case.Energy.Pipes[k].ID, mean.Pipes[k].Volume, pipes[k])
		}
	}
	if checked == 0 || !moves {
		t.Error("nothing was compared")
	}
}

// The weights of arms are those of the answer: its expectations come out of them.
func TestArmWeights(t *testing.T) {
	m := powerModel(t)
	s, err := m.Solve(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, err := s.Answer(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	arms, err := answer.ReadArms(t.Context(), answer.Input{Case: m.Case, Tables: s.Tables()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, w := range arms {
		for _, act := range a.Acts {
			if act.ID != w.Act || act.View != w.View.ID {
				continue
			}
			for _, arm := range act.Arms {
				if arm.State != w.State {
					continue
				}
				for _, e := range arm.Expected {
					for at, tab := range s.Tables() {
						c := tab.Column(e.Outcome)
						if c < 0 || tab.Columns[c].Mean {
							continue
						}
						sum := 0.0
						for row, x := range w.Rows[at] {
							sum += x * tab.At(row, c)
						}
						checked++
						if math.Abs(sum-e.Mean.V) > 1e-9*(1+math.Abs(sum)) {
							t.Errorf("%s %s=%s: %s is %g, the answer has %g", w.View.ID, w.Act, w.State, e.Outcome, sum, e.Mean.V)
						}
					}
				}
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was compared")
	}
}
