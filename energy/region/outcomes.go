package region

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
)

// Rules of outcomes (family A8xx: energy).
var (
	ruleMeasure = diag.NewRule("A864", "energy-measure", diag.Error, "an outcome of the energy engine asks for a measure it does not know")
	ruleOutcome = diag.NewRule("A865", "energy-outcome-field", diag.Error, "a field of an energy outcome is missing or names something the energy tables do not have")
)

// query is an outcome made ready.
type query struct {
	out   *Outcome
	zones []int // selected by zone or country; all without either
	tie   int
	pipe  int
	good  []bool // commodity of the origin; all without one
}

// compile makes the outcomes ready; problems go to l.
func (b *Base) compile(l *diag.List) []query {
	n := b.net
	var out []query
	for i := range b.spec.Outcomes {
		o := &b.spec.Outcomes[i]
		checkOutcome(n, o, l)
		q := query{out: o, tie: -1, pipe: -1}
		for z := range n.Zones {
			if (o.Zone == "" || n.Zones[z].ID == o.Zone) && (o.Country == "" || n.Zones[z].Country == o.Country) {
				q.zones = append(q.zones, z)
			}
		}
		if t, ok := n.tie[o.Tie]; ok {
			q.tie = t
		}
		if p, ok := n.pipe[o.Pipe]; ok {
			q.pipe = p
		}
		for _, g := range n.goods {
			q.good = append(q.good, o.Origin == "" || n.origins[g.origin] == o.Origin)
		}
		out = append(out, q)
	}
	return out
}

// CheckOutcome reports every problem of an outcome against the tables of a spec.
func CheckOutcome(s *Spec, o *Outcome, l *diag.List) { checkOutcome(newNames(s), o, l) }

func checkOutcome(n *network, o *Outcome, l *diag.List) {
	if !slices.Contains(Measures(), o.Measure) {
		var names []string
		for _, m := range Measures() {
			names = append(names, string(m))
		}
		d := l.Report(ruleMeasure, o.Pos, string(o.Measure), "outcome %s: unknown measure %q", o.ID, o.Measure)
		d.Hint = "one of " + joinNames(names)
		if near := diag.Nearest(string(o.Measure), names); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
		return
	}
	name := func(what, id string, known map[string]int) {
		if _, ok := known[id]; id == "" || ok {
			return
		}
		d := l.Report(ruleOutcome, o.Pos, id, "outcome %s: unknown %s %q", o.ID, what, id)
		if near := diag.Nearest(id, keys(known)); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
	}
	name("zone", o.Zone, n.zone)
	name("country", o.Country, n.country)
	name("country", o.With, n.country)
	name("block", o.Block, n.block)
	name("tier", o.Tier, n.tier)
	name("tie", o.Tie, n.tie)
	name("pipe", o.Pipe, n.pipe)
	name("origin", o.Origin, n.origin)
	missing := ""
	switch o.Measure {
	case TieFlow, TiePeak:
		if o.Tie == "" {
			missing = "a tie"
		}
	case PipeFlow:
		if o.Pipe == "" {
			missing = "a pipe"
		}
	case GasShare, GasDependence:
		if o.Origin == "" {
			missing = "an origin"
		} else if o.Country == "" && o.Zone == "" {
			missing = "a zone or country"
		}
	case PowerExport, PowerImport, EnergyCost, PowerPrice, N1Gas, GasDays, PowerWays:
		if o.Country == "" && o.Zone == "" {
			missing = "a zone or country"
		}
	}
	if missing != "" {
		l.Report(ruleOutcome, o.Pos, o.ID, "outcome %s: %s needs %s", o.ID, o.Measure, missing)
	}
}

