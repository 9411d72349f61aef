package server

import (
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/astara-corridors/astara/freight"
)

// The map of the shipped case: its network, the flows of runs, whose cargo is on a link,
// and chains. They agree with one another.
func TestMap(t *testing.T) {
	// Under the race detector the flagship takes longer to open than a request may.
	_, u, _ := running(t, Options{}, func(s *Server) { s.models.most = 10 * time.Minute })
	api := u + base + "/cases/caucasus"
	get := func(at string, into any) {
		t.Helper()
		status, _, got := do(t, "GET", api+at, "")
		if status != 200 {
			t.Fatalf("%s: %d %.300s", at, status, got)
		}
		if err := json.Unmarshal([]byte(got), into); err != nil {
			t.Fatal(err)
		}
	}
	var n Network
	get("/network", &n)
	nodes := map[string]bool{}
	for _, x := range n.Nodes {
		nodes[x.ID] = true
	}
	for _, l := range n.Links {
		if !nodes[l.From] || !nodes[l.To] {
			t.Errorf("link %s joins nodes that are not there", l.ID)
		}
	}
	if len(n.Links) < 400 || len(n.Crossings) < 100 || len(n.Straits) < 4 {
		t.Errorf("%d links, %d crossings, %d straits", len(n.Links), len(n.Crossings), len(n.Straits))
	}
	for _, x := range n.Straits {
		if !x.Known || x.At == [2]float64{} {
			t.Errorf("where strait %s lies is not known", x.ID)
		}
	}
	named := map[string]bool{}
	for _, x := range n.Markets {
		named[x.ID] = strings.Contains(x.Name, " → ") && !strings.Contains(x.Name, "_")
	}
	var flows, again Flows
	get("/flows", &flows)
	if !flows.Converged || len(flows.Total) != len(n.Links) || len(flows.Limits) == 0 {
		t.Fatalf("%v, %d totals", flows.Converged, len(flows.Total))
	}
	most := 0
	for i := range flows.Total {
		parts := flows.Domestic[i] + flows.Import[i] + flows.Export[i] + flows.Transit[i]
		if parts > 0 && math.Abs(parts-flows.Total[i]) > 1e-6*flows.Total[i] {
			t.Errorf("link %s: parts %g, total %g", n.Links[i].ID, parts, flows.Total[i])
		}
		if flows.Total[i] > flows.Total[most] {
			most = i
		}
	}
	var uses []freight.Use
	get("/selectlink?place="+url.QueryEscape(n.Links[most].ID), &uses)
	sum := 0.0
	for _, x := range uses {
		sum += x.Tonnes
		if !named[x.Market] {
			t.Errorf("market %s has no name for people", x.Market)
		}
	}
	if math.Abs(sum-flows.Total[most]) > 1e-6*sum {
		t.Errorf("the users of link %s move %g t, it carries %g", n.Links[most].ID, sum, flows.Total[most])
	}
	get("/flows?world="+url.QueryEscape("zangezur=open_regional"), &again)
	if again.Run == flows.Run || again.Outcomes["zangezur_tonnes"] <= flows.Outcomes["zangezur_tonnes"] {
		t.Errorf("%s: %g t by the passage; %s: %g", again.Run, again.Outcomes["zangezur_tonnes"], flows.Run, flows.Outcomes["zangezur_tonnes"])
	}
	var chains []freight.Chain
	get("/chains?from=az_baku&to=nx_nakhchivan&commodity=container_general", &chains)
	if len(chains) == 0 || chains[0].Km < 200 {
		t.Errorf("%d chains", len(chains))
	}
	for at, want := range map[string]string{
		"/flows?world=zangezur%3Dajar":                                 "ajar",
		"/flows?world=a%3Db&base_year=true":                            "exclude",
		"/flows?world=corridor_war%3Dwith_russia%2Czangezur%3Dnothing": "nothing",
		"/selectlink?place=atlantis":                                   "atlantis",
		"/chains?from=az_baku&to=az_baku&commodity=grain":              "same place",
		"/chains?from=az_baku&to=nowhere&commodity=grain":              "nowhere",
		"/chains?from=az_baku&to=moscow&commodity=ideas":               "ideas",
	} {
		if status, _, body := do(t, "GET", api+at, ""); status/100 != 4 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", at, status, body)
		}
	}
}
