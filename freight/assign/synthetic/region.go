// Package synthetic makes assignment problems of any size from a seed, for
// benchmarks and tests: networks of that size may not be shipped, or their trips
// cannot be had.
package synthetic

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// Region describes a metropolitan region: streets on a jittered grid with gaps,
// every eighth row and column an arterial and every twenty-fourth a motorway,
// zones denser towards the middle, each joined to the nearest crossing by a link
// in and a link out that nothing passes through, and trips by gravity.
type Region struct {
	Seed      uint64
	Crossings int     // nodes that are not centroids
	Links     int     // in all, the zones' among them; even
	Zones     int     // centroids; nodes 0 to Zones-1
	Pairs     int     // pairs with trips, the largest of the gravity table
	Trips     float64 // in all
}

// Large is the size of the Chicago Regional network: 13,000 nodes, 39,000 links,
// 1,790 zones and 2.4 million pairs. Trips are such that a few links in a hundred
// carry more than their capacity at equilibrium.
var Large = Region{Seed: 1, Crossings: 11210, Links: 39000, Zones: 1790, Pairs: 2_400_000, Trips: 600_000}

// What a kind of road is: time in minutes for one grid step, capacity in vehicles
// an hour.
var roads = [3]struct{ minutes, capacity float64 }{{0.9, 800}, {0.6, 1800}, {0.35, 5400}}

const (
	arterialEvery = 8
	motorwayEvery = 24
	jitter        = 0.3  // of a grid step, to each side
	centreShare   = 0.18 // scale of the density of zones, as a share of the region's width
	decay         = 0.06 // of trips with minutes of free time
	bprB          = 0.15 // Bureau of Public Roads 1964
	bprPower      = 4
	connector     = 0.5 // minutes
)

type street struct {
	u, v int32
	road int
	key  float64
}

// Problem makes the problem. It is a function of the region alone. It returns an
// error when there are too few links to join all crossings, or more than the grid
// has, or more pairs than zones allow.
func (r Region) Problem() (*assign.Problem, error) {
	if r.Crossings < 4 || r.Zones < 2 || r.Links%2 != 0 || r.Pairs > r.Zones*(r.Zones-1) || r.Pairs < 1 {
		return nil, fmt.Errorf("synthetic: no region of %d crossings, %d zones, %d links and %d pairs", r.Crossings, r.Zones, r.Links, r.Pairs)
	}
	rnd := rand.New(rand.NewPCG(r.Seed, 0x61737472)) // the second half is any constant
	width := int(math.Ceil(math.Sqrt(float64(r.Crossings))))
	x, y := make([]float64, r.Crossings), make([]float64, r.Crossings)
	for i := range x {
		x[i] = float64(i%width) + jitter*(2*rnd.Float64()-1)
		y[i] = float64(i/width) + jitter*(2*rnd.Float64()-1)
	}
	streets := r.streets(rnd, width)
	wanted := r.Links/2 - r.Zones
	if wanted < r.Crossings-1 || wanted > len(streets) {
		return nil, fmt.Errorf("synthetic: %d two-way streets, want %d to %d", wanted, r.Crossings-1, len(streets))
	}
	net := &assign.Network{}
	var tail, head []int32
	add := func(u, v int32, minutes, b, capacity float64) {
		tail, head = append(tail, u), append(head, v)
		net.Free, net.B = append(net.Free, minutes), append(net.B, b)
		net.Power, net.Capacity = append(net.Power, bprPower), append(net.Capacity, capacity)
	}
	first := int32(r.Zones)
	for _, s := range streets[:wanted] {
		length := math.Hypot(x[s.u]-x[s.v], y[s.u]-y[s.v])
		road := roads[s.road]
		add(first+s.u, first+s.v, length*road.minutes, bprB, road.capacity)
		add(first+s.v, first+s.u, length*road.minutes, bprB, road.capacity)
	}
	at := r.zones(rnd, width, x, y)
	for z, c := range at {
		add(int32(z), first+c, connector, 0, 1)
		add(first+c, int32(z), connector, 0, 1)
		net.Centroid = append(net.Centroid, int32(z))
	}
	g, err := graph.New(r.Zones+r.Crossings, tail, head)
	if err != nil {
		return nil, err
	}
	net.Graph = g
	net.NoThrough = graph.Below(g.Nodes(), r.Zones)
	demand, err := r.demand(rnd, x, y, at)
	if err != nil {
		return nil, err
	}
	return &assign.Problem{Network: net, Classes: []assign.Class{{Name: "all", Demand: demand}}}, nil
}

