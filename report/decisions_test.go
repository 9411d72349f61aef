package report

import (
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
)

// choosing is a made-up choice, dispute and discovery for the synthetic case.
func choosing(a *answer.Answer) {
	a.Questions = append(a.Questions, answer.Question{ID: "who", Kind: "experts", Text: "Where do they differ?", First: "To settle it: nothing real.", Acts: []string{"pact"}, Outcomes: []string{"ns_west", "revenue"}})
	a.Words.Disputes = []answer.Dispute{
		{Act: "pact", State: "in_force", Outcome: "ns_west", Apart: num(2e5), Speaker: num(0.12), JensenShannon: num(0.3), Low: num(-1e6), High: num(2e6), Gap: num(0), Between: []string{"expert-more", "other-less"},
			Settles: []answer.DisputeAfter{{Variable: "rail", After: 1e5, Fall: 0.5}, {Variable: "position(IR,way)", After: 3e5, Fall: -0.5}}},
		{Act: "pact", State: "in_force", Outcome: "revenue", Apart: num(1)},
	}
	value := func(v float64) answer.OptionValue {
		return answer.OptionValue{Expected: num(v), Regret: num(0), MaxRegret: num(0), Worst: num(v / 2)}
	}
	out := answer.OptionValue{Expected: num(1.9e8), Worst: num(1e8), DominatedBy: []string{"pact=in_force"}}
	d := answer.Decision{Focus: "AZ", Acts: []answer.DecisionAct{{ID: "pact", Name: "The pact"}}, Options: []answer.Option{{ID: "pact=none", Name: "The pact none"}, {ID: "pact=in_force", Name: "The pact in force"}},
		Robust: "pact=in_force", On: 1, First: "Robust: The pact in force is best for AZ.", Payoffs: []answer.Payoff{{Outcome: "revenue", Good: "up", Robust: []string{"pact=in_force"}, Least: []answer.Number{num(1.8e8), num(2e8)}, Regret: []answer.Number{num(3e7), num(0)}, Expert: num(0)}}}
	for _, v := range a.Views {
		x := answer.PayoffView{View: v.ID, Best: "pact=in_force", Options: []answer.OptionValue{value(1.9e8), value(2.1e8)}}
		if v.ID == "expert" {
			x.Options[0] = out
		}
		d.Payoffs[0].Views = append(d.Payoffs[0].Views, x)
	}
	a.Decisions = []answer.Decision{d}
	a.Discovery = []answer.Discovery{{Act: "pact", State: "in_force", Outcome: "ns_west", Side: "more", Share: 0.5, Coverage: 0.92, Density: 0.88, Mass: 0.52, Sentence: "More where the railway is built.",
		Limits: []answer.DiscoveryLimit{{Variable: "rail", States: []string{"built"}, QuasiP: 1e-9, Coverage: 1, Density: 0.5}}}}
}

// The page shows the largest dispute with what would settle it, every option under
// every view with the best and what words rule out, and the box with what each
// limit does; and it stays sound.
func TestDecisionSections(t *testing.T) {
	in := synthetic()
	choosing(in.Answer)
	var b strings.Builder
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, p := range check(page) {
		t.Error(p)
	}
	disputes := part(t, page, `<section id="disputes"`, "</section>")
	for _, want := range []string{"would settle most: 50 %", `href="#variable-rail"`, "0.200\u00a0Mt/yr", "12 %", `href="#claim-expert-more"`, "On 1 of the numbers asked for"} {
		if !strings.Contains(disputes, want) {
			t.Errorf("disputes lack %q", want)
		}
	}
	if strings.Contains(disputes, "position") {
		t.Error("a variable that drives experts apart is said to settle")
	}
	decisions := part(t, page, `<section id="decisions"`, "</section>")
	if n := strings.Count(decisions, "<b>210</b>"); n != 5 {
		t.Errorf("the best option is marked in %d columns, want 5", n)
	}
	for _, want := range []string{"ruled out by 2", "<small>robust</small>", "more is good", "nothing but the acts and who is right"} {
		if !strings.Contains(decisions, want) {
			t.Errorf("decisions lack %q", want)
		}
	}
	discovery := part(t, page, `<section id="discovery"`, "</section>")
	for _, want := range []string{"More where the railway is built.", "under 0.001", ">50 %</td>"} {
		if !strings.Contains(discovery, want) {
			t.Errorf("discovery lacks %q", want)
		}
	}
}

// A page without any of it has none of the sections.
func TestNoDecisionSections(t *testing.T) {
	page := string(write(t))
	for _, id := range []string{"disputes", "decisions", "discovery"} {
		if strings.Contains(page, `"`+id+`"`) || strings.Contains(page, "#"+id) {
			t.Errorf("a section %s out of nothing", id)
		}
	}
}
