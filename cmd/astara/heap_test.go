package main

import (
	"math"
	"testing"
)

// A small heap may grow to roomyHeap and no further; a large one by garbage, without
// a limit that would have it collected all the time.
func TestLimitsFor(t *testing.T) {
	for live := uint64(1); live < 1<<32; live += live/3 + 1 {
		percent, most := limitsFor(live)
		if percent < garbage {
			t.Fatalf("%d bytes in use: %d %%", live, percent)
		}
		goal := live + live*uint64(percent)/100
		least := uint64(runtimeHeap * percent / 100) // the runtime collects no smaller heap
		if live >= roomyHeap {
			if percent != garbage || most != math.MaxInt64 {
				t.Errorf("%d bytes in use: %d %%, limit %d", live, percent, most)
			}
			continue
		}
		if least > roomyHeap || goal > max(roomyHeap, live+live*garbage/100) || most != roomyMost {
			t.Errorf("%d bytes in use grow to %d, at least %d, limit %d", live, goal, least, most)
		}
		if live > 8<<20 && goal < roomyHeap*9/10 {
			t.Errorf("%d bytes in use are collected at %d", live, goal)
		}
	}
}
