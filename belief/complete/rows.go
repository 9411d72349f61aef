package complete

import (
	"math"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
)

// form says how a row is computed from a world.
type form uint8

const (
	against form = iota // value - end on the condition
	between             // difference of arms less end
	inside              // a direction inside an arm, at a known P(if)
	hold                // P(if) is what it was
	cell                // a cell of a link weighs alike in both arms
)

// key names a row across completions, for warm starts.
type key struct {
	claim, arm, other int
	form              form
	upper             bool
	cell              int
}

// row is sum p f <= 0, or = 0 for an equation. Lower ends enter with their sign
// turned.
type row struct {
	key
	k     *belief.Constraint
	end   float64
	equal bool
	t     float64 // P(if) of inside rows, held value of hold rows
	cells *belief.Cells
}

// at returns f in a world of an arm.
func (r *row) at(world, arm int) float64 {
	sign := -1.0
	if r.upper || r.equal {
		sign = 1
	}
	k := r.k
	switch r.form {
	case against:
		if arm != r.arm || !k.If.Has(world) {
			return 0
		}
		v := 0.0
		if k.Form == belief.Mean {
			v = k.Value[world] / k.Scale
			return sign * (v - r.end/k.Scale)
		}
		if k.Then.Has(world) {
			v = 1
		}
		return sign * (v - r.end)
	case between:
		in := 0.0
		if k.Then.Has(world) {
			in = 1
		}
		switch arm {
		case r.arm:
			return sign * (in - r.end)
		case r.other:
			return -sign * in
		}
		return 0
	case inside:
		if arm != r.arm {
			return 0
		}
		v := -r.end * r.t * (1 - r.t)
		if k.Then.Has(world) {
			if k.If.Has(world) {
				v += 1 - r.t
			} else {
				v -= r.t
			}
		}
		return sign * v
	case hold:
		if arm != r.arm {
			return 0
		}
		if k.If.Has(world) {
			return 1 - r.t
		}
		return -r.t
	default:
		if int(r.cells.Of[world]) != r.key.cell {
			return 0
		}
		if arm == r.cells.A {
			return 1
		}
		return -1
	}
}

// rowsOf writes the rows of a constraint. Ends that say nothing are left out.
// chance gives P(if) in an arm, for directions.
func rowsOf(k *belief.Constraint, chance func(arm int, s formula.Set) float64) []row {
	var out []row
	add := func(f form, arm, other int, t float64) {
		floor, ceiling := 0.0, 1.0
		switch k.Form {
		case belief.Mean:
			floor, ceiling = math.Inf(-1), math.Inf(1)
		case belief.Between, belief.Bilinear:
			floor = -1
		}
		base := row{key: key{claim: k.Claim, arm: arm, other: other, form: f}, k: k, t: t}
		if k.SoftLow == k.SoftHigh {
			base.equal, base.end = true, k.SoftLow
			out = append(out, base)
			return
		}
		if k.SoftLow > floor {
			base.end = k.SoftLow
			out = append(out, base)
		}
		if k.SoftHigh < ceiling {
			base.end, base.upper = k.SoftHigh, true
			out = append(out, base)
		}
	}
	switch k.Form {
	case belief.Between:
		for _, p := range k.Pairs {
			add(between, p[0], p[1], 0)
		}
	case belief.Bilinear:
		for _, a := range k.Arms {
			add(inside, a, -1, chance(a, k.If))
		}
	default:
		for _, a := range k.Arms {
			add(against, a, -1, 0)
		}
	}
	return out
}
