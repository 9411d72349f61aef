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

// speakers are those of the flagship, and all of them together.
var speakers = []string{"soltan", "oktay", "arkov", "korybko", "all"}

// BenchmarkFlagshipEffects is what a political reading of the flagship asks of the
// bounds: of every speaker and of all together, for both acts, the effect on 50
// columns and their means in the arm of the act. 1,000 queries, 2,000 programmes; the
// whole reading is to take 2 s on two cores. The solver's start is in the first run.
func BenchmarkFlagshipEffects(b *testing.B) {
	need(b)
	f := newFlagship(b)
	var qs []Query
	for c := range 50 {
		col, err := f.Column(fmt.Sprint(20+c), belief.Absolute, false)
		if err != nil {
			b.Fatal(err)
		}
		qs = append(qs, Effect(1, 0, col.Value), Expectation(1, col.Value))
	}
	for act := range 2 {
		frame := f.pair(act)
		for _, speaker := range speakers {
			w := f.words(b, frame, speaker, false)
			b.Run(flagshipVars[act].id+"/"+speaker, func(b *testing.B) {
				exact := 0
				var got []*Bound
				for b.Loop() {
					var err error
					if got, err = NewSystem(w, nil, true).BoundsAll(ctx, qs, 1); err != nil {
						b.Fatal(err)
					}
				}
				for _, x := range got {
					if x.Low.Certificate == Exact && x.High.Certificate == Exact {
						exact++
					}
				}
				b.ReportMetric(float64(got[0].Groups), "groups")
				b.ReportMetric(float64(exact), "certified")
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(qs))/1e3, "ms/query")
			})
		}
	}
}

// BenchmarkFlagshipFit is whether words hold together: every speaker's in all four
// arms, and the minimal conflicts of all together in the arms of each act.
func BenchmarkFlagshipFit(b *testing.B) {
	need(b)
	f := newFlagship(b)
	for _, speaker := range speakers[:4] {
		w := f.words(b, f.frame, speaker, false)
		b.Run("repair/"+speaker, func(b *testing.B) {
			for b.Loop() {
				if _, err := FindRepair(ctx, w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for act := range 2 {
		w := f.words(b, f.pair(act), "all", true)
		b.Run("conflicts/"+flagshipVars[act].id, func(b *testing.B) {
			for b.Loop() {
				c, err := NewSystem(w, nil, false).Conflicts(ctx, ConflictOptions{})
				if err != nil || len(c.Minimal) != 1 {
					b.Fatal(c, err)
				}
			}
		})
	}
}
