package freight

import (
	"math"
	"testing"
)

// Elastic volume: q = q0 exp(-e x) with x the rise of the only route's cost
// over the base year, relative to the cheapest cost. By hand: cost 20 (and 1e-4
// h of driving at 1 USD/h), made 5 dearer.
func TestElasticVolume(t *testing.T) {
	s := parallel(20)
	s.constant(ConstElasticity, 0.8).constant(ConstChoke, 3)
	s.market("m", "AA", "AA", 100, "zo", "zd")
	b := prepare(t, &s.Spec)
	near(t, "base year", solve(t, b, BaseYear).Outcomes[0], 100, 1e-12)
	dear := Change{Op: OpMoney, On: Selector{Link: "a"}, How: Add, Amount: money(5)}
	got := solve(t, b, Horizon, dear)
	near(t, "tonnes", got.Outcomes[0], 100*math.Exp(-0.8*5/(20+1e-4)), 1e-12)
	near(t, "priced out", got.Lost.PricedOut, 100-got.Outcomes[0], 1e-12)
	// Beyond the choke nothing moves, and it is priced out, not without a route.
	dear.Amount = money(61)
	got = solve(t, b, Horizon, dear)
	if got.Outcomes[0] != 0 || got.Lost.NoRoute != 0 || got.Lost.PricedOut != 100 {
		t.Errorf("beyond the choke: %+v", got.Lost)
	}
}

// The demand curve's surplus is the integral of its volume: compare with a fine
// trapezoid sum.
func TestDemandCurve(t *testing.T) {
	for _, d := range []demandCurve{newDemandCurve(0.6, 1.8), newDemandCurve(0, 2), newDemandCurve(1.5, 1)} {
		for _, x := range []float64{-0.3, 0, 0.7 * d.choke, 0.9 * d.choke, d.choke, 2 * d.choke} {
			sum, n := 0.0, 200000
			if x < d.choke {
				h := (d.choke - x) / float64(n)
				for i := 0; i < n; i++ {
					f, _ := d.at(x + (float64(i)+0.5)*h)
					sum += f * h
				}
			}
			near(t, "surplus", d.surplus(x), sum, 1e-8)
			if x < d.choke {
				f1, df := d.at(x)
				f2, _ := d.at(x + 1e-6)
				near(t, "slope", (f2-f1)/1e-6, df, 1e-4)
			}
		}
	}
}

// A border with 10 h, alpha 1, beta 2 and a capacity of 100 t beside a free
// road 12 USD dearer. By hand (bisection): v is a logit share at the hours that
// v makes.
func TestBorderQueue(t *testing.T) {
	s := newToy()
	s.node("o", "AA", 0, 0).node("d", "BB", 0.5, 0).node("p", "AA", 0, 0.3).node("q", "BB", 0.5, 0.3)
	s.zone("zo", "AA", "AA", "o").zone("zd", "BB", "BB", "d")
	s.link("post", "o", "d", "road", 20)
	s.link("w1", "o", "p", "road", 10)
	s.link("way", "p", "q", "road", 22)
	s.link("w2", "q", "d", "road", 10)
	s.border("x", "o", "d", "AA", "BB", "road", 10).border("y", "p", "q", "AA", "BB", "road", 0)
	s.Borders[0].Capacity = tonnesF(100)
	s.market("m", "AA", "BB", 150, "zo", "zd")
	s.outcome(Outcome{ID: "x", Measure: Tonnes, Query: PathQuery{Passes: []string{"x"}}})
	s.outcome(Outcome{ID: "h", Measure: Hours, Query: PathQuery{Passes: []string{"AA-BB", "d"}, Avoids: []string{"y"}}})
	b := prepare(t, &s.Spec)
	got := solve(t, b, BaseYear)
	drive := 1e-4
	c0 := 20 + drive + 10
	other := 42 + 3*drive
	lo, hi := 0.0, 150.0
	for i := 0; i < 200; i++ {
		v := (lo + hi) / 2
		c := c0 + 10*(v/100)*(v/100)
		if 150/(1+math.Exp(10*(c-other)/c0)) > v {
			lo = v
		} else {
			hi = v
		}
	}
	near(t, "tonnes at the queue", got.Outcomes[0], lo, 1e-7)
	near(t, "hours", got.Outcomes[1], drive+10+10*lo*lo/1e4, 1e-7)
	if got.Kind != KindConvex {
		t.Errorf("queues only: kind %q", got.Kind)
	}
}

