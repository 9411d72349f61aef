package formula_test

import (
	"fmt"
	"os"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

func Example() {
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "signed", "in_force"}},
		{ID: "sanctions", Kind: "event", States: []string{"as_2024", "eased", "tight"}},
		{ID: "rasht_astara", Kind: "event", States: []string{"missing", "built"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	var l diag.List
	impossible := space.Parse("rasht_astara=built and sanctions=tight", diag.Pos{}, &l)
	worlds, err := space.Enumerate([]*formula.Prop{impossible}, formula.MaxWorlds)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(worlds.Len(), "of", space.Size(), "worlds")

	p := space.Parse("rasht_astara=built and (sanctions in {as_2024, eased} or not pact=in_force)", diag.Pos{}, &l)
	fmt.Println(p)
	fmt.Println(worlds.Select(p).Count(), "worlds, first:", space.Format(worlds.Codes[1]))

	space.Parse("rasht_astara=build and (pact=signed", diag.Pos{File: "effects.yaml", Line: 4, Col: 9}, &l)
	l.Print(os.Stdout, nil, false)
	// Output:
	// 15 of 18 worlds
	// rasht_astara=built and (pact!=in_force or sanctions!=tight)
	// 6 worlds, first: rasht_astara=built
	// effects.yaml:4:22: error A402 unknown-state: variable rasht_astara has no state "build"
	//   expected: one of missing, built
	//   hint: did you mean "built"?
	// effects.yaml:4:32: error A403 missing-parenthesis: this parenthesis is not closed
	//   expected: ")"
}
