package region

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/ldl"
)

// loss is one element that fails.
type loss struct {
	kind, id string
	table    tableKind
	row      int // of the table; an origin where kind is supplier
	unit     float64
}

// Kinds of losses.
const (
	lossTie      = "tie"
	lossPipe     = "pipe"
	lossUnit     = "unit"
	lossSource   = "gas source"
	lossStorage  = "storage"
	lossSupplier = "supplier"
)

// losses lists what may fail: every tie (one circuit of several), pipe, gas source
// and store in service (the largest part of each), the largest unit of each zone, and
// every origin of gas.
func (d *dispatch) losses(k int) []loss {
	n, l, w := d.w.b.net, &d.w.b.lay, d.w
	var out []loss
	for t := range n.Ties {
		if w.coupling[t] != Open {
			out = append(out, loss{lossTie, n.Ties[t].ID, ties, t, 0})
		}
	}
	for p := range n.Pipes {
		if w.p[l.pipeOn+p] != 0 {
			out = append(out, loss{lossPipe, n.Pipes[p].ID, pipes, p, w.b.vals.line[p]})
		}
	}
	largest := make([]loss, len(n.Zones))
	for g := range n.Plants {
		most, _ := w.available(g, k)
		unit := math.Min(most, w.b.vals.unit[g])
		z := n.zone[n.Plants[g].Zone]
		if unit > largest[z].unit {
			largest[z] = loss{lossUnit, n.Plants[g].ID, plants, g, unit}
		}
	}
	for _, u := range largest {
		if u.unit > 0 {
			out = append(out, u)
		}
	}
	many := map[string]int{}
	for s := range n.Sources {
		if w.p[l.sourceOn+s] != 0 {
			out = append(out, loss{lossSource, n.Sources[s].ID, sources, s, w.b.vals.train[s]})
			many[n.Sources[s].Origin]++
			if !math.IsInf(w.b.vals.train[s], 1) {
				many[n.Sources[s].Origin]++ // it holds several by itself
			}
		}
	}
	for s := range n.Storages {
		if w.p[l.storageOn+s] != 0 {
			out = append(out, loss{lossStorage, n.Storages[s].ID, storages, s, w.b.vals.store[s]})
		}
	}
	for o, name := range n.origins {
		if many[name] > 1 { // of one source, it is that source
			out = append(out, loss{lossSupplier, name, sources, o, 0})
		}
	}
	return out
}

// incident is what a loss does to a block.
type incident struct {
	loss
	needs   bool // the dispatch does not stand: something must be done about it
	limits  []limit
	free    []int
	reason  string
	loading float64 // of the worst tie before anything is done
	worst   int     // that tie
	flow    float64 // MW on a lost AC tie before
	power   []float64
	gas     []float64
}

// part says whether not all of the element fails, but the largest part of a pipe,
// source or store.
func (l *loss) part() bool {
	return (l.kind == lossSource || l.kind == lossPipe || l.kind == lossStorage) && !math.IsInf(l.unit, 1)
}

// Reasons why a loss bites.
const (
	reasonBridge   = "bridge"
	reasonOverload = "overload"
	reasonDeficit  = "deficit"
	reasonNone     = "none"
)

// incident sets up a loss. Where the element carries nothing the dispatch stands
// without it; where plants of the same zone that burn no gas have room for a unit,
// they take over and no flow changes; where an AC tie fails that is no bridge, flows
// shift by Kirchhoff's laws at the same injections, and the dispatch stands when all
// are within their limits. Each proves that nothing more need be shed. All else is
// solved.
func (b *blockRun) incident(x loss) *incident {
	n, pr, w, k := b.w.b.net, b.w.b.prog, b.w, b.part.k
	out := &incident{loss: x, reason: reasonDeficit, worst: -1}
	used := 0.
	cut := func(j int, upper float64) {
		c := b.part.at[j]
		out.limits = append(out.limits, limit{c, upper})
		used = math.Max(used, math.Abs(b.x[c])-upper)
	}
	switch x.kind {
	case lossTie:
		t, keep := x.row, 0.
		if c := n.Ties[t].Circuits; c > 1 {
			keep = float64(c-1) / float64(c)
		}
		if w.coupling[t] != AC {
			for d := range 2 {
				for _, j := range []int{pr.hvdc[d][t][k], pr.radial[d][t][k]} {
					cut(j, b.p.Upper[b.part.at[j]]*keep)
				}
			}
			break
		}
		b.acLoss(out, t, keep)
		return out
	case lossPipe:
		l := &w.b.lay
		for d, most := range [2]float64{w.p[l.pipeCap+x.row], w.p[l.pipeBack+x.row]} {
			b.cutGas(pr.pipe[d][x.row], most-x.unit, cut)
		}
	case lossUnit:
		j := b.part.at[pr.gen[x.row][k]]
		left := math.Max(0, b.p.Upper[j]-x.unit)
		cut(pr.gen[x.row][k], left)
		if m := pr.idle[x.row][k]; m >= 0 {
			out.free = append(out.free, b.rowAt(rowMust, x.row))
		}
		room := 0.
		for g := range n.Plants {
			if c := b.part.at[pr.gen[g][k]]; g != x.row && n.Plants[g].Zone == n.Plants[x.row].Zone && w.b.vals.heat[g] == 0 {
				room += b.p.Upper[c] - b.x[c]
			}
		}
		if room >= used {
			used = 0
		}
	case lossSource:
		b.cutGas(pr.source[x.row], w.p[w.b.lay.sourcePeak+x.row]-x.unit, cut)
	case lossSupplier:
		for s := range n.Sources {
			if n.origin[n.Sources[s].Origin] == x.row {
				b.cutGas(pr.source[s], 0, cut)
			}
		}
	case lossStorage:
		cut(pr.out[x.row][k], math.Max(0, w.p[w.b.lay.storageOut+x.row]-x.unit))
	}
	out.needs = used > settleTolerance
	return out
}

