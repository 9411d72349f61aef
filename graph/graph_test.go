package graph_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/graph"
	_ "github.com/astara-corridors/astara/internal/seed"
)

func build(t testing.TB, n int, links [][2]int32) *graph.Graph {
	t.Helper()
	var tail, head []int32
	for _, l := range links {
		tail, head = append(tail, l[0]), append(head, l[1])
	}
	g, err := graph.New(n, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// random draws a graph with parallel links, self loops and zero costs.
func random(t *rapid.T, minNodes, maxNodes int) (*graph.Graph, []float64) {
	n := rapid.IntRange(minNodes, maxNodes).Draw(t, "n")
	m := rapid.IntRange(0, 4*n).Draw(t, "m")
	tail, head, cost := make([]int32, m), make([]int32, m), make([]float64, m)
	for l := range tail {
		tail[l] = int32(rapid.IntRange(0, n-1).Draw(t, "tail"))
		head[l] = int32(rapid.IntRange(0, n-1).Draw(t, "head"))
		cost[l] = float64(rapid.IntRange(0, 4).Draw(t, "cost")) // whole numbers: sums are exact
		if rapid.IntRange(0, 9).Draw(t, "closed") == 0 {
			cost[l] = math.Inf(1)
		}
	}
	g, err := graph.New(n, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	return g, cost
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name       string
		n          int
		tail, head []int32
	}{
		{"lengths", 2, []int32{0}, nil},
		{"tail", 2, []int32{2}, []int32{0}},
		{"head", 2, []int32{0}, []int32{-1}},
		{"nodes", -1, nil, nil},
	} {
		if _, err := graph.New(c.n, c.tail, c.head); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
	g := build(t, 2, [][2]int32{{0, 1}})
	for _, cost := range [][]float64{{-1}, {math.NaN()}, {}} {
		if g.CheckCosts(cost) == nil {
			t.Errorf("costs %v pass", cost)
		}
	}
	if err := g.CheckCosts([]float64{math.Inf(1)}); err != nil {
		t.Error(err)
	}
}

// bellman is the plain referee of the cheapest ways.
func bellman(g *graph.Graph, s int32, cost []float64, no []bool) []float64 {
	d := make([]float64, g.Nodes())
	for i := range d {
		d[i] = math.Inf(1)
	}
	d[s] = 0
	for range g.Nodes() {
		for l := range cost {
			u, v := g.Tail(int32(l)), g.Head(int32(l))
			if no != nil && no[u] && u != s {
				continue
			}
			d[v] = math.Min(d[v], d[u]+cost[l])
		}
	}
	return d
}

func TestSearchAgainstBellmanFord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, cost := random(t, 1, 12)
		no := make([]bool, g.Nodes())
		for i := range no {
			no[i] = rapid.IntRange(0, 3).Draw(t, "no") == 0
		}
		s := graph.NewSearch(g)
		s.NoThrough = no
		for r := int32(0); int(r) < g.Nodes(); r++ { // the workspace is reused
			want := bellman(g, r, cost, no)
			s.From(r, cost)
			seen := make([]bool, g.Nodes())
			for _, v := range s.Order() {
				seen[v] = true
				if l := s.Link(v); l >= 0 && !seen[g.Tail(l)] {
					t.Fatalf("node %d stands before its parent", v)
				}
			}
			for v := int32(0); int(v) < g.Nodes(); v++ {
				if s.Dist(v) != want[v] {
					t.Fatalf("from %d to %d: %v, want %v", r, v, s.Dist(v), want[v])
				}
				if seen[v] != !math.IsInf(want[v], 1) {
					t.Fatalf("order and labels differ at node %d", v)
				}
				checkPath(t, g, s.Path(v, nil), r, v, cost, want[v])
			}
			for v := int32(0); int(v) < g.Nodes(); v++ {
				if d := s.Between(r, v, cost); d != want[v] {
					t.Fatalf("between %d and %d: %v, want %v", r, v, d, want[v])
				}
			}
		}
		for r := int32(0); int(r) < g.Nodes(); r++ {
			s.To(r, cost)
			for v := int32(0); int(v) < g.Nodes(); v++ {
				want := bellman(g, v, cost, no)[r]
				if s.Dist(v) != want {
					t.Fatalf("to %d from %d: %v, want %v", r, v, s.Dist(v), want)
				}
				checkPath(t, g, s.Path(v, nil), v, r, cost, want)
			}
		}
	})
}

func checkPath(t *rapid.T, g *graph.Graph, path []int32, from, to int32, cost []float64, want float64) {
	if math.IsInf(want, 1) {
		if len(path) != 0 {
			t.Fatalf("a path where there is no way: %v", path)
		}
		return
	}
	u, sum := from, 0.0
	for _, l := range path {
		if g.Tail(l) != u {
			t.Fatalf("path %v breaks at link %d", path, l)
		}
		u, sum = g.Head(l), sum+cost[l]
	}
	if u != to || sum != want {
		t.Fatalf("path %v ends at %d with cost %v, want %d and %v", path, u, sum, to, want)
	}
}

