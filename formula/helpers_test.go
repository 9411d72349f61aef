package formula

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/diag"
)

// space makes a space of variables "a", "b", ... with the given numbers of
// states "a0", "a1", ...
func space(t testing.TB, sizes ...int) *Space {
	t.Helper()
	vars := make([]Variable, len(sizes))
	for i, n := range sizes {
		id := string(rune('a' + i))
		vars[i] = Variable{ID: id}
		for k := range n {
			vars[i].States = append(vars[i].States, fmt.Sprintf("%s%d", id, k))
		}
	}
	s, err := NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// region is a space as a case has it.
func region(t testing.TB) *Space {
	t.Helper()
	s, err := NewSpace([]Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "signed", "in_force"}},
		{ID: "sanctions", Kind: "event", States: []string{"as_2024", "eased", "tight"}},
		{ID: "rasht_astara", Kind: "event", States: []string{"missing", "built"}},
		{ID: "position(IR,zangezur)", Kind: "position", States: []string{"neutral", "against", "for"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mustParse parses a text that is right.
func mustParse(t testing.TB, s *Space, text string) *Prop {
	t.Helper()
	var l diag.List
	p := s.Parse(text, diag.Pos{}, &l)
	if p == nil {
		t.Fatalf("%q: %v", text, l.All())
	}
	return p
}

// worlds goes through the full product.
func worlds(s *Space) []World {
	all := make([]World, s.Size())
	for i := range all {
		all[i] = World(i)
	}
	return all
}

// truth is the truth table of p as a string of 0 and 1.
func truth(p *Prop) string {
	var b strings.Builder
	for _, w := range worlds(p.s) {
		b.WriteByte("01"[map[bool]int{true: 1}[p.Eval(w)]])
	}
	return b.String()
}

// term is a proposition as a text and as a plain function of the states: the
// referee that shares no code with the diagrams.
type term struct {
	text string
	eval func(st []int) bool
}

// states takes a world apart by plain division.
func states(s *Space, w World) []int {
	st := make([]int, len(s.vars))
	rest := uint64(w)
	for v := len(st) - 1; v >= 0; v-- {
		n := uint64(len(s.vars[v].States))
		st[v] = int(rest % n)
		rest /= n
	}
	return st
}

// drawSpace draws 1 to 4 variables of 2 to 5 states.
func drawSpace(t *rapid.T, tb testing.TB) *Space {
	return space(tb, rapid.SliceOfN(rapid.IntRange(MinStates, MaxStates), 1, 4).Draw(t, "sizes")...)
}

// drawTerm draws a proposition of limited depth.
func drawTerm(t *rapid.T, s *Space, depth int) term {
	kind := rapid.IntRange(0, 7).Draw(t, "kind")
	if depth == 0 {
		kind = min(kind, 4)
	}
	v := rapid.IntRange(0, len(s.vars)-1).Draw(t, "variable")
	id, n := s.vars[v].ID, len(s.vars[v].States)
	k := rapid.IntRange(0, n-1).Draw(t, "state")
	switch kind {
	case 0:
		value := k == 0
		return term{fmt.Sprint(value), func([]int) bool { return value }}
	case 1:
		return term{id + "=" + s.vars[v].States[k], func(st []int) bool { return st[v] == k }}
	case 2:
		return term{id + "!=" + s.vars[v].States[k], func(st []int) bool { return st[v] != k }}
	case 3, 4:
		mask := rapid.IntRange(1, 1<<n-1).Draw(t, "set")
		var names []string
		for i := range n {
			if mask>>i&1 != 0 {
				names = append(names, s.vars[v].States[i])
			}
		}
		not := kind == 4
		word := map[bool]string{false: " in {", true: " not in {"}[not]
		return term{id + word + strings.Join(names, ", ") + "}", func(st []int) bool { return (mask>>st[v]&1 != 0) != not }}
	case 5:
		x := drawTerm(t, s, depth-1)
		return term{"not (" + x.text + ")", func(st []int) bool { return !x.eval(st) }}
	case 6:
		x, y := drawTerm(t, s, depth-1), drawTerm(t, s, depth-1)
		return term{"(" + x.text + ") and (" + y.text + ")", func(st []int) bool { return x.eval(st) && y.eval(st) }}
	default:
		x, y := drawTerm(t, s, depth-1), drawTerm(t, s, depth-1)
		return term{"(" + x.text + ") or (" + y.text + ")", func(st []int) bool { return x.eval(st) || y.eval(st) }}
	}
}
