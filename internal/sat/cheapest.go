package sat

import (
	"math"
	"slices"
)

// Cheapest is a correction of least total weight.
type Cheapest struct {
	Drop   []int   // items to give up, ascending
	Weight float64 // their sum
	Proven bool    // no other correction weighs less; false when the limit was met
	Cores  int     // cores that were needed
}

// Correct finds the items to give up, of least total weight, so that the rest
// does not conflict; false when even the empty set conflicts. Weights are 0 or
// more. This is weighted partial MaxSAT by implicit hitting sets: the lightest
// set that meets all cores found so far is a lower bound, and a correction as
// soon as nothing is left that conflicts (J. Davies and F. Bacchus, "Solving
// MAXSAT by solving a sequence of simpler SAT instances", CP 2011). steps bounds
// the nodes of the search for one hitting set; beyond it the result is a
// correction, but not proven lightest.
//
// Among equally light corrections the one with fewest items wins, then the one
// met first in the order of the items.
func Correct(weights []float64, o Oracle, steps int) (Cheapest, bool) {
	n := len(weights)
	for _, w := range weights {
		if !(w >= 0) {
			panic("sat: a weight below 0")
		}
	}
	var cores [][]int
	c := Cheapest{Proven: true}
	for {
		drop, proven := lightest(weights, cores, steps)
		c.Proven = c.Proven && proven
		keep := complement(n, drop)
		// Disjoint cores at once: fewer hitting sets to look for.
		fresh := false
		for {
			conflict, found := o.Check(keep)
			if !conflict {
				break
			}
			fresh = true
			core := Shrink(o, found)
			if len(core) == 0 {
				return Cheapest{}, false
			}
			cores = append(cores, core)
			keep = slices.DeleteFunc(keep, func(i int) bool { return slices.Contains(core, i) })
		}
		if !fresh {
			c.Drop, c.Cores = drop, len(cores)
			for _, i := range drop {
				c.Weight += weights[i]
			}
			return c, true
		}
	}
}

// lightest returns a hitting set of the sets of least weight, and whether that
// is proven. Branch and bound: the first unmet set is met by each of its items
// in turn; what disjoint unmet sets cost at least is the bound.
func lightest(weights []float64, sets [][]int, steps int) (best []int, proven bool) {
	sets = slices.Clone(sets)
	slices.SortFunc(sets, compareSets)
	least := math.Inf(1)
	in := make([]bool, len(weights))
	out := make([]bool, len(weights)) // ruled out on this branch
	var chosen []int
	met := func(s []int) bool { return slices.ContainsFunc(s, func(i int) bool { return in[i] }) }
	nodes := 0
	var search func(weight float64)
	search = func(weight float64) {
		if nodes++; nodes > steps && best != nil {
			return
		}
		bound := weight
		var first []int
		used := map[int]bool{}
		for _, s := range sets {
			if met(s) {
				continue
			}
			if first == nil {
				first = s
			}
			if slices.ContainsFunc(s, func(i int) bool { return used[i] }) {
				continue
			}
			light := math.Inf(1)
			for _, i := range s {
				used[i] = true
				if !out[i] {
					light = min(light, weights[i])
				}
			}
			bound += light
		}
		if bound > least || bound == least && (first != nil && len(chosen)+1 > len(best) || first == nil && len(chosen) >= len(best)) {
			return
		}
		if first == nil {
			least, best = weight, slices.Sorted(slices.Values(chosen))
			if best == nil {
				best = []int{}
			}
			return
		}
		var tried []int
		for _, i := range first {
			if out[i] {
				continue
			}
			in[i] = true
			chosen = append(chosen, i)
			search(weight + weights[i])
			chosen = chosen[:len(chosen)-1]
			in[i] = false
			out[i] = true
			tried = append(tried, i)
		}
		for _, i := range tried {
			out[i] = false
		}
	}
	search(0)
	return best, nodes <= steps
}
