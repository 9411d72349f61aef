package answer

import (
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/pool"
)

// held is a distribution over the worlds of all arms, read arm by arm.
type held struct {
	view   View
	frame  *belief.Frame
	rows   armRows
	weight []float64
}

// View names it.
func (h *held) View() View { return h.view }

// Distribution returns the weights of one arm.
func (h *held) Distribution(fixed map[int]int) (*Distribution, error) {
	arm := -1
	for a, x := range h.frame.Arms {
		same := true
		for v, st := range x.Fixed {
			same = same && fixed[v] == st
		}
		if same {
			arm = a
		}
	}
	rows := h.rows.of(arm)
	d := &Distribution{Fixed: fixed, Rows: rows, Weight: make([]float64, len(rows))}
	for i, row := range rows {
		d.Weight[i] = h.weight[row]
	}
	return d, nil
}

// armRows lists the worlds of each arm of a frame, ascending: shared by all
// distributions.
type armRows [][]int32

func newArmRows(f *belief.Frame) armRows {
	out := make(armRows, len(f.Arms))
	for row, a := range f.ArmOf {
		if a >= 0 {
			out[a] = append(out[a], int32(row))
		}
	}
	return out
}

// of returns the worlds of an arm; none of no arm.
func (r armRows) of(arm int) []int32 {
	if arm < 0 {
		return nil
	}
	return r[arm]
}

// lens is a view with what its words make of each act by themselves.
type lens struct {
	Weighting
	// alone is, by act, the words completed to the neutral reference, and neutral
	// that reference itself; nil: no words.
	alone, neutral map[int]Weighting
	// opinion is the speaker's, nil for the others.
	opinion *opinion
}

// lenses lists the views of a case, the headline first: the experts together,
// each of them, their consensus, the reference. Without words only the last.
func (o *opinions) lenses(reference Weighting) ([]lens, error) {
	last := lens{Weighting: reference}
	if o == nil {
		return []lens{last}, nil
	}
	words := func(v View, full []float64, alone func(act int) []float64) lens {
		l := lens{Weighting: &held{v, o.frame, o.rows, full}, alone: map[int]Weighting{}, neutral: map[int]Weighting{}}
		for _, act := range o.acts {
			l.alone[act], l.neutral[act] = &held{v, o.frame, o.rows, alone(act)}, &held{v, o.frame, o.rows, o.neutral[act]}
		}
		return l
	}
	var out []lens
	if len(o.speakers) > 1 {
		full, err := o.mixture(func(p *opinion) []float64 { return p.full.Weight })
		if err != nil {
			return nil, err
		}
		alone := map[int][]float64{}
		for _, act := range o.acts {
			if alone[act], err = o.mixture(func(p *opinion) []float64 { return p.alone[act].Weight }); err != nil {
				return nil, err
			}
		}
		out = append(out, words(View{"mixture", "all experts, equal weights", ByMixture}, full, func(act int) []float64 { return alone[act] }))
	}
	for _, p := range o.speakers {
		l := words(View{p.actor.ID, p.actor.Name, BySpeaker}, p.full.Weight, func(act int) []float64 { return p.alone[act].Weight })
		l.opinion = p
		out = append(out, l)
	}
	if o.agreed != nil {
		out = append(out, words(View{"consensus", "consensus of the experts", ByConsensus}, o.agreed.Weight,
			func(act int) []float64 { return o.agreedWords[act].Weight }))
	}
	return append(out, last), nil
}

// mixture is the linear pool of the speakers' distributions.
func (o *opinions) mixture(of func(*opinion) []float64) ([]float64, error) {
	var ps [][]float64
	var weights []float64
	for _, p := range o.speakers {
		ps, weights = append(ps, of(p)), append(weights, p.weight)
	}
	return pool.Mixture(ps, weights)
}
