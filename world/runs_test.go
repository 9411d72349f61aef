package world

import (
	"math/bits"
	"slices"
	"testing"
)

// Runs follow on each other, hold every task once and no more than they may, and cut
// where starts do not reach over: here tasks are sets of seven effects as binary
// numbers, each starting from those with one or two of its lowest three effects fewer.
func TestRuns(t *testing.T) {
	var tasks []Task
	var list []int
	for set := range 128 {
		var from []Term
		for drop := 1; drop < 8; drop++ {
			if drop&set == drop && bits.OnesCount(uint(drop)) < 3 {
				from = append(from, Term{set - drop, 1})
			}
		}
		tasks, list = append(tasks, Task{From: from}), append(list, set)
	}
	for _, workers := range []int{1, 2, 3, 7, 100} {
		for _, missing := range [][]int{list, list[5:], {3}, nil} {
			cuts := runs(tasks, missing, workers)
			if cuts[0] != 0 || cuts[len(cuts)-1] != len(missing) || !slices.IsSorted(cuts) {
				t.Fatalf("%d workers, %d tasks: cuts %v", workers, len(missing), cuts)
			}
			most := max(1, min(maxRun, len(missing)/(runsEach*workers)))
			for k := 1; k < len(cuts); k++ {
				if n := cuts[k] - cuts[k-1]; n < 1 || n > most {
					t.Errorf("%d workers, %d tasks: a run of %d, at most %d", workers, len(missing), n, most)
				}
			}
		}
	}
	for _, c := range runs(tasks, list, 1) {
		if c%8 != 0 {
			t.Errorf("cut before %d, where starts reach over", c)
		}
	}
}
