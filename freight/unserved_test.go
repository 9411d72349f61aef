package freight

import (
	"slices"
	"testing"
)

// No route, priced out and rationed are told apart, each with the smallest set
// of things whose lifting restores service.
func TestThreeWaysToLose(t *testing.T) {
	s := newToy()
	s.constant(ConstElasticity, 0.5).constant(ConstChoke, 2)
	s.node("o", "AA", 0, 0).node("d", "BB", 0.5, 0).node("e", "BB", 0.5, 0.4)
	s.zone("zo", "AA", "AA", "o").zone("zd", "BB", "BB", "d").zone("ze", "BB", "BB", "e")
	s.link("x", "o", "d", "road", 20)
	s.link("y", "o", "e", "road", 30)
	s.link("z", "d", "e", "road", 5)
	s.border("bx", "o", "d", "AA", "BB", "road", 0).border("by", "o", "e", "AA", "BB", "road", 0)
	s.Rules = []Rule{
		{ID: "ban", Kind: "forbid", Commodities: []string{"goods"}, At: "by"},
		{ID: "toll", Kind: "money", Amount: money(70), At: "by"},
		{ID: "toll2", Kind: "money", Amount: money(70), At: "bx"},
	}
	s.market("m", "AA", "BB", 100, "zo", "zd")
	b := prepare(t, &s.Spec)
	shut := func(id string) Change { return Change{Op: OpClose, On: Selector{Border: id}} }
	on := func(id string) Change { return Change{Op: OpRule, On: Selector{Rule: id}, How: On} }
	limit := Change{Op: OpCapacity, On: Selector{Link: "x"}, How: Set, Amount: tonnesF(40)}
	for _, c := range []struct {
		name    string
		changes []Change
		cause   Cause
		restore []string
	}{
		{"both shut", []Change{shut("bx"), shut("by")}, NoRoute, []string{"border bx"}},
		{"shut and forbidden", []Change{shut("bx"), on("ban")}, NoRoute, []string{"border bx"}},
		{"taxed", []Change{on("toll"), on("toll2")}, PricedOut, []string{"rule toll2"}},
		{"shut and taxed", []Change{shut("bx"), on("toll")}, PricedOut, []string{"border bx"}},
		{"rationed", []Change{limit, on("ban")}, Rationed, []string{"limit of link x"}},
	} {
		d, err := b.SolveDetail(t.Context(), b.Resolve(Horizon, c.changes, nil))
		if err != nil {
			t.Fatal(err)
		}
		u := d.Unserved()
		if len(u) != 1 || u[0].Cause != c.cause || !slices.Equal(u[0].Restore, c.restore) {
			t.Errorf("%s: %+v", c.name, u)
			continue
		}
		l := d.Solution().Lost
		near(t, c.name, u[0].Lost, map[Cause]float64{NoRoute: l.NoRoute, PricedOut: l.PricedOut, Rationed: l.Rationed}[c.cause], 1e-9)
	}
}

// A path that needs two things lists both.
func TestRestoreNeedsTwo(t *testing.T) {
	s := corridor()
	b := prepare(t, &s.Spec)
	d, err := b.SolveDetail(t.Context(), b.Resolve(Horizon, []Change{
		{Op: OpClose, On: Selector{Border: "ab"}}, {Op: OpClose, On: Selector{Country: "BB", Flow: "transit"}},
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	u := d.Unserved()
	if len(u) != 2 || !slices.Equal(u[0].Restore, []string{"border ab", "country BB shut to transit"}) || !slices.Equal(u[1].Restore, []string{"border ab"}) {
		t.Errorf("%+v", u)
	}
}
