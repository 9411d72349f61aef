package assign_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
)

// Two routes with times 10 + v/10 and 15 + v/20, demand 100, by hand:
// equilibrium 10 + v/10 = 15 + (100-v)/20 gives v = 200/3 at time 50/3;
// optimum 10 + v/5 = 15 + (100-v)/10 gives v = 50 at total cost 1625.
func twoRoutes(t failer) *assign.Problem {
	return one(network(t, 2, 2, []link{linear(0, 1, 10, 0.1), linear(0, 1, 15, 0.05)}),
		demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 100}))
}

func TestTwoRoutes(t *testing.T) {
	p := twoRoutes(t)
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "equilibrium volume", r.Volume[0], 200.0/3, 1e-10)
	near(t, "equilibrium time", r.Time[1], 50.0/3, 1e-10)
	near(t, "TSTT", r.TSTT, 5000.0/3, 1e-10)
	// 10 v + v^2/20 and 15 w + w^2/40 at v = 200/3, w = 100/3.
	near(t, "objective", r.Objective, 2000.0/3+40000.0/180+500+10000.0/360, 1e-10)
	r = solve(t, p, assign.Settings{Method: assign.Optimum, Gap: 1e-12})
	near(t, "optimal volume", r.Volume[0], 50, 1e-10)
	near(t, "optimal cost", r.TSTT, 1625, 1e-10)
	near(t, "objective of the optimum", r.Objective, 1625, 1e-10)
	r = solve(t, p, assign.Settings{Method: assign.AllOrNothing})
	near(t, "all-or-nothing volume", r.Volume[0], 100, 0)
	near(t, "all-or-nothing cost", r.TSTT, 1000, 0)
	near(t, "all-or-nothing gap", r.RelativeGap, 0, 1e-15)
	for _, m := range []assign.Method{assign.FrankWolfe, assign.Averages} {
		r = solve(t, p, assign.Settings{Method: m, Gap: 1e-5, Iterations: 100000})
		if !r.Converged {
			t.Errorf("%s: gap %g after %d iterations", m, r.RelativeGap, len(r.Iterations))
		}
		near(t, string(m)+" volume", r.Volume[0], 200.0/3, 1e-3)
	}
}

// Demand that reacts. Linear: q = 100 (1 - 0.05 (u - 10)) with u = 10 + q/10
// gives q = 200/3. Exponential: q = 100 exp(-s (u - 10)) with s = ln 2 / 5 gives
// q = 50 at u = 15.
func TestElasticDemand(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 10, 0.1)})
	for _, c := range []struct {
		name    string
		elastic assign.Elastic
		want    float64
	}{
		{"linear", assign.Elastic{Slope: 0.05, Reference: []float64{10}}, 200.0 / 3},
		{"exponential", assign.Elastic{Exponential: true, Slope: math.Ln2 / 5, Reference: []float64{10}}, 50},
		{"choked off", assign.Elastic{Slope: 1, Reference: []float64{8}}, 0},
	} {
		p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 100}))
		p.Classes[0].Elastic = &c.elastic
		r := solve(t, p, assign.Settings{Gap: 1e-12})
		if !r.Converged {
			t.Errorf("%s: gap %g", c.name, r.RelativeGap)
		}
		near(t, c.name+" volume", r.Volume[0], c.want, 1e-9)
		near(t, c.name+" served", r.Served[0][0], c.want, 1e-9)
		conserved(t, r, 1e-12)
	}
}

// Elastic demand on two routes: one equilibrium of routes and volume at once.
// u = 10 + v/10 = 15 + w/20 and v + w = q = 200 - 6 u, so v = 10 u - 100,
// w = 20 u - 300, 36 u = 600, u = 50/3, q = 100.
func TestElasticDemandOnTwoRoutes(t *testing.T) {
	p := twoRoutes(t)
	p.Classes[0].Elastic = &assign.Elastic{Slope: 0.06, Reference: []float64{50.0 / 3}}
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "served", r.Served[0][0], 100, 1e-9)
	near(t, "volume", r.Volume[0], 200.0/3, 1e-9)
}

