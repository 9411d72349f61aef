package freight

import "testing"

// Tonnes tied to a mode keep their own way even where it is far too dear for
// goods that may choose: what bounds the set of the free says nothing about the
// tied. Rail costs 100 USD/t, road 10; the bound of the free is
// (1 + choke + 0.25) times 10 = 22.5.
func TestCaptiveKeepsWhatIsTooDearForTheFree(t *testing.T) {
	s := parallel(10)
	s.constant(ConstChoke, 1)
	s.link("r", "o", "d", "rail", 100)
	s.outcome(Outcome{ID: "r", Measure: Tonnes, Query: PathQuery{Passes: []string{"r"}}})
	s.market("m", "AA", "AA", 1000, "zo", "zd")
	s.Markets[0].Share, s.Markets[0].Modes = plain(0.25), []string{"rail"}
	b := prepare(t, &s.Spec)
	if st := b.Statistics(); len(st.CaptiveRelaxed) > 0 {
		t.Errorf("captive tonnes on all modes: %v", st.CaptiveRelaxed)
	}
	out := b.BaseYearRun().Outcomes
	near(t, "road", out[0], 250, 1e-9)
	near(t, "rail", out[1], 750, 1e-9)
}

// A factor of 0 on queues means that nothing queues; it does not turn a border
// into a gate that rations.
func TestNoQueueFactorNoRationing(t *testing.T) {
	s := newToy()
	s.constant(ConstQueueAlpha, 0)
	s.node("o", "AA", 0, 0).node("d", "BB", 0.5, 0).zone("zo", "AA", "AA", "o").zone("zd", "BB", "BB", "d")
	s.link("l", "o", "d", "road", 10)
	s.border("x", "o", "d", "AA", "BB", "road", 5)
	for i := range s.Borders {
		s.Borders[i].Capacity = tonnesF(100)
	}
	s.market("m", "AA", "BB", 1000, "zo", "zd")
	s.outcome(Outcome{ID: "hours", Measure: Hours})
	s.outcome(Outcome{ID: "cost", Measure: UserCost})
	b := prepare(t, &s.Spec)
	sol := b.BaseYearRun()
	near(t, "served", sol.Lost.Served, 1000, 1e-9)
	near(t, "hours", sol.Outcomes[0], 5, 1e-3) // and 100 km at 1e6 km/h
	near(t, "cost", sol.Outcomes[1], 15, 1e-3)
	for _, z := range sol.State {
		if z != 0 {
			t.Errorf("state %v of an element that neither queues nor rations", sol.State)
		}
	}
}
