package assign

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/graph/hierarchy"
)

// Method names a way to assign.
type Method string

// The methods.
const (
	AllOrNothing Method = "aon" // cheapest ways at the costs of no demand
	Equilibrium  Method = "ue"  // nobody can save by changing way
	Optimum      Method = "so"  // least total cost of all
	Biconjugate  Method = "bfw" // equilibrium by link flows and conjugate directions: keeps no ways
	FrankWolfe   Method = "fw"  // equilibrium by link flows with line search, for comparison
	Averages     Method = "msa" // equilibrium by successive averages, for comparison
	Recursive    Method = "rl"  // recursive logit at the costs of no demand
	Stochastic   Method = "sue" // recursive logit in equilibrium
)

// Methods lists them all.
func Methods() []Method {
	return []Method{AllOrNothing, Equilibrium, Optimum, Biconjugate, FrankWolfe, Averages, Recursive, Stochastic}
}

// Defaults of [Settings].
const (
	DefaultGap        = 1e-6
	DefaultIterations = 1000
	// DefaultLimitTolerance is the largest relative excess over a hard limit.
	DefaultLimitTolerance = 1e-9
)

// Settings steer a solve. The zero value of each field means its default.
type Settings struct {
	Method         Method  // default Equilibrium
	Gap            float64 // stop at this relative gap; default DefaultGap
	Iterations     int     // most sweeps; default DefaultIterations
	Workers        int     // goroutines of a sweep; default GOMAXPROCS; changes no bit
	Theta          float64 // dispersion per unit of cost, for rl and sue; required there
	LimitTolerance float64 // default DefaultLimitTolerance
	// Order, when set, is the elimination order of the problem's topology, made by
	// [Prepare]; without it the solve makes its own. It changes no bit.
	Order *Order
	// Warm, when set, is the result to start from: of ue or so on the same graph,
	// with zones at the same nodes, as many classes, and no node barred that its ways
	// may pass. Times, capacities, closed links, tolls and demand may differ. Its
	// order serves when Order is nil. The solve ends at the same gap as without it, at
	// other bits. Asymmetric costs begin afresh, which Statement says.
	Warm *Result
	// Each, when set, is called after every iteration, in order, from the
	// goroutine of the solve.
	Each func(Iteration)
}

// Iteration is one row of the convergence table.
type Iteration struct {
	Iteration int     `json:"iteration"`
	Gap       float64 `json:"gap"` // relative gap; for sue the relative residual of volumes
	Objective float64 `json:"objective,omitempty"`
	Routes    int     `json:"routes,omitempty"`       // ways with flow or just found
	Over      float64 `json:"over_limit,omitempty"`   // largest relative excess over a hard limit
	Outer     int     `json:"outer_step,omitempty"`   // step of the loop around: prices of limits, diagonalisation
	Change    float64 `json:"outer_change,omitempty"` // largest relative change of a volume in that loop
}

// Unreachable is demand between zones without a way for the class.
type Unreachable struct {
	Class  string  `json:"class"`
	From   int     `json:"from"` // zone, from 0
	To     int     `json:"to"`
	Demand float64 `json:"demand"`
}

// Result is a solved problem. Volumes are in equivalents, flows in the units of
// the class's demand.
type Result struct {
	Problem  *Problem
	Settings Settings
	// Statement says in words what was solved: which programme, or which fixed
	// point and why no programme exists.
	Statement   string
	Converged   bool
	Objective   float64 // value of the programme; of sue and fixed points NaN
	RelativeGap float64
	// TSTT is the total generalised cost in time, shadow prices left out. The cost of
	// a class is divided by its Scale on congested links, so that it is in the time of
	// clocks; where that differs between them it is as the class feels it.
	TSTT       float64
	Iterations []Iteration
	Volume     []float64   // by link, Preload not counted
	TurnVolume []float64   // by entry of Network.Turns; 0 for those at nodes that may not be passed
	Time       []float64   // by link, at Volume and Preload, whatever classes feel
	ClassFlow  [][]float64 // by class and link
	Price      []float64   // shadow price of each limit, in time for one unit of volume; nil without limits
	Served     [][]float64 // by class and pair in the order of Demand.Trips
	// Logsum is the expected cost by class and pair of recursive logit methods,
	// +Inf where there is no way.
	Logsum      [][]float64
	Unreachable []Unreachable
	Excess      float64 // largest relative excess over a limit

	m      *model
	ps     *pairs
	r      *routes     // nil for methods that keep no ways
	solved *solved     // what a solve that begins with this one starts from; nil where no equilibrium was settled
	late   *lateRoutes // of methods that find the ways afterwards

	inner *Result // the result on the network taken apart, where there are turns
}

func (s Settings) withDefaults() Settings {
	if s.Method == "" {
		s.Method = Equilibrium
	}
	if s.Gap == 0 {
		s.Gap = DefaultGap
	}
	if s.Iterations == 0 {
		s.Iterations = DefaultIterations
	}
	if s.Workers < 1 {
		s.Workers = runtime.GOMAXPROCS(0)
	}
	if s.LimitTolerance == 0 {
		s.LimitTolerance = DefaultLimitTolerance
	}
	return s
}

