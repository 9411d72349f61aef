package energy

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/diag"
)

// Grid is a power network. Parts refer to buses by index. The functions of this
// package read a grid and never change it.
type Grid struct {
	Name       string
	BaseMVA    float64
	Buses      []Bus
	Loads      []Load
	Branches   []Branch
	Generators []Generator
	Links      []Link
}

// Bus is a node of the grid.
type Bus struct {
	ID        string
	Name      string
	KV        float64 // nominal voltage, kV; 0 is not given
	X, Y      float64 // longitude and latitude, degrees; both 0 when not given
	Carrier   string  // what flows here; "" is AC. It bears on no result
	Shunt     float64 // conductance Gs: MW drawn at voltage 1, counted as demand that cannot be shed
	Reference bool    // asked to be the angle reference of its island
	Isolated  bool    // out of service with all that hangs on it
	Pos       diag.Pos
}

// Load is demand at a bus.
type Load struct {
	Bus    int
	Demand float64 // MW; below 0 it is a fixed infeed, which is never shed
	Value  float64 // price of unserved energy per MWh; 0 takes the option's
	Name   string
	Pos    diag.Pos
}

// Branch is a line or transformer.
type Branch struct {
	ID             string
	From, To       int
	R, X           float64 // per unit
	Tap            float64 // off-nominal ratio at the from side; 0 is 1
	Shift          float64 // phase shift, radians
	RateA          float64 // long-term rating, MW; 0 is unlimited
	RateB, RateC   float64 // short-term and emergency rating; 0 is not given
	AngMin, AngMax float64 // bounds of theta_from - theta_to, radians; infinite is none, and so are two zeros
	Out            bool    // out of service
	Pos            diag.Pos
}

// Generator is a plant or unit.
type Generator struct {
	ID         string
	Bus        int
	P          float64 // scheduled output, MW
	Pmin, Pmax float64
	Out        bool
	Fuel       string // "" is not given; it bears on no result
	Cost       Cost
	Pos        diag.Pos
}

// Cost is money per hour as a function of output in MW: a polynomial of degree at
// most 2 (C[0] + C[1] P + C[2] P^2), or, when Points are given, the convex piecewise
// linear function through them, continued on both sides.
type Cost struct {
	C      [3]float64
	Points []Point
}

// Point is a corner of a piecewise linear cost.
type Point struct{ P, Money float64 }

// At returns the cost per hour of an output.
func (c *Cost) At(p float64) float64 {
	if len(c.Points) == 0 {
		return c.C[0] + p*(c.C[1]+p*c.C[2])
	}
	k := 1
	for k < len(c.Points)-1 && p > c.Points[k].P {
		k++
	}
	a, b := c.Points[k-1], c.Points[k]
	return a.Money + (p-a.P)*(b.Money-a.Money)/(b.P-a.P)
}

// Link is a controllable connection: an HVDC line or back-to-back station. What
// arrives is P - Loss0 - Loss1 P for a flow P at the from side.
type Link struct {
	ID           string
	From, To     int
	P            float64 // scheduled flow, MW
	Pmin, Pmax   float64
	Loss0, Loss1 float64
	Cost         Cost // of the flow at the from side
	Out          bool
	Pos          diag.Pos
}

// Susceptance is the convention for the susceptance of a branch.
type Susceptance string

// The conventions.
const (
	Reactance Susceptance = "reactance" // b = 1/(x tau), phase shifts kept
	Series    Susceptance = "series"    // b = x/(r^2+x^2), taps and shifts ignored
)

// ParseSusceptance reads a convention; "" is Reactance.
func ParseSusceptance(s string) (Susceptance, error) {
	switch Susceptance(s) {
	case "", Reactance:
		return Reactance, nil
	case Series:
		return Series, nil
	}
	return "", fmt.Errorf("energy: susceptance is %q, not reactance or series", s)
}

// of returns b in per unit and the phase shift in radians that go with a branch.
func (s Susceptance) of(br *Branch) (b, shift float64) {
	if s == Series {
		return br.X / (br.R*br.R + br.X*br.X), 0
	}
	tap := br.Tap
	if tap == 0 {
		tap = 1
	}
	return 1 / (br.X * tap), br.Shift
}

