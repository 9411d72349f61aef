package energy

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/lp"
)

// Squared pressures are in MPa^2, which keeps coefficients near 1.
const pressureUnit = 1e6

func square(p float64) float64 { return p / pressureUnit * (p / pressureUnit) }

func checkGas(g *GasNet) (*diag.List, error) {
	var l diag.List
	g.Check(&l)
	if l.Failed() {
		return nil, &InputError{&l}
	}
	return &l, nil
}

// pipe adds a pipe. In the relaxation its flow is also bounded by the pressures of its
// ends and by all supply, and drop = p_i^2 - p_j^2 and flow lie in the hull of the law
// drop = f|f|/w.
func (d *gasProgramme) pipe(x *Pipe, model GasModel) {
	if d.dead(x.Out, x.From, x.To) {
		return
	}
	lo, hi := -lp.Inf, lp.Inf
	if x.Capacity > 0 {
		lo, hi = -x.Capacity, x.Capacity
	}
	if x.OneWay {
		lo = 0
	}
	if model == Transport {
		d.edge("pipe", x.ID, x.From, x.To, lo, hi)
		return
	}
	i, j := d.squared[x.From], d.squared[x.To]
	w := x.Weymouth(d.g.SoundSpeed) * pressureUnit * pressureUnit
	if math.IsInf(w, 0) || math.IsNaN(w) {
		d.edge("pipe", x.ID, x.From, x.To, lo, hi)
		d.p.Row(0, 0, lp.Term{Col: i, Value: 1}, lp.Term{Col: j, Value: -1})
		return
	}
	dropMin, dropMax := d.p.Lower[i]-d.p.Upper[j], d.p.Upper[i]-d.p.Lower[j]
	lo, hi = max(lo, -d.most, signedRoot(w*dropMin)), min(hi, d.most, signedRoot(w*dropMax))
	f := d.edge("pipe", x.ID, x.From, x.To, lo, hi)
	if lo > hi {
		return // the pressures of the ends allow no flow the pipe may carry: infeasible
	}
	for _, h := range lawHull(lo, hi) {
		// Relation of drop and f: drop w >= slope f + base, or <=.
		rowLo, rowHi := h.base/w, lp.Inf
		if !h.below {
			rowLo, rowHi = -lp.Inf, rowLo
		}
		d.p.Row(rowLo, rowHi, lp.Term{Col: i, Value: 1}, lp.Term{Col: j, Value: -1}, lp.Term{Col: f, Value: -h.slope / w})
	}
}

func signedRoot(x float64) float64 {
	if x < 0 {
		return -math.Sqrt(-x)
	}
	return math.Sqrt(x)
}

// halfPlane is y >= slope x + base (below the curve) or y <= slope x + base.
type halfPlane struct {
	slope, base float64
	below       bool
}

