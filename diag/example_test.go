package diag_test

import (
	"os"

	"github.com/astara-corridors/astara/diag"
)

var unknownNode = diag.NewRule("X012", "example-node", diag.Error, "a link names a node that node.csv does not have")

func Example() {
	source := "link_id,from_node_id,to_node_id\naktau_baku,aktua,baku_alat\n"

	var l diag.List
	d := l.Report(unknownNode, diag.Pos{File: "link.csv", Line: 2, Col: 12, Len: 5}, "aktua", "no node %q", "aktua")
	d.Expected = "the node_id of a row of node.csv"
	if near := diag.Nearest("aktua", []string{"aktau", "baku_alat"}); near != "" {
		d.Hint = "did you mean \"" + near + "\"?"
	}
	l.Print(os.Stdout, func(string) []byte { return []byte(source) }, false)
	// Output:
	// link.csv:2:12: error X012 example-node: no node "aktua"
	//   aktau_baku,aktua,baku_alat
	//              ^~~~~
	//   expected: the node_id of a row of node.csv
	//   hint: did you mean "aktau"?
}
