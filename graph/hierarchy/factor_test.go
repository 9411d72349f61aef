package hierarchy_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/graph/hierarchy"
	_ "github.com/astara-corridors/astara/internal/seed"
)

// Walks agree with the sum over walks of ever more links, and flows conserve.
func TestWalks(t *testing.T) {
	reached := 0
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t, 15)
		n, m := d.g.Nodes(), d.g.Links()
		if d.no == nil {
			d.no = make([]bool, n)
		}
		d.no[0] = true // a target at least
		degree := make([]int, n)
		for l := range m {
			degree[d.g.Tail(int32(l))]++
		}
		weight := make([]float64, m)
		for l := range weight { // the weights out of a node add up to less than 0.8: the radius is below 1
			if !math.IsInf(d.cost[l], 1) {
				weight[l] = 0.8 * rapid.Float64Range(0.1, 1).Draw(t, "weight") / float64(degree[d.g.Tail(int32(l))])
			}
		}
		var targets []int32
		for v := range d.no {
			if d.no[v] && len(targets) < hierarchy.Lanes {
				targets = append(targets, int32(v))
			}
		}
		h := build(t, d.g, d.no)
		f, w := h.NewFactor(), h.NewWalk()
		if !f.Factorize(weight, 1e-12) {
			t.Fatal("a radius below 1 is refused")
		}
		w.Toward(f, targets)
		flow := make([]float64, m)
		balance := make([]float64, n)
		for k, target := range targets {
			want := walks(d, weight, target)
			for v := int32(0); int(v) < n; v++ {
				got := w.Z(k, v)
				if math.Abs(got-want[v]) > 1e-12*want[v] {
					t.Fatalf("from %d to %d: %v, want %v", v, target, got, want[v])
				}
				if v != target && got > 0 {
					reached++
					amount := float64(1 + v)
					w.Send(k, v, amount)
					balance[v] += amount
					balance[target] -= amount
				}
			}
		}
		w.Carry(flow)
		for l, x := range flow {
			balance[d.g.Tail(int32(l))] -= x
			balance[d.g.Head(int32(l))] += x
		}
		for v, b := range balance {
			if math.Abs(b) > 1e-10 {
				t.Fatalf("node %d is out of balance by %v", v, b)
			}
		}
	})
	if reached == 0 {
		t.Fatal("no walk ever led anywhere: the test tests nothing")
	}
}

// walks sums over walks by repeated steps; nodes that may not be passed have no
// weight into them but the target's.
func walks(d drawn, weight []float64, target int32) []float64 {
	z := make([]float64, d.g.Nodes())
	z[target] = 1
	for range 400 { // 0.8^400 is below 1e-38
		next := make([]float64, len(z))
		next[target] = 1
		for l, x := range weight {
			u, v := d.g.Tail(int32(l)), d.g.Head(int32(l))
			if u != target && (!d.no[v] || v == target) {
				next[u] += x * z[v]
			}
		}
		z = next
	}
	return z
}

// A round trip whose weight is 1 or more has no sum, and is refused.
func TestFactorRefuses(t *testing.T) {
	d := grid(t, 2, 2, func() float64 { return 0 })
	h := build(t, d.g, nil)
	f := h.NewFactor()
	weight := make([]float64, d.g.Links())
	for _, c := range []struct {
		weight float64
		want   bool
	}{{0.49, true}, {0.5, false}, {1, false}} { // a square has radius 2 times the weight
		for l := range weight {
			weight[l] = c.weight
		}
		if got := f.Factorize(weight, 1e-10); got != c.want {
			t.Errorf("weight %v: %v, want %v", c.weight, got, c.want)
		}
	}
}
