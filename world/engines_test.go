package world

import "testing"

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
