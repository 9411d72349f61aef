package complete

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	_ "github.com/astara-corridors/astara/internal/seed"
	"pgregory.net/rapid"
)

// compared is a claim that one thing is more probable than another, under a
// condition.
func compared(t testing.TB, f *belief.Frame, id, more, less, cond string) belief.Claim {
	c := belief.Claim{ID: id, Kind: belief.Comparison, Compared: &belief.Compared{More: prop(t, f, more), Less: prop(t, f, less)}}
	if cond != "" {
		c.If = prop(t, f, cond)
	}
	return c
}

// Two independent things with P 0.2 and 0.8 of which the first is said to be at
// least as probable: the closest distribution that fits has both at one value, by
// symmetry 1/2.
func TestComparisonInOrder(t *testing.T) {
	f := frame(t, "a: no yes", "b: no yes", "z: no yes")
	q := make([]float64, len(f.ArmOf))
	for row, w := range f.Worlds.Codes {
		q[row] = 0.5
		for v, p := range []float64{0.2, 0.8} {
			if f.Space.State(w, v) == 0 {
				p = 1 - p
			}
			q[row] *= p
		}
	}
	w := read(t, f, compared(t, f, "more", "a=yes", "b=yes", ""))
	for _, plain := range []bool{true, false} {
		c := complete(t, w, q, Options{Plain: plain})
		a, b := p(t, f, c, "a=yes"), p(t, f, c, "b=yes")
		if !c.Converged || math.Abs(a-0.5) > 1e-9 || math.Abs(b-0.5) > 1e-9 {
			t.Errorf("plain %v: converged %v, P(a) %v, P(b) %v, want 1/2 and 1/2", plain, c.Converged, a, b)
		}
	}
}

// In order or at once, comparisons beside levels give one distribution where all
// variables that are spoken of are in one block and the last is independent of them.
func TestComparisonsAgainstPlain(t *testing.T) {
	f := frame(t, "a: no yes", "b: no yes", "d: no yes", "z: no yes")
	rapid.Check(t, func(rt *rapid.T) {
		three := rapid.SliceOfN(rapid.Float64Range(0.01, 1), 8, 8).Draw(rt, "weights of a, b, d")
		z := rapid.Float64Range(0.1, 0.9).Draw(rt, "P(z)")
		q := make([]float64, len(f.ArmOf))
		sum := 0.0
		for _, v := range three {
			sum += v
		}
		for row, w := range f.Worlds.Codes {
			st := func(v int) int { return f.Space.State(w, v) }
			q[row] = three[st(0)+2*st(1)+4*st(2)] / sum * (float64(st(3))*z + float64(1-st(3))*(1-z))
		}
		things := []string{"a=yes", "b=yes", "d=yes", "a=yes and d=yes", "a=yes and b=no", "b=yes or d=no"}
		i := rapid.IntRange(0, len(things)-1).Draw(rt, "more")
		more, less := things[i], things[(i+rapid.IntRange(1, len(things)-1).Draw(rt, "less"))%len(things)]
		if less == "a=yes" && more == "a=yes and d=yes" || less == "d=yes" && more == "a=yes and d=yes" || less == "a=yes" && more == "a=yes and b=no" {
			return // no more probable than what it is part of: on the rim of what can be
		}
		low := rapid.Float64Range(0.1, 0.5).Draw(rt, "low")
		w := read(t, f, compared(t, f, "more", more, less, ""), level(t, f, "one", "a=yes or b=yes or d=yes", "", low, 0.9))
		a, b := complete(t, w, q, Options{}), complete(t, w, q, Options{Plain: true})
		if a.Converged != b.Converged {
			rt.Fatalf("in order %v, at once %v", a.Converged, b.Converged)
		}
		for row := range q {
			if math.Abs(a.Weight[row]-b.Weight[row]) > 1e-8 {
				rt.Fatalf("world %d: in order %v, at once %v", row, a.Weight[row], b.Weight[row])
			}
		}
	})
}
