package complete

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/formula"
)

// TestTreeHoldsEveryWorld checks leaves, heads and sums against the states of the
// worlds, for a full product and for one with most combinations missing.
func TestTreeHoldsEveryWorld(t *testing.T) {
	full := frame(t, "a: x y", "b: x y z", "c: x y z w", "d: x y")
	part := *full
	part.ArmOf = slices.Clone(full.ArmOf)
	for row := range part.ArmOf {
		if row%7 > 0 {
			part.ArmOf[row] = -1
		}
	}
	levels := [][]int{{2}, {0, 3}, {1}}
	for name, f := range map[string]*struct {
		arm   []int16
		count int
	}{"full": {full.ArmOf, 48}, "part": {part.ArmOf, 7}} {
		g := *full
		g.ArmOf = f.arm
		tr := newTree(&g, levels)
		if len(tr.rows) != f.count {
			t.Fatalf("%s: %d leaves, want %d", name, len(tr.rows), f.count)
		}
		weight := make([]float64, len(f.arm))
		for row := range weight {
			weight[row] = float64(row + 1)
		}
		sums := tr.sums(weight)
		var vars []int
		for n := range len(levels) + 1 {
			if n > 0 {
				vars = append(vars, levels[n-1]...)
			}
			want := map[string]float64{}
			id := func(row int) string {
				var s []int
				for _, v := range vars {
					s = append(s, full.Space.State(full.Worlds.Codes[row], v))
				}
				return fmt.Sprint(s)
			}
			for row, a := range f.arm {
				if a >= 0 {
					want[id(row)] += weight[row]
				}
			}
			if len(sums[n]) != len(want) {
				t.Fatalf("%s: level %d has %d nodes, want %d", name, n, len(sums[n]), len(want))
			}
			for i, s := range sums[n] {
				if w := want[id(int(tr.head[n][i]))]; s != w {
					t.Errorf("%s: level %d node %d weighs %v, want %v", name, n, i, s, w)
				}
			}
		}
	}
}

// TestKeysOfWorlds compares the two tables with the states themselves.
func TestKeysOfWorlds(t *testing.T) {
	f := frame(t, "a: x y", "b: x y z", "d: x y z w v", "e: x y")
	order := []int{2, 0, 3, 1}
	low, high, cut := keyTables(f.Space, order)
	for _, w := range f.Worlds.Codes {
		want := uint64(0)
		for _, v := range order {
			want = want*uint64(len(f.Space.Vars()[v].States)) + uint64(f.Space.State(w, v))
		}
		if got := low[uint32(w)%cut] + high[uint32(w)/cut]; got != want {
			t.Fatalf("world %s: key %d, want %d", f.Space.Format(formula.World(w)), got, want)
		}
	}
}

// TestPlanChangesNothing completes with a plan that others have used.
func TestPlanChangesNothing(t *testing.T) {
	f := binary(t, 9)
	q := uniform(f)
	plan := NewPlan(f)
	for seed := range uint64(4) {
		w := read(t, f, many(t, f, 8, seed+1)...)
		alone := complete(t, w, q, Options{})
		for _, workers := range []int{1, 3} {
			if c := complete(t, w, q, Options{Plan: plan, Workers: workers}); !slices.Equal(c.Weight, alone.Weight) {
				t.Errorf("seed %d, %d workers: the plan changed the weights", seed, workers)
			}
		}
	}
}

// TestSampledHessian solves one large problem with the Hessian of a sample and of
// all groups: the multipliers are the same.
func TestSampledHessian(t *testing.T) {
	const n, m = thinned + 1000, 3
	solve := func(whole bool) []float64 {
		rng := rand.New(rand.NewPCG(5, 6))
		x := &tilt{mass: []float64{1}, free: make([]bool, m), y: make([]float64, m), first: []int32{0}}
		for r := range m {
			x.free[r] = r > 0
			for _, v := range []float64{0.3, -0.7} {
				x.row, x.val = append(x.row, uint16(r)), append(x.val, v)
			}
		}
		for range n {
			x.base, x.part = append(x.base, 1./n), append(x.part, 0)
			for r := range m {
				x.entry = append(x.entry, uint32(2*r+rng.IntN(2)))
			}
			x.first = append(x.first, int32(len(x.entry)))
		}
		x.prepare()
		if x.whole {
			t.Fatal("too small to be sampled")
		}
		x.whole = whole
		res, err := x.solve(ctx, maxSteps)
		if err != nil || !res.converged {
			t.Fatalf("residual %v, %v", res.residual, err)
		}
		if x.whole != whole {
			t.Error("the sample was given up")
		}
		return x.y
	}
	a, b := solve(false), solve(true)
	for r := range a {
		if math.Abs(a[r]-b[r]) > 1e-10 {
			t.Errorf("row %d: multiplier %v by the sample, %v by all", r, a[r], b[r])
		}
	}
	if math.Abs(b[1]) < 0.1 {
		t.Errorf("multipliers %v: nothing was tilted", b)
	}
}
