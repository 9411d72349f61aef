package assign

import (
	"context"
	"math"
)

// User equilibrium and system optimum.
//
// Method: column generation. A sweep finds the cheapest trees of all origins at
// the present costs; it gives the gap and, for each pair, the way to add if it
// beats those the pair has. Between sweeps flow moves between the known ways of
// each pair (see relax.go) until their excess cost is small against the gap, so
// that few sweeps are needed; pairs that hardly matter to it are skipped. Times
// follow each shift (Gauss-Seidel), so the order of pairs matters for the path to
// the answer, and it is fixed: class, origin, destination.
//
// Cost: sweeps x origins x one tree, plus passes x links of the known ways.

// How hard to work between sweeps.
const (
	innerShare  = 0.02 // passes end when the excess is below this share of the gap
	exactGap    = 1e-9 // below, volumes are added up afresh each iteration: shifts leave rounding behind
	innerPasses = 12   // most passes over all pairs between two sweeps
	busyPasses  = 3    // most passes over the busy ones after each
	busyShare   = 0.5  // of the aim, at which they end
	slowShare   = 0.9  // a pass that leaves more than this share of the excess calls for a step of all pairs
	lastShare   = 0.1  // or below this share of the gap asked for
	skipShare   = 0.25 // pairs with a relative excess below this share of the aim are skipped
)

// equilibrate solves a problem whose costs are symmetric. Its route flows are
// proportional (proportion.go). They are worked out when first asked for if link
// flows do not depend on them, as they may where classes share ways.
func equilibrate(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	res, w, err := settleOpen(ctx, p, s)
	if err != nil {
		return nil, err
	}
	m, ps, kind, r := res.m, res.ps, w.kind, res.r // all that is kept
	find := func() (*routes, error) { return proportional(m, ps, kind, r.pack(ps, m)), nil }
	if len(p.Classes) > 1 {
		res.r, _ = find()
	} else {
		res.late = &lateRoutes{find: find}
	}
	res.finish()
	res.account()
	return res, nil
}

// settle finds some equilibrium; volumes are right, what a result says is not yet
// worked out.
func settle(ctx context.Context, p *Problem, s Settings) (*Result, *sweeper, error) {
	res, w, err := settleOpen(ctx, p, s)
	if err == nil {
		res.r = res.r.pack(res.ps, res.m)
	}
	return res, w, err
}

// settleOpen is settle; some pairs of its routes may rest.
func settleOpen(ctx context.Context, p *Problem, s Settings) (*Result, *sweeper, error) {
	m, ps := compile(p, s.Method == Optimum), pairsAfter(s.Warm, p)
	if m.limit != nil {
		if err := feasible(p); err != nil {
			return nil, nil, err
		}
	}
	w, x := newSweeper(m, ps, s), newRelaxer(m, ps)
	var r *routes
	var err error
	if s.Warm != nil {
		r, err = w.resume(ctx, s.Warm)
	} else {
		r, err = w.start(ctx, m.congested)
	}
	if err != nil {
		return nil, nil, err
	}
	if s.Warm != nil {
		m.startPrices(s.Warm.Price)
	}
	if r.rest != nil {
		w.recheck = newRecheck(w, s.Gap)
		if m.limit == nil && w.dearer(s.Warm, r) {
			if r, err = w.first(ctx, x, r); err != nil {
				return nil, nil, err
			}
		}
	}
	s.Warm = nil // a result does not hold on to its parent
	res := &Result{Problem: p, Settings: s, Statement: statementOf(p, s), m: m, ps: ps}
	lim := newLimits(m)
	for outer := 1; ; outer++ {
		r, err = descend(ctx, res, w, x, r, lim, outer)
		if err != nil {
			return nil, nil, err
		}
		if m.limit == nil {
			break
		}
		res.Excess = lim.excess()
		done := lim.update(s.LimitTolerance)
		if done && res.RelativeGap <= s.Gap {
			break
		}
		if len(res.Iterations) >= s.Iterations {
			res.Converged = false
			break
		}
		m.evalAll()
	}
	r.spare = nil
	res.r, res.solved = r, &solved{r: r}
	if m.limit != nil {
		res.Price = append([]float64(nil), m.price...)
	}
	return res, w, nil
}

