package freight

import "math"

// measure evaluates every outcome of a solved world, and the tonnes behind each
// one that is a mean (0 for sums). A mean over nothing is NaN. Reductions run in
// route order.
func (b *Base) measure(e *equilibrium, f *flowState) (values, weights []float64) {
	e.facts.fill(b, e, f)
	values, weights = make([]float64, len(b.queries)), make([]float64, len(b.queries))
	for i, q := range b.queries {
		v, w := b.evaluateQuery(q, e, f)
		values[i] = v
		if q.out.Measure.Mean() {
			weights[i] = w
		}
	}
	return values, weights
}

// routeFacts are the numbers of routes that many outcomes read, worked out once
// a solution. Routes without tonnes are left at 0.
type routeFacts struct {
	money  []float64 // USD/t paid, rules included
	hours  []float64 // queues and rules included
	border []float64 // of them at borders
	spread []float64 // standard deviation of the hours
}

func (x *routeFacts) fill(b *Base, e *equilibrium, f *flowState) {
	n := len(b.routes)
	x.money, x.hours, x.border, x.spread = resize(x.money, n), resize(x.hours, n), resize(x.border, n), resize(x.spread, n)
	for i := range b.items {
		it := &b.items[i]
		for r := it.route0; r < it.route1; r++ {
			if f.tonnes[r] == 0 {
				x.money[r], x.hours[r], x.border[r], x.spread[r] = 0, 0, 0, 0
				continue
			}
			rt := &b.routes[r]
			money, extra, _ := b.ruleMoney(r, it.commodity, e.w.p, -1)
			queue, borders := 0.0, 0.0
			for _, s := range e.slots(r) {
				if e.hours[s] > 0 {
					queue += e.add[s]
					if b.net.elems[e.elems[s]].kind == elemBorder {
						borders += e.add[s]
					}
				}
			}
			x.money[r] = e.w.money[rt.variant] + money
			x.hours[r] = e.w.hours[rt.path] + extra + queue
			x.border[r] = borders + e.w.border[rt.path]
			x.spread[r] = e.w.spread[rt.path]
		}
	}
}

// evaluateQuery returns the value of a query and, for means, its weight.
func (b *Base) evaluateQuery(q *query, e *equilibrium, f *flowState) (value, weight float64) {
	switch q.out.Measure {
	case Tonnes, TonneKm:
		for i, r := range q.routes {
			value += q.coef[i] * f.tonnes[r]
		}
	case TEU:
		for i, r := range q.routes {
			if per := b.vals.goods[b.items[q.owner[i]].commodity].perTEU; per > 0 {
				value += f.tonnes[r] / per
			}
		}
	case Revenue, Haulage:
		value = b.revenue(q, e, f)
	case Hours, Money, Spread, BorderShare:
		return q.mean(&e.facts, f)
	case HHI:
		return b.concentration(q, f)
	default:
		return b.itemMeasure(q, e, f)
	}
	return value, 0
}

func (b *Base) revenue(q *query, e *equilibrium, f *flowState) float64 {
	sum := 0.0
	for i, r := range q.routes {
		t := f.tonnes[r]
		if t == 0 {
			continue
		}
		m := 0.0
		if s := q.slot[i]; s >= 0 {
			m = e.w.earn[s]
		}
		if q.ruled {
			_, _, x := b.ruleMoney(r, b.items[q.owner[i]].commodity, e.w.p, q.country)
			m += x
		}
		sum += q.coef[i] * t * m
	}
	return sum
}

// mean is a tonne-weighted mean over the matching routes. Hours hold the
// queues; money holds what is paid to anybody, not the rationing prices.
func (q *query) mean(x *routeFacts, f *flowState) (value, weight float64) {
	of := x.hours
	switch q.out.Measure {
	case Money:
		of = x.money
	case Spread:
		of = x.spread
	case BorderShare:
		of = x.border
	}
	sum, base := 0.0, 0.0
	for _, r := range q.routes {
		t := f.tonnes[r]
		weight += t
		sum += t * of[r]
		base += t * x.hours[r]
	}
	if q.out.Measure == BorderShare {
		return sum / base, weight
	}
	return sum / weight, weight
}

// concentration is the Herfindahl-Hirschman index over outlets, 0 to 1.
func (b *Base) concentration(q *query, f *flowState) (value, weight float64) {
	by := make([]float64, len(b.net.countries))
	for i, r := range q.routes {
		if o := int(q.coef[i]); o >= 0 {
			by[o] += f.tonnes[r]
			weight += f.tonnes[r]
		}
	}
	for _, t := range by {
		value += t / weight * (t / weight)
	}
	if weight == 0 {
		return math.NaN(), 0
	}
	return value, weight
}

func (b *Base) itemMeasure(q *query, e *equilibrium, f *flowState) (value, weight float64) {
	curve := b.curve()
	for k, i := range q.items {
		q0 := e.w.q0[i]
		switch q.out.Measure {
		case Served:
			value += f.served[i]
		case Unserved:
			value += math.Max(0, q0-f.served[i]) // tonnes induced by lower cost make up for nobody's loss
		case UserCost:
			if !math.IsInf(f.g[i], 1) {
				value += q0 * f.g[i]
				weight += q0
			}
		case Benefit:
			if b.refG == nil {
				continue // the baseline itself is being computed
			}
			ref := 0.0
			if !math.IsInf(b.refG[i], 1) {
				ref = curve.surplus((b.refG[i] - b.g0[i]) / b.c0[i])
			}
			now := 0.0
			if !math.IsInf(f.x[i], 1) {
				now = curve.surplus((f.g[i] - b.g0[i]) / b.c0[i])
			}
			value += q.weight[k] * q0 * b.c0[i] * (now - ref)
		}
	}
	if q.out.Measure == UserCost {
		return value / weight, weight
	}
	return value, 0
}
