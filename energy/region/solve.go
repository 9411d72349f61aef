package region

import (
	"context"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/internal/lp"
)

// settleTolerance is the delivery, MW or mcm/d, below which a gap counts as none.
const settleTolerance = 1e-7

// maxRounds bounds the rounds of nominations by reason; by proof there is at most
// one more round than contracts and blocks, as each round takes at least one gap
// away for good.
const maxRounds = 60

// Workspace holds what one worker needs to solve; it is not for concurrent use. The
// zero value works.
type Workspace struct{}

// NewWorkspace returns a workspace.
func NewWorkspace() *Workspace { return &Workspace{} }

// Close says that the worker has solved its last. The solver's memory that nobody
// uses then is let go; closing twice does nothing.
func (w *Workspace) Close() { lp.Release() }

// problem is a programme with the bounds of a world, ready to be solved. p and its
// rows may be a part of the base's programme (one block).
type problem struct {
	w      *world
	p      *lp.Problem
	cols   []mark
	weight []float64
}

// problem is the whole year of a world.
func (b *Base) problem(w *world) *problem {
	p := b.prog.Problem
	p.Cost, p.Lower, p.Upper, p.RowLower, p.RowUpper = w.cost, w.lower, w.upper, w.rowLower, w.rowUpper
	return &problem{w, &p, b.prog.cols, w.weights(b.prog.cols)}
}

func (w *world) weights(cols []mark) []float64 {
	return w.weightsOf(cols, &lp.Problem{Lower: w.lower, Upper: w.upper})
}

// weightsOf are the weights of the choice among optima: hours x^2 over a column's size, so that what
// can be shared is shared in proportion to load, capacity and time.
func (w *world) weightsOf(cols []mark, p *lp.Problem) []float64 {
	out := make([]float64, len(cols))
	for j := range cols {
		h := 8760.
		if k := cols[j].k; k >= 0 {
			h = w.b.net.hours[k]
		}
		size := math.Max(math.Abs(p.Lower[j]), math.Abs(p.Upper[j]))
		if size == 0 || math.IsInf(size, 1) {
			size = 1000
		}
		out[j] = h / size
	}
	return out
}

// open hands the problem to the solver. Load may grow, see [dispatch.price].
func (q *problem) open(ctx context.Context, start *lp.Basis) (*model, error) {
	return openModel(ctx, q.p, func(j int) bool { return q.cols[j].kind == colShed }, start)
}

// solve finds the optimum without rounds, for others to set out from.
func (q *problem) solve(ctx context.Context, start outset) (outset, error) {
	m, err := q.open(ctx, start.basis)
	if err != nil {
		return outset{}, err
	}
	defer m.close()
	r, err := m.solve(ctx)
	if err != nil {
		return outset{}, err
	}
	x, _, _ := choose(q.p, q.p.Lower, q.p.Upper, q.p.RowLower, q.p.RowUpper, q.weight, r, start.x)
	return outset{r.Basis, x}, nil
}

func optimal(r *lp.Result, err error) error {
	if err != nil {
		return err
	}
	if r.Status != lp.Optimal {
		return fmt.Errorf("the linear programme ended %v", r.Status)
	}
	return nil
}

// outset is where a solve sets out from: a basis and the point chosen there. Either may
// be nil.
type outset struct {
	basis *lp.Basis
	x     []float64
}

// outset is where variants of a dispatch set out from.
func (d *dispatch) outset() outset { return outset{d.r.Basis, d.x} }

// dispatch is a settled programme: its last optimum and the point chosen in it.
type dispatch struct {
	*problem
	m      *model
	r      *lp.Result
	x      []float64
	rounds int
	steps  int
	exact  bool
	moved  int
	gaps   [][2]int
	capped [][2]int // gaps that were taken away, with their deliveries limited
	shut   bool     // gaps are closed in m
}

// variant is the programme of other parameters in which sellers give no more than they
// settled to give in d.
func (d *dispatch) variant(p []float64) *problem {
	q := d.w.b.problem(d.w.b.worldOf(p))
	for _, g := range d.capped {
		q.p.Upper[g[0]] = 0
		q.p.Upper[g[1]] = math.Min(q.p.Upper[g[1]], d.p.Upper[g[1]])
	}
	return q
}

