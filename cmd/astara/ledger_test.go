package main

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/ledger"
)

// Scores stand where they are defined: (p-y)^2 and -ln of the probability given to
// what happened; "unlikely" that failed means that the thing came about.
func TestLedgerScores(t *testing.T) {
	day := calendar.Date{Year: 2026, Month: 1, Day: 2}
	in := func(low, high float64) belief.Interval { return belief.Interval{Low: low, High: high, Known: true} }
	c := &casefile.Case{Lexicon: "kent", Claims: []belief.Claim{
		{ID: "sure", Speaker: "a", Kind: belief.Level, Interval: in(0.6, 1)},
		{ID: "unlikely", Speaker: "a", Kind: belief.Level, Interval: in(0, 0.2)},
		{ID: "may", Speaker: "a", Kind: belief.Record, Interval: in(0.2, 0.6)},
		{ID: "off", Speaker: "b", Kind: belief.Level, Interval: in(0.6, 1)},
		{ID: "toward", Speaker: "b", Kind: belief.Direction},
	}}
	for id, v := range map[string]ledger.Verdict{"sure": ledger.Held, "unlikely": ledger.Failed, "may": ledger.Held, "off": ledger.Annulled, "toward": ledger.Held} {
		c.Resolutions = append(c.Resolutions, ledger.Resolution{Claim: id, Verdict: v, Date: day, Added: day})
	}
	b, err := readLedger(c)
	if err != nil {
		t.Fatal(err)
	}
	const tolerance = 1e-12
	for i, want := range []*[2]float64{{0.04, -math.Log(0.8)}, {0.81, -math.Log(0.1)}, nil, nil, nil} {
		r := b.Claims[i]
		switch {
		case (r.Score == nil) != (want == nil):
			t.Errorf("%s: score %+v, want %v", r.Claim, r.Score, want)
		case want != nil && (math.Abs(*r.Score.Brier.Centre-want[0]) > tolerance || math.Abs(*r.Score.Log.Centre-want[1]) > tolerance):
			t.Errorf("%s: Brier %v log %v, want %v", r.Claim, *r.Score.Brier.Centre, *r.Score.Log.Centre, *want)
		}
	}
	if b.Claims[1].Score.Log.Worst != nil {
		t.Error("what was given probability 0 and happened has an infinite log score")
	}
	if b.Claims[2].Unscored == "" || b.Claims[3].Unscored != "" {
		t.Errorf("unscored: %q and %q", b.Claims[2].Unscored, b.Claims[3].Unscored)
	}
	if len(b.Records) != 2 || b.Records[0].Scored != 2 || b.Records[1].Annulled != 1 || b.Records[1].Scored != 0 {
		t.Errorf("records %+v", b.Records)
	}
}
