package astara

import (
	"reflect"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/world"
)

// An answer leaves the flows of the base year and of the baseline behind: those of the
// runs themselves, bit for bit. Of another world there is nothing until it is kept.
func TestFlowsAreKept(t *testing.T) {
	m := powerModel(t)
	cache := &world.Cache{Dir: t.TempDir()}
	o := Options{Cache: cache, Answer: answer.DefaultOptions()}
	if _, _, err := AnswerCase(t.Context(), m.Case, "", "test", o); err != nil {
		t.Fatal(err)
	}
	base, err := m.BaseYear(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	line, err := m.World(t.Context(), m.Case.Space.Baseline())
	if err != nil {
		t.Fatal(err)
	}
	name := m.Case.Space.FormatAll(m.Case.Space.Baseline())
	for run, r := range map[string]*Run{"": base, name: line} {
		kept, ok := RecallFlows(cache, m.Case, run)
		if want := m.Flows(r); !ok || !reflect.DeepEqual(kept, want) {
			t.Errorf("run %q: %v, kept %+v, not %+v", run, ok, kept, want)
		}
	}
	if len(m.Flows(line).Outcomes) == 0 {
		t.Error("no outcomes")
	}
	if _, ok := RecallFlows(cache, m.Case, "pact=in_force"); ok {
		t.Error("flows of a world that nobody solved")
	}
	if _, ok := RecallFlows(nil, m.Case, ""); ok {
		t.Error("flows without a cache")
	}
}
