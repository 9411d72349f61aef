package main

import "testing"

// A small heap may grow to roomyHeap and no further, a large one by garbage; what is
// held beside it is never so little that the limit comes before the percentage.
func TestLimitsFor(t *testing.T) {
	for live := uint64(1); live < 1<<32; live += live/3 + 1 {
		percent, most := limitsFor(live)
		if percent < garbage {
			t.Fatalf("%d bytes in use: %d %%", live, percent)
		}
		goal := live + live*uint64(percent)/100
		least := uint64(runtimeHeap * percent / 100) // the runtime collects no smaller heap
		if want := live + live*garbage/100; goal > max(roomyHeap, want) || live >= roomyHeap && goal != want || least > roomyHeap {
			t.Errorf("%d bytes in use grow to %d, at least %d", live, goal, least)
		}
		if live > 8<<20 && goal < roomyHeap*9/10 {
			t.Errorf("%d bytes in use are collected at %d", live, goal)
		}
		if over := most - int64(max(goal, roomyHeap)); over < beside || over > beside+roomyHeap/4 {
			t.Errorf("%d bytes in use grow to %d, with a limit of %d", live, goal, most)
		}
	}
}
