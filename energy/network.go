package energy

import (
	"errors"
	"fmt"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/ldl"
)

// InputError carries what [Grid.Check] or [GasNet.Check] found wrong.
type InputError struct{ List *diag.List }

func (e *InputError) Error() string {
	for _, d := range e.List.All() {
		if d.Rule.Severity == diag.Error {
			return fmt.Sprintf("energy: %s (%d problems)", d.Message, e.List.Count(diag.Error))
		}
	}
	return "energy: bad input"
}

// network is a grid made ready for a convention: what is in service, on flat arrays,
// with its islands.
type network struct {
	g           *Grid
	susceptance Susceptance
	live        []bool  // bus in service
	island      []int32 // of a bus, -1 when out of service
	islands     []islandInfo
	branch      []int32 // in-service branches, index into g.Branches
	from, to    []int32
	b           []float64 // MW per radian
	shift       []float64
	position    []int32 // of a bus in the reduced matrix, -1 for references and dead buses
	factor      *ldl.Factor
}

type islandInfo struct {
	reference int32
	buses     int
	branches  int
}

// newNetwork checks a grid and finds its islands. The error is an *InputError.
func newNetwork(g *Grid, s Susceptance) (*network, error) {
	var l diag.List
	g.Check(&l)
	if l.Failed() {
		return nil, &InputError{&l}
	}
	return build(g, s), nil
}

// build is newNetwork for a grid that is known to be sound.
func build(g *Grid, s Susceptance) *network {
	n := &network{g: g, susceptance: s, live: make([]bool, len(g.Buses))}
	for i := range g.Buses {
		n.live[i] = !g.Buses[i].Isolated
	}
	for k := range g.Branches {
		br := &g.Branches[k]
		if br.Out || !n.live[br.From] || !n.live[br.To] {
			continue
		}
		b, shift := s.of(br)
		n.branch = append(n.branch, int32(k))
		n.from, n.to = append(n.from, int32(br.From)), append(n.to, int32(br.To))
		n.b, n.shift = append(n.b, b*g.BaseMVA), append(n.shift, shift)
	}
	n.findIslands()
	return n
}

// findIslands numbers the connected parts in the order of their lowest bus and gives
// each a reference: a bus that asks to be one, else the bus of the largest generator,
// else the lowest bus; ties go to the lowest index.
func (n *network) findIslands() {
	n.island = make([]int32, len(n.live))
	for i := range n.island {
		n.island[i] = -1
	}
	first, arcs := stars(len(n.live), n.from, n.to)
	var stack []int32
	for i := range n.live {
		if !n.live[i] || n.island[i] >= 0 {
			continue
		}
		id := int32(len(n.islands))
		info := islandInfo{reference: int32(i)}
		n.island[i] = id
		stack = append(stack[:0], int32(i))
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			info.buses++
			for _, a := range arcs[first[v]:first[v+1]] {
				info.branches++
				if n.island[a.bus] < 0 {
					n.island[a.bus] = id
					stack = append(stack, a.bus)
				}
			}
		}
		info.branches /= 2
		n.islands = append(n.islands, info)
	}
	largest := make([]float64, len(n.islands))
	for _, x := range n.g.Generators {
		if k := n.island[x.Bus]; !x.Out && k >= 0 && x.Pmax > largest[k] {
			largest[k], n.islands[k].reference = x.Pmax, int32(x.Bus)
		}
	}
	for i := len(n.live) - 1; i >= 0; i-- {
		if k := n.island[i]; k >= 0 && n.g.Buses[i].Reference {
			n.islands[k].reference = int32(i)
		}
	}
	n.position = make([]int32, len(n.live))
	size := int32(0)
	for i := range n.position {
		n.position[i] = -1
		if k := n.island[i]; k >= 0 && n.islands[k].reference != int32(i) {
			n.position[i] = size
			size++
		}
	}
}

// arc is a branch seen from one of its buses.
type arc struct{ bus, branch int32 }

// stars returns the branches at each bus: arcs[first[v]:first[v+1]].
func stars(buses int, from, to []int32) (first []int32, arcs []arc) {
	first = make([]int32, buses+1)
	for k := range from {
		first[from[k]+1]++
		first[to[k]+1]++
	}
	for v := range buses {
		first[v+1] += first[v]
	}
	arcs = make([]arc, 2*len(from))
	next := append([]int32(nil), first[:buses]...)
	for k := range from {
		f, t := from[k], to[k]
		arcs[next[f]] = arc{t, int32(k)}
		next[f]++
		arcs[next[t]] = arc{f, int32(k)}
		next[t]++
	}
	return first, arcs
}

