package world

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// Several engines share the worlds. An effect that touches one of them alone makes
// no network of another, and leaves its entries in the cache valid.
func TestEffectOfOneEngine(t *testing.T) {
	freight, dir := &fake{}, t.TempDir()
	p := fakePlan(t, freight)
	before, run := solve(t, p, Options{Cache: cacheAt(t, dir)})
	if run.Cached != 0 {
		t.Fatalf("%d cached at first", run.Cached)
	}
	// One more effect, first in the file, that a second engine alone sees, and the
	// season's for both.
	s := p.Space
	effects := append([]Effect{{"gas", prop(t, s, "idle=yes or strait=shut"), 0.5}}, p.Effects...)
	freight.adds = append([][2]int{{}}, freight.adds...)
	power := &fake{base: 1, adds: make([][2]int, len(effects))}
	power.adds[0], power.adds[5] = [2]int{3, 1}, [2]int{0, 2}
	again, err := NewPlan(s, p.Worlds, effects, freight)
	if err != nil {
		t.Fatal(err)
	}
	second, err := NewPlan(s, p.Worlds, effects, power)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Rows) != len(p.Rows) || len(again.Networks) != len(p.Networks) {
		t.Errorf("%d rows of %d networks of the first engine, without the effect %d of %d", len(again.Rows), len(again.Networks), len(p.Rows), len(p.Networks))
	}
	after, run := solve(t, again, Options{Cache: cacheAt(t, dir)})
	if run.Solved != 0 || after.Hash() != before.Hash() {
		t.Errorf("%d networks of the first engine solved again, or another table", run.Solved)
	}
	// Season and gas each for part of the year, in four joint states.
	if len(second.Rows) != 4 || len(second.Networks) != 4 {
		t.Errorf("the second engine has %d rows of %d networks, want 4 of 4", len(second.Rows), len(second.Networks))
	}
	tab, run := solve(t, second, Options{Cache: cacheAt(t, dir)})
	if run.Solved != 4 {
		t.Errorf("%d networks of the second engine solved, want 4: an engine read what another kept", run.Solved)
	}
	// One row number an engine and world, one list of worlds.
	if tab.Worlds != after.Worlds || len(tab.RowOf) != len(after.RowOf) {
		t.Error("the tables do not share their worlds")
	}
	for i, code := range p.Worlds.Codes {
		want := 5.0
		if got := tab.At(int(tab.RowOf[i]), 2); got != want {
			t.Fatalf("world %s: %v", s.Format(code), got)
		}
	}
}

// closing is a fake whose workers must be closed, and whose solves need no start.
type closing struct {
	*fake
	open *atomic.Int64
}

func (c *closing) Independent() bool { return true }
func (c *closing) NewWorker() Worker {
	c.open.Add(1)
	return &closingWorker{c.fake, c.open}
}

type closingWorker struct {
	*fake
	open *atomic.Int64
}

func (w *closingWorker) Close() { w.open.Add(-1) }
func (w *closingWorker) Solve(ctx context.Context, d Delta, start []float64) (*Solution, error) {
	if start != nil {
		return nil, errors.New("a start where none is needed")
	}
	return w.fake.Solve(ctx, d, nil)
}

// Workers are closed, and engines that need no starts get none.
func TestIndependent(t *testing.T) {
	f := &fake{}
	p := fakePlan(t, f)
	engine := &closing{f, &atomic.Int64{}}
	q, err := NewPlan(p.Space, p.Worlds, p.Effects, engine)
	if err != nil {
		t.Fatal(err)
	}
	tab, run := solve(t, q, Options{Workers: 3})
	if run.Solved != len(p.Networks) || tab.NotConverged() == len(tab.Rows) {
		t.Errorf("%d networks solved of %d", run.Solved, len(p.Networks))
	}
	if n := engine.open.Load(); n != 0 {
		t.Errorf("%d workers are still open", n)
	}
}