// lawHull returns the half planes whose meet is a polygon around the curve f|f| over
// [lo, hi]: the hull of the triangles that a piece of the curve makes with the tangents
// at its ends, with the pieces cut at 0 (K. Sundar, S. Sanjeevi and H. Nagarajan,
// "Sequence of polyhedral relaxations for nonlinear univariate functions", Optim. Eng. 23,
// 2022). It holds the curve, so the programme is a relaxation.
func lawHull(lo, hi float64) []halfPlane {
	curve := func(f float64) float64 { return f * math.Abs(f) }
	if lo == hi {
		return []halfPlane{{0, curve(lo), true}, {0, curve(lo), false}}
	}
	type point struct{ x, y float64 }
	points := []point{{lo, curve(lo)}, {hi, curve(hi)}}
	meet := func(a, b float64) { // of the tangents at the ends of a piece with one sign
		points = append(points, point{(a + b) / 2, math.Copysign(a*b, a+b)})
	}
	if lo < 0 && hi > 0 {
		points = append(points, point{lo / 2, 0}, point{hi / 2, 0})
	} else {
		meet(lo, hi)
	}
	slices.SortFunc(points, func(a, b point) int {
		if c := cmp.Compare(a.x, b.x); c != 0 {
			return c
		}
		return cmp.Compare(a.y, b.y)
	})
	var out []halfPlane
	for _, side := range []float64{1, -1} { // lower chain, upper chain
		var chain []point
		for _, p := range points {
			for len(chain) >= 2 {
				a, b := chain[len(chain)-2], chain[len(chain)-1]
				if side*((b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x)) > 0 {
					break
				}
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		for k := 1; k < len(chain); k++ {
			a, b := chain[k-1], chain[k]
			slope := (b.y - a.y) / (b.x - a.x)
			out = append(out, halfPlane{slope, a.y - slope*a.x, side > 0})
		}
	}
	return out
}

// compressor adds a compressor. In the relaxation its outlet pressure lies between its
// ratios times the inlet pressure; a condition on the sign of flow times pressure
// difference is relaxed by the envelopes of McCormick (Math. Programming 10, 1976).
// Its power is not limited.
func (d *gasProgramme) compressor(x *Compressor, model GasModel) {
	if d.dead(x.Out, x.From, x.To) {
		return
	}
	lo, hi := x.FlowMin, x.FlowMax
	if x.Direction == ForwardOnly {
		lo = max(lo, 0)
	}
	if model == LinearRelaxation {
		lo, hi = max(lo, -d.most), min(hi, d.most)
	}
	f := d.edge("compressor", x.ID, x.From, x.To, lo, hi)
	if model == Transport {
		return
	}
	i, j := d.squared[x.From], d.squared[x.To]
	least, most := x.RatioMin*x.RatioMin, x.RatioMax*x.RatioMax
	between := func(out, in int) { // least in <= out <= most in
		d.p.Row(-lp.Inf, 0, lp.Term{Col: out, Value: 1}, lp.Term{Col: in, Value: -most})
		d.p.Row(-lp.Inf, 0, lp.Term{Col: in, Value: least}, lp.Term{Col: out, Value: -1})
	}
	switch {
	case x.Direction == ForwardOnly:
		between(j, i)
	case x.Direction == BothWays && x.RatioMin <= 1 && x.RatioMax >= 1:
		// A pressure between: compression from it to whichever end gas flows to.
		k := d.p.Col(0, min(d.p.Lower[i], d.p.Lower[j]), max(d.p.Upper[i], d.p.Upper[j]))
		between(k, i)
		between(k, j)
		d.signed(f, i, k, -1)
		d.signed(f, j, k, 1)
	case x.Direction == ReverseBypass && x.RatioMin == 1:
		between(j, i)
		d.signed(f, i, j, -1)
	default:
		d.notes = append(d.notes, fmt.Sprintf("the pressures of compressor %s depend on the direction of flow and are left free in the relaxation", x.ID))
	}
}

// signed relaxes sign f (a - b) >= 0 for squared pressures a and b.
func (d *gasProgramme) signed(f, a, b int, sign float64) {
	fLo, fHi := d.p.Lower[f], d.p.Upper[f]
	dLo, dHi := d.p.Lower[a]-d.p.Upper[b], d.p.Upper[a]-d.p.Lower[b]
	if math.IsInf(fLo, 0) || math.IsInf(fHi, 0) {
		return // no envelope without bounds
	}
	// The product's envelopes are F d + D f - F D for bounds F, D: under-estimators with
	// both lower or both upper ones, over-estimators with one of each.
	pairs := [][2]float64{{fLo, dLo}, {fHi, dHi}}
	if sign > 0 {
		pairs = [][2]float64{{fHi, dLo}, {fLo, dHi}}
	}
	for _, p := range pairs {
		lo, hi := p[0]*p[1], lp.Inf
		if sign < 0 {
			lo, hi = -lp.Inf, lo
		}
		d.p.Row(lo, hi, lp.Term{Col: a, Value: p[0]}, lp.Term{Col: b, Value: -p[0]}, lp.Term{Col: f, Value: p[1]})
	}
}

// passage adds an edge whose pressure law is not modelled.
func (d *gasProgramme) passage(x *Passage, model GasModel) {
	if d.dead(x.Out, x.From, x.To) {
		return
	}
	d.edge(x.Kind, x.ID, x.From, x.To, x.FlowMin, x.FlowMax)
	if model == Transport {
		return
	}
	if x.EqualPressure {
		d.p.Row(0, 0, lp.Term{Col: d.squared[x.From], Value: 1}, lp.Term{Col: d.squared[x.To], Value: -1})
		return
	}
	d.notes = append(d.notes, fmt.Sprintf("the pressures over %s %s are left free in the relaxation", x.Kind, x.ID))
}
