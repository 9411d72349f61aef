package region

import (
	"math"
	"slices"
	"strconv"

	"github.com/astara-corridors/astara/diag"
)

// Resolve turns changes into a [Delta]: first the year's own changes (growth,
// what opens and closes by date; the base-year or baseline conditions), then the
// list in order, then the contracts and exchanges that stop with their partners.
// Every problem is reported; a change with a problem changes nothing. A nil list
// drops the problems. It does not modify b.
func (b *Base) Resolve(year Year, changes []Change, l *diag.List) *Delta {
	if l == nil {
		l = &diag.List{}
	}
	r := &resolver{network: b.net, lay: &b.lay, vals: b.vals, draw: b.draw, l: l, p: slices.Clone(b.vals.listed)}
	r.calendar(year)
	own := b.net.BaseYearChanges
	if year == Horizon {
		own = b.net.BaselineChanges
	}
	for i := range own {
		r.change(&own[i])
	}
	var touched []int
	for i := range changes {
		touched = append(touched, r.change(&changes[i]))
	}
	stopped := r.stopPartners()
	d := &Delta{year: year, Touched: touched, Stopped: stopped}
	for i, v := range r.p {
		if math.Float64bits(v) != math.Float64bits(b.vals.listed[i]) {
			d.index = append(d.index, int32(i))
			d.value = append(d.value, v)
		}
	}
	return d
}

type resolver struct {
	*network
	lay  *layout
	vals *values
	draw drawer
	l    *diag.List
	p    []float64
}