// Braess 1968 in its usual numbers: six units from 0 to 3 pay 83 each; a new
// link from 1 to 2 makes it 92 each. Times 10v are written 1e-8 (1 + 1e9 v).
func TestBraess(t *testing.T) {
	links := []link{
		{0, 1, 1e-8, 1e9, 1, 1}, linear(1, 3, 50, 1), linear(0, 2, 50, 1), {2, 3, 1e-8, 1e9, 1, 1},
	}
	trip := assign.Trip{From: 0, To: 3, Amount: 6}
	before := solve(t, one(network(t, 4, 4, links), demand(t, 4, trip)), assign.Settings{Gap: 1e-12})
	after := solve(t, one(network(t, 4, 4, append(links, linear(1, 2, 10, 1))), demand(t, 4, trip)), assign.Settings{Gap: 1e-12})
	near(t, "total before", before.TSTT, 6*83, 1e-7)
	near(t, "total after", after.TSTT, 6*92, 1e-7)
	near(t, "flow on the new link", after.Volume[4], 2, 1e-7)
	best := solve(t, one(network(t, 4, 4, append(links, linear(1, 2, 10, 1))), demand(t, 4, trip)), assign.Settings{Method: assign.Optimum, Gap: 1e-12})
	near(t, "optimum with the new link", best.TSTT, 6*83, 1e-7) // it stays empty
}

// Three parallel links with limits 400, 100, 50 at 20, 10, 5 USD/t and demand
// 450: the cheap ones fill up, 300 take the first. One more tonne of the second
// would save 20 - 10, of the third 20 - 5.
func TestHardLimits(t *testing.T) {
	n := network(t, 2, 2, []link{linear(0, 1, 20, 0), linear(0, 1, 10, 0), linear(0, 1, 5, 0)})
	n.Limit = []float64{400, 100, 50}
	r := solve(t, one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 450})), assign.Settings{Gap: 1e-10})
	if !r.Converged {
		t.Fatalf("not converged: gap %g, excess %g", r.RelativeGap, r.Excess)
	}
	for l, want := range []struct{ volume, price float64 }{{300, 0}, {100, 10}, {50, 15}} {
		near(t, "volume", r.Volume[l], want.volume, 1e-7)
		near(t, "shadow price", r.Price[l], want.price, 1e-7)
	}
	near(t, "cost", r.TSTT, 300*20+100*10+50*5, 1e-7)
	near(t, "objective", r.Objective, r.TSTT, 1e-12)

	_, err := assign.Solve(context.Background(), one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 600})), assign.Settings{})
	var infeasible *assign.InfeasibleError
	if !errors.As(err, &infeasible) {
		t.Fatalf("600 over limits of 550: %v", err)
	}
	if infeasible.Carried != 550 || len(infeasible.Cut) != 3 || infeasible.Demand != 600 {
		t.Errorf("proof is %+v, want a cut of three links that carries 550", infeasible)
	}
	// With elastic demand it is feasible: the price rises until 550 are left.
	// q = 600 (1 - (u - 20)/100): 550 at u = 20 + 100/12.
	p := one(n, demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 600}))
	p.Classes[0].Elastic = &assign.Elastic{Slope: 0.01, Reference: []float64{20}}
	r = solve(t, p, assign.Settings{Gap: 1e-10})
	near(t, "served", r.Served[0][0], 550, 1e-7)
	near(t, "price of the dearest", r.Price[0], 100.0/12, 1e-6)
}

// A limit under congestion: times 10 + v/10 and 15 + v/20, the first limited to
// 50, so the second takes 50 at 17.5 against 15 and the price is 2.5.
func TestHardLimitUnderCongestion(t *testing.T) {
	p := twoRoutes(t)
	p.Network.Limit = []float64{50, math.Inf(1)}
	r := solve(t, p, assign.Settings{Gap: 1e-11})
	if !r.Converged {
		t.Fatalf("not converged: gap %g, excess %g", r.RelativeGap, r.Excess)
	}
	near(t, "volume", r.Volume[0], 50, 1e-7)
	near(t, "price", r.Price[0], 2.5, 1e-6)
}