// Ties go to the lowest link from a node settled earlier.
func TestSearchTies(t *testing.T) {
	g := build(t, 4, [][2]int32{{0, 2}, {0, 1}, {2, 3}, {1, 3}, {1, 3}})
	s := graph.NewSearch(g)
	s.From(0, []float64{1, 1, 1, 1, 1})
	if got := s.Link(3); got != 2 {
		t.Errorf("link into 3 is %d, want 2", got)
	}
	if got, want := s.Order(), []int32{0, 1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestSearchLimit(t *testing.T) {
	g := build(t, 3, [][2]int32{{0, 1}, {1, 2}})
	s := graph.NewSearch(g)
	s.Limit = 1
	s.From(0, []float64{1, 1})
	if s.Dist(1) != 1 || !math.IsInf(s.Dist(2), 1) {
		t.Errorf("labels %v %v, want 1 and +Inf", s.Dist(1), s.Dist(2))
	}
}

func TestZeroOneAgainstSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, cost := random(t, 1, 12)
		step := make([]uint8, len(cost))
		for l, c := range cost {
			switch {
			case math.IsInf(c, 1):
				step[l] = 2
			case c >= 2:
				cost[l], step[l] = 1, 1
			default:
				cost[l], step[l] = 0, 0
			}
		}
		count, link := g.ZeroOne([]int32{0}, step, nil)
		s := graph.NewSearch(g)
		s.From(0, cost)
		for v := range count {
			want := s.Dist(int32(v))
			if count[v] == graph.Unreached {
				if !math.IsInf(want, 1) {
					t.Fatalf("node %d not reached, want %v", v, want)
				}
				continue
			}
			if float64(count[v]) != want {
				t.Fatalf("node %d: %d, want %v", v, count[v], want)
			}
			if l := link[v]; l >= 0 && count[g.Tail(l)]+int32(step[l]) != count[v] {
				t.Fatalf("link %d does not explain the count of node %d", l, v)
			}
		}
	})
}

func TestComponentsAgainstReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, cost := random(t, 1, 12)
		open := make([]bool, len(cost))
		for l := range open {
			open[l] = !math.IsInf(cost[l], 1)
		}
		strong, ns := g.Strong(open)
		weak, nw := g.Weak(open)
		maxS, maxW := int32(-1), int32(-1)
		for u := int32(0); int(u) < g.Nodes(); u++ {
			if strong[u] > maxS+1 || weak[u] > maxW+1 {
				t.Fatal("numbers do not follow the lowest node")
			}
			maxS, maxW = max(maxS, strong[u]), max(maxW, weak[u])
			to := g.Reach([]int32{u}, open, nil, false)
			from := g.Reach([]int32{u}, open, nil, true)
			for v := range to {
				if (to[v] && from[v]) != (strong[v] == strong[u]) {
					t.Fatalf("nodes %d and %d: strong component wrong", u, v)
				}
				if to[v] && weak[v] != weak[u] {
					t.Fatalf("nodes %d and %d: weak component wrong", u, v)
				}
			}
		}
		if int(maxS)+1 != ns || int(maxW)+1 != nw {
			t.Fatal("wrong count of components")
		}
	})
}

// TestMaxFlow checks flows against all cuts of small graphs.
func TestMaxFlowEqualsSmallestCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, cost := random(t, 2, 7)
		capacity := make([]float64, len(cost))
		for l, c := range cost {
			if !math.IsInf(c, 1) {
				capacity[l] = c / 2
			}
		}
		s, e := int32(0), int32(g.Nodes()-1)
		f := g.MaxFlow(graph.FlowProblem{Sources: []int32{s}, Targets: []int32{e}, Link: capacity})
		best := math.Inf(1)
		for mask := 0; mask < 1<<g.Nodes(); mask++ {
			if mask&1 == 0 || mask>>e&1 == 1 {
				continue
			}
			sum := 0.0
			for l := range capacity {
				if mask>>g.Tail(int32(l))&1 == 1 && mask>>g.Head(int32(l))&1 == 0 {
					sum += capacity[l]
				}
			}
			best = math.Min(best, sum)
		}
		if f.Value != best { // halves add up exactly
			t.Fatalf("flow %v, smallest cut %v", f.Value, best)
		}
		cut := 0.0
		for _, l := range f.CutLinks {
			cut += capacity[l]
		}
		if cut != best || len(f.CutNodes) != 0 {
			t.Fatalf("cut %v holds %v, want %v", f.CutLinks, cut, best)
		}
		balance := make([]float64, g.Nodes())
		for l, x := range f.Link {
			if x < 0 || x > capacity[l] {
				t.Fatalf("link %d carries %v of %v", l, x, capacity[l])
			}
			balance[g.Tail(int32(l))] += x
			balance[g.Head(int32(l))] -= x
		}
		for v, b := range balance {
			want := 0.0
			if int32(v) == s {
				want = best
			} else if int32(v) == e {
				want = -best
			}
			if b != want {
				t.Fatalf("node %d is out of balance by %v", v, b-want)
			}
		}
	})
}

