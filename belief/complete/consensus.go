package complete

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
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
// is a projection.
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
	ps := make([]*problem, len(speakers))
	starts := make([]map[key]float64, len(speakers))
	for s := range speakers {
		ps[s] = newProblem(f, weight, groups, func(row int) int { return int(f.ArmOf[row]) }, len(f.Arms), workers)
	}
	now := slices.Clone(ps[0].t.base)
	next := make([]float64, len(now))
	out := &Agreed{}
	for out.Rounds < maxAverages {
		out.Rounds++
		clear(next)
		for s, w := range speakers {
			copy(ps[s].t.base, now)
			var rows []row
			for i := range w.Constraints {
				rows = append(rows, rowsOf(w, &w.Constraints[i], ps[s].chance(&w.Constraints[i], now))...)
			}
			res, err := ps[s].solve(ctx, rows, starts[s])
			if err != nil {
				return nil, err
			}
			if !res.converged {
				return nil, fmt.Errorf("%w: those of speaker %d are off by %.2g; bend them first", ErrNoFit, s, res.residual)
			}
			starts[s] = map[key]float64{}
			for i := range ps[s].rows {
				starts[s][ps[s].rows[i].key] = ps[s].t.y[i]
			}
			ps[s].columns = map[key]*column{} // directions change with the weights
			for g, v := range ps[s].t.p {
				next[g] += weights[s] * v
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
	copy(ps[0].t.p, now)
	base := make([]float64, len(now))
	for row, g := range groups.ID {
		if g >= 0 {
			base[g] += weight[row]
		}
	}
	for k, g := range ps[0].order {
		ps[0].t.base[k] = base[g]
	}
	ps[0].spread(weight)
	for row, a := range f.ArmOf {
		if a < 0 {
			weight[row] = 0
		}
	}
	out.Weight = weight
	out.Apart = relink(f, weight, speakers[0].Cells(nil, true))
	return out, nil
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
