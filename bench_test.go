package astara

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// flagship prepares the shipped case once for benchmarks.
func flagship(b *testing.B) *Model {
	b.Helper()
	files, err := cases.Open("caucasus")
	if err != nil {
		b.Fatal(err)
	}
	var l diag.List
	c := Load(files, &l)
	if l.Failed() {
		b.Fatal(l.All()[0])
	}
	m, err := Prepare(context.Background(), c, &l, Options{})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkWorld solves effective worlds of the flagship case one after the
// other, from the baseline's solution as the table does.
func BenchmarkWorld(b *testing.B) {
	m := flagship(b)
	plan, err := m.Worlds()
	if err != nil {
		b.Fatal(err)
	}
	w := plan.Engine.NewWorker()
	ctx := context.Background()
	root, err := w.Solve(ctx, plan.Networks[0].Delta, nil)
	if err != nil {
		b.Fatal(err)
	}
	step := len(plan.Networks)/61 + 1 // spread over the table
	i := 1
	iterations := 0
	for b.Loop() {
		s, err := w.Solve(ctx, plan.Networks[1+i%(len(plan.Networks)-1)].Delta, root.State)
		if err != nil {
			b.Fatal(err)
		}
		iterations += s.Iterations
		i += step
	}
	b.ReportMetric(float64(iterations)/float64(b.N), "steps/op")
}

// BenchmarkPrepare builds networks and route sets.
func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		flagship(b)
	}
}

// BenchmarkPlan maps every world to its effective world.
func BenchmarkPlan(b *testing.B) {
	m := flagship(b)
	var p *world.Plan
	for b.Loop() {
		var err error
		if p, err = m.Worlds(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(p.Networks)), "networks")
}

// BenchmarkReading reads the solved table of the flagship case: all that an
// answer does after its networks are solved, words and weights included. The
// table is taken from the user's cache; the first run solves it.
func BenchmarkReading(b *testing.B) {
	m := flagship(b)
	dir, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	cache := &world.Cache{Dir: filepath.Join(dir, "astara")}
	ctx := context.Background()
	s, err := m.Solve(ctx, Options{Cache: cache})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		if _, err := s.Answer(ctx, Options{Cache: cache}); err != nil {
			b.Fatal(err)
		}
	}
}
