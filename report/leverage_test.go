package report

import (
	"slices"
	"testing"

	"github.com/astara-corridors/astara/answer"
)

// The section shows the players among themselves and, folded, all states; only
// corridors that keep half their tonnes are named.
func TestLeverageSection(t *testing.T) {
	in := synthetic()
	b := newBuilder(in)
	l := b.leverage()
	if l == nil || l.Game == nil {
		t.Fatal("no section")
	}
	if !slices.Equal(l.Near.States, []string{"Azerbaijan", "Iran"}) || len(l.Far.States) != 3 {
		t.Errorf("near %v, far %v", l.Near.States, l.Far.States)
	}
	iran := l.Far.Rows[0]
	for i, want := range []lossCell{{"260", false}, {"110", true}, {"−10", false}} {
		if iran.Losses[i] != want {
			t.Errorf("cell %d is %+v, want %+v", i, iran.Losses[i], want)
		}
	}
	c := l.Game.Coalitions[0]
	if len(c.Corridors) != 1 || c.Corridors[0].Text != "Western branch" || c.Join != "–" || len(c.Also) != 1 || c.Also[0] != "A <platform> (with Russia, not playing)" {
		t.Errorf("coalition %+v", c)
	}
	if len(l.Game.Notes) != 2 || len(l.Game.Kept) != 1 || l.NotConverged == "" || l.Idle == "" {
		t.Errorf("%+v", l)
	}
	if b.countries()[0].Leverage != answer.LeverageLine(in.Answer, "AZ") || b.countries()[0].Leverage == "" {
		t.Error("a state's page has no line")
	}

	in.Answer.Leverage.Game = nil
	if l := newBuilder(in).leverage(); l.Game != nil || len(l.Near.States) != 3 || l.Far.Rows != nil {
		t.Errorf("without a game %+v", l)
	}
	in.Answer.Leverage = nil
	if newBuilder(in).leverage() != nil {
		t.Error("a section of nothing")
	}
}
