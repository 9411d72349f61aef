package freight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ConservationTolerance is the largest imbalance a solved network may show,
// relative to the tonnes that pass.
const ConservationTolerance = 1e-9

// stillResidual is the residual below which a further step cannot move an
// outcome by OutcomeTolerance, so that none is taken to see.
const stillResidual = 1e-10

// Kinds of equilibrium, see Solution.Kind.
const (
	KindFree       = "free"        // no capacity in use: costs do not depend on flows
	KindConvex     = "convex"      // optimum of a convex programme, unique in queues and prices that bind
	KindFixedPoint = "fixed point" // queues, prices and several values of time together
)

// Lost says why tonnes did not move, t/yr. Demand = Served + NoRoute +
// PricedOut + Rationed - Induced.
type Lost struct {
	Demand    float64 // wanted
	Served    float64 // moved
	NoRoute   float64 // no open way
	PricedOut float64 // given up because of cost, rationing prices apart
	Rationed  float64 // given up because of rationing prices of capacities
	Induced   float64 // moved beyond the wanted tonnes, because cost fell below the base year's
}

// Solution is one period network solved.
type Solution struct {
	Outcomes   []float64 // in the order of Base.Outcomes
	Weights    []float64 // tonnes behind an outcome that is a mean (Measure.Mean), else 0
	Converged  bool
	Residual   float64 // largest miss, in shares of a capacity
	Moved      float64 // largest relative move of an outcome in the last step
	Iterations int
	Kind       string
	// State holds one number for each element of the network, those that may bind
	// in every network first, up to the last that is in use: how full a queue is
	// (tonnes over capacity), or the rationing price of a link in USD/t. It is the
	// start point to hand to another Solve; where states of several solutions are
	// summed, what one leaves out is 0.
	State []float64
	Lost  Lost
}

// Solve finds the flows of the network of d from the start point start (nil:
// the baseline's). The result depends on the base, the delta and the start
// alone. An equilibrium that was not reached is reported in the solution, not
// as an error; errors are cancelled contexts and broken conservation.
func (b *Base) Solve(ctx context.Context, d *Delta, start []float64, ws *Workspace) (*Solution, error) {
	if b.fault != nil {
		return nil, b.fault
	}
	if start == nil && b.baseline != nil {
		start = b.baseline.State
	}
	if ws == nil {
		ws = NewWorkspace()
	}
	ws.p = d.apply(append(ws.p[:0], b.vals.listed...))
	b.load(&ws.w, ws.p)
	return b.equilibrate(ctx, ws, start)
}

// equilibrate solves the loaded world.
func (b *Base) equilibrate(ctx context.Context, ws *Workspace, start []float64) (*Solution, error) {
	e := &ws.e
	e.setup(b, &ws.w, start)
	iterations, worst, err := e.solve(ctx)
	if err != nil {
		return nil, err
	}
	sol := &Solution{Iterations: iterations, Residual: worst, Kind: e.kind()}
	flows := e.flows()
	sol.Outcomes, sol.Weights = b.measure(e, flows)
	sol.Converged = worst <= ResidualTolerance
	if iterations > 0 && worst > stillResidual {
		// Rounding is in the way: one more step tells whether outcomes stand still
		// all the same.
		e.loads(e.z, e.v)
		_, square := e.residual(e.z, e.v, e.f)
		saved := slices.Clone(e.z)
		if w, _, ok := e.newton(worst, square); ok && w <= math.Max(worst, ResidualTolerance) {
			next := e.flows()
			out, weights := b.measure(e, next)
			sol.Moved = b.moved(e.w, sol.Outcomes, out)
			sol.Outcomes, sol.Weights, sol.Residual, flows = out, weights, w, next
			sol.Iterations++
		} else {
			copy(e.z, saved)
			e.loads(e.z, e.v)
			flows = e.flows()
		}
		sol.Converged = sol.Residual <= ResidualTolerance && (sol.Moved <= OutcomeTolerance || sol.Residual <= stillResidual)
	}
	sol.State = e.state()
	if sol.Lost, err = b.account(e, flows); err != nil {
		return nil, err
	}
	return sol, nil
}

// state is the point at hand by place in Solution.State.
func (e *equilibrium) state() []float64 {
	place := e.b.bundlings.place
	n := 0
	for _, el := range e.elems {
		n = max(n, int(place[el])+1)
	}
	out := make([]float64, n)
	for s, el := range e.elems {
		out[place[el]] = e.z[s]
	}
	return out
}

// outcomeFloor is the share of all trade (tonnes, or tonnes at their reference
// cost) below which a move of an outcome is rounding.
const outcomeFloor = 1e-9