// calendar applies growth and what the rows' status and dates say of the year.
func (r *resolver) calendar(y Year) {
	year := r.BaseYear
	if y == Horizon {
		year = r.Horizon
		copy(r.p[r.lay.load:r.lay.size], r.vals.growth[r.lay.load:])
	}
	set := func(at int, status, opens, closes, since string) {
		r.p[at] = 0
		if r.inService(status, opens, closes, since, year) {
			r.p[at] = 1
		}
	}
	for i := range r.Ties {
		x := &r.Ties[i]
		set(r.lay.tieOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Pipes {
		x := &r.Pipes[i]
		set(r.lay.pipeOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Plants {
		x := &r.Plants[i]
		set(r.lay.plantOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Sources {
		x := &r.Sources[i]
		set(r.lay.sourceOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Storages {
		x := &r.Storages[i]
		set(r.lay.storageOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Contracts {
		x := &r.Contracts[i]
		set(r.lay.conOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
	for i := range r.Exchanges {
		x := &r.Exchanges[i]
		set(r.lay.excOn+i, x.Status, x.Opens, x.Closes, x.KnownSince)
	}
}

// Statuses of rows; "" is operating.
const (
	operating = "operating"
	planned   = "planned"
	building  = "building"
	closed    = "closed"
	ended     = "ended"
)

// inService reads a row's status and dates. The status is that of the as-of date:
// an operating row with an opening date was not there before it, a planned one comes
// with it, a closed one was there until its closing date. Dates that became known
// after the as-of date do not count.
func (r *resolver) inService(status, opens, closes, since string, year int) bool {
	from, hasFrom := yearOf(opens)
	until, hasUntil := yearOf(closes)
	if since != "" && r.AsOf != "" && since > r.AsOf {
		hasFrom, hasUntil = false, false
	}
	switch {
	case hasUntil && year >= until, hasFrom && year < from:
		return false
	case status == planned || status == building:
		return hasFrom
	case status == closed || status == ended:
		return hasUntil
	}
	return true
}

// yearOf reads the year of a date written YYYY or YYYY-MM-DD.
func yearOf(date string) (int, bool) {
	if len(date) < 4 {
		return 0, false
	}
	y, err := strconv.Atoi(date[:4])
	return y, err == nil
}

// change applies one change and returns how many numbers it set.
func (r *resolver) change(c *Change) int {
	before := r.l.Count(diag.Error)
	checkChange(r.network, c, r.l)
	if r.l.Count(diag.Error) > before {
		return 0
	}
	k := 0
	switch c.Op {
	case OpOpen, OpClose:
		on := 0.
		if c.Op == OpOpen {
			on = 1
		}
		k = r.elements(&c.On, func(e element) { r.p[e.on] = on })
	case OpCapacity:
		f := r.apply(c)
		k = r.elements(&c.On, func(e element) { r.capacity(c, e, f) })
	case OpCost:
		f := r.apply(c)
		k = r.elements(&c.On, func(e element) {
			if e.cost >= 0 {
				r.p[e.cost] = f(r.p[e.cost], 1)
			}
		})
	case OpCoupling:
		n, _ := couplingNumber(c.Coupling)
		k = r.elements(&c.On, func(e element) { r.p[r.lay.tieKind+e.row] = n })
	case OpJoin:
		k = r.join(c)
	case OpLoad:
		k = r.load(c)
	case OpSale:
		k = r.sale(c)
	}
	if k == 0 {
		r.l.Report(ruleNothing, c.Pos, string(c.Op), "%s: nothing in the energy tables meets all of %s", c.Op, describe(&c.On))
	}
	return k
}

// apply acts with the amount of a change on a number.
func (r *resolver) apply(c *Change) func(x, scale float64) float64 {
	f := FigureOf(c)
	a := f.Figure.Central
	if r.draw != nil && f.Figure.Low != f.Figure.High {
		a = f.Figure.At(r.draw(f.Name))
	}
	switch c.How {
	case Add:
		return func(x, scale float64) float64 { return math.Max(0, x+a*scale) }
	case Times:
		return func(x, _ float64) float64 { return x * a }
	}
	return func(_, scale float64) float64 { return a * scale }
}

// capacity changes the limit of an element and what goes with it in proportion.
func (r *resolver) capacity(c *Change, e element, f func(x, scale float64) float64) {
	scale := 1.
	if e.table == pipes || e.table == storages {
		scale = mcmPerDay
	}
	set := func(at int) { r.p[at] = f(r.p[at], scale) }
	both := func(at, also int, also1 float64) {
		old := r.p[at]
		set(at)
		switch {
		case math.IsInf(old, 1) || math.IsInf(r.p[also], 1):
		case old > 0:
			r.p[also] *= r.p[at] / old
		default:
			r.p[also] = r.p[at] * also1
		}
	}
	switch e.table {
	case ties, pipes:
		if r.enters(c.On.Direction, e.to) {
			set(e.cap)
		}
		if r.enters(c.On.Direction, e.from) {
			set(e.back)
		}
	case plants:
		set(e.cap)
	case sources:
		both(e.cap, r.lay.sourcePeak+e.row, mcmPerDay)
	case storages:
		set(e.cap)
	case contracts:
		if math.IsInf(r.p[r.lay.conAmount+e.row], 1) && !math.IsInf(r.p[r.lay.conPeak+e.row], 1) {
			scale = mcmPerDay
			set(r.lay.conPeak + e.row)
			return
		}
		both(e.cap, r.lay.conPeak+e.row, mcmPerDay)
	case exchanges:
		if math.IsInf(r.p[r.lay.excPower+e.row], 1) {
			set(r.lay.excEnergy + e.row)
			return
		}
		both(e.cap, r.lay.excEnergy+e.row, 8.76)
	}
}

// enters says whether a direction of a change means the one that ends in a zone.
func (r *resolver) enters(direction string, zone int) bool {
	return direction == "" || direction == r.Zones[zone].ID || direction == r.Zones[zone].Country
}

// join makes areas one: ties between them take the coupling of their row.
func (r *resolver) join(c *Change) int {
	k := 0
	for i := range r.Ties {
		t := &r.Ties[i]
		a, b := r.Zones[r.zone[t.From]].Area, r.Zones[r.zone[t.To]].Area
		if t.Joined == "" || a == b || !slices.Contains(c.On.Areas, a) || !slices.Contains(c.On.Areas, b) {
			continue
		}
		r.p[r.lay.tieKind+i], _ = couplingNumber(t.Joined)
		k++
	}
	return k
}

func (r *resolver) load(c *Change) int {
	f := r.apply(c)
	k := 0
	for i, key := range r.loads {
		z, t := &r.Zones[key.zone], &r.Tiers[key.tier]
		if c.On.Zone != "" && z.ID != c.On.Zone || c.On.Country != "" && z.Country != c.On.Country ||
			c.On.Carrier != "" && t.Carrier != c.On.Carrier || c.On.Tier != "" && t.ID != c.On.Tier {
			continue
		}
		scale := 1.
		if t.Carrier == Gas {
			scale = mcmPerDay
		}
		for j := range r.Blocks {
			if c.On.Block == "" || r.Blocks[j].ID == c.On.Block {
				at := r.lay.load + i*len(r.Blocks) + j
				r.p[at] = f(r.p[at], scale)
				k++
			}
		}
	}
	return k
}

// sale switches what an origin sells to a buyer, or to everybody abroad.
func (r *resolver) sale(c *Change) int {
	on := 0.
	if c.How == On {
		on = 1
	}
	o := r.origin[c.On.Origin]
	k := 0
	for z := range r.Zones {
		abroad := c.On.Buyer == "" && r.Zones[z].Country != c.On.Origin
		if abroad || r.Zones[z].ID == c.On.Buyer || r.Zones[z].Country == c.On.Buyer {
			r.p[r.lay.sale+o*len(r.Zones)+z] = on
			k++
		}
	}
	return k
}

// stopPartners takes out what stops together with a contract or exchange that is
// out (or may not be sold), and names it.
func (r *resolver) stopPartners() []string {
	nx := len(r.Exchanges)
	var stopped []string
	for _, group := range r.partners {
		cause := ""
		for _, i := range group {
			if i < nx {
				if r.p[r.lay.excOn+i] == 0 {
					cause = r.Exchanges[i].ID
				}
			} else if c := i - nx; r.p[r.lay.conOn+c] == 0 || !r.sold(c) {
				cause = r.Contracts[c].ID
			}
		}
		if cause == "" {
			continue
		}
		for _, i := range group {
			at, id := r.lay.excOn+i, ""
			if i < nx {
				id = r.Exchanges[i].ID
			} else {
				at, id = r.lay.conOn+i-nx, r.Contracts[i-nx].ID
			}
			if r.p[at] != 0 && id != cause {
				stopped = append(stopped, id+" stops with "+cause)
			}
			r.p[at] = 0
		}
	}
	return stopped
}

// sold says whether the origin of a contract sells to any of its buyers.
func (r *resolver) sold(c int) bool {
	o := r.origin[r.Contracts[c].Origin]
	for _, z := range r.buyers[c] {
		if r.p[r.lay.sale+o*len(r.Zones)+z] != 0 {
			return true
		}
	}
	return false
}
