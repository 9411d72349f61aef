package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// condition writes where a conflict bites as prime conditions, shortest first.
// Worlds that are impossible may be in a condition or not, whichever is
// shorter. It goes through sets of variables by size; for a set, the condition
// is true where the conflict bites whatever the other variables are. Whole
// sizes are done before it stops, so the order of variables decides nothing.
func (an *analysis) condition(where *formula.Prop, objects []int) *Condition {
	s := an.space
	reach := an.exists(an.possible, objects)
	fits := s.Or(where, s.Not(reach))
	support := unionInts(where.Vars(), reach.Vars())
	c := &Condition{Complete: true}
	covered := s.Not(reach)
	tried := 0
	// A variable of which some state always ends the conflict is in every
	// condition.
	var needed, others []int
	for _, v := range support {
		if an.someStateEnds(fits, v) {
			needed = append(needed, v)
		} else {
			others = append(others, v)
		}
	}
	for size := 0; size <= len(others) && !s.Implies(where, covered); size++ {
		level := covered
		for _, more := range subsets(others, size) {
			set := unionInts(needed, more)
			if tried++; tried > an.opt.Limits.Conditions {
				c.Complete = false
				an.unfinished("conditions: a conflict has more sets of variables to try than %d; its condition may not be the whole one", an.opt.Limits.Conditions)
				break
			}
			rest := slices.DeleteFunc(slices.Clone(support), func(v int) bool { return slices.Contains(set, v) })
			holds := s.Not(an.exists(s.Not(fits), rest)) // whatever the rest is
			for _, b := range an.boxes(holds, covered, set) {
				c.All = append(c.All, b)
				level = s.Or(level, b.Prop)
			}
		}
		covered = level
		if !c.Complete {
			break
		}
	}
	if len(c.All) == 0 {
		// The limit was met before any condition: the worlds themselves.
		c.All = []Box{{Text: where.String(), Prop: where}}
	}
	c.Shortest = c.All[0]
	return c
}

// someStateEnds reports whether p is false for some state of v.
func (an *analysis) someStateEnds(p *formula.Prop, v int) bool {
	for k := range an.space.Vars()[v].States {
		if value, constant := an.space.Restrict(p, v, k).Constant(); constant && !value {
			return true
		}
	}
	return false
}

// subsets lists the subsets of a size, in order.
func subsets(set []int, size int) [][]int {
	if size == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for i := 0; i+size <= len(set); i++ {
		for _, rest := range subsets(set[i+1:], size-1) {
			out = append(out, append([]int{set[i]}, rest...))
		}
	}
	return out
}

// boxes returns largest products of states inside p, a proposition over the
// variables vars, that together cover p less what is covered.
func (an *analysis) boxes(p, covered *formula.Prop, vars []int) []Box {
	s := an.space
	left := s.And(p, s.Not(covered))
	var out []Box
	for {
		if value, constant := left.Constant(); constant && !value {
			return out
		}
		// The first point of what is left, widened as far as p allows.
		states := make([][]int, len(vars))
		point := left
		for i, v := range vars {
			for k := range s.Vars()[v].States {
				next := s.Restrict(point, v, k)
				if value, constant := next.Constant(); !constant || value {
					states[i], point = []int{k}, next
					break
				}
			}
		}
		box := func() *formula.Prop {
			b := s.True()
			for i, v := range vars {
				b = s.And(b, s.Is(v, states[i]...))
			}
			return b
		}
		for i, v := range vars {
			for k := range s.Vars()[v].States {
				if slices.Contains(states[i], k) {
					continue
				}
				old := states[i]
				states[i] = append(slices.Clone(old), k)
				if !s.Implies(box(), p) {
					states[i] = old
				}
			}
			slices.Sort(states[i])
		}
		b := Box{Prop: box()}
		b.Text = b.Prop.String()
		b.Literals = []Literal{}
		for i, v := range vars {
			if len(states[i]) == len(s.Vars()[v].States) {
				continue
			}
			l := Literal{Variable: s.Vars()[v].ID}
			for _, k := range states[i] {
				l.States = append(l.States, s.Vars()[v].States[k])
			}
			b.Literals = append(b.Literals, l)
		}
		out = append(out, b)
		left = s.And(left, s.Not(b.Prop))
	}
}