// moved is the largest relative change of an outcome. Changes below a
// thousandth of the materiality or below outcomeFloor do not count.
func (b *Base) moved(w *world, x, y []float64) float64 {
	tonnes, money := 0.0, 0.0
	for i := range b.items {
		tonnes += w.q0[i]
		money += w.q0[i] * b.c0[i]
	}
	worst := 0.0
	for i := range x {
		o := &b.net.spec.Outcomes[i]
		floor := outcomeFloor * tonnes
		switch {
		case o.Measure.Mean():
			floor = outcomeFloor
		case o.Measure == Revenue || o.Measure == Haulage || o.Measure == Benefit:
			floor = outcomeFloor * money
		}
		d := math.Abs(x[i] - y[i])
		if d <= math.Max(1e-3*o.Materiality, floor) || math.IsNaN(d) {
			continue
		}
		worst = math.Max(worst, d/math.Max(math.Abs(x[i]), math.Abs(y[i])))
	}
	return worst
}

// kind says what the problem is, from the elements in use.
func (e *equilibrium) kind() string {
	queues, prices := false, false
	for s := range e.elems {
		if e.hours[s] > 0 {
			queues = true
		} else {
			prices = true
		}
	}
	switch {
	case !queues && !prices:
		return KindFree
	case queues && prices && e.severalVots():
		return KindFixedPoint
	}
	return KindConvex
}

// severalVots says whether goods that cross an active element differ in their
// value of time.
func (e *equilibrium) severalVots() bool {
	w, g := e.w, e.w.bundling
	vot, found := 0.0, false
	for i := range e.b.items {
		v := e.b.vals.goods[e.b.items[i].commodity].vot
		if found && v == vot {
			continue
		}
		for n, end := g.nest0[i], g.nest0[i]+w.nests[i]; n < end; n++ {
			for _, u := range w.bundle[w.nest[n].first : w.nest[n].first+w.nest[n].size] {
				if len(e.crossed(u)) == 0 {
					continue
				}
				if found && v != vot {
					return true
				}
				vot, found = v, true
			}
		}
	}
	return false
}

// flowState is what a solve found: tonnes and costs by item and route.
type flowState struct {
	tonnes []float64 // route, t/yr
	live   []int32   // routes that carry something
	served []float64 // item, t/yr
	g      []float64 // item: logsum cost, USD/t, +Inf without a way
	calm   []float64 // item: relative rise x without rationing prices
	x      []float64 // item: relative rise x

	carried []float64 // item: t/yr on its routes
	brought []float64 // bundle: t/yr on its routes
	stray   int32     // a route with tonnes that it cannot carry, -1 for none

	benefit []float64 // item: USD/yr against the baseline, once outcomes are measured
}

// flows computes every route's tonnes at the point loads was last called for.
// The result is overwritten by the next call; loads must be called before a
// further step.
func (e *equilibrium) flows() *flowState {
	b, w, g := e.b, e.w, e.w.bundling
	f := &e.flow
	n := len(b.items)
	f.tonnes, f.served = resize(f.tonnes, len(b.routes)), resize(f.served, n)
	f.g, f.calm, f.x = resize(f.g, n), resize(f.calm, n), resize(f.x, n)
	e.flowOf = resize(e.flowOf, len(g.bundle))
	clear(e.flowOf)
	copy(f.served, e.vol)
	for i, l := range e.logsum {
		f.g[i], f.x[i] = math.Inf(1), math.Inf(1)
		if w.nests[i] > 0 {
			f.g[i], f.x[i] = -l*b.c0[i], b.rise(int32(i), l)
		}
	}
	copy(f.calm, f.x)
	for k := range w.blocks.block {
		e.flowsOfBlock(int32(k))
	}
	e.spread(f)
	e.calmRises(f)
	e.kept = 0
	return f
}

// spread gives each route its part of what its group carries, and sums what routes
// carry by item and by bundle. Routes that are not open have no part.
func (e *equilibrium) spread(f *flowState) {
	w, g := e.w, e.w.bundling
	f.carried, f.brought, f.stray = resize(f.carried, len(e.b.items)), resize(f.brought, len(e.tonnes)), -1
	clear(f.brought)
	tonnes, live := f.tonnes, resize(f.live, len(f.tonnes))
	part := w.part[:len(tonnes)]
	n := 0
	for r, k := range g.route[:len(tonnes)] {
		t := e.flowOf[k] * part[r]
		tonnes[r], live[n] = t, int32(r)
		if math.Float64bits(t) != 0 {
			n++
		}
	}
	f.live = live[:n]
	for _, r := range f.live {
		t := tonnes[r]
		if !(t > 0) || !w.avail[r] {
			f.stray = r
		}
		f.brought[g.routeBundle[r]] += t
	}
	for i := range e.b.items {
		it := &e.b.items[i]
		sum := 0.0
		for _, t := range tonnes[it.route0:it.route1] {
			sum += t
		}
		f.carried[i] = sum
	}
}

