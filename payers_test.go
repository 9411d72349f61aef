package astara

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/world"
)

// What cargo pays on a state's page is what the runs themselves book: of the focus it
// comes out of the table of worlds, of the others out of the opened solutions.
func TestPayersOfEveryState(t *testing.T) {
	m := powerModel(t)
	a, _, err := AnswerCase(t.Context(), m.Case, "", "test", Options{Cache: &world.Cache{Dir: t.TempDir()}, Answer: answer.DefaultOptions()})
	if err != nil {
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
	booked := func(r *Run) map[[2]string]float64 {
		out := map[[2]string]float64{}
		for _, p := range r.Periods {
			for _, x := range p.Detail.Revenue() {
				if x.Kind != "haulage" {
					out[[2]string{x.Country, x.Payer}] += p.Share * x.USD
				}
			}
		}
		return out
	}
	was, is := booked(base), booked(line)
	others := 0
	for _, c := range a.Countries {
		for _, p := range c.Payers {
			at := [2]string{c.ID, p.ID}
			if math.Abs(p.BaseYear.Or(0)-was[at]) > 1e-6*(1+was[at]) || math.Abs(p.Baseline.Or(0)-is[at]) > 1e-6*(1+is[at]) {
				t.Errorf("%v: %v and %v, booked %v and %v", at, p.BaseYear, p.Baseline, was[at], is[at])
			}
			if c.Focus != (len(p.Effects) > 0) {
				t.Errorf("%v: focus %v, %d effects", at, c.Focus, len(p.Effects))
			}
			if !c.Focus && p.Baseline.Or(0) > 0 {
				others++
			}
			delete(is, at)
		}
	}
	if others == 0 {
		t.Error("no state but the focus earns anything")
	}
	for at, usd := range is {
		for _, c := range a.Countries {
			if c.ID == at[0] && usd > 0 {
				t.Errorf("%v is booked %v and on no page", at, usd)
			}
		}
	}
}
