package region

import (
	"context"
	"math"
	"strings"
	"testing"
)

// supplied is a zone that burns 10 mcm/d: 7 by a pipe of 8 that holds two strings of 4,
// the rest from stores that give 3 together, 2 of them one store.
func supplied(string, cavern float64) toy {
	s := newToy("A", "B")
	s.constant(ConstFirmGas, 300)
	s.constant(ConstStock, 450)
	s.heat("B", 10)
	s.Sources = []Source{{ID: "a", Zone: "A", Origin: "A", Capacity: bcm(10), Cost: plain(50)}}
	s.Pipes = []Pipe{{ID: "ab", From: "A", To: "B", Capacity: mcm(8)}}
	s.Contracts = []Contract{{ID: "ab", Origin: "A", Buyer: "B", Peak: mcm(7)}}
	s.Storages = []Storage{{ID: "s", Zone: "B", Working: bcm(2), Withdrawal: mcm(3)}}
	if string > 0 {
		s.Pipes[0].Unit = mcm(string)
	}
	if cavern > 0 {
		s.Storages[0].Unit = mcm(cavern)
	}
	return s
}

// What fails of a pipe of several strings and of a group of stores is the largest part
// of it, in the list of losses as in the formula of the EU.
func TestLossOfTheLargestPart(t *testing.T) {
	for _, x := range []struct{ string, cavern, pipe, store, formula float64 }{
		{0, 0, 7, 3, 3. / 10}, // the whole pipe; the whole group; 11 - 8 over 10
		{4, 2, 3, 2, 7. / 10}, // 4 of 7 still come; 1 of 3 is still given; 11 - 4 over 10
		{0.5, 2, 0, 2, 9. / 10},
	} {
		b := prepare(t, supplied(x.string, x.cavern).Spec)
		det, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]Contingency{}
		for _, c := range det.Contingency {
			by[c.Kind] = c
		}
		same(t, "pipe", by[lossPipe].GasShed, x.pipe)
		same(t, "store", by[lossStorage].GasShed, x.store)
		if part := strings.Contains(by[lossPipe].Words, "largest part"); part != (x.string > 0) {
			t.Errorf("string %g: %s", x.string, by[lossPipe].Words)
		}
		d := solved(t, b)
		same(t, "formula", d.formula([]int{1}), x.formula)
	}
}

// A loss that cuts a zone inside is counted there, not by what a zone at the boundary
// misses more; one that only cuts deliveries over the boundary names it.
func TestLossAtTheBoundary(t *testing.T) {
	s := newToy("A", "B", "X")
	s.Zones[2].Boundary = true
	s.heat("B", 2)
	s.heat("X", 9)
	s.Sources = []Source{{ID: "a", Zone: "A", Origin: "A", Capacity: bcm(10), Cost: plain(50)}}
	s.Pipes = []Pipe{{ID: "ab", From: "A", To: "B", Capacity: bcm(5)}, {ID: "bx", From: "B", To: "X", Capacity: bcm(5)}}
	b := prepare(t, s.Spec)
	det, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range det.Contingency {
		switch c.Element {
		case "ab":
			if c.Country != "B" || math.Abs(c.GasShed-2) > near {
				t.Errorf("ab: %+v", c)
			}
		case "bx":
			if c.Country != "X" || math.Abs(c.GasShed-9) > near {
				t.Errorf("bx: %+v", c)
			}
		}
	}
}

// Gas of another seller that lands at a port is paid once: under its contract.
func TestGasAtAPortIsPaidOnce(t *testing.T) {
	s := newToy("A")
	s.constant(ConstFirmGas, 900)
	s.heat("A", 4)
	s.Sources = []Source{{ID: "port", Zone: "A", Origin: "LNG", Capacity: bcm(2), Cost: plain(400)}, {ID: "own", Zone: "A", Origin: "A", Capacity: mcm(1), Cost: plain(50)}}
	s.Contracts = []Contract{{ID: "lng", Origin: "LNG", Buyer: "A", Price: plain(420)}}
	a := solved(t, prepare(t, s.Spec)).account([]int{0})
	same(t, "purchases, M USD", a.Purchases/1e6, 3*365*0.42)
	same(t, "production, M USD", a.GasProduction/1e6, 365*0.05)
	s.Contracts = nil // a pool: nobody is paid, the cost of what lands stays with who burns it
	a = solved(t, prepare(t, s.Spec)).account([]int{0})
	same(t, "production in a pool, M USD", a.GasProduction/1e6, 365*0.05+3*365*0.4)
}

// The largest unit of a country is not the loss that counts behind a narrow tie: every
// zone has its own.
func TestUnitsOfEveryZone(t *testing.T) {
	s := newToy("A", "B")
	s.Zones[1].Country = "A"
	s.load("A", 100)
	s.load("B", 60)
	s.plant("big", "A", 100, 5).Unit = mw(100)
	s.plant("rest", "A", 200, 6).Unit = mw(50)
	s.plant("small", "B", 50, 5).Unit = mw(50)
	s.tie("ab", "A", "B", AC, 20)
	s.Outcomes = []Outcome{{ID: "n1", Measure: N1Short, Country: "A"}}
	b := prepare(t, s.Spec)
	x, err := b.Solve(context.Background(), b.Resolve(Horizon, nil, nil), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "B without its unit, 20 of 60 MW by the tie", x.Outcomes[0], 40)
}
