package answer

import (
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
)

// A tie and a pipe with one id keep their own names.
func TestElementsAreNamedByKind(t *testing.T) {
	c := &casefile.Case{Energy: &region.Spec{
		Ties: []region.Tie{{ID: "south", Name: "Lines"}}, Pipes: []region.Pipe{{ID: "south", Name: "Mains"}}, Storages: []region.Storage{{ID: "cave", Name: "Cave"}},
	}}
	x := &energyReader{names: EnergyNames(c)}
	for _, want := range []struct{ kind, id, name string }{{"tie", "south", "Lines"}, {"pipe", "south", "Mains"}, {"storage", "cave", "Cave"}, {"tie", "none", "none"}} {
		if got := x.named(want.kind, want.id); got != want.name {
			t.Errorf("%s %s is called %s, want %s", want.kind, want.id, got, want.name)
		}
	}
}
