package answer

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/units"
	"github.com/astara-corridors/astara/voi"
	"pgregory.net/rapid"
)

// Under an expert's completed weights variables depend on each other in ways no
// reference table has; the drivers of every view are still what voi says of the
// worlds one by one.
func TestDriversOfCompletedWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.1, 0.9).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0}, rows: []given{{"pact=in_force", weight("b1")}, {"", weight("b2")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}})
		// a and b are independent in the reference, and not in these words.
		x, y := weight("x"), weight("y")
		speak(t, c, said{id: "x", speaker: "s", when: "a=yes", then: "b=yes", low: x, high: x},
			said{id: "y", speaker: "r", then: "a=yes and d=yes or a=no and b=no", low: y, high: y})
		ask(c, []string{"pact"}, "tonnes")
		k := reading2(t, c, tab, e)
		for lens := range k.lenses {
			r := k.all[lens][0]
			d := r.readings[1].dist
			var values []float64
			of := make([][]int, 4)     // by variable and entry: its state
			others := make([][]int, 4) // by variable and entry: the states of all others
			for _, row := range d.Rows {
				values = append(values, tab.At(int(tab.RowOf[row]), 0))
				for v := 1; v < 4; v++ {
					of[v] = append(of[v], c.Space.State(tab.Worlds.Codes[row], v))
					others[v] = append(others[v], int(c.Space.With(tab.Worlds.Codes[row], v, 0)))
				}
			}
			why := r.act.Arms[1].Drivers[0]
			for v := 1; v < 4; v++ {
				alone, err := voi.Alone(values, d.Weight, of[v])
				if err != nil {
					rt.Fatal(err)
				}
				only, err := voi.Only(values, d.Weight, others[v])
				if err != nil {
					rt.Fatal(err)
				}
				var got Driver
				for _, x := range why.Drivers {
					if x.Variable == c.Variables[v].ID {
						got = x
					}
				}
				if math.Abs(got.Alone-alone) > 2*driverFloor || math.Abs(got.Only-only) > 2*driverFloor {
					rt.Errorf("%s, %s: alone %v, only %v; want %v, %v", k.lenses[lens].View().ID, c.Variables[v].ID, got.Alone, got.Only, alone, only)
				}
			}
		}
	})
}

// Where the column has no value in some worlds, drivers are those of the others: what
// voi says of the worlds with a value by their conditional weights.
func TestDriversWithoutValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.1, 0.9).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", states: []string{"low", "mid", "high"}, parents: []int{0}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=mid", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=mid and d=no", 2}, {"far", "b=high and d=yes", 3}, {"low", "a=yes and d=yes and b=mid", -9}, {"other", "a=no and b=low", -7}})
		p := weight("b")
		c.Variables[2].Given = []casefile.Given{{Rest: -1, Weights: []units.Figure{units.Exactly(p/2, units.Share), units.Exactly(p/2, units.Share), units.Exactly(1-p, units.Share)}}}
		ask(c, []string{"pact"}, "tonnes", "hours")
		a := compute(t, c, tab, e, Options{})
		ref, err := NewReference(c.Variables, c.Space, tab.Worlds)
		if err != nil {
			rt.Fatal(err)
		}
		d, err := ref.Distribution(map[int]int{0: 1})
		if err != nil {
			rt.Fatal(err)
		}
		var values, weights []float64
		of, others := make([][]int, 4), make([][]int, 4)
		sum := 0.0
		for i, row := range d.Rows {
			y := tab.At(int(tab.RowOf[row]), 1)
			if math.IsNaN(y) {
				continue
			}
			values, weights = append(values, y), append(weights, d.Weight[i])
			sum += d.Weight[i]
			for v := 1; v < 4; v++ {
				of[v] = append(of[v], c.Space.State(tab.Worlds.Codes[row], v))
				others[v] = append(others[v], int(c.Space.With(tab.Worlds.Codes[row], v, 0)))
			}
		}
		if !(sum < 1) {
			rt.Fatal("every world has a value")
		}
		for i := range weights {
			weights[i] /= sum
		}
		for v := 1; v < 4; v++ {
			alone, err := voi.Alone(values, weights, of[v])
			if err != nil {
				rt.Fatal(err)
			}
			only, err := voi.Only(values, weights, others[v])
			if err != nil {
				rt.Fatal(err)
			}
			var got Driver
			for _, x := range a.Acts[0].Arms[1].Drivers[1].Drivers {
				if x.Variable == c.Variables[v].ID {
					got = x
				}
			}
			if math.Abs(got.Alone-alone) > 2*driverFloor || math.Abs(got.Only-only) > 2*driverFloor {
				rt.Errorf("%s: alone %v, only %v; want %v, %v", c.Variables[v].ID, got.Alone, got.Only, alone, only)
			}
		}
	})
}
