package answer

import (
	"testing"

	"github.com/astara-corridors/astara/belief"
)

// BenchmarkWhatIf moves the interval of one claim of each speaker of the flagship, never
// to where it was before, and reads the weights of all experts together.
func BenchmarkWhatIf(b *testing.B) {
	k := flagshipRead(b)
	x, err := NewWhatIf(b.Context(), k.c, k.tables, 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range x.o.speakers {
		for i := range p.claims {
			c := &p.claims[i]
			if !ranged(c) || !x.o.weighs(c.ID) || c.Kind == belief.Outcome {
				continue
			}
			b.Run(c.ID, func(b *testing.B) {
				n := 0
				for b.Loop() {
					n++
					low := 0.2 + float64(n%4000)/1e4
					if _, err := x.Complete(b.Context(), Change{Claims: map[string]ClaimChange{c.ID: {Interval: &[2]float64{low, low + 0.1}}}}, ByMixture, "", ""); err != nil {
						b.Fatal(err)
					}
				}
			})
			break
		}
	}
}

// BenchmarkWhatIfClash moves a claim where it clashes with others of its speaker.
func BenchmarkWhatIfClash(b *testing.B) {
	k := flagshipRead(b)
	x, err := NewWhatIf(b.Context(), k.c, k.tables, 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, id := range []string{"korybko-conduit", "korybko-minor-35"} {
		b.Run(id, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				low := 0.9 + float64(n%1000)/2e4
				got, err := x.Complete(b.Context(), Change{Claims: map[string]ClaimChange{id: {Interval: &[2]float64{low, low + 0.02}}}}, ByMixture, "", "")
				if err != nil {
					b.Fatal(err)
				}
				last := got.Speakers[len(got.Speakers)-1]
				b.ReportMetric(last.Bend, "bend")
				b.ReportMetric(float64(len(last.Cores)), "cores")
			}
		})
	}
}

// BenchmarkWhatIfConsensus moves a claim and reads what all experts agree on.
func BenchmarkWhatIfConsensus(b *testing.B) {
	k := flagshipRead(b)
	x, err := NewWhatIf(b.Context(), k.c, k.tables, 0)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		low := 0.2 + float64(n%4000)/1e4
		if _, err := x.Complete(b.Context(), Change{Claims: map[string]ClaimChange{"korybko-ties": {Interval: &[2]float64{low, low + 0.1}}}}, ByConsensus, "", ""); err != nil {
			b.Fatal(err)
		}
	}
}
