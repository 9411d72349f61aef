package hierarchy

// sweepDown is the kernel in use.
func sweepDown(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32) {
	sweepDownGo(first, upper, dir, label, down)
}
