package complete

import "slices"

// orderOf returns the variables in the order in which they are completed:
// influence first (parents before children), then, where influence leaves it
// open, the variables of a condition before what the claim says of them, and
// last their number. edges are pairs (before, after) in order of importance;
// one that closes a circle is left out.
func orderOf(n int, parents [][]int, edges [][2]int) []int {
	before := make([][]int, n) // before[v]: what must come first
	reaches := func(from, to int) bool {
		seen := make([]bool, n)
		var walk func(v int) bool
		walk = func(v int) bool {
			if v == from {
				return true
			}
			if seen[v] {
				return false
			}
			seen[v] = true
			return slices.ContainsFunc(before[v], walk)
		}
		return walk(to)
	}
	add := func(a, b int) {
		if a != b && !slices.Contains(before[b], a) && !reaches(b, a) {
			before[b] = append(before[b], a)
		}
	}
	for v := range parents {
		for _, p := range parents[v] {
			add(p, v)
		}
	}
	for _, e := range edges {
		add(e[0], e[1])
	}
	var out []int
	done := make([]bool, n)
	for len(out) < n {
		for v := range n {
			if done[v] || slices.ContainsFunc(before[v], func(p int) bool { return !done[p] }) {
				continue
			}
			done[v] = true
			out = append(out, v)
			break
		}
	}
	return out
}
