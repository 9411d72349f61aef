package world

import (
	"errors"
	"math"
	"testing"

	"github.com/astara-corridors/astara/formula"
	"pgregory.net/rapid"
)

func TestPlanByHand(t *testing.T) {
	p := fakePlan(t, &fake{})
	// 2*3*2*2*2 worlds less the 2*2*2 with rail=both and strait=shut.
	if got := len(p.Worlds.Codes); got != 40 {
		t.Fatalf("%d worlds, want 40", got)
	}
	// rail: missing and both are one network (the effects cancel), built another;
	// times strait times season.
	if got := len(p.Rows); got != 8 {
		t.Fatalf("%d effective worlds, want 8", got)
	}
	// Periods are networks that other worlds have: rail x strait x season.
	if got := len(p.Networks); got != 8 {
		t.Fatalf("%d networks, want 8", got)
	}
	if len(p.Networks[0].Active) != 0 {
		t.Errorf("network 0 has effects %v, want none", p.EffectNames(0))
	}
	total := 0
	for _, r := range p.Rows {
		total += r.Worlds
		sum := 0.0
		for _, m := range r.Mix {
			sum += m.Share
		}
		if math.Abs(sum-1) > 1e-15 {
			t.Errorf("row %s: shares sum to %v", p.Space.Format(r.First), sum)
		}
	}
	if total != 40 {
		t.Errorf("rows hold %d worlds, want 40", total)
	}
	w, err := p.Space.ParseWorld("strait=shut,season=hard")
	if err != nil {
		t.Fatal(err)
	}
	mix := p.Rows[p.Row(w)].Mix
	want := map[string]float64{"[]": 0.45, "[shut]": 0.15, "[frost]": 0.3, "[shut frost]": 0.1}
	if len(mix) != len(want) {
		t.Fatalf("%d periods, want %d", len(mix), len(want))
	}
	for _, m := range mix {
		name := "[" + join(p.EffectNames(m.Network)) + "]"
		if math.Abs(m.Share-want[name]) > 1e-15 {
			t.Errorf("period %s has share %v, want %v", name, m.Share, want[name])
		}
	}
	if got := p.Row(p.Space.With(w, 1, 2)); got != -1 {
		t.Errorf("impossible world has row %d, want -1", got)
	}
}

func join(s []string) string {
	out := ""
	for i, x := range s {
		if i > 0 {
			out += " "
		}
		out += x
	}
	return out
}

func TestCauses(t *testing.T) {
	p := fakePlan(t, &fake{})
	got := p.Causes()
	// Rows are rail' (2) x strait (2) x season (2); a pair differs in one of them.
	want := []Cause{{"pact", 0, 8}, {"rail", 4, 4}, {"strait", 4, 4}, {"idle", 0, 8}, {"season", 4, 4}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("cause %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	for i, d := range p.Depends() {
		if d != (want[i].Pairs > 0) {
			t.Errorf("%s: depends %v, pairs %d", want[i].Variable, d, want[i].Pairs)
		}
	}
}

func TestPlanRefuses(t *testing.T) {
	s := fakeSpace(t)
	ws, err := s.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	half := Effect{"half", prop(t, s, "strait=shut"), 0.5}
	f := &fake{adds: [][2]int{{1, 0}, {2, 0}, {3, 0}, {4, 0}}}
	var many *PartYearError
	if _, err := NewPlan(s, ws, []Effect{half, half, half, half}, f); !errors.As(err, &many) || len(many.Effects) != 4 {
		t.Errorf("four part-year effects: %v", err)
	}
	if _, err := NewPlan(s, ws, []Effect{half, half, half}, f); err != nil {
		t.Errorf("three part-year effects: %v", err)
	}
	for _, share := range []float64{0, -0.1, 1.5, math.NaN()} {
		var bad *ShareError
		if _, err := NewPlan(s, ws, []Effect{{"x", half.When, share}}, f); !errors.As(err, &bad) {
			t.Errorf("share %v: %v", share, err)
		}
	}
}

// The bitset signatures agree with evaluating every proposition in every world,
// also beyond 64 effects.
func TestSignaturesAgainstEvaluation(t *testing.T) {
	s := fakeSpace(t)
	ws, err := s.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 130).Draw(rt, "effects")
		f := &fake{adds: make([][2]int, n)}
		effects := make([]Effect, n)
		for i := range effects {
			v := rapid.IntRange(0, 4).Draw(rt, "variable")
			st := rapid.IntRange(0, 1).Draw(rt, "state")
			effects[i] = Effect{ID: "e", When: s.Is(v, st), Share: 1}
			f.adds[i] = [2]int{rapid.IntRange(0, 2).Draw(rt, "add"), 0}
		}
		p, err := NewPlan(s, ws, effects, f)
		if err != nil {
			rt.Fatal(err)
		}
		for i, w := range ws.Codes {
			sum := 0
			for e := range effects {
				if effects[e].When.Eval(w) {
					sum += f.adds[e][0]
				}
			}
			d := p.Networks[p.Rows[p.RowOf[i]].Mix[0].Network].Delta.(fakeDelta)
			if d[0] != sum {
				rt.Fatalf("world %s: %d, want %d", s.Format(w), d[0], sum)
			}
		}
	})
}
