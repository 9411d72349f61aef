package interchange_test

import (
	"testing"

	"github.com/astara-corridors/astara/graph/hierarchy"
)

// What a sweep of all origins consists of.
func BenchmarkSweepParts(b *testing.B) {
	for _, p := range []published{siouxFalls, anaheim, barcelona, chicagoSketch} {
		_, problem := load(b, p)
		n := problem.Network
		h, err := hierarchy.New(n.Graph, n.NoThrough)
		if err != nil {
			b.Fatal(err)
		}
		m := h.NewMetric()
		m.Customize(n.Free)
		edges, triangles := h.Size()
		b.Logf("%s: %d edges, %d triangles", p.name, edges, triangles)
		b.Run(p.name+"/order", func(b *testing.B) {
			for b.Loop() {
				if _, err := hierarchy.New(n.Graph, n.NoThrough); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(p.name+"/customize", func(b *testing.B) {
			for b.Loop() {
				m.Customize(n.Free)
			}
		})
		s, ld := h.NewSweep(), h.NewLoad()
		flow := make([]float64, n.Graph.Links())
		all := func(b *testing.B, carry bool) {
			for b.Loop() {
				for i := 0; i < len(n.Centroid); i += hierarchy.Lanes {
					roots := n.Centroid[i:min(i+hierarchy.Lanes, len(n.Centroid))]
					s.From(m, roots)
					if carry {
						for k := range roots {
							for _, v := range n.Centroid {
								s.Send(k, v, 1)
							}
						}
						s.Carry(ld)
					}
				}
				if carry {
					m.Unpack(ld, flow)
				}
			}
		}
		b.Run(p.name+"/sweep", func(b *testing.B) { all(b, false) })
		b.Run(p.name+"/sweep+load", func(b *testing.B) { all(b, true) })
	}
}
