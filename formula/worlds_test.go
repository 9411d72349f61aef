package formula

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestEnumerateAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		var impossible []*Prop
		for range rapid.IntRange(0, 3).Draw(r, "facts") {
			impossible = append(impossible, mustParse(t, s, drawTerm(r, s, 2).text))
		}
		var want []World
		for _, w := range worlds(s) {
			if !slices.ContainsFunc(impossible, func(p *Prop) bool { return p.Eval(w) }) {
				want = append(want, w)
			}
		}
		ws, err := s.Enumerate(impossible, len(want))
		if err != nil {
			r.Fatal(err)
		}
		if !slices.Equal(ws.Codes, want) {
			r.Fatalf("got %v, want %v", ws.Codes, want)
		}
		for row, w := range ws.Codes {
			if got, ok := ws.Row(w); !ok || got != row {
				r.Fatalf("row of %d is %d, %v", w, got, ok)
			}
		}
		if len(want) > 0 {
			_, err = s.Enumerate(impossible, len(want)-1)
			var many *TooMany
			if !errors.As(err, &many) || many.Count != uint64(len(want)) || many.Limit != len(want)-1 {
				r.Fatalf("one above the limit: %v", err)
			}
		}

		p := mustParse(t, s, drawTerm(r, s, 3).text)
		set, n := ws.Select(p), 0
		for row, w := range ws.Codes {
			if set.Has(row) != p.Eval(w) {
				r.Fatalf("row %d of %s", row, p)
			}
			if p.Eval(w) {
				n++
			}
		}
		rows := slices.Collect(set.Rows())
		if set.Count() != n || len(rows) != n || !slices.IsSorted(rows) {
			r.Fatalf("%d rows counted, %v listed, want %d", set.Count(), rows, n)
		}
		q := mustParse(t, s, drawTerm(r, s, 2).text)
		other := ws.Select(q)
		for name, pair := range map[string][2]Set{
			"and": {set.And(other), ws.Select(s.And(p, q))}, "or": {set.Or(other), ws.Select(s.Or(p, q))},
			"and not": {set.AndNot(other), ws.Select(s.And(p, s.Not(q)))},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				r.Fatalf("%s of sets and of propositions differ", name)
			}
		}
	})
}

func TestTooManyCountsBeyondMemory(t *testing.T) {
	s := space31(t)
	_, err := s.Enumerate([]*Prop{s.And(s.Is(0, 1), s.Is(30, 1))}, MaxWorlds)
	var many *TooMany
	if !errors.As(err, &many) || many.Count != 3<<29 { // three quarters of 2^31
		t.Errorf("got %v", err)
	}
	if ws, err := s.Enumerate([]*Prop{s.True()}, 0); err != nil || ws.Len() != 0 {
		t.Errorf("nothing possible: %v", err)
	}
}

func space31(t testing.TB) *Space {
	vars := make([]Variable, 31)
	for i := range vars {
		vars[i] = Variable{ID: fmt.Sprintf("v%d", i), States: []string{"n", "y"}}
	}
	s, err := NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSelectOfLargeDiagrams(t *testing.T) {
	s := space(t, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)
	p := s.False()
	for i := range 9 { // pairs far apart: about 2^9 nodes
		p = s.Or(p, s.And(s.Is(i, 1), s.Is(i+9, 1)))
	}
	if n := len(p.d.nodes); n <= maxSelectNodes {
		t.Fatalf("%d nodes do not reach the other way", n)
	}
	ws, err := s.Enumerate(nil, 1<<18)
	if err != nil {
		t.Fatal(err)
	}
	set := ws.Select(p)
	for row, w := range ws.Codes {
		if set.Has(row) != p.Eval(w) {
			t.Fatalf("row %d", row)
		}
	}
	// No pair holds in 3^9 of the 4^9 worlds.
	if want := 1<<18 - 19683; set.Count() != want {
		t.Errorf("%d rows, want %d", set.Count(), want)
	}
}

func TestSelectIsConcurrent(t *testing.T) {
	s := region(t)
	ws, err := s.Enumerate(nil, MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	p := mustParse(t, s, "pact=none or sanctions=eased")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if ws.Select(p).Count() != 30 { // 18 + 18 - 6 of 54
				t.Error("wrong count")
			}
			_ = p.String()
		})
	}
	wg.Wait()
}

// flagship is a space of 221,184 worlds, as many as a large case has.
func flagship(b *testing.B) *Space {
	return space(b, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2) // 27 * 2^13
}

func BenchmarkEnumerate221184(b *testing.B) {
	s := flagship(b)
	for b.Loop() {
		ws, err := s.Enumerate(nil, MaxWorlds)
		if err != nil || ws.Len() != 221184 {
			b.Fatal(err)
		}
	}
}

func BenchmarkEnumerateWithFacts(b *testing.B) {
	s := flagship(b)
	facts := []*Prop{mustParse(b, s, "a=a0 and p=p1"), mustParse(b, s, "b=b2 and d=d0 and k=k1")}
	for b.Loop() {
		if _, err := s.Enumerate(facts, MaxWorlds); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSelect221184(b *testing.B) {
	s := flagship(b)
	ws, err := s.Enumerate(nil, MaxWorlds)
	if err != nil {
		b.Fatal(err)
	}
	p := mustParse(b, s, "a=a1 and (b in {b0, b2} or not p=p1) and (d=d1 or h=h0 and m=m1)")
	ws.Select(s.Is(0, 0))
	for b.Loop() {
		ws.Select(p)
	}
}

func BenchmarkParse(b *testing.B) {
	s := flagship(b)
	for b.Loop() {
		mustParse(b, s, "a=a1 and (b in {b0, b2} or not p=p1) and (d=d1 or h=h0 and m=m1)")
	}
}
