package casefile_test

import (
	"fmt"
	"os"
	"testing/fstest"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// A case is a folder; Load reads it whole and reports every problem.
func ExampleLoad() {
	var problems diag.List
	c := casefile.Load(casefile.Starter(), &problems)
	fmt.Println(c.Title)
	fmt.Println(c.WorldCount, "worlds,", problems.Count(diag.Error), "errors")
	fmt.Println(c.Effects[0].When, "opens", c.Effects[0].Freight[0].On.Project)
	// Output:
	// A pact and a bridge over the Brigg
	// 4 worlds, 0 errors
	// rail_bridge=built opens rail_bridge
}

// Problems carry their place, what was expected and what may have been meant.
func ExampleLoad_problems() {
	var problems diag.List
	casefile.Load(fstest.MapFS{"case.yaml": {Data: []byte("format: 1\nid: x\ntitel: A case\n")}}, &problems)
	for _, d := range problems.All() {
		if d.Rule.Name == "unknown-key" {
			fmt.Println(d)
			fmt.Println(d.Hint)
		}
	}
	// Output:
	// case.yaml:3:1: error A020 unknown-key: case.yaml has no key "titel"
	// did you mean "title"?
}

func ExampleInit() {
	dir, err := os.MkdirTemp("", "case")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(casefile.Init(dir))
	// Output: <nil>
}
