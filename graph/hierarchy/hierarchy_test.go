package hierarchy_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/graph/hierarchy"
)

// drawn is a random graph with parallel links, loops, costs of 0, closed links,
// unreachable parts and nodes that may not be passed.
type drawn struct {
	g    *graph.Graph
	no   []bool
	cost []float64
}

func drawCosts(t *rapid.T, m int) []float64 {
	kind := rapid.IntRange(0, 2).Draw(t, "kind of costs")
	cost := make([]float64, m)
	for l := range cost {
		switch c := rapid.IntRange(0, 9).Draw(t, "cost"); {
		case c == 0:
			cost[l] = math.Inf(1)
		case c <= 2:
			cost[l] = 0
		case c == 3:
			cost[l] = math.Copysign(0, -1)
		case kind == 0: // sums are exact: many ties
			cost[l] = float64(c)
		case kind == 1:
			cost[l] = rapid.Float64Range(0, 10).Draw(t, "real cost")
		default: // within rounding of each other
			cost[l] = 1 + float64(c)*0x1p-52
		}
	}
	return cost
}

func draw(t *rapid.T, most int) drawn {
	n := rapid.IntRange(1, most).Draw(t, "nodes")
	m := rapid.IntRange(0, 4*n).Draw(t, "links")
	wide := rapid.Bool().Draw(t, "wide") // else links join near numbers
	var tail, head []int32
	for range m {
		u := rapid.IntRange(0, n-1).Draw(t, "tail")
		v := rapid.IntRange(0, n-1).Draw(t, "head")
		if !wide {
			v = (u + v%4) % n
		}
		if rapid.Bool().Draw(t, "turned") {
			u, v = v, u
		}
		tail, head = append(tail, int32(u)), append(head, int32(v))
	}
	g, err := graph.New(n, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	d := drawn{g: g, cost: drawCosts(t, m)}
	if rapid.Bool().Draw(t, "some barred") {
		d.no = make([]bool, n)
		for v := range d.no {
			d.no[v] = rapid.IntRange(0, 3).Draw(t, "barred") == 0
		}
	}
	return d
}

// Relative tolerance of labels: sums of a few hundred links in another order.
const rounding = 1e-13

func close(a, b float64) bool { return a == b || math.Abs(a-b) <= rounding*math.Max(a, b) }

// checkSweep compares all labels and ways with Dijkstra's.
func checkSweep(t *rapid.T, d drawn, m *hierarchy.Metric, s *hierarchy.Sweep, roots []int32) {
	s.From(m, roots)
	search := graph.NewSearch(d.g)
	search.NoThrough = d.no
	for k, r := range roots {
		search.From(r, d.cost)
		for v := int32(0); int(v) < d.g.Nodes(); v++ {
			got, want := s.Dist(k, v), search.Dist(v)
			if !close(got, want) {
				t.Fatalf("from %d to %d: %v, want %v", r, v, got, want)
			}
			path := s.Path(k, v, nil)
			if math.IsInf(want, 1) || v == r {
				if len(path) > 0 {
					t.Fatalf("from %d to %d: a way %v, want none", r, v, path)
				}
				continue
			}
			at, sum := r, 0.0
			passed := map[int32]bool{r: true}
			for i, l := range path {
				if d.g.Tail(l) != at || (i > 0 && d.no != nil && d.no[at]) {
					t.Fatalf("from %d to %d: the way %v breaks at link %d", r, v, path, l)
				}
				at = d.g.Head(l)
				if passed[at] {
					t.Fatalf("from %d to %d: the way %v passes node %d twice", r, v, path, at)
				}
				passed[at] = true
				sum += d.cost[l]
			}
			if at != v || !close(sum, want) {
				t.Fatalf("from %d to %d: the way %v ends at %d and costs %v, want %v", r, v, path, at, sum, want)
			}
		}
	}
}

func drawRoots(t *rapid.T, d drawn) []int32 {
	return rapid.SliceOfN(rapid.Int32Range(0, int32(d.g.Nodes())-1), 1, hierarchy.Lanes).Draw(t, "roots")
}

func TestSweepAgainstDijkstra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t, 40)
		h := build(t, d.g, d.no)
		m, s := h.NewMetric(), h.NewSweep()
		m.Customize(d.cost)
		for range 3 { // workspaces are reused
			checkSweep(t, d, m, s, drawRoots(t, d))
		}
		d.cost = drawCosts(t, d.g.Links())
		m.Customize(d.cost)
		checkSweep(t, d, m, s, drawRoots(t, d))
	})
}

