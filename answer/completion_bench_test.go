package answer_test

import (
	"context"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// political is the political half of the case caucasus with its own reference, arms of all acts together,
// and the words of each speaker, bent until they hold together. Only the columns
// of outcomes are made up: solving them is no part of a completion.
type political struct {
	frame     *belief.Frame
	parents   [][]int
	reference []float64
	speakers  []string
	words     map[string]*belief.Words
}

func newPolitical(t testing.TB) *political {
	t.Helper()
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(fsys, &l)
	if c == nil {
		t.Fatal(l.All())
	}
	worlds, err := c.Space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f := &political{words: map[string]*belief.Words{}, reference: make([]float64, worlds.Len())}
	var acts []int
	for v, x := range c.Variables {
		f.parents = append(f.parents, x.InfluencedBy)
		if x.Kind == "act" {
			acts = append(acts, v)
		}
	}
	if f.frame, err = belief.NewFrame(worlds, c.Space, f.parents, acts, nil); err != nil {
		t.Fatal(err)
	}
	r, err := answer.NewReference(c.Variables, c.Space, worlds)
	if err != nil {
		t.Fatal(err)
	}
	for _, arm := range f.frame.Arms {
		d, err := r.Distribution(arm.Fixed)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range d.Rows {
			f.reference[row] = d.Weight[i]
		}
	}
	lexicons := belief.Lexicons()
	var fallback []*belief.Lexicon
	for i := range lexicons {
		fallback = append(fallback, &lexicons[i])
	}
	for _, a := range c.Actors {
		var claims []belief.Claim
		weighs := false
		for _, k := range c.Claims {
			if k.Speaker == a.ID {
				claims = append(claims, k)
				weighs = weighs || k.Kind.Weighs()
			}
		}
		if !weighs {
			continue
		}
		w, err := f.frame.Read(claims, belief.ReadOptions{Lexicon: fallback[0], Fallback: fallback[1:], AsOf: c.AsOf, Columns: f})
		if err != nil {
			t.Fatal(err)
		}
		soft := w.Soft()
		repair, err := bounds.FindRepair(context.Background(), soft)
		if err != nil {
			t.Fatal(err)
		}
		f.speakers = append(f.speakers, a.ID)
		f.words[a.ID] = repair.Apply(soft)
	}
	return f
}

// Column makes up an outcome from -1 to 1 that depends on seven variables.
func (f *political) Column(outcome string, _ belief.Against, _ bool) (belief.Column, error) {
	h := fnv.New64a()
	h.Write([]byte(outcome))
	seed := h.Sum64()
	out := make([]float64, f.frame.Worlds.Len())
	for row, w := range f.frame.Worlds.Codes {
		x := seed
		for v := range f.parents {
			if v%2 == 0 {
				x = (x ^ uint64(f.frame.Space.State(w, v)+1)) * 0x100000001b3
				x ^= x >> 29
			}
		}
		out[row] = math.Round(1e9*(float64(x>>11)/(1<<52)-1)) / 1e9
	}
	return belief.Column{Value: out}, nil
}

// options are those of every completion of the flagship.
func (f *political) options() complete.Options {
	return complete.Options{Parents: f.parents, Workers: 1}
}

func (f *political) complete(t testing.TB, w *belief.Words, o complete.Options) *complete.Completion {
	t.Helper()
	c, err := complete.Complete(context.Background(), w, f.reference, o)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Converged {
		t.Fatalf("residual %v", c.Residual)
	}
	return c
}

// BenchmarkSpeakers completes the words of each speaker of the flagship.
func BenchmarkSpeakers(b *testing.B) {
	f := newPolitical(b)
	for _, s := range f.speakers {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				f.complete(b, f.words[s], f.options())
			}
		})
	}
}

// BenchmarkDropped completes the words of each speaker without each of the claims
// in turn; the metric is the time of one completion.
func BenchmarkDropped(b *testing.B) {
	f := newPolitical(b)
	for _, s := range f.speakers {
		b.Run(s, func(b *testing.B) {
			full := f.complete(b, f.words[s], f.options())
			count := 0
			for b.Loop() {
				d, err := complete.DropOne(context.Background(), f.words[s], f.reference, full, f.options(), func(c *complete.Completion) float64 { return c.Residual })
				if err != nil {
					b.Fatal(err)
				}
				count += len(d)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1e3/float64(count), "ms/completion")
		})
	}
}

// BenchmarkConsensus seeks the consensus of all speakers of the flagship.
func BenchmarkConsensus(b *testing.B) {
	f := newPolitical(b)
	var words []*belief.Words
	for _, s := range f.speakers {
		words = append(words, f.words[s])
	}
	weights := slices.Repeat([]float64{1 / float64(len(words))}, len(words))
	for b.Loop() {
		a, err := complete.Consensus(context.Background(), words, weights, f.reference, 1)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(a.Rounds), "rounds")
	}
}
