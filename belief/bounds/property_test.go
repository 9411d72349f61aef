package bounds

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/formula"
)

// slack is what certified bounds may differ by between two ways of asking, and
// what a completion, which holds rows to 1e-9, may lie outside them.
const slack = 1e-7

// words draws a frame and claims that fit together: their intervals lie round
// the values of a hidden distribution.
func words(t *rapid.T) (*belief.Frame, []belief.Claim) {
	n := rapid.IntRange(2, 4).Draw(t, "variables")
	var vars []formula.Variable
	for i := range n {
		v := formula.Variable{ID: fmt.Sprintf("v%d", i), Kind: "event", States: []string{"a", "b"}}
		if rapid.Bool().Draw(t, "three states") {
			v.States = append(v.States, "c")
		}
		vars = append(vars, v)
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
	hidden := make([]float64, ws.Len())
	sum := 0.0
	for i := range hidden {
		hidden[i] = float64(rapid.IntRange(1, 20).Draw(t, "weight"))
		sum += hidden[i]
	}
	for i := range hidden {
		hidden[i] /= sum
	}
	atom := func() *formula.Prop {
		v := rapid.IntRange(0, n-1).Draw(t, "variable")
		p := space.Is(v, rapid.IntRange(0, len(vars[v].States)-1).Draw(t, "state"))
		if rapid.Bool().Draw(t, "not") {
			p = space.Not(p)
		}
		return p
	}
	var claims []belief.Claim
	for i := range rapid.IntRange(1, 5).Draw(t, "claims") {
		c := belief.Claim{ID: fmt.Sprintf("c%d", i), Kind: belief.Level, Reading: belief.See, Then: atom(), If: space.Or(atom(), atom())}
		p, ok := complete.Given(f, hidden, 0, ws.Select(c.Then), ws.Select(c.If))
		if !ok {
			continue
		}
		wide := rapid.Float64Range(0.01, 0.2).Draw(t, "half width")
		c.Interval = belief.Interval{Low: math.Floor(1000*max(0, p-wide)) / 1000, High: math.Ceil(1000*min(1, p+wide)) / 1000, Known: true}
		claims = append(claims, c)
	}
	return f, claims
}

func read(t *rapid.T, f *belief.Frame, claims []belief.Claim) *belief.Words {
	w, err := f.Read(claims, belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func bound(t *rapid.T, w *belief.Words, q Query) *Bound {
	b, err := NewSystem(w, nil, true).Bounds(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if b.Status != Found {
		t.Fatalf("%v", b.Status)
	}
	return b
}

func TestProperties(t *testing.T) {
	need(t)
	rapid.Check(t, func(t *rapid.T) {
		f, claims := words(t)
		w := read(t, f, claims)
		value := make([]float64, f.Worlds.Len())
		for i := range value {
			value[i] = rapid.Float64Range(-5, 5).Draw(t, "value")
		}
		event := f.Worlds.Select(f.Space.Is(0, 0))
		for _, q := range []Query{Expectation(0, value), Probability(0, event, nil)} {
			b := bound(t, w, q)
			if b.Low.Value > b.High.Value+slack {
				t.Fatalf("bounds turned round: %v %v", b.Low.Value, b.High.Value)
			}
			// Adding a claim never widens a bound.
			if n := len(claims); n > 0 {
				fewer := bound(t, read(t, f, claims[:n-1]), q)
				if b.Low.Value < fewer.Low.Value-slack || b.High.Value > fewer.High.Value+slack {
					t.Fatalf("one claim more: [%v, %v] after [%v, %v]", b.Low.Value, b.High.Value, fewer.Low.Value, fewer.High.Value)
				}
			}
			// Order and names of claims change nothing.
			turned := append([]belief.Claim(nil), claims...)
			for i, j := 0, len(turned)-1; i < j; i, j = i+1, j-1 {
				turned[i], turned[j] = turned[j], turned[i]
			}
			for i := range turned {
				turned[i].ID = "renamed-" + turned[i].ID
			}
			same := bound(t, read(t, f, turned), q)
			if math.Abs(b.Low.Value-same.Low.Value) > slack || math.Abs(b.High.Value-same.High.Value) > slack {
				t.Fatalf("claims turned round: [%v, %v] and [%v, %v]", b.Low.Value, b.High.Value, same.Low.Value, same.High.Value)
			}
			if b.Low.Exact != nil && same.Low.Exact != nil && b.Low.Exact.Cmp(same.Low.Exact) != 0 {
				t.Fatalf("exact lower bounds differ: %v %v", b.Low.Exact, same.Low.Exact)
			}
			// A claim that the others imply changes nothing: the wider interval of
			// one of them, and the bound itself where it is a probability.
			implied := append([]belief.Claim(nil), claims...)
			for _, c := range claims {
				c.ID += "-wider"
				c.Interval.Low, c.Interval.High = max(0, c.Interval.Low-0.1), min(1, c.Interval.High+0.1)
				implied = append(implied, c)
			}
			more := bound(t, read(t, f, implied), q)
			if math.Abs(b.Low.Value-more.Low.Value) > slack || math.Abs(b.High.Value-more.High.Value) > slack {
				t.Fatalf("implied claims: [%v, %v] and [%v, %v]", b.Low.Value, b.High.Value, more.Low.Value, more.High.Value)
			}
			// Bounds contain the completion, plain and in order; every row holds.
			for _, o := range []complete.Options{{}, {Plain: true}} {
				c, err := complete.Complete(ctx, w, uniform(f), o)
				if err != nil {
					t.Fatal(err)
				}
				if !c.Converged {
					t.Fatalf("words that fit are not completed: residual %v", c.Residual)
				}
				mean := 0.0
				for row, p := range c.Weight {
					if q.Terms[0].Value != nil {
						mean += p * value[row]
					} else if event.Has(row) {
						mean += p
					}
				}
				if mean < b.Low.Value-slack*10 || mean > b.High.Value+slack*10 {
					t.Fatalf("completion %v outside [%v, %v]", mean, b.Low.Value, b.High.Value)
				}
				// Order and names change nothing, and neither do implied claims.
				for what, other := range map[string][]belief.Claim{"turned round": turned, "implied": implied} {
					d, err := complete.Complete(ctx, read(t, f, other), uniform(f), o)
					if err != nil {
						t.Fatal(err)
					}
					for row := range d.Weight {
						if math.Abs(d.Weight[row]-c.Weight[row]) > slack {
							t.Fatalf("%s, plain %v: world %d has %v, and %v", what, o.Plain, row, c.Weight[row], d.Weight[row])
						}
					}
				}
			}
		}
	})
}

func uniform(f *belief.Frame) []float64 {
	q := make([]float64, len(f.ArmOf))
	for i := range q {
		q[i] = 1 / float64(len(q))
	}
	return q
}
