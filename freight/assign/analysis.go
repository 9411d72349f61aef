package assign

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/graph"
)

// Route is one used way of one pair.
type Route struct {
	Class, From, To int     // class and zones, from 0
	Flow            float64 // in units of the class's demand
	Links           []int32 // in the direction of travel; owned by the result
}

// ErrNoRoutes is wrapped by errors of methods that keep no ways.
var ErrNoRoutes = fmt.Errorf("assign: this method keeps no routes; aon, ue and so do")

// Routes returns the ways with flow, ordered by class, origin, destination. Of the
// route flows that fit the link volumes they are the proportional ones, which makes
// them and select link unique; not so for asymmetric costs, where they are one
// solution of many.
func (res *Result) Routes() ([]Route, error) {
	if res.inner != nil {
		routes, err := res.inner.Routes()
		return contractRoutes(routes, len(res.Volume)), err
	}
	r, err := res.ways()
	if err != nil {
		return nil, err
	}
	var out []Route
	for _, s := range res.ps.sources {
		eq := res.Problem.Classes[s.class].equivalent()
		for i := s.first; i < s.last; i++ {
			for p := r.first[i]; p < r.first[i+1]; p++ {
				if r.flow[p] > 0 {
					out = append(out, Route{Class: int(s.class), From: int(s.zone), To: int(res.ps.to[i]),
						Flow: r.flow[p] / eq, Links: r.way[p]})
				}
			}
		}
	}
	return out, nil
}

// Proportions says how far the flows of [Result.Routes] are proportional; ok is
// false where the method does not make them so.
func (res *Result) Proportions() (p Proportions, ok bool, err error) {
	if res.inner != nil {
		return res.inner.Proportions()
	}
	r, err := res.ways()
	if err != nil || r.shares == nil {
		return p, false, err
	}
	return *r.shares, true, nil
}

// Selected is what uses one link.
type Selected struct {
	Link   int32
	Volume float64   // in equivalents
	Trips  [][]Trip  // by class: pairs and the flow they send over the link
	Links  []float64 // by link: volume of the ways that use the selected link
}

// SelectLink returns the pairs whose ways use a link and the volume that the same
// ways put on all links.
func (res *Result) SelectLink(link int32) (*Selected, error) {
	if link < 0 || int(link) >= len(res.Volume) {
		return nil, fmt.Errorf("assign: there is no link %d", link)
	}
	routes, err := res.Routes()
	if err != nil {
		return nil, err
	}
	out := &Selected{Link: link, Trips: make([][]Trip, len(res.Problem.Classes)), Links: make([]float64, len(res.Volume))}
	var volume sum
	for _, r := range routes {
		uses := false
		for _, l := range r.Links {
			uses = uses || l == link
		}
		if !uses {
			continue
		}
		v := r.Flow * res.Problem.Classes[r.Class].equivalent()
		volume.add(v)
		for _, l := range r.Links {
			out.Links[l] += v
		}
		t := out.Trips[r.Class]
		if n := len(t); n > 0 && t[n-1].From == int32(r.From) && t[n-1].To == int32(r.To) {
			t[n-1].Amount += r.Flow
		} else {
			out.Trips[r.Class] = append(t, Trip{From: int32(r.From), To: int32(r.To), Amount: r.Flow})
		}
	}
	out.Volume = volume.value()
	return out, nil
}

// Skim is a set of zone-to-zone tables along the cheapest ways at the costs of a
// result, row by origin; +Inf where there is no way, 0 on the diagonal.
type Skim struct {
	Zones                    int
	Cost, Time, Length, Toll []float64
}

// Skims returns the tables of one class: generalised cost as the class feels it
// (shadow prices of limits included), its time as it feels it, and length and toll of the same way.
func (res *Result) Skims(class int) (*Skim, error) {
	if res.inner != nil {
		return res.inner.Skims(class) // turns are links there
	}
	if class < 0 || class >= len(res.Problem.Classes) {
		return nil, fmt.Errorf("assign: there is no class %d", class)
	}
	n, c := res.Problem.Network, &res.Problem.Classes[class]
	links := n.Graph.Links()
	time, cost := make([]float64, links), make([]float64, links)
	price := 1.0 // what a unit of Price is to the class
	if !res.Problem.felt() {
		price = scaleOf(n, c)
	}
	for l := range time {
		time[l] = res.Time[l]
		if c.Scale != nil && !math.IsInf(time[l], 1) {
			time[l] *= c.Scale[l]
		}
		cost[l] = time[l]
		if n.Toll != nil {
			cost[l] += c.TollFactor * n.Toll[l]
		}
		if n.Length != nil {
			cost[l] += c.DistanceFactor * n.Length[l]
		}
		if res.Price != nil {
			cost[l] += price * res.Price[l]
		}
		if c.Closed != nil && c.Closed[l] {
			cost[l] = math.Inf(1)
		}
	}
	zones := len(n.Centroid)
	s := &Skim{Zones: zones}
	for _, t := range []*[]float64{&s.Cost, &s.Time, &s.Length, &s.Toll} {
		*t = make([]float64, zones*zones)
	}
	search := graph.NewSearch(n.Graph)
	search.NoThrough = n.NoThrough
	nodes := n.Graph.Nodes()
	nodeTime, nodeLength, nodeToll := make([]float64, nodes), make([]float64, nodes), make([]float64, nodes)
	for o, root := range n.Centroid {
		search.From(root, cost)
		for _, v := range search.Order() {
			l := search.Link(v)
			if l < 0 {
				nodeTime[v], nodeLength[v], nodeToll[v] = 0, 0, 0
				continue
			}
			u := n.Graph.Tail(l)
			nodeTime[v] = nodeTime[u] + time[l]
			if n.Length != nil {
				nodeLength[v] = nodeLength[u] + n.Length[l]
			}
			if n.Toll != nil {
				nodeToll[v] = nodeToll[u] + n.Toll[l]
			}
		}
		for d, v := range n.Centroid {
			i := o*zones + d
			if o == d {
				continue
			}
			s.Cost[i] = search.Dist(v)
			if math.IsInf(s.Cost[i], 1) {
				s.Time[i], s.Length[i], s.Toll[i] = s.Cost[i], s.Cost[i], s.Cost[i]
				continue
			}
			s.Time[i], s.Length[i], s.Toll[i] = nodeTime[v], nodeLength[v], nodeToll[v]
		}
	}
	return s, nil
}
