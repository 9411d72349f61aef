package complete

import (
	"cmp"
	"slices"
)

// blocksOf returns the variables in the order in which they are completed, those
// that must be completed together as one block. Influence comes first: parents
// before children. Where influence leaves it open, the variables of a condition
// come before what the claim says of them (edges: before, after), and variables
// that a claim speaks of in one breath belong together (edges both ways). Circles
// become blocks. The result does not depend on the order of the edges; blocks
// without a relation follow their least variable, which changes nothing, since
// what is completed later holds what came earlier.
func blocksOf(n int, parents [][]int, edges [][2]int) [][]int {
	ancestor := make([][]bool, n) // by influence
	for v := range n {
		ancestor[v] = make([]bool, n)
	}
	for changed := true; changed; {
		changed = false
		for v := range parents {
			for _, p := range parents[v] {
				for a := range n {
					if (a == p || ancestor[p][a]) && !ancestor[v][a] {
						ancestor[v][a], changed = true, true
					}
				}
			}
		}
	}
	before := make([][]bool, n) // before[v][u]: u comes before v, or with it
	for v := range n {
		before[v] = slices.Clone(ancestor[v])
	}
	for _, e := range edges {
		if a, b := e[0], e[1]; !ancestor[a][b] {
			before[b][a] = true
		}
	}
	for k := range n { // transitive closure
		for v := range n {
			if before[v][k] {
				for u := range n {
					before[v][u] = before[v][u] || before[k][u]
				}
			}
		}
	}
	var out [][]int
	placed := make([]bool, n)
	for v := range n {
		if placed[v] {
			continue
		}
		block := []int{v}
		placed[v] = true
		for u := v + 1; u < n; u++ {
			if before[v][u] && before[u][v] {
				block, placed[u] = append(block, u), true
			}
		}
		out = append(out, block)
	}
	// A block comes after all blocks that are before it: fewer predecessors first
	// is such an order, because before is transitive.
	count := func(b []int) int {
		c := 0
		for u := range n {
			if before[b[0]][u] && !slices.Contains(b, u) {
				c++
			}
		}
		return c
	}
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Compare(count(a), count(b)) })
	return out
}
