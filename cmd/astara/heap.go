package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// garbage is how much the heap may grow before it is collected, as a percentage:
	// an answer holds hundreds of megabytes that live on, and twice that would be in
	// the way of what else runs on an analyst's machine. Most of it is numbers, which a
	// collection need not look at, so collecting often costs little.
	garbage = 20
	// roomyHeap is what the heap of a command that ends with its result may grow to
	// before it is collected at all: less than an answer of the shipped case comes to
	// hold. Preparing it makes 700 MB of which 100 live, which was collected a hundred
	// and fifty times.
	roomyHeap = 256 << 20
	// beside is what the runtime may hold beside a heap at its limit: its own lists, and
	// room between what is in use. Above that it gives memory back, and collects at
	// once should the percentage be late in following the heap.
	beside = 72 << 20
	// runtimeHeap is the heap at a percentage of 100 below which the runtime does not
	// collect; it goes with the percentage.
	runtimeHeap = 4 << 20
)

// collectOften sets the percentage of garbage, unless the user has.
func collectOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}

// collectLate lets the heap grow to roomyHeap before it is collected, and above that
// by garbage, with little beside it, unless the user has set a percentage. For
// commands that end.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var next func(struct{})
	next = func(struct{}) {
		metrics.Read(sample)
		live := sample[0].Value.Uint64()
		percent, most := limitsFor(live)
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(most)
		// What nobody holds is cleaned up after the next collection. It must not be so
		// small that it shares its place with something else.
		runtime.AddCleanup(new([4]*byte), next, struct{}{})
	}
	next(struct{}{})
}

// limitsFor is the percentage with which a heap with so many bytes in use grows to
// roomyHeap, or by garbage, and the memory at which it is collected in any case.
func limitsFor(live uint64) (percent int, most int64) {
	percent = garbage
	if live < roomyHeap {
		percent = max(percent, int((roomyHeap-live)*100/max(live, 1)))
		percent = min(percent, roomyHeap*100/runtimeHeap)
	}
	return percent, int64(max(live, roomyHeap))*(100+garbage)/100 + beside
}
