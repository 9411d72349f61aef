package freight

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// someChanges draws changes that shut, open, slow and tax things.
func someChanges(t *rapid.T, s *Spec) []Change {
	var c []Change
	for i := range s.Links {
		on := Selector{Link: s.Links[i].ID}
		switch rapid.IntRange(0, 8).Draw(t, "change") {
		case 0:
			c = append(c, Change{Op: OpClose, On: on})
		case 1:
			c = append(c, Change{Op: OpOpen, On: on})
		case 2:
			c = append(c, Change{Op: OpHours, How: Set, On: on, Amount: hoursF(float64(rapid.IntRange(0, 9).Draw(t, "new hours")))})
		case 3:
			c = append(c, Change{Op: OpMoney, How: Add, On: on, Amount: money(float64(rapid.IntRange(0, 9).Draw(t, "toll")))})
		case 4:
			c = append(c, Change{Op: OpCapacity, How: Set, On: on, Amount: tonnesF(float64(rapid.IntRange(10, 90).Draw(t, "new cap")))})
		}
	}
	if rapid.Bool().Draw(t, "shut country") {
		c = append(c, Change{Op: OpClose, On: Selector{Country: "BB", Flow: "transit", Modes: []string{"rail"}}})
	}
	return c
}

// richToy is a random case with an outcome of every measure that counts routes.
func richToy(t *rapid.T) *toy {
	s := randomToy(t)
	for _, m := range []Measure{TEU, TonneKm, Revenue, Haulage, Hours, Money, Spread, BorderShare, HHI} {
		s.outcome(Outcome{ID: "of-" + string(m), Measure: m, Country: "BB"})
		s.outcome(Outcome{ID: "via-" + string(m), Measure: m, Country: "CC", Query: PathQuery{Passes: []string{"BB"}}})
	}
	s.outcome(Outcome{ID: "paid", Measure: Revenue, Country: "BB", Payer: "AA"})
	s.Rules[0].Earner = rapid.SampledFrom([]string{"", "BB"}).Draw(t, "earner")
	return s
}

// somewhere sets up a world of the case at drawn queues and prices.
func somewhere(t *rapid.T) (*Base, *equilibrium) {
	s := richToy(t)
	b := rapidPrepare(t, &s.Spec, 1)
	ws := NewWorkspace()
	b.load(&ws.w, b.params(b.Resolve(Horizon, someChanges(t, &s.Spec), nil)))
	start := make([]float64, len(b.net.elems))
	for i := range start {
		start[i] = rapid.Float64Range(0, 2).Draw(t, "z")
	}
	ws.e.setup(b, &ws.w, start)
	ws.e.loads(ws.e.z, ws.e.v)
	return b, &ws.e
}

// Groups of routes choose as their routes do one by one.
func TestGroupsChooseAsRoutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, e := somewhere(t)
		v := append([]float64(nil), e.load0...)
		at := append([]float64(nil), e.v...)
		f := e.flows()
		cost, prob := make([]float64, len(b.routes)), make([]float64, len(b.routes))
		for i := range b.items {
			it := &b.items[i]
			for r := it.route0; r < it.route1; r++ {
				cost[r] = e.w.cost[r]
				for _, s := range e.slots(r) {
					if e.hours[s] > 0 {
						cost[r] += b.vals.goods[it.commodity].vot * e.add[s]
					} else {
						cost[r] += e.add[s]
					}
				}
			}
			nests, l, ok := b.choose(e.w, int32(i), cost, e.w.lnPS[i], prob, nil)
			if !ok {
				if !math.IsInf(f.g[i], 1) || f.served[i] != 0 {
					t.Fatalf("%s has no way, but moves %g t at %g", b.itemName(it), f.served[i], f.g[i])
				}
				continue
			}
			d, _ := b.curve().at(b.rise(int32(i), l))
			q := e.w.q0[i] * d
			if miss := math.Abs(f.g[i] + l*b.c0[i]); miss > 1e-11*(1+math.Abs(f.g[i])) {
				t.Fatalf("%s: logsum cost %g, by routes %g", b.itemName(it), f.g[i], -l*b.c0[i])
			}
			for _, n := range nests {
				for r := n.r0; r < n.r1; r++ {
					want := q * n.share * prob[r]
					if math.Abs(f.tonnes[r]-want) > 1e-10*(1+want) {
						t.Fatalf("%s route %d: %g t, one by one %g", b.itemName(it), r, f.tonnes[r], want)
					}
					for _, s := range e.slots(r) {
						v[s] += want
					}
				}
			}
		}
		for s := range v {
			if math.Abs(v[s]-at[s]) > 1e-9*(1+v[s]) {
				t.Fatalf("element %d: %g t, one by one %g", s, at[s], v[s])
			}
		}
	})
}

