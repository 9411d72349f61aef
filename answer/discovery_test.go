package answer

import (
	"math"
	"strings"
	"testing"
)

// By hand: with the pact tonnes rise by 4 - 0.8 = 3.2 where the rail is built (0.6)
// and fall by 0.8 elsewhere. "idle" goes with the rail and no network knows it, so
// the sentence names the rail alone, with all of the weight inside.
func TestDiscoveryByHand(t *testing.T) {
	c, tab, e := small(t)
	ask(c, []string{"pact"}, "tonnes")
	a := compute(t, c, tab, e, Options{})
	if len(a.Discovery) != 2 {
		t.Fatalf("%+v", a.Discovery)
	}
	for i, want := range []struct {
		side, state string
		share       float64
	}{{"more", "built", 0.6}, {"less", "missing", 0.4}} {
		d := a.Discovery[i]
		if d.Side != want.side || math.Abs(d.Share-want.share) > completed || math.Abs(d.Coverage-1) > completed || math.Abs(d.Density-1) > completed || math.Abs(d.Mass-want.share) > completed {
			t.Errorf("%+v, want %+v", d, want)
		}
		if len(d.Limits) != 1 || d.Limits[0].Variable != "rail" || len(d.Limits[0].States) != 1 || d.Limits[0].States[0] != want.state {
			t.Errorf("limits %+v", d.Limits)
		}
		if math.Abs(d.Limits[0].Coverage-1) > completed || math.Abs(d.Limits[0].Density-want.share) > completed {
			t.Errorf("without the limit: %+v", d.Limits[0])
		}
		if !strings.Contains(d.Sentence, "almost only where “rail” is "+want.state) || !strings.Contains(d.Sentence, "100 % of that weight (coverage)") {
			t.Errorf("%q", d.Sentence)
		}
	}
}

// What happens everywhere needs no box, and what happens nowhere no sentence.
func TestDiscoveryEverywhere(t *testing.T) {
	c, tab, e := build(t, []variable{
		{id: "pact", kind: "act", states: []string{"none", "in_force"}},
		{id: "strait", kind: "event", states: []string{"open", "shut"}, rows: []given{{"", 0.25}}},
	}, nil, []effect{{"pact", "pact=in_force", 4}, {"strait", "strait=shut", -8}})
	ask(c, []string{"pact"}, "tonnes")
	a := compute(t, c, tab, e, Options{})
	if len(a.Discovery) != 1 || a.Discovery[0].Side != "more" || a.Discovery[0].Share != 1 || len(a.Discovery[0].Limits) != 0 {
		t.Errorf("%+v", a.Discovery)
	}
}