// outcomes evaluates every outcome of a dispatch.
func (b *Base) outcomes(ctx context.Context, d *dispatch) (values, weights []float64, err error) {
	values, weights = make([]float64, len(b.queries)), make([]float64, len(b.queries))
	e := &extras{d: d}
	for i := range b.queries {
		q := &b.queries[i]
		if q.out.Measure.Mean() {
			weights[i] = 1
		}
		switch q.out.Measure {
		case PowerPrice:
			values[i], weights[i], err = e.price(ctx, q)
		case GasDependence:
			values[i], weights[i], err = e.dependence(ctx, q)
		case N1Short:
			values[i], err = e.worstLoss(ctx, q)
		default:
			values[i], weights[i] = d.measure(q, weights[i])
		}
		if err != nil {
			return nil, nil, err
		}
		if values[i] == 0 {
			values[i] = 0 // not -0
		}
	}
	return values, weights, nil
}

// measure evaluates an outcome that a dispatch alone answers.
func (d *dispatch) measure(q *query, weight float64) (value, w float64) {
	n, pr := d.w.b.net, d.w.b.prog
	switch q.out.Measure {
	case PowerUnserved, GasUnserved:
		return d.sumBlocks(q, d.short(q, carrierOf(q.out.Measure)), carrierOf(q.out.Measure)), weight
	case PowerShort, GasShort:
		worst := 0.
		for k, x := range d.short(q, carrierOf(q.out.Measure)) {
			if n.Blocks[k].Peak && q.inBlock(n, k) {
				worst = math.Max(worst, x)
			}
		}
		return worst, weight
	case TieFlow:
		return d.sumBlocks(q, d.tieFlow(q.tie), Power), weight
	case TiePeak:
		most := 0.
		for k, f := range d.tieFlow(q.tie) {
			if math.Abs(f) > math.Abs(most) && q.inBlock(n, k) {
				most = f
			}
		}
		return most, weight
	case PipeFlow:
		flow := make([]float64, len(n.Blocks))
		for o := range n.goods {
			if !q.good[o] {
				continue
			}
			for dir, sign := range [2]float64{1, -1} {
				if cols := pr.pipe[dir][q.pipe][o]; cols != nil {
					for k, j := range cols {
						flow[k] += sign * d.x[j]
					}
				}
			}
		}
		return d.sumBlocks(q, flow, Gas), weight
	case PowerExport, PowerImport:
		net := d.netExport(q.zones, q.out.With)
		for k := range net {
			if q.out.Measure == PowerImport {
				net[k] = -net[k]
			}
			net[k] = math.Max(0, net[k])
		}
		return d.sumBlocks(q, net, Power), weight
	case EnergyCost:
		a := d.account(q.zones)
		return a.Generation + a.GasProduction + a.Purchases - a.Sales, weight
	case GasShare:
		all, part := 0., 0.
		for o := range n.goods {
			x := d.delivered(o, q.zones)
			all += x
			if q.good[o] {
				part += x
			}
		}
		if all <= settleTolerance {
			return math.NaN(), 0
		}
		return part / all, all
	case N1Gas:
		return d.formula(q.zones), weight
	case GasDays:
		return d.days(q.zones), weight
	case PowerWays:
		return float64(len(d.neighbours(q.zones))), weight
	}
	return math.NaN(), 0
}

func carrierOf(m Measure) Carrier {
	if m == GasUnserved || m == GasShort {
		return Gas
	}
	return Power
}

func (q *query) inBlock(n *network, k int) bool {
	return q.out.Block == "" || n.Blocks[k].ID == q.out.Block
}

// sumBlocks adds a flow up over the year: MW to GWh, mcm/d to bcm.
func (d *dispatch) sumBlocks(q *query, flow []float64, c Carrier) float64 {
	n := d.w.b.net
	sum := 0.
	for k, x := range flow {
		switch {
		case !q.inBlock(n, k):
		case c == Gas:
			sum += x * n.days[k] / 1000
		default:
			sum += x * n.hours[k] / 1000
		}
	}
	return sum
}

