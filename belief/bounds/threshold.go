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

// Sizes are what a statement holds against its threshold, by world row.
type Sizes struct {
	rank  []int32   // by world row: place among value
	value []float64 // ascending, each once, from 0
}

// NewSizes sorts sizes; those that are negative or no number are as good as 0.
func NewSizes(size []float64) *Sizes {
	number := map[float64]int32{0: 0}
	s := &Sizes{rank: make([]int32, len(size)), value: []float64{0}}
	last, at := 0.0, int32(0)
	for row, v := range size {
		if !(v > 0) {
			continue
		}
		if v != last {
			var ok bool
			if at, ok = number[v]; !ok {
				at = int32(len(s.value))
				number[v] = at
				s.value = append(s.value, v)
			}
			last = v
		}
		s.rank[row] = at
	}
	order := make([]int32, len(s.value))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(s.value[a], s.value[b]) })
	place, value := make([]int32, len(order)), make([]float64, len(order))
	for i, o := range order {
		place[o], value[i] = int32(i), s.value[o]
	}
	for row, r := range s.rank {
		s.rank[row] = place[r]
	}
	s.value = value
	return s
}

// Condense returns words and sizes on one world of each class that the claims, the
// links and the size treat alike: [Thresholds] gives the same on them for any of the
// claims. It is worth its passes over all worlds where many are tried.
func Condense(w *belief.Words, s *Sizes) (*belief.Words, *Sizes) {
	p := w.Frame.ByArm()
	for i := range w.Constraints {
		p.Split(&w.Constraints[i])
	}
	p.RefineLabels(s.rank, 0, len(s.value))
	for _, c := range w.Cells(nil, false) {
		p.RefineCells(&c)
	}
	rows := p.First()
	rank := make([]int32, len(rows))
	for i, row := range rows {
		rank[i] = s.rank[row]
	}
	return w.At(rows), &Sizes{rank, s.value}
}

// Thresholds returns for which thresholds the claim, whose statement flags a
// world when size is above the threshold, fits with the other claims: the point
// at which they begin to conflict falls out of the stated intervals. Each end is
// monotone by itself, so each is found by bisection over the sizes that occur.
//
// within is a range known to contain the answer, such as that of the claim among
// fewer of the others; nil: none. Where the others narrow nothing two programmes
// show it.
func Thresholds(ctx context.Context, w *belief.Words, claim int, size *Sizes, within *Range, o ConflictOptions) (Range, error) {
	at := slices.IndexFunc(w.Constraints, func(k belief.Constraint) bool { return k.Claim == claim && k.Form == belief.Share })
	if at < 0 || len(size.rank) != len(w.Frame.ArmOf) {
		return Range{}, fmt.Errorf("bounds: claim %d flags no worlds, or %d sizes for %d worlds", claim, len(size.rank), len(w.Frame.ArmOf))
	}
	w, size = Condense(w, size)
	occurs := make([]bool, len(size.value))
	occurs[0] = true
	for row := range w.Constraints[at].If.Rows() {
		occurs[size.rank[row]] = true
	}
	var distinct []float64
	var ranks []int32
	for r, ok := range occurs {
		if ok {
			distinct, ranks = append(distinct, size.value[r]), append(ranks, int32(r))
		}
	}
	fits := func(i int, upper bool) (bool, error) {
		v := *w
		v.Constraints = slices.Clone(w.Constraints)
		k := &v.Constraints[at]
		k.Then = slices.Clone(k.If)
		for row := range k.If.Rows() {
			if size.rank[row] <= ranks[i] {
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