// corridor is five links in a row over three countries, with the four flow
// types in the middle one:
//
//	a0 (A) -l4- a1 (A) -l1- b1 (B) -l2- b2 (B) -l3- c1 (C) -l5- c2 (C)
func corridor() *toy {
	s := newToy()
	for i, n := range []struct{ id, c string }{{"a0", "AA"}, {"a1", "AA"}, {"b1", "BB"}, {"b2", "BB"}, {"c1", "CC"}, {"c2", "CC"}} {
		s.node(n.id, n.c, float64(i)/2, 0)
		s.zone("z"+n.id, n.id, n.c, n.id)
	}
	s.link("l4", "a0", "a1", "road", 1)
	s.link("l1", "a1", "b1", "road", 2)
	s.link("l2", "b1", "b2", "road", 4)
	s.link("l3", "b2", "c1", "road", 2)
	s.link("l5", "c1", "c2", "road", 1)
	for i := range s.Tariffs {
		s.Tariffs[i].Earner = ""
	}
	s.border("ab", "a1", "b1", "AA", "BB", "road", 1).border("bc", "b2", "c1", "BB", "CC", "road", 1)
	s.Fees = append(s.Fees,
		Fee{ID: "transit", At: "country", Target: "BB", Mode: "road", Flow: "transit", From: "*", Commodity: "*", Money: money(3), Payer: "haulier", Earner: "BB"},
		Fee{ID: "in", At: "border", Target: "ab", Mode: "*", Flow: "import", From: "AA", Commodity: "*", Money: money(5), Payer: "importer", Earner: "BB"})
	s.Tariffs = append(s.Tariffs, Tariff{ID: "haul", Kind: "haulage", Country: "*", Mode: "road", Commodity: "*", PerTonneKm: money(0.01), Payer: "cargo", Earner: "flag"})
	s.market("t", "a0", "c2", 100, "za0", "zc2")
	s.market("i", "a0", "b2", 50, "za0", "zb2")
	s.market("e", "b1", "c2", 30, "zb1", "zc2")
	s.market("d", "b1", "b2", 20, "zb1", "zb2")
	for _, c := range []string{"AA", "BB", "CC"} {
		s.outcome(Outcome{ID: "rev " + c, Measure: Revenue, Country: c})
		s.outcome(Outcome{ID: "haul " + c, Measure: Haulage, Country: c})
	}
	s.outcome(Outcome{ID: "rev BB from CC", Measure: Revenue, Country: "BB", Payer: "CC"})
	s.outcome(Outcome{ID: "transit BB", Measure: Tonnes, Query: PathQuery{Country: "BB", Flow: "transit"}})
	s.outcome(Outcome{ID: "tkm BB", Measure: TonneKm, Country: "BB"})
	s.outcome(Outcome{ID: "share", Measure: BorderShare, Query: PathQuery{Markets: []string{"t"}}})
	s.outcome(Outcome{ID: "teu", Measure: TEU, Query: PathQuery{Passes: []string{"l2"}}})
	s.outcome(Outcome{ID: "hhi CC", Measure: HHI, Country: "CC"})
	return s
}

