package complete

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/astara-corridors/astara/belief"
)

// many makes claims that fit together: their intervals lie round the values of a
// hidden distribution, which is the uniform one tilted variable by variable.
func many(t testing.TB, f *belief.Frame, n int, seed uint64) []belief.Claim {
	rng := rand.New(rand.NewPCG(seed, 1))
	vars := f.Space.Vars()
	hidden := make([]float64, len(f.ArmOf))
	sum := 0.0
	tilt := make([]float64, len(vars))
	for v := range tilt {
		tilt[v] = 0.2 + 0.6*rng.Float64()
	}
	for row, w := range f.Worlds.Codes {
		x := 1.0
		for v := range vars {
			if f.Space.State(w, v) == 0 {
				x *= tilt[v]
			} else {
				x *= 1 - tilt[v]
			}
		}
		hidden[row] = x
		sum += x
	}
	for row := range hidden {
		hidden[row] /= sum
	}
	var claims []belief.Claim
	for i := range n {
		a, b, c := rng.IntN(len(vars)), rng.IntN(len(vars)), rng.IntN(len(vars))
		if a == b || a == c || b == c {
			a, b, c = i%len(vars), (i+1)%len(vars), (i+2)%len(vars)
		}
		then := vars[a].ID + "=" + vars[a].States[rng.IntN(len(vars[a].States))]
		cond := vars[b].ID + "=" + vars[b].States[0]
		if i%3 == 0 {
			cond += " or " + vars[c].ID + "=" + vars[c].States[0]
		}
		if i%4 == 0 {
			cond = ""
		}
		given := f.Worlds.Select(f.Space.True())
		if cond != "" {
			given = f.Worlds.Select(prop(t, f, cond))
		}
		v := Chance(f, hidden, 0, f.Worlds.Select(prop(t, f, then)).And(given)) / Chance(f, hidden, 0, given)
		claims = append(claims, level(t, f, fmt.Sprintf("c%02d", i), then, cond, max(0, v-0.03), min(1, v+0.03)))
	}
	return claims
}

// binary returns n two-valued variables.
func binary(t testing.TB, n int) *belief.Frame {
	var vars []string
	for i := range n {
		vars = append(vars, fmt.Sprintf("v%02d: no yes", i))
	}
	return frame(t, vars...)
}

func benchmarkMillion(b *testing.B, o Options) {
	f := binary(b, 20)
	w := read(b, f, many(b, f, 40, 7)...)
	q := uniform(f)
	b.ReportAllocs()
	b.ReportMetric(float64(f.Worlds.Len()), "worlds")
	for b.Loop() {
		if c := complete(b, w, q, o); !c.Converged {
			b.Fatalf("residual %v", c.Residual)
		}
	}
}

// BenchmarkMillionPlain completes 40 claims over 1,048,576 worlds; the issue asks
// for 5 s and 1 GB.
func BenchmarkMillionPlain(b *testing.B) { benchmarkMillion(b, Options{Plain: true}) }

// BenchmarkMillion is the same in the order of influence.
func BenchmarkMillion(b *testing.B) { benchmarkMillion(b, Options{}) }

// BenchmarkAgain re-completes 262,144 worlds after one claim changed; the issue
// asks for 500 ms.
func BenchmarkAgain(b *testing.B) {
	f := binary(b, 18)
	claims := many(b, f, 40, 7)
	q := uniform(f)
	old := complete(b, read(b, f, claims...), q, Options{})
	claims[5].Interval.Low, claims[5].Interval.High = max(0, claims[5].Interval.Low-0.02), max(0.01, claims[5].Interval.High-0.02)
	w := read(b, f, claims...)
	for b.Loop() {
		if c := complete(b, w, q, Options{Start: old}); !c.Converged {
			b.Fatalf("residual %v", c.Residual)
		}
	}
}
