package treaty_test

import (
	"fmt"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
)

func ExampleName() {
	fmt.Println(treaty.Name("ru-ir-2025", "21"))
	// Output: ru-ir-2025/21
}

// A state in the middle has promised its eastern neighbour an open line, and its
// western one to follow it in whatever it does.
func ExampleAnalyse() {
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "position(W,line)", States: []string{"open", "shut"}},
		{ID: "position(M,line)", States: []string{"open", "shut"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var problems diag.List
	open := space.Parse("position(M,line)=open", diag.Pos{}, &problems)
	since := calendar.Date{Year: 2020}
	in := treaty.Input{Space: space, Agreements: []treaty.Agreement{
		{ID: "east", Parties: []string{"M", "E"}, Signed: since, InForce: since, Clauses: []treaty.Clause{
			{ID: "1", Bearers: []string{"M"}, Modality: treaty.Obligation, What: open, Standing: treaty.Standing{Kind: treaty.InText}},
		}},
		{ID: "west", Parties: []string{"M", "W"}, Signed: since, InForce: since, Clauses: []treaty.Clause{
			{ID: "2", Bearers: []string{"M"}, Modality: treaty.Align, Scope: []string{"line"}, Standing: treaty.Standing{Kind: treaty.InText}},
		}},
	}}
	report, err := treaty.Analyse(in, treaty.Options{AsOf: calendar.Date{Year: 2025}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range report.Verdicts {
		fmt.Println(v.Kind, v.Sub, v.Bearers, v.Clauses(), "if", v.Condition.Shortest.Text)
	}
	// Output: latent clash [M] [east/1 west/2] if position(W,line)=shut
}
