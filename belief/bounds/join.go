package bounds

import "github.com/astara-corridors/astara/belief"

// Two arms that are linked have the same weight in every cell. Instead of one
// equation a cell, a column may weigh a group of one arm and a group of the other
// at once, both of one cell: then the equations hold by themselves.
//
// Nothing is lost. Weights p of arm A and q of arm B with the same sum r_c > 0 in a
// cell c are the margins of the weights p_a q_b / r_c of the pairs of c, and any
// weights of pairs have margins with equal sums. Pairs of groups that are alike to
// all claims are one column whatever their cell, its objective the best of them, by
// the proof for groups: 768 equations on 3,400 and 3,400 groups become 234 columns.
type join struct {
	at [][]int32 // by arm and column: a world row
	// Column j stands for the pairs (a[i], b[i]) of groups, start[j] <= i < start[j+1].
	start, a, b []int32
}

const (
	// mostPairs bounds the pairs of groups within cells.
	mostPairs = 1 << 18
	// fewColumns are as good as none: joining may add columns up to here.
	fewColumns = 256
)

// newJoin returns nil where arms are not two with one link, or where equations are
// the smaller programme: pairs multiply where cells hold many groups.
func newJoin(f *belief.Frame, like, p *belief.Partition, cells []belief.Cells) *join {
	if len(f.Arms) != 2 || len(cells) != 1 {
		return nil
	}
	c := &cells[0]
	first := p.First()
	in := [2][][]int32{make([][]int32, c.Count), make([][]int32, c.Count)}
	for g, row := range first {
		side := 0
		if int(f.ArmOf[row]) != c.A {
			side = 1
		}
		in[side][c.Of[row]] = append(in[side][c.Of[row]], int32(g))
	}
	pairs := 0
	for i := range c.Count {
		if pairs += len(in[0][i]) * len(in[1][i]); pairs > mostPairs {
			return nil
		}
	}
	limit := max(len(first), fewColumns)
	number := map[[2]int32]int32{}
	var count []int32
	each := func(do func(j, a, b int32)) bool {
		for i := range c.Count {
			for _, a := range in[0][i] {
				for _, b := range in[1][i] {
					key := [2]int32{like.ID[first[a]], like.ID[first[b]]}
					j, ok := number[key]
					if !ok {
						if len(number) == limit {
							return false
						}
						j = int32(len(number))
						number[key] = j
						count = append(count, 0)
					}
					do(j, a, b)
				}
			}
		}
		return true
	}
	if !each(func(j, _, _ int32) { count[j]++ }) {
		return nil
	}
	x := &join{at: make([][]int32, 2), start: make([]int32, len(count)+1), a: make([]int32, pairs), b: make([]int32, pairs)}
	for j, n := range count {
		x.start[j+1] = x.start[j] + n
	}
	x.at[c.A], x.at[c.B] = make([]int32, len(count)), make([]int32, len(count))
	next := append([]int32(nil), x.start...)
	each(func(j, a, b int32) {
		x.at[c.A][j], x.at[c.B][j] = first[a], first[b]
		x.a[next[j]], x.b[next[j]] = a, b
		next[j]++
	})
	return x
}
