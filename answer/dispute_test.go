package answer

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/world"
	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/voi"
)

// ask makes a case ask for outcomes of acts.
func ask(c *casefile.Case, acts []string, outcomes ...string) {
	c.Questions = append(c.Questions, casefile.Question{ID: "q", Text: "What then?", Acts: acts, Outcomes: outcomes})
}

// By hand, on the small case with the pact in force. a puts P(rail) at 0.9, b at
// 0.3; the strait is the reference's, 0.25, and independent. y0 is 8.8 + 2 = 10.8
// with the strait open and 2.8 with it shut (P(rail) 0.2 without the pact), so the
// change is 4 - 0.8 = 3.2 with the rail and -0.8 without, whatever the strait.
//
//	a: 0.9 x 4 - 0.8 = 2.8     b: 0.3 x 4 - 0.8 = 0.4     apart: 1.2
//	mixture: P(rail) 0.6, variance 0.24 x 16 = 3.84; the speaker explains 1.44 / 3.84
//	rail known: nobody differs. Strait known: all of it is left.
//	idle: P(yes | rail) 0.5, P(yes | none) 0.1.
//	  yes: a 0.45 and 0.01, b 0.15 and 0.07: P(rail | yes) 45/46 and 15/22
//	  no:  a 0.45 and 0.09, b 0.15 and 0.63: P(rail | no) 5/6 and 15/78
//	  apart after: 4 x half the difference, weighted 0.34 and 0.66.
func TestDisputeByHand(t *testing.T) {
	c, tab, e := small(t)
	speak(t, c, said{id: "sure", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 0.9},
		said{id: "not", speaker: "b", when: "pact=in_force", then: "rail=built", low: 0.3, high: 0.3})
	ask(c, []string{"pact"}, "tonnes")
	a := compute(t, c, tab, e, Options{})
	if len(a.Words.Disputes) != 1 {
		t.Fatalf("disputes %+v", a.Words.Disputes)
	}
	d := a.Words.Disputes[0]
	if d.Act != "pact" || d.State != "in_force" || d.Outcome != "tonnes" {
		t.Errorf("dispute %+v", d)
	}
	if !closeTo(d.Apart, 1.2) || !closeTo(d.Speaker, 1.44/3.84) {
		t.Errorf("apart %v, speaker %v; want 1.2, %v", d.Apart.V, d.Speaker.V, 1.44/3.84)
	}
	// The speakers differ in P(rail) alone: the divergence is that of two coins.
	h := func(p float64) float64 { return -p*math.Log(p) - (1-p)*math.Log(1-p) }
	if want := h(0.6) - (h(0.9)+h(0.3))/2; !closeTo(d.JensenShannon, want) {
		t.Errorf("divergence %v, want %v", d.JensenShannon.V, want)
	}
	idle := 0.34*2*(45.0/46-15.0/22) + 0.66*2*(5.0/6-15.0/78)
	if len(d.Settles) != 2 || d.Settles[0].Variable != "rail" || d.Settles[1].Variable != "idle" {
		t.Fatalf("settles %+v", d.Settles)
	}
	if x := d.Settles[0]; math.Abs(x.After) > completed || math.Abs(x.Fall-1) > completed {
		t.Errorf("rail: %+v", x)
	}
	if x := d.Settles[1]; math.Abs(x.After-idle) > completed || math.Abs(x.Fall-(1-idle/1.2)) > completed {
		t.Errorf("idle: %+v, want %v left", x, idle)
	}
	if s, ok := a.Settler([]string{"pact"}, []string{"tonnes"}); !ok || s.Variable != "rail" || math.Abs(s.Fall-1) > completed || s.Disputes != 1 {
		t.Errorf("settler %+v", s)
	}
}

