package report

import (
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/treaty"
)

// agreed is a made-up answer on the agreements of the synthetic case.
func agreed(in Input) *answer.Agreements {
	day := func(y int) calendar.Date { return calendar.Date{Year: y, Month: 1, Day: 17} }
	text, said := treaty.Standing{Kind: treaty.InText}, treaty.Standing{Kind: treaty.AssertedBy, Claim: "expert-more"}
	v := treaty.Verdict{Kind: treaty.Latent, Sub: "clash", Bearers: []string{"RU"}, Standing: treaty.AssertedBy,
		Core: []treaty.Member{
			{Role: treaty.RoleDuty, Clause: "pact/1", Bearers: []string{"RU"}, Toward: []string{"IR"}, Modality: treaty.Obligation, Standing: &text, Paraphrase: "Build <the> railway.", Text: "rail=built"},
			{Role: treaty.RoleDuty, Clause: "pact/2", Bearers: []string{"RU"}, Toward: []string{"AZ"}, Modality: treaty.Align, Standing: &said, Paraphrase: "Stand where the other stands.", Text: "position(IR,way)=oppose"},
		},
		Condition:   &treaty.Condition{Shortest: treaty.Box{Text: "pact=in_force", Literals: []treaty.Literal{{Variable: "pact", States: []string{"in_force"}}}}, Complete: true},
		Concessions: []treaty.Concession{{Clauses: []string{"pact/1"}, Weight: 1}, {Clauses: []string{"pact/2"}, Weight: 1}}}
	a := &answer.Agreements{First: "Russia cannot keep both what it owes Iran and what it owes Azerbaijan once Pact in force is in force.",
		Today: answer.DutyReading{At: "2025-01-16"},
		Horizon: answer.DutyReading{At: "2030", Verdicts: []answer.Finding{{Verdict: v, Sentence: "Russia cannot keep both."},
			{Verdict: treaty.Verdict{Kind: treaty.Vacuous, Sub: treaty.NeverBinds, Core: []treaty.Member{{Role: treaty.RoleDuty, Clause: "pact/1"}}}, Sentence: "pact/1 can never bind."}},
			Consequences: []treaty.Consequence{{Variable: "rail", State: "built", Firm: true, Reason: v.Core[:1]}}},
		Parties: []answer.DutyParty{{Actor: "AZ", Name: "Azerbaijan", Focus: true, Owed: []answer.DutyLine{{Clause: "pact/2", Others: []string{"RU"}, Modality: treaty.Align, Standing: said, Paraphrase: "Stand where the other stands.", InModel: true, Today: treaty.Binds, Horizon: treaty.Binds},
			{Clause: "pact/9", Others: []string{"RU"}, Today: treaty.OutsideModel, Horizon: treaty.OutsideModel}}}},
		Claims: []answer.ClashAnswer{{Claim: "expert-more", Sentence: "By their clauses such a clash can arise."}},
		Lives: []answer.AgreementLife{{Agreement: "pact", Name: "The pact", Parties: []string{"RU", "IR"}, Signed: day(2020), InForce: day(2021), Ended: day(2024), Today: answer.LifeState{State: treaty.Ended}, Horizon: answer.LifeState{State: treaty.Ended}},
			{Agreement: "pact", Name: "A wish", If: "pact=in_force", Today: answer.LifeState{State: treaty.BindsIf}, Horizon: answer.LifeState{State: treaty.BindsIf}}},
		Kept: []answer.KeptDuty{{Clause: "pact/1", If: "pact=in_force", Then: "rail=built", Kept: 0.7, Low: 0.5, High: 0.8, Letter: "c", Reason: "Made up.", Source: []string{"S002"}, Held: true,
			Arms: []answer.KeptArm{{Arm: "pact=in_force", Binds: fixed(1), Tables: fixed(0.4), Reference: fixed(0.7)}}}},
	}
	for _, view := range in.Answer.Views {
		a.Horizon.Verdicts[0].Weights = append(a.Horizon.Verdicts[0].Weights, answer.BiteWeight{View: view.ID, Act: "pact", State: "in_force", Weight: fixed(0.42)})
	}
	return a
}

// The page shows a conflict with both clauses, their standing, condition, cures and
// weight; quotes only where they are attached.
func TestAgreementsSection(t *testing.T) {
	in := synthetic()
	write := func(in Input) string {
		t.Helper()
		var b strings.Builder
		if err := Write(&b, in); err != nil {
			t.Fatal(err)
		}
		_, section, ok := strings.Cut(b.String(), `<section id="agreements"`)
		if !ok {
			t.Fatal("no section on agreements")
		}
		section, _, _ = strings.Cut(section, "</section>")
		return section
	}
	if got := write(in); strings.Contains(got, "conflict-1") {
		t.Error("a conflict without an answer on agreements")
	}
	in.Answer.Agreements = agreed(in)
	const words = "the very words"
	for _, attached := range []bool{false, true} {
		in.Quotes = nil
		if attached {
			in.Quotes = func(claim string) (string, bool) { return words, claim == "expert-more" }
		}
		got := write(in)
		for _, part := range []string{
			"Russia cannot keep both what it owes Iran", `id="conflict-1"`, "Latent (clash): Russia", `href="#clause-pact.2f.1"`, "Build &lt;the&gt; railway.", "in the text", "asserted by",
			`href="#claim-expert-more"`, "<code>pact=in_force</code>", "pact/1, or pact/2", "42 %", "pact/1 can never bind.", "The missing railway: built", "kept in 70 %", "40.0\u00a0% by the given tables alone",
			"1 further clauses", "signed 2020-01-17, in force from 2021-01-17, ended 2024-01-17", "never signed, binds where pact=in_force",
		} {
			if !strings.Contains(got, part) {
				t.Errorf("the section has no %q", part)
			}
		}
		if strings.Contains(got, words) != attached {
			t.Errorf("words are shown: %v, attached: %v", !attached, attached)
		}
	}
}
