package assign

import (
	"context"
	"math"
	"time"
)

// ReportVersion is the version of the JSON form of [Report]. It grows when a
// field changes its meaning or goes away, not when one is added.
const ReportVersion = 1

// Options is everything a run needs: a problem, settings, and what to work out
// from the result.
type Options struct {
	Problem  *Problem
	Settings Settings
	// ParseSeconds is what reading the files took; the caller measured it.
	ParseSeconds float64
	SelectLinks  []int32 // links to select, from 0
	Skims        bool    // zone-to-zone tables of all classes
}

// Report is a run as data: marshalled, everything but Run is a function of
// problem and settings alone.
type Report struct {
	Version     int           `json:"version"`
	Method      Method        `json:"method"`
	Statement   string        `json:"statement"`
	Converged   bool          `json:"converged"`
	Objective   *float64      `json:"objective,omitempty"` // absent where no programme is solved
	RelativeGap float64       `json:"relative_gap"`
	GapAim      float64       `json:"gap_aim"`
	TSTT        float64       `json:"tstt"`
	Iterations  int           `json:"iterations"`
	Zones       int           `json:"zones"`
	Nodes       int           `json:"nodes"`
	Links       int           `json:"links"`
	Classes     []ClassReport `json:"classes"`
	Convergence []Iteration   `json:"convergence"`
	Unreachable []Unreachable `json:"unreachable"` // zones from 0; empty, not null, when there are none
	Limits      []LimitReport `json:"limits,omitempty"`
	OverLimit   float64       `json:"over_limit,omitempty"`  // largest relative excess over a limit
	RouteFlows  *Proportions  `json:"route_flows,omitempty"` // of the ways that links were selected from
	Run         RunReport     `json:"run"`

	Result   *Result     `json:"-"`
	Selected []*Selected `json:"-"` // in the order of Options.SelectLinks
	Skims    []*Skim     `json:"-"` // by class
}

// ClassReport sums up one class, in units of its demand.
type ClassReport struct {
	Name       string  `json:"name"`
	Pairs      int     `json:"pairs"`
	Demand     float64 `json:"demand"` // between zones
	Intrazonal float64 `json:"intrazonal"`
	Served     float64 `json:"served"`
}

// LimitReport is a link with a hard limit.
type LimitReport struct {
	Link   int     `json:"link"`
	Limit  float64 `json:"limit"`
	Volume float64 `json:"volume"`
	Price  float64 `json:"shadow_price"`
}

// RunReport says what the run cost this time on this machine.
type RunReport struct {
	Parse   float64 `json:"parse_seconds"`
	Order   float64 `json:"order_seconds"` // preparing the topology; 0 when it was prepared before
	Solve   float64 `json:"solve_seconds"`
	Process float64 `json:"process_seconds"` // skims, selected links, this report
	CPU     float64 `json:"cpu_seconds"`     // of the whole process so far, all threads; 0 where unknown
	Wall    float64 `json:"wall_seconds"`    // of parse, solve and process
	PeakRSS int64   `json:"peak_rss_bytes"`  // of the whole process; 0 where unknown
}

// Run solves and reports. Errors are those of [Solve], and of links to select
// that do not exist or of methods that keep no routes to select from.
func Run(ctx context.Context, o Options) (*Report, error) {
	begin := time.Now()
	if err := o.Problem.Check(); err != nil {
		return nil, err
	}
	if o.Settings.Order == nil && o.Settings.Warm == nil {
		o.Settings.Order = Prepare(o.Problem.Network)
	}
	ordered := time.Now()
	res, err := Solve(ctx, o.Problem, o.Settings)
	if err != nil {
		return nil, err
	}
	solved := time.Now()
	n := o.Problem.Network
	r := &Report{
		Version: ReportVersion, Method: res.Settings.Method, Statement: res.Statement, Converged: res.Converged,
		RelativeGap: res.RelativeGap, GapAim: res.Settings.Gap, TSTT: res.TSTT, Iterations: len(res.Iterations),
		Zones: len(n.Centroid), Nodes: n.Graph.Nodes(), Links: n.Graph.Links(),
		Convergence: res.Iterations, Unreachable: res.Unreachable, OverLimit: res.Excess, Result: res,
	}
	if r.Unreachable == nil {
		r.Unreachable = []Unreachable{}
	}
	if !math.IsNaN(res.Objective) {
		r.Objective = &res.Objective
	}
	for k := range o.Problem.Classes {
		c := &o.Problem.Classes[k]
		var served sum
		for _, q := range res.Served[k] {
			served.add(q)
		}
		r.Classes = append(r.Classes, ClassReport{Name: c.Name, Pairs: c.Demand.Pairs(), Demand: c.Demand.Total(),
			Intrazonal: c.Demand.Intrazonal(), Served: served.value()})
	}
	for l, price := range res.Price {
		if x := n.Limit[l]; !math.IsInf(x, 1) {
			r.Limits = append(r.Limits, LimitReport{Link: l, Limit: x, Volume: res.Volume[l], Price: price})
		}
	}
	for _, l := range o.SelectLinks {
		s, err := res.SelectLink(l)
		if err != nil {
			return nil, err
		}
		r.Selected = append(r.Selected, s)
	}
	if len(o.SelectLinks) > 0 {
		p, ok, err := res.Proportions()
		if err != nil {
			return nil, err
		}
		if ok {
			r.RouteFlows = &p
		}
	}
	if o.Skims {
		for k := range o.Problem.Classes {
			s, err := res.Skims(k)
			if err != nil {
				return nil, err
			}
			r.Skims = append(r.Skims, s)
		}
	}
	cpu, rss := usage()
	r.Run = RunReport{Parse: o.ParseSeconds, Order: ordered.Sub(begin).Seconds(), Solve: solved.Sub(ordered).Seconds(), Process: time.Since(solved).Seconds(),
		CPU: cpu, Wall: o.ParseSeconds + time.Since(begin).Seconds(), PeakRSS: rss}
	return r, nil
}