// Words that fit each other to the last bit leave no dispute, and one expert has
// none.
func TestNoDispute(t *testing.T) {
	c, tab, e := small(t)
	speak(t, c, said{id: "x", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 0.9},
		said{id: "y", speaker: "b", when: "pact=in_force", then: "rail=built", low: 0.9, high: 0.9})
	ask(c, []string{"pact"}, "tonnes", "hours")
	for _, d := range compute(t, c, tab, e, Options{}).Words.Disputes {
		if !d.Apart.OK || d.Apart.V != 0 || len(d.Settles) != 0 {
			t.Errorf("agreed, and still %+v", d)
		}
	}
	c, tab, e = small(t)
	speak(t, c, said{id: "x", speaker: "a", when: "pact=in_force", then: "rail=built", low: 0.9, high: 0.9})
	ask(c, []string{"pact"}, "tonnes")
	if ds := compute(t, c, tab, e, Options{}).Words.Disputes; len(ds) != 0 {
		t.Errorf("one expert disputes: %+v", ds)
	}
}

// The sums by state and row, and by state and group, are what voi.Settle says of
// the worlds one by one; with and without worlds where the column has no value.
func TestDisputeAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.05, 0.95).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0, 1}, rows: []given{{"pact=in_force and a=yes", weight("b1")}, {"a=yes", weight("b2")}, {"", weight("b3")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}, {"out", "a=yes and d=yes", -rapid.SampledFrom([]float64{0, 8}).Draw(rt, "out")}})
		x, y := weight("x"), weight("y")
		speak(t, c, said{id: "x", speaker: "s", when: "a=yes", then: "b=yes", low: x, high: x}, said{id: "y", speaker: "r", then: "d=yes", low: y, high: y})
		ask(c, []string{"pact"}, "tonnes", "hours")
		k := reading2(t, c, tab, e)
		w := &Words{}
		if err := k.disputes(t.Context(), w); err != nil {
			rt.Fatal(err)
		}
		r := k.acts[0]
		ct, err := k.contrast(r, 1)
		if err != nil {
			rt.Fatal(err)
		}
		for _, d := range w.Disputes {
			at, _ := k.tables.find(d.Outcome)
			values := k.tables.values(at)
			y0 := startOf(ct.without[at.table], values, ct.groups)
			var change []float64
			keep := make([]bool, len(ct.rows))
			for i, row := range ct.rows {
				if v := values[tab.RowOf[row]] - y0[ct.group[i]]; v == v {
					change, keep[i] = append(change, v), true
				}
			}
			var ps [][]float64
			for s := range 2 {
				full, total := k.all[1+s][0].readings[1].dist.Weight, 0.0
				var p []float64
				for i, ok := range keep {
					if ok {
						p, total = append(p, full[i]), total+full[i]
					}
				}
				for i := range p {
					p[i] /= total
				}
				ps = append(ps, p)
			}
			for v := 1; v < 4; v++ {
				var label []int
				for i, ok := range keep {
					if ok {
						label = append(label, int(ct.state[v][i]))
					}
				}
				want, err := voi.Settle(ps, []float64{0.5, 0.5}, change, label)
				if err != nil {
					rt.Fatal(err)
				}
				if math.Abs(d.Apart.V-want.Before) > 1e-9 {
					rt.Errorf("%s: apart %v, want %v", d.Outcome, d.Apart.V, want.Before)
				}
				after := want.Before // what changes nothing is not listed
				for _, s := range d.Settles {
					if s.Variable == c.Variables[v].ID {
						after = s.After
					}
				}
				if math.Abs(after-want.After) > 1e-9+fallFloor*want.Before {
					rt.Errorf("%s after %s: %v, want %v", d.Outcome, c.Variables[v].ID, after, want.After)
				}
			}
		}
	})
}

// reading2 is a computer whose acts are read under the views of two experts.
func reading2(t testing.TB, c *casefile.Case, tab *world.Table, e *linear) *computer {
	t.Helper()
	k := &computer{in: Input{Case: c, Tables: []*world.Table{tab}, Freight: e}, c: c, tables: tables{tab}, freight: tab}
	ref, err := NewCaseReference(c, tab.Worlds)
	if err != nil {
		t.Fatal(err)
	}
	k.reference = ref
	if k.opinions, err = newOpinions(t.Context(), c, tab.Worlds, k.tables, ref, k.comparedActs(), false, 1); err != nil {
		t.Fatal(err)
	}
	if k.lenses, err = k.opinions.lenses(ref); err != nil {
		t.Fatal(err)
	}
	if err := k.readActs(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}