// shutGaps closes every gap that is still allowed, so that changes of the settled
// programme are served by real supply. At the settled point they are 0.
func (d *dispatch) shutGaps(ctx context.Context) error {
	if d.shut {
		return nil
	}
	d.shut = true
	for _, g := range d.gaps {
		if d.p.Upper[g[0]] > 0 {
			d.p.Upper[g[0]] = 0
			if err := d.m.setBounds(ctx, g[0], 0, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dispatch) close() { d.m.close() }

// settle solves a programme in rounds of nominations. A seller values what it
// delivers under a contract less than its own load: in each round a buyer may take a
// gap in place of a delivery, at the cost of that value, so no delivery costs its
// seller more. What was a gap is then taken away and the delivery limited to what the
// seller gave; the buyer finds another way or sheds. Each round removes at least one
// gap for good, so rounds end.
//
// settle changes the bounds of the problem. The dispatch must be closed.
func (q *problem) settle(ctx context.Context, start outset) (*dispatch, error) {
	m, err := q.open(ctx, start.basis)
	if err != nil {
		return nil, err
	}
	like := start.x
	d := &dispatch{problem: q, m: m, exact: true, gaps: gaps(q.cols)}
	for d.rounds < maxRounds {
		d.rounds++
		if d.r, err = m.solve(ctx); err != nil {
			m.close()
			return nil, err
		}
		d.steps += d.r.Iterations
		var exact bool
		d.x, d.moved, exact = choose(q.p, q.p.Lower, q.p.Upper, q.p.RowLower, q.p.RowUpper, q.weight, d.r, like)
		d.exact, like = d.exact && exact, d.x
		open := false
		for _, g := range d.gaps {
			if q.p.Upper[g[0]] > 0 && d.x[g[0]] > settleTolerance {
				open = true
				d.capped = append(d.capped, g)
				q.p.Upper[g[0]] = 0
				q.p.Upper[g[1]] = math.Max(0, d.x[g[1]])
				for _, j := range g {
					if err := m.setBounds(ctx, j, 0, q.p.Upper[j]); err != nil {
						m.close()
						return nil, err
					}
				}
			}
		}
		if !open {
			return d, nil
		}
	}
	m.close()
	return nil, fmt.Errorf("sellers' deliveries did not settle in %d rounds", maxRounds)
}

// gaps pairs the columns of gaps with those of their deliveries. They are laid out
// in the same order.
func gaps(cols []mark) [][2]int {
	type key struct{ kind, a, c, k int32 }
	at := map[key]int{}
	for j, m := range cols {
		if m.kind == colExc || m.kind == colCon {
			at[key{int32(m.kind), m.a, m.c, m.k}] = j
		}
	}
	var out [][2]int
	for j, m := range cols {
		switch m.kind {
		case colExcGap:
			out = append(out, [2]int{j, at[key{int32(colExc), m.a, m.c, m.k}]})
		case colConGap:
			out = append(out, [2]int{j, at[key{int32(colCon), m.a, m.c, m.k}]})
		}
	}
	return out
}

// residual is the largest breach of a row by a point: Kirchhoff's laws, balances,
// budgets; MW, mcm/d, GWh or bcm.
func residual(p *lp.Problem, x []float64) float64 {
	worst := 0.
	for i := range p.Rows() {
		sum := 0.
		for e := p.First[i]; e < p.First[i+1]; e++ {
			sum += p.Value[e] * x[p.Index[e]]
		}
		worst = math.Max(worst, math.Max(p.RowLower[i]-sum, sum-p.RowUpper[i]))
	}
	for j := range x {
		worst = math.Max(worst, math.Max(p.Lower[j]-x[j], x[j]-p.Upper[j]))
	}
	return worst
}

// residualTolerance is the breach, MW or mcm/d, up to which a dispatch counts as
// settled.
const residualTolerance = 1e-5

// Solve dispatches the network of a delta. The result is a function of base and
// delta alone: start is not used, for every solve starts from the basis of the
// baseline, and ws may be nil.
func (b *Base) Solve(ctx context.Context, d *Delta, start []float64, ws *Workspace) (*Solution, error) {
	run, err := b.dispatch(ctx, d)
	if err != nil {
		return nil, err
	}
	defer run.close()
	s := run.summary()
	if s.Outcomes, s.Weights, err = b.outcomes(ctx, run); err != nil {
		return nil, fmt.Errorf("region: outcomes: %w", err)
	}
	return s, nil
}

func (b *Base) dispatch(ctx context.Context, d *Delta) (*dispatch, error) {
	run, err := b.problem(b.worldOf(b.params(d))).settle(ctx, b.start)
	if err != nil {
		return nil, fmt.Errorf("region: dispatch: %w", err)
	}
	return run, nil
}

// summary is a solution without its outcomes.
func (d *dispatch) summary() *Solution {
	s := &Solution{Objective: d.objective(), Residual: residual(d.p, d.x), Iterations: d.steps, Rounds: d.rounds, Kind: "linear programme"}
	s.Converged = d.exact && s.Residual <= residualTolerance
	n := d.w.b.net
	for i, key := range n.loads {
		for k := range n.Blocks {
			load, shed := d.w.load(i, k), d.x[d.w.b.prog.shed[i][k]]
			if n.Tiers[key.tier].Carrier == Power {
				s.Lost.PowerDemand += load * n.hours[k] / 1000
				s.Lost.PowerUnserved += shed * n.hours[k] / 1000
			} else {
				s.Lost.GasDemand += load * n.days[k] / 1000
				s.Lost.GasUnserved += shed * n.days[k] / 1000
			}
		}
	}
	for j, m := range d.cols {
		x := d.x[j]
		switch m.kind {
		case colElec:
			s.Lost.PowerDemand += x * n.hours[m.k] / 1000
		case colElecOff:
			s.Lost.PowerUnserved += x * n.hours[m.k] / 1000
		case colUndel:
			s.Lost.Exports += x * n.hours[m.k] / 1000
		case colUndelYr:
			s.Lost.Exports += x
		}
	}
	return s
}

// objective is the cost of the chosen point, USD/yr.
func (d *dispatch) objective() float64 {
	sum := 0.
	for j, x := range d.x {
		sum += d.p.Cost[j] * x
	}
	return sum * million
}