// short is the unserved load of a query's zones by block.
func (d *dispatch) short(q *query, c Carrier) []float64 {
	n, pr := d.w.b.net, d.w.b.prog
	out := make([]float64, len(n.Blocks))
	for i, key := range n.loads {
		t := &n.Tiers[key.tier]
		if t.Carrier != c || q.out.Tier != "" && t.ID != q.out.Tier || !slices.Contains(q.zones, key.zone) {
			continue
		}
		for k, j := range pr.shed[i] {
			out[k] += d.x[j]
		}
	}
	if c == Power && q.out.Tier == "" {
		for _, z := range q.zones {
			for k, j := range pr.elecOff[z] {
				if j >= 0 {
					out[k] += d.x[j]
				}
			}
		}
	}
	return out
}

// tieFlow is the flow of a tie by block, from -> to, metered half way.
func (d *dispatch) tieFlow(t int) []float64 {
	n, pr := d.w.b.net, d.w.b.prog
	half := 1 - d.w.b.vals.tieLoss[t]/2
	out := make([]float64, len(n.Blocks))
	for k := range out {
		out[k] = d.x[pr.ac[t][k]] + half*(d.x[pr.hvdc[0][t][k]]+d.x[pr.radial[0][t][k]]-d.x[pr.hvdc[1][t][k]]-d.x[pr.radial[1][t][k]])
	}
	return out
}

// netExport is what zones send out on balance by block, over ties to other zones, or
// to those of one country.
func (d *dispatch) netExport(zones []int, with string) []float64 {
	n := d.w.b.net
	out := make([]float64, len(n.Blocks))
	for t := range n.Ties {
		from, to := n.zone[n.Ties[t].From], n.zone[n.Ties[t].To]
		sign, other := 1., to
		switch in, into := slices.Contains(zones, from), slices.Contains(zones, to); {
		case in == into:
			continue
		case into:
			sign, other = -1, from
		}
		if with != "" && n.Zones[other].Country != with {
			continue
		}
		for k, f := range d.tieFlow(t) {
			out[k] += sign * f
		}
	}
	return out
}

// delivered is the gas of a commodity used in zones over the year, bcm.
func (d *dispatch) delivered(good int, zones []int) float64 {
	n, pr := d.w.b.net, d.w.b.prog
	sum := 0.
	add := func(cols []int) {
		for k, j := range cols {
			sum += d.x[j] * n.days[k] / 1000
		}
	}
	for _, z := range zones {
		if cols := pr.home[good][z]; cols != nil {
			add(cols)
		}
	}
	for c := range n.Contracts {
		if n.goodOf[c] == good {
			for i, z := range n.buyers[c] {
				if slices.Contains(zones, z) {
					add(pr.con[c][i])
				}
			}
		}
	}
	return sum
}

// neighbours are the countries that can send power to zones: a tie in service has
// capacity toward them, and a contract in service sells there (or markets trade
// freely).
func (d *dispatch) neighbours(zones []int) []string {
	n, l := d.w.b.net, &d.w.b.lay
	var out []string
	for t := range n.Ties {
		from, to := n.zone[n.Ties[t].From], n.zone[n.Ties[t].To]
		into, seller, limit := to, from, d.w.p[l.tieCap+t]
		if slices.Contains(zones, from) {
			into, seller, limit = from, to, d.w.p[l.tieBack+t]
		}
		if d.w.coupling[t] == Open || limit <= 0 || !slices.Contains(zones, into) || slices.Contains(zones, seller) || n.zoneCountry[seller] == n.zoneCountry[into] {
			continue
		}
		if n.poolPower || d.w.sellsPower(seller, zones) {
			out = append(out, n.Zones[seller].Country)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sellsPower says whether the market of a zone sells power to one of zones.
func (w *world) sellsPower(seller int, zones []int) bool {
	n := w.b.net
	for x := range n.Exchanges {
		from, to := n.zone[n.Exchanges[x].From], n.zone[n.Exchanges[x].To]
		for k := range n.Blocks {
			if w.exchangeLimit(x, k) <= 0 {
				continue
			}
			if n.market[from] == n.market[seller] && slices.Contains(zones, to) ||
				n.Exchanges[x].Kind == Seasonal && n.market[to] == n.market[seller] && slices.Contains(zones, from) {
				return true
			}
		}
	}
	return false
}
