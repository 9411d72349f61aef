package answer

import (
	"strings"
	"testing"
)

// Ways out are counted for none, one and several, and end at ports of states by name.
func TestWaysSentence(t *testing.T) {
	name := stateNames(&Answer{Countries: []Country{{ID: "GE", Name: "Georgia"}, {ID: "IR", Name: "Iran"}}})
	for _, x := range []struct {
		ways WaysOut
		want string
	}{
		{WaysOut{}, "Here has a port of its own on the open sea."},
		{WaysOut{Landlocked: true}, "Here has no way to an open sea"},
		{WaysOut{Landlocked: true, Countries: 1, Crossings: 1, Through: []string{"GE"}}, "a border crossing or a foreign port, so that one state alone could shut them."},
		{WaysOut{Landlocked: true, Countries: 2, Crossings: 7, Through: []string{"GE", "IR"}}, "it takes 2 states to shut them all; 7 ways share no border crossing and no foreign port. Those 2 end at ports of Georgia and Iran."},
	} {
		if got := waysSentence(Country{Name: "Here", Ways: x.ways}, name); !strings.Contains(got, x.want) {
			t.Errorf("%+v: %q, want %q", x.ways, got, x.want)
		}
	}
}
