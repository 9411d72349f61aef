package assign_test

import (
	"math"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/freight/assign/synthetic"
)

// A region of some hundred zones, large enough that most pairs rest and that what a
// pair saves by itself may be left: full links lose half their capacity, one after
// the other, one is closed and one gets more. Each world ends where a cold solve of it
// does, after fewer sweeps, to a gap that is that of its flows, whatever the workers.
func TestWarmWorldsOfARegion(t *testing.T) {
	p, err := synthetic.Region{Seed: 3, Crossings: 400, Links: 1400, Zones: 80, Pairs: 5000, Trips: 60000}.Problem()
	if err != nil {
		t.Fatal(err)
	}
	p.Network.Toll = make([]float64, len(p.Network.Free))
	p.Classes[0].Equivalent = 1
	for _, gap := range []float64{1e-5, 1e-10} {
		parent := solve(t, p, assign.Settings{Gap: gap})
		var full []int
		for l, v := range parent.Volume {
			if p.Network.B[l] > 0 && v > p.Network.Capacity[l] {
				full = append(full, l)
			}
		}
		if len(full) < 20 {
			t.Fatalf("%d links are full, too few to choose from", len(full))
		}
		colds, warms := 0, 0
		world := *p.Network
		for w := range 8 {
			l := full[w*len(full)/8]
			world.Free, world.Capacity = slices.Clone(world.Free), slices.Clone(world.Capacity)
			switch w {
			case 3:
				world.Free[l] = math.Inf(1)
			case 5:
				world.Capacity[l] *= 3
			default:
				world.Capacity[l] /= 2
			}
			here := world
			q := &assign.Problem{Network: &here, Classes: p.Classes}
			cold := solve(t, q, assign.Settings{Gap: gap})
			warm := solve(t, q, assign.Settings{Gap: gap, Warm: parent, Workers: 1})
			again := solve(t, q, assign.Settings{Gap: gap, Warm: parent, Workers: 4})
			colds, warms = colds+len(cold.Iterations), warms+len(warm.Iterations)
			if !cold.Converged || !warm.Converged {
				t.Fatalf("world %d: gaps: cold %v, warm %v", w, cold.RelativeGap, warm.RelativeGap)
			}
			// Both lie within their gap of the least there is.
			if d := math.Abs(cold.Objective - warm.Objective); d > gap*cold.TSTT {
				t.Fatalf("world %d: objective: cold %v, warm %v", w, cold.Objective, warm.Objective)
			}
			if !slices.Equal(again.Volume, warm.Volume) || again.RelativeGap != warm.RelativeGap {
				t.Fatalf("world %d: the number of workers changes it", w)
			}
			conserved(t, warm, 1e-12)
			if g := trueGap(t, warm); math.Abs(g-warm.RelativeGap) > 1e-13 {
				t.Fatalf("world %d: gap %v is reported, its flows have %v", w, warm.RelativeGap, g)
			}
			parent = warm
		}
		t.Logf("gap %v: %d sweeps cold, %d warm", gap, colds, warms)
		if warms >= colds {
			t.Errorf("gap %v: %d sweeps warm, %d cold", gap, warms, colds)
		}
	}
}
