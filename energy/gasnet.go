package energy

import (
	"math"

	"github.com/astara-corridors/astara/diag"
)

// GasNet is a gas network in a steady state. Flows are in one unit of mass flow, kg/s in
// SI files; pressures in Pa, lengths in m. Parts refer to junctions by index.
type GasNet struct {
	Name        string
	SoundSpeed  float64 // of the gas in the network's state, m/s; 0 when pressures are not modelled
	Junctions   []Junction
	Pipes       []Pipe
	Compressors []Compressor
	Passages    []Passage
	Supplies    []Supply
	Demands     []GasDemand
}

// Junction is a node.
type Junction struct {
	ID         string
	Pmin, Pmax float64 // Pa
	Out        bool
	Pos        diag.Pos
}

// Pipe is a pipeline.
type Pipe struct {
	ID               string
	From, To         int
	Diameter, Length float64 // m
	Friction         float64 // Darcy friction factor
	// Capacity is the operational limit of flow in each direction; 0 is not given. A
	// transport programme without it takes the pipe as endless, which promises too much.
	Capacity float64
	OneWay   bool // flow only from From to To
	Out      bool
	Pos      diag.Pos
}

// Compressor lifts pressure.
type Compressor struct {
	ID                 string
	From, To           int
	RatioMin, RatioMax float64 // outlet over inlet pressure
	FlowMin, FlowMax   float64
	Direction          Direction
	Out                bool
	Pos                diag.Pos
}

// Direction says which way a compressor works.
type Direction uint8

// The directions, in matgas numbering.
const (
	BothWays      Direction = 0 // compresses either way
	ForwardOnly   Direction = 1 // flow and compression only from From to To
	ReverseBypass Direction = 2 // compresses forwards, lets gas pass backwards without
)

// Passage is an edge whose pressure law is not modelled: flow alone counts.
type Passage struct {
	Kind             string // "short pipe", "valve", "resistor", "regulator"
	ID               string
	From, To         int
	FlowMin, FlowMax float64 // infinite when absent
	EqualPressure    bool    // a short pipe
	Out              bool
	Pos              diag.Pos
}

// Supply brings gas in.
type Supply struct {
	ID       string
	Junction int
	Min, Max float64
	Nominal  float64
	Free     bool // between Min and Max; else exactly Nominal
	Out      bool
	Pos      diag.Pos
}

// GasDemand takes gas out.
type GasDemand struct {
	ID       string
	Kind     string // "delivery" or "transfer"
	Junction int
	Min, Max float64
	Nominal  float64
	Free     bool    // between Min and Max, as much as can be served; else exactly Nominal
	Priority float64 // weight of a unit served, for free deliveries
	Out      bool
	Pos      diag.Pos
}

// The rules of gas networks.
var (
	ruleGasRef      = diag.NewRule("A840", "gas-unknown-junction", diag.Error, "a part of a gas network names a junction that does not exist")
	ruleGasTwice    = diag.NewRule("A841", "gas-junction-twice", diag.Error, "two junctions have the same number")
	ruleGasNumber   = diag.NewRule("A842", "gas-number", diag.Error, "a figure of a gas network is not a finite number, or is negative where it cannot be")
	ruleGasBounds   = diag.NewRule("A843", "gas-bounds", diag.Error, "the bounds of a flow or pressure cross")
	ruleGasRatio    = diag.NewRule("A844", "compression-ratio", diag.Error, "a compression ratio is not positive, or its bounds cross")
	ruleGasPlain    = diag.NewRule("A845", "gas-plausible", diag.Warning, "a figure of a gas network is far from what is built, as when bar, Pa and MPa or km and m are mixed")
	ruleGasCapacity = diag.NewRule("A846", "gas-no-supply", diag.Warning, "the fixed demand of a gas network is more than its supply can be")
)

// Built ranges, for plausibility: transmission lines run up to some 250 bar (offshore),
// and no pipe is wider than 2 m or, between two junctions, longer than 3,000 km.
const (
	mostPressure = 3e7
	mostDiameter = 2.0
	mostLength   = 3e6
	// mostFlow is more than the largest producing country brings up: 630 bcm a year of 0.75
	// kg/m3 are 15,000 kg/s.
	mostFlow = 2e4
)

