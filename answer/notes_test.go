package answer

import (
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Whatever the engine bounded, assumed or did not find stands in the notes.
func TestNotesSayWhatWasLeftOut(t *testing.T) {
	c, tab, e := small(t)
	has := func(a *Answer, words string) bool {
		return slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, words) })
	}
	plain := compute(t, c, tab, e, Options{})
	said := map[string]string{
		"truncated":   "More ways than the 160 that are kept were found for 2 of 9 pairs of zones; 7 ways were left out",
		"too dear":    "more than any cargo would pay, even where no other is left: 5.",
		"no path":     "No way even with everything open for 1 of 20 units of demand: m a-b contestable.",
		"no base":     "No way in the base year for 4 of 20 units of demand; costs are measured against the ways that may open: p; q; r; and 1 more.",
		"captive":     "1 of 20 units of demand are tied to modes by which no way was open in the base year, and may use all modes instead: k.",
		"uncongested": "No capacity with a source for 1 of 1 links and 2 of 2 directions of border crossings",
		"engine":      "Gauges were guessed.",
	}
	for what, words := range said {
		if has(plain, words) {
			t.Errorf("%s is noted though nothing was left out", what)
		}
	}
	e.stats = freight.Statistics{Pairs: 9, Items: 20, Truncated: 7, TruncatedPairs: 2, TooDear: 5, NoPath: []string{"m a-b contestable"},
		NoBasePath: []string{"p", "q", "r", "s"}, CaptiveRelaxed: []string{"k"}, Uncongested: []string{"l1", "x AA-BB", "x BB-AA"}, Notes: []string{"gauges were guessed"}}
	c.Freight.Links = []freight.Link{{ID: "l1"}}
	c.Freight.Borders = make([]freight.Border, 2)
	a := compute(t, c, tab, e, Options{})
	for what, words := range said {
		if !has(a, words) {
			t.Errorf("%s is not noted:\n%s", what, strings.Join(a.Notes, "\n"))
		}
	}
}

// Ranges that draws leave alone, or bend, are named when figures are drawn.
func TestNotesSayWhatIsNotDrawn(t *testing.T) {
	c := &casefile.Case{Freight: &freight.Spec{}}
	c.Effects = []casefile.Effect{
		{ID: "floods", ShareOfYear: units.Between(0.1, 0.2, 0.3, units.Share), Freight: make([]freight.Change, 1)},
		{ID: "fixed", ShareOfYear: units.Exactly(0.5, units.Share), Freight: make([]freight.Change, 1)},
		{ID: "nothing", ShareOfYear: units.Between(0.1, 0.2, 0.3, units.Share)},
	}
	c.Freight.Constants = []freight.Constant{{Name: freight.ConstDispersionRoute, Value: units.Between(8, 20, 35, units.Dimensionless)},
		{Name: freight.ConstDispersionMode, Value: units.Between(3, 8, 8, units.Dimensionless)}}
	got := notDrawn(c)
	if len(got) != 1 || !strings.Contains(got[0], "uncertain for 1 of 3 effects") {
		t.Errorf("%q", got)
	}
	c.Freight.Constants[1].Value.High = 9
	if got := notDrawn(c); len(got) != 2 || !strings.Contains(got[1], "dispersion.mode above dispersion.route") {
		t.Errorf("%q", got)
	}
}

// When a closure leaves one part of the trade without any way, the rise of cost
// is that of the other part, not the difference between the two.
func TestCostRiseOfWhatStillMoves(t *testing.T) {
	none := Number{}
	for _, x := range []struct {
		exports, imports Number
		want             float64
	}{{some(4), some(10), 8}, {none, some(10), 10}, {some(4), none, 4}} {
		if got := blend(x.exports, x.imports, some(100), some(200)); !got.OK || got.V != x.want {
			t.Errorf("%+v: rise %+v, want %v", x, got, x.want)
		}
	}
	if got := blend(none, none, some(1), some(1)); got.OK {
		t.Errorf("a rise of nothing: %+v", got)
	}
}
