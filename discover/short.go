package discover

import "math/bits"

// MostLimits is how many limits a box may have that is told in a sentence.
const MostLimits = 3

// mostMasked bounds the limits of a box that Short takes apart: it adds up rows
// by which limits they meet.
const mostMasked = 16

// Short chooses the box to tell in one sentence. From every box of a trajectory it
// drops limits, each time the one without which the harmonic mean of coverage and
// density is highest, as long as there are more than most or dropping one does not
// lower that mean; and of what is left it takes the box with the highest harmonic
// mean, the one with fewer limits on a tie and then the first. Nothing is set by
// hand but the number of limits. Cost: rows x limits, and 2^limits x limits, a box.
func Short(t *Table, bs []Box, most int) Box {
	var best Box
	found := false
	top := 0.0
	for _, b := range bs {
		if len(b.Limits) > mostMasked {
			continue
		}
		x, f := shorten(t, b, most)
		if !found || f > top || f == top && len(x.Limits) < len(best.Limits) {
			best, top, found = x, f, true
		}
	}
	return best
}

// part is what a set of rows holds.
type part struct {
	weight, interest float64
	rows             int
}

func (p *part) add(q part) {
	p.weight, p.interest, p.rows = p.weight+q.weight, p.interest+q.interest, p.rows+q.rows
}

// shorten drops limits of a box and returns it with its harmonic mean.
func shorten(t *Table, b Box, most int) (Box, float64) {
	s := &search{t: t}
	n := len(b.Limits)
	by := make([]part, 1<<n) // by which limits rows break
	var all part
	for r, in := range t.Interest {
		mask := 0
		for i := range b.Limits {
			if !b.Limits[i].Holds(t, r) {
				mask |= 1 << i
			}
		}
		w := s.weight(r)
		one := part{w, w * in, 1}
		by[mask].add(one)
		all.add(one)
	}
	// inside is what meets the limits in keep.
	inside := func(keep int) part {
		var p part
		for mask, q := range by {
			if mask&keep == 0 {
				p.add(q)
			}
		}
		return p
	}
	mean := func(p part) float64 {
		if p.interest == 0 {
			return 0
		}
		c, d := p.interest/all.interest, p.interest/p.weight
		return 2 * c * d / (c + d)
	}
	keep := 1<<n - 1
	p := inside(keep)
	f := mean(p)
	for keep != 0 {
		next, nextPart, nextMean := 0, part{}, -1.0
		for i := range n {
			if keep>>i&1 == 0 {
				continue
			}
			q := inside(keep &^ (1 << i))
			if m := mean(q); m > nextMean {
				next, nextPart, nextMean = keep&^(1<<i), q, m
			}
		}
		if bits.OnesCount(uint(keep)) <= most && nextMean < f {
			break
		}
		keep, p, f = next, nextPart, nextMean
	}
	out := Box{Coverage: p.interest / all.interest, Density: p.interest / p.weight, Mass: p.weight / all.weight, Rows: p.rows}
	for i, l := range b.Limits {
		if keep>>i&1 == 1 {
			out.Limits = append(out.Limits, l)
		}
	}
	return out, f
}