// The time of each link also depends on the other's volume: 10 + (v + w/2)/10 =
// 15 + (w + v/4)/20 with v + w = 100 gives v = 5/0.0875.
func TestDiagonalisation(t *testing.T) {
	p := twoRoutes(t)
	p.Network.Influences = []assign.Influence{{On: 0, From: 1, Weight: 0.5}, {On: 1, From: 0, Weight: 0.25}}
	r := solve(t, p, assign.Settings{Gap: 1e-10})
	if !r.Converged {
		t.Fatalf("gap %g after %d turns", r.RelativeGap, len(r.Iterations))
	}
	near(t, "volume", r.Volume[0], 5/0.0875, 1e-7)
	if !strings.Contains(r.Statement, "fixed point by diagonalisation") || !strings.Contains(r.Statement, "link 0 depends on the volume of link 1") {
		t.Errorf("the statement does not say what was solved: %q", r.Statement)
	}
	if !math.IsNaN(r.Objective) {
		t.Errorf("an objective where there is none: %v", r.Objective)
	}
	if _, err := assign.Solve(context.Background(), p, assign.Settings{Method: assign.Optimum}); err == nil {
		t.Error("a system optimum of asymmetric costs passes")
	}
}

// Two classes feel the delay of the two links in different proportion. Class b
// feels none of it on link 1 and pays 20 on link 0: it takes link 1 alone. Class
// a sees 10 + v0/10 against 15 + (w + 30)/20 with v0 + w = 70: v0 = 10/0.15.
func TestDiagonalisationOfClasses(t *testing.T) {
	p := twoRoutes(t)
	a := assign.Class{Name: "a", Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 70})}
	b := assign.Class{Name: "b", Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 30}), Scale: []float64{2, 1e-9}}
	p.Classes = []assign.Class{a, b}
	r := solve(t, p, assign.Settings{Gap: 1e-10})
	if !r.Converged {
		t.Fatalf("gap %g after %d turns", r.RelativeGap, len(r.Iterations))
	}
	near(t, "class a on link 0", r.ClassFlow[0][0], 10/0.15, 1e-6)
	near(t, "class b on link 0", r.ClassFlow[1][0], 0, 1e-9)
	conserved(t, r, 1e-12)
	// Times are common, costs are each class's own.
	v0 := 10 / 0.15
	near(t, "time of link 0", r.Time[0], 10+v0/10, 1e-7)
	near(t, "time of link 1", r.Time[1], 15+(100-v0)/20, 1e-7)
	for k, want := range []float64{10 + v0/10, 1e-9 * (15 + (100-v0)/20)} {
		s, err := r.Skims(k)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "cost of a class", s.Cost[1], want, 1e-7)
	}
	near(t, "total cost", r.TSTT, 70*(10+v0/10), 1e-5)
	if !strings.Contains(r.Statement, "there may be other equilibria") {
		t.Errorf("the statement does not say that there may be others: %q", r.Statement)
	}
	p.Network.Limit = []float64{50, math.Inf(1)}
	if _, err := assign.Solve(context.Background(), p, assign.Settings{}); err == nil || !strings.Contains(err.Error(), "cannot share the price of a hard limit") {
		t.Errorf("a limit shared by classes solved one by one: %v", err)
	}
}

// Where influences are weaker than what a link does to itself, the statement says
// that the equilibrium stands alone; where they are stronger, that it need not.
func TestDiagonalisationSaysWhetherThereMayBeOthers(t *testing.T) {
	for _, c := range []struct {
		weight float64
		want   string
	}{{0.5, "no other equilibrium is near"}, {1.5, "there may be other equilibria"}} {
		p := twoRoutes(t)
		p.Network.Influences = []assign.Influence{{On: 0, From: 1, Weight: c.weight}, {On: 1, From: 0, Weight: c.weight}}
		if r := solve(t, p, assign.Settings{Gap: 1e-8}); !strings.Contains(r.Statement, c.want) {
			t.Errorf("weight %v: %q", c.weight, r.Statement)
		}
	}
}