// SingularError says that a susceptance matrix has no factor: branches with negative
// reactance cancel others exactly, so angles are not defined.
type SingularError struct{ Bus string }

func (e *SingularError) Error() string {
	return fmt.Sprintf("energy: the susceptances at bus %s cancel, so flows are not defined; look for negative reactances there", e.Bus)
}

// factorise makes the factor of the susceptance matrix without the references.
func (n *network) factorise() error {
	if n.factor != nil {
		return nil
	}
	size := 0
	for _, p := range n.position {
		size = max(size, int(p)+1)
	}
	entries := make([]ldl.Entry, 0, 3*len(n.b))
	for k, b := range n.b {
		f, t := int(n.position[n.from[k]]), int(n.position[n.to[k]])
		if f >= 0 {
			entries = append(entries, ldl.Entry{Row: f, Col: f, Value: b})
		}
		if t >= 0 {
			entries = append(entries, ldl.Entry{Row: t, Col: t, Value: b})
		}
		if f >= 0 && t >= 0 {
			entries = append(entries, ldl.Entry{Row: f, Col: t, Value: -b})
		}
	}
	factor, err := ldl.New(size, entries).Factor()
	var pivot *ldl.PivotError
	if errors.As(err, &pivot) {
		for i, p := range n.position {
			if int(p) == pivot.Index {
				return &SingularError{n.g.Buses[i].ID}
			}
		}
	}
	if err != nil {
		return err
	}
	n.factor = factor
	return nil
}

// angles solves B theta = injections for every island; injections (MW, one a bus)
// include the effect of phase shifts. Angles of references are 0. Returns the
// correction of the solve.
func (n *network) angles(theta, injection []float64, w *ldl.Work) float64 {
	rhs, x := make([]float64, n.factor.N()), make([]float64, n.factor.N())
	for i, p := range n.position {
		if p >= 0 {
			rhs[p] = injection[i]
		}
	}
	c := n.factor.Solve(x, rhs, w)
	for i, p := range n.position {
		theta[i] = 0
		if p >= 0 {
			theta[i] = x[p]
		}
	}
	return c
}

// bridges marks the in-service branches whose loss splits their island: a depth-first
// search for branches that no cycle contains (Tarjan, "A note on finding the bridges of
// a graph", Inf. Process. Lett. 2, 1974). Parallel branches are never bridges. It also
// returns the order of discovery and the end of each bus's subtree, which say which
// buses lie behind a bridge. O(buses + branches), no arithmetic on reactances.
func (n *network) bridges() (bridge []bool, enter, leave, child []int32) {
	buses := len(n.live)
	bridge = make([]bool, len(n.b))
	enter, leave, child = make([]int32, buses), make([]int32, buses), make([]int32, len(n.b))
	for i := range enter {
		enter[i] = -1
	}
	low := make([]int32, buses)
	first, arcs := stars(buses, n.from, n.to)
	type frame struct{ bus, by, next int32 }
	var stack []frame
	clock := int32(0)
	for s := range buses {
		if !n.live[s] || enter[s] >= 0 {
			continue
		}
		stack = append(stack[:0], frame{int32(s), -1, first[s]})
		enter[s], low[s] = clock, clock
		clock++
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			v := top.bus
			if top.next < first[v+1] {
				a := arcs[top.next]
				top.next++
				switch {
				case a.branch == top.by:
				case enter[a.bus] >= 0:
					low[v] = min(low[v], enter[a.bus])
				default:
					enter[a.bus], low[a.bus] = clock, clock
					clock++
					stack = append(stack, frame{a.bus, a.branch, first[a.bus]})
				}
				continue
			}
			leave[v] = clock
			by := top.by
			stack = stack[:len(stack)-1]
			if by >= 0 {
				u := stack[len(stack)-1].bus
				low[u] = min(low[u], low[v])
				if low[v] > enter[u] {
					bridge[by], child[by] = true, v
				}
			}
		}
	}
	return bridge, enter, leave, child
}

// plural makes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
