package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
)

// elasticFlags say how trips fall as their cost rises.
type elasticFlags struct {
	demand    string // linear:SLOPE or exponential:SLOPE
	reference string // file of the costs at which the trips are as listed
	matrix    string // of that file
	lookup    string // of that file
}

// referenceMatrix is the matrix or column that --skims writes costs to.
const referenceMatrix = "cost"

// parse reads the form and the slope.
func (f *elasticFlags) parse() (exponential bool, slope float64, err error) {
	shape, number, ok := strings.Cut(f.demand, ":")
	slope, bad := strconv.ParseFloat(number, 64)
	if !ok || shape != "linear" && shape != "exponential" || bad != nil || !(slope > 0) || math.IsInf(slope, 1) {
		return false, 0, fmt.Errorf("--elastic %q; expected linear:SLOPE or exponential:SLOPE, a slope above 0 per unit of cost", f.demand)
	}
	return shape == "exponential", slope, nil
}

// check finds what is wrong with the flags alone.
func (f *assignFlags) checkElastic() error {
	e := &f.elastic
	switch {
	case e.demand == "" && e.reference == "" && e.lookup == "":
		return nil
	case e.reference == "" && e.lookup != "":
		return fmt.Errorf("--reference-lookup chooses within the file of --reference, which is not given")
	case e.demand == "":
		return fmt.Errorf("--reference is for --elastic, which is not given")
	case e.reference == "":
		return fmt.Errorf("--elastic needs --reference, the costs at which trips are as listed; --skims of a run without it writes some")
	case len(f.classFlags) > 0:
		return fmt.Errorf("--elastic goes with one class; --class is given, too")
	}
	_, _, err := e.parse()
	return err
}

// setElastic lets the demand of the one class fall with its cost. Every pair with
// trips needs a reference cost.
func (f *assignFlags) setElastic(n *assignNet, l *diag.List) error {
	e := &f.elastic
	if e.demand == "" {
		return nil
	}
	exponential, slope, err := e.parse()
	if err != nil {
		return usageError{err}
	}
	source := *f
	source.trips, source.matrix, source.lookup, source.tripsFlag = e.reference, e.matrix, e.lookup, "--reference-"
	cells, err := source.readTrips(n.zones, l)
	if err != nil {
		return err
	}
	cost := make(map[[2]string]float64, len(cells))
	for _, c := range cells {
		cost[[2]string{c.From, c.To}] = c.Value
	}
	c := &n.problem.Classes[0]
	c.Elastic = &assign.Elastic{Exponential: exponential, Slope: slope}
	missing := 0
	for _, t := range c.Demand.Trips(nil) {
		from, to := n.zones[t.From], n.zones[t.To]
		u, ok := cost[[2]string{from, to}]
		if !ok {
			if missing++; missing <= topRows {
				l.Report(ruleReference, diag.Pos{File: e.reference}, "", "%.10g trips go from zone %q to zone %q, but there is no reference cost", t.Amount, from, to)
			}
		}
		c.Elastic.Reference = append(c.Elastic.Reference, u)
	}
	if missing > topRows {
		l.Report(ruleReference, diag.Pos{File: e.reference}, "", "%d pairs in all have no reference cost", missing)
	}
	return nil
}

var ruleReference = diag.NewRule("A397", "no-reference-cost", diag.Error, "trips that are to fall with their cost have no reference cost")
