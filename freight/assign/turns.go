package assign

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/graph"
)

// Turns cost something or are forbidden: a left turn, a change of train, a
// transfer from rail to road. They are not known to the searches. A node with
// turns is taken apart instead (Caldwell, Communications of the ACM 4, 1961, in
// the form with nodes kept where no turn is listed): each link that enters it
// ends at a node of its own, each that leaves it begins at one, and every pair of
// them is joined by a link that stands for the turn. Ways of the network and of
// what it was taken apart to are the same, one to one, so every method, gap,
// route and skim is exact, and other nodes cost nothing.
//
// A node with a zone stays as the end of its ways and can no longer be passed;
// what passed it now turns. At nodes that may not be passed anyhow turns do not
// matter and are left out.
//
// Links keep their numbers; those of turns follow.

// Turn is the passage from one link to the next at the node between them.
// Turns that are not listed are free, turning back among them.
type Turn struct {
	From, To int32   // the head of From is the tail of To
	Time     float64 // time on top, 0 or more, felt as that of From; +Inf: nobody may turn so
	Toll     float64 // money, 0 or more
}

// checkTurns finds what is wrong with the turns of a network.
func (n *Network) checkTurns(c *checker) {
	m := int32(n.Graph.Links())
	at := make(map[[2]int32]int, len(n.Turns))
	for i, t := range n.Turns {
		switch {
		case t.From < 0 || t.From >= m || t.To < 0 || t.To >= m:
			c.addf("turn %d: from link %d to link %d, want links 0 to %d", i, t.From, t.To, m-1)
			continue
		case n.Graph.Head(t.From) != n.Graph.Tail(t.To):
			c.addf("turn %d: link %d ends at node %d, but link %d begins at node %d", i, t.From, n.Graph.Head(t.From), t.To, n.Graph.Tail(t.To))
		}
		if !(t.Time >= 0) {
			c.addf("turn %d: Time is %v, want 0 or more", i, t.Time)
		}
		if !(t.Toll >= 0) || math.IsInf(t.Toll, 1) {
			c.addf("turn %d: Toll is %v, want 0 or more", i, t.Toll)
		}
		pair := [2]int32{t.From, t.To}
		if first, twice := at[pair]; twice {
			c.addf("turn %d: from link %d to link %d, as turn %d already", i, t.From, t.To, first)
			continue
		}
		at[pair] = i
	}
}

// Transfers lists the turns between links of different kinds, by modes for
// example, that cost something: cost returns the time, 0 for none. Turns are in
// order of their links.
func Transfers(g *graph.Graph, kind []string, cost func(from, to string) float64) []Turn {
	var turns []Turn
	var out []int32
	for l := range kind {
		out = g.Out(g.Head(int32(l)), out[:0])
		for _, next := range out {
			if kind[l] == kind[next] {
				continue
			}
			if t := cost(kind[l], kind[next]); t > 0 {
				turns = append(turns, Turn{From: int32(l), To: next, Time: t})
			}
		}
	}
	return turns
}

// expansion is the topology of a network with its turning nodes taken apart.
type expansion struct {
	plain, g  *graph.Graph
	at        []int32 // nodes taken apart, ascending
	zone      []bool  // by entry of at: it is the node of a zone
	noThrough []bool
	// Links of turns at node at[i] begin at first[i]: by entering, then leaving link.
	first []int32
	place map[int32]int // node -> entry of at
}

