package lp

import (
	"context"
	"math/rand/v2"
	"strconv"
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

// BenchmarkInstance is what a problem pays for that finds no instance.
func BenchmarkInstance(b *testing.B) {
	need(b)
	e, err := start(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer e.rt.Close(context.Background())
	for b.Loop() {
		ins, err := e.borrow(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		e.give(ins)
		e.release()
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

// BenchmarkBounds is the shape of a bound on a question: a distribution over n worlds
// (columns), 40 claims (rows) as intervals of sums over a random half of them.
func BenchmarkBounds(b *testing.B) {
	need(b)
	for _, n := range []int{4096, 65536} {
		rng := rand.New(rand.NewPCG(23, 24))
		p := &Problem{}
		for range n {
			p.Col(rng.Float64(), 0, Inf)
		}
		all := make([]Term, n)
		for j := range all {
			all[j] = Term{j, 1}
		}
		p.Row(1, 1, all...)
		for range 40 {
			var terms []Term
			for j := range n {
				if rng.IntN(2) == 0 {
					terms = append(terms, Term{j, 1})
				}
			}
			lo := 0.3 + 0.1*rng.Float64()
			p.Row(lo, lo+0.2, terms...)
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				if r := solve(b, p, Options{}); r.Status != Optimal {
					b.Fatal(r.Status)
				}
			}
		})
	}
}

// BenchmarkGenerate adds 2,000 columns one by one, solving after every twentieth.
func BenchmarkGenerate(b *testing.B) {
	need(b)
	ctx := context.Background()
	for b.Loop() {
		rng := rand.New(rand.NewPCG(25, 26))
		m, err := Open(ctx, transport(rng, 20, 20), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for k := range 2000 {
			if _, err := m.AddCol(ctx, rng.Float64(), 0, 1, RowTerm{rng.IntN(20), 1}, RowTerm{20 + rng.IntN(20), 1}); err != nil {
				b.Fatal(err)
			}
			if k%20 == 0 {
				if r, err := m.Solve(ctx); err != nil || r.Status != Optimal {
					b.Fatal(r, err)
				}
			}
		}
		m.Close()
	}
}
