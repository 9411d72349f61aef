package bounds

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/formula"
)

// made is a frame of n two-valued variables and claims that fit together.
func made(t testing.TB, n, claims int) *belief.Words {
	var vars []formula.Variable
	for i := range n {
		vars = append(vars, formula.Variable{ID: fmt.Sprintf("v%02d", i), Kind: "event", States: []string{"no", "yes"}})
	}
	space, err := formula.NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := belief.NewFrame(ws, space, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	hidden := make([]float64, ws.Len())
	tilt := make([]float64, n)
	for v := range tilt {
		tilt[v] = 0.2 + 0.6*rng.Float64()
	}
	for row, w := range ws.Codes {
		hidden[row] = 1
		for v := range tilt {
			if space.State(w, v) == 0 {
				hidden[row] *= tilt[v]
			} else {
				hidden[row] *= 1 - tilt[v]
			}
		}
	}
	var list []belief.Claim
	for i := range claims {
		a, b := i%n, (i+1+rng.IntN(n-1))%n
		c := belief.Claim{ID: fmt.Sprint(i), Kind: belief.Level, Reading: belief.See, Then: space.Is(a, rng.IntN(2)), If: space.Is(b, rng.IntN(2))}
		p, _ := complete.Given(f, hidden, 0, ws.Select(c.Then), ws.Select(c.If))
		c.Interval = belief.Interval{Low: max(0, float64(int(100*p)-5)/100), High: min(1, float64(int(100*p)+6)/100), Known: true}
		list = append(list, c)
	}
	w, err := f.Read(list, belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func benchmark(b *testing.B, n, claims int) {
	need(b)
	w := made(b, n, claims)
	f := w.Frame
	value := make([]float64, len(f.ArmOf))
	for i := range value {
		value[i] = float64(i*7919%1000) / 10
	}
	for b.Loop() {
		s := NewSystem(w, nil, false)
		got, err := s.Bounds(ctx, Expectation(0, value))
		if err != nil || got.Status != Found {
			b.Fatal(got, err)
		}
		b.ReportMetric(float64(got.Groups), "groups")
		if got.Low.Certificate == Exact && got.High.Certificate == Exact {
			b.ReportMetric(1, "certified")
		} else {
			b.ReportMetric(0, "certified")
		}
	}
}

// Benchmark4096 is both bounds of one query over 12 variables; the issue asks for
// 1 s.
func Benchmark4096(b *testing.B) { benchmark(b, 12, 40) }

// Benchmark65536 is one query over 65,536 groups; the issue asks for 10 s.
func Benchmark65536(b *testing.B) { benchmark(b, 16, 40) }
