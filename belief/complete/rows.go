package complete

import (
	"math"

	"github.com/astara-corridors/astara/belief"
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
	claim      string // its id
	arm, other int
	form       form
	upper      bool
	cell       int
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
	switch {
	case r.form == cell:
		if int(r.cells.Of[world]) != r.key.cell {
			return 0
		}
		if arm == r.cells.A {
			return 1
		}
		return -1
	case r.form == against && r.k.Form == belief.Mean:
		if arm != r.arm || !r.k.If.Has(world) {
			return 0
		}
		return r.sign() * (r.k.Value[world] - r.end) / r.k.Scale
	}
	return r.of(r.k.If != nil && r.k.If.Has(world), r.k.Then != nil && r.k.Then.Has(world), arm)
}

func (r *row) sign() float64 {
	if r.upper || r.equal {
		return 1
	}
	return -1
}

// of returns f where it depends on nothing but the condition, Then and the arm.
func (r *row) of(in, then bool, arm int) float64 {
	v := 0.0
	switch r.form {
	case against:
		if arm != r.arm || !in {
			return 0
		}
		if then {
			v = 1
		}
		v -= r.end
	case between:
		if then {
			v = 1
		}
		switch arm {
		case r.arm:
			v -= r.end
		case r.other:
			v = -v
		default:
			return 0
		}
	case inside:
		if arm != r.arm {
			return 0
		}
		v = -r.end * r.t * (1 - r.t)
		if then && in {
			v += 1 - r.t
		} else if then {
			v -= r.t
		}
	case hold:
		if arm != r.arm {
			return 0
		}
		if in {
			return 1 - r.t
		}
		return -r.t
	}
	return r.sign() * v
}

// rowsOf writes the rows of a constraint. Ends that say nothing are left out.
// chance gives P(if) in an arm, for directions.
func rowsOf(w *belief.Words, k *belief.Constraint, chance func(arm int) float64) []row {
	var out []row
	add := func(f form, arm, other int, t float64) {
		floor, ceiling := 0.0, 1.0
		switch k.Form {
		case belief.Mean:
			floor, ceiling = math.Inf(-1), math.Inf(1)
		case belief.Between, belief.Bilinear:
			floor = -1
		}
		base := row{key: key{claim: w.Claims[k.Claim].ID, arm: arm, other: other, form: f}, k: k, t: t}
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
			add(inside, a, -1, chance(a))
		}
	default:
		for _, a := range k.Arms {
			add(against, a, -1, 0)
		}
	}
	return out
}
