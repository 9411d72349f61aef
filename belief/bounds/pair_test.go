package bounds

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
)

// A standing view and one of a past autumn that says the opposite: they share the
// autumn, and contradict each other there under every lexicon because both give
// their interval (.9 to 1 each: bent by .4 they meet at one half). A hedge is read
// by each lexicon in its own way.
func TestAgainst(t *testing.T) {
	need(t)
	f := arms(t, influence)
	day := func(s string) calendar.Date {
		d, err := calendar.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	a := claim(t, f, "autumn", belief.Level, "ties=weak", "", 0.9, 1)
	a.From, a.Until = day("2024-09-01"), day("2025-01-16")
	b := claim(t, f, "standing", belief.Level, "ties=strong", "", 0.9, 1)
	b.From = day("2020-11-09")
	p, err := Against(ctx, f, a, b, belief.Lexicons(), day("2030"), belief.ReadOptions{})
	if err != nil || p.Apart || p.From.String() != "2024-09-01" || p.Until.String() != "2025-01-16" || len(p.Verdicts) != len(belief.Lexicons()) {
		t.Fatalf("%+v %v", p, err)
	}
	for _, v := range p.Verdicts {
		if !v.Conflict || math.Abs(v.Bend-0.4) > 1e-6 || v.Unread != "" {
			t.Errorf("%+v", v)
		}
	}
	b.From = day("2025-01-17")
	if p, err = Against(ctx, f, a, b, belief.Lexicons()[:1], day("2030"), belief.ReadOptions{}); err != nil || !p.Apart {
		t.Errorf("%+v %v", p, err)
	}
	// P(strong) "unlikely" against P(strong) >= .4: fits where unlikely reaches .4.
	b = claim(t, f, "b", belief.Level, "ties=strong", "", 0.4, 1)
	a.Then, a.Interval, a.Hedge = b.Then, belief.Interval{}, "unlikely"
	p, err = Against(ctx, f, a, b, belief.Lexicons(), day("2030"), belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"icd-203": false, "uk-phia": true, "ipcc-ar5": true, "efsa-2019": true, "nato-ajp-2.1": false, "capphrase-2026": true}
	for _, v := range p.Verdicts {
		if v.Lexicon == "kent" {
			if v.Unread == "" {
				t.Error("Kent has no \"unlikely\"")
			}
			continue
		}
		if v.Conflict != want[v.Lexicon] || v.Unread != "" {
			t.Errorf("%+v", v)
		}
	}
}
