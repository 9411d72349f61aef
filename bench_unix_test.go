//go:build linux || darwin || freebsd

package astara

import (
	"context"
	"math"
	"syscall"
	"testing"
	"time"

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

// processor is the seconds of processor the process has used.
func processor(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}