// Elastic demand under asymmetric costs: times 10 + (v + w/2)/10 on the one way and
// nothing else, q = 100 (1 - 0.05 (u - 10)) and w = 20 on a way of its own:
// u = 11 + q/10, q = 100 (1 - 0.05 (1 + q/10)), q = 95/1.5.
func TestElasticDiagonalisation(t *testing.T) {
	n := network(t, 4, 4, []link{linear(0, 1, 10, 0.1), linear(2, 3, 5, 0)})
	n.Influences = []assign.Influence{{On: 0, From: 1, Weight: 0.5}}
	p := &assign.Problem{Network: n, Classes: []assign.Class{
		{Name: "elastic", Demand: demand(t, 4, assign.Trip{From: 0, To: 1, Amount: 100}), Elastic: &assign.Elastic{Slope: 0.05, Reference: []float64{10}}},
		{Name: "fixed", Demand: demand(t, 4, assign.Trip{From: 2, To: 3, Amount: 20})},
	}}
	r := solve(t, p, assign.Settings{Gap: 1e-10})
	if !r.Converged {
		t.Errorf("gap %g", r.RelativeGap)
	}
	q := 95 / 1.5
	near(t, "served", r.Served[0][0], q, 1e-7)
	near(t, "total cost", r.TSTT, q*(11+q/10)+20*5, 1e-7)
}

// A system optimum of classes that feel delay otherwise than by the room they take
// says what it is the least of.
func TestOptimumOfUnlikeClasses(t *testing.T) {
	p := twoRoutes(t)
	d := p.Classes[0].Demand
	for _, c := range []struct {
		second assign.Class
		said   bool
	}{
		{assign.Class{Name: "b", Demand: d}, false},
		{assign.Class{Name: "b", Demand: d, Equivalent: 2}, true},
		{assign.Class{Name: "b", Demand: d, Equivalent: 2, Scale: []float64{2, 2}}, false},
	} {
		p.Classes = []assign.Class{{Name: "a", Demand: d}, c.second}
		r := solve(t, p, assign.Settings{Method: assign.Optimum})
		if said := strings.Contains(r.Statement, "weighed otherwise it would not be convex"); said != c.said {
			t.Errorf("equivalent %v, scale %v: %q", c.second.Equivalent, c.second.Scale, r.Statement)
		}
	}
}

// Two classes with a toll of 2 on link 0. Class 1 counts double and does not mind
// the toll, class 0 minds it fully. By hand: times 10 + v/10 and 15 + w/20,
// v + w = 100. If class 1 (volume 60) shared both links, v = 200/3 > 60: so all
// 60 of class 1 take link 0, and of class 0 (40) so many that 12 + v/10 =
// 15 + w/20: v = 80/1.5 = 53.3 < 60, so none do.
func TestTwoClasses(t *testing.T) {
	p := twoRoutes(t)
	p.Network.Toll = []float64{2, 0}
	p.Classes = []assign.Class{
		{Name: "payer", TollFactor: 1, Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 40})},
		{Name: "heavy", Equivalent: 2, Demand: demand(t, 2, assign.Trip{From: 0, To: 1, Amount: 30})},
	}
	r := solve(t, p, assign.Settings{Gap: 1e-12})
	near(t, "payer on link 0", r.ClassFlow[0][0], 0, 1e-9)
	near(t, "heavy on link 0", r.ClassFlow[1][0], 30, 1e-9)
	near(t, "volume of link 0", r.Volume[0], 60, 1e-9)
	if !strings.Contains(r.Statement, "convex") {
		t.Errorf("statement %q", r.Statement)
	}
}

// A limit beside an influence: times 10 + (v + w/2)/10 and 15 + w/20, the first
// limited to 20 of 100. Then w = 80, times 16 and 19: the limit is worth 3.
func TestHardLimitWithInfluence(t *testing.T) {
	p := twoRoutes(t)
	p.Network.Influences = []assign.Influence{{On: 0, From: 1, Weight: 0.5}}
	p.Network.Limit = []float64{20, math.Inf(1)}
	r := solve(t, p, assign.Settings{Gap: 1e-10})
	if !r.Converged {
		t.Errorf("not converged: gap %g, excess %g", r.RelativeGap, r.Excess)
	}
	near(t, "volume", r.Volume[0], 20, 1e-7)
	near(t, "shadow price", r.Price[0], 3, 1e-6)
	p.Network.Preload = []float64{10, 30} // times 10 + (10 + v + (30 + w)/2)/10 = 18.5 and 15 + (30 + w)/20 = 20.5
	r = solve(t, p, assign.Settings{Gap: 1e-10})
	near(t, "volume beside other traffic", r.Volume[0], 20, 1e-7)
	near(t, "shadow price beside other traffic", r.Price[0], 2, 1e-6)
}
