package answer

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

// whatIf is the flagship case on an invented table, with the words to change.
func whatIf(t *testing.T) (*computer, *WhatIf) {
	t.Helper()
	k := flagshipRead(t)
	x, err := NewWhatIf(t.Context(), k.c, keptTables(t, k), 0)
	if err != nil {
		t.Fatal(err)
	}
	return k, x
}

// keptTables are the tables of a computer as they come back from the cache.
func keptTables(t *testing.T, k *computer) []*world.Table {
	t.Helper()
	cache := &world.Cache{Dir: t.TempDir()}
	if err := KeepColumns(t.Context(), cache, k.c, k.tables, weightsOf(k.c, k.freight.Worlds, k.lenses, k.opinions), 0); err != nil {
		t.Fatal(err)
	}
	_, ts, ok, err := KeptTables(cache, k.c)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	return ts
}

func complete1(t *testing.T, x *WhatIf, ch Change, view string) *Believed {
	t.Helper()
	b, err := x.Complete(t.Context(), ch, view, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is not changed is the answer's own, bit for bit; a claim dropped gives the
// answer's figure without it; bounds and contradictions are the answer's.
func TestWhatIf(t *testing.T) {
	k, x := whatIf(t)
	for _, l := range k.lenses {
		view := l.View().ID
		want := k.opinions.reference
		if h, ok := l.Weighting.(*held); ok {
			want = h.weight
		}
		if got := complete1(t, x, Change{}, view); !slices.Equal(got.Weight, want) {
			t.Errorf("%s: other weights than the answer's", view)
		}
	}
	w, err := k.opinions.wording(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := k.withoutOne(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if err := k.effectBounds(t.Context()); err != nil {
		t.Fatal(err)
	}
	act := k.acts[0]
	state := 1 - act.without(k)
	checked := 0
	var slowest time.Duration
	for _, r := range w.Readings {
		if r.Form == "bilinear" {
			continue // of a claim whose other row is listed before
		}
		start := time.Now()
		b := complete1(t, x, Change{Claims: map[string]ClaimChange{r.Claim: {Off: true}}}, r.Speaker)
		slowest = max(slowest, time.Since(start))
		e, err := k.effectsOf(b.Weight)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Without {
			if d.Act != act.act.ID {
				continue
			}
			for o := range k.c.Outcomes {
				if k.c.Outcomes[o].ID == d.Outcome {
					checked++
					if got := e[0][state][o]; got != d.Without {
						t.Errorf("%s without %s: %v, the answer has %v", d.Outcome, r.Claim, got, d.Without)
					}
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("%d effects without a claim", checked)
	}
	t.Logf("%d effects of dropped claims; the slowest completion took %v", checked, slowest)

	asked := k.asked()
	for i, l := range k.lenses {
		view := l.View()
		got, err := x.Bounds(t.Context(), Change{}, view.ID, act.act.ID, "", asked)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Contradictions) != len(w.Contradictions) {
			t.Fatalf("%d contradictions, the answer has %d", len(got.Contradictions), len(w.Contradictions))
		}
		for c := range got.Contradictions {
			if !slices.Equal(got.Contradictions[c].Claims, w.Contradictions[c].Claims) {
				t.Errorf("contradiction %v, the answer has %v", got.Contradictions[c].Claims, w.Contradictions[c].Claims)
			}
		}
		for _, e := range k.all[i][0].act.Effects {
			at := slices.IndexFunc(got.Bounds, func(b OutcomeBounds) bool { return b.Outcome == e.Outcome })
			if e.Bounds == nil != (at < 0) {
				t.Errorf("%s, %s: bounds on one side only", view.ID, e.Outcome)
			}
			if e.Bounds == nil || at < 0 {
				continue
			}
			b := got.Bounds[at].Bounds
			if b.Status != e.Bounds.Status || b.Low != e.Bounds.Low || b.High != e.Bounds.High {
				t.Errorf("%s, %s: %v %v to %v, the answer has %v %v to %v", view.ID, e.Outcome, b.Status, b.Low, b.High, e.Bounds.Status, e.Bounds.Low, e.Bounds.High)
			}
		}
	}
}

// own is a claim of the asker about a state of a variable.
func own(t *testing.T, x *WhatIf, id, then string, low, high float64) belief.Claim {
	t.Helper()
	var l diag.List
	p := x.o.c.Space.Parse(then, diag.Pos{}, &l)
	if p == nil {
		t.Fatal(l.All())
	}
	return belief.Claim{ID: id, Kind: belief.Level, Reading: belief.See, Then: p, Interval: belief.Interval{Low: low, High: high, Known: true}}
}

// An interval moved is kept; words that clash are bent and say so; one's own claims
// are a view and have a share where they are given one; order of asking changes nothing.
func TestWhatIfChanges(t *testing.T) {
	_, x := whatIf(t)
	var moved belief.Claim
	for _, c := range x.o.c.Claims {
		if c.Kind == belief.Level && c.If != nil && c.Speaker == "korybko" {
			moved = c
			break
		}
	}
	find := func(b *Believed, speaker, claim string) ClaimNow {
		t.Helper()
		for _, s := range b.Speakers {
			for _, c := range s.Claims {
				if s.ID == speaker && c.Claim == claim {
					return c
				}
			}
		}
		t.Fatalf("no claim %s of %s", claim, speaker)
		return ClaimNow{}
	}
	change := Change{Claims: map[string]ClaimChange{moved.ID: {Interval: &[2]float64{0.2, 0.3}}}}
	b := complete1(t, x, change, moved.Speaker)
	c := find(b, moved.Speaker, moved.ID)
	if !c.Met || c.SoftLow.V != 0.2 || c.SoftHigh.V != 0.3 || len(c.Arms) == 0 {
		t.Fatalf("%+v", c)
	}
	for _, a := range c.Arms {
		if !(a.Completed.V >= 0.2-metTolerance && a.Completed.V <= 0.3+metTolerance) {
			t.Errorf("%s: %v", a.Arm, a.Completed)
		}
	}

	ties := x.o.c.Variables[moved.Then.Vars()[0]]
	mine := []belief.Claim{own(t, x, "own-1", ties.ID+"="+ties.States[0], 0.8, 0.9)}
	share := Change{Own: mine, Weights: map[string]float64{Own: 1, "korybko": 1}}
	b = complete1(t, x, share, ByMixture)
	o := complete1(t, x, share, Own)
	k := complete1(t, x, share, "korybko")
	for row := range b.Weight {
		if math.Abs(b.Weight[row]-(o.Weight[row]+k.Weight[row])/2) > 1e-15 {
			t.Fatal("the mixture is not half of each")
		}
	}
	if got := find(o, Own, "own-1"); !got.Met || got.Arms[0].Completed.V < 0.8-metTolerance {
		t.Errorf("%+v", got)
	}
	for _, s := range o.Speakers {
		if s.ID == Own && (slices.Contains(s.Silent, ties.ID) || len(s.Silent) == 0) {
			t.Errorf("silent %v", s.Silent)
		}
	}

	mine = append(mine, own(t, x, "own-2", ties.ID+"="+ties.States[0], 0.1, 0.2))
	b = complete1(t, x, Change{Own: mine}, Own)
	bent := b.Speakers[len(b.Speakers)-1]
	if math.Abs(bent.Bend-0.3) > 1e-6 || !bent.Converged || bent.Claims[0].Met || bent.Claims[1].Met || !reflect.DeepEqual(bent.Cores, [][]string{{"own-1", "own-2"}}) {
		t.Errorf("%+v, want a bend of 0.3", bent)
	}
	sure := []belief.Claim{own(t, x, "own-1", ties.ID+"="+ties.States[0], 1, 1), own(t, x, "own-2", ties.ID+"="+ties.States[0], 0, 0)}
	b = complete1(t, x, Change{Own: sure}, Own)
	if s := b.Speakers[len(b.Speakers)-1]; math.Abs(s.Bend-0.5) > 1e-6 || !s.Converged || len(s.Cores) != 1 {
		t.Errorf("%+v, want a bend of 0.5 between contrary certainties", s)
	}
	w, err := x.Bounds(t.Context(), Change{Own: mine}, Own, "", "", []string{x.o.c.Outcomes[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(w.Contradictions, func(c Contradiction) bool { return slices.Equal(c.Claims, []string{"own-1", "own-2"}) }) {
		t.Errorf("contradictions %+v", w.Contradictions)
	}

	fresh, err := NewWhatIf(t.Context(), x.o.c, x.tables, 1)
	if err != nil {
		t.Fatal(err)
	}
	if again := complete1(t, fresh, change, moved.Speaker); !slices.Equal(again.Weight, complete1(t, x, change, moved.Speaker).Weight) {
		t.Error("what was asked before changes the weights")
	}
	for range 2 * keptReadings {
		complete1(t, x, Change{Claims: map[string]ClaimChange{moved.ID: {Interval: &[2]float64{0.2, 0.3 + float64(len(x.kept))/100}}}}, moved.Speaker)
	}
	if len(x.kept) > keptReadings {
		t.Errorf("%d readings are kept", len(x.kept))
	}
}

// What names nothing, and numbers that mean nothing, are refused by their name.
func TestWhatIfRefuses(t *testing.T) {
	_, x := whatIf(t)
	var level, direction string
	for _, c := range x.o.c.Claims {
		switch c.Kind {
		case belief.Level:
			level = c.ID
		case belief.Direction:
			direction = c.ID
		}
	}
	at := func(low, high float64) *[2]float64 { return &[2]float64{low, high} }
	for name, ch := range map[string]Change{
		"nobody's":              {Lexicon: "nobody's"},
		"not-said":              {Claims: map[string]ClaimChange{"not-said": {Off: true}}},
		level:                   {Claims: map[string]ClaimChange{level: {Interval: at(0.5, 1.2)}}},
		"rising":                {Claims: map[string]ClaimChange{level: {Interval: at(0.5, 0.2)}}},
		"NaN":                   {Claims: map[string]ClaimChange{level: {Interval: at(math.NaN(), 0.2)}}},
		direction:               {Claims: map[string]ClaimChange{direction: {Interval: at(0.1, 0.2)}}},
		"stranger":              {Weights: map[string]float64{"stranger": 1}},
		"korybko":               {Weights: map[string]float64{"korybko": -1}},
		"no interv":             {Own: []belief.Claim{{ID: "x", Kind: belief.Level, Reading: belief.See, Then: x.o.c.Space.Is(0, 1)}}},
		"own claim":             {Own: []belief.Claim{{ID: ""}}},
		"of this name":          {Own: []belief.Claim{own(t, x, level, x.o.c.Variables[2].ID+"="+x.o.c.Variables[2].States[0], 0, 1)}},
		"nobody has any weight": {Weights: map[string]float64{}},
	} {
		_, err := x.Complete(t.Context(), ch, ByMixture, "", "")
		var c *ChangeError
		if !errors.As(err, &c) || name != "no interv" && !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, v := range [][3]string{{"stranger", "", ""}, {ByMixture, "stranger", ""}, {ByMixture, "pact", "stranger"}} {
		if _, err := x.Complete(t.Context(), Change{}, v[0], v[1], v[2]); err == nil || !strings.Contains(err.Error(), "stranger") {
			t.Errorf("%v: %v", v, err)
		}
	}
	if _, err := x.Bounds(t.Context(), Change{}, ByMixture, "", "", []string{"stranger"}); err == nil || !strings.Contains(err.Error(), "stranger") {
		t.Errorf("outcome: %v", err)
	}
}