// Graphs above the size that is ordered by least degree alone are dissected.
func TestDissectedAgainstDijkstra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := grid(t, rapid.IntRange(5, 14).Draw(t, "rows"), rapid.IntRange(10, 20).Draw(t, "columns"),
			func() float64 { return float64(rapid.IntRange(0, 5).Draw(t, "cost")) })
		h := build(t, d.g, nil)
		m := h.NewMetric()
		m.Customize(d.cost)
		checkSweep(t, d, m, h.NewSweep(), drawRoots(t, d))
	})
}

type failer interface{ Fatal(...any) }

func build(t failer, g *graph.Graph, noThrough []bool) *hierarchy.Hierarchy {
	h, err := hierarchy.New(g, noThrough)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Many pieces are ordered in one go: two hundred thousand nodes without links, and as
// many in chains of four, take no longer than a network of the size.
func TestManyPieces(t *testing.T) {
	const n = 200_000
	for _, length := range []int32{1, 4} {
		var tail, head []int32
		for v := range int32(n) {
			if v%length != length-1 {
				tail, head = append(tail, v), append(head, v+1)
			}
		}
		g, err := graph.New(n, tail, head)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		h, err := hierarchy.New(g, nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took > 20*time.Second { // quadratic: several minutes
			t.Errorf("pieces of %d: %v", length, took)
		}
		cost := make([]float64, len(tail))
		for l := range cost {
			cost[l] = 1
		}
		m, s := h.NewMetric(), h.NewSweep()
		m.Customize(cost)
		s.From(m, []int32{0, n - length})
		if last := length - 1; s.Dist(0, last) != float64(last) || s.Dist(1, n-1) != float64(last) || !math.IsInf(s.Dist(0, n-1), 1) {
			t.Errorf("pieces of %d: costs %v, %v, %v", length, s.Dist(0, last), s.Dist(1, n-1), s.Dist(0, n-1))
		}
	}
}

// A graph in which all nodes are joined to all has triangles without end.
func TestDenseIsRefused(t *testing.T) {
	const n = 1300 // 1300^3/6 triangles
	var tail, head []int32
	for u := int32(0); u < n; u++ {
		for v := int32(0); v < u; v++ {
			tail, head = append(tail, u), append(head, v)
		}
	}
	g, err := graph.New(n, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	_, err = hierarchy.New(g, nil)
	var dense *hierarchy.DenseError
	if !errors.As(err, &dense) || dense.Edges != len(tail) {
		t.Fatalf("error %v, want one about %d edges", err, len(tail))
	}
}

// grid joins neighbours both ways.
func grid(t failer, rows, columns int, cost func() float64) drawn {
	var tail, head []int32
	for r := range rows {
		for c := range columns {
			v := int32(r*columns + c)
			if c+1 < columns {
				tail, head = append(tail, v, v+1), append(head, v+1, v)
			}
			if r+1 < rows {
				tail, head = append(tail, v, v+int32(columns)), append(head, v+int32(columns), v)
			}
		}
	}
	g, err := graph.New(rows*columns, tail, head)
	if err != nil {
		t.Fatal(err)
	}
	d := drawn{g: g, cost: make([]float64, len(tail))}
	for l := range d.cost {
		d.cost[l] = cost()
	}
	return d
}

// Nested dissection of a k by k grid has about 31/4 k^2 log2 k edges at most
// (George 1973); the order found here must not be worse than that.
func TestFillOfGrid(t *testing.T) {
	for _, k := range []int{16, 32, 64} {
		d := grid(t, k, k, func() float64 { return 1 })
		edges, _ := build(t, d.g, nil).Size()
		bound := 31.0 / 4 * float64(k*k) * math.Log2(float64(k))
		t.Logf("%d by %d: %d edges, bound %.0f", k, k, edges, bound)
		if float64(edges) > bound {
			t.Errorf("%d by %d: %d edges, want at most %.0f", k, k, edges, bound)
		}
	}
}

// Loads conserve at every node, cost what the labels say, and do not depend on
// how roots are put together.
func TestLoads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t, 40)
		h := build(t, d.g, d.no)
		m, s := h.NewMetric(), h.NewSweep()
		m.Customize(d.cost)
		n := d.g.Nodes()
		balance := make([]float64, n)
		flow, alone := make([]float64, d.g.Links()), make([]float64, d.g.Links())
		cost := 0.0
		load, single := h.NewLoad(), h.NewLoad()
		for range 2 {
			roots := drawRoots(t, d)
			type trip struct {
				lane   int
				to     int32
				amount float64
			}
			var trips []trip
			for range rapid.IntRange(0, 30).Draw(t, "trips") {
				trips = append(trips, trip{rapid.IntRange(0, len(roots)-1).Draw(t, "lane"),
					rapid.Int32Range(0, int32(n)-1).Draw(t, "to"), float64(rapid.IntRange(1, 9).Draw(t, "amount"))})
			}
			s.From(m, roots)
			for _, x := range trips {
				want := !math.IsInf(s.Dist(x.lane, x.to), 1)
				if s.Send(x.lane, x.to, x.amount) != want {
					t.Fatalf("sent from %d to %d: %v", roots[x.lane], x.to, !want)
				}
				if want {
					balance[roots[x.lane]] += x.amount
					balance[x.to] -= x.amount
					cost += x.amount * s.Dist(x.lane, x.to)
				}
			}
			s.Carry(load)
			for k, r := range roots {
				s.From(m, []int32{r})
				for _, x := range trips {
					if x.lane == k {
						s.Send(0, x.to, x.amount)
					}
				}
				s.Carry(single)
			}
		}
		m.Unpack(load, flow)
		m.Unpack(single, alone)
		if !slices.Equal(flow, alone) { // amounts are whole, so sums are exact
			t.Fatalf("together %v, one by one %v", flow, alone)
		}
		sum := 0.0
		for l, f := range flow {
			balance[d.g.Tail(int32(l))] -= f
			balance[d.g.Head(int32(l))] += f
			if f != 0 {
				sum += f * d.cost[l]
			}
		}
		for v, b := range balance {
			if b != 0 {
				t.Fatalf("node %d is out of balance by %v", v, b)
			}
		}
		if !close(sum, cost) {
			t.Fatalf("flows cost %v, labels say %v", sum, cost)
		}
		m.Unpack(load, flow)
		again := 0.0
		for l, f := range flow {
			if f != 0 {
				again += f * d.cost[l]
			}
		}
		if again != sum {
			t.Fatal("a load is not empty after it was unpacked")
		}
	})
}

// Update leaves what Customize would.
func TestUpdate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t, 40)
		if d.g.Links() == 0 {
			return
		}
		h := build(t, d.g, d.no)
		m, whole := h.NewMetric(), h.NewMetric()
		m.Customize(d.cost)
		for range 3 {
			changed := rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(d.g.Links())-1), 1, 5, rapid.ID).Draw(t, "changed")
			fresh := drawCosts(t, len(changed))
			for i, l := range changed {
				d.cost[l] = fresh[i]
			}
			m.Update(d.cost, changed)
			whole.Customize(d.cost)
			if !hierarchy.SameCosts(m, whole) {
				t.Fatal("the updated metric differs from one made anew")
			}
		}
		checkSweep(t, d, m, h.NewSweep(), drawRoots(t, d))
	})
}

func TestEmpty(t *testing.T) {
	g, err := graph.New(0, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := build(t, g, nil)
	m := h.NewMetric()
	m.Customize(nil)
	h.NewSweep().From(m, nil)
}
