package server

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/world"
)

// Who follows while a run is opened is told how many markets have their routes, then of
// the outcomes, and that nothing is under way any more. A server that has the flows kept
// opens nothing, and says the same.
func TestOpening(t *testing.T) {
	cache := &world.Cache{Dir: t.TempDir()}
	_, u, end := running(t, Options{Cache: cache})
	api := u + base + "/cases/caucasus"
	flows := make(chan string)
	go func() {
		_, _, body := do(t, "GET", api+"/flows", "")
		flows <- body
	}()
	seen := follow(t, api+"/opening")
	first := <-flows
	counted := map[string]int{}
	for _, o := range seen {
		if o.Done > o.Total {
			t.Errorf("%d of %d %s", o.Done, o.Total, o.Stage)
		}
		if o.Total > 0 && o.Done > 0 {
			counted[o.Stage]++
		}
	}
	if counted["routes"] < 2 {
		t.Errorf("told %+v", seen)
	}
	if last := seen[len(seen)-1]; last.Working {
		t.Errorf("it ends with %+v", last)
	}
	if _, _, again := do(t, "GET", api+"/flows?world=", ""); again != first {
		t.Error("the same run says something else")
	}
	if err := end(); err != nil {
		t.Error(err)
	}

	s, u, _ := running(t, Options{Cache: cache})
	if _, _, kept := do(t, "GET", u+base+"/cases/caucasus/flows", ""); kept != first {
		t.Errorf("kept flows are others: %.200s", kept)
	}
	if len(s.models.all) != 0 {
		t.Error("a network was prepared for flows that are kept")
	}
	if status, _, _ := do(t, "GET", u+base+"/cases/atlantis/opening", ""); status != 404 {
		t.Errorf("a case that is not there: %d", status)
	}
}

// follow reads a stream of openings to its end.
func follow(t *testing.T, at string) (out []Opening) {
	t.Helper()
	r, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var o Opening
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	if len(out) == 0 {
		t.Fatal("nothing was told")
	}
	return out
}

// Legs at sea are drawn at sea: what lies on land of the drawn lines is the approach to
// ports and canals. Straight lines between the ends would cross continents.
func TestLegsAtSea(t *testing.T) {
	land, err := atlas.Load()
	if err != nil {
		t.Fatal(err)
	}
	u := start(t, Options{})
	_, _, body := do(t, "GET", u+base+"/cases/caucasus/network", "")
	var n Network
	if err := json.Unmarshal([]byte(body), &n); err != nil {
		t.Fatal(err)
	}
	at := map[string][2]float64{}
	for _, x := range n.Nodes {
		at[x.ID] = x.At
	}
	dry := func(line [][2]float64) (on, all int) {
		const pieces = 40
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			for k := range pieces {
				f := (float64(k) + 0.5) / pieces
				if all++; land.Land(a[0]+f*(b[0]-a[0]), a[1]+f*(b[1]-a[1])) {
					on++
				}
			}
		}
		return on, all
	}
	var on, all, straight, straightAll, round int
	for _, l := range n.Links {
		if l.Mode != "sea" {
			if len(l.Via) > 0 && l.Mode != "ferry" {
				t.Errorf("%s, of %s, is drawn by points at sea", l.ID, l.Mode)
			}
			continue
		}
		ends := [][2]float64{at[l.From], at[l.To]}
		line := append(append(ends[:1:1], l.Via...), ends[1])
		a, b := dry(line)
		c, d := dry(ends)
		on, all, straight, straightAll = on+a, all+b, straight+c, straightAll+d
		for _, s := range l.Straits {
			if s != "south_africa" {
				continue
			}
			south := 0.0
			for _, p := range l.Via {
				south = min(south, p[1])
			}
			if round++; south > -34.9 {
				t.Errorf("%s goes round the Cape at %g", l.ID, south)
			}
		}
	}
	t.Logf("%.3f of the drawn lines on land, %.3f of straight ones; %d legs round the Cape", float64(on)/float64(all), float64(straight)/float64(straightAll), round)
	if round < 10 || float64(on) > 0.1*float64(all) || float64(straight) < 0.25*float64(straightAll) {
		t.Errorf("%d of %d points on land; straight: %d of %d; %d legs round the Cape", on, all, straight, straightAll, round)
	}
}
