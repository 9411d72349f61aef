package interchange

import (
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// TNTPOptions says how a TNTP network becomes a problem. Factors override those
// of the file when not nil.
type TNTPOptions struct {
	TollFactor, DistanceFactor *float64
	// FirstOfPair keeps only the first of links that join the same two nodes in
	// the same direction.
	FirstOfPair bool
}

// Problem joins a network and trips to one class. Links keep their order; with
// FirstOfPair the second value lists the rows kept, else it is nil. Zone z of the
// file is zone z-1 of the problem. Readers must have reported no error.
func (n *TNTPNetwork) Problem(t *TNTPTrips, opt TNTPOptions) (*assign.Problem, []int, error) {
	if t.Zones > n.Zones {
		return nil, nil, fmt.Errorf("interchange: trips between %d zones, but the network has %d", t.Zones, n.Zones)
	}
	var rows []int
	links := n.Links
	if opt.FirstOfPair {
		seen := map[[2]int]bool{}
		links = nil
		for i, k := range n.Links {
			if pair := [2]int{k.Init, k.Term}; !seen[pair] {
				seen[pair] = true
				links, rows = append(links, k), append(rows, i)
			}
		}
	}
	m := len(links)
	tail, head := make([]int32, m), make([]int32, m)
	net := &assign.Network{Free: make([]float64, m), B: make([]float64, m), Power: make([]float64, m),
		Capacity: make([]float64, m), Toll: make([]float64, m), Length: make([]float64, m)}
	for i, k := range links {
		tail[i], head[i] = int32(k.Init-1), int32(k.Term-1)
		net.Free[i], net.B[i], net.Power[i], net.Capacity[i] = k.FreeFlowTime, k.B, k.Power, k.Capacity
		net.Toll[i], net.Length[i] = k.Toll, k.Length
	}
	g, err := graph.New(n.Nodes, tail, head)
	if err != nil {
		return nil, nil, fmt.Errorf("interchange: network: %w", err)
	}
	net.Graph = g
	if n.FirstThru > 1 {
		net.NoThrough = graph.Below(n.Nodes, n.FirstThru-1)
	}
	net.Centroid = make([]int32, n.Zones)
	for z := range net.Centroid {
		net.Centroid[z] = int32(z)
	}
	trips := make([]assign.Trip, 0, len(t.Pairs))
	for _, p := range t.Pairs {
		trips = append(trips, assign.Trip{From: int32(p.From - 1), To: int32(p.To - 1), Amount: p.Amount})
	}
	d, err := assign.NewDemand(n.Zones, trips)
	if err != nil {
		return nil, nil, fmt.Errorf("interchange: trips: %w", err)
	}
	c := assign.Class{Name: "all", Demand: d, TollFactor: n.TollFactor, DistanceFactor: n.DistanceFactor}
	if opt.TollFactor != nil {
		c.TollFactor = *opt.TollFactor
	}
	if opt.DistanceFactor != nil {
		c.DistanceFactor = *opt.DistanceFactor
	}
	return &assign.Problem{Network: net, Classes: []assign.Class{c}}, rows, nil
}

// MatchFlows puts the rows of a flow file in the order of the network's links.
// Parallel links take their rows in turn. Rows without a link and links without
// a row are reported.
func (n *TNTPNetwork) MatchFlows(flows []TNTPFlow, l *diag.List) (volume, cost []float64) {
	at := map[[2]int][]int{}
	for i, k := range n.Links {
		pair := [2]int{k.Init, k.Term}
		at[pair] = append(at[pair], i)
	}
	volume, cost = make([]float64, len(n.Links)), make([]float64, len(n.Links))
	found := make([]bool, len(n.Links))
	for _, f := range flows {
		pair := [2]int{f.From, f.To}
		rows := at[pair]
		if len(rows) == 0 {
			l.Report(ruleFlowLink, f.Pos, "", "there is no link from node %d to node %d, or no further one", f.From, f.To)
			continue
		}
		i := rows[0]
		at[pair] = rows[1:]
		volume[i], cost[i], found[i] = f.Volume, f.Cost, true
	}
	for i, k := range n.Links {
		if !found[i] {
			l.Report(ruleFlowLink, k.Pos, "", "the link from node %d to node %d has no row in the flow file", k.Init, k.Term)
		}
	}
	return volume, cost
}
