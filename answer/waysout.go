package answer

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/graph"
)

// outlets is the network that is open in the baseline of the horizon year as a
// graph of places: what counts ways out to the open sea.
//
// The open sea is where the largest set of ports joined by sea legs lies; an
// inland sea is not part of it. A way out is a way over open links from any zone
// of the state to a port on the open sea. Being on a sea belongs to no country.
type outlets struct {
	spec    *freight.Spec
	g       *graph.Graph
	node    map[string]int32
	country []string // by node
	ports   []int32
	isPort  []bool
	arcs    []outletArc
}

type outletArc struct {
	// crossing is the id of the border crossed, or of the foreign port that a leg
	// by water lands at; "" where the country stays the same.
	crossing string
	sea      bool
}

// Open says of each link whether it can be used, forward and back.
func newOutlets(s *freight.Spec, open [][2]bool) *outlets {
	o := &outlets{spec: s, node: map[string]int32{}, country: make([]string, len(s.Nodes))}
	for i, n := range s.Nodes {
		o.node[n.ID] = int32(i)
		o.country[i] = n.Country
	}
	borders := map[[3]string]*freight.Border{}
	for i := range s.Borders {
		b := &s.Borders[i]
		borders[[3]string{b.NodeFrom, b.NodeTo, b.Mode}] = b
	}
	var tail, head []int32
	for i, l := range s.Links {
		from, okFrom := o.node[l.From]
		to, okTo := o.node[l.To]
		if !okFrom || !okTo {
			continue // reported by the checks of the case
		}
		water := l.Mode == "sea" || l.Mode == "ferry"
		add := func(a, b int32) {
			arc := outletArc{sea: water}
			switch row, ok := borders[[3]string{s.Nodes[a].ID, s.Nodes[b].ID, l.Mode}]; {
			case o.country[a] == o.country[b] || o.country[b] == openSea:
			case water:
				arc.crossing = s.Nodes[b].ID
			case ok:
				arc.crossing = row.ID
			default:
				arc.crossing = l.ID
			}
			tail, head, o.arcs = append(tail, a), append(head, b), append(o.arcs, arc)
		}
		if open[i][0] {
			add(from, to)
		}
		if open[i][1] {
			add(to, from)
		}
	}
	g, err := graph.New(len(s.Nodes), tail, head)
	if err != nil {
		panic("answer: " + err.Error()) // indices come from the loop above
	}
	o.g = g
	o.openSea()
	return o
}

// openSea finds the largest set of places joined by sea legs.
func (o *outlets) openSea() {
	sea := make([]bool, len(o.arcs))
	onSea := make([]bool, o.g.Nodes())
	for i, a := range o.arcs {
		if sea[i] = a.sea; a.sea {
			onSea[o.g.Tail(int32(i))], onSea[o.g.Head(int32(i))] = true, true
		}
	}
	part, count := o.g.Weak(sea)
	size := make([]int, count)
	for v, on := range onSea {
		if on {
			size[part[v]]++
		}
	}
	largest := 0
	for p, n := range size {
		if n > size[largest] {
			largest = p
		}
	}
	o.isPort = make([]bool, o.g.Nodes())
	for v, on := range onSea {
		if on && int(part[v]) == largest {
			o.isPort[v] = true
			o.ports = append(o.ports, int32(v))
		}
	}
}

// from counts the independent ways of a state. A state with a port on the open
// sea needs no way over foreign soil; the counts are then 0 and Landlocked is
// false.
func (o *outlets) from(state string) WaysOut {
	var w WaysOut
	var zones []int32
	for _, z := range o.spec.Zones {
		if v, ok := o.node[z.Node]; ok && z.Country == state && !slices.Contains(zones, v) {
			zones = append(zones, v)
		}
	}
	home := make([]bool, len(o.arcs)) // links inside the state
	for i, a := range o.arcs {
		home[i] = a.crossing == "" && o.country[o.g.Tail(int32(i))] == state && o.country[o.g.Head(int32(i))] == state
	}
	for v, r := range o.g.Reach(zones, home, nil, false) {
		if r && o.isPort[v] {
			return w
		}
	}
	if len(zones) == 0 {
		return w
	}
	w.Landlocked = true
	w.Countries, w.Through = o.byCountry(state, zones)
	w.Crossings, w.CutBorders = o.byCrossing(zones)
	return w
}

