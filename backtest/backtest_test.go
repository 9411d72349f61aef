package backtest

import (
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// TestFlagship holds the model against what happened: events with their expected
// answers stand in the case. A model that only repeats its baseline meets none of
// those that rise or fall.
func TestFlagship(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(fsys, &l)
	if l.Failed() {
		t.Fatal("the shipped case has errors")
	}
	results, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for i := range results {
		r := &results[i]
		if r.Run {
			run++
		} else if r.Event.Limit == "" {
			t.Errorf("%s is not run and does not say why", r.Event.ID)
		}
		for _, a := range r.Answers {
			what := a.Expect.Listed
			if what == "" {
				what = string(a.Expect.Outcome.Measure)
			}
			t.Logf("%-22s %-18s %10.4g -> %10.4g %v %s", r.Event.ID, what, a.Before, a.After, a.Met, a.Why)
			if !a.Met {
				t.Errorf("%s: %s %s (%.4g before, %.4g after)", r.Event.ID, what, a.Why, a.Before, a.After)
			}
		}
	}
	if run < 10 {
		t.Errorf("%d events are run, at least ten are promised", run)
	}
}

func TestJudge(t *testing.T) {
	bound := func(v float64) units.Figure {
		return units.Figure{Central: v, Low: v, High: v, Known: true, Dim: units.Power}
	}
	for _, c := range []struct {
		name          string
		x             casefile.Expectation
		before, after float64
		met           bool
	}{
		{"rises", casefile.Expectation{Change: casefile.Rises}, 1, 2, true},
		{"rises by nothing", casefile.Expectation{Change: casefile.Rises}, 1, 1 + 1e-9, false},
		{"falls", casefile.Expectation{Change: casefile.Falls}, 2, 1, true},
		{"falls not", casefile.Expectation{Change: casefile.Falls}, 1, 2, false},
		{"same", casefile.Expectation{Change: casefile.Same}, 5, 5 + 1e-9, true},
		{"same not", casefile.Expectation{Change: casefile.Same}, 5, 5.1, false},
		{"at least", casefile.Expectation{AtLeast: bound(3)}, 0, 2, false},
		{"at most", casefile.Expectation{AtMost: bound(3)}, 0, 4, false},
		{"between", casefile.Expectation{AtLeast: bound(3), AtMost: bound(5)}, 0, 4, true},
	} {
		if a := judge(c.x, c.before, c.after); a.Met != c.met || a.Met != (a.Why == "") {
			t.Errorf("%s: met %v, %q", c.name, a.Met, a.Why)
		}
	}
}
