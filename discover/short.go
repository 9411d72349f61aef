package discover

import (
	"math"
	"math/bits"
)

// MostLimits is how many limits a box may have that is told in a sentence.
const MostLimits = 3

// tie is by how much phi may fall with a limit that does nothing: rounding.
const tie = 1e-12

// mostMasked bounds the limits of a box that Short takes apart: it adds up rows
// by which limits they meet.
const mostMasked = 16

// Short chooses the box to tell in one sentence: the one that goes most with what
// is of interest, by the correlation of being inside with being of interest (phi;
// Yule, Journal of the Royal Statistical Society 75, 1912). The whole table has 0,
// however common interest is, where the harmonic mean of [Best] would take it for
// a good box. From every box of a trajectory Short drops limits, each time the one
// without which phi is highest, as long as there are more than most or dropping
// one does not lower it; of what is left it takes the highest, the one with fewer
// limits on a tie and then the first. Nothing is set by hand but the number of
// limits. Cost: rows x limits, and 2^limits x limits^2, a box.
func Short(t *Table, bs []Box, most int) Box {
	var best Box
	found := false
	top := 0.0
	for _, b := range bs {
		if len(b.Limits) > mostMasked {
			continue
		}
		x, f := shorten(t, b, most)
		if !found || f > top+tie || f > top-tie && len(x.Limits) < len(best.Limits) {
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

// shorten drops limits of a box and returns it with its phi.
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
	share := all.interest / all.weight
	phi := func(p part) float64 {
		mass := p.weight / all.weight
		if v := mass * (1 - mass) * share * (1 - share); v > 0 {
			return (p.interest/all.weight - mass*share) / math.Sqrt(v)
		}
		return 0
	}
	keep := 1<<n - 1
	p := inside(keep)
	f := phi(p)
	for keep != 0 {
		next, nextPart, nextPhi := 0, part{}, math.Inf(-1)
		for i := range n {
			if keep>>i&1 == 0 {
				continue
			}
			q := inside(keep &^ (1 << i))
			if x := phi(q); x > nextPhi {
				next, nextPart, nextPhi = keep&^(1<<i), q, x
			}
		}
		if bits.OnesCount(uint(keep)) <= most && nextPhi < f-tie {
			break
		}
		keep, p, f = next, nextPart, nextPhi
	}
	out := Box{Coverage: p.interest / all.interest, Density: p.interest / p.weight, Mass: p.weight / all.weight, Rows: p.rows}
	for i, l := range b.Limits {
		if keep>>i&1 == 1 {
			out.Limits = append(out.Limits, l)
		}
	}
	return out, f
}