// cutGas leaves of a source, or of one direction of a pipe, what is left of it. Where
// several commodities share it, that is split as before: another split could but shed
// less.
func (b *blockRun) cutGas(goods [][]int, left float64, cut func(j int, upper float64)) {
	total := 0.
	for _, cols := range goods {
		if cols != nil {
			total += b.x[b.part.at[cols[b.part.k]]]
		}
	}
	if left = math.Max(0, left); total <= left && left > 0 {
		return // the rest of it carries what it carried
	}
	for _, cols := range goods {
		if cols != nil {
			j := cols[b.part.k]
			cut(j, b.x[b.part.at[j]]*left/math.Max(total, settleTolerance))
		}
	}
}

// rowAt finds a row of the block by what it is.
func (b *blockRun) rowAt(kind kind, a int) int {
	for c, i := range b.part.row {
		if m := &b.w.b.prog.rows[i]; m.kind == kind && int(m.a) == a {
			return c
		}
	}
	panic("region: a row of a block is missing")
}

// acLoss is the loss of an AC tie, or of one of its circuits: keep is the share of
// the corridor that stays. What stays of a corridor of several circuits keeps its
// flow law only as a limit: freeing the law can but help, so that what is shed then
// is a lower bound; the flows at unchanged injections are exact.
func (b *blockRun) acLoss(out *incident, t int, keep float64) {
	n, w := b.w.b.net, b.w
	j := b.part.at[w.b.prog.ac[t][b.part.k]]
	out.limits = []limit{{j, math.Max(b.p.Upper[j], -b.p.Lower[j]) * keep}}
	out.free, out.flow = []int{b.rowAt(rowKVL, t)}, math.Abs(b.load[t])
	if math.Abs(b.load[t]) <= settleTolerance {
		return
	}
	if w.bridge[t] && keep == 0 {
		out.reason, out.needs = reasonBridge, true
		return
	}
	out.reason = reasonOverload
	flows, ok := b.shift(t, keep)
	if !ok {
		out.needs = true
		return
	}
	for i := range n.Ties {
		if w.coupling[i] != AC || i == t && keep == 0 {
			continue
		}
		c := b.part.at[w.b.prog.ac[i][b.part.k]]
		rating := b.p.Upper[c]
		if flows[i] < 0 {
			rating = -b.p.Lower[c]
		}
		if i == t {
			rating *= keep
		}
		load := math.Abs(flows[i]) / math.Max(rating, settleTolerance)
		if load > out.loading {
			out.loading, out.worst = load, i
		}
		if math.Abs(flows[i]) > rating+settleTolerance {
			out.needs = true
		}
	}
}

// shift is the flow of every AC tie at unchanged injections once tie t keeps a share
// of its susceptance.
func (b *blockRun) shift(t int, keep float64) ([]float64, bool) {
	n, w := b.w.b.net, b.w
	inject := make([]float64, len(n.Zones))
	var entries []ldl.Entry
	at := make([]int, len(n.Zones)) // zone -> row, the reference of an area is -1
	rows := 0
	for z := range n.Zones {
		at[z] = -1
		if w.area[z] >= 0 && slices.Index(w.area, w.area[z]) != z {
			at[z] = rows
			rows++
		}
	}
	beta := func(i int) float64 {
		switch {
		case w.coupling[i] != AC:
			return 0
		case i == t:
			return w.b.vals.beta[i] * keep
		}
		return w.b.vals.beta[i]
	}
	for i := range n.Ties {
		from, to := n.zone[n.Ties[i].From], n.zone[n.Ties[i].To]
		if w.coupling[i] != AC {
			continue
		}
		inject[from] += b.load[i]
		inject[to] -= b.load[i]
		if y := beta(i); y != 0 {
			if at[from] >= 0 {
				entries = append(entries, ldl.Entry{Row: at[from], Col: at[from], Value: y})
			}
			if at[to] >= 0 {
				entries = append(entries, ldl.Entry{Row: at[to], Col: at[to], Value: y})
			}
			if at[from] >= 0 && at[to] >= 0 {
				entries = append(entries, ldl.Entry{Row: at[from], Col: at[to], Value: -y})
			}
		}
	}
	if rows == 0 {
		return nil, false
	}
	f, err := ldl.New(rows, entries).Factor()
	if err != nil {
		return nil, false
	}
	rhs, theta := make([]float64, rows), make([]float64, rows)
	for z, r := range at {
		if r >= 0 {
			rhs[r] = inject[z]
		}
	}
	f.Solve(theta, rhs, f.NewWork())
	angle := func(z int) float64 {
		if at[z] < 0 {
			return 0
		}
		return theta[at[z]]
	}
	flows := make([]float64, len(n.Ties))
	for i := range n.Ties {
		flows[i] = beta(i) * (angle(n.zone[n.Ties[i].From]) - angle(n.zone[n.Ties[i].To]))
	}
	return flows, true
}