// Order is what a solve works out from the topology alone. One serves all
// problems on the same graph with the same nodes barred and turns listed at the
// same nodes, at the same time too.
type Order struct {
	g         *graph.Graph
	noThrough []bool
	h         *hierarchy.Hierarchy
	err       error

	turns *expansion // nil without turns
	inner *Order     // of the network taken apart
}

// Prepare orders the topology of a network. A graph too dense to be ordered is
// told by [Solve], as a [*hierarchy.DenseError].
func Prepare(n *Network) *Order {
	if len(n.Turns) > 0 {
		o := &Order{g: n.Graph, noThrough: slices.Clone(n.NoThrough)}
		if o.turns, o.err = expand(n); o.err == nil {
			o.inner = Prepare(&Network{Graph: o.turns.g, NoThrough: o.turns.noThrough})
			o.err = o.inner.err
		}
		return o
	}
	h, err := hierarchy.New(n.Graph, n.NoThrough)
	return &Order{g: n.Graph, noThrough: slices.Clone(n.NoThrough), h: h, err: err}
}

// fits says whether the order is of this network.
func (o *Order) fits(n *Network) bool {
	if (o.turns != nil) != (len(n.Turns) > 0) || o.turns != nil && !o.turns.fits(n) {
		return false
	}
	return o.g == n.Graph && slices.Equal(o.noThrough, n.NoThrough)
}

// prepared returns the settings with an order.
func (s Settings) prepared(p *Problem) Settings {
	switch {
	case s.Order != nil:
	case s.Warm != nil && s.Warm.Settings.Order.fits(p.Network):
		s.Order = s.Warm.Settings.Order
	default:
		s.Order = Prepare(p.Network)
	}
	return s
}

func (s Settings) check(p *Problem) error {
	var c checker
	known := false
	for _, m := range Methods() {
		known = known || m == s.Method
	}
	if !known {
		c.addf("unknown method %q, want one of %v", s.Method, Methods())
	}
	if !(s.Gap > 0) {
		c.addf("gap is %v, want above 0", s.Gap)
	}
	if s.Iterations < 1 {
		c.addf("at most %d iterations, want 1 or more", s.Iterations)
	}
	if !(s.LimitTolerance > 0) {
		c.addf("tolerance of limits is %v, want above 0", s.LimitTolerance)
	}
	if s.Order != nil && !s.Order.fits(p.Network) {
		c.addf("the order prepared ahead is of another topology")
	}
	if s.Warm != nil {
		if s.Method != Equilibrium && s.Method != Optimum {
			c.addf("method %s takes no warm start; ue and so do", s.Method)
		} else if why := warmFits(s.Warm, p); why != "" {
			c.addf("the result to start from does not fit: %s", why)
		}
	}
	logit := s.Method == Recursive || s.Method == Stochastic
	if logit && (!(s.Theta > 0) || math.IsInf(s.Theta, 1)) {
		c.addf("method %s needs a dispersion theta above 0, got %v", s.Method, s.Theta)
	}
	if s.Method != Equilibrium && s.Method != Optimum {
		for k := range p.Classes {
			if p.Classes[k].Elastic != nil {
				c.addf("class %d: method %s does not do elastic demand; ue and so do", k, s.Method)
			}
		}
		for l, x := range p.Network.Limit {
			if !math.IsInf(x, 1) {
				c.addf("link %d has a hard limit: method %s does not do limits; ue and so do", l, s.Method)
				break
			}
		}
	}
	ok, why := p.symmetric()
	switch {
	case ok || s.Method == AllOrNothing:
	case s.Method == Optimum:
		c.addf("the costs are asymmetric (%s): their total need not be convex, so no system optimum is looked for; ue is, by diagonalisation", why)
	case s.Method != Equilibrium:
		c.addf("the costs are asymmetric (%s): method %s does not do that; ue does, by diagonalisation", why, s.Method)
	case len(p.groups()) > 1 && slices.ContainsFunc(p.Network.Limit, func(x float64) bool { return !math.IsInf(x, 1) }):
		c.addf("the costs are asymmetric (%s), so classes are solved one by one and cannot share the price of a hard limit", why)
	}
	return c.err()
}

