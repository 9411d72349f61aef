package complete

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/par"
)

const (
	// consensusTolerance is the change of a group's weight at which the averaging
	// stops.
	consensusTolerance = 1e-10
	// maxAverages bounds the rounds of averaging.
	maxAverages = 1000
	// maxRelinks bounds the sweeps that make linked arms equal again.
	maxRelinks = 200
)

// ErrNoFit is the error of a speaker's words that do not hold together on the worlds
// there are, or not to 1e-9.
var ErrNoFit = errors.New("complete: words do not hold together")

// Agreed is the consensus of several speakers.
type Agreed struct {
	Weight    []float64 // by world row; each arm sums to 1
	Rounds    int
	Change    float64 // of a group's weight in the last round
	Converged bool
	// Apart is how far the joint of linked arms stood apart before it was made
	// equal; 0 when it never did.
	Apart float64
}

// Consensus averages what speakers make of a common distribution until it stands
// still: project it on each speaker's words (least relative entropy), average
// the projections with the weights, repeat (GEMA: Vomlel, Kybernetika 40, 2004;
// it converges to the distribution with the least weighted sum of divergences).
// A speaker who is silent on a matter follows the others there; contradictions
// are averaged. Each speaker's words must hold together by themselves (else an
// error names the speaker). weights sum to 1. Plain completion is used: it alone
// is a projection. Speakers are projected side by side by so many workers; the
// result is the same.
func Consensus(ctx context.Context, speakers []*belief.Words, weights, reference []float64, workers int) (*Agreed, error) {
	if len(speakers) == 0 || len(speakers) != len(weights) {
		return nil, fmt.Errorf("complete: %d speakers with %d weights", len(speakers), len(weights))
	}
	f := speakers[0].Frame
	if err := checkReference(f, reference); err != nil {
		return nil, err
	}
	weight := slices.Clone(reference)
	groups := split(f, weight, speakers...)
	vs, projected := make([]*voice, len(speakers)), make([]tilted, len(speakers))
	err := par.Do(ctx, workers, len(vs), func(_, s int) error {
		vs[s] = newVoice(speakers[s], weight, groups, 1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	base := make([]float64, groups.Count)
	for row, g := range groups.ID {
		if g >= 0 {
			base[g] += weight[row]
		}
	}
	now, next := slices.Clone(base), make([]float64, len(base))
	out := &Agreed{}
	for out.Rounds < maxAverages {
		out.Rounds++
		err := par.Do(ctx, workers, len(vs), func(_, s int) error {
			var err error
			projected[s], err = vs[s].project(ctx, now)
			return err
		})
		if err != nil {
			return nil, err
		}
		clear(next)
		for s, v := range vs {
			if res := &projected[s]; !res.converged {
				return nil, fmt.Errorf("%w: those of speaker %d are off by %.2g; bend them first", ErrNoFit, s, res.residual)
			}
			for g, k := range v.class {
				next[g] += weights[s] * (now[g] * v.factor[k])
			}
		}
		out.Change = 0
		for g := range now {
			out.Change = max(out.Change, math.Abs(next[g]-now[g]))
		}
		now, next = next, now
		if out.Change <= consensusTolerance {
			out.Converged = true
			break
		}
	}
	for g, b := range base {
		if b > 0 {
			now[g] /= b
		}
	}
	for row, g := range groups.ID {
		if g >= 0 {
			weight[row] *= now[g]
		}
	}
	for row, a := range f.ArmOf {
		if a < 0 {
			weight[row] = 0
		}
	}
	out.Weight = weight
	out.Apart = relink(f, weight, speakers[0].Cells(nil, true))
	return out, nil
}

// voice is a speaker's projection. It needs the common distribution no finer than
// the speaker's own words tell worlds apart: worlds that one's rows treat alike are
// tilted alike, however many classes the words of all make together.
type voice struct {
	w     *belief.Words
	p     *problem
	class []int32 // by common group: the speaker's, in the order of p
	base  []float64
	// factor is by class what its worlds gain in the projection.
	factor []float64
	rows   []row
	turns  bool // a direction is among the rows, which change with the weights
	start  map[key]float64
}

// newVoice prepares a speaker for the common groups.
func newVoice(w *belief.Words, weight []float64, groups *belief.Partition, workers int) *voice {
	f := w.Frame
	own := split(f, weight, w)
	v := &voice{w: w, class: make([]int32, groups.Count), start: map[key]float64{}}
	v.p = newProblem(f, weight, own, func(row int) int { return int(f.ArmOf[row]) }, len(f.Arms), workers)
	at := make([]int32, own.Count)
	for k, g := range v.p.order {
		at[g] = int32(k)
	}
	for g, row := range groups.First() {
		v.class[g] = at[own.ID[row]]
	}
	v.base, v.factor = make([]float64, own.Count), make([]float64, own.Count)
	for i := range w.Constraints {
		v.turns = v.turns || w.Constraints[i].Form == belief.Bilinear
	}
	return v
}

// project tilts the speaker's classes of a common distribution until the words hold.
func (v *voice) project(ctx context.Context, now []float64) (tilted, error) {
	clear(v.base)
	for g, k := range v.class {
		v.base[k] += now[g]
	}
	p := v.p
	copy(p.t.base, v.base)
	if v.turns || v.rows == nil {
		v.rows, p.columns = v.rows[:0], map[key]*column{}
		for i := range v.w.Constraints {
			k := &v.w.Constraints[i]
			v.rows = append(v.rows, rowsOf(v.w, k, p.chance(k, v.base))...)
		}
	}
	res, err := p.solve(ctx, v.rows, v.start)
	if err != nil {
		return res, err
	}
	clear(v.start)
	for i := range p.rows {
		v.start[p.rows[i].key] = p.t.y[i]
	}
	for k, b := range v.base {
		v.factor[k] = 0
		if b > 0 {
			v.factor[k] = p.t.p[k] / b
		}
	}
	return res, nil
}

// chance gives P(if) of a constraint in an arm under weights by group.
func (p *problem) chance(k *belief.Constraint, weight []float64) func(arm int) float64 {
	return func(arm int) float64 {
		sum := 0.0
		for g, c := range p.classes(k) {
			if c&1 != 0 && int(p.arm[g]) == arm {
				sum += weight[g]
			}
		}
		return sum
	}
}

// relink gives linked arms the mean of their joint distributions over the cells that
// have weight in both, keeping what is conditional on them, and returns how far they
// stood apart.
func relink(f *belief.Frame, weight []float64, cells []belief.Cells) float64 {
	apart := 0.0
	for sweep := range maxRelinks {
		worst := 0.0
		for i := range cells {
			x := &cells[i]
			sum := [2][]float64{make([]float64, x.Count), make([]float64, x.Count)}
			side := func(row int) int {
				if int(f.ArmOf[row]) == x.A {
					return 0
				}
				return 1
			}
			for row, n := range x.Of {
				if n >= 0 {
					sum[side(row)][n] += weight[row]
				}
			}
			// What one arm rules out the other does too.
			want, total := make([]float64, x.Count), 0.0
			for n := range x.Count {
				worst = max(worst, math.Abs(sum[0][n]-sum[1][n]))
				if sum[0][n] > 0 && sum[1][n] > 0 {
					want[n] = (sum[0][n] + sum[1][n]) / 2
				}
				total += want[n]
			}
			if total < 1-sumTolerance && total > 0 {
				for n := range want {
					want[n] /= total
				}
			}
			for row, n := range x.Of {
				if n < 0 {
					continue
				}
				if s := sum[side(row)][n]; s > 0 {
					weight[row] *= want[n] / s
				}
			}
		}
		if sweep == 0 {
			apart = worst
		}
		if worst <= linkTolerance {
			break
		}
	}
	return apart
}

// Dropped is what a number becomes when one claim is left out.
type Dropped struct {
	Claim     int
	Value     float64
	Converged bool
}

// DropOne completes the words without each of their weighing claims in turn and
// reads a number from each completion, starting from full, the completion of
// all. Claims in rising order.
func DropOne(ctx context.Context, w *belief.Words, reference []float64, full *Completion, o Options, read func(*Completion) float64) ([]Dropped, error) {
	var claims []int
	for i := range w.Constraints {
		claims = append(claims, w.Constraints[i].Claim)
	}
	slices.Sort(claims)
	claims = slices.Compact(claims)
	o.Start = full
	var out []Dropped
	for _, drop := range claims {
		keep := slices.DeleteFunc(slices.Clone(claims), func(c int) bool { return c == drop })
		c, err := Complete(ctx, w.Only(keep), reference, o)
		if err != nil {
			return nil, err
		}
		out = append(out, Dropped{drop, read(c), c.Converged})
	}
	return out, nil
}
