package bounds

import (
	"encoding/binary"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// shrink merges cells of links that no question about the claims themselves can
// tell apart. Two cells of a link are alike when the same groups stand in them: the
// same classes of worlds in each arm, with the same cells of other links. A
// solution over merged cells is one over the cells themselves, with all weight of a
// merged cell in one of its cells, and sums of a solution over cells are one over
// merged cells; so whether claims fit, and how probable conditions can be, does not
// change. (An objective over worlds does tell cells apart.) It is the coarsest
// partition found by going over the links until none merges any more, and a special
// case of bisimulation (Paige and Tarjan, SIAM Journal on Computing 16, 1987).
func shrink(like, fine *belief.Partition, cells []belief.Cells) (*belief.Partition, []belief.Cells) {
	first := fine.First()
	labels := make([][]int32, len(cells)) // by link and group
	counts := make([]int, len(cells))
	to := make([][]int32, len(cells)) // by link and cell: what it became
	for l := range cells {
		labels[l], counts[l], to[l] = make([]int32, len(first)), cells[l].Count, make([]int32, cells[l].Count)
		for g, row := range first {
			labels[l][g] = cells[l].Of[row]
		}
		for c := range to[l] {
			to[l][c] = int32(c)
		}
	}
	class := make([]int32, len(first))
	for g, row := range first {
		class[g] = like.ID[row]
	}
	number := map[[2]int32]int32{}
	for changed := true; changed; {
		changed = false
		for l := range cells {
			kind := slices.Clone(class)
			for m := range cells {
				if m != l {
					refine(number, kind, labels[m])
				}
			}
			merged, n := signatures(kind, labels[l], counts[l])
			if n == counts[l] {
				continue
			}
			changed, counts[l] = true, n
			for c, x := range to[l] {
				to[l][c] = merged[x]
			}
			for g, c := range labels[l] {
				if c >= 0 {
					labels[l][g] = merged[c]
				}
			}
			// Groups that became one are one from here on.
			refine(number, kind, labels[l])
			seen := make([]bool, len(kind))
			k := 0
			for g, id := range kind {
				if seen[id] {
					continue
				}
				seen[id] = true
				class[k] = class[g]
				for m := range cells {
					labels[m][k] = labels[m][g]
				}
				k++
			}
			class = class[:k]
			for m := range cells {
				labels[m] = labels[m][:k]
			}
		}
	}
	out := slices.Clone(cells)
	for l := range out {
		of := make([]int32, len(cells[l].Of))
		for row, c := range cells[l].Of {
			if of[row] = -1; c >= 0 {
				of[row] = to[l][c]
			}
		}
		out[l].Of, out[l].Count = of, counts[l]
	}
	return split(like, out), out
}

// refine numbers the pairs of a kind and a label by first occurrence.
func refine(number map[[2]int32]int32, kind, label []int32) {
	clear(number)
	for g, k := range kind {
		key := [2]int32{k, label[g]}
		id, ok := number[key]
		if !ok {
			id = int32(len(number))
			number[key] = id
		}
		kind[g] = id
	}
}

// signatures numbers cells by the set of kinds that stand in them.
func signatures(kind, cell []int32, cells int) (merged []int32, n int) {
	var pairs []uint64
	for g, c := range cell {
		if c >= 0 {
			pairs = append(pairs, uint64(c)<<32|uint64(uint32(kind[g])))
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	merged = make([]int32, cells)
	number := map[string]int32{}
	var key []byte
	for c, i := 0, 0; c < cells; c++ {
		key = key[:0]
		for ; i < len(pairs) && int(pairs[i]>>32) == c; i++ {
			key = binary.LittleEndian.AppendUint32(key, uint32(pairs[i]))
		}
		id, ok := number[string(key)]
		if !ok {
			id = int32(len(number))
			number[string(key)] = id
		}
		merged[c] = id
	}
	return merged, len(number)
}

// newFitting is NewSystem for questions about the claims themselves.
func newFitting(w *belief.Words) *System {
	like, cells, worlds := classes(w, nil, false)
	fine := split(like, cells)
	if len(cells) > 0 && newJoin(w.Frame, like, fine, cells) == nil {
		fine, cells = shrink(like, fine, cells)
	}
	s := newSystem(w, like, fine, cells, worlds)
	s.shrunk = true
	return s
}

// fitting returns a system that answers questions about the claims themselves as s
// does, with fewer groups.
func (s *System) fitting() *System {
	if s.join != nil || len(s.Cells) == 0 || s.shrunk {
		return s
	}
	p, cells := shrink(s.like, s.Groups, s.Cells)
	t := newSystem(s.Words, s.like, p, cells, s.worlds)
	t.shrunk = true
	if s.bent != 0 {
		t.write(s.bent)
	}
	return t
}