// descend sweeps and relaxes until the gap or the iterations are reached. After
// new prices of limits it relaxes at least once, because a step of the prices may
// matter to the volumes of limited links and yet not to the gap.
func descend(ctx context.Context, res *Result, w *sweeper, x *relaxer, r *routes, lim *limits, outer int) (*routes, error) {
	s, m := res.Settings, res.m
	for first := outer > 1; ; first = false {
		g, err := w.columns(ctx, r, s.Gap)
		if err != nil {
			return nil, err
		}
		res.RelativeGap = g.relative()
		res.Objective = objective(m, w.ps, r)
		row := Iteration{Iteration: len(res.Iterations) + 1, Gap: res.RelativeGap, Objective: res.Objective, Routes: len(r.flow)}
		for i := range w.news {
			row.Routes += len(w.news[i].pair)
		}
		if m.limit != nil {
			row.Outer, row.Over = outer, lim.excess()
		}
		res.Iterations = append(res.Iterations, row)
		if s.Each != nil {
			s.Each(row)
		}
		res.Converged = res.RelativeGap <= s.Gap
		if res.Converged && !first || len(res.Iterations) >= s.Iterations {
			r.load(m)
			return r, nil
		}
		if r = r.rebuild(w.ps, w.news, m); r.rest != nil && 2*len(r.pair) > len(w.ps.to) {
			r = r.pack(w.ps, m) // little rests
		}
		x.r = r
		total := g.total.value()
		aim := max(innerShare*res.RelativeGap, lastShare*s.Gap)
		if m.limit != nil {
			aim = innerShare * max(res.RelativeGap, s.Gap)
		}
		if r.rest != nil && m.limit == nil && !w.recheck.slow {
			aim = max(aim, nearShare*res.RelativeGap)
			x.work(w.recheck.over, aim*total, skipShare*aim)
		} else {
			x.settle(aim*total, skipShare*aim)
		}
		if res.RelativeGap < exactGap || m.limit != nil {
			r.load(m)
		}
	}
}

// settle relaxes until the excess is at most aim. Between passes over all pairs
// the busy ones get more.
func (x *relaxer) settle(aim, skip float64) {
	if x.m.limit != nil {
		skip = 0 // limited volumes must settle far below the gap
	}
	last := math.Inf(1)
	for range innerPasses {
		excess := x.pass(skip)
		if excess <= aim {
			return
		}
		if excess > slowShare*last {
			x.together()
			excess = math.Inf(1) // give the pairs a pass of their own first
		} else if last < math.Inf(1) {
			x.trust = newtonTrust
		}
		last = excess
		for range busyPasses {
			if x.again(skip) <= busyShare*aim {
				break
			}
		}
	}
}

// objective is Beckmann's function: areas under times, fixed costs, less the
// area under the inverse demand. Extra time of hard limits is left out.
func objective(m *model, ps *pairs, r *routes) float64 {
	var z sum
	for l := range m.param {
		if m.vol[l] != m.pre[l] {
			z.add(m.area(l, m.vol[l]))
			z.add(-m.area(l, m.pre[l]))
		}
	}
	z.merge(m.fixedCost(r))
	if ps.sent != nil {
		for _, s := range ps.sources {
			if !ps.elastic[s.class] {
				continue
			}
			for i := s.first; i < s.last; i++ {
				if !ps.lost[i] {
					z.add(-ps.curve[i].area(ps.served(i)))
				}
			}
		}
	}
	return z.value()
}

// account fills times and TSTT: plain times, not marginal ones, and no prices.
func (res *Result) account() {
	plain := res.m
	if res.Settings.Method == Optimum || plain.limit != nil {
		plain = compile(&Problem{Network: withoutLimits(res.Problem.Network), Classes: res.Problem.Classes}, false)
		copy(plain.vol, res.m.vol)
		plain.evalAll()
	}
	var total sum
	res.Time = res.Problem.clock(plain)
	for l := range plain.now {
		if v := res.Volume[l]; v != 0 {
			total.addProduct(v, plain.now[l].t)
		}
	}
	if res.r != nil {
		total.merge(res.m.fixedCost(res.r))
	}
	res.TSTT = total.value()
}

// fixedCost is what the flows of r pay beyond times, at the present volumes.
func (m *model) fixedCost(r *routes) sum {
	var total sum
	if len(m.fixed) == 1 { // all volume pays the same: by link, which is shorter
		if m.hasFixed[0] {
			for l, x := range m.fixed[0] {
				if v := m.vol[l] - m.pre[l]; v != 0 && x != 0 {
					total.addProduct(v, x)
				}
			}
		}
		return total
	}
	total.merge(r.restFixed)
	for p, f := range r.flow {
		if r.fixed[p] != 0 {
			total.addProduct(f, r.fixed[p])
		}
	}
	return total
}

func withoutLimits(n *Network) *Network {
	c := *n
	c.Limit = nil
	return &c
}
