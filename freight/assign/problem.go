package assign

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph"
)

// Network is what is loaded. Slices are by link unless stated; nil means 0 for
// B, Toll, Length and Preload, and no limit for Limit. The solver keeps no
// reference after it returns and changes nothing.
type Network struct {
	Graph     *graph.Graph
	Centroid  []int32 // node of each zone
	NoThrough []bool  // by node: ways may start and end there but not pass; nil none

	Free     []float64 // time at no volume, 0 or more
	B        []float64 // 0 or more
	Power    []float64 // 0 or more; read where B > 0
	Capacity []float64 // volume units, above 0 where B > 0
	Toll     []float64 // money
	Length   []float64 // length units
	Preload  []float64 // volume of traffic outside the demand, 0 or more
	Limit    []float64 // most volume a link takes, Preload not counted; +Inf none
	// Influences makes the time of one link depend on the volume of another.
	Influences []Influence
	Turns      []Turn // turns that cost something or are forbidden; others are free
}

// Influence adds Weight times the volume of link From to the volume that the
// time of link On depends on: opposing trains on a single track, for example.
type Influence struct {
	On, From int32
	Weight   float64 // 0 or more
}

// Class is one group of users with a demand and a view of the costs of its own.
type Class struct {
	Name           string
	Demand         *Demand
	Equivalent     float64   // volume for one unit of demand; 0 means 1
	TollFactor     float64   // time for one unit of toll
	DistanceFactor float64   // time for one unit of length
	Closed         []bool    // by link: the class may not use it; nil none
	ClosedTurns    []bool    // by entry of Network.Turns: the class may not turn so; nil none
	Scale          []float64 // by link: factor on the time as this class feels it; nil 1
	Elastic        *Elastic  // nil: the demand is fixed
}

// Problem is a network and the classes that use it.
type Problem struct {
	Network *Network
	Classes []Class
}

// Trip is demand from one zone to another, zones from 0.
type Trip struct {
	From, To int32
	Amount   float64
}

// Demand is a sparse origin-destination matrix, immutable.
type Demand struct {
	zones      int
	first      []int32 // zones+1 offsets
	to         []int32
	amount     []float64
	intrazonal float64
}