func TestFourFlowTypesAndRevenue(t *testing.T) {
	s := corridor()
	b := prepare(t, &s.Spec)
	d, err := b.SolveDetail(t.Context(), b.Resolve(BaseYear, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][4]float64{ // transit, import, export, domestic of the country the link begins in
		"l4": {0, 0, 150, 0}, "l1": {0, 0, 150, 0}, "l2": {100, 50, 30, 20}, "l3": {100, 0, 30, 0}, "l5": {0, 130, 0, 0},
	}
	links := d.Links()
	if len(links) != len(want) {
		t.Fatalf("%d link flows, want %d", len(links), len(want))
	}
	for _, l := range links {
		for f := range want[l.Link] {
			near(t, l.Link+" "+flow(f).String(), l.ByFlow[f], want[l.Link][f], 1e-12)
		}
	}
	// Revenue by hand. Each tariff of "USD a link" is shared half and half over a
	// border. AA: l4 1 x 150, half of l1 1 x 150. BB: half of l1 150, l2 4 x 200,
	// half of l3 1 x 130, transit fee 3 x 100, import fee 5 x 50. CC: half of l3
	// 130, l5 130.
	out := d.Solution().Outcomes
	near(t, "revenue AA", out[0], 150+150, 1e-12)
	near(t, "revenue BB", out[2], 150+800+130+300+250, 1e-12)
	near(t, "revenue CC", out[4], 130+130, 1e-12)
	// Haulage 0.01 USD/tkm of 100 km links, half to each end's flag: t 500 km x
	// 100 t = 500 (AA, CC), i 300 x 50 = 150 (AA, BB), e 300 x 30 = 90 (BB, CC),
	// d 100 x 20 = 20 (BB).
	near(t, "haulage AA", out[1], 250+75, 1e-12)
	near(t, "haulage BB", out[3], 75+45+20, 1e-12)
	near(t, "haulage CC", out[5], 250+45, 1e-12)
	// Paid by cargo of CC: half of what t and e pay in BB. t: 1 + 4 + 1 + 3, e: 4 + 1.
	near(t, "revenue BB from CC", out[6], (9*100+5*30)/2.0, 1e-12)
	near(t, "transit", out[7], 100, 1e-12)
	near(t, "tonne km", out[8], 100*200+50*150+30*150+20*100, 1e-12)
	near(t, "border share", out[9], 2/(2+5e-4), 1e-12)
	near(t, "teu", out[10], 20, 1e-12)
	near(t, "hhi", out[11], 1, 1e-12)
	sum := map[string]float64{}
	for _, r := range d.Revenue() {
		if r.Kind != "haulage" {
			sum[r.Country] += r.USD
		}
	}
	near(t, "revenue table AA", sum["AA"], out[0], 1e-12)
	near(t, "revenue table BB", sum["BB"], out[2], 1e-12)
	near(t, "revenue table CC", sum["CC"], out[4], 1e-12)
}

// Steps and select link account for all that a route takes and costs.
func TestStepsAddUp(t *testing.T) {
	s := corridor()
	s.Rules = append(s.Rules, Rule{ID: "pay", Kind: "ad_valorem", Amount: plain(0.01), Active: true, Through: "BB"})
	b := prepare(t, &s.Spec)
	d, err := b.SolveDetail(t.Context(), b.Resolve(BaseYear, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	routes := d.Routes(1)
	if len(routes) != 4 {
		t.Fatalf("%d routes, want 4", len(routes))
	}
	for _, r := range routes {
		m, h, km := 0.0, 0.0, 0.0
		for _, st := range d.Steps(r) {
			m += st.Money
			h += st.Hours + st.Queue
			km += st.Km
			paid := 0.0
			for _, p := range st.Payments {
				paid += p.USD
			}
			near(t, "payments of "+st.Name, paid, st.Money, 1e-12)
		}
		near(t, r.Market+" money", m, r.Money, 1e-12)
		near(t, r.Market+" hours", h, r.Hours, 1e-12)
		near(t, r.Market+" km", km, r.Km, 1e-12)
	}
	near(t, "money of t with the rule", routes[0].Money, 10+3+5+10, 1e-9) // links, fee, 500 km haulage, 1 % of 1000
	use := d.Select("bc")
	if len(use) != 2 || use[0].Market != "t" || use[0].Tonnes != 100 || use[1].Tonnes != 30 || use[0].Share != 1 {
		t.Errorf("select bc: %+v", use)
	}
	if len(d.Select("AA-BB")) != 2 || len(d.Select("nowhere")) != 0 {
		t.Error("select of a pair or of nothing")
	}
}
