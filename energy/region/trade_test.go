package region

import (
	"context"
	"math"
	"strings"
	"testing"
)

// Gas of a contract with a way of its own takes that way only: the cheaper way stays
// empty, and cutting the named pipe stops the delivery.
func TestContractVia(t *testing.T) {
	s := newToy("A", "B", "C")
	s.constant(ConstFirmGas, 300)
	s.heat("C", 4)
	s.heat("A", 1)
	s.Sources = []Source{{ID: "a", Zone: "A", Origin: "A", Capacity: bcm(10), Cost: plain(50)}}
	s.Pipes = []Pipe{
		{ID: "ab", From: "A", To: "B", Capacity: bcm(3)},
		{ID: "bc", From: "B", To: "C", Capacity: bcm(3)},
		{ID: "ac", From: "A", To: "C", Capacity: bcm(3)},
	}
	s.Contracts = []Contract{{ID: "long", Origin: "A", Buyer: "C", Amount: bcm(3), Via: []string{"ab", "bc"}}}
	b := prepare(t, s.Spec)
	d := solved(t, b)
	var out Detail
	d.flows(&out)
	same(t, "ab", out.Pipes[0].Flow[0], 4)
	same(t, "ac", out.Pipes[1].Flow[0], 0)
	same(t, "served", d.lost("C", Gas), 0)
	d = solved(t, b, Change{Op: OpClose, On: Selector{Pipe: "bc"}})
	same(t, "shed without the way", d.lost("C", Gas), 4)
}

// What goes one way under a seasonal contract comes back over the year.
func TestSeasonal(t *testing.T) {
	s := newToy("A", "B")
	s.constant(ConstFirmPower, 200)
	s.Blocks = []Block{{ID: "summer", Season: "summer", Hours: 4380, Peak: true}, {ID: "winter", Season: "winter", Hours: 4380, Peak: true}}
	for _, l := range []struct {
		zone, block string
		x           float64
	}{{"A", "summer", 50}, {"A", "winter", 150}, {"B", "summer", 150}, {"B", "winter", 50}} {
		s.Loads = append(s.Loads, Load{Zone: l.zone, Carrier: Power, Block: l.block, Tier: "use", Amount: mw(l.x)})
	}
	s.plant("a", "A", 100, 10)
	s.plant("b", "B", 100, 10)
	s.tie("ab", "A", "B", AC, 100)
	s.Exchanges = []Exchange{{ID: "ab", From: "A", To: "B", Kind: Seasonal, Power: mw(50)}}
	d := solved(t, prepare(t, s.Spec))
	f := d.tieFlow(0)
	same(t, "summer", f[0], 50)
	same(t, "winter", f[1], -50)
	same(t, "over the year", d.exchanged(0), 0)
}

// A price is an interval where load meets a step of the merit order, and holds the
// dual whatever that is.
func TestPriceInterval(t *testing.T) {
	s := newToy("A")
	s.load("A", 100)
	s.plant("cheap", "A", 100, 10)
	s.plant("dear", "A", 100, 50)
	s.Outcomes = []Outcome{{ID: "p", Measure: PowerPrice, Country: "A"}}
	b := prepare(t, s.Spec)
	x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "low", x.Zones[0].PriceLow[0], 10)
	same(t, "high", x.Zones[0].PriceHigh[0], 50)
	same(t, "outcome", b.BaselineRun().Outcomes[0], 50)
	for seed := range uint64(3) {
		b := prepare(t, randomSpec(rng(300+seed), 4, 2, seed == 0))
		d := solved(t, b)
		var out Detail
		d.flows(&out)
		if err := d.prices(context.Background(), &out); err != nil {
			t.Fatal(err)
		}
		for z := range out.Zones {
			for k, h := range b.net.hours {
				dual := d.r.Dual[b.prog.balance[z][k]] * million / h
				lo, hi := out.Zones[z].PriceLow[k], out.Zones[z].PriceHigh[k]
				if lo > hi+1e-4*(1+math.Abs(hi)) || dual < lo-1e-4*(1+math.Abs(lo)) || dual > hi+1e-4*(1+math.Abs(hi)) {
					t.Errorf("seed %d %s block %d: dual %v outside %v to %v", seed, out.Zones[z].Zone, k, dual, lo, hi)
				}
			}
		}
	}
}

