package quote

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

const (
	// editsPer is how many code points a quote needs for each edit it may differ
	// by, and maxEdits the most edits. Short quotes match exactly or not at all:
	// that is what keeps "Linus" out of "machines".
	editsPer = 8
	maxEdits = 2
	// leastContext is how like the given context the text around a match must be:
	// 1 less edits by length. Below, the words stand in another place than meant.
	leastContext = 0.5
	// clearly is by how much the best context must beat the next.
	clearly = 0.05
)

// Match is a place in the text, in code points.
type Match struct {
	Start, End int
	Edits      int     // by which the text differs from the quote
	Context    float64 // likeness of what stands around it, 0 to 1; 1 when no context was given
}

// ErrNotFound says that the words do not stand in the text, or only where the
// context is another.
var ErrNotFound = errors.New("quote: not found")

// Ambiguous is the error of words that stand in several places with nothing to
// choose by.
type Ambiguous struct{ Matches []Match }

func (e *Ambiguous) Error() string {
	return fmt.Sprintf("quote: the words stand in %d places; give what comes before or after", len(e.Matches))
}

// Find returns the one place that a selector means. The error is [ErrNotFound] or
// an *[Ambiguous]. Cost: text length times quote length.
func (t *Text) Find(s belief.Selector) (Match, error) {
	q := foldString(s.Exact)
	if len(q) == 0 {
		return Match{}, ErrNotFound
	}
	f := fold(t.runes)
	ms := places(f, q)
	if len(ms) == 0 {
		return Match{}, ErrNotFound
	}
	prefix, suffix := foldString(s.Prefix), foldString(s.Suffix)
	for i := range ms {
		ms[i].Context = f.context(ms[i], prefix, suffix)
	}
	ms = slices.DeleteFunc(ms, func(m Match) bool { return m.Context < leastContext })
	if len(ms) == 0 {
		return Match{}, ErrNotFound
	}
	best := slices.MaxFunc(ms, func(a, b Match) int { return cmp.Compare(a.Context, b.Context) }).Context
	ms = slices.DeleteFunc(ms, func(m Match) bool { return m.Context < best-clearly })
	least := slices.MinFunc(ms, func(a, b Match) int { return a.Edits - b.Edits }).Edits
	ms = slices.DeleteFunc(ms, func(m Match) bool { return m.Edits > least })
	for i := range ms {
		ms[i].Start, ms[i].End = f.from[ms[i].Start], f.from[ms[i].End-1]+1
	}
	if s.Near != nil && len(ms) > 1 {
		far := func(m Match) int { return max(m.Start-*s.Near, *s.Near-m.Start) }
		slices.SortStableFunc(ms, func(a, b Match) int { return far(a) - far(b) })
		if far(ms[0]) < far(ms[1]) {
			return ms[0], nil
		}
	}
	if len(ms) > 1 {
		return Match{}, &Ambiguous{ms}
	}
	return ms[0], nil
}

// places returns where q stands in the folded text, in folded offsets: exactly,
// or failing that with the fewest edits allowed.
func places(f folded, q []rune) []Match {
	var ms []Match
	for i := 0; i+len(q) <= len(f.runes); i++ {
		if slices.Equal(f.runes[i:i+len(q)], q) {
			ms = append(ms, Match{Start: i, End: i + len(q)})
		}
	}
	if edits := min(maxEdits, len(q)/editsPer); len(ms) == 0 && edits > 0 {
		ms = near(f.runes, q, edits)
	}
	return ms
}

// near finds passages within so many edits of q (Sellers, Journal of Algorithms
// 1, 1980), the best of each run of overlapping ones, and keeps those with the
// fewest edits.
func near(text, q []rune, edits int) []Match {
	type cell struct{ cost, start int }
	column := make([]cell, len(q)+1)
	for j := range column {
		column[j] = cell{j, 0}
	}
	var all []Match
	for i, r := range text {
		diagonal := column[0]
		column[0] = cell{0, i + 1}
		for j := 1; j <= len(q); j++ {
			same := diagonal
			if q[j-1] != r {
				same.cost++
			}
			left, down := column[j], column[j-1] // a rune too many, a rune too few
			left.cost++
			down.cost++
			diagonal = column[j]
			best := same
			if left.cost < best.cost {
				best = left
			}
			if down.cost < best.cost {
				best = down
			}
			column[j] = best
		}
		if c := column[len(q)]; c.cost <= edits && c.start <= i {
			m := Match{Start: c.start, End: i + 1, Edits: c.cost}
			if n := len(all); n > 0 && all[n-1].End > m.Start {
				if m.Edits < all[n-1].Edits {
					all[n-1] = m
				}
				continue
			}
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return nil
	}
	least := slices.MinFunc(all, func(a, b Match) int { return a.Edits - b.Edits }).Edits
	return slices.DeleteFunc(all, func(m Match) bool { return m.Edits > least })
}

// context says how like the text around a match is to what was given: the mean
// over the two sides given, weighted by length.
func (f folded) context(m Match, prefix, suffix []rune) float64 {
	total := len(prefix) + len(suffix)
	if total == 0 {
		return 1
	}
	before := f.runes[:m.Start]
	for len(before) > 0 && before[len(before)-1] == ' ' {
		before = before[:len(before)-1]
	}
	after := f.runes[m.End:]
	for len(after) > 0 && after[0] == ' ' {
		after = after[1:]
	}
	off := 0
	if len(prefix) > 0 {
		off += ahead(reversed(prefix), reversed(before[max(0, len(before)-2*len(prefix)):]))
	}
	if len(suffix) > 0 {
		off += ahead(suffix, after[:min(len(after), 2*len(suffix))])
	}
	return max(0, 1-float64(off)/float64(total))
}

func reversed(rs []rune) []rune {
	out := slices.Clone(rs)
	slices.Reverse(out)
	return out
}

// ahead is the least number of edits between q and a beginning of text.
func ahead(q, text []rune) int {
	row := make([]int, len(text)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range q {
		diagonal := row[0]
		row[0] = i + 1
		for j := 1; j <= len(text); j++ {
			cost := diagonal
			if text[j-1] != r {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return slices.Min(row)
}
