package bounds

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// Range is where the threshold of a statement may lie for claims to fit.
type Range struct {
	// From: below it the upper end of the statement's interval conflicts with the
	// other claims, because too many worlds are flagged. 0: it never does;
	// infinite: it always does.
	From float64
	// To: from it on the lower end conflicts, because too few worlds are flagged.
	// Infinite: it never does; 0: it always does.
	To float64
}

// Thresholds returns for which thresholds the claim, whose statement flags a
// world when size is above the threshold, fits with the other claims: the point
// at which they begin to conflict falls out of the stated intervals. Each end is
// monotone by itself, so each is found by bisection over the sizes that occur.
//
// within is a range known to contain the answer, such as that of the claim among
// fewer of the others; nil: none. Where the others narrow nothing two programmes
// show it.
func Thresholds(ctx context.Context, w *belief.Words, claim int, size []float64, within *Range, o ConflictOptions) (Range, error) {
	at := slices.IndexFunc(w.Constraints, func(k belief.Constraint) bool { return k.Claim == claim && k.Form == belief.Share })
	if at < 0 || len(size) != len(w.Frame.ArmOf) {
		return Range{}, fmt.Errorf("bounds: claim %d flags no worlds, or %d sizes for %d worlds", claim, len(size), len(w.Frame.ArmOf))
	}
	distinct := []float64{0}
	for row := range w.Constraints[at].If.Rows() {
		if v := size[row]; v > 0 {
			distinct = append(distinct, v)
		}
	}
	slices.SortFunc(distinct, cmp.Compare)
	distinct = slices.Compact(distinct)
	fits := func(i int, upper bool) (bool, error) {
		v := *w
		v.Constraints = slices.Clone(w.Constraints)
		k := &v.Constraints[at]
		k.Then = slices.Clone(k.If)
		for row := range k.If.Rows() {
			if !(size[row] > distinct[i]) {
				k.Then[row>>6] &^= 1 << (row & 63)
			}
		}
		if upper {
			k.Low = 0
		} else {
			k.High = 1
		}
		return newFitting(&v).Consistent(ctx, o)
	}
	index := func(v float64) int {
		i, _ := slices.BinarySearch(distinct, v)
		return i
	}
	// find returns the first index from low to high where fits is want, high when
	// none below is; edge is where the answer is most likely decided.
	find := func(upper, want bool, low, high, edge int) (int, error) {
		for mid := edge; low < high; mid = (low + high) / 2 {
			ok, err := fits(mid, upper)
			if err != nil {
				return 0, err
			}
			if ok == want {
				high = mid
			} else {
				low = mid + 1
			}
		}
		return low, nil
	}
	n := len(distinct)
	low, high := 0, n // where the ends may lie
	if within != nil {
		low, high = index(within.From), index(within.To)
	}
	r := Range{From: math.Inf(1), To: math.Inf(1)}
	i, err := find(true, true, low, n, low)
	if err != nil {
		return r, err
	}
	if i < n {
		r.From = distinct[i]
	}
	if i, err = find(false, false, 0, high, high-1); err != nil {
		return r, err
	}
	if i < n {
		r.To = distinct[i]
	}
	return r, nil
}
