package lp

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkStart is the start of the solver with its compiled form in the cache
// folder: read, load, first instance.
func BenchmarkStart(b *testing.B) {
	need(b)
	dir := b.TempDir()
	if _, err := start(dir, ""); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := start(dir, "")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.borrow(context.Background()); err != nil {
			b.Fatal(err)
		}
		e.rt.Close(context.Background())
	}
}

// BenchmarkCompile is the start without the cache.
func BenchmarkCompile(b *testing.B) {
	need(b)
	for b.Loop() {
		e, err := start("", "benchmark")
		if err != nil {
			b.Fatal(err)
		}
		e.rt.Close(context.Background())
	}
}

func BenchmarkTransport100x200(b *testing.B) {
	need(b)
	p := transport(rand.New(rand.NewPCG(13, 14)), 100, 200)
	for b.Loop() {
		if r := solve(b, p, Options{}); r.Status != Optimal {
			b.Fatal(r.Status)
		}
	}
}

// BenchmarkObjectives is what bounds on many queries cost: one set of rows, a new
// objective each time, from the last basis.
func BenchmarkObjectives(b *testing.B) {
	need(b)
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(15, 16))
	m, err := Open(ctx, transport(rng, 40, 100), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	cost := make([]float64, m.Problem().Cols())
	for b.Loop() {
		for j := range cost {
			cost[j] = rng.Float64()
		}
		if err := m.SetObjective(ctx, false, cost, 0); err != nil {
			b.Fatal(err)
		}
		if r, err := m.Solve(ctx); err != nil || r.Status != Optimal {
			b.Fatal(r, err)
		}
	}
}
