package freight

import "math"

// measure evaluates every outcome of a solved world. A mean over nothing is
// NaN. Reductions run in route order.
func (b *Base) measure(e *equilibrium, f *flowState) []float64 {
	out := make([]float64, len(b.queries))
	for i, q := range b.queries {
		out[i], _ = b.evaluateQuery(q, i, e, f)
	}
	return out
}

// weights are the tonnes behind each outcome that is a mean, 0 for sums.
func (b *Base) weights(e *equilibrium, f *flowState) []float64 {
	out := make([]float64, len(b.queries))
	for i, q := range b.queries {
		if q.out.Measure.Mean() {
			_, out[i] = b.evaluateQuery(q, i, e, f)
		}
	}
	return out
}

// evaluateQuery returns the value of a query and, for means, its weight.
func (b *Base) evaluateQuery(q *query, index int, e *equilibrium, f *flowState) (value, weight float64) {
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
		value = b.revenue(q, index, e, f)
	case Hours, Money, Spread, BorderShare:
		return b.mean(q, e, f)
	case HHI:
		return b.concentration(q, f)
	default:
		return b.itemMeasure(q, e, f)
	}
	return value, 0
}

func (b *Base) revenue(q *query, index int, e *equilibrium, f *flowState) float64 {
	sum := 0.0
	haulage := q.out.Measure == Haulage
	var cached []float64
	if b.snap != nil && index < len(b.snap.earned) {
		cached = b.snap.earned[index]
	}
	for i, r := range q.routes {
		t := f.tonnes[r]
		if t == 0 {
			continue
		}
		rt := &b.routes[r]
		var m float64
		if cached != nil && !e.w.paid[rt.path] {
			m = cached[i]
		} else {
			m = b.earned(&b.variants[rt.variant], q.country, haulage, e.w.p)
		}
		if !haulage {
			_, _, x := b.ruleMoney(r, b.items[q.owner[i]].commodity, e.w.p, q.country)
			m += x
		}
		sum += q.coef[i] * t * m
	}
	return sum
}

// cacheEarned computes what each revenue query earns a tonne at the snapshot.
func (b *Base) cacheEarned(s *snapshot) {
	s.earned = make([][]float64, len(b.queries))
	for i, q := range b.queries {
		if q.out.Measure != Revenue && q.out.Measure != Haulage {
			continue
		}
		known := map[int32]float64{}
		s.earned[i] = make([]float64, len(q.routes))
		for k, r := range q.routes {
			v := b.routes[r].variant
			m, ok := known[v]
			if !ok {
				m = b.earned(&b.variants[v], q.country, q.out.Measure == Haulage, s.p)
				known[v] = m
			}
			s.earned[i][k] = m
		}
	}
}

// mean is a tonne-weighted mean over the matching routes. Hours hold the
// queues; money holds what is paid to anybody, not the rationing prices.
func (b *Base) mean(q *query, e *equilibrium, f *flowState) (value, weight float64) {
	sum, base := 0.0, 0.0
	for i, r := range q.routes {
		t := f.tonnes[r]
		if t == 0 {
			continue
		}
		rt := &b.routes[r]
		com := b.items[q.owner[i]].commodity
		money, extra, _ := b.ruleMoney(r, com, e.w.p, -1)
		queue, borders := 0.0, 0.0
		for _, s := range e.slots(r) {
			if e.hours[s] > 0 {
				queue += e.add[s]
				if b.net.elems[e.elems[s]].kind == elemBorder {
					borders += e.add[s]
				}
			}
		}
		hours := e.w.hours[rt.path] + extra + queue
		weight += t
		switch q.out.Measure {
		case Hours:
			sum += t * hours
		case Money:
			sum += t * (e.w.money[rt.variant] + money)
		case Spread:
			sum += t * e.w.spread[rt.path]
		case BorderShare:
			sum += t * (borders + b.borderHours(rt.path, e.w.p))
			base += t * hours
		}
	}
	if q.out.Measure == BorderShare {
		return sum / base, weight
	}
	return sum / weight, weight
}

// borderHours are the hours of a path at borders, without queues.
func (b *Base) borderHours(k int32, p []float64) float64 {
	sum := 0.0
	b.eachOp(k, func(o *operation, i int32) {
		if o.kind == opBorder {
			sum += p[b.lay.hours+int(i)]
		}
	})
	return sum
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
