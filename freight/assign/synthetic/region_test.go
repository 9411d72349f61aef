package synthetic_test

import (
	"context"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/freight/assign/synthetic"
)

var small = synthetic.Region{Seed: 3, Crossings: 400, Links: 1480, Zones: 60, Pairs: 3000, Trips: 60000}

// The region has the size asked for, every pair has a way, and the same seed
// makes the same problem.
func TestRegion(t *testing.T) {
	p, err := small.Problem()
	if err != nil {
		t.Fatal(err)
	}
	n, d := p.Network, p.Classes[0].Demand
	if n.Graph.Nodes() != 460 || n.Graph.Links() != 1480 || len(n.Centroid) != 60 || d.Pairs() != 3000 {
		t.Errorf("%d nodes, %d links, %d zones, %d pairs", n.Graph.Nodes(), n.Graph.Links(), len(n.Centroid), d.Pairs())
	}
	r, err := assign.Solve(context.Background(), p, assign.Settings{Gap: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Converged || len(r.Unreachable) > 0 {
		t.Errorf("gap %v, %d pairs without a way", r.RelativeGap, len(r.Unreachable))
	}
	again, err := small.Problem()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Network.Free, n.Free) || !slices.Equal(again.Classes[0].Demand.Trips(nil), d.Trips(nil)) {
		t.Error("the same seed makes another problem")
	}
}

func TestRegionRefusals(t *testing.T) {
	for _, change := range []func(r *synthetic.Region){
		func(r *synthetic.Region) { r.Links = 700 },
		func(r *synthetic.Region) { r.Links = 4000 },
		func(r *synthetic.Region) { r.Pairs = 60 * 60 },
		func(r *synthetic.Region) { r.Zones = 1 },
	} {
		r := small
		change(&r)
		if _, err := r.Problem(); err == nil {
			t.Errorf("%+v passes", r)
		}
	}
}