// NewDemand sorts trips by origin and destination. Pairs with amount 0 are left
// out. Trips within a zone use no link; they are summed in [Demand.Intrazonal].
// A zone out of range, an amount that is negative or not finite, and a pair
// given twice are errors; all are reported, joined.
func NewDemand(zones int, trips []Trip) (*Demand, error) {
	var errs []error
	kept := make([]Trip, 0, len(trips))
	d := &Demand{zones: zones, first: make([]int32, zones+1)}
	var within sum
	for _, t := range trips {
		switch {
		case t.From < 0 || int(t.From) >= zones || t.To < 0 || int(t.To) >= zones:
			errs = append(errs, fmt.Errorf("assign: trips from zone %d to zone %d, want zones 0 to %d", t.From, t.To, zones-1))
		case !(t.Amount >= 0) || math.IsInf(t.Amount, 1):
			errs = append(errs, fmt.Errorf("assign: %v trips from zone %d to zone %d, want 0 or more", t.Amount, t.From, t.To))
		default:
			kept = append(kept, t)
		}
	}
	slices.SortStableFunc(kept, func(a, b Trip) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	for i, t := range kept {
		if i > 0 && kept[i-1].From == t.From && kept[i-1].To == t.To {
			errs = append(errs, fmt.Errorf("assign: trips from zone %d to zone %d are given twice", t.From, t.To))
			continue
		}
		if t.From == t.To {
			within.add(t.Amount)
			continue
		}
		if t.Amount > 0 {
			d.to, d.amount = append(d.to, t.To), append(d.amount, t.Amount)
			d.first[t.From+1]++
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for z := 0; z < zones; z++ {
		d.first[z+1] += d.first[z]
	}
	d.intrazonal = within.value()
	return d, nil
}

// Zones returns the number of zones.
func (d *Demand) Zones() int { return d.zones }

// Pairs returns the number of pairs of distinct zones with demand.
func (d *Demand) Pairs() int { return len(d.to) }

// Intrazonal returns the demand within zones, which is not assigned.
func (d *Demand) Intrazonal() float64 { return d.intrazonal }

// Total returns the demand between distinct zones.
func (d *Demand) Total() float64 {
	var s sum
	for _, a := range d.amount {
		s.add(a)
	}
	return s.value()
}

// Trips appends the pairs in order of origin and destination to buf.
func (d *Demand) Trips(buf []Trip) []Trip {
	for z := 0; z < d.zones; z++ {
		for i := d.first[z]; i < d.first[z+1]; i++ {
			buf = append(buf, Trip{From: int32(z), To: d.to[i], Amount: d.amount[i]})
		}
	}
	return buf
}

// InputError lists everything that is wrong with a problem or with options.
type InputError struct {
	Problems []string
	Links    []int // by problem: the link it is about, -1 for others; nil: none is about one
}

// Error joins the problems.
func (e *InputError) Error() string {
	s := "assign: " + e.Problems[0]
	if n := len(e.Problems) - 1; n > 0 {
		s += fmt.Sprintf(" (and %d more)", n)
	}
	return s
}

type checker struct {
	problems []string
	links    []int
}

func (c *checker) addf(format string, args ...any) {
	c.problems, c.links = append(c.problems, fmt.Sprintf(format, args...)), append(c.links, -1)
}

// addLink is addf about a link.
func (c *checker) addLink(l int, format string, args ...any) {
	c.addf("link %d: "+format, append([]any{l}, args...)...)
	c.links[len(c.links)-1] = l
}

func (c *checker) err() error {
	if len(c.problems) == 0 {
		return nil
	}
	return &InputError{Problems: c.problems, Links: c.links}
}

// Check returns an [*InputError] with every problem, or nil.
func (p *Problem) Check() error {
	var c checker
	n := p.Network
	if n == nil || n.Graph == nil {
		c.addf("the problem has no network")
		return c.err()
	}
	m := n.Graph.Links()
	for _, s := range []struct {
		name     string
		values   []float64
		required bool
	}{{"Free", n.Free, true}, {"B", n.B, false}, {"Toll", n.Toll, false}, {"Length", n.Length, false}, {"Preload", n.Preload, false},
		{"Limit", n.Limit, false}} {
		if len(s.values) != m && (s.required || s.values != nil) {
			c.addf("%s has %d entries for %d links", s.name, len(s.values), m)
			continue
		}
		for l, x := range s.values {
			closed := s.name == "Limit" || s.name == "Free"
			if !(x >= 0) || (math.IsInf(x, 1) && !closed) {
				c.addLink(l, "%s is %v, want 0 or more", s.name, x)
			}
		}
	}
	if n.B != nil && len(n.B) == m {
		if len(n.Power) != m || len(n.Capacity) != m {
			c.addf("B is given but Power has %d and Capacity %d entries for %d links", len(n.Power), len(n.Capacity), m)
		} else {
			for l, b := range n.B {
				if b > 0 && (!(n.Power[l] >= 0) || math.IsInf(n.Power[l], 1)) {
					c.addLink(l, "Power is %v, want 0 or more", n.Power[l])
				}
				if b > 0 && !(n.Capacity[l] > 0) {
					c.addLink(l, "Capacity is %v, want above 0", n.Capacity[l])
				}
			}
		}
	}
	if n.NoThrough != nil && len(n.NoThrough) != n.Graph.Nodes() {
		c.addf("NoThrough has %d entries for %d nodes", len(n.NoThrough), n.Graph.Nodes())
	}
	for z, v := range n.Centroid {
		if v < 0 || int(v) >= n.Graph.Nodes() {
			c.addf("zone %d: centroid is node %d, want 0 to %d", z, v, n.Graph.Nodes()-1)
		}
	}
	n.checkTurns(&c)
	for i, f := range n.Influences {
		if f.On < 0 || int(f.On) >= m || f.From < 0 || int(f.From) >= m || !(f.Weight >= 0) || math.IsInf(f.Weight, 1) {
			c.addf("influence %d: link %d on link %d with weight %v is not possible", i, f.From, f.On, f.Weight)
		}
	}
	if len(p.Classes) == 0 {
		c.addf("there is no class")
	}
	for k := range p.Classes {
		p.Classes[k].check(&c, k, n, m)
	}
	if len(c.problems) == 0 {
		p.checkSize(&c)
	}
	return c.err()
}

func (k *Class) check(c *checker, at int, n *Network, m int) {
	if k.Demand == nil {
		c.addf("class %d: no demand", at)
	} else if k.Demand.zones != len(n.Centroid) {
		c.addf("class %d: demand of %d zones for %d centroids", at, k.Demand.zones, len(n.Centroid))
	}
	for _, f := range []struct {
		name string
		x    float64
	}{{"Equivalent", k.Equivalent}, {"TollFactor", k.TollFactor}, {"DistanceFactor", k.DistanceFactor}} {
		if !(f.x >= 0) || math.IsInf(f.x, 1) {
			c.addf("class %d: %s is %v, want 0 or more", at, f.name, f.x)
		}
	}
	if k.Closed != nil && len(k.Closed) != m {
		c.addf("class %d: Closed has %d entries for %d links", at, len(k.Closed), m)
	}
	if k.ClosedTurns != nil && len(k.ClosedTurns) != len(n.Turns) {
		c.addf("class %d: ClosedTurns has %d entries for %d turns", at, len(k.ClosedTurns), len(n.Turns))
	}
	if k.Scale != nil && len(k.Scale) != m {
		c.addf("class %d: Scale has %d entries for %d links", at, len(k.Scale), m)
	}
	for l, x := range k.Scale {
		if !(x >= 0) || math.IsInf(x, 1) {
			c.addf("class %d, link %d: Scale is %v, want 0 or more", at, l, x)
		}
	}
	if k.Elastic != nil && k.Demand != nil {
		k.Elastic.check(c, at, k.Demand)
	}
}

// equivalent returns the volume for one unit of demand.
func (k *Class) equivalent() float64 {
	if k.Equivalent == 0 {
		return 1
	}
	return k.Equivalent
}

// symmetric says whether the costs of the problem derive from one function to
// minimise, and if not, why.
func (p *Problem) symmetric() (bool, string) {
	for _, f := range p.Network.Influences {
		if f.Weight > 0 {
			return false, fmt.Sprintf("the time of link %d depends on the volume of link %d", f.On, f.From)
		}
	}
	if len(p.Network.B) == 0 {
		return true, ""
	}
	for k := range p.Classes {
		lowest, highest := math.Inf(1), math.Inf(-1)
		for l, x := range p.Classes[k].Scale {
			if p.Network.B[l] > 0 {
				lowest, highest = math.Min(lowest, x), math.Max(highest, x)
			}
		}
		if highest > lowest && len(p.Classes) > 1 {
			return false, fmt.Sprintf("class %d feels the delay of links by factors from %g to %g", k, lowest, highest)
		}
		if highest >= lowest && lowest == 0 && len(p.Classes) > 1 {
			return false, fmt.Sprintf("class %d causes delay but does not feel it", k)
		}
	}
	return true, ""
}

// alike says whether the total of the classes' own costs is the same, but for a
// constant, as that counted in equivalents: each class feels delay in proportion
// to the room it takes. Otherwise the sum over classes of flow x cost has products
// of one class's flow with the delay by another in different proportion, which are
// not convex.
func (p *Problem) alike() bool {
	if p.Network.B == nil {
		return true
	}
	ratio := func(k int) float64 { return scaleOf(p.Network, &p.Classes[k]) / p.Classes[k].equivalent() }
	for k := range p.Classes {
		if math.Abs(ratio(k)-ratio(0)) > 1e-12*ratio(0) {
			return false
		}
	}
	return true
}
