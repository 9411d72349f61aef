//go:build unix

package answer

import (
	"encoding/json"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// dragTo is where claims are dragged: the middle of an interval.
var dragTo = []float64{0.05, 0.3, 0.6, 0.95}

func processor(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// dragged are the words of the flagship on its own table where the user's cache keeps
// its columns, else on an invented one, on which fewer claims clash.
func dragged(tb testing.TB) *WhatIf {
	tb.Helper()
	var l diag.List
	c := casefile.Load(os.DirFS("../cases/caucasus"), &l)
	if l.Failed() {
		tb.Fatal(l.All())
	}
	dir, err := world.DefaultDir()
	if err != nil {
		tb.Fatal(err)
	}
	_, ts, ok, err := KeptTables(&world.Cache{Dir: dir}, c)
	if err != nil {
		tb.Fatal(err)
	}
	if !ok {
		tb.Log("no columns of the flagship are kept: an invented table takes their place")
		ts = flagshipRead(tb).tables
	}
	x, err := NewWhatIf(tb.Context(), c, ts, 1)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// BenchmarkWhatIfDrag moves every claim of the flagship that has an interval, near and far,
// and reports the time of processor that requests take, from the change to the text and the
// weights, on one processor.
func BenchmarkWhatIfDrag(b *testing.B) {
	x := dragged(b)
	type took struct {
		claim string
		at    float64
		cpu   time.Duration
	}
	for _, view := range []string{ByMixture, ByConsensus} {
		b.Run(view, func(b *testing.B) {
			var all []took
			n := 0
			for b.Loop() {
				n++
				all = all[:0]
				for _, c := range x.o.c.Claims {
					if !ranged(&c) || !x.o.weighs(c.ID) || !slices.ContainsFunc(x.o.speakers, func(p *opinion) bool { return p.actor.ID == c.Speaker }) {
						continue
					}
					for _, at := range dragTo {
						m := at + 1e-5*float64(n) // never where it was before
						i := [2]float64{max(0, m-0.02), min(1, m+0.02)}
						before := processor(b)
						got, err := x.Complete(b.Context(), Change{Claims: map[string]ClaimChange{c.ID: {Interval: &i}}}, view, "", "")
						if err != nil {
							b.Fatal(err)
						}
						if _, err := json.Marshal(got); err != nil {
							b.Fatal(err)
						}
						all = append(all, took{c.ID, at, processor(b) - before})
					}
				}
			}
			if len(all) == 0 {
				b.Fatal("no claim has an interval")
			}
			slices.SortFunc(all, func(a, b took) int { return int(b.cpu - a.cpu) })
			b.ReportMetric(float64(all[0].cpu.Microseconds())/1e3, "worst-cpu-ms")
			b.ReportMetric(float64(all[len(all)/2].cpu.Microseconds())/1e3, "median-cpu-ms")
			for _, t := range all[:min(5, len(all))] {
				b.Logf("%s at %v: %v", t.claim, t.at, t.cpu)
			}
		})
	}
}