// turning lists the nodes to be taken apart, and which of them are zones'.
func (n *Network) turning() (at []int32, zone []bool) {
	for _, t := range n.Turns {
		if v := n.Graph.Head(t.From); n.NoThrough == nil || !n.NoThrough[v] {
			at = append(at, v)
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	zone = make([]bool, len(at))
	for _, v := range n.Centroid {
		if i, ok := slices.BinarySearch(at, v); ok {
			zone[i] = true
		}
	}
	return at, zone
}

// expand takes the turning nodes apart.
func expand(n *Network) (*expansion, error) {
	g := n.Graph
	links, nodes := g.Links(), g.Nodes()
	x := &expansion{plain: g, place: map[int32]int{}}
	x.at, x.zone = n.turning()
	tail, head := make([]int32, links), make([]int32, links)
	for l := range tail {
		tail[l], head[l] = g.Tail(int32(l)), g.Head(int32(l))
	}
	var in, out []int32
	next := int32(nodes)
	join := func(u, v int32) { tail, head = append(tail, u), append(head, v) }
	for i, v := range x.at {
		in, out = g.In(v, in[:0]), g.Out(v, out[:0])
		x.place[v] = i
		for j, l := range in {
			head[l] = next + int32(j)
		}
		for j, l := range out {
			tail[l] = next + int32(len(in)+j)
		}
		x.first = append(x.first, int32(len(tail)))
		for _, a := range in {
			for _, b := range out {
				join(head[a], tail[b])
			}
		}
		if x.zone[i] {
			for _, a := range in {
				join(head[a], v)
			}
			for _, b := range out {
				join(v, tail[b])
			}
		}
		next += int32(len(in) + len(out))
	}
	x.noThrough = make([]bool, next)
	copy(x.noThrough, n.NoThrough)
	for _, v := range x.at {
		x.noThrough[v] = true
	}
	var err error
	if x.g, err = graph.New(int(next), tail, head); err != nil {
		return nil, fmt.Errorf("assign: taking nodes with turns apart: %w", err)
	}
	return x, nil
}

// fits says whether the expansion is of this network; what turns cost may differ.
func (x *expansion) fits(n *Network) bool {
	at, zone := n.turning()
	return x.plain == n.Graph && slices.Equal(x.at, at) && slices.Equal(x.zone, zone)
}

// link returns the link that stands for a turn, -1 where it does not matter.
func (x *expansion) link(t Turn) int32 {
	v := x.plain.Head(t.From)
	i, ok := x.place[v]
	if !ok {
		return -1
	}
	in, out := x.plain.In(v, nil), x.plain.Out(v, nil)
	return x.first[i] + int32(slices.Index(in, t.From)*len(out)+slices.Index(out, t.To))
}

// problem is p on the expanded network.
func (x *expansion) problem(p *Problem) *Problem {
	n := *p.Network
	links := x.g.Links()
	fill := func(s []float64, rest float64) []float64 {
		if s == nil {
			return nil
		}
		s = append(make([]float64, 0, links), s...)
		for len(s) < links {
			s = append(s, rest)
		}
		return s
	}
	n.Graph, n.NoThrough, n.Turns = x.g, x.noThrough, nil
	n.Free, n.B, n.Power, n.Capacity = fill(n.Free, 0), fill(n.B, 0), fill(n.Power, 0), fill(n.Capacity, 1)
	n.Length, n.Preload, n.Limit = fill(n.Length, 0), fill(n.Preload, 0), fill(n.Limit, math.Inf(1))
	if n.Toll == nil && slices.ContainsFunc(p.Network.Turns, func(t Turn) bool { return t.Toll > 0 }) {
		n.Toll = make([]float64, links)
	}
	n.Toll = fill(n.Toll, 0)
	out := &Problem{Network: &n, Classes: slices.Clone(p.Classes)}
	for k := range out.Classes {
		c := &out.Classes[k]
		c.Scale = fill(c.Scale, 1)
		if c.Closed != nil || c.ClosedTurns != nil {
			c.Closed = append(make([]bool, 0, links), c.Closed...)
			c.Closed = append(c.Closed, make([]bool, links-len(c.Closed))...)
		}
	}
	for i, t := range p.Network.Turns {
		l := x.link(t)
		if l < 0 {
			continue
		}
		n.Free[l] = t.Time
		for k := range out.Classes {
			if scale := p.Classes[k].Scale; scale != nil {
				out.Classes[k].Scale[l] = scale[t.From]
			}
		}
		if n.Toll != nil {
			n.Toll[l] = t.Toll
		}
		for k := range out.Classes {
			if closed := p.Classes[k].ClosedTurns; closed != nil && closed[i] {
				out.Classes[k].Closed[l] = true
			}
		}
	}
	for k := range out.Classes {
		out.Classes[k].ClosedTurns = nil
	}
	return out
}

// solveTurns solves p on the network taken apart and says the outcome of the
// links that p has. p is checked and has turns.
func solveTurns(ctx context.Context, p *Problem, s Settings) (*Result, error) {
	var c checker
	outer := s.Order
	if outer == nil && s.Warm != nil && s.Warm.Settings.Order.fits(p.Network) {
		outer = s.Warm.Settings.Order
	}
	if outer == nil {
		outer = Prepare(p.Network)
	}
	if !outer.fits(p.Network) {
		c.addf("the order prepared ahead is of another topology")
	} else if outer.err != nil {
		return nil, fmt.Errorf("assign: %w", outer.err)
	}
	if s.Warm != nil {
		if s.Warm.inner == nil || len(c.problems) == 0 && s.Warm.inner.Problem.Network.Graph != outer.turns.g {
			c.addf("the result to start from does not fit: it has turns at other nodes")
		} else {
			s.Warm = s.Warm.inner
		}
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	x := outer.turns
	s.Order = outer.inner
	r, err := Solve(ctx, x.problem(p), s)
	if err != nil {
		var infeasible *InfeasibleError
		if errors.As(err, &infeasible) {
			infeasible.Cut = slices.DeleteFunc(infeasible.Cut, func(l int32) bool { return int(l) >= x.plain.Links() })
		}
		return nil, err
	}
	return x.contract(p, outer, r), nil
}

// contract makes the result of p from that of the network taken apart.
func (x *expansion) contract(p *Problem, o *Order, r *Result) *Result {
	links := x.plain.Links()
	out := *r
	out.Problem, out.inner, out.Settings.Order = p, r, o
	out.m, out.ps, out.r, out.late = nil, nil, nil, nil
	out.Statement += fmt.Sprintf("; %d turns listed, %d nodes taken apart for them", len(p.Network.Turns), len(x.at))
	out.Volume, out.Time = r.Volume[:links:links], r.Time[:links:links]
	if r.Price != nil {
		out.Price = r.Price[:links:links]
	}
	out.ClassFlow = make([][]float64, len(r.ClassFlow))
	for k, f := range r.ClassFlow {
		out.ClassFlow[k] = f[:links:links]
	}
	out.TurnVolume = make([]float64, len(p.Network.Turns))
	for i, t := range p.Network.Turns {
		if l := x.link(t); l >= 0 {
			out.TurnVolume[i] = r.Volume[l]
		}
	}
	return &out
}

// contractRoutes leaves the links of turns out of ways.
func contractRoutes(routes []Route, links int) []Route {
	for i := range routes {
		var way []int32
		for _, l := range routes[i].Links {
			if int(l) < links {
				way = append(way, l)
			}
		}
		routes[i].Links = way
	}
	return routes
}
