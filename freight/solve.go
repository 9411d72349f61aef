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
	// State holds one number for each element of the network: how full a queue
	// is (tonnes over capacity), or the rationing price of a link in USD/t. It
	// is the start point to hand to another Solve.
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
	b.load(&ws.w, b.params(d))
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

// state is the point at hand by element of the network.
func (e *equilibrium) state() []float64 {
	out := make([]float64, len(e.b.net.elems))
	for s, el := range e.elems {
		out[el] = e.z[s]
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
	vots := map[float64]bool{}
	for _, j := range e.live {
		vots[e.b.vals.goods[e.b.items[e.item[j]].commodity].vot] = true
	}
	switch {
	case !queues && !prices:
		return KindFree
	case queues && prices && len(vots) > 1:
		return KindFixedPoint
	}
	return KindConvex
}

// flowState is what a solve found: tonnes and costs by item and route.
type flowState struct {
	tonnes []float64 // route, t/yr
	served []float64 // item, t/yr
	g      []float64 // item: logsum cost, USD/t, +Inf without a way
	calm   []float64 // item: relative rise x without rationing prices
	x      []float64 // item: relative rise x

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
	clear(f.served)
	for i := range n {
		f.g[i], f.x[i], f.calm[i] = math.Inf(1), math.Inf(1), math.Inf(1)
	}
	curve := b.curve()
	live := e.live
	for j, i := range e.item {
		j := int32(j)
		if len(live) > 0 && live[0] == j {
			live = live[1:]
		} else {
			e.logsum[j] = e.choose(j, true)
		}
		l := e.logsum[j]
		if w.q0[i] <= 0 {
			l = e.choose(j, true) // loads passes over it
		}
		f.g[i] = -l * b.c0[i]
		f.x[i] = b.rise(i, l)
		f.calm[i] = f.x[i]
		d, _ := curve.at(f.x[i])
		q := w.q0[i] * d
		f.served[i] = q
		priced := false
		for n := e.nest0[j]; n < e.nest0[j+1]; n++ {
			qn := q * e.share[n]
			for k := e.group0[n]; k < e.group0[n+1]; k++ {
				e.flowOf[e.group[k]] = qn * e.prob[k]
				priced = priced || e.price[e.bundle[k]] > 0
			}
		}
		if priced {
			f.calm[i] = b.rise(i, e.choose(j, false))
		}
	}
	for r, k := range g.route {
		f.tonnes[r] = e.flowOf[k] * w.part[r]
	}
	e.kept = 0
	return f
}

// account sums what moved and why the rest did not, and checks conservation:
// the routes of every item carry what the item serves, every vertex of the
// graph passes on what it receives, and demand is served plus lost.
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
		calm, _ := curve.at(f.calm[i])
		calm *= q0
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

// conserve tests every item and every vertex.
func (b *Base) conserve(e *equilibrium, f *flowState) error {
	n := b.net
	e.pathFlow, e.arcFlow = resize(e.pathFlow, len(b.paths)), resize(e.arcFlow, len(n.arcs))
	e.balance, e.through = resize(e.balance, len(n.vertices)), resize(e.through, len(n.vertices))
	pathFlow, arcFlow, balance, through := e.pathFlow, e.arcFlow, e.balance, e.through
	clear(pathFlow)
	clear(arcFlow)
	clear(balance)
	clear(through)
	for i := range b.items {
		it := &b.items[i]
		sum := 0.0
		for r := it.route0; r < it.route1; r++ {
			t := f.tonnes[r]
			if t < 0 || math.IsNaN(t) || t > 0 && !e.w.avail[r] {
				return fmt.Errorf("%w: %s carries %g t on a route that is not open", errConservation, b.itemName(it), t)
			}
			sum += t
			pathFlow[b.routes[r].path] += t
		}
		if math.Abs(sum-f.served[i]) > ConservationTolerance*math.Max(1, f.served[i]) {
			return fmt.Errorf("%w: the routes of %s carry %g t of %g t", errConservation, b.itemName(it), sum, f.served[i])
		}
		if f.served[i] > 0 {
			s := n.spec
			balance[n.sourceOf[n.node[s.Zones[it.origin].Node]]] += f.served[i]
			balance[n.sinkOf[n.node[s.Zones[it.dest].Node]]] -= f.served[i]
		}
	}
	for k, t := range pathFlow {
		if t == 0 {
			continue
		}
		for _, a := range b.pathArcs[b.paths[k].arc0:b.paths[k].arc1] {
			arcFlow[a] += t
		}
	}
	for a, t := range arcFlow {
		from, to := n.arcs[a].from, n.arcs[a].to
		balance[from] -= t
		balance[to] += t
		through[from] += t
		through[to] += t
	}
	for v := range balance {
		if math.Abs(balance[v]) > ConservationTolerance*math.Max(1, through[v]) {
			return fmt.Errorf("%w: node %s keeps %g t", errConservation, n.spec.Nodes[n.vertices[v].node].ID, balance[v])
		}
	}
	return nil
}
