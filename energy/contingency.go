package energy

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/astara-corridors/astara/internal/ldl"
	"github.com/astara-corridors/astara/internal/par"
)

// N1Options steer the screening of single outages.
type N1Options struct {
	Susceptance Susceptance
	// Rating is the rating that flows after an outage are held against: "C" (emergency,
	// the default), "B" or "A". A branch without that rating uses the next lower one, C
	// before B before A; how many did is in the notes.
	Rating string
	// MinChange is the least change of a branch's flow, as a share of its rating, for an
	// overload to count as caused by an outage; the screening is in MW, not in relative
	// factors. 0 is DefaultMinChange.
	MinChange float64
	// MinOverload is the least excess over a rating, MW, that is listed.
	MinOverload float64
	// Output, when not nil, is the output of each generator of the grid, MW (from a
	// dispatch); nil is the schedule of the grid itself.
	Output []float64
	// LinkFlow, when not nil, is the flow of each link of the grid, MW at the from side.
	LinkFlow []float64
	// Supply also screens the loss of each generator and link in service. What is lost is
	// made up by the other plants of the island in proportion to their room.
	Supply bool
	// Workers bounds the goroutines; it does not change the result. 0 is one a processor.
	Workers int
}

// DefaultMinChange is the share of a branch's rating below which a change of flow is
// noise next to the data: 1 %.
const DefaultMinChange = 0.01

// worthSaying is the share of an island's demand from which an imbalance of its schedule
// is mentioned; losses of AC schedules are a few percent and always there.
const worthSaying = 1e-6

// Overload is a branch above its rating after an outage.
type Overload struct {
	BranchEnd
	Before float64 `json:"before_mw"`
	After  float64 `json:"after_mw"`
	Rating float64 `json:"rating_mw"`
}

// Lost is what an outage of a bridge cuts off: the side without the reference. For a
// generator or link only Output, Deficit and Unserved are set: what it gave, and what the
// other plants cannot make up for.
type Lost struct {
	Buses  int     `json:"buses"`
	Some   string  `json:"some"` // names of a few
	Demand float64 `json:"demand_mw"`
	Output float64 `json:"output_mw"` // what its generators gave before
	// Deficit is what the bridge brought in, MW; below 0 it took power out.
	Deficit float64 `json:"deficit_mw"`
	// Unserved is demand beyond the largest output of the generators left on the cut-off
	// side: it is lost whatever is done there.
	Unserved float64 `json:"unserved_mw"`
}

// Contingency is the loss of one part: a branch, or a generator or link where those are
// screened. A generator has its bus at both ends.
type Contingency struct {
	Kind string `json:"kind"` // "branch", "generator" or "link"
	BranchEnd
	Flow      float64    `json:"flow_mw"` // before
	Bridge    bool       `json:"bridge"`
	Lost      *Lost      `json:"lost,omitempty"`
	Overloads []Overload `json:"overloads,omitempty"` // largest excess first
	Worst     float64    `json:"worst_excess_mw"`
	Words     string     `json:"words"`
}

// N1Report is a screening.
type N1Report struct {
	Format      int         `json:"format"`
	Kind        string      `json:"kind"` // "n1"
	Grid        string      `json:"grid"`
	Susceptance Susceptance `json:"susceptance"`
	Dispatch    string      `json:"dispatch"` // "schedule" or "given"
	Rating      string      `json:"rating"`
	MinChange   float64     `json:"min_change"`
	MinOverload float64     `json:"min_overload_mw"`
	Supply      bool        `json:"supply"` // generators and links were screened too
	Screened    int         `json:"screened"`
	Bridges     int         `json:"bridges"`
	Secure      int         `json:"secure"` // outages without overload and without lost demand
	Base        []Overload  `json:"base_overloads"`
	// Contingencies are those that are not secure, by unserved demand, then deficit, then
	// excess.
	Contingencies []Contingency `json:"contingencies"`
	Islands       []Island      `json:"islands"`
	Notes         []string      `json:"notes"`
	Run           Run           `json:"run"`
}

