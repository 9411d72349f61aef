package hierarchy

import (
	"math/rand/v2"
	"testing"

	"github.com/astara-corridors/astara/graph"
)

// kernels are those that this processor can run.
func kernels() []kernel {
	if !vector {
		return []kernel{goKernel}
	}
	return []kernel{goKernel, {"AVX-512", sweepDown, rise}}
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

// scalar calls f while sweeps use the kernels in Go.
func scalar(f func()) {
	had := vector
	defer func() { vector = had }()
	vector = false
	f()
}