// The rules of grids. A grid that breaks an error rule has no answer.
var (
	ruleBase      = diag.NewRule("A800", "power-base", diag.Error, "the base power of a grid is not a positive number")
	ruleBusTwice  = diag.NewRule("A801", "power-bus-twice", diag.Error, "two buses have the same number")
	ruleBusRef    = diag.NewRule("A802", "power-unknown-bus", diag.Error, "a branch, generator, load or link names a bus that does not exist")
	ruleZeroX     = diag.NewRule("A803", "zero-reactance", diag.Error, "a branch in service has no reactance, so its flow is not defined")
	ruleNegativeX = diag.NewRule("A804", "negative-reactance", diag.Note, "branches have a negative reactance (series capacitors, three-winding transformers): counted as they are")
	ruleLoop      = diag.NewRule("A805", "branch-loop", diag.Error, "a branch joins a bus to itself")
	ruleRating    = diag.NewRule("A806", "negative-rating", diag.Error, "a rating is negative")
	ruleAngles    = diag.NewRule("A807", "angle-bounds", diag.Error, "the angle bounds of a branch cross")
	rulePBounds   = diag.NewRule("A808", "output-bounds", diag.Error, "the lower output bound of a generator or link lies above its upper one")
	ruleCost      = diag.NewRule("A809", "cost-shape", diag.Error, "a cost is not convex or of a kind the dispatch does not take")
	ruleNoPlant   = diag.NewRule("A810", "island-without-plants", diag.Warning, "an island has demand but no generator in service and no link into it: its demand cannot be served")
	ruleNumber    = diag.NewRule("A811", "power-number", diag.Error, "a figure of a grid is not a finite number")
	ruleScale     = diag.NewRule("A812", "power-scale", diag.Warning, "figures of a grid are far apart in size, as when MW and MWh or kW are mixed")
)

// unlikelyShare is the ratio of total generating capacity to total demand beyond which
// the units of one of them are doubted: published test grids lie between 1 and 13
// (case3_lmbd), a year of MWh for MW would be 8760, kW for MW 1000.
const unlikelyShare = 100

// Check reports what is wrong with a grid; see the rules A800 to A812.
func (g *Grid) Check(l *diag.List) {
	at := func(p diag.Pos) diag.Pos {
		if p.File == "" {
			p.File = g.Name
		}
		return p
	}
	whole := diag.Pos{File: g.Name}
	if len(g.Buses) > 0 && g.Buses[0].Pos.File != "" {
		whole.File = g.Buses[0].Pos.File
	}
	if !(g.BaseMVA > 0) || math.IsInf(g.BaseMVA, 0) {
		l.Report(ruleBase, whole, "", "the base power is %v MVA", g.BaseMVA).Expected = "a positive number"
	}
	seen := map[string]int{}
	for i, b := range g.Buses {
		if k, twice := seen[b.ID]; twice {
			l.Report(ruleBusTwice, at(b.Pos), b.ID, "bus %s is given twice", b.ID).Also = []diag.Pos{at(g.Buses[k].Pos)}
		}
		seen[b.ID] = i
		checkNumbers(l, at(b.Pos), "bus "+b.ID, b.Shunt)
	}
	bus := func(p diag.Pos, what string, i int) bool {
		if i < 0 || i >= len(g.Buses) {
			l.Report(ruleBusRef, at(p), "", "%s names bus index %d of %d", what, i, len(g.Buses))
			return false
		}
		return true
	}
	var demand, capacity float64
	for _, d := range g.Loads {
		if bus(d.Pos, "a load", d.Bus) && checkNumbers(l, at(d.Pos), "a load", d.Demand, d.Value) {
			demand += max(d.Demand, 0)
		}
	}
	var negative []string
	var negativeAt diag.Pos
	for _, b := range g.Branches {
		what := "branch " + b.ID
		okFrom, okTo := bus(b.Pos, what, b.From), bus(b.Pos, what, b.To)
		if !checkNumbers(l, at(b.Pos), what, b.R, b.X, b.Tap, b.Shift, b.RateA, b.RateB, b.RateC) || !okFrom || !okTo {
			continue
		}
		if b.From == b.To {
			l.Report(ruleLoop, at(b.Pos), "", "branch %s joins bus %s to itself", b.ID, g.Buses[b.From].ID)
		}
		if b.RateA < 0 || b.RateB < 0 || b.RateC < 0 {
			l.Report(ruleRating, at(b.Pos), "", "branch %s has the ratings %v, %v, %v MW", b.ID, b.RateA, b.RateB, b.RateC).Expected = "0 (none) or more"
		}
		if b.AngMin > b.AngMax || math.IsNaN(b.AngMin) || math.IsNaN(b.AngMax) {
			l.Report(ruleAngles, at(b.Pos), "", "branch %s has angle bounds %.6g and %.6g degrees", b.ID, b.AngMin*degrees, b.AngMax*degrees)
		}
		if b.Out {
			continue
		}
		if b.X == 0 || b.Tap < 0 {
			d := l.Report(ruleZeroX, at(b.Pos), "", "branch %s (%s-%s) has reactance %v and tap ratio %v", b.ID, g.Buses[b.From].ID, g.Buses[b.To].ID, b.X, b.Tap)
			d.Expected = "a reactance other than 0 and a tap ratio of 0 (none) or more"
			d.Hint = "a bus coupler without reactance: make its two buses one, or give it a small reactance"
		}
		if b.X < 0 {
			if len(negative) == 0 {
				negativeAt = b.Pos
			}
			negative = append(negative, b.ID)
		}
	}
	if len(negative) > 0 {
		l.Report(ruleNegativeX, at(negativeAt), "", "%d branches have a negative reactance, the first is branch %s", len(negative), negative[0])
	}
	for _, x := range g.Generators {
		what := "generator " + x.ID
		if !bus(x.Pos, what, x.Bus) || !checkNumbers(l, at(x.Pos), what, x.P, x.Cost.C[0], x.Cost.C[1], x.Cost.C[2]) {
			continue
		}
		if x.Pmin > x.Pmax || math.IsNaN(x.Pmin) || math.IsNaN(x.Pmax) {
			l.Report(rulePBounds, at(x.Pos), "", "generator %s has output bounds %v and %v MW", x.ID, x.Pmin, x.Pmax)
		}
		if !x.Out {
			capacity += max(x.Pmax, 0)
			x.Cost.check(l, at(x.Pos), what, x.Pmin, x.Pmax)
		}
	}
	for _, x := range g.Links {
		what := "link " + x.ID
		okFrom, okTo := bus(x.Pos, what, x.From), bus(x.Pos, what, x.To)
		if !okFrom || !okTo || !checkNumbers(l, at(x.Pos), what, x.P, x.Loss0, x.Loss1, x.Cost.C[0], x.Cost.C[1], x.Cost.C[2]) {
			continue
		}
		if x.Pmin > x.Pmax || math.IsNaN(x.Pmin) || math.IsNaN(x.Pmax) {
			l.Report(rulePBounds, at(x.Pos), "", "link %s has flow bounds %v and %v MW", x.ID, x.Pmin, x.Pmax)
		}
		if !x.Out {
			x.Cost.check(l, at(x.Pos), what, x.Pmin, x.Pmax)
		}
	}
	if demand > 0 && capacity > 0 && !math.IsInf(capacity, 0) && (capacity/demand > unlikelyShare || demand/capacity > unlikelyShare) {
		d := l.Report(ruleScale, whole, "", "generators can give %.6g MW and demand is %.6g MW", capacity, demand)
		d.Hint = "check the units: power in MW, not MWh, kW or per unit"
	}
	if !l.Failed() {
		g.checkIslands(l)
	}
}

