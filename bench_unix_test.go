//go:build linux || darwin || freebsd

package astara

import (
	"context"
	"math"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// BenchmarkTable solves the whole table without a cache. Beside time it reports
// the seconds of processor it took, the mean number of steps, and how many
// digits the worst residual leaves right.
func BenchmarkTable(b *testing.B) {
	m := flagship(b)
	before := processor(b)
	var t *world.Table
	for b.Loop() {
		s, err := m.Solve(context.Background(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
		t = s.Table
	}
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-s/op")
	steps, worst := 0, 0.0
	for _, s := range t.Solutions {
		steps += s.Iterations
		worst = max(worst, s.Residual)
	}
	b.ReportMetric(float64(steps)/float64(len(t.Solutions)), "steps/network")
	b.ReportMetric(-math.Log10(worst), "digits")
}

// BenchmarkEnergyTable solves power and gas of all worlds without a cache; the goal
// is 5 s.
func BenchmarkEnergyTable(b *testing.B) {
	var l diag.List
	c := Load(os.DirFS("cases/caucasus"), &l)
	m, err := PrepareEnergy(context.Background(), c, &l)
	if err != nil || l.Failed() || m.Energy == nil {
		b.Fatal(err, l.Failed())
	}
	worlds, err := enumerate(c)
	if err != nil {
		b.Fatal(err)
	}
	before := processor(b)
	n := 0
	for b.Loop() {
		plan, err := world.NewPlan(c.Space, worlds, m.effects, world.NewEnergy(m.Energy, answer.EnergyChanges(c)))
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := plan.Solve(context.Background(), world.Options{}); err != nil {
			b.Fatal(err)
		}
		n = len(plan.Networks)
	}
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(n), "networks")
}

// processor is the seconds of processor the process has used.
func processor(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}
