package hierarchy

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/graph"
)

// The kernels in Go and in vector instructions give the same bits.
func TestKernelsAgree(t *testing.T) {
	if !vector {
		t.Skip("no AVX-512 here: nothing to compare")
	}
	defer func() { vector = true }()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		const nodes, links = 300, 900
		var tail, head []int32
		cost := make([]float64, links)
		for l := range cost {
			u := r.IntN(nodes)
			tail, head = append(tail, int32(u)), append(head, int32((u+r.IntN(20))%nodes))
			switch r.IntN(5) {
			case 0:
				cost[l] = 0
			case 1:
				cost[l] = math.Inf(1)
			default:
				cost[l] = r.Float64()
			}
		}
		g, err := graph.New(nodes, tail, head)
		if err != nil {
			t.Fatal(err)
		}
		h, err := New(g, nil)
		if err != nil {
			t.Fatal(err)
		}
		m := h.NewMetric()
		m.Customize(cost)
		a, b := h.NewSweep(), h.NewSweep()
		for range 5 {
			roots := make([]int32, 1+r.IntN(Lanes))
			for k := range roots {
				roots[k] = int32(r.IntN(nodes))
			}
			vector = true
			a.From(m, roots)
			vector = false
			b.From(m, roots)
			if !slices.Equal(a.label, b.label) || !slices.Equal(a.up, b.up) || !slices.Equal(a.down, b.down) {
				t.Fatalf("seed %d: the kernels differ", seed)
			}
		}
	}
}

func BenchmarkKernels(b *testing.B) {
	const k = 100
	var tail, head []int32
	for v := int32(0); v < k*k; v++ {
		if v%k != k-1 {
			tail, head = append(tail, v, v+1), append(head, v+1, v)
		}
		if v < k*(k-1) {
			tail, head = append(tail, v, v+k), append(head, v+k, v)
		}
	}
	g, err := graph.New(k*k, tail, head)
	if err != nil {
		b.Fatal(err)
	}
	cost := make([]float64, len(tail))
	r := rand.New(rand.NewPCG(1, 2))
	for l := range cost {
		cost[l] = 1 + r.Float64()
	}
	h, err := New(g, nil)
	if err != nil {
		b.Fatal(err)
	}
	m, s := h.NewMetric(), h.NewSweep()
	b.Run("order", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(g, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("customize", func(b *testing.B) {
		for b.Loop() {
			m.Customize(cost)
		}
	})
	m.Customize(cost)
	had := vector
	defer func() { vector = had }()
	for _, v := range []bool{false, had} {
		vector = v
		name := "go"
		if v {
			name = "vector"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.From(m, []int32{0, 1, 2, 3, 4, 5, 6, 7})
			}
		})
	}
}
