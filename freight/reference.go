package freight

import (
	"context"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// ReferenceTolerance and MaxReference bound the search for the base year's
// logsum costs: the volumes of the base year are the observed ones, so its own
// queues must not reduce them.
const (
	ReferenceTolerance = 1e-9
	MaxReference       = 40
)

// reference computes what costs are measured against. c0 is the cheapest cost
// of each item in the base-year network without queues; g0 the logsum cost of
// the base-year run with its queues, rationing prices apart. g0 and the run
// depend on each other: the run is repeated until g0 stands still.
//
// With baseline false the run of the baseline is left out: such a base serves
// only to look at its base year.
func (b *Base) reference(ctx context.Context, baseline bool) error {
	l := &diag.List{}
	year, line := b.Resolve(BaseYear, nil, l), b.Resolve(Horizon, nil, l)
	b.snap = b.takeSnapshot(b.params(line))
	ws := NewWorkspace()
	b.load(&ws.w, b.params(year))
	b.cheapest(&ws.w)
	b.setChoosers()
	b.g0 = make([]float64, len(b.items))
	e := &ws.e
	e.setup(b, &ws.w, nil)
	copy(b.g0, e.logsums(make([]float64, len(e.elems))))
	b.groupRoutes(b.snap)
	for k := 0; ; k++ {
		if _, _, err := e.solve(ctx); err != nil {
			return fmt.Errorf("freight: base year: %w", err)
		}
		calm := append([]float64(nil), e.z...)
		for s := range calm {
			if e.hours[s] <= 0 {
				calm[s] = 0
			}
		}
		next := e.logsums(calm)
		move := 0.0
		for i := range next {
			move = math.Max(move, math.Abs(next[i]-b.g0[i])/b.c0[i])
		}
		copy(b.g0, next)
		if move <= ReferenceTolerance {
			break
		}
		if k >= MaxReference {
			b.stats.Notes = append(b.stats.Notes, fmt.Sprintf("reference costs of the base year still moved by %.2g of the cheapest cost after %d runs", move, k+1))
			break
		}
	}
	var err error
	if b.baseYear, err = b.equilibrate(ctx, ws, e.state()); err != nil {
		return fmt.Errorf("freight: base year: %w", err)
	}
	if !baseline {
		return nil
	}
	b.load(&ws.w, b.params(line))
	e.setup(b, &ws.w, b.baseYear.State)
	if _, _, err := e.solve(ctx); err != nil {
		return fmt.Errorf("freight: baseline: %w", err)
	}
	// Benefits are against the baseline: its costs first, its outcomes then.
	b.setReference(e.flows().g)
	if b.baseline, err = b.equilibrate(ctx, ws, e.state()); err != nil {
		return fmt.Errorf("freight: baseline: %w", err)
	}
	if b.baseline.Iterations > 0 { // the last step may still have moved
		e.loads(e.z, e.v)
		flows := e.flows()
		b.setReference(flows.g)
		b.baseline.Outcomes, b.baseline.Weights = b.measure(e, flows)
	}
	b.baseYear.Outcomes, b.baseYear.Weights = b.remeasure(year, b.baseYear.State)
	return nil
}

// remeasure evaluates the outcomes of a network at a state.
func (b *Base) remeasure(d *Delta, state []float64) (values, weights []float64) {
	ws := NewWorkspace()
	b.load(&ws.w, b.params(d))
	ws.e.setup(b, &ws.w, state)
	ws.e.loads(ws.e.z, ws.e.v)
	return b.measure(&ws.e, ws.e.flows())
}

// cheapest fills c0 from the loaded base-year world; an item without an open
// route there takes its cheapest route of the union network, which is listed.
func (b *Base) cheapest(w *world) {
	b.c0 = make([]float64, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		open, any := math.Inf(1), math.Inf(1)
		for r := it.route0; r < it.route1; r++ {
			any = math.Min(any, w.cost[r])
			if w.avail[r] {
				open = math.Min(open, w.cost[r])
			}
		}
		switch {
		case !math.IsInf(open, 1):
			b.c0[i] = open
		case !math.IsInf(any, 1):
			b.c0[i] = any
			b.stats.NoBasePath = append(b.stats.NoBasePath, b.itemName(it))
		}
		b.c0[i] = math.Max(b.c0[i], MinReferenceCost)
	}
}

// logsums computes the logsum cost of every item at z; items without an open
// route are measured as if every route were open.
func (e *equilibrium) logsums(z []float64) []float64 {
	b := e.b
	out := make([]float64, len(b.items))
	e.burden(z)
	e.weigh(e.worth, true)
	for k := range e.w.blocks.block {
		e.chooseBlock(int32(k), e.worth)
	}
	for i, l := range e.logsum {
		if math.IsInf(l, -1) {
			l = e.closedLogsum(int32(i))
		}
		out[i] = -l * b.c0[i]
	}
	return out
}

// closedLogsum is the logsum of an item with all of its routes open.
func (e *equilibrium) closedLogsum(i int32) float64 {
	b := e.b
	it := &b.items[i]
	if it.route0 == it.route1 {
		return -1
	}
	w := &world{avail: make([]bool, it.route1), linkUse: e.w.linkUse}
	for r := it.route0; r < it.route1; r++ {
		w.avail[r] = true
	}
	lnPS := make([]float64, it.route1-it.route0)
	b.pathSizes(w, i, lnPS)
	cost := make([]float64, it.route1)
	vot := b.vals.goods[it.commodity].vot
	for r := it.route0; r < it.route1; r++ {
		cost[r] = e.w.cost[r]
		for _, s := range e.slots(r) {
			if e.hours[s] > 0 {
				cost[r] += vot * e.add[s]
			} else {
				cost[r] += e.add[s]
			}
		}
	}
	_, l, _ := b.choose(w, i, cost, lnPS, make([]float64, it.route1), nil)
	return l
}

// Draw returns a base with the same network and route sets and every ranged
// figure read at the quantile u(name) in [0, 1]; u nil is the centre. The base
// year is run anew. A draw whose base year cannot be run returns the fault when
// it is solved.
func (b *Base) Draw(u func(name string) float64) *Base {
	return b.with(drawer(u), b.override)
}

// WithConstants returns a base with the named constants set to the values,
// everything else as in b.
func (b *Base) WithConstants(v map[string]float64) (*Base, error) {
	c := b.with(b.draw, v)
	return c, c.fault
}

func (b *Base) with(draw drawer, override map[string]float64) *Base {
	return b.withYear(draw, override, true)
}

func (b *Base) withYear(draw drawer, override map[string]float64, baseline bool) *Base {
	c := *b
	c.draw, c.override = draw, override
	c.snap, c.baseYear, c.baseline, c.refG = nil, nil, nil, nil
	c.years = &years{}
	c.stats.NoBasePath = nil
	c.stats.Notes = append([]string(nil), b.stats.Notes...)
	c.vals, c.fault = b.net.evaluate(b.lay, draw, override)
	if c.fault == nil {
		c.fault = c.reference(context.Background(), baseline)
	}
	return &c
}

// Figures lists every ranged figure a run depends on, in file order.
func (b *Base) Figures() []NamedFigure {
	var out []NamedFigure
	seen := map[string]bool{}
	note := func(name string, f units.Figure) {
		if f.Low != f.High && !seen[name] {
			seen[name] = true
			out = append(out, NamedFigure{name, f})
		}
	}
	b.net.eachFigure(note)
	for _, list := range [2][]Change{b.net.spec.BaseYearChanges, b.net.spec.BaselineChanges} {
		for i := range list {
			note(changeName(&list[i]), list[i].Amount)
		}
	}
	return out
}

// FigureOf names the amount of a change as draws know it.
func FigureOf(c *Change) NamedFigure { return NamedFigure{changeName(c), c.Amount} }

// eachFigure visits the figures of the spec under the names evaluate uses.
func (n *network) eachFigure(f func(name string, fig units.Figure)) {
	s := n.spec
	row := func(table, id, field string, fig units.Figure) { f(rowName(table, id, field), fig) }
	for i := range s.Constants {
		f("constant:"+s.Constants[i].Name, s.Constants[i].Value)
	}
	for i := range s.Commodities {
		c := &s.Commodities[i]
		row("commodity", c.ID, "value_of_time", c.ValueOfTime)
		row("commodity", c.ID, "reliability", c.Reliability)
		row("commodity", c.ID, "value", c.Value)
		row("commodity", c.ID, "t_per_teu", c.TonnesPerTEU)
	}
	for i := range s.Markets {
		m := &s.Markets[i]
		row("market", m.ID, "tonnes", m.Tonnes)
		row("market", m.ID, "share", m.Share)
		row("market", m.ID, "growth", m.Growth)
	}
	for i := range s.Links {
		l := &s.Links[i]
		row("link", l.ID, "hours", l.Hours)
		row("link", l.ID, "capacity", l.Capacity)
	}
	for i := range s.Borders {
		b := &s.Borders[i]
		id := borderRowID(b)
		row("border", id, "hours", b.Hours)
		row("border", id, "spread", b.Spread)
		row("border", id, "capacity", b.Capacity)
	}
	for i := range s.Terminals {
		t := &s.Terminals[i]
		row("terminal", t.ID, "money", t.Money)
		row("terminal", t.ID, "hours", t.Hours)
		row("terminal", t.ID, "spread", t.Spread)
		row("terminal", t.ID, "capacity", t.Capacity)
	}
	for i := range s.Projects {
		p := &s.Projects[i]
		row("project", p.ID, "year", p.Year)
		row("project", p.ID, "capacity", p.Capacity)
	}
	for i := range s.Tariffs {
		t := &s.Tariffs[i]
		row("tariff", t.ID, "per_tkm", t.PerTonneKm)
		row("tariff", t.ID, "per_t", t.PerTonne)
	}
	for i := range s.Fees {
		row("fee", s.Fees[i].ID, "money", s.Fees[i].Money)
	}
	for i := range s.Rules {
		row("rule", s.Rules[i].ID, "amount", s.Rules[i].Amount)
	}
	for i := range s.Background {
		g := &s.Background[i]
		f("background:"+g.At+"/"+g.Target+"/"+g.Direction+":tonnes", g.Tonnes)
	}
}