// What is weighed against the best at hand, for burdens that leave nothing of the
// weights against what was best without them, is the same choice.
func TestBurdenedChoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, e := somewhere(t)
		type chosen struct{ logsum, share, part float64 }
		look := func(i int32) (out []chosen) {
			x := &e.w.blocks
			nests := x.of[i]
			for n := nests.several.from; n < nests.several.to; n++ {
				for m := x.alts[n].from; m < x.alts[n].to; m++ {
					out = append(out, chosen{e.logsum[i], e.nestWeight[n] / e.itemSum[i], e.weight[m] / e.nestSum[n]})
				}
			}
			for n := nests.single.from; n < nests.single.to; n++ {
				out = append(out, chosen{e.logsum[i], e.nestWeight[n] / e.itemSum[i], 1})
			}
			return out
		}
		for i := range int32(len(b.items)) {
			e.chooseBlock(i/blockItems, e.worth)
			want := look(i)
			e.chooseBurdened(i, e.worth)
			for k, got := range look(i) {
				w := want[k]
				if math.Abs(got.logsum-w.logsum) > 1e-12*(1+math.Abs(w.logsum)) || math.Abs(got.share-w.share) > 1e-11 || math.Abs(got.part-w.part) > 1e-11 {
					t.Fatalf("item %d: %v, with little to bear %v", i, got, w)
				}
			}
		}
		// A burden that all ways bear alike changes no share, however large it is.
		const all = 1e5
		heavy := append([]float64(nil), e.worth...)
		for k := range heavy {
			heavy[k] += all
		}
		for i := range int32(len(b.items)) {
			e.chooseBlock(i/blockItems, e.worth)
			want := look(i)
			e.chooseBlock(i/blockItems, heavy)
			for k, got := range look(i) {
				w := want[k]
				rounding := 1e-15 * b.choosers[i].perPrice * all
				if math.Abs(got.logsum-(w.logsum-all/b.c0[i])) > (1e-12+rounding)*(1+all/b.c0[i]) || math.Abs(got.share-w.share) > 1e-9+rounding || math.Abs(got.part-w.part) > 1e-9+rounding {
					t.Fatalf("item %d under a burden: %v, without %v", i, got, w)
				}
			}
		}
	})
}

// The Jacobian is that of the tonnes, by central differences in what an element
// adds. What brings less than leastLoad of every capacity is left out of it.
func TestJacobian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, e := somewhere(t)
		e.derive()
		slack, rounding, steep := 0.0, 0.0, 0.0
		most := 0.0
		for _, cap := range e.cap {
			most = math.Max(most, cap)
		}
		for j := range b.items {
			it := &b.items[j]
			rounding += 1e-11 * e.vol[j] // of utilities of some thousands
			open := float64(it.route1 - it.route0)
			per := b.choiceOf(it.segment).route / b.c0[j] * math.Max(1, b.vals.goods[it.commodity].vot)
			slack += 20 * leastLoad * most * open * per // in all three sums, the slope of the demand included
			steep = math.Max(steep, per)
		}
		acting := append([]int32(nil), e.acting...)
		k := len(acting)
		jac := append([]float64(nil), e.jac[:k*k]...)
		up, down := make([]float64, len(e.elems)), make([]float64, len(e.elems))
		scale := 0.0
		for _, x := range jac {
			scale = math.Max(scale, math.Abs(x))
		}
		for x, c := range acting {
			if e.z[c] < 0.5 {
				continue // too flat for differences
			}
			z := append([]float64(nil), e.z...)
			const h = 1e-5
			z[c] = e.z[c] + h
			e.loads(z, up)
			plus := e.add[c]
			z[c] = e.z[c] - h
			e.loads(z, down)
			width := plus - e.add[c]
			for y, r := range acting {
				got, want := jac[y*k+x], (up[r]-down[r])/width
				if math.Abs(got-want) > (1e-4+steep*width*steep*width)*math.Abs(want)+1e-7*scale+1e-6+slack+rounding/width {
					t.Fatalf("d tonnes %d / d %d: %g, by differences %g", r, c, got, want)
				}
			}
		}
	})
}

// A workspace that solved other worlds before gives the bits of a new one.
func TestWorkspaceLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := richToy(t)
		b := rapidPrepare(t, &s.Spec, 1)
		other := b.Draw(func(string) float64 { return 0.25 })
		ws := NewWorkspace()
		for range rapid.IntRange(2, 5).Draw(t, "worlds") {
			of := b
			if rapid.IntRange(0, 3).Draw(t, "drawn") == 0 {
				of = other
			}
			d := of.Resolve(Horizon, someChanges(t, &s.Spec), nil)
			x, err := of.Solve(context.Background(), d, nil, ws)
			if err != nil {
				t.Fatal(err)
			}
			y, err := of.Solve(context.Background(), d, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(x.Outcomes, y.Outcomes) || !sameBits(x.State, y.State) || x.Lost != y.Lost || x.Iterations != y.Iterations {
				t.Fatalf("a used workspace gives\n%v\na new one\n%v", x, y)
			}
		}
	})
}

