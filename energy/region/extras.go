package region

import (
	"context"
	"math"
	"slices"
)

// priceStep is the relative change of load that a price is read from: one per cent.
const priceStep = 0.01

// extras answers outcomes that need more solves of a dispatched network.
type extras struct {
	d      *dispatch
	gone   map[pair]*dispatch // origin and first zone -> the network without it; closed
	goneOf map[pair][]int
	losts  [][]*incident // by peak block
}

// price is what one per cent more load of the zones costs, in USD/MWh, and that load
// in MWh. The least cost is a unique number where duals are not.
func (e *extras) price(ctx context.Context, q *query) (value, weight float64, err error) {
	return e.d.price(ctx, q.zones, q.out.Block, priceStep)
}

// price is the change of the least cost when zones want a share step more (or, below
// 0, less) that is worth as much as the tier shed last, over the change of energy. block "" is the whole year.
func (d *dispatch) price(ctx context.Context, zones []int, block string, step float64) (value, energy float64, err error) {
	n, pr, m := d.w.b.net, d.w.b.prog, d.m
	if err := d.shutGaps(ctx); err != nil {
		return 0, 0, err
	}
	if err := m.start(ctx, d.r.Basis); err != nil {
		return 0, 0, err
	}
	var undo []func() error
	bounds := func(j int, lo, hi float64) error {
		l, h := d.p.Lower[j], d.p.Upper[j]
		undo = append(undo, func() error { return m.setBounds(ctx, j, l, h) })
		return m.setBounds(ctx, j, lo, hi)
	}
	rows := func(i int, add float64) error {
		l, h := d.p.RowLower[i], d.p.RowUpper[i]
		undo = append(undo, func() error { return m.setRow(ctx, i, l, h) })
		return m.setRow(ctx, i, l+add, h+add)
	}
	// The load that comes on top is worth as much as the tier that is shed last.
	top := make([]int, len(n.Zones))
	for _, key := range n.loads {
		if t := &n.Tiers[key.tier]; t.Carrier == Power {
			top[key.zone] = max(top[key.zone], t.Order)
		}
	}
	zoneMore := func(z, k int) float64 { return d.w.zoneLoad(z, k, Power) * step }
	more := make([][]float64, len(n.Zones)) // MW by zone and block
	for _, z := range zones {
		more[z] = make([]float64, len(n.Blocks))
	}
	for i, key := range n.loads {
		if n.Tiers[key.tier].Carrier != Power || !slices.Contains(zones, key.zone) {
			continue
		}
		for k, j := range pr.shed[i] {
			if block != "" && n.Blocks[k].ID != block {
				continue
			}
			load := d.w.load(i, k)
			more[key.zone][k] += load * step
			energy += load * n.hours[k]
			if n.Tiers[key.tier].Order == top[key.zone] && step > 0 {
				if err := bounds(j, 0, load+zoneMore(key.zone, k)); err != nil {
					return 0, 0, err
				}
			}
		}
	}
	if energy <= 0 {
		return math.NaN(), 0, nil
	}
	for i, r := range pr.rows {
		if r.kind == rowBalance || r.kind == rowRadial {
			if list := more[r.a]; list != nil && list[r.k] != 0 {
				if err := rows(i, list[r.k]); err != nil {
					return 0, 0, err
				}
			}
		}
	}
	r, err := m.solve(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, f := range undo {
		if err := f(); err != nil {
			return 0, 0, err
		}
	}
	return (r.Objective - d.r.Objective) * million / (energy * step), energy, nil
}

// without dispatches the network once an origin sells nothing more to zones; its gas
// for others still crosses them.
func (e *extras) without(ctx context.Context, origin int, zones []int) (*dispatch, error) {
	b := e.d.w.b
	key := pair{origin, zones[0]}
	if d := e.gone[key]; d != nil && slices.Equal(e.goneOf[key], zones) {
		return d, nil
	}
	p := slices.Clone(e.d.w.p)
	for _, z := range zones {
		p[b.lay.sale+origin*len(b.net.Zones)+z] = 0
	}
	d, err := e.d.variant(p).settle(ctx, e.d.outset())
	if err != nil {
		return nil, err
	}
	d.close()
	if e.gone == nil {
		e.gone, e.goneOf = map[pair]*dispatch{}, map[pair][]int{}
	}
	e.gone[key], e.goneOf[key] = d, zones
	return d, nil
}

// pair is an origin and a zone.
type pair struct{ origin, zone int }

// dependence is the share of the zones' gas load that is shed beyond what is shed
// now once the origin sells nothing more to them. Where it sells them nothing now, the
// dispatch stands: it is the optimum of fewer choices that still has it.
func (e *extras) dependence(ctx context.Context, q *query) (value, weight float64, err error) {
	n := e.d.w.b.net
	load := 0.
	for _, z := range q.zones {
		for k := range n.Blocks {
			load += e.d.w.zoneLoad(z, k, Gas) * n.days[k] / 1000
		}
	}
	if load <= 0 {
		return math.NaN(), 0, nil
	}
	origin, sold := n.origin[q.out.Origin], 0.
	for g := range n.goods {
		if n.goods[g].origin == origin {
			sold += e.d.delivered(g, q.zones)
		}
	}
	if sold <= settleTolerance {
		return 0, load, nil
	}
	d, err := e.without(ctx, origin, q.zones)
	if err != nil {
		return 0, 0, err
	}
	more := d.sumBlocks(q, d.short(q, Gas), Gas) - e.d.sumBlocks(q, e.d.short(q, Gas), Gas)
	if more < 0 && more > -acceptTolerance*load {
		more = 0 // rounding; what is shed less in earnest stays negative
	}
	return more / load, load, nil
}