// flowsOfBlock fills flowOf for the groups of a block.
func (e *equilibrium) flowsOfBlock(k int32) {
	x := &e.w.blocks
	bl := x.block[k]
	each := e.nestEach[bl.nest0:bl.single0]
	in, group := x.in[bl.alt0:bl.alt1], x.group[bl.alt0:bl.alt1]
	for m, v := range e.weight[bl.alt0:bl.alt1] {
		e.flowOf[group[m]] = each[in[m]] * v
	}
	alone := x.alone[bl.single0:bl.nest1]
	for n, t := range e.nestTonnes[bl.single0:bl.nest1] {
		e.flowOf[alone[n]] = t
	}
}

// calmRises puts right what calm is for items some of whose ways have a rationing
// price: the rise without it. It overwrites the choice.
func (e *equilibrium) calmRises(f *flowState) {
	if !slices.ContainsFunc(e.price, func(p float64) bool { return p > 0 }) {
		return
	}
	e.weigh(e.calm, false)
	x := &e.w.blocks
	for k := range x.block {
		if !e.blockPriced(int32(k)) {
			continue
		}
		e.chooseBlock(int32(k), e.calm)
		for i := k * blockItems; i < min((k+1)*blockItems, len(e.b.items)); i++ {
			if !math.IsInf(e.logsum[i], -1) {
				f.calm[i] = e.b.rise(int32(i), e.logsum[i])
			}
		}
	}
}

// blockPriced says whether some alternative of a block bears a rationing price.
func (e *equilibrium) blockPriced(k int32) bool {
	x := &e.w.blocks
	bl := x.block[k]
	for _, at := range x.at[bl.alt0:bl.alt1] {
		if e.worth[at] != e.calm[at] {
			return true
		}
	}
	for _, at := range x.one[bl.single0:bl.nest1] {
		if e.worth[at] != e.calm[at] {
			return true
		}
	}
	return false
}

// account sums what moved and why the rest did not, and checks conservation:
// the routes of every item carry what the item serves, none that is closed carries
// anything, elements with a capacity count what the routes over them bring, and
// demand is served plus lost. Every vertex of the graph passes on what it receives
// because every path is a chain of arcs, which is tested when paths are put
// together (see checkChains).
func (b *Base) account(e *equilibrium, f *flowState) (Lost, error) {
	var t Lost
	curve := b.curve()
	for i := range b.items {
		q0 := e.w.q0[i]
		t.Demand += q0
		t.Served += f.served[i]
		if math.IsInf(f.x[i], 1) {
			t.NoRoute += q0
			continue
		}
		calm := f.served[i]
		if f.calm[i] != f.x[i] {
			d, _ := curve.at(f.calm[i])
			calm = q0 * d
		}
		t.Rationed += calm - f.served[i]
		if calm > q0 {
			t.Induced += calm - q0
		} else {
			t.PricedOut += q0 - calm
		}
	}
	if miss := math.Abs(t.Demand + t.Induced - t.Served - t.NoRoute - t.PricedOut - t.Rationed); miss > ConservationTolerance*math.Max(1, t.Demand+t.Induced) {
		return t, fmt.Errorf("freight: demand %g t differs from served and lost by %g t", t.Demand, miss)
	}
	return t, b.conserve(e, f)
}

var errConservation = errors.New("freight: flows are not conserved")

// conserve tests every item and every active element.
func (b *Base) conserve(e *equilibrium, f *flowState) error {
	if r := f.stray; r >= 0 {
		return fmt.Errorf("%w: %s carries %g t on a route that is not open", errConservation, b.itemName(&b.items[b.owner[r]]), f.tonnes[r])
	}
	for i, t := range f.carried {
		if !(math.Abs(t-f.served[i]) <= ConservationTolerance*math.Max(1, f.served[i])) {
			return fmt.Errorf("%w: the routes of %s carry %g t of %g t", errConservation, b.itemName(&b.items[i]), t, f.served[i])
		}
	}
	met := e.znew
	copy(met, e.load0)
	for u, t := range f.brought {
		for _, s := range e.crossed(int32(u)) {
			met[s] += t
		}
	}
	for s, t := range met {
		if !(math.Abs(t-e.v[s]) <= ConservationTolerance*math.Max(1, e.v[s])) {
			return fmt.Errorf("%w: routes bring %g t to %s, which counts %g t", errConservation, t, b.net.elems[e.elems[s]].name, e.v[s])
		}
	}
	return nil
}