func TestMaxFlowWithoutLimit(t *testing.T) {
	g := build(t, 2, [][2]int32{{0, 1}})
	f := g.MaxFlow(graph.FlowProblem{Sources: []int32{0}, Targets: []int32{1}, Link: []float64{math.Inf(1)}})
	if !math.IsInf(f.Value, 1) {
		t.Errorf("value %v, want +Inf", f.Value)
	}
	if _, ok := g.LinkDisjoint([]int32{0}, []int32{0}, nil, nil); ok {
		t.Error("a source that is a target passes")
	}
}

// Two ways meet in node 3: they share no link but share a node.
func TestWaysThroughOneNode(t *testing.T) {
	g := build(t, 7, [][2]int32{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}, {3, 5}, {4, 6}, {5, 6}})
	links, ok := g.LinkDisjoint([]int32{0}, []int32{6}, nil, nil)
	if !ok || len(links.Paths) != 2 || len(links.CutLinks) != 2 {
		t.Errorf("link-disjoint: %+v, want 2 ways", links)
	}
	nodes, ok := g.NodeDisjoint([]int32{0}, []int32{6}, nil, nil)
	if !ok || len(nodes.Paths) != 1 || !slices.Equal(nodes.CutNodes, []int32{3}) {
		t.Errorf("node-disjoint: %+v, want 1 way and the cut at node 3", nodes)
	}
	shared := make([]bool, 7)
	shared[3] = true
	if nodes, _ = g.NodeDisjoint([]int32{0}, []int32{6}, nil, shared); len(nodes.Paths) != 2 {
		t.Errorf("with node 3 shared: %+v, want 2 ways", nodes)
	}
	if links, _ = g.LinkDisjoint([]int32{0}, []int32{6}, nil, shared); len(links.Paths) != 0 {
		t.Errorf("with node 3 barred: %+v, want no way", links)
	}
}

// Ways are ways, share nothing, and are as many as the cut.
func TestWaysAreDisjoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, cost := random(t, 4, 10)
		open := make([]bool, len(cost))
		for l := range open {
			open[l] = !math.IsInf(cost[l], 1)
		}
		sources, targets := []int32{0, 1}, []int32{int32(g.Nodes() - 1), int32(g.Nodes() - 2)}
		for _, byNode := range []bool{false, true} {
			w, _ := g.LinkDisjoint(sources, targets, open, nil)
			if byNode {
				w, _ = g.NodeDisjoint(sources, targets, open, nil)
			}
			if len(w.Paths) != len(w.CutLinks)+len(w.CutNodes) {
				t.Fatalf("%d ways but a cut of %d", len(w.Paths), len(w.CutLinks)+len(w.CutNodes))
			}
			usedLink, usedNode := make([]bool, g.Links()), make([]bool, g.Nodes())
			for _, p := range w.Paths {
				if len(p) == 0 || !slices.Contains(sources, g.Tail(p[0])) || !slices.Contains(targets, g.Head(p[len(p)-1])) {
					t.Fatalf("way %v does not lead from a source to a target", p)
				}
				for i, l := range p {
					if usedLink[l] || !open[l] {
						t.Fatalf("link %d is shared or closed", l)
					}
					usedLink[l] = true
					if i > 0 {
						if g.Tail(l) != g.Head(p[i-1]) {
							t.Fatalf("way %v breaks", p)
						}
						v := g.Tail(l)
						if byNode && usedNode[v] && !slices.Contains(sources, v) && !slices.Contains(targets, v) {
							t.Fatalf("node %d is shared", v)
						}
						usedNode[v] = true
					}
				}
			}
		}
	})
}

func grid(b testing.TB, side int) (*graph.Graph, []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	var links [][2]int32
	var cost []float64
	for y := range side {
		for x := range side {
			v := int32(y*side + x)
			for _, d := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
				if nx, ny := x+d[0], y+d[1]; nx >= 0 && ny >= 0 && nx < side && ny < side {
					links = append(links, [2]int32{v, int32(ny*side + nx)})
					cost = append(cost, 1+rng.Float64())
				}
			}
		}
	}
	return build(b, side*side, links), cost
}

func BenchmarkTreeGrid10000(b *testing.B) {
	g, cost := grid(b, 100)
	s := graph.NewSearch(g)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s.From(int32(i%g.Nodes()), cost)
		i += 37
	}
}
