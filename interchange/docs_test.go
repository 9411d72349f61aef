package interchange_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/interchange"
)

var block = regexp.MustCompile("(?s)```([a-z-]+)\n(.*?)```")

// The examples in the format pages read without a complaint.
func TestExamplesInDocuments(t *testing.T) {
	examples := map[string]string{}
	for _, page := range []string{"tntp.md", "gmns.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", "formats", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			examples[m[1]] = m[2]
		}
	}
	get := func(name string) []byte {
		if examples[name] == "" {
			t.Fatalf("no example %s", name)
		}
		return []byte(examples[name])
	}
	var l diag.List
	n := interchange.ReadTNTPNetwork("net", get("tntp-net"), &l)
	trips := interchange.ReadTNTPTrips("trips", get("tntp-trips"), &l)
	nodes := interchange.ReadTNTPNodes("node", get("tntp-node"), &l)
	flows := interchange.ReadTNTPFlows("flow", get("tntp-flow"), &l)
	if len(n.Links) != 2 || len(trips.Pairs) != 3 || len(nodes) != 1 || len(flows) != 1 {
		t.Errorf("%d links, %d pairs, %d nodes, %d flows", len(n.Links), len(trips.Pairs), len(nodes), len(flows))
	}
	fsys := fstest.MapFS{}
	for _, name := range []string{"config", "node", "link", "demand"} {
		fsys["x/"+name+".csv"] = &fstest.MapFile{Data: get("gmns-" + name)}
	}
	if p := interchange.ReadGMNS(fsys, "x", interchange.GMNSOptions{}, &l).Problem(0.15, 4, &l); p == nil || len(p.Zones) != 2 {
		t.Errorf("no problem: %v", l.All())
	}
	if l.Len() != 0 {
		t.Errorf("%v", l.All())
	}
}
