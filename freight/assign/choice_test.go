package assign_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/freight/assign"
	_ "github.com/astara-corridors/astara/internal/seed"
)

func TestLogit(t *testing.T) {
	share := make([]float64, 3)
	sum := assign.Logit([]float64{1000, 1000 - math.Ln2, math.Inf(-1)}, share)
	near(t, "first", share[0], 2.0/3, 1e-13)
	near(t, "second", share[1], 1.0/3, 1e-13)
	near(t, "absent", share[2], 0, 0)
	near(t, "logsum", sum, 1000+math.Log(1.5), 1e-15)
	if s := assign.Logit([]float64{math.Inf(-1)}, share[:1]); !math.IsInf(s, -1) || share[0] != 0 {
		t.Errorf("all absent: logsum %v, share %v", s, share[0])
	}
}

// Routes a: links 0 1, b: links 0 2, c: link 3, with lengths 6 4 4 10. By hand:
// PS_a = PS_b = 0.6/2 + 0.4 = 0.7, PS_c = 1.
func TestPathSize(t *testing.T) {
	routes := [][]int32{{0, 1}, {0, 2}, {3}}
	ps := assign.PathSize(routes, []float64{6, 4, 4, 10})
	near(t, "a", ps[0], 0.7, 1e-15)
	near(t, "b", ps[1], 0.7, 1e-15)
	near(t, "c", ps[2], 1, 1e-15)
	if ps = assign.PathSize([][]int32{{0}, {0}, {}}, []float64{0}); !slices.Equal(ps, []float64{0.5, 0.5, 1}) {
		t.Errorf("routes of length 0: %v, want 0.5 0.5 1", ps)
	}
	// All three cost 10: plain logit gives thirds, path size 0.7/2.4 and 1/2.4.
	sets := []assign.RouteSet{{Amount: 240, Routes: routes}}
	cost := []float64{6, 4, 4, 10}
	plain, err := assign.LoadRoutes(sets, 4, cost, nil, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "plain share", plain.Share[0][2], 1.0/3, 1e-14)
	near(t, "expected cost", plain.Expected[0], 10-math.Log(3), 1e-14)
	sized, err := assign.LoadRoutes(sets, 4, cost, cost, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "shared link", sized.Link[0], 140, 1e-12)
	near(t, "own link", sized.Link[3], 100, 1e-12)
	// Closing link 1 takes route a out, also of the path sizes.
	cost[1] = math.Inf(1)
	sized, err = assign.LoadRoutes(sets, 4, cost, []float64{6, 4, 4, 10}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "b after closing", sized.Share[0][1], 0.5, 1e-14)
	cost[0], cost[3] = math.Inf(1), math.Inf(1)
	if sized, err = assign.LoadRoutes(sets, 4, cost, []float64{6, 4, 4, 10}, 1, 1); err != nil || sized.Unserved != 240 || !math.IsInf(sized.Expected[0], 1) {
		t.Errorf("all closed: %+v, %v", sized, err)
	}
	if _, err := assign.LoadRoutes(sets, 4, cost, nil, 0, 0); err == nil {
		t.Error("theta 0 passes")
	}
}

// A further route lowers no plain-logit expected cost's benefit: the expected
// least cost does not rise.
func TestAddedRouteLowersExpectedCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		cost := make([]float64, n+1)
		var routes [][]int32
		for i := range cost {
			cost[i] = rapid.Float64Range(0, 100).Draw(t, "cost")
			routes = append(routes, []int32{int32(i)})
		}
		before, err := assign.LoadRoutes([]assign.RouteSet{{Amount: 1, Routes: routes[:n]}}, n+1, cost, nil, 0.5, 0)
		if err != nil {
			t.Fatal(err)
		}
		after, err := assign.LoadRoutes([]assign.RouteSet{{Amount: 1, Routes: routes}}, n+1, cost, nil, 0.5, 0)
		if err != nil {
			t.Fatal(err)
		}
		if after.Expected[0] > before.Expected[0] {
			t.Fatalf("expected cost rose from %v to %v", before.Expected[0], after.Expected[0])
		}
	})
}
