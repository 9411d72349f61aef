package freight

import (
	"math"
	"slices"
)

// measure evaluates every outcome of a solved world, and the tonnes behind each
// one that is a mean (0 for sums). A mean over nothing is NaN. Sums run in the
// order of routes within classes, then of classes (see tally).
func (b *Base) measure(e *equilibrium, f *flowState) (values, weights []float64) {
	sums := b.tally.sum(b, e, f)
	b.benefits(e, f)
	values, weights = make([]float64, len(b.queries)), make([]float64, len(b.queries))
	for i, q := range b.queries {
		v, w := b.evaluateQuery(i, q, e, f, sums)
		values[i] = v
		if q.out.Measure.Mean() {
			weights[i] = w
		}
	}
	return values, weights
}

// evaluateQuery returns the value of a query and, for means, its weight.
func (b *Base) evaluateQuery(i int, q *query, e *equilibrium, f *flowState, x *tallySums) (value, weight float64) {
	t := b.tally
	switch q.out.Measure {
	case TonneKm:
		for k, r := range q.routes {
			value += q.coef[k] * f.tonnes[r]
		}
	case Tonnes:
		value = x.set[t.setOf[i]].tonnes
	case TEU:
		for _, c := range t.sets.of(t.setOf[i]) {
			if per := b.vals.goods[t.commodity[c]].perTEU; per > 0 {
				value += x.tonnes[c] / per
			}
		}
	case Revenue, Haulage:
		if q.ruled {
			return b.revenue(q, e, f), 0
		}
		return sumShares(x.cell, t.cellsOf[i]), 0
	case Hours, Money, Spread, BorderShare:
		return mean(q.out.Measure, &x.set[t.setOf[i]])
	case HHI:
		return concentration(t.outlets[i], x)
	default:
		return b.itemMeasure(q, e, f)
	}
	return value, 0
}

// sumShares adds up shares of cells, in two sums that a processor can work on at
// once.
func sumShares(x []float64, of []cell) float64 {
	var a, b float64
	for ; len(of) >= 2; of = of[2:] {
		a += float64(of[0].share * x[of[0].cell])
		b += float64(of[1].share * x[of[1].cell])
	}
	for _, c := range of {
		a += float64(c.share * x[c.cell])
	}
	return a + b
}

// revenue is what a country earns where rules may pay it too.
func (b *Base) revenue(q *query, e *equilibrium, f *flowState) float64 {
	sum := 0.0
	for i, r := range q.routes {
		t := f.tonnes[r]
		if t == 0 {
			continue
		}
		m := 0.0
		if s := q.slot[i]; s >= 0 {
			m = e.w.earns(s)
		}
		if q.ruled {
			_, _, x := b.ruleMoney(r, b.items[b.owner[r]].commodity, e.w.p, q.country)
			m += x
		}
		sum += q.coef[i] * t * m
	}
	return sum
}

// mean is a tonne-weighted mean over the matching routes. Hours hold the
// queues; money holds what is paid to anybody, not the rationing prices.
func mean(m Measure, s *routeSums) (value, weight float64) {
	switch m {
	case Hours:
		return s.hours / s.tonnes, s.tonnes
	case Money:
		return s.money / s.tonnes, s.tonnes
	case Spread:
		return s.spread / s.tonnes, s.tonnes
	}
	return s.border / s.hours, s.tonnes
}

// concentration is the Herfindahl-Hirschman index over outlets, 0 to 1.
func concentration(outlets []outletSet, x *tallySums) (value, weight float64) {
	by := make([]float64, len(outlets))
	for k, o := range outlets {
		by[k] = x.set[o.set].tonnes
		weight += by[k]
	}
	if weight == 0 {
		return math.NaN(), 0
	}
	for _, t := range by {
		value += t / weight * (t / weight)
	}
	return value, weight
}

// benefits fills the user benefit of every item against the baseline, USD/yr.
func (b *Base) benefits(e *equilibrium, f *flowState) {
	f.benefit = resize(f.benefit, len(b.items))
	if b.refG == nil {
		return // the baseline itself is being computed
	}
	curve := b.curve()
	for i := range b.items {
		now := 0.0
		if !math.IsInf(f.x[i], 1) {
			now = curve.surplus((f.g[i] - b.g0[i]) / b.c0[i])
		}
		f.benefit[i] = e.w.q0[i] * b.c0[i] * (now - b.refSurplus[i])
	}
}

// setReference takes the logsum costs of the baseline, which benefits are
// measured against.
func (b *Base) setReference(g []float64) {
	b.refG = slices.Clone(g)
	b.refSurplus = make([]float64, len(g))
	for i, x := range g {
		if !math.IsInf(x, 1) {
			b.refSurplus[i] = b.curve().surplus((x - b.g0[i]) / b.c0[i])
		}
	}
}

func (b *Base) itemMeasure(q *query, e *equilibrium, f *flowState) (value, weight float64) {
	q0 := e.w.q0
	switch q.out.Measure {
	case Served:
		return sumAt(f.served, q.items), 0
	case Unserved:
		for _, i := range q.items {
			value += math.Max(0, q0[i]-f.served[i]) // tonnes induced by lower cost make up for nobody's loss
		}
	case UserCost:
		for _, i := range q.items {
			if !math.IsInf(f.g[i], 1) {
				value += float64(q0[i] * f.g[i])
				weight += q0[i]
			}
		}
		return value / weight, weight
	case Benefit:
		if b.refG == nil {
			break // the baseline itself is being computed
		}
		for k, i := range q.items {
			value += float64(q.weight[k] * f.benefit[i])
		}
	}
	return value, 0
}