// checkIslands reports islands whose demand nothing can serve.
func (g *Grid) checkIslands(l *diag.List) {
	n := build(g, Reactance)
	fed := make([]bool, len(n.islands))
	for _, x := range g.Generators {
		if k := n.island[x.Bus]; k >= 0 && !x.Out && x.Pmax > 0 {
			fed[k] = true
		}
	}
	for _, x := range g.Links {
		if kf, kt := n.island[x.From], n.island[x.To]; kf >= 0 && kt >= 0 && !x.Out {
			fed[kt] = fed[kt] || x.Pmax > 0
			fed[kf] = fed[kf] || x.Pmin < 0
		}
	}
	for k, island := range n.describe() {
		if !fed[k] && island.Demand > 0 {
			p := g.Buses[n.islands[k].reference].Pos
			if p.File == "" {
				p.File = g.Name
			}
			l.Report(ruleNoPlant, p, island.Reference, "the island of bus %s (%s) demands %s and has no supply", island.Reference, plural(island.Buses, "bus", "buses"), megawatts(island.Demand))
		}
	}
}

const degrees = 180 / math.Pi

func checkNumbers(l *diag.List, p diag.Pos, what string, xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			l.Report(ruleNumber, p, "", "%s has the figure %v", what, x).Expected = "a finite number"
			return false
		}
	}
	return true
}

// check reports a cost that the dispatch cannot take over the bounds of its part.
func (c *Cost) check(l *diag.List, p diag.Pos, what string, lo, hi float64) {
	if why := c.problem(); why != "" {
		l.Report(ruleCost, p, "", "the cost of %s %s", what, why)
	} else if c.C[2] != 0 && len(c.Points) == 0 && math.IsInf(hi-lo, 0) {
		l.Report(ruleCost, p, "", "%s has a quadratic cost and no finite bounds", what)
	}
}

// problem says in words why the dispatch cannot take a cost; "" when it can.
func (c *Cost) problem() string {
	if len(c.Points) == 0 {
		if c.C[2] < 0 {
			return fmt.Sprintf("bends down: its quadratic coefficient is %v", c.C[2])
		}
		return ""
	}
	if len(c.Points) < 2 {
		return "has one point; it needs two"
	}
	last := math.Inf(-1)
	for k := 1; k < len(c.Points); k++ {
		a, b := c.Points[k-1], c.Points[k]
		if !(b.P > a.P) {
			return fmt.Sprintf("has points at %v and %v MW, not rising", a.P, b.P)
		}
		slope := (b.Money - a.Money) / (b.P - a.P)
		if !(slope >= last-slopeSlack*(1+math.Abs(last))) {
			return fmt.Sprintf("bends down at %v MW: its slope falls from %v to %v", a.P, last, slope)
		}
		last = slope
	}
	return ""
}

// slopeSlack is the relative fall of a slope that counts as rounding of a file's
// digits.
const slopeSlack = 1e-6
