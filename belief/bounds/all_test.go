package bounds

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	_ "github.com/astara-corridors/astara/internal/seed"
)

// linked draws a frame of two arms that share some variables, and claims that fit a
// hidden distribution of each.
func linked(t *rapid.T) *belief.Words {
	n := rapid.IntRange(2, 4).Draw(t, "variables")
	vars := []formula.Variable{{ID: "act", Kind: "act", States: []string{"no", "yes"}}}
	parents := [][]int{nil}
	for i := range n {
		v := formula.Variable{ID: fmt.Sprintf("v%d", i), Kind: "event", States: []string{"a", "b"}}
		if rapid.Bool().Draw(t, "three states") {
			v.States = append(v.States, "c")
		}
		vars = append(vars, v)
		if rapid.Bool().Draw(t, "moved by the act") {
			parents = append(parents, []int{0})
		} else {
			parents = append(parents, nil)
		}
	}
	space, err := formula.NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := belief.NewFrame(ws, space, parents, []int{0}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var claims []belief.Claim
	for i := range rapid.IntRange(0, 4).Draw(t, "claims") {
		atom := func(from int) *formula.Prop {
			v := rapid.IntRange(from, n).Draw(t, "variable")
			return space.Is(v, rapid.IntRange(0, len(vars[v].States)-1).Draw(t, "state"))
		}
		low := rapid.IntRange(0, 60).Draw(t, "low")
		claims = append(claims, belief.Claim{ID: fmt.Sprintf("c%d", i), Kind: belief.Level, Reading: belief.See, Then: atom(1), If: atom(0),
			Interval: belief.Interval{Low: float64(low) / 100, High: float64(low+rapid.IntRange(0, 40).Draw(t, "width")) / 100, Known: true}})
	}
	w, err := f.Read(claims, belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// asks draws queries of all kinds, of columns that may lack values.
func asks(t *rapid.T, f *belief.Frame) []Query {
	event := f.Worlds.Select(f.Space.Is(1, 0))
	given := f.Worlds.Select(f.Space.Is(len(f.Space.Vars())-1, 1))
	var qs []Query
	for range rapid.IntRange(1, 6).Draw(t, "columns") {
		value := make([]float64, f.Worlds.Len())
		for i := range value {
			value[i] = float64(rapid.IntRange(-20, 20).Draw(t, "value")) / 10
			if rapid.IntRange(0, 40).Draw(t, "lacks") == 0 {
				value[i] = math.NaN()
			}
		}
		last := len(f.Arms) - 1
		qs = append(qs, Expectation(0, value), Expectation(last, value))
		if last > 0 {
			qs = append(qs, Effect(1, 0, value), Query{Terms: []Term{{Arm: 1, Weight: 0.3, Value: value}, {Arm: 0, Weight: -2, Value: value}, {Arm: 1, Weight: 0.5, Event: event}}})
		}
	}
	return append(qs, Probability(0, event, nil), Probability(0, event, given))
}

// byClass gives the columns of queries by class, worlds of one value one class.
func byClass(qs []Query) []Query {
	var out []Query
	of, value := map[*float64][]int32{}, map[*float64][]float64{}
	for _, q := range qs {
		q.Terms = slices.Clone(q.Terms)
		for i := range q.Terms {
			x := &q.Terms[i]
			if x.Value == nil {
				continue
			}
			k := &x.Value[0]
			if of[k] == nil {
				number := map[uint64]int32{}
				for _, v := range x.Value {
					n, ok := number[math.Float64bits(v)]
					if !ok {
						n = int32(len(number))
						number[math.Float64bits(v)] = n
						value[k] = append(value[k], v)
					}
					of[k] = append(of[k], n)
				}
			}
			x.Value, x.Of = value[k], of[k]
		}
		out = append(out, q)
	}
	return out
}

// alike compares answers: exact ones to the last digit.
func alike(t *rapid.T, what string, a, b *Bound) {
	if a.Status != b.Status {
		t.Fatalf("%s: %v and %v", what, a.Status, b.Status)
	}
	if a.Status != Found {
		return
	}
	for _, e := range [][2]*End{{&a.Low, &b.Low}, {&a.High, &b.High}} {
		x, y := e[0], e[1]
		if x.Exact != nil && y.Exact != nil {
			if x.Exact.Cmp(y.Exact) != 0 || x.Value != y.Value {
				t.Fatalf("%s: %v and %v", what, x.Exact, y.Exact)
			}
		} else if math.Abs(x.Value-y.Value) > slack {
			t.Fatalf("%s: %v and %v", what, x.Value, y.Value)
		}
	}
}

// Many queries at once are answered as one by one, whatever the number of workers;
// and arms that are joined cell by cell give what equations give.
func TestAllAsOneByOne(t *testing.T) {
	need(t)
	joined, statuses := 0, map[Status]int{}
	rapid.Check(t, func(t *rapid.T) {
		var w *belief.Words
		if rapid.IntRange(0, 3).Draw(t, "arms") == 0 {
			f, claims := words(t)
			w = read(t, f, claims)
		} else {
			w = linked(t)
		}
		s := NewSystem(w, nil, true)
		qs := asks(t, w.Frame)
		all, err := s.BoundsAll(ctx, qs, 1)
		if err != nil {
			t.Fatal(err)
		}
		classed, err := s.BoundsAll(ctx, byClass(qs), 2)
		if err != nil {
			t.Fatal(err)
		}
		for i := range qs {
			alike(t, fmt.Sprintf("query %d by class", i), all[i], classed[i])
		}
		for _, workers := range []int{2, 7} {
			more, err := NewSystem(w, nil, true).BoundsAll(ctx, qs, workers)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := dump(more), dump(all); got != want {
				t.Fatalf("%d workers:\n%s\none:\n%s", workers, got, want)
			}
		}
		apart := *s
		apart.join, apart.rows = nil, nil
		apart.lay()
		apart.write(0)
		if s.join != nil {
			joined++
		}
		for i, q := range qs {
			one, err := s.Bounds(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			statuses[one.Status]++
			alike(t, fmt.Sprint("one by one, query ", i), all[i], one)
			if s.join == nil {
				continue
			}
			if one, err = apart.Bounds(ctx, q); err != nil {
				t.Fatal(err)
			}
			alike(t, fmt.Sprint("by equations, query ", i), all[i], one)
		}
	})
	// A run that never came to one of these would show nothing of it.
	if joined == 0 || statuses[Found] == 0 || statuses[Undefined] == 0 || statuses[Inconsistent] == 0 {
		t.Errorf("drawn: %d joined, statuses %v", joined, statuses)
	}
}

// dump writes everything about answers.
func dump(bs []*Bound) string {
	out := ""
	for _, b := range bs {
		out += fmt.Sprintf("%+v %v %v\n", *b, b.Low.Exact, b.High.Exact)
	}
	return out
}

// The programmes of the flagship's shape: joined and by equations, the same
// fractions.
func TestFlagshipJoined(t *testing.T) {
	need(t)
	f := newFlagship(t)
	col, err := f.Column("30", belief.Absolute, false)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSystem(f.words(t, f.pair(1), "korybko", false), nil, true)
	if s.join == nil {
		t.Fatal("768 cells are not joined")
	}
	apart := *s
	apart.join, apart.rows = nil, nil
	apart.lay()
	apart.write(0)
	qs := []Query{Effect(1, 0, col.Value), Expectation(1, col.Value)}
	got, err := s.BoundsAll(ctx, qs, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range qs {
		want, err := apart.Bounds(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][2]End{{got[i].Low, want.Low}, {got[i].High, want.High}} {
			if e[0].Certificate != Exact || e[1].Certificate != Exact || e[0].Exact.Cmp(e[1].Exact) != 0 {
				t.Errorf("query %d: %v joined, %v by equations", i, e[0].Exact, e[1].Exact)
			}
		}
	}
}

// A column without a value where arms can have weight leaves their difference
// undefined; where the words give those worlds none, it is defined. In one arm it
// is the mean where there is a value.
func TestUndefined(t *testing.T) {
	need(t)
	f := arms(t, influence)
	value := column(f, "rail=built", t)
	for row := range f.Worlds.Select(parse(t, f, "pact=signed and ties=weak")).Rows() {
		value[row] = math.NaN()
	}
	ask := func(w *belief.Words, q Query) *Bound {
		t.Helper()
		all, err := NewSystem(w, nil, true).BoundsAll(ctx, []Query{q}, 1)
		if err != nil {
			t.Fatal(err)
		}
		one, err := NewSystem(w, nil, true).Bounds(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if one.Status != all[0].Status || !reflect.DeepEqual(one.Low.Exact, all[0].Low.Exact) {
			t.Errorf("%+v and %+v", one, all[0])
		}
		return all[0]
	}
	if b := ask(readAll(t, f), Effect(1, 0, value)); b.Status != Undefined {
		t.Errorf("without words: %v", b.Status)
	}
	// With ties sure to be strong under the pact: built for .7 to .8 with it, and .2
	// to .3 without.
	w := readAll(t, f, claim(t, f, "sure", belief.Level, "ties=strong", "pact=signed", 1, 1),
		claim(t, f, "with", belief.Level, "rail=built", "pact=signed", 0.7, 0.8), claim(t, f, "without", belief.Level, "rail=built", "pact=none", 0.2, 0.3))
	b := ask(w, Effect(1, 0, value))
	if b.Status != Found || b.Low.Exact == nil || b.Low.Exact.RatString() != "2/5" || b.High.Exact.RatString() != "3/5" {
		t.Errorf("%+v", b)
	}
	// E[rail | ties strong] in the one arm, of which nothing is said.
	if b = ask(readAll(t, f), Expectation(1, value)); b.Status != Found || b.Low.Value != 0 || b.High.Value != 1 {
		t.Errorf("%+v", b)
	}
	sure := claim(t, f, "weak", belief.Level, "ties=weak", "pact=signed", 1, 1)
	if b = ask(readAll(t, f, sure), Expectation(1, value)); b.Status != Impossible {
		t.Errorf("%+v", b)
	}
}

// Cells that the claims cannot tell apart are merged: what fits, how far words must
// be bent and how probable conditions can be stays as it is.
func TestShrunk(t *testing.T) {
	need(t)
	merged, unfit := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := linked(t)
		s := NewSystem(w, nil, true)
		s.join = nil
		s.lay()
		s.rows = nil
		s.write(0)
		whole := *s
		whole.shrunk = true // nothing left to merge
		small := s.fitting()
		if small.cols < whole.cols {
			merged++
		}
		a, err := whole.Consistent(ctx, ConflictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := small.Consistent(ctx, ConflictOptions{})
		if err != nil || a != b {
			t.Fatalf("consistent: %v whole, %v shrunk (%v)", a, b, err)
		}
		c, err := whole.Conflicts(ctx, ConflictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := small.Conflicts(ctx, ConflictOptions{})
		if err != nil || !reflect.DeepEqual(c.Minimal, d.Minimal) {
			t.Fatalf("conflicts: %v whole, %v shrunk (%v)", c.Minimal, d.Minimal, err)
		}
		if !a {
			unfit++
			e, _, err := whole.Bend(ctx)
			if err != nil {
				t.Fatal(err)
			}
			f, _, err := small.Bend(ctx)
			if err != nil || math.Abs(e-f) > 2*bendTolerance {
				t.Fatalf("bend: %v whole, %v shrunk (%v)", e, f, err)
			}
		}
	})
	if merged == 0 || unfit == 0 {
		t.Errorf("drawn: %d merged, %d that do not fit", merged, unfit)
	}
}

// Whether a set of claims fits is the same by walking and by the solver, for every
// set.
func TestElastic(t *testing.T) {
	need(t)
	verdicts := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := NewSystem(linked(t), nil, false)
		for _, literal := range []bool{false, true} {
			a, err := s.tester(ctx, literal)
			if err != nil {
				t.Fatal(err)
			}
			defer a.close()
			e, err := a.newElastic(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if e == nil {
				t.Fatal("no start")
			}
			for mask := range 1 << len(a.claims) {
				set := make([]bool, len(a.claims))
				for i := range set {
					set[i] = mask>>i&1 == 1
				}
				want, err := a.fits(ctx, set)
				if err != nil {
					t.Fatal(err)
				}
				if got, known := e.fits(set); known && got != want {
					t.Fatalf("set %v, literal %v: %v by walking, %v by the solver", set, literal, got, want)
				} else if known {
					verdicts[got]++
				}
			}
		}
	})
	if verdicts[true] == 0 || verdicts[false] == 0 {
		t.Errorf("verdicts %v", verdicts)
	}
}
