package bounds

import (
	"context"
	"fmt"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// bendSlack is added to a bend so that the bent words have room inside.
const bendSlack = 1e-6

// Repair is what must be done to words so that they hold together.
type Repair struct {
	// Aside are claims that no distribution keeps even alone, such as a statement
	// about an outcome that holds in no world. They are set aside and shown: bending
	// all others for their sake would leave nothing of them.
	Aside []int
	// Bend widens the intervals of the rest; 0 when they hold together.
	Bend float64
}

// FindRepair sets aside what is impossible alone and bends the rest, by the ends
// that bounds use; give it w.Soft() for those of the completion.
func FindRepair(ctx context.Context, w *belief.Words) (*Repair, error) {
	r := &Repair{}
	s := newFitting(w)
	ok, err := s.Consistent(ctx, ConflictOptions{})
	if err != nil || ok {
		return r, err
	}
	var claims, keep []int
	for i := range w.Constraints {
		claims = append(claims, w.Constraints[i].Claim)
	}
	slices.Sort(claims)
	for _, c := range slices.Compact(claims) {
		alone := newSystem(w.Only([]int{c}), s.like, s.Groups, s.Cells, s.worlds)
		if ok, err = alone.Consistent(ctx, ConflictOptions{}); err != nil {
			return nil, err
		}
		if ok {
			keep = append(keep, c)
		} else {
			r.Aside = append(r.Aside, c)
		}
	}
	rest := newSystem(w.Only(keep), s.like, s.Groups, s.Cells, s.worlds)
	bend, ok, err := rest.Bend(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("bounds: claims that are possible alone do not hold together under any bend")
	}
	r.Bend = bend
	return r, nil
}

// Apply returns the words without what was set aside, bent.
func (r *Repair) Apply(w *belief.Words) *belief.Words {
	if len(r.Aside) == 0 && r.Bend == 0 {
		return w
	}
	var keep []int
	for i := range w.Claims {
		if !slices.Contains(r.Aside, i) {
			keep = append(keep, i)
		}
	}
	v := w.Only(keep)
	if r.Bend > 0 {
		v = Widen(v, r.Bend+bendSlack)
	}
	return v
}
