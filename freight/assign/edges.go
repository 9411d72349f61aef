package assign

// Steps that stop at the bounds.
//
// Where a Newton step for all pairs leaves the
// bounds, each pair's part of it is cut there by itself. That spoils what the parts
// do together: volume that two pairs exchange stays where it is on all links, but
// half of an exchange does not. Where pairs share steep links and little else tells
// their ways apart, the line search then leaves nothing of a cut step.
//
// The active set method keeps the parts together: the step is taken as a whole, up
// to where the first way is empty; that way leaves the problem, and the next step
// is Newton's for the rest (Nocedal and Wright, Numerical Optimization, 2006,
// chapter 16). Each step lowers the objective or takes a way out.

const (
	edgeSteps    = 50    // most steps of a call
	edgeWork     = 2000  // ways that all steps but one look at: on large networks single ways matter little
	edgeRounding = 1e-14 // of what was taken from a way: what is left is rounding
)

// edges takes the steps. It says whether the last went to its end inside.
func (x *relaxer) edges() bool {
	for range min(edgeSteps, 1+edgeWork/max(1, len(x.shifts))) {
		x.collect()
		any, flat := x.keepInside()
		if !any {
			return false
		}
		most := min(1, x.reach(func(s *shift) (begin, change float64) { return 0, s.y }))
		a := x.along(most)
		if a == 0 {
			return false
		}
		x.shiftAll(a)
		if a < most || most == 1 && !flat {
			return true
		}
		x.empty(a)
	}
	return false
}

// keepInside works out the step without the ways that are empty and would have to
// give. It says whether any are left, and whether the step ended along a direction
// without curvature.
func (x *relaxer) keepInside() (any, flat bool) {
	for len(x.shifts) > 0 {
		flat = x.solveNewton()
		kept := x.shifts[:0]
		for _, s := range x.shifts {
			if x.r.flow[s.p] > 0 || s.y >= 0 {
				kept = append(kept, s)
			}
		}
		if len(kept) == len(x.shifts) {
			return true, flat
		}
		x.shifts = kept
	}
	return false, false
}

// empty takes what rounding left on the ways that share a of a step has emptied.
func (x *relaxer) empty(a float64) {
	r := x.r
	drop := func(p int32, change float64) {
		if r.flow[p] <= edgeRounding*a*-change {
			r.flow[p] = 0
		}
	}
	for i := 0; i < len(x.shifts); {
		b, taken := x.shifts[i].b, 0.0
		for ; i < len(x.shifts) && x.shifts[i].b == b; i++ {
			s := &x.shifts[i]
			drop(s.p, s.y)
			taken += s.y
		}
		drop(b, -taken)
	}
}