// N-1 of a hand-made grid: a bridge, an overload, a deficit and a loss that nothing
// comes of.
func TestLosses(t *testing.T) {
	s := ring(AC)
	s.Ties[2].Capacity = mw(110) // ac
	s.Ties[0].Capacity = mw(60)  // ab
	s.Ties[1].Capacity = mw(60)  // bc
	s.Zones = append(s.Zones, Zone{ID: "D", Country: "D", Carriers: []Carrier{Power}}, Zone{ID: "E", Country: "E", Carriers: []Carrier{Power}})
	s.load("D", 40)
	s.load("E", 10)
	s.plant("e", "E", 20, 5).Unit = mw(20)
	s.plant("e2", "E", 20, 90).Unit = mw(10)
	s.tie("cd", "C", "D", AC, 100)
	s.Loads[0].Amount = mw(80) // C
	b := prepare(t, s.Spec)
	x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Contingency{}
	for _, c := range x.Contingency {
		by[c.Element] = c
	}
	// D hangs on one tie: 40 MW.
	if c := by["cd"]; c.Reason != reasonBridge || math.Abs(c.PowerShed-40) > near || c.Country != "D" || !strings.Contains(c.Words, "only AC tie") {
		t.Errorf("bridge: %+v", c)
	}
	// Without A-C all 120 MW come over B-C, which carries 60.
	if c := by["ac"]; c.Reason != reasonOverload || math.Abs(c.PowerShed-60) > near || c.Loading < 1.9 {
		t.Errorf("overload: %+v", c)
	}
	// Without B-C, A-C carries 110 of 120 MW.
	if c := by["bc"]; c.Reason != reasonOverload || math.Abs(c.PowerShed-10) > near {
		t.Errorf("overload of 10: %+v", c)
	}
	// The plants of E stand in for each other.
	if c := by["e"]; c.Reason != reasonNone || c.PowerShed != 0 {
		t.Errorf("unit: %+v", c)
	}
	if !x.Ties[3].Bridge || x.Ties[0].Bridge {
		t.Errorf("bridges: %+v", x.Ties)
	}
	if x.Contingency[0].Element != "ac" {
		t.Errorf("the worst is %+v", x.Contingency[0])
	}
}

// Losses that are settled without solving would come to the same if solved.
func TestLossesSettledWithoutSolving(t *testing.T) {
	ctx := context.Background()
	skipped := 0
	for seed := range uint64(6) {
		s := randomSpec(rng(400+seed), 6, 2, seed%2 == 0)
		for i := range s.Plants { // enough of everything, so that some losses are harmless
			s.Plants[i].Capacity = mw(2 * s.Plants[i].Capacity.Central)
		}
		b := prepare(t, s)
		d := solved(t, b)
		for _, part := range b.peaks {
			run, err := d.open(ctx, part)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range d.losses(part.k) {
				x := run.incident(l)
				if x.needs {
					continue
				}
				skipped++
				at, err := run.run(ctx, x.limits, x.free)
				if err != nil {
					t.Fatal(err)
				}
				if v := run.value(at); v > run.base*(1+1e-6)+1e-6 {
					t.Errorf("seed %d: loss of %s was said to be harmless, it costs %v against %v", seed, l.id, v, run.base)
				}
			}
			run.close()
		}
	}
	if skipped < 20 {
		t.Errorf("only %d losses were settled without solving", skipped)
	}
}

// The shortage of a zone is held by a cut: what is needed, less what the inside gives
// and what the cut brings, is what is shed.
func TestCutHolds(t *testing.T) {
	for seed := range uint64(4) {
		s := randomSpec(rng(500+seed), 7, 2, true)
		for i := range s.Ties {
			s.Ties[i].Loss = plain(0)
		}
		b := prepare(t, s)
		d := solved(t, b)
		var out Detail
		d.shortages(&out)
		found := 0
		for _, x := range out.Shortages {
			if x.Carrier != Power {
				continue
			}
			found++
			k := b.net.block[x.Block]
			in, sent, shed := 0., 0., 0.
			for _, c := range x.Cut {
				in += c.Flow
				if c.Flow < c.Limit*(1-1e-6) && b.net.Ties[b.net.tie[c.Element]].Coupling == HVDC && c.Flow > near {
					t.Errorf("seed %d: %s in %s is inside a cut with room: %+v", seed, x.Country, x.Block, c)
				}
			}
			inside := map[string]bool{}
			for _, z := range x.Inside {
				inside[z] = true
				i := b.net.zone[z]
				shed += d.unserved(i, Power, k)
				sent += d.x[b.prog.spill[i][k]]
				if j := b.prog.elec[i][k]; j >= 0 {
					sent += d.x[j]
				}
			}
			d.ways(Power, k, func(from, to int, kind, id string, flow, limit float64) {
				if inside[b.net.Zones[from].ID] && !inside[b.net.Zones[to].ID] {
					sent += flow
				}
			})
			if math.Abs(x.Own+in+shed-x.Need-sent) > 1e-4 {
				t.Errorf("seed %d: %s in %s: own %v + in %v + shed %v is not need %v + sent %v", seed, x.Country, x.Block, x.Own, in, shed, x.Need, sent)
			}
		}
		if found == 0 {
			t.Errorf("seed %d: no shortage", seed)
		}
	}
}

// Three measures of dependence: a share of the flow, what is shed, what can be
// replaced.
func TestDependence(t *testing.T) {
	s := gasToy()
	s.Contracts[2].Price, s.Contracts[3].Price = plain(110), plain(70) // az_ge, ru_ge
	b := prepare(t, s.Spec)
	x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Dependence{}
	for _, r := range x.Dependence {
		by[r.Consumer+" "+r.Origin] = r
	}
	am, ge := by["AM RU"], by["GE RU"]
	same(t, "share of AM", am.FlowShare, 1)
	same(t, "shed in AM", am.Shed, 5*0.365)
	same(t, "substitutable in AM", am.Substitutable, 1./6)
	same(t, "share of GE", ge.FlowShare, 1)
	same(t, "shed in GE", ge.Shed, 0) // Azerbaijan steps in: a question of price
	same(t, "substitutable in GE", ge.Substitutable, 1)
	if ge.Cost <= 0 {
		t.Errorf("the other gas is dearer, the cost changes by %v", ge.Cost)
	}
}
