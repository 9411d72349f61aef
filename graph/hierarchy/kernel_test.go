package hierarchy

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/graph"
)

// kernel is a way to run both passes of a sweep.
type kernel struct {
	name string
	down func(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32)
	rise func(places, first, upper []int32, dir []float64, label [][Lanes]float64, up [][Lanes]int32)
}

var goKernel = kernel{"Go", sweepDownGo, riseGo}

// Every kernel that the processor can run gives the bits of the plain loops below.
// The one in Go is among them everywhere, so the test compares something where
// there are no vector instructions, too; it logs which ones it compared.
func TestKernelsAgainstPlainLoops(t *testing.T) {
	for _, kernel := range kernels() {
		t.Log("compared:", kernel.name)
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 1))
			const nodes, links = 300, 900
			var tail, head []int32
			cost := make([]float64, links)
			for l := range cost {
				u := r.IntN(nodes)
				tail, head = append(tail, int32(u)), append(head, int32((u+r.IntN(20))%nodes))
				switch r.IntN(5) {
				case 0:
					cost[l] = 0
				case 1:
					cost[l] = math.Inf(1)
				default:
					cost[l] = r.Float64()
				}
			}
			g, err := graph.New(nodes, tail, head)
			if err != nil {
				t.Fatal(err)
			}
			h, err := New(g, nil)
			if err != nil {
				t.Fatal(err)
			}
			m := h.NewMetric()
			m.Customize(cost)
			s := h.NewSweep() // for the places above the roots
			roots := make([]int32, 1+r.IntN(Lanes))
			for k := range roots {
				roots[k] = int32(r.IntN(nodes))
			}
			s.From(m, roots)
			label, up, down := start(s, roots)
			wantLabel, wantUp, wantDown := start(s, roots)
			kernel.rise(s.above, h.first, h.upper, m.dir, label, up)
			plainRise(s.above, h.first, h.upper, m.dir, wantLabel, wantUp)
			if !slices.Equal(label, wantLabel) || !slices.Equal(up, wantUp) {
				t.Fatalf("%s, seed %d: the way up differs", kernel.name, seed)
			}
			kernel.down(h.first, h.upper, m.dir, label, down)
			plainDown(h.first, h.upper, m.dir, wantLabel, wantDown)
			if !slices.Equal(label, wantLabel) || !slices.Equal(down, wantDown) {
				t.Fatalf("%s, seed %d: the way down differs", kernel.name, seed)
			}
			if !slices.Equal(label, s.label) || !slices.Equal(up, s.up) || !slices.Equal(down, s.down) {
				t.Fatalf("%s, seed %d: a sweep gives something else", kernel.name, seed)
			}
		}
	}
}

// start is the state of a sweep before its passes.
func start(s *Sweep, roots []int32) (label [][Lanes]float64, up, down [][Lanes]int32) {
	n := len(s.label)
	label, up, down = make([][Lanes]float64, n), make([][Lanes]int32, n), make([][Lanes]int32, n)
	for p := range label {
		for k := range Lanes {
			label[p][k], up[p][k], down[p][k] = math.Inf(1), none, none
		}
	}
	for k, r := range roots {
		label[s.h.place[r]][k] = 0
	}
	return label, up, down
}

func plainRise(places, first, upper []int32, dir []float64, label [][Lanes]float64, up [][Lanes]int32) {
	for k := range Lanes {
		for _, p := range places {
			for e := first[p]; e < first[p+1]; e++ {
				if x := label[p][k] + dir[2*e]; x < label[upper[e]][k] {
					label[upper[e]][k], up[upper[e]][k] = x, e
				}
			}
		}
	}
}

func plainDown(first, upper []int32, dir []float64, label [][Lanes]float64, down [][Lanes]int32) {
	for k := range Lanes {
		for p := len(label) - 1; p >= 0; p-- {
			for e := first[p]; e < first[p+1]; e++ {
				if x := label[upper[e]][k] + dir[2*e+1]; x < label[p][k] {
					label[p][k], down[p][k] = x, e
				}
			}
		}
	}
}

// A cost of -0 is 0, though the kernel in Go compares labels by their bits: node 0,
// which may not be passed, reaches node 1 for nothing and node 2 for a half.
func TestNegativeZero(t *testing.T) {
	for _, n := range [][2]int32{{1, 2}, {2, 1}} {
		g, err := graph.New(3, []int32{0, 0, n[1], n[0]}, []int32{n[0], n[1], n[0], n[1]})
		if err != nil {
			t.Fatal(err)
		}
		h, err := New(g, []bool{true, false, false})
		if err != nil {
			t.Fatal(err)
		}
		m, s := h.NewMetric(), h.NewSweep()
		m.Customize([]float64{math.Copysign(0, -1), 0.5, 1, 4})
		look := func() {
			s.From(m, []int32{0})
			if way := s.Path(0, n[0], nil); s.Dist(0, n[0]) != 0 || !slices.Equal(way, []int32{0}) {
				t.Errorf("node %d: cost %v by links %v, want 0 by link 0", n[0], s.Dist(0, n[0]), way)
			}
		}
		look()
		scalar(look)
	}
}