// N1 screens the loss of every branch in service. Flows after the loss of c are
// f_l + LODF_lc f_c; a bridge has no factor: its loss splits the grid, and the report
// says what lies behind it. One solve an outage on one factorisation, spread over
// goroutines, each writing its own slot. Errors as for [Flow].
//
// The screening is static: it neither redispatches nor follows a cascade.
func N1(ctx context.Context, g *Grid, opt N1Options) (*N1Report, error) {
	begin := time.Now()
	var err error
	if opt.Susceptance, err = ParseSusceptance(string(opt.Susceptance)); err != nil {
		return nil, err
	}
	if opt.MinChange == 0 {
		opt.MinChange = DefaultMinChange
	}
	if opt.Rating == "" {
		opt.Rating = "C"
	}
	if !slices.Contains([]string{"A", "B", "C"}, opt.Rating) {
		return nil, fmt.Errorf("energy: rating is %q, not A, B or C", opt.Rating)
	}
	if opt.Output != nil && len(opt.Output) != len(g.Generators) {
		return nil, fmt.Errorf("energy: %d outputs for %d generators", len(opt.Output), len(g.Generators))
	}
	if opt.LinkFlow != nil && len(opt.LinkFlow) != len(g.Links) {
		return nil, fmt.Errorf("energy: %d flows for %d links", len(opt.LinkFlow), len(g.Links))
	}
	r := &N1Report{Format: Format, Kind: "n1", Grid: g.Name, Susceptance: opt.Susceptance, Dispatch: "schedule", Rating: opt.Rating, MinChange: opt.MinChange, MinOverload: opt.MinOverload, Supply: opt.Supply, Base: []Overload{}, Contingencies: []Contingency{}}
	if opt.Output != nil || opt.LinkFlow != nil {
		g, r.Dispatch = g.Scheduled(opt.Output, opt.LinkFlow), "given"
	}
	n, err := newNetwork(g, opt.Susceptance)
	if err != nil {
		return nil, err
	}
	if err := n.factorise(); err != nil {
		return nil, err
	}
	r.Notes, r.Islands = n.notes(), n.describe()
	injection := n.schedule(r.Islands)
	for _, x := range r.Islands {
		if x.Unserved > shedSlack*max(x.Demand, 1) {
			r.Notes = append(r.Notes, fmt.Sprintf("before any outage %s of the island of bus %s goes unserved: it has no plants", megawatts(x.Unserved), x.Reference))
		}
		if math.Abs(x.Spread) > worthSaying*max(x.Demand, 1) {
			r.Notes = append(r.Notes, fmt.Sprintf("the schedule of the island of bus %s is off balance by %s, spread over its plants by their largest output", x.Reference, megawatts(x.Spread)))
		}
	}
	flow, _, _ := n.solve(injection, n.factor.NewWork())
	rating, other := n.ratings(opt.Rating)
	if other > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s no rating %s and were held against the next one down", plural(other, "branch has", "branches have"), opt.Rating))
	}
	for k, f := range flow {
		if over := math.Abs(f) - rating[k]; over > ratingSlack*rating[k] && over >= opt.MinOverload {
			r.Base = append(r.Base, Overload{n.end(k), f, f, rating[k]})
		}
	}
	bridge, enter, leave, child := n.bridges()
	// Tasks: every branch in service, then every generator, then every link.
	units, links := n.supplies(opt.Supply)
	found := make([]*Contingency, len(n.b)+len(units)+len(links))
	supply := &supplyLoss{n.newResponse(r.Islands), flow, rating, &opt}
	works := make([]*outageWork, workersFor(opt.Workers))
	err = par.Do(ctx, len(works), len(found), func(worker, c int) error {
		if works[worker] == nil {
			works[worker] = &outageWork{n.factor.NewWork(), make([]float64, n.factor.N()), make([]float64, len(n.b))}
		}
		w := works[worker]
		switch {
		case c >= len(n.b)+len(units):
			found[c] = supply.link(links[c-len(n.b)-len(units)], w.ldl)
		case c >= len(n.b):
			found[c] = supply.generator(units[c-len(n.b)], w.ldl)
		case bridge[c]:
			found[c] = n.behind(c, flow[c], child[c], enter, leave, injection)
		default:
			n.outage(c, w.angle, w.column, w.ldl)
			found[c] = n.overloads(c, w.column, flow, rating, &opt)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for c, x := range found {
		r.Screened++
		if c < len(bridge) && bridge[c] {
			r.Bridges++
		}
		if x == nil {
			r.Secure++
			continue
		}
		r.Contingencies = append(r.Contingencies, *x)
	}
	slices.SortStableFunc(r.Contingencies, rank)
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// outageWork is the scratch space of a goroutine.
type outageWork struct {
	ldl           *ldl.Work
	angle, column []float64
}

// supplies lists the generators and links in service; none unless wanted.
func (n *network) supplies(wanted bool) (units, links []int) {
	if !wanted {
		return nil, nil
	}
	for k, x := range n.g.Generators {
		if !x.Out && n.live[x.Bus] {
			units = append(units, k)
		}
	}
	for k, x := range n.g.Links {
		if !x.Out && n.live[x.From] && n.live[x.To] {
			links = append(links, k)
		}
	}
	return units, links
}

// rank puts the gravest outage first.
func rank(a, b Contingency) int {
	lost := func(c *Contingency) (unserved, deficit float64) {
		if c.Lost == nil {
			return 0, 0
		}
		return c.Lost.Unserved, math.Abs(c.Lost.Deficit)
	}
	ua, da := lost(&a)
	ub, db := lost(&b)
	if c := cmp.Compare(ub, ua); c != 0 {
		return c
	}
	return cmp.Compare(max(db, b.Worst), max(da, a.Worst))
}

func (n *network) end(k int) BranchEnd {
	x := n.report(k, 0)
	return BranchEnd{x.ID, x.From, x.To}
}

// ratings returns the rating that applies to each branch, infinite when there is none,
// and how many use another than asked for.
func (n *network) ratings(which string) (rating []float64, other int) {
	rating = make([]float64, len(n.b))
	for k := range rating {
		br := &n.g.Branches[n.branch[k]]
		steps := []float64{br.RateC, br.RateB, br.RateA}[slices.Index([]string{"C", "B", "A"}, which):]
		rating[k] = math.Inf(1)
		for s, x := range steps {
			if x > 0 {
				rating[k] = x
				if s > 0 {
					other++
				}
				break
			}
		}
	}
	return rating, other
}

// overloads lists what the loss of c overloads; nil when nothing.
func (n *network) overloads(c int, column, flow, rating []float64, opt *N1Options) *Contingency {
	var out *Contingency
	fc := flow[c]
	for l, factor := range column {
		change := factor * fc
		after := flow[l] + change
		over := math.Abs(after) - rating[l]
		if over <= ratingSlack*rating[l] || over < opt.MinOverload || l == c || math.Abs(change) < opt.MinChange*rating[l] || math.Abs(after) <= math.Abs(flow[l]) {
			continue
		}
		if out == nil {
			out = &Contingency{Kind: "branch", BranchEnd: n.end(c), Flow: fc}
		}
		out.Overloads = append(out.Overloads, Overload{n.end(l), flow[l], after, rating[l]})
	}
	if out == nil {
		return nil
	}
	excess := func(o Overload) float64 { return math.Abs(o.After) - o.Rating }
	slices.SortStableFunc(out.Overloads, func(a, b Overload) int { return cmp.Compare(excess(b), excess(a)) })
	w := out.Overloads[0]
	out.Worst = excess(w)
	out.Words = fmt.Sprintf("without %s-%s, %s above the rating; worst %s-%s with %s of %s", out.From, out.To, plural(len(out.Overloads), "branch is", "branches are"), w.From, w.To, megawatts(math.Abs(w.After)), megawatts(w.Rating))
	return out
}

// behind says what the loss of bridge c cuts off; nil when the cut-off side neither
// demands nor gives anything.
func (n *network) behind(c int, flow float64, child int32, enter, leave []int32, injection []float64) *Contingency {
	island := n.island[child]
	inside := func(i int32) bool { return enter[i] >= enter[child] && enter[i] < leave[child] }
	// The side away from the reference; the subtree below the bridge or its complement.
	subtree := !inside(n.islands[island].reference)
	cut := func(i int) bool { return n.island[i] == island && inside(int32(i)) == subtree }
	lost := &Lost{}
	var names []string
	net := 0.0
	for i := range n.live {
		if cut(i) {
			lost.Buses++
			lost.Demand += n.g.Buses[i].Shunt
			net += injection[i]
			if len(names) < mostNames {
				names = append(names, n.g.Buses[i].ID)
			}
		}
	}
	capacity := 0.0
	for _, d := range n.g.Loads {
		if cut(d.Bus) {
			lost.Demand += d.Demand
		}
	}
	for _, x := range n.g.Generators {
		if !x.Out && cut(x.Bus) {
			capacity += max(x.Pmax, 0)
		}
	}
	if lost.Demand == 0 && capacity == 0 && math.Abs(flow) <= shedSlack {
		return nil
	}
	lost.Some = some(names, mostNames)
	if lost.Buses > len(names) {
		lost.Some += fmt.Sprintf(" and %d more", lost.Buses-len(names))
	}
	lost.Deficit = -net
	lost.Output = lost.Demand + net
	lost.Unserved = max(0, lost.Demand-capacity)
	out := &Contingency{Kind: "branch", BranchEnd: n.end(c), Flow: flow, Bridge: true, Lost: lost}
	what := fmt.Sprintf("%s (%s) with %s of demand", plural(lost.Buses, "bus", "buses"), lost.Some, megawatts(lost.Demand))
	switch {
	case lost.Unserved > 0 && capacity == 0:
		out.Words = fmt.Sprintf("%s-%s is a bridge: %s is cut off and goes dark", out.From, out.To, what)
	case lost.Unserved > 0:
		out.Words = fmt.Sprintf("%s-%s is a bridge: %s is cut off with plants for %s; at least %s goes unserved", out.From, out.To, what, megawatts(capacity), megawatts(lost.Unserved))
	case lost.Deficit > 0:
		out.Words = fmt.Sprintf("%s-%s is a bridge: %s is cut off and must find %s more from its own plants", out.From, out.To, what, megawatts(lost.Deficit))
	default:
		out.Words = fmt.Sprintf("%s-%s is a bridge: %s is cut off and the rest loses %s from its plants", out.From, out.To, what, megawatts(-lost.Deficit))
	}
	return out
}
