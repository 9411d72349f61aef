package answer

import (
	"context"
	"hash/fnv"
	"os"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/world"
)

// invented is an engine over the effects of the flagship case: numbers of the case's
// outcomes follow from the effects that hold, by a hash.
type invented struct {
	linear
	ids     []string
	touches func(effect int) bool
}

func (e *invented) Columns() []world.Column {
	var out []world.Column
	for _, id := range e.ids {
		out = append(out, world.Column{ID: id})
	}
	return out
}

func (e *invented) Touches(effect int) bool { return e.touches(effect) }

func (e *invented) NewWorker() world.Worker { return e }

func (e *invented) Solve(_ context.Context, d world.Delta, _ []float64) (*world.Solution, error) {
	s := &world.Solution{State: []float64{1}, Converged: true}
	for _, id := range e.ids {
		h := fnv.New64a()
		h.Write([]byte(id + d.(linearDelta).active))
		s.Values = append(s.Values, 1+float64(h.Sum64()>>11)/(1<<53))
	}
	s.Weights = make([]float64, len(s.Values))
	return s, nil
}

// flagshipRead reads the flagship case on an invented table.
func flagshipRead(tb testing.TB) *computer {
	tb.Helper()
	var l diag.List
	c := casefile.Load(os.DirFS("../cases/caucasus"), &l)
	if l.Failed() {
		tb.Fatal(l.All())
	}
	e := &invented{linear: linear{adds: make([]float64, len(c.Effects)), scale: 1, c: c},
		touches: func(i int) bool { return len(c.Effects[i].Freight) > 0 }}
	for _, o := range c.Outcomes {
		e.ids = append(e.ids, o.ID)
	}
	var impossible []*formula.Prop
	for _, x := range c.Impossible {
		impossible = append(impossible, x.Prop)
	}
	ws, err := c.Space.Enumerate(impossible, formula.MaxWorlds)
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := world.NewPlan(c.Space, ws, Effects(c), e)
	if err != nil {
		tb.Fatal(err)
	}
	tab, _, err := plan.Solve(tb.Context(), world.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	k := &computer{c: c, tables: tables{tab}, freight: tab}
	ref, err := NewCaseReference(c, ws)
	if err != nil {
		tb.Fatal(err)
	}
	k.reference = ref
	if k.opinions, err = newOpinions(tb.Context(), c, ws, k.tables, ref, k.comparedActs(), false, 0); err != nil {
		tb.Fatal(err)
	}
	if k.lenses, err = k.opinions.lenses(ref); err != nil {
		tb.Fatal(err)
	}
	if err := k.readActs(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return k
}

var _ Engine = (*invented)(nil)

// BenchmarkReweigh reads every effect that questions ask for, of every act, under
// other weights of all 221,184 worlds of the flagship: a mixture in which one expert
// counts twice. Nothing is solved and no words are completed anew.
func BenchmarkReweigh(b *testing.B) {
	k := flagshipRead(b)
	o := k.opinions
	weight := make([]float64, len(o.reference))
	for b.Loop() {
		clear(weight)
		for i, p := range o.speakers {
			share := 1 / float64(len(o.speakers)+1)
			if i == 0 {
				share *= 2
			}
			for row, v := range p.full.Weight {
				weight[row] += share * v
			}
		}
		if _, err := k.effectsOf(weight); err != nil {
			b.Fatal(err)
		}
	}
}