// solve runs the incident where the dispatch does not stand and fills in what is shed
// beyond what was shed before.
func (b *blockRun) solve(ctx context.Context, x *incident) error {
	x.power, x.gas = make([]float64, len(b.short)), make([]float64, len(b.dry))
	if !x.needs {
		x.reason = reasonNone
		return nil
	}
	at, err := b.run(ctx, x.limits, x.free)
	if err != nil {
		return err
	}
	if b.value(at) <= b.base*(1+valueTolerance)+valueTolerance {
		x.reason = reasonNone
		return nil
	}
	power, gas := b.shed(at)
	more := false
	for z := range power {
		x.power[z], x.gas[z] = power[z]-b.short[z], gas[z]-b.dry[z]
		more = more || x.power[z] > residualTolerance || x.gas[z] > residualTolerance
	}
	if !more {
		x.reason = reasonNone
	}
	return nil
}

// incidents runs the losses that keep wants, in every peak block.
func (e *extras) incidents(ctx context.Context, keep func(b *blockRun, l loss) bool) ([][]*incident, error) {
	var out [][]*incident
	for _, part := range e.d.w.b.peaks {
		b, err := e.d.open(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("incidents: %w", err)
		}
		var list []*incident
		for _, l := range e.d.losses(part.k) {
			if !keep(b, l) {
				continue
			}
			x := b.incident(l)
			if err := b.solve(ctx, x); err != nil {
				b.close()
				return nil, fmt.Errorf("loss of %s: %w", l.id, err)
			}
			list = append(list, x)
		}
		b.close()
		out = append(out, list)
	}
	return out, nil
}

// worstLoss is the most that zones shed, in a peak block and beyond what they shed
// anyway, after the loss of one unit or tie that concerns them. A country's own gas comes
// from many fields: all of it at once is no single loss of its own.
func (e *extras) worstLoss(ctx context.Context, q *query) (float64, error) {
	n := e.d.w.b.net
	if e.losts == nil {
		ask := make([]bool, len(n.Zones))
		for i := range e.d.w.b.queries {
			if o := &e.d.w.b.queries[i]; o.out.Measure == N1Short {
				for _, z := range o.zones {
					ask[z] = true
				}
			}
		}
		var err error
		var of *blockRun
		var concerned func(l loss) bool
		if e.losts, err = e.incidents(ctx, func(b *blockRun, l loss) bool {
			if b != of {
				of, concerned = b, b.concerns(ask)
			}
			return concerned(l)
		}); err != nil {
			return 0, err
		}
	}
	worst := 0.
	for i, list := range e.losts {
		if !q.inBlock(n, e.d.w.b.peaks[i].k) {
			continue
		}
		for _, x := range list {
			own, sum := false, 0.
			for _, z := range q.zones {
				own = own || x.kind == lossSupplier && n.Zones[z].Country == x.id
				sum += x.power[z]
			}
			if own {
				continue
			}
			worst = math.Max(worst, sum)
		}
	}
	return worst, nil
}

// concerns says which losses count for zones: what acts within the hour, units in them
// and ties that end there or lie in their synchronous areas. A gas pipe, source or
// store acts over days, see [Detail].Contingency and [GasDependence].
func (b *blockRun) concerns(ask []bool) func(l loss) bool {
	n, w := b.w.b.net, b.w
	areas := map[int]bool{}
	for z, in := range ask {
		if in {
			areas[w.area[z]] = true
		}
	}
	return func(l loss) bool {
		switch l.kind {
		case lossTie:
			from, to := n.zone[n.Ties[l.row].From], n.zone[n.Ties[l.row].To]
			return ask[from] || ask[to] || w.coupling[l.row] == AC && areas[w.area[from]]
		case lossUnit:
			return ask[n.zone[n.Plants[l.row].Zone]]
		}
		return false
	}
}