// Check reports what is wrong with a gas network; see the rules A840 to A846.
func (g *GasNet) Check(l *diag.List) {
	at := func(p diag.Pos) diag.Pos {
		if p.File == "" {
			p.File = g.Name
		}
		return p
	}
	seen := map[string]int{}
	for i, x := range g.Junctions {
		if k, twice := seen[x.ID]; twice {
			l.Report(ruleGasTwice, at(x.Pos), x.ID, "junction %s is given twice", x.ID).Also = []diag.Pos{at(g.Junctions[k].Pos)}
		}
		seen[x.ID] = i
		what := "junction " + x.ID
		if gasNumbers(l, at(x.Pos), what, x.Pmin, x.Pmax) && x.Pmin > x.Pmax {
			l.Report(ruleGasBounds, at(x.Pos), "", "%s has pressures from %v to %v Pa", what, x.Pmin, x.Pmax)
		} else if x.Pmax > mostPressure {
			l.Report(ruleGasPlain, at(x.Pos), "", "%s may reach %v Pa", what, x.Pmax).Hint = "pressures are in Pa; 1 bar is 100000 Pa"
		}
	}
	ref := func(p diag.Pos, what string, js ...int) bool {
		for _, j := range js {
			if j < 0 || j >= len(g.Junctions) {
				l.Report(ruleGasRef, at(p), "", "%s names junction index %d of %d", what, j, len(g.Junctions))
				return false
			}
		}
		return true
	}
	for _, x := range g.Pipes {
		what := "pipe " + x.ID
		if !ref(x.Pos, what, x.From, x.To) || !gasNumbers(l, at(x.Pos), what, x.Diameter, x.Length, x.Friction, x.Capacity) {
			continue
		}
		if x.Diameter > mostDiameter || x.Length > mostLength {
			l.Report(ruleGasPlain, at(x.Pos), "", "%s is %v m wide and %v m long", what, x.Diameter, x.Length).Hint = "diameter and length are in m"
		}
	}
	for _, x := range g.Compressors {
		what := "compressor " + x.ID
		if !ref(x.Pos, what, x.From, x.To) {
			continue
		}
		if !(x.RatioMin > 0) || !(x.RatioMax >= x.RatioMin) || math.IsInf(x.RatioMax, 0) {
			l.Report(ruleGasRatio, at(x.Pos), "", "%s has ratios from %v to %v", what, x.RatioMin, x.RatioMax)
		}
		flowBounds(l, at(x.Pos), what, x.FlowMin, x.FlowMax)
	}
	for _, x := range g.Passages {
		what := x.Kind + " " + x.ID
		if ref(x.Pos, what, x.From, x.To) {
			flowBounds(l, at(x.Pos), what, x.FlowMin, x.FlowMax)
		}
	}
	plausible := func(p diag.Pos, what string, flow float64) {
		if flow > mostFlow {
			l.Report(ruleGasPlain, at(p), "", "%s is of %s kg/s", what, digits(flow)).Hint = "flows are in kg/s; 1 mcm a day is some 9 kg/s and 1 bcm a year some 24"
		}
	}
	var supply, fixed float64
	for _, x := range g.Supplies {
		what := "receipt " + x.ID
		if !ref(x.Pos, what, x.Junction) || !flowBounds(l, at(x.Pos), what, x.Min, x.Max) || x.Out || g.Junctions[x.Junction].Out {
			continue
		}
		plausible(x.Pos, what, x.Nominal)
		if x.Free {
			supply += x.Max
		} else {
			supply += x.Nominal
		}
	}
	for _, x := range g.Demands {
		what := x.Kind + " " + x.ID
		if !ref(x.Pos, what, x.Junction) || !flowBounds(l, at(x.Pos), what, x.Min, x.Max) || !gasNumbers(l, at(x.Pos), what, x.Priority) || x.Out || g.Junctions[x.Junction].Out {
			continue
		}
		plausible(x.Pos, what, x.Nominal)
		if x.Free {
			fixed += x.Min
		} else {
			fixed += x.Nominal
		}
	}
	if fixed > supply && !l.Failed() {
		l.Report(ruleGasCapacity, diag.Pos{File: g.Name}, "", "fixed demand is %s and supply at most %s", digits(fixed), digits(supply))
	}
}

func gasNumbers(l *diag.List, p diag.Pos, what string, xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			l.Report(ruleGasNumber, p, "", "%s has the figure %v", what, x).Expected = "a finite number of 0 or more"
			return false
		}
	}
	return true
}

func flowBounds(l *diag.List, p diag.Pos, what string, lo, hi float64) bool {
	if !(lo <= hi) || math.IsInf(lo, 1) || math.IsInf(hi, -1) {
		l.Report(ruleGasBounds, p, "", "%s has flows from %v to %v", what, lo, hi)
		return false
	}
	return true
}

// Weymouth returns the constant w of a pipe's pressure law
//
//	p_i^2 - p_j^2 = f |f| / w,   w = D A^2 / (lambda L a^2),   A = pi D^2 / 4
//
// in (kg/s)^2 per Pa^2, with a the speed of sound (A. R. D. Thorley and C. H. Tiley,
// "Unsteady and transient flow of compressible fluids in pipelines", Int. J. Heat Fluid
// Flow 8, 1987). It is infinite for a pipe without length or friction.
func (p *Pipe) Weymouth(soundSpeed float64) float64 {
	area := math.Pi * p.Diameter * p.Diameter / 4
	return p.Diameter * area * area / (p.Friction * p.Length * soundSpeed * soundSpeed)
}
