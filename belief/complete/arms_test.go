package complete

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
)

// acts is a small case: two acts, weather that neither moves, ties that the
// first moves, rail that ties and both acts move.
func acts(t testing.TB) (*belief.Frame, [][]int) {
	t.Helper()
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "signed"}},
		{ID: "treaty", Kind: "act", States: []string{"none", "signed"}},
		{ID: "weather", Kind: "event", States: []string{"dry", "wet", "storm"}},
		{ID: "ties", Kind: "event", States: []string{"weak", "strong"}},
		{ID: "rail", Kind: "event", States: []string{"missing", "built"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	parents := [][]int{nil, nil, nil, {0}, {0, 1, 2, 3}}
	f, err := belief.NewFrame(ws, space, parents, []int{0, 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f, parents
}

// outcome makes a claim that a flag by world has a probability under a condition.
func outcome(t testing.TB, f *belief.Frame, w *belief.Words, cond, flag string, low, high float64) {
	k := belief.Constraint{Claim: len(w.Claims), If: f.Worlds.Select(f.Space.True()), Low: low, High: high, SoftLow: low, SoftHigh: high, Scale: 1, AllVars: true}
	if cond != "" {
		p := prop(t, f, cond)
		k.If, k.IfVars = f.Worlds.Select(p), p.Vars()
	}
	k.Then = f.Worlds.Select(prop(t, f, flag)).And(k.If)
	for a := range f.Arms {
		for row := range k.If.Rows() {
			if int(f.ArmOf[row]) == a && !slices.Contains(k.Arms, a) {
				k.Arms = append(k.Arms, a)
			}
		}
	}
	w.Claims = append(w.Claims, belief.Claim{ID: "outcome", Kind: belief.Outcome})
	w.Constraints = append(w.Constraints, k)
}

// A claim about outcomes under the act moves what the act moves; what it does
// not move keeps one joint distribution in linked arms.
func TestLinkedArmsStayLinked(t *testing.T) {
	f, parents := acts(t)
	if len(f.Arms) != 4 || len(f.Links) != 4 {
		t.Fatalf("%d arms, links %v", len(f.Arms), f.Links)
	}
	w := read(t, f, level(t, f, "ties", "ties=strong", "pact=signed", 0.7, 0.8))
	outcome(t, f, w, "pact=signed", "rail=built and weather=wet or rail=built and ties=strong", 0.8, 1)
	c := complete(t, w, uniform(f), Options{Parents: parents})
	if !c.Converged || c.Unlinked {
		t.Fatalf("residual %v, unlinked %v", c.Residual, c.Unlinked)
	}
	for _, l := range f.Links {
		for st := range 3 {
			set := f.Worlds.Select(f.Space.Is(2, st))
			a, b := Chance(f, c.Weight, l.A, set), Chance(f, c.Weight, l.B, set)
			if math.Abs(a-b) > looseTolerance {
				t.Errorf("weather %d: %v in %s, %v in %s", st, a, f.Arms[l.A].Name, b, f.Arms[l.B].Name)
			}
		}
	}
	for a := range f.Arms {
		if s := Chance(f, c.Weight, a, f.Worlds.Select(f.Space.True())); math.Abs(s-1) > looseTolerance {
			t.Errorf("%s sums to %v", f.Arms[a].Name, s)
		}
	}
	// The same bits on any number of workers, and when done again.
	for _, n := range []int{1, 2, 7} {
		if again := complete(t, w, uniform(f), Options{Parents: parents, Workers: n}); !reflect.DeepEqual(again.Weight, c.Weight) {
			t.Errorf("%d workers give other weights", n)
		}
	}
	// Starting from the result there is nothing left to do, and nothing changes.
	warm := complete(t, w, uniform(f), Options{Parents: parents, Start: c})
	for row := range warm.Weight {
		if math.Abs(warm.Weight[row]-c.Weight[row]) > looseTolerance {
			t.Fatalf("a warm start ends elsewhere: world %d %v, %v", row, warm.Weight[row], c.Weight[row])
		}
	}
	// The other act's arms alone: a frame of its own.
	sub := f.Only(0, 2)
	if len(sub.Arms) != 2 || len(sub.Links) != 1 || sub.Links[0].A != 0 || sub.Links[0].B != 1 {
		t.Errorf("%+v", sub.Links)
	}
}

// Words that say nothing leave the reference as it is, bit for bit.
func TestSilenceIsTheReference(t *testing.T) {
	f, parents := acts(t)
	q := uniform(f)
	c := complete(t, read(t, f), q, Options{Parents: parents})
	if !reflect.DeepEqual(c.Weight, q) || len(c.Silent) != 3 || len(c.Stages) != 0 {
		t.Errorf("%+v", c)
	}
	for _, d := range c.Divergence {
		if d != 0 {
			t.Errorf("divergence %v", c.Divergence)
		}
	}
}

// Claims that cannot be met while what comes earlier is held are postponed, and
// the condition that gave way is named: P(strong) = .9 by the reference, but then
// P(built) = .9 and P(built | strong) = .5 do not fit.
func TestPostponed(t *testing.T) {
	f := frame(t, "ties: weak strong", "rail: missing built")
	q := []float64{0.05, 0.05, 0.45, 0.45}
	w := read(t, f, level(t, f, "some", "rail=built", "ties=strong", 0.5, 0.5), level(t, f, "most", "rail=built", "", 0.9, 0.9))
	c := complete(t, w, q, Options{Parents: [][]int{nil, {0}}})
	if !c.Converged {
		t.Fatalf("residual %v", c.Residual)
	}
	if !c.Stages[0].Postponed || len(c.Moved) != 1 || c.Moved[0].Claim != 0 || math.Abs(c.Moved[0].Before-0.9) > near || c.Moved[0].After > 0.2+near {
		t.Errorf("%+v %+v", c.Stages, c.Moved)
	}
}

// Two who contradict each other are averaged; one who is silent follows.
func TestConsensus(t *testing.T) {
	f := frame(t, "ties: weak strong", "rail: missing built")
	a := read(t, f, level(t, f, "a", "ties=strong", "", 0.2, 0.2))
	b := read(t, f, level(t, f, "b", "ties=strong", "", 0.8, 0.8))
	silent := read(t, f, level(t, f, "c", "rail=built", "", 0.7, 0.7))
	third := 1.0 / 3
	got, err := Consensus(ctx, []*belief.Words{a, b, silent}, []float64{third, third, third}, uniform(f), 0)
	if err != nil || !got.Converged {
		t.Fatal(err, got)
	}
	// .2/3 + .8/3 + x/3 = x at x = .5; rail follows the only one who speaks of it.
	strong, built := Chance(f, got.Weight, 0, f.Worlds.Select(prop(t, f, "ties=strong"))), Chance(f, got.Weight, 0, f.Worlds.Select(prop(t, f, "rail=built")))
	if math.Abs(strong-0.5) > 1e-8 || math.Abs(built-0.7) > 1e-8 {
		t.Errorf("ties %v, rail %v after %d rounds", strong, built, got.Rounds)
	}
	if _, err := Consensus(ctx, []*belief.Words{read(t, f, level(t, f, "a", "ties=strong", "", 0.2, 0.2), level(t, f, "b", "ties=strong", "", 0.8, 0.8))}, []float64{1}, uniform(f), 0); err == nil {
		t.Error("words that do not hold together have a consensus")
	}
}

// What is said of the weather in one arm holds in all of them.
func TestSaidInOneArmHoldsInAll(t *testing.T) {
	f, parents := acts(t)
	w := read(t, f, level(t, f, "wet", "weather=wet", "pact=signed", 0.6, 0.7), level(t, f, "storm", "weather=storm", "ties=strong", 0.1, 0.1))
	c := complete(t, w, uniform(f), Options{Parents: parents})
	if !c.Converged {
		t.Fatalf("off by %v", c.Residual)
	}
	for a, arm := range f.Arms {
		if p := Chance(f, c.Weight, a, f.Worlds.Select(f.Space.Is(2, 1))); p < 0.6-looseTolerance || p > 0.7+looseTolerance {
			t.Errorf("%s: P(wet) %v, want 0.6 to 0.7", arm.Name, p)
		}
	}
}

// A claim about rail alone that cannot be met while what influences rail is held: it
// does not speak of the weather, which all the same stays alike in linked arms.
func TestInfluencesOfWhatIsSaidStayLinked(t *testing.T) {
	f, parents := acts(t)
	q := make([]float64, len(f.ArmOf))
	for row, w := range f.Worlds.Codes {
		rail := 0.1 + 0.2*float64(f.Space.State(w, 2)) + 0.4*float64(f.Space.State(w, 0)) // by weather and pact
		if f.Space.State(w, 4) == 0 {
			rail = 1 - rail
		}
		q[row] = rail / 6
	}
	ties := prop(t, f, "ties=strong and rail=built")
	w := read(t, f, level(t, f, "built", "ties=strong and rail=built", "pact=signed", 0.6, 0.7))
	for _, plain := range []bool{false, true} {
		c := complete(t, w, q, Options{Parents: parents, Plain: plain})
		if p := Chance(f, c.Weight, 2, f.Worlds.Select(ties)); !c.Converged || p < 0.6-looseTolerance {
			t.Errorf("plain %v: converged %v, the claim at %v", plain, c.Converged, p)
		}
		for _, l := range f.Links {
			for st := range 3 {
				set := f.Worlds.Select(f.Space.Is(2, st))
				a, b := Chance(f, c.Weight, l.A, set), Chance(f, c.Weight, l.B, set)
				if math.Abs(a-b) > looseTolerance {
					t.Errorf("plain %v, weather %d: %v in %s, %v in %s", plain, st, a, f.Arms[l.A].Name, b, f.Arms[l.B].Name)
				}
			}
		}
	}
}

// Two who are certain, of one arm alone, of what the act does not move: the consensus
// is certain of it in every arm, and each arm is a distribution.
func TestConsensusOfTheCertain(t *testing.T) {
	f, _ := acts(t)
	sure := func(id string) *belief.Words {
		c := level(t, f, id, "weather=dry or weather=wet", "pact=signed", 1, 1)
		return read(t, f, c, level(t, f, id+"-ties", "ties=strong", "pact=signed", 0.6, 0.7))
	}
	c, err := Consensus(ctx, []*belief.Words{sure("a"), sure("b")}, []float64{0.5, 0.5}, uniform(f), 1)
	if err != nil {
		t.Fatal(err)
	}
	for a := range f.Arms {
		all := Chance(f, c.Weight, a, f.Worlds.Select(f.Space.True()))
		storm := Chance(f, c.Weight, a, f.Worlds.Select(f.Space.Is(2, 2)))
		if math.Abs(all-1) > 1e-9 || storm > 1e-9 {
			t.Errorf("%s sums to %v, P(storm) %v", f.Arms[a].Name, all, storm)
		}
	}
}

func TestDropOne(t *testing.T) {
	f := frame(t, "ties: weak strong", "rail: missing built")
	w := read(t, f, level(t, f, "ties", "ties=strong", "", 0.9, 0.9), level(t, f, "rail", "rail=built", "ties=strong", 0.8, 0.8))
	full := complete(t, w, uniform(f), Options{})
	built := func(c *Completion) float64 { return Chance(f, c.Weight, 0, f.Worlds.Select(prop(t, f, "rail=built"))) }
	got, err := DropOne(ctx, w, uniform(f), full, Options{}, built)
	if err != nil || len(got) != 2 {
		t.Fatal(err, got)
	}
	// All: .9*.8 + .1*.5 = .77. Without ties: .5*.8 + .5*.5 = .65. Without rail: .5.
	for i, want := range []float64{0.65, 0.5} {
		if got[i].Claim != i || math.Abs(got[i].Value-want) > near || !got[i].Converged {
			t.Errorf("%+v, want %v", got[i], want)
		}
	}
	if math.Abs(built(full)-0.77) > near {
		t.Errorf("all: %v", built(full))
	}
}

func TestReferenceIsChecked(t *testing.T) {
	f := frame(t, "ties: weak strong")
	for _, q := range [][]float64{{1}, {0.5, 0.4}, {-0.5, 1.5}, {math.NaN(), 1}} {
		if _, err := Complete(ctx, read(t, f), q, Options{}); err == nil {
			t.Errorf("%v is taken", q)
		}
	}
}
