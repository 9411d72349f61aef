package server

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/world"
)

// powerCase writes the small case with power and gas into a folder.
func powerCase(t *testing.T) string {
	t.Helper()
	testdata.Need(t, lp.Available())
	dir := filepath.Join(t.TempDir(), "power")
	for path, f := range testdata.Overlay(t, casefile.Starter(), "../answer/testdata/power.txtar") {
		at := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// finish waits for a job that a request has asked for.
func finish(t *testing.T, url, path string) {
	t.Helper()
	status, _, body := do(t, "POST", url+path, "")
	var j Job
	if err := json.Unmarshal([]byte(body), &j); err != nil || status != 202 {
		t.Fatal(status, body)
	}
	for end := time.Now().Add(time.Minute); !j.State.Final(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s does not end", path)
		}
		_, _, body = do(t, "GET", url+base+"/jobs/"+j.ID, "")
		if err := json.Unmarshal([]byte(body), &j); err != nil {
			t.Fatal(err)
		}
	}
	if j.State != Done {
		t.Fatalf("%s: %s: %s", path, j.State, j.Problem)
	}
}

// The map and the answer say the same of power: the flow of a tie in a run is the
// outcome that asks for it, and the flow expected in an arm under a view is the
// answer's expectation.
func TestEnergyOfMapAndAnswer(t *testing.T) {
	cache := &world.Cache{Dir: t.TempDir()}
	u := start(t, Options{Cases: []string{powerCase(t)}, Cache: cache})
	api := base + "/cases/power"
	get := func(at string, into any) {
		t.Helper()
		status, _, got := do(t, "GET", u+api+at, "")
		if status != 200 {
			t.Fatalf("%s: %d %.300s", at, status, got)
		}
		if err := json.Unmarshal([]byte(got), into); err != nil {
			t.Fatal(err)
		}
	}
	var n EnergyNetwork
	get("/energy/network", &n)
	line, zones := -1, map[string]bool{}
	for _, z := range n.Zones {
		zones[z.ID] = true
	}
	for i, x := range n.Ties {
		if x.ID == "line" {
			line = i
		}
		if !zones[x.From] || !zones[x.To] {
			t.Errorf("tie %s joins zones that are not there", x.ID)
		}
	}
	if line < 0 || len(n.Pipes) == 0 || len(n.Blocks) == 0 {
		t.Fatalf("%+v", n)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(b)) }
	for _, world := range []string{"", "gas_north=stopped", "gas_north=stopped,grid=joined"} {
		var f EnergyFlows
		var all Flows
		get("/energy/flows?world="+world, &f)
		get("/flows?world="+world, &all)
		if want := all.Outcomes["line_flow"]; !near(f.Ties[line].Energy, want) {
			t.Errorf("world %q: the tie carries %g GWh/yr on the map, the outcome is %g", world, f.Ties[line].Energy, want)
		}
		sum := 0.0
		for k, b := range n.Blocks {
			sum += f.Ties[line].Blocks[k] * b.Hours / 1000
		}
		if !near(sum, f.Ties[line].Energy) {
			t.Errorf("world %q: blocks make %g GWh/yr of %g", world, sum, f.Ties[line].Energy)
		}
		short := 0.0
		for i, z := range n.Zones {
			if z.Country == "XM" {
				for k, b := range n.Blocks {
					short += f.Zones[i].Unserved[k] * b.Hours / 1000
				}
			}
		}
		if want := all.Outcomes["midmark_dark"]; !near(short, want) {
			t.Errorf("world %q: %g GWh/yr are not served on the map, the outcome is %g", world, short, want)
		}
	}

	var mean MeanFlowsBody
	if get("/flows/mean?view=reference&act=pact&state=in_force", &mean); mean.Ready {
		t.Fatal("ready before any work")
	}
	finish(t, u, api+"/flows/mean")
	finish(t, u, api+"/answer")
	var a answer.Answer
	get("/answer", &a)
	checked := 0
	for _, act := range a.Acts {
		for _, e := range act.Effects {
			if e.Outcome != "line_flow" {
				continue
			}
			for state, want := range map[string]answer.Number{e.State: e.With, act.Without: e.Without} {
				var m MeanFlowsBody
				get("/flows/mean?view="+act.View+"&act="+act.ID+"&state="+state, &m)
				if !m.Ready || m.View != act.View || m.State != state {
					t.Fatalf("%+v", m)
				}
				checked++
				if !near(m.Ties[line].Energy, want.V) {
					t.Errorf("%s, %s=%s: %g GWh/yr on the map, %g in the answer", act.View, act.ID, state, m.Ties[line].Energy, want.V)
				}
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was compared")
	}
	for at, want := range map[string]int{
		"/flows/mean?view=nobody&act=pact&state=in_force": 404, "/flows/mean?view=reference": 422,
		"/energy/flows?world=grid=wide": 422, "/energy/flows?world=grid=joined&base_year=true": 422,
	} {
		if status, _, body := do(t, "GET", u+api+at, ""); status != want || strings.Contains(body, "panic") {
			t.Errorf("%s: %d %s", at, status, body)
		}
	}
}