// streets lists the grid's streets, those of a spanning tree first, the rest in
// random order with roads above streets.
func (r Region) streets(rnd *rand.Rand, width int) []street {
	var all []street
	road := func(line int) int {
		switch {
		case line%motorwayEvery == motorwayEvery/2:
			return 2
		case line%arterialEvery == arterialEvery/2:
			return 1
		}
		return 0
	}
	for i := range r.Crossings {
		if i%width+1 < width && i+1 < r.Crossings {
			k := road(i / width)
			all = append(all, street{int32(i), int32(i + 1), k, rnd.Float64() - float64(k)})
		}
		if i+width < r.Crossings {
			k := road(i % width)
			all = append(all, street{int32(i), int32(i + width), k, rnd.Float64() - float64(k)})
		}
	}
	slices.SortFunc(all, func(a, b street) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.u, b.u), cmp.Compare(a.v, b.v))
	})
	above := make([]int32, r.Crossings)
	for i := range above {
		above[i] = int32(i)
	}
	find := func(v int32) int32 {
		for above[v] != v {
			above[v] = above[above[v]]
			v = above[v]
		}
		return v
	}
	tree, rest := make([]street, 0, len(all)), make([]street, 0, len(all))
	for _, s := range all {
		if a, b := find(s.u), find(s.v); a != b {
			above[a] = b
			tree = append(tree, s)
		} else {
			rest = append(rest, s)
		}
	}
	return append(tree, rest...)
}

// zones returns the crossing of each zone: drawn without putting back, density
// falling from the middle.
func (r Region) zones(rnd *rand.Rand, width int, x, y []float64) []int32 {
	type weighed struct {
		crossing int32
		key      float64
	}
	all := make([]weighed, len(x))
	for i := range all {
		d := math.Hypot(x[i]-float64(width)/2, y[i]-float64(width)/2) / (centreShare * float64(width))
		// Efraimidis and Spirakis 2006: the largest u^(1/w) are a weighted sample.
		all[i] = weighed{int32(i), math.Log(rnd.Float64()) / (0.05 + math.Exp(-d))}
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.crossing, b.crossing)) })
	at := make([]int32, r.Zones)
	for z := range at {
		at[z] = all[z%len(all)].crossing
	}
	return at
}

// demand is the gravity table, cut to the largest pairs.
func (r Region) demand(rnd *rand.Rand, x, y []float64, at []int32) (*assign.Demand, error) {
	out, in := make([]float64, r.Zones), make([]float64, r.Zones)
	for z := range out {
		out[z], in[z] = 0.2+rnd.ExpFloat64(), 0.2+rnd.ExpFloat64()
	}
	size := func(a, b int) float64 {
		d := math.Abs(x[at[a]]-x[at[b]]) + math.Abs(y[at[a]]-y[at[b]])
		return out[a] * in[b] * math.Exp(-decay*roads[0].minutes*d)
	}
	all := make([]float32, 0, r.Zones*(r.Zones-1))
	for a := range r.Zones {
		for b := range r.Zones {
			if a != b {
				all = append(all, float32(size(a, b)))
			}
		}
	}
	slices.Sort(all)
	least := all[len(all)-r.Pairs]
	trips := make([]assign.Trip, 0, r.Pairs)
	total := 0.0
	for a := range r.Zones {
		for b := range r.Zones {
			if a == b || len(trips) == r.Pairs {
				continue
			}
			if q := size(a, b); float32(q) >= least {
				trips = append(trips, assign.Trip{From: int32(a), To: int32(b), Amount: q})
				total += q
			}
		}
	}
	for i := range trips {
		trips[i].Amount *= r.Trips / total
	}
	return assign.NewDemand(r.Zones, trips)
}
