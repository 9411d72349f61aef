package formula

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNewSpaceRefuses(t *testing.T) {
	two := []string{"x", "y"}
	many := make([]Variable, 32)
	for i := range many {
		many[i] = Variable{ID: fmt.Sprintf("v%d", i), States: two}
	}
	for _, c := range []struct {
		name string
		vars []Variable
		says []string
	}{
		{"empty id", []Variable{{States: two}}, []string{"variable 1: an empty name"}},
		{"space in an id", []Variable{{ID: "a b", States: two}}, []string{`may not stand in a name`}},
		{"reserved id", []Variable{{ID: "and", States: two}}, []string{"word of the grammar"}},
		{"open argument", []Variable{{ID: "p(a", States: two}}, []string{"not closed"}},
		{"empty argument", []Variable{{ID: "p(a,)", States: two}}, []string{"empty name"}},
		{"id twice", []Variable{{ID: "a", States: two}, {ID: "a", States: two}}, []string{`"a" is there twice`}},
		{"one state", []Variable{{ID: "a", States: two[:1]}}, []string{"has 1 states"}},
		{"six states", []Variable{{ID: "a", States: strings.Split("abcdef", "")}}, []string{"has 6 states"}},
		{"state twice", []Variable{{ID: "a", States: []string{"x", "x"}}}, []string{`the state "x" twice`}},
		{"reserved state", []Variable{{ID: "a", States: []string{"true", "x"}}}, []string{"word of the grammar"}},
		{"baseline", []Variable{{ID: "a", States: two, Baseline: 2}}, []string{"baseline 2"}},
		{"too large", many, []string{"more than 2147483648 worlds"}},
		{"all problems at once", []Variable{{ID: "or", States: two[:1], Baseline: 5}}, []string{"word of the grammar", "has 1 states", "baseline 5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewSpace(c.vars)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, says := range c.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("%v\ndoes not say %s", err, says)
				}
			}
		})
	}
	s, err := NewSpace(many[:31])
	if err != nil || s.Size() != MaxSize {
		t.Fatalf("31 variables of 2 states: %v", err)
	}
	last := World(s.Size() - 1)
	if s.State(last, 0) != 1 || s.State(last, 30) != 1 || s.With(last, 0, 0) != last-1<<30 {
		t.Error("codes near the limit are wrong")
	}
	if empty, err := NewSpace(nil); err != nil || empty.Size() != 1 || empty.Format(empty.Baseline()) != "baseline" {
		t.Errorf("no variables: %v", err)
	}
}

func TestNewSpaceCopies(t *testing.T) {
	vars := []Variable{{ID: "a", States: []string{"x", "y"}}}
	s, err := NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	vars[0].States[0] = "changed"
	if got := s.Vars()[0].States[0]; got != "x" {
		t.Errorf("state %q", got)
	}
}

func TestCodes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		w := World(rapid.Uint64Range(0, s.Size()-1).Draw(r, "world"))
		st := states(s, w)
		for v := range s.vars {
			if s.State(w, v) != st[v] {
				r.Fatalf("state of %d in %d: %d, want %d", v, w, s.State(w, v), st[v])
			}
			k := rapid.IntRange(0, len(s.vars[v].States)-1).Draw(r, "state")
			u := s.With(w, v, k)
			for x := range s.vars {
				want := st[x]
				if x == v {
					want = k
				}
				if s.State(u, x) != want {
					r.Fatalf("With(%d, %d, %d) has %d in state %d", w, v, k, x, s.State(u, x))
				}
			}
		}
		for _, text := range []string{s.Format(w), s.FormatAll(w)} {
			back, err := s.ParseWorld(text)
			if err != nil || back != w {
				r.Fatalf("%q reads as %d, %v, want %d", text, back, err, w)
			}
		}
	})
}

func TestParseWorld(t *testing.T) {
	s := region(t)
	w, err := s.ParseWorld(" pact = in_force , position(IR,zangezur)=against")
	if err != nil || s.Format(w) != "pact=in_force,position(IR,zangezur)=against" {
		t.Errorf("got %s, %v", s.Format(w), err)
	}
	for _, text := range []string{"", " ", "baseline"} {
		if w, err := s.ParseWorld(text); err != nil || w != s.Baseline() {
			t.Errorf("%q: %v, %v", text, w, err)
		}
	}
	for text, says := range map[string][]string{
		"pakt=none":                  {`no variable "pakt"; did you mean "pact"?`},
		"sanctions=esed":             {`as_2024, eased, tight; did you mean "eased"?`},
		"pact":                       {`"pact" is not variable=state`},
		"pact=none,":                 {`"" is not variable=state`},
		"pact=none,pact=signed":      {"pact is named twice"},
		"pakt=none,sanctions=frozen": {"pakt", "frozen"},
	} {
		_, err := s.ParseWorld(text)
		if err == nil {
			t.Errorf("%q was accepted", text)
			continue
		}
		for _, part := range says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}
