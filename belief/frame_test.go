package belief

import (
	"reflect"
	"testing"

	"github.com/astara-corridors/astara/formula"
)

// What arms have in common they keep when the arms between them are left out: two
// states of an act of three, and arms that differ in two acts.
func TestOnlyKeepsWhatArmsShare(t *testing.T) {
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "partly", "signed"}},
		{ID: "treaty", Kind: "act", States: []string{"none", "signed"}},
		{ID: "weather", Kind: "event", States: []string{"dry", "wet"}},
		{ID: "ties", Kind: "event", States: []string{"weak", "strong"}},
		{ID: "roads", Kind: "event", States: []string{"few", "many"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFrame(ws, space, [][]int{nil, nil, nil, {0}, {1}}, []int{0, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	arm := func(name string) int {
		a, ok := f.Arm(name)
		if !ok {
			t.Fatalf("no arm %s", name)
		}
		return a
	}
	for _, c := range []struct {
		a, b string
		vars []int
	}{
		{"pact=none,treaty=none", "pact=signed,treaty=none", []int{2, 4}},
		{"pact=partly,treaty=none", "pact=signed,treaty=none", []int{2, 4}},
		{"pact=signed,treaty=signed", "pact=partly,treaty=signed", []int{2, 4}},
		{"pact=partly,treaty=none", "pact=partly,treaty=signed", []int{2, 3}},
		{"pact=none,treaty=none", "pact=signed,treaty=signed", []int{2}},
	} {
		g := f.Only(arm(c.a), arm(c.b))
		if len(g.Links) != 1 || !reflect.DeepEqual(g.Links[0].Vars, c.vars) {
			t.Errorf("%s and %s: links %+v, want one over %v", c.a, c.b, g.Links, c.vars)
		}
	}
	if g := f.Only(0, 1, 2, 3, 4, 5); len(g.Links) != len(f.Links) {
		t.Errorf("all arms: %d links, want the %d there are", len(g.Links), len(f.Links))
	}
	// Nothing that follows is written twice.
	if g := f.Only(arm("pact=none,treaty=none"), arm("pact=partly,treaty=none"), arm("pact=signed,treaty=none")); len(g.Links) != 2 {
		t.Errorf("three arms of one act: links %+v, want two", g.Links)
	}
}