// byCountry counts ways that share no foreign country. Each foreign country is
// one node that one way may pass; inside it every place is joined to every
// other, as its own network does nearly everywhere.
func (o *outlets) byCountry(state string, zones []int32) (int, []string) {
	// Nodes: places of the state, then two a foreign country (in, out), then the sea.
	index := map[string]int32{}
	var names []string
	n := int32(o.g.Nodes())
	place := func(v int32) int32 {
		c := o.country[v]
		if c == state || c == openSea {
			return v
		}
		i, ok := index[c]
		if !ok {
			i = int32(len(names))
			index[c] = i
			names = append(names, c)
		}
		return n + i
	}
	type link struct{ a, b int32 }
	var links []link
	seen := map[link]bool{}
	for i := range o.arcs {
		// On the open sea one is there already: legs between its ports count for
		// nothing, or every way would have a second one round the world.
		a, b := o.g.Tail(int32(i)), o.g.Head(int32(i))
		if o.isPort[a] && o.isPort[b] && o.arcs[i].sea {
			continue
		}
		l := link{place(a), place(b)}
		if l.a != l.b && !seen[l] {
			seen[l] = true
			links = append(links, l)
		}
	}
	goal := n + int32(o.countries())
	for _, p := range o.ports {
		if l := (link{place(p), goal}); !seen[l] {
			seen[l] = true
			links = append(links, l)
		}
	}
	tail, head := make([]int32, len(links)), make([]int32, len(links))
	for i, l := range links {
		tail[i], head[i] = l.a, l.b
	}
	g, err := graph.New(int(goal)+1, tail, head)
	if err != nil {
		panic("answer: " + err.Error())
	}
	p := graph.FlowProblem{Sources: zones, Targets: []int32{goal}, Link: make([]float64, len(links)), Node: make([]float64, int(goal)+1)}
	for i := range p.Link {
		p.Link[i] = math.Inf(1)
	}
	for v := range p.Node {
		p.Node[v] = math.Inf(1)
	}
	for i := range names {
		p.Node[n+int32(i)] = 1
	}
	f := g.MaxFlow(p)
	var through []string
	for i, name := range names {
		used := 0.0
		for l := range links {
			if links[l].a == n+int32(i) && links[l].b == goal {
				used += f.Link[l]
			}
		}
		if used > 0.5 {
			through = append(through, name)
		}
	}
	slices.Sort(through)
	return int(f.Value + 0.5), through
}

const openSea = "XZ"

func (o *outlets) countries() int {
	seen := map[string]bool{}
	for _, c := range o.country {
		seen[c] = true
	}
	return len(seen)
}

// byCrossing counts ways that share no border crossing and no foreign port
// landed at. Crossings between two foreign countries count as well as the
// state's own.
func (o *outlets) byCrossing(zones []int32) (int, []string) {
	// A crossing is a node that all its links lead through, so that one way may
	// use it.
	ids := map[string]int32{}
	var names []string
	for _, a := range o.arcs {
		if _, ok := ids[a.crossing]; a.crossing != "" && !ok {
			ids[a.crossing] = int32(len(names))
			names = append(names, a.crossing)
		}
	}
	n := int32(o.g.Nodes())
	var tail, head []int32
	add := func(a, b int32) { tail, head = append(tail, a), append(head, b) }
	for i, a := range o.arcs {
		from, to := o.g.Tail(int32(i)), o.g.Head(int32(i))
		if a.crossing == "" {
			add(from, to)
			continue
		}
		add(from, n+ids[a.crossing])
		add(n+ids[a.crossing], to)
	}
	g, err := graph.New(int(n)+len(names), tail, head)
	if err != nil {
		panic("answer: " + err.Error())
	}
	p := graph.FlowProblem{Sources: zones, Targets: o.ports, Link: make([]float64, len(tail)), Node: make([]float64, int(n)+len(names))}
	for i := range p.Link {
		p.Link[i] = math.Inf(1)
	}
	for v := range p.Node {
		p.Node[v] = math.Inf(1)
	}
	for i := range names {
		p.Node[n+int32(i)] = 1
	}
	f := g.MaxFlow(p)
	var cut []string
	for _, v := range f.CutNodes {
		cut = append(cut, names[v-n])
	}
	slices.Sort(cut)
	return int(f.Value + 0.5), cut
}
