package hierarchy

//go:noescape
func sweepDownVector(first, upper *int32, dir *float64, label *[Lanes]float64, down *[Lanes]int32, places int)

//go:noescape
func riseVector(place *int32, places int, first, upper *int32, dir *float64, label *[Lanes]float64, up *[Lanes]int32)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)

func xgetbv() (low uint32)

// vector says whether the machine and its system have AVX-512 F and VL. The
// kernels add and compare as the ones in Go do and give the same bits.
var vector = func() bool {
	const (
		osxsave = 1 << 27 // leaf 1, c
		states  = 0xe6    // vector registers of 128, 256 and 512 bits and masks are saved
		f, vl   = 1 << 16, 1 << 31
	)
	if most, _, _, _ := cpuid(0, 0); most < 7 {
		return false
	}
	if _, _, c, _ := cpuid(1, 0); c&osxsave == 0 || xgetbv()&states != states {
		return false
	}
	_, b, _, _ := cpuid(7, 0)
	return b&f != 0 && b&vl != 0
}()

func sweepDown(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32) {
	if !vector || len(upper) == 0 {
		sweepDownGo(first, upper, dir, label, down)
		return
	}
	sweepDownVector(&first[0], &upper[0], &dir[0], &label[0], &down[0], len(label))
}

func rise(places, first, upper []int32, dir []float64, label [][Lanes]float64, up [][Lanes]int32) {
	if !vector || len(upper) == 0 || len(places) == 0 {
		riseGo(places, first, upper, dir, label, up)
		return
	}
	riseVector(&places[0], len(places), &first[0], &upper[0], &dir[0], &label[0], &up[0])
}