// Outcomes summed over classes are those summed over routes.
func TestClassesSumAsRoutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, e := somewhere(t)
		f := e.flows()
		values, weights := b.measure(e, f)
		for i, q := range b.queries {
			want, weight, hours := 0.0, 0.0, 0.0
			by := map[float64]float64{}
			for k, r := range q.routes {
				x := f.tonnes[r]
				it := &b.items[b.owner[r]]
				rt := &b.routes[r]
				money, extra, ruled := b.ruleMoney(r, it.commodity, e.w.p, q.country)
				took, border := e.w.way[rt.path].hours+extra, e.w.way[rt.path].border
				for _, s := range e.slots(r) {
					if e.hours[s] > 0 {
						took += e.add[s]
						if b.net.elems[e.elems[s]].kind == elemBorder {
							border += e.add[s]
						}
					}
				}
				weight += x
				hours += x * took
				switch q.out.Measure {
				case Tonnes, TonneKm:
					want += q.weightAt(k) * x
				case TEU:
					if per := b.vals.goods[it.commodity].perTEU; per > 0 {
						want += x / per
					}
				case Hours:
					want += x * took
				case Money:
					want += x * (e.w.money(rt.variant, rt.path) + money)
				case Spread:
					want += x * e.w.way[rt.path].spread
				case BorderShare:
					want += x * border
				case Revenue, Haulage:
					if s := q.slot[k]; s >= 0 {
						ruled += e.w.earns(s)
					}
					want += q.coef[k] * x * ruled
				case HHI:
					if q.coef[k] >= 0 {
						by[q.coef[k]] += x
					}
				}
			}
			switch q.out.Measure {
			case Hours, Money, Spread:
				want /= weight
			case BorderShare:
				want /= hours
			case HHI:
				weight = 0
				for _, x := range by {
					weight += x
				}
				for _, x := range by {
					want += x / weight * (x / weight)
				}
				if weight == 0 {
					want = math.NaN()
				}
			case Tonnes, TonneKm, TEU, Revenue, Haulage:
				weight = 0
			default:
				continue // of items
			}
			if values[i] == want || math.IsNaN(want) && math.IsNaN(values[i]) {
				continue
			}
			if !(math.Abs(values[i]-want) <= 1e-9*(1+math.Abs(want))) || !(math.Abs(weights[i]-weight) <= 1e-9*(1+weight)) {
				t.Fatalf("%s: %g over %g, by routes %g over %g", q.out.ID, values[i], weights[i], want, weight)
			}
		}
	})
}

// Wherever a solve starts it ends at the same outcomes, to the tolerance.
func TestStartsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := richToy(t)
		s.constant(ConstQueueBeta, 2)
		b := rapidPrepare(t, &s.Spec, 1)
		d := b.Resolve(Horizon, someChanges(t, &s.Spec), nil)
		x := rapidSolve(t, b, d)
		start := make([]float64, len(x.State))
		for i, z := range x.State {
			start[i] = z + rapid.Float64Range(-0.5, 0.5).Draw(t, fmt.Sprint("off ", i))
		}
		y, err := b.Solve(context.Background(), d, start, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !y.Converged { // from a bad start it may be; the result says so
			t.Skip("not converged from elsewhere")
		}
		for _, i := range []int{0, 1} { // all and b, in tonnes
			if math.Abs(x.Outcomes[i]-y.Outcomes[i]) > 1e-5*(1+x.Lost.Demand) {
				t.Fatalf("%s: %g, from elsewhere %g", s.Outcomes[i].ID, x.Outcomes[i], y.Outcomes[i])
			}
		}
	})
}

// Every vertex of the graph passes on what it receives, whatever the queues and
// prices: solves test routes and elements only, for paths are chains.
func TestVerticesPassOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, e := somewhere(t)
		f := e.flows()
		n := b.net
		balance, through := make([]float64, len(n.vertices)), make([]float64, len(n.vertices))
		for i := range b.items {
			it := &b.items[i]
			balance[n.sourceOf[n.node[n.spec.Zones[it.origin].Node]]] += f.served[i]
			balance[n.sinkOf[n.node[n.spec.Zones[it.dest].Node]]] -= f.served[i]
			for r := it.route0; r < it.route1; r++ {
				p := &b.paths[b.routes[r].path]
				for _, a := range b.pathArcs[p.arc0:p.arc1] {
					balance[n.arcs[a].from] -= f.tonnes[r]
					balance[n.arcs[a].to] += f.tonnes[r]
					through[n.arcs[a].from] += f.tonnes[r]
					through[n.arcs[a].to] += f.tonnes[r]
				}
			}
		}
		for v := range balance {
			if !(math.Abs(balance[v]) <= ConservationTolerance*math.Max(1, through[v])) {
				t.Fatalf("vertex %d keeps %g t of %g", v, balance[v], through[v])
			}
		}
	})
}
