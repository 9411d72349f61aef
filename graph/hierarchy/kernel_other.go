//go:build !amd64

package hierarchy

func sweepDown(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32) {
	sweepDownGo(first, upper, dir, label, down)
}

func rise(places, first, upper []int32, dir []float64, label [][Lanes]float64, up [][Lanes]int32) {
	riseGo(places, first, upper, dir, label, up)
}