// Solve assigns the demand of p. It returns an [*InputError] for what is wrong
// with the problem or the settings, an [*InfeasibleError] when hard limits
// provably cannot carry the demand, a [*hierarchy.DenseError] for a graph without
// order, a [*SpectralError] when recursive logit has
// no solution, and the cause of ctx when that ended the work. Not to reach the
// gap is a result with Converged false, not an error.
func Solve(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(p.Network.Turns) > 0 {
		return solveTurns(ctx, p, s)
	}
	s = s.withDefaults()
	if err := s.check(p); err != nil {
		return nil, err
	}
	if s = s.prepared(p); s.Order.err != nil {
		return nil, fmt.Errorf("assign: %w", s.Order.err)
	}
	switch s.Method {
	case AllOrNothing:
		if ok, _ := p.symmetric(); !ok {
			r, err := loadOnce(ctx, p.constant(), s)
			if err == nil {
				r.Problem = p
			}
			return r, err
		}
		return loadOnce(ctx, p, s)
	case Biconjugate, FrankWolfe, Averages:
		return linkFlows(ctx, p, s)
	case Recursive, Stochastic:
		return solveRecursive(ctx, p, s)
	}
	if ok, why := p.symmetric(); !ok {
		return diagonalise(ctx, p, s, why)
	}
	return equilibrate(ctx, p, s)
}

func statementOf(p *Problem, s Settings) string {
	what := "user equilibrium: the minimum of Beckmann's convex programme"
	if s.Method == Optimum {
		what = "system optimum: the minimum of total cost, a convex programme, as an equilibrium under marginal costs"
	}
	for k := range p.Classes {
		if p.Classes[k].Elastic != nil {
			what += ", with elastic demand inside"
			break
		}
	}
	if p.Network.Limit != nil {
		what += ", with hard limits by augmented Lagrangian"
	}
	if len(p.Classes) > 1 {
		what += fmt.Sprintf("; %d classes, flows counted in equivalents", len(p.Classes))
	}
	if s.Method == Optimum && !p.alike() {
		what += ", and total cost is that of equivalents, each class's in its own unit of time: weighed otherwise it would not be convex"
	}
	return what
}

// loadOnce is all-or-nothing at the costs of Preload alone. It keeps link flows;
// the ways are found again if they are asked for.
func loadOnce(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	m, ps := compile(p, false), layPairs(p)
	w := newSweeper(m, ps, s)
	load := newLinkLoad(w)
	if err := w.loadLinks(ctx, load); err != nil {
		return nil, err
	}
	// The costs that count are those the ways were chosen at.
	total := m.costOf(load.flow)
	g := gap{total: total, least: load.least}
	res := &Result{Problem: p, Settings: s, m: m, ps: ps, Converged: true,
		Statement: "all-or-nothing: every pair on its cheapest way at the costs without the demand",
		Objective: total.value(), RelativeGap: g.relative(), TSTT: total.value(), Time: p.clock(m)}
	m.addFlows(load.flow)
	res.finish()
	res.setClassFlows(load.flow)
	res.late = &lateRoutes{find: func() (*routes, error) { return w.start(context.WithoutCancel(ctx), false) }}
	res.Iterations = []Iteration{{Iteration: 1, Gap: res.RelativeGap, Objective: res.Objective}}
	if s.Each != nil {
		s.Each(res.Iterations[0])
	}
	return res, nil
}

// lateRoutes finds the ways of a result when they are first asked for.
type lateRoutes struct {
	once sync.Once
	find func() (*routes, error)
	r    *routes
	err  error
}

// ways returns the routes of the result.
func (res *Result) ways() (*routes, error) {
	if res.late != nil {
		res.late.once.Do(func() { res.late.r, res.late.err = res.late.find() })
		return res.late.r, res.late.err
	}
	if res.r == nil {
		return nil, ErrNoRoutes
	}
	return res.r, nil
}

// finish fills the parts of a result that follow from the routes.
func (res *Result) finish() {
	m, ps, r, p := res.m, res.ps, res.r, res.Problem
	if len(p.Classes) == 1 {
		r = nil // all volume is of the one class
	}
	links := len(m.param)
	res.Volume = make([]float64, links)
	for l := range res.Volume {
		res.Volume[l] = math.Max(0, m.vol[l]-m.pre[l])
	}
	res.ClassFlow = make([][]float64, len(p.Classes))
	res.Served = make([][]float64, len(p.Classes))
	for k := range p.Classes {
		res.ClassFlow[k] = make([]float64, links)
		res.Served[k] = make([]float64, p.Classes[k].Demand.Pairs())
	}
	if len(p.Classes) == 1 {
		eq := p.Classes[0].equivalent()
		for l, v := range res.Volume {
			res.ClassFlow[0][l] = v / eq
		}
	}
	at := make([]int, len(p.Classes))
	for _, s := range ps.sources {
		c := &p.Classes[s.class]
		eq := c.equivalent()
		for i := s.first; i < s.last; i++ {
			k := at[s.class]
			at[s.class]++
			if ps.lost[i] {
				demand := c.Demand.amount[k]
				res.Unreachable = append(res.Unreachable, Unreachable{Class: c.Name, From: int(s.zone), To: int(ps.to[i]), Demand: demand})
				continue
			}
			res.Served[s.class][k] = ps.served(i) / eq
			if r == nil {
				continue
			}
			for q := r.first[i]; q < r.first[i+1]; q++ {
				f := r.flow[q] / eq
				for _, l := range r.way[q] {
					res.ClassFlow[s.class][l] += f
				}
			}
		}
	}
}
